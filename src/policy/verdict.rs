//! The verdict of a run once it is known what is covered.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::AccountOutcome;

/// What is known of the findings of a rule or an account.
#[derive(Clone, Copy, Default)]
struct Covered {
    has_live: bool,
    has_baselined: bool,
}

impl Covered {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Waived => {}
            Outcome::Baselined => self.has_baselined = true,
            _ => self.has_live = true,
        }
    }
}

/// Rules and accounts all of whose findings are covered, and the verdict. Findings are looked through once, since there may be
/// more than a cache holds.
pub fn conclude(run: &mut Run, fail_on: Severity) {
    let lists_accounts = run.accounts.iter().any(|one| one.outcome == AccountOutcome::Fail);
    let mut of_rules: HashMap<&str, Covered, RandomState> = HashMap::default();
    let mut of_accounts: HashMap<(&str, u64), Covered, RandomState> = HashMap::default();
    let mut fails = false;
    for one in &run.diagnostics {
        let outcome = one.outcome();
        fails |= one.is_live() && one.severity >= fail_on;
        of_rules.entry(&one.rule).or_default().add(outcome);
        if let Some(subject) = one.subject.as_ref().filter(|_| lists_accounts) {
            of_accounts.entry((&*subject.file, subject.number)).or_default().add(outcome);
        }
    }
    let is_whole = !of_rules.contains_key(FaultKind::FindingsTooMany.id());
    for outcome in run.outcomes.iter_mut().filter(|one| one.outcome == Outcome::Fail && is_whole) {
        outcome.outcome = match of_rules.get(&*outcome.rule) {
            None | Some(Covered { has_live: true, .. }) => Outcome::Fail,
            Some(Covered { has_baselined: true, .. }) => Outcome::Baselined,
            Some(_) => Outcome::Waived,
        };
    }
    for account in run.accounts.iter_mut().filter(|one| one.outcome == AccountOutcome::Fail && is_whole) {
        let covered = of_accounts.get(&(&*account.file, account.number)).copied().unwrap_or_default();
        account.outcome = match covered {
            Covered { has_live: true, .. } => AccountOutcome::Fail,
            Covered { has_baselined: true, .. } => AccountOutcome::Baselined,
            Covered { .. } => AccountOutcome::Waived,
        };
    }
    run.verdict = match (run.ledger.holes.is_empty(), fails) {
        (false, _) => Verdict::Incomplete,
        (true, true) => Verdict::Fail,
        (true, false) => Verdict::Pass,
    };
}
