//! By what a finding is accepted: a waiver of the site, or its baseline. Accepted findings stay in every report, marked.

use std::sync::Arc;

use super::Outcome;

/// Why a finding does not fail the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// A waiver covers it.
    Waiver(Arc<WaiverRef>),
}

/// The waiver that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRef {
    /// Its id.
    pub id: String,
    /// Its file, as typed.
    pub file: Arc<str>,
    /// Its line.
    pub line: u64,
    /// The last day on which it covers.
    pub until: String,
    /// Who approved it.
    pub approved_by: String,
    /// Why; `None` under redaction.
    pub reason: Option<String>,
    /// Where it was discussed.
    pub ticket: Option<String>,
}

impl Acceptance {
    /// What becomes of the finding.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Waiver(_) => Outcome::Waived,
        }
    }

    /// One line for people: `W-012 until 2027-03-31, approved by dana: moves in March`.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Waiver(waiver) => {
                let reason = waiver.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                format!("{} until {}, approved by {}{reason}", waiver.id, waiver.until, waiver.approved_by)
            }
        }
    }
}
