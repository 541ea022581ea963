//! What the keys of documents mean: those of the API, those of plans, and table headers turned into keys.
//!
//! A book remembers every key it was asked for: documents repeat the same few, and the ledger lists them all.

use hashbrown::HashMap;

use super::columns::{SILENT_KEYS, by_key, fold, is_e_mail, is_log_in};
use crate::record::{Field, FieldSet};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The user name, by a key of the log-in.
    LogIn,
    /// The user name, by a key of an e-mail address, unless a log-in stands beside it.
    EMail,
    /// The team, by its number, unless its name stands beside it.
    TeamId,
    /// A field.
    Field(Field),
    /// Known, and of no interest.
    Silent,
    /// Not known.
    Unknown,
}

impl Meaning {
    /// The field it gives.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::LogIn | Self::EMail => Some(Field::UserName),
            Self::TeamId => Some(Field::Team),
            Self::Field(field) => Some(field),
            Self::Silent | Self::Unknown => None,
        }
    }

    fn of(folded: &str) -> Self {
        if is_log_in(folded) {
            Self::LogIn
        } else if is_e_mail(folded) {
            Self::EMail
        } else if folded == "groupid" {
            Self::TeamId
        } else if let Some(field) = by_key(folded) {
            Self::Field(field)
        } else if SILENT_KEYS.contains(&folded) {
            Self::Silent
        } else {
            Self::Unknown
        }
    }
}

/// The keys of an input.
#[derive(Clone, Debug, Default)]
pub struct KeyMap {
    known: HashMap<String, Meaning, foldhash::fast::FixedState>,
    /// The keys in the order they came up, each with the record that had it first.
    order: Vec<(u64, String)>,
    /// The record at hand.
    record: u64,
    aside: Vec<String>,
    present: FieldSet,
}

impl KeyMap {
    /// The keys that come from now on are those of this record.
    pub const fn at_record(&mut self, number: u64) {
        self.record = number;
    }

    /// The keys of other books about different records of one input, as if one book had met them in order.
    pub fn merged(books: impl Iterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        let mut order = Vec::new();
        for book in books {
            order.extend(book.order);
            whole.known.extend(book.known);
            whole.present = whole.present.union(book.present);
            book.aside.iter().for_each(|key| whole.set_aside(key));
        }
        // What one record had first comes from one book, in order.
        order.sort_by_key(|(record, _)| *record);
        let mut seen = hashbrown::HashSet::<String>::new();
        order.retain(|(_, key)| seen.insert(key.clone()));
        whole.order = order;
        whole
    }

    /// What `key` means; it is remembered.
    pub fn look_up(&mut self, key: &str) -> Meaning {
        if let Some(meaning) = self.known.get(key) {
            return *meaning;
        }
        let meaning = Meaning::of(&fold(key));
        self.known.insert(key.to_owned(), meaning);
        self.order.push((self.record, key.to_owned()));
        if let Some(field) = meaning.field() {
            self.present = self.present.with(field);
        }
        meaning
    }

    /// Remembers that another key of the same field went before this one.
    pub fn set_aside(&mut self, key: &str) {
        if !self.aside.iter().any(|other| other == key) {
            self.aside.push(key.to_owned());
        }
    }

    /// The fields of all keys that came up.
    #[must_use]
    pub const fn present(&self) -> FieldSet {
        self.present
    }

    /// The keys that mean a field, in the order they came up.
    #[must_use]
    pub fn understood(&self) -> Vec<(String, Field)> {
        let field = |key: &String| self.known.get(key).and_then(|meaning| meaning.field());
        let is_used = |key: &&String| !self.aside.contains(key);
        self.order
            .iter()
            .map(|(_, key)| key)
            .filter(is_used)
            .filter_map(|key| Some((key.clone(), field(key)?)))
            .collect()
    }

    /// The keys that mean nothing, or whose field another key gave.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let is_unknown = |key: &&String| self.known.get(*key) == Some(&Meaning::Unknown) || self.aside.contains(key);
        self.order.iter().map(|(_, key)| key).filter(is_unknown).cloned().collect()
    }
}
