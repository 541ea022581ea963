//! One input read by several threads at once: each takes the next stretch, and what they saw is put together.
//!
//! What comes out does not depend on how many there are. Where something comes up after which records have to be
//! seen in order, or anything goes wrong, all that was seen is forgotten and one reads alone from the beginning.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{Checkpoint, Sink};

/// The bytes that make another thread worth its start: it takes longer to read them.
const SHARE: u64 = 512 << 10;

/// The most threads at one input: more would read what another has taken meanwhile.
const MOST_THREADS: usize = 8;

/// How far an input was read: what all that read it share.
#[derive(Debug)]
pub struct WorkQueue {
    /// Where the next stretch begins.
    pub here: Checkpoint,
    /// Where each one began.
    pub checkpoints: Vec<Checkpoint>,
    /// Nothing is left to read, or nobody wants more.
    pub is_over: bool,
    /// Something came up after which records must be seen in order.
    pub needs_order: bool,
}

impl WorkQueue {
    /// Nothing was read yet.
    #[must_use]
    pub const fn new(here: Checkpoint) -> Self {
        Self { here, checkpoints: Vec::new(), is_over: false, needs_order: false }
    }
}

/// Times that others were faster before one keeps the feed to itself while it looks at a stretch.
const MOST_MISSED: usize = 2;

/// How one of those who read comes by stretches: it looks at the next one beside the others, and takes it unless one of
/// them was faster. So hardly anybody waits while another reads the file.
pub struct ChunkClaims<'f> {
    queue: &'f Mutex<WorkQueue>,
    missed: usize,
}

/// A look at the next stretch.
pub struct ChunkClaim<'f> {
    /// Where it begins.
    pub here: Checkpoint,
    /// Nobody else can take it.
    held: Option<MutexGuard<'f, WorkQueue>>,
}

impl<'f> ChunkClaims<'f> {
    /// Turns at `queue`.
    pub const fn at(queue: &'f Mutex<WorkQueue>) -> Self {
        Self { queue, missed: 0 }
    }

    /// Where the next stretch begins. Nothing where none is left.
    pub fn claim(&self) -> Option<ChunkClaim<'f>> {
        let now = lock(self.queue);
        let here = now.here;
        (!now.is_over).then(|| ChunkClaim { here, held: (self.missed >= MOST_MISSED).then_some(now) })
    }

    /// The feed, to take the stretch out of it that was looked at. Nothing where that is no longer there.
    pub fn take(&mut self, claim: ChunkClaim<'f>) -> Option<MutexGuard<'f, WorkQueue>> {
        let now = claim.held.unwrap_or_else(|| lock(self.queue));
        let is_there = !now.is_over && now.here == claim.here;
        self.missed = if is_there { 0 } else { self.missed + 1 };
        is_there.then_some(now)
    }
}

/// What one who failed has left is still right: it is changed in one go.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is no longer shared.
pub fn unlocked<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads are worth their start for an input of so many bytes.
#[must_use]
pub fn readers(jobs: usize, bytes: u64) -> usize {
    jobs.min(MOST_THREADS).min(usize::try_from(bytes / SHARE).unwrap_or(usize::MAX))
}

/// Lets one `work` with a sink of its own, and forgets all that was seen where nothing comes of it: then `sink` has seen
/// nothing.
pub fn run_isolated<S: Sink, R>(sink: &mut S, work: impl Fn(&mut S) -> Option<R>) -> Option<R> {
    let mut fork = sink.fork(1)?;
    let result = work(&mut fork)?;
    sink.join(vec![fork]).then_some(result)
}

/// Lets at most `jobs` threads `work` at an input of so many bytes, each with a sink of its own; nothing from one
/// of them means that records must be seen in order. Nothing where it cannot be done; then `sink` has seen nothing.
pub fn together<S: Sink, R: Send>(
    sink: &mut S,
    jobs: usize,
    bytes: u64,
    work: impl Fn(&mut S) -> Option<R> + Sync,
) -> Option<Vec<R>> {
    let jobs = readers(jobs, bytes);
    if jobs < 2 {
        return None;
    }
    let mut forks: Vec<S> = (0..jobs).map(|_| sink.fork(jobs)).collect::<Option<_>>()?;
    let work = &work;
    let (own, others) = forks.split_first_mut()?;
    let results: Vec<Option<R>> = thread::scope(|scope| {
        let start = |fork| thread::Builder::new().spawn_scoped(scope, move || work(fork));
        let started: Vec<_> = others.iter_mut().map(start).collect();
        // This thread works too: its memory is the cheapest to have. One that the system did not start is not missed.
        let own = panic::catch_unwind(AssertUnwindSafe(|| work(own))).ok().flatten();
        let others = started.into_iter().flatten().map(|worker| worker.join().ok().flatten());
        std::iter::once(own).chain(others).collect()
    });
    let results: Vec<R> = results.into_iter().collect::<Option<_>>()?;
    sink.join(forks).then_some(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(byte: u64) -> Checkpoint {
        Checkpoint { byte, line: 1, column: 1, records: 0 }
    }

    #[test]
    fn a_stretch_is_taken_once() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let (mut one, mut other) = (ChunkClaims::at(&queue), ChunkClaims::at(&queue));
        let (mine, theirs) = (one.claim().expect("there is one"), other.claim().expect("there is one"));
        assert_eq!((mine.here, theirs.here), (at(0), at(0)));
        one.take(mine).expect("nobody was faster").here = at(10);
        assert!(other.take(theirs).is_none());
        let next = other.claim().expect("there is one");
        assert_eq!(next.here, at(10));
        other.take(next).expect("nobody was faster").is_over = true;
        assert!(one.claim().is_none());
    }

    #[test]
    fn who_was_too_slow_too_often_is_not_again() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let (mut quick, mut slow) = (ChunkClaims::at(&queue), ChunkClaims::at(&queue));
        for number in 0..MOST_MISSED {
            let claim = slow.claim().expect("there is one");
            let first = quick.claim().expect("there is one");
            quick.take(first).expect("nobody was faster").here = at(number as u64 + 1);
            assert!(slow.take(claim).is_none());
        }
        let claim = slow.claim().expect("there is one");
        assert!(queue.try_lock().is_err());
        assert!(slow.take(claim).is_some());
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let mut claims = ChunkClaims::at(&queue);
        let claim = claims.claim().expect("there is one");
        lock(&queue).is_over = true;
        assert!(claims.take(claim).is_none() && claims.claim().is_none());
    }
}
