//! The forms of input an example is written in, and how a place in each of them reads.

use std::io::{Cursor, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde_json::{Map, Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::accounts::{ExampleAccount, ExampleTable, header, is_list, items};
use super::plans;
use crate::diagnostic::words::words;
use crate::rule::examples::Example;

/// A form of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleForm {
    /// Commas, quotes where needed, LF.
    Csv,
    /// Semicolons, every cell quoted, CRLF, a byte order mark, no line end after the last record.
    CsvQuoted,
    /// A workbook of one sheet; lists are text as in tables.
    Sheet,
    /// One array on many lines; lists are arrays.
    Json,
    /// An object with `users`, on one line; lists are text as in tables.
    JsonText,
    /// One array; blank cells are null.
    JsonNull,
    /// One object a line; lists are arrays.
    Jsonl,
    /// A plan whose lists are in brackets.
    YamlFlow,
    /// A plan whose lists take a line for each item; one file with the catalogue.
    YamlBlock,
    /// A plan that says of no account what kind it is.
    Toml,
    /// A plan in JSON.
    JsonPlan,
}

words!(ExampleForm {
    Csv = "csv",
    CsvQuoted = "csv-quoted",
    Sheet = "xlsx",
    Json = "json",
    JsonText = "json-text",
    JsonNull = "json-null",
    Jsonl = "jsonl",
    YamlFlow = "yaml-plan",
    YamlBlock = "yaml-block-plan",
    Toml = "toml-plan",
    JsonPlan = "json-plan",
});

/// A file of a run.
pub(super) struct ExampleFile {
    pub(super) name: &'static str,
    /// Empty for a workbook.
    pub(super) text: String,
    workbook: Option<Vec<u8>>,
}

impl ExampleFile {
    const fn with_text(name: &'static str, text: String) -> Self {
        Self { name, text, workbook: None }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.workbook.unwrap_or_else(|| self.text.into_bytes())
    }
}

/// The example's own plan.
const PLAN: &str = "plan.yaml";

/// Whether the accounts of an example are in its plan.
pub(super) fn is_in_plan(example: &Example) -> bool {
    example.accounts.as_ref().is_some_and(Vec::is_empty)
}

impl ExampleForm {
    /// The files of an example in this form; `None` if the form cannot express it.
    pub(super) fn files(self, example: &Example) -> Option<Vec<ExampleFile>> {
        let table = ExampleTable::of_example(example);
        let plan = example.plan.clone().map(|plan| ExampleFile::with_text(PLAN, plan));
        if table.accounts.is_empty() {
            // The plan is all there is, and once is enough.
            return plan.filter(|_| self == Self::Csv).map(|plan| vec![plan]);
        }
        let is_impossible = if self.is_plan() { is_in_plan(example) } else { self.is_table() && !table.fits_tables() };
        if is_impossible {
            return None;
        }
        let name = self.file_name();
        let accounts = match self {
            Self::Sheet => ExampleFile { name, text: String::new(), workbook: Some(workbook(&rows(&table))) },
            _ => ExampleFile::with_text(name, self.text(&table)?),
        };
        match plan {
            Some(catalogue) if self == Self::YamlBlock => {
                let text = catalogue.text + accounts.text.trim_start_matches("rolecall: 1\n");
                Some(vec![ExampleFile::with_text(PLAN, text)])
            }
            plan => Some(plan.into_iter().chain([accounts]).collect()),
        }
    }

    const fn is_plan(self) -> bool {
        matches!(self, Self::YamlFlow | Self::YamlBlock | Self::Toml | Self::JsonPlan)
    }

    const fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::CsvQuoted | Self::Sheet)
    }

    /// Whether a list is written as one, not as text.
    pub(super) const fn has_lists(self) -> bool {
        !self.is_table() && !matches!(self, Self::JsonText)
    }

    /// The name of the file that holds the accounts.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvQuoted => "people.csv",
            Self::Sheet => "people.xlsx",
            Self::Json | Self::JsonText | Self::JsonNull => "people.json",
            Self::Jsonl => "people.jsonl",
            Self::YamlFlow | Self::YamlBlock => "users.yaml",
            Self::Toml => "users.toml",
            Self::JsonPlan => "users.json",
        }
    }

    fn text(self, table: &ExampleTable) -> Option<String> {
        let object = |account: &ExampleAccount| self.object(table, account);
        let objects = || table.accounts.iter().map(object);
        Some(match self {
            Self::Csv | Self::Sheet => csv_text(&WriterBuilder::new(), &rows(table)),
            Self::CsvQuoted => {
                let mut dialect = WriterBuilder::new();
                dialect.delimiter(b';').quote_style(QuoteStyle::Always).terminator(Terminator::CRLF);
                format!("\u{feff}{}", csv_text(&dialect, &rows(table)).trim_end_matches("\r\n"))
            }
            Self::Json | Self::JsonNull => format!("{:#}\n", Value::Array(objects().collect())),
            Self::JsonText => json!({ "users": objects().collect::<Vec<_>>() }).to_string(),
            Self::Jsonl => objects().map(|object| format!("{object}\n")).collect(),
            Self::YamlFlow => plans::yaml(&plans::users(table, true)?, false),
            Self::YamlBlock => plans::yaml(&plans::users(table, true)?, true),
            Self::Toml => plans::toml(&plans::users(table, false)?),
            Self::JsonPlan => format!("{:#}\n", plans::json(&plans::users(table, true)?)),
        })
    }

    /// An account under the headers of tables.
    fn object(self, table: &ExampleTable, account: &ExampleAccount) -> Value {
        let mut object = Map::new();
        for field in &table.columns {
            let cell = account.cells[field].as_str();
            let value = match cell {
                "" if self == Self::JsonNull => Value::Null,
                _ if is_list(field) && self != Self::JsonText => json!(items(cell)),
                _ => json!(cell),
            };
            object.insert(header(field).to_owned(), value);
        }
        Value::Object(object)
    }

    /// What a place in a file of this form says, decoded.
    pub(super) fn decoded(self, slice: &str) -> String {
        if self.is_table() {
            return slice.replace("\"\"", "\"");
        }
        serde_json::from_str(&format!("\"{slice}\"")).unwrap_or_else(|_| slice.to_owned())
    }
}

/// The accounts as rows of text, below their headers.
fn rows(table: &ExampleTable) -> Vec<Vec<&str>> {
    let mut rows = vec![table.columns.iter().map(|field| header(field)).collect::<Vec<_>>()];
    for account in &table.accounts {
        rows.push(table.columns.iter().map(|field| account.cells[field].as_str()).collect());
    }
    rows
}

fn csv_text(dialect: &WriterBuilder, rows: &[Vec<&str>]) -> String {
    let mut writer = dialect.from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).expect("internal error: memory can be written to"));
    let bytes = writer.into_inner().expect("internal error: memory can be written to");
    String::from_utf8(bytes).expect("internal error: cells are text")
}

/// The smallest workbook that holds these rows.
fn workbook(rows: &[Vec<&str>]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, target: &str| {
        let one = format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
        format!("<Relationships xmlns=\"{PACKAGE}\">{one}</Relationships>")
    };
    let cell = |(row, column, text): (usize, usize, &str)| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('\r', "&#13;");
        let name = format!("{}{}", column_name(column), row + 1);
        format!("<c r=\"{name}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
    };
    let mut sheet = String::new();
    for (number, row) in rows.iter().enumerate() {
        let filled = row.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cells: String = filled.map(|(column, text)| cell((number, column, text))).collect();
        sheet += &format!("<row r=\"{}\">{cells}</row>", number + 1);
    }
    let sheets = "<sheets><sheet name=\"Users\" sheetId=\"1\" r:id=\"rId1\"/></sheets>";
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{sheets}</workbook>")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let started = zip.start_file(name, SimpleFileOptions::default());
        started.expect("internal error: memory can be written to");
        zip.write_all(text.as_bytes()).expect("internal error: memory can be written to");
    }
    zip.finish().expect("internal error: memory can be written to").into_inner()
}

/// The letter of a column; there are fewer columns than letters.
pub(super) fn column_name(column: usize) -> char {
    ('A'..='Z').nth(column).expect("internal error: examples have few columns")
}

/// The items of a whole list, from the text between its brackets or dashes.
pub(super) fn list_at(slice: &str) -> Vec<String> {
    let unquoted = |item: &str| serde_json::from_str(item).unwrap_or_else(|_| item.to_owned());
    let items = slice.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| unquoted(item.trim_start_matches("- "))).collect()
}
