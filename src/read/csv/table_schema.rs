//! What the header row of a table says of its rows: the field of each column, and which columns are of passwords.

use std::sync::OnceLock;

use crate::read::columns::HeaderMeaning;
use crate::read::row_kind::{ColumnProfile, HeaderWords, RowKind, classify};
use crate::record::{Field, FieldSet};

/// How the rows of a table are read.
#[derive(Clone, Debug)]
pub struct TableSchema {
    /// The character between cells.
    pub delimiter: u8,
    /// The meaning of each column.
    pub fields: Vec<Option<Field>>,
    /// The column of each field.
    pub column_of: [Option<usize>; Field::COUNT],
    /// The fields that columns carry.
    pub present: FieldSet,
    /// The header row as written.
    pub header: String,
    /// What its headers say.
    header_words: HeaderWords,
    /// The column of days on which passwords were changed. `column_of` leaves it out: a cell may be a secret.
    pub(super) password_changed: Option<usize>,
    /// The columns of passwords, and whether one only speaks about them.
    pub(super) passwords: Vec<(usize, bool)>,
    /// What its first rows hold, once that was needed.
    pub(super) profile: OnceLock<ColumnProfile>,
}

impl TableSchema {
    /// The schema of a table with these columns and this header row.
    #[must_use]
    pub fn new(delimiter: u8, columns: &[HeaderMeaning], header: String) -> Self {
        let mut column_of = [None; Field::COUNT];
        let mut present = FieldSet::EMPTY;
        for (column, field) in columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.field?))) {
            column_of[field.index()] = Some(column);
            present = present.with(field);
        }
        let password_changed = column_of[Field::PasswordChanged.index()].take();
        let fields = columns.iter().map(|column| column.field).collect();
        let header_words = HeaderWords::new(columns.iter().map(|column| column.header.as_str()));
        let is_of_passwords =
            |column: &HeaderMeaning| column.field == Some(Field::Password) || column.is_about_passwords;
        let passwords: Vec<_> = columns.iter().enumerate().filter(|(_, column)| is_of_passwords(column)).collect();
        if !passwords.is_empty() {
            present = present.with(Field::Password);
        }
        let passwords = passwords.into_iter().map(|(at, column)| (at, column.is_about_passwords)).collect();
        let profile = OnceLock::new();
        Self { delimiter, fields, column_of, present, header, header_words, password_changed, passwords, profile }
    }
}

impl TableSchema {
    /// True if some column is of passwords.
    pub(in crate::read) const fn has_passwords(&self) -> bool {
        !self.passwords.is_empty()
    }

    /// The schema of a table whose first rows were looked at.
    #[must_use]
    pub(in crate::read) fn with_profile(self, profile: ColumnProfile) -> Self {
        Self { profile: OnceLock::from(profile), ..self }
    }

    /// What a row of these cells is.
    pub(in crate::read) fn classify(&self, cells: &[&str]) -> RowKind {
        let fields = if cells.len() == self.fields.len() { self.fields.as_slice() } else { &[] };
        classify(cells, fields, &self.header_words)
    }
}
