//! What a capacity report says, in the forms its readers want. Each tells the verdict and what was not judged, as the
//! reports of a check do.

mod bar_chart;
mod redact;
mod svg_chart;
mod wording;

use super::{Report, formats};
use crate::capacity::Capacity;
use crate::engine::Run;

/// What a capacity report is made from.
#[derive(Clone, Copy)]
pub struct CapacityReport<'a> {
    /// The run, its rules and its threshold.
    pub report: Report<'a>,
    /// The seats over time.
    pub capacity: &'a Capacity,
}

/// The runs of several reports.
fn runs<'a>(reports: &[CapacityReport<'a>]) -> Vec<&'a Run> {
    reports.iter().map(|report| report.report.run).collect()
}

formats! {
    /// The forms of a capacity report.
    CapacityFormat of CapacityReport<'_>:
    /// For people.
    Human = pub human,
    /// One JSON document with all there is.
    Json = json,
    /// A table for spreadsheets.
    Csv = csv,
    /// A page with a chart of each licence.
    Html = html,
}
