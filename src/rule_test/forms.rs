//! The forms of input an example is written in, and how a place in each of them reads.

use rolecall::rule::examples::Example;
use serde_json::{Map, Value, json};

use super::accounts::{Account, Table, header, is_list, items};
use super::plans;
use crate::support::workbook::{Workbook, rows_of_texts};
use crate::table::{Dialect, PLAIN, write};
use crate::world::World;

/// A form of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
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

/// A file of a run.
pub struct File {
    pub name: &'static str,
    /// Empty for a workbook.
    pub text: String,
    workbook: Option<Vec<u8>>,
}

impl File {
    fn with_text(name: &'static str, text: String) -> Self {
        Self { name, text, workbook: None }
    }

    pub fn bytes(&self) -> &[u8] {
        self.workbook.as_deref().unwrap_or(self.text.as_bytes())
    }
}

/// The dialect that is least like the plain one.
const QUOTED: Dialect =
    Dialect { delimiter: ';', line_end: "\r\n", has_mark: true, quotes_all: true, blank: None, ends_in_break: false };

/// The example's own plan.
pub const PLAN: &str = "plan.yaml";

/// Whether the accounts of an example are in its plan.
pub fn is_in_plan(example: &Example) -> bool {
    example.accounts.as_ref().is_some_and(Vec::is_empty)
}

impl Form {
    pub const ALL: [Self; 11] = [
        Self::Csv,
        Self::CsvQuoted,
        Self::Sheet,
        Self::Json,
        Self::JsonText,
        Self::JsonNull,
        Self::Jsonl,
        Self::YamlFlow,
        Self::YamlBlock,
        Self::Toml,
        Self::JsonPlan,
    ];

    /// The files of an example in this form; `None` if the form cannot express it.
    pub fn files(self, example: &Example) -> Option<Vec<File>> {
        let table = Table::of(example);
        let plan = example.plan.clone().map(|plan| File::with_text(PLAN, plan));
        if table.accounts.is_empty() {
            // The plan is all there is, and once is enough.
            return plan.filter(|_| self == Self::Csv).map(|plan| vec![plan]);
        }
        if is_in_plan(example) && self.is_plan() {
            return None;
        }
        if self == Self::Sheet {
            let workbook = Some(sheet(&table));
            return Some(
                plan.into_iter().chain([File { name: "people.xlsx", text: String::new(), workbook }]).collect(),
            );
        }
        let text = self.text(&table)?;
        match plan {
            Some(catalogue) if self == Self::YamlBlock => {
                Some(vec![File::with_text(PLAN, catalogue.text + text.trim_start_matches("rolecall: 1\n"))])
            }
            plan => Some(plan.into_iter().chain([File::with_text(self.file_name(), text)]).collect()),
        }
    }

    fn is_plan(self) -> bool {
        matches!(self, Self::YamlFlow | Self::YamlBlock | Self::Toml | Self::JsonPlan)
    }

    /// Whether a list is written as one, not as text.
    pub fn has_lists(self) -> bool {
        !matches!(self, Self::Csv | Self::CsvQuoted | Self::Sheet | Self::JsonText)
    }

    /// The name of the file that holds the accounts.
    pub fn file_name(self) -> &'static str {
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

    fn text(self, table: &Table) -> Option<String> {
        let object = |account: &Account| self.object(table, account);
        let objects = || table.accounts.iter().map(object);
        Some(match self {
            Self::Csv => csv(table, PLAIN),
            Self::CsvQuoted => csv(table, QUOTED),
            Self::Sheet => return None,
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
    fn object(self, table: &Table, account: &Account) -> Value {
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
    pub fn decoded(self, slice: &str) -> String {
        match self {
            Self::Csv | Self::CsvQuoted | Self::Sheet => slice.replace("\"\"", "\""),
            _ => serde_json::from_str(&format!("\"{slice}\"")).unwrap_or_else(|_| slice.to_owned()),
        }
    }
}

/// The accounts as rows of text, below their headers.
fn world(table: &Table) -> World {
    let row = |account: &Account| table.columns.iter().map(|field| account.cells[field].clone()).collect();
    let headers = table.columns.iter().map(|field| header(field)).collect();
    World { headers, rows: table.accounts.iter().map(row).collect(), all_api_users: false }
}

fn csv(table: &Table, dialect: Dialect) -> String {
    write(&world(table), dialect).text
}

fn sheet(table: &Table) -> Vec<u8> {
    let world = world(table);
    let rows = world.rows.iter().map(|row| row.iter().map(String::as_str).collect());
    Workbook::with_rows(&rows_of_texts(&std::iter::once(world.headers.clone()).chain(rows).collect::<Vec<_>>())).bytes()
}

/// The items of a whole list, from the text between its brackets or dashes.
pub fn list_at(slice: &str) -> Vec<String> {
    let unquoted = |item: &str| serde_json::from_str(item).unwrap_or_else(|_| item.to_owned());
    let items = slice.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| unquoted(item.trim_start_matches("- "))).collect()
}
