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

use super::columns::Column;
use super::progress::Meter;
use super::{Checkpoint, Locator, ReadOptions, ReadSummary, Sink};
use crate::error::ReadError;
use crate::source::InputId;
use crate::source::file::Source;
use chunk::Place;
use head::{HeaderError, read_header_row};
use row::TableSchema;

/// Reads a table from its beginning.
///
/// # Errors
/// A fault that ended reading; what was read before it went to the sink.
pub fn read(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, HeaderError> {
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
    summary.table = Some(head.table);
    Ok(summary)
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
