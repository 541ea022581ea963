//! The header row of a table: its delimiter, its columns, and what can be wrong with it.
//!
//! A row is taken for headers only if it can be nothing else, and a delimiter only if it is the only one that makes it
//! so. The `csv` crate decodes quoted headers. The text of a row that is not a header row is never shown: it may hold
//! anything.

use super::row::decode;
use super::table_schema::TableSchema;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::error::ReadError;
use crate::fast::scan::{CellEnd, ScanResult, scan};
use crate::read::chunks::{MAX_RECORD_BYTES, break_length, line_breaks};
use crate::read::columns::{self, ColumnMap, HeaderMeaning};
use crate::read::encoding::{self, Encoding};
use crate::read::row_kind::is_address;
use crate::read::{BYTE_ORDER_MARK, Checkpoint, ReadOptions, ReadSummary, refuse_other_encodings};
use crate::source::Span;
use crate::source::file::Source;

/// The most columns. Real exports have a few dozen.
pub const MAX_COLUMNS: usize = 4096;

/// Bytes in which a header row is looked for first.
const FIRST_READ: usize = 64 * 1024;

/// The delimiters that exports use.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows in which a header row is looked for.
const SEARCHED_ROWS: usize = 20;

/// The header row of a table.
#[derive(Clone, Debug)]
pub struct HeaderRow {
    /// The columns by which rows are read.
    pub schema: TableSchema,
    /// What each header means.
    pub columns: Vec<HeaderMeaning>,
    /// Where the records begin.
    pub records: Checkpoint,
    /// Something worth knowing that leaves nothing unjudged.
    pub note: Option<Fault>,
    /// What is wrong although the table can be read.
    pub faults: Vec<Fault>,
    /// The text up to the end of the header row, and the byte it begins at.
    pub text: String,
    /// See `text`.
    pub base: u64,
}

impl HeaderRow {
    /// The summary of a table that holds nothing but this row.
    pub(super) fn summary(&self) -> ReadSummary {
        let known = self.columns.iter().filter_map(|column| Some((column.header.clone(), column.field?)));
        let unknown = self.columns.iter().filter(|column| column.field.is_none()).map(|column| column.header.clone());
        ReadSummary {
            columns: known.collect(),
            unknown: unknown.collect(),
            present: self.schema.present,
            has_header: true,
            ..ReadSummary::default()
        }
    }
}

/// Why no header row can be used, and what may be shown of it.
pub struct HeaderError {
    /// What is wrong.
    pub fault: Fault,
    /// The text that the fault's spans are in.
    pub text: String,
    /// The byte of the input that `text` begins at.
    pub base: u64,
    /// The row is a header row, so its text may be shown.
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
/// A fault if there is none that can be used.
pub fn read_header_row(source: &Source, options: &ReadOptions<'_>) -> Result<HeaderRow, HeaderError> {
    let mut length = FIRST_READ;
    loop {
        let mut start = vec![0; length];
        let read = source.read_at(0, &mut start)?;
        start.truncate(read);
        refuse_other_encodings(&start)?;
        let base = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let is_whole = read < length;
        if is_whole && start[base..].iter().all(u8::is_ascii_whitespace) {
            return Err(Fault::of_input(FaultKind::FileEmpty, "the input is empty").into());
        }
        if let Some(header) = find_header(&start[base..], base as u64, is_whole, options) {
            return header.map_err(|error| in_other_encoding(&start).filter(|_| !error.is_header).unwrap_or(error));
        }
        if length >= MAX_RECORD_BYTES {
            let span = Span::at(base as u64);
            return Err(Fault::new(FaultKind::RecordTooLong, span, "the first row does not end").into());
        }
        length *= 8;
    }
}

/// Why bytes that are not UTF-8 begin with no header row.
fn in_other_encoding(bytes: &[u8]) -> Option<HeaderError> {
    let likely = encoding::likely(bytes);
    (!likely.contains(&Encoding::Utf8) && !likely.is_empty()).then(|| encoding::not_utf8(&likely).into())
}

/// The header row in `bytes`; `None` if it may be beyond them.
fn find_header(
    bytes: &[u8],
    base: u64,
    is_whole: bool,
    options: &ReadOptions<'_>,
) -> Option<Result<HeaderRow, HeaderError>> {
    let first = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r' | b' ' | b'\t'))?;
    let mut row = bytes[..first].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let declared = declared_delimiter(&bytes[row..]);
    let search = HeaderSearch { bytes, base, is_whole, declared, map: options.columns };
    if let Some(number) = options.tables.header_row {
        return search.header_at_line(number);
    }
    if declared.is_some() || names_type(&bytes[row..]) {
        row = next_row(bytes, row)?;
    }
    match search.header_at(row, false)? {
        Err(error) if error.fault.kind == FaultKind::HeaderMissing => Some(search.header_below(row).ok_or(error)),
        Ok(mut header) if declared.is_some() => {
            let message = "the first line names the delimiter, as spreadsheets write it";
            header.note = Some(Fault::of_input(FaultKind::DelimiterDeclared, message));
            Some(Ok(header))
        }
        found => Some(found),
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

/// True for the first line that Windows PowerShell writes above the headers: the type of what it exports.
fn names_type(bytes: &[u8]) -> bool {
    bytes.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"#TYPE "))
}

/// The beginning of the row after the one at `row`.
fn next_row(bytes: &[u8], row: usize) -> Option<usize> {
    let end = row + memchr::memchr2(b'\n', b'\r', &bytes[row..])?;
    Some(end + break_length(bytes, end))
}

/// A row read with one delimiter.
pub(super) struct HeaderCandidate {
    delimiter: u8,
    pub headers: Vec<(String, Span)>,
    /// Where the next row begins, relative to this one.
    pub end: usize,
}

impl HeaderCandidate {
    fn names(&self) -> Vec<String> {
        self.headers.iter().map(|(name, _)| name.clone()).collect()
    }

    fn holds_address(&self) -> bool {
        self.headers.iter().any(|(name, _)| is_address(name.trim()))
    }
}

/// The row that the site declares to hold the headers cannot.
pub const NOT_HEADERS: &str = "the row that is declared to hold the headers reads like an account";

const fn no_header(is_declared: bool) -> &'static str {
    if is_declared { NOT_HEADERS } else { "the first row is not a header row" }
}

/// The fault of so many rows above a header row that was found in the row or line `number`.
#[must_use]
pub fn above_header(what: &str, number: u64, rows: usize, span: Span) -> Fault {
    let rows = if rows == 1 { "is 1 row".to_owned() } else { format!("are {rows} rows") };
    let message = format!("the header row is {what} {number}, and there {rows} above it");
    let remedy = format!(
        "If no account is above it, add `--header-row {number}`, or write `header-row = {number}` under `[tables]` in the config."
    );
    Fault::new(FaultKind::RowsAboveHeader, span, message).with_remedy(remedy)
}

/// The fault of rows above the declared header row that read like headers or accounts.
#[must_use]
pub fn above_declared_header(what: &str, number: u64, span: Span) -> Fault {
    let message = format!("rows above the declared header row, {what} {number}, read like headers or accounts");
    Fault::new(FaultKind::RowsAboveHeader, span, message).with_remedy("Put each table into a file of its own.")
}

/// True for a row that reads like headers, or like an account: several cells, one of them an address.
#[must_use]
pub fn may_hold_accounts(cells: &[String], map: &ColumnMap) -> bool {
    const MIN_CELLS: usize = 4;
    let filled = || cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    columns::is_header_row(cells, map) || (filled().count() >= MIN_CELLS && filled().any(is_address))
}

/// The beginning of a table, in which the header row is looked for.
struct HeaderSearch<'a> {
    bytes: &'a [u8],
    base: u64,
    is_whole: bool,
    declared: Option<u8>,
    map: &'a ColumnMap,
}

impl HeaderSearch<'_> {
    /// A header row below `first`, with the fault of the rows above it.
    fn header_below(&self, first: usize) -> Option<HeaderRow> {
        let mut row = first;
        for above in 1..SEARCHED_ROWS {
            row = next_row(self.bytes, row)?;
            let Some(Ok(mut header)) = self.header_at(row, false) else { continue };
            let line = 1 + line_breaks(&self.bytes[..row]);
            header.faults.push(above_header("line", line, above, Span::at(self.base + row as u64)));
            return Some(header);
        }
        None
    }

    /// The header row in the line that the site declares; `None` if it may be beyond the bytes.
    fn header_at_line(&self, number: u64) -> Option<Result<HeaderRow, HeaderError>> {
        let mut row = 0;
        let mut holds_accounts = false;
        for line in 1..number {
            holds_accounts |= self.may_hold_accounts(row);
            match next_row(self.bytes, row).filter(|next| *next < self.bytes.len()) {
                Some(next) => row = next,
                None if !self.is_whole => return None,
                None => {
                    let message = format!("row {number} should hold the headers, but the table has {line} rows");
                    return Some(Err(Fault::of_input(FaultKind::HeaderRowBeyond, message).into()));
                }
            }
        }
        let mut header = self.header_at(row, true)?;
        if let Ok(header) = &mut header
            && holds_accounts
        {
            header.faults.push(above_declared_header("line", number, Span::at(self.base + row as u64)));
        }
        Some(header)
    }

    fn may_hold_accounts(&self, row: usize) -> bool {
        self.candidates(row).0.iter().any(|candidate| may_hold_accounts(&candidate.names(), self.map))
    }

    /// The row at `row` read with each delimiter, and whether it goes on beyond the bytes.
    fn candidates(&self, row: usize) -> (Vec<HeaderCandidate>, bool) {
        let mut candidates = Vec::new();
        let mut is_incomplete = false;
        for delimiter in DELIMITERS.into_iter().filter(|known| self.declared.is_none_or(|declared| declared == *known))
        {
            match header_cells(&self.bytes[row..], self.base + row as u64, delimiter, self.is_whole) {
                Some(Ok(candidate)) => candidates.push(candidate),
                Some(Err(())) => {}
                None => is_incomplete = true,
            }
        }
        (candidates, is_incomplete)
    }

    /// The header row at `row`, whose headers need not be known if the site declares the row; `None` if the row goes on
    /// beyond the bytes.
    fn header_at(&self, row: usize, is_declared: bool) -> Option<Result<HeaderRow, HeaderError>> {
        let (mut candidates, is_incomplete) = self.candidates(row);
        if is_incomplete && candidates.is_empty() {
            return None;
        }
        let is_header = |candidate: &HeaderCandidate| columns::is_header_row(&candidate.names(), self.map);
        if !is_declared || candidates.iter().any(is_header) {
            candidates.retain(is_header);
        } else {
            let most = candidates.iter().map(|candidate| candidate.headers.len()).max();
            candidates.retain(|candidate| Some(candidate.headers.len()) == most && !candidate.holds_address());
        }
        // A single column reads alike with every delimiter.
        candidates.dedup_by(|a, b| a.headers.len() == 1 && b.headers.len() == 1);
        let fault = |kind, message: &str| Fault::new(kind, Span::at(self.base + row as u64), message);
        let too_many = candidates.len() > 1;
        Some(match candidates.pop() {
            None => Err(self.error(fault(FaultKind::HeaderMissing, no_header(is_declared)), false)),
            Some(_) if too_many => {
                let message = "the header row can be read with more than one delimiter";
                let remedy = "Use the same delimiter throughout, or begin the file with the line `sep=;` (or `sep=,`).";
                Err(self.error(fault(FaultKind::DelimiterUnclear, message).with_remedy(remedy), false))
            }
            Some(candidate) if candidate.headers.len() > MAX_COLUMNS => {
                let message = format!("the header row has more than {MAX_COLUMNS} columns");
                Err(self.error(fault(FaultKind::RecordTooLong, &message), false))
            }
            Some(candidate) => self.resolve(row, candidate),
        })
    }

    /// Finds out what the headers mean.
    fn resolve(&self, row: usize, candidate: HeaderCandidate) -> Result<HeaderRow, HeaderError> {
        let columns = columns::resolve(candidate.headers, self.map).map_err(|fault| self.error(fault, true))?;
        let end = row + candidate.end;
        let header = String::from_utf8_lossy(&self.bytes[row..end]).trim_end_matches(['\n', '\r']).to_owned();
        let schema = TableSchema::new(candidate.delimiter, &columns, header);
        let line = 1 + line_breaks(&self.bytes[..end]);
        let records = Checkpoint { byte: self.base + end as u64, line, column: 1, records: 0 };
        let faults = columns::near_misses(&columns, self.map);
        let text = String::from_utf8_lossy(&self.bytes[..end]).into_owned();
        Ok(HeaderRow { schema, columns, records, note: None, faults, text, base: self.base })
    }

    fn error(&self, fault: Fault, is_header: bool) -> HeaderError {
        HeaderError { fault, text: String::from_utf8_lossy(self.bytes).into_owned(), base: self.base, is_header }
    }
}

/// The cells of the row that `bytes` begin with, decoded. `None` if the row goes on beyond them; an error if it is not
/// a row of this delimiter.
pub(super) fn header_cells(
    bytes: &[u8],
    base: u64,
    delimiter: u8,
    is_whole: bool,
) -> Option<Result<HeaderCandidate, ()>> {
    let mut scanned = ScanResult::default();
    scan(bytes, delimiter, &mut scanned);
    if scanned.record_ends == 0 {
        if scanned.stray.is_some() {
            return Some(Err(()));
        }
        if !is_whole {
            return None;
        }
        scanned.ends.push(CellEnd::ending_record(bytes.len()));
    }
    let count = scanned.ends.iter().position(|end| end.is_record_end())? + 1;
    let ends = &scanned.ends[..count];
    let row_end = ends.last()?.at();
    let row = &bytes[..row_end];
    let Some(row) = std::str::from_utf8(row).ok().filter(|row| !row.contains('\0')) else { return Some(Err(())) };
    if row.is_empty() {
        return None;
    }
    let mut start = 0;
    let headers = ends.iter().map(|end| {
        let (from, to) = (start, end.at());
        start = to + 1;
        let span = Span::new(base + from as u64, base + to as u64);
        match row[from..to].strip_prefix('"').filter(|rest| !rest.is_empty()) {
            Some(rest) => {
                (decode(rest.strip_suffix('"').unwrap_or(rest)).into_owned(), Span::new(span.start + 1, span.end - 1))
            }
            None => (row[from..to].to_owned(), span),
        }
    });
    Some(Ok(HeaderCandidate { delimiter, headers: headers.collect(), end: row_end + break_length(bytes, row_end) }))
}

/// The line of the header row that `spans` are in, for faults of a row that is a header row.
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
