//! What the tool says: diagnostics, their places, and what they count for.
//!
//! Everything here is finished text and finished places. It knows no rule, no format and no renderer: rules
//! give the words, the engine the places, reports the form.

pub mod fault;
pub mod fingerprint;
pub mod snippet;
pub mod usage;
pub mod visible;
pub(crate) mod words;

use std::sync::Arc;

use crate::source::{CellAddress, InputId, Location};
use snippet::Snippet;
use words::words;

/// How much a diagnostic counts. The order is that of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; fails a run only when asked to.
    Note,
    /// Against advice.
    Warning,
    /// Against a demand.
    Error,
}

words!(Severity { Error = "error", Warning = "warning", Note = "note" });

/// By whose authority a demand is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A page of the vendor.
    Vendor,
    /// Common practice; the vendor is silent.
    BestPractice,
    /// The site itself.
    Site,
    /// No demand: the input itself is at fault.
    Input,
}

words!(Basis { Vendor = "vendor", BestPractice = "best-practice", Site = "site", Input = "input" });

/// How a rule ended for the run, or a diagnostic for its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Judged, and nothing was wrong.
    Pass,
    /// Judged, and something was wrong.
    Fail,
    /// There was nothing it applies to, or it was switched off.
    NotApplicable,
    /// What it needs was not there to judge.
    NotDeterminable,
}

words!(Outcome {
    Pass = "pass",
    Fail = "fail",
    NotApplicable = "not-applicable",
    NotDeterminable = "not-determinable",
});

/// What a run ends in. The order is that of precedence: the greatest one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// A place in an input with a few words on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which input; nothing for a place in the config.
    pub input: Option<InputId>,
    /// The path of the file as it was typed.
    pub file: Arc<str>,
    /// The first character.
    pub start: Location,
    /// The place after the last.
    pub end: Location,
    /// The cell, where the input is a workbook.
    pub cell: Option<CellAddress>,
    /// What is to be seen here; may be empty.
    pub message: String,
}

/// Whose record a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRef {
    /// The file as it was typed.
    pub file: Arc<str>,
    /// Its number among the data records, from 1.
    pub number: u64,
    /// The user name, or `#N` where there is none.
    pub key: String,
}

/// One thing that is wrong, with all that a report says of it. There may be ten thousand of one rule: they share its
/// words, and the name of their file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the rule or of the kind of fault.
    pub rule: Arc<str>,
    /// What it counts for.
    pub severity: Severity,
    /// By whose authority.
    pub basis: Basis,
    /// The vendor's statements it rests on (`S7`).
    pub statements: Arc<[String]>,
    /// One line that stands alone.
    pub message: String,
    /// What to do, as a sentence.
    pub remedy: Arc<str>,
    /// Where the demand is written (`<page title>, step 3, User Name`).
    pub citation: Option<Arc<str>>,
    /// The account, where it is about one.
    pub subject: Option<RecordRef>,
    /// Its places, the guilty one first.
    pub labels: Vec<Label>,
    /// The text around its labels, for people.
    pub snippets: Vec<Snippet>,
    /// What tells it from every other, as long as account, rule and guilty value stay.
    pub fingerprint: String,
}
