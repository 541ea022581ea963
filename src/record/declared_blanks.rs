//! A record whose cells are blank if the site says that their word means nothing.

use std::borrow::Cow;

use super::delegation::delegate_record;
use super::list::{ListCell, ListItem, ListSyntax};
use super::meaning::is_exempt;
use super::values::ValueWords;
use super::{Cell, Field, Record};

/// A record whose cells are blank where the site says that a word means nothing.
#[derive(Clone, Copy)]
pub struct DeclaredBlanks<'v, R> {
    record: R,
    values: &'v ValueWords,
}

impl<'v, R: Record> DeclaredBlanks<'v, R> {
    pub const fn new(record: R, values: &'v ValueWords) -> Self {
        Self { record, values }
    }

    #[inline(always)]
    fn is_blank(&self, field: Field, text: &str) -> bool {
        self.values.has_blanks() && !is_exempt(field) && self.values.is_blank(text)
    }
}

impl<R: Record> Record for DeclaredBlanks<'_, R> {
    delegate_record!(record);

    fn raw_text(&self, field: Field) -> Option<&str> {
        self.record.raw_text(field)
    }

    #[inline]
    fn cell(&self, field: Field) -> Cell<'_> {
        match self.record.cell(field) {
            Cell::Value(value) if self.is_blank(field, &value.text) => Cell::Blank(value.span.shrink_to_start()),
            cell => cell,
        }
    }

    #[inline(always)]
    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        self.record.text(field).filter(|text| !self.is_blank(field, text))
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        let list = self.record.list(field, lists);
        let is_blank = |item: &ListItem<'_>| !item.is_id && self.is_blank(field, &item.text);
        match &list {
            ListCell::Items(items) if items.items.iter().all(is_blank) => {
                ListCell::Blank(items.items[0].span.shrink_to_start())
            }
            _ => list,
        }
    }

    #[inline(always)]
    fn bytes_from(&self, field: Field) -> Option<(&[u8], usize)> {
        self.record.bytes_from(field)
    }

    #[inline]
    fn is_ascii(&self, fields: &[Field]) -> bool {
        self.record.is_ascii(fields)
    }
}
