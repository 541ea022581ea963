//! Rows that follow one another, each with as many cells as the header has.

use super::row::Row;
use super::table_schema::TableSchema;
use crate::fast::intern::rows::RowInterner;
use crate::fast::intern::{NO_SYMBOL, StringInterner, Symbol};
use crate::fast::scan::{CellEnd, ScanResult};
use crate::read::chunks::break_length;
use crate::read::{Locator, RecordBatch};
use crate::record::Field;
use crate::source::InputId;

/// Rows of one table.
#[derive(Clone, Copy)]
pub(in crate::read) struct RowBatch<'a> {
    pub input: InputId,
    /// The number of the first record.
    pub number: u64,
    /// The line of the first row, if each row takes one line.
    pub line: Option<u64>,
    pub schema: &'a TableSchema,
    /// The text that `starts` and `ends` count in, and the byte of the input it begins at.
    pub text: &'a str,
    pub base: u64,
    /// Where each row begins.
    pub starts: &'a [u32],
    /// The ends of the cells of all rows.
    pub ends: &'a [CellEnd],
}

impl<'a> RowBatch<'a> {
    #[inline(always)]
    pub fn row(&self, index: usize) -> Row<'a> {
        let Self { input, number, schema, text, base, starts, ends, .. } = *self;
        let width = schema.fields.len();
        let ends = &ends[index * width..(index + 1) * width];
        Row { input, number: number + index as u64, schema, text, base, start: starts[index] as usize, ends }
    }

    /// The rows from index `from` up to `until`, which is not included.
    pub fn slice(&self, from: usize, until: usize) -> Self {
        let width = self.schema.fields.len();
        Self {
            number: self.number + from as u64,
            line: self.line.map(|line| line + from as u64),
            starts: &self.starts[from..until],
            ends: &self.ends[from * width..until * width],
            ..*self
        }
    }
}

impl<'a> RecordBatch for RowBatch<'a> {
    type Record<'r>
        = Row<'a>
    where
        Self: 'r;

    #[inline]
    fn length(&self) -> usize {
        self.starts.len()
    }

    #[inline(always)]
    fn record(&self, index: usize) -> Row<'a> {
        self.row(index)
    }

    #[inline(always)]
    fn number(&self, index: usize) -> u64 {
        self.number + index as u64
    }

    fn column(&self, field: Field) -> Option<usize> {
        self.schema.column_of[field.index()]
    }

    #[inline(always)]
    fn plain_text(&self, column: usize, index: usize) -> Option<&str> {
        let ends = &self.ends[index * self.schema.fields.len()..];
        let start = column.checked_sub(1).map_or(self.starts[index] as usize, |before| ends[before].at() + 1);
        let text = &self.text[start..ends[column].at()];
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
        let bytes = text.as_bytes();
        (bytes.first().is_some_and(is_plain) && bytes.last().is_some_and(is_plain)).then_some(text)
    }

    fn intern_columns(&self, first: usize, last: usize, row_interner: &mut RowInterner, symbols: &mut Vec<Symbol>) {
        let bytes = self.text.as_bytes();
        let rows = self.starts.iter().zip(self.ends.chunks_exact(self.schema.fields.len()));
        let texts = rows.map(|(start, ends)| {
            let start = first.checked_sub(1).map_or(*start as usize, |before| ends[before].at() + 1);
            &bytes[start..ends[last].at()]
        });
        row_interner.intern_all(texts, symbols);
    }

    /// Column by column the same few instructions meet texts of one kind; row by row each cell would meet cold code
    /// and another column's texts.
    fn intern(&self, field: Field, interner: &mut StringInterner, symbols: &mut Vec<Symbol>) {
        let Self { starts, ends, .. } = *self;
        let Some(column) = self.column(field).filter(|_| interner.expect(starts.len())) else {
            return symbols.resize(symbols.len() + starts.len(), NO_SYMBOL);
        };
        let bytes = self.text.as_bytes();
        let rows = ends.chunks_exact(self.schema.fields.len());
        let mut symbol = |start: usize, end: usize| interner.intern_part(bytes, start, end).unwrap_or(NO_SYMBOL);
        match column.checked_sub(1) {
            None => symbols.extend(starts.iter().zip(rows).map(|(start, ends)| symbol(*start as usize, ends[0].at()))),
            Some(before) => symbols.extend(rows.map(|ends| symbol(ends[before].at() + 1, ends[column].at()))),
        }
    }

    fn set_line(&self, index: usize, locator: &mut Locator<'_>) {
        if let Some(line) = self.line {
            locator.set_line(self.base + u64::from(self.starts[index]), line + index as u64);
        }
    }
}

/// Puts into `starts` where the rows of `width` cells begin that follow one another from `start` on. Returns where the
/// next row begins.
pub(super) fn find_rows(bytes: &[u8], ends: &[CellEnd], width: usize, start: usize, starts: &mut Vec<u32>) -> usize {
    starts.clear();
    let mut next = start;
    for cells in ends.chunks_exact(width).take_while(|cells| is_one_record(cells)) {
        #[expect(clippy::cast_possible_truncation, reason = "scans are shorter than an end can count")]
        starts.push(next as u32);
        next = next_row(bytes, cells);
    }
    next
}

/// Like [`find_rows`] from the first byte on, but `None` if there are any other records.
pub(super) fn find_regular_rows(
    bytes: &[u8],
    scanned: &ScanResult,
    width: usize,
    starts: &mut Vec<u32>,
) -> Option<usize> {
    starts.clear();
    let ends = scanned.ends.get(..scanned.record_ends * width)?;
    let mut next = 0;
    for cells in ends.chunks_exact(width) {
        // As many records end as there are rows: if each row ends one, no other cell does.
        if !cells[width - 1].is_record_end() {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "scans are shorter than an end can count")]
        starts.push(next as u32);
        next = next_row(bytes, cells);
    }
    (!starts.is_empty()).then_some(next)
}

/// Where the row after these cells begins.
#[inline]
pub(super) fn next_row(bytes: &[u8], cells: &[CellEnd]) -> usize {
    let end = cells[cells.len() - 1].at();
    end + break_length(bytes, end)
}

/// True if these cells are one record: the last one ends it and no other does.
#[inline]
fn is_one_record(cells: &[CellEnd]) -> bool {
    // No early exit: this lets the compiler compare several at once.
    cells.split_last().is_some_and(|(last, others)| {
        last.is_record_end() & !others.iter().fold(false, |any, end| any | end.is_record_end())
    })
}
