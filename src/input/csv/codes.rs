//! The texts of whole columns as numbers, a run of rows at a time.
//!
//! Column by column the same few instructions meet texts of one kind; row by row each cell would meet cold
//! code and another column's texts. Whoever judges the rows then asks for numbers that are already there.

use super::row::Table;
use super::scan::End;
use crate::record::Field;
use crate::record::dictionary::{Code, Dictionary, NO_CODE};

/// Columns with their dictionaries, and the numbers of the run at hand.
#[derive(Debug, Default)]
pub struct Codes {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    /// Which column of the table; nothing where it has no such field.
    number: Option<usize>,
    dictionary: Dictionary,
    /// Row by row.
    codes: Vec<Code>,
}

impl Codes {
    /// For the fields that somebody wants told by number.
    #[must_use]
    pub fn new(table: &Table, wanted: &[Field]) -> Self {
        let column = |field: &Field| Column {
            number: table.column_of[field.index()],
            dictionary: Dictionary::default(),
            codes: Vec::new(),
        };
        Self { columns: wanted.iter().map(column).collect() }
    }

    /// Tells the texts of rows that begin at `starts`; `ends` are the ends of all their cells.
    pub fn tell(&mut self, bytes: &[u8], starts: &[u32], ends: &[End]) {
        self.columns.iter_mut().for_each(|column| column.tell(bytes, starts, ends));
    }

    /// The numbers of the `column`-th field that was wanted, row by row. Nothing where no texts are told.
    #[must_use]
    pub fn of(&self, column: usize) -> Option<&[Code]> {
        self.columns.get(column).map(|column| column.codes.as_slice())
    }
}

impl Column {
    fn tell(&mut self, bytes: &[u8], starts: &[u32], ends: &[End]) {
        let Self { number, dictionary, codes } = self;
        codes.clear();
        let Some(number) = number.filter(|_| dictionary.expect(starts.len())) else {
            return codes.resize(starts.len(), NO_CODE);
        };
        let rows = ends.chunks_exact(ends.len() / starts.len());
        let mut code = |start: usize, end: usize| dictionary.code_of_part(bytes, start, end).unwrap_or(NO_CODE);
        match number.checked_sub(1) {
            None => codes.extend(starts.iter().zip(rows).map(|(start, ends)| code(*start as usize, ends[0].at()))),
            Some(before) => codes.extend(rows.map(|ends| code(ends[before].at() + 1, ends[number].at()))),
        }
    }
}
