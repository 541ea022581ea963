//! Texts of a column by number.
//!
//! Columns such as role, team and view hold few distinct texts. Each gets a number when it first comes up, and
//! from then on the number stands for it: what is known of a text is kept in a vector instead of a map. This is
//! dictionary encoding as columnar stores do it. A column whose texts are nearly all different gains nothing,
//! so its interner notices and closes.

pub mod cache_policy;
pub mod rows;

use super::days::DaysUntil;
use cache_policy::CachePolicy;

/// Stands for a text: its place in the order in which texts first came up.
pub type Symbol = u32;

/// No text's number: interners are smaller.
pub const NO_SYMBOL: Symbol = Symbol::MAX;

/// The most texts of one interner, so that memory does not grow with the records.
pub const MAX_TEXTS: usize = 16 * 1024;

/// The slots of an empty interner: a power of two.
const FIRST_SLOTS: usize = 128;

/// Slots looked at before a text counts as unknown: a bound for texts made to collide.
const MAX_PROBE: usize = FIRST_SLOTS;

/// The same once searches went so far in vain. Numbered user names have the same ends and all collide: a long search
/// through them would cost more than knowing them saves.
const MIN_PROBE: usize = 16;

/// Texts as long as this, in bytes, are not remembered.
const MAX_TEXT_BYTES: usize = 4096;

/// Distinct texts and their numbers.
#[derive(Debug)]
pub struct StringInterner {
    slots: Vec<TextSlot>,
    /// What lies between the ends of longer texts, one after the other.
    middles: Vec<u8>,
    count: Symbol,
    /// How many slots are looked at.
    probe_limit: usize,
    cache_policy: CachePolicy,
    /// The days up to this one are one text: that of the first of them that came up has their number.
    days: Option<DaysUntil>,
    day: Option<Symbol>,
}

/// A text and its number.
#[derive(Clone, Copy, Debug, Default)]
struct TextSlot {
    ends: Ends,
    /// Where the middle lies.
    middle: u32,
    symbol: Symbol,
}

impl Default for StringInterner {
    fn default() -> Self {
        Self {
            slots: vec![TextSlot::default(); FIRST_SLOTS],
            middles: Vec::new(),
            count: 0,
            probe_limit: MAX_PROBE,
            cache_policy: CachePolicy::default(),
            days: None,
            day: None,
        }
    }
}

impl StringInterner {
    /// One for a column of days, to which all that have come are alike.
    #[must_use]
    pub fn of_days(days: DaysUntil) -> Self {
        Self { days: Some(days), ..Self::default() }
    }

    /// The number of `text`. `None` if the interner is closed or full, or the text is too long.
    pub fn intern(&mut self, text: &str) -> Option<Symbol> {
        if !self.expect(1) {
            return None;
        }
        self.intern_part(text.as_bytes(), 0, text.len())
    }

    /// Announces a number of texts. False if the interner is closed, so that none need be looked up.
    pub const fn expect(&mut self, texts: usize) -> bool {
        self.cache_policy.ask(texts as u64)
    }

    /// The number of the text from `start` up to, not with, `end` of `bytes`. It is read in words, which may reach into
    /// the bytes around it: that is why it is not cut out first. `None` if there are too many texts, or this one is too
    /// long.
    #[inline(always)]
    pub fn intern_part(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<Symbol> {
        if let Some(days) = self.days
            && days.hold(bytes.get(start..end)?)
        {
            return match self.day {
                Some(symbol) => Some(symbol),
                None => self.learn_day(bytes.get(start..end)?),
            };
        }
        let ends = Ends::of_part(bytes, start, end);
        let slots = self.slots.as_slice();
        let slot = &slots[ends.first_slot(slots.len())];
        if slot.ends == ends && self.has_middle(slot.middle, bytes, start, end) {
            return Some(slot.symbol);
        }
        self.look_further(ends, bytes.get(start..end)?)
    }

    /// A symbol for texts that are as good as equal, which are not interned.
    #[cold]
    pub fn add_class(&mut self) -> Symbol {
        let symbol = self.count;
        self.count += 1;
        symbol
    }

    #[cold]
    fn learn_day(&mut self, text: &[u8]) -> Option<Symbol> {
        self.day = self.look_further(Ends::of_part(text, 0, text.len()), text);
        self.day
    }

    /// Looks beyond the first slot, and adds what is new.
    fn look_further(&mut self, ends: Ends, text: &[u8]) -> Option<Symbol> {
        if text.len() > MAX_TEXT_BYTES {
            return None;
        }
        for at in self.probe_places(ends, self.slots.len()) {
            let slot = &self.slots[at];
            if slot.ends == ends && self.has_middle(slot.middle, text, 0, text.len()) {
                return Some(slot.symbol);
            }
            if slot.ends.length == 0 {
                return self.add(at, ends, text);
            }
        }
        self.probe_limit = (self.probe_limit / 2).max(MIN_PROBE);
        self.cache_policy.miss();
        None
    }

    /// True if a text with the right ends has the middle that lies at `middle`.
    #[inline]
    fn has_middle(&self, middle: u32, bytes: &[u8], start: usize, end: usize) -> bool {
        if end - start <= 2 * WORD {
            return true;
        }
        let text = &bytes[start + WORD..end - WORD];
        let at = middle as usize;
        self.middles[at..at + text.len()] == *text
    }

    #[cold]
    fn add(&mut self, at: usize, ends: Ends, text: &[u8]) -> Option<Symbol> {
        self.cache_policy.miss();
        if self.count as usize >= MAX_TEXTS {
            return None;
        }
        let start = u32::try_from(self.middles.len()).expect("internal error: texts are few and not long");
        if let Some(end) = text.len().checked_sub(WORD) {
            self.middles.extend_from_slice(text.get(WORD..end).unwrap_or_default());
        }
        let symbol = self.count;
        self.count += 1;
        self.slots[at] = TextSlot { ends, middle: start, symbol };
        if self.count as usize * 2 > self.slots.len() {
            self.grow();
        }
        Some(symbol)
    }

    /// Twice the slots. A text that finds none within that many is forgotten: it gets a new number.
    fn grow(&mut self) {
        let mut slots = vec![TextSlot::default(); self.slots.len() * 2];
        for slot in self.slots.iter().filter(|slot| slot.ends.length > 0) {
            if let Some(free) = self.probe_places(slot.ends, slots.len()).find(|at| slots[*at].ends.length == 0) {
                slots[free] = *slot;
            }
        }
        self.slots = slots;
    }

    /// Where a text may be among so many slots, in the order in which to look.
    fn probe_places(&self, ends: Ends, slots: usize) -> impl Iterator<Item = usize> + use<> {
        let first = ends.first_slot(slots);
        (first..first + self.probe_limit).map(move |at| at & (slots - 1))
    }
}

/// The first and the last eight bytes of a text and its length: all of it where it has at most sixteen. Most
/// texts are known by that alone, so that comparing them touches no other memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends {
    head: u64,
    tail: u64,
    /// One more than the bytes of the text; 0 in a slot without one.
    length: u32,
}

/// Bytes of a word.
const WORD: usize = 8;

impl Ends {
    /// The ends of a part of `bytes`. Nothing here branches on the part's length: lengths come as they like,
    /// and a wrong guess costs more than a word that is not needed.
    #[inline]
    fn of_part(bytes: &[u8], start: usize, end: usize) -> Self {
        let length = end.wrapping_sub(start);
        let head = word(bytes, start) & FIRST_BYTES[length.min(WORD)];
        let tail = word(bytes, end.max(WORD) - WORD) & if length > WORD { u64::MAX } else { 0 };
        #[expect(clippy::cast_possible_truncation, reason = "much longer texts are refused before they are added")]
        let length = (length as u32).wrapping_add(1);
        Self { head, tail, length }
    }

    /// Where to begin looking in a power of two of slots. All is mixed by a folded multiplication, as foldhash
    /// and wyhash do it; the constants are digits of pi.
    #[inline]
    fn first_slot(self, slots: usize) -> usize {
        let left = self.head ^ 0x2436_a130_8823_1f33;
        let right = self.tail ^ 0xa409_3822_299f_31d0 ^ u64::from(self.length);
        let product = u128::from(left).wrapping_mul(u128::from(right));
        #[expect(clippy::cast_possible_truncation, reason = "both halves are folded together")]
        let folded = (product as u64 ^ (product >> 64) as u64) as usize;
        folded & slots.wrapping_sub(1)
    }
}

/// The eight bytes from `at` on; zeros stand for what lies beyond the end.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at.wrapping_add(WORD)).and_then(<[u8]>::first_chunk) {
        Some(word) => u64::from_le_bytes(*word),
        None => last_word(bytes, at),
    }
}

#[cold]
fn last_word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; WORD];
    let rest = bytes.get(at..).unwrap_or_default();
    word[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(word)
}

/// The bits of the first so many bytes of a word.
const FIRST_BYTES: [u64; WORD + 1] = {
    let mut masks = [0; WORD + 1];
    let mut count = 1;
    while count <= WORD {
        masks[count] = masks[count - 1] << u8::BITS | 0xff;
        count += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_share_their_ends_stay_apart() {
        let mut interner = StringInterner::default();
        let end = "01234567";
        let long = |middle: &str| format!("{end}{middle}{end}");
        let texts =
            ["".to_owned(), "\0".into(), "\0\0".into(), end.into(), end[..4].into(), format!("{end}\0"), long("")];
        let texts: Vec<_> = texts.into_iter().chain(["x", "y", "xx"].map(long)).collect();
        let symbols: Vec<_> = texts.iter().map(|text| interner.intern(text)).collect();
        assert_eq!(symbols, (0..10).map(Some).collect::<Vec<_>>());
        assert_eq!(texts.iter().map(|text| interner.intern(text)).collect::<Vec<_>>(), symbols);
    }

    #[test]
    fn a_column_of_different_texts_closes_its_dictionary() {
        let mut interner = StringInterner::default();
        let known = (0..100_000).filter(|number| interner.intern(&format!("name {number}")).is_some()).count();
        assert!(known < 2_000, "{known} were remembered");
        assert!(!interner.expect(1));
        assert_eq!(interner.intern("name 0"), None);
    }

    #[test]
    fn a_full_dictionary_still_knows_its_texts() {
        let mut interner = StringInterner::default();
        for number in 0..40_000 {
            let first = interner.intern(&format!("a common text {}", number % 7));
            assert_eq!(first, interner.intern(&format!("a common text {}", number % 7)));
            interner.intern(&format!("a rare text with the number {number} in it"));
        }
        assert!(interner.intern("a common text 3").is_some());
        assert!(interner.count as usize <= MAX_TEXTS);
    }

    proptest! {
        #[test]
        fn a_number_stands_for_one_text(texts in prop::collection::vec("[ab\u{e9}]{0,40}", 0..300)) {
            let mut interner = StringInterner::default();
            let mut known: HashMap<Symbol, &str> = HashMap::new();
            for text in texts.iter().chain(&texts) {
                let symbol = interner.intern(text).expect("so few are all remembered");
                prop_assert_eq!(*known.entry(symbol).or_insert(text), text.as_str());
            }
        }

        #[test]
        fn what_stands_around_a_text_does_not_matter(before in "[a;]{0,20}", text in "[ab;]{0,40}", after in "[a;]{0,20}") {
            let around = format!("{before}{text}{after}");
            let end = before.len() + text.len();
            let mut interner = StringInterner::default();
            let symbol = interner.intern(&text);
            prop_assert_eq!(interner.intern_part(around.as_bytes(), before.len(), end), symbol);
        }
    }
}
