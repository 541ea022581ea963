//! How a site writes dates (`[dates]` in the config), and why a text or number is not a date.
//!
//! A text is read only if it has one reading. Numbers are read in the declared unit, and only if they fall within
//! the lives of real accounts: milliseconds taken for seconds are millennia off.

use std::fmt;

use super::{Date, is_digits};
use crate::diagnostic::words::words;

/// Whether a site writes the day or the month first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `DD/MM/YYYY`
    DayFirst,
    /// `MM/DD/YYYY`
    MonthFirst,
}

words!(DateOrder { DayFirst = "dmy", MonthFirst = "mdy" });

/// The unit of numbers that count from 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EpochUnit {
    #[default]
    Milliseconds,
    Seconds,
}

words!(EpochUnit { Milliseconds = "milliseconds", Seconds = "seconds" });

/// The day from which a spreadsheet counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialSystem {
    From1900,
    From1904,
}

words!(SerialSystem { From1900 = "1900", From1904 = "1904" });

/// How a site writes dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateSyntax {
    /// `None` if dates such as 03/04/2026 have no certain reading.
    pub order: Option<DateOrder>,
    /// Of numbers that count from 1970. `None` if those of documents are milliseconds, and those in texts no dates.
    pub epoch: Option<EpochUnit>,
    /// Of short numbers in texts; `None` if such a number is not a date.
    pub serials: Option<SerialSystem>,
}

/// The years in which an account can begin or end.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2199;

/// Why a text or number is not a date. Displayed, it goes on from "the activation date".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableDate {
    /// It has no form of a date; the unit in which it would be a day.
    Form(Option<(DateUnit, Date)>),
    /// It names a day that no calendar has; the order in which it would be one.
    NoSuchDay(Option<DateOrder>),
    /// Day or month may be first; the order, if only one fits.
    NoOrder(Option<DateOrder>),
    /// The declared unit puts it outside of [`YEARS`].
    Range(DateUnit, Option<(DateUnit, Date)>),
}

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateUnit {
    Epoch(EpochUnit),
    Serial(SerialSystem),
}

impl DateSyntax {
    /// Reads a cell. `is_number` tells a number of a document from text.
    ///
    /// # Errors
    /// The cell has no certain reading.
    pub fn read(&self, text: &str, is_number: bool) -> Result<Date, UnreadableDate> {
        if is_number {
            let number = text.parse().map_err(|_| UnreadableDate::Form(None))?;
            return in_unit(number, DateUnit::Epoch(self.epoch.unwrap_or_default()));
        }
        if let Some(serial) = serial(text) {
            return in_declared_unit(
                serial,
                self.serials.map(DateUnit::Serial),
                SerialSystem::ALL.map(DateUnit::Serial),
            );
        }
        if let Some(moment) = moment(text) {
            return in_declared_unit(moment, self.epoch.map(DateUnit::Epoch), EpochUnit::ALL.map(DateUnit::Epoch));
        }
        self.read_text(text)
    }

    fn read_text(&self, text: &str) -> Result<Date, UnreadableDate> {
        const FORM: UnreadableDate = UnreadableDate::Form(None);
        let (day, time) = text.split_at_checked(10).ok_or(FORM)?;
        let shift = if time.is_empty() { 0 } else { days_to_utc(time).ok_or(FORM)? };
        let date = match *day.as_bytes() {
            [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] | [y1, y2, y3, y4, b'/', m1, m2, b'/', d1, d2] => {
                let parts: [&[u8]; 3] = [&[y1, y2, y3, y4], &[m1, m2], &[d1, d2]];
                if !parts.iter().all(|part| is_digits(part)) {
                    return Err(FORM);
                }
                Date::from_digits(parts[0], parts[1], parts[2]).ok_or(UnreadableDate::NoSuchDay(None))
            }
            [a1, a2, first, b1, b2, second, y1, y2, y3, y4]
                if first == second && matches!(first, b'/' | b'.' | b'-') =>
            {
                self.in_order(&[a1, a2], &[b1, b2], &[y1, y2, y3, y4])
            }
            _ => Err(FORM),
        }?;
        if shift == 0 { Ok(date) } else { date.plus_days(shift).ok_or(FORM) }
    }

    /// Day and month in the declared order.
    fn in_order(&self, a: &[u8], b: &[u8], year: &[u8]) -> Result<Date, UnreadableDate> {
        if ![a, b, year].into_iter().all(is_digits) {
            return Err(UnreadableDate::Form(None));
        }
        let read = |order| match order {
            DateOrder::DayFirst => Date::from_digits(year, b, a),
            DateOrder::MonthFirst => Date::from_digits(year, a, b),
        };
        let fitting: Vec<_> = DateOrder::ALL.into_iter().filter(|order| read(*order).is_some()).collect();
        match (self.order, fitting.as_slice()) {
            (_, []) => Err(UnreadableDate::NoSuchDay(None)),
            (Some(order), fitting) => read(order).ok_or(UnreadableDate::NoSuchDay(fitting.first().copied())),
            (None, [only]) => Err(UnreadableDate::NoOrder(Some(*only))),
            (None, _) => Err(UnreadableDate::NoOrder(None)),
        }
    }
}

/// The number of a spreadsheet's day: five or six digits, without its time of day.
fn serial(text: &str) -> Option<i64> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_serial = (4..=6).contains(&days.len()) && is_digits(days.as_bytes()) && is_digits(fraction.as_bytes());
    days.parse().ok().filter(|_| is_serial && !fraction.is_empty())
}

/// The number of a moment since 1970, which has more digits than any other form of a date.
fn moment(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.len() > 8 && is_digits(text.as_bytes()))
}

/// The day of a number in a text, which is one only in the unit that the site declared. `units` are those it may declare.
fn in_declared_unit(number: i64, declared: Option<DateUnit>, units: [DateUnit; 2]) -> Result<Date, UnreadableDate> {
    let would_be = || units.into_iter().find_map(|unit| Some((unit, unit.day(number)?)));
    declared.map_or_else(|| Err(UnreadableDate::Form(would_be())), |unit| in_unit(number, unit))
}

fn in_unit(number: i64, unit: DateUnit) -> Result<Date, UnreadableDate> {
    let other = match unit {
        DateUnit::Epoch(EpochUnit::Milliseconds) => DateUnit::Epoch(EpochUnit::Seconds),
        DateUnit::Epoch(EpochUnit::Seconds) => DateUnit::Epoch(EpochUnit::Milliseconds),
        DateUnit::Serial(SerialSystem::From1900) => DateUnit::Serial(SerialSystem::From1904),
        DateUnit::Serial(SerialSystem::From1904) => DateUnit::Serial(SerialSystem::From1900),
    };
    let in_other = || other.day(number).map(|day| (other, day));
    unit.day(number).ok_or_else(|| UnreadableDate::Range(unit, in_other()))
}

impl DateUnit {
    /// The day of a number, if an account can begin or end on it.
    fn day(self, number: i64) -> Option<Date> {
        let day = match self {
            Self::Epoch(EpochUnit::Milliseconds) => Date::from_epoch_milliseconds(number),
            Self::Epoch(EpochUnit::Seconds) => Date::from_epoch_milliseconds(number.checked_mul(1000)?),
            Self::Serial(system) => {
                // Spreadsheets that count from 1900 take it for a leap year; days before March 1900 are out of range.
                let epoch = match system {
                    SerialSystem::From1900 => Date::parse("1899-12-30", None)?,
                    SerialSystem::From1904 => Date::parse("1904-01-01", None)?,
                };
                epoch.plus_days(i32::try_from(number).ok()?)
            }
        };
        day.filter(|day| YEARS.contains(&day.parts().0))
    }

    fn line_of_config(self) -> String {
        match self {
            Self::Epoch(unit) => format!("epoch = \"{}\"", unit.word()),
            Self::Serial(system) => format!("serials = \"{}\"", system.word()),
        }
    }
}

impl fmt::Display for DateUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch(unit) => write!(f, "{} since 1970", unit.word()),
            Self::Serial(system) => write!(f, "a spreadsheet's day since {}", system.word()),
        }
    }
}

/// By how many days a time of day moves its day to be one in UTC; `None` if `time` is not a time.
fn days_to_utc(time: &str) -> Option<i32> {
    let rest = time.strip_prefix(['T', 't', ' '])?;
    let (minutes, mut rest) = clock(rest)?;
    if let Some(seconds) = rest.strip_prefix(':') {
        rest = two_digits(seconds, 60)?.1;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            rest = (digits > 0).then(|| &fraction[digits..])?;
        }
    }
    let offset = match rest.as_bytes() {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let (offset, end) = clock(&rest[1..])?;
            if !end.is_empty() {
                return None;
            }
            if *sign == b'+' { offset } else { -offset }
        }
        _ if is_half_of_day(rest) && (60..=779).contains(&minutes) => 0,
        _ => return None,
    };
    Some((minutes - offset).div_euclid(24 * 60))
}

/// `AM` or `PM` after the time. It does not change the day.
fn is_half_of_day(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    text.eq_ignore_ascii_case("am") || text.eq_ignore_ascii_case("pm")
}

/// `HH:MM` in minutes, and what follows.
fn clock(text: &str) -> Option<(i32, &str)> {
    let (hours, rest) = two_digits(text, 23)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':')?, 59)?;
    Some((hours * 60 + minutes, rest))
}

fn two_digits(text: &str, most: i32) -> Option<(i32, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let number = digits.parse().ok().filter(|number| is_digits(digits.as_bytes()) && *number <= most)?;
    Some((number, rest))
}

impl UnreadableDate {
    /// What to do about a cell that holds `text`, as sentences.
    pub fn remedy(&self) -> String {
        let config = |line: &str| format!("add `{line}` under `[dates]` in the config");
        match self {
            Self::Form(None) => "Write the date as YYYY-MM-DD.".to_owned(),
            Self::Form(Some((unit, day))) => {
                format!("Write the date as YYYY-MM-DD, or {} if this is {day}.", config(&unit.line_of_config()))
            }
            Self::NoSuchDay(None) => "Correct the date.".to_owned(),
            Self::NoSuchDay(Some(order)) => format!(
                "Correct the date, or the order if all dates are written so: `order = \"{}\"` under `[dates]` in the config.",
                order.word()
            ),
            Self::NoOrder(Some(order)) => {
                format!("Write the date as YYYY-MM-DD, or {}.", config(&format!("order = \"{}\"", order.word())))
            }
            Self::NoOrder(None) => {
                format!(
                    "Write the date as YYYY-MM-DD, or {}.",
                    config("order = \"dmy\"` (day first) or `order = \"mdy\"")
                )
            }
            Self::Range(_, Some((other, day))) => {
                format!("If the numbers are {other}, {}: this one would be {day}.", config(&other.line_of_config()))
            }
            Self::Range(_, None) => "Write the date as YYYY-MM-DD.".to_owned(),
        }
    }
}

impl fmt::Display for UnreadableDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(None) => f.write_str("is not a date"),
            Self::Form(Some(_)) => f.write_str("is a number, and the config does not say that numbers are dates"),
            Self::NoSuchDay(None) => f.write_str("is a day that does not exist"),
            Self::NoSuchDay(Some(order)) => write!(
                f,
                "is a day that does not exist, with the {} first",
                if *order == DateOrder::DayFirst { "month" } else { "day" }
            ),
            Self::NoOrder(_) => f.write_str("may begin with the day or with the month"),
            Self::Range(unit, _) => write!(f, "is before 1990 or after 2199 as {unit}"),
        }
    }
}

#[cfg(test)]
mod tests;
