//! What tells records apart for those who read only some of their cells.
//!
//! Several rules, and the engine itself, ask for the texts of the same few cells. A [`Keys`] gives every
//! distinct list of texts a number, worked out once for a record and only when somebody asks.

use std::collections::hash_map::Entry;

use foldhash::fast::FixedState;

use super::dictionary::{Code, Dictionary, MOST_TEXTS};
use super::habit::Habit;
use crate::record::{Field, Record};

/// Which list of fields.
#[derive(Clone, Copy, Debug)]
pub struct KeyId(usize);

/// Lists of fields and the numbers of their texts in the record at hand.
#[derive(Debug, Default)]
pub struct Keys {
    columns: Vec<Column>,
    lists: Vec<List>,
    /// The record at hand, counted from 1.
    record: u64,
}

/// A column with its texts.
#[derive(Debug)]
struct Column {
    field: Field,
    dictionary: Dictionary,
    seen: Seen,
}

/// What is known of the record that was asked about last.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    record: u64,
    code: Option<Code>,
}

/// A list of columns, read from the first to the last.
#[derive(Debug)]
struct List {
    columns: Vec<usize>,
    pairs: Vec<Pairs>,
    seen: Seen,
}

/// Numbers for pairs of numbers.
#[derive(Debug, Default)]
struct Pairs {
    codes: std::collections::HashMap<u64, Code, FixedState>,
    habit: Habit,
}

impl Pairs {
    fn code(&mut self, left: Code, right: Code) -> Option<Code> {
        if !self.habit.ask() {
            return None;
        }
        let is_full = self.codes.len() >= MOST_TEXTS;
        let next = Code::try_from(self.codes.len()).expect("internal error: pairs are few");
        match self.codes.entry(u64::from(left) << 32 | u64::from(right)) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(slot) => {
                self.habit.miss();
                (!is_full).then(|| *slot.insert(next))
            }
        }
    }
}

impl Keys {
    /// The list of these fields, which will be asked for. The same fields give the same list.
    pub fn list(&mut self, fields: &[Field]) -> KeyId {
        let columns: Vec<usize> = fields.iter().map(|field| self.column(*field)).collect();
        if let Some(at) = self.lists.iter().position(|list| list.columns == columns) {
            return KeyId(at);
        }
        let pairs = columns.iter().skip(1).map(|_| Pairs::default()).collect();
        self.lists.push(List { columns, pairs, seen: Seen::default() });
        KeyId(self.lists.len() - 1)
    }

    fn column(&mut self, field: Field) -> usize {
        self.columns.iter().position(|column| column.field == field).unwrap_or_else(|| {
            self.columns.push(Column { field, dictionary: Dictionary::default(), seen: Seen::default() });
            self.columns.len() - 1
        })
    }

    /// Another record is at hand.
    #[inline]
    pub const fn next_record(&mut self) {
        self.record += 1;
    }

    /// The number of the texts that `record`, which is at hand, has in a list of fields. Nothing where it lacks
    /// one of them, or where remembering them does not pay.
    #[inline]
    pub fn code(&mut self, KeyId(list): KeyId, record: &impl Record) -> Option<Code> {
        let Self { columns, lists, record: number } = self;
        let list = &mut lists[list];
        if list.seen.record != *number {
            list.seen = Seen { record: *number, code: list.code(columns, *number, record) };
        }
        list.seen.code
    }
}

impl List {
    #[inline]
    fn code(&mut self, columns: &mut [Column], number: u64, record: &impl Record) -> Option<Code> {
        let mut of = |at: usize| columns[at].code(number, record);
        let Some((first, others)) = self.columns.split_first() else { return Some(0) };
        let mut code = of(*first)?;
        for (column, pairs) in others.iter().zip(&mut self.pairs) {
            code = pairs.code(code, of(*column)?)?;
        }
        Some(code)
    }
}

impl Column {
    #[inline]
    fn code(&mut self, number: u64, record: &impl Record) -> Option<Code> {
        if self.seen.record != number {
            let code = record.raw(self.field).and_then(|text| self.dictionary.code(text));
            self.seen = Seen { record: number, code };
        }
        self.seen.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_told_apart() {
        let mut pairs = Pairs::default();
        assert_eq!([pairs.code(1, 2), pairs.code(2, 1), pairs.code(1, 2)], [Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn the_same_fields_are_one_list() {
        let mut keys = Keys::default();
        let life = [Field::Active, Field::Activated];
        let (a, b, c) = (keys.list(&life), keys.list(&[Field::Roles]), keys.list(&life));
        assert_eq!((a.0, b.0, c.0), (0, 1, 0));
        assert_eq!(keys.columns.len(), 3);
    }
}
