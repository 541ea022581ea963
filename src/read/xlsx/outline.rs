//! What the first walk over the cells of a sheet shows of its rows: the first ones, and where a declared footer begins.

use std::collections::VecDeque;

use super::kept::KeptCells;
use super::package::WorkbookPackage;
use super::value::{CellText, RawCell, cell_text};
use crate::read::TableLayout;
use crate::read::row_kind::{ColumnProfile, SAMPLED_ROWS};
use crate::record::Field;

/// The rows in which a header row is looked for.
pub const SEARCHED_ROWS: u32 = 20;

/// The columns and the bytes of a cell that are kept: a header row is narrower and has shorter texts.
const KEPT_COLUMNS: u32 = 256;
const KEPT_BYTES: usize = 100;

/// The rows of a sheet as far as they must be known before they are read.
pub struct SheetOutline {
    /// Rows from which header row and first records are taken: number from 0, and cells.
    first_rows: Vec<(u32, Vec<(usize, String)>)>,
    /// The first row that is kept.
    begin: u32,
    /// The last rows with cells, as many as the footer has.
    last_rows: VecDeque<u32>,
    footer_rows: usize,
}

impl SheetOutline {
    pub fn new(layout: TableLayout) -> Self {
        let begin = layout.header_row.map_or(0, |row| u32::try_from(row).unwrap_or(u32::MAX));
        let footer_rows = usize::try_from(layout.footer_rows).unwrap_or(usize::MAX);
        Self { first_rows: Vec::new(), begin, last_rows: VecDeque::new(), footer_rows }
    }

    /// The outline of a sheet whose cells were kept.
    pub fn of_cells(cells: &KeptCells, package: &WorkbookPackage, layout: TableLayout) -> Self {
        let mut outline = Self::new(layout);
        let walked = cells.walk(|row, column, cell| {
            outline.see(row, column, cell, package);
            Ok(true)
        });
        walked.expect("internal error: no cell is refused before it is judged");
        outline
    }

    /// Sees the next cell, with its row and column from 0.
    pub fn see(&mut self, row: u32, column: u32, cell: &RawCell, package: &WorkbookPackage) {
        if cell.has_formula || !cell.text.trim_ascii().is_empty() {
            self.see_row(row);
        }
        if self.wants(row, column)
            && let Ok(Some(CellText::Text(text))) = cell_text(cell, package)
        {
            self.add(row, column, &text);
        }
    }

    /// True if the text of a cell is wanted.
    fn wants(&self, row: u32, column: u32) -> bool {
        let most = SAMPLED_ROWS + SEARCHED_ROWS as usize;
        row >= self.begin
            && column < KEPT_COLUMNS
            && (self.first_rows.len() < most || self.first_rows.last().is_some_and(|(at, _)| *at == row))
    }

    /// Takes a cell that is not blank; the cells come in order.
    fn add(&mut self, row: u32, column: u32, text: &str) {
        let text = text[..text.floor_char_boundary(KEPT_BYTES)].to_owned();
        match self.first_rows.last_mut() {
            Some((at, cells)) if *at == row => cells.push((column as usize, text)),
            _ => self.first_rows.push((row, vec![(column as usize, text)])),
        }
    }

    /// Notes a row with cells.
    fn see_row(&mut self, row: u32) {
        if self.footer_rows > 0 && self.last_rows.back() != Some(&row) {
            self.last_rows.push_back(row);
            if self.last_rows.len() > self.footer_rows {
                self.last_rows.pop_front();
            }
        }
    }

    /// The first row of the declared footer.
    pub fn footer_begin(&self) -> Option<u32> {
        self.last_rows.front().copied()
    }

    /// The profile of the columns of a table whose header row is `header`.
    pub fn column_profile(&self, header: u32, fields: &[Option<Field>]) -> ColumnProfile {
        let rows = self.first_rows.iter().filter(|(row, _)| *row > header);
        let sample = rows.take(SAMPLED_ROWS).map(|(_, cells)| {
            let mut row = vec![String::new(); fields.len()];
            for (column, cell) in cells {
                if let Some(slot) = row.get_mut(*column) {
                    slot.clone_from(cell);
                }
            }
            row
        });
        ColumnProfile::new(sample.collect(), fields)
    }
}
