//! Names that fill a cell of their column: a text that holds one of them among others may be several names.
//!
//! Only cells of API users are held against them, and few of those could be several names. So a first pass notes which
//! could, a second looks for their parts in the whole column, and a third judges by what was found. Nearly every run
//! needs the first alone.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use super::observer::BatchContext;
use super::symbols::{ColumnSymbols, SymbolMap};
use crate::read::RecordBatch;
use crate::record::list::{ListCell, ListSyntax};
use crate::record::meaning::{DeclaredBlanks, is_divisible, parts};
use crate::record::{Field, FieldSet, Record};

/// The most different texts of a column that are tested.
const MAX_TESTED: usize = 10_000;

/// Names by the field of their column.
pub type ColumnNames = BTreeMap<Field, HashSet<String>>;

/// What a pass looks for, and by what it judges.
#[derive(Default)]
pub struct ColumnSearch {
    /// Parts of texts that could be several names.
    pub wanted: ColumnNames,
    /// Those of them that fill a cell of the column.
    pub names: ColumnNames,
    is_done: bool,
}

/// What a pass has seen of columns. It merges in any order.
#[derive(Default)]
pub struct SeenColumns {
    /// Texts of API users that could be several names.
    divisible: BTreeMap<Field, BTreeSet<String>>,
    /// Wanted names that fill a cell.
    alone: BTreeMap<Field, BTreeSet<String>>,
    /// There were more texts than can be tested.
    pub are_too_many: bool,
}

impl ColumnSearch {
    /// Adds what a pass has seen. True if another pass is needed.
    pub fn learn(&mut self, seen: &SeenColumns) -> bool {
        if self.is_done || seen.divisible.is_empty() {
            return false;
        }
        if self.wanted.is_empty() {
            let all_parts =
                |texts: &BTreeSet<String>| texts.iter().flat_map(|text| parts(text)).map(str::to_owned).collect();
            self.wanted = seen.divisible.iter().map(|(field, texts)| (*field, all_parts(texts))).collect();
            return true;
        }
        self.is_done = true;
        self.names = seen.alone.iter().map(|(field, names)| (*field, names.iter().cloned().collect())).collect();
        !self.names.is_empty()
    }
}

impl SeenColumns {
    /// Notes the items of an API user's cell that could be several names.
    pub fn note_divisible(&mut self, record: &impl Record, field: Field, lists: &ListSyntax) {
        if !field.is_list() || self.are_too_many {
            return;
        }
        let ListCell::Items(list) = record.list(field, lists) else { return };
        for item in list.items.iter().filter(|item| !item.is_id && is_divisible(&item.text, lists)) {
            let texts = self.divisible.entry(field).or_default();
            texts.insert(item.text.to_string());
            self.are_too_many |= texts.len() > MAX_TESTED;
        }
    }

    pub fn merge(&mut self, other: Self) {
        for (field, texts) in other.divisible {
            let known = self.divisible.entry(field).or_default();
            known.extend(texts);
            self.are_too_many |= known.len() > MAX_TESTED;
        }
        for (field, names) in other.alone {
            self.alone.entry(field).or_default().extend(names);
        }
        self.are_too_many |= other.are_too_many;
    }
}

/// Looks for wanted names in the columns of one input.
#[derive(Default)]
pub struct NameFinder {
    columns: Vec<(Field, SymbolMap<()>)>,
}

impl NameFinder {
    pub fn new(search: &ColumnSearch, present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        if search.is_done {
            return Self::default();
        }
        let fields = search.wanted.keys().filter(|field| present.has(**field));
        Self { columns: fields.map(|field| (*field, SymbolMap::new(symbols.list(&[*field])))).collect() }
    }

    /// Notes which wanted names fill a cell in a batch.
    pub fn look(&mut self, batch: &impl RecordBatch, context: BatchContext<'_>, seen: &mut SeenColumns) {
        let site = &context.run.site;
        for (field, known) in &mut self.columns {
            let Some(wanted) = context.search.wanted.get(field) else { continue };
            for place in 0..batch.length() {
                let (symbol, is_known) = known.look_up(context.symbols, place);
                if is_known.is_some() {
                    continue;
                }
                known.learn(symbol, ());
                let record = DeclaredBlanks::new(batch.record(place), &site.values);
                let ListCell::Items(list) = record.list(*field, &site.lists) else { continue };
                for item in list.items.iter().filter(|item| wanted.contains(item.text.as_ref())) {
                    seen.alone.entry(*field).or_default().insert(item.text.to_string());
                }
            }
        }
    }
}
