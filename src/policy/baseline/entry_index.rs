//! Where the entry with an identity is, among entries in the order of their identities.
//!
//! Identities are hashes, so their first bits say nearly where: a hash table would hash them once more, and ask for memory
//! that no cache holds.

use super::entry::BaselineEntry;

/// Where the entries begin whose identities have the same first bits.
pub struct EntryIndex {
    /// One more than there are such groups.
    starts: Vec<u32>,
    /// How many bits of an identity do not choose its group.
    shift: u32,
}

impl EntryIndex {
    /// The index of entries that are sorted by identity.
    pub fn new(entries: &[BaselineEntry]) -> Self {
        let bits = entries.len().max(2).next_power_of_two().trailing_zeros();
        let shift = u128::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (number, entry) in (0_u32..).zip(entries) {
            let group = (entry.identity >> shift) as usize;
            // Of this group and of the empty ones before it.
            starts.resize(starts.len().max(group + 1), number);
        }
        starts.resize((1 << bits) + 1, u32::try_from(entries.len()).unwrap_or(u32::MAX));
        Self { starts, shift }
    }

    /// The number of the entry with this identity. Groups are small, but whoever writes a file can make them large.
    pub fn find(&self, entries: &[BaselineEntry], identity: u128) -> Option<usize> {
        let group = (identity >> self.shift) as usize;
        let (start, end) = (self.starts[group] as usize, self.starts[group + 1] as usize);
        let place = entries[start..end].binary_search_by_key(&identity, |entry| entry.identity).ok()?;
        Some(start + place)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::entry::EntryTerms;
    use super::*;
    use crate::diagnostic::Severity;
    use crate::diagnostic::identification::Side;
    use crate::record::date::Date;

    fn entry(identity: u128) -> BaselineEntry {
        let terms = EntryTerms {
            rule: Arc::from("r"),
            side: Side::Export,
            field: None,
            severity: Severity::Error,
            since: Date::from_iso("2026-11-02").expect("a day"),
            demand: None,
            reason: None,
        };
        BaselineEntry { identity, state: 0, subject: None, account: None, terms: Arc::new(terms), byte: 0 }
    }

    proptest! {
        /// Identities at both ends and close to each other are found, and no others.
        #[test]
        fn every_identity_is_found_and_no_other(
            identities in proptest::collection::btree_set(
                prop_oneof![any::<u128>(), 0_u128..20, u128::MAX - 20..=u128::MAX, (1_u128 << 100)..(1 << 100) + 20],
                0..60,
            ),
            others in proptest::collection::vec(prop_oneof![any::<u128>(), 0_u128..25, (1_u128 << 100)..(1 << 100) + 25], 0..20),
        ) {
            let identities: BTreeSet<u128> = identities;
            let entries: Vec<_> = identities.iter().copied().map(entry).collect();
            let index = EntryIndex::new(&entries);
            for one in identities.iter().chain(&others) {
                let place = entries.iter().position(|entry| entry.identity == *one);
                prop_assert_eq!(index.find(&entries, *one), place);
            }
        }
    }
}
