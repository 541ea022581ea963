//! The symbols of a batch: small numbers in place of the texts of cells, so that equal cells are worked on once.
//!
//! Several rules, and the engine itself, read the same few cells. [`ColumnSymbols`] gives every distinct list of texts a
//! symbol, once for all records of a batch, column by column; a [`SymbolMap`] remembers what was found out about them.

use super::account_flags::{AccountFlags, Concern};
use super::text_classes::{TextClasses, has_classes};
use crate::fast::days::DaysUntil;
use crate::fast::intern::rows::RowInterner;
use crate::fast::intern::{NO_SYMBOL, StringInterner, Symbol};
use crate::read::RecordBatch;
use crate::record::date::Date;
use crate::record::site::Site;
use crate::record::{Field, Record as _};
use crate::rule::Rule;

/// Which list of fields has the symbols.
#[derive(Clone, Copy, Debug, Default)]
pub enum FieldsKey {
    /// No field: all records are alike.
    #[default]
    Nothing,
    /// One field: its column.
    Column(usize),
    /// One field: the classes of its texts.
    Classes(usize),
    /// Several.
    List(usize),
}

/// Lists of fields and the numbers of their texts in the batch at hand.
#[derive(Default)]
pub struct ColumnSymbols<'c> {
    /// The days that have come, if no rule tells one from another.
    days: Option<DaysUntil>,
    columns: Vec<Column>,
    classed: Vec<ClassedColumn<'c>>,
    lists: Vec<FieldList>,
    /// Adjacent columns of the table at hand; nothing until it is known.
    blocks: Option<Vec<ColumnBlock>>,
}

/// A column with its texts.
#[derive(Debug)]
struct Column {
    field: Field,
    interner: StringInterner,
    symbols: Vec<Symbol>,
    /// No rule reads it, so it is left out of blocks, which would have more different texts with it.
    is_alone: bool,
}

/// A column in which texts have the symbol of their class.
struct ClassedColumn<'c> {
    column: usize,
    classes: TextClasses<'c>,
    symbols: Vec<Symbol>,
}

/// A column as a list of fields reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListedColumn {
    Texts(usize),
    Classes(usize),
}

/// Adjacent columns, interned together.
#[derive(Debug)]
struct ColumnBlock {
    /// In the order of the table, with the positions of the first and the last.
    columns: Vec<usize>,
    first: usize,
    last: usize,
    row_interner: RowInterner,
    symbols: Vec<Symbol>,
    /// Column by column: their numbers by the number of the whole.
    parts: Vec<Vec<Symbol>>,
}

/// A list of columns, read from the first to the last.
#[derive(Debug)]
struct FieldList {
    first: ListedColumn,
    /// Each with the numbers of what came so far and its own.
    others: Vec<(ListedColumn, SymbolPairs)>,
    symbols: Vec<Symbol>,
}

/// Numbers for pairs of numbers: a row for each left one, with a place for each right one.
#[derive(Debug, Default)]
struct SymbolPairs {
    rows: Vec<Vec<Symbol>>,
    places: usize,
    count: Symbol,
}

/// A pair that did not come up yet.
const NEW: Symbol = NO_SYMBOL;

/// The most places of pairs: a mebibyte.
const MAX_PAIRS: usize = 256 * 1024;

impl SymbolPairs {
    /// The number of a pair. [`NO_SYMBOL`] where one of the two has none, or where it is new and there are too many.
    #[inline]
    fn symbol(&mut self, left: Symbol, right: Symbol) -> Symbol {
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
        if self.places + more > MAX_PAIRS {
            return NO_SYMBOL;
        }
        self.places += more;
        row.resize(row.len() + more, NEW);
        row[right] = self.count;
        self.count += 1;
        row[right]
    }
}

impl<'c> ColumnSymbols<'c> {
    /// No list, for a batch that judges by this day.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self { days: DaysUntil::new(&as_of.to_string()), ..Self::default() }
    }

    /// Gives each day a symbol of its own, for rules that tell them apart. Before any list of fields.
    pub const fn distinguish_days(&mut self) {
        self.days = None;
    }

    /// The list of these fields, which will be asked for. The same fields give the same list.
    pub fn list(&mut self, fields: &[Field]) -> FieldsKey {
        let columns: Vec<_> = fields.iter().map(|field| ListedColumn::Texts(self.column(*field))).collect();
        self.list_of(&columns)
    }

    /// The same for rules that read these fields: texts that none of them tells apart have one symbol.
    pub fn classed_list(&mut self, fields: &[Field], rules: &[&'c Rule], concern: Concern) -> FieldsKey {
        let mut columns = Vec::with_capacity(fields.len());
        for field in fields {
            let column = self.column(*field);
            if !has_classes(*field) {
                columns.push(ListedColumn::Texts(column));
                continue;
            }
            let known = self.classed.iter().position(|classed| classed.column == column);
            let at = known.unwrap_or_else(|| {
                self.classed.push(ClassedColumn { column, classes: TextClasses::default(), symbols: Vec::new() });
                self.classed.len() - 1
            });
            rules.iter().for_each(|rule| self.classed[at].classes.add(rule, concern));
            columns.push(ListedColumn::Classes(at));
        }
        self.list_of(&columns)
    }

    fn list_of(&mut self, columns: &[ListedColumn]) -> FieldsKey {
        match *columns {
            [] => FieldsKey::Nothing,
            [ListedColumn::Texts(column)] => FieldsKey::Column(column),
            [ListedColumn::Classes(classed)] => FieldsKey::Classes(classed),
            [first, ref others @ ..] => {
                let others: Vec<_> = others.iter().map(|column| (*column, SymbolPairs::default())).collect();
                let known = self.lists.iter().position(|list| list.columns().eq(columns.iter().copied()));
                FieldsKey::List(known.unwrap_or_else(|| {
                    self.lists.push(FieldList { first, others, symbols: Vec::new() });
                    self.lists.len() - 1
                }))
            }
        }
    }

    /// Adds the column of a field, unless some list has it already. It is interned by itself.
    pub fn add_alone(&mut self, field: Field) {
        let before = self.columns.len();
        let column = self.column(field);
        self.columns[column].is_alone |= column == before;
    }

    fn column(&mut self, field: Field) -> usize {
        self.columns.iter().position(|column| column.field == field).unwrap_or_else(|| {
            let is_day = matches!(field, Field::Activated | Field::Deactivated);
            let days = self.days.filter(|_| is_day);
            let interner = days.map_or_else(StringInterner::default, StringInterner::of_days);
            self.columns.push(Column { field, interner, symbols: Vec::new(), is_alone: false });
            self.columns.len() - 1
        })
    }

    /// Another batch is at hand: works out the numbers of all its records.
    pub fn update(&mut self, batch: &impl RecordBatch) {
        self.columns.iter_mut().for_each(|column| column.symbols.clear());
        let has_columns = self.columns.first().is_some_and(|column| batch.column(column.field).is_some());
        if has_columns {
            let columns = &mut self.columns;
            let blocks = self.blocks.get_or_insert_with(|| ColumnBlock::side_by_side(columns, batch));
            blocks.iter_mut().for_each(|block| block.update(batch, columns));
        }
        // Those in no block, and those in one that does not repeat.
        for Column { field, interner, symbols, .. } in
            self.columns.iter_mut().filter(|column| column.symbols.is_empty())
        {
            batch.intern(*field, interner, symbols);
        }
        for list in self.lists.iter_mut().filter(|list| !list.has_classes()) {
            list.update(&self.columns, &self.classed);
        }
    }

    /// Works out the classes of texts, once it is known whom the records of the batch at hand concern.
    pub fn classify(&mut self, batch: &impl RecordBatch, flags: &AccountFlags, site: &Site) {
        for ClassedColumn { column, classes, symbols } in &mut self.classed {
            let Column { field, interner, symbols: of_texts, .. } = &mut self.columns[*column];
            classes.classify(*field, batch, (flags, site), (interner, of_texts), symbols);
        }
        for list in self.lists.iter_mut().filter(|list| list.has_classes()) {
            list.update(&self.columns, &self.classed);
        }
    }

    /// The numbers of the texts in a list of fields, record by record; [`NO_SYMBOL`] where a record lacks one of them,
    /// or where remembering them does not pay. `None` if there is no field: all are alike.
    #[inline]
    #[must_use]
    pub fn symbols(&self, key: FieldsKey) -> Option<&[Symbol]> {
        match key {
            FieldsKey::Nothing => None,
            FieldsKey::Column(at) => Some(&self.columns[at].symbols),
            FieldsKey::Classes(at) => Some(&self.classed[at].symbols),
            FieldsKey::List(at) => Some(&self.lists[at].symbols),
        }
    }

    /// The same of one record.
    #[inline]
    #[must_use]
    pub fn symbol(&self, key: FieldsKey, place: usize) -> Symbol {
        self.symbols(key).map_or(0, |symbols| symbols[place])
    }
}

impl ColumnBlock {
    /// Columns of which at least two are adjacent and many records have the same texts.
    fn side_by_side(columns: &[Column], batch: &impl RecordBatch) -> Vec<Self> {
        let shared = columns.iter().enumerate().filter(|(_, column)| column.field.is_shared() && !column.is_alone);
        let mut placed: Vec<_> = shared.filter_map(|(at, column)| Some((batch.column(column.field)?, at))).collect();
        placed.sort_unstable();
        let blocks = placed.chunk_by(|(left, _), (right, _)| left + 1 == *right).filter(|block| block.len() > 1);
        let block = |block: &[(usize, usize)]| Self {
            columns: block.iter().map(|(_, at)| *at).collect(),
            first: block[0].0,
            last: block[block.len() - 1].0,
            row_interner: RowInterner::default(),
            symbols: Vec::new(),
            parts: vec![Vec::new(); block.len()],
        };
        blocks.map(block).collect()
    }

    /// Works out the numbers of all columns, unless the texts hardly repeat.
    fn update(&mut self, batch: &impl RecordBatch, columns: &mut [Column]) {
        if !self.row_interner.expect(batch.length()) {
            return;
        }
        self.symbols.clear();
        batch.intern_columns(self.first, self.last, &mut self.row_interner, &mut self.symbols);
        self.learn(batch, columns);
        if self.symbols.contains(&NO_SYMBOL) {
            return;
        }
        for (column, parts) in self.columns.iter().zip(&self.parts) {
            let known = |symbol: &Symbol| parts.get(*symbol as usize).copied().unwrap_or(NO_SYMBOL);
            columns[*column].symbols.extend(self.symbols.iter().map(known));
        }
    }

    /// Learns the numbers of the columns where the whole is new.
    fn learn(&mut self, batch: &impl RecordBatch, columns: &mut [Column]) {
        let mut known = self.parts.first().map_or(0, Vec::len);
        for (place, symbol) in self.symbols.iter().enumerate() {
            // New ones come up in order.
            if *symbol as usize == known {
                for (column, parts) in self.columns.iter().zip(&mut self.parts) {
                    let Column { field, interner, .. } = &mut columns[*column];
                    let record = batch.record(place);
                    let symbol = record.raw_text(*field).and_then(|text| interner.intern(text));
                    parts.push(symbol.unwrap_or(NO_SYMBOL));
                }
                known += 1;
            }
        }
    }
}

impl ListedColumn {
    fn symbols<'s>(self, columns: &'s [Column], classed: &'s [ClassedColumn<'_>]) -> &'s [Symbol] {
        match self {
            Self::Texts(at) => &columns[at].symbols,
            Self::Classes(at) => &classed[at].symbols,
        }
    }
}

impl FieldList {
    fn columns(&self) -> impl Iterator<Item = ListedColumn> {
        std::iter::once(self.first).chain(self.others.iter().map(|(column, _)| *column))
    }

    fn has_classes(&self) -> bool {
        self.columns().any(|column| matches!(column, ListedColumn::Classes(_)))
    }

    fn update(&mut self, columns: &[Column], classed: &[ClassedColumn<'_>]) {
        self.symbols.clear();
        self.symbols.extend_from_slice(self.first.symbols(columns, classed));
        for (column, pairs) in &mut self.others {
            for (symbol, right) in self.symbols.iter_mut().zip(column.symbols(columns, classed)) {
                *symbol = pairs.symbol(*symbol, *right);
            }
        }
    }
}

/// What is known of the texts in a list of fields, by their symbols.
pub struct SymbolMap<T> {
    key: Option<FieldsKey>,
    by_symbol: Vec<Option<T>>,
}

impl<T> Default for SymbolMap<T> {
    fn default() -> Self {
        Self { key: None, by_symbol: Vec::new() }
    }
}

impl<T: Clone> SymbolMap<T> {
    pub const fn new(key: FieldsKey) -> Self {
        Self { key: Some(key), by_symbol: Vec::new() }
    }

    /// The symbol of the record at `place`, and what is known of such texts.
    #[inline]
    pub fn look_up(&self, symbols: &ColumnSymbols, place: usize) -> (Symbol, Option<&T>) {
        let symbol = self.key.map_or(NO_SYMBOL, |key| symbols.symbol(key, place));
        (symbol, self.by_symbol.get(symbol as usize).and_then(Option::as_ref))
    }

    #[cold]
    pub fn learn(&mut self, symbol: Symbol, value: T) {
        if symbol == NO_SYMBOL {
            return;
        }
        let symbol = symbol as usize;
        if self.by_symbol.len() <= symbol {
            self.by_symbol.resize(symbol + 1, None);
        }
        self.by_symbol[symbol] = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_told_apart() {
        let mut pairs = SymbolPairs::default();
        assert_eq!([pairs.symbol(1, 2), pairs.symbol(2, 1), pairs.symbol(1, 2)], [0, 1, 0]);
        assert_eq!([pairs.symbol(NO_SYMBOL, 2), pairs.symbol(1, NO_SYMBOL)], [NO_SYMBOL; 2]);
    }

    #[test]
    fn the_same_fields_are_one_list() {
        let mut symbols = ColumnSymbols::default();
        let life = [Field::Active, Field::Activated];
        let (a, b, c) = (symbols.list(&life), symbols.list(&[Field::Roles]), symbols.list(&life));
        assert!(matches!((a, b, c), (FieldsKey::List(0), FieldsKey::Column(2), FieldsKey::List(0))));
        assert!(matches!(symbols.list(&[Field::Activated, Field::Active]), FieldsKey::List(1)));
        let fields: Vec<_> = symbols.columns.iter().map(|column| column.field).collect();
        assert_eq!(fields, life.into_iter().chain([Field::Roles]).collect::<Vec<_>>());
    }
}
