//! How far the inputs of a run were read, for whoever watches from another thread.
//!
//! Readers say now and then where they have come to; it costs them a store. It decides nothing.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes of all inputs were read.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    /// The bytes read so far. It may fall back where an input is read once more.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the reader of one input tells its progress by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter<'a> {
    progress: Option<&'a Progress>,
    /// Bytes of the inputs before this one.
    before: u64,
}

impl<'a> Meter<'a> {
    /// Of an input that follows so many bytes of others.
    #[must_use]
    pub const fn new(progress: Option<&'a Progress>, before: u64) -> Self {
        Self { progress, before }
    }

    /// The input was read up to `byte`.
    #[inline]
    pub fn reach(self, byte: u64) {
        if let Some(progress) = self.progress {
            progress.0.store(self.before + byte, Ordering::Relaxed);
        }
    }
}
