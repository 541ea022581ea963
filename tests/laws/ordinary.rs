//! Ordinary files that mean something else than they seem to: each kind of trouble in every format that can carry it,
//! and honest files beside it, which stay clean. Written from the contract, without sight of the code.

mod cure;
mod declared;
mod documents;
mod honest;
mod names;
mod plans;
mod secrets;
mod stand_ins;
mod tables;

use crate::document::{DocumentLayout, write as write_document};
use crate::run::checked_by;
use crate::support::report::Report;
use crate::table::{PLAIN, workbook, write};
use crate::world::{World, compliant};

/// A file of a run: name and bytes.
type File = (&'static str, Vec<u8>);

/// The accounts in every format that holds headers or keys.
fn forms(world: &World) -> Vec<File> {
    let document =
        |layout: DocumentLayout| (layout.file_name(), write_document(world, layout.plain()).text.into_bytes());
    vec![
        ("people.csv", write(world, PLAIN).text.into_bytes()),
        ("people.xlsx", workbook(world)),
        document(DocumentLayout::Array),
        document(DocumentLayout::Object),
        document(DocumentLayout::Lines),
    ]
}

/// The reports of the accounts in every form, each as the same for one thread and for several.
fn reports(world: &World, config: &str) -> Vec<(&'static str, Report)> {
    forms(world).into_iter().map(|file| (file.0, report(&[file], config))).collect()
}

/// The report of a run over these files.
fn report(files: &[File], config: &str) -> Report {
    usable(files, config).unwrap_or_else(|why| panic!("the run was refused: {why}\n{}", shown(files)))
}

/// The same, or why the run was refused. Seats that a file declares stay as they are.
fn usable(files: &[File], config: &str) -> Result<Report, String> {
    let declares_seats = |(_, bytes): &File| String::from_utf8_lossy(bytes).contains("licenses:");
    let seats = (!files.iter().any(declares_seats)).then_some(50);
    let files: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let out = checked_by(&files, config, seats, 1)?;
    assert_eq!(Ok(&out), checked_by(&files, config, seats, 4).as_ref(), "by several threads");
    Ok(Report(serde_json::from_str(&out).expect("the report is JSON")))
}

/// The files of a failed test, as far as they are text.
fn shown(files: &[File]) -> String {
    files.iter().map(|(name, bytes)| format!("{name}:\n{}\n", String::from_utf8_lossy(bytes))).collect()
}

fn text(name: &'static str, text: impl Into<String>) -> File {
    (name, text.into().into_bytes())
}

/// The compliant accounts with one cell changed.
fn with_cell(row: usize, header: &str, cell: &str) -> World {
    let mut world = compliant();
    let column = world.column(header).expect("the column is there");
    world.rows[row][column] = cell.to_owned();
    world
}

/// The compliant accounts with one more column, its cells in the order of the rows.
fn with_column(header: &'static str, cells: [&str; 3]) -> World {
    let mut world = compliant();
    world.headers.push(header);
    world.rows.iter_mut().zip(cells).for_each(|(row, cell)| row.push(cell.to_owned()));
    world
}

/// The run is incomplete for a fault of this kind, and the cell is named.
#[track_caller]
fn assert_fault(report: &Report, kind: &str, what: &str) {
    assert_eq!(report.verdict(), "incomplete", "{what}: {report}");
    assert!(!report.by_rule(kind).is_empty(), "{what}: no {kind} in {report}");
    assert!(!report.holes().is_empty(), "{what}: no hole");
}

/// Nothing above a note was found, and everything was judged.
#[track_caller]
fn assert_clean(report: &Report, what: &str) {
    assert_eq!(report.verdict(), "pass", "{what}: {report}");
    assert!(report.above_notes().is_empty(), "{what}: {report}");
}

#[test]
fn what_nothing_is_wrong_with_passes_in_every_form() {
    for (form, report) in reports(&compliant(), "") {
        assert_clean(&report, form);
        assert_eq!(report.seats("System Administrator")["exact"], true, "{form}");
    }
}

/// Long files are read by several threads, a stretch each; the trouble is far from the beginning.
#[test]
fn threads_agree_on_long_files() {
    let mut world = with_cell(2, "Roles", "Administrator / Lead");
    let person = |number: usize| {
        let mut row = compliant().rows[1].clone();
        row[0] = format!("person.{number}@acme.example");
        row[3] = "Agent".to_owned();
        row
    };
    let people: Vec<_> = (0..5000).map(person).collect();
    world.rows.splice(1..1, people);
    for (form, report) in reports(&world, "") {
        assert_fault(&report, "list-ambiguous", form);
    }
}
