//! Workbooks: every sheet a table, read cell by cell, each row written out as one line of text.
//!
//! That line is the decoded text that spans count in; its number is the row's number in the sheet, and a place
//! in it leads back to a cell. A sheet that is not judged is said to be so. What is hidden is judged like all
//! else, and noted. Nothing is worked out: a formula's cell is not judged by what it showed last.

mod archive;
mod cells;
mod kept_cells;
mod merged;
mod number_format;
mod outline;
mod package;
mod range;
mod row_text;
mod sheet;
pub mod sheet_text;
mod strings;
mod value;
mod xml;

use super::format::{Reader, Unreadable};
use super::headers::Headers;
use super::locator::letters;
use super::visitor::{IgnoreRecords, VisitorSink};
use super::{Checkpoint, Input, ReadOptions, ReadSummary, Sink, TableLayout};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::source::InputId;
use crate::source::file::Source;
use archive::{WorkbookArchive, unreadable};
use cells::{SheetSurvey, has_cells, walk_cells};
use kept_cells::KeptCells;
use outline::SheetOutline;
use package::{SheetKind, SheetPart, WorkbookPackage};
use sheet::SheetRows;
use value::{CellText, RawCell};

/// The last row that a sheet can have.
const LAST_ROW: u32 = 1_048_576;

/// A workbook, streamed sheet by sheet.
pub struct Workbook;

impl Reader for Workbook {
    const WORD: &'static str = "xlsx";
    // The others are told apart, and refused, by what is in them.
    const EXTENSIONS: &'static [&'static str] = &["xlsx", "xlsm", "xls", "xlsb"];
    // Its texts tell their encoding themselves.
    const IS_TEXT: bool = false;

    fn open(_: &Source) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        read(&input.source, input.id, options, sink).map_err(|fault| sink.fault(fault, None, None)).ok()
    }

    fn read_again(
        &self,
        input: &Input,
        options: &ReadOptions<'_>,
        _: &ReadSummary,
        _: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        drop(read(&input.source, input.id, options, sink));
    }

    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
        read(source, InputId(0), options, &mut VisitorSink(&mut IgnoreRecords)).map(Into::into)
    }
}

/// Reads the sheets of a workbook.
///
/// # Errors
/// A fault that keeps all of it from being read.
pub fn read(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, Fault> {
    let mut archive = WorkbookArchive::open(source)?;
    let package = WorkbookPackage::read(&mut archive)?;
    check_names(&package.sheets, read_options.sheets)?;
    if archive.find("xl/vbaProject.bin").is_some() {
        sink.note(Fault::of_input(FaultKind::SheetHidden, "the workbook holds macros, which were not run"));
    }
    if package.left_over > 0 {
        let what = if package.left_over == 1 { "a worksheet or table" } else { "worksheets or tables" };
        let message = format!("the workbook holds {what} of texts that none of its sheets refers to");
        let fault = Fault::of_input(FaultKind::SheetNotJudged, message);
        sink.fault(fault.with_remedy("Save the workbook again in the product that made it."), None, None);
    }
    let mut rows = SheetRows::new(input, read_options, sink);
    for sheet in &package.sheets {
        if rows.is_stopped() {
            break;
        }
        let name = quoted(&sheet.name);
        if !read_options.sheets.is_empty() && !read_options.sheets.contains(&sheet.name) {
            let message = format!("the sheet {name} was not selected and not judged");
            rows.sink().note(Fault::of_input(FaultKind::SheetNotJudged, message));
            continue;
        }
        let before = rows.records();
        let result = if sheet.kind == SheetKind::Worksheet {
            read_sheet(&mut archive, &package, sheet, read_options.tables, &mut rows)
        } else {
            skip_sheet(&mut archive, sheet, rows.sink())
        };
        if let Err(fault) = result {
            let how = if rows.records() > before { "not judged to its end" } else { "not judged" };
            let message = format!("the sheet {name} was {how}: {}", fault.message);
            rows.sink().fault(Fault::of_input(FaultKind::SheetNotJudged, message), None, None);
        }
    }
    let mut summary = rows.finish()?;
    summary.bytes = source.length();
    Ok(summary)
}

/// Every sheet that was selected exists, and no two have the same name.
fn check_names(sheets: &[SheetPart], selected: &[String]) -> Result<(), Fault> {
    let names: Vec<_> = sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    if (0..names.len()).any(|at| names[..at].contains(&names[at])) {
        return Err(unreadable("two sheets of the workbook have the same name"));
    }
    match selected.iter().find(|name| !sheets.iter().any(|sheet| sheet.name == **name)) {
        None => Ok(()),
        Some(missing) => {
            let known: Vec<_> = sheets.iter().take(8).map(|sheet| quoted(&sheet.name)).collect();
            let message = format!("the workbook has no sheet {}; it has {}", quoted(missing), known.join(", "));
            Err(Fault::of_input(FaultKind::SheetNotJudged, message)
                .with_remedy("Correct the name after `--sheet`; it is compared exactly."))
        }
    }
}

/// Says what a reader of the workbook does not see.
fn note_hidden(sheet: &SheetPart, survey: &SheetSurvey, sink: &mut impl Sink) {
    let name = quoted(&sheet.name);
    let mut note = |message: String| sink.note(Fault::of_input(FaultKind::SheetHidden, message));
    if sheet.is_hidden {
        note(format!("the sheet {name} is hidden, and was judged"));
    }
    if let Some((count, first)) = survey.hidden_rows {
        let rows = if count == 1 { "row is" } else { "rows are" };
        note(format!("{count} {rows} hidden on the sheet {name}, the first is {first}; all were judged"));
    }
    if survey.hides_by_default {
        note(format!("rows or columns of the sheet {name} are hidden unless they say otherwise; all were judged"));
    }
    for (first, last) in &survey.hidden_columns {
        let what = match (letters(*first as usize), letters(*last as usize)) {
            (first, last) if first == last => format!("column {first} is"),
            (first, last) => format!("columns {first} to {last} are"),
        };
        note(format!("the {what} hidden on the sheet {name}, and judged"));
    }
}

/// Says that a sheet is of a kind that holds no accounts, unless it has cells all the same.
fn skip_sheet(archive: &mut WorkbookArchive<'_>, sheet: &SheetPart, sink: &mut impl Sink) -> Result<(), Fault> {
    let kind = sheet.kind.word();
    if has_cells(archive, &sheet.path)? {
        return Err(unreadable(format!("it is a {kind} with cells")));
    }
    let message = format!("the sheet {} is a {kind} and holds no cells", quoted(&sheet.name));
    sink.note(Fault::of_input(FaultKind::SheetNotJudged, message));
    Ok(())
}

fn read_sheet<S: Sink>(
    archive: &mut WorkbookArchive<'_>,
    package: &WorkbookPackage,
    sheet: &SheetPart,
    layout: TableLayout,
    rows: &mut SheetRows<'_, S>,
) -> Result<(), Fault> {
    let (mut outline, mut kept) = (SheetOutline::new(layout), KeptCells::default());
    let survey = walk_cells(archive, sheet, |row, column, cell| {
        kept.keep(row, column, cell);
        if cell.has_formula || !cell.text.trim_ascii().is_empty() {
            outline.see_row(row);
        }
        if outline.wants(row, column)
            && let Ok(Some(CellText::Text(text))) = value::cell_text(cell, package)
        {
            outline.add(row, column, &text);
        }
        Ok(true)
    })?;
    note_hidden(sheet, &survey, rows.sink());
    rows.begin(&sheet.name, &survey, outline);
    let mut cells = Vec::new();
    let mut number = 0;
    let visit = |row, column, cell: &RawCell| {
        if row != number {
            rows.row(number, &cells)?;
            cells.clear();
            number = row;
        }
        if let Some(text) = value::cell_text(cell, package)? {
            cells.push((column as usize, text));
        }
        Ok(!rows.is_stopped())
    };
    if kept.is_complete() {
        kept.walk(visit)?;
    } else {
        walk_cells(archive, sheet, visit)?;
    }
    if !rows.is_stopped() {
        rows.row(number, &cells)?;
        rows.end(&survey);
    }
    Ok(())
}
