//! Workbooks: every sheet a table, read cell by cell, each row written out as one line of text.
//!
//! That line is the decoded text that spans count in; its number is the row's number in the sheet, and a place
//! in it leads back to a cell. A sheet that is not judged is said to be so. What is hidden is judged like all
//! else, and noted. Nothing is worked out: a formula's cell is not judged by what it showed last.

mod archive;
mod area;
mod form;
mod sheet;
mod survey;
mod value;

use std::io::{Read, Seek};

use calamine::{Reader as _, Sheet, SheetType, SheetVisible, Xlsx};

use super::format::{Reader, Unreadable};
use super::headers::{Headers, IgnoreRecords};
use super::locator::letters;
use super::{Checkpoint, Input, ReadOptions, ReadSummary, Sink};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::source::InputId;
use crate::source::file::Source;
use archive::{Archive, Positioned, unreadable};
use sheet::Rows;
use survey::Survey;

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
        read(source, InputId(0), options, &mut IgnoreRecords).map(Into::into)
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
    let mut archive = Archive::open(source)?;
    let parts = survey::parts(&mut archive)?;
    let has_macros = archive.find("xl/vbaProject.bin").is_some();
    let mut book = Xlsx::new(Positioned::new(source)).map_err(|_| unreadable("the workbook cannot be read"))?;
    let sheets = book.sheets_metadata().to_vec();
    check_names(&sheets, &parts.sheets, read_options.sheets)?;
    if has_macros {
        sink.note(Fault::of_input(FaultKind::SheetHidden, "the workbook holds macros, which were not run"));
    }
    let mut rows = Rows::new(input, read_options.columns, sink);
    for (one, path) in sheets.iter().zip(&parts.sheets) {
        if rows.is_stopped() {
            break;
        }
        if !is_wanted(one, read_options.sheets) {
            let message = format!("the sheet {} was not selected and not judged", quoted(&one.name));
            rows.sink().note(Fault::of_input(FaultKind::SheetNotJudged, message));
            continue;
        }
        if one.typ != SheetType::WorkSheet {
            let message = format!("the sheet {} is a chart and holds no cells", quoted(&one.name));
            rows.sink().note(Fault::of_input(FaultKind::SheetNotJudged, message));
            continue;
        }
        let before = rows.records();
        let result = survey::sheet(&mut archive, path, &parts.forms).and_then(|survey| {
            note_hidden(one, &survey, rows.sink());
            read_sheet(&mut book, &one.name, &survey, &mut rows)
        });
        if let Err(fault) = result {
            let how = if rows.records() > before { "not judged to its end" } else { "not judged" };
            let message = format!("the sheet {} was {how}: {}", quoted(&one.name), fault.message);
            rows.sink().fault(Fault::of_input(FaultKind::SheetNotJudged, message), None, None);
        }
    }
    let mut summary = rows.finish();
    summary.bytes = source.length();
    Ok(summary)
}

fn is_wanted(sheet: &Sheet, sheets: &[String]) -> bool {
    sheets.is_empty() || sheets.contains(&sheet.name)
}

/// Every sheet that was asked for is there, and no two have one name.
fn check_names(sheets: &[Sheet], paths: &[String], asked: &[String]) -> Result<(), Fault> {
    let names: Vec<_> = sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    let has_twin = |at: usize| names[..at].contains(&names[at]);
    if sheets.len() != paths.len() || (0..names.len()).any(has_twin) {
        return Err(unreadable("two sheets of the workbook have the same name"));
    }
    match asked.iter().find(|name| !sheets.iter().any(|sheet| sheet.name == **name)) {
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
fn note_hidden(sheet: &Sheet, survey: &Survey, sink: &mut impl Sink) {
    let name = quoted(&sheet.name);
    let mut note = |message: String| sink.note(Fault::of_input(FaultKind::SheetHidden, message));
    if sheet.visible != SheetVisible::Visible {
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

fn read_sheet<R: Read + Seek, S: Sink>(
    book: &mut Xlsx<R>,
    name: &str,
    survey: &Survey,
    rows: &mut Rows<'_, S>,
) -> Result<(), Fault> {
    let is_1904 = book.has_1904_epoch();
    let broken = || unreadable("a cell of it cannot be read");
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| broken())?;
    rows.begin(name, survey);
    let mut row = Vec::new();
    let mut number = 0;
    let mut forms = survey.formed.iter().peekable();
    // What the reader says would name a cell's text: it is not shown.
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| broken())? {
        if cell.pos.0 != number {
            rows.row(number, &row)?;
            row.clear();
            number = cell.pos.0;
            if rows.is_stopped() {
                return Ok(());
            }
        }
        let form = forms.next_if(|(row, column, _)| (*row, *column) == cell.pos).map(|(_, _, form)| *form);
        if let Some(shown) = value::shown(&cell.value, cell.formula.is_some(), is_1904, form.unwrap_or_default()) {
            row.push((cell.pos.1 as usize, shown));
        }
    }
    rows.row(number, &row)?;
    rows.end(survey);
    Ok(())
}
