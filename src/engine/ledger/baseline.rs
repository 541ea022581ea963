//! The baseline in the account of a run: how much of it covers, and what became of the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::words::words;

/// What became of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineUse {
    /// Its path as typed.
    pub file: Arc<str>,
    /// The day it was made or brought up to date for.
    pub as_of: String,
    /// The last day on which it covers.
    pub until: String,
    /// If it covers on the day of the run.
    pub ended: BaselineEnd,
    /// How many entries it has.
    pub entries: u64,
    /// How many of them hold a finding that a waiver names.
    pub shadowed: u64,
    /// How many of them neither cover nor can be called stale, by the reason.
    pub not_told: BTreeMap<String, u64>,
    /// Entries whose findings are gone.
    pub absent: Vec<AbsentEntry>,
    /// The first day on which a finding was taken that is covered, and its age in days.
    pub oldest: Option<(String, i32)>,
}

/// If a baseline covers on the day of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineEnd {
    /// It does.
    InForce,
    /// Its last day has passed.
    Expired,
    /// The day it was made for is still ahead.
    NotYet,
}

words!(BaselineEnd { InForce = "in-force", Expired = "expired", NotYet = "not-yet-in-force" });

/// An entry of a baseline whose finding is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentEntry {
    /// Its identity.
    pub identity: String,
    /// The rule as it is called now.
    pub rule: Arc<str>,
    /// The account, if the baseline was made with names.
    pub account: Option<String>,
    /// The day on which it was taken.
    pub since: String,
    /// Its line.
    pub line: u64,
}
