//! The rows of a sheet: the header row found, the others handed on as records, each written as a line of text.
//!
//! The line has `|` between cells, from column A on, and quotes around a cell that needs them. So a row of a
//! sheet is read like a row of a table of text, and shown like one.

use super::LAST_ROW;
use super::cells::SheetSurvey;
use super::range::CellRange;
use super::value::CellText;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::{quoted, visible};
use crate::read::chunks::MAX_RECORD_BYTES;
use crate::read::columns::{ColumnMap, is_header_row, near_misses, resolve};
use crate::read::csv::faults::repeated;
use crate::read::csv::header::MAX_COLUMNS;
use crate::read::csv::row::{Row, TableSchema};
use crate::read::csv::row_batch;
use crate::read::csv::scan::CellEnd;
use crate::read::locator::address;
use crate::read::row_kind::{RowKind, after_gap, below_headers};
use crate::read::{Flow, Locator, ReadSummary, RecordRefusal, SheetRow, Sink};
use crate::record::Record;
use crate::source::{InputId, Span};

/// What separates the cells of a row that is written out.
const DELIMITER: char = '|';

/// The rows in which a header row is looked for.
const FIRST_ROWS: u32 = 20;

/// The rows of the sheets of a workbook on their way to a sink.
pub struct SheetRows<'a, S> {
    input: InputId,
    map: &'a ColumnMap,
    sink: &'a mut S,
    summary: ReadSummary,
    /// The byte of the workbook's text at which the next row begins.
    byte: u64,
    is_stopped: bool,
    sheet: SheetState,
}

/// The sheet at hand.
#[derive(Default)]
struct SheetState {
    name: String,
    table: Option<TableSchema>,
    /// Rows with cells above the header row.
    above: Vec<u32>,
    merged: MergedCells,
    has_cells: bool,
    /// Another header row was met: what follows has other columns.
    is_below_headers: bool,
    /// The row after the last one with cells, from 0, and whether accounts follow gaps on this sheet.
    next_row: u32,
    has_gaps: bool,
    /// The number of its first record.
    first_record: u64,
    /// Its header row cannot be used, and that was said.
    is_lost: bool,
}

/// A row written out.
struct RowText {
    text: String,
    ends: Vec<CellEnd>,
}

impl RowText {
    fn column_at(&self, offset: usize) -> usize {
        self.ends.partition_point(|end| end.at() < offset)
    }
}

impl<'a, S: Sink> SheetRows<'a, S> {
    pub fn new(input: InputId, map: &'a ColumnMap, sink: &'a mut S) -> Self {
        let (summary, sheet) = (ReadSummary::default(), SheetState::default());
        Self { input, map, sink, summary, byte: 0, is_stopped: false, sheet }
    }

    pub const fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// How many records were read so far, of all sheets.
    pub const fn records(&self) -> u64 {
        self.summary.records
    }

    pub const fn sink(&mut self) -> &mut S {
        self.sink
    }

    pub fn finish(self) -> ReadSummary {
        self.summary
    }

    /// Begins a sheet.
    pub fn begin(&mut self, name: &str, survey: &SheetSurvey) {
        self.sheet = SheetState {
            name: name.to_owned(),
            merged: MergedCells { areas: survey.merged.clone(), passed: 0 },
            ..SheetState::default()
        };
    }

    /// Ends a sheet.
    pub fn end(&mut self, survey: &SheetSurvey) {
        let name = quoted(&self.sheet.name);
        if self.sheet.has_cells && self.sheet.table.is_none() && !self.sheet.is_lost {
            let message = format!("the sheet {name} has no header row and was not judged");
            self.sink.fault(Fault::of_input(FaultKind::SheetNotJudged, message), None, None);
        }
        if survey.last_row == LAST_ROW {
            let message = format!("the sheet {name} is full to its last row: what did not fit is not in it");
            self.sink.fault(Fault::of_input(FaultKind::ExportTruncated, message), None, None);
        }
    }

    /// Takes the cells of a row, whose number counts from 0.
    ///
    /// # Errors
    /// Where the sheet cannot be judged at all.
    pub fn row(&mut self, number: u32, cells: &[(usize, CellText)]) -> Result<(), Fault> {
        let Some((last, _)) = cells.last().filter(|_| !self.sheet.is_lost) else { return Ok(()) };
        self.sheet.has_cells = true;
        let Some(table) = self.sheet.table.take() else { return self.before_head(number, cells) };
        let width = table.fields.len();
        let beyond = cells.iter().find(|(column, _)| *column >= width).map(|(column, _)| *column);
        let line = write_out(cells, width.max((*last + 1).min(MAX_COLUMNS)))?;
        let base = self.byte;
        self.byte += line.text.len() as u64 + 1;
        let column_at = |offset| line.column_at(offset);
        let place =
            SheetRow { sheet: &self.sheet.name, number: u64::from(number) + 1, byte: base, column_at: &column_at };
        let mut view = Locator::from_row(&line.text, place);
        self.summary.records += 1;
        let count = self.summary.records;
        let (input, text, ends) = (self.input, line.text.as_str(), &line.ends[..width]);
        let run =
            row_batch::RowBatch { input, number: count, line: None, schema: &table, text, base, starts: &[0], ends };
        let row = run.row(0);
        let is_after_gap = number > self.sheet.next_row && count > self.sheet.first_record && !self.sheet.has_gaps;
        self.sheet.next_row = number + 1;
        let merged = &mut self.sheet.merged;
        let kind = kind_of(&row, cells);
        let fault = match beyond {
            Some(column) => Some(ragged(&row, &cell_name(&self.sheet.name, number, column))),
            None if self.sheet.is_below_headers => Some(below_headers(row.span())),
            None if row.is_header() => Some(repeated(&row)),
            None if kind != RowKind::Record => {
                self.sheet.is_below_headers |= kind == RowKind::Headers;
                kind.fault(row.span(), count - 1)
            }
            None if is_after_gap && is_certain(cells) && row.begins_table() => {
                self.sheet.is_below_headers = true;
                Some(after_gap(row.span()))
            }
            None => {
                self.sheet.has_gaps |= is_after_gap;
                row_fault(&row, &self.sheet.name, number, cells, merged)
            }
        };
        let flow = match fault {
            None => self.sink.records(&run, &mut view),
            Some(fault) => {
                let is_trusted = beyond.is_none() && !self.sheet.is_below_headers;
                let secret = row.secret_of_refused(kind, is_trusted);
                let faults = vec![(fault, None)];
                let refusal = RecordRefusal { number: count, span: row.span(), key: None, faults, secret };
                self.sink.refuse_record(refusal, &mut view)
            }
        };
        self.is_stopped = flow == Flow::Stop;
        self.sheet.table = Some(table);
        Ok(())
    }

    /// Looks for the header row.
    fn before_head(&mut self, number: u32, cells: &[(usize, CellText)]) -> Result<(), Fault> {
        let width = cells.last().map_or(0, |(column, _)| column + 1);
        if width > MAX_COLUMNS || number >= FIRST_ROWS {
            self.sheet.above.push(number);
            self.sheet.above.truncate(FIRST_ROWS as usize);
            return Ok(());
        }
        let mut names = vec![String::new(); width];
        for (column, shown) in cells {
            if let CellText::Text(text) = shown {
                names[*column].clone_from(text);
            }
        }
        if !is_header_row(&names, self.map) {
            self.sheet.above.push(number);
            return Ok(());
        }
        if cells.iter().any(|(_, shown)| matches!(shown, CellText::Unverifiable(_))) {
            return Err(super::unreadable("its header row holds a formula or an error"));
        }
        let line = write_out(cells, width)?;
        self.head(number, names, &line);
        Ok(())
    }

    fn head(&mut self, number: u32, names: Vec<String>, line: &RowText) {
        let base = self.byte;
        self.byte += line.text.len() as u64 + 1;
        let column_at = |offset| line.column_at(offset);
        let place =
            SheetRow { sheet: &self.sheet.name, number: u64::from(number) + 1, byte: base, column_at: &column_at };
        let mut view = Locator::from_row(&line.text, place);
        let mut excerpt = Excerpt::default();
        excerpt.push(&line.text, base);
        if !self.sheet.above.is_empty() {
            let rows = self.sheet.above.len();
            let message = format!("the header row is row {}, and {} above it", number + 1, rows_above(rows));
            let fault = Fault::new(FaultKind::RowsAboveHeader, Span::at(base), message);
            self.sink.fault(fault, Some(excerpt.clone()), Some(&mut view));
        }
        let spanned = names.into_iter().enumerate().map(|(column, name)| (name, span_of(line, base, column)));
        let columns = match resolve(spanned.collect(), self.map) {
            Ok(columns) => columns,
            Err(fault) => {
                self.sink.fault(fault, Some(excerpt), Some(&mut view));
                self.sheet.is_lost = true;
                return;
            }
        };
        let table = TableSchema::new(DELIMITER as u8, &columns, line.text.clone());
        let near_misses = near_misses(&columns, self.map);
        self.summary.present = self.summary.present.union(table.present);
        for column in columns.into_iter().filter(|column| !column.header.trim_ascii().is_empty()) {
            match column.field {
                Some(field) if self.summary.columns.contains(&(column.header.clone(), field)) => {}
                Some(field) => self.summary.columns.push((column.header, field)),
                None if self.summary.unknown.contains(&column.header) => {}
                None => self.summary.unknown.push(column.header),
            }
        }
        near_misses.into_iter().for_each(|fault| self.sink.fault(fault, Some(excerpt.clone()), Some(&mut view)));
        self.sheet.merged.keep_judged(&table);
        self.sink.begin_table(table.present);
        self.sheet.table = Some(table);
        (self.sheet.next_row, self.sheet.first_record) = (number + 1, self.summary.records + 1);
    }
}

/// The merged cells of a sheet that hold judged ones, in order.
#[derive(Default)]
struct MergedCells {
    areas: Vec<CellRange>,
    /// How many of them lie wholly above the row at hand.
    passed: usize,
}

impl MergedCells {
    /// Forgets those that hold no judged cell, and those of one cell.
    fn keep_judged(&mut self, table: &TableSchema) {
        self.areas.retain(|area| {
            let is_one = area.first_row == area.last_row && area.first_column == area.last_column;
            !is_one && first_judged(area, table).is_some()
        });
    }

    /// The first judged column of row `number` that is merged with other cells.
    fn column(&mut self, number: u32, table: &TableSchema) -> Option<usize> {
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

/// What a row is. One with an uncertain cell is a record until that is reported.
fn kind_of(row: &Row<'_>, cells: &[(usize, CellText)]) -> RowKind {
    if !is_certain(cells) || row.is_plainly_an_account() { RowKind::Record } else { row.kind() }
}

/// True if every cell holds its text.
fn is_certain(cells: &[(usize, CellText)]) -> bool {
    cells.iter().all(|(_, shown)| matches!(shown, CellText::Text(_)))
}

/// Why a row cannot be judged with certainty.
fn row_fault(
    row: &Row<'_>,
    sheet: &str,
    number: u32,
    cells: &[(usize, CellText)],
    merged: &mut MergedCells,
) -> Option<Fault> {
    let fault = |column: usize, why: &str| {
        let message = format!("the cell {} {why}", cell_name(sheet, number, column));
        Fault::new(FaultKind::CellUnverifiable, cell_span(row, column), message)
    };
    for (column, shown) in cells {
        if let CellText::Unverifiable(why) = shown
            && row.schema.fields[*column].is_some()
        {
            return Some(fault(*column, why));
        }
    }
    let column = merged.column(number, row.schema)?;
    Some(fault(column, "is merged with others, so it is unclear whose value it holds"))
}

fn rows_above(rows: usize) -> String {
    if rows == 1 { "there is 1 row".to_owned() } else { format!("there are {rows} rows") }
}

/// A cell by its sheet and place.
fn cell_name(sheet: &str, number: u32, column: usize) -> String {
    format!("{}!{}", visible(sheet), address(u64::from(number) + 1, column))
}

fn ragged(row: &Row<'_>, cell: &str) -> Fault {
    Fault::new(FaultKind::RecordRagged, row.span(), format!("the cell {cell} is beyond the last header"))
}

/// The span of a cell, inside its quotes.
fn cell_span(row: &Row<'_>, column: usize) -> Span {
    let start = if column == 0 { 0 } else { row.ends[column - 1].at() + 1 };
    let end = row.ends[column].at();
    let quotes = usize::from(row.text[start..end].starts_with('"'));
    Span::new(row.base + (start + quotes) as u64, row.base + (end - quotes) as u64)
}

fn span_of(line: &RowText, base: u64, column: usize) -> Span {
    let start = if column == 0 { 0 } else { line.ends[column - 1].at() + 1 };
    let end = line.ends[column].at();
    let quotes = usize::from(line.text[start..end].starts_with('"'));
    Span::new(base + (start + quotes) as u64, base + (end - quotes) as u64)
}

/// Writes out the first `width` cells of a row.
fn write_out(cells: &[(usize, CellText)], width: usize) -> Result<RowText, Fault> {
    let mut line = RowText { text: String::new(), ends: Vec::with_capacity(width) };
    let mut cells = cells.iter().peekable();
    for column in 0..width {
        if column > 0 {
            line.text.push(DELIMITER);
        }
        if let Some((_, shown)) = cells.next_if(|(at, _)| *at == column) {
            push(&mut line.text, shown);
        }
        let at = line.text.len();
        line.ends.push(if column + 1 == width { CellEnd::ending_record(at) } else { CellEnd::within_record(at) });
    }
    if line.text.len() > MAX_RECORD_BYTES {
        return Err(super::unreadable(format!("a row is longer than {} MiB", MAX_RECORD_BYTES >> 20)));
    }
    Ok(line)
}

/// Writes a cell, in quotes where it could be taken for more than one.
fn push(out: &mut String, shown: &CellText) {
    let CellText::Text(text) = shown else { return };
    if text.contains([DELIMITER, '"', '\n', '\r']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}
