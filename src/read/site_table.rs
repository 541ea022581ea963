//! The rows of a CSV file of the site, such as waivers or a list of tenants: separators, quotes, and the place of each cell. What an
//! export may do besides, no file that the site writes needs.

use std::borrow::Cow;

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;

/// A cell of such a table.
pub struct TableCell<'t> {
    /// What it says, without its quotes.
    pub text: Cow<'t, str>,
    /// Where that is.
    pub span: Span,
}

impl TableCell<'_> {
    /// The same without its text.
    pub fn into_owned(self) -> TableCell<'static> {
        TableCell { text: self.text.into_owned().into(), span: self.span }
    }
}

/// The rows of a table with commas; a byte order mark before them is passed over.
///
/// # Errors
/// A quote that is out of place.
pub fn rows(text: &str) -> Result<Vec<Vec<TableCell<'_>>>, Fault> {
    rows_separated_by(',', text)
}

/// The same of a table with this character between its cells.
///
/// # Errors
/// A quote that is out of place.
pub fn rows_separated_by(separator: char, text: &str) -> Result<Vec<Vec<TableCell<'_>>>, Fault> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    loop {
        let (cell, end) = cell(separator, text, at)?;
        row.push(cell);
        let rest = &text[end..];
        at = end + 1;
        if rest.starts_with(separator) {
            continue;
        }
        let width = row.len();
        rows.push(std::mem::replace(&mut row, Vec::with_capacity(width)));
        at += usize::from(rest.starts_with("\r\n"));
        if at >= text.len() {
            return Ok(rows);
        }
    }
}

/// The cell that begins at `at`, and where it ends.
fn cell(separator: char, text: &str, at: usize) -> Result<(TableCell<'_>, usize), Fault> {
    let span = |start: usize, end: usize| Span::new(start as u64, end as u64);
    if !text[at..].starts_with('"') {
        let end = at + text[at..].find([separator, '\r', '\n']).unwrap_or(text.len() - at);
        return Ok((TableCell { text: text[at..end].into(), span: span(at, end) }, end));
    }
    let start = at + 1;
    let mut decoded = Cow::Borrowed("");
    let mut from = start;
    loop {
        let Some(quote) = text[from..].find('"').map(|found| from + found) else {
            return Err(Fault::new(FaultKind::QuoteUnclosed, span(at, start), "the quote is never closed"));
        };
        decoded += &text[from..quote];
        let after = quote + 1;
        if text[after..].starts_with('"') {
            decoded += "\"";
            from = after + 1;
            continue;
        }
        if !text[after..].is_empty() && !text[after..].starts_with([separator, '\r', '\n']) {
            return Err(Fault::new(FaultKind::QuoteStray, span(quote, after), "text follows the closing quote"));
        }
        return Ok((TableCell { text: decoded, span: span(start, quote) }, after));
    }
}
