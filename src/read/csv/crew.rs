//! A table read from a checkpoint on, by one or by several.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::body::Body;
use super::spread::Spread;
use super::stretch::{Manner, Place};
use crate::error::ReadError;
use crate::read::crew::{Feed, lock, together, unlocked};
use crate::read::{Checkpoint, Sink};

/// Reads a table by at most `jobs` threads.
pub(super) fn read<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    jobs: usize,
    sink: &mut S,
) -> Result<(Feed, Spread), ReadError> {
    let is_wrong = AtomicBool::new(false);
    if let Some(read) = by_several(place, from, jobs, Manner::ByGuess(&is_wrong), sink) {
        return Ok(read);
    }
    let in_turn = || by_several(place, from, jobs, Manner::InTurn, sink);
    match is_wrong.load(Ordering::Relaxed).then(in_turn).flatten() {
        Some(read) => Ok(read),
        None => alone(place, from, sink),
    }
}

/// Reads a table by several. Nothing where that cannot be done; then the sink has seen nothing.
fn by_several<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    jobs: usize,
    manner: Manner<'_>,
    sink: &mut S,
) -> Option<(Feed, Spread)> {
    let feed = Mutex::new(Feed::new(from));
    let work = |fork: &mut S| {
        let mut body = Body::new(place, manner, fork);
        body.work(&feed).ok()?;
        (!lock(&feed).needs_order).then_some(body.spread)
    };
    let spreads = together(sink, jobs, place.source.length(), work)?;
    Some((unlocked(feed), Spread::merged(spreads)))
}

/// Reads a table in order.
pub(super) fn alone<S: Sink>(place: Place<'_>, from: Checkpoint, sink: &mut S) -> Result<(Feed, Spread), ReadError> {
    let feed = Mutex::new(Feed::new(from));
    let mut body = Body::new(place, Manner::Alone, sink);
    body.work(&feed)?;
    Ok((unlocked(feed), body.spread))
}
