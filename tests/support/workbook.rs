//! Workbooks written by hand: as good as need be, and then spoilt in one place.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook on the way.
#[derive(Clone, Default)]
pub struct Workbook {
    /// Name, state and content of each sheet.
    sheets: Vec<(String, String, String)>,
    is_1904: bool,
    /// Further entries of the archive.
    more: Vec<(String, Vec<u8>)>,
    /// What of the parts is written otherwise.
    changes: Vec<(String, String)>,
    /// Parts that have another name.
    moves: Vec<(String, String)>,
}

/// The header of the small tables.
pub const HEAD: [&str; 8] =
    ["First Name", "Last Name", "User Name", "Roles", "Team", "Scope", "WFM Views", "Activated"];
/// A compliant API user.
pub const GOOD: [&str; 8] = [
    "API",
    "Payroll Sync",
    "api.payroll@acme.example",
    "Administrator",
    "Default Team",
    "Operations",
    "EnterpriseView",
    "2026-01-05",
];
/// A person, the second administrator.
pub const DANA: [&str; 8] = [
    "D\u{e1}na",
    "Ops",
    "dana.ops@acme.example",
    "Administrator",
    "Default Team",
    "Operations",
    "EnterpriseView",
    "2026-01-05",
];

/// An account as `GOOD`, with one cell changed.
pub fn good_with(column: usize, text: &str) -> [&str; 8] {
    let mut row = GOOD;
    row[2] = "api.late@acme.example";
    row[column] = text;
    row
}

/// The rows of a sheet, from row 1 on. A text that begins with `<` is the cell's markup, in which `@` stands
/// for its place; an empty one makes no cell.
pub fn rows<R: AsRef<[&'static str]>>(rows: &[R]) -> String {
    let all: Vec<Vec<&str>> = rows.iter().map(|row| row.as_ref().to_vec()).collect();
    rows_of(&all)
}

/// The same of texts that live shorter.
pub fn rows_of(rows: &[Vec<&str>]) -> String {
    sheet_rows(rows, |place, cell| match cell {
        markup if markup.starts_with('<') => markup.replace('@', place),
        text => text_cell(place, text),
    })
}

/// The same of texts alone, without markup.
pub fn rows_of_texts(rows: &[Vec<&str>]) -> String {
    sheet_rows(rows, text_cell)
}

fn sheet_rows(rows: &[Vec<&str>], write: fn(&str, &str) -> String) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let place = format!("{}{row}", char::from(b'A' + u8::try_from(column).unwrap()));
        if text.is_empty() { String::new() } else { write(&place, text) }
    };
    let row = |(number, cells): (usize, &Vec<&str>)| {
        let cells = cells.iter().enumerate().map(|(column, text)| cell(number + 1, column, text));
        format!("<row r=\"{}\">{}</row>", number + 1, cells.collect::<String>())
    };
    rows.iter().enumerate().map(row).collect()
}

fn text_cell(place: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

impl Workbook {
    /// A workbook with one sheet, `Users`, of these rows.
    pub fn with_rows(rows: &str) -> Self {
        Self::default().sheet("Users", "visible", rows)
    }

    /// One more sheet.
    pub fn sheet(self, name: &str, state: &str, rows: &str) -> Self {
        self.markup(name, state, &format!("<sheetData>{rows}</sheetData>"))
    }

    /// One more sheet, all of it as markup.
    pub fn markup(mut self, name: &str, state: &str, inner: &str) -> Self {
        self.sheets.push((name.to_owned(), state.to_owned(), inner.to_owned()));
        self
    }

    /// The same, its days counted from 1904.
    pub fn since_1904(mut self) -> Self {
        self.is_1904 = true;
        self
    }

    /// The same with one more entry.
    pub fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.more.push((name.to_owned(), bytes.into()));
        self
    }

    /// The same with `from` in every part written as `to`.
    pub fn but(mut self, from: &str, to: &str) -> Self {
        self.changes.push((from.to_owned(), to.to_owned()));
        self
    }

    /// The same with the part `from` stored as `to`.
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        self.moves.push((from.to_owned(), to.to_owned()));
        self
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut parts = self.parts();
        for (name, text) in &mut parts {
            for (from, to) in &self.changes {
                *text = text.replace(from, to);
            }
            if let Some((_, to)) = self.moves.iter().find(|(from, _)| from == name) {
                name.clone_from(to);
            }
        }
        let parts = parts.into_iter().map(|(name, text)| (name, text.into_bytes()));
        for (name, bytes) in parts.chain(self.more.clone()) {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn parts(&self) -> Vec<(String, String)> {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let (mut sheets, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
        for (at, (name, state, inner)) in self.sheets.iter().enumerate() {
            let id = at + 1;
            sheets += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" state=\"{state}\" r:id=\"rId{id}\"/>");
            relations += &format!(
                "<Relationship Id=\"rId{id}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
            );
            let text = format!("<worksheet xmlns=\"{main}\">{inner}</worksheet>");
            parts.push((format!("xl/worksheets/sheet{id}.xml"), text));
        }
        let is_1904 = if self.is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
        let workbook =
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\">{is_1904}<sheets>{sheets}</sheets></workbook>");
        // Style 1 is a day, style 2 a length of time.
        let styles = format!(
            "<styleSheet xmlns=\"{main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"[h]:mm\"/></numFmts>\
             <cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
        );
        let texts = format!("<sst xmlns=\"{main}\"><si><t>Shared Text</t></si></sst>");
        let root = format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        let related = format!(
            "<Relationships xmlns=\"{package}\">{relations}<Relationship Id=\"rS\" Type=\"{office}/styles\" Target=\"styles.xml\"/>\
             <Relationship Id=\"rT\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
        );
        parts.push(("_rels/.rels".to_owned(), root));
        parts.push(("xl/workbook.xml".to_owned(), workbook));
        parts.push(("xl/_rels/workbook.xml.rels".to_owned(), related));
        parts.push(("xl/styles.xml".to_owned(), styles));
        parts.push(("xl/sharedStrings.xml".to_owned(), texts));
        parts
    }
}
