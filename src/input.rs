//! From named inputs to records: which format, which reader, and what a reader hands on.
//!
//! A reader gives every record to a [`Sink`], refuses what it cannot read for certain, and says at the end
//! what it took in. Nothing but `input/<format>.rs` knows a format; nothing here knows a rule.

pub mod chunks;
pub mod claims;
pub mod columns;
pub mod crew;
pub mod csv;
pub mod encoding;
pub mod json;
pub mod keys;
pub mod mask;
pub mod oddity;
pub mod person;
pub mod persons;
pub mod plan;
pub mod progress;
pub mod survey;
pub mod toml;
pub mod xlsx;
pub mod yaml;

use std::sync::Arc;

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::record::dictionary::{Code, Dictionary, NO_CODE};
use crate::record::phrases::Phrases;
use crate::record::{Field, FieldSet, Record};
use crate::source::file::Source;
use crate::source::lines::Cursor;
use crate::source::{CellPlace, InputId, Location, Span};
use columns::ColumnMap;
use csv::scan::End;
use progress::Meter;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table, its cells separated by commas or another single character.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Jsonl,
    /// A plan in YAML.
    Yaml,
    /// A plan in TOML.
    Toml,
    /// A workbook, its sheets holding tables.
    Xlsx,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Json, Self::Jsonl, Self::Yaml, Self::Toml, Self::Xlsx];

    /// The word in options and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format that `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The format that a file's name promises.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            // The others are told apart, and refused, by what is in them.
            "xlsx" | "xlsm" | "xls" | "xlsb" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// An input that was opened.
#[derive(Debug)]
pub struct Input {
    /// Its number in the run.
    pub id: InputId,
    /// Its path as typed, with `/`; `-` for standard input.
    pub name: Arc<str>,
    /// How it is read.
    pub format: Format,
    /// Its bytes, in UTF-8 where it is a text.
    pub source: Source,
    /// The encoding that its text was in.
    pub encoding: encoding::Encoding,
}

/// What a reader must know beyond the input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// The site's own headers.
    pub columns: &'a ColumnMap,
    /// The fields a document carries somewhere, when an earlier pass has found out.
    pub present: Option<FieldSet>,
    /// The sheets of workbooks that are to be judged; all of them where none is named.
    pub sheets: &'a [String],
    /// How many threads may read at once; none or one is one.
    pub jobs: usize,
    /// Whom to tell how far the input was read.
    pub meter: Meter<'a>,
}

/// A stretch of decoded text that begins at the start of a line, in which places can be located.
pub struct View<'a> {
    text: &'a str,
    cursor: Cursor,
    row: Option<SheetRow<'a>>,
}

/// The row of a sheet that a view shows, written as text.
#[derive(Clone, Copy, Debug)]
pub struct SheetRow<'a> {
    /// The sheet.
    pub sheet: &'a str,
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// The byte of the input's text at which the row begins.
    pub byte: u64,
    /// The end of each cell, from column A on, relative to the row.
    pub ends: &'a [End],
}

impl<'a> View<'a> {
    /// The view of `text`, which begins at `byte` of the input, at the start of `line`.
    #[must_use]
    pub fn new(text: &'a str, byte: u64, line: u64) -> Self {
        Self { text, cursor: Cursor::new(byte, line), row: None }
    }

    /// The view of `text`, which begins at `start`, perhaps within a line.
    #[must_use]
    pub fn at(text: &'a str, start: Location) -> Self {
        Self { text, cursor: Cursor::at(start), row: None }
    }

    /// The view of a row of a sheet, which is one line however many stand in its cells.
    #[must_use]
    pub fn of_row(text: &'a str, row: SheetRow<'a>) -> Self {
        Self { text, cursor: Cursor::new(row.byte, row.number), row: Some(row) }
    }

    /// Takes a reader's word that `line` begins at `byte`.
    #[inline]
    pub const fn tell_line(&mut self, byte: u64, line: u64) {
        self.cursor.tell(byte, line);
    }

    /// The location of `byte`.
    pub fn locate(&mut self, byte: u64) -> Location {
        let Some(row) = self.row else { return self.cursor.locate(self.text, byte) };
        let offset = usize::try_from(byte.saturating_sub(row.byte)).unwrap_or(0);
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let column = before.chars().count() as u64 + 1;
        Location { byte: row.byte + before.len() as u64, line: row.number, column }
    }

    /// The cell of a sheet that `byte` lies in.
    #[must_use]
    pub fn cell(&self, byte: u64) -> Option<CellPlace> {
        let row = self.row?;
        let offset = usize::try_from(byte.saturating_sub(row.byte)).unwrap_or(0);
        let column = row.ends.partition_point(|end| end.at() < offset);
        Some(CellPlace { sheet: row.sheet.to_owned(), cell: xlsx::address(row.number, column) })
    }
}

/// Whether a sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    GoOn,
    /// It has all it wanted.
    Stop,
}

/// Records that follow one another, and what their reader knows of them column by column.
pub trait Run {
    /// Its records.
    type Record<'r>: Record
    where
        Self: 'r;

    /// How many there are.
    fn length(&self) -> usize;

    /// The record at `place`, counted from 0.
    fn record(&self, place: usize) -> Self::Record<'_>;

    /// Which column of a table holds `field`. Nothing where there are no columns.
    fn column(&self, _field: Field) -> Option<usize> {
        None
    }

    /// Puts the numbers that `phrases` has for the texts from the column `first` to the column `last`, whole as they are
    /// written, into `codes`, record by record.
    fn number_columns(&self, _first: usize, _last: usize, _phrases: &mut Phrases, _codes: &mut Vec<Code>) {
        unreachable!("internal error: only those who have columns are asked for their numbers")
    }

    /// Puts the numbers that `dictionary` has for the texts of `field` into `codes`, record by record: the same
    /// number only where two mean the same. [`NO_CODE`] where a text has none.
    fn number(&self, field: Field, dictionary: &mut Dictionary, codes: &mut Vec<Code>) {
        for place in 0..self.length() {
            let code = self.record(place).written(field).and_then(|text| dictionary.code(text));
            codes.push(code.unwrap_or(NO_CODE));
        }
    }

    /// Tells `view` where the record at `place` stands, if that is known: lines need not be counted then.
    fn tell_line(&self, place: usize, view: &mut View<'_>);
}

/// A record on its own.
pub struct Single<'r, R>(pub &'r R);

impl<R: Record> Run for Single<'_, R> {
    type Record<'s>
        = &'s R
    where
        Self: 's;

    fn length(&self) -> usize {
        1
    }

    fn record(&self, _: usize) -> &R {
        self.0
    }

    fn tell_line(&self, _: usize, _: &mut View<'_>) {}
}

/// Where a reader's records go.
pub trait Sink: Send + Sized {
    /// The records of a table with the fields `present` are about to come; what came before was another table.
    fn begin_table(&mut self, _present: FieldSet) {}

    /// Records were read. Their numbers count refused records too.
    fn records(&mut self, run: &impl Run, view: &mut View<'_>) -> Flow {
        for place in 0..run.length() {
            run.tell_line(place, view);
            if self.record(&run.record(place), view) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::GoOn
    }

    /// A record was read.
    fn record(&mut self, record: &impl Record, view: &mut View<'_>) -> Flow;

    /// The record with this number could not be read for certain.
    /// `span` is all that was given up.
    fn refuse(&mut self, number: u64, span: Span, fault: Fault, excerpt: Option<Excerpt>, view: &mut View<'_>) -> Flow;

    /// Something else is wrong with the input. Without a view there is no place in it.
    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut View<'_>>);

    /// Something is worth knowing and leaves nothing unjudged.
    fn note(&mut self, _: Fault) {}

    /// One of so many sinks for other records of the input at hand, which has seen none yet: they can be filled at
    /// once. Nothing where records must come in order.
    fn fork(&self, _of: usize) -> Option<Self> {
        None
    }

    /// Takes in what forks have seen: the outcome is the same as if all records had come in order. False, and
    /// nothing is taken, where that cannot be.
    fn join(&mut self, _: Vec<Self>) -> bool {
        false
    }
}

/// A record from which reading can begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Where it begins.
    pub byte: u64,
    /// Its line.
    pub line: u64,
    /// Its column, where records need not begin a line; else 1.
    pub column: u64,
    /// The number of the record before it.
    pub records: u64,
}

impl Checkpoint {
    /// Where it is.
    #[must_use]
    pub const fn place(&self) -> Location {
        Location { byte: self.byte, line: self.line, column: self.column }
    }
}

/// What a reader took in.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The headers or keys that were understood, and as what.
    pub columns: Vec<(String, Field)>,
    /// Those that were not.
    pub unknown: Vec<String>,
    /// The fields that the input carries.
    pub present: FieldSet,
    /// A field came up that earlier records were not judged with: the input is to be read again.
    pub is_outdated: bool,
    /// Some record says itself what kind of account it is.
    pub has_kinds: bool,
    /// Data records, refused ones too.
    pub records: u64,
    /// Bytes that belong to the header, to records, or between them.
    pub bytes: u64,
    /// Where reading can begin again, in order.
    pub checkpoints: Vec<Checkpoint>,
    /// It was read as a whole: there is no checkpoint but its beginning.
    pub is_whole: bool,
    /// What the header row of a table said.
    pub table: Option<csv::row::Table>,
    /// What a workbook was read by, so that it can be read alike once more.
    pub workbook: Option<xlsx::Asked>,
}

/// Refuses bytes that are no text a reader can take, before any is read as such.
///
/// # Errors
/// A fault that names what they look like.
pub fn refuse_other_encodings(start: &[u8]) -> Result<(), Fault> {
    let is = |magic: &[u8]| start.starts_with(magic);
    let refused = |message: &str| Err(Fault::new(FaultKind::EncodingUnsupported, Span::at(0), message));
    if is(b"PK\x03\x04") {
        let message = "this is a ZIP archive, perhaps a workbook, not a text file";
        let remedy = "If it is a workbook, say so with `--input-format xlsx`.";
        return refused(message).map_err(|fault| fault.with_remedy(remedy));
    }
    if is(b"\x1f\x8b") {
        return refused("this is a gzip archive, not a text file")
            .map_err(|fault| fault.with_remedy("Unpack it first."));
    }
    if is(b"\xff\xfe") || is(b"\xfe\xff") || is(b"\0\0\xfe\xff") {
        return refused("the text is in UTF-16 or UTF-32");
    }
    let look = &start[..start.len().min(4096)];
    let nuls = look.iter().filter(|byte| **byte == 0).count();
    if nuls * 8 > look.len() {
        let message = "there are NUL bytes all over the text: it is UTF-16 without a mark, or no text";
        let remedy = "If it is UTF-16, say so with `--encoding utf-16le` or `--encoding utf-16be`.";
        return refused(message).map_err(|fault| fault.with_remedy(remedy));
    }
    Ok(())
}

/// The byte order mark of UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A document that lies in memory.
pub struct Document {
    /// Its text, without its byte order mark.
    pub text: String,
    /// The byte of the input that the text begins at.
    pub base: u64,
    /// Bytes that were no UTF-8 or NUL.
    pub broken: Vec<u64>,
}

impl Document {
    /// The first byte that was no UTF-8, as a fault of the whole document.
    #[must_use]
    pub fn broken(&self) -> Option<Fault> {
        self.broken.first().map(|at| not_utf8(*at))
    }
}

/// A byte that is no UTF-8.
fn not_utf8(at: u64) -> Fault {
    Fault::new(FaultKind::Utf8Invalid, Span::new(at, at + 1), "a byte that is no UTF-8, or a NUL")
}

/// The largest document: over a million persons. It is held in memory, once.
pub const LARGEST_DOCUMENT: u64 = 768 << 20;

/// The largest plan: ten thousand accounts. A tree of it is held in memory, at many times its size.
pub const LARGEST_PLAN: u64 = 4 << 20;

/// The largest single account of a document.
pub const LARGEST_PERSON: usize = 1 << 20;

/// What is larger than it may be.
fn too_large(what: &str, most: u64) -> Fault {
    Fault::of_input(FaultKind::TooLarge, format!("{what} is larger than {} MiB", most >> 20))
}

/// The whole of a document of at most `most` bytes as text.
///
/// # Errors
/// A fault where it cannot be read, is too large, is empty, or is no text.
pub fn read_document(source: &Source, most: u64) -> Result<Document, Fault> {
    if source.length() > most {
        return Err(too_large("the document", most));
    }
    let mut bytes = source.read_whole()?;
    refuse_other_encodings(&bytes)?;
    let base = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    bytes.drain(..base);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing"));
    }
    let base = base as u64;
    let no_text = || Fault::of_input(FaultKind::EncodingUnsupported, "so many bytes are no UTF-8 that this is no text");
    let (text, broken) = chunks::decode_whole(bytes, base).ok_or_else(no_text)?;
    Ok(Document { text, base, broken })
}
