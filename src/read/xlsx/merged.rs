//! Merged cells: it cannot be told whose value they hold.

use super::range::CellRange;
use crate::read::csv::table_schema::TableSchema;

/// The merged cells of a sheet that hold judged ones, in order.
#[derive(Default)]
pub struct MergedCells {
    areas: Vec<CellRange>,
    /// How many of them lie wholly above the row at hand.
    passed: usize,
}

impl MergedCells {
    pub const fn new(areas: Vec<CellRange>) -> Self {
        Self { areas, passed: 0 }
    }

    /// Forgets those that hold no judged cell, and those of one cell.
    pub fn keep_judged(&mut self, table: &TableSchema) {
        self.areas.retain(|area| {
            let is_one = area.first_row == area.last_row && area.first_column == area.last_column;
            !is_one && first_judged(area, table).is_some()
        });
    }

    /// The first judged column of row `number` that is merged with other cells.
    pub fn column(&mut self, number: u32, table: &TableSchema) -> Option<usize> {
        while self.areas.get(self.passed).is_some_and(|area| area.last_row < number) {
            self.passed += 1;
        }
        let area = self.areas.get(self.passed).filter(|area| area.first_row <= number)?;
        first_judged(area, table)
    }
}

/// The first judged column of an area.
fn first_judged(area: &CellRange, table: &TableSchema) -> Option<usize> {
    let last = (area.last_column as usize + 1).min(table.fields.len());
    (area.first_column as usize..last).find(|column| table.fields[*column].is_some())
}
