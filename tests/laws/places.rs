//! Every label of a table lies on a cell, or an item of one, of the account it speaks of; lines and columns say
//! the same place as the bytes do.

use proptest::prelude::*;
use rolecall::diagnostic::{Diagnostic, Label};
use rolecall::source::Location;

use crate::cases;
use crate::run::with_catalogue;
use crate::table::{Written, dialects, write};
use crate::world::{PASSWORD, World, worlds};

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn labels_lie_on_cells(world in worlds(), dialect in dialects(&[None, Some(""), Some("  ")])) {
        let written = write(&world, dialect);
        let run = with_catalogue(&[("people.csv", written.text.as_bytes())], world.all_api_users);
        for diagnostic in &run.diagnostics {
            let fault = fault_of(diagnostic, &world, &written);
            prop_assert!(fault.is_none(), "{}: {}\n{:?}\n{}", diagnostic.rule, fault.unwrap_or_default(), diagnostic.labels, written.text);
        }
    }
}

fn fault_of(diagnostic: &Diagnostic, world: &World, written: &Written) -> Option<String> {
    for label in diagnostic.labels.iter().filter(|label| label.file == "people.csv") {
        for location in [label.start, label.end] {
            let wanted = located(&written.text, location.byte);
            if location != wanted {
                return Some(format!("{location:?} should be {wanted:?}"));
            }
        }
    }
    let primary = diagnostic.labels.first().filter(|label| label.file == "people.csv")?;
    match cell_of(primary, world, written) {
        Err(fault) => Some(fault),
        Ok(row) => {
            let subject = diagnostic.subject.as_ref()?;
            let is_its_own = subject.number == row as u64 + 1 && subject.key == world.key(row);
            (!is_its_own).then(|| format!("it speaks of {subject:?}, and its label is on record {}", row + 1))
        }
    }
}

/// The row whose cell is underlined; an error where it is none.
fn cell_of(label: &Label, world: &World, written: &Written) -> Result<usize, String> {
    let index = |location: Location| usize::try_from(location.byte).expect("a test's file is small");
    let (start, end) = (index(label.start), index(label.end));
    let slice = written.text.get(start..end).ok_or("the place is none")?;
    let holds = |row: &&crate::table::Row| row.whole.start <= start && end <= row.whole.end;
    let row = written.rows.iter().position(|row| holds(&row)).ok_or("the place is in no record")?;
    let cells = &written.rows[row].cells;
    let column = cells.iter().position(|cell| cell.start <= start && end <= cell.end).ok_or("the place is in no cell")?;
    let cell = world.rows[row][column].as_str();
    let is_right = if slice.is_empty() {
        let is_secret = world.headers[column] == PASSWORD;
        let lead = cell.len() - cell.trim_ascii_start().len();
        let value = if is_secret && !cell.trim_ascii().is_empty() { cells[column].start + lead } else { cells[column].start };
        start == value && (is_secret || is_blank(cell))
    } else {
        let text = slice.replace("\"\"", "\"");
        cell.trim_ascii() == text || items(cell).contains(&text.as_str())
    };
    if is_right { Ok(row) } else { Err(format!("{slice:?} is neither {cell:?} nor an item of it")) }
}

/// Nothing, or a list of nothing.
fn is_blank(cell: &str) -> bool {
    cell.split([';', '|', '\n', '\r', ',']).all(|item| item.trim_ascii().is_empty())
}

/// The items of a cell, whichever way it is split, without the mark of the main view.
fn items(cell: &str) -> Vec<&str> {
    let certain = cell.split([';', '|', '\n', '\r']);
    let all = certain.chain(cell.split(',')).map(str::trim_ascii);
    let bare = |item: &str| item.strip_suffix('*').or_else(|| item.strip_suffix("(main)")).map(str::trim_ascii_end).map(str::len);
    all.flat_map(|item| [item, &item[..bare(item).unwrap_or(item.len())]]).collect()
}

/// Line and column of a byte, counted one character at a time.
fn located(text: &str, byte: u64) -> Location {
    let (mut line, mut column, mut last) = (1, 1, ' ');
    for (at, character) in text.char_indices() {
        if at as u64 >= byte {
            break;
        }
        match character {
            '\n' if last == '\r' => {}
            '\n' | '\r' => (line, column) = (line + 1, 1),
            '\u{feff}' if at == 0 => {}
            _ => column += 1,
        }
        last = character;
    }
    Location { byte, line, column }
}
