//! Every user name of a run in sixteen bytes: its hash, and whose it is.
//!
//! A growing hash table would cost more than all else: the entries are pushed into partitions by hash and
//! looked through once at the end. A hash is no proof: whoever asks must look at the names before accusing anyone.

use std::collections::BTreeMap;

use crate::check::{Reason, RecordId};
use crate::record::name::UserName;
use crate::source::InputId;

/// Bits of the hash that choose a partition: few enough that what is written to stays at hand.
const PARTITION_BITS: u32 = 6;

const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Bits of an entry's place: input, number, and two flags.
const NUMBER_BITS: u32 = 46;
const ACTIVE: u64 = 1 << 63;
const PLAN: u64 = 1 << 62;

/// The user names of all accounts.
#[derive(Clone, Debug)]
pub struct Roster {
    /// Those that were added here.
    partitions: Partitions,
    /// Those of others, as they came: to copy them into one would cost more than to look into each.
    merged: Vec<Partitions>,
}

/// Entries by the first bits of their hash.
type Partitions = Vec<Vec<Entry>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    place: u64,
}

impl Default for Roster {
    fn default() -> Self {
        Self { partitions: vec![Vec::new(); PARTITIONS], merged: Vec::new() }
    }
}

impl Entry {
    fn new(hash: u64, id: RecordId, is_active: bool, is_plan: bool) -> Self {
        assert!(id.number < 1 << NUMBER_BITS, "internal error: a record number beyond all files");
        let flags = if is_active { ACTIVE } else { 0 } | if is_plan { PLAN } else { 0 };
        Self { hash, place: flags | u64::from(id.input.0) << NUMBER_BITS | id.number }
    }

    const fn id(self) -> RecordId {
        let place = self.place & !(ACTIVE | PLAN);
        let input = (place >> NUMBER_BITS) as u16;
        RecordId { input: InputId(input), number: place & ((1 << NUMBER_BITS) - 1) }
    }
}

impl Roster {
    /// Makes room for about so many accounts more, so that what is known need not be moved again and again. Room that is
    /// never written to takes no memory.
    pub fn expect(&mut self, accounts: u64) {
        let each = usize::try_from(accounts).unwrap_or(0) / PARTITIONS;
        // Where there is no such room, growing as accounts come will tell.
        self.partitions.iter_mut().for_each(|partition| drop(partition.try_reserve(each)));
    }

    /// Adds an account by its user name.
    pub fn add(&mut self, name: &UserName<'_>, id: RecordId, is_active: bool, is_plan: bool) {
        let hash = name.hash();
        self.partitions[partition(hash)].push(Entry::new(hash, id, is_active, is_plan));
    }

    /// Adds another's accounts.
    pub fn merge(&mut self, other: Self) {
        self.merged.extend(std::iter::once(other.partitions).chain(other.merged));
    }

    /// The parts of one partition.
    fn parts(&self, partition: usize) -> impl Iterator<Item = &[Entry]> {
        std::iter::once(&self.partitions).chain(&self.merged).map(move |parts| parts[partition].as_slice())
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        std::iter::once(&self.partitions).chain(&self.merged).flatten().flatten()
    }

    /// How many accounts have a user name.
    #[must_use]
    pub fn count(&self) -> u64 {
        (0..PARTITIONS).flat_map(|partition| self.parts(partition)).map(|part| part.len() as u64).sum()
    }

    /// How many of them are active.
    #[must_use]
    pub fn active(&self) -> u64 {
        self.entries().filter(|entry| entry.place & ACTIVE != 0).count() as u64
    }

    /// Accounts whose name may be `name`: all that have it, and perhaps others.
    pub fn candidates(&self, name: UserName<'_>) -> impl Iterator<Item = RecordId> + use<'_> {
        let hash = name.hash();
        self.parts(partition(hash)).flatten().filter(move |entry| entry.hash == hash).map(|entry| entry.id())
    }

    /// Groups of active accounts that may look alike: those of one look, and those whose names are that look.
    #[must_use]
    pub fn alike(&self, looks: &Self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        for partition in 0..PARTITIONS {
            let odd = || looks.parts(partition).flatten();
            let mut of_look: BTreeMap<u64, Vec<RecordId>> = odd().map(|entry| (entry.hash, Vec::new())).collect();
            if of_look.is_empty() {
                continue;
            }
            let both = odd().chain(self.parts(partition).flatten());
            for entry in both.filter(|entry| entry.place & ACTIVE != 0) {
                if let Some(group) = of_look.get_mut(&entry.hash) {
                    group.push(entry.id());
                }
            }
            for mut group in of_look.into_values() {
                group.sort_unstable();
                group.dedup();
                groups.extend(Some(group).filter(|group| group.len() > 1));
            }
        }
        groups.sort_unstable();
        groups
    }

    /// Groups of active accounts, all of plans or all of exports, whose names may be equal.
    #[must_use]
    pub fn suspects(&self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        let mut table = Vec::new();
        for partition in 0..PARTITIONS {
            let parts: Vec<_> = self.parts(partition).collect();
            for mut alike in alike(&parts, &mut table) {
                alike.sort_unstable();
                for is_plan in [false, true] {
                    let is_one = |entry: &&Entry| entry.place & ACTIVE != 0 && (entry.place & PLAN != 0) == is_plan;
                    let group: Vec<_> = alike.iter().filter(is_one).map(|entry| entry.id()).collect();
                    if group.len() > 1 {
                        groups.push(group);
                    }
                }
            }
        }
        groups.sort_unstable();
        groups
    }
}

/// Entries that share a hash, at least two each. `table` is room to work in: for every slot one more than the
/// place of an entry, 0 where there is none. It fits the cache, as a whole roster would not.
fn alike(parts: &[&[Entry]], table: &mut Vec<u32>) -> Vec<Vec<Entry>> {
    let mut alike: BTreeMap<u64, Vec<Entry>> = BTreeMap::new();
    let count: usize = parts.iter().map(|part| part.len()).sum();
    let slots = (count * 2).next_power_of_two();
    table.clear();
    table.resize(slots, 0);
    for (place, entry) in parts.iter().copied().flatten().enumerate() {
        let mut at = entry.hash as usize & (slots - 1);
        loop {
            let Some(before) = (table[at] as usize).checked_sub(1) else {
                table[at] = u32::try_from(place + 1).expect("internal error: more accounts than a table can number");
                break;
            };
            let before = entry_at(parts, before);
            if before.hash == entry.hash {
                alike.entry(entry.hash).or_insert_with(|| vec![before]).push(*entry);
                break;
            }
            at = (at + 1) & (slots - 1);
        }
    }
    alike.into_values().collect()
}

/// The entry at a place, counted through all parts.
fn entry_at(parts: &[&[Entry]], mut place: usize) -> Entry {
    for part in parts {
        match part.get(place) {
            Some(entry) => return *entry,
            None => place -= part.len(),
        }
    }
    unreachable!("internal error: a place beyond the last entry")
}

/// The most accounts of a run whose names are looked at again: each is held with the row around it.
const MOST_SUSPECTS: usize = 50_000;

/// As many of `groups` as can be looked at, and how many accounts are left out.
#[must_use]
pub fn within_reach(mut groups: Vec<Vec<RecordId>>) -> (Vec<Vec<RecordId>>, u64) {
    let (mut room, mut left_out) = (MOST_SUSPECTS, 0);
    for group in &mut groups {
        let count = group.len().min(room);
        room -= count;
        left_out += (group.len() - count) as u64;
        group.truncate(count);
    }
    (groups, left_out)
}

/// Why names that may be shared were not all looked at.
pub const TOO_MANY: Reason = Reason::Because("more accounts may share a name than can be looked at again");

/// The top bits choose the partition; the lower ones the slot in it.
const fn partition(hash: u64) -> usize {
    (hash >> (u64::BITS - PARTITION_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(input: u16, number: u64) -> RecordId {
        RecordId { input: InputId(input), number }
    }

    #[test]
    fn an_entry_keeps_its_record() {
        for (input, number) in [(0, 1), (u16::MAX >> 1, (1 << NUMBER_BITS) - 1), (7, 123_456)] {
            for flags in [(false, false), (true, false), (true, true)] {
                assert_eq!(Entry::new(9, id(input, number), flags.0, flags.1).id(), id(input, number));
            }
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let many: Vec<_> = (0..MOST_SUSPECTS as u64 - 1).map(|number| id(0, number)).collect();
        let few = || vec![id(1, 1), id(1, 2), id(1, 3)];
        assert_eq!(within_reach(vec![few(), few()]), (vec![few(), few()], 0));
        let (groups, left_out) = within_reach(vec![many.clone(), few(), few()]);
        assert_eq!((groups, left_out), (vec![many, vec![id(1, 1)], Vec::new()], 5));
    }

    #[test]
    fn suspects_are_active_and_of_one_kind() {
        let mut roster = Roster::default();
        let (a, b) = (UserName::new("a"), UserName::new("b"));
        roster.add(&a, id(0, 3), true, false);
        roster.add(&a, id(0, 1), true, false);
        roster.add(&a, id(0, 2), false, false);
        roster.add(&a, id(1, 1), true, true);
        roster.add(&b, id(0, 4), true, false);
        let mut other = Roster::default();
        other.add(&b, id(0, 5), true, false);
        other.merge(roster);
        assert_eq!(other.suspects(), [vec![id(0, 1), id(0, 3)], vec![id(0, 4), id(0, 5)]]);
        assert_eq!(other.candidates(a).count(), 4);
        assert_eq!((other.count(), other.active()), (6, 5));
    }
}
