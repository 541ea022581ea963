//! A row of a sheet as one line of text: `|` between cells, from column A on, and quotes around a cell that needs them.

use super::value::CellText;
use crate::diagnostic::fault::Fault;
use crate::fast::scan::CellEnd;
use crate::read::chunks::MAX_RECORD_BYTES;
use crate::source::Span;

/// What separates the cells.
pub const DELIMITER: char = '|';

/// A row written out.
pub struct RowText {
    pub text: String,
    pub ends: Vec<CellEnd>,
}

impl RowText {
    pub fn column_at(&self, offset: usize) -> usize {
        self.ends.partition_point(|end| end.at() < offset)
    }

    /// The span of a cell inside its quotes, if the line begins at byte `base`.
    pub fn cell_span(&self, base: u64, column: usize) -> Span {
        cell_span(&self.text, &self.ends, base, column)
    }
}

/// The span of a cell inside its quotes, in a line that begins at byte `base`.
pub fn cell_span(text: &str, ends: &[CellEnd], base: u64, column: usize) -> Span {
    let start = if column == 0 { 0 } else { ends[column - 1].at() + 1 };
    let end = ends[column].at();
    let quotes = usize::from(text[start..end].starts_with('"'));
    Span::new(base + (start + quotes) as u64, base + (end - quotes) as u64)
}

/// Writes out the first `width` cells of a row.
pub fn write_out(cells: &[(usize, CellText<'_>)], width: usize) -> Result<RowText, Fault> {
    let length = |shown: &CellText<'_>| if let CellText::Text(text) = shown { text.len() } else { 0 };
    let room = width + cells.iter().map(|(_, shown)| length(shown)).sum::<usize>();
    let mut line = RowText { text: String::with_capacity(room), ends: Vec::with_capacity(width) };
    let mut cells = cells.iter().peekable();
    for column in 0..width {
        if column > 0 {
            line.text.push(DELIMITER);
        }
        if let Some((_, shown)) = cells.next_if(|(at, _)| *at == column) {
            push(&mut line.text, shown);
        }
        let at = line.text.len();
        line.ends.push(if column + 1 == width { CellEnd::ending_record(at) } else { CellEnd::within_record(at) });
    }
    if line.text.len() > MAX_RECORD_BYTES {
        return Err(super::unreadable(format!("a row is longer than {} MiB", MAX_RECORD_BYTES >> 20)));
    }
    Ok(line)
}

/// Writes a cell, in quotes where it could be taken for more than one.
fn push(out: &mut String, shown: &CellText<'_>) {
    let CellText::Text(text) = shown else { return };
    if text.bytes().any(|byte| byte == DELIMITER as u8 || matches!(byte, b'"' | b'\n' | b'\r')) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}
