//! Tables as text, in many dialects, and where in the text each cell was put.
//! The places are counted while writing: nothing is read back.

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;

use crate::support::workbook::{Workbook, rows_of_texts};
use crate::world::World;

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub delimiter: char,
    pub line_end: &'static str,
    /// A byte order mark.
    pub has_mark: bool,
    /// Every cell is quoted, or those that need it.
    pub quotes_all: bool,
    /// What a line between records holds, where there are such lines.
    pub blank: Option<&'static str>,
    /// The last record ends in a line end too.
    pub ends_in_break: bool,
}

/// The plainest one.
pub const PLAIN: Dialect =
    Dialect { delimiter: ',', line_end: "\n", has_mark: false, quotes_all: false, blank: None, ends_in_break: true };

/// Any dialect whose blank lines are among these.
pub fn dialects(blanks: &'static [Option<&'static str>]) -> impl Strategy<Value = Dialect> {
    let line_ends = select(["\n", "\r\n", "\r"].as_slice());
    let delimiters = select([',', ';', '\t', '|'].as_slice());
    (delimiters, line_ends, any::<[bool; 3]>(), select(blanks)).prop_map(|(delimiter, line_end, flags, blank)| {
        let [has_mark, quotes_all, ends_in_break] = flags;
        Dialect { delimiter, line_end, has_mark, quotes_all, blank, ends_in_break }
    })
}

/// A table as text.
#[derive(Clone, Debug)]
pub struct Written {
    pub text: String,
    pub rows: Vec<Row>,
}

/// Where a record is.
#[derive(Clone, Debug)]
pub struct Row {
    pub whole: Range<usize>,
    /// Each cell, inside its quotes.
    pub cells: Vec<Range<usize>>,
}

/// Writes a world as a table.
pub fn write(world: &World, dialect: Dialect) -> Written {
    let mut text = if dialect.has_mark { "\u{feff}" } else { "" }.to_owned();
    let blank = |text: &mut String| {
        if let Some(blank) = dialect.blank {
            *text += blank;
            *text += dialect.line_end;
        }
    };
    blank(&mut text);
    row(&mut text, world.headers.iter().copied(), dialect);
    let mut rows = Vec::new();
    for cells in &world.rows {
        text += dialect.line_end;
        blank(&mut text);
        rows.push(row(&mut text, cells.iter().map(String::as_str), dialect));
    }
    if dialect.ends_in_break {
        text += dialect.line_end;
    }
    Written { text, rows }
}

/// The same as a sheet of texts.
pub fn workbook(world: &World) -> Vec<u8> {
    let rows = world.rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let sheet: Vec<Vec<&str>> = std::iter::once(world.headers.clone()).chain(rows).collect();
    Workbook::with_rows(&rows_of_texts(&sheet)).bytes()
}

fn row<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>, dialect: Dialect) -> Row {
    let start = text.len();
    let mut places = Vec::new();
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            text.push(dialect.delimiter);
        }
        let is_quoted = dialect.quotes_all || cell.contains([dialect.delimiter, '"', '\n', '\r']);
        let quote = if is_quoted { "\"" } else { "" };
        *text += quote;
        let inner = text.len();
        *text += &if is_quoted { cell.replace('"', "\"\"") } else { cell.to_owned() };
        places.push(inner..text.len());
        *text += quote;
    }
    Row { whole: start..text.len(), cells: places }
}
