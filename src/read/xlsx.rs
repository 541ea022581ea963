//! Workbooks: every sheet a table, read cell by cell, each row written out as one line of text.
//!
//! That line is the decoded text that spans count in; its number is the row's number in the sheet, and a place
//! in it leads back to a cell. A sheet that is not judged is said to be so. What is hidden is judged like all
//! else, and noted. Nothing is worked out: a formula's cell is not judged by what it showed last.

mod archive;
mod cells;
mod kept;
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

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::headers::Headers;
use super::locator::letters;
use super::reader::{Reader, Unreadable};
use super::visitor::{IgnoreRecords, VisitorSink};
use super::{Checkpoint, Input, ReadOptions, ReadSummary, Sink, TableLayout};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::source::InputId;
use crate::source::file::Source;
use archive::{WorkbookArchive, unreadable};
use cells::{SheetSurvey, has_cells, walk_cells};
use kept::{KeptCells, KeptSheet, KeptWorkbook};
use outline::SheetOutline;
use package::{SheetKind, SheetPart, WorkbookPackage};
use sheet::SheetRows;
use value::RawCell;

/// The last row that a sheet can have.
const LAST_ROW: u32 = 1_048_576;

/// A workbook, streamed sheet by sheet.
#[derive(Default)]
pub struct Workbook {
    kept: OnceLock<KeptWorkbook>,
}

impl Reader for Workbook {
    const WORD: &'static str = "xlsx";
    // The others are told apart, and refused, by what is in them.
    const EXTENSIONS: &'static [&'static str] = &["xlsx", "xlsm", "xls", "xlsb"];
    // Its texts tell their encoding themselves.
    const IS_TEXT: bool = false;

    fn open(_: &Source) -> Result<Self, Unreadable> {
        Ok(Self::default())
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        self.read_sheets(&input.source, input.id, options, sink).map_err(|fault| sink.fault(fault, None, None)).ok()
    }

    fn read_again(
        &self,
        input: &Input,
        options: &ReadOptions<'_>,
        _: &ReadSummary,
        _: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        drop(self.read_sheets(&input.source, input.id, options, sink));
    }

    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
        let sink = &mut VisitorSink(&mut IgnoreRecords);
        Self::default().read_sheets(source, InputId(0), options, sink).map(Into::into)
    }
}

impl Workbook {
    /// Reads the sheets.
    ///
    /// # Errors
    /// A fault that keeps all of it from being read.
    fn read_sheets(
        &self,
        source: &Source,
        input: InputId,
        read_options: &ReadOptions<'_>,
        sink: &mut impl Sink,
    ) -> Result<ReadSummary, Fault> {
        let (mut archive, mut new, mut surveyed) = (WorkbookArchive::open(source)?, None, SheetSurveys::new());
        let workbook = match self.kept.get() {
            Some(kept) => kept,
            None => new.insert(KeptWorkbook::new(survey_all(&mut archive, read_options, &mut surveyed)?)),
        };
        let package = &workbook.package;
        check_names(&package.sheets, read_options.sheets)?;
        note_contents(&archive, package, sink);
        let mut rows = SheetRows::new(input, read_options, sink);
        let mut walked = BTreeMap::new();
        for sheet in &package.sheets {
            if rows.is_stopped() {
                break;
            }
            let name = quoted(&sheet.name);
            if !is_selected(sheet, read_options) {
                let message = format!("the sheet {name} was not selected and not judged");
                rows.sink().note(Fault::of_input(FaultKind::SheetNotJudged, message));
                continue;
            }
            let before = rows.records();
            let result = if sheet.kind == SheetKind::Worksheet {
                let tables = read_options.tables;
                if let Some(kept) = workbook.sheets.get(&sheet.path) {
                    let outline = SheetOutline::of_cells(&kept.cells, package, tables);
                    read_sheet(&mut archive, package, (sheet, kept, outline), &mut rows)
                } else {
                    let survey = || survey_sheet(&mut archive, package, sheet, tables);
                    surveyed.remove(&sheet.path).unwrap_or_else(survey).and_then(|(kept, outline)| {
                        read_sheet(&mut archive, package, (sheet, &kept, outline), &mut rows)?;
                        walked.insert(sheet.path.clone(), kept);
                        Ok(())
                    })
                }
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
        if let Some(kept) = new.and_then(|new| new.with_sheets(walked)) {
            // Another thread may have kept the same.
            drop(self.kept.set(kept));
        }
        Ok(summary)
    }
}

/// What a first look at worksheets found, by their paths.
type SheetSurveys = BTreeMap<String, Result<(KeptSheet, SheetOutline), Fault>>;

/// Looks at every sheet that is to be judged, and unpacks the rest: nothing is judged of a workbook of which a part is
/// damaged.
fn survey_all(
    archive: &mut WorkbookArchive<'_>,
    options: &ReadOptions<'_>,
    surveyed: &mut SheetSurveys,
) -> Result<WorkbookPackage, Fault> {
    let package = WorkbookPackage::read(archive);
    if let Ok(package) = &package {
        let is_judged = |sheet: &&SheetPart| sheet.kind == SheetKind::Worksheet && is_selected(sheet, options);
        surveyed.extend(package.sheets.iter().filter(is_judged).map(|sheet| {
            let survey = survey_sheet(archive, package, sheet, options.tables);
            (sheet.path.clone(), survey)
        }));
    }
    archive.unpack_rest()?;
    package
}

/// True unless the options name other sheets.
fn is_selected(sheet: &SheetPart, options: &ReadOptions<'_>) -> bool {
    options.sheets.is_empty() || options.sheets.contains(&sheet.name)
}

/// Says what the workbook holds besides its sheets.
fn note_contents(archive: &WorkbookArchive<'_>, package: &WorkbookPackage, sink: &mut impl Sink) {
    if archive.find("xl/vbaProject.bin").is_some() {
        sink.note(Fault::of_input(FaultKind::SheetHidden, "the workbook holds macros, which were not run"));
    }
    if archive.has_comments() {
        let message = "the workbook holds comments on cells, which were not read";
        let remedy = "Look through the comments, and take out what nobody should see.";
        sink.note(Fault::of_input(FaultKind::SheetNotJudged, message).with_remedy(remedy));
    }
    if package.left_over > 0 {
        let what = if package.left_over == 1 { "a worksheet or table" } else { "worksheets or tables" };
        let message = format!("the workbook holds {what} of texts that none of its sheets refers to");
        let fault = Fault::of_input(FaultKind::SheetNotJudged, message);
        sink.fault(fault.with_remedy("Save the workbook again in the product that made it."), None, None);
    }
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

/// Walks over a sheet before it is judged.
fn survey_sheet(
    archive: &mut WorkbookArchive<'_>,
    package: &WorkbookPackage,
    sheet: &SheetPart,
    layout: TableLayout,
) -> Result<(KeptSheet, SheetOutline), Fault> {
    let (mut cells, mut outline) = (KeptCells::default(), SheetOutline::new(layout));
    let survey = walk_cells(archive, sheet, |row, column, cell| {
        cells.keep(row, column, cell);
        outline.see(row, column, cell, package);
        Ok(true)
    })?;
    Ok((KeptSheet { survey, cells }, outline))
}

/// Judges a sheet that was surveyed.
fn read_sheet<S: Sink>(
    archive: &mut WorkbookArchive<'_>,
    package: &WorkbookPackage,
    (sheet, KeptSheet { survey, cells: kept }, outline): (&SheetPart, &KeptSheet, SheetOutline),
    rows: &mut SheetRows<'_, S>,
) -> Result<(), Fault> {
    note_hidden(sheet, survey, rows.sink());
    rows.begin(&sheet.name, survey, outline);
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
        rows.end(survey);
    }
    Ok(())
}
