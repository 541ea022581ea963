//! The formats in which a workbook shows its numbers, as far as they change what a reader sees.
//!
//! A number `4711` in the format `00000000` is shown as `00004711`: an employee's number, whose zeros belong to it.
//! `46347` is a day if its format shows days. Formats of money, of parts and of thousands leave the number what it is.

use super::archive::WorkbookArchive;
use super::xml::{Vocabulary, each_element};
use crate::diagnostic::fault::Fault;

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberFormat {
    /// As it is.
    #[default]
    Plain,
    /// Filled up with zeros to so many digits.
    Zeros(u8),
    /// As a day, or a time of day.
    Date,
    /// As a length of time.
    Duration,
    /// With letters or digits of the format's own in it, or not at all.
    Other,
}

/// The most digits of a number that keeps all of them.
const MAX_DIGITS: usize = 15;

/// The formats of the styles that cells refer to, in order.
///
/// # Errors
/// Where the part is not well-formed.
pub fn number_formats(archive: &mut WorkbookArchive<'_>, path: &str) -> Result<Vec<NumberFormat>, Fault> {
    let mut codes: Vec<(String, NumberFormat)> = Vec::new();
    let mut styles: Vec<String> = Vec::new();
    each_element(archive, path, Vocabulary::Spreadsheet, |parent, element| {
        match (parent, element.name()) {
            ("numFmts", "numFmt") => {
                if let (Some(id), Some(code)) = (element.attribute("numFmtId")?, element.attribute("formatCode")?) {
                    codes.push((id.into_owned(), NumberFormat::parse(&code)));
                }
            }
            ("cellXfs", "xf") => styles.push(element.attribute("numFmtId")?.unwrap_or_default().into_owned()),
            _ => {}
        }
        Ok(())
    })?;
    let format = |id: &String| {
        let own = codes.iter().find(|(known, _)| known == id).map(|(_, format)| *format);
        own.unwrap_or_else(|| NumberFormat::built_in(id))
    };
    Ok(styles.iter().map(format).collect())
}

impl NumberFormat {
    /// A format that the product knows by its number.
    fn built_in(id: &str) -> Self {
        match id.parse::<u32>() {
            // From 27 on those of East Asian languages.
            Ok(14..=22 | 27..=36 | 45 | 47 | 50..=58) => Self::Date,
            Ok(46) => Self::Duration,
            _ => Self::Plain,
        }
    }

    /// What a format's code makes of a number above zero: the first of its parts counts.
    fn parse(code: &str) -> Self {
        let mut zeros = 0;
        let mut is_only_zeros = true;
        let mut characters = code.chars().take_while(|c| *c != ';');
        let mut is_empty = true;
        while let Some(c) = characters.next() {
            is_empty = false;
            match c {
                '0' => zeros += 1,
                '"' => {
                    is_only_zeros = false;
                    // A `;` in quotes ends the part too early: what follows cannot make it plain again.
                    if characters.by_ref().take_while(|c| *c != '"').any(is_sign) && !has_day(code) {
                        return Self::Other;
                    }
                }
                '\\' if characters.next().is_some_and(is_sign) && !has_day(code) => return Self::Other,
                // A space as wide as the next character, or the next character as often as it fits.
                '_' | '*' => {
                    is_only_zeros = false;
                    characters.next();
                }
                '[' => {
                    is_only_zeros = false;
                    // Colours, languages and conditions; hours, minutes or seconds that do not begin again.
                    let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    let inside = inside.to_ascii_lowercase();
                    if !inside.is_empty() && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty()) {
                        return Self::Duration;
                    }
                }
                'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Self::Date,
                _ => is_only_zeros = false,
            }
        }
        match u8::try_from(zeros) {
            _ if is_empty => Self::Other,
            Ok(count) if is_only_zeros && (2..=MAX_DIGITS).contains(&zeros) => Self::Zeros(count),
            _ if is_only_zeros && zeros > MAX_DIGITS => Self::Other,
            _ => Self::Plain,
        }
    }
}

/// True if letters of days or times are in the first part of a code, outside of quotes and brackets.
fn has_day(code: &str) -> bool {
    let mut is_quoted = false;
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '\\' | '_' | '*' => _ = characters.next(),
            '[' => _ = characters.by_ref().find(|c| *c == ']'),
            ';' => return false,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// True for what would belong to a name or a number: a unit or a currency does not.
fn is_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@' | '_' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_by_what_they_add() {
        for (code, form) in [
            ("00000000", NumberFormat::Zeros(8)),
            ("00;-00;0", NumberFormat::Zeros(2)),
            ("0", NumberFormat::Plain),
            ("General", NumberFormat::Plain),
            ("0.00", NumberFormat::Plain),
            ("#,##0", NumberFormat::Plain),
            ("#,##0.00 \"\u{20ac}\"", NumberFormat::Plain),
            ("_(* #,##0_);_(* (#,##0)", NumberFormat::Plain),
            ("@", NumberFormat::Plain),
            ("yyyy\\-mm\\-dd", NumberFormat::Date),
            ("\"on \"d mmm", NumberFormat::Date),
            ("[$-409]d\\-mmm;@", NumberFormat::Date),
            ("[h]:mm", NumberFormat::Duration),
            ("[Red]0.00", NumberFormat::Plain),
            ("\"EMP\"0000", NumberFormat::Other),
            ("000\\-000", NumberFormat::Other),
            (";;;", NumberFormat::Other),
            ("", NumberFormat::Other),
            ("0000000000000000", NumberFormat::Other),
        ] {
            assert_eq!(NumberFormat::parse(code), form, "{code}");
        }
    }
}
