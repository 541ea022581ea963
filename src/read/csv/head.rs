//! The header row of a table: its delimiter, its columns, and what can be wrong with it.
//!
//! A row is taken for headers only when it can be nothing else, and a delimiter only when it is the only one
//! that makes it so. How quoted headers decode the `csv` crate says. Of a row that is no header row no text is
//! ever shown: it may hold anything.

use super::row::TableSchema;
use super::scan::{CellEnd, Structure, scan};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::error::ReadError;
use crate::read::chunks::{MAX_RECORD_BYTES, break_length, line_breaks};
use crate::read::columns::{self, Column, ColumnMap};
use crate::read::{BYTE_ORDER_MARK, Checkpoint, refuse_other_encodings};
use crate::source::Span;
use crate::source::file::Source;

/// The most columns. Real exports have a few dozen.
pub const MOST_COLUMNS: usize = 4096;

/// What the beginning of a table says.
#[derive(Clone, Debug)]
pub struct Head {
    /// The header row as a table to read rows by.
    pub table: TableSchema,
    /// Its headers.
    pub columns: Vec<Column>,
    /// The first byte and line after it.
    pub body: Checkpoint,
    /// Something worth knowing.
    pub note: Option<Fault>,
    /// Rows stand above it.
    pub above: Option<Fault>,
    /// The text up to the header row, with the byte it begins at, where rows stand above.
    pub opening: String,
    /// See `opening`.
    pub opening_byte: u64,
}

/// A header row that cannot be used, with what may be shown of it.
pub struct HeaderError {
    /// What is wrong.
    pub fault: Fault,
    /// The text its places are in, and the byte that text begins at.
    pub text: String,
    /// See `text`.
    pub base: u64,
    /// True where the row is a header row, so that its text may be shown.
    pub is_header: bool,
}

impl From<ReadError> for HeaderError {
    fn from(error: ReadError) -> Self {
        Fault::from(error).into()
    }
}

impl From<Fault> for HeaderError {
    fn from(fault: Fault) -> Self {
        Self { fault, text: String::new(), base: 0, is_header: false }
    }
}

/// Reads the header row.
///
/// # Errors
/// A fault where there is none, or none that can be used.
pub fn read_header_row(source: &Source, map: &ColumnMap) -> Result<Head, HeaderError> {
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
        if length >= MAX_RECORD_BYTES {
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

/// The rows in which a header row is looked for when the first is none.
const FIRST_ROWS: usize = 20;

/// The header row in `bytes`; nothing where the row goes on beyond them.
fn find_head(bytes: &[u8], base: u64, is_whole: bool, map: &ColumnMap) -> Option<Result<Head, HeaderError>> {
    let blank = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r' | b' ' | b'\t'))?;
    let mut row = bytes[..blank].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let declared = declared_delimiter(&bytes[row..]);
    if declared.is_some() {
        row = next_row(bytes, row)?;
    }
    let place = Place { bytes, base, is_whole, declared };
    let first = place.head_at(row, map)?;
    match first {
        Err(bad) if bad.fault.kind == FaultKind::HeaderMissing => Some(place.head_below(row, map).ok_or(bad)),
        Ok(mut head) if declared.is_some() => {
            let message = "the first line names the delimiter, as spreadsheets write it";
            head.note = Some(Fault::of_input(FaultKind::DelimiterDeclared, message));
            Some(Ok(head))
        }
        first => Some(first),
    }
}

/// The delimiter that a first line of the form `sep=;` names.
fn declared_delimiter(bytes: &[u8]) -> Option<u8> {
    let line = &bytes[..memchr::memchr2(b'\n', b'\r', bytes)?];
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*delimiter),
        _ => None,
    }
}

/// The beginning of the row after the one at `row`.
fn next_row(bytes: &[u8], row: usize) -> Option<usize> {
    let end = row + memchr::memchr2(b'\n', b'\r', &bytes[row..])?;
    Some(end + break_length(bytes, end))
}

/// Where a header row is looked for.
struct Place<'a> {
    bytes: &'a [u8],
    base: u64,
    is_whole: bool,
    declared: Option<u8>,
}

impl Place<'_> {
    /// A header row further down, with what stands above it said.
    fn head_below(&self, first: usize, map: &ColumnMap) -> Option<Head> {
        let mut row = first;
        for above in 1..FIRST_ROWS {
            row = next_row(self.bytes, row)?;
            let Some(Ok(mut head)) = self.head_at(row, map) else { continue };
            let rows = if above == 1 { "there is 1 row".to_owned() } else { format!("{above} rows stand") };
            let line = 1 + line_breaks(&self.bytes[..row]);
            let message = format!("the header row is line {line}, and {rows} above it");
            let span = Span::at(self.base + row as u64);
            head.above = Some(Fault::new(FaultKind::RowsAboveHeader, span, message));
            head.opening = String::from_utf8_lossy(&self.bytes[..row]).into_owned();
            head.opening_byte = self.base;
            return Some(head);
        }
        None
    }

    /// The header row at `row`; nothing where the row goes on beyond the bytes.
    fn head_at(&self, row: usize, map: &ColumnMap) -> Option<Result<Head, HeaderError>> {
        let Place { bytes, base, is_whole, declared } = *self;
        let mut readings = Vec::new();
        let mut is_cut = false;
        for delimiter in DELIMITERS.into_iter().filter(|known| declared.is_none_or(|declared| declared == *known)) {
            match header_cells(&bytes[row..], base + row as u64, delimiter, is_whole) {
                Some(Ok(read_options)) => readings.push(read_options),
                Some(Err(())) => {}
                None => is_cut = true,
            }
        }
        if is_cut && readings.is_empty() {
            return None;
        }
        let is_header = |read_options: &Candidate| {
            let names: Vec<_> = read_options.headers.iter().map(|(name, _)| name.clone()).collect();
            columns::is_header_row(&names, map)
        };
        readings.retain(is_header);
        // A single column reads alike with every delimiter.
        readings.dedup_by(|a, b| a.headers.len() == 1 && b.headers.len() == 1);
        let place = Span::at(base + row as u64);
        let bad = |kind, message: &str| Some(Err(self.bad(Fault::new(kind, place, message), false)));
        match readings.len() {
            0 => bad(FaultKind::HeaderMissing, "the first row is no header row"),
            1 => Some(self.head_of(row, readings.remove(0), map)),
            _ => {
                let message = "the first row can be read as headers with more than one delimiter";
                bad(FaultKind::DelimiterUnclear, message)
            }
        }
    }

    fn head_of(&self, row: usize, read_options: Candidate, map: &ColumnMap) -> Result<Head, HeaderError> {
        if read_options.headers.len() > MOST_COLUMNS {
            let place = Span::at(self.base + row as u64);
            let message = format!("more than {MOST_COLUMNS} columns");
            return Err(self.bad(Fault::new(FaultKind::RecordTooLong, place, message), false));
        }
        let columns = columns::resolve(read_options.headers, map).map_err(|fault| self.bad(fault, true))?;
        let end = row + read_options.end;
        let header = String::from_utf8_lossy(&self.bytes[row..end]).trim_end_matches(['\n', '\r']).to_owned();
        let table =
            TableSchema::new(read_options.delimiter, columns.iter().map(|column| column.field).collect(), header);
        let line = 1 + line_breaks(&self.bytes[..end]);
        let body = Checkpoint { byte: self.base + end as u64, line, column: 1, records: 0 };
        Ok(Head { table, columns, body, note: None, above: None, opening: String::new(), opening_byte: 0 })
    }

    fn bad(&self, fault: Fault, is_header: bool) -> HeaderError {
        HeaderError { fault, text: String::from_utf8_lossy(self.bytes).into_owned(), base: self.base, is_header }
    }
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
        structure.ends.push(CellEnd::ending_record(bytes.len()));
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
    // One mark belongs to the file. A second one belongs to the header, and the `csv` crate would drop it.
    let mut mark = if row.starts_with(BYTE_ORDER_MARK) { "\u{feff}" } else { "" };
    for (cell, end) in record.iter().zip(ends) {
        let quotes = u64::from(bytes.get(start) == Some(&b'"') && end.at() > start);
        headers.push((
            std::mem::take(&mut mark).to_owned() + cell,
            Span::new(base + start as u64 + quotes, base + end.at() as u64 - quotes),
        ));
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
