//! Names that fill a cell of their column: a text that holds one of them among others may be several names.
//!
//! Only cells of API users are held against them, and few of those could be several names. So a first pass notes which
//! could, a second looks for their parts in the whole column, and a third judges by what was found. Nearly every run
//! needs the first alone.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use crate::record::list::{ListCell, ListSyntax};
use crate::record::meaning::{holds_one_name, is_divisible, parts};
use crate::record::{Field, Record};

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
    /// No further pass looks for anything.
    pub is_done: bool,
}

/// What a pass has seen of columns. It merges in any order.
#[derive(Default)]
pub struct SeenColumns {
    /// Texts of API users that could be several names.
    divisible: BTreeMap<Field, BTreeSet<String>>,
    /// Wanted names that fill a cell.
    pub alone: BTreeMap<Field, BTreeSet<String>>,
    /// There were more texts than can be tested.
    pub are_too_many: bool,
    /// The names that fill a cell, as the pass knew them from the beginning.
    pub names: ColumnNames,
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
        if self.are_too_many {
            return;
        }
        for name in names_in_cell(record, field, lists).into_iter().filter(|name| is_divisible(name, lists)) {
            let texts = self.divisible.entry(field).or_default();
            texts.insert(name);
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

/// The names in a cell, without those that are numbers.
pub fn names_in_cell(record: &impl Record, field: Field, lists: &ListSyntax) -> Vec<String> {
    if holds_one_name(field) {
        let cell = record.cell(field);
        return cell.value().filter(|value| !value.is_number).map(|value| value.text.to_string()).into_iter().collect();
    }
    match record.list(field, lists) {
        ListCell::Items(list) if field.is_list() => {
            list.items.into_iter().filter(|item| !item.is_id).map(|item| item.text.into_owned()).collect()
        }
        _ => Vec::new(),
    }
}
