//! The forms of input an example is written in, and how a place in each of them reads.

use rolecall::rule::examples::Example;
use serde_json::{Map, Value, json};

use super::accounts::{Account, Table, header, is_list, items};
use super::plans;

/// A form of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Commas, quotes where needed, LF.
    Csv,
    /// Semicolons, every cell quoted, CRLF, a byte order mark, no line end after the last record.
    CsvQuoted,
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

/// A file of a run: its name and its text.
pub type File = (&'static str, String);

/// The example's own plan.
pub const PLAN: &str = "plan.yaml";

/// Whether the accounts of an example stand in its plan.
pub fn is_in_plan(example: &Example) -> bool {
    example.accounts.as_ref().is_some_and(Vec::is_empty)
}

impl Form {
    pub const ALL: [Self; 10] = [
        Self::Csv,
        Self::CsvQuoted,
        Self::Json,
        Self::JsonText,
        Self::JsonNull,
        Self::Jsonl,
        Self::YamlFlow,
        Self::YamlBlock,
        Self::Toml,
        Self::JsonPlan,
    ];

    /// The files of an example in this form; nothing where the form cannot express it.
    pub fn files(self, example: &Example) -> Option<Vec<File>> {
        let table = Table::of(example);
        let plan = example.plan.clone().map(|plan| (PLAN, plan));
        if table.accounts.is_empty() {
            // The plan is all there is, and once is enough.
            return plan.filter(|_| self == Self::Csv).map(|plan| vec![plan]);
        }
        if is_in_plan(example) && self.is_plan() {
            return None;
        }
        let text = self.text(&table)?;
        match plan {
            Some((_, catalogue)) if self == Self::YamlBlock => {
                Some(vec![(PLAN, catalogue + text.trim_start_matches("rolecall: 1\n"))])
            }
            plan => Some(plan.into_iter().chain([(self.file_name(), text)]).collect()),
        }
    }

    fn is_plan(self) -> bool {
        matches!(self, Self::YamlFlow | Self::YamlBlock | Self::Toml | Self::JsonPlan)
    }

    /// Whether a list is written as one, not as text.
    pub fn has_lists(self) -> bool {
        !matches!(self, Self::Csv | Self::CsvQuoted | Self::JsonText)
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvQuoted => "people.csv",
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
            Self::Csv => csv(table, ',', "\n", "", |cell| cell.contains([',', '"', '\n', '\r'])),
            Self::CsvQuoted => csv(table, ';', "\r\n", "\u{feff}", |_| true).trim_end().to_owned(),
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
            Self::Csv | Self::CsvQuoted => slice.replace("\"\"", "\""),
            _ => serde_json::from_str(&format!("\"{slice}\"")).unwrap_or_else(|_| slice.to_owned()),
        }
    }
}

fn csv(table: &Table, delimiter: char, line_end: &str, mark: &str, is_quoted: impl Fn(&str) -> bool) -> String {
    let written =
        |cell: &str| if is_quoted(cell) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() };
    let row = |cells: Vec<&str>| {
        let cells: Vec<_> = cells.into_iter().map(&written).collect();
        cells.join(&delimiter.to_string()) + line_end
    };
    let mut text = mark.to_owned() + &row(table.columns.iter().map(|field| header(field)).collect());
    for account in &table.accounts {
        text += &row(table.columns.iter().map(|field| account.cells[field].as_str()).collect());
    }
    text
}

/// The items of a whole list, from what stands between its brackets or dashes.
pub fn list_at(slice: &str) -> Vec<String> {
    let unquoted = |item: &str| serde_json::from_str(item).unwrap_or_else(|_| item.to_owned());
    let items = slice.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| unquoted(item.trim_start_matches("- "))).collect()
}
