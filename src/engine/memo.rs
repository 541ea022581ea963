//! Verdicts remembered by the text of a cell.
//!
//! Columns such as team, role and view hold few distinct values: each is judged once, and a record with the
//! same text costs one look-up. A column whose values are all different gains nothing, so the memory notices
//! and switches itself off.

use hashbrown::HashMap;

use super::tally::{Brief, First};
use crate::record::{Field, FieldSet, Origin, Record};

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
    entries: HashMap<Box<str>, Entry, foldhash::fast::FixedState>,
    key: String,
    asked: u64,
    missed: u64,
    is_off: bool,
}

/// Separates the cells of a key: no text of a cell can pass for two.
const SEPARATOR: char = '\u{1f}';

impl Memo {
    /// A memory for rules that read `fields`. Passwords are never remembered, and plans are too short to gain.
    #[must_use]
    pub fn new(fields: FieldSet, origin: Origin) -> Self {
        Self { is_off: fields.has(Field::Password) || origin == Origin::Plan, ..Self::default() }
    }

    /// The entry of `record`, made by `judge` when its text is new. Nothing where the memory does not help.
    #[inline]
    pub fn look_up(&mut self, record: &impl Record, fields: &[Field], judge: impl FnOnce() -> Entry) -> Option<&Entry> {
        if self.is_off {
            return None;
        }
        self.asked += 1;
        if self.missed * 2 > self.asked && self.asked > TRIAL {
            self.is_off = true;
            return None;
        }
        let Self { entries, key, missed, .. } = self;
        let text: &str = match fields {
            [field] => record.raw(*field)?,
            fields => {
                key.clear();
                for field in fields {
                    // A cell the input does not have is the same for every record of it.
                    if let Some(text) = record.raw(*field) {
                        key.push_str(text);
                    }
                    key.push(SEPARATOR);
                }
                key
            }
        };
        if !entries.contains_key(text) {
            *missed += 1;
            if entries.len() >= MOST_ENTRIES {
                return None;
            }
            entries.insert(text.into(), judge());
        }
        let entry = entries.get_mut(text).expect("internal error: it was just put in");
        entry.times += 1;
        Some(entry)
    }

    /// What was remembered, for counting.
    pub fn drain(&mut self) -> Vec<Entry> {
        self.entries.drain().map(|(_, entry)| entry).collect()
    }
}
