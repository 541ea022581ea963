//! A table read from a checkpoint on, by one or by several.

use std::sync::Mutex;

use super::body::{Body, Place};
use super::spread::Spread;
use crate::error::ReadError;
use crate::input::crew::{Feed, lock, together, unlocked};
use crate::input::{Checkpoint, Sink};

/// Reads a table by at most `jobs` threads.
pub(super) fn read<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    jobs: usize,
    sink: &mut S,
) -> Result<(Feed, Spread), ReadError> {
    let feed = Mutex::new(Feed::new(from));
    let work = |fork: &mut S| {
        let mut body = Body::new(place, false, fork);
        body.work(&feed).ok()?;
        (!lock(&feed).needs_order).then_some(body.spread)
    };
    match together(sink, jobs, place.source.length(), work) {
        Some(spreads) => Ok((unlocked(feed), Spread::merged(spreads))),
        None => alone(place, from, sink),
    }
}

/// Reads a table in order.
pub(super) fn alone<S: Sink>(place: Place<'_>, from: Checkpoint, sink: &mut S) -> Result<(Feed, Spread), ReadError> {
    let feed = Mutex::new(Feed::new(from));
    let mut body = Body::new(place, true, sink);
    body.work(&feed)?;
    Ok((unlocked(feed), body.spread))
}
