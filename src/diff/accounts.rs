//! The accounts of two runs, put together by their user names. Two exports mostly hold the same accounts in one order: a walk
//! along both leaves few to be sorted, and only what differs is read again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::account_cells::{AccountCells, LastingIds, described, note_renamed, read};
use super::account_match::{AccountChange, AccountMatch, ValueChange, ValueChanges};
use super::alignment::keys_out_of_line;
use super::{AccountBucket, AccountDiff, SideAccounts, has_unread_accounts};
use crate::diagnostic::identification::Side;
use crate::engine::Run;
use crate::engine::tracked_accounts::{AccountCondition, TRACKED_FIELDS, TrackedAccount, TrackedValue};
use crate::fast::hash_filter::HashFilter;
use crate::fast::split::both;
use crate::record::canonical::CanonicalValue;
use crate::record::{Field, FieldSet};

/// The most accounts that are listed; the others are counted.
const MAX_LISTED: usize = 10_000;

/// What became of the accounts.
#[derive(Default)]
pub(super) struct ComparedSides {
    pub(super) accounts: Vec<AccountDiff>,
    pub(super) more: u64,
    pub(super) counts: BTreeMap<AccountBucket, u64>,
    pub(super) gaps: Vec<String>,
}

impl ComparedSides {
    pub(super) fn count(&mut self, bucket: AccountBucket) {
        *self.counts.entry(bucket).or_default() += 1;
    }
}

/// Compares all accounts.
pub(super) fn compare(old: (&SideAccounts<'_>, &Run), new: (&SideAccounts<'_>, &Run), jobs: usize) -> ComparedSides {
    let mut matcher = AccountMatcher::new((old.0, new.0));
    matcher.is_whole = [old.1, new.1].map(|run| !has_unread_accounts(run));
    matcher.walk(jobs);
    let AccountMatcher { mut matches, mut compared, mut gaps, changes, .. } = matcher;
    matches.sort_unstable_by_key(|one| {
        let place = |at: Option<TrackedAccount>| at.map(|at| at.place);
        (one.new.is_none(), place(one.new), place(one.old))
    });
    compared.more = matches.len().saturating_sub(MAX_LISTED) as u64;
    matches.truncate(MAX_LISTED);
    let of_old = || read(old.0, &matches, |one| one.old);
    let ((mut of_old, is_old_whole), (mut of_new, is_new_whole)) =
        both(jobs, of_old, || read(new.0, &matches, |one| one.new));
    for name in [("OLD", is_old_whole), ("NEW", is_new_whole)].iter().filter(|side| !side.1).map(|side| side.0) {
        gaps.insert(format!("{name} cannot be read again as it was: some accounts may not be listed"));
    }
    let ids = [&mut of_old, &mut of_new].map(|cells| cells.iter_mut().map(lasting_ids).collect::<Vec<_>>());
    let cells = of_old.into_iter().zip(of_new);
    let described = |(one, (before, now))| described(one, (old.0, new.0), (before, now), &changes);
    compared.accounts = matches.iter().zip(cells).filter_map(described).collect();
    note_renamed(&mut compared.accounts, &matches, (&ids[0], &ids[1]));
    compared.gaps = gaps.into_iter().collect();
    compared
}

fn lasting_ids(cells: &mut Option<AccountCells>) -> Option<LastingIds> {
    cells.as_mut().map(|cells| std::mem::take(&mut cells.ids))
}

/// No condition that is the same is known.
const UNKNOWN: u32 = u32::MAX;

struct AccountMatcher<'a> {
    sides: (&'a SideAccounts<'a>, &'a SideAccounts<'a>),
    is_whole: [bool; 2],
    /// By the number of an earlier value, that of the same later one.
    same: [Vec<Option<u32>>; TRACKED_FIELDS.len()],
    /// By the number of an earlier condition, a later one that means no change.
    unchanged: Vec<u32>,
    outcomes: HashMap<(u32, u32), AccountChange>,
    changes: ValueChanges,
    gaps: BTreeSet<String>,
    matches: Vec<AccountMatch>,
    compared: ComparedSides,
}

impl<'a> AccountMatcher<'a> {
    fn new((old, new): (&'a SideAccounts<'a>, &'a SideAccounts<'a>)) -> Self {
        let same = std::array::from_fn(|field| {
            let numbers: HashMap<&TrackedValue, u32> = new.tracked.values(field).iter().zip(0..).collect();
            old.tracked.values(field).iter().map(|value| numbers.get(value).copied()).collect()
        });
        Self {
            sides: (old, new),
            is_whole: [true; 2],
            same,
            unchanged: vec![UNKNOWN; old.tracked.conditions().len()],
            outcomes: HashMap::new(),
            changes: ValueChanges::new(),
            gaps: BTreeSet::new(),
            matches: Vec::new(),
            compared: ComparedSides::default(),
        }
    }

    /// Walks along both sides, then name by name over the accounts that are not as they were in the same place. Others with
    /// their names are among those too: the place of an account does not decide which of its namesakes it is.
    fn walk(&mut self, jobs: usize) {
        let (old, new) = (&self.sides.0.tracked, &self.sides.1.tracked);
        let keys = keys_out_of_line(old.keys(), new.keys(), |one, other| {
            self.is_unchanged(old.account(one), new.account(other))
        });
        let filter = keys.map(|keys| HashFilter::new(keys.into_iter()));
        let (all_old, all_new) = both(jobs, || old.sorted(filter.as_ref()), || new.sorted(filter.as_ref()));
        let unchanged = (old.keys().len() - all_old.len()) as u64;
        *self.compared.counts.entry(AccountBucket::Unchanged).or_default() += unchanged;
        let (mut olds, mut news) = (all_old.as_slice(), all_new.as_slice());
        while let Some(key) = [olds.first(), news.first()].into_iter().flatten().map(|one| one.key).min() {
            let (of_old, of_new);
            (of_old, olds) = with_key(olds, key);
            (of_new, news) = with_key(news, key);
            self.take(of_old, of_new);
        }
    }

    /// True if two accounts with one name may do the same.
    fn is_unchanged(&mut self, old: TrackedAccount, new: TrackedAccount) -> bool {
        let conditions = (old.condition, new.condition);
        self.unchanged[old.condition as usize] == new.condition
            || self.are_named(&[old], &[new]) && self.change_of(conditions).bucket == AccountBucket::Unchanged
    }

    /// True if the accounts with one key have a user name.
    fn are_named(&self, of_old: &[TrackedAccount], of_new: &[TrackedAccount]) -> bool {
        let has_name = |side: &SideAccounts<'_>, all: &[TrackedAccount]| {
            all.first().is_none_or(|one| side.tracked.condition(*one).has_name)
        };
        has_name(self.sides.0, of_old) && has_name(self.sides.1, of_new)
    }

    /// Takes the accounts with one name, or those without a name that hold the same.
    fn take(&mut self, of_old: &[TrackedAccount], of_new: &[TrackedAccount]) {
        let is_named = self.are_named(of_old, of_new);
        match (of_old, of_new) {
            ([one], [other]) if is_named => self.pair(*one, *other),
            ([one], []) if is_named => self.alone(AccountBucket::Left, Some(*one), None),
            ([], [other]) if is_named => self.alone(AccountBucket::Joined, None, Some(*other)),
            _ => self.take_alike(of_old, of_new, is_named),
        }
    }

    fn pair(&mut self, old: TrackedAccount, new: TrackedAccount) {
        if self.unchanged[old.condition as usize] == new.condition {
            return self.compared.count(AccountBucket::Unchanged);
        }
        let outcome = self.change_of((old.condition, new.condition));
        match outcome.bucket {
            AccountBucket::Unchanged => self.compared.count(AccountBucket::Unchanged),
            _ => self.add(AccountMatch { outcome, old: Some(old), new: Some(new), why: outcome.judged_once }),
        }
    }

    /// The same as [`Self::outcome`], once for all accounts with these conditions.
    fn change_of(&mut self, conditions: (u32, u32)) -> AccountChange {
        if let Some(outcome) = self.outcomes.get(&conditions) {
            return *outcome;
        }
        let outcome = self.outcome(conditions);
        if outcome.bucket == AccountBucket::Unchanged {
            self.unchanged[conditions.0 as usize] = conditions.1;
        }
        self.outcomes.insert(conditions, outcome);
        outcome
    }

    /// What becomes of accounts that had one condition and have another.
    fn outcome(&mut self, (old, new): (u32, u32)) -> AccountChange {
        let of = |side: &SideAccounts<'_>, condition: u32| side.tracked.conditions()[condition as usize];
        let (one, other) = (of(self.sides.0, old), of(self.sides.1, new));
        let (mut more, mut less, mut moved) = (false, false, false);
        let (mut is_unclear, mut turns_administrator) = (false, false);
        let mut fields = FieldSet::EMPTY;
        match (one.is_active(), other.is_active()) {
            (Some(before), Some(now)) if before != now => {
                (more, less) = (now, before);
                fields = fields.with(Field::Active);
            }
            (before, now) if before != now => self.gap(before.is_none(), "the activity of accounts"),
            _ => {}
        }
        let are_active = one.is_active() != Some(false) && other.is_active() != Some(false);
        let judged_once = match (one.is_api_user(), other.is_api_user()) {
            (true, false) if are_active => {
                self.gaps.insert("API users of OLD are people in NEW, where fewer rules judge them".to_owned());
                Some("an API user in OLD is a person in NEW, whom fewer rules judge")
            }
            (false, true) if are_active => {
                self.gaps.insert("API users of NEW are people in OLD, where fewer rules judge them".to_owned());
                Some("an API user in NEW is a person in OLD, whom fewer rules judge")
            }
            _ => None,
        };
        for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
            match self.change(at, one.values[at], other.values[at]) {
                ValueChange::Same => continue,
                ValueChange::Absent => {
                    let is_absent_before = is_absent(&self.sides.0.tracked.values(at)[one.values[at] as usize]);
                    self.gap(is_absent_before, field.label());
                    continue;
                }
                ValueChange::Unclear => is_unclear = true,
                ValueChange::Differs { .. } if field == Field::Team => moved = true,
                ValueChange::Differs { added, removed } => {
                    moved |= added.is_empty() && removed.is_empty();
                    more |= !added.is_empty();
                    less |= !removed.is_empty();
                    turns_administrator |= field == Field::Roles && one.is_administrator() != other.is_administrator();
                }
            }
            fields = fields.with(field);
        }
        if turns_administrator {
            // Whatever it may no longer do: this counts more.
            (more, less) = (other.is_administrator(), one.is_administrator());
        }
        let bucket = match (more, less) {
            _ if is_unclear => AccountBucket::Incomparable,
            (true, false) => AccountBucket::Raised,
            (false, true) => AccountBucket::Lowered,
            (true, true) => AccountBucket::Moved,
            (false, false) if moved => AccountBucket::Moved,
            (false, false) if judged_once.is_some() => AccountBucket::Incomparable,
            (false, false) => AccountBucket::Unchanged,
        };
        AccountChange { bucket, fields, judged_once }
    }

    fn gap(&mut self, is_old: bool, what: &str) {
        let side = if is_old { "OLD" } else { "NEW" };
        self.gaps.insert(format!("{what} could not be compared: {side} does not say"));
    }

    /// An account that one side has.
    fn alone(&mut self, bucket: AccountBucket, old: Option<TrackedAccount>, new: Option<TrackedAccount>) {
        let (old_side, new_side) = self.sides;
        let (has, lacks, account) = match (old, new) {
            (Some(account), _) => (old_side, new_side, account),
            (None, Some(account)) => (new_side, old_side, account),
            (None, None) => return,
        };
        let is_plan = has.tracked.condition(account).side() == Side::Plan;
        let why = if !self.is_whole[usize::from(bucket == AccountBucket::Left)] {
            Some("the other side is INCOMPLETE: the account may be among those that could not be read")
        } else if lacks.has_nameless(is_plan) {
            Some("the other side has accounts without a user name: one of them may be this one")
        } else {
            None
        };
        let bucket = if why.is_some() { AccountBucket::Incomparable } else { bucket };
        self.add(AccountMatch {
            outcome: AccountChange { bucket, fields: FieldSet::EMPTY, judged_once: None },
            old,
            new,
            why,
        });
    }

    /// Accounts that cannot be told apart: as many of each kind are on both sides, or they are incomparable.
    fn take_alike(&mut self, of_old: &[TrackedAccount], of_new: &[TrackedAccount], is_named: bool) {
        let (old, new) = self.sides;
        let mut known: HashMap<([u32; TRACKED_FIELDS.len()], Option<bool>), u64> = HashMap::new();
        let mut kinds = Vec::with_capacity(of_old.len());
        for account in of_old {
            let one = old.tracked.condition(*account);
            let numbers = std::array::from_fn(|at| self.same[at][one.values[at] as usize].unwrap_or(u32::MAX));
            let kind = (numbers, one.is_active());
            *known.entry(kind).or_default() += 1;
            kinds.push((*account, kind));
        }
        let mut open = Vec::new();
        for account in of_new {
            let one: &AccountCondition = new.tracked.condition(*account);
            match known.get_mut(&(one.values, one.is_active())).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => open.push(*account),
            }
        }
        // Of those that are alike the last ones are left over.
        let mut only_old = Vec::new();
        for (account, kind) in kinds.into_iter().rev() {
            if let Some(count) = known.get_mut(&kind).filter(|count| **count > 0) {
                *count -= 1;
                only_old.push(account);
            }
        }
        let same = (of_old.len() - only_old.len()) as u64;
        *self.compared.counts.entry(AccountBucket::Unchanged).or_default() += same;
        let why = if is_named { "several accounts have its user name" } else { "it has no user name" };
        let outcome = AccountChange { bucket: AccountBucket::Incomparable, fields: FieldSet::EMPTY, judged_once: None };
        let incomparable = |old, new| AccountMatch { outcome, old, new, why: Some(why) };
        open.into_iter().for_each(|account| self.add(incomparable(None, Some(account))));
        only_old.into_iter().for_each(|account| self.add(incomparable(Some(account), None)));
    }

    fn add(&mut self, found: AccountMatch) {
        self.compared.count(found.outcome.bucket);
        self.matches.push(found);
    }

    fn change(&mut self, field: usize, old: u32, new: u32) -> ValueChange {
        let (of_old, of_new) = (self.sides.0.tracked.values(field), self.sides.1.tracked.values(field));
        let known = self.changes.entry((field, old, new));
        known.or_insert_with(|| change(&of_old[old as usize], &of_new[new as usize])).clone()
    }
}

/// Splits off the accounts with `key` that sorted ones begin with.
fn with_key(sorted: &[TrackedAccount], key: u64) -> (&[TrackedAccount], &[TrackedAccount]) {
    sorted.split_at(sorted.iter().take_while(|one| one.key == key).count())
}

const fn is_absent(value: &TrackedValue) -> bool {
    matches!(value, TrackedValue::Known(CanonicalValue::Absent))
}

fn change(old: &TrackedValue, new: &TrackedValue) -> ValueChange {
    let (TrackedValue::Known(one), TrackedValue::Known(other)) = (old, new) else {
        return if old == new { ValueChange::Same } else { ValueChange::Unclear };
    };
    if one == other || one.is_equal(other) {
        return ValueChange::Same;
    }
    if is_absent(old) || is_absent(new) {
        return ValueChange::Absent;
    }
    let (before, now) = (one.items(), other.items());
    let beyond = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    ValueChange::Differs { added: beyond(&now, &before), removed: beyond(&before, &now) }
}
