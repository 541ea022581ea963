//! What tells records apart for those who read only some of their cells.
//!
//! Several rules, and the engine itself, ask for the texts of the same few cells. A [`Keys`] gives every
//! distinct list of texts a number, worked out once for all records of a run, column by column.

use crate::read::RecordBatch;
use crate::record::date::{Date, DateCutoff};
use crate::record::interner::{NO_SYMBOL, StringInterner, Symbol};
use crate::record::row_interner::RowInterner;
use crate::record::{Field, Record as _};

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

/// Lists of fields and the numbers of their texts in the run at hand.
#[derive(Debug, Default)]
pub struct Keys {
    /// The days that have come: no rule tells one from another.
    days: Option<DateCutoff>,
    columns: Vec<Column>,
    lists: Vec<List>,
    /// Columns that stand side by side in the table at hand; nothing before it is known.
    blocks: Option<Vec<Block>>,
}

/// A column with its texts.
#[derive(Debug)]
struct Column {
    field: Field,
    interner: StringInterner,
    codes: Vec<Symbol>,
}

/// Columns that stand side by side, told in one go.
#[derive(Debug)]
struct Block {
    /// In the order of the table, and where the first and the last stand there.
    columns: Vec<usize>,
    first: usize,
    last: usize,
    row_interner: RowInterner,
    codes: Vec<Symbol>,
    /// Column by column: their numbers by the number of the whole.
    parts: Vec<Vec<Symbol>>,
}

/// A list of columns, read from the first to the last.
#[derive(Debug)]
struct List {
    first: usize,
    /// Each with the numbers of what came so far and its own.
    others: Vec<(usize, Pairs)>,
    codes: Vec<Symbol>,
}

/// Numbers for pairs of numbers: a row for each left one, with a place for each right one.
#[derive(Debug, Default)]
struct Pairs {
    rows: Vec<Vec<Symbol>>,
    places: usize,
    count: Symbol,
}

/// A pair that did not come up yet.
const NEW: Symbol = NO_SYMBOL;

/// The most places of pairs: a mebibyte.
const MOST_PLACES: usize = 256 * 1024;

impl Pairs {
    /// The number of a pair. [`NO_SYMBOL`] where one of the two has none, or where it is new and there are too many.
    #[inline]
    fn code(&mut self, left: Symbol, right: Symbol) -> Symbol {
        let known = self.rows.get(left as usize).and_then(|row| row.get(right as usize)).copied().unwrap_or(NEW);
        if known == NEW { self.add(left, right) } else { known }
    }

    #[cold]
    fn add(&mut self, left: Symbol, right: Symbol) -> Symbol {
        if left == NO_SYMBOL || right == NO_SYMBOL {
            return NO_SYMBOL;
        }
        let (left, right) = (left as usize, right as usize);
        if self.rows.len() <= left {
            self.rows.resize_with(left + 1, Vec::new);
        }
        let row = &mut self.rows[left];
        let more = (right + 1).saturating_sub(row.len());
        if self.places + more > MOST_PLACES {
            return NO_SYMBOL;
        }
        self.places += more;
        row.resize(row.len() + more, NEW);
        row[right] = self.count;
        self.count += 1;
        row[right]
    }
}

impl Keys {
    /// No list, for a run that judges by this day.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self { days: DateCutoff::until(as_of), ..Self::default() }
    }

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
                    self.lists.push(List { first, others, codes: Vec::new() });
                    self.lists.len() - 1
                }))
            }
        }
    }

    fn column(&mut self, field: Field) -> usize {
        self.columns.iter().position(|column| column.field == field).unwrap_or_else(|| {
            let is_day = matches!(field, Field::Activated | Field::Deactivated);
            let days = self.days.filter(|_| is_day);
            let interner = days.map_or_else(StringInterner::default, StringInterner::of_days);
            self.columns.push(Column { field, interner, codes: Vec::new() });
            self.columns.len() - 1
        })
    }

    /// Another run is at hand: works out the numbers of all its records.
    pub fn tell(&mut self, run: &impl RecordBatch) {
        self.columns.iter_mut().for_each(|column| column.codes.clear());
        let has_columns = self.columns.first().is_some_and(|column| run.column(column.field).is_some());
        if has_columns {
            let columns = &mut self.columns;
            let blocks = self.blocks.get_or_insert_with(|| Block::side_by_side(columns, run));
            blocks.iter_mut().for_each(|block| block.tell(run, columns));
        }
        // Those in no block, and those in one that does not repeat.
        for Column { field, interner, codes } in self.columns.iter_mut().filter(|column| column.codes.is_empty()) {
            run.intern(*field, interner, codes);
        }
        for list in &mut self.lists {
            list.tell(&self.columns);
        }
    }

    /// The numbers of the texts in a list of fields, record by record; [`NO_SYMBOL`] where a record lacks one of
    /// them, or where remembering them does not pay. Nothing where there is no field: all are alike.
    #[inline]
    #[must_use]
    pub fn codes(&self, key: KeyId) -> Option<&[Symbol]> {
        match key {
            KeyId::Nothing => None,
            KeyId::Column(at) => Some(&self.columns[at].codes),
            KeyId::List(at) => Some(&self.lists[at].codes),
        }
    }

    /// The same of one record.
    #[inline]
    #[must_use]
    pub fn code(&self, key: KeyId, place: usize) -> Symbol {
        self.codes(key).map_or(0, |codes| codes[place])
    }
}

impl Block {
    /// The columns of which at least two stand side by side, and of which many records have the same texts.
    fn side_by_side(columns: &[Column], run: &impl RecordBatch) -> Vec<Self> {
        let shared = columns.iter().enumerate().filter(|(_, column)| column.field.is_shared());
        let mut placed: Vec<_> = shared.filter_map(|(at, column)| Some((run.column(column.field)?, at))).collect();
        placed.sort_unstable();
        let blocks = placed.chunk_by(|(left, _), (right, _)| left + 1 == *right).filter(|block| block.len() > 1);
        let block = |block: &[(usize, usize)]| Self {
            columns: block.iter().map(|(_, at)| *at).collect(),
            first: block[0].0,
            last: block[block.len() - 1].0,
            row_interner: RowInterner::default(),
            codes: Vec::new(),
            parts: vec![Vec::new(); block.len()],
        };
        blocks.map(block).collect()
    }

    /// Works out the numbers of all columns, unless the texts hardly repeat.
    fn tell(&mut self, run: &impl RecordBatch, columns: &mut [Column]) {
        if !self.row_interner.expect(run.length()) {
            return;
        }
        self.codes.clear();
        run.intern_columns(self.first, self.last, &mut self.row_interner, &mut self.codes);
        self.learn(run, columns);
        if self.codes.contains(&NO_SYMBOL) {
            return;
        }
        for (column, parts) in self.columns.iter().zip(&self.parts) {
            let known = |code: &Symbol| parts.get(*code as usize).copied().unwrap_or(NO_SYMBOL);
            columns[*column].codes.extend(self.codes.iter().map(known));
        }
    }

    /// Learns the numbers of the columns where the whole is new.
    fn learn(&mut self, run: &impl RecordBatch, columns: &mut [Column]) {
        let mut known = self.parts.first().map_or(0, Vec::len);
        for (place, code) in self.codes.iter().enumerate() {
            // New ones come up in order.
            if *code as usize == known {
                for (column, parts) in self.columns.iter().zip(&mut self.parts) {
                    let Column { field, interner, .. } = &mut columns[*column];
                    let record = run.record(place);
                    let code = record.written(*field).and_then(|text| interner.code(text));
                    parts.push(code.unwrap_or(NO_SYMBOL));
                }
                known += 1;
            }
        }
    }
}

impl List {
    fn columns(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().map(|(column, _)| *column))
    }

    fn tell(&mut self, columns: &[Column]) {
        self.codes.clear();
        self.codes.extend_from_slice(&columns[self.first].codes);
        for (column, pairs) in &mut self.others {
            for (code, right) in self.codes.iter_mut().zip(&columns[*column].codes) {
                *code = pairs.code(*code, *right);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_told_apart() {
        let mut pairs = Pairs::default();
        assert_eq!([pairs.code(1, 2), pairs.code(2, 1), pairs.code(1, 2)], [0, 1, 0]);
        assert_eq!([pairs.code(NO_SYMBOL, 2), pairs.code(1, NO_SYMBOL)], [NO_SYMBOL; 2]);
    }

    #[test]
    fn the_same_fields_are_one_list() {
        let mut keys = Keys::default();
        let life = [Field::Active, Field::Activated];
        let (a, b, c) = (keys.list(&life), keys.list(&[Field::Roles]), keys.list(&life));
        assert!(matches!((a, b, c), (KeyId::List(0), KeyId::Column(2), KeyId::List(0))));
        assert!(matches!(keys.list(&[Field::Activated, Field::Active]), KeyId::List(1)));
        let fields: Vec<_> = keys.columns.iter().map(|column| column.field).collect();
        assert_eq!(fields, life.into_iter().chain([Field::Roles]).collect::<Vec<_>>());
    }
}
