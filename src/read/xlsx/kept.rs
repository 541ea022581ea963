//! What a first walk over a workbook leaves for the next, so that most workbooks are unpacked and parsed once.
//!
//! A sheet is walked to survey it and to judge it, and a workbook is read once more for the cells of findings that are
//! known only at its end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cells::SheetSurvey;
use super::package::WorkbookPackage;
use super::value::{CellKind, RawCell, StyleNumber};
use crate::diagnostic::fault::Fault;

/// The most bytes of cells that are kept of a sheet: 150,000 accounts. A larger sheet is walked again.
const MAX_BYTES: usize = 32 << 20;

/// The most bytes that workbooks keep together until the end of a run. One that comes later is read again.
const MAX_BYTES_OF_ALL: usize = 96 << 20;

static BYTES_OF_ALL: AtomicUsize = AtomicUsize::new(0);

/// A workbook that was read to its end.
pub struct KeptWorkbook {
    pub package: WorkbookPackage,
    /// Sheets by the path of their parts.
    pub sheets: BTreeMap<String, KeptSheet>,
    /// How many bytes it reserved of those that all may keep.
    bytes: usize,
}

/// A sheet that was walked.
pub struct KeptSheet {
    pub survey: SheetSurvey,
    pub cells: KeptCells,
}

impl KeptWorkbook {
    /// Without sheets.
    pub const fn new(package: WorkbookPackage) -> Self {
        Self { package, sheets: BTreeMap::new(), bytes: 0 }
    }

    /// The workbook with the sheets of which every cell was kept; `None` if there is no room left for it.
    pub fn with_sheets(mut self, sheets: BTreeMap<String, KeptSheet>) -> Option<Self> {
        self.sheets = sheets;
        self.sheets.retain(|_, sheet| sheet.cells.is_complete());
        let strings = self.package.strings.iter().map(|text| size_of::<String>() + text.capacity());
        let bytes = strings.chain(self.sheets.values().map(|sheet| sheet.cells.bytes())).sum::<usize>();
        let reserve = |used: usize| used.checked_add(bytes).filter(|used| *used <= MAX_BYTES_OF_ALL);
        BYTES_OF_ALL.fetch_update(Ordering::Relaxed, Ordering::Relaxed, reserve).ok()?;
        self.bytes = bytes;
        Some(self)
    }
}

impl Drop for KeptWorkbook {
    fn drop(&mut self) {
        BYTES_OF_ALL.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Cells in order, until they take too much room.
#[derive(Default)]
pub struct KeptCells {
    cells: Vec<KeptCell>,
    /// The number of each row with cells, and how many cells there are up to its end.
    rows: Vec<(u32, usize)>,
    /// The texts of all cells, one after the other.
    texts: String,
    is_over_limit: bool,
}

struct KeptCell {
    style: StyleNumber,
    /// Where its text ends.
    end: u32,
    column: u16,
    kind: CellKind,
    has_formula: bool,
}

impl KeptCells {
    /// Keeps a cell with its row and column from 0.
    pub fn keep(&mut self, row: u32, column: u32, cell: &RawCell) {
        if self.is_over_limit || self.bytes() + cell.text.len() > MAX_BYTES {
            *self = Self { is_over_limit: true, ..Self::default() };
            return;
        }
        self.texts.push_str(&cell.text);
        let end = u32::try_from(self.texts.len()).expect("internal error: the limit is below 4 GiB");
        let column = u16::try_from(column).expect("internal error: a sheet has 16,384 columns");
        let RawCell { style, kind, has_formula, .. } = *cell;
        self.cells.push(KeptCell { style, end, column, kind, has_formula });
        match self.rows.last_mut() {
            Some((last, end)) if *last == row => *end = self.cells.len(),
            _ => self.rows.push((row, self.cells.len())),
        }
    }

    /// How many bytes its cells take.
    fn bytes(&self) -> usize {
        size_of_val(self.cells.as_slice()) + self.texts.len()
    }

    /// True if every cell was kept.
    pub const fn is_complete(&self) -> bool {
        !self.is_over_limit
    }

    /// Hands each cell to `visit` as the walk did, until that says to stop.
    ///
    /// # Errors
    /// What `visit` says.
    pub fn walk(&self, mut visit: impl FnMut(u32, u32, &RawCell) -> Result<bool, Fault>) -> Result<(), Fault> {
        let (mut cell, mut text_begin, mut row_begin) = (RawCell::default(), 0, 0);
        for (row, row_end) in &self.rows {
            for kept in &self.cells[row_begin..*row_end] {
                let end = kept.end as usize;
                cell.begin(kept.kind, kept.style);
                cell.has_formula = kept.has_formula;
                cell.text.push_str(&self.texts[text_begin..end]);
                text_begin = end;
                if !visit(*row, u32::from(kept.column), &cell)? {
                    return Ok(());
                }
            }
            row_begin = *row_end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: CellKind, style: &str, text: &str) -> RawCell {
        RawCell {
            kind,
            text: text.to_owned(),
            has_formula: text.starts_with('='),
            style: StyleNumber::parse(Some(style)),
        }
    }

    #[test]
    fn cells_are_walked_as_they_were_kept() {
        let cells = [
            (0, 0, cell(CellKind::Text, "0", "é")),
            (0, 16_383, cell(CellKind::Number, "x", "")),
            (1_048_575, 2, cell(CellKind::Text, "7", "=A1")),
        ];
        let mut kept = KeptCells::default();
        cells.iter().for_each(|(row, column, cell)| kept.keep(*row, *column, cell));
        assert!(kept.is_complete());
        let mut seen = Vec::new();
        let walked = kept.walk(|row, column, cell| {
            seen.push(format!("{row} {column} {cell:?}"));
            Ok(row == 0)
        });
        assert_eq!(walked, Ok(()));
        assert_eq!(seen, cells.map(|(row, column, cell)| format!("{row} {column} {cell:?}")));
    }

    #[test]
    fn nothing_is_kept_of_a_sheet_that_is_too_large() {
        let mut kept = KeptCells::default();
        let long = cell(CellKind::Text, "0", &"x".repeat(1 << 20));
        for row in 0..=32 {
            assert_eq!(kept.is_complete(), row < 32, "{row}");
            kept.keep(row, 0, &long);
        }
        assert!(!kept.is_complete() && kept.cells.is_empty() && kept.texts.is_empty());
    }
}
