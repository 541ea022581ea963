//! A table read from a checkpoint on, by one or by several.

use std::sync::Mutex;

use super::body::{Body, Place};
use super::codes::Codes;
use crate::error::ReadError;
use crate::input::crew::{Feed, lock, together, unlocked};
use crate::input::{Checkpoint, Sink};
use crate::record::Field;

/// Reads a table by at most `jobs` threads. `wanted` are the fields whose texts are told by number.
pub(super) fn read<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    wanted: &[Field],
    jobs: usize,
    sink: &mut S,
) -> Result<Feed, ReadError> {
    let feed = Mutex::new(Feed::new(from));
    let work = |fork: &mut S| {
        Body::new(place, Codes::new(place.table, wanted), false, fork).work(&feed).ok()?;
        (!lock(&feed).needs_order).then_some(())
    };
    match together(sink, jobs, place.source.length(), work) {
        Some(_) => Ok(unlocked(feed)),
        None => alone(place, from, wanted, sink),
    }
}

/// Reads a table in order.
pub(super) fn alone<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    wanted: &[Field],
    sink: &mut S,
) -> Result<Feed, ReadError> {
    let feed = Mutex::new(Feed::new(from));
    Body::new(place, Codes::new(place.table, wanted), true, sink).work(&feed)?;
    Ok(unlocked(feed))
}
