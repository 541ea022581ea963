//! What a check finds wrong with one record, before a rule gives it words and a severity.

use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::{FindingDetails, canonical_list};
use crate::record::catalogue::DeclaredAt;
use crate::record::list::{ListItem, ListItems, ScopeLevel};
use crate::record::{Field, Value};

/// One thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The case of the check, if a rule may give it its own severity.
    pub case: Option<&'static str>,
    /// One line, readable alone.
    pub message: String,
    /// Its places in the record, the one at fault first.
    pub labels: Vec<SpanLabel>,
    /// A place elsewhere that it contradicts.
    pub declared: Option<DeclaredAt>,
    /// The field at fault and its text: both go into the fingerprint. Never a secret's text.
    pub field: Field,
    /// The text at fault.
    pub value: String,
    /// What is compared between runs.
    pub details: FindingDetails,
}

impl From<&Value<'_>> for SpanLabel {
    fn from(value: &Value<'_>) -> Self {
        Self { defined: value.defined, ..Self::new(value.span) }
    }
}

impl From<&ListItem<'_>> for SpanLabel {
    fn from(item: &ListItem<'_>) -> Self {
        Self { defined: item.defined, ..Self::new(item.span) }
    }
}

impl From<&ListItems<'_>> for SpanLabel {
    fn from(list: &ListItems<'_>) -> Self {
        Self { defined: list.defined, ..Self::new(list.whole) }
    }
}

impl Violation {
    /// A violation at one place.
    #[must_use]
    pub fn new(field: Field, value: &str, label: SpanLabel, message: impl Into<String>) -> Self {
        let details = FindingDetails {
            rule_field: field.name(),
            field: field.name().to_owned(),
            value: (field != Field::Password).then(|| value.to_owned()),
            ..FindingDetails::default()
        };
        Self {
            case: None,
            message: message.into(),
            labels: vec![label],
            declared: None,
            field,
            value: value.to_owned(),
            details,
        }
    }

    /// The same with another form of the value, one that no input format changes.
    #[must_use]
    pub fn with_canonical_value(mut self, value: String) -> Self {
        self.details.value = Some(value);
        self
    }

    /// The same of one item of several that a rule may find fault with.
    #[must_use]
    pub fn of_item(mut self, item: impl Into<String>) -> Self {
        self.details.item = Some(item.into());
        self
    }

    /// The same of an entry of a scope: a group with the name of a team is another condition, if the format tells them apart.
    #[must_use]
    pub fn of_level(mut self, level: ScopeLevel) -> Self {
        self.details.besides = level.word().map(str::to_owned);
        self
    }

    /// The same for a rule about several fields, of which these are guilty.
    #[must_use]
    pub fn of_fields(mut self, guilty: impl IntoIterator<Item = Field>) -> Self {
        let names: Vec<_> = guilty.into_iter().map(Field::name).collect();
        self.details.rule_field = "";
        self.details.field = canonical_list(names.into_iter());
        self
    }

    /// The same as a case of its own.
    #[must_use]
    pub const fn case(mut self, case: &'static str) -> Self {
        self.case = Some(case);
        self
    }
}
