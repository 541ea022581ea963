//! `date-within`: a day that may not be longer ago than a number of days.
//!
//! - **What it checks.** The day in `field` is at most `within` days before the as-of date.
//! - **Parameters.** `field`; `within`: a number of days, or one that the site declares under `[review]`: `period`,
//!   `dormant`, `secret-days`; `or-since = "activated"`: the activation date counts instead if it is later, since a
//!   new account had no time yet; `except-break-glass`: the site's accounts for emergencies pass while their review is in date.
//! - **Example.** `[check.date-within]` with `field = "last-login"` and `within = 45`.
//! - **Edge cases.** A blank cell and the word `never` fail. A day after tomorrow fails: it is a slip, and
//!   would pass for years. A number that the site does not declare makes the check not applicable.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::date::Date;
use crate::record::meaning::AccountKind;
use crate::record::review::{Days, DeclaredDays};
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::source::Span;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DateWithinCheck {
    field: Field,
    within: Days,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    or_since: Option<Field>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    except_break_glass: bool,
}

/// What a cell of a day holds.
enum DayCell {
    Absent,
    /// No day, at this place and with this text.
    Never(SpanLabel, String),
    Day(SpanLabel, Date),
    Unreadable,
}

impl DayCell {
    fn of(record: &dyn Record, field: Field, site: &Site) -> Self {
        let value = match record.cell(field) {
            Cell::Absent => return Self::Absent,
            Cell::Blank(span) => return Self::never(span),
            Cell::Value(value) if site.values.is_blank(&value.text) => {
                return Self::never(value.span.shrink_to_start());
            }
            Cell::Value(value) => value,
        };
        let label = SpanLabel::from(&value);
        match site.dates.read(&value.text, value.is_number) {
            Ok(date) => Self::Day(label, date),
            Err(_) if is_never(&value.text) => Self::Never(label, value.text.into_owned()),
            Err(_) => Self::Unreadable,
        }
    }

    fn never(span: Span) -> Self {
        Self::Never(SpanLabel::new(span), String::new())
    }
}

/// True for the word that exports write where a thing has never happened.
pub fn is_never(text: &str) -> bool {
    text.eq_ignore_ascii_case("never")
}

impl RecordCheck for DateWithinCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if !self.field.is_date() || self.or_since.is_some_and(|field| field != Field::Activated) {
            return Err("`field` must be a field of days, such as `last-login`, and `or-since` is `activated`");
        }
        if self.except_break_glass && self.field == Field::LastReviewed {
            return Err("`except-break-glass` has no effect: such an account passes only while its review is in date");
        }
        Ok(())
    }

    fn reads(&self, _: FieldSet) -> FieldSet {
        let reads = FieldSet::EMPTY.with(self.field);
        let reads = self.or_since.map_or(reads, |field| reads.with(field));
        if self.except_break_glass { reads.with(Field::UserName).with(Field::LastReviewed) } else { reads }
    }

    fn tells_kinds_apart(&self) -> bool {
        self.except_break_glass || self.within == Days::Declared(DeclaredDays::Period)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        self.judge_as(AccountKind::Person, record, site)
    }

    fn judge_as(&self, kind: AccountKind, record: &dyn Record, site: &Site) -> Judgement {
        let days = match self.within.number(&site.review, kind) {
            Ok(days) => days,
            Err(why) => return Judgement::NotApplicable(Reason::Other(why)),
        };
        let (label, text, date) = match DayCell::of(record, self.field, site) {
            DayCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(self.field)),
            DayCell::Unreadable => return Judgement::NotDeterminable(Reason::Unclear(self.field)),
            DayCell::Never(label, text) => (label, text, None),
            DayCell::Day(label, date) => (label, date.to_string(), Some(date)),
        };
        let since = match self.or_since.map(|field| (field, DayCell::of(record, field, site))) {
            Some((field, DayCell::Unreadable)) => return Judgement::NotDeterminable(Reason::Unclear(field)),
            Some((_, DayCell::Day(_, since))) if is_past(since, site) => Some(since),
            _ => None,
        };
        let Some(why) = reason_to_fail(date, since, days, site) else { return Judgement::Pass };
        let is_excepted = self.except_break_glass
            && record.text(Field::UserName).is_some_and(|name| site.review.is_break_glass(&name));
        let mut message = match date {
            Some(date) => format!("the {} is {date}, {why}", self.field.label()),
            None => format!("no {} is recorded; {why}", self.field.label()),
        };
        if is_excepted {
            match has_review_in_date(kind, record, site) {
                Ok(None) => return Judgement::Pass,
                Ok(Some(why)) => message.push_str(&format!("; the account is for emergencies, but {why}")),
                Err(reason) => return Judgement::NotDeterminable(reason),
            }
        }
        let short = if date.is_some() { why } else { "never".to_owned() };
        let canonical = date.map(|date| date.to_string()).unwrap_or_default();
        let violation = Violation::new(self.field, &text, label.with_message(short), message);
        Judgement::Fail(vec![violation.with_canonical_value(canonical)])
    }
}

/// True for a day that has come, wherever the site is.
fn is_past(date: Date, site: &Site) -> bool {
    site.as_of.days_since(date) >= -1
}

/// Why a day, or none, is not within so many days, as a fragment; `None` if it is.
fn reason_to_fail(date: Option<Date>, since: Option<Date>, days: u32, site: &Site) -> Option<String> {
    if date.is_some_and(|date| !is_past(date, site)) {
        return Some(format!("which is after {}", site.as_of));
    }
    let age = date.max(since).map(|latest| i64::from(site.as_of.days_since(latest)));
    let plural = |days: i64| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match (date, age) {
        (_, Some(age)) if age <= i64::from(days) => None,
        (Some(_), Some(age)) => Some(format!("{} ago; at most {days} are allowed", plural(age))),
        _ => Some(format!("at most {} are allowed", plural(i64::from(days)))),
    }
}

/// `None` if the last review of an account is in date, else why not.
fn has_review_in_date(kind: AccountKind, record: &dyn Record, site: &Site) -> Result<Option<&'static str>, Reason> {
    let Ok(days) = Days::Declared(DeclaredDays::Period).number(&site.review, kind) else {
        return Ok(Some("no period of its review is declared"));
    };
    match DayCell::of(record, Field::LastReviewed, site) {
        DayCell::Absent => Err(Reason::NotCarried(Field::LastReviewed)),
        DayCell::Unreadable => Err(Reason::Unclear(Field::LastReviewed)),
        DayCell::Never(..) => Ok(Some("was never reviewed")),
        DayCell::Day(_, date) => {
            Ok(reason_to_fail(Some(date), None, days, site).map(|_| "its last review is not in date"))
        }
    }
}
