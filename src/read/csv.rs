//! Tables as text: the header row, then one record at a time out of a buffer that does not grow.
//!
//! The scan for structure is ours (`csv/scan.rs`), because spans fall out of it; the `csv` crate says how the
//! header's quoted cells decode. What is refused: ragged rows, quotes where none may stand, bytes that are no
//! UTF-8. After a refused record the rest is read.

mod blank_lines;
mod body;
mod chunk;
pub(in crate::read) mod faults;
pub mod head;
mod multiline_cells;
mod parallel;
pub mod row;
pub mod rows;
pub mod scan;

use std::sync::OnceLock;

use super::columns::{Column, ColumnMap};
use super::format::{Reader, Unreadable};
use super::headers::Headers;
use super::progress::Meter;
use super::{Checkpoint, Input, Locator, ReadOptions, ReadSummary, Sink};
use crate::diagnostic::fault::Fault;
use crate::error::ReadError;
use crate::source::file::Source;
use crate::source::{InputId, Span};
use chunk::Place;
use head::{HeaderError, header_excerpt, read_header_row};
use row::TableSchema;

/// A table as text, streamed.
#[derive(Default)]
pub struct Csv {
    /// What its header row said, to read rows again by.
    table: OnceLock<Box<TableSchema>>,
}

impl Reader for Csv {
    const WORD: &'static str = "csv";
    const EXTENSIONS: &'static [&'static str] = &["csv", "tsv"];

    fn open(_: &Source) -> Result<Self, Unreadable> {
        Ok(Self::default())
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        match read(&input.source, input.id, options, sink) {
            Ok((summary, table)) => {
                self.table.get_or_init(|| Box::new(table));
                Some(summary)
            }
            Err(bad) => {
                let mut view = Locator::new(&bad.text, bad.base, 1);
                let spans: Vec<Span> = bad.fault.labels.iter().map(|label| label.span).collect();
                let excerpt = bad.is_header.then(|| header_excerpt(&bad.text, bad.base, &spans));
                sink.fault(bad.fault, excerpt, (!spans.is_empty()).then_some(&mut view));
                None
            }
        }
    }

    fn read_again(
        &self,
        input: &Input,
        _: &ReadOptions<'_>,
        _: &ReadSummary,
        from: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        if let (Some(table), Some(from)) = (self.table.get(), from) {
            let _ = read_from(&input.source, input.id, table, from, sink);
        }
    }

    fn headers(source: &Source, map: &ColumnMap) -> Result<Headers, Fault> {
        let head = read_header_row(source, map).map_err(|bad| bad.fault)?;
        let mut headers = Headers::default();
        for column in head.columns {
            match column.field {
                Some(field) => headers.understood.push((column.header, field)),
                None => headers.unknown.push(column.header),
            }
        }
        Ok(headers)
    }
}

/// Reads a table from its beginning: what it holds, and what its header row says.
///
/// # Errors
/// A fault that ended reading; what was read before it went to the sink.
pub fn read(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<(ReadSummary, TableSchema), HeaderError> {
    let mut head = read_header_row(source, read_options.columns)?;
    if let Some(note) = head.note.take() {
        sink.note(note);
    }
    if let Some(fault) = head.above.take() {
        sink.fault(fault, None, Some(&mut Locator::new(&head.opening, head.opening_byte, 1)));
    }
    let known = |column: &Column| column.field.map(|field| (column.header.clone(), field));
    let unknown = |column: &Column| column.field.is_none().then(|| column.header.clone());
    let mut summary = ReadSummary {
        columns: head.columns.iter().filter_map(known).collect(),
        unknown: head.columns.iter().filter_map(unknown).collect(),
        present: head.table.present,
        bytes: head.body.byte,
        ..ReadSummary::default()
    };
    sink.begin_table(head.table.present);
    let place = Place { source, input, table: &head.table, meter: read_options.meter };
    let (read, multiline_cells) = parallel::read(place, head.body, read_options.jobs, sink)?;
    multiline_cells.note().into_iter().for_each(|note| sink.note(note));
    summary.records = read.here.records;
    summary.bytes = read.here.byte;
    summary.checkpoints = read.checkpoints;
    summary.has_header = true;
    Ok((summary, head.table))
}

/// Reads a table again from a checkpoint, until the sink has enough.
///
/// # Errors
/// When the system cannot read.
pub fn read_from(
    source: &Source,
    input: InputId,
    table: &TableSchema,
    from: Checkpoint,
    sink: &mut impl Sink,
) -> Result<(), ReadError> {
    parallel::alone(Place { source, input, table, meter: Meter::default() }, from, sink).map(drop)
}
