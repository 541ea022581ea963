//! A record of a table: cells are found when they are needed, and borrowed from the text.

use std::borrow::Cow;

use wide::u8x16;

use super::table_schema::TableSchema;
use crate::diagnostic::snippet::Excerpt;
use crate::fast::scan::CellEnd;
use crate::read::row_kind::{ColumnProfile, RowKind, reads_like_header_row, reads_like_headers};
use crate::read::secret_keys::{HIDDEN, SecretKey};
use crate::record::activity::built_in_activity;
use crate::record::list::{ListCell, ListSyntax, trimmed};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, InputKind, Record, Value};
use crate::source::{InputId, Span};

/// A row of a table.
pub(in crate::read) struct Row<'a> {
    pub input: InputId,
    /// The number of the record.
    pub number: u64,
    pub schema: &'a TableSchema,
    /// The text that `start` and `ends` count in, and the byte of the input it begins at.
    pub text: &'a str,
    pub base: u64,
    pub start: usize,
    /// The end of each cell.
    pub ends: &'a [CellEnd],
}

impl<'a> Row<'a> {
    /// Where a cell begins in the text, with its quotes.
    #[inline(always)]
    fn start_of(&self, column: usize) -> usize {
        column.checked_sub(1).map_or(self.start, |before| self.ends[before].at() + 1)
    }

    /// A cell as written, with its quotes, and where it begins in the text.
    #[inline(always)]
    fn cell_as_written(&self, column: usize) -> (&'a str, usize) {
        let start = self.start_of(column);
        (&self.text[start..self.ends[column].at()], start)
    }

    /// A cell inside its quotes, and the byte of the input it begins at.
    #[inline]
    fn inner(&self, column: usize) -> (&'a str, u64) {
        let (inner, start, _) = self.unquoted(column);
        (inner, start)
    }

    /// Like [`Row::inner`], and whether there were quotes.
    #[inline]
    fn unquoted(&self, column: usize) -> (&'a str, u64, bool) {
        let (written, start) = self.cell_as_written(column);
        let start = self.base + start as u64;
        if written.as_bytes().first() != Some(&b'"') {
            return (written, start, false);
        }
        let rest = &written[1..];
        (rest.strip_suffix('"').unwrap_or(rest), start + 1, true)
    }

    #[inline]
    fn column(&self, field: Field) -> Option<usize> {
        self.schema.column_of[field.index()]
    }

    /// Where the row ends in the text.
    #[inline]
    fn end(&self) -> usize {
        self.ends.last().map_or(self.start, |end| end.at())
    }

    /// True if this is the header row again.
    #[inline]
    pub fn is_header(&self) -> bool {
        let end = self.end();
        end - self.start == self.schema.header.len()
            && self.text[self.start..end].eq_ignore_ascii_case(&self.schema.header)
    }

    /// True for an address as the user name, with a name, and with a role or a team: this alone recognises nearly every
    /// account. Any other row is classified by [`Row::kind`].
    #[inline]
    pub fn is_plainly_an_account(&self) -> bool {
        let is_filled = |field: Field| self.column(field).is_some_and(|column| self.is_filled(column));
        self.column(Field::UserName).is_some_and(|column| self.is_short_address(column))
            && (is_filled(Field::LastName) || is_filled(Field::FirstName))
            && (is_filled(Field::Roles) || is_filled(Field::Team))
    }

    /// Where a cell begins and ends in the text, inside its quotes.
    #[inline(always)]
    fn unquoted_range(&self, column: usize) -> (usize, usize) {
        let (start, end) = (self.start_of(column), self.ends[column].at());
        if end > start + 1 && self.text.as_bytes()[start] == b'"' { (start + 1, end - 1) } else { (start, end) }
    }

    /// True for a cell that begins with something visible.
    #[inline(always)]
    fn is_filled(&self, column: usize) -> bool {
        match self.text.as_bytes()[self.start_of(column)..self.ends[column].at()] {
            [b'"', first, ..] | [first, ..] => first > b' ' && first != b'"',
            [] => false,
        }
    }

    /// True for an address of at most [`MAX_SHORT_ADDRESS`] bytes: a dot after an `@`, and no space.
    #[inline(always)]
    fn is_short_address(&self, column: usize) -> bool {
        let (start, end) = self.unquoted_range(column);
        let length = end - start;
        let bytes = &self.text.as_bytes()[start..];
        match bytes.first_chunk() {
            Some(chunk) => length <= MAX_SHORT_ADDRESS && is_address(chunk, length),
            None if length <= bytes.len().min(MAX_SHORT_ADDRESS) => {
                let mut chunk = [0; MAX_SHORT_ADDRESS];
                chunk[..length].copy_from_slice(&bytes[..length]);
                is_address(&chunk, length)
            }
            None => false,
        }
    }

    /// The cell of the day on which the password was changed. What can be no day may be the password itself.
    #[cold]
    fn day_of_password(&self, field: Field) -> Cell<'_> {
        let Some(column) = self.schema.password_changed.filter(|_| field == Field::PasswordChanged) else {
            return Cell::Absent;
        };
        let (inner, start, _) = self.unquoted(column);
        let Some((text, span)) = trimmed(inner, start) else { return Cell::Blank(Span::at(start)) };
        let is_shown = SecretKey::is_plain_state(&decode(text));
        let text = if is_shown { decode(text) } else { Cow::Borrowed(HIDDEN) };
        Cell::Value(Value { text, span, defined: None, is_number: false })
    }

    /// The cells of the columns of passwords. A date or a yes about a password is not one.
    fn secrets(&self) -> impl Iterator<Item = SecretCell<'a>> + '_ {
        self.schema.passwords.iter().filter_map(|(column, is_about)| {
            let (inner, start, is_quoted) = self.unquoted(*column);
            let decoded = |text: &'a str| if is_quoted { decode(text) } else { Cow::Borrowed(text) };
            let is_said = *is_about && (inner.trim_ascii().is_empty() || SecretKey::is_plain_state(&decoded(inner)));
            (!is_said).then(|| SecretCell::of(inner, start, decoded))
        })
    }

    /// The passwords of the row, which is refused. `None` if it cannot be read: the row is not one of this table, or its
    /// cells may have moved.
    pub fn secrets_of_refused(&self, kind: RowKind, is_trusted: bool) -> Option<Vec<SecretCell<'_>>> {
        match kind {
            RowKind::Record if is_trusted => Some(self.all_secrets()),
            // The columns of another table can be of passwords too.
            RowKind::Headers | RowKind::ForeignHeaders => None,
            RowKind::Blank => Some(Vec::new()),
            _ => (!self.schema.has_passwords()).then(Vec::new),
        }
    }

    /// What the row is. `profile` looks at the first rows of the table, if nobody did.
    pub fn kind(&self, profile: impl FnOnce() -> ColumnProfile) -> RowKind {
        let decoded = self.decoded();
        let cells: Vec<&str> = decoded.iter().map(AsRef::as_ref).collect();
        let kind = self.schema.classify(&cells);
        let fields = &self.schema.fields;
        let is_foreign =
            || self.schema.profile.get_or_init(profile).is_foreign_header(&cells, fields, kind == RowKind::Doubtful);
        let may_be_headers = matches!(kind, RowKind::Record | RowKind::Doubtful)
            && cells.len() == fields.len()
            && reads_like_header_row(&cells, fields);
        if may_be_headers && is_foreign() { RowKind::ForeignHeaders } else { kind }
    }

    pub(in crate::read) fn decoded(&self) -> Vec<Cow<'_, str>> {
        (0..self.ends.len()).map(|column| decode(self.inner(column).0)).collect()
    }

    /// True if the row, after a gap, reads like the headers of another table and has nothing that accounts of this one
    /// have too. `profile` looks at the first rows of the table, if nobody did.
    #[cold]
    pub fn begins_table(&self, profile: impl FnOnce() -> ColumnProfile) -> bool {
        let says_active = self
            .column(Field::Active)
            .is_some_and(|at| built_in_activity(decode(self.inner(at).0).trim_ascii()).is_some());
        let decoded = self.decoded();
        let cells: Vec<&str> = decoded.iter().map(AsRef::as_ref).collect();
        !says_active && reads_like_headers(&cells) && !self.schema.profile.get_or_init(profile).shares_value(&cells)
    }

    /// The quoted cells that hold line ends, each with its span and the number of delimiters inside it.
    pub fn cells_with_breaks(&self) -> impl Iterator<Item = (Span, usize)> + '_ {
        (0..self.ends.len()).filter_map(|column| {
            let (inner, start) = self.inner(column);
            let has_break = memchr::memchr2(b'\n', b'\r', inner.as_bytes()).is_some();
            let delimiters = || memchr::memchr_iter(self.schema.delimiter, inner.as_bytes()).count();
            has_break.then(|| (Span::new(start, start + inner.len() as u64), delimiters()))
        })
    }
}

/// The length up to which an address is recognized at once, in bytes.
const MAX_SHORT_ADDRESS: usize = 64;

/// Bytes of one vector.
const LANE: usize = 16;

/// True if the first `length` bytes are an address.
#[inline]
fn is_address(bytes: &[u8; MAX_SHORT_ADDRESS], length: usize) -> bool {
    let (space, at, dot) = (u8x16::splat(b' '), u8x16::splat(b'@'), u8x16::splat(b'.'));
    let (mut marks, mut dots) = (0, 0);
    for (number, lane) in bytes.as_chunks::<LANE>().0[..length.div_ceil(LANE)].iter().enumerate() {
        let lane = u8x16::from(*lane);
        let bits = |found: u8x16| u64::from(found.to_bitmask()) << (number * LANE);
        marks |= bits(lane.min(space).simd_eq(lane) | lane.simd_eq(at));
        dots |= bits(lane.simd_eq(dot));
    }
    let valid = u64::MAX.checked_shr(64 - length as u32).unwrap_or(0);
    let (marks, dots) = (marks & valid, dots & valid);
    // One `@` and no space, something before it, and a dot after it.
    marks & !1 == marks && marks.is_power_of_two() && bytes[marks.trailing_zeros() as usize] == b'@' && dots > marks
}

/// The text of a quoted cell: doubled quotes are single ones.
pub(super) fn decode(inner: &str) -> Cow<'_, str> {
    if memchr::memchr(b'"', inner.as_bytes()).is_some() {
        Cow::Owned(inner.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(inner)
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
        Span::new(self.base + self.start as u64, self.base + self.end() as u64)
    }

    fn input_kind(&self) -> InputKind {
        InputKind::Export
    }

    #[inline]
    fn is_ascii(&self, fields: &[Field]) -> bool {
        fields.iter().all(|field| self.column(*field).is_none_or(|column| self.cell_as_written(column).0.is_ascii()))
    }

    fn raw_text(&self, field: Field) -> Option<&str> {
        Some(self.cell_as_written(self.column(field)?).0)
    }

    #[inline(always)]
    fn bytes_from(&self, field: Field) -> Option<(&[u8], usize)> {
        if field == Field::Password {
            return None;
        }
        let Some(column) = self.column(field) else { return Some((&[], 0)) };
        let start = self.start_of(column);
        Some((&self.text.as_bytes()[start..], self.ends[column].at() - start))
    }

    #[inline]
    fn cell(&self, field: Field) -> Cell<'_> {
        if field == Field::Password {
            return Cell::Absent;
        }
        let Some(column) = self.column(field) else { return self.day_of_password(field) };
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
        let Some(column) = self.column(field).filter(|_| field != Field::Password) else {
            return self.day_of_password(field).text().map(|text| Cow::Owned(text.to_owned()));
        };
        let (written, _) = self.cell_as_written(column);
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

    /// The first password of the row, else the first reference to one.
    fn secret(&self) -> SecretCell<'_> {
        SecretCell::first_of(self.secrets())
    }

    fn all_secrets(&self) -> Vec<SecretCell<'_>> {
        self.secrets().collect()
    }

    /// The user name and the cells around the marked ones. Passwords and unknown columns are never shown.
    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        let last = self.ends.len() - 1;
        let is_marked = |column: usize| {
            let (inner, start) = self.inner(column);
            let cell = Span::new(start, start + inner.len() as u64);
            spans.iter().any(|span| cell.contains(*span) && *span != self.span())
        };
        let marked: Vec<bool> = (0..=last).map(is_marked).collect();
        let is_near = |column: usize| marked[column.saturating_sub(1)..=last.min(column + 1)].contains(&true);
        let is_whole = spans.iter().all(|span| *span == self.span());
        let mut delimiter = [0; 4];
        let delimiter = &*char::from(self.schema.delimiter).encode_utf8(&mut delimiter);
        let mut excerpt = Excerpt::with_capacity_for_records();
        for (column, is_marked) in marked.iter().enumerate() {
            let field = self.schema.fields[column];
            let is_known = match field {
                Some(Field::PasswordChanged) => SecretKey::is_plain_state(&decode(self.inner(column).0)),
                Some(field) => field != Field::Password,
                None => false,
            };
            let is_key = matches!(field, Some(Field::UserName)) || (is_whole && column < 3);
            let (written, start) = self.cell_as_written(column);
            let byte = self.base + start as u64;
            if is_known && (is_key || is_near(column)) {
                excerpt.push_cut(written, byte);
            } else if *is_marked {
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
