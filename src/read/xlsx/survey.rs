//! What must be known of a workbook before its cells are read: which part each sheet is, what is hidden, what
//! is merged, and that every cell says its place and keeps to the order.
//!
//! The reader of cells takes a sheet as it comes: a row that stands twice, a cell without a place or an index
//! that is no number would pass unseen. Here a sheet with any of these is refused.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{Archive, unreadable};
use super::area::{Area, area, cell};
use super::form::{Form, of_styles};
use crate::diagnostic::fault::Fault;

/// The most merged ranges of a sheet. Real ones have a few in their titles.
const MOST_MERGED: usize = 100_000;

/// The last column that a sheet can have, from 1.
const LAST_COLUMN: u32 = 16_384;

/// The longest text of a cell in bytes; the product's own limit is 32,767 characters.
const LONGEST_TEXT: usize = 1 << 20;

/// What is known of a sheet before its cells are read.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Rows with cells that are hidden: how many, and the first, from 1.
    pub hidden_rows: Option<(u64, u32)>,
    /// Columns that are hidden: the first and the last of each stretch, from 0.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Merged cells, in order.
    pub merged: Vec<Area>,
    /// The last row with a cell, from 1.
    pub last_row: u32,
    /// Rows and columns are hidden unless they say otherwise.
    pub hides_by_default: bool,
    /// Cells with a number that is not shown as it is, by row and column from 0, in order.
    pub formed: Vec<(u32, u32, Form)>,
}

/// Where the sheets of a workbook are, and how cells show numbers.
#[derive(Debug, Default)]
pub struct Parts {
    /// The paths of the sheets, in the order of the workbook.
    pub sheets: Vec<String>,
    /// The form of each style.
    pub forms: Vec<Form>,
}

fn malformed() -> Fault {
    unreadable("a part of the workbook is not well-formed XML")
}

/// The reader of cells would take such a value for none.
fn no_plain_value() -> Fault {
    unreadable("the value of a cell is not plain text")
}

/// The value of an attribute, as written.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    let mut found = None;
    // To the end, though the name be found: an attribute that stands twice is an error only there.
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| malformed())?;
        if attribute.key.as_ref() == name {
            found = Some(attribute.value.into_owned());
        }
    }
    Ok(found)
}

/// The parts of a workbook.
///
/// # Errors
/// Where the workbook does not say.
pub fn parts(archive: &mut Archive<'_>) -> Result<Parts, Fault> {
    let workbook = match relations(archive, "_rels/.rels", "")?.into_iter().find(|one| one.kind == "officeDocument") {
        Some(found) => found.target,
        None => return Err(unreadable("this archive holds no workbook")),
    };
    let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let base = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let relations = relations(archive, &format!("{base}_rels/{name}.rels"), &base)?;
    // The reader of texts and styles forgives what is not well-formed, and would take one text for another.
    let mut forms = Vec::new();
    for part in relations.iter().filter(|one| ["sharedStrings", "styles"].contains(&one.kind.as_str())) {
        check_path(&part.target)?;
        if archive.find(&part.target).is_some() {
            let size = archive.size(&part.target);
            each_tag(archive, &part.target, |tag| check_count(tag, size))?;
            if part.kind == "styles" {
                forms = of_styles(archive, &part.target)?;
            }
        }
    }
    let mut ids = Vec::new();
    each_tag(archive, &workbook, |tag| {
        if tag.local_name().as_ref() == "sheet" {
            let id = tag.attributes().filter_map(Result::ok).find(|one| one.key.local_name().as_ref() == "id");
            ids.push(id.ok_or_else(malformed)?.value.into_owned());
        }
        Ok(())
    })?;
    let path = |id: String| {
        let found = relations.iter().find(|one| one.id == id).ok_or_else(malformed)?;
        check_path(&found.target).map(|()| found.target.clone())
    };
    Ok(Parts { sheets: ids.into_iter().map(path).collect::<Result<_, _>>()?, forms })
}

/// Refuses a path that the reader of cells would not resolve.
fn check_path(path: &str) -> Result<(), Fault> {
    if path.split('/').any(|step| step == ".." || step == ".") {
        return Err(unreadable("the workbook names a part by a path with `..` in it, which is not followed here"));
    }
    Ok(())
}

/// Refuses a count of more texts than the part has bytes for: a reader would make room for them all.
fn check_count(tag: &BytesStart<'_>, size: u64) -> Result<(), Fault> {
    let Some(count) = attribute(tag, "uniqueCount")? else { return Ok(()) };
    match count.trim().parse::<u64>() {
        Ok(count) if count <= size / SHORTEST_TEXT => Ok(()),
        _ => Err(unreadable("a part of the workbook declares more than it can hold")),
    }
}

/// The bytes of the shortest text: `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// One part's pointer to another.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
}

fn relations(archive: &mut Archive<'_>, path: &str, base: &str) -> Result<Vec<Relation>, Fault> {
    let mut found = Vec::new();
    each_tag(archive, path, |tag| {
        if tag.local_name().as_ref() == "Relationship" {
            let read = |name: &str| attribute(tag, name).map(Option::unwrap_or_default);
            let kind = read("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
            let target = read("Target")?;
            let target = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{base}{target}"),
            };
            found.push(Relation { id: read("Id")?, kind, target });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Attributes that no strict reader would take.
fn check_attributes(tag: &BytesStart<'_>) -> Result<(), Fault> {
    for attribute in tag.attributes() {
        if attribute.map_err(|_| malformed())?.value.contains('<') {
            return Err(malformed());
        }
    }
    Ok(())
}

/// Visits every tag of the part at `path`.
pub fn each_tag(
    archive: &mut Archive<'_>,
    path: &str,
    mut visit: impl FnMut(&BytesStart<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut reader = Reader::from_reader(archive.part(path)?);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| malformed())? {
            Event::Start(tag) | Event::Empty(tag) => {
                check_attributes(&tag)?;
                visit(&tag)?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Surveys the sheet at `path`.
///
/// # Errors
/// Why its cells cannot be told for certain.
pub fn sheet(archive: &mut Archive<'_>, path: &str, forms: &[Form]) -> Result<Survey, Fault> {
    let mut reader = Reader::from_reader(archive.part(path)?);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk { forms, ..Walk::default() };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| malformed())? {
            Event::Start(tag) => {
                check_attributes(&tag)?;
                walk.open(&tag)?;
            }
            Event::End(tag) => walk.close(tag.local_name().as_ref()),
            Event::Text(text) => walk.text(&text)?,
            // What is no text in a number, and unparsed text in any value, the reader of cells would pass over.
            Event::GeneralRef(_) | Event::Comment(_) | Event::PI(_) if walk.is_value && walk.is_plain => {
                return Err(no_plain_value());
            }
            Event::CData(_) if walk.is_value || (walk.is_in_data && !walk.is_inline) => return Err(no_plain_value()),
            Event::CData(text) => walk.text(&text)?,
            Event::Eof => break,
            _ => {}
        }
    }
    if walk.depth_of_data == 0 {
        return Err(unreadable("a sheet has no block of cells"));
    }
    walk.found.merged.sort_unstable();
    Ok(walk.found)
}

/// A sheet on the way through its tags.
#[derive(Default)]
struct Walk<'f> {
    found: Survey,
    forms: &'f [Form],
    is_in_data: bool,
    /// How many stretches of cells there were.
    depth_of_data: u32,
    /// The row at hand, from 1, and whether it is hidden.
    row: u32,
    is_hidden: bool,
    has_cell: bool,
    /// The column after the last cell of the row, from 0.
    next_column: u32,
    /// The cell at hand points into the table of texts.
    is_index: bool,
    /// It is of a kind whose value is digits or a word.
    is_plain: bool,
    is_value: bool,
    /// The cell at hand holds its text itself, and that is what is being read.
    is_inline: bool,
    values: u32,
}

impl Walk<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        if self.is_value {
            return Err(no_plain_value());
        }
        match tag.local_name().as_ref() {
            "sheetData" => {
                self.is_in_data = true;
                self.depth_of_data += 1;
                if self.depth_of_data > 1 {
                    return Err(unreadable("a sheet has two blocks of cells"));
                }
            }
            "row" if self.is_in_data => self.open_row(tag)?,
            "c" if self.is_in_data => self.open_cell(tag)?,
            "row" | "c" => return Err(unreadable("a sheet has cells outside its block of cells")),
            "v" | "is" if self.is_in_data => {
                self.is_value = tag.local_name().as_ref() == "v";
                self.is_inline = !self.is_value;
                self.values += 1;
                if self.values > 1 {
                    return Err(unreadable("a cell holds two values"));
                }
            }
            "col" if is_true(attribute(tag, "hidden")?) || is_nothing(attribute(tag, "width")?) => {
                let read = |name| attribute(tag, name).map(|text| text.and_then(|text| text.parse::<u32>().ok()));
                let (Some(first), Some(last)) = (read("min")?, read("max")?) else { return Err(malformed()) };
                if first == 0 || last < first || last > LAST_COLUMN {
                    return Err(malformed());
                }
                self.found.hidden_columns.push((first - 1, last - 1));
            }
            "sheetFormatPr" => {
                let sizes = ["defaultColWidth", "defaultRowHeight", "baseColWidth"];
                let mut is_hidden = is_true(attribute(tag, "zeroHeight")?);
                for size in sizes {
                    is_hidden |= is_nothing(attribute(tag, size)?);
                }
                self.found.hides_by_default = is_hidden;
            }
            "mergeCell" => {
                let area = attribute(tag, "ref")?.as_deref().and_then(area).ok_or_else(malformed)?;
                self.found.merged.push(area);
                if self.found.merged.len() > MOST_MERGED {
                    return Err(unreadable(format!("a sheet has more than {MOST_MERGED} merged cells")));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open_row(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        let number = attribute(tag, "r")?.and_then(|text| text.parse::<u32>().ok());
        let number = number.ok_or_else(|| unreadable("a row of a sheet has no number"))?;
        if number <= self.row || number > super::LAST_ROW {
            return Err(unreadable(format!("row {number} of a sheet is repeated or out of order")));
        }
        (self.row, self.next_column, self.has_cell) = (number, 0, false);
        self.is_hidden = is_true(attribute(tag, "hidden")?) || is_nothing(attribute(tag, "ht")?);
        Ok(())
    }

    fn open_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        let place = attribute(tag, "r")?.ok_or_else(|| unreadable("a cell of a sheet has no reference"))?;
        let (column, row) = cell(&place).ok_or_else(malformed)?;
        if row + 1 != self.row || column < self.next_column {
            return Err(unreadable(format!("the cell {place} of a sheet is repeated or out of order")));
        }
        self.next_column = column + 1;
        let kind = attribute(tag, "t")?;
        self.is_index = kind.as_deref() == Some("s");
        self.is_plain = matches!(kind.as_deref(), None | Some("n" | "s" | "b" | "e"));
        self.values = 0;
        self.note_form(kind.as_deref(), attribute(tag, "s")?, (row, column));
        self.found.last_row = self.row;
        if self.is_hidden && !self.has_cell {
            let (count, first) = self.found.hidden_rows.unwrap_or((0, self.row));
            self.found.hidden_rows = Some((count + 1, first));
        }
        self.has_cell = true;
        Ok(())
    }

    /// Remembers a cell with a number that is not shown as it is.
    fn note_form(&mut self, kind: Option<&str>, style: Option<String>, (row, column): (u32, u32)) {
        if self.forms.is_empty() || !matches!(kind, None | Some("n")) {
            return;
        }
        let style = style.and_then(|style| style.parse::<usize>().ok()).unwrap_or(0);
        let form = self.forms.get(style).copied().unwrap_or_default();
        if form != Form::Plain {
            self.found.formed.push((row, column, form));
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "sheetData" => self.is_in_data = false,
            "is" => self.is_inline = false,
            "v" => self.is_value = false,
            _ => {}
        }
    }

    fn text(&self, text: &str) -> Result<(), Fault> {
        if text.len() > LONGEST_TEXT {
            return Err(unreadable(format!("the text of a cell is longer than {} MiB", LONGEST_TEXT >> 20)));
        }
        // Ten digits are more texts than fit.
        let is_number = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if self.is_in_data && self.is_value && self.is_index && !is_number {
            return Err(unreadable("a cell refers to a shared string by something that is not a number"));
        }
        Ok(())
    }
}

fn is_true(text: Option<String>) -> bool {
    text.is_some_and(|text| text == "1" || text == "true")
}

/// True for a width or a height of which nobody sees anything.
fn is_nothing(text: Option<String>) -> bool {
    /// In characters or points: less than this is a line.
    const THINNEST: f64 = 0.5;
    text.is_some_and(|text| text.trim().parse::<f64>().is_ok_and(|size| size < THINNEST))
}
