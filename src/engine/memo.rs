//! Verdicts remembered by the text of a cell.
//!
//! Columns such as team, role and view hold few distinct values: each is judged once, and a record with the
//! same text costs one look-up. A column whose values are all different gains nothing, so the memory notices
//! and switches itself off.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

use super::tally::{Brief, First};
use crate::record::{Field, Origin, Record};

/// Look-ups after which a memory that mostly misses gives up.
const TRIAL: u64 = 512;

/// The most texts remembered for one group of fields, so that memory does not grow with the records.
const MOST_ENTRIES: usize = 16 * 1024;

/// What the rules of a group say of one text.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How often it was met.
    pub times: u64,
    /// Rule by rule.
    pub briefs: Vec<Brief>,
    /// The first record with it, kept where some rule could not tell.
    pub first: Option<First>,
    /// Some rule fails.
    pub has_failure: bool,
}

/// The verdicts of a group of rules that read the same fields.
#[derive(Debug, Default)]
pub struct Memo {
    entries: HashTable<(Box<str>, Entry)>,
    hasher: FixedState,
    key: String,
    asked: u64,
    missed: u64,
    is_off: bool,
    /// The entry of every record, where the input has nothing of what the rules read.
    constant: Option<Entry>,
}

/// Puts the texts of cells into `key`, each behind its length, so that no two lists of texts read alike.
/// Nothing where the record lacks one of them, or one is too long to be worth remembering.
pub fn join<'k>(record: &impl Record, fields: &[Field], key: &'k mut String) -> Option<&'k str> {
    key.clear();
    for field in fields {
        let text = record.raw(*field)?;
        // Any character will do for a length, as long as it is one's own.
        key.push(u32::try_from(text.len()).ok().filter(|length| *length < LONGEST_TEXT).and_then(char::from_u32)?);
        key.push_str(text);
    }
    Some(key)
}

/// Texts as long as this are not remembered. Below it every number is a character's.
const LONGEST_TEXT: u32 = 0xd800;

impl Memo {
    /// A memory for rules that read `fields`. Passwords are never remembered, and plans are too short to gain.
    #[must_use]
    pub fn new(fields: &[Field], origin: Origin) -> Self {
        Self { is_off: fields.contains(&Field::Password) || origin == Origin::Plan, ..Self::default() }
    }

    /// The entry of `record`, made by `judge` when its text is new. Nothing where the memory does not help.
    #[inline]
    pub fn look_up(&mut self, record: &impl Record, fields: &[Field], judge: impl FnOnce() -> Entry) -> Option<&Entry> {
        if self.is_off {
            return None;
        }
        if fields.is_empty() {
            let entry = self.constant.get_or_insert_with(judge);
            entry.times += 1;
            return Some(entry);
        }
        self.asked += 1;
        if self.missed * 2 > self.asked && self.asked > TRIAL {
            self.is_off = true;
            return None;
        }
        let Self { entries, hasher, key, missed, .. } = self;
        let text: &str = match fields {
            [field] => record.raw(*field)?,
            fields => join(record, fields, key)?,
        };
        let is_full = entries.len() >= MOST_ENTRIES;
        let hash = hasher.hash_one(text);
        let slot = match entries.entry(hash, |(known, _)| **known == *text, |(known, _)| hasher.hash_one(&**known)) {
            Slot::Occupied(slot) => slot,
            Slot::Vacant(slot) => {
                *missed += 1;
                if is_full {
                    return None;
                }
                slot.insert((text.into(), judge()))
            }
        };
        let (_, entry) = slot.into_mut();
        entry.times += 1;
        Some(entry)
    }

    /// What was remembered, for counting.
    pub fn drain(&mut self) -> Vec<Entry> {
        self.entries.drain().map(|(_, entry)| entry).chain(self.constant.take()).collect()
    }
}
