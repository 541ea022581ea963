//! A hash of bytes that is quick for what accounts hold: folded multiplications of two words at a time, as foldhash and
//! wyhash have them, with digits of pi for constants. A hash never decides alone.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// What a hash begins with, and what half of its words are mixed with: only who knows both can make two texts of one hash.
#[derive(Clone, Copy, Debug)]
pub struct HashKey(pub u64, pub u64);

impl HashKey {
    /// A key that is the same on every machine.
    pub const fn fixed(seed: u64) -> Self {
        Self(seed, 0xa409_3822_299f_31d0)
    }

    /// The key of this process, which no input can foresee.
    pub fn of_process() -> Self {
        static KEY: LazyLock<HashKey> = LazyLock::new(|| {
            let random = || RandomState::new().hash_one(());
            HashKey(random(), random())
        });
        *KEY
    }
}

/// Bytes of two words.
const PAIR: usize = 16;

/// The hash of `bytes`; every sixteen of them go in as `see` makes them, some of the last a second time.
#[inline(always)]
pub fn hash(bytes: &[u8], key: HashKey, mut see: impl FnMut(u128) -> u128) -> u64 {
    let HashKey(mut state, mask) = key;
    let (pairs, rest) = bytes.as_chunks::<PAIR>();
    for pair in pairs {
        state = absorb(state, mask, see(u128::from_le_bytes(*pair)));
    }
    if !rest.is_empty() {
        let pair = bytes.last_chunk::<PAIR>().copied().unwrap_or_else(|| {
            let mut pair = [0; PAIR];
            pair[..rest.len()].copy_from_slice(rest);
            pair
        });
        state = absorb(state, mask, see(u128::from_le_bytes(pair)));
    }
    // Once more, so that the last words reach the upper bits too; with the length, which no byte can make up for here.
    absorb(state, mask, bytes.len() as u128)
}

#[inline(always)]
const fn absorb(state: u64, mask: u64, words: u128) -> u64 {
    let (left, right) = halves(words);
    let (low, high) = halves((state ^ left) as u128 * (right ^ mask) as u128);
    low ^ high
}

#[expect(clippy::cast_possible_truncation, reason = "each half is taken")]
const fn halves(words: u128) -> (u64, u64) {
    (words as u64, (words >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_byte_and_the_length_count() {
        let mut seen = HashSet::new();
        for length in 0..40 {
            assert!(seen.insert(hash(&vec![b'x'; length], HashKey::fixed(1), |words| words)), "{length}");
            for at in 0..length {
                let mut bytes = vec![b'x'; length];
                bytes[at] = b'y';
                assert!(seen.insert(hash(&bytes, HashKey::fixed(1), |words| words)), "{at} of {length}");
            }
        }
        assert_ne!(hash(b"x", HashKey::fixed(1), |words| words), hash(b"x", HashKey::fixed(2), |words| words));
    }
}
