//! User names as the product compares them: without regard to ASCII case.
//!
//! A name of every account is hashed and looked for, so it is folded on the way into the hash, and copied only
//! where it is kept.

use hashbrown::HashTable;
use wide::u8x16;

use super::hash;

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

/// A hash of the bytes in lower case. And whether all are ASCII, which costs nothing here.
#[inline(always)]
fn hash(bytes: &[u8]) -> (u64, bool) {
    let mut all = u8x16::ZERO;
    let see = |words: u128| {
        let lane = u8x16::new(words.to_le_bytes());
        all |= lane;
        u128::from_le_bytes(lower(lane).to_array())
    };
    let hash = hash::hash(bytes, 0x2436_a130_8823_1f33, see);
    (hash, all.to_bitmask() == 0)
}

/// Bytes with their ASCII capitals in lower case.
#[inline(always)]
fn lower(lane: u8x16) -> u8x16 {
    // What is not above the alphabet's length after its start was taken off.
    let letter = lane - u8x16::splat(b'A');
    let is_capital = letter.min(u8x16::splat(b'Z' - b'A')).simd_eq(letter);
    lane | (is_capital & u8x16::splat(b'a' - b'A'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_folded_as_ascii_is() {
        for byte in 0..=u8::MAX {
            let bytes = [byte, 0, b'Z', byte, b'a', 0xff, 0x80, byte, byte, 0x7f, b'A', byte, b'@', b'[', b'{', byte];
            let each = bytes.map(|byte| byte.to_ascii_lowercase());
            assert_eq!(lower(u8x16::new(bytes)).to_array(), each, "byte {byte:#x}");
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
