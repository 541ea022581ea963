//! How often a rule judged, failed, did not apply or could not tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ledger::{Hole, NO_ACCOUNT, OFF, RuleOutcome};
use crate::check::Reason;
use crate::diagnostic::Outcome;

/// The counts of one rule.
#[derive(Clone, Debug, Default)]
pub struct RuleTally {
    /// What was judged.
    pub judged: u64,
    /// How much of it failed.
    pub failed: u64,
    /// It has something to say, if only a note that is not a failure.
    pub has_findings: bool,
    not_applicable: BTreeMap<Reason, u64>,
    not_determinable: BTreeMap<Reason, Undetermined>,
}

#[derive(Clone, Debug, Default)]
struct Undetermined {
    count: u64,
    first: Option<FirstRecord>,
}

/// The first record that something concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirstRecord {
    /// The number of the input.
    pub input: u16,
    pub line: u64,
    /// The file as typed.
    pub file: Arc<str>,
}

/// A judgement without its violations: what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleVerdict {
    /// Nothing is wrong.
    Pass,
    /// Something is.
    Fail,
    /// It does not concern the record.
    NotApplicable(Reason),
    /// It could not be determined.
    NotDeterminable(Reason),
}

impl RuleTally {
    /// Counts `times` records.
    pub fn add(&mut self, verdict: RuleVerdict, times: u64, first: impl FnOnce() -> Option<FirstRecord>) {
        match verdict {
            RuleVerdict::Pass => self.judged += times,
            RuleVerdict::Fail => {
                self.judged += times;
                self.failed += times;
                self.has_findings = true;
            }
            RuleVerdict::NotApplicable(reason) => *self.not_applicable.entry(reason).or_default() += times,
            RuleVerdict::NotDeterminable(reason) => self.undetermined(reason, times, first()),
        }
    }

    /// Counts what could not be determined.
    pub fn undetermined(&mut self, reason: Reason, times: u64, first: Option<FirstRecord>) {
        let entry = self.not_determinable.entry(reason).or_default();
        entry.count += times;
        entry.first = match (entry.first.take(), first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// True if nothing was judged, and nothing had to be left open.
    pub fn is_empty(&self) -> bool {
        self.judged == 0 && self.not_determinable.is_empty()
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Self) {
        self.judged += other.judged;
        self.failed += other.failed;
        self.has_findings |= other.has_findings;
        for (reason, count) in &other.not_applicable {
            *self.not_applicable.entry(*reason).or_default() += count;
        }
        for (reason, found) in &other.not_determinable {
            self.undetermined(*reason, found.count, found.first.clone());
        }
    }

    /// Says why the rule as a whole does not apply.
    pub fn not_applicable(&mut self, reason: Reason) {
        *self.not_applicable.entry(reason).or_default() += 1;
    }

    /// How the rule ended.
    #[must_use]
    pub fn outcome(&self, rule: &str, is_off: bool) -> RuleOutcome {
        let most = |reasons: &BTreeMap<Reason, u64>| {
            reasons.iter().max_by_key(|(_, count)| **count).map(|(reason, _)| reason.to_string())
        };
        let undetermined: BTreeMap<Reason, u64> =
            self.not_determinable.iter().map(|(reason, found)| (*reason, found.count)).collect();
        let (outcome, reason) = if is_off {
            (Outcome::NotApplicable, Some(OFF.to_owned()))
        } else if self.has_findings {
            (Outcome::Fail, None)
        } else if !undetermined.is_empty() {
            (Outcome::NotDeterminable, most(&undetermined))
        } else if self.judged > 0 {
            (Outcome::Pass, None)
        } else {
            let reason = most(&self.not_applicable).unwrap_or_else(|| NO_ACCOUNT.to_owned());
            (Outcome::NotApplicable, Some(reason))
        };
        RuleOutcome {
            rule: rule.to_owned(),
            outcome,
            judged: self.judged,
            failed: self.failed,
            reason,
            has_judged_all: self.not_applicable.is_empty() && self.not_determinable.is_empty(),
            lacks_column: self.not_applicable.keys().any(|reason| matches!(reason, Reason::NotSaid(_))),
        }
    }

    /// What could not be determined, as holes.
    pub fn holes<'t>(&'t self, rule: &'t str) -> impl Iterator<Item = Hole> + 't {
        self.not_determinable.iter().map(move |(reason, found)| Hole {
            rule: rule.to_owned(),
            reason: reason.to_string(),
            count: found.count,
            file: found.first.as_ref().map(|first| first.file.to_string()),
            line: found.first.as_ref().map(|first| first.line),
        })
    }
}
