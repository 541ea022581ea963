//! One input read by several threads, each with a sink of its own; the sinks are merged.
//!
//! The outcome does not depend on the number of threads. If records turn out to need their order, or anything goes wrong,
//! everything is dropped and one thread reads from the beginning.

use super::Sink;
use crate::fast::split::{on_threads, useful_threads};

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
    let results = on_threads(&mut forks, work).into_iter().collect::<Option<_>>()?;
    sink.join(forks).then_some(results)
}
