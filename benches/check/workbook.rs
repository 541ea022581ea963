//! The same accounts as a workbook, written as the product writes one: every text once, in the table of shared strings.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Writes a workbook with one sheet of these rows.
pub fn write<'r>(rows: impl Iterator<Item = Vec<String>> + 'r, out: &mut dyn Write) -> io::Result<()> {
    let (mut sheet, mut strings) = (String::new(), String::new());
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut cells = 0;
    for (row, texts) in rows.enumerate() {
        write!(sheet, "<row r=\"{}\" spans=\"1:{}\">", row + 1, texts.len()).expect("memory can be written to");
        for (column, text) in texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let next = numbers.len();
            let number = *numbers.entry(text).or_insert_with_key(|text| {
                write!(strings, "<si><t>{}</t></si>", escaped(text)).expect("memory can be written to");
                next
            });
            let letter = ('A'..='Z').nth(column).expect("fewer columns than letters");
            write!(sheet, "<c r=\"{letter}{}\" t=\"s\"><v>{number}</v></c>", row + 1)
                .expect("memory can be written to");
            cells += 1;
        }
        sheet.push_str("</row>");
    }
    let relation = |id: u32, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| format!("<Relationships xmlns=\"{PACKAGE}\">{all}</Relationships>");
    let part =
        |name: &str, kind: &str| format!("<Override PartName=\"/xl/{name}\" ContentType=\"{KIND}.{kind}+xml\"/>");
    let types = part("workbook.xml", "sheet.main")
        + &part("worksheets/sheet1.xml", "worksheet")
        + &part("sharedStrings.xml", "sharedStrings");
    let sheets = "<sheets><sheet name=\"Users\" sheetId=\"1\" r:id=\"rId1\"/></sheets>";
    let of_workbook =
        relation(1, "worksheet", "worksheets/sheet1.xml") + &relation(2, "sharedStrings", "sharedStrings.xml");
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{TYPES}\">{types}</Types>")),
        ("_rels/.rels", relations(&relation(1, "officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{sheets}</workbook>")),
        ("xl/_rels/workbook.xml.rels", relations(&of_workbook)),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData></worksheet>")),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\" count=\"{cells}\" uniqueCount=\"{}\">{strings}</sst>", numbers.len()),
        ),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    out.write_all(&zip.finish()?.into_inner())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
