//! The part of a record that is shown under a diagnostic: cut to size, visible, and never with a secret.
//!
//! An [`Excerpt`] holds the parts of a record that may be shown and an ellipsis for the rest. It maps its text to the
//! bytes of the input, so that a span can be found in it.

use std::ops::Range;
use std::sync::Arc;

use super::visible;
use crate::source::{Location, Span};

/// Replaces text that is left out.
pub const ELLIPSIS: char = '…';

/// The most characters of one cell or value that a snippet shows.
pub const MAX_PART_WIDTH: usize = 64;

/// One line of text to show, and where its characters come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    text: String,
    /// In order.
    mappings: Vec<Mapping>,
}

/// A run of bytes that is shown unchanged; an empty one only maps a place of the input to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mapping {
    /// The byte of the input.
    byte: u64,
    /// The index in the text.
    index: usize,
    length: usize,
}

impl Excerpt {
    /// Empty, with capacity for most records.
    pub fn with_capacity_for_records() -> Self {
        Self { text: String::with_capacity(256), mappings: Vec::with_capacity(16) }
    }

    /// Adds `text`, which begins at `byte` of the input.
    pub fn push(&mut self, text: &str, byte: u64) {
        let mut rest = text;
        while !rest.is_empty() {
            let byte = byte + (text.len() - rest.len()) as u64;
            let plain = rest.bytes().take_while(|byte| visible::is_always_shown(*byte)).count();
            self.mappings.push(Mapping { byte, index: self.text.len(), length: plain });
            self.text.push_str(&rest[..plain]);
            rest = &rest[plain..];
            if let Some(c) = rest.chars().next().filter(|_| plain == 0) {
                visible::push(&mut self.text, c);
                rest = &rest[c.len_utf8()..];
            }
        }
        self.mappings.push(Mapping { byte: byte + text.len() as u64, index: self.text.len(), length: 0 });
    }

    /// Adds `text`, cut after [`MAX_PART_WIDTH`] characters.
    pub fn push_cut(&mut self, text: &str, byte: u64) {
        // There are no more characters than bytes.
        let cut = if text.len() > MAX_PART_WIDTH { text.char_indices().nth(MAX_PART_WIDTH) } else { None };
        match cut {
            Some((cut, _)) => {
                self.push(&text[..cut], byte);
                self.text.push(ELLIPSIS);
                self.mappings.push(Mapping { byte: byte + text.len() as u64, index: self.text.len(), length: 0 });
            }
            None => self.push(text, byte),
        }
    }

    /// Marks that text is left out here.
    pub fn skip(&mut self) {
        if !self.text.ends_with(ELLIPSIS) {
            self.text.push(ELLIPSIS);
        }
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The range of `span` in the text; the end of the text if it was left out.
    pub fn find(&self, span: Span) -> Range<usize> {
        let start = self.index_of(span.start);
        let end = if span.is_empty() { start } else { self.index_of(span.end).max(start) };
        start..end
    }

    fn index_of(&self, byte: u64) -> usize {
        let after = self.mappings.partition_point(|mapping| mapping.byte < byte);
        let inside = after.checked_sub(1).map(|before| self.mappings[before]).and_then(|mapping| {
            let offset = usize::try_from(byte - mapping.byte).ok().filter(|offset| *offset < mapping.length)?;
            Some(mapping.index + offset)
        });
        inside.unwrap_or_else(|| self.mappings.get(after).map_or(self.text.len(), |mapping| mapping.index))
    }
}

/// An excerpt under a diagnostic, with its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The file as it was typed.
    pub file: Arc<str>,
    /// The line of the first label, from 1.
    pub line: u64,
    /// The column of the first label in the file, from 1.
    pub column: u64,
    /// What is shown.
    pub text: String,
    /// Which part of the text each label underlines.
    pub marks: Vec<SnippetMark>,
}

impl Snippet {
    /// An excerpt of one place, which begins at `start` and is the diagnostic's first label.
    pub fn new(excerpt: &Excerpt, file: &Arc<str>, span: Span, start: Location) -> Self {
        Self {
            file: Arc::clone(file),
            line: start.line,
            column: start.column,
            text: excerpt.text().to_owned(),
            marks: vec![SnippetMark { range: excerpt.find(span), label: 0 }],
        }
    }

    /// The same for another label.
    pub fn for_label(mut self, label: usize) -> Self {
        self.marks.iter_mut().for_each(|mark| mark.label = label);
        self
    }
}

/// A label in a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnippetMark {
    /// The part of the snippet's text.
    pub range: Range<usize>,
    /// The number of the label among the diagnostic's.
    pub label: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_found_again() {
        let mut excerpt = Excerpt::default();
        excerpt.push("é\u{1b}x", 10);
        excerpt.skip();
        excerpt.push("Billing", 50);
        assert_eq!(excerpt.text(), "é\\u{1b}x…Billing");
        let found = |start, end| &excerpt.text()[excerpt.find(Span::new(start, end))];
        assert_eq!(found(50, 57), "Billing");
        assert_eq!(found(12, 13), "\\u{1b}");
        assert_eq!(found(13, 14), "x");
        assert_eq!(excerpt.find(Span::at(50)), excerpt.text().find('B').map(|at| at..at).unwrap());
    }

    #[test]
    fn a_long_value_is_cut_and_still_found() {
        let mut excerpt = Excerpt::default();
        excerpt.push_cut(&"y".repeat(500), 0);
        excerpt.push(",z", 500);
        let range = excerpt.find(Span::new(0, 500));
        assert_eq!(excerpt.text()[range].chars().count(), MAX_PART_WIDTH + 1);
    }
}
