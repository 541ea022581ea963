//! A waiver put to a finding of its subject: whether the finding is in the condition that was approved.

use super::waiver::{WaivedSubject, Waiver};
use crate::diagnostic::identification::{Identification, Side, reordered_list};
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::Field;
use crate::source::Span;

/// What a waiver and a finding that it names have to do with each other.
pub enum Match {
    /// It covers the finding on its days.
    Covers,
    /// The finding is in another condition.
    Differs(Difference),
    /// The rule demands something else.
    OtherDemand,
}

/// What is not as it was approved.
pub struct Difference {
    /// What was approved and what is there now: `at most 3 seats, 4 are planned`.
    pub words: String,
    /// The values in these words: the approved one and that of today.
    pub values: Option<[String; 2]>,
    /// The place in the waiver that says what was approved.
    pub span: Span,
    /// The severity that would have to be approved, if nothing else differs.
    pub severity: Option<Severity>,
}

/// The approved value and that of today, unless one is hidden.
pub fn values_in_words([approved, now]: &[String; 2], is_hidden: impl Fn(&str) -> bool) -> String {
    let shown = |value: &String| match value.as_str() {
        "" => "a blank".to_owned(),
        value if is_hidden(value) => "another value".to_owned(),
        value => quoted(value),
    };
    format!("{}: {} is there now", shown(approved), shown(now))
}

/// The user name of the account that a finding is about.
pub fn account(diagnostic: &Diagnostic) -> Option<&str> {
    let details = &diagnostic.identification.as_ref()?.details;
    let subject = diagnostic.subject.as_ref()?;
    (details.side != Side::Tenant).then_some(&subject.key)
}

/// Puts a waiver to a finding of its subject.
pub fn compare(waiver: &Waiver, diagnostic: &Diagnostic, found: &Identification) -> Match {
    let at_rule = waiver.named.span;
    let differs = |words: String, span| Match::Differs(Difference { words, values: None, span, severity: None });
    let details = &found.details;
    if let (WaivedSubject::Account { written, .. }, Some(account)) = (&waiver.subject, account(diagnostic))
        && !written.eq_ignore_ascii_case(account)
    {
        return differs("a user name that is written otherwise".to_owned(), at_rule);
    }
    if let (WaivedSubject::License { at_most, .. }, Some(number)) = (&waiver.subject, details.number)
        && number > *at_most
    {
        return differs(format!("at most {at_most} seats, {number} are planned"), at_rule);
    }
    if let Some(rise) = &details.last_rise
        && let until = waiver.until.value.to_string()
        && *rise > until
    {
        return differs(format!("days up to {until}: more seats are used from {rise} on"), waiver.until.span);
    }
    if let (Some(waived), Some(value)) = (&waiver.value, &details.value) {
        let is_list = details.item.is_none() && Field::by_name(&details.field).is_some_and(Field::is_list);
        let is_same = waived.value == *value || (is_list && reordered_list(&waived.value) == *value);
        if !is_same {
            let values = [waived.value.clone(), value.clone()];
            let words = values_in_words(&values, |_| false);
            return Match::Differs(Difference { words, values: Some(values), span: waived.span, severity: None });
        }
    }
    if let Some(approved) = waiver.severity.as_ref().filter(|approved| diagnostic.severity > approved.value) {
        let (was, now) = (approved.value.word(), diagnostic.severity.word());
        return Match::Differs(Difference {
            words: format!("severity {was}: the finding is of severity {now} now"),
            values: None,
            span: approved.span,
            severity: Some(diagnostic.severity),
        });
    }
    if waiver.demand.as_ref().is_some_and(|demand| **demand != **found.demand) {
        return Match::OtherDemand;
    }
    Match::Covers
}
