//! A cell as it is compared: the same value for every format, spelling and order that means the same.

use std::collections::BTreeMap;

use super::activity::activity;
use super::list::{ListCell, ListItems, ScopeLevel};
use super::meaning::{uncertainty_of_item, uncertainty_of_text};
use super::name;
use super::site::Site;
use super::{Cell, Field, InputKind, Record};
use crate::diagnostic::identification::canonical_list;

/// What a cell says, ready to be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CanonicalValue {
    /// The input carries no such column or key.
    Absent,
    /// This account has no such key, although others of its input do.
    Unstated,
    Blank,
    Text(String),
    /// Names without an order, each with its level of the organisation.
    Names(BTreeMap<String, ScopeLevel>),
    /// It cannot be compared: why, as a fragment.
    Unclear(&'static str),
}

const NUMBER: &str = "it is only a number, which no catalogue resolves";
const SEVERAL: &str = "it can be read in more than one way";

impl CanonicalValue {
    /// What `record` says of `field`. A password says nothing.
    pub fn of(record: &impl Record, field: Field, site: &Site) -> Self {
        match field {
            Field::Password => Self::Absent,
            Field::MainView => Self::main_view(record, site),
            Field::Active => Self::active(record, site),
            _ if field.is_list() => match record.list(field, &site.lists) {
                ListCell::Absent => Self::Absent,
                ListCell::Blank(span) if record.is_unstated(span) => Self::Unstated,
                ListCell::Blank(_) => Self::Blank,
                ListCell::Items(list) => Self::names(&list, site),
            },
            _ => Self::single(record, field, site),
        }
    }

    fn single(record: &impl Record, field: Field, site: &Site) -> Self {
        let value = match record.cell(field) {
            Cell::Absent => return Self::Absent,
            Cell::Blank(span) if record.is_unstated(span) => return Self::Unstated,
            Cell::Blank(_) => return Self::Blank,
            Cell::Value(value) => value,
        };
        match field {
            _ if field.is_date() => match site.dates.read(&value.text, value.is_number) {
                Ok(date) => Self::Text(date.to_string()),
                Err(_) => Self::Unclear("the date cannot be read"),
            },
            Field::Team if value.is_number => match unit_with_id(site, &value.text) {
                Some(name) => Self::Text(name.to_owned()),
                None => Self::Unclear(NUMBER),
            },
            Field::CreatedBy => Self::Text(name::fold(&value.text)),
            _ if uncertainty_of_text(&value.text).is_some() => Self::Unclear(SEVERAL),
            _ => Self::Text(value.text.into_owned()),
        }
    }

    fn names(list: &ListItems<'_>, site: &Site) -> Self {
        let mut names = BTreeMap::new();
        for item in &list.items {
            let name = match unit_with_id(site, &item.text).filter(|_| item.is_id) {
                Some(name) => name,
                None if item.is_id => return Self::Unclear(NUMBER),
                None if uncertainty_of_item(&item.text, &site.lists, |_| false).is_some() => {
                    return Self::Unclear(SEVERAL);
                }
                None => &item.text,
            };
            names.insert(name.to_owned(), item.level);
        }
        Self::Names(names)
    }

    /// The main view: of its own column, or the one that the list of views marks.
    fn main_view(record: &impl Record, site: &Site) -> Self {
        match Self::single(record, Field::MainView, site) {
            Self::Absent | Self::Unstated => {}
            found => return found,
        }
        let list = match record.list(Field::WfmViews, &site.lists) {
            ListCell::Absent => return Self::Absent,
            ListCell::Blank(span) if record.is_unstated(span) => return Self::Unstated,
            ListCell::Blank(_) => return Self::Blank,
            ListCell::Items(list) => list,
        };
        let mut marked = list.items.iter().filter(|view| view.is_main);
        match (marked.next(), marked.next(), list.items.as_slice()) {
            (Some(_), Some(_), _) => Self::Unclear("several views are marked as the main one"),
            (Some(view), None, _) | (None, None, [view]) if !list.says_main || view.is_main => {
                if view.is_id {
                    Self::Unclear(NUMBER)
                } else {
                    Self::Text(view.text.to_string())
                }
            }
            _ if list.says_main => Self::Blank,
            _ => Self::Unclear("no view is marked as the main one"),
        }
    }

    /// Whether the account is active on the as-of date. Of a plan only its mark counts: its dates are compared by themselves.
    fn active(record: &impl Record, site: &Site) -> Self {
        if record.input_kind() == InputKind::Plan {
            match record.cell(Field::Active) {
                Cell::Absent => return Self::Absent,
                Cell::Blank(_) => return Self::Unstated,
                Cell::Value(_) => {}
            }
        }
        match activity(record, site) {
            Ok(found) if !found.is_known => Self::Absent,
            Ok(found) => Self::Text(found.is_active.to_string()),
            Err(_) => Self::Unclear("it cannot be read"),
        }
    }

    /// True if both say the same. What is not said or not clear is equal to nothing.
    #[must_use]
    pub fn is_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Blank, Self::Blank) => true,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Names(one), Self::Names(other)) => {
                let is_same = |(a, b): (&ScopeLevel, &ScopeLevel)| a == b || [a, b].contains(&&ScopeLevel::Any);
                one.keys().eq(other.keys()) && one.values().zip(other.values()).all(is_same)
            }
            _ => false,
        }
    }

    /// True if both are the same text, and not blank.
    #[must_use]
    pub fn is_equal_text(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Text(one), Self::Text(other)) if one == other)
    }

    /// The names or the one text that it holds.
    #[must_use]
    pub fn items(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::Names(names) => names.keys().cloned().collect(),
            Self::Absent | Self::Unstated | Self::Blank | Self::Unclear(_) => Vec::new(),
        }
    }

    /// The value as reports and waivers write it; `None` if there is none.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Blank => Some(String::new()),
            Self::Text(text) => Some(text.clone()),
            Self::Names(names) => Some(canonical_list(names.keys().map(String::as_str))),
            Self::Absent | Self::Unstated | Self::Unclear(_) => None,
        }
    }
}

/// The group or team of the catalogue that has this id.
fn unit_with_id<'s>(site: &'s Site, id: &str) -> Option<&'s str> {
    let units = &site.catalogue.organisation.as_ref()?.units;
    units.iter().find(|unit| unit.id.as_deref() == Some(id)).map(|unit| unit.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(items: &[(&str, ScopeLevel)]) -> CanonicalValue {
        CanonicalValue::Names(items.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect())
    }

    #[test]
    fn names_have_no_order_and_a_level_that_is_not_said_fits_any() {
        let plan = names(&[("Operations", ScopeLevel::Group), ("Billing", ScopeLevel::Team)]);
        assert!(plan.is_equal(&names(&[("Billing", ScopeLevel::Any), ("Operations", ScopeLevel::Any)])));
        assert!(!plan.is_equal(&names(&[("Billing", ScopeLevel::Group), ("Operations", ScopeLevel::Any)])));
        assert!(!plan.is_equal(&names(&[("Operations", ScopeLevel::Any)])));
        assert_eq!(plan.text().as_deref(), Some("Billing; Operations"));
    }

    #[test]
    fn what_is_not_said_or_not_clear_is_equal_to_nothing() {
        for value in [CanonicalValue::Absent, CanonicalValue::Unstated, CanonicalValue::Unclear(NUMBER)] {
            assert!(!value.is_equal(&value) && value.text().is_none(), "{value:?}");
        }
        assert!(CanonicalValue::Blank.is_equal(&CanonicalValue::Blank));
    }
}
