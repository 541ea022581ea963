//! What the keys of documents mean: those of the API, those of plans, and table headers used as keys.
//!
//! A key map remembers every key it looked up: documents repeat the same few, and the ledger lists them all.

use std::sync::Arc;

use hashbrown::HashMap;

use super::columns::{ColumnMap, SILENT_KEYS, by_key, fold};
use super::key_words::{PairPart, is_same_key};
use super::paging_words::described;
use super::review_columns::wanted_field;
use super::secret_keys::SecretKey;
use crate::record::{Field, FieldSet};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyMeaning {
    /// The user name, by a key of the log-in.
    LogIn,
    /// The user name, by a key of an e-mail address, unless there is a log-in too.
    EMail,
    /// The team, by its number, unless there is its name too.
    TeamId,
    Field(Field),
    /// A field, by the site's own mapping.
    Mapped(Field),
    /// A password, unless its value is a date, a number, or a word of yes and no.
    AboutPassword,
    /// How complete the list of a field is, or the account.
    AboutWhole(Option<Field>),
    /// Known, and read by no rule.
    Silent,
    Unknown,
}

impl KeyMeaning {
    /// The field it gives.
    #[must_use]
    pub(crate) const fn field(self) -> Option<Field> {
        match self {
            Self::LogIn | Self::EMail => Some(Field::UserName),
            Self::TeamId => Some(Field::Team),
            Self::Field(field) | Self::Mapped(field) => Some(field),
            Self::AboutPassword => Some(Field::Password),
            Self::AboutWhole(_) | Self::Silent | Self::Unknown => None,
        }
    }

    pub(crate) fn of_key(key: &str) -> Self {
        Self::of_folded(key, &fold(key))
    }

    /// The same of a key that was folded already.
    pub(crate) fn of_folded(key: &str, folded: &str) -> Self {
        match by_key(folded) {
            Some(Field::UserName) if is_same_key(key, "email") || is_same_key(key, "emailaddress") => Self::EMail,
            Some(Field::UserName) => Self::LogIn,
            Some(Field::Team) if is_team_id(key) => Self::TeamId,
            Some(field) => Self::Field(field),
            None if SILENT_KEYS.iter().any(|known| is_same_key(key, known)) => Self::Silent,
            None => match SecretKey::of_key(key) {
                Some(SecretKey::Password) => Self::Field(Field::Password),
                Some(SecretKey::AboutPassword) => Self::AboutPassword,
                Some(SecretKey::Other) | None => {
                    described(key).map_or(Self::Unknown, |(list, _)| Self::AboutWhole(list))
                }
            },
        }
    }
}

/// True for the API's key of a team, which holds its number, quoted or not.
pub(crate) fn is_team_id(key: &str) -> bool {
    is_same_key(key, "groupid")
}

/// What a key of an object below an account says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyBelow {
    pub(crate) meaning: KeyMeaning,
    /// The part it has if the object is a pair of a name and a value.
    pub(crate) part: Option<PairPart>,
}

/// The keys of an input and their meanings.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyMap {
    known: HashMap<String, KeyMeaning, foldhash::fast::FixedState>,
    /// Keys of objects below an account, and what they say.
    below: HashMap<String, KeyBelow, foldhash::fast::FixedState>,
    /// The site's own keys, folded, and what they mean.
    site: Arc<[(String, KeyMeaning)]>,
    /// The fields of reviews that some rule reads.
    of_reviews: FieldSet,
    /// The keys in order of their first record, each with its number.
    order: Vec<(u64, String)>,
    /// The number of the current record.
    record: u64,
    /// Keys that another key of the same field takes precedence over.
    superseded: Vec<String>,
}

impl KeyMap {
    /// An empty map that knows the site's own keys.
    pub(crate) fn new(columns: &ColumnMap) -> Self {
        let mapped = columns.headers.iter().map(|(field, key)| (fold(key), KeyMeaning::Mapped(*field)));
        let ignored = columns.ignored.iter().map(|key| (fold(key), KeyMeaning::Silent));
        Self { site: mapped.chain(ignored).collect(), of_reviews: columns.of_reviews, ..Self::default() }
    }

    /// An empty map for plans: their schema says what keys there are, so those of reviews mean something in every run.
    pub(crate) fn of_plan() -> Self {
        let of_reviews = FieldSet::EMPTY.with(Field::Owner).with(Field::LastReviewed).with(Field::ReviewedBy);
        Self { of_reviews, ..Self::default() }
    }

    pub(crate) const fn at_record(&mut self, number: u64) {
        self.record = number;
    }

    /// Merges the maps of different records of one input, as if one map had seen them in order.
    pub(crate) fn merged(maps: impl Iterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        let mut order = Vec::new();
        for map in maps {
            order.extend(map.order);
            (whole.site, whole.of_reviews) = (map.site, map.of_reviews);
            whole.known.extend(map.known);
            map.superseded.iter().for_each(|key| whole.supersede(key));
        }
        // The keys of one record come from one map, in order.
        order.sort_by_key(|(record, _)| *record);
        let mut seen = hashbrown::HashSet::<String>::new();
        order.retain(|(_, key)| seen.insert(key.clone()));
        whole.order = order;
        whole
    }

    /// Looks up `key` and remembers it.
    pub(crate) fn look_up(&mut self, key: &str) -> KeyMeaning {
        if let Some(meaning) = self.known.get(key) {
            return *meaning;
        }
        let folded = fold(key);
        let of_site = self.site.iter().find(|(known, _)| *known == folded).map(|(_, meaning)| *meaning);
        // A password is one whatever the site ignores.
        let is_ignored = of_site == Some(KeyMeaning::Silent);
        let of_review = wanted_field(&folded, self.of_reviews).filter(|_| !is_ignored).map(KeyMeaning::Field);
        let own = || {
            of_review
                .or_else(|| Some(KeyMeaning::of_folded(key, &folded)))
                .filter(|own| !is_ignored || own.field() == Some(Field::Password))
        };
        let meaning = of_site.filter(|_| !is_ignored).or_else(own).unwrap_or(KeyMeaning::Silent);
        self.known.insert(key.to_owned(), meaning);
        self.order.push((self.record, key.to_owned()));
        meaning
    }

    /// What a key of an object below an account says. It is not listed.
    pub(crate) fn below(&mut self, key: &str) -> KeyBelow {
        let said = || KeyBelow { meaning: KeyMeaning::of_key(key), part: PairPart::of_key(key) };
        *self.below.entry_ref(key).or_insert_with(said)
    }

    /// Remembers that another key of the same field takes precedence over this one.
    pub(crate) fn supersede(&mut self, key: &str) {
        if !self.superseded.iter().any(|other| other == key) {
            self.superseded.push(key.to_owned());
        }
    }

    /// The keys that give a field, in order of their first record.
    #[must_use]
    pub(crate) fn understood(&self) -> Vec<(String, Field)> {
        let field = |key: &String| self.known.get(key).and_then(|meaning| meaning.field());
        let is_used = |key: &&String| !self.superseded.contains(key);
        self.order
            .iter()
            .map(|(_, key)| key)
            .filter(is_used)
            .filter_map(|key| Some((key.clone(), field(key)?)))
            .collect()
    }

    /// The keys that are unknown, or whose field another key gave.
    #[must_use]
    pub(crate) fn unknown(&self) -> Vec<String> {
        let is_ignored = |key: &String| {
            self.known.get(key) == Some(&KeyMeaning::Silent) && self.site.iter().any(|(known, _)| *known == fold(key))
        };
        let is_unknown = |key: &&String| {
            matches!(self.known.get(*key), Some(KeyMeaning::Unknown | KeyMeaning::AboutWhole(_)))
                || self.superseded.contains(key)
                || is_ignored(key)
        };
        self.order.iter().map(|(_, key)| key).filter(is_unknown).cloned().collect()
    }
}
