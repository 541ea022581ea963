//! User names as the product compares them: without regard to ASCII case.
//!
//! A name of every account is hashed and looked for, so it is folded on the way into the hash, and copied only
//! where it is kept.

use hashbrown::HashTable;

/// A user name and its hash.
#[derive(Clone, Copy, Debug)]
pub struct UserName<'a> {
    text: &'a str,
    hash: u64,
    is_ascii: bool,
}

impl<'a> UserName<'a> {
    /// The name that `text` is.
    #[must_use]
    #[inline(always)]
    pub fn new(text: &'a str) -> Self {
        let (hash, is_ascii) = hash(text.as_bytes());
        Self { text, hash, is_ascii }
    }

    /// True where no character goes beyond ASCII.
    #[must_use]
    pub const fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// As it was written.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The same for names that are the same, on every machine; rarely the same for others.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.hash
    }

    /// In lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.text.to_ascii_lowercase()
    }
}

/// What is known of certain user names.
#[derive(Clone, Debug)]
pub struct NameMap<T> {
    entries: HashTable<(Box<str>, T)>,
}

/// Certain user names.
pub type NameSet = NameMap<()>;

impl<T> Default for NameMap<T> {
    fn default() -> Self {
        Self { entries: HashTable::new() }
    }
}

impl<T> NameMap<T> {
    /// What is known of `name`.
    #[must_use]
    #[inline]
    pub fn get(&self, name: &UserName<'_>) -> Option<&T> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = self.entries.find(name.hash, |(known, _)| known.eq_ignore_ascii_case(name.text));
        entry.map(|(_, value)| value)
    }

    /// True where something is known of `name`.
    #[must_use]
    #[inline]
    pub fn contains(&self, name: &UserName<'_>) -> bool {
        self.get(name).is_some()
    }

    /// Notes what is known of a name. True where nothing was known; else it stays as it was.
    pub fn insert(&mut self, name: &UserName<'_>, value: T) -> bool {
        if self.contains(name) {
            return false;
        }
        self.entries.insert_unique(name.hash, (name.text.into(), value), |(known, _)| hash(known.as_bytes()).0);
        true
    }

    /// All that is known, in no order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Adds what is known elsewhere of other names.
    pub fn merge(&mut self, other: Self) {
        for (name, value) in other.entries {
            self.insert(&UserName::new(&name), value);
        }
    }

    /// How many names are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where nothing is known of any name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for NameSet {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut set = Self::default();
        for name in names {
            set.insert(&UserName::new(name), ());
        }
        set
    }
}

/// Bytes of a word, and of two.
const WORD: usize = 8;
const PAIR: usize = 2 * WORD;

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// The top bit of each byte: only bytes beyond ASCII have it.
const TOP: u64 = 0x80 * EACH;

/// A hash of the bytes in lower case: folded multiplications of two words at a time, as foldhash and wyhash have them, with
/// digits of pi for constants. And whether all bytes are ASCII, which costs nothing here.
#[inline(always)]
fn hash(bytes: &[u8]) -> (u64, bool) {
    let mut state = 0x2436_a130_8823_1f33 ^ bytes.len() as u64;
    let mut all = 0;
    let (pairs, rest) = bytes.as_chunks::<PAIR>();
    for pair in pairs {
        state = mix(state, pair, &mut all);
    }
    if !rest.is_empty() {
        // The last bytes; some of them a second time where there are enough.
        let pair = bytes.last_chunk::<PAIR>().copied().unwrap_or_else(|| {
            let mut pair = [0; PAIR];
            pair[..rest.len()].copy_from_slice(rest);
            pair
        });
        state = mix(state, &pair, &mut all);
    }
    // Once more, so that the last words reach the upper bits too.
    (mix(state, &[0; PAIR], &mut 0), all & TOP == 0)
}

/// Takes two words into the state, and into `all` as they are.
#[inline]
fn mix(state: u64, pair: &[u8; PAIR], all: &mut u64) -> u64 {
    let [left, right] = [0, WORD].map(|at| u64::from_le_bytes(std::array::from_fn(|byte| pair[at + byte])));
    *all |= left | right;
    let product = u128::from(state ^ lower(left)).wrapping_mul(u128::from(lower(right) ^ 0xa409_3822_299f_31d0));
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded together")]
    let folded = product as u64 ^ (product >> 64) as u64;
    folded
}

/// Eight bytes with their ASCII capitals in lower case.
#[inline]
const fn lower(word: u64) -> u64 {
    let low = word & !TOP;
    // The top bit of each byte tells whether the byte is at least `A`, and whether it is beyond `Z`.
    let from_a = low.wrapping_add((0x80 - b'A' as u64) * EACH);
    let beyond_z = low.wrapping_add((0x7f - b'Z' as u64) * EACH);
    let capitals = (from_a ^ beyond_z) & !word & TOP;
    word | capitals >> 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_folded_as_ascii_is() {
        for byte in 0..=u8::MAX {
            let word = u64::from_le_bytes([byte, 0, b'Z', byte, b'a', 0xff, 0x80, byte]);
            let each = word.to_le_bytes().map(|byte| byte.to_ascii_lowercase());
            assert_eq!(lower(word), u64::from_le_bytes(each), "byte {byte:#x}");
        }
    }

    #[test]
    fn names_are_found_in_any_case() {
        let mut set: NameSet = ["API.Payroll@acme.example", "b"].into_iter().collect();
        assert!(set.contains(&UserName::new("api.payroll@ACME.example")));
        assert!(!set.contains(&UserName::new("api.payroll@acme.exampl")));
        assert!(!set.insert(&UserName::new("B"), ()));
        assert!(set.insert(&UserName::new("é"), ()));
        assert!(!set.contains(&UserName::new("É")));
    }

    proptest! {
        #[test]
        fn names_that_are_the_same_have_one_hash(name in "\\PC{0,40}") {
            let (upper, lower) = (name.to_ascii_uppercase(), name.to_ascii_lowercase());
            prop_assert_eq!(UserName::new(&upper).hash(), UserName::new(&lower).hash());
            prop_assert_eq!(UserName::new(&name).is_ascii(), name.is_ascii());
            prop_assert_ne!(UserName::new(&name).hash(), UserName::new(&format!("{name}x")).hash());
        }
    }
}
