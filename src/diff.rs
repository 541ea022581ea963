//! What changed between two runs, and why: findings by identity and state, accounts by what they may do.
//!
//! A finding that is gone is called fixed only if the later run put its rule to its account, or the account is gone from
//! inputs that were read whole; likewise a new one. Anything else is incomparable. The causes are found by judging again
//! with one factor swapped at a time; of two reports only their digests are known, and then nothing is guessed.

mod account_cells;
mod account_match;
mod accounts;
mod alignment;
mod causes;
mod factors;
mod findings;
mod listed_accounts;
pub mod recorded;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::Side;
use crate::diagnostic::words::words;
use crate::diagnostic::{Diagnostic, Label, Verdict};
use crate::engine::tracked_accounts::{AccountCondition, TrackedAccounts};
use crate::engine::{AccountLookup, Run};
use crate::fast::split::both;
use crate::record::Field;

pub use factors::{Factor, FactorSet, FactorStates};

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingBucket {
    /// The later run has it, and the earlier one looked for it.
    New,
    /// The same finding in another condition.
    Changed,
    /// It is not known whether it is new or fixed.
    Incomparable,
    /// The earlier run had it, and the later one looked for it.
    Fixed,
    /// Both have it in the same condition.
    Unchanged,
}

words!(FindingBucket {
    New = "new",
    Changed = "changed",
    Incomparable = "incomparable",
    Fixed = "fixed",
    Unchanged = "unchanged",
});

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountBucket {
    /// Only the later run has it.
    Joined,
    /// Only the earlier run has it.
    Left,
    /// It may do more.
    Raised,
    /// It may do less.
    Lowered,
    /// It may do something else, or is in another team.
    Moved,
    /// It cannot be compared.
    Incomparable,
    /// It may do the same.
    Unchanged,
}

words!(AccountBucket {
    Joined = "joined",
    Left = "left",
    Raised = "raised",
    Lowered = "lowered",
    Moved = "moved",
    Incomparable = "incomparable",
    Unchanged = "unchanged",
});

/// What makes a comparison fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffThreshold {
    /// A finding that is new or changed, and that nothing covers.
    #[default]
    New,
    /// Any difference.
    Any,
    /// Nothing.
    Never,
}

words!(DiffThreshold { New = "new", Any = "any", Never = "never" });

/// A finding of one run or of both.
#[derive(Clone, Debug)]
pub struct FindingDiff {
    /// What became of it.
    pub bucket: FindingBucket,
    /// Sets of factors, each of which makes the change.
    pub causes: Vec<FactorSet>,
    /// Factors of which at least one makes the change, if it is not known which.
    pub one_of: FactorSet,
    /// Why it is incomparable.
    pub why: Option<String>,
    /// Its number among the findings of the earlier run.
    pub old: Option<usize>,
    /// Its number among the findings of the later run.
    pub new: Option<usize>,
}

/// An account of one run or of both, unless it is unchanged.
#[derive(Clone, Debug)]
pub struct AccountDiff {
    /// What became of it.
    pub bucket: AccountBucket,
    /// Its user name, or `#N`.
    pub key: String,
    /// Where the earlier run has it.
    pub old: Option<AccountPlace>,
    /// Where the later run has it.
    pub new: Option<AccountPlace>,
    /// What it may do that it could not, and the reverse.
    pub fields: Vec<AccountFieldDiff>,
    /// What explains its bucket.
    pub notes: Vec<String>,
}

/// The record of an account.
#[derive(Clone, Debug)]
pub struct AccountPlace {
    /// Its file as typed.
    pub file: Arc<str>,
    /// The number of its record there.
    pub number: u64,
    /// The cell of its user name; `None` if the inputs are not at hand.
    pub label: Option<Label>,
}

/// A field that is not as it was.
#[derive(Clone, Debug)]
pub struct AccountFieldDiff {
    /// The field.
    pub field: Field,
    /// What the earlier run has.
    pub old: String,
    /// What the later run has.
    pub new: String,
    /// Names that only the later run has.
    pub added: Vec<String>,
    /// Names that only the earlier run has.
    pub removed: Vec<String>,
    /// The earlier cell.
    pub old_label: Option<Label>,
    /// The later cell.
    pub new_label: Option<Label>,
}

/// One of the two runs.
pub struct DiffSide<'a> {
    /// What came of it.
    pub run: Run,
    /// Its accounts; `None` for a report.
    pub accounts: Option<SideAccounts<'a>>,
    /// The version of rolecall that judged.
    pub version: String,
    /// The baseline among its policy files.
    pub baseline: Option<String>,
}

/// The accounts of a run that was judged now.
pub struct SideAccounts<'a> {
    lookup: AccountLookup<'a>,
    tracked: TrackedAccounts,
}

impl<'a> SideAccounts<'a> {
    /// The accounts of a run, in the order of their records.
    #[must_use]
    pub fn new(mut lookup: AccountLookup<'a>, mut tracked: TrackedAccounts) -> Self {
        lookup.forget_names();
        tracked.put_in_order();
        Self { lookup, tracked }
    }

    /// True if some account of the plans, or of the exports, has no certain user name.
    fn has_nameless(&self, is_plan: bool) -> bool {
        let is_it = |one: &AccountCondition| !one.has_name && (one.side() == Side::Plan) == is_plan;
        self.tracked.conditions().iter().any(is_it)
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Diff {
    /// In the order of the later run, then those that only the earlier one has.
    pub findings: Vec<FindingDiff>,
    /// Likewise, without those that are unchanged.
    pub accounts: Vec<AccountDiff>,
    /// How many of them are not listed.
    pub accounts_more: u64,
    /// How many accounts ended so.
    pub account_counts: BTreeMap<AccountBucket, u64>,
    /// Which factors differ.
    pub factors: FactorStates,
    /// What of all accounts could not be compared.
    pub gaps: Vec<String>,
    /// What makes it fail.
    pub fail_on: DiffThreshold,
    /// What it ends in.
    pub verdict: Verdict,
}

impl Diff {
    /// How many findings ended so.
    #[must_use]
    pub fn count(&self, bucket: FindingBucket) -> u64 {
        self.findings.iter().filter(|one| one.bucket == bucket).count() as u64
    }

    /// How many accounts ended so.
    #[must_use]
    pub fn count_accounts(&self, bucket: AccountBucket) -> u64 {
        self.account_counts.get(&bucket).copied().unwrap_or(0)
    }
}

/// Compares two runs with `jobs` threads. `judge` makes the earlier run again with some factors of the later one; `None` if
/// that is impossible.
pub fn compare(
    old: &DiffSide<'_>,
    new: &DiffSide<'_>,
    factors: FactorStates,
    fail_on: DiffThreshold,
    jobs: usize,
    judge: &mut dyn FnMut(FactorSet) -> Option<Run>,
) -> Diff {
    let of_accounts = || match (&old.accounts, &new.accounts) {
        (Some(of_old), Some(of_new)) => accounts::compare((of_old, &old.run), (of_new, &new.run), jobs),
        _ => listed_accounts::compare(&old.run, &new.run),
    };
    let of_findings = || {
        let mut findings = findings::compare(old, new);
        if old.accounts.is_some() && new.accounts.is_some() {
            causes::explain(&mut findings, (&old.run, &new.run), factors.differing(), judge);
        } else {
            causes::explain_by_digests(&mut findings, factors);
        }
        findings
    };
    let (compared, findings) = both(jobs, of_accounts, of_findings);
    let mut diff = Diff {
        findings,
        accounts: compared.accounts,
        accounts_more: compared.more,
        account_counts: compared.counts,
        factors,
        gaps: compared.gaps.into_iter().chain(rules_turned_off(&old.run, &new.run)).collect(),
        fail_on,
        verdict: Verdict::Pass,
    };
    diff.verdict = verdict(&diff, &old.run, &new.run);
    diff
}

/// Faults that leave something unjudged, and all accounts known.
const WITHOUT_UNREAD_ACCOUNTS: [FaultKind; 3] =
    [FaultKind::ApiUserNone, FaultKind::NothingJudged, FaultKind::WaiverTooWide];

/// Faults of cells, whose accounts are known unless the whole record was refused.
const OF_CELLS: [FaultKind; 5] = [
    FaultKind::CellUnverifiable,
    FaultKind::ListAmbiguous,
    FaultKind::ValuePlaceholder,
    FaultKind::MainViewContradicts,
    FaultKind::KindUnknown,
];

/// True if some record, or a cell of one, may not have been read: a hole of a rule leaves all accounts known.
fn is_partial(run: &Run) -> bool {
    has_holes_beyond(run, &[])
}

/// True if some record may not have been read.
fn has_unread_accounts(run: &Run) -> bool {
    run.ledger.inputs.iter().any(|input| !input.refused.is_empty()) || has_holes_beyond(run, &OF_CELLS)
}

fn has_holes_beyond(run: &Run, kinds: &[FaultKind]) -> bool {
    let mut faults = run.ledger.holes.iter().filter_map(|hole| FaultKind::by_id(&hole.rule));
    faults.any(|kind| !WITHOUT_UNREAD_ACCOUNTS.contains(&kind) && !kinds.contains(&kind))
}

/// Rules that only the earlier run put to accounts, since they are off now: what is wrong since then, nobody looked for.
fn rules_turned_off(old: &Run, new: &Run) -> impl Iterator<Item = String> {
    let was_evaluated = |rule: &&String| old.outcomes.iter().any(|one| one.rule == **rule && one.was_evaluated());
    let turned_off = new.ledger.rules_off.iter().filter(was_evaluated);
    turned_off.map(|rule| format!("what `{rule}` demands could not be compared: the rule is off in NEW"))
}

/// What a comparison ends in: what could not be compared counts most.
fn verdict(diff: &Diff, old: &Run, new: &Run) -> Verdict {
    let is_open = diff.count(FindingBucket::Incomparable) > 0
        || diff.count_accounts(AccountBucket::Incomparable) > 0
        || !diff.gaps.is_empty()
        || [old, new].iter().any(|run| run.verdict == Verdict::Incomplete);
    let is_live = |one: &FindingDiff| one.new.is_some_and(|at| new.diagnostics[at].is_live());
    let has_new = || diff.findings.iter().any(|one| one.bucket != FindingBucket::Unchanged && is_live(one));
    let has_any = || {
        diff.findings.iter().any(|one| one.bucket != FindingBucket::Unchanged)
            || diff.account_counts.iter().any(|(bucket, count)| *bucket != AccountBucket::Unchanged && *count > 0)
    };
    let fails = match diff.fail_on {
        DiffThreshold::New => has_new(),
        DiffThreshold::Any => has_any(),
        DiffThreshold::Never => false,
    };
    match (is_open, fails) {
        (true, _) => Verdict::Incomplete,
        (false, true) => Verdict::Fail,
        (false, false) => Verdict::Pass,
    }
}

/// The finding that a difference shows first: that of the later run, if it has one.
#[must_use]
pub fn shown<'r>(one: &FindingDiff, old: &'r Run, new: &'r Run) -> &'r Diagnostic {
    match (one.new, one.old) {
        (Some(at), _) => &new.diagnostics[at],
        (None, Some(at)) => &old.diagnostics[at],
        (None, None) => unreachable!("internal error: a finding is of one run or of both"),
    }
}
