//! Every user name of a run in eight bytes: most of its hash, and whose it is.
//!
//! A growing hash table would cost more than all else: the entries are pushed into partitions by hash and
//! looked through once at the end. Memory that is written to for the first time is dear, so an entry holds no more of the
//! hash than keeps names apart that are not the same, nearly always: whoever asks must look at the names before accusing
//! anyone.

use std::collections::BTreeMap;

use crate::check::{Reason, RecordId};
use crate::record::name::UserName;
use crate::source::InputId;

/// Bits of the hash that choose a partition: few enough that what is written to stays at hand.
const PARTITION_BITS: u32 = 6;

const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Bits of a record's number that an entry holds.
const NUMBER_BITS: u32 = 24;

/// The user names of all accounts.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// In the order in which they came, and those of others as they came: to copy them would cost more than to look into
    /// each.
    sections: Vec<Section>,
    active: u64,
    /// Accounts for which there is to be room in the next section.
    expected: usize,
}

/// Accounts of one input whose numbers lie near each other.
#[derive(Clone, Debug)]
struct Section {
    whose: Whose,
    /// By the first bits of the hash.
    partitions: Vec<Vec<Entry>>,
}

/// What the accounts of a section have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whose {
    input: InputId,
    is_plan: bool,
    /// The upper bits of their numbers.
    upper: u64,
}

/// An account: the hash of its name without the bits that chose the partition, whether it is active, the lower bits of
/// its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry(u64);

const ACTIVE: u64 = 1 << NUMBER_BITS;

impl Entry {
    #[inline(always)]
    fn new(hash: u64, number: u64, is_active: bool) -> Self {
        let hash = hash << PARTITION_BITS & !(2 * ACTIVE - 1);
        Self(hash | if is_active { ACTIVE } else { 0 } | number & (ACTIVE - 1))
    }

    const fn hash(self) -> u64 {
        self.0 >> (NUMBER_BITS + 1)
    }

    const fn is_active(self) -> bool {
        self.0 & ACTIVE != 0
    }
}

impl Whose {
    const fn id(self, entry: Entry) -> RecordId {
        RecordId { input: self.input, number: self.upper << NUMBER_BITS | entry.0 & (ACTIVE - 1) }
    }
}

impl Roster {
    /// Makes room for about so many accounts more, so that what is known need not be moved again and again. Room that is
    /// never written to takes no memory.
    pub fn expect(&mut self, accounts: u64) {
        self.expected = usize::try_from(accounts.min(ACTIVE)).unwrap_or(0);
    }

    /// Adds an account by its user name.
    #[inline(always)]
    pub fn add(&mut self, name: &UserName<'_>, id: RecordId, is_active: bool, is_plan: bool) {
        let whose = Whose { input: id.input, is_plan, upper: id.number >> NUMBER_BITS };
        let last = match self.sections.last_mut() {
            Some(last) if last.whose == whose => last,
            _ => self.begin(whose),
        };
        let hash = name.hash();
        last.partitions[partition(hash)].push(Entry::new(hash, id.number, is_active));
        self.active += u64::from(is_active);
    }

    /// Begins a section.
    #[cold]
    fn begin(&mut self, whose: Whose) -> &mut Section {
        let each = std::mem::take(&mut self.expected) / PARTITIONS;
        let mut partitions = vec![Vec::new(); PARTITIONS];
        // Where there is no such room, growing as accounts come will tell.
        partitions.iter_mut().for_each(|partition| drop(partition.try_reserve(each)));
        self.sections.push(Section { whose, partitions });
        self.sections.last_mut().expect("internal error: a section was begun")
    }

    /// Adds another's accounts.
    pub fn merge(&mut self, other: Self) {
        self.sections.extend(other.sections);
        self.active += other.active;
    }

    /// How many accounts have a user name.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.sections.iter().flat_map(|section| &section.partitions).map(|entries| entries.len() as u64).sum()
    }

    /// How many of them are active.
    #[must_use]
    pub const fn active(&self) -> u64 {
        self.active
    }

    /// Accounts whose name may be `name`: all that have it, and perhaps others.
    pub fn candidates(&self, name: UserName<'_>) -> impl Iterator<Item = RecordId> + use<'_> {
        let wanted = Entry::new(name.hash(), 0, false).hash();
        let found = self.entries(partition(name.hash())).filter(move |(_, entry)| entry.hash() == wanted);
        found.map(|(whose, entry)| whose.id(entry))
    }

    /// The entries of a partition.
    fn entries(&self, partition: usize) -> impl Iterator<Item = (Whose, Entry)> {
        let of_section = move |section: &Section| section.partitions[partition].len();
        self.sections
            .iter()
            .filter(move |section| of_section(section) > 0)
            .flat_map(move |section| section.partitions[partition].iter().map(|entry| (section.whose, *entry)))
    }

    /// Groups of active accounts that may look alike: those of one look, and those whose names are that look.
    #[must_use]
    pub fn alike(&self, looks: &Self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        for partition in 0..PARTITIONS {
            let odd = || looks.entries(partition);
            let mut of_look: BTreeMap<u64, Vec<RecordId>> =
                odd().map(|(_, entry)| (entry.hash(), Vec::new())).collect();
            if of_look.is_empty() {
                continue;
            }
            for (whose, entry) in odd().chain(self.entries(partition)).filter(|(_, entry)| entry.is_active()) {
                if let Some(group) = of_look.get_mut(&entry.hash()) {
                    group.push(whose.id(entry));
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
            let parts = self.sections.iter().map(|section| (section.whose, section.partitions[partition].as_slice()));
            let parts: Vec<Part<'_>> = parts.filter(|(_, entries)| !entries.is_empty()).collect();
            for alike in alike(&parts, &mut table) {
                for is_plan in [false, true] {
                    let is_one = |(whose, entry): &&(Whose, Entry)| entry.is_active() && whose.is_plan == is_plan;
                    let mut group: Vec<_> =
                        alike.iter().filter(is_one).map(|(whose, entry)| whose.id(*entry)).collect();
                    if group.len() > 1 {
                        group.sort_unstable();
                        groups.push(group);
                    }
                }
            }
        }
        groups.sort_unstable();
        groups
    }
}

/// What one section has in a partition.
type Part<'r> = (Whose, &'r [Entry]);

/// Entries that share a hash, at least two each. `table` is room to work in: for every slot one more than the
/// place of an entry, 0 where there is none. It fits the cache, as a whole roster would not.
fn alike(parts: &[Part<'_>], table: &mut Vec<u32>) -> Vec<Vec<(Whose, Entry)>> {
    let mut alike: BTreeMap<u64, Vec<(Whose, Entry)>> = BTreeMap::new();
    let count: usize = parts.iter().map(|(_, entries)| entries.len()).sum();
    let slots = (count * 2).next_power_of_two();
    table.clear();
    table.resize(slots, 0);
    let mut place = 0;
    for (whose, entries) in parts {
        for entry in *entries {
            place += 1;
            let mut at = entry.hash() as usize & (slots - 1);
            while let Some(before) = table[at].checked_sub(1) {
                let before = entry_at(parts, before as usize);
                if before.1.hash() == entry.hash() {
                    alike.entry(entry.hash()).or_insert_with(|| vec![before]).push((*whose, *entry));
                    break;
                }
                at = (at + 1) & (slots - 1);
            }
            if table[at] == 0 {
                table[at] = u32::try_from(place).expect("internal error: more accounts than a table can number");
            }
        }
    }
    alike.into_values().collect()
}

/// The entry at a place, counted through all parts.
#[inline]
fn entry_at(parts: &[Part<'_>], mut place: usize) -> (Whose, Entry) {
    for (whose, entries) in parts {
        match entries.get(place) {
            Some(entry) => return (*whose, *entry),
            None => place -= entries.len(),
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
    fn a_record_is_kept_whatever_its_number() {
        let mut roster = Roster::default();
        let name = UserName::new("a");
        let most = (1 << NUMBER_BITS) - 1;
        let ids = [id(0, 1), id(0, most), id(0, most + 1), id(7, 123_456), id(u16::MAX, 1 << 46), id(0, 2)];
        for (number, id) in ids.into_iter().enumerate() {
            roster.add(&name, id, number % 2 == 0, number % 3 == 0);
        }
        assert_eq!(roster.candidates(name).collect::<Vec<_>>(), ids);
        assert_eq!((roster.count(), roster.active()), (6, 3));
        assert_eq!(roster.candidates(UserName::new("b")).count(), 0);
    }

    #[test]
    fn names_that_differ_are_hardly_ever_suspects() {
        let mut roster = Roster::default();
        for number in 0..100_000 {
            roster.add(&UserName::new(&format!("api.{number}@acme.example")), id(0, number), true, false);
        }
        assert_eq!(roster.suspects(), Vec::<Vec<RecordId>>::new());
        roster.add(&UserName::new("API.77777@acme.example"), id(1, 1), true, false);
        assert_eq!(roster.suspects(), [vec![id(0, 77_777), id(1, 1)]]);
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
