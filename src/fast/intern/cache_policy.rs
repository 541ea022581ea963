//! Whether remembering pays: a memory that mostly misses costs more than it saves.

/// Questions after which a memory that nearly always missed is given up.
const SHORT_TRIAL: u64 = 1024;

/// Questions after which one that missed more than every second time is given up: long enough for a few
/// thousand days to come up again.
const LONG_TRIAL: u64 = 16 * 1024;

/// How often a memory was asked, and how often it did not know.
#[derive(Clone, Copy, Debug, Default)]
pub struct CachePolicy {
    asked: u64,
    missed: u64,
    is_given_up: bool,
}

impl CachePolicy {
    /// Counts lookups. False once lookups no longer pay.
    #[inline]
    pub const fn ask(&mut self, questions: u64) -> bool {
        self.asked += questions;
        !self.is_given_up
    }

    /// A question had no answer yet.
    pub const fn miss(&mut self) {
        self.missed += 1;
        let hits = self.asked.saturating_sub(self.missed);
        self.is_given_up =
            (self.asked > SHORT_TRIAL && hits * 16 < self.asked) || (self.asked > LONG_TRIAL && hits < self.missed);
    }
}
