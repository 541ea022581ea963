//! The accounts of a run in twelve bytes each, so that two runs can be compared account by account without keeping their
//! cells: the hash of the user name, and the number of a condition, which many accounts share.
//!
//! They stay in the order of their records, in which two exports of one tenant mostly agree: whoever compares them walks along
//! both, and looks up only what is not in the same place.

mod tracker;

use std::collections::HashMap;
use std::hash::Hash;

use super::account_flags::{ADMINISTRATOR, API_USER, Concern, PRESENT};
use crate::check::RecordId;
use crate::diagnostic::identification::Side;
use crate::fast::hash_filter::HashFilter;
use crate::record::canonical::CanonicalValue;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Field, Record};
use crate::rule::Subject;
use crate::source::InputId;

pub use tracker::AccountTracker;

/// How many bits of a key choose the part in which it is sorted.
const PART_BITS: u32 = 10;

/// The fields that say what an account may do.
pub const TRACKED_FIELDS: [Field; 4] = [Field::Roles, Field::Licenses, Field::Scope, Field::Team];

/// An account of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackedAccount {
    /// Accounts with one key are of one side and have one user name, or none and the same cells, but for rare accidents: no
    /// input can bring one about, since its author does not know the key of the hash.
    pub key: u64,
    /// The number of what it has in common with others.
    pub condition: u32,
    /// Which of the accounts of its run it is.
    pub place: u32,
}

/// What accounts of one input have in common that may do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountCondition {
    /// The numbers of its values, as [`TRACKED_FIELDS`] orders them.
    pub values: [u32; TRACKED_FIELDS.len()],
    flags: u16,
    input: InputId,
    /// False if its user name is blank.
    pub has_name: bool,
    is_plan: bool,
    knows_activity: bool,
}

impl AccountCondition {
    /// Whether an export or a plan holds it.
    #[must_use]
    pub const fn side(&self) -> Side {
        if self.is_plan { Side::Plan } else { Side::Export }
    }

    /// Whether it is active; `None` if its input does not say.
    #[must_use]
    pub const fn is_active(&self) -> Option<bool> {
        if self.knows_activity { Some(self.flags & PRESENT != 0) } else { None }
    }

    /// True if it holds the administrator role.
    #[must_use]
    pub const fn is_administrator(&self) -> bool {
        self.flags & ADMINISTRATOR != 0
    }

    /// True if it is an API user.
    #[must_use]
    pub const fn is_api_user(&self) -> bool {
        self.flags & API_USER != 0
    }

    /// True if rules with this subject judge it.
    #[must_use]
    pub const fn is_judged_as(&self, subject: Subject) -> bool {
        Concern::of(subject).takes(self.flags)
    }
}

/// A value that two runs can compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TrackedValue {
    /// It has one meaning.
    Known(CanonicalValue),
    /// It can be read in several ways: only the same text is the same value.
    Unclear(String),
}

impl TrackedValue {
    fn of(record: &impl Record, field: Field, site: &Site) -> Self {
        match CanonicalValue::of(record, field, site) {
            CanonicalValue::Unclear(_) => Self::Unclear(text(record, field, site)),
            CanonicalValue::Unstated => Self::Known(CanonicalValue::Blank),
            known => Self::Known(known),
        }
    }
}

/// The text of a cell as it was written.
fn text(record: &impl Record, field: Field, site: &Site) -> String {
    match record.list(field, &site.lists) {
        ListCell::Items(list) if field.is_list() => {
            list.items.iter().map(|item| item.text.as_ref()).collect::<Vec<_>>().join("; ")
        }
        _ => record.text(field).unwrap_or_default().into_owned(),
    }
}

/// Each of some values once, by a number.
#[derive(Clone, Debug)]
struct DistinctValues<T> {
    all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for DistinctValues<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> DistinctValues<T> {
    fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("internal error: values are fewer than accounts");
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

/// Accounts whose records follow one another, up to the next run.
#[derive(Clone, Copy, Debug)]
struct RecordRun {
    first: RecordId,
    place: u32,
}

/// The accounts of one pass, or of a thread's share of it.
#[derive(Clone, Debug, Default)]
pub struct TrackedAccounts {
    /// By the place of an account, in lists of their own: together they would take sixteen bytes.
    keys: Vec<u64>,
    condition_numbers: Vec<u32>,
    runs: Vec<RecordRun>,
    /// The record that the last run goes on with.
    next: Option<RecordId>,
    conditions: DistinctValues<AccountCondition>,
    values: [DistinctValues<TrackedValue>; TRACKED_FIELDS.len()],
}

impl TrackedAccounts {
    /// Makes room for about so many accounts. Room that is never written to takes no memory.
    pub fn expect(&mut self, accounts: u64) {
        let accounts = usize::try_from(accounts).unwrap_or(0);
        // If there is no such room, growing as accounts come will tell.
        drop(self.keys.try_reserve(accounts));
        drop(self.condition_numbers.try_reserve(accounts));
    }

    /// So many accounts follow, in records from `first` on.
    fn begin_run(&mut self, first: RecordId, accounts: usize) {
        if self.next != Some(first) {
            self.runs.push(RecordRun { first, place: place(self.keys.len()) });
        }
        self.next = Some(RecordId { number: first.number + accounts as u64, ..first });
    }

    /// The values of a field, by their numbers.
    #[must_use]
    pub fn values(&self, field: usize) -> &[TrackedValue] {
        &self.values[field].all
    }

    /// The conditions, by their numbers.
    #[must_use]
    pub fn conditions(&self) -> &[AccountCondition] {
        &self.conditions.all
    }

    /// The condition of an account.
    #[must_use]
    pub fn condition(&self, account: TrackedAccount) -> &AccountCondition {
        &self.conditions.all[account.condition as usize]
    }

    /// The record of an account.
    #[must_use]
    pub fn id(&self, account: TrackedAccount) -> RecordId {
        let RecordRun { first, place } = self.runs[self.runs.partition_point(|run| run.place <= account.place) - 1];
        RecordId { number: first.number + u64::from(account.place - place), ..first }
    }

    /// Puts the accounts into the order of their records, of which each thread saw some.
    pub fn put_in_order(&mut self) {
        if self.runs.is_sorted_by_key(|run| run.first) {
            return;
        }
        let ends = self.runs[1..].iter().map(|run| run.place as usize).chain([self.keys.len()]);
        let mut runs: Vec<_> = self.runs.iter().copied().zip(ends).collect();
        runs.sort_unstable_by_key(|(run, _)| run.first);
        let mut ordered = Self::default();
        ordered.expect(self.keys.len() as u64);
        for (run, end) in runs {
            ordered.runs.push(RecordRun { place: place(ordered.keys.len()), ..run });
            ordered.keys.extend_from_slice(&self.keys[run.place as usize..end]);
            ordered.condition_numbers.extend_from_slice(&self.condition_numbers[run.place as usize..end]);
        }
        let Self { keys, condition_numbers, runs, .. } = ordered;
        (self.keys, self.condition_numbers, self.runs, self.next) = (keys, condition_numbers, runs, None);
    }

    /// The keys of all accounts, in the order of their records once they were [put](Self::put_in_order) into it.
    #[must_use]
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The account at a place.
    #[must_use]
    pub fn account(&self, at: usize) -> TrackedAccount {
        TrackedAccount { key: self.keys[at], condition: self.condition_numbers[at], place: place(at) }
    }

    /// The accounts whose keys `filter` lets pass, or all, sorted by their keys and places.
    #[must_use]
    pub fn sorted(&self, filter: Option<&HashFilter>) -> Vec<TrackedAccount> {
        let Some(filter) = filter else { return self.sorted_at(0..self.keys.len()) };
        let numbered = self.keys.iter().enumerate();
        let places: Vec<usize> = numbered.filter(|(_, key)| filter.may_hold(**key)).map(|(at, _)| at).collect();
        self.sorted_at(places.iter().copied())
    }

    /// The accounts at these places, sorted.
    fn sorted_at(&self, places: impl ExactSizeIterator<Item = usize> + Clone) -> Vec<TrackedAccount> {
        // Keys are spread evenly: put apart by their first bits, what is left to sort fits into a cache.
        let part = |key: u64| (key >> (u64::BITS - PART_BITS)) as usize;
        let mut lengths = [0; 1 << PART_BITS];
        places.clone().for_each(|at| lengths[part(self.keys[at])] += 1);
        // Up to where each part is filled.
        let mut filled = [0; 1 << PART_BITS];
        let mut count = 0;
        for (filled, length) in filled.iter_mut().zip(lengths) {
            *filled = count;
            count += length;
        }
        let mut sorted = vec![TrackedAccount { key: 0, condition: 0, place: 0 }; places.len()];
        for at in places {
            let account = self.account(at);
            let next = &mut filled[part(account.key)];
            sorted[*next] = account;
            *next += 1;
        }
        sort_parts(&mut sorted, &lengths);
        sorted
    }

    /// For each of these user names the accounts of plans, or of exports, that have it. A name is known by its hash.
    #[must_use]
    pub fn with_names(&self, names: &[(bool, u64)]) -> Vec<Vec<TrackedAccount>> {
        let keys = names.iter().map(|(is_plan, name)| key(*is_plan, *name));
        let filter = HashFilter::new(keys.clone());
        let found = self.sorted(Some(&filter));
        let of_key = |key| {
            let first = found.partition_point(|account| account.key < key);
            let same = found[first..].iter().take_while(|account| account.key == key);
            same.copied().filter(|account| self.condition(*account).has_name).collect()
        };
        keys.map(of_key).collect()
    }

    /// Adds what another thread took.
    pub fn merge(&mut self, other: Self) {
        if self.conditions.all.is_empty() {
            *self = other;
            return;
        }
        let mut renumbered: [Vec<u32>; TRACKED_FIELDS.len()] = Default::default();
        for ((mine, theirs), renumbered) in self.values.iter_mut().zip(other.values).zip(&mut renumbered) {
            *renumbered = theirs.all.into_iter().map(|value| mine.number(value)).collect();
        }
        let condition = |mut one: AccountCondition| {
            for (value, renumbered) in one.values.iter_mut().zip(&renumbered) {
                *value = renumbered[*value as usize];
            }
            self.conditions.number(one)
        };
        let conditions: Vec<u32> = other.conditions.all.into_iter().map(condition).collect();
        let before = place(self.keys.len());
        self.runs.extend(other.runs.into_iter().map(|run| RecordRun { place: before + run.place, ..run }));
        self.next = None;
        self.keys.extend(other.keys);
        self.condition_numbers.extend(other.condition_numbers.into_iter().map(|number| conditions[number as usize]));
    }
}

/// Sorts each of the parts of these lengths.
#[inline(never)]
fn sort_parts(mut rest: &mut [TrackedAccount], lengths: &[usize]) {
    for length in lengths {
        let (part, others) = rest.split_at_mut(*length);
        part.sort_unstable_by_key(|account| (account.key, account.place));
        rest = others;
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("internal error: a run has fewer accounts")
}

/// The key of accounts of plans, or of exports, whose user name has this hash.
const fn key(is_plan: bool, hash: u64) -> u64 {
    hash & !1 | is_plan as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What one thread takes of these records, each a number and a key.
    fn share(records: &[(u64, u64)]) -> TrackedAccounts {
        let mut share = TrackedAccounts::default();
        let values = share.values.each_mut().map(|values| values.number(TrackedValue::Unclear(String::new())));
        let (flags, input) = (0, InputId(0));
        let one = AccountCondition { values, flags, input, has_name: true, is_plan: false, knows_activity: false };
        let condition = share.conditions.number(one);
        for (number, key) in records {
            share.begin_run(RecordId { input, number: *number }, 1);
            share.keys.push(*key);
            share.condition_numbers.push(condition);
        }
        share
    }

    proptest! {
        /// Whichever thread took an account, it has its record and its place, and is found by its key.
        #[test]
        fn accounts_of_threads_are_in_the_order_of_their_records(
            all in prop::collection::vec((1..3_u64, 0..9_u64, 0..3_usize), 0..60),
        ) {
            let (mut number, mut shares) = (0, vec![Vec::new(); 3]);
            let mut records = Vec::new();
            for (step, key, thread) in all {
                number += step;
                // Keys that differ in their first bits, and some that do not.
                let key = key << 61 | key;
                records.push((number, key));
                shares[thread].push((number, key));
            }
            let mut tracked = TrackedAccounts::default();
            shares.iter().rev().for_each(|records| tracked.merge(share(records)));
            tracked.put_in_order();
            let accounts: Vec<_> = (0..records.len()).map(|at| tracked.account(at)).collect();
            let found: Vec<_> = accounts.iter().map(|account| (tracked.id(*account).number, account.key)).collect();
            prop_assert_eq!(&found, &records);
            let odd = HashFilter::new(records.iter().map(|(_, key)| *key).filter(|key| key & 1 == 1).collect::<Vec<_>>().into_iter());
            for filter in [None, Some(&odd)] {
                let is_wanted = |key: u64| filter.is_none_or(|filter| filter.may_hold(key));
                let mut wanted: Vec<_> = accounts.iter().copied().filter(|account| is_wanted(account.key)).collect();
                wanted.sort_by_key(|account| (account.key, account.place));
                prop_assert_eq!(tracked.sorted(filter), wanted);
            }
        }
    }
}
