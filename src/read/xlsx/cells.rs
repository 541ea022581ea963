//! The cells of a sheet in order, and what must be known of the sheet before they are judged.
//!
//! The first walk over a sheet surveys it: what is hidden, what is merged (said after the cells), and that all of it is
//! understood. A row that is repeated, a cell without a reference, an element in a place where the format has none: each
//! could show one reader this and another that, and refuses the sheet.

use std::borrow::Cow;

use super::archive::{WorkbookArchive, unreadable};
use super::range::{CellRange, parse_cell, parse_range};
use super::strings::{TextPlace, not_understood};
use super::value::{CellKind, RawCell, StyleNumber, not_plain};
use super::xml::{TextForm, Vocabulary, XmlElement, XmlEvent, XmlReader, malformed};
use super::{LAST_ROW, SheetPart};
use crate::diagnostic::fault::Fault;

/// The most merged ranges of a sheet. Real ones have a few in their titles.
const MAX_MERGED: usize = 100_000;

/// The last column that a sheet can have, from 1.
const LAST_COLUMN: u32 = 16_384;

/// The longest text of a cell in bytes; the product's own limit is 32,767 characters.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// The elements of a sheet besides its cells. None of them holds a cell.
const KNOWN: &str = "sheetPr dimension sheetViews sheetFormatPr cols sheetCalcPr sheetProtection protectedRanges scenarios \
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations \
    hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches \
    ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems \
    tableParts extLst";

/// What is known of a sheet before its cells are read.
#[derive(Clone, Debug, Default)]
pub struct SheetSurvey {
    /// Rows with cells that are hidden: how many, and the first, from 1.
    pub hidden_rows: Option<(u64, u32)>,
    /// Columns that are hidden: the first and the last of each range, from 0.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Merged cells, in order.
    pub merged: Vec<CellRange>,
    /// The last row with a cell, from 1.
    pub last_row: u32,
    /// Rows and columns are hidden unless they say otherwise.
    pub hides_by_default: bool,
}

/// Where an element of a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SheetElement {
    Sheet,
    Cells,
    Row,
    Cell,
    Value,
    Text(TextPlace),
    Columns,
    MergedCells,
    /// `mc:AlternateContent`, and one of its branches: only readers differ in which of them they take.
    Alternates,
    Branch,
    /// A formula, or an element of which nothing is a cell.
    Skipped,
}

/// A sheet on the way through its elements.
struct SheetWalk<V> {
    visit: V,
    survey: SheetSurvey,
    places: Vec<SheetElement>,
    has_cells: bool,
    /// The row at hand, from 1, and whether it is hidden.
    row: u32,
    is_hidden: bool,
    is_row_empty: bool,
    /// The column after the last cell of the row, from 0.
    next_column: u32,
    cell: RawCell,
    /// The value or the text of the cell at hand was read.
    has_value: bool,
}

/// Walks through the sheet at `path` and hands each cell to `visit`, with its row and column from 0, until that says to
/// stop.
///
/// # Errors
/// Why the cells of the sheet are not certain, and what `visit` says.
pub fn walk_cells(
    archive: &mut WorkbookArchive<'_>,
    sheet: &SheetPart,
    visit: impl FnMut(u32, u32, &RawCell) -> Result<bool, Fault>,
) -> Result<SheetSurvey, Fault> {
    let mut reader = XmlReader::new(archive.part(&sheet.path)?);
    let mut walk = SheetWalk {
        visit,
        survey: SheetSurvey::default(),
        places: Vec::new(),
        has_cells: false,
        row: 0,
        is_hidden: false,
        is_row_empty: true,
        next_column: 0,
        cell: RawCell::default(),
        has_value: false,
    };
    loop {
        match reader.next()? {
            XmlEvent::Start(element) => {
                let place = walk.open(&element)?;
                walk.places.push(place);
            }
            XmlEvent::End => {
                if walk.close()? {
                    break;
                }
            }
            XmlEvent::Text(text, form) => walk.text(&text, form)?,
            XmlEvent::Aside if walk.places.last() == Some(&SheetElement::Value) && walk.cell.kind != CellKind::Text => {
                return Err(not_plain());
            }
            XmlEvent::Aside => {}
            XmlEvent::Eof if walk.has_cells => break,
            XmlEvent::Eof => return Err(unreadable("a sheet has no block of cells")),
        }
    }
    walk.survey.merged.sort_unstable();
    Ok(walk.survey)
}

/// True if the part at `path` has cells, whatever kind of sheet it is.
pub fn has_cells(archive: &mut WorkbookArchive<'_>, path: &str) -> Result<bool, Fault> {
    let mut found = false;
    super::xml::each_element(archive, path, Vocabulary::Spreadsheet, |parent, element| {
        found |= parent == "row" && element.name() == "c";
        Ok(())
    })?;
    Ok(found)
}

impl<V: FnMut(u32, u32, &RawCell) -> Result<bool, Fault>> SheetWalk<V> {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        let name = element.spreadsheet_name();
        let Some(parent) = self.places.last().copied() else {
            return if name == Some("worksheet") { Ok(SheetElement::Sheet) } else { Err(not_understood()) };
        };
        match (parent, name) {
            (SheetElement::Sheet, Some("sheetData")) if !self.has_cells => {
                self.has_cells = true;
                Ok(SheetElement::Cells)
            }
            (SheetElement::Sheet, Some("sheetData")) => Err(unreadable("a sheet has two blocks of cells")),
            (SheetElement::Sheet, Some(name)) if is_known(name) => self.open_known(name, element),
            (SheetElement::Sheet, None) if is_compatibility(element, &["AlternateContent"]) => {
                Ok(SheetElement::Alternates)
            }
            (SheetElement::Alternates, None) if is_compatibility(element, &["Choice", "Fallback"]) => {
                Ok(SheetElement::Branch)
            }
            // What is interpreted here may not depend on which branch a reader takes.
            (SheetElement::Branch, Some("cols" | "mergeCells" | "sheetFormatPr")) => Err(not_understood()),
            (SheetElement::Branch, Some(name)) if is_known(name) => Ok(SheetElement::Skipped),
            (SheetElement::Skipped, Some("sheetData" | "row" | "c")) | (_, Some("row" | "c"))
                if !matches!((parent, name), (SheetElement::Cells, Some("row")) | (SheetElement::Row, Some("c"))) =>
            {
                Err(unreadable("a sheet has cells outside its block of cells"))
            }
            (SheetElement::Skipped, _) | (SheetElement::Row | SheetElement::Cell, Some("extLst")) => {
                Ok(SheetElement::Skipped)
            }
            (SheetElement::Columns, Some("col")) => self.open_column(element),
            (SheetElement::MergedCells, Some("mergeCell")) => self.open_merged(element),
            (SheetElement::Cells, Some("row")) => self.open_row(element),
            (SheetElement::Row, Some("c")) => self.open_cell(element),
            (SheetElement::Cell, Some("f")) => {
                self.cell.has_formula = true;
                Ok(SheetElement::Skipped)
            }
            (SheetElement::Cell, Some("v" | "is")) => self.open_value(name == Some("is")),
            (SheetElement::Text(place), _) => place.open(element).map(SheetElement::Text),
            (SheetElement::Value, _) => Err(not_plain()),
            _ => Err(not_understood()),
        }
    }

    fn open_known(&mut self, name: &str, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        match name {
            "cols" => return Ok(SheetElement::Columns),
            "mergeCells" => return Ok(SheetElement::MergedCells),
            "sheetFormatPr" => {
                let mut is_hidden = element.is_true("zeroHeight")?;
                for size in ["defaultColWidth", "defaultRowHeight", "baseColWidth"] {
                    is_hidden |= is_too_small(element.attribute(size)?);
                }
                self.survey.hides_by_default = is_hidden;
            }
            _ => {}
        }
        Ok(SheetElement::Skipped)
    }

    fn open_column(&mut self, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        if element.is_true("hidden")? || is_too_small(element.attribute("width")?) {
            let read = |name| element.attribute(name).map(|text| text.and_then(|text| text.parse::<u32>().ok()));
            let (Some(first), Some(last)) = (read("min")?, read("max")?) else { return Err(malformed()) };
            if first == 0 || last < first || last > LAST_COLUMN {
                return Err(malformed());
            }
            self.survey.hidden_columns.push((first - 1, last - 1));
        }
        Ok(SheetElement::Skipped)
    }

    fn open_merged(&mut self, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        let range = element.attribute("ref")?.as_deref().and_then(parse_range).ok_or_else(malformed)?;
        self.survey.merged.push(range);
        if self.survey.merged.len() > MAX_MERGED {
            return Err(unreadable(format!("a sheet has more than {MAX_MERGED} merged cells")));
        }
        Ok(SheetElement::Skipped)
    }

    fn open_row(&mut self, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        let number = element.attribute("r")?.and_then(|text| text.parse::<u32>().ok());
        let number = number.ok_or_else(|| unreadable("a row of a sheet has no number"))?;
        if number <= self.row || number > LAST_ROW {
            return Err(unreadable(format!("row {number} of a sheet is repeated or out of order")));
        }
        (self.row, self.next_column, self.is_row_empty) = (number, 0, true);
        self.is_hidden = element.is_true("hidden")? || is_too_small(element.attribute("ht")?);
        Ok(SheetElement::Row)
    }

    fn open_cell(&mut self, element: &XmlElement<'_>) -> Result<SheetElement, Fault> {
        let (mut place, mut kind, mut style) = (None, None, None);
        element.each_attribute(|name, value| match name {
            "r" => place = Some(value),
            "t" => kind = Some(value),
            "s" => style = Some(value),
            _ => {}
        })?;
        let place = place.ok_or_else(|| unreadable("a cell of a sheet has no reference"))?;
        let (column, row) = parse_cell(&place).ok_or_else(malformed)?;
        if row + 1 != self.row || column < self.next_column || column >= LAST_COLUMN {
            return Err(unreadable(format!("the cell {place} of a sheet is repeated or out of order")));
        }
        let kind = CellKind::parse(kind.as_deref())
            .ok_or_else(|| unreadable(format!("the cell {place} is of an unknown type")))?;
        self.next_column = column + 1;
        self.has_value = false;
        self.cell.begin(kind, StyleNumber::parse(style.as_deref()));
        self.survey.last_row = self.row;
        if self.is_hidden && self.is_row_empty {
            let (count, first) = self.survey.hidden_rows.unwrap_or((0, self.row));
            self.survey.hidden_rows = Some((count + 1, first));
        }
        self.is_row_empty = false;
        Ok(SheetElement::Cell)
    }

    fn open_value(&mut self, is_inline: bool) -> Result<SheetElement, Fault> {
        if std::mem::replace(&mut self.has_value, true) {
            return Err(unreadable("a cell holds two values"));
        }
        if is_inline != (self.cell.kind == CellKind::InlineText) {
            return Err(unreadable("a cell holds a value that is not of its type"));
        }
        Ok(if is_inline { SheetElement::Text(TextPlace::Item) } else { SheetElement::Value })
    }

    /// Leaves an element. True if the walk is to end.
    fn close(&mut self) -> Result<bool, Fault> {
        if self.places.pop() != Some(SheetElement::Cell) {
            return Ok(false);
        }
        (self.visit)(self.row - 1, self.next_column - 1, &self.cell).map(|goes_on| !goes_on)
    }

    fn text(&mut self, text: &str, form: TextForm) -> Result<(), Fault> {
        match self.places.last() {
            Some(SheetElement::Text(place)) => place.take(text, &mut self.cell.text)?,
            Some(SheetElement::Value) => {
                let may_refer = matches!(self.cell.kind, CellKind::Text) && form == TextForm::Reference;
                if form != TextForm::Plain && !may_refer {
                    return Err(not_plain());
                }
                self.cell.text.push_str(text);
                let is_index = text.trim_ascii().bytes().all(|byte| byte.is_ascii_digit());
                if self.cell.kind == CellKind::SharedString && !is_index {
                    return Err(unreadable("a cell refers to a shared string by something that is not a number"));
                }
            }
            None | Some(SheetElement::Skipped) => {}
            Some(_) if text.trim_ascii().is_empty() => {}
            Some(_) => return Err(not_understood()),
        }
        if self.cell.text.len() > MAX_TEXT_BYTES {
            return Err(unreadable(format!("the text of a cell is longer than {} MiB", MAX_TEXT_BYTES >> 20)));
        }
        Ok(())
    }
}

fn is_known(name: &str) -> bool {
    KNOWN.split_ascii_whitespace().any(|known| known == name)
}

fn is_compatibility(element: &XmlElement<'_>, names: &[&str]) -> bool {
    element.vocabulary == Vocabulary::Compatibility && names.contains(&element.name())
}

/// True for a width or a height of which nobody sees anything.
fn is_too_small(text: Option<Cow<'_, str>>) -> bool {
    /// In characters or points: less than this is a line.
    const MIN_SIZE: f64 = 0.5;
    text.is_some_and(|text| text.trim().parse::<f64>().is_ok_and(|size| size < MIN_SIZE))
}
