//! The rows of a sheet: the header row found, the others handed on as records, each written as a line of text.
//!
//! So a row of a sheet is read like a row of a table of text, and shown like one.

use std::sync::Arc;

use super::LAST_ROW;
use super::cells::SheetSurvey;
use super::merged::MergedCells;
use super::outline::{SEARCHED_ROWS, SheetOutline};
use super::row_text::{DELIMITER, RowText, cell_span, write_out};
use super::value::CellText;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::{quoted, visible};
use crate::read::columns::{ColumnMap, is_header_row, near_misses, resolve};
use crate::read::csv::faults::repeated;
use crate::read::csv::header::{MAX_COLUMNS, NOT_HEADERS, above_declared_header, above_header, may_hold_accounts};
use crate::read::csv::row::Row;
use crate::read::csv::row_batch;
use crate::read::csv::table_schema::TableSchema;
use crate::read::locator::address;
use crate::read::row_kind::{ColumnProfile, RowKind, after_gap, below_headers, footer_fault, is_address};
use crate::read::{Flow, Locator, ReadOptions, ReadSummary, RecordRefusal, SheetRow, Sink};
use crate::record::Record;
use crate::source::{InputId, Span};

/// The rows of the sheets of a workbook on their way to a sink.
pub struct SheetRows<'a, S> {
    input: InputId,
    map: &'a ColumnMap,
    /// The declared header row, from 1.
    header_row: Option<u64>,
    sink: &'a mut S,
    summary: ReadSummary,
    /// The byte of the workbook's text at which the next row begins.
    byte: u64,
    is_stopped: bool,
    /// Sheets that end before the declared header row, and their last rows.
    short: Vec<(String, u32)>,
    /// Some sheet has that row.
    has_long_sheets: bool,
    sheet: SheetState,
}

/// The sheet at hand.
#[derive(Default)]
struct SheetState {
    name: Arc<str>,
    table: Option<TableSchema>,
    /// Rows with cells above the header row.
    above: Vec<u32>,
    /// One of them reads like headers or an account.
    has_accounts_above: bool,
    outline: Option<SheetOutline>,
    /// Where the declared footer begins.
    footer_begin: Option<u32>,
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
impl SheetState {
    /// Why a row with no cell beyond the table is not judged.
    fn fault(
        &mut self,
        row: &Row<'_>,
        kind: RowKind,
        (number, cells): (u32, &[(usize, CellText<'_>)]),
        is_after_gap: bool,
    ) -> Option<Fault> {
        if self.is_below_headers {
            Some(below_headers(row.span()))
        } else if row.is_header() {
            Some(repeated(row))
        } else if kind != RowKind::Record {
            self.is_below_headers |= kind.begins_table();
            kind.fault(row.span(), row.number - 1)
        } else if is_after_gap && is_certain(cells) && row.begins_table(ColumnProfile::default) {
            self.is_below_headers = true;
            Some(after_gap(row.span()))
        } else {
            self.has_gaps |= is_after_gap;
            row_fault(row, &self.name, number, cells, &mut self.merged)
        }
    }
}

impl<'a, S: Sink> SheetRows<'a, S> {
    pub fn new(input: InputId, options: &ReadOptions<'a>, sink: &'a mut S) -> Self {
        Self {
            input,
            map: options.columns,
            header_row: options.tables.header_row,
            sink,
            summary: ReadSummary::default(),
            byte: 0,
            is_stopped: false,
            short: Vec::new(),
            has_long_sheets: false,
            sheet: SheetState::default(),
        }
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

    /// # Errors
    /// If no sheet has the declared header row.
    pub fn finish(self) -> Result<ReadSummary, Fault> {
        let row = self.header_row.unwrap_or_default();
        for (name, last) in self.short {
            let message = format!("row {row} should hold the headers, but the sheet {name} has {last} rows");
            if !self.has_long_sheets {
                return Err(Fault::of_input(FaultKind::HeaderRowBeyond, message));
            }
            self.sink.fault(Fault::of_input(FaultKind::SheetNotJudged, message), None, None);
        }
        Ok(self.summary)
    }

    pub fn begin(&mut self, name: &str, survey: &SheetSurvey, outline: SheetOutline) {
        self.has_long_sheets |= self.header_row.is_some_and(|row| row <= u64::from(survey.last_row));
        self.sheet = SheetState {
            name: Arc::from(name),
            merged: MergedCells::new(survey.merged.clone()),
            footer_begin: outline.footer_begin(),
            outline: Some(outline),
            ..SheetState::default()
        };
    }

    pub fn end(&mut self, survey: &SheetSurvey) {
        let name = quoted(&self.sheet.name);
        let is_short = self.header_row.is_some_and(|row| u64::from(survey.last_row) < row);
        if self.sheet.has_cells && is_short {
            self.short.push((name.clone(), survey.last_row));
        } else if self.sheet.has_cells && self.sheet.table.is_none() && !self.sheet.is_lost {
            let message = format!("the sheet {name} has no header row and was not judged");
            let fault = Fault::of_input(FaultKind::SheetNotJudged, message).with_remedy(NO_HEADER_ROW);
            self.sink.fault(fault, None, None);
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
    pub fn row(&mut self, number: u32, cells: &[(usize, CellText<'_>)]) -> Result<(), Fault> {
        let Some((last, _)) = cells.last().filter(|_| !self.sheet.is_lost) else { return Ok(()) };
        self.sheet.has_cells = true;
        let Some(table) = self.sheet.table.take() else { return self.before_head(number, cells) };
        let width = table.fields.len();
        let beyond = cells.iter().find(|(column, _)| *column >= width).map(|(column, _)| *column);
        let line = write_out(cells, width.max((*last + 1).min(MAX_COLUMNS)))?;
        let base = self.byte;
        self.byte += line.text.len() as u64 + 1;
        let count = self.summary.records + 1;
        let is_in_footer = self.sheet.footer_begin.is_some_and(|begin| number >= begin);
        let is_after_gap = number > self.sheet.next_row && count > self.sheet.first_record && !self.sheet.has_gaps;
        if !is_in_footer && self.sink.next_wanted(count) > count {
            // It was read before, and is not looked at again.
            self.summary.records = count;
            self.sheet.next_row = number + 1;
            self.sheet.has_gaps |= is_after_gap;
            self.sheet.table = Some(table);
            return Ok(());
        }
        let (sheet, column_at) = (Arc::clone(&self.sheet.name), |offset| line.column_at(offset));
        let place = SheetRow { sheet: &sheet, number: u64::from(number) + 1, byte: base, column_at: &column_at };
        let mut view = Locator::from_row(&line.text, place);
        let (input, text, ends) = (self.input, line.text.as_str(), &line.ends[..width]);
        let run =
            row_batch::RowBatch { input, number: count, line: None, schema: &table, text, base, starts: &[0], ends };
        let row = run.row(0);
        if is_in_footer {
            let fault = footer_fault(kind_of(&row, cells), row.span(), self.summary.records);
            fault.into_iter().for_each(|fault| self.sink.fault(fault, None, Some(&mut view)));
            self.sheet.table = Some(table);
            return Ok(());
        }
        self.summary.records = count;
        self.sheet.next_row = number + 1;
        let kind = kind_of(&row, cells);
        let fault = match beyond {
            Some(column) => Some(ragged(&row, &cell_name(&self.sheet.name, number, column))),
            None => self.sheet.fault(&row, kind, (number, cells), is_after_gap),
        };
        let flow = match fault {
            None => self.sink.records(&run, &mut view),
            Some(fault) => {
                let is_trusted = beyond.is_none() && !self.sheet.is_below_headers;
                let secrets = row.secrets_of_refused(kind, is_trusted);
                let faults = vec![(fault, None)];
                let refusal = RecordRefusal { number: count, span: row.span(), key: None, faults, secrets };
                self.sink.refuse_record(refusal, &mut view)
            }
        };
        self.is_stopped = flow == Flow::Stop;
        self.sheet.table = Some(table);
        Ok(())
    }

    /// Looks for the header row.
    fn before_head(&mut self, number: u32, cells: &[(usize, CellText<'_>)]) -> Result<(), Fault> {
        let width = cells.last().map_or(0, |(column, _)| column + 1);
        let is_declared = self.header_row == Some(u64::from(number) + 1);
        let is_searched = if self.header_row.is_some() { is_declared } else { number < SEARCHED_ROWS };
        let mut names = vec![String::new(); width.min(MAX_COLUMNS)];
        for (column, shown) in cells.iter().filter(|(column, _)| *column < MAX_COLUMNS) {
            if let CellText::Text(text) = shown {
                names[*column] = text.to_string();
            }
        }
        let is_header = is_searched && width <= MAX_COLUMNS && is_header_row(&names, self.map);
        if is_declared && !is_header && (width > MAX_COLUMNS || names.iter().any(|name| is_address(name.trim()))) {
            return Err(super::unreadable(NOT_HEADERS));
        }
        if !is_header && !is_declared {
            self.sheet.above.push(number);
            self.sheet.above.truncate(SEARCHED_ROWS as usize);
            self.sheet.has_accounts_above |= may_hold_accounts(&names, self.map);
            return match self.header_row {
                Some(row) if u64::from(number) >= row => Err(super::unreadable("its declared header row is blank")),
                _ => Ok(()),
            };
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
        if let Some(fault) = self.rows_above(number, base) {
            self.sink.fault(fault, Some(excerpt.clone()), Some(&mut view));
        }
        let spanned = names.into_iter().enumerate().map(|(column, name)| (name, line.cell_span(base, column)));
        let columns = match resolve(spanned.collect(), self.map) {
            Ok(columns) => columns,
            Err(fault) => {
                self.sink.fault(fault, Some(excerpt), Some(&mut view));
                self.sheet.is_lost = true;
                return;
            }
        };
        let mut table = TableSchema::new(DELIMITER as u8, &columns, line.text.clone());
        if let Some(outline) = self.sheet.outline.take() {
            let fields = table.fields.clone();
            table = table.with_profile(outline.column_profile(number, &fields));
        }
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

    /// The fault of the rows above the header row, if one of them may be an account.
    fn rows_above(&self, number: u32, base: u64) -> Option<Fault> {
        let row = u64::from(number) + 1;
        if self.header_row.is_some() {
            return self.sheet.has_accounts_above.then(|| above_declared_header("row", row, Span::at(base)));
        }
        let rows = Some(self.sheet.above.len()).filter(|rows| *rows > 0)?;
        Some(above_header("row", row, rows, Span::at(base)))
    }
}

/// What a row is. One with an uncertain cell is a record until that is reported.
fn kind_of(row: &Row<'_>, cells: &[(usize, CellText<'_>)]) -> RowKind {
    if !is_certain(cells) || row.is_plainly_an_account() { RowKind::Record } else { row.kind(ColumnProfile::default) }
}

/// What helps if the headers of a sheet are not known.
const NO_HEADER_ROW: &str = "If it holds accounts, run `rolecall init FILE`: it writes a config that maps the headers \
    under `[columns]`. Otherwise name the sheets that do with `--sheet NAME`.";

/// True if every cell holds its text.
fn is_certain(cells: &[(usize, CellText<'_>)]) -> bool {
    cells.iter().all(|(_, shown)| matches!(shown, CellText::Text(_)))
}

/// Why a row cannot be judged with certainty.
fn row_fault(
    row: &Row<'_>,
    sheet: &str,
    number: u32,
    cells: &[(usize, CellText<'_>)],
    merged: &mut MergedCells,
) -> Option<Fault> {
    let fault = |column: usize, why: &str| {
        let message = format!("the cell {} {why}", cell_name(sheet, number, column));
        Fault::new(FaultKind::CellUnverifiable, cell_span(row.text, row.ends, row.base, column), message)
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

/// A cell by its sheet and place.
fn cell_name(sheet: &str, number: u32, column: usize) -> String {
    format!("{}!{}", visible(sheet), address(u64::from(number) + 1, column))
}

fn ragged(row: &Row<'_>, cell: &str) -> Fault {
    Fault::new(FaultKind::RecordRagged, row.span(), format!("the cell {cell} is beyond the last header"))
}
