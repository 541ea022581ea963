//! Where a byte of an input is: the text at hand, and the lines, columns and cells in it.

use crate::source::lines::Cursor;
use crate::source::{CellAddress, Location};

/// A part of decoded text that begins at the start of a line, in which places can be located.
pub struct Locator<'a> {
    text: &'a str,
    cursor: Cursor,
    row: Option<SheetRow<'a>>,
}

/// The row of a sheet that a view shows, written as text.
#[derive(Clone, Copy)]
pub struct SheetRow<'a> {
    /// The sheet.
    pub sheet: &'a str,
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// The byte of the input's text at which the row begins.
    pub byte: u64,
    /// The column, counted from 0, of the cell at an offset of the row.
    pub column_at: &'a dyn Fn(usize) -> usize,
}

impl<'a> Locator<'a> {
    /// The view of `text`, which begins at `byte` of the input, at the start of `line`.
    #[must_use]
    pub fn new(text: &'a str, byte: u64, line: u64) -> Self {
        Self { text, cursor: Cursor::new(byte, line), row: None }
    }

    /// The view of `text`, which begins at `start`, perhaps within a line.
    #[must_use]
    pub fn at(text: &'a str, start: Location) -> Self {
        Self { text, cursor: Cursor::at(start), row: None }
    }

    /// The view of a row of a sheet, which is one line however many its cells contain.
    #[must_use]
    pub fn from_row(text: &'a str, row: SheetRow<'a>) -> Self {
        Self { text, cursor: Cursor::new(row.byte, row.number), row: Some(row) }
    }

    /// Takes a reader's word that `line` begins at `byte`.
    #[inline]
    pub const fn set_line(&mut self, byte: u64, line: u64) {
        self.cursor.set_line(byte, line);
    }

    /// The location of `byte`.
    pub fn locate(&mut self, byte: u64) -> Location {
        let Some(row) = self.row else { return self.cursor.locate(self.text, byte) };
        let offset = usize::try_from(byte.saturating_sub(row.byte)).unwrap_or(0);
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let column = before.chars().count() as u64 + 1;
        Location { byte: row.byte + before.len() as u64, line: row.number, column }
    }

    /// The cell of a sheet that `byte` lies in.
    #[must_use]
    pub fn cell(&self, byte: u64) -> Option<CellAddress> {
        let row = self.row?;
        let offset = usize::try_from(byte.saturating_sub(row.byte)).unwrap_or(0);
        let column = (row.column_at)(offset);
        Some(CellAddress { sheet: row.sheet.to_owned(), cell: address(row.number, column) })
    }
}

/// The name of a cell: `E12` for the fifth column, counted from 0, of row 12.
pub(super) fn address(row: u64, column: usize) -> String {
    format!("{}{row}", letters(column))
}

/// The name of a column, counted from 0.
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + u8::try_from(rest % 26).expect("internal error: a letter is one of 26"));
        rest /= 26;
    }
    letters.reverse();
    letters.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_the_product() {
        let names: Vec<_> = [0, 25, 26, 51, 701, 702, 16_383].into_iter().map(letters).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
        assert_eq!(address(12, 4), "E12");
    }
}
