//! A record as it would be with the value of a fix.

use std::borrow::Cow;

use crate::record::delegation::delegate_record;
use crate::record::list::{ListCell, ListItem, ListItems, ListSyntax};
use crate::record::{Cell, Field, Record, Value};
use crate::rule::{FixKind, RuleFix};

/// Another record, with one field changed.
pub(super) struct EditedRecord<'r> {
    record: &'r dyn Record,
    field: Field,
    fix: &'r RuleFix,
}

impl<'r> EditedRecord<'r> {
    pub(super) const fn new(record: &'r dyn Record, field: Field, fix: &'r RuleFix) -> Self {
        Self { record, field, fix }
    }

    /// True if `field` is the list in which this export marks the main view that changes.
    fn is_marked_list(&self, field: Field) -> bool {
        let is_of_views = self.field == Field::MainView && field == Field::WfmViews;
        is_of_views && matches!(self.record.cell(Field::MainView), Cell::Absent)
    }

    fn item(&self) -> ListItem<'_> {
        ListItem::named(Cow::Borrowed(&self.fix.value), self.record.span().shrink_to_start())
    }
}

impl Record for EditedRecord<'_> {
    delegate_record!(record);

    fn raw_text(&self, field: Field) -> Option<&str> {
        self.record.raw_text(field).filter(|_| field != self.field && !self.is_marked_list(field))
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        let cell = self.record.cell(field);
        if field != self.field || self.fix.kind != FixKind::Set || matches!(cell, Cell::Absent) {
            return cell;
        }
        let span = cell.span().unwrap_or_else(|| self.record.span());
        Cell::Value(Value { text: Cow::Borrowed(&self.fix.value), span, defined: None, is_number: false })
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        let list = self.record.list(field, lists);
        let is_added = field == self.field && self.fix.kind == FixKind::Add;
        if !is_added && !self.is_marked_list(field) {
            return list;
        }
        let mut list = match list {
            ListCell::Items(list) => list,
            ListCell::Blank(whole) => ListItems { whole, defined: None, says_main: !is_added, items: Vec::new() },
            ListCell::Absent => return ListCell::Absent,
        };
        if is_added {
            list.items.push(self.item());
        } else {
            list.items.retain(|item| !item.is_main && item.text != self.fix.value);
            list.says_main = true;
            list.items.push(ListItem { is_main: true, ..self.item() });
        }
        ListCell::Items(list)
    }
}
