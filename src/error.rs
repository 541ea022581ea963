//! What can go wrong with the world: inputs that cannot be read.
//!
//! Bad data is never an error: it is a diagnostic. Errors say the system's reason in words of ours, which
//! depend neither on the system nor on its language.

use std::{fmt, io};

/// An input that cannot be read, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Why, as a fragment.
    pub reason: &'static str,
    /// What to do, as a sentence, where there is more to say than to check the path.
    pub remedy: Option<&'static str>,
    /// The file is not what it was when it was opened.
    pub is_changed: bool,
}

impl ReadError {
    /// An input that cannot be read.
    #[must_use]
    pub const fn new(reason: &'static str) -> Self {
        Self { reason, remedy: None, is_changed: false }
    }

    /// An input that changed under the reader.
    #[must_use]
    pub const fn changed(reason: &'static str) -> Self {
        Self { reason, remedy: None, is_changed: true }
    }

    /// The same with what to do.
    #[must_use]
    pub const fn with_remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for ReadError {}

impl From<&io::Error> for ReadError {
    fn from(error: &io::Error) -> Self {
        Self::new(match error.kind() {
            io::ErrorKind::NotFound => "no such file",
            io::ErrorKind::PermissionDenied => "permission denied",
            io::ErrorKind::IsADirectory => "this is a directory, not a file",
            io::ErrorKind::NotADirectory => "a part of the path is not a directory",
            io::ErrorKind::InvalidFilename => "the name is not possible on this system",
            _ => "the system could not read it",
        })
    }
}
