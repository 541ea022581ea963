//! A table read by several threads at once: each takes the next stretch, and what they saw is put together.
//!
//! What comes out does not depend on how many there are. Where something comes up after which records have to be
//! seen in order, or anything goes wrong, all that was seen is forgotten and one reads alone from the beginning.

use std::sync::{Mutex, PoisonError};
use std::thread;

use super::body::{Body, Feed, Place};
use super::codes::Codes;
use crate::error::ReadError;
use crate::input::{Checkpoint, Sink};
use crate::record::Field;

/// The bytes that make another thread worth its start: it takes longer to read them.
const SHARE: u64 = 1 << 20;

/// Reads a table from `from` on, by at most `jobs` threads. `wanted` are the fields whose texts are told by number.
pub(super) fn read<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    wanted: &[Field],
    jobs: usize,
    sink: &mut S,
) -> Result<Feed, ReadError> {
    let shares = usize::try_from(place.source.length() / SHARE).unwrap_or(usize::MAX);
    match together(place, from, wanted, jobs.min(shares), sink) {
        Some(feed) => Ok(feed),
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
    Ok(feed.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Reads a table by several threads. Nothing where that cannot be done; then the sink has seen nothing.
fn together<S: Sink>(
    place: Place<'_>,
    from: Checkpoint,
    wanted: &[Field],
    jobs: usize,
    sink: &mut S,
) -> Option<Feed> {
    if jobs < 2 {
        return None;
    }
    let mut forks: Vec<S> = (0..jobs).map(|_| sink.fork()).collect::<Option<_>>()?;
    let feed = Mutex::new(Feed::new(from));
    let is_read = thread::scope(|scope| {
        let read = |fork| Body::new(place, Codes::new(place.table, wanted), false, fork).work(&feed);
        let start = |fork| thread::Builder::new().spawn_scoped(scope, move || read(fork));
        let workers: Vec<_> = forks.iter_mut().map(start).collect();
        // One that the system did not start is missed by nobody, as long as there is another.
        let started: Vec<_> = workers.into_iter().flatten().collect();
        let results: Vec<_> = started.into_iter().map(thread::ScopedJoinHandle::join).collect();
        !results.is_empty() && results.iter().all(|result| matches!(result, Ok(Ok(()))))
    });
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    (is_read && !feed.needs_order && sink.join(forks)).then_some(feed)
}
