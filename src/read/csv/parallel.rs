//! A table read from a checkpoint on, by one or by several.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::body::Body;
use super::chunk::{Manner, Place};
use super::multiline_cells::MultilineCells;
use crate::error::ReadError;
use crate::read::parallel::{WorkQueue, lock, together, unlocked};
use crate::read::{Checkpoint, Sink};

/// Reads a table by at most `jobs` threads.
pub(super) fn read<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    jobs: usize,
    sink: &mut S,
) -> Result<(WorkQueue, MultilineCells), ReadError> {
    let is_wrong = AtomicBool::new(false);
    if let Some(read) = parallel(place, from, jobs, Manner::ByGuess(&is_wrong), sink) {
        return Ok(read);
    }
    let in_turn = || parallel(place, from, jobs, Manner::InTurn, sink);
    match is_wrong.load(Ordering::Relaxed).then(in_turn).flatten() {
        Some(read) => Ok(read),
        None => alone(place, from, sink),
    }
}

/// Reads a table by several. Nothing where that cannot be done; then the sink has seen nothing.
fn parallel<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    jobs: usize,
    manner: Manner<'_>,
    sink: &mut S,
) -> Option<(WorkQueue, MultilineCells)> {
    let queue = Mutex::new(WorkQueue::new(from));
    let work = |fork: &mut S| {
        let mut body = Body::new(place, manner, fork);
        body.work(&queue).ok()?;
        (!lock(&queue).needs_order).then_some(body.multiline_cells)
    };
    let spreads = together(sink, jobs, place.source.length(), work)?;
    Some((unlocked(queue), MultilineCells::merged(spreads)))
}

/// Reads a table in order.
pub(super) fn alone<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    sink: &mut S,
) -> Result<(WorkQueue, MultilineCells), ReadError> {
    let queue = Mutex::new(WorkQueue::new(from));
    let mut body = Body::new(place, Manner::Alone, sink);
    body.work(&queue)?;
    Ok((unlocked(queue), body.multiline_cells))
}
