//! One shape for every account, whatever file it came from.
//!
//! A [`Record`] answers with cells that are absent, blank or a value with its place. Readers implement it over
//! their own text, so nothing is copied; checks and the engine see only this trait. It says nothing of rules.

pub mod activity;
pub mod cache_policy;
pub mod catalogue;
pub mod confusables;
pub mod date;
pub mod declared;
pub mod hash;
pub mod interner;
pub mod list;
pub mod name;
pub mod pool;
pub mod row_interner;
pub mod secret;
pub mod site;
pub mod spoofing;

use std::borrow::Cow;

use crate::diagnostic::snippet::Excerpt;
use crate::source::{InputId, Span};
use list::{ListCell, ListSyntax};
use secret::SecretCell;

macro_rules! fields {
    ($($variant:ident $name:literal $label:literal)*) => {
        /// What a cell means, whatever its column was called.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $label] $variant,)*
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in configs, rule files and reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The words for messages.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

fields! {
    UserName "user-name" "user name"
    FirstName "first-name" "first name"
    LastName "last-name" "last name"
    Roles "roles" "roles"
    Team "team" "team"
    Scope "scope" "associated groups and teams"
    WfmViews "wfm-views" "WFM views"
    MainView "main-view" "main WFM view"
    Active "active" "active mark"
    Activated "activated" "activation date"
    Deactivated "deactivated" "deactivation date"
    Licenses "licenses" "licences"
    WindowsLogin "windows-login" "Windows login"
    AcdId "acd-id" "ACD id"
    EmployeeId "employee-id" "employee id"
    Password "password" "password"
    CreatedBy "created-by" "creator"
    Tenant "tenant" "tenant"
    TimeZone "time-zone" "time zone"
    Locale "locale" "locale"
    QmViews "qm-views" "QM views"
    DisplayId "display-id" "display id"
    Id "id" "id"
    Kind "kind" "kind"
    Integration "integration" "integration"
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The field with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Its number, from 0: an index into arrays of [`Field::COUNT`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// True where many accounts have the same text. Those of the others are nearly all different.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        !matches!(
            self,
            Self::UserName
                | Self::Activated
                | Self::Deactivated
                | Self::WindowsLogin
                | Self::AcdId
                | Self::EmployeeId
                | Self::Password
                | Self::DisplayId
                | Self::Id
        )
    }

    /// True where a cell holds a list.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Roles | Self::Scope | Self::WfmViews | Self::QmViews | Self::Licenses)
    }
}

impl<'de> serde::Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::by_name(&name).ok_or_else(|| serde::de::Error::custom("no field of this name"))
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u32);

impl FieldSet {
    /// No field.
    pub const EMPTY: Self = Self(0);
    /// Every field.
    pub const ALL: Self = Self((1 << Field::COUNT) - 1);

    /// The same with `field`.
    #[must_use]
    pub const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field.index())
    }

    /// True where `field` is in.
    #[must_use]
    pub const fn has(self, field: Field) -> bool {
        self.0 & (1 << field.index()) != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where every field of `other` is in.
    #[must_use]
    pub const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A single cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The file has no such column or key.
    Absent,
    /// The column is there and the cell is empty; the empty span is where a value would stand.
    Blank(Span),
    /// A value.
    Value(Value<'a>),
}

/// The value of a cell, decoded and without the space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The text. Never a password: those have an accessor of their own.
    pub text: Cow<'a, str>,
    /// Where it stands.
    pub span: Span,
    /// Where it was written, when this place only refers to it.
    pub defined: Option<Span>,
    /// True for a number where a document could also have had a name: an id that only a catalogue can resolve.
    pub is_number: bool,
}

impl<'a> Cell<'a> {
    /// The text of a value.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(&value.text),
            Self::Absent | Self::Blank(_) => None,
        }
    }

    /// The value, where there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&Value<'a>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Blank(_) => None,
        }
    }

    /// Where it stands, unless it is absent.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Blank(span) => Some(*span),
            Self::Value(value) => Some(value.span),
        }
    }

    /// Where it was written, when its place only refers to it.
    #[must_use]
    pub fn defined(&self) -> Option<Span> {
        self.value().and_then(|value| value.defined)
    }
}

/// What kind of file a record came from; plans speak of the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// An export: a table or documents of the API.
    Export,
    /// A planned config.
    Plan,
}

/// One account as an input holds it.
pub trait Record {
    /// Which input.
    fn input(&self) -> InputId;
    /// Its number among the data records of the input, from 1.
    fn number(&self) -> u64;
    /// The whole row or object.
    fn span(&self) -> Span;
    /// An export or a plan.
    fn input_kind(&self) -> InputKind;
    /// The text of a cell as it is written, where two equal ones mean the same in this input.
    fn written(&self, field: Field) -> Option<&str>;
    /// A cell. Absent means absent in the whole input; a password is always absent here.
    fn cell(&self, field: Field) -> Cell<'_>;
    /// The text of a cell; nothing where it is blank or absent.
    #[inline]
    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        match self.cell(field) {
            Cell::Value(value) => Some(value.text),
            Cell::Absent | Cell::Blank(_) => None,
        }
    }

    /// A cell that holds a list.
    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_>;
    /// The password cell.
    fn secret(&self) -> SecretCell<'_>;
    /// What may be shown of the record around `spans`, which lie in it.
    fn excerpt(&self, spans: &[Span]) -> Excerpt;

    /// True where it is known that no text of these fields goes beyond ASCII.
    fn is_plain(&self, _: &[Field]) -> bool {
        false
    }

    /// What names the account in reports.
    fn key(&self) -> String {
        self.cell(Field::UserName).text().map_or_else(|| format!("#{}", self.number()), str::to_owned)
    }
}

impl<R: Record + ?Sized> Record for &R {
    fn input(&self) -> InputId {
        (**self).input()
    }

    fn number(&self) -> u64 {
        (**self).number()
    }

    fn span(&self) -> Span {
        (**self).span()
    }

    fn input_kind(&self) -> InputKind {
        (**self).input_kind()
    }

    fn written(&self, field: Field) -> Option<&str> {
        (**self).written(field)
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        (**self).cell(field)
    }

    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        (**self).text(field)
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        (**self).list(field, lists)
    }

    fn secret(&self) -> SecretCell<'_> {
        (**self).secret()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        (**self).excerpt(spans)
    }

    fn is_plain(&self, fields: &[Field]) -> bool {
        (**self).is_plain(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_fields() {
        for field in Field::ALL {
            assert_eq!(Field::by_name(field.name()), Some(*field));
            assert_eq!(Field::ALL[field.index()], *field);
        }
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = FieldSet::EMPTY.with(Field::Roles).with(Field::Integration);
        assert!(set.has(Field::Roles) && set.has(Field::Integration) && !set.has(Field::Team));
        assert!(FieldSet::ALL.holds(set) && !set.holds(FieldSet::ALL));
    }
}
