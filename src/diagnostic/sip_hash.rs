//! SipHash-2-4 of one number: as hard to foresee without its key as a longer hash, and quick enough for every account of a
//! run.

/// A key, from the hash of a longer one.
#[derive(Clone, Copy, Debug)]
pub struct SipKey([u64; 2]);

impl SipKey {
    /// The key that the bytes of a hash are.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "each half is taken")]
    pub const fn new(hash: u128) -> Self {
        Self([((hash >> 64) as u64).swap_bytes(), (hash as u64).swap_bytes()])
    }

    /// The hash of a number.
    #[must_use]
    pub fn hash(self, number: u64) -> u64 {
        let Self([left, right]) = self;
        let mut state = [
            left ^ 0x736f_6d65_7073_6575,
            right ^ 0x646f_7261_6e64_6f6d,
            left ^ 0x6c79_6765_6e65_7261,
            right ^ 0x7465_6462_7974_6573,
        ];
        // The number, and after it the word that says how many bytes there were.
        for word in [number, 8 << 56] {
            state[3] ^= word;
            (0..2).for_each(|_| state = round(state));
            state[0] ^= word;
        }
        state[2] ^= 0xff;
        (0..4).for_each(|_| state = round(state));
        state.into_iter().fold(0, |hash, word| hash ^ word)
    }
}

const fn round([mut a, mut b, mut c, mut d]: [u64; 4]) -> [u64; 4] {
    a = a.wrapping_add(b);
    b = b.rotate_left(13) ^ a;
    a = a.rotate_left(32);
    c = c.wrapping_add(d);
    d = d.rotate_left(16) ^ c;
    a = a.wrapping_add(d);
    d = d.rotate_left(21) ^ a;
    c = c.wrapping_add(b);
    b = b.rotate_left(17) ^ c;
    c = c.rotate_left(32);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::*;

    /// The vector of the paper's reference implementation for eight bytes.
    #[test]
    fn it_is_what_the_paper_says() {
        let key = SipKey::new(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f);
        assert_eq!(key.hash(0x0706_0504_0302_0100), 0x93f5_f579_9a93_2462);
    }

    #[test]
    #[expect(deprecated, reason = "the standard library's own is the oracle")]
    fn it_is_what_the_standard_library_says() {
        let mut number = 1_u64;
        for _ in 0..1000 {
            number = number.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let key = SipKey([number.rotate_left(7), !number]);
            let mut hasher = std::hash::SipHasher::new_with_keys(key.0[0], key.0[1]);
            hasher.write(&number.to_le_bytes());
            assert_eq!(key.hash(number), hasher.finish());
        }
    }
}
