//! One shape for every account, whatever file it came from.
//!
//! A [`Record`] gives cells that are absent, blank or a value with its span. Readers implement it over their own text,
//! so nothing is copied; checks and the engine see only this trait. Rules are unknown here.

pub(crate) mod activity;
pub(crate) mod canonical;
pub(crate) mod catalogue;
pub(crate) mod confusables;
pub mod date;
pub(crate) mod declared;
pub(crate) mod declared_blanks;
pub(crate) mod delegation;
pub(crate) mod left_out;
pub(crate) mod letters;
pub(crate) mod list;
pub(crate) mod meaning;
pub(crate) mod name;
pub(crate) mod password_policy;
pub(crate) mod password_reference;
pub(crate) mod pool;
pub(crate) mod review;
pub(crate) mod secret;
pub(crate) mod site;
pub(crate) mod spoofing;
pub(crate) mod values;

use std::borrow::Cow;

use crate::diagnostic::snippet::Excerpt;
use crate::source::{InputId, Span};
use list::{ListCell, ListSyntax};
use secret::SecretCell;
pub use site::Product;

macro_rules! fields {
    ($($variant:ident $name:literal $label:literal)*) => {
        /// What a cell means, whatever its column is called.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $label] $variant,)*
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in configs, rule files and reports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The words for messages.
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
    Owner "owner" "owner"
    LastReviewed "last-reviewed" "date of the last review"
    ReviewedBy "reviewed-by" "reviewer"
    LastLogin "last-login" "date of the last log-in"
    PasswordChanged "password-changed" "date of the last change of the password"
}

impl Field {
    /// The number of fields.
    pub const COUNT: usize = Self::ALL.len();

    /// The field that configs, rule files and reports call so.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// An index into arrays of [`Field::COUNT`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// True if many accounts share one text, as with roles; user names, ids and dates nearly all differ.
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
                | Self::LastLogin
                | Self::PasswordChanged
        )
    }

    /// True if a cell holds a day.
    pub const fn is_date(self) -> bool {
        matches!(
            self,
            Self::Activated | Self::Deactivated | Self::LastReviewed | Self::LastLogin | Self::PasswordChanged
        )
    }

    /// True for what only reviews of access ask about: its column means nothing unless a rule reads it.
    pub const fn is_of_reviews(self) -> bool {
        matches!(self, Self::Owner | Self::LastReviewed | Self::ReviewedBy | Self::LastLogin | Self::PasswordChanged)
    }

    /// True if a cell holds a list of names.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Roles | Self::Scope | Self::WfmViews | Self::QmViews | Self::Licenses)
    }

    /// True if a cell says who somebody is.
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::UserName
                | Self::FirstName
                | Self::LastName
                | Self::CreatedBy
                | Self::WindowsLogin
                | Self::AcdId
                | Self::EmployeeId
                | Self::DisplayId
                | Self::Id
                | Self::Owner
                | Self::ReviewedBy
        )
    }
}

impl<'de> serde::Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::by_name(&name).ok_or_else(|| serde::de::Error::custom("no field of this name"))
    }
}

impl serde::Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
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

    /// Adds `field`.
    pub const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field.index())
    }

    /// True if `field` is in the set.
    pub const fn has(self, field: Field) -> bool {
        self.0 & (1 << field.index()) != 0
    }

    /// How many fields are in the set.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// True if no field is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The fields of both sets.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if the set holds every field of `other`.
    pub const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What an input holds for one field of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The file has no such column or key.
    Absent,
    /// The column is there and the cell is empty; the span is empty and lies where a value would be.
    Blank(Span),
    /// A value.
    Value(Value<'a>),
}

/// The value of a cell, decoded and trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// Never a password: those have [`Record::secret`].
    pub text: Cow<'a, str>,
    /// The place in the input.
    pub span: Span,
    /// Where a YAML alias defines it, if the cell is one.
    pub defined: Option<Span>,
    /// True for a number in place of a name: an id that only a catalogue can resolve.
    pub is_number: bool,
}

impl<'a> Cell<'a> {
    /// The text, if there is a value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(&value.text),
            Self::Absent | Self::Blank(_) => None,
        }
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&Value<'a>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Blank(_) => None,
        }
    }

    /// The span; `None` if the cell is absent.
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Blank(span) => Some(*span),
            Self::Value(value) => Some(value.span),
        }
    }

    /// Where a YAML alias defines it, if the cell is one.
    pub fn defined(&self) -> Option<Span> {
        self.value().and_then(|value| value.defined)
    }
}

/// What kind of input a record comes from. A plan says how accounts will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// An export: a table or documents of the API.
    Export,
    /// A plan.
    Plan,
}

/// One account as an input holds it.
pub trait Record {
    /// The input that holds it.
    fn input(&self) -> InputId;
    /// The number among the data records of the input, from 1.
    fn number(&self) -> u64;
    /// The whole row or object.
    fn span(&self) -> Span;
    /// Whether an export or a plan holds it.
    fn input_kind(&self) -> InputKind;
    /// The raw text of a cell, if two equal ones mean the same in this input.
    fn raw_text(&self, field: Field) -> Option<&str>;
    /// A single value. Absent means absent in the whole input; a password is always absent here.
    fn cell(&self, field: Field) -> Cell<'_>;
    /// The text of a cell; `None` if it is blank or absent.
    #[inline]
    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        match self.cell(field) {
            Cell::Value(value) => Some(value.text),
            Cell::Absent | Cell::Blank(_) => None,
        }
    }

    /// A list of names.
    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_>;
    /// The password cell; of several the one that matters most.
    fn secret(&self) -> SecretCell<'_>;
    /// Every password cell, if there are several.
    fn all_secrets(&self) -> Vec<SecretCell<'_>> {
        vec![self.secret()]
    }
    /// The bytes of the input from the beginning of a cell on, and how many of them are the cell as it is written; nothing of
    /// a column that is absent. `None` if the record has no such bytes at hand.
    #[inline]
    fn bytes_from(&self, _: Field) -> Option<(&[u8], usize)> {
        None
    }

    /// The text around `spans`, which lie in the record, without secrets.
    fn excerpt(&self, spans: &[Span]) -> Excerpt;

    /// True if the texts of these fields are known to be ASCII.
    fn is_ascii(&self, _: &[Field]) -> bool {
        false
    }

    /// True if a blank cell with this span stands for a key that the account lacks, and others of its input have.
    fn is_unstated(&self, blank: Span) -> bool {
        !blank.is_empty() && blank == self.span()
    }

    /// The name of the account in reports.
    fn key(&self) -> String {
        self.cell(Field::UserName).text().map_or_else(|| format!("#{}", self.number()), str::to_owned)
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
