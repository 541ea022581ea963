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

/// Reads the share of one thread: `work` is given claims to chunks until none is left. It looks at a chunk without the lock, and
/// then takes it, unless another thread was faster; so threads hardly ever wait while another reads the file.
///
/// # Errors
/// The first of `work`, which ends the thread's share.
pub fn split<P: Copy + PartialEq, E>(
    queue: &Mutex<WorkQueue<P>>,
    mut work: impl FnMut(ChunkClaim<'_, '_, P>) -> Result<(), E>,
) -> Result<(), E> {
    let mut lost = 0;
    loop {
        let now = lock(queue);
        if now.is_over {
            return Ok(());
        }
        let here = now.here;
        let locked = (lost >= MAX_LOST).then_some(now);
        work(ChunkClaim { here, queue, locked, lost: &mut lost })?;
    }
}

/// Claims lost before a thread keeps the queue locked while it reads a chunk.
const MAX_LOST: usize = 2;

/// A claim to the next chunk.
pub struct ChunkClaim<'q, 'l, P> {
    /// Where it begins.
    pub here: P,
    queue: &'q Mutex<WorkQueue<P>>,
    /// Held so that the claim cannot be lost.
    locked: Option<MutexGuard<'q, WorkQueue<P>>>,
    lost: &'l mut usize,
}

impl<'q, P: Copy + PartialEq> ChunkClaim<'q, '_, P> {
    /// The queue, from which the chunk must now be taken. `None` if another thread was faster.
    pub fn take(self) -> Option<MutexGuard<'q, WorkQueue<P>>> {
        let queue = self.locked.unwrap_or_else(|| lock(self.queue));
        let is_there = !queue.is_over && queue.here == self.here;
        *self.lost = if is_there { 0 } else { *self.lost + 1 };
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

/// What `work` gives for each part of `items`: as many parts as threads, if each has at least `least` to do. It is also given the
/// number of the first item of its part.
pub fn on_parts<T: Sync, R: Send>(
    jobs: usize,
    items: &[T],
    least: usize,
    work: impl Fn(usize, &[T]) -> R + Sync,
) -> Vec<R> {
    let size = part_size(jobs, items.len(), least);
    let mut parts: Vec<(usize, &[T])> = (0..).step_by(size).zip(items.chunks(size)).collect();
    on_threads(&mut parts, |(first, part)| work(*first, part))
}

/// The same of items that change.
pub fn on_parts_mut<T: Send, R: Send>(
    jobs: usize,
    items: &mut [T],
    least: usize,
    work: impl Fn(usize, &mut [T]) -> R + Sync,
) -> Vec<R> {
    let size = part_size(jobs, items.len(), least);
    let mut parts: Vec<(usize, &mut [T])> = (0..).step_by(size).zip(items.chunks_mut(size)).collect();
    on_threads(&mut parts, |(first, part)| work(*first, part))
}

fn part_size(jobs: usize, items: usize, least: usize) -> usize {
    items.div_ceil(threads_for(jobs, items / least.max(1)).max(1)).max(1)
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

    /// What threads take together is what one of them takes alone: every chunk, once.
    #[test]
    fn each_chunk_is_taken_once() {
        let taken_by = |threads: usize| {
            let queue = Mutex::new(WorkQueue::new(0_u32));
            let mut shares = vec![Vec::new(); threads];
            on_threads(&mut shares, |taken| {
                split(&queue, |claim| {
                    let here = claim.here;
                    let length = here % 7 + 1;
                    thread::yield_now();
                    let Some(mut queue) = claim.take() else { return Ok::<_, ()>(()) };
                    queue.here += length;
                    queue.is_over = queue.here > 2000;
                    drop(queue);
                    taken.push((here, length));
                    Ok(())
                })
                .expect("nothing fails");
            });
            let mut taken = shares.concat();
            taken.sort_unstable();
            taken
        };
        let alone = taken_by(1);
        assert!(alone.len() > 100);
        for threads in [2, 3, 8] {
            assert_eq!(taken_by(threads), alone);
        }
    }

    #[test]
    fn a_thread_that_lost_twice_holds_the_queue() {
        let queue = Mutex::new(WorkQueue::new(0));
        let mut lost = 0;
        split(&queue, |claim| {
            if lost < MAX_LOST {
                // Another thread takes the chunk meanwhile.
                lock(&queue).here += 1;
                lost += 1;
                assert!(claim.take().is_none());
                return Ok::<_, ()>(());
            }
            assert!(queue.try_lock().is_err());
            claim.take().expect("nobody can be faster").is_over = true;
            Ok(())
        })
        .expect("nothing fails");
        assert_eq!(lost, MAX_LOST);
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
    fn each_item_is_in_one_part() {
        for (count, least, jobs) in [(0, 1, 2), (1, 1, 2), (7, 2, 3), (7, 100, 3), (1000, 1, ALL_THREADS)] {
            let mut items: Vec<usize> = (0..count).collect();
            let parts = on_parts(jobs, &items, least, |first, part| {
                assert_eq!(part.first(), Some(&first));
                part.to_vec()
            });
            assert!(parts.len() <= 8 && parts.concat() == items);
            let firsts = on_parts_mut(jobs, &mut items, least, |first, part| {
                assert_eq!(part.first(), Some(&first));
                part.iter_mut().for_each(|item| *item *= 2);
                first
            });
            assert_eq!(firsts.len(), parts.len());
            assert_eq!(items, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        let queue = Mutex::new(WorkQueue::new(0));
        let mut claims = 0;
        let ended = split(&queue, |claim| {
            claims += 1;
            lock(&queue).is_over = true;
            claim.take().map_or(Ok(()), |_| Err("it was taken"))
        });
        assert_eq!((ended, claims), (Ok(()), 1));
    }
}
