//! Tables as text: the header row, then one record at a time out of a buffer that does not grow.
//!
//! The scan for cells is ours (`fast/scan.rs`), because spans come out of it; the `csv` crate decodes quoted headers.
//! Ragged rows, misplaced quotes and bytes that are not UTF-8 refuse a record; the rest is read.

mod blank_lines;
mod chunk;
pub(in crate::read) mod faults;
mod footer;
pub mod header;
mod multiline_cells;
mod parallel;
mod reader;
pub mod row;
pub(in crate::read) mod row_batch;
mod sample;
pub(in crate::read) mod table_schema;

use std::sync::OnceLock;

use super::headers::Headers;
use super::progress::ProgressMeter;
use super::reader::{Reader, Unreadable};
use super::{Checkpoint, Input, Locator, ReadOptions, ReadSummary, Sink};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::error::ReadError;
use crate::source::file::Source;
use crate::source::{InputId, Span};
use chunk::{ReadMode, TableInput};
use footer::DeclaredFooter;
use header::{HeaderError, header_excerpt, read_header_row};
use reader::TableReader;
use table_schema::TableSchema;

/// A table as text, streamed.
#[derive(Default)]
pub struct Csv {
    /// By which its rows are read again.
    schema: OnceLock<Box<TableSchema>>,
}

impl Reader for Csv {
    const WORD: &'static str = "csv";
    const EXTENSIONS: &'static [&'static str] = &["csv", "tsv"];

    fn open(_: &Source) -> Result<Self, Unreadable> {
        Ok(Self::default())
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        match read(&input.source, input.id, options, sink) {
            Ok((summary, schema)) => {
                self.schema.get_or_init(|| Box::new(schema));
                Some(summary)
            }
            Err(error) => {
                let mut locator = Locator::new(&error.text, error.base, 1);
                let spans: Vec<Span> = error.fault.labels.iter().map(|label| label.span).collect();
                let excerpt = error.is_header.then(|| header_excerpt(&error.text, error.base, &spans));
                sink.fault(error.fault, excerpt, (!spans.is_empty()).then_some(&mut locator));
                None
            }
        }
    }

    fn read_again(
        &self,
        input: &Input,
        _: &ReadOptions<'_>,
        summary: &ReadSummary,
        from: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        if let (Some(schema), Some(from)) = (self.schema.get(), from) {
            let table = TableInput {
                source: &input.source,
                id: input.id,
                schema,
                first_record: from.byte,
                meter: ProgressMeter::default(),
                end: u64::MAX,
            };
            let before = summary.checkpoints.partition_point(|checkpoint| checkpoint.records < from.records);
            let _ = read_wanted(table, &summary.checkpoints[before..], sink);
        }
    }

    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
        let header = read_header_row(source, options).map_err(|error| error.fault)?;
        Ok(header.summary().into())
    }
}

/// Hands on the records that `sink` wants of the blocks that begin at `checkpoints`. Blocks without any are not read.
fn read_wanted(table: TableInput<'_>, mut checkpoints: &[Checkpoint], sink: &mut impl Sink) -> Result<(), ReadError> {
    while let Some(at) = TableReader::new(table, ReadMode::Sequential, sink).read_lines_again(checkpoints)? {
        // Something in this block is not a line of its own.
        let end = checkpoints.get(at + 1).map_or(table.end, |next| next.byte);
        parallel::read_sequentially(TableInput { end, ..table }, checkpoints[at], sink)?;
        checkpoints = &checkpoints[at + 1..];
    }
    Ok(())
}

/// Reads a table from its beginning; also returns the schema of its rows.
///
/// # Errors
/// A fault that ended reading; what was read before it went to the sink.
pub fn read(
    source: &Source,
    id: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<(ReadSummary, TableSchema), HeaderError> {
    let mut header = read_header_row(source, read_options)?;
    header.note.take().into_iter().for_each(|note| sink.note(note));
    for fault in std::mem::take(&mut header.faults) {
        let spans: Vec<Span> = fault.labels.iter().map(|label| label.span).collect();
        let is_shown = fault.kind == FaultKind::ColumnNearMiss;
        let excerpt = is_shown.then(|| header_excerpt(&header.text, header.base, &spans));
        sink.fault(fault, excerpt, Some(&mut Locator::new(&header.text, header.base, 1)));
    }
    sink.begin_table(header.schema.present);
    let footer_rows = read_options.tables.footer_rows;
    let footer =
        (footer_rows > 0).then(|| DeclaredFooter::read(source, header.records.byte, footer_rows)).transpose()?;
    let end = footer.as_ref().map_or(u64::MAX, DeclaredFooter::begin);
    let first_record = header.records.byte;
    let table = TableInput { source, id, schema: &header.schema, first_record, meter: read_options.meter, end };
    let (queue, multiline_cells) = parallel::read(table, header.records, read_options.jobs, sink)?;
    multiline_cells.note().into_iter().for_each(|note| sink.note(note));
    if let Some(footer) = &footer {
        let line = queue.here.line;
        for fault in footer.faults(&header.schema, queue.here.records) {
            sink.fault(fault, None, Some(&mut Locator::new(footer.text(), footer.begin(), line)));
        }
    }
    let summary = ReadSummary {
        records: queue.here.records,
        bytes: footer.map_or(queue.here.byte, |_| source.length()),
        checkpoints: queue.checkpoints,
        passes_over_unwanted: true,
        ..header.summary()
    };
    Ok((summary, header.schema))
}
