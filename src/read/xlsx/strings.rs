//! Texts of a workbook: plain, or in runs of several formats; phonetic readings beside a text are not part of it.

use super::archive::{WorkbookArchive, unreadable};
use super::xml::{XmlElement, XmlEvent, XmlReader};
use crate::diagnostic::fault::Fault;

/// The most bytes that the table of texts unpacks to: it is held in memory.
const MAX_BYTES: u64 = 96 << 20;

/// An element around or within a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPlace {
    /// `si` or `is`.
    Item,
    /// `r`.
    Run,
    /// `t`.
    Text,
    /// What does not show as text of the cell.
    Skipped,
}

impl TextPlace {
    /// The place of an element within this one.
    ///
    /// # Errors
    /// Where the element is not understood, and so may hold text.
    pub fn open(self, element: &XmlElement<'_>) -> Result<Self, Fault> {
        match (self, element.spreadsheet_name()) {
            (Self::Item | Self::Run, Some("t")) => Ok(Self::Text),
            (Self::Item, Some("r")) => Ok(Self::Run),
            (Self::Item, Some("rPh" | "phoneticPr")) | (Self::Run, Some("rPr")) | (Self::Skipped, _) => {
                Ok(Self::Skipped)
            }
            _ => Err(not_understood()),
        }
    }

    /// Takes a text in this place.
    ///
    /// # Errors
    /// Where there should be none.
    pub fn take(self, text: &str, out: &mut String) -> Result<(), Fault> {
        match self {
            Self::Text => out.push_str(text),
            Self::Skipped => {}
            Self::Item | Self::Run if text.trim_ascii().is_empty() => {}
            Self::Item | Self::Run => return Err(not_understood()),
        }
        Ok(())
    }
}

/// The fault of an element or a text in a place where the format has none.
pub fn not_understood() -> Fault {
    unreadable("it has an element or a text that is not understood and could be part of a cell")
}

/// The table of texts at `path`, in order.
///
/// # Errors
/// Where the part is not one, or holds what is not understood.
pub fn shared_strings(archive: &mut WorkbookArchive<'_>, path: &str) -> Result<Vec<String>, Fault> {
    if archive.size(path) > MAX_BYTES {
        return Err(unreadable(format!("the texts of the workbook are larger than {} MiB", MAX_BYTES >> 20)));
    }
    let mut reader = XmlReader::new(archive.part(path)?);
    let mut strings = Vec::new();
    // Where each open element is; none for the table itself.
    let mut open: Vec<Option<TextPlace>> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.next()? {
            XmlEvent::Start(element) => open.push(match (open.last(), element.spreadsheet_name()) {
                (None, Some("sst")) => None,
                (Some(None), Some("si")) => Some(TextPlace::Item),
                (Some(None), Some("extLst")) => Some(TextPlace::Skipped),
                (Some(Some(place)), _) => Some(place.open(&element)?),
                _ => return Err(not_understood()),
            }),
            XmlEvent::End => {
                if open.pop() == Some(Some(TextPlace::Item)) {
                    strings.push(decoded(&std::mem::take(&mut text)));
                }
            }
            XmlEvent::Text(piece, _) => match open.last() {
                Some(Some(place)) => place.take(&piece, &mut text)?,
                _ if piece.trim_ascii().is_empty() => {}
                _ => return Err(not_understood()),
            },
            XmlEvent::Aside => {}
            XmlEvent::Eof => return Ok(strings),
        }
    }
}

/// A text with its `_x000D_` decoded: that is how the product writes characters that XML does not allow.
pub fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let digits = rest.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit =
            digits.filter(|_| rest[at + 6..].starts_with('_')).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        if at > 0 || unit.is_none() {
            flush(&mut units, &mut out);
        }
        out.push_str(&rest[..at]);
        match unit {
            Some(unit) => units.push(unit),
            None => out.push_str("_x"),
        }
        rest = &rest[at + if unit.is_some() { 7 } else { 2 }..];
    }
    flush(&mut units, &mut out);
    out.push_str(rest);
    out
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.push_str(&String::from_utf16_lossy(units));
    units.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once() {
        for (text, expected) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("snake_x_case", "snake_x_case"),
            ("_xD83D__xDE00_!", "😀!"),
            ("_x00", "_x00"),
            ("_xé000_", "_xé000_"),
            ("ab_x0041_", "abA"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
