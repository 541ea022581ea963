//! A hash of bytes that is quick for what accounts hold: folded multiplications of two words at a time, as foldhash and
//! wyhash have them, with digits of pi for constants. A hash never decides alone.

/// Bytes of two words.
const PAIR: usize = 16;

/// The hash of `bytes`; every sixteen of them go in as `see` makes them, some of the last a second time.
#[inline(always)]
pub fn hash(bytes: &[u8], seed: u64, mut see: impl FnMut(u128) -> u128) -> u64 {
    let mut state = seed;
    let (pairs, rest) = bytes.as_chunks::<PAIR>();
    for pair in pairs {
        state = absorb(state, see(u128::from_le_bytes(*pair)));
    }
    if !rest.is_empty() {
        let pair = bytes.last_chunk::<PAIR>().copied().unwrap_or_else(|| {
            let mut pair = [0; PAIR];
            pair[..rest.len()].copy_from_slice(rest);
            pair
        });
        state = absorb(state, see(u128::from_le_bytes(pair)));
    }
    // Once more, so that the last words reach the upper bits too; with the length, which no byte can make up for here.
    absorb(state, bytes.len() as u128)
}

#[inline(always)]
const fn absorb(state: u64, words: u128) -> u64 {
    let (left, right) = halves(words);
    let (low, high) = halves((state ^ left) as u128 * (right ^ 0xa409_3822_299f_31d0) as u128);
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
            assert!(seen.insert(hash(&vec![b'x'; length], 1, |words| words)), "{length}");
            for at in 0..length {
                let mut bytes = vec![b'x'; length];
                bytes[at] = b'y';
                assert!(seen.insert(hash(&bytes, 1, |words| words)), "{at} of {length}");
            }
        }
        assert_ne!(hash(b"x", 1, |words| words), hash(b"x", 2, |words| words));
    }
}
