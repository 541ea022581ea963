//! Calendar days. There is no time of day and no clock here; `date/syntax.rs` reads what inputs write.

pub(crate) mod syntax;

use std::fmt;

use jiff::civil;

pub use syntax::{DateOrder, DateSyntax};

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

impl Date {
    /// The day of `YYYY-MM-DD`, or of another form that has one reading and no time of day; [`DateSyntax`] reads cells.
    pub fn parse(text: &str, order: Option<DateOrder>) -> Option<Self> {
        let syntax = DateSyntax { order, ..DateSyntax::default() };
        syntax.read(text, false).ok().filter(|_| text.len() == "YYYY-MM-DD".len())
    }

    /// The day of `YYYY-MM-DD`, as files of the site write it.
    pub fn from_iso(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
        Self::from_digits(&[y1, y2, y3, y4], &[m1, m2], &[d1, d2])
    }

    /// The UTC day of a moment in milliseconds since the epoch.
    pub fn from_epoch_milliseconds(milliseconds: i64) -> Option<Self> {
        let days = milliseconds.div_euclid(MILLISECONDS_PER_DAY);
        let days = jiff::Span::new().try_days(days).ok()?;
        civil::date(1970, 1, 1).checked_add(days).ok().map(Self)
    }

    /// Year, month, day.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The same day of a later month, or that month's last day; `None` past the year 9999.
    pub fn plus_months(self, months: i32) -> Option<Self> {
        let months = jiff::Span::new().try_months(months).ok()?;
        self.0.checked_add(months).ok().map(Self)
    }

    /// `None` past the year 9999.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let days = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(days).ok().map(Self)
    }

    /// Negative if it is before `earlier`.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.number() - earlier.number()
    }

    /// The first day of its billing period of `months` calendar months; `months` divides 12.
    pub fn start_of(self, months: i8) -> Self {
        let month = (self.0.month() - 1) / months * months + 1;
        Self(civil::date(self.0.year(), month, 1))
    }

    /// Days since the epoch.
    fn number(self) -> i32 {
        let span = civil::date(1970, 1, 1).until(self.0).expect("internal error: two days have a distance");
        span.get_days()
    }

    fn from_digits(year: &[u8], month: &[u8], day: &[u8]) -> Option<Self> {
        let (month, day) = (number(month)?, number(day)?);
        civil::Date::new(number(year)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Self)
    }
}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |value: i16, digit| match digit {
        b'0'..=b'9' => Some(value * 10 + i16::from(digit - b'0')),
        _ => None,
    })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fast::days::DaysUntil;

    #[test]
    fn only_certain_dates_are_read() {
        let read = |text| Date::parse(text, None).map(|date| date.to_string());
        assert_eq!(read("2026-11-21").as_deref(), Some("2026-11-21"));
        assert_eq!(read("2024/02/29").as_deref(), Some("2024-02-29"));
        for text in [
            "2023-02-29",
            "21/11/2026",
            "2026-13-01",
            "2026-1-1",
            "26-11-21",
            "٢٠٢٦-١١-٢١",
            "46000",
            "2026-11/21",
            "2026-11-21T",
            "2026-11-21T00:00:00Z",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_site_says_the_order() {
        let read = |order| Date::parse("03/04/2026", Some(order)).map(|date| date.to_string());
        assert_eq!(read(DateOrder::DayFirst).as_deref(), Some("2026-04-03"));
        assert_eq!(read(DateOrder::MonthFirst).as_deref(), Some("2026-03-04"));
        assert_eq!(Date::parse("13/13/2026", Some(DateOrder::DayFirst)), None);
    }

    #[test]
    fn months_end_on_days_that_exist() {
        let day = |text| Date::parse(text, None).expect("a date");
        let later = |text, months| day(text).plus_months(months).map(|date| date.to_string());
        assert_eq!(later("2026-11-21", 12).as_deref(), Some("2027-11-21"));
        assert_eq!(later("2028-02-29", 12).as_deref(), Some("2029-02-28"));
        assert_eq!(later("2026-01-31", 1).as_deref(), Some("2026-02-28"));
        assert_eq!(later("9999-12-31", 1), None);
        assert_eq!(day("2028-03-01").days_since(day("2028-02-28")), 2);
        assert_eq!(day("2026-01-01").days_since(day("2026-01-02")), -1);
        assert_eq!(day("2028-02-28").plus_days(1), Some(day("2028-02-29")));
        let start = |months| day("2026-11-21").start_of(months).to_string();
        assert_eq!([start(1), start(3), start(12)], ["2026-11-01", "2026-10-01", "2026-01-01"]);
    }

    proptest! {
        #[test]
        fn days_that_have_come_are_told_as_dates_are_read(text in "[0-2]?[0-9]{3}[-/][0-3][0-9][-/0:][0-3][0-9a]?|\\PC{10}") {
            let last = Date::parse("2026-11-21", None).expect("a date");
            let days = DaysUntil::new(&last.to_string()).expect("ten bytes");
            let date = Date::parse(&text, None);
            for text in [text.clone(), format!("\"{text}\"")] {
                if days.hold(text.as_bytes()) {
                    prop_assert!(date.is_some_and(|date| date <= last), "{}", text);
                }
            }
            if let Some(date) = date.filter(|date| date.parts().2 <= 28 && text.contains('-')) {
                prop_assert_eq!(days.hold(text.as_bytes()), date <= last, "{}", text);
            }
        }
    }

    #[test]
    fn milliseconds_are_utc_days() {
        let day = |ms| Date::from_epoch_milliseconds(ms).map(|date| date.to_string());
        assert_eq!(day(0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(-1).as_deref(), Some("1969-12-31"));
        assert_eq!(day(1_594_000_000_000).as_deref(), Some("2020-07-06"));
        assert_eq!(day(i64::MAX), None);
    }
}
