//! Rows of a table that are not accounts: blank ones, totals, footers, titles, the headers of another table.
//!
//! Such a row is never judged as an account and never passed over in silence. A footer that counts more accounts than
//! were read shows that the list was cut off. None of its text is shown, only its number.

use super::columns::{ColumnMap, is_header_row};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;

/// Cells a footer or a row of totals may fill.
const MOST_FILLED: usize = 3;

/// A table of fewer columns can have accounts with a single filled cell.
const FEWEST_COLUMNS: usize = 4;

/// Bytes of a title; what is shorter can be a mark.
const SHORTEST_TITLE: usize = 4;

/// First words of footers and totals.
const FOOTERS: &[&str] = &[
    "count",
    "displaying",
    "end",
    "entries",
    "exported",
    "generated",
    "grand",
    "page",
    "printed",
    "records",
    "results",
    "rows",
    "showing",
    "subtotal",
    "sum",
    "total",
    "totals",
    "viewing",
];

/// Headers of columns of passwords, in lower case. A row with such a cell is not an account.
const PASSWORDS: &[&str] = &[
    "adgangskode",
    "contrase\u{f1}a",
    "hasło",
    "heslo",
    "initial password",
    "jelszó",
    "kennwort",
    "lösenord",
    "mot de passe",
    "parola",
    "passord",
    "password",
    "passwort",
    "pwd",
    "salasana",
    "senha",
    "wachtwoord",
    "şifre",
    "пароль",
    "パスワード",
    "密码",
    "密碼",
];

/// What footers count.
const COUNTED: &[&str] = &["accounts", "entries", "items", "of", "records", "results", "rows", "users"];

/// A row that is not an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonRecordRow {
    /// No cell holds anything.
    Blank,
    /// A footer, and how many accounts it says the list has.
    Footer(Option<u64>),
    /// The first cell alone is filled, as in a title.
    Title,
    /// The header row of another table.
    Headers,
}

impl NonRecordRow {
    /// What a row of these cells is; `None` if it may be an account.
    #[must_use]
    pub fn from_cells(cells: &[&str]) -> Option<Self> {
        let filled: Vec<&str> = cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty()).collect();
        let Some(first) = filled.first() else { return Some(Self::Blank) };
        if filled.len() <= MOST_FILLED
            && let Some(said) = footer(first)
        {
            let is_alone = filled.len() == 1;
            return Some(Self::Footer(said.filter(|_| is_alone)));
        }
        let is_title = cells[0].trim_ascii().len() >= SHORTEST_TITLE && first.contains(char::is_alphabetic);
        if filled.len() == 1 && cells.len() >= FEWEST_COLUMNS && is_title {
            return Some(Self::Title);
        }
        let names: Vec<String> = filled.iter().map(|cell| (*cell).to_owned()).collect();
        (names.len() > 1 && is_header_row(&names, <&ColumnMap>::default())).then_some(Self::Headers)
    }

    /// The fault of such a row below `count` accounts.
    #[must_use]
    pub fn fault(self, span: Span, count: u64) -> Fault {
        let no_account = |message: &str| Fault::new(FaultKind::RowNoAccount, span, message);
        match self {
            Self::Blank => Fault::new(FaultKind::RecordBlank, span, "every cell of this row is blank"),
            Self::Footer(Some(said)) if said > count => {
                let message = format!("a footer says that the list has {said} accounts, but {count} are above it");
                Fault::new(FaultKind::ExportTruncated, span, message)
            }
            Self::Footer(_) => no_account("this row is a footer or a total, not an account"),
            Self::Title => no_account("this row has only its first cell filled: it is a title, not an account"),
            Self::Headers => {
                let message =
                    "this is another header row: the rows below it are not judged by the columns of the first one";
                Fault::new(FaultKind::HeaderRepeated, span, message)
            }
        }
    }
}

/// True for the header of a column of passwords, in any of many languages.
#[must_use]
pub fn names_passwords(cell: &str) -> bool {
    PASSWORDS.contains(&cell.trim_ascii().to_lowercase().as_str())
}

/// True for cells that read like headers: no address, no number, nothing twice. Meant for rows after a gap.
#[must_use]
pub fn reads_like_headers(cells: &[&str]) -> bool {
    let filled: Vec<&str> = cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty()).collect();
    let is_word = |cell: &&str| !cell.contains('@') && cell.chars().next().is_some_and(char::is_alphabetic);
    let is_once = |at: usize| !filled[..at].contains(&filled[at]);
    filled.len() > 1 && filled.iter().all(is_word) && (1..filled.len()).all(is_once)
}

/// The fault of a row that reads like the headers of another table.
#[must_use]
pub fn after_gap(span: Span) -> Fault {
    let message =
        "this row after a gap reads like the headers of another table: it and the rows below it are not judged";
    Fault::new(FaultKind::HeaderRepeated, span, message)
        .with_remedy("Put each table into a file of its own; if this is an account, remove the blank line above it.")
}

/// The fault of a row below another header row.
#[must_use]
pub fn below_headers(span: Span) -> Fault {
    Fault::new(FaultKind::RowNoAccount, span, "this row belongs to a second table")
}

/// The number of accounts that a footer states, if any; `None` if `text` is not a footer.
fn footer(text: &str) -> Option<Option<u64>> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "()[]:;*=#-\u{2013}".contains(c)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let first = *words.first()?;
    let is_counted = number(first).is_some() && words.get(1).is_some_and(|word| COUNTED.contains(word));
    if !is_counted && !FOOTERS.contains(&first.trim_end_matches(['.', ','])) {
        return None;
    }
    if first == "page" {
        return Some(None);
    }
    let after_of = words.iter().rposition(|word| *word == "of").and_then(|at| words.get(at + 1));
    let said = match after_of {
        Some(word) => number(word),
        None if is_counted || ["count", "records", "rows", "total"].contains(&first) => {
            words.iter().find_map(|word| number(word))
        }
        None => None,
    };
    Some(said)
}

/// A whole number, with or without thousands separators.
fn number(word: &str) -> Option<u64> {
    let digits: String = word.trim_end_matches(['.', ',']).chars().filter(|c| !",.'".contains(*c)).collect();
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_whole && word.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_are_told_from_names() {
        for (text, said) in [
            ("Showing 1-500 of 812", Some(812)),
            ("Showing 1 to 500 of 1,812 entries", Some(1812)),
            ("(500 rows)", Some(500)),
            ("Total: 12", Some(12)),
            ("Total records: 1'200.", Some(1200)),
            ("TOTAL", None),
            ("Page 1 of 3", None),
            ("*** End of report ***", None),
            ("500 of 812", Some(812)),
        ] {
            assert_eq!(footer(text), Some(said), "{text}");
        }
        for name in ["Count\u{e9}s", "Paige", "Sumi Total", "4711", "api.total", "Rowsell", "", "-"] {
            assert_eq!(footer(name), None, "{name}");
        }
    }

    #[test]
    fn headers_of_any_language_are_told_from_accounts() {
        assert!(names_passwords(" Kennwort") && names_passwords("\u{41f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}"));
        assert!(!names_passwords("Administrator"));
        for headers in [&["Vorname", "Name", "", "Rolle"][..], &["\u{55b6}\u{696d}", "\u{540d}\u{524d}"]] {
            assert!(reads_like_headers(headers), "{headers:?}");
        }
        for account in [
            &["API", "Feed", "api.feed@acme.example"][..],
            &["API", "Feed", "svc", "4711"],
            &["Agent", "Agent", "svc"],
            &["alone", ""],
        ] {
            assert!(!reads_like_headers(account), "{account:?}");
        }
    }

    #[test]
    fn an_account_is_not_odd() {
        assert_eq!(NonRecordRow::from_cells(&["", " ", ""]), Some(NonRecordRow::Blank));
        assert_eq!(NonRecordRow::from_cells(&["Total", "", "12", ""]), Some(NonRecordRow::Footer(None)));
        assert_eq!(NonRecordRow::from_cells(&["Billing", "", "", ""]), Some(NonRecordRow::Title));
        assert_eq!(NonRecordRow::from_cells(&["Team Name", "Team", "Status", "x"]), Some(NonRecordRow::Headers));
        assert_eq!(NonRecordRow::from_cells(&["Total", "Recall", "t.recall", "Agent"]), None);
        assert_eq!(NonRecordRow::from_cells(&["API", "", "", "Administrator"]), None);
        assert_eq!(NonRecordRow::from_cells(&["api", ""]), None);
    }
}
