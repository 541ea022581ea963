//! A quick look before a search: most hashes are not in the set that is searched.

/// Tells nearly all hashes that are not in a set, at the cost of one look.
pub struct HashFilter {
    words: Vec<u64>,
}

/// Bits for each hash of the set: so many times as rarely passes one that is not in it.
const BITS_PER_HASH: usize = 16;

/// The bits of the smallest filter and of the largest one, which a cache can hold.
const BITS: std::ops::RangeInclusive<usize> = 1 << 13..=1 << 24;

impl HashFilter {
    /// A filter that lets these hashes pass.
    #[must_use]
    pub fn new(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let bits = (hashes.len() * BITS_PER_HASH).next_power_of_two().clamp(*BITS.start(), *BITS.end());
        let mut filter = Self { words: vec![0; bits / u64::BITS as usize] };
        for hash in hashes {
            let (word, bit) = filter.place(hash);
            filter.words[word] |= bit;
        }
        filter
    }

    /// False if `hash` is not in the set.
    #[inline]
    #[must_use]
    pub fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.words[word] & bit != 0
    }

    #[inline]
    const fn place(&self, hash: u64) -> (usize, u64) {
        (hash as usize >> 6 & (self.words.len() - 1), 1 << (hash & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_set_pass_and_hardly_others() {
        let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        for count in [0, 1, 1000, 300_000] {
            let filter = HashFilter::new((0..count as usize).map(|number| hash(number as u64)));
            assert!((0..count).all(|number| filter.may_hold(hash(number))));
            let passing = (count..count + 100_000).filter(|number| filter.may_hold(hash(*number))).count();
            assert!(passing < 10_000, "{passing} of others pass a filter of {count}");
        }
    }
}
