//! The forms of the report. Each shows the verdict and what was not judged.
//!
//! Reports only write: everything they say was decided before. The same run gives the same bytes; a report has no
//! clock, no host name, and no path but those that were typed.

pub mod capacity;
pub mod columns;
pub mod diff;
pub mod drift;
pub mod explain;
pub mod fleet;
mod grouping;
mod json_runs;
pub(crate) mod json_text;
mod ledger;
mod page;
pub mod redact;
pub mod reference_pages;
mod relative_paths;
pub mod rule_list;
pub mod rule_tests;
pub mod screen;
pub mod summary;
mod tenants;
mod uri;

use crate::diagnostic::{Diagnostic, Label, RecordRef, Severity};
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
    pub rule_set: &'a RuleSet<'a>,
    /// From which severity on a finding fails the run.
    pub fail_on: Severity,
    /// The working directory, by each of its names; empty if paths stay as they were typed.
    pub roots: &'a [String],
}

/// The forms of a kind of report: each declares the module that writes it, whose name is also its word in options.
macro_rules! formats {
    ($(#[$about:meta])* $name:ident of $report:ty: $($(#[$doc:meta])+ $format:ident = $visibility:vis $module:ident,)+) => {
        $($visibility mod $module;)+

        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])+ $format,)+
        }

        impl $name {
            /// All of them, as help lists them.
            pub const ALL: [Self; [$(stringify!($module)),+].len()] = [$(Self::$format),+];

            /// The word in options.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$format => stringify!($module),)+ }
            }

            /// The form that `word` names.
            #[must_use]
            pub fn by_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|format| format.word() == word)
            }

            /// Writes the report in this form, without colours.
            ///
            /// # Errors
            /// What the writer says.
            pub fn write(self, report: &$report, out: &mut dyn std::io::Write) -> std::io::Result<()> {
                match self { $(Self::$format => $module::write(report, out),)+ }
            }

            /// Writes the reports of several runs as one.
            ///
            /// # Errors
            /// What the writer says.
            pub fn write_all(self, reports: &[$report], out: &mut dyn std::io::Write) -> std::io::Result<()> {
                match reports {
                    [report] => self.write(report, out),
                    several => match self { $(Self::$format => $module::write_all(several, out),)+ },
                }
            }
        }
    };
}
pub(crate) use formats;

formats! {
    /// The forms of a report. A new one takes its file and its line here.
    ReportFormat of Report<'_>:
    /// For people: each finding with its row.
    Human = pub human,
    /// One line a finding.
    Concise = concise,
    /// One JSON document with all there is.
    Json = pub json,
    /// The same, one JSON value a line.
    Jsonl = jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif = sarif,
    /// Workflow commands of GitHub Actions.
    Github = github,
    /// GitLab's code quality.
    Gitlab = gitlab,
    /// JUnit's XML, for test dashboards.
    Junit = junit,
    /// A table for spreadsheets.
    Csv = pub(crate) csv,
    /// For a comment or a job summary.
    Markdown = pub(crate) markdown,
    /// A page for an auditor.
    Html = html,
}

/// The runs of several reports.
fn runs<'a>(reports: &[Report<'a>]) -> Vec<&'a Run> {
    reports.iter().map(|report| report.run).collect()
}

/// The place of a finding.
struct DiagnosticLocation<'a> {
    file: &'a str,
    /// Line and column, where they are known.
    start: Option<(u64, u64)>,
    end: Option<(u64, u64)>,
    /// The cell of a workbook: there the line is the row's number, and columns count in no text that a reader has.
    cell: Option<&'a CellAddress>,
}

impl<'a> DiagnosticLocation<'a> {
    fn of(label: &'a Label) -> Self {
        Self {
            file: &label.file,
            start: Some((label.start.line, label.start.column)),
            end: Some((label.end.line, label.end.column)),
            cell: label.cell.as_ref(),
        }
    }

    /// `file:line:column`, as far as it is known; in a workbook `Users!E12 in file`.
    fn text(&self) -> String {
        match (self.cell, self.start) {
            (Some(cell), _) => format!("{cell} in {}", self.file),
            (None, Some((line, column))) => format!("{}:{line}:{column}", self.file),
            (None, None) => self.file.to_owned(),
        }
    }
}

/// Where a finding is: at its first label, or in the file of its account.
fn location(diagnostic: &Diagnostic) -> Option<DiagnosticLocation<'_>> {
    let labelled = diagnostic.labels.first().map(DiagnosticLocation::of);
    let subject = diagnostic.subject.as_ref();
    labelled.or_else(|| {
        subject.map(|RecordRef { file, .. }| DiagnosticLocation { file, start: None, end: None, cell: None })
    })
}

/// The place of a finding in words, if it has one.
fn location_text(diagnostic: &Diagnostic) -> Option<String> {
    location(diagnostic).map(|place| place.text())
}

/// The places of a finding in other files than its first one, each with what is said of it: `planned here, plan.yaml:20:9`.
fn places_elsewhere(diagnostic: &Diagnostic) -> impl Iterator<Item = String> + '_ {
    let elsewhere = diagnostic.labels.iter().skip(1).filter(|label| label.file != diagnostic.labels[0].file);
    elsewhere.map(|label| {
        let place = DiagnosticLocation::of(label).text();
        if label.message.is_empty() { place } else { format!("{}, {place}", label.message) }
    })
}

/// ` at Users!E12`, for forms that give places by file and line only; empty unless the input is a workbook.
fn cell_suffix(diagnostic: &Diagnostic) -> String {
    location(diagnostic).and_then(|place| place.cell).map_or_else(String::new, |cell| format!(" at {cell}"))
}
