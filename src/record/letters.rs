//! What a letter becomes, remembered for all characters of two bytes in UTF-8: the alphabets of Europe and the Near East.
//!
//! Their names are folded and compared by the million, and each answer takes a search through tables of Unicode.

use std::sync::atomic::{AtomicU16, Ordering};

/// The characters of one and two bytes.
const CHARACTERS: usize = 0x800;

/// Not looked up yet.
const UNKNOWN: u16 = 0;
/// Not a character of two bytes: there is no entry.
const NONE: u16 = u16::MAX;

/// A table of letters, filled as they come up.
pub struct LetterTable {
    /// What a character becomes; `None` if that depends on those around it, or takes more than two bytes.
    becomes: fn(char) -> Option<char>,
    entries: [AtomicU16; CHARACTERS],
}

impl LetterTable {
    /// An empty one.
    pub const fn new(becomes: fn(char) -> Option<char>) -> Self {
        Self { becomes, entries: [const { AtomicU16::new(UNKNOWN) }; CHARACTERS] }
    }

    /// `text` with ASCII in lower case and every other letter as the table has it; `None` if it lacks one.
    pub fn map(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            out.push(if c.is_ascii() { c.to_ascii_lowercase() } else { self.entry(c)? });
        }
        Some(out)
    }

    /// True if the table has every letter of `text` beyond ASCII as it is.
    pub fn keeps(&self, text: &str) -> bool {
        text.chars().all(|c| c.is_ascii() || self.entry(c) == Some(c))
    }

    fn entry(&self, c: char) -> Option<char> {
        let entry = self.entries.get(c as usize)?;
        let known = match entry.load(Ordering::Relaxed) {
            UNKNOWN => self.learn(c, entry),
            known => known,
        };
        if known == NONE { None } else { char::from_u32(u32::from(known)) }
    }

    /// Another thread that learns the same finds the same.
    #[cold]
    fn learn(&self, c: char, entry: &AtomicU16) -> u16 {
        let letter = (self.becomes)(c).and_then(|letter| u16::try_from(u32::from(letter)).ok());
        let known = letter.unwrap_or(NONE);
        entry.store(known, Ordering::Relaxed);
        known
    }
}
