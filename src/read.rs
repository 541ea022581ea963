//! From named inputs to records: which format, which reader, and what a reader hands on.
//!
//! A reader gives every record to a [`Sink`], refuses what it cannot read for certain, and says at the end
//! what it took in. Nothing but `input/<format>.rs` knows a format; nothing here knows a rule.

pub mod account;
pub mod batch;
pub mod chunks;
pub mod columns;
pub mod completeness;
pub mod csv;
pub mod document;
pub mod encoding;
pub mod headers;
pub mod json;
pub mod keys;
pub mod locator;
pub mod mask;
pub mod non_record_row;
pub mod parallel;
pub mod plan;
pub mod progress;
pub mod sink;
pub mod xlsx;

use std::sync::Arc;

use crate::record::{Field, FieldSet};
use crate::source::file::Source;
use crate::source::{InputId, Location};
use columns::ColumnMap;
use document::{not_utf8, too_large};
use progress::Meter;

pub use batch::{RecordBatch, SingleRecord};
pub use document::{
    BYTE_ORDER_MARK, Document, MAX_DOCUMENT_BYTES, MAX_PLAN_BYTES, read_document, refuse_other_encodings,
};
pub use locator::{Locator, SheetRow};
pub use sink::{Flow, Sink};

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
pub struct ReadOptions<'a> {
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
pub struct ReadSummary {
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
    pub table: Option<csv::row::TableSchema>,
    /// What a workbook was read by, so that it can be read alike once more.
    pub workbook: Option<xlsx::WorkbookSelection>,
}
