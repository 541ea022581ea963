//! The accounts of a run in sixteen bytes each, so that two runs can be compared account by account without keeping their
//! cells: the hash of the user name, the number of the record, and that of a condition, which many accounts share.
//!
//! First-touch page faults dominate, as in `check/population/user_names.rs`: entries are small, and go to partitions by hash, so
//! that sorting stays in the cache.

mod tracker;

use std::collections::HashMap;
use std::hash::Hash;

use super::account_flags::{ADMINISTRATOR, API_USER, Concern, PRESENT};
use crate::check::RecordId;
use crate::diagnostic::identification::Side;
use crate::record::canonical::CanonicalValue;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Field, Record};
use crate::rule::Subject;
use crate::source::InputId;

pub use tracker::AccountTracker;

/// The fields that say what an account may do.
pub const TRACKED_FIELDS: [Field; 4] = [Field::Roles, Field::Licenses, Field::Scope, Field::Team];

/// An account of a run.
#[derive(Clone, Copy, Debug)]
pub struct TrackedAccount {
    /// Accounts with one key are of one side and have one user name, or none and the same cells, but for rare accidents: no
    /// input can bring one about, since its author does not know the key of the hash.
    pub key: u64,
    number: u32,
    /// The number of what it has in common with others.
    pub condition: u32,
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

/// Bits of the key that choose a partition.
const PARTITION_BITS: u32 = 6;

/// The accounts of one pass, or of a thread's share of it.
#[derive(Clone, Debug, Default)]
pub struct TrackedAccounts {
    /// By some bits of their keys; none until an account is seen.
    partitions: Vec<Vec<TrackedAccount>>,
    conditions: DistinctValues<AccountCondition>,
    values: [DistinctValues<TrackedValue>; TRACKED_FIELDS.len()],
}

impl TrackedAccounts {
    /// Makes room for about so many accounts. Room that is never written to takes no memory.
    pub fn expect(&mut self, accounts: u64) {
        self.make_partitions();
        let each = usize::try_from(accounts).unwrap_or(0) >> PARTITION_BITS;
        // If there is no such room, growing as accounts come will tell.
        self.partitions.iter_mut().for_each(|partition| drop(partition.try_reserve(each)));
    }

    fn make_partitions(&mut self) {
        self.partitions.resize_with(1 << PARTITION_BITS, Vec::new);
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
        RecordId { input: self.condition(account).input, number: account.number.into() }
    }

    /// Sorts the accounts by their keys, as [`Self::partition`] and [`Self::with_name`] need them.
    pub fn sort(&mut self) {
        let mut room = Vec::new();
        self.partitions.iter_mut().for_each(|partition| sort(partition, &mut room));
    }

    /// The accounts of one of the [`Self::PARTITIONS`], sorted by their keys.
    #[must_use]
    pub fn partition(&self, at: usize) -> &[TrackedAccount] {
        self.partitions.get(at).map_or(&[], Vec::as_slice)
    }

    /// How many partitions there are.
    pub const PARTITIONS: usize = 1 << PARTITION_BITS;

    /// The accounts of plans, or of exports, whose user name has this hash.
    pub fn with_name(&self, is_plan: bool, name: u64) -> impl Iterator<Item = TrackedAccount> {
        let key = key(is_plan, name);
        let all = self.partition(partition_of(key));
        let first = all.partition_point(|account| account.key < key);
        let same = all[first..].iter().take_while(move |account| account.key == key);
        same.copied().filter(move |account| self.condition(*account).has_name)
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
        for (mine, theirs) in self.partitions.iter_mut().zip(other.partitions) {
            let renumbered = |account: TrackedAccount| {
                let condition = conditions[account.condition as usize];
                TrackedAccount { condition, ..account }
            };
            mine.extend(theirs.into_iter().map(renumbered));
        }
    }
}

/// Sorts a partition by its keys. They are hashes, so that as many buckets as accounts, by their next bits, leave nearly every
/// account in its place. `room` is for working in.
fn sort(accounts: &mut Vec<TrackedAccount>, room: &mut Vec<TrackedAccount>) {
    let bits = accounts.len().max(2).ilog2();
    let bucket = |account: &TrackedAccount| (account.key << PARTITION_BITS >> 1 >> (63 - bits)) as usize;
    let mut ends = vec![0_u32; 1 << bits];
    accounts.iter().for_each(|account| ends[bucket(account)] += 1);
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total - *end;
    }
    room.clone_from(accounts);
    for account in &*room {
        let place = &mut ends[bucket(account)];
        accounts[*place as usize] = *account;
        *place += 1;
    }
    for at in 1..accounts.len() {
        let account = accounts[at];
        let mut place = at;
        while place > 0 && accounts[place - 1].key > account.key {
            accounts[place] = accounts[place - 1];
            place -= 1;
        }
        accounts[place] = account;
    }
}

/// The key of accounts of plans, or of exports, whose user name has this hash.
const fn key(is_plan: bool, hash: u64) -> u64 {
    hash & !1 | is_plan as u64
}

/// The partition of a key.
const fn partition_of(key: u64) -> usize {
    (key >> (64 - PARTITION_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_sorted_by_key() {
        for count in [0, 1, 2, 9, 1000_u32] {
            let hash = |number: u32| u64::from(number % 700).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> PARTITION_BITS;
            let account = |number| TrackedAccount { key: key(number % 3 == 0, hash(number)), number, condition: 0 };
            let mut accounts: Vec<_> = (0..count).map(account).collect();
            sort(&mut accounts, &mut Vec::new());
            assert!(accounts.is_sorted_by_key(|account| account.key));
            let mut numbers: Vec<u32> = accounts.iter().map(|account| account.number).collect();
            numbers.sort_unstable();
            assert!(numbers.into_iter().eq(0..count));
        }
    }
}
