//! What a drift report says, in the forms its readers want. Its differences are findings of a run, so most forms are those
//! of a check.

mod redact;

use super::{Report, formats};
use crate::diagnostic::fault::FaultKind;
use crate::drift::Drift;
use crate::engine::Run;

/// What a drift report is made from.
#[derive(Clone, Copy)]
pub struct DriftReport<'a> {
    /// The run and its threshold.
    pub report: Report<'a>,
    /// Account by account.
    pub drift: &'a Drift,
}

formats! {
    /// The forms of a drift report.
    DriftFormat of DriftReport<'_>:
    /// For people.
    Human = pub human,
    /// One JSON document with all there is.
    Json = json,
    /// A table for spreadsheets.
    Csv = csv,
    /// For a comment or a job summary.
    Markdown = markdown,
    /// A page for an auditor.
    Html = html,
    /// Workflow commands of GitHub Actions.
    Github = github,
    /// JUnit's XML, for test dashboards.
    Junit = junit,
}

/// What a comparison with plans came to, as a sentence; empty if the run is a check.
pub(super) fn drift_summary(run: &Run) -> String {
    let summary = run.diagnostics.iter().find(|one| *one.rule == *FaultKind::DriftSummary.id());
    summary.map_or_else(String::new, |one| format!("{}. ", one.message))
}
