//! What a row of a table is: an account, or a blank row, a header row, a footer, a total or a title.
//!
//! A row is classified by what its cells say, never by its length or its place. What is not an account is named and
//! never judged, and what is unclear is refused: a row read as an account by mistake would pass, or hide what it means.
//! None of the text of such a row is shown, only the number of accounts that a footer states.

mod column_profile;
mod filled_cells;
mod footer;
mod header_words;

pub use self::column_profile::{ColumnProfile, SAMPLED_ROWS, reads_like_header_row};
use self::filled_cells::FilledCells;
pub use self::header_words::{HeaderWords, reads_like_headers};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::record::Field;
use crate::source::Span;

/// A table of fewer columns can have accounts with a single filled cell.
const MIN_COLUMNS_OF_TITLES: usize = 4;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// An account.
    Record,
    /// No cell holds anything.
    Blank,
    /// Words of headers.
    Headers,
    /// Words that can only be headers of another table.
    ForeignHeaders,
    /// A footer or a total, and how many accounts it says the list has.
    Footer(Option<u64>),
    /// A single cell with words in it.
    Title,
    /// It may be an account or not.
    Doubtful,
}

impl RowKind {
    /// The fault of such a row below `count` accounts; `None` for an account.
    #[must_use]
    pub fn fault(self, span: Span, count: u64) -> Option<Fault> {
        let no_account = |message: &str| Fault::new(FaultKind::RowNoAccount, span, message);
        Some(match self {
            Self::Record => return None,
            Self::Blank => Fault::new(FaultKind::RecordBlank, span, "every cell of this row is blank"),
            Self::Footer(Some(stated)) if stated > count => {
                let message = format!("a footer says that the list has {stated} accounts, but {count} are above it");
                Fault::new(FaultKind::ExportTruncated, span, message)
            }
            Self::Footer(_) => no_account("this row is a footer or a total, not an account"),
            Self::Title => no_account("this row has a single filled cell: it is a title, not an account"),
            Self::Doubtful => no_account("this row may not be an account: it is not judged").with_remedy(
                "If it is an account, fill in its user name, names, roles and team; otherwise delete the row.",
            ),
            Self::Headers => {
                let message =
                    "this is another header row: the rows below it are not judged by the columns of the first one";
                Fault::new(FaultKind::HeaderRepeated, span, message)
            }
            Self::ForeignHeaders => {
                let message =
                    "this row reads like the headers of another table: it and the rows below it are not judged";
                Fault::new(FaultKind::HeaderRepeated, span, message).with_remedy(
                    "Put each table into a file of its own; if this is an account, write an e-mail address as its user name.",
                )
            }
        })
    }

    /// True for a row below which another table is.
    #[must_use]
    pub const fn begins_table(self) -> bool {
        matches!(self, Self::Headers | Self::ForeignHeaders)
    }
}

/// Classifies a row by its decoded cells. `fields` are those of the columns; none if the row has another width than the
/// header.
#[must_use]
pub fn classify(cells: &[&str], fields: &[Option<Field>], headers: &HeaderWords) -> RowKind {
    let row = FilledCells::new(cells, fields);
    let filled = row.cells.len();
    if filled == 0 {
        return RowKind::Blank;
    }
    let is_by_address = row.value(Field::UserName).is_some_and(is_address);
    let is_complete = is_by_address && row.names() > 0 && row.grants() > 0;
    let header_words = row.header_words(headers);
    if header_words >= 2 {
        if 2 * header_words >= filled || !row.cells.iter().any(|(_, text)| is_address(text)) {
            return RowKind::Headers;
        }
        return if is_complete { RowKind::Record } else { RowKind::Doubtful };
    }
    if is_complete {
        return RowKind::Record;
    }
    if row.describes_columns() {
        return RowKind::Doubtful;
    }
    let is_account = is_by_address || row.is_account(cells.len(), fields);
    if row.has_password_name(is_account) {
        return RowKind::Headers;
    }
    match row.footer(is_account) {
        Some(footer) if footer.is_certain || !is_account || (filled <= 3 && !is_by_address) => {
            RowKind::Footer(footer.stated)
        }
        _ if filled == 1 && cells.len() >= MIN_COLUMNS_OF_TITLES && !is_by_address => RowKind::Title,
        _ if is_account => RowKind::Record,
        _ => RowKind::Doubtful,
    }
}

/// The fault of an object that may not be an account, below `count` accounts: a table that was turned into objects has its
/// footers as objects too. Documents leave out what an account lacks, so an object whose user name is one word is always an
/// account.
#[must_use]
pub fn fault_of_object(texts: &[(Field, String)], span: Span, count: u64) -> Option<Fault> {
    let fields: Vec<Option<Field>> = texts.iter().map(|(field, _)| Some(*field)).collect();
    let cells: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    let name = texts.iter().find(|(field, _)| *field == Field::UserName).map_or("", |(_, text)| text.trim());
    let is_one_word = !name.is_empty() && !name.contains(char::is_whitespace);
    let no_account = |message: &str| Fault::new(FaultKind::RowNoAccount, span, message);
    match classify(&cells, &fields, &HeaderWords::default()) {
        RowKind::Record | RowKind::Blank => None,
        RowKind::Doubtful | RowKind::Title if is_one_word => None,
        RowKind::Doubtful | RowKind::Title => {
            let fault = no_account("this object may not be an account: it is not judged");
            Some(fault.with_remedy("If it is an account, give it a user name, names and roles; otherwise remove it."))
        }
        RowKind::Headers | RowKind::ForeignHeaders => Some(no_account("this object holds headers, not an account")),
        RowKind::Footer(Some(stated)) if stated > count => RowKind::Footer(Some(stated)).fault(span, count),
        RowKind::Footer(_) => Some(no_account("this object is a footer or a total, not an account")),
    }
}

/// True for a user name by which an object is an account, whatever else it holds: one word, but not a header.
#[inline]
#[must_use]
pub fn names_an_account(user_name: &str) -> bool {
    // Without a branch a byte: nearly all are addresses.
    let is_plain = user_name.bytes().fold(true, |is, byte| is & byte.is_ascii_graphic() & (byte != b'\\'));
    (is_plain && memchr::memchr(b'@', user_name.as_bytes()).is_some()) || is_one_word_and_no_header(user_name)
}

#[cold]
fn is_one_word_and_no_header(text: &str) -> bool {
    let is_one_word = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '\\');
    is_one_word && !header_words::is_documented(&header_words::letters(text))
}

/// True for an e-mail address and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    let is_one = |(local, domain): (&str, &str)| !local.is_empty() && domain.trim_matches('.').contains('.');
    !text.contains(char::is_whitespace) && text.rsplit_once('@').is_some_and(is_one)
}

/// The fault of a row that reads like the headers of another table.
#[must_use]
pub fn after_gap(span: Span) -> Fault {
    let message =
        "this row after a gap reads like the headers of another table: it and the rows below it are not judged";
    Fault::new(FaultKind::HeaderRepeated, span, message)
        .with_remedy("Put each table into a file of its own; if this is an account, remove the blank line above it.")
}

/// What contradicts that a row below `count` accounts is declared to be a footer.
#[must_use]
pub fn footer_fault(kind: RowKind, span: Span, count: u64) -> Option<Fault> {
    if kind == RowKind::Record || kind.begins_table() {
        let message = "this row is declared to be a footer, but it reads like an account or a header row";
        let fault = Fault::new(FaultKind::RowNoAccount, span, message);
        return Some(fault.with_remedy("Correct `footer-rows` under `[tables]` in the config."));
    }
    kind.fault(span, count).filter(|fault| fault.kind == FaultKind::ExportTruncated)
}

/// The fault of a row below another header row.
#[must_use]
pub fn below_headers(span: Span) -> Fault {
    Fault::new(FaultKind::RowNoAccount, span, "this row belongs to a second table")
}

#[cfg(test)]
mod tests;
