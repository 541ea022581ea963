//! A table read from a checkpoint on, by one thread or several.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chunk::{ReadMode, TableInput};
use super::multiline_cells::MultilineCells;
use super::reader::TableReader;
use crate::error::ReadError;
use crate::fast::split::{WorkQueue, lock, unlocked};
use crate::read::forks::read_with_forks;
use crate::read::{Checkpoint, Sink};

/// How far a table was read, and its cells of several lines.
type ReadTable = (WorkQueue<Checkpoint>, MultilineCells);

/// Reads a table with at most `jobs` threads.
pub(super) fn read<S: Sink>(
    table: TableInput<'_>,
    from: Checkpoint,
    jobs: usize,
    sink: &mut S,
) -> Result<ReadTable, ReadError> {
    let is_wrong = AtomicBool::new(false);
    let mut in_parallel = |mode| read_in_parallel(table, from, jobs, mode, sink);
    let mut read = in_parallel(ReadMode::ParallelEstimated(&is_wrong));
    if read.is_none() && is_wrong.load(Ordering::Relaxed) {
        read = in_parallel(ReadMode::ParallelExact);
    }
    read.map_or_else(|| read_sequentially(table, from, sink), Ok)
}

/// Reads a table with several threads. `None` if that is impossible; then the sink has seen nothing.
fn read_in_parallel<S: Sink>(
    table: TableInput<'_>,
    from: Checkpoint,
    jobs: usize,
    mode: ReadMode<'_>,
    sink: &mut S,
) -> Option<ReadTable> {
    let queue = Mutex::new(WorkQueue::new(from));
    let work = |fork: &mut S| {
        let mut reader = TableReader::new(table, mode, fork);
        reader.read(&queue).ok()?;
        (!lock(&queue).needs_order).then_some(reader.multiline_cells)
    };
    let cells = read_with_forks(sink, jobs, table.source.length(), work)?;
    Some((unlocked(queue), MultilineCells::merge(cells)))
}

/// Reads a table in order.
pub(super) fn read_sequentially<S: Sink>(
    table: TableInput<'_>,
    from: Checkpoint,
    sink: &mut S,
) -> Result<ReadTable, ReadError> {
    let queue = Mutex::new(WorkQueue::new(from));
    let mut reader = TableReader::new(table, ReadMode::Sequential, sink);
    reader.read(&queue)?;
    Ok((unlocked(queue), reader.multiline_cells))
}
