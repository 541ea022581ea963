//! Every user name of a run in eight bytes: most of its hash, and whose it is.
//!
//! A growing hash table would cost more than all else: the entries are pushed into partitions by hash and looked
//! through once at the end. First-touch page faults dominate, so an entry holds only as much of the hash as nearly
//! always tells different names apart: callers must compare the names before they report anyone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::check::{Reason, RecordId};
use crate::fast::hash_filter::HashFilter;
use crate::record::name::UserName;
use crate::source::InputId;

/// Bits of the hash that choose a partition: few enough that what is written to stays at hand.
const PARTITION_BITS: u32 = 6;

const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Bits of a record's number that an entry holds.
const NUMBER_BITS: u32 = 24;

/// How many numbers an entry can tell apart.
const NUMBERS: u64 = 1 << NUMBER_BITS;

/// The user names of all accounts.
#[derive(Clone, Debug, Default)]
pub struct UserNameIndex {
    own: Shard,
    /// What others saw, as it came: to copy it would cost more than to look into each.
    others: Vec<Shard>,
    active: u64,
}

/// The accounts that one has seen, in the order in which they came.
#[derive(Clone, Debug)]
struct Shard {
    /// By the first bits of the hash.
    partitions: Vec<Vec<RosterEntry>>,
    segments: Vec<Segment>,
}

/// Accounts of one input that follow one another, their numbers near each other.
#[derive(Clone, Debug)]
struct Segment {
    origin: SegmentOrigin,
    /// Partition by partition, where they begin.
    starts: [u32; PARTITIONS],
}

/// What the accounts of a section have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SegmentOrigin {
    input: InputId,
    is_plan: bool,
    /// The upper bits of their numbers.
    upper: u64,
}

/// An account: the hash of its name without the bits that chose the partition, whether it is active, the lower bits of
/// its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RosterEntry(u64);

/// Marks an active account.
const ACTIVE: u64 = NUMBERS;

impl RosterEntry {
    #[inline(always)]
    fn new(hash: u64, number: u64, is_active: bool) -> Self {
        let hash = hash << PARTITION_BITS & !(ACTIVE | (NUMBERS - 1));
        Self(hash | if is_active { ACTIVE } else { 0 } | number & (NUMBERS - 1))
    }

    const fn hash(self) -> u64 {
        self.0 >> (NUMBER_BITS + 1)
    }

    const fn is_active(self) -> bool {
        self.0 & ACTIVE != 0
    }
}

/// As much of the hash of a name as an entry and its partition hold: the same on every machine.
#[must_use]
pub fn name_hash(name: &str) -> u64 {
    let hash = UserName::new(name).hash();
    whole_hash(partition(hash), RosterEntry::new(hash, 0, false))
}

const fn whole_hash(partition: usize, entry: RosterEntry) -> u64 {
    (partition as u64) << (u64::BITS - NUMBER_BITS - 1) | entry.hash()
}

/// An account that was found again.
#[derive(Clone, Copy, Debug)]
pub struct IndexedAccount {
    /// Its record.
    pub id: RecordId,
    is_active: bool,
    /// True if a plan holds it.
    pub is_plan: bool,
}

impl Default for Shard {
    fn default() -> Self {
        Self { partitions: vec![Vec::new(); PARTITIONS], segments: Vec::new() }
    }
}

impl Shard {
    /// Begins a section.
    #[cold]
    #[inline(never)]
    fn begin(&mut self, origin: SegmentOrigin) {
        let starts = std::array::from_fn(|partition| narrow(self.partitions[partition].len()));
        self.segments.push(Segment { origin, starts });
    }

    /// The account at `place` of a partition.
    fn account(&self, partition: usize, place: usize) -> IndexedAccount {
        let after = self.segments.partition_point(|segment| segment.starts[partition] as usize <= place);
        let SegmentOrigin { input, is_plan, upper } = self.segments[after - 1].origin;
        let entry = self.partitions[partition][place];
        let number = upper << NUMBER_BITS | entry.0 & (NUMBERS - 1);
        IndexedAccount { id: RecordId { input, number }, is_active: entry.is_active(), is_plan }
    }
}

impl UserNameIndex {
    /// Makes room for about so many accounts more, so that what is known need not be moved again and again. Room that is
    /// never written to takes no memory.
    pub fn expect(&mut self, accounts: u64) {
        let each = usize::try_from(accounts).unwrap_or(0) / PARTITIONS;
        // Where there is no such room, growing as accounts come will tell.
        self.own.partitions.iter_mut().for_each(|partition| drop(partition.try_reserve(each)));
    }

    /// Adds an account by its user name.
    #[inline(always)]
    pub fn add(&mut self, name: &UserName<'_>, id: RecordId, is_active: bool, is_plan: bool) {
        let origin = SegmentOrigin { input: id.input, is_plan, upper: id.number >> NUMBER_BITS };
        if self.own.segments.last().is_none_or(|last| last.origin != origin) {
            self.own.begin(origin);
        }
        let hash = name.hash();
        self.own.partitions[partition(hash)].push(RosterEntry::new(hash, id.number, is_active));
        self.active += u64::from(is_active);
    }

    /// Adds another's accounts.
    pub fn merge(&mut self, other: Self) {
        let shards = std::iter::once(other.own).chain(other.others);
        self.others.extend(shards.filter(|shard| !shard.segments.is_empty()));
        self.active += other.active;
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        std::iter::once(&self.own).chain(&self.others)
    }

    /// How many accounts have a user name.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.shards().flat_map(|shard| &shard.partitions).map(|entries| entries.len() as u64).sum()
    }

    /// How many of them are active.
    #[must_use]
    pub const fn active(&self) -> u64 {
        self.active
    }

    /// Accounts whose name may be one of `names`: all that have one of them, and perhaps others.
    pub fn candidates<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<RecordId> {
        let mut wanted = vec![BTreeSet::new(); PARTITIONS];
        for hash in names.map(|name| UserName::new(name).hash()) {
            wanted[partition(hash)].insert(RosterEntry::new(hash, 0, false).hash());
        }
        let in_partition = |(partition, wanted): (usize, BTreeSet<u64>)| {
            self.having(partition, move |hash| wanted.contains(&hash).then_some(())).map(|((), found)| found.id)
        };
        let some = wanted.into_iter().enumerate().filter(|(_, wanted)| !wanted.is_empty());
        some.flat_map(in_partition).collect()
    }

    /// For each of `names` the accounts that may have it: all that have it, and perhaps others.
    #[must_use]
    pub fn by_name<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Vec<IndexedAccount>> {
        let mut wanted = vec![HashMap::new(); PARTITIONS];
        let mut found = Vec::new();
        for hash in names.map(|name| UserName::new(name).hash()) {
            let numbers: &mut Vec<usize> =
                wanted[partition(hash)].entry(RosterEntry::new(hash, 0, false).hash()).or_default();
            numbers.push(found.len());
            found.push(Vec::new());
        }
        for (partition, wanted) in wanted.iter().enumerate().filter(|(_, wanted)| !wanted.is_empty()) {
            let filter = HashFilter::new(wanted.keys().copied());
            for (numbers, account) in
                self.having(partition, |hash| if filter.may_hold(hash) { wanted.get(&hash) } else { None })
            {
                numbers.iter().for_each(|number| found[*number].push(account));
            }
        }
        found
    }

    /// The accounts that `choose` wants, given whether a plan holds them and the hash of their name ([`name_hash`]), each with
    /// what it said.
    pub fn select<T>(&self, mut choose: impl FnMut(bool, u64) -> Option<T>) -> Vec<(T, IndexedAccount)> {
        let mut found = Vec::new();
        for shard in self.shards() {
            for (partition, entries) in shard.partitions.iter().enumerate() {
                let ends = shard.segments.iter().skip(1).map(|next| next.starts[partition] as usize);
                for (segment, end) in shard.segments.iter().zip(ends.chain([entries.len()])) {
                    let start = segment.starts[partition] as usize;
                    for (place, entry) in entries[start..end].iter().enumerate() {
                        if let Some(chosen) = choose(segment.origin.is_plan, whole_hash(partition, *entry)) {
                            found.push((chosen, shard.account(partition, start + place)));
                        }
                    }
                }
            }
        }
        found
    }

    /// Groups of accounts, all of plans or all of exports, that may have one of `names`: those with more than one account.
    #[must_use]
    pub fn namesakes<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Vec<RecordId>> {
        let mut wanted = vec![BTreeMap::new(); PARTITIONS];
        for hash in names.map(|name| UserName::new(name).hash()) {
            wanted[partition(hash)].insert(RosterEntry::new(hash, 0, false).hash(), [Vec::new(), Vec::new()]);
        }
        let mut groups = Vec::new();
        for (partition, mut wanted) in wanted.into_iter().enumerate().filter(|(_, wanted)| !wanted.is_empty()) {
            let filter = HashFilter::new(wanted.keys().copied());
            let is_wanted = |hash| (filter.may_hold(hash) && wanted.contains_key(&hash)).then_some(hash);
            let found: Vec<_> = self.having(partition, is_wanted).collect();
            for (hash, found) in found {
                if let Some(sides) = wanted.get_mut(&hash) {
                    sides[usize::from(found.is_plan)].push(found.id);
                }
            }
            groups.extend(wanted.into_values().flatten().filter(|group| group.len() > 1));
        }
        groups.sort_unstable();
        groups
    }

    /// The accounts of a partition that `choose` wants by their hash, each with what it said.
    fn having<T>(
        &self,
        partition: usize,
        mut choose: impl FnMut(u64) -> Option<T>,
    ) -> impl Iterator<Item = (T, IndexedAccount)> {
        let entries = move |shard: &Shard| 0..shard.partitions[partition].len();
        let all = self.shards().flat_map(move |shard| entries(shard).map(move |place| (shard, place)));
        all.filter_map(move |(shard, place)| {
            let chosen = choose(shard.partitions[partition][place].hash())?;
            Some((chosen, shard.account(partition, place)))
        })
    }

    /// Groups of active accounts that may look alike: those of one look, and those whose names are that look.
    #[must_use]
    pub fn alike(&self, skeletons: &Self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        for partition in 0..PARTITIONS {
            let mut of_look: BTreeMap<u64, Vec<RecordId>> =
                skeletons.having(partition, Some).map(|(visual_skeleton, _)| (visual_skeleton, Vec::new())).collect();
            if of_look.is_empty() {
                continue;
            }
            let known: BTreeSet<u64> = of_look.keys().copied().collect();
            let plain = self.having(partition, |hash| known.contains(&hash).then_some(hash));
            for (visual_skeleton, found) in
                skeletons.having(partition, Some).chain(plain).filter(|(_, found)| found.is_active)
            {
                of_look.entry(visual_skeleton).or_default().push(found.id);
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
    pub fn groups_of_repeats(&self) -> Vec<Vec<RecordId>> {
        let mut groups = Vec::new();
        let mut table = Vec::new();
        for partition in 0..PARTITIONS {
            for alike in self.alike_in(partition, &mut table) {
                for is_plan in [false, true] {
                    let is_one = |found: &&IndexedAccount| found.is_active && found.is_plan == is_plan;
                    let mut group: Vec<_> = alike.iter().filter(is_one).map(|found| found.id).collect();
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

    /// Accounts of a partition that share a hash, at least two each. `table` is room to work in: for every slot one more
    /// than the place of an entry, counted through all shares, 0 where there is none. Of a million accounts it fits the
    /// cache, as a whole index would not.
    fn alike_in(&self, partition: usize, table: &mut Vec<u32>) -> Vec<Vec<IndexedAccount>> {
        let shards: Vec<&Shard> = self.shards().collect();
        // Where the entries of each share begin.
        let mut starts = Vec::with_capacity(shards.len());
        let mut count = 0;
        for shard in &shards {
            starts.push(count);
            count += shard.partitions[partition].len();
        }
        let at = |place: usize| {
            let shard = if shards.len() == 1 { 0 } else { starts.partition_point(|start| *start <= place) - 1 };
            (shards[shard], place - starts[shard])
        };
        let account = |place: usize| {
            let (shard, place) = at(place);
            shard.account(partition, place)
        };
        let mut alike: BTreeMap<u64, Vec<IndexedAccount>> = BTreeMap::new();
        let slots = (count * 2).next_power_of_two();
        table.clear();
        table.resize(slots, 0);
        let all = shards.iter().flat_map(|shard| &shard.partitions[partition]);
        for (place, entry) in all.enumerate() {
            let mut slot = entry.hash() as usize & (slots - 1);
            while let Some(before) = table[slot].checked_sub(1) {
                let before = before as usize;
                let (shard, inside) = at(before);
                if shard.partitions[partition][inside].hash() == entry.hash() {
                    alike.entry(entry.hash()).or_insert_with(|| vec![account(before)]).push(account(place));
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
            if table[slot] == 0 {
                table[slot] = narrow(place + 1);
            }
        }
        alike.into_values().collect()
    }
}

/// A place in a partition: none holds so many accounts that it would not fit.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("internal error: more accounts than a table can number")
}

/// The most accounts of a run whose names are looked at again: each is held with the row around it.
const MAX_SUSPECTS: usize = 50_000;

/// As many of `groups` as can be looked at, and how many accounts are left out.
#[must_use]
pub fn bounded_groups(mut groups: Vec<Vec<RecordId>>) -> (Vec<Vec<RecordId>>, u64) {
    let (mut limits, mut left_out) = (MAX_SUSPECTS, 0);
    for group in &mut groups {
        let count = group.len().min(limits);
        limits -= count;
        left_out += (group.len() - count) as u64;
        group.truncate(count);
    }
    (groups, left_out)
}

/// Why names that may be shared were not all looked at.
pub const TOO_MANY: Reason = Reason::Other("more accounts may share a name than can be looked at again");

/// The top bits choose the partition; the lower ones the slot in it.
const fn partition(hash: u64) -> usize {
    (hash >> (u64::BITS - PARTITION_BITS)) as usize
}

#[cfg(test)]
mod tests;
