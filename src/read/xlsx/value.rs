//! What a cell of a workbook says, as text: the same text that a user would type into a CSV.
//!
//! A cell that does not hold its value for certain says so instead: a formula shows what was worked out
//! elsewhere, an error shows nothing, a long number has lost its last digits.

use std::borrow::Cow;

use super::archive::unreadable;
use super::number_format::NumberFormat;
use super::package::WorkbookPackage;
use super::strings::decoded;
use crate::diagnostic::fault::Fault;
use crate::record::date::Date;

/// A cell as it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellText<'p> {
    Text(Cow<'p, str>),
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

/// A cell as its sheet writes it.
#[derive(Debug, Default)]
pub struct RawCell {
    pub kind: CellKind,
    /// What is in its value, or in its own text.
    pub text: String,
    pub has_formula: bool,
    pub style: StyleNumber,
}

impl RawCell {
    /// Begins a cell with nothing in it yet.
    pub fn begin(&mut self, kind: CellKind, style: StyleNumber) {
        self.kind = kind;
        self.text.clear();
        self.has_formula = false;
        self.style = style;
    }
}

/// The number of a style, 0 if the cell has none. What is not a number is one that no workbook has.
#[derive(Clone, Copy, Debug, Default)]
pub struct StyleNumber(u32);

impl StyleNumber {
    /// As a sheet writes it; a cell without one has the first.
    pub fn parse(style: Option<&str>) -> Self {
        style.map_or_else(Self::default, |style| Self(style.parse().unwrap_or(u32::MAX)))
    }
}

/// What the text of a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    #[default]
    Number,
    /// The index of a shared string.
    SharedString,
    /// A text in the cell's value.
    Text,
    /// A text in runs, in the cell itself.
    InlineText,
    Boolean,
    Error,
    /// A day or moment that is written out.
    IsoDate,
}

impl CellKind {
    /// By the attribute `t`; `None` if the format knows no such kind.
    pub fn parse(word: Option<&str>) -> Option<Self> {
        Some(match word {
            None | Some("n") => Self::Number,
            Some("s") => Self::SharedString,
            Some("str") => Self::Text,
            Some("inlineStr") => Self::InlineText,
            Some("b") => Self::Boolean,
            Some("e") => Self::Error,
            Some("d") => Self::IsoDate,
            Some(_) => return None,
        })
    }
}

/// The text of a cell; `None` if it is blank.
///
/// # Errors
/// Where its value is not one of its kind.
pub fn cell_text<'p>(cell: &RawCell, package: &'p WorkbookPackage) -> Result<Option<CellText<'p>>, Fault> {
    if cell.has_formula {
        return Ok(Some(CellText::Unverifiable("holds a formula")));
    }
    let text = |text: Cow<'p, str>| (!text.trim_ascii().is_empty()).then_some(CellText::Text(text));
    let raw = cell.text.trim_ascii();
    if raw.is_empty() {
        return Ok(None);
    }
    Ok(match cell.kind {
        CellKind::Text | CellKind::InlineText => text(decoded(&cell.text).into()),
        CellKind::SharedString => {
            let shared = raw.parse().ok().and_then(|index: usize| package.strings.get(index));
            let shared = shared.ok_or_else(|| unreadable("a cell refers to a shared string that does not exist"))?;
            text(shared.into())
        }
        CellKind::Boolean => match raw {
            "1" | "true" => text("true".into()),
            "0" | "false" => text("false".into()),
            _ => return Err(not_plain()),
        },
        CellKind::Error => Some(CellText::Unverifiable("holds an error")),
        CellKind::IsoDate if raw.starts_with(['P', '-']) => Some(CellText::Unverifiable("holds a length of time")),
        CellKind::IsoDate => text(of_moment(raw).to_owned().into()),
        CellKind::Number => {
            let is_plain = raw.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            let number: f64 = raw.parse().ok().filter(|_| is_plain).ok_or_else(not_plain)?;
            Some(match format_of(cell.style, &package.formats) {
                Some(NumberFormat::Date) => of_day(number, package.is_1904),
                Some(NumberFormat::Duration) => CellText::Unverifiable("holds a length of time"),
                Some(format) => formatted(of_number(number), format),
                None => CellText::Unverifiable("has a style that the workbook does not define"),
            })
        }
    })
}

/// The format of a style; a workbook without styles shows every number as it is.
fn format_of(StyleNumber(style): StyleNumber, formats: &[NumberFormat]) -> Option<NumberFormat> {
    let style = style as usize;
    if formats.is_empty() && style == 0 { Some(NumberFormat::Plain) } else { formats.get(style).copied() }
}

/// The fault of a value that is not written as values of its kind are.
pub fn not_plain() -> Fault {
    unreadable("the value of a cell is not plain text")
}

fn of_number(number: f64) -> CellText<'static> {
    if !number.is_finite() || number.abs() >= ROUNDED {
        return CellText::Unverifiable("holds a number of more than 15 digits, and the workbook keeps no more than 15");
    }
    // The shortest text that reads as the same number: a whole one has no point.
    CellText::Text(number.to_string().into())
}

/// A number in the form that a reader of the workbook sees.
fn formatted(number: CellText<'_>, format: NumberFormat) -> CellText<'_> {
    let CellText::Text(text) = number else { return number };
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
    match format {
        NumberFormat::Plain => CellText::Text(text),
        NumberFormat::Zeros(digits) if is_whole => {
            CellText::Text(format!("{text:0>width$}", width = usize::from(digits)).into())
        }
        NumberFormat::Zeros(_) | NumberFormat::Other | NumberFormat::Date | NumberFormat::Duration => {
            CellText::Unverifiable("holds a number that its format shows as another text")
        }
    }
}

fn of_day(serial: f64, is_1904: bool) -> CellText<'static> {
    const MILLISECONDS_PER_DAY: i64 = 86_400_000;
    // Five digits reach beyond the year 2100, seven beyond 9999.
    if !(0.0..3_000_000.0).contains(&serial) {
        return CellText::Unverifiable("holds a day that no calendar has");
    }
    #[expect(clippy::cast_possible_truncation, reason = "small and not negative: only the time of day goes")]
    let serial = serial.trunc() as i64;
    let since_1970 = match (is_1904, serial) {
        (true, _) => Some(serial - DAYS_SINCE_1904),
        (false, 0 | NO_DAY) => None,
        (false, 1..NO_DAY) => Some(serial - DAYS_SINCE_1900 + 1),
        (false, _) => Some(serial - DAYS_SINCE_1900),
    };
    let date = since_1970.and_then(|days| Date::from_epoch_milliseconds(days * MILLISECONDS_PER_DAY));
    date.map_or(CellText::Unverifiable("holds a day that no calendar has"), |date| {
        CellText::Text(date.to_string().into())
    })
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
    use super::*;

    fn day(serial: f64, is_1904: bool) -> CellText<'static> {
        of_day(serial, is_1904)
    }

    #[test]
    fn days_are_counted_in_both_ways() {
        let text = |text: &str| CellText::Text(text.to_owned().into());
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
            assert!(matches!(day(never, false), CellText::Unverifiable(_)), "{never}");
        }
    }

    #[test]
    fn zeros_of_a_form_belong_to_the_number() {
        let text = |text: &str| CellText::Text(text.to_owned().into());
        assert_eq!(formatted(of_number(4711.0), NumberFormat::Zeros(8)), text("00004711"));
        assert_eq!(formatted(of_number(4711.0), NumberFormat::Zeros(2)), text("4711"));
        for odd in [formatted(of_number(0.5), NumberFormat::Zeros(8)), formatted(of_number(1.0), NumberFormat::Other)] {
            assert!(matches!(odd, CellText::Unverifiable(_)), "{odd:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(of_number(4711.0), CellText::Text("4711".into()));
        assert_eq!(of_number(999_999_999_999_999.0), CellText::Text("999999999999999".into()));
        assert_eq!(of_number(0.5), CellText::Text("0.5".into()));
        assert!(matches!(of_number(12_345_678_901_234_567.0), CellText::Unverifiable(_)));
    }
}
