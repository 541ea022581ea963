//! What tells records apart for those who read only some of their cells.
//!
//! Several rules, and the engine itself, ask for the texts of the same few cells. A [`Keys`] gives every
//! distinct list of texts a number, worked out once for a record and only when somebody asks.

use crate::record::dictionary::{Code, Dictionary, NO_CODE};
use crate::record::{Field, Record};

/// Which list of fields.
#[derive(Clone, Copy, Debug)]
pub enum KeyId {
    /// No field: all records are alike.
    Nothing,
    /// One field: its column.
    Column(usize),
    /// Several.
    List(usize),
}

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
    first: usize,
    /// Each with the numbers of what came so far and its own.
    others: Vec<(usize, Pairs)>,
    seen: Seen,
}

/// Numbers for pairs of numbers: a row for each left one, with a place for each right one.
#[derive(Debug, Default)]
struct Pairs {
    rows: Vec<Vec<Code>>,
    places: usize,
    count: Code,
}

/// A pair that did not come up yet.
const NEW: Code = NO_CODE;

/// The most places of pairs: a mebibyte.
const MOST_PLACES: usize = 256 * 1024;

impl Pairs {
    /// The number of a pair. Nothing where it is new and there are too many.
    #[inline]
    fn code(&mut self, left: Code, right: Code) -> Option<Code> {
        let known = self.rows.get(left as usize).and_then(|row| row.get(right as usize)).copied().unwrap_or(NEW);
        if known == NEW { self.add(left as usize, right as usize) } else { Some(known) }
    }

    #[cold]
    fn add(&mut self, left: usize, right: usize) -> Option<Code> {
        if self.rows.len() <= left {
            self.rows.resize_with(left + 1, Vec::new);
        }
        let row = &mut self.rows[left];
        let more = (right + 1).saturating_sub(row.len());
        if self.places + more > MOST_PLACES {
            return None;
        }
        self.places += more;
        row.resize(row.len() + more, NEW);
        row[right] = self.count;
        self.count += 1;
        Some(row[right])
    }
}

impl Keys {
    /// The list of these fields, which will be asked for. The same fields give the same list.
    pub fn list(&mut self, fields: &[Field]) -> KeyId {
        let columns: Vec<usize> = fields.iter().map(|field| self.column(*field)).collect();
        match columns[..] {
            [] => KeyId::Nothing,
            [column] => KeyId::Column(column),
            [first, ref others @ ..] => {
                let others: Vec<_> = others.iter().map(|column| (*column, Pairs::default())).collect();
                let known = self.lists.iter().position(|list| list.columns().eq(columns.iter().copied()));
                KeyId::List(known.unwrap_or_else(|| {
                    self.lists.push(List { first, others, seen: Seen::default() });
                    self.lists.len() - 1
                }))
            }
        }
    }

    fn column(&mut self, field: Field) -> usize {
        self.columns.iter().position(|column| column.field == field).unwrap_or_else(|| {
            self.columns.push(Column { field, dictionary: Dictionary::default(), seen: Seen::default() });
            self.columns.len() - 1
        })
    }

    /// All fields of the lists: readers number their texts in this order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        self.columns.iter().map(|column| column.field).collect()
    }

    /// Another record is at hand.
    #[inline]
    pub const fn next_record(&mut self) {
        self.record += 1;
    }

    /// The number of the texts that `record`, which is at hand, has in a list of fields. Nothing where it lacks
    /// one of them, or where remembering them does not pay.
    #[inline(always)]
    pub fn code(&mut self, key: KeyId, record: &impl Record) -> Option<Code> {
        let Self { columns, lists, record: number } = self;
        match key {
            KeyId::Nothing => Some(0),
            KeyId::Column(at) => code(columns, at, *number, record),
            KeyId::List(list) => {
                let list = &mut lists[list];
                if list.seen.record != *number {
                    list.seen = Seen { record: *number, code: list.code(columns, *number, record) };
                }
                list.seen.code
            }
        }
    }
}

impl List {
    fn columns(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().map(|(column, _)| *column))
    }

    #[inline]
    fn code(&mut self, columns: &mut [Column], number: u64, record: &impl Record) -> Option<Code> {
        let mut whole = code(columns, self.first, number, record)?;
        for (column, pairs) in &mut self.others {
            whole = pairs.code(whole, code(columns, *column, number, record)?)?;
        }
        Some(whole)
    }
}

/// The number of a text in the record at hand: the reader's, or else our own.
#[inline(always)]
fn code(columns: &mut [Column], at: usize, number: u64, record: &impl Record) -> Option<Code> {
    match record.codes().get(at) {
        Some(code) => Some(*code).filter(|code| *code != NO_CODE),
        None => columns[at].code(number, record),
    }
}

impl Column {
    fn code(&mut self, number: u64, record: &impl Record) -> Option<Code> {
        if self.seen.record != number {
            let code = record.written(self.field).and_then(|text| self.dictionary.code(text));
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
        assert!(matches!((a, b, c), (KeyId::List(0), KeyId::Column(2), KeyId::List(0))));
        assert!(matches!(keys.list(&[Field::Activated, Field::Active]), KeyId::List(1)));
        assert_eq!(keys.fields(), [Field::Active, Field::Activated, Field::Roles]);
    }
}
