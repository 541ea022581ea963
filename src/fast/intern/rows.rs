//! Long texts by number: those of several adjacent columns.
//!
//! Columns such as role, team and view repeat together: most accounts have what some account before them had in all of
//! them. One lookup for the whole is then cheaper than one for each (`engine/symbols.rs`). A text is known by its hash
//! and compared byte by byte; both are done in the best way a machine has.

#[cfg(target_arch = "x86_64")]
mod avx512;

use foldhash::fast::RandomState;
use std::hash::BuildHasher as _;

use super::cache_policy::CachePolicy;
use super::{MAX_TEXTS, NO_SYMBOL, Symbol};
#[cfg(target_arch = "x86_64")]
use crate::fast::cpu::Avx512;
use crate::fast::hash::{self, HashKey};

/// Texts longer than this, in bytes, are not remembered.
const MAX_BYTES: usize = 512;

/// The slots before any text: a power of two. There are always twice as many as texts, at least.
const FIRST_SLOTS: usize = 256;

/// Distinct texts and their numbers, in the order in which they first came up.
#[derive(Debug)]
pub struct RowInterner {
    slots: Vec<RowSlot>,
    /// All texts, one after the other.
    texts: Vec<u8>,
    /// Where each of them begins, and where the last one ends.
    starts: Vec<u32>,
    /// Others in every run, so that nobody can write texts that collide; no number depends on them.
    seeds: [u64; 8],
    cache_policy: CachePolicy,
}

/// A text's number, and enough of its hash to pass over nearly all others.
#[derive(Clone, Copy, Debug)]
struct RowSlot {
    hash: u32,
    /// [`NO_SYMBOL`] where there is no text.
    symbol: Symbol,
}

const FREE: RowSlot = RowSlot { hash: 0, symbol: NO_SYMBOL };

impl Default for RowInterner {
    fn default() -> Self {
        let random = RandomState::default();
        Self {
            slots: vec![FREE; FIRST_SLOTS],
            texts: Vec::new(),
            starts: vec![0],
            seeds: std::array::from_fn(|number| random.hash_one(number)),
            cache_policy: CachePolicy::default(),
        }
    }
}

impl RowInterner {
    /// Announces a number of texts, none of them empty. False if none need be looked up: they hardly repeat, or there
    /// are too many.
    pub fn expect(&mut self, texts: usize) -> bool {
        self.cache_policy.ask(texts as u64) && self.count() < MAX_TEXTS
    }

    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Adds the numbers of `texts` to `symbols`; [`NO_SYMBOL`] where one is empty or too long, or where there are too many.
    pub fn intern_all<'t>(&mut self, texts: impl Iterator<Item = &'t [u8]>, symbols: &mut Vec<Symbol>) {
        #[cfg(target_arch = "x86_64")]
        if let Some(cpu) = Avx512::detect() {
            return avx512::intern_all(cpu, self, texts, symbols);
        }
        symbols.extend(texts.map(|text| self.intern(text, hash, |left, right| left == right)));
    }

    /// The number of a text, by a machine's ways of hashing and comparing.
    #[inline(always)]
    fn intern(
        &mut self,
        text: &[u8],
        hash: impl Fn(&[u8], &[u64; 8]) -> u64,
        same: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Symbol {
        let hash = hash(text, &self.seeds);
        let mut at = first_slot(hash, self.slots.len());
        // Half of the slots are free: one of them ends the search.
        while let Some(slot) = self.slots.get(at).filter(|slot| slot.symbol != NO_SYMBOL) {
            if slot.hash == upper(hash) && self.text(slot.symbol).is_some_and(|known| same(known, text)) {
                return slot.symbol;
            }
            at = next_slot(at, self.slots.len());
        }
        self.add(at, upper(hash), text)
    }

    /// The text with this number.
    #[inline(always)]
    fn text(&self, symbol: Symbol) -> Option<&[u8]> {
        let [start, end] = *self.starts.get(symbol as usize..)?.first_chunk()?;
        self.texts.get(start as usize..end as usize)
    }

    /// Adds a text at a free slot.
    #[cold]
    #[inline(never)]
    fn add(&mut self, at: usize, hash: u32, text: &[u8]) -> Symbol {
        self.cache_policy.miss();
        let count = self.count();
        if count >= MAX_TEXTS || text.is_empty() || text.len() > MAX_BYTES {
            return NO_SYMBOL;
        }
        let narrow = |number: usize| u32::try_from(number).expect("internal error: texts are few and not long");
        let symbol = narrow(count);
        self.texts.extend_from_slice(text);
        self.starts.push(narrow(self.texts.len()));
        self.slots[at] = RowSlot { hash, symbol };
        if 2 * self.count() > self.slots.len() {
            self.widen();
        }
        symbol
    }

    /// Doubles the slots.
    fn widen(&mut self) {
        let length = 2 * self.slots.len();
        let slots = std::mem::replace(&mut self.slots, vec![FREE; length]);
        for slot in slots.into_iter().filter(|slot| slot.symbol != NO_SYMBOL) {
            let mut at = first_slot(u64::from(slot.hash) << 32, length);
            while self.slots[at].symbol != NO_SYMBOL {
                at = next_slot(at, length);
            }
            self.slots[at] = slot;
        }
    }
}

/// Where to begin looking in a power of two of slots: the upper half of the hash tells, which is kept.
#[inline(always)]
const fn first_slot(hash: u64, slots: usize) -> usize {
    upper(hash) as usize & slots.wrapping_sub(1)
}

/// Where to look next.
#[inline(always)]
const fn next_slot(at: usize, slots: usize) -> usize {
    at.wrapping_add(1) & slots.wrapping_sub(1)
}

const fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn hash(text: &[u8], seeds: &[u64; 8]) -> u64 {
    hash::hash(text, HashKey::fixed(seeds[0]), |words| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols<'t>(row_interner: &mut RowInterner, texts: impl IntoIterator<Item = &'t [u8]>) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        row_interner.intern_all(texts.into_iter(), &mut symbols);
        symbols
    }

    #[test]
    fn texts_are_numbered_as_they_come_up() {
        let mut row_interner = RowInterner::default();
        let texts: [&[u8]; 4] = [b"a", b"ab", b"b", b"a,\"b\""];
        for _ in 0..3 {
            assert_eq!(symbols(&mut row_interner, texts), [0, 1, 2, 3]);
        }
        assert_eq!(symbols(&mut row_interner, [&b""[..]]), [NO_SYMBOL]);
    }

    #[test]
    fn texts_are_compared_whole() {
        let mut row_interner = RowInterner::default();
        let mut texts = Vec::new();
        for length in [1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 100, 127, 128, 129, 200, MAX_BYTES] {
            texts.push(vec![b'x'; length]);
            for at in 0..length {
                let mut other = vec![b'x'; length];
                other[at] = b'y';
                texts.push(other);
            }
        }
        let all: Vec<Symbol> = (0..).take(texts.len()).collect();
        for _ in 0..2 {
            assert_eq!(symbols(&mut row_interner, texts.iter().map(Vec::as_slice)), all);
        }
        for (left, right) in texts.iter().zip(texts.iter().skip(1)) {
            assert_ne!(hash(left, &row_interner.seeds), hash(right, &row_interner.seeds));
        }
    }

    #[test]
    fn every_machine_gives_the_same_numbers() {
        let texts: Vec<_> = (0..2000_usize).map(|number| format!("{:1$}", number % 700, number % 300)).collect();
        let texts = || texts.iter().map(String::as_bytes);
        let mut anywhere = RowInterner::default();
        let plain: Vec<_> = texts().map(|text| anywhere.intern(text, hash, |left, right| left == right)).collect();
        assert_eq!(symbols(&mut RowInterner::default(), texts()), plain);
        assert!(anywhere.count() > 700 && anywhere.slots.len() > FIRST_SLOTS);
    }

    #[test]
    fn what_hardly_repeats_is_given_up() {
        let mut row_interner = RowInterner::default();
        let mut asked = 0;
        while row_interner.expect(1) {
            symbols(&mut row_interner, [format!("text {asked}").as_bytes()]);
            asked += 1;
            assert!(asked < 10_000, "it would never end");
        }
        assert_eq!(symbols(&mut row_interner, [&[b'x'; MAX_BYTES + 1][..]]), [NO_SYMBOL]);
    }

    #[test]
    fn there_is_a_most_and_what_is_known_stays_known() {
        let mut row_interner = RowInterner::default();
        let texts: Vec<_> = (0..MAX_TEXTS + 10).map(|number| format!("text {number}").into_bytes()).collect();
        for _ in 0..2 {
            for (number, symbol) in symbols(&mut row_interner, texts.iter().map(Vec::as_slice)).into_iter().enumerate()
            {
                assert_eq!(symbol, if number < MAX_TEXTS { number as Symbol } else { NO_SYMBOL });
            }
        }
    }
}
