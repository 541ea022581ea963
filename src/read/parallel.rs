//! One input read by several threads: each claims the next chunk, and their sinks are merged.
//!
//! The outcome does not depend on the number of threads. If records turn out to need their order, or anything goes
//! wrong, everything is dropped and one thread reads from the beginning.

use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use super::{Checkpoint, Sink};

/// The bytes that take longer to read than a thread takes to start.
const BYTES_PER_THREAD: u64 = 512 << 10;

/// The most threads at one input: more would read chunks that others have claimed meanwhile.
const MAX_THREADS: usize = 8;

/// What the threads at one input share.
#[derive(Debug)]
pub struct WorkQueue {
    /// Where the next chunk begins.
    pub here: Checkpoint,
    /// Where each chunk began.
    pub checkpoints: Vec<Checkpoint>,
    /// Nothing is left to read, or the sink wants no more.
    pub is_over: bool,
    /// Records must be read in order.
    pub needs_order: bool,
}

impl WorkQueue {
    /// A queue of an input read from `here` on.
    #[must_use]
    pub const fn new(here: Checkpoint) -> Self {
        Self { here, checkpoints: Vec::new(), is_over: false, needs_order: false }
    }
}

/// Claims lost before a thread keeps the queue locked while it reads a chunk.
const MAX_LOST: usize = 2;

/// How one thread claims chunks: it reads the next one without the lock, and keeps it unless another thread was faster.
/// So threads hardly ever wait while another reads the file.
pub struct ChunkClaims<'q> {
    queue: &'q Mutex<WorkQueue>,
    lost: usize,
}

/// A claim to the next chunk.
pub struct ChunkClaim<'q> {
    /// Where it begins.
    pub here: Checkpoint,
    /// Held so that the claim cannot be lost.
    locked: Option<MutexGuard<'q, WorkQueue>>,
}

impl<'q> ChunkClaims<'q> {
    /// The claims of one thread.
    pub const fn new(queue: &'q Mutex<WorkQueue>) -> Self {
        Self { queue, lost: 0 }
    }

    /// A claim to the next chunk, which can be read now. `None` if none is left.
    pub fn claim(&self) -> Option<ChunkClaim<'q>> {
        let queue = lock(self.queue);
        let here = queue.here;
        (!queue.is_over).then(|| ChunkClaim { here, locked: (self.lost >= MAX_LOST).then_some(queue) })
    }

    /// The queue, from which the claimed chunk must now be taken. `None` if the claim is lost.
    pub fn confirm(&mut self, claim: ChunkClaim<'q>) -> Option<MutexGuard<'q, WorkQueue>> {
        let queue = claim.locked.unwrap_or_else(|| lock(self.queue));
        let is_there = !queue.is_over && queue.here == claim.here;
        self.lost = if is_there { 0 } else { self.lost + 1 };
        is_there.then_some(queue)
    }
}

/// Locks `shared`. What a thread that panicked has left is still right: it is changed in one go.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The inner value; see [`lock`].
pub fn unlocked<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// How many of `jobs` threads are worth their start for an input of so many bytes.
#[must_use]
pub fn useful_threads(jobs: usize, bytes: u64) -> usize {
    jobs.min(MAX_THREADS).min(usize::try_from(bytes / BYTES_PER_THREAD).unwrap_or(usize::MAX))
}

/// Runs `work` on a fork of `sink`. `None` if the work gives nothing; then `sink` has seen nothing.
pub fn run_isolated<S: Sink, R>(sink: &mut S, work: impl Fn(&mut S) -> Option<R>) -> Option<R> {
    let mut fork = sink.fork(1)?;
    let result = work(&mut fork)?;
    sink.join(vec![fork]).then_some(result)
}

/// Runs `work` in at most `jobs` threads on an input of so many bytes, each with a fork of `sink`. `None` if it is
/// impossible or the work of one gives nothing; then `sink` has seen nothing.
pub fn read_with_forks<S: Sink, R: Send>(
    sink: &mut S,
    jobs: usize,
    bytes: u64,
    work: impl Fn(&mut S) -> Option<R> + Sync,
) -> Option<Vec<R>> {
    let jobs = useful_threads(jobs, bytes);
    if jobs < 2 {
        return None;
    }
    let mut forks: Vec<S> = (0..jobs).map(|_| sink.fork(jobs)).collect::<Option<_>>()?;
    let work = &work;
    let (own, others) = forks.split_first_mut()?;
    let results: Vec<Option<R>> = thread::scope(|scope| {
        let start = |fork| thread::Builder::new().spawn_scoped(scope, move || work(fork));
        let started: Vec<_> = others.iter_mut().map(start).collect();
        // This thread works too: its memory is the cheapest to have. A thread that the system did not start is not missed.
        let own = work(own);
        let end = |worker: ScopedJoinHandle<_>| worker.join().unwrap_or_else(|panic| resume_unwind(panic));
        let others = started.into_iter().flatten().map(end);
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
    fn a_chunk_is_claimed_once() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let (mut one, mut other) = (ChunkClaims::new(&queue), ChunkClaims::new(&queue));
        let (mine, theirs) = (one.claim().expect("there is one"), other.claim().expect("there is one"));
        assert_eq!((mine.here, theirs.here), (at(0), at(0)));
        one.confirm(mine).expect("nobody was faster").here = at(10);
        assert!(other.confirm(theirs).is_none());
        let next = other.claim().expect("there is one");
        assert_eq!(next.here, at(10));
        other.confirm(next).expect("nobody was faster").is_over = true;
        assert!(one.claim().is_none());
    }

    #[test]
    fn a_thread_that_lost_twice_holds_the_queue() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let (mut quick, mut slow) = (ChunkClaims::new(&queue), ChunkClaims::new(&queue));
        for number in 0..MAX_LOST {
            let claim = slow.claim().expect("there is one");
            let first = quick.claim().expect("there is one");
            quick.confirm(first).expect("nobody was faster").here = at(number as u64 + 1);
            assert!(slow.confirm(claim).is_none());
        }
        let claim = slow.claim().expect("there is one");
        assert!(queue.try_lock().is_err());
        assert!(slow.confirm(claim).is_some());
    }

    #[test]
    fn nothing_is_claimed_after_the_end() {
        let queue = Mutex::new(WorkQueue::new(at(0)));
        let mut claims = ChunkClaims::new(&queue);
        let claim = claims.claim().expect("there is one");
        lock(&queue).is_over = true;
        assert!(claims.confirm(claim).is_none() && claims.claim().is_none());
    }
}
