//! Errors of usage, such as a bad option or config, with their places and what to do.

use std::fmt;

use super::Label;
use super::snippet::Snippet;

/// Why a run cannot begin: exit code 2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageError {
    /// One line that is complete by itself.
    pub message: String,
    /// What to do, as a sentence.
    pub remedy: Option<String>,
    /// Its places, in the config or in plans.
    pub labels: Vec<Label>,
    /// The text around them.
    pub snippets: Vec<Snippet>,
}

impl UsageError {
    /// An error without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Adds what to do.
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds a place.
    pub fn at(mut self, label: Label, snippet: Option<Snippet>) -> Self {
        let number = self.labels.len();
        self.labels.push(label);
        self.snippets.extend(snippet.map(|snippet| snippet.for_label(number)));
        self
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UsageError {}
