//! Worlds as plans, in three syntaxes and several ways of quoting, and where in the text each value was put.
//! What a plan cannot say (texts that are not dates, marks of activity) is left out.

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;

use crate::table::{Row, Written};
use crate::world::World;

/// A way of writing plans.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub syntax: Syntax,
    pub quotes: Quotes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Yaml,
    Toml,
    Json,
}

/// How texts are quoted, where the syntax and the text allow it; in double quotes where not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    None,
    Single,
    Double,
}

/// Columns that hold a text, and their keys.
const TEXTS: [(&str, &str); 8] = [
    ("User Name", "user_name"),
    ("First Name", "first_name"),
    ("Last Name", "last_name"),
    ("Team", "team"),
    ("Windows Login", "windows_login"),
    ("ACD ID", "acd_id"),
    ("Password", "password"),
    ("Created By", "created_by"),
];

pub fn hands() -> impl Strategy<Value = Hand> {
    let syntax = select([Syntax::Yaml, Syntax::Toml, Syntax::Json].as_slice());
    let quotes = select([Quotes::None, Quotes::Single, Quotes::Double].as_slice());
    (syntax, quotes).prop_map(|(syntax, quotes)| Hand { syntax, quotes })
}

impl Hand {
    pub fn file_name(self) -> &'static str {
        match self.syntax {
            Syntax::Yaml => "plan.yaml",
            Syntax::Toml => "plan.toml",
            Syntax::Json => "plan.json",
        }
    }

    /// What a part of a value as written may say: it does not show its quotes.
    pub fn decoded(self, slice: &str) -> Vec<String> {
        let escaped = serde_json::from_str(&format!("\"{slice}\"")).ok();
        escaped.into_iter().chain([slice.to_owned(), slice.replace("''", "'")]).collect()
    }

    /// A text with its quotes, and how many bytes of it are quotes at either end.
    fn quoted(self, text: &str) -> (String, usize) {
        let is_printable = !text.contains(|c: char| c.is_control());
        match (self.syntax, self.quotes) {
            (Syntax::Yaml, Quotes::None) if is_plain(text) => (text.to_owned(), 0),
            (Syntax::Yaml, Quotes::Single) if is_printable => (format!("'{}'", text.replace('\'', "''")), 1),
            (Syntax::Toml, Quotes::None | Quotes::Single) if is_printable && !text.contains('\'') => {
                (format!("'{text}'"), 1)
            }
            _ => (serde_json::Value::from(text).to_string(), 1),
        }
    }
}

/// True for text that needs no quotes in YAML.
fn is_plain(text: &str) -> bool {
    let is_word = ["yes", "no", "true", "false", "null"].contains(&text.to_lowercase().as_str());
    let may_stand = |c: char| c.is_alphanumeric() || ".@_ \\*(".contains(c);
    !is_word && text.starts_with(char::is_alphabetic) && !text.ends_with(' ') && text.chars().all(may_stand)
}

/// Writes a world as the users of a plan.
pub fn write(world: &World, hand: Hand) -> Written {
    let head = match hand.syntax {
        Syntax::Yaml => "# Käse\nrolecall: 1\nusers:\n",
        Syntax::Toml => "# Käse\nrolecall = 1\n",
        Syntax::Json => "{ \"rolecall\": 1, \"users\": [\n",
    };
    let mut pen = Pen { text: head.to_owned(), hand, is_first: true };
    let mut rows = Vec::new();
    for (number, row) in world.rows.iter().enumerate() {
        if number > 0 && hand.syntax == Syntax::Json {
            pen.text += ",\n";
        }
        rows.push(pen.user(world, row));
    }
    if hand.syntax == Syntax::Json {
        pen.text += "\n] }\n";
    }
    Written { text: pen.text, rows }
}

/// A plan that is being written.
struct Pen {
    text: String,
    hand: Hand,
    is_first: bool,
}

impl Pen {
    fn user(&mut self, world: &World, row: &[String]) -> Row {
        self.text += if self.hand.syntax == Syntax::Toml { "\n[[users]]\n" } else { "" };
        let start = self.text.len();
        self.is_first = true;
        let cell = |header: &str| world.column(header).map(|column| row[column].as_str());
        let mut cells = vec![0..0; row.len()];
        let mut put =
            |header: &str, place: Range<usize>| cells[world.column(header).expect("the column was asked for")] = place;
        for (header, key) in TEXTS {
            if let Some(text) = cell(header) {
                self.key(key);
                put(header, self.scalar(text));
            }
        }
        if let Some(roles) = cell("Roles") {
            self.key("roles");
            put("Roles", self.list(roles));
        }
        if let Some(scope) = cell("Scope") {
            self.key("scope");
            let from = self.text.len();
            self.open("groups");
            self.list(scope);
            self.text += " }";
            put("Scope", from..self.text.len());
        }
        if let Some(main) = cell("Main View") {
            self.key("wfm_views");
            self.open("main");
            put("Main View", self.scalar(main));
            if let Some(others) = cell("WFM Views") {
                self.text += ", ";
                self.member("others");
                put("WFM Views", self.list(others));
            }
            self.text += " }";
        }
        self.text += if self.hand.syntax == Syntax::Json { " }" } else { "\n" };
        Row { whole: start..self.text.len(), cells }
    }

    /// The key of a user's next value.
    fn key(&mut self, key: &str) {
        self.text += match (self.hand.syntax, self.is_first) {
            (Syntax::Yaml, true) => "  - ",
            (Syntax::Yaml, false) => "\n    ",
            (Syntax::Toml, true) => "",
            (Syntax::Toml, false) => "\n",
            (Syntax::Json, true) => "  { ",
            (Syntax::Json, false) => ", ",
        };
        self.is_first = false;
        self.member(key);
    }

    fn member(&mut self, key: &str) {
        self.text += &match self.hand.syntax {
            Syntax::Yaml => format!("{key}: "),
            Syntax::Toml => format!("{key} = "),
            Syntax::Json => format!("\"{key}\": "),
        };
    }

    fn open(&mut self, key: &str) {
        self.text += "{ ";
        self.member(key);
    }

    fn scalar(&mut self, text: &str) -> Range<usize> {
        let (written, quotes) = self.hand.quoted(text);
        let start = self.text.len() + quotes;
        self.text += &written;
        start..self.text.len() - quotes
    }

    /// The items of a cell as a list in brackets.
    fn list(&mut self, cell: &str) -> Range<usize> {
        let start = self.text.len();
        self.text += "[";
        for (number, item) in cell.split([';', '|', '\n', '\r']).enumerate() {
            self.text += if number > 0 { ", " } else { "" };
            self.scalar(item);
        }
        self.text += "]";
        start..self.text.len()
    }
}
