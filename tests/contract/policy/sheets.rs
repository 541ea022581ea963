//! Waivers in a workbook: read as the TOML form is, each fault with its cell.

use super::{check, site, waiver, with};
use crate::support::report::Report;
use crate::support::workbook::{Workbook, rows_of};
use crate::support::workspace::{Ran, Workspace};

const HEAD: [&str; 8] = ["id", "rule", "account", "value", "reason", "approved-by", "approved-on", "until"];
const GOOD: [&str; 8] = [
    "W-012",
    "main-view-not-enterprise",
    "api.x@acme.example",
    "My View",
    "moves in March, CHG-881",
    "dana.ops@acme.example",
    "2026-11-02",
    "2027-03-31",
];

fn with_sheet(workspace: &Workspace, bytes: impl AsRef<[u8]>) -> Ran {
    workspace.write("w.xlsx", bytes);
    check(workspace, &["--waivers", "w.xlsx"])
}

/// A sheet of the headers and one waiver with some cells changed.
fn sheet(cells: &[(usize, &str)]) -> String {
    let mut row = GOOD.to_vec();
    cells.iter().for_each(|(column, text)| row[*column] = text);
    rows_of(&[HEAD.to_vec(), row])
}

#[test]
fn a_sheet_says_what_toml_says() {
    let workspace = site();
    let toml = with(&workspace, &waiver(&[])).ends(0, "pass");
    let strip = |report: &Report| report.to_string().replace("w.xlsx", "waivers.toml");
    let plain = with_sheet(&workspace, Workbook::with_rows(&sheet(&[])).bytes()).ends(0, "pass");
    assert_eq!(strip(&plain), strip(&toml));
    // A day may be a day of the product.
    let day = |number: &str| format!("<c r=\"@\" s=\"1\"><v>{number}</v></c>");
    let (from, until) = (day("46328"), day("46477"));
    let dated = Workbook::with_rows(&sheet(&[(6, &from), (7, &until)])).bytes();
    assert_eq!(strip(&with_sheet(&workspace, dated).ends(0, "pass")), strip(&toml));
    let seats = ["id", "rule", "license", "at-most", "reason", "approved-by", "approved-on", "until"];
    let number = "<c r=\"@\"><v>3</v></c>";
    let row = ["W-1", "seats-exceeded", "System Administrator", number, "r", "dana", "2026-11-02", "2027-03-31"];
    let table = Workbook::with_rows(&rows_of(&[seats.to_vec(), row.to_vec()])).bytes();
    assert_eq!(
        with_sheet(&workspace, table).report().unwrap()["ledger"]["waivers"][0]["subject"],
        "System Administrator"
    );
}

#[test]
fn evidence_replays_with_a_sheet() {
    let workspace = site();
    workspace.write("w.xlsx", Workbook::with_rows(&sheet(&[])).bytes());
    for more in [&[][..], &["--with-inputs"]] {
        let args = ["evidence", "create", "--package", "a.zip", "people.csv", "--no-config", "--as-of", "2026-11-21"];
        let api = ["--api-user", "api.x@acme.example", "--waivers", "w.xlsx"];
        let ran = workspace.run(&[&args[..], &api, &crate::support::rows::SEATS, more].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        let ran = workspace.run(&["evidence", "replay", "a.zip"]);
        assert_eq!(ran.exit, 0, "{ran}");
        std::fs::remove_file(workspace.path("a.zip")).unwrap();
    }
}

#[test]
fn a_fault_of_a_sheet_names_its_cell() {
    let workspace = site();
    for (cells, words) in [
        (&[(1, "main-view-not-enterprize")][..], &["unknown rule", "Did you mean", "B2"][..]),
        (&[(7, "31.3.2027")], &["`until`", "H2", "`2027-03-31` in the column `until`"]),
        (&[(7, "2026-11-01")], &["ends before it was approved", "H2"]),
        (&[(3, "")], &["no value is named", "B2", r#"`""` in the column `value`"#]),
        (&[(4, "\u{2800}")], &["this is blank", "E2"]),
        (&[(3, "<c r=\"@\"><f>A1</f><v>1</v></c>")], &["holds a formula", "D2"]),
        (&[(7, "<c r=\"@\" s=\"1\"><v>46477.5</v></c>")], &["holds a time of day", "H2"]),
    ] {
        with_sheet(&workspace, Workbook::with_rows(&sheet(cells)).bytes()).refused(&[&["w.xlsx"][..], words].concat());
    }
    let mut head = HEAD.to_vec();
    head[4] = "resaon";
    let table = Workbook::with_rows(&rows_of(&[head, GOOD.to_vec()])).bytes();
    with_sheet(&workspace, table).refused(&["unknown header `resaon`", "E1"]);
    let canary = "zQ7canaryXv9";
    let ran = with_sheet(&workspace, Workbook::with_rows(&sheet(&[(7, canary)])).bytes());
    assert_eq!((ran.exit, ran.err.contains(canary)), (2, false), "{ran}");
}

#[test]
fn a_sheet_that_people_cannot_have_seen_is_refused() {
    let workspace = site();
    let rows = sheet(&[]);
    let good = || Workbook::with_rows(&rows);
    let hidden_row = rows.replace("<row r=\"2\">", "<row r=\"2\" hidden=\"1\">");
    let merged =
        format!("<sheetData>{rows}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A2:B2\"/></mergeCells>");
    for (book, words) in [
        (Workbook::default().sheet("W", "hidden", &rows), "cannot be seen"),
        (good().sheet("More", "visible", &rows), "2 sheets with cells"),
        (Workbook::with_rows(&hidden_row), "rows of the sheet are hidden"),
        (Workbook::default().markup("W", "visible", &merged), "cells of the sheet are merged"),
        (Workbook::with_rows(""), "0 sheets with cells"),
        (Workbook::with_rows(&rows_of(&[HEAD.to_vec()])), "holds no waiver"),
    ] {
        with_sheet(&workspace, book.bytes()).refused(&["w.xlsx", words]);
    }
    with_sheet(&workspace, "id,rule\n").refused(&["w.xlsx"]);
    with_sheet(&workspace, good().sheet("Empty", "visible", "").bytes()).ends(0, "pass");
}
