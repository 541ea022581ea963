//! What a capacity report says, in the forms its readers want. Each tells the verdict and what was not judged, as the
//! reports of a check do.

mod bars;
mod csv;
mod html;
pub mod human;
pub mod json;
mod picture;
mod words;

use std::io::{self, Write};

use super::Report;
use crate::capacity::Capacity;

/// What a capacity report is made from.
#[derive(Clone, Copy)]
pub struct CapacityReport<'a> {
    /// The run, its rules and its threshold.
    pub report: Report<'a>,
    /// What was reckoned.
    pub capacity: &'a Capacity,
}

/// The forms of a capacity report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapacityFormat {
    /// For people.
    Human,
    /// One JSON document with all there is.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// A page with a picture of each licence.
    Html,
}

/// Columns of a text that goes to no terminal.
pub const WIDTH: usize = 80;

impl CapacityFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Human, Self::Json, Self::Csv, Self::Html];

    /// The word in options.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }

    /// The format that `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// Writes the report in this form, without colours.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(self, report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write_plain(report, WIDTH, out),
            Self::Json => json::write(report, out),
            Self::Csv => csv::write(report, out),
            Self::Html => html::write(report, out),
        }
    }
}
