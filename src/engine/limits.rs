//! How many findings a run can list.
//!
//! Each takes a kilobyte or two, in memory and in every report. What is beyond the room is counted, and the run
//! says so: nothing is lost in silence.
//!
//! Threads that read one input fill one list. They claim its parts in order, so what all of them had listed when one came to the
//! end of a part is from records before its next part. Once that fills the list, the thread lists no more. When they are
//! merged, it is proved that whatever comes before the first record that a thread left out fills the list: otherwise one
//! thread reads the input again.

use std::array;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::diagnostic::Severity;

/// The most findings of one severity and one finder that are listed: more than anybody can mend one by one.
pub const MAX_FINDINGS: u64 = 50_000;

/// The most records of an input that are refused one by one, so that memory does not grow with bad ones.
pub const MAX_REFUSED: usize = 20_000;

/// Who finds. What one has too many of takes no room from the other.
#[derive(Clone, Copy, Debug)]
pub enum FindingSource {
    /// A single record.
    Record,
    /// All accounts together.
    Population,
}

/// The number of severities.
const SEVERITIES: usize = Severity::ALL.len();

/// The room that is taken, severity by severity.
#[derive(Debug)]
pub struct FindingLimits {
    most: u64,
    found: [[u64; SEVERITIES]; 2],
    /// What all threads at one input have listed of single records.
    listed: Arc<[AtomicU64; SEVERITIES]>,
    /// What one of these threads knows of it; `None` if there is one thread.
    share: Option<ListShare>,
}

/// What one of several threads knows of the list that they fill.
#[derive(Debug, Default)]
struct ListShare {
    /// The list was full when its last records ended.
    was_full: [bool; SEVERITIES],
    /// The record from which on it lists nothing.
    full_from: [Option<u64>; SEVERITIES],
    /// What it has found since.
    unlisted: [u64; SEVERITIES],
}

impl Default for FindingLimits {
    fn default() -> Self {
        Self::with_room(MAX_FINDINGS)
    }
}

impl FindingLimits {
    fn with_room(most: u64) -> Self {
        let listed = Arc::new(array::from_fn(|_| AtomicU64::new(0)));
        Self { most, found: [[0; SEVERITIES]; 2], listed, share: None }
    }

    /// The limits of one of the threads that go on filling the list.
    #[must_use]
    pub fn fork(&self) -> Self {
        let of_records = self.found[FindingSource::Record as usize];
        self.listed.iter().zip(of_records).for_each(|(listed, found)| listed.store(found, Ordering::Relaxed));
        let listed = Arc::clone(&self.listed);
        Self { most: self.most, found: [[0; SEVERITIES]; 2], listed, share: Some(ListShare::default()) }
    }

    /// Begins records of which `first` is the first. Records come in order, with others' between them.
    pub fn begin_records(&mut self, first: u64) {
        let Some(ListShare { was_full, full_from, .. }) = &mut self.share else { return };
        for (from, _) in full_from.iter_mut().zip(was_full).filter(|(_, is_full)| **is_full) {
            from.get_or_insert(first);
        }
    }

    /// Ends these records.
    pub fn end_records(&mut self) {
        let Some(share) = &mut self.share else { return };
        for (is_full, listed) in share.was_full.iter_mut().zip(&*self.listed) {
            *is_full |= listed.load(Ordering::Relaxed) >= self.most;
        }
    }

    /// Counts a finding. False if there is no room to list it.
    pub fn take(&mut self, finder: FindingSource, severity: Severity) -> bool {
        let (found, at) = (&mut self.found[finder as usize][severity as usize], severity as usize);
        *found += 1;
        match (&mut self.share, finder) {
            (Some(share), FindingSource::Record) if share.full_from[at].is_some() => {
                share.unlisted[at] += 1;
                false
            }
            (Some(_), FindingSource::Record) => {
                self.listed[at].fetch_add(1, Ordering::Relaxed);
                true
            }
            _ => *found <= self.most,
        }
    }

    /// Counts so many findings of a single record if none of them would be listed. False, and nothing is counted, if there
    /// is room.
    pub fn count_beyond(&mut self, severity: Severity, count: u64) -> bool {
        let at = severity as usize;
        let found = &mut self.found[FindingSource::Record as usize][at];
        let is_full = match &mut self.share {
            Some(share) => {
                let is_full = share.full_from[at].is_some();
                share.unlisted[at] += if is_full { count } else { 0 };
                is_full
            }
            None => *found >= self.most,
        };
        *found += if is_full { count } else { 0 };
        is_full
    }

    /// What a thread has found and not listed, of single records.
    #[must_use]
    pub fn unlisted(&self) -> [u64; SEVERITIES] {
        self.share.as_ref().map_or([0; SEVERITIES], |share| share.unlisted)
    }

    /// True if more was found by threads than there is room for.
    pub fn would_exceed(&self, forks: &[&Self]) -> bool {
        const OF_RECORDS: usize = FindingSource::Record as usize;
        let found = |at: usize| forks.iter().map(|fork| fork.found[OF_RECORDS][at]).sum::<u64>();
        (0..SEVERITIES).any(|at| self.found[OF_RECORDS][at] + found(at) > self.most)
    }

    /// The first record of each severity of which threads have left something out.
    pub fn first_unlisted<'f>(forks: impl Iterator<Item = &'f Self> + Clone) -> impl Iterator<Item = (Severity, u64)> {
        Severity::ALL.into_iter().filter_map(move |severity| {
            let at = severity as usize;
            let shares = forks.clone().filter_map(|fork| fork.share.as_ref());
            let from = shares.filter(|share| share.unlisted[at] > 0).filter_map(|share| share.full_from[at]).min()?;
            Some((severity, from))
        })
    }

    /// True if so many more of single records fill the list.
    #[must_use]
    pub const fn are_enough(&self, severity: Severity, more: u64) -> bool {
        self.found[FindingSource::Record as usize][severity as usize] + more >= self.most
    }

    /// Adds what threads have found and not listed. What they have listed is taken one by one.
    pub fn add_unlisted(&mut self, unlisted: [u64; SEVERITIES]) {
        let of_records = &mut self.found[FindingSource::Record as usize];
        of_records.iter_mut().zip(unlisted).for_each(|(found, unlisted)| *found += unlisted);
    }

    /// How many findings of each severity had no room.
    pub fn beyond(&self) -> impl Iterator<Item = (Severity, u64)> + '_ {
        let beyond = |severity: Severity| {
            let found = self.found.iter().map(|found| found[severity as usize].saturating_sub(self.most));
            (severity, found.sum())
        };
        Severity::ALL.into_iter().map(beyond).filter(|(_, beyond)| *beyond > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERROR: usize = Severity::Error as usize;

    /// A thread lists until it begins records after the list was filled, and counts what it leaves out.
    #[test]
    fn a_thread_stops_listing_between_records_only() {
        let mut limits = FindingLimits::with_room(3);
        assert!(limits.take(FindingSource::Record, Severity::Error));
        let (mut one, mut other) = (limits.fork(), limits.fork());
        one.begin_records(2);
        other.begin_records(3);
        assert!(one.take(FindingSource::Record, Severity::Error) && other.take(FindingSource::Record, Severity::Error));
        other.end_records();
        assert!(one.take(FindingSource::Record, Severity::Error), "its records have begun");
        one.end_records();
        one.begin_records(4);
        other.begin_records(5);
        assert!(!one.take(FindingSource::Record, Severity::Error));
        assert!(one.take(FindingSource::Record, Severity::Warning), "other severities have room");
        assert!(one.count_beyond(Severity::Error, 2) && !one.count_beyond(Severity::Warning, 2));
        assert_eq!((one.unlisted()[ERROR], other.unlisted()[ERROR]), (3, 0));
        assert!(!other.count_beyond(Severity::Note, 1), "the room of notes is their own");
        let first: Vec<_> = FindingLimits::first_unlisted([&one, &other].into_iter()).collect();
        assert_eq!(first, [(Severity::Error, 4)]);
        assert!(limits.would_exceed(&[&one, &other]));
        assert!(limits.are_enough(Severity::Error, 2) && !limits.are_enough(Severity::Error, 1));
    }
}
