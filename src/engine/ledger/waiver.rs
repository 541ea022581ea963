//! What became of a waiver: reports list every one, also those that cover nothing.

use std::sync::Arc;

use crate::diagnostic::words::words;

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverUse {
    /// Its id.
    pub id: String,
    /// The tenant that it names.
    pub tenant: Option<String>,
    /// The rule that it names.
    pub rule: String,
    /// Its file, as typed.
    pub file: Arc<str>,
    /// Its line.
    pub line: u64,
    /// The account or licence that it names; the pattern of a group; `None` for the tenant.
    pub subject: Option<String>,
    /// Any value is accepted.
    pub is_any_value: bool,
    /// The last day on which it covers.
    pub until: String,
    /// Who approved it.
    pub approved_by: String,
    /// How many findings it covers.
    pub uses: u64,
    /// How it ended.
    pub ended: WaiverEnd,
    /// Why nothing more is said of it.
    pub reason: Option<String>,
}

/// How a waiver ended for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverEnd {
    /// It covers findings.
    Used,
    /// Its finding is in another condition.
    Changed,
    /// Its last day has passed.
    Expired,
    /// Its first day is still ahead.
    NotYet,
    /// There is nothing that it could cover.
    Unused,
    /// Whether it is needed is not known.
    NotTold,
}

words!(WaiverEnd {
    Used = "used",
    Changed = "changed",
    Expired = "expired",
    NotYet = "not-yet-in-force",
    Unused = "unused",
    NotTold = "not-told",
});
