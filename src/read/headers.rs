//! The headers or keys of an input, without judging a record: for `rolecall columns`.

use super::{Format, ReadOptions, ReadSummary};
use crate::diagnostic::fault::Fault;
use crate::record::Field;
use crate::source::file::Source;

/// The headers or keys of an input.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Those that are known, with their fields.
    pub known: Vec<(String, Field)>,
    /// The others.
    pub unknown: Vec<String>,
}

impl Headers {
    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unknown.is_empty()
    }
}

impl From<ReadSummary> for Headers {
    fn from(summary: ReadSummary) -> Self {
        Self { known: summary.columns, unknown: summary.unknown }
    }
}

/// Reads the headers of a table, or the keys of all records of a document.
///
/// # Errors
/// A fault if there are none to read.
pub fn read_headers(source: &Source, format: Format, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
    format.headers(source, options)
}
