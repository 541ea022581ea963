//! Every label of a table or document lies on a cell, or an item of one, of the account it speaks of; lines and
//! columns say the same place as the bytes do.

use proptest::prelude::*;
use rolecall::diagnostic::{Diagnostic, Label};
use rolecall::engine::Run;
use rolecall::source::Location;

use crate::cases;
use crate::document::{documents, write as write_document};
use crate::plan::{hands, write as write_plan};
use crate::run::with_catalogue;
use crate::table::{Row, Written, dialects, write};
use crate::world::{PASSWORD, World, worlds};

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn labels_lie_on_cells(world in worlds(1), dialect in dialects(&[None, Some(""), Some("  ")])) {
        let text = Text { file: "people.csv", world: &world, written: &write(&world, dialect), decode: &|slice| vec![slice.replace("\"\"", "\"")] };
        prop_assert_eq!(text.fault(), None);
    }

    #[test]
    fn labels_lie_on_values(world in worlds(1), style in documents()) {
        let decode = |slice: &str| serde_json::from_str(&format!("\"{slice}\"")).into_iter().collect();
        let text = Text { file: style.layout.file_name(), world: &world, written: &write_document(&world, style), decode: &decode };
        prop_assert_eq!(text.fault(), None);
    }

    #[test]
    fn labels_lie_on_planned_values(world in worlds(1), hand in hands()) {
        let text = Text { file: hand.file_name(), world: &world, written: &write_plan(&world, hand), decode: &|slice| hand.decoded(slice) };
        prop_assert_eq!(text.fault(), None);
    }
}

/// A world as the text of a file.
struct Text<'a> {
    file: &'static str,
    world: &'a World,
    written: &'a Written,
    /// What a part of a cell as written may say.
    decode: &'a dyn Fn(&str) -> Vec<String>,
}

impl Text<'_> {
    /// The first label that lies beside its place.
    fn fault(&self) -> Option<String> {
        let run: Run = with_catalogue(&[(self.file, self.written.text.as_bytes())], self.world.all_api_users);
        let fault = |one: &Diagnostic| {
            Some(format!("{}: {}\n{:?}\n{}", one.rule, self.fault_of(one)?, one.labels, self.written.text))
        };
        run.diagnostics.iter().find_map(fault)
    }

    fn fault_of(&self, diagnostic: &Diagnostic) -> Option<String> {
        for label in diagnostic.labels.iter().filter(|label| *label.file == *self.file) {
            for location in [label.start, label.end] {
                let wanted = located(&self.written.text, location.byte);
                if location != wanted {
                    return Some(format!("{location:?} should be {wanted:?}"));
                }
            }
        }
        let primary = diagnostic.labels.first().filter(|label| *label.file == *self.file)?;
        match self.row_of(primary) {
            Err(fault) => Some(fault),
            Ok(row) => {
                let subject = diagnostic.subject.as_ref()?;
                // What stands for the name in a record that cannot be read need not be one.
                let is_unnamed = ["date-unreadable", "active-unreadable", "password-literal"]
                    .contains(&&*diagnostic.rule)
                    && subject.key == format!("#{}", row + 1);
                let is_named = is_unnamed || subject.key == self.world.key(row);
                let is_its_own = subject.number == row as u64 + 1 && is_named;
                (!is_its_own).then(|| format!("it speaks of {subject:?}, and its label is on record {}", row + 1))
            }
        }
    }

    /// The row whose cell is underlined; an error if there is none.
    fn row_of(&self, label: &Label) -> Result<usize, String> {
        let index = |location: Location| usize::try_from(location.byte).expect("a test's file is small");
        let (start, end) = (index(label.start), index(label.end));
        let slice = self.written.text.get(start..end).ok_or("the place is none")?;
        let holds = |row: &Row| row.whole.start <= start && end <= row.whole.end;
        let row = self.written.rows.iter().position(holds).ok_or("the place is in no record")?;
        let places = &self.written.rows[row].cells;
        let column =
            places.iter().position(|cell| cell.start <= start && end <= cell.end).ok_or("the place is in no cell")?;
        let (place, cell) = (&places[column], self.world.rows[row][column].as_str());
        let is_secret = self.world.headers[column] == PASSWORD;
        let is_right = if !slice.is_empty() {
            // Of a list of several the whole is the text between its brackets.
            let (before, after) = (&self.written.text[place.start..start], &self.written.text[end..place.end]);
            let is_list = before.ends_with('[') && after.starts_with(']');
            !is_secret && (is_list || (self.decode)(slice).iter().any(|text| says(text, slice, cell)))
        } else if is_secret && !cell.trim_ascii().is_empty() {
            let lead = cell.len() - cell.trim_ascii_start().len();
            let leads = (self.decode)(&self.written.text[place.start..start]);
            leads.iter().any(|found| found.is_empty() || found.len() == lead)
        } else {
            start == place.start && is_blank(cell)
        };
        if is_right { Ok(row) } else { Err(format!("{slice:?} is neither {cell:?} nor an item of it")) }
    }
}

/// Whether `text`, which is what `slice` says, is a cell or an item of it.
fn says(text: &str, slice: &str, cell: &str) -> bool {
    // Of a text that had to be decoded the whole is one place, space and other items with it.
    let text = if text.len() == slice.len() { text } else { text.trim_ascii() };
    cell.trim_ascii() == text || items(cell).contains(&text)
}

/// Nothing, or a list of nothing.
fn is_blank(cell: &str) -> bool {
    cell.split([';', '|', '\n', '\r', ',']).all(|item| item.trim_ascii().is_empty())
}

/// The items of a cell, whichever way it is split, without the mark of the main view.
fn items(cell: &str) -> Vec<&str> {
    let certain = cell.split([';', '|', '\n', '\r']);
    let all = certain.chain(cell.split(',')).map(str::trim_ascii);
    let bare = |item: &str| {
        item.strip_suffix('*').or_else(|| item.strip_suffix("(main)")).map(str::trim_ascii_end).map(str::len)
    };
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
