//! A quick look before a search: most hashes are not in the set that is searched.

/// Tells nearly all hashes that are not in a small set, at the cost of one look.
pub struct HashFilter([u64; 1 << (FILTER_BITS - 6)]);

/// Bits of a hash that the filter looks at.
const FILTER_BITS: u32 = 13;

impl HashFilter {
    pub fn new(hashes: impl Iterator<Item = u64>) -> Self {
        let mut bits = [0; 1 << (FILTER_BITS - 6)];
        for (word, bit) in hashes.map(Self::place) {
            bits[word] |= 1 << bit;
        }
        Self(bits)
    }

    pub const fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = Self::place(hash);
        self.0[word] >> bit & 1 == 1
    }

    const fn place(hash: u64) -> (usize, u64) {
        (hash as usize >> 6 & ((1 << (FILTER_BITS - 6)) - 1), hash & 63)
    }
}
