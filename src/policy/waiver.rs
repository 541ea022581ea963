//! A waiver that can be applied: whose finding it accepts, in which condition, and on which days.

use regex::Regex;

use crate::diagnostic::Severity;
use crate::record::date::Date;
use crate::source::{Span, Spanned};

/// A waiver that can be applied.
pub struct Waiver {
    /// Its file, by its number.
    pub document: usize,
    pub id: Spanned<String>,
    /// The label of the only tenant whose findings it covers.
    pub tenant: Option<String>,
    /// The rule as it is called now.
    pub rule: String,
    /// The rule as the waiver names it.
    pub named: Spanned<String>,
    pub subject: WaivedSubject,
    /// The accepted value; `None` for any, and for seats.
    pub value: Option<Spanned<String>>,
    pub is_any_value: bool,
    pub field: Option<String>,
    pub side: Option<String>,
    /// The greatest that is accepted; `None` if that is not said.
    pub severity: Option<Spanned<Severity>>,
    /// That of the mildest case of the rule.
    pub least_severity: Severity,
    pub demand: Option<String>,
    pub reason: String,
    pub requested_by: Option<Spanned<String>>,
    pub approved_by: Spanned<String>,
    pub approved_on: Date,
    pub until: Spanned<Date>,
    pub ticket: Option<String>,
    pub line: u64,
}

/// Whose findings a waiver accepts.
pub enum WaivedSubject {
    /// An account, by its folded user name.
    Account { written: String, folded: String },
    /// Accounts whose user names match, if they are not more than `max`.
    Group { regex: Regex, max: u64, span: Span },
    /// Seats of a licence.
    License { name: String, at_most: u64 },
    /// The tenant as a whole.
    Tenant,
}

impl WaivedSubject {
    /// The pattern of a group, and how many accounts it may match.
    pub fn group(&self) -> Option<(&str, u64)> {
        match self {
            Self::Group { regex, max, .. } => Some((regex.as_str(), *max)),
            _ => None,
        }
    }

    /// How the ledger names it.
    pub fn shown(&self) -> Option<String> {
        match self {
            Self::Account { written, .. } => Some(written.clone()),
            Self::Group { regex, .. } => Some(regex.as_str().to_owned()),
            Self::License { name, .. } => Some(name.clone()),
            Self::Tenant => None,
        }
    }
}

impl Waiver {
    /// The rule and the subject whose finding it is about; `None` for a group, since which findings a pattern matches is known
    /// when they are.
    pub fn finding(&self) -> Option<(&str, &str, u64)> {
        let (subject, kind) = match &self.subject {
            WaivedSubject::Account { folded, .. } => (folded.as_str(), 0),
            WaivedSubject::License { name, .. } => (name.as_str(), 1),
            WaivedSubject::Tenant => ("", 2),
            WaivedSubject::Group { .. } => return None,
        };
        Some((&self.rule, subject, kind))
    }

    /// True on the days on which it covers.
    pub fn is_in_force(&self, on: Date) -> bool {
        self.approved_on <= on && on <= self.until.value
    }

    /// True if both could cover one finding on some day, given that they are about one rule and one account.
    pub fn may_cover_with(&self, other: &Self) -> bool {
        let is_either = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        let value = |one: &Self| one.value.as_ref().map(|value| value.value.clone());
        self.approved_on <= other.until.value
            && other.approved_on <= self.until.value
            && is_either(&value(self), &value(other))
            && is_either(&self.tenant, &other.tenant)
            && is_either(&self.side, &other.side)
            && is_either(&self.field, &other.field)
    }
}
