//! What a field of an account holds, in the one form in which requests compare it.

use serde::{Deserialize, Serialize};

use crate::record::list::{ListCell, ListItem};
use crate::record::site::Site;
use crate::record::{Cell, Field, Record};

/// The value of a field: a text, empty if the cell is blank, or the items of a list in alphabetical order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// The text of a cell.
    Text(String),
    /// The items of a list.
    Items(Vec<String>),
}

impl FieldValue {
    /// The items in their order, each once.
    #[must_use]
    pub fn items(mut items: Vec<String>) -> Self {
        items.sort_unstable();
        items.dedup();
        Self::Items(items)
    }

    /// What the record holds. `None` if the export has no such column, or only a number that a catalogue would resolve.
    pub(super) fn of(record: &dyn Record, field: Field, site: &Site) -> Option<Self> {
        if field.is_list() {
            return match record.list(field, &site.lists) {
                ListCell::Absent => None,
                ListCell::Blank(_) => Some(Self::Items(Vec::new())),
                ListCell::Items(list) if list.items.iter().any(|item| item.is_id) => None,
                ListCell::Items(list) => {
                    Some(Self::items(list.items.into_iter().map(|item| item.text.into()).collect()))
                }
            };
        }
        match record.cell(field) {
            Cell::Absent if field == Field::MainView => main_view_of_list(record, site),
            Cell::Absent => None,
            Cell::Blank(_) => Some(Self::Text(String::new())),
            Cell::Value(value) if value.is_number => None,
            Cell::Value(value) => Some(Self::Text(value.text.into_owned())),
        }
    }

    /// In one cell of a table, or one line.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Items(items) => items.join("; "),
        }
    }
}

/// The main view as a list of views marks it.
fn main_view_of_list(record: &dyn Record, site: &Site) -> Option<FieldValue> {
    let list = match record.list(Field::WfmViews, &site.lists) {
        ListCell::Absent => return None,
        ListCell::Blank(_) => return Some(FieldValue::Text(String::new())),
        ListCell::Items(list) => list,
    };
    let text = |item: &ListItem<'_>| (!item.is_id).then(|| FieldValue::Text(item.text.as_ref().to_owned()));
    let mut marked = list.items.iter().filter(|item| item.is_main);
    match (marked.next(), marked.next(), list.items.as_slice()) {
        (Some(view), None, _) => text(view),
        (None, _, [only]) if !list.says_main => text(only),
        (None, _, _) if list.says_main => Some(FieldValue::Text(String::new())),
        _ => None,
    }
}
