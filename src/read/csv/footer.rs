//! The rows below a table that the site declares to be a footer: they are not read as records.
//!
//! A declaration can be wrong, or outlive the export it was made for: a declared footer that reads like an account, or
//! that counts more accounts than are above it, is a fault.

use super::chunk::is_blank;
use super::header::header_cells;
use super::table_schema::TableSchema;
use crate::diagnostic::fault::Fault;
use crate::error::ReadError;
use crate::read::row_kind::footer_fault;
use crate::source::Span;
use crate::source::file::Source;

/// The most bytes of a footer. A longer one is not a footer.
const MAX_BYTES: u64 = 1 << 20;

pub(super) struct DeclaredFooter {
    text: String,
    /// The byte of the input it begins at.
    base: u64,
}

impl DeclaredFooter {
    /// The last `rows` rows of an input whose records begin at `first`.
    pub fn read(source: &Source, first: u64, rows: u64) -> Result<Self, ReadError> {
        let base = first.max(source.length().saturating_sub(MAX_BYTES));
        let mut bytes = vec![0; usize::try_from(source.length() - base).unwrap_or(0)];
        let read = source.read_at(base, &mut bytes)?;
        bytes.truncate(read);
        let mut start = bytes.len();
        let mut left = rows;
        while left > 0 && start > 0 {
            let line = &bytes[..start];
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let begin = memchr::memrchr2(b'\n', b'\r', line).map_or(0, |at| at + 1);
            let is_filled = !is_blank(&String::from_utf8_lossy(&line[begin..]));
            left -= u64::from(is_filled);
            start = begin;
        }
        let text = String::from_utf8_lossy(&bytes[start..]).into_owned();
        Ok(Self { text, base: base + start as u64 })
    }

    /// Where the records of the table end.
    pub const fn begin(&self) -> u64 {
        self.base
    }

    /// What contradicts the declaration, below `count` records.
    pub fn faults(&self, schema: &TableSchema, count: u64) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut at = 0;
        while let Some(Ok(row)) =
            header_cells(&self.text.as_bytes()[at..], self.base + at as u64, schema.delimiter, true)
        {
            let cells: Vec<&str> = row.headers.iter().map(|(cell, _)| cell.as_str()).collect();
            let begin = self.base + at as u64;
            let kind = schema.classify(&cells);
            faults.extend(footer_fault(kind, Span::at(begin), count));
            at += row.end;
            if at >= self.text.len() {
                break;
            }
        }
        faults
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}
