//! How far the inputs of a run were read, for a display in another thread. Nothing depends on it.

use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes of all inputs read so far.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    /// The bytes read so far. It may go down when an input is read again.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Reports the progress of one input.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProgressMeter<'a> {
    progress: Option<&'a Progress>,
    before: u64,
}

impl<'a> ProgressMeter<'a> {
    /// The meter of an input after `before` bytes of other inputs.
    #[must_use]
    pub const fn new(progress: Option<&'a Progress>, before: u64) -> Self {
        Self { progress, before }
    }

    /// Reports that the input was read up to `byte`.
    #[inline]
    pub fn reach(self, byte: u64) {
        if let Some(progress) = self.progress {
            progress.0.store(self.before + byte, Ordering::Relaxed);
        }
    }
}
