//! Documents in JSON, in several styles, and where in the text each value was put.
//! The places are counted while writing: nothing is read back.

use proptest::prelude::*;
use proptest::sample::select;

use crate::table::{Row, Written};
use crate::world::World;

/// How a document is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// One object a line, or one array of them.
    pub is_lines: bool,
    /// Space around the values.
    pub space: &'static str,
    pub escapes: Escapes,
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

/// The plainest array.
pub const ARRAY: Style = Style { is_lines: false, space: " ", escapes: Escapes::Needed };
/// The plainest lines.
pub const LINES: Style = Style { is_lines: true, ..ARRAY };

/// Any style.
pub fn documents() -> impl Strategy<Value = Style> {
    let escapes = select([Escapes::Needed, Escapes::BeyondAscii, Escapes::Signs].as_slice());
    (any::<bool>(), select(["", " ", "\t"].as_slice()), escapes).prop_map(|(is_lines, space, escapes)| Style { is_lines, space, escapes })
}

impl Style {
    pub fn file_name(self) -> &'static str {
        if self.is_lines { "people.jsonl" } else { "people.json" }
    }

    fn escaped(self, cell: &str) -> String {
        let mut units = [0; 2];
        let mut escape = |c: char| c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
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
    let (open, between, close) = if style.is_lines { ("", "\n", "\n") } else { ("[\n", ",\n", "\n]\n") };
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
