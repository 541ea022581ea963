//! Documents in JSON, in several styles, and where in the text each value was put.
//! The places are counted while writing: nothing is read back.

use proptest::prelude::*;
use proptest::sample::select;

use crate::table::{Row, Written};
use crate::world::World;

/// How a document is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub layout: DocumentLayout,
    /// Space around the values.
    pub space: &'static str,
    pub escapes: Escapes,
}

/// What is around the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentLayout {
    /// An array.
    Array,
    /// An object that holds the array, and more.
    Object,
    /// A line for each.
    Lines,
}

/// What is written as an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// What has to be.
    Needed,
    /// Everything beyond ASCII too.
    BeyondAscii,
    /// Everything but letters and digits.
    Signs,
}

/// Any style.
pub fn documents() -> impl Strategy<Value = Style> {
    let escapes = select([Escapes::Needed, Escapes::BeyondAscii, Escapes::Signs].as_slice());
    let spaces = select(["", " ", "\t"].as_slice());
    (layouts(), spaces, escapes).prop_map(|(layout, space, escapes)| Style { layout, space, escapes })
}

/// Any layout.
pub fn layouts() -> impl Strategy<Value = DocumentLayout> {
    select([DocumentLayout::Array, DocumentLayout::Object, DocumentLayout::Lines].as_slice())
}

impl DocumentLayout {
    pub fn file_name(self) -> &'static str {
        if self == Self::Lines { "people.jsonl" } else { "people.json" }
    }

    /// The text before, between and after the accounts.
    fn pieces(self) -> [&'static str; 3] {
        match self {
            Self::Array => ["[\n", ",\n", "\n]\n"],
            Self::Object => ["{\"page\": 1, \"users\": [", ", ", "],\n \"next\": [\"none\", {\"more\": false}]}"],
            Self::Lines => ["", "\n", "\n"],
        }
    }

    /// The plainest style.
    pub fn plain(self) -> Style {
        Style { layout: self, space: " ", escapes: Escapes::Needed }
    }
}

impl Style {
    fn escaped(self, cell: &str) -> String {
        let mut units = [0; 2];
        let mut escape =
            |c: char| c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
        let one = |c: char| match (self.escapes, c) {
            (_, '"' | '\\') => format!("\\{c}"),
            (Escapes::Needed | Escapes::BeyondAscii, '\n') => "\\n".to_owned(),
            (_, '\0'..' ') => escape(c),
            (Escapes::BeyondAscii, _) if !c.is_ascii() => escape(c),
            (Escapes::Signs, _) if !c.is_ascii_alphanumeric() => escape(c),
            _ => c.to_string(),
        };
        cell.chars().map(one).collect()
    }
}

/// Writes a world as a document: table headers as keys, every value a text.
pub fn write(world: &World, style: Style) -> Written {
    let [open, between, close] = style.layout.pieces();
    let mut text = open.to_owned();
    let mut rows = Vec::new();
    for (number, cells) in world.rows.iter().enumerate() {
        text += if number > 0 { between } else { "" };
        rows.push(object(&mut text, world, cells, style));
    }
    text += close;
    Written { text, rows }
}

fn object(text: &mut String, world: &World, cells: &[String], style: Style) -> Row {
    let start = text.len();
    let mut places = Vec::new();
    for (header, cell) in world.headers.iter().zip(cells) {
        *text += if places.is_empty() { "{" } else { "," };
        *text += &format!("\"{header}\":{}\"", style.space);
        let inner = text.len();
        *text += &style.escaped(cell);
        places.push(inner..text.len());
        *text += &format!("\"{}", style.space);
    }
    *text += "}";
    Row { whole: start..text.len(), cells: places }
}
