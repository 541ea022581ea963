//! A record of a table: cells are found when they are asked for, and borrowed from the text.

use std::borrow::Cow;

use super::scan::CellEnd;
use crate::diagnostic::snippet::Excerpt;
use crate::read::non_record_row::{NonRecordRow, names_passwords, reads_like_headers};
use crate::record::activity::is_mark;
use crate::record::list::{ListCell, ListSyntax, trimmed};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record, Value};
use crate::source::{InputId, Span};

/// What the header row said.
#[derive(Clone, Debug)]
pub struct TableSchema {
    /// The delimiter of cells.
    pub delimiter: u8,
    /// What each column means.
    pub fields: Vec<Option<Field>>,
    /// The column of each field.
    pub column_of: [Option<usize>; Field::COUNT],
    /// The fields there are.
    pub present: FieldSet,
    /// The header row as written.
    pub header: String,
}

impl TableSchema {
    /// A table with columns of these meanings.
    #[must_use]
    pub fn new(delimiter: u8, fields: Vec<Option<Field>>, header: String) -> Self {
        let mut column_of = [None; Field::COUNT];
        let mut present = FieldSet::EMPTY;
        for (column, field) in fields.iter().enumerate() {
            if let Some(field) = field {
                column_of[field.index()] = Some(column);
                present = present.with(*field);
            }
        }
        Self { delimiter, fields, column_of, present, header }
    }
}

/// One row.
pub struct Row<'a> {
    /// The input.
    pub input: InputId,
    /// The record's number.
    pub number: u64,
    /// The table.
    pub table: &'a TableSchema,
    /// The text the ends are relative to, and the byte of the input it begins at.
    pub text: &'a str,
    /// See `text`.
    pub base: u64,
    /// Where the row begins in the text.
    pub start: usize,
    /// The end of each cell.
    pub ends: &'a [CellEnd],
}

impl<'a> Row<'a> {
    /// A cell as written, quotes with it, and where it begins in the text.
    #[inline(always)]
    fn column_as_written(&self, column: usize) -> (&'a str, usize) {
        let start = if column == 0 { self.start } else { self.ends[column - 1].at() + 1 };
        (&self.text[start..self.ends[column].at()], start)
    }

    /// A cell inside its quotes, and the byte of the input it begins at.
    #[inline]
    fn inner(&self, column: usize) -> (&'a str, u64) {
        let (inner, start, _) = self.unquoted(column);
        (inner, start)
    }

    /// The same, and whether there were quotes.
    #[inline]
    fn unquoted(&self, column: usize) -> (&'a str, u64, bool) {
        let (written, start) = self.column_as_written(column);
        let start = self.base + start as u64;
        if written.as_bytes().first() != Some(&b'"') {
            return (written, start, false);
        }
        let rest = &written[1..];
        (rest.strip_suffix('"').unwrap_or(rest), start + 1, true)
    }

    #[inline]
    fn column(&self, field: Field) -> Option<usize> {
        self.table.column_of[field.index()]
    }

    /// True where this is the header row again.
    #[inline]
    pub fn is_header(&self) -> bool {
        let end = self.ends.last().map_or(self.start, |end| end.at());
        end - self.start == self.table.header.len()
            && self.text[self.start..end].eq_ignore_ascii_case(&self.table.header)
    }

    /// True for a row that is short and has no address for a user name: it is worth a second look. Nearly all
    /// rows are longer than this, and that costs nothing to tell.
    #[inline]
    pub fn is_doubtful(&self) -> bool {
        let end = self.ends.last().map_or(self.start, |end| end.at());
        if end - self.start > longest_oddity(self.ends.len()) {
            return false;
        }
        let name = self.column(Field::UserName).map(|column| self.column_as_written(column).0);
        name.is_none_or(|name| memchr::memchr(b'@', name.as_bytes()).is_none())
    }

    /// What is odd about the row, if it is no account.
    pub fn non_record_row(&self) -> Option<NonRecordRow> {
        let cells = self.decoded();
        let passwords = self.column(Field::Password);
        let is_name = |(column, cell): (usize, &Cow<'_, str>)| Some(column) != passwords && names_passwords(cell);
        let non_record_row = NonRecordRow::of(&cells.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        non_record_row.or_else(|| cells.iter().enumerate().any(is_name).then_some(NonRecordRow::Headers))
    }

    /// All its cells.
    fn decoded(&self) -> Vec<Cow<'_, str>> {
        (0..self.ends.len()).map(|column| decode(self.inner(column).0)).collect()
    }

    /// True where the row, after a gap, reads like the headers of another table.
    #[cold]
    pub fn begins_table(&self) -> bool {
        let says_active = self.column(Field::Active).is_some_and(|at| is_mark(decode(self.inner(at).0).trim_ascii()));
        !says_active && reads_like_headers(&self.decoded().iter().map(AsRef::as_ref).collect::<Vec<_>>())
    }

    /// The quoted cells that hold line ends, each with its span and the delimiters inside it.
    pub fn cells_with_breaks(&self) -> impl Iterator<Item = (Span, usize)> + '_ {
        (0..self.ends.len()).filter_map(|column| {
            let (inner, start) = self.inner(column);
            let has_break = memchr::memchr2(b'\n', b'\r', inner.as_bytes()).is_some();
            let delimiters = || memchr::memchr_iter(self.table.delimiter, inner.as_bytes()).count();
            has_break.then(|| (Span::new(start, start + inner.len() as u64), delimiters()))
        })
    }
}

/// The most bytes of a row that is no account and has so many cells.
pub const fn longest_oddity(cells: usize) -> usize {
    64 + 8 * cells
}

/// The text of a piece of a quoted cell: doubled quotes are single ones.
fn decode(piece: &str) -> Cow<'_, str> {
    if memchr::memchr(b'"', piece.as_bytes()).is_some() {
        Cow::Owned(piece.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(piece)
    }
}

impl Record for Row<'_> {
    fn input(&self) -> InputId {
        self.input
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn span(&self) -> Span {
        let end = self.ends.last().map_or(self.start, |end| end.at());
        Span::new(self.base + self.start as u64, self.base + end as u64)
    }

    fn input_kind(&self) -> InputKind {
        InputKind::Export
    }

    #[inline]
    fn is_plain(&self, fields: &[Field]) -> bool {
        fields.iter().all(|field| self.column(*field).is_none_or(|column| self.column_as_written(column).0.is_ascii()))
    }

    fn written(&self, field: Field) -> Option<&str> {
        Some(self.column_as_written(self.column(field)?).0)
    }

    #[inline]
    fn cell(&self, field: Field) -> Cell<'_> {
        if field == Field::Password {
            return Cell::Absent;
        }
        let Some(column) = self.column(field) else { return Cell::Absent };
        let (inner, start, is_quoted) = self.unquoted(column);
        match trimmed(inner, start) {
            Some((text, span)) => {
                let text = if is_quoted { decode(text) } else { Cow::Borrowed(text) };
                Cell::Value(Value { text, span, defined: None, is_number: false })
            }
            None => Cell::Blank(Span::at(start)),
        }
    }

    #[inline(always)]
    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        let (written, _) = self.column_as_written(self.column(field).filter(|_| field != Field::Password)?);
        let (first, last) = (written.as_bytes().first()?, written.as_bytes().last()?);
        // Most cells are neither quoted nor have space around them.
        if *first > b' ' && *last > b' ' && *first != b'"' {
            return Some(Cow::Borrowed(written));
        }
        match self.cell(field) {
            Cell::Value(value) => Some(value.text),
            Cell::Absent | Cell::Blank(_) => None,
        }
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        let Some(column) = self.column(field) else { return ListCell::Absent };
        let (inner, start) = self.inner(column);
        let mut list = lists.split(inner, start, decode);
        if let (ListCell::Items(items), Field::WfmViews | Field::QmViews) = (&mut list, field) {
            items.take_marks(|_| true);
        }
        list
    }

    fn secret(&self) -> SecretCell<'_> {
        match self.column(Field::Password) {
            Some(column) => {
                let (inner, start, is_quoted) = self.unquoted(column);
                SecretCell::of(inner, start, |text| if is_quoted { decode(text) } else { Cow::Borrowed(text) })
            }
            None => SecretCell::Absent,
        }
    }

    /// The key column and the cells around the guilty ones. A password, and what nobody knows the meaning of,
    /// is never shown.
    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        let last = self.ends.len() - 1;
        let is_guilty = |column: usize| {
            let (inner, start) = self.inner(column);
            let cell = Span::new(start, start + inner.len() as u64);
            spans.iter().any(|span| cell.contains(*span) && *span != self.span())
        };
        let guilty: Vec<bool> = (0..=last).map(is_guilty).collect();
        let is_near = |column: usize| guilty[column.saturating_sub(1)..=last.min(column + 1)].contains(&true);
        let is_whole = spans.iter().all(|span| *span == self.span());
        let mut delimiter = [0; 4];
        let delimiter = &*char::from(self.table.delimiter).encode_utf8(&mut delimiter);
        let mut excerpt = Excerpt::roomy();
        for (column, is_guilty) in guilty.iter().enumerate() {
            let field = self.table.fields[column];
            let is_known = field.is_some_and(|field| field != Field::Password);
            let is_key = matches!(field, Some(Field::UserName)) || (is_whole && column < 3);
            let (written, start) = self.column_as_written(column);
            let byte = self.base + start as u64;
            if is_known && (is_key || is_near(column)) {
                excerpt.push_cut(written, byte);
            } else if *is_guilty {
                excerpt.push("", byte);
                excerpt.push("", self.inner(column).1);
                excerpt.skip();
            } else {
                excerpt.skip();
                continue;
            }
            if column < last {
                excerpt.push(delimiter, self.base + self.ends[column].at() as u64);
            }
        }
        excerpt
    }
}
