//! The texts of whole columns as numbers, a run of rows at a time.
//!
//! Column by column the same few instructions meet texts of one kind; row by row each cell would meet cold
//! code and another column's texts. Records then answer with numbers that are already there.

use super::row::Table;
use super::scan::End;
use crate::record::Field;
use crate::record::dictionary::{Code, Dictionary, NO_CODE};

/// Columns with their dictionaries, and the numbers of the run at hand.
#[derive(Debug, Default)]
pub struct Codes {
    columns: Vec<Column>,
    /// Row by row, a number for each column.
    codes: Vec<Code>,
}

#[derive(Debug)]
struct Column {
    /// Which column of the table; nothing where it has no such field.
    number: Option<usize>,
    dictionary: Dictionary,
}

/// Rows in which each cell ends where the header says.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The text that all places lie in.
    pub bytes: &'a [u8],
    /// Where each row begins.
    pub starts: &'a [usize],
    /// The ends of the cells of all rows.
    pub ends: &'a [End],
}

impl Codes {
    /// For the fields that somebody wants told by number.
    #[must_use]
    pub fn new(table: &Table, wanted: &[Field]) -> Self {
        let column =
            |field: &Field| Column { number: table.column_of[field.index()], dictionary: Dictionary::default() };
        Self { columns: wanted.iter().map(column).collect(), codes: Vec::new() }
    }

    /// Tells the texts of a run.
    pub fn tell(&mut self, run: &Run<'_>) {
        let width = self.columns.len();
        self.codes.clear();
        self.codes.resize(run.starts.len() * width, NO_CODE);
        for (place, column) in self.columns.iter_mut().enumerate() {
            column.tell(run, &mut self.codes, place, width);
        }
    }

    /// The numbers of a row of the run.
    #[inline]
    #[must_use]
    pub fn of_row(&self, row: usize) -> &[Code] {
        let width = self.columns.len();
        &self.codes[row * width..(row + 1) * width]
    }
}

impl Column {
    fn tell(&mut self, run: &Run<'_>, codes: &mut [Code], place: usize, width: usize) {
        let Some(number) = self.number.filter(|_| self.dictionary.expect(run.starts.len())) else { return };
        let dictionary = &mut self.dictionary;
        let cells = run.ends.chunks_exact(run.ends.len() / run.starts.len());
        for ((ends, start), codes) in cells.zip(run.starts).zip(codes.chunks_exact_mut(width)) {
            let start = number.checked_sub(1).map_or(*start, |before| ends[before].at().wrapping_add(1));
            if let Some(code) = dictionary.code_of_part(run.bytes, start, ends[number].at()) {
                codes[place] = code;
            }
        }
    }
}
