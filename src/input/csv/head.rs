//! The header row of a table: its delimiter, its columns, and what can be wrong with it.
//!
//! A row is taken for headers only when it can be nothing else, and a delimiter only when it is the only one
//! that makes it so. How quoted headers decode the `csv` crate says. Of a row that is no header row no text is
//! ever shown: it may hold anything.

use super::row::Table;
use super::scan::{End, Structure, scan};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::error::ReadError;
use crate::input::chunks::{LONGEST_RECORD, break_length, line_breaks};
use crate::input::columns::{self, Column, ColumnMap};
use crate::input::{BYTE_ORDER_MARK, Checkpoint, refuse_other_encodings};
use crate::source::Span;
use crate::source::file::Source;

/// The most columns. Real exports have a few dozen.
pub const MOST_COLUMNS: usize = 4096;

/// What the beginning of a table says.
#[derive(Clone, Debug)]
pub struct Head {
    /// The header row as a table to read rows by.
    pub table: Table,
    /// Its headers.
    pub columns: Vec<Column>,
    /// The first byte and line after it.
    pub body: Checkpoint,
}

/// A header row that cannot be used, with what may be shown of it.
pub struct BadHead {
    /// What is wrong.
    pub fault: Fault,
    /// The text its places are in, and the byte that text begins at.
    pub text: String,
    /// See `text`.
    pub base: u64,
    /// True where the row is a header row, so that its text may be shown.
    pub is_header: bool,
}

impl From<ReadError> for BadHead {
    fn from(error: ReadError) -> Self {
        Fault::from(error).into()
    }
}

impl From<Fault> for BadHead {
    fn from(fault: Fault) -> Self {
        Self { fault, text: String::new(), base: 0, is_header: false }
    }
}

/// Reads the header row.
///
/// # Errors
/// A fault where there is none, or none that can be used.
pub fn read_head(source: &Source, map: &ColumnMap) -> Result<Head, BadHead> {
    let mut length = FIRST_LOOK;
    loop {
        let mut start = vec![0; length];
        let read = source.read_at(0, &mut start)?;
        start.truncate(read);
        refuse_other_encodings(&start)?;
        let base = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let is_whole = read < length;
        if is_whole && start[base..].iter().all(u8::is_ascii_whitespace) {
            return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing").into());
        }
        if let Some(head) = find_head(&start[base..], base as u64, is_whole, map) {
            return head;
        }
        if length >= LONGEST_RECORD {
            return Err(
                Fault::new(FaultKind::RecordTooLong, Span::at(base as u64), "the first row does not end").into()
            );
        }
        length *= 8;
    }
}

/// Bytes in which a header row is looked for first.
const FIRST_LOOK: usize = 64 * 1024;

/// The delimiters that exports use.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A row of headers read with one delimiter.
struct Candidate {
    delimiter: u8,
    headers: Vec<(String, Span)>,
    end: usize,
}

/// The header row in `bytes`; nothing where the row goes on beyond them.
fn find_head(bytes: &[u8], base: u64, is_whole: bool, map: &ColumnMap) -> Option<Result<Head, BadHead>> {
    let blank = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r' | b' ' | b'\t'))?;
    let row = bytes[..blank].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let mut readings = Vec::new();
    let mut is_cut = false;
    for delimiter in DELIMITERS {
        match header_cells(&bytes[row..], base + row as u64, delimiter, is_whole) {
            Some(Ok(reading)) => readings.push(reading),
            Some(Err(())) => {}
            None => is_cut = true,
        }
    }
    if is_cut && readings.is_empty() {
        return None;
    }
    let text = || String::from_utf8_lossy(bytes).into_owned();
    let bad = |fault, is_header| BadHead { fault, text: text(), base, is_header };
    let is_header = |reading: &Candidate| {
        let names: Vec<_> = reading.headers.iter().map(|(name, _)| name.clone()).collect();
        columns::is_header_row(&names, map)
    };
    readings.retain(is_header);
    // A single column reads alike with every delimiter.
    readings.dedup_by(|a, b| a.headers.len() == 1 && b.headers.len() == 1);
    let place = Span::at(base + row as u64);
    let reading = match readings.len() {
        0 => {
            return Some(Err(bad(
                Fault::new(FaultKind::HeaderMissing, place, "the first row is no header row"),
                false,
            )));
        }
        1 => readings.remove(0),
        _ => {
            let message = "the first row can be read as headers with more than one delimiter";
            return Some(Err(bad(Fault::new(FaultKind::DelimiterUnclear, place, message), false)));
        }
    };
    if reading.headers.len() > MOST_COLUMNS {
        let message = format!("more than {MOST_COLUMNS} columns");
        return Some(Err(bad(Fault::new(FaultKind::RecordTooLong, place, message), false)));
    }
    let columns = match columns::resolve(reading.headers, map) {
        Ok(columns) => columns,
        Err(fault) => return Some(Err(bad(fault, true))),
    };
    let end = row + reading.end;
    let header = String::from_utf8_lossy(&bytes[row..end]).trim_end_matches(['\n', '\r']).to_owned();
    let table = Table::new(reading.delimiter, columns.iter().map(|column| column.field).collect(), header);
    let body = Checkpoint { byte: base + end as u64, line: 1 + line_breaks(&bytes[..end]), records: 0 };
    Some(Ok(Head { table, columns, body }))
}

/// The cells of the first row, decoded, and the end of the row with its line end. Nothing where the row goes
/// on; an error where it cannot be a row of this delimiter.
fn header_cells(bytes: &[u8], base: u64, delimiter: u8, is_whole: bool) -> Option<Result<Candidate, ()>> {
    let mut structure = Structure::default();
    scan(bytes, delimiter, &mut structure);
    let mut count = structure.ends.iter().position(|end| end.is_record_end()).map(|at| at + 1);
    if count.is_none() {
        if structure.stray.is_some() {
            return Some(Err(()));
        }
        if !is_whole {
            return None;
        }
        structure.ends.push(End::of_record(bytes.len()));
        count = Some(structure.ends.len());
    }
    let ends = &structure.ends[..count?];
    let row_end = ends.last()?.at();
    let row = &bytes[..row_end];
    if std::str::from_utf8(row).is_err() || row.contains(&0) {
        return Some(Err(()));
    }
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(row);
    let record = reader.records().next().and_then(Result::ok)?;
    let mut start = 0;
    let mut headers = Vec::with_capacity(ends.len());
    for (cell, end) in record.iter().zip(ends) {
        let quotes = u64::from(bytes.get(start) == Some(&b'"') && end.at() > start);
        headers.push((cell.to_owned(), Span::new(base + start as u64 + quotes, base + end.at() as u64 - quotes)));
        start = end.at() + 1;
    }
    if headers.len() != ends.len() {
        return Some(Err(()));
    }
    Some(Ok(Candidate { delimiter, headers, end: row_end + break_length(bytes, row_end) }))
}

/// The header row around `spans`, for faults of a row that is one.
#[must_use]
pub fn header_excerpt(text: &str, base: u64, spans: &[Span]) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let start = spans.iter().map(|span| span.start).min().unwrap_or(base);
    let index = |byte: u64| usize::try_from(byte.saturating_sub(base)).unwrap_or(0).min(text.len());
    let line_start = text[..index(start)].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line_end = text[line_start..].find(['\n', '\r']).map_or(text.len(), |at| line_start + at);
    excerpt.push(&text[line_start..line_end], base + line_start as u64);
    excerpt
}
