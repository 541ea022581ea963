//! However many threads read an input, the report is the same to the byte: also if it holds something
//! after which records must be seen in order.

use proptest::prelude::*;

use crate::cases;
use crate::damage::{damaged, wounds};
use crate::document::{layouts, write as write_document};
use crate::run::report;
use crate::table::{dialects, write};
use crate::world::{USER_NAME, World, worlds};

/// More than the threads here need for a share each.
const LENGTH: usize = 3 * 512 * 1024 + 100;

/// What changes the meaning of all rows below it.
const LATER_ROWS: [&str; 4] = ["", "", "First Name,Last Name,E-Mail,Phone\n", "Total,3\n"];

proptest! {
    #![proptest_config(cases(2))]

    #[test]
    fn tables_are_judged_alike_by_any_number(world in worlds(3), dialect in dialects(&[None]), wounds in wounds(0..3), turn in prop::sample::select(LATER_ROWS.as_slice()), at in 0.0..1.0) {
        let world = World { all_api_users: at > 0.5, ..world };
        let long = repeated(&world, |world| write(world, dialect).text.len());
        let mut text = write(&long, dialect).text;
        let place = text.len() / 2 + text[text.len() / 2..].find('\n').map_or(0, |line| line + 1);
        text.insert_str(place, turn);
        let bytes = damaged(text.as_bytes(), &wounds);
        let files = [("people.csv", bytes.as_slice())];
        let alone = report(&files, world.all_api_users, 1);
        prop_assert!(alone == report(&files, world.all_api_users, 3), "three threads say something else");
    }

    #[test]
    fn documents_are_judged_alike_by_any_number(world in worlds(3), layout in layouts(), late in 0..3_usize, wounds in wounds(0..2)) {
        let long = repeated(&world, |world| write_document(world, layout.plain()).text.len());
        let text = write_document(&long, layout.plain()).text;
        // A key that comes up late, and only then.
        let text = match late {
            0 => text,
            _ => {
                let place = text.len() / 2 + text[text.len() / 2..].find("{\"").map_or(0, |at| at + 1);
                let (before, after) = text.split_at(place);
                format!("{before}\"Locale\":\"en\",\"Shoe\":{late},{after}")
            }
        };
        let bytes = damaged(text.as_bytes(), &wounds);
        let files = [(layout.file_name(), bytes.as_slice())];
        let alone = report(&files, world.all_api_users, 1);
        prop_assert!(alone == report(&files, world.all_api_users, 3), "three threads say something else");
    }
}

/// A line that ends inside a cell moves the lines of all rows below it, whatever ends it.
#[test]
fn lines_are_counted_alike_by_any_number() {
    for end in ["\n", "\r", "\r\n"] {
        let row = |number: usize| {
            let (first, team) =
                (if number == 10 { end } else { "" }, if number % 1000 == 7 { "" } else { "Default Team" });
            format!("api{number}@acme.example,\"API{first}\",Sync,Administrator,{team}\n")
        };
        let rows: String = (0..LENGTH / 50).map(row).collect();
        let text = format!("User Name,First Name,Last Name,Roles,Team\n{rows}");
        let files = [("people.csv", text.as_bytes())];
        let alone = report(&files, true, 1);
        assert!(alone == report(&files, true, 3), "three threads count other lines: {end:?}");
    }
}

/// Which findings are listed if there are too many, and how many more there are, does not depend on who came to them first.
#[test]
fn too_many_findings_are_listed_alike_by_any_number() {
    // Parts differ in how many errors they have, so any thread may fill the list. In one case there are names that imitate others,
    // of which nothing more is said if a rule has said it.
    for (clean, failing, imitated) in [(1, 1, false), (2000, 6000, false), (30_000, 70_000, false), (2000, 6000, true)]
    {
        let row = |number: usize| {
            let team = if number % (clean + failing) < clean { "Default Team" } else { "" };
            let view = if number.is_multiple_of(3) { "EnterpriseView" } else { "" };
            let role = if imitated && number.is_multiple_of(500) { "Аdministrator" } else { "Administrator" };
            format!("api{number}@acme.example,API,Sync,{role},{team},{view}\n")
        };
        let rows: String = (0..72_000).map(row).collect();
        let text = format!("User Name,First Name,Last Name,Roles,Team,Main View\n{rows}");
        let files = [("people.csv", text.as_bytes()), ("more.csv", &text.as_bytes()[..text.len() / 3])];
        let alone = report(&files, true, 1);
        assert!(alone.contains("are not listed"), "{clean}, {failing}");
        for jobs in [2, 5] {
            assert!(alone == report(&files, true, jobs), "{jobs} threads list others: {clean}, {failing}");
        }
    }
}

/// The accounts again and again, each with a user name of its own, until they take so much room.
fn repeated(world: &World, length: impl Fn(&World) -> usize) -> World {
    let name = world.column(USER_NAME);
    let account = |number: usize| {
        let mut cells = world.rows[number % world.rows.len()].clone();
        // One in a thousand shares its name with others.
        if let Some(cell) =
            name.map(|column| &mut cells[column]).filter(|cell| !cell.is_empty() && !number.is_multiple_of(1000))
        {
            *cell = format!("{number}.{cell}");
        }
        cells
    };
    let some: Vec<_> = (0..300).map(account).collect();
    let each = length(&world.with(some)) / 300;
    world.with((0..LENGTH / each + 1).map(account).collect())
}
