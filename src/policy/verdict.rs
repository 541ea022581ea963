//! The verdict of a run once it is known what is covered.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::{Diagnostic, Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::AccountOutcome;

/// Rules and accounts all of whose findings are covered, and the verdict.
pub fn conclude(run: &mut Run, fail_on: Severity) {
    let is_whole = !run.diagnostics.iter().any(|one| *one.rule == *FaultKind::FindingsTooMany.id());
    for outcome in run.outcomes.iter_mut().filter(|one| one.outcome == Outcome::Fail && is_whole) {
        let mut of_rule = run.diagnostics.iter().filter(|one| *one.rule == *outcome.rule).peekable();
        let mut accepted = Outcome::Waived;
        let is_accepted = |one: &Diagnostic| {
            accepted = if one.outcome() == Outcome::Baselined { Outcome::Baselined } else { accepted };
            !one.is_live()
        };
        if of_rule.peek().is_some() && of_rule.all(is_accepted) {
            outcome.outcome = accepted;
        }
    }
    let mut live: HashSet<(&str, u64), RandomState> = HashSet::default();
    let mut baselined: HashSet<(&str, u64), RandomState> = HashSet::default();
    for one in &run.diagnostics {
        let of = match one.outcome() {
            Outcome::Waived => continue,
            Outcome::Baselined => &mut baselined,
            _ => &mut live,
        };
        of.extend(one.subject.as_ref().map(|subject| (&*subject.file, subject.number)));
    }
    for account in run.accounts.iter_mut().filter(|one| one.outcome == AccountOutcome::Fail && is_whole) {
        let place = (&*account.file, account.number);
        account.outcome = match (live.contains(&place), baselined.contains(&place)) {
            (true, _) => AccountOutcome::Fail,
            (false, true) => AccountOutcome::Baselined,
            (false, false) => AccountOutcome::Waived,
        };
    }
    let fails = run.diagnostics.iter().any(|one| one.is_live() && one.severity >= fail_on);
    run.verdict = match (run.ledger.holes.is_empty(), fails) {
        (false, _) => Verdict::Incomplete,
        (true, true) => Verdict::Fail,
        (true, false) => Verdict::Pass,
    };
}
