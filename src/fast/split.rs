//! One input split into chunks for several threads: each claims the next chunk, wherever the one before it has ended.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// The bytes that take longer to read than a thread takes to start.
const BYTES_PER_THREAD: u64 = 512 << 10;

/// The most threads at one input: more would read chunks that others have claimed meanwhile.
const MAX_THREADS: usize = 8;

/// What the threads at one input share.
#[derive(Debug)]
pub struct WorkQueue<P> {
    /// Where the next chunk begins.
    pub here: P,
    /// Where each chunk began.
    pub checkpoints: Vec<P>,
    /// Nothing is left to read, or the sink wants no more.
    pub is_over: bool,
    /// Records must be read in order.
    pub needs_order: bool,
}

impl<P> WorkQueue<P> {
    /// A queue of an input read from `here` on.
    #[must_use]
    pub const fn new(here: P) -> Self {
        Self { here, checkpoints: Vec::new(), is_over: false, needs_order: false }
    }
}

/// Claims lost before a thread keeps the queue locked while it reads a chunk.
const MAX_LOST: usize = 2;

/// How one thread claims chunks: it reads the next one without the lock, and keeps it unless another thread was faster.
/// So threads hardly ever wait while another reads the file.
pub struct ChunkClaims<'q, P> {
    queue: &'q Mutex<WorkQueue<P>>,
    lost: usize,
}

/// A claim to the next chunk.
pub struct ChunkClaim<'q, P> {
    /// Where it begins.
    pub here: P,
    /// Held so that the claim cannot be lost.
    locked: Option<MutexGuard<'q, WorkQueue<P>>>,
}

impl<'q, P: Copy + PartialEq> ChunkClaims<'q, P> {
    /// The claims of one thread.
    pub const fn new(queue: &'q Mutex<WorkQueue<P>>) -> Self {
        Self { queue, lost: 0 }
    }

    /// A claim to the next chunk, which can be read now. `None` if none is left.
    pub fn claim(&self) -> Option<ChunkClaim<'q, P>> {
        let queue = lock(self.queue);
        let here = queue.here;
        (!queue.is_over).then(|| ChunkClaim { here, locked: (self.lost >= MAX_LOST).then_some(queue) })
    }

    /// The queue, from which the claimed chunk must now be taken. `None` if the claim is lost.
    pub fn confirm(&mut self, claim: ChunkClaim<'q, P>) -> Option<MutexGuard<'q, WorkQueue<P>>> {
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

/// In place of a number of threads: as many as the machine runs at once.
pub const ALL_THREADS: usize = 0;

/// The number of threads that `jobs` stands for. The system is asked once, and only when somebody needs to know: it takes
/// longer than to check a small plan.
#[must_use]
pub fn thread_count(jobs: usize) -> usize {
    static ALL: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZeroUsize::get));
    if jobs == ALL_THREADS { *ALL } else { jobs }
}

/// How many of `jobs` threads are worth their start for an input of so many bytes.
#[must_use]
pub fn useful_threads(jobs: usize, bytes: u64) -> usize {
    threads_for(jobs, usize::try_from(bytes / BYTES_PER_THREAD).unwrap_or(usize::MAX))
}

/// How many of `jobs` threads start where `useful` would have enough to do.
fn threads_for(jobs: usize, useful: usize) -> usize {
    let useful = useful.min(MAX_THREADS);
    if useful < 2 { useful } else { thread_count(jobs).min(useful) }
}

/// Runs `work` on each of `shares`, each in a thread of its own, and gives what came of each.
pub fn on_threads<S: Send, R: Send>(shares: &mut [S], work: impl Fn(&mut S) -> R + Sync) -> Vec<R> {
    let work = &work;
    let Some((own, others)) = shares.split_first_mut() else { return Vec::new() };
    thread::scope(|scope| {
        let start = |share| thread::Builder::new().spawn_scoped(scope, move || work(share));
        let started: Vec<_> = others.iter_mut().map(start).collect();
        // This thread works too: its memory is the cheapest to have. A thread that the system did not start is not missed.
        let own = work(own);
        let end = |worker: ScopedJoinHandle<_>| worker.join().unwrap_or_else(|panic| resume_unwind(panic));
        let others = started.into_iter().flatten().map(end);
        std::iter::once(own).chain(others).collect()
    })
}

/// What both pieces of work give, each in a thread of its own if there are several.
pub fn both<A: Send, B>(jobs: usize, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    let (mut one, mut other) = (Some(one), Some(other));
    let (mut of_one, mut of_other) = (None, None);
    do_both(jobs, &mut || of_one = one.take().map(|work| work()), &mut || of_other = other.take().map(|work| work()));
    const DONE: &str = "internal error: both pieces of work are done";
    (of_one.expect(DONE), of_other.expect(DONE))
}

/// The same of any work: either piece is compiled once, though it may be done in one of several places.
fn do_both(jobs: usize, one: &mut (dyn FnMut() + Send), other: &mut dyn FnMut()) {
    if thread_count(jobs) < 2 {
        one();
        return other();
    }
    let waiting = Mutex::new(Some(one));
    let begin = || {
        let work = lock(&waiting).take();
        if let Some(work) = work {
            work();
        }
    };
    thread::scope(|scope| {
        let started = thread::Builder::new().spawn_scoped(scope, begin);
        other();
        if let Ok(worker) = started {
            worker.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    // If the system gave no thread, it is done here.
    begin();
}

/// What `work` makes of each of `items`, in their order. Several threads share them if each has at least `least` to do.
pub fn map_on_threads<T: Sync, R: Send>(items: &[T], least: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads_for(ALL_THREADS, items.len() / least.max(1)).max(1);
    let next = AtomicUsize::new(0);
    let mut shares: Vec<Vec<(usize, R)>> = (0..threads).map(|_| Vec::new()).collect();
    on_threads(&mut shares, |done| {
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            done.push((at, work(item)));
        }
    });
    let mut done: Vec<Option<R>> = items.iter().map(|_| None).collect();
    shares.into_iter().flatten().for_each(|(at, made)| done[at] = Some(made));
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_claimed_once() {
        let queue = Mutex::new(WorkQueue::new(0));
        let (mut one, mut other) = (ChunkClaims::new(&queue), ChunkClaims::new(&queue));
        let (mine, theirs) = (one.claim().expect("there is one"), other.claim().expect("there is one"));
        assert_eq!((mine.here, theirs.here), (0, 0));
        one.confirm(mine).expect("nobody was faster").here = 10;
        assert!(other.confirm(theirs).is_none());
        let next = other.claim().expect("there is one");
        assert_eq!(next.here, 10);
        other.confirm(next).expect("nobody was faster").is_over = true;
        assert!(one.claim().is_none());
    }

    #[test]
    fn a_thread_that_lost_twice_holds_the_queue() {
        let queue = Mutex::new(WorkQueue::new(0));
        let (mut quick, mut slow) = (ChunkClaims::new(&queue), ChunkClaims::new(&queue));
        for number in 0..MAX_LOST {
            let claim = slow.claim().expect("there is one");
            let first = quick.claim().expect("there is one");
            quick.confirm(first).expect("nobody was faster").here = number as u64 + 1;
            assert!(slow.confirm(claim).is_none());
        }
        let claim = slow.claim().expect("there is one");
        assert!(queue.try_lock().is_err());
        assert!(slow.confirm(claim).is_some());
    }

    #[test]
    fn both_pieces_of_work_are_done_once() {
        for jobs in [1, 2, ALL_THREADS] {
            let (mut one, mut other) = (0, 0);
            let answers = both(
                jobs,
                || {
                    one += 1;
                    "one"
                },
                || {
                    other += 1;
                    "other"
                },
            );
            assert_eq!((answers, one, other), (("one", "other"), 1, 1));
        }
    }

    #[test]
    fn what_threads_made_comes_in_order() {
        for (count, least) in [(0, 1), (1, 1), (7, 100), (1000, 1)] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(
                map_on_threads(&items, least, |item| item * 2),
                (0..count).map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn nothing_is_claimed_after_the_end() {
        let queue = Mutex::new(WorkQueue::new(0));
        let mut claims = ChunkClaims::new(&queue);
        let claim = claims.claim().expect("there is one");
        lock(&queue).is_over = true;
        assert!(claims.confirm(claim).is_none() && claims.claim().is_none());
    }
}
