//! Texts of a column by number.
//!
//! Columns such as role, team and view hold few distinct texts. Each gets a number when it first comes up, and
//! from then on the number stands for it: what is known of a text is kept in a vector instead of a map. This is
//! dictionary encoding as columnar stores do it. A column whose texts are nearly all different gains nothing,
//! so its dictionary notices and closes.

use super::habit::Habit;

/// Stands for a text: its place in the order in which texts first came up.
pub type Code = u32;

/// The most texts of one dictionary, so that memory does not grow with the records.
pub const MOST_TEXTS: usize = 16 * 1024;

/// The slots of an empty dictionary: a power of two.
const FIRST_SLOTS: usize = 128;

/// Slots looked at before a text counts as unknown: a bound for texts made to collide.
const LONGEST_PROBE: usize = 24;

/// Distinct texts and their numbers.
#[derive(Debug)]
pub struct Dictionary {
    slots: Vec<Slot>,
    /// What lies between head and tail of longer texts, one after the other.
    middles: Vec<u8>,
    count: Code,
    habit: Habit,
}

/// A text and its number. Most texts are known by their two ends alone, so that comparing them touches no
/// other memory.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    ends: Ends,
    /// Where the middle lies.
    middle: u32,
    code: Code,
}

/// The first and the last eight bytes of a text and its length: the whole text where it has at most sixteen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends {
    head: u64,
    tail: u64,
    /// One more than the bytes of the text; 0 in a slot without one.
    length: u32,
}

/// Bytes of a head or a tail.
const END: usize = 8;

impl Ends {
    /// Nothing where the text is too long to be worth remembering.
    #[inline]
    fn of(text: &[u8]) -> Option<Self> {
        let length = u32::try_from(text.len()).ok().filter(|length| *length < LONGEST_TEXT)? + 1;
        let (head, tail) = match (text.first_chunk(), text.last_chunk()) {
            (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
            _ => (short(text), 0),
        };
        Some(Self { head, tail, length })
    }

    /// Mixes all of it into the upper bits.
    #[inline]
    fn hash(self) -> u64 {
        // A folded multiplication, as foldhash and wyhash have it; the factors are digits of pi.
        let left = self.head ^ 0x2436_a130_8823_1f33 ^ u64::from(self.length);
        let right = self.tail ^ 0xa409_3822_299f_31d0;
        let product = u128::from(left) * u128::from(right);
        #[expect(clippy::cast_possible_truncation, reason = "the upper half is folded in")]
        let folded = product as u64 ^ (product >> 64) as u64;
        folded.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Texts as long as this are not remembered.
const LONGEST_TEXT: u32 = 4096;

/// At most seven bytes as a number; with their count no two are alike.
#[inline]
fn short(text: &[u8]) -> u64 {
    let mut bytes = [0; END];
    bytes[..text.len()].copy_from_slice(text);
    u64::from_le_bytes(bytes)
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); FIRST_SLOTS], middles: Vec::new(), count: 0, habit: Habit::default() }
    }
}

impl Dictionary {
    /// The number of `text`. Nothing where the dictionary is closed, full or the text too long.
    #[inline]
    pub fn code(&mut self, text: &str) -> Option<Code> {
        if !self.habit.ask() {
            return None;
        }
        let text = text.as_bytes();
        let ends = Ends::of(text)?;
        let mask = self.slots.len() - 1;
        for at in within_reach(ends, mask) {
            let slot = self.slots[at];
            if slot.ends == ends && self.has_middle(slot.middle, text) {
                return Some(slot.code);
            }
            if slot.ends.length == 0 {
                return self.add(at, ends, text);
            }
        }
        self.habit.miss();
        None
    }

    #[inline]
    fn has_middle(&self, start: u32, text: &[u8]) -> bool {
        let Some(middle) = middle(text) else { return true };
        let start = start as usize;
        self.middles[start..start + middle.len()] == *middle
    }

    #[cold]
    fn add(&mut self, at: usize, ends: Ends, text: &[u8]) -> Option<Code> {
        self.habit.miss();
        if self.count as usize >= MOST_TEXTS {
            return None;
        }
        let start = u32::try_from(self.middles.len()).expect("internal error: texts are few and not long");
        self.middles.extend_from_slice(middle(text).unwrap_or_default());
        let code = self.count;
        self.count += 1;
        self.slots[at] = Slot { ends, middle: start, code };
        if self.count as usize * 2 > self.slots.len() {
            self.grow();
        }
        Some(code)
    }

    /// Twice the slots. A text that finds none within reach is forgotten: it gets a new number.
    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); self.slots.len() * 2];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| slot.ends.length > 0) {
            if let Some(free) = within_reach(slot.ends, mask).find(|at| slots[*at].ends.length == 0) {
                slots[free] = *slot;
            }
        }
        self.slots = slots;
    }
}

/// What lies between head and tail, where there is any.
#[inline]
fn middle(text: &[u8]) -> Option<&[u8]> {
    text.get(END..text.len().checked_sub(END)?).filter(|middle| !middle.is_empty())
}

/// The slots where a text may be, in the order in which to look.
#[inline]
fn within_reach(ends: Ends, mask: usize) -> impl Iterator<Item = usize> {
    let first = (ends.hash() >> 32) as usize;
    (first..first + LONGEST_PROBE).map(move |at| at & mask)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_share_their_ends_stay_apart() {
        let mut dictionary = Dictionary::default();
        let texts = [
            "",
            "\0",
            "\0\0",
            "abcdefgh",
            "abcdefgh\0",
            "01234567xx01234567",
            "01234567xy01234567",
            "0123456701234567",
        ];
        let codes: Vec<_> = texts.iter().map(|text| dictionary.code(text)).collect();
        assert_eq!(codes, (0..8).map(Some).collect::<Vec<_>>());
        assert_eq!(texts.iter().map(|text| dictionary.code(text)).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn a_column_of_different_texts_closes_its_dictionary() {
        let mut dictionary = Dictionary::default();
        let known = (0..100_000).filter(|number| dictionary.code(&format!("name {number}")).is_some()).count();
        assert!(known < 2_000, "{known} were remembered");
        assert_eq!(dictionary.code("name 0"), None);
    }

    #[test]
    fn a_full_dictionary_still_knows_its_texts() {
        let mut dictionary = Dictionary::default();
        for number in 0..40_000 {
            let first = dictionary.code(&format!("a common text {}", number % 7));
            assert_eq!(first, dictionary.code(&format!("a common text {}", number % 7)));
            dictionary.code(&format!("a rare text with the number {number} in it"));
        }
        assert!(dictionary.code("a common text 3").is_some());
        assert!(dictionary.count as usize <= MOST_TEXTS);
    }

    proptest! {
        #[test]
        fn a_number_stands_for_one_text(texts in prop::collection::vec("[ab\u{e9}]{0,20}", 0..600)) {
            let mut dictionary = Dictionary::default();
            let mut known: HashMap<Code, &str> = HashMap::new();
            for text in texts.iter().chain(&texts) {
                let code = dictionary.code(text).expect("so few are all remembered");
                prop_assert_eq!(*known.entry(code).or_insert(text), text.as_str());
            }
        }
    }
}
