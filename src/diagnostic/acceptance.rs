//! By what a finding is accepted: a waiver of the site, or its baseline. Accepted findings stay in every report, marked.

use std::sync::Arc;

use super::Outcome;
use super::words::words;

/// Why a finding does not fail the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// A waiver covers it.
    Waiver(Arc<WaiverRef>),
    /// The baseline holds it in this state.
    Baseline(BaselineRef),
}

/// The entry of the baseline that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineRef {
    /// The day on which it was taken.
    pub since: Arc<str>,
    /// Why; `None` under redaction.
    pub reason: Option<Arc<str>>,
}

/// A finding beside the entry of the baseline with its identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaselineComparison {
    /// The day on which the entry was taken; `None` if there is none.
    pub since: Option<Arc<str>>,
    /// What of the finding differs.
    pub changes: Vec<StateChange>,
}

/// Why a finding is in another state than its entry in the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateChange {
    /// It has another value.
    Value,
    /// It is about more or fewer seats.
    Number,
    /// It is more or less serious.
    Severity,
    /// The rule demands something else.
    Rule,
}

words!(StateChange { Value = "value", Number = "number", Severity = "severity", Rule = "rule" });

impl BaselineComparison {
    /// `new`, `unchanged` or `updated`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match (&self.since, self.changes.is_empty()) {
            (None, _) => "new",
            (Some(_), true) => "unchanged",
            (Some(_), false) => "updated",
        }
    }

    /// What changed and since when, if anything did: `severity and value, since 2026-11-21`.
    #[must_use]
    pub fn change(&self) -> Option<String> {
        let since = self.since.as_ref().filter(|_| !self.changes.is_empty())?;
        let words: Vec<_> = self.changes.iter().map(|change| change.word()).collect();
        Some(format!("{}, held in another state since {since}", words.join(" and ")))
    }
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
            Self::Baseline(_) => Outcome::Baselined,
        }
    }

    /// The waiver, if it is one.
    #[must_use]
    pub fn waiver(&self) -> Option<&WaiverRef> {
        match self {
            Self::Waiver(waiver) => Some(waiver),
            Self::Baseline(_) => None,
        }
    }

    /// The entry of the baseline, if it is one.
    #[must_use]
    pub const fn baseline(&self) -> Option<&BaselineRef> {
        match self {
            Self::Waiver(_) => None,
            Self::Baseline(entry) => Some(entry),
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
            Self::Baseline(entry) => {
                let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                format!("baseline, since {}{reason}", entry.since)
            }
        }
    }
}
