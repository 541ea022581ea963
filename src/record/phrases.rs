//! Long texts by number: those of several columns that stand side by side.
//!
//! Columns such as role, team and view repeat together: most accounts have what some account before them had in all
//! of them. One question for the whole is then cheaper than one for each (`engine/keys.rs`). A text is known by
//! its hash and compared byte by byte.

use foldhash::fast::RandomState;
use std::hash::BuildHasher as _;

use super::dictionary::{Code, MOST_TEXTS, NO_CODE};
use super::habit::Habit;
use super::mix;

/// Texts longer than this, in bytes, are not remembered.
const LONGEST: usize = 512;

/// Slots: a power of two, and twice as many as there are texts at most.
const SLOTS: usize = 2 * MOST_TEXTS;

/// Distinct texts and their numbers, in the order in which they first came up.
#[derive(Debug, Default)]
pub struct Phrases {
    /// None before the first text.
    slots: Vec<Slot>,
    /// All texts, one after the other.
    texts: Vec<u8>,
    count: Code,
    /// Another one in every run, so that nobody can write texts that collide; no number depends on it.
    seed: Seed,
    habit: Habit,
}

/// A text and its number.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u64,
    start: u32,
    /// The byte after its last; 0 in a slot without one.
    end: u32,
    code: Code,
}

#[derive(Debug)]
struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Self(RandomState::default().hash_one(0))
    }
}

impl Phrases {
    /// So many texts, none of them empty, are about to come. False where none is to be asked for: they hardly repeat, or
    /// there are too many.
    pub const fn expect(&mut self, texts: usize) -> bool {
        self.habit.ask(texts as u64) && (self.count as usize) < MOST_TEXTS
    }

    /// The number of `text`; [`NO_CODE`] where it is empty or too long, or where there are too many.
    #[inline]
    pub fn code(&mut self, text: &[u8]) -> Code {
        let hash = mix::hash(text, self.seed.0, |words| words);
        let slots = self.slots.as_slice();
        let mut at = index(hash);
        while let Some(slot) = slots.get(at).filter(|slot| slot.end > 0) {
            if slot.hash == hash
                && self.texts.get(slot.start as usize..slot.end as usize).is_some_and(|known| same(known, text))
            {
                return slot.code;
            }
            at = (at + 1) % SLOTS;
        }
        self.add(at, hash, text)
    }

    /// Adds a text at a free slot.
    #[cold]
    fn add(&mut self, at: usize, hash: u64, text: &[u8]) -> Code {
        self.habit.miss();
        if self.count as usize >= MOST_TEXTS || text.is_empty() || text.len() > LONGEST {
            return NO_CODE;
        }
        let place = |length: usize| u32::try_from(length).expect("internal error: texts are few and not long");
        let (start, end, code) = (place(self.texts.len()), place(self.texts.len() + text.len()), self.count);
        self.texts.extend_from_slice(text);
        self.slots.resize(SLOTS, Slot::default());
        self.slots[at] = Slot { hash, start, end, code };
        self.count += 1;
        code
    }
}

/// Compares in words, on the spot: texts are short, and nearly always the same.
#[inline(always)]
fn same(left: &[u8], right: &[u8]) -> bool {
    let (lefts, left_rest) = left.as_chunks::<16>();
    let (rights, right_rest) = right.as_chunks::<16>();
    let pairs = lefts.iter().zip(rights).map(|(left, right)| u128::from_ne_bytes(*left) ^ u128::from_ne_bytes(*right));
    // No early way out: hashes that are the same leave hardly anything to find.
    left.len() == right.len()
        && pairs.fold(0, |all, pair| all | pair) == 0
        && match (left.last_chunk::<16>(), right.last_chunk::<16>()) {
            (Some(left), Some(right)) => left == right,
            _ => left_rest == right_rest,
        }
}

#[expect(clippy::cast_possible_truncation, reason = "only some of its bits are asked for")]
const fn index(hash: u64) -> usize {
    hash as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbered_as_they_come_up() {
        let mut phrases = Phrases::default();
        let texts = ["a", "ab", "b", "a,\"b\""];
        for _ in 0..3 {
            let codes = texts.map(|text| phrases.code(text.as_bytes()));
            assert_eq!(codes, [0, 1, 2, 3]);
        }
        assert_eq!(phrases.code(b""), NO_CODE);
    }

    #[test]
    fn texts_are_compared_whole() {
        for length in 0..70 {
            let text = vec![b'x'; length];
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &vec![b'x'; length + 1]));
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'y';
                assert!(!same(&text, &other), "{at} of {length}");
            }
        }
    }

    #[test]
    fn what_hardly_repeats_is_given_up() {
        let mut phrases = Phrases::default();
        let mut asked = 0;
        while phrases.expect(1) {
            phrases.code(format!("text {asked}").as_bytes());
            asked += 1;
            assert!(asked < 10_000, "it would never end");
        }
        assert_eq!(phrases.code(&[b'x'; LONGEST + 1]), NO_CODE);
    }

    #[test]
    fn there_is_a_most_and_what_is_known_stays_known() {
        let mut phrases = Phrases::default();
        let text = |number: usize| format!("text {number}").into_bytes();
        for number in 0..MOST_TEXTS + 10 {
            let code = phrases.code(&text(number));
            assert_eq!(code, if number < MOST_TEXTS { number as Code } else { NO_CODE });
        }
        assert_eq!([phrases.code(&text(0)), phrases.code(&text(MOST_TEXTS - 1))], [0, MOST_TEXTS as Code - 1]);
    }
}
