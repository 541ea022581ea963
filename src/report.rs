//! What a run says, in the forms its readers want. Each form tells the verdict and what was not judged.
//!
//! Reports only write: everything they say was decided before. The same run gives the same bytes; no clock, no host
//! and no path but those that were typed stand in one.

mod account;
pub mod capacity;
pub mod columns;
mod concise;
mod csv;
pub mod explain;
mod github;
mod gitlab;
mod html;
pub mod human;
pub mod json;
pub(crate) mod json_text;
mod jsonl;
mod junit;
mod markdown;
pub mod matrix;
mod page;
pub mod redact;
mod sarif;
pub mod summary;

use std::io::{self, Write};

use crate::diagnostic::{Diagnostic, RecordRef, Severity};
use crate::engine::{RuleSet, Run};
use crate::source::CellAddress;

/// The version reports name.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What came of the run.
    pub run: &'a Run,
    /// The rules it was judged by.
    pub book: &'a RuleSet<'a>,
    /// From which severity on a finding fails the run.
    pub fail_on: Severity,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For people: each finding with its row.
    Human,
    /// One line a finding.
    Concise,
    /// One JSON document with all there is.
    Json,
    /// The same, one JSON value a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality.
    Gitlab,
    /// JUnit's XML, for test dashboards.
    Junit,
    /// A table for spreadsheets.
    Csv,
    /// For a comment or a job summary.
    Markdown,
    /// A page for an auditor.
    Html,
}

impl ReportFormat {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Human,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
        Self::Html,
    ];

    /// The word in options.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
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
    pub fn write(self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write_plain(report.run, report.fail_on, out),
            Self::Concise => concise::write(report, out),
            Self::Json => json::write(report.run, out),
            Self::Jsonl => jsonl::write(report, out),
            Self::Sarif => sarif::write(report, out),
            Self::Github => github::write(report, out),
            Self::Gitlab => gitlab::write(report, out),
            Self::Junit => junit::write(report, out),
            Self::Csv => csv::write(report, out),
            Self::Markdown => markdown::write(report, out),
            Self::Html => html::write(report, out),
        }
    }
}

/// The place of a finding.
struct Place<'a> {
    file: &'a str,
    /// Line and column, where they are known.
    start: Option<(u64, u64)>,
    end: Option<(u64, u64)>,
    /// The cell of a workbook: there the line is the row's number, and columns count in no text that a reader has.
    cell: Option<&'a CellAddress>,
}

/// Where a finding is: at its first label, or in the file of its account.
fn place(diagnostic: &Diagnostic) -> Option<Place<'_>> {
    let labelled = diagnostic.labels.first().map(|label| Place {
        file: &label.file,
        start: Some((label.start.line, label.start.column)),
        end: Some((label.end.line, label.end.column)),
        cell: label.cell.as_ref(),
    });
    let subject = diagnostic.subject.as_ref();
    labelled.or_else(|| subject.map(|RecordRef { file, .. }| Place { file, start: None, end: None, cell: None }))
}

/// `file:line:column`, as far as it is known; in a workbook `Users!E12 in file`.
fn place_in_words(diagnostic: &Diagnostic) -> Option<String> {
    place(diagnostic).map(|place| match (place.cell, place.start) {
        (Some(cell), _) => format!("{cell} in {}", place.file),
        (None, Some((line, column))) => format!("{}:{line}:{column}", place.file),
        (None, None) => place.file.to_owned(),
    })
}

/// ` at Users!E12`, for forms that tell a place by file and line alone; nothing where the input is no workbook.
fn at_cell(diagnostic: &Diagnostic) -> String {
    place(diagnostic).and_then(|place| place.cell).map_or_else(String::new, |cell| format!(" at {cell}"))
}
