//! Whether an account is active on the day a run judges by.
//!
//! The `active` cell decides for that day and the dates for later ones; without such a cell the dates decide,
//! and an account without any sign of activity counts as active.

use super::date::{Date, DateSyntax};
use super::site::Site;
use super::values::ValueWords;
use super::{Cell, Field, InputKind, Record};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::toml_string;
use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// False if the input has no column or key for activity at all.
    pub is_known: bool,
    pub is_active: bool,
    /// Set if it is inactive.
    pub because: Option<InactiveReason>,
    /// The activation date, if it is not after the as-of date.
    pub since: Option<Date>,
    /// The activation date, if it is after the as-of date.
    pub starts: Option<Date>,
    pub ahead: FutureChanges,
    /// Set if the `active` cell says yes and the dates say no.
    pub contradiction: Option<Contradiction>,
}

/// The days after the as-of date on which an account's activity changes. The `active`
/// cell decides for the as-of date alone, so only dates after it count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FutureChanges {
    /// An inactive account becomes active on this day.
    pub begins: Option<Date>,
    /// The first inactive day of an account that is active before it.
    pub ends: Option<Date>,
}

/// The cell that makes an account inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InactiveReason {
    pub field: Field,
    pub span: Span,
    /// What the cell says, if it is one of a date.
    pub date: Option<Date>,
}

/// A cell and a date that cannot both be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub kind: ContradictionKind,
    /// The `active` cell, or the last day of an account that ends before it begins.
    pub mark: Span,
    pub date: Span,
}

/// How cells of activity contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContradictionKind {
    /// Marked active, and the deactivation date has come.
    HasEnded,
    /// Marked active, and the activation date is ahead.
    NotYetBegun,
    /// In a plan, the end is on or before the beginning.
    NeverActive,
}

/// Reads the `active` cell and the two dates.
///
/// # Errors
/// A cell has no certain reading: the record must be refused.
pub fn activity(record: &(impl Record + ?Sized), site: &Site) -> Result<Activity, Fault> {
    let as_of = site.as_of;
    let cell = |field| match record.cell(field) {
        Cell::Value(value) if site.values.is_blank(&value.text) => Cell::Blank(value.span.shrink_to_start()),
        cell => cell,
    };
    let [mark_cell, from_cell, until_cell] = [Field::Active, Field::Activated, Field::Deactivated].map(cell);
    let mark = mark_of(&mark_cell, &site.values)?;
    let from = date_of(&from_cell, Field::Activated, site.dates)?;
    let until = date_of(&until_cell, Field::Deactivated, site.dates)?;
    if let (Cell::Blank(span), None, None) = (&mark_cell, from, until) {
        let message = "the active mark is blank and no date says whether the account is active";
        let fault = Fault::new(FaultKind::ActiveUnreadable, *span, message);
        return Err(
            fault.with_remedy("Write `yes` or `no` in the cell, or a day in the column that gives `activated`.")
        );
    }

    let has_ended = until.is_some_and(|(date, _)| date <= as_of);
    let not_yet = from.is_some_and(|(date, _)| date > as_of);
    let by_dates = if has_ended {
        until.map(|(date, span)| InactiveReason { field: Field::Deactivated, span, date: Some(date) })
    } else if not_yet {
        from.map(|(date, span)| InactiveReason { field: Field::Activated, span, date: Some(date) })
    } else {
        None
    };
    let because = match mark {
        Some((true, _)) => None,
        Some((false, span)) => Some(InactiveReason { field: Field::Active, span, date: None }),
        None => by_dates,
    };
    let never = matches!((from, until), (Some((from, _)), Some((until, _))) if until <= from);
    let by_mark = if has_ended { ContradictionKind::HasEnded } else { ContradictionKind::NotYetBegun };
    let contradiction = match (mark, by_dates, from, until) {
        (_, _, Some((_, date)), Some((_, mark))) if never && record.input_kind() == InputKind::Plan => {
            Some(Contradiction { kind: ContradictionKind::NeverActive, mark, date })
        }
        (Some((true, mark)), Some(date), ..) => Some(Contradiction { kind: by_mark, mark, date: date.span }),
        _ => None,
    };
    let since = from.map(|(date, _)| date).filter(|_| !not_yet);
    let is_marked_inactive = matches!(mark, Some((false, _)));
    let starts = from.map(|(date, _)| date).filter(|_| not_yet && !never && !is_marked_inactive);
    let is_active = because.is_none();
    let begins = from.map(|(date, _)| date).filter(|_| !is_active && not_yet && !never);
    let ends = until.map(|(date, _)| date).filter(|date| *date > as_of && (is_active || begins.is_some()));
    let ahead = FutureChanges { begins, ends };
    let is_absent = matches!((&mark_cell, &from_cell, &until_cell), (Cell::Absent, Cell::Absent, Cell::Absent));
    let is_known = !is_absent || record.input_kind() == InputKind::Plan;
    Ok(Activity { is_known, is_active, because, since, starts, ahead, contradiction })
}

impl Activity {
    /// True if the account is active and no rule about activity has anything to report.
    pub const fn is_plain(&self) -> bool {
        self.is_active && self.starts.is_none() && self.contradiction.is_none()
    }

    /// True for an account that is inactive on the as-of date and active later.
    pub const fn is_ahead(&self) -> bool {
        !self.is_active && self.starts.is_some()
    }
}

fn mark_of(cell: &Cell<'_>, words: &ValueWords) -> Result<Option<(bool, Span)>, Fault> {
    let Some(value) = cell.value() else { return Ok(None) };
    match built_in_activity(&value.text).or_else(|| words.activity(&value.text)) {
        Some(is_active) => Ok(Some((is_active, value.span))),
        None => {
            let message = "the active mark is neither yes nor no";
            let word = toml_string(&value.text);
            let remedy = format!(
                "Write `yes` or `no`, or add `active = [{word}]` or `inactive = [{word}]` under `[values]` in the config."
            );
            Err(Fault::new(FaultKind::ActiveUnreadable, value.span, message).with_remedy(remedy))
        }
    }
}

/// What a word says in an `active` cell, without a config.
pub fn built_in_activity(text: &str) -> Option<bool> {
    let is = |word: &str| word.len() == text.len() && word.eq_ignore_ascii_case(text);
    MARKS.iter().find(|(word, _)| is(word)).map(|(_, is_active)| *is_active)
}

/// What an `active` cell may hold, in any ASCII case.
const MARKS: [(&str, bool); 12] = [
    ("active", true),
    ("true", true),
    ("yes", true),
    ("enabled", true),
    ("y", true),
    ("1", true),
    ("inactive", false),
    ("false", false),
    ("no", false),
    ("disabled", false),
    ("n", false),
    ("0", false),
];

/// The day that a cell holds, if any.
///
/// # Errors
/// It has no certain reading.
pub fn date_of(cell: &Cell<'_>, field: Field, syntax: DateSyntax) -> Result<Option<(Date, Span)>, Fault> {
    let Some(value) = cell.value() else { return Ok(None) };
    match syntax.read(&value.text, value.is_number) {
        Ok(date) => Ok(Some((date, value.span))),
        Err(why) => {
            let message = format!("the {} {why}", field.label());
            // A text in the column of changes that is not a day may be the password, and never a word for nothing.
            let is_word = field != Field::PasswordChanged && !value.text.contains(|c: char| c.is_ascii_digit());
            let word = toml_string(&value.text);
            let remedy = if is_word {
                format!(
                    "Write the date as YYYY-MM-DD, or `blank = [{word}]` under `[values]` if it stands for no date."
                )
            } else {
                why.remedy()
            };
            Err(Fault::new(FaultKind::DateUnreadable, value.span, message).with_remedy(remedy))
        }
    }
}
