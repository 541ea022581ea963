//! Rows that follow one another, each with as many cells as the header has.

use super::row::{Row, TableSchema, longest_oddity};
use super::scan::{CellEnd, Structure};
use crate::read::chunks::break_length;
use crate::read::{Locator, RecordBatch};
use crate::record::Field;
use crate::record::interner::{NO_SYMBOL, StringInterner, Symbol};
use crate::record::row_interner::RowInterner;
use crate::source::InputId;

/// A run of rows.
#[derive(Clone, Copy)]
pub struct RowBatch<'a> {
    /// The input.
    pub input: InputId,
    /// The number of the first record.
    pub number: u64,
    /// The line that the first row stands in, where each row takes one line.
    pub line: Option<u64>,
    /// The table.
    pub table: &'a TableSchema,
    /// The text the places are relative to, and the byte of the input it begins at.
    pub text: &'a str,
    /// See `text`.
    pub base: u64,
    /// Where each row begins.
    pub starts: &'a [u32],
    /// The ends of the cells of all rows.
    pub ends: &'a [CellEnd],
}

impl<'a> RowBatch<'a> {
    /// The row at `place`.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, place: usize) -> Row<'a> {
        let Self { input, number, table, text, base, starts, ends, .. } = *self;
        let width = table.fields.len();
        let ends = &ends[place * width..(place + 1) * width];
        Row { input, number: number + place as u64, table, text, base, start: starts[place] as usize, ends }
    }

    /// The places from `from` on of rows as short as those that are no account, or as long as the header: nearly none.
    #[inline]
    pub fn those_that_may_be_odd(&self, from: usize) -> impl Iterator<Item = usize> {
        let width = self.table.fields.len();
        let (longest, header) = (longest_oddity(width), self.table.header.len());
        let rows = self.starts.iter().zip(self.ends.chunks_exact(width)).enumerate().skip(from);
        rows.filter_map(move |(place, (start, ends))| {
            let length = ends[width - 1].at() - *start as usize;
            (length <= longest || length == header).then_some(place)
        })
    }

    /// The rows from place `from` up to, not with, `until`.
    #[must_use]
    pub fn part(&self, from: usize, until: usize) -> Self {
        let width = self.table.fields.len();
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
    fn record(&self, place: usize) -> Row<'a> {
        self.row(place)
    }

    fn column(&self, field: Field) -> Option<usize> {
        self.table.column_of[field.index()]
    }

    fn intern_columns(&self, first: usize, last: usize, row_interner: &mut RowInterner, codes: &mut Vec<Symbol>) {
        let bytes = self.text.as_bytes();
        let rows = self.starts.iter().zip(self.ends.chunks_exact(self.table.fields.len()));
        let texts = rows.map(|(start, ends)| {
            let start = first.checked_sub(1).map_or(*start as usize, |before| ends[before].at() + 1);
            &bytes[start..ends[last].at()]
        });
        row_interner.number(texts, codes);
    }

    /// Column by column the same few instructions meet texts of one kind; row by row each cell would meet cold code
    /// and another column's texts.
    fn intern(&self, field: Field, interner: &mut StringInterner, codes: &mut Vec<Symbol>) {
        let Self { starts, ends, .. } = *self;
        let Some(column) = self.table.column_of[field.index()].filter(|_| interner.expect(starts.len())) else {
            return codes.resize(codes.len() + starts.len(), NO_SYMBOL);
        };
        let bytes = self.text.as_bytes();
        let rows = ends.chunks_exact(self.table.fields.len());
        let mut code = |start: usize, end: usize| interner.code_of_part(bytes, start, end).unwrap_or(NO_SYMBOL);
        match column.checked_sub(1) {
            None => codes.extend(starts.iter().zip(rows).map(|(start, ends)| code(*start as usize, ends[0].at()))),
            Some(before) => codes.extend(rows.map(|ends| code(ends[before].at() + 1, ends[column].at()))),
        }
    }

    fn set_line(&self, place: usize, view: &mut Locator<'_>) {
        if let Some(line) = self.line {
            view.set_line(self.base + u64::from(self.starts[place]), line + place as u64);
        }
    }
}

/// Finds the rows from `start` on in which each cell ends where the header says, and puts where they begin into
/// `starts`. Returns where the next row begins.
pub fn find_rows(bytes: &[u8], ends: &[CellEnd], width: usize, start: usize, starts: &mut Vec<u32>) -> usize {
    starts.clear();
    let mut next = start;
    for cells in ends.chunks_exact(width).take_while(|cells| is_one_record(cells)) {
        #[expect(clippy::cast_possible_truncation, reason = "scans are shorter than an end can count")]
        starts.push(next as u32);
        next = after(bytes, cells);
    }
    next
}

/// The same where there are no other records at all, from the first byte on. Says how many bytes the rows take.
pub fn find_even_rows(bytes: &[u8], structure: &Structure, width: usize, starts: &mut Vec<u32>) -> Option<usize> {
    starts.clear();
    let ends = structure.ends.get(..structure.breaks * width)?;
    let mut next = 0;
    for cells in ends.chunks_exact(width) {
        // As many records end as there are rows: where each row ends one, no other cell does.
        if !cells[width - 1].is_record_end() {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "scans are shorter than an end can count")]
        starts.push(next as u32);
        next = after(bytes, cells);
    }
    (!starts.is_empty()).then_some(next)
}

/// Where the row after these cells begins.
#[inline]
#[must_use]
pub fn after(bytes: &[u8], cells: &[CellEnd]) -> usize {
    let end = cells[cells.len() - 1].at();
    end + break_length(bytes, end)
}

/// True where these cells are one record: the last one ends it and no other does.
#[inline]
fn is_one_record(cells: &[CellEnd]) -> bool {
    // No early way out: like this the compiler looks at several at once.
    cells.split_last().is_some_and(|(last, others)| {
        last.is_record_end() & !others.iter().fold(false, |any, end| any | end.is_record_end())
    })
}
