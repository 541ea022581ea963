//! What a cell of a workbook says, as text: the same text that a user would type into a CSV.
//!
//! A cell that does not hold its value for certain says so instead: a formula shows what was worked out
//! elsewhere, an error shows nothing, a long number has lost its last digits.

use calamine::{DataRef, ExcelDateTime};

use super::form::Form;
use crate::record::date::Date;

/// A cell as it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Its text.
    Text(String),
    /// Why its text is not certain, as the end of "the cell …".
    Unverifiable(&'static str),
}

/// From this number on a workbook has no place for every digit.
const ROUNDED: f64 = 1e15;

/// Days from the origin of a workbook's days to that of the computer's, by the two ways of counting.
const DAYS_SINCE_1900: i64 = 25_569;
const DAYS_SINCE_1904: i64 = 24_107;

/// The day 29 February 1900, which the product counts and which never was.
const NO_DAY: i64 = 60;

/// The text of a cell; nothing where it is blank.
#[must_use]
pub fn shown(value: &DataRef<'_>, has_formula: bool, is_1904: bool, form: Form) -> Option<Shown> {
    if has_formula {
        return Some(Shown::Unverifiable("holds a formula"));
    }
    let text = |text: &str| (!text.trim_ascii().is_empty()).then(|| Shown::Text(text.to_owned()));
    match value {
        DataRef::Empty => None,
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(is_true) => text(if *is_true { "true" } else { "false" }),
        DataRef::Int(number) => Some(formed(Shown::Text(number.to_string()), form)),
        DataRef::Float(number) => Some(formed(of_number(*number), form)),
        DataRef::DateTime(day) => Some(of_day(day, is_1904)),
        DataRef::DateTimeIso(moment) => text(of_moment(moment)),
        DataRef::DurationIso(_) => Some(Shown::Unverifiable("holds a length of time")),
        DataRef::Error(_) => Some(Shown::Unverifiable("holds an error")),
    }
}

fn of_number(number: f64) -> Shown {
    if !number.is_finite() || number.abs() >= ROUNDED {
        return Shown::Unverifiable("holds a number of more than 15 digits, and the workbook keeps no more than 15");
    }
    // The shortest text that reads as the same number: a whole one has no point.
    Shown::Text(number.to_string())
}

/// A number in the form that a reader of the workbook sees.
fn formed(number: Shown, form: Form) -> Shown {
    let Shown::Text(text) = number else { return number };
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
    match form {
        Form::Plain => Shown::Text(text),
        Form::Zeros(digits) if is_whole => Shown::Text(format!("{text:0>width$}", width = usize::from(digits))),
        Form::Zeros(_) | Form::Other => Shown::Unverifiable("holds a number that its format shows as another text"),
    }
}

fn of_day(day: &ExcelDateTime, is_1904: bool) -> Shown {
    const MILLISECONDS_A_DAY: i64 = 86_400_000;
    if day.is_duration() {
        return Shown::Unverifiable("holds a length of time");
    }
    let serial = day.as_f64();
    // Five digits reach beyond the year 2100, seven beyond 9999.
    if !(0.0..3_000_000.0).contains(&serial) {
        return Shown::Unverifiable("holds a day that no calendar has");
    }
    #[expect(clippy::cast_possible_truncation, reason = "small and not negative: only the time of day goes")]
    let serial = serial.trunc() as i64;
    let since_1970 = match (is_1904, serial) {
        (true, _) => Some(serial - DAYS_SINCE_1904),
        (false, 0 | NO_DAY) => None,
        (false, 1..NO_DAY) => Some(serial - DAYS_SINCE_1900 + 1),
        (false, _) => Some(serial - DAYS_SINCE_1900),
    };
    let date = since_1970.and_then(|days| Date::from_epoch_milliseconds(days * MILLISECONDS_A_DAY));
    date.map_or(Shown::Unverifiable("holds a day that no calendar has"), |date| Shown::Text(date.to_string()))
}

/// The day of a moment that is written out, where it is one.
fn of_moment(moment: &str) -> &str {
    match moment.split_once('T') {
        Some((day, _)) if Date::parse(day, None).is_some() => day,
        _ => moment,
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn day(serial: f64, is_1904: bool) -> Shown {
        of_day(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904), is_1904)
    }

    #[test]
    fn days_are_counted_in_both_ways() {
        let text = |text: &str| Shown::Text(text.to_owned());
        for (serial, is_1904, expected) in [
            (46_347.0, false, "2026-11-21"),
            (46_347.75, false, "2026-11-21"),
            (44_885.0, true, "2026-11-21"),
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (0.0, true, "1904-01-01"),
        ] {
            assert_eq!(day(serial, is_1904), text(expected), "{serial} {is_1904}");
        }
        for never in [0.0, 60.0, -1.0, 1e9, f64::NAN] {
            assert!(matches!(day(never, false), Shown::Unverifiable(_)), "{never}");
        }
    }

    #[test]
    fn zeros_of_a_form_belong_to_the_number() {
        let text = |text: &str| Shown::Text(text.to_owned());
        assert_eq!(formed(of_number(4711.0), Form::Zeros(8)), text("00004711"));
        assert_eq!(formed(of_number(4711.0), Form::Zeros(2)), text("4711"));
        for odd in [formed(of_number(0.5), Form::Zeros(8)), formed(of_number(1.0), Form::Other)] {
            assert!(matches!(odd, Shown::Unverifiable(_)), "{odd:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(of_number(4711.0), Shown::Text("4711".to_owned()));
        assert_eq!(of_number(999_999_999_999_999.0), Shown::Text("999999999999999".to_owned()));
        assert_eq!(of_number(0.5), Shown::Text("0.5".to_owned()));
        assert!(matches!(of_number(12_345_678_901_234_567.0), Shown::Unverifiable(_)));
    }
}
