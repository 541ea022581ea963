//! Where text stood: spans, and the human form of a place.
//!
//! A [`Span`] counts bytes of one input; it says nothing of lines. A [`Location`] is what a person reads,
//! and is computed only for what is reported. Opening and reading files is `source/file.rs`.

pub mod file;
pub mod lines;
pub mod pack_folder;
pub mod walk;

use std::fmt;

/// A byte range in the decoded text of one input, end exclusive. A byte order mark counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte, counted from 0.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

impl Span {
    /// The range from `start` up to, not with, `end`.
    #[must_use]
    pub const fn new(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    /// The empty span at `at`: where a value would be.
    #[must_use]
    pub const fn at(at: u64) -> Self {
        Self { start: at, end: at }
    }

    /// True if the span covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True if `other` lies inside this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The empty span at this one's start: the place of a secret without its length.
    #[must_use]
    pub const fn shrink_to_start(self) -> Self {
        Self::at(self.start)
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place, inside its quotes if it has any.
    pub span: Span,
}

/// The human form of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Bytes from the start of the text, counted from 0.
    pub byte: u64,
    /// Lines, counted from 1; LF, CRLF and a lone CR end a line.
    pub line: u64,
    /// Unicode scalar values from the start of the line, counted from 1; a byte order mark does not count.
    pub column: u64,
}

/// A cell of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellAddress {
    /// The name of its sheet.
    pub sheet: String,
    /// Its column and row (`E12`).
    pub cell: String,
}

/// As spreadsheets write it: `Users!E12`.
impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.sheet, self.cell)
    }
}

/// Which input of the run, in the order they were named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub u16);
