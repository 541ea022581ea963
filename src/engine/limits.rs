//! How many findings a run can list.
//!
//! Each takes a kilobyte or two, in memory and in every report. What is beyond the room is counted, and the run
//! says so: nothing is lost in silence.

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

/// The room that is taken, severity by severity.
#[derive(Debug)]
pub struct FindingLimits {
    most: u64,
    found: [[u64; Severity::ALL.len()]; 2],
}

impl Default for FindingLimits {
    fn default() -> Self {
        Self::share(1)
    }
}

impl FindingLimits {
    /// The share of one of so many that fill one list.
    #[must_use]
    pub const fn share(of: usize) -> Self {
        Self { most: MAX_FINDINGS / of as u64, found: [[0; Severity::ALL.len()]; 2] }
    }

    /// True if something found had no room.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.beyond().next().is_some()
    }

    /// Counts a finding. False if there is no room to list it.
    pub const fn take(&mut self, finder: FindingSource, severity: Severity) -> bool {
        let found = &mut self.found[finder as usize][severity as usize];
        *found += 1;
        *found <= self.most
    }

    /// Counts so many findings of a single record if none of them would be listed. False, and nothing is counted, if there
    /// is room.
    pub const fn count_beyond(&mut self, severity: Severity, count: u64) -> bool {
        let found = &mut self.found[FindingSource::Record as usize][severity as usize];
        let is_full = *found >= self.most;
        *found += if is_full { count } else { 0 };
        is_full
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
