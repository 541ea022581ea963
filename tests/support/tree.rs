//! A small tree of values, written as JSON, YAML or TOML, that remembers where each marked value went.
//! It knows nothing of accounts.

use super::page::{Page, Spot};
use std::ops::Range;

pub enum Node {
    Map(Vec<(String, Self)>),
    List(Vec<Self>),
    Text(String),
    /// A list written into one string: whose, which field, the items.
    Joined(usize, &'static str, Vec<String>),
    /// A date: a string in JSON, a plain scalar elsewhere.
    Date(String),
    /// A number, a truth value or null.
    Bare(String),
    /// A value whose place matters.
    Marked(Spot, Box<Self>),
}

/// How strings are written.
#[derive(Clone, Copy, PartialEq)]
pub enum Script {
    Json,
    /// JSON with the first letter of every value as a `\u` escape.
    JsonEscaped,
    /// JSON with every entry on a line of its own.
    JsonTall,
    /// YAML with plain scalars where that is safe, else in single quotes.
    Yaml,
    /// YAML with double quotes everywhere.
    YamlQuoted,
    /// YAML as `Yaml`, with the lists and maps of records over several lines.
    YamlBlock,
    Toml,
}

impl Script {
    fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::JsonEscaped | Self::JsonTall)
    }
}

impl Node {
    pub fn text(value: &str) -> Self {
        Self::Text(value.to_owned())
    }

    pub fn bare(value: impl ToString) -> Self {
        Self::Bare(value.to_string())
    }

    pub fn map(entries: Vec<(&str, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
    }

    pub fn texts(values: &[&str]) -> Self {
        Self::List(values.iter().map(|value| Self::text(value)).collect())
    }

    pub fn at(self, spot: Spot) -> Self {
        Self::Marked(spot, Box::new(self))
    }

    fn unmarked(&self) -> &Self {
        if let Self::Marked(_, inner) = self { inner.unmarked() } else { self }
    }

    /// A list or map that holds something.
    fn is_nested(&self) -> bool {
        match self.unmarked() {
            Self::List(items) => !items.is_empty(),
            Self::Map(entries) => !entries.is_empty(),
            _ => false,
        }
    }

    /// A list of maps, which YAML and TOML write as a block of its own.
    fn records(&self) -> Option<&[Self]> {
        match self.unmarked() {
            Self::List(items) if matches!(items.first().map(Self::unmarked), Some(Self::Map(_))) => Some(items),
            _ => None,
        }
    }
}

/// Writes a node in the flow style of the script and says where its value lies.
pub fn write(page: &mut Page, script: Script, node: &Node) -> Range<usize> {
    let start = page.text.len();
    match node {
        Node::Map(entries) => write_map(page, script, entries),
        Node::List(items) => write_list(page, script, items),
        Node::Text(text) => return write_string(page, script, text),
        Node::Date(text) if script.is_json() => return write_string(page, script, text),
        Node::Date(text) | Node::Bare(text) => page.push(text),
        Node::Joined(who, field, items) => return write_joined(page, script, (*who, field), items),
        Node::Marked(spot, inner) => {
            let range = write(page, script, inner);
            page.mark(*spot, range.clone(), is_loose(script, *spot, inner));
            return range;
        }
    }
    start..page.text.len()
}

/// Writes the top level of a YAML file: lists of maps as blocks, all else in flow style.
pub fn write_yaml(page: &mut Page, script: Script, node: &Node) {
    let Node::Map(entries) = node else { unreachable!("a plan is a map") };
    for (key, value) in entries {
        let Some(records) = value.records() else {
            page.push(&format!("{key}: "));
            write(page, script, value);
            page.push("\n");
            continue;
        };
        page.push(&format!("{key}:\n"));
        for record in records {
            page.push("  -");
            write_block(page, script, record, " ", "    ", ": ");
        }
    }
}

/// Writes the top level of a TOML file: plain keys first, lists of maps as arrays of tables after them.
pub fn write_toml(page: &mut Page, node: &Node) {
    let Node::Map(entries) = node else { unreachable!("a plan is a map") };
    for (key, value) in entries.iter().filter(|(_, value)| value.records().is_none()) {
        page.push(&format!("{key} = "));
        write(page, Script::Toml, value);
        page.push("\n");
    }
    for (key, value) in entries {
        for record in value.records().unwrap_or(&[]) {
            page.push(&format!("\n[[{key}]]\n"));
            write_block(page, Script::Toml, record, "", "", " = ");
        }
    }
}

/// One record over several lines; `first` comes before its first key, `rest` before the others.
fn write_block(page: &mut Page, script: Script, record: &Node, first: &str, rest: &str, between: &str) {
    let Node::Map(entries) = record.unmarked() else { unreachable!("a record is a map") };
    let start = page.text.len();
    for (place, (key, value)) in entries.iter().enumerate() {
        page.push(if place == 0 { first } else { rest });
        if script == Script::YamlBlock && value.is_nested() {
            page.push(&format!("{key}:"));
            write_nested(page, value, 6);
            continue;
        }
        page.push(&format!("{key}{between}"));
        write(page, script, value);
        page.push("\n");
    }
    if let Node::Marked(spot, _) = record {
        page.mark(*spot, start..page.text.len(), true);
    }
}

/// A list or map over several lines, after the key that it belongs to; it ends with a newline.
fn write_nested(page: &mut Page, node: &Node, indent: usize) {
    let start = page.text.len();
    let line = |page: &mut Page, head: String, value: &Node| {
        page.push(&format!("\n{}{head}", " ".repeat(indent)));
        if value.is_nested() {
            write_nested(page, value, indent + 2);
            // The caller's line break follows.
            page.text.truncate(page.text.trim_end_matches('\n').len());
        } else {
            page.push(" ");
            write(page, Script::YamlBlock, value);
        }
    };
    match node.unmarked() {
        Node::List(items) => items.iter().for_each(|item| line(page, "-".to_owned(), item)),
        Node::Map(entries) => entries.iter().for_each(|(key, value)| line(page, format!("{key}:"), value)),
        _ => unreachable!("only lists and maps are nested"),
    }
    if let Node::Marked(spot, _) = node {
        page.mark(*spot, start..page.text.len(), true);
    }
    page.push("\n");
}

/// Where the promise leaves the ends of the span open: lists, maps (but for a whole JSON object), nulls.
fn is_loose(script: Script, spot: Spot, node: &Node) -> bool {
    match node.unmarked() {
        Node::Map(_) => !(script.is_json() && spot.1 == "record"),
        Node::List(_) => true,
        Node::Bare(text) => text == "null",
        _ => false,
    }
}

fn write_map(page: &mut Page, script: Script, entries: &[(String, Node)]) {
    page.push("{ ");
    for (place, (key, value)) in entries.iter().enumerate() {
        let between = if script == Script::JsonTall { ",\n\t" } else { ", " };
        page.push(if place == 0 { "" } else { between });
        match script {
            Script::Toml => page.push(&format!("{key} = ")),
            _ if script.is_json() => page.push(&format!("\"{key}\": ")),
            _ => page.push(&format!("{key}: ")),
        }
        write(page, script, value);
    }
    page.push(" }");
}

fn write_list(page: &mut Page, script: Script, items: &[Node]) {
    // Records go on lines of their own, so that lines are told apart.
    let between = if script.is_json() && items.len() > 1 { ",\n  " } else { ", " };
    page.push("[");
    for (place, item) in items.iter().enumerate() {
        page.push(if place == 0 { "" } else { between });
        write(page, script, item);
    }
    page.push("]");
}

fn write_joined(page: &mut Page, script: Script, of: (usize, &'static str), items: &[String]) -> Range<usize> {
    page.push("\"");
    let start = page.text.len();
    for (place, item) in items.iter().enumerate() {
        page.push(if place == 0 { "" } else { "; " });
        let from = page.text.len();
        page.push(&escaped(script, item));
        page.mark((of.0, of.1, Some(place)), from..page.text.len(), false);
    }
    let range = start..page.text.len();
    page.mark((of.0, of.1, None), range.clone(), false);
    page.push("\"");
    range
}

fn write_string(page: &mut Page, script: Script, text: &str) -> Range<usize> {
    let (quote, inside) = match script {
        Script::Yaml | Script::YamlBlock if is_plain(text) => ("", text.to_owned()),
        Script::Yaml | Script::YamlBlock => ("'", text.replace('\'', "''")),
        _ => ("\"", escaped(script, text)),
    };
    page.push(quote);
    let start = page.text.len();
    page.push(&inside);
    let range = start..page.text.len();
    page.push(quote);
    range
}

fn escaped(script: Script, text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    match (script, text.chars().next()) {
        (Script::JsonEscaped, Some(first)) if first.is_alphanumeric() => {
            format!("\\u{:04X}{}", u32::from(first), &text[first.len_utf8()..])
        }
        _ => text,
    }
}

/// Whether YAML takes the text as a string without quotes, in flow style as well.
fn is_plain(text: &str) -> bool {
    let odd = |letter: char| !(letter.is_alphanumeric() || " .@-_".contains(letter));
    let starts = text.starts_with(char::is_alphabetic) && !text.ends_with(' ');
    let other_type = ["yes", "no", "true", "false", "null", "on", "off", "y", "n"];
    starts && !text.contains(odd) && !other_type.contains(&text.to_lowercase().as_str())
}
