//! What rolecall reports: diagnostics, their places and their severity.
//!
//! Texts and places here are final. Rules give the words, the engine the places and reports the form, none of which is
//! known here.

pub mod acceptance;
pub mod fault;
pub mod fingerprint;
pub mod identification;
pub mod sip_hash;
pub mod snippet;
pub mod usage;
pub mod visible;
pub(crate) mod words;

use std::sync::Arc;

use serde::Serialize;

use crate::source::{CellAddress, InputId, Location};
use acceptance::{Acceptance, BaselineComparison};
use identification::Identification;
use snippet::Snippet;
use words::words;

/// How much a diagnostic counts. The order is that of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; fails a run only with `--fail-on note`.
    Note,
    /// Against advice.
    Warning,
    /// Against a requirement.
    Error,
}

words!(Severity { Error = "error", Warning = "warning", Note = "note" });

/// Whose requirement a rule states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The vendor's documentation.
    Vendor,
    /// Common practice, of which the vendor says nothing.
    BestPractice,
    /// The site's own.
    Site,
    /// Not a requirement: the input itself is faulty.
    Input,
    /// Not a requirement: a waiver or the baseline needs attention.
    Policy,
}

words!(Basis {
    Vendor = "vendor",
    BestPractice = "best-practice",
    Site = "site",
    Input = "input",
    Policy = "policy",
});

/// The result of a rule for the run, or of a diagnostic for its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Evaluated without a violation.
    Pass,
    /// Evaluated with a violation.
    Fail,
    /// Evaluated with violations that waivers cover.
    Waived,
    /// Evaluated with violations that the baseline, and waivers if there are any, cover.
    Baselined,
    /// Nothing that it applies to, or switched off.
    NotApplicable,
    /// The input lacks what it needs.
    NotDeterminable,
}

words!(Outcome {
    Pass = "pass",
    Fail = "fail",
    Waived = "waived",
    Baselined = "baselined",
    NotApplicable = "not-applicable",
    NotDeterminable = "not-determinable",
});

/// The verdict of a run. If several apply, the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything was judged and nothing is at or above the threshold.
    Pass,
    /// Everything was judged and something is wrong.
    Fail,
    /// Something was not judged.
    Incomplete,
}

words!(Verdict { Pass = "pass", Fail = "fail", Incomplete = "incomplete" });

impl Verdict {
    /// The exit code of the process.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Incomplete => 3,
        }
    }
}

/// A place in an input, with a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// `None` for a place in the config.
    pub input: Option<InputId>,
    /// The path of the file as it was typed.
    pub file: Arc<str>,
    /// The first character.
    pub start: Location,
    /// The place after the last.
    pub end: Location,
    /// The cell, if the input is a workbook.
    pub cell: Option<CellAddress>,
    /// May be empty.
    pub message: String,
}

/// The record that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRef {
    /// The file as it was typed.
    pub file: Arc<str>,
    /// The number among the data records, from 1.
    pub number: u64,
    /// The user name, or `#N` without one.
    pub key: String,
}

/// A finding or fault with everything that reports say about it. One rule may have ten thousand: they share its texts and
/// the name of their file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the rule or of the kind of fault.
    pub rule: Arc<str>,
    /// How grave it is.
    pub severity: Severity,
    /// Whose requirement it is.
    pub basis: Basis,
    /// The vendor's statements it rests on (`S7`).
    pub statements: Arc<[String]>,
    /// One line that is complete by itself.
    pub message: String,
    /// What to do, as a sentence.
    pub remedy: Arc<str>,
    /// The source of the requirement (`<page title>, step 3, User Name`).
    pub citation: Option<Arc<str>>,
    /// The account, if it is about one.
    pub subject: Option<RecordRef>,
    /// Its places, the primary one first.
    pub labels: Vec<Label>,
    /// The text around its labels, for people.
    pub snippets: Vec<Snippet>,
    /// Identifies it as long as account, rule and guilty value stay.
    pub fingerprint: String,
    /// What is compared between runs, of a rule's finding.
    pub identification: Option<Box<Identification>>,
    /// Why it does not fail the run, if it is accepted.
    pub acceptance: Option<Acceptance>,
    /// What the baseline says of it; `None` without a baseline, and if it cannot be compared with one.
    pub comparison: Option<Arc<BaselineComparison>>,
}

impl Diagnostic {
    /// What became of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.acceptance.as_ref().map_or(Outcome::Fail, Acceptance::outcome)
    }

    /// True unless a waiver or the baseline covers it.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.acceptance.is_none()
    }
}
