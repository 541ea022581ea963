//! The forms in which a workbook shows its numbers, as far as they change which number a reader sees.
//!
//! A number `4711` in the form `00000000` is shown as `00004711`: an employee's number, whose zeros belong to it. Forms
//! of money, of parts and of thousands leave the number what it is.

use super::archive::{Archive, unreadable};
use super::survey::{attribute, each_tag};
use crate::diagnostic::fault::Fault;

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    #[default]
    Plain,
    /// Filled up with zeros to so many digits.
    Zeros(u8),
    /// With letters or digits of the form's own in it, or not at all.
    Other,
}

/// The most digits of a number that keeps all of them.
const MOST_DIGITS: usize = 15;

/// The forms of the styles that cells refer to, in order.
///
/// # Errors
/// Where the part is not well-formed.
pub fn of_styles(archive: &mut Archive<'_>, path: &str) -> Result<Vec<Form>, Fault> {
    let mut codes: Vec<(String, Form)> = Vec::new();
    let mut forms = Vec::new();
    let mut is_of_cells = false;
    each_tag(archive, path, |tag| {
        match tag.local_name().as_ref() {
            "numFmt" if forms.is_empty() => {
                let (Some(id), Some(code)) = (attribute(tag, "numFmtId")?, attribute(tag, "formatCode")?) else {
                    return Ok(());
                };
                let code =
                    quick_xml::escape::unescape(&code).map_err(|_| unreadable("a form of numbers is malformed"))?;
                codes.push((id, of_code(&code)));
            }
            "cellXfs" => is_of_cells = true,
            "cellStyles" | "dxfs" | "extLst" => is_of_cells = false,
            "xf" if is_of_cells => {
                let id = attribute(tag, "numFmtId")?.unwrap_or_default();
                forms.push(codes.iter().find(|(known, _)| *known == id).map_or(Form::Plain, |(_, form)| *form));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(forms)
}

/// What a form's code makes of a number above zero: the first of its parts counts.
fn of_code(code: &str) -> Form {
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
                if characters.by_ref().take_while(|c| *c != '"').any(is_sign) {
                    return Form::Other;
                }
            }
            '\\' if characters.next().is_some_and(is_sign) => return Form::Other,
            // Days and times are not shown as numbers, and are read as what they are.
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Form::Plain,
            _ => is_only_zeros = false,
        }
    }
    match u8::try_from(zeros) {
        _ if is_empty => Form::Other,
        Ok(count) if is_only_zeros && (2..=MOST_DIGITS).contains(&zeros) => Form::Zeros(count),
        _ if is_only_zeros && zeros > MOST_DIGITS => Form::Other,
        _ => Form::Plain,
    }
}

/// True for what would belong to a name or a number: a unit or a currency does not.
fn is_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@' | '_' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_what_they_add() {
        for (code, form) in [
            ("00000000", Form::Zeros(8)),
            ("00;-00;0", Form::Zeros(2)),
            ("0", Form::Plain),
            ("General", Form::Plain),
            ("0.00", Form::Plain),
            ("#,##0", Form::Plain),
            ("#,##0.00 \"\u{20ac}\"", Form::Plain),
            ("_(* #,##0_);_(* (#,##0)", Form::Plain),
            ("@", Form::Plain),
            ("yyyy\\-mm\\-dd", Form::Plain),
            ("\"EMP\"0000", Form::Other),
            ("000\\-000", Form::Other),
            (";;;", Form::Other),
            ("", Form::Other),
            ("0000000000000000", Form::Other),
        ] {
            assert_eq!(of_code(code), form, "{code}");
        }
    }
}
