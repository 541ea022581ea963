//! User names as the product compares them: without regard to case, and however a letter or a domain is written.
//!
//! This is the only comparison of user names: who is an API user, plan against export, seats, creators, identities. A
//! name of ASCII needs no more than small letters, since no ASCII domain has another A-label. The name of every account
//! is hashed and looked for, so ASCII is folded on the way into the hash, and copied only to be kept.

use std::borrow::Cow;

use hashbrown::HashTable;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};
use wide::u8x16;

use super::letters::LetterTable;
use crate::fast::hash::{self, HashKey};

/// The folded form of a letter of two bytes. No entry for one that normalization may change or join to others.
static FOLDED: LetterTable = LetterTable::new(|letter| {
    let folded = fold_letter(letter);
    let is_stable = |c| is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes && canonical_combining_class(c) == 0;
    (is_stable(letter) && is_stable(folded)).then_some(folded)
});

/// The key of hashes that only propose names.
const KEY: HashKey = HashKey::fixed(0x2436_a130_8823_1f33);

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
        let (hash, is_ascii) = hash(text.as_bytes(), KEY);
        if is_ascii { Self { text, hash, is_ascii } } else { Self::beyond_ascii(text) }
    }

    #[cold]
    #[inline(never)]
    fn beyond_ascii(text: &'a str) -> Self {
        Self { text, hash: hash(fold(text).as_bytes(), KEY).0, is_ascii: false }
    }

    /// True if it is all ASCII.
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

    /// A hash for whoever cannot compare the names themselves.
    #[must_use]
    #[inline]
    pub fn keyed_hash(&self, key: HashKey) -> u64 {
        if self.is_ascii { hash(self.text.as_bytes(), key).0 } else { hash(self.folded().as_bytes(), key).0 }
    }

    /// The form in which it is compared.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(self.text)
    }

    /// Whether it is the name whose folded form is `folded`.
    #[inline]
    fn is(&self, folded: &str) -> bool {
        if self.is_ascii { folded.eq_ignore_ascii_case(self.text) } else { folded == fold(self.text) }
    }
}

/// The form in which user names are compared: two names are the same if their forms are.
///
/// The local part is put into NFC, its case folded letter by letter (Unicode's simple folding), and into NFC again. The
/// domain becomes A-labels (UTS #46, non-transitional), or ASCII in lower case if it cannot be a domain.
#[must_use]
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let Some((local, domain)) = name.rsplit_once('@') else { return fold_local(name) };
    let in_lower_case = || domain.to_ascii_lowercase();
    // No ASCII domain has another A-label.
    let domain = if domain.is_ascii() {
        in_lower_case()
    } else {
        idna::domain_to_ascii(domain).unwrap_or_else(|_| in_lower_case())
    };
    fold_local(local) + "@" + &domain
}

fn fold_local(local: &str) -> String {
    FOLDED.map(local).unwrap_or_else(|| fold_any_local(local))
}

/// The same of letters that the table has no entry for.
fn fold_any_local(local: &str) -> String {
    let composed = if is_nfc(local) { Cow::Borrowed(local) } else { Cow::Owned(local.nfc().collect()) };
    let folded: String = composed.chars().map(fold_letter).collect();
    if is_nfc(&folded) { folded } else { folded.nfc().collect() }
}

fn fold_letter(letter: char) -> char {
    let folded = unicode_case_mapping::case_folded(letter);
    folded.and_then(|folded| char::from_u32(folded.get())).unwrap_or(letter)
}

/// What is known of certain user names.
#[derive(Clone, Debug)]
pub struct NameMap<T> {
    /// By their folded forms.
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
        let entry = self.entries.find(name.hash, |(known, _)| name.is(known));
        entry.map(|(_, value)| value)
    }

    /// True if something is known of `name`.
    #[must_use]
    #[inline]
    pub fn contains(&self, name: &UserName<'_>) -> bool {
        self.get(name).is_some()
    }

    /// Notes what is known of a name, unless something is. True if nothing was.
    pub fn insert(&mut self, name: &UserName<'_>, value: T) -> bool {
        if self.contains(name) {
            return false;
        }
        self.entries
            .insert_unique(name.hash, (name.folded().into(), value), |(known, _)| hash(known.as_bytes(), KEY).0);
        true
    }

    /// All that is known, in no order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Adds what is known in another map of other names.
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

    /// True if nothing is known of any name.
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

/// A hash of the bytes in lower case, and whether all are ASCII, which costs nothing here.
#[inline(always)]
fn hash(bytes: &[u8], key: HashKey) -> (u64, bool) {
    let mut all = u8x16::ZERO;
    let see = |words: u128| {
        let lane = u8x16::new(words.to_le_bytes());
        all |= lane;
        u128::from_le_bytes(lower(lane).to_array())
    };
    let hash = hash::hash(bytes, key, see);
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
        assert!(set.contains(&UserName::new("E\u{301}")));
    }

    #[test]
    fn names_made_to_have_one_hash_are_told_apart_by_another_key() {
        // What meets its mask leaves nothing of the words before.
        let known = HashKey(1, u64::from_le_bytes(*b"@example"));
        let [one, other] = ["api.feed@example", "api.root@EXAMPLE"].map(UserName::new);
        assert_eq!(one.keyed_hash(known), other.keyed_hash(known));
        let key = HashKey::of_process();
        assert_ne!(one.keyed_hash(key), other.keyed_hash(key));
        assert_eq!(other.keyed_hash(key), UserName::new("API.root@example").keyed_hash(key));
        assert_eq!(UserName::new("Ö@example").keyed_hash(key), UserName::new("o\u{308}@example").keyed_hash(key));
    }

    #[test]
    fn names_are_the_same_by_unicode() {
        for (one, other) in [
            ("api.Öl@acme.example", "API.öl@ACME.example"),
            ("zoe\u{308}@acme.example", "ZO\u{cb}@acme.example"),
            ("ΣΊΣΥΦΟΣ@acme.example", "σίσυφος@acme.example"),
            ("\u{212a}ate@acme.example", "kate@acme.example"),
            ("ſvc@acme.example", "SVC@acme.example"),
            ("STRAẞE@acme.example", "straße@acme.example"),
            ("\u{13a0}@acme.example", "\u{ab70}@acme.example"),
            ("api@BÜCHER.example", "api@xn--bcher-kva.example"),
            ("api@XN--BCHER-KVA.example", "api@bu\u{308}cher.example"),
            ("api@acme\u{3002}example", "api@acme.example"),
            ("api@bü..example", "API@bü..EXAMPLE"),
            ("api@Ö_x.example", "api@ö_x.example"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
            assert_eq!(UserName::new(one).hash(), UserName::new(other).hash(), "{one} {other}");
            let set: NameSet = [one].into_iter().collect();
            assert!(set.contains(&UserName::new(other)), "{one} {other}");
        }
        for (one, other) in [
            ("straße@acme.example", "strasse@acme.example"),
            ("api@straße.example", "api@strasse.example"),
            ("ı@acme.example", "i@acme.example"),
            ("İ@acme.example", "i\u{307}@acme.example"),
            ("zoë@acme.example", "zoe@acme.example"),
            ("\u{430}pi@acme.example", "api@acme.example"),
            ("ﬁ@acme.example", "fi@acme.example"),
            ("api@acme.example", "api@acme.example\u{a0}"),
        ] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn the_table_folds_as_normalization_does(name in "([a-zA-Z.]|[\u{80}-\u{7ff}]|\\PC){0,12}") {
            prop_assert_eq!(fold_local(&name), fold_any_local(&name));
        }

        #[test]
        fn names_that_are_the_same_have_one_hash(name in "\\PC{0,40}") {
            let (upper, lower) = (name.to_ascii_uppercase(), name.to_ascii_lowercase());
            prop_assert_eq!(UserName::new(&upper).hash(), UserName::new(&lower).hash());
            prop_assert_eq!(UserName::new(&name).is_ascii(), name.is_ascii());
            prop_assert_ne!(UserName::new(&name).hash(), UserName::new(&format!("{name}x")).hash());
        }

        #[test]
        fn folding_again_changes_nothing(name in "[\\PC@.]{0,12}", ascii in "[ -~]{0,12}@([A-Za-z0-9.-]|xn--){0,12}") {
            prop_assert_eq!(fold(&fold(&name)), fold(&name));
            prop_assert_eq!(fold_local(&name.nfd().collect::<String>()), fold_local(&name), "{}", name);
            // The short way for ASCII is the long way.
            let (local, domain) = ascii.rsplit_once('@').expect("an at sign");
            let long = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase());
            prop_assert_eq!(fold_local(local) + "@" + &long, fold(&ascii));
        }
    }
}
