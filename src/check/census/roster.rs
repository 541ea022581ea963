//! Every user name of a run in sixteen bytes: its hash, and whose it is.
//!
//! A growing hash table would cost more than all else: the entries are pushed into partitions by hash and
//! sorted once at the end. A hash is no proof: whoever asks must look at the names before accusing anyone.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::check::RecordId;
use crate::source::InputId;

const PARTITIONS: usize = 256;

/// Bits of an entry's place: input, number, and two flags.
const NUMBER_BITS: u32 = 46;
const ACTIVE: u64 = 1 << 63;
const PLAN: u64 = 1 << 62;

/// The user names of all accounts.
#[derive(Clone, Debug)]
pub struct Roster {
    partitions: Vec<Vec<Entry>>,
    hasher: FixedState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    place: u64,
}

impl Default for Roster {
    fn default() -> Self {
        // A fixed seed: the same input is to give the same run, and a collision can do no harm.
        Self { partitions: vec![Vec::new(); PARTITIONS], hasher: FixedState::default() }
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
    /// Adds an account by its user name in lower case.
    pub fn add(&mut self, folded: &str, id: RecordId, is_active: bool, is_plan: bool) {
        let hash = self.hasher.hash_one(folded.as_bytes());
        self.partitions[partition(hash)].push(Entry::new(hash, id, is_active, is_plan));
    }

    /// Adds another's accounts.
    pub fn merge(&mut self, other: Self) {
        for (mine, mut theirs) in self.partitions.iter_mut().zip(other.partitions) {
            mine.append(&mut theirs);
        }
    }

    /// Sorts what came in. To be called before asking.
    pub fn settle(&mut self) {
        self.partitions.iter_mut().for_each(|partition| partition.sort_unstable());
    }

    /// How many accounts have a user name.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.partitions.iter().map(|partition| partition.len() as u64).sum()
    }

    /// How many of them are active.
    #[must_use]
    pub fn active(&self) -> u64 {
        let active = |partition: &Vec<Entry>| partition.iter().filter(|entry| entry.place & ACTIVE != 0).count() as u64;
        self.partitions.iter().map(active).sum()
    }

    /// Accounts whose name may be `folded`: all that have it, and perhaps others.
    pub fn candidates(&self, folded: &str) -> impl Iterator<Item = RecordId> + '_ {
        let hash = self.hasher.hash_one(folded.as_bytes());
        let partition = &self.partitions[partition(hash)];
        let start = partition.partition_point(|entry| entry.hash < hash);
        partition[start..].iter().take_while(move |entry| entry.hash == hash).map(|entry| entry.id())
    }

    /// Groups of active accounts that may look alike: those of one look, and those whose names are that look.
    #[must_use]
    pub fn alike(&self, looks: &Self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        for odd in looks.partitions.iter().flat_map(|partition| partition.chunk_by(|a, b| a.hash == b.hash)) {
            let hash = odd[0].hash;
            let partition = &self.partitions[partition(hash)];
            let start = partition.partition_point(|entry| entry.hash < hash);
            let plain = partition[start..].iter().take_while(|entry| entry.hash == hash);
            let active = odd.iter().chain(plain).filter(|entry| entry.place & ACTIVE != 0);
            let mut group: Vec<_> = active.map(|entry| entry.id()).collect();
            group.sort_unstable();
            group.dedup();
            if group.len() > 1 {
                groups.push(group);
            }
        }
        groups.sort_unstable();
        groups
    }

    /// Groups of active accounts, all of plans or all of exports, whose names may be equal.
    #[must_use]
    pub fn suspects(&self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        for partition in &self.partitions {
            for alike in partition.chunk_by(|a, b| a.hash == b.hash).filter(|alike| alike.len() > 1) {
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

/// The top bits choose the partition; the rest sort inside it.
const fn partition(hash: u64) -> usize {
    (hash >> 56) as usize
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
    fn suspects_are_active_and_of_one_kind() {
        let mut roster = Roster::default();
        roster.add("a", id(0, 3), true, false);
        roster.add("a", id(0, 1), true, false);
        roster.add("a", id(0, 2), false, false);
        roster.add("a", id(1, 1), true, true);
        roster.add("b", id(0, 4), true, false);
        let mut other = Roster::default();
        other.add("b", id(0, 5), true, false);
        other.merge(roster);
        other.settle();
        assert_eq!(other.suspects(), [vec![id(0, 1), id(0, 3)], vec![id(0, 4), id(0, 5)]]);
        assert_eq!(other.candidates("a").count(), 4);
        assert_eq!((other.count(), other.active()), (6, 5));
    }
}
