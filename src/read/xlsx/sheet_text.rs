//! The only sheet of a workbook as text, for files of the site that are tables. What one reader could see and another not
//! is refused: it was reviewed by people.

use super::archive::{WorkbookArchive, unreadable};
use super::cells::{SheetSurvey, has_cells, walk_cells};
use super::package::{SheetKind, WorkbookPackage};
use super::row_text::{cell_span, write_out};
use super::value::{CellKind, CellText, RawCell, cell_text};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::fast::scan::CellEnd;
use crate::read::locator::{Locator, SheetRow, address};
use crate::record::date::Date;
use crate::source::file::Source;
use crate::source::{CellAddress, Location, Span};

/// A sheet, each row written out as one line.
pub struct SheetText {
    name: String,
    /// The lines.
    pub text: String,
    /// The rows with cells.
    pub rows: Vec<TextRow>,
    /// A cell that does not hold its value for certain.
    pub uncertain: Option<Fault>,
}

/// A row of a sheet.
pub struct TextRow {
    /// Its number in the sheet, from 1.
    number: u32,
    /// Where its line begins.
    byte: u64,
    ends: Vec<CellEnd>,
    /// Its cells: the text of each, and its place inside its quotes.
    pub cells: Vec<(String, Span)>,
}

impl SheetText {
    /// Reads a workbook.
    ///
    /// # Errors
    /// Why it is not the table that people see.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Fault> {
        let source = Source::from_bytes(bytes);
        let mut archive = WorkbookArchive::open(&source)?;
        let read = Self::of_archive(&mut archive);
        archive.unpack_rest()?;
        read
    }

    fn of_archive(archive: &mut WorkbookArchive<'_>) -> Result<Self, Fault> {
        let package = WorkbookPackage::read(archive)?;
        let mut filled = Vec::new();
        for sheet in &package.sheets {
            if has_cells(archive, &sheet.path)? {
                filled.push(sheet);
            }
        }
        let [sheet] = filled.as_slice() else {
            return Err(unreadable(format!("it has {} sheets with cells; keep one", filled.len())));
        };
        if sheet.is_hidden || sheet.kind != SheetKind::Worksheet {
            return Err(unreadable(format!("its sheet {} cannot be seen", quoted(&sheet.name))));
        }
        let mut rows: Vec<(u32, Vec<(usize, CellText<'_>)>)> = Vec::new();
        let survey = walk_cells(archive, sheet, |row, column, cell| {
            if let Some(mut text) = cell_text(cell, &package)? {
                if has_time_of_day(cell, &text) {
                    text = CellText::Unverifiable("holds a time of day; a day is whole");
                }
                match rows.last_mut().filter(|(number, _)| *number == row) {
                    Some((_, cells)) => cells.push((column as usize, text)),
                    None => rows.push((row, vec![(column as usize, text)])),
                }
            }
            Ok(true)
        })?;
        refuse_hidden(&survey)?;
        Self::written_out(&sheet.name, &rows)
    }

    fn written_out(name: &str, rows: &[(u32, Vec<(usize, CellText<'_>)>)]) -> Result<Self, Fault> {
        let mut sheet = Self { name: name.to_owned(), text: String::new(), rows: Vec::new(), uncertain: None };
        for (number, cells) in rows {
            let width = cells.last().map_or(0, |(column, _)| column + 1);
            let line = write_out(cells, width)?;
            let byte = sheet.text.len() as u64;
            let span = |column| cell_span(&line.text, &line.ends, byte, column);
            let mut row = TextRow { number: number + 1, byte, ends: Vec::new(), cells: Vec::with_capacity(width) };
            let mut written = cells.iter().peekable();
            for column in 0..width {
                let text = match written.next_if(|(at, _)| *at == column) {
                    Some((_, CellText::Text(text))) => text.to_string(),
                    Some((_, CellText::Unverifiable(why))) => {
                        let message = format!("the cell {} {why}", address(u64::from(row.number), column));
                        let fault = Fault::new(FaultKind::CellUnverifiable, span(column), message);
                        sheet.uncertain.get_or_insert(fault);
                        String::new()
                    }
                    None => String::new(),
                };
                row.cells.push((text, span(column)));
            }
            sheet.text.push_str(&line.text);
            sheet.text.push('\n');
            row.ends = line.ends;
            sheet.rows.push(row);
        }
        Ok(sheet)
    }

    /// Where a span of the text is: its first and last place, and the cell.
    pub fn place(&self, text: &str, span: Span) -> (Location, Location, Option<CellAddress>) {
        let after = self.rows.partition_point(|row| row.byte <= span.start);
        let Some(row) = self.rows.get(after.saturating_sub(1)) else {
            let start = Location { byte: 0, line: 1, column: 1 };
            return (start, start, None);
        };
        let length = row.ends.last().map_or(0, |end| end.at());
        let from = usize::try_from(row.byte).unwrap_or(0);
        let column_at = |offset: usize| row.ends.partition_point(|end| end.at() < offset);
        let number = u64::from(row.number);
        let line = SheetRow { sheet: &self.name, number, byte: row.byte, column_at: &column_at };
        let mut view = Locator::from_row(&text[from..from + length], line);
        let start = view.locate(span.start);
        (start, if span.is_empty() { start } else { view.locate(span.end) }, view.cell(span.start))
    }
}

/// True for a day of the product that says more than the day.
fn has_time_of_day(cell: &RawCell, text: &CellText<'_>) -> bool {
    let is_day = matches!(text, CellText::Text(text) if Date::parse(text, None).is_some());
    let is_moment = match cell.kind {
        CellKind::Number => cell.text.trim().parse().is_ok_and(|serial: f64| serial.fract() != 0.0),
        CellKind::IsoDate => cell.text.contains('T'),
        _ => false,
    };
    is_day && is_moment
}

/// What people who looked at the sheet may not have seen, or seen otherwise.
fn refuse_hidden(survey: &SheetSurvey) -> Result<(), Fault> {
    let what = if survey.hidden_rows.is_some() || survey.hides_by_default {
        "rows of the sheet are hidden"
    } else if !survey.hidden_columns.is_empty() {
        "columns of the sheet are hidden"
    } else if !survey.merged.is_empty() {
        "cells of the sheet are merged"
    } else {
        return Ok(());
    };
    Err(unreadable(what).with_remedy("Show every row and column, and undo merged cells."))
}
