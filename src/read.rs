//! From named inputs to records: which format, which reader, and what a reader hands on.
//!
//! A reader gives every record to a [`Sink`], refuses what it cannot read with certainty, and says at the end what it
//! read. A format is known by its module and by its line in `read/format.rs`; nothing here knows a rule.

pub mod account;
pub mod batch;
pub mod chunks;
pub mod columns;
pub mod completeness;
pub mod csv;
pub mod document;
pub mod encoding;
pub mod forks;
pub mod format;
pub mod header_words;
pub mod headers;
pub mod json;
pub mod key_words;
pub mod keys;
pub mod locator;
pub mod mask;
mod paging_words;
pub mod plan;
pub mod plan_probe;
pub mod progress;
pub mod reader;
pub mod review_columns;
pub mod row_kind;
pub mod secret_keys;
pub mod sink;
pub mod site_document;
pub mod site_table;
mod spaceless;
pub mod survey;
pub mod visitor;
pub mod xlsx;

use std::sync::Arc;

use crate::record::{Field, FieldSet};
use crate::source::file::Source;
use crate::source::{InputId, Location};
use columns::ColumnMap;
use document::{not_utf8, too_large};
use progress::ProgressMeter;

pub use batch::{RecordBatch, SingleRecord};
pub use document::{
    BYTE_ORDER_MARK, Document, MAX_DOCUMENT_BYTES, MAX_PLAN_BYTES, read_document, refuse_other_encodings,
};
pub use format::{Format, Opened};
pub use locator::{Locator, SheetRow};
pub use reader::Unreadable;
pub use sink::{Flow, RecordRefusal, Sink};

/// An input that was opened.
#[derive(Debug)]
pub struct Input {
    /// Its number in the run.
    pub id: InputId,
    /// Its path as typed, with `/`; `-` for standard input.
    pub name: Arc<str>,
    /// Its bytes, in UTF-8 where it is a text.
    pub source: Source,
    /// The encoding that its text was in.
    pub encoding: encoding::Encoding,
}

/// Where the table of a file or sheet begins and ends, if the site says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableLayout {
    /// The number of the header row, from 1, as an editor or spreadsheet shows it; `None` to look for it.
    pub header_row: Option<u64>,
    /// How many rows at the end are a footer.
    pub footer_rows: u64,
}

/// What a reader must know beyond the input.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
    /// The site's own headers.
    pub columns: &'a ColumnMap,
    /// Where the site says that tables begin and end.
    pub tables: TableLayout,
    /// The fields a document carries somewhere, when an earlier pass has found out.
    pub present: Option<FieldSet>,
    /// The sheets of workbooks that are to be judged; all of them where none is named.
    pub sheets: &'a [String],
    /// How many threads may read at once, [`ALL_THREADS`](crate::fast::split::ALL_THREADS) for as many as the machine
    /// runs at once.
    pub jobs: usize,
    /// Whom to tell how far the input was read.
    pub meter: ProgressMeter<'a>,
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
    /// Reading it again takes no time for records that are not wanted.
    pub passes_over_unwanted: bool,
    /// One header row named all columns, so that one which the site maps can be missed.
    pub has_header: bool,
    /// It holds more than accounts, so it may hold none.
    pub holds_more: bool,
}
