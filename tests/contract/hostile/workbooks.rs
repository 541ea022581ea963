//! Workbooks: read right, or said exactly what of them could not be read.

use serde_json::Value;

use crate::support::report::Report;
use crate::support::workbook::{DANA, GOOD, HEAD, Workbook, good_with, rows};
use crate::support::workspace::{Ran, Workspace, nothing_wrong};

const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];

/// Judges a workbook.
fn judge(book: &Workbook, more: &[&str]) -> Ran {
    judge_bytes(&book.bytes(), more)
}

fn judge_bytes(bytes: &[u8], more: &[&str]) -> Ran {
    let workspace = Workspace::new();
    workspace.write("people.xlsx", bytes);
    let args: Vec<&str> = ["people.xlsx"].into_iter().chain(SEATS).chain(more.iter().copied()).collect();
    workspace.check(&args)
}

/// The sheet and cell of the first label of the one finding of `rule`.
fn cell_of(report: &Report, rule: &str) -> String {
    let found = report.by_rule(rule);
    assert_eq!(found.len(), 1, "one {rule}: {}", report.0);
    let label = &found[0]["labels"][0];
    format!("{}!{}", label["sheet"].as_str().unwrap(), label["cell"].as_str().unwrap())
}

/// True if some text of the report speaks of `what`.
fn says(report: &Report, what: &str) -> bool {
    report.0["diagnostics"].as_array().unwrap().iter().any(|one| one["message"].as_str().unwrap().contains(what))
}

#[test]
fn a_good_workbook_passes() {
    let report = judge(&Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])), &[]).concluded(0, "pass").unwrap();
    let input = &report.0["ledger"]["inputs"][0];
    assert_eq!(input["format"], "xlsx");
    assert_eq!(input["records"], 2);
    assert_eq!(input["columns"]["Activated"], "activated");
}

/// The place names sheet and cell, the line is the row, and the columns count in the row as it is shown.
#[test]
fn a_violation_names_its_cell() {
    let late = good_with(6, "Elsewhere");
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA, late]));
    let report = judge(&book, &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "main-view-not-enterprise"), "Users!G4");
    let label = &report.by_rule("main-view-not-enterprise")[0]["labels"][0];
    let before = "API|Payroll Sync|api.late@acme.example|Administrator|Default Team|Operations|";
    assert_eq!(label["start"]["line"], 4);
    assert_eq!(label["start"]["column"], before.len() as u64 + 1);
    assert_eq!(label["end"]["column"], (before.len() + "Elsewhere".len()) as u64 + 1);
    let workspace = Workspace::new();
    workspace.write("people.xlsx", book.bytes());
    let human = workspace.check_as("human", &["people.xlsx", SEATS[0], SEATS[1]]).out;
    assert!(human.contains("Users!G4 in people.xlsx"), "{human}");
    assert!(human.contains("4 \u{2502}"), "the row's number stands in the gutter: {human}");
}

/// Blank rows and cells that are not there are blank, wherever the table begins.
#[test]
fn sparse_rows_are_read_in_their_places() {
    let text = rows(&[HEAD, GOOD, DANA, good_with(4, "")]).replace("r=\"4\"", "r=\"9\"");
    let text = "ABCDEFGH".chars().fold(text, |text, c| text.replace(&format!("r=\"{c}4\""), &format!("r=\"{c}9\"")));
    let report = judge(&Workbook::with_rows(&text), &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "team-blank"), "Users!E9");
    assert_eq!(report.by_rule("team-blank")[0]["record"]["number"], 3);
}

/// A cell whose value is not certain refuses its record, and the next is judged.
#[test]
fn cells_that_are_not_certain_are_refused() {
    let mut wrong = Vec::new();
    for (what, column, cell) in [
        ("a formula with its last value", 3, "<c r=\"@\" t=\"str\"><f>A2</f><v>Administrator</v></c>"),
        ("a formula without one", 3, "<c r=\"@\"><f>A2</f></c>"),
        ("a shared formula's heir", 3, "<c r=\"@\" t=\"str\"><f t=\"shared\" si=\"0\"/><v>Administrator</v></c>"),
        ("an error", 4, "<c r=\"@\" t=\"e\"><v>#N/A</v></c>"),
        ("a rounded number", 0, "<c r=\"@\"><v>12345678901234567</v></c>"),
        ("a length of time", 4, "<c r=\"@\" s=\"2\"><v>1.5</v></c>"),
        ("the day that never was", 7, "<c r=\"@\" s=\"1\"><v>60</v></c>"),
        ("a day before all days", 7, "<c r=\"@\" s=\"1\"><v>-5</v></c>"),
        ("a number where a day is due", 7, "<c r=\"@\"><v>46000</v></c>"),
    ] {
        let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA, good_with(column, cell), good_with(5, "")]));
        let ran = judge(&book, &[]);
        let judged = ran.concluded(3, "incomplete").and_then(|report| {
            let place = &report.faults()[0]["labels"][0]["cell"];
            let due = format!("{}4", char::from(b'A' + u8::try_from(column).unwrap()));
            let is_judged = report.by_rule("scope-empty").len() == 1;
            if *place == due && is_judged { Ok(()) } else { Err(format!("{place} is not {due}\n{ran}")) }
        });
        wrong.extend(judged.err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

#[test]
fn booleans_numbers_and_days_read_as_they_are_shown() {
    let active = ["First Name", "Last Name", "User Name", "Roles", "Team", "Scope", "WFM Views", "Active"];
    let text = rows(&[active, with(GOOD, 7, "<c r=\"@\" t=\"b\"><v>1</v></c>"), with(DANA, 7, "yes")]);
    judge(&Workbook::with_rows(&text), &[]).concluded(0, "pass").unwrap();
    let text = rows(&[active, with(GOOD, 7, "<c r=\"@\"><v>1</v></c>"), with(DANA, 7, "yes")]);
    judge(&Workbook::with_rows(&text), &[]).concluded(0, "pass").unwrap();
    let number = rows(&[HEAD, GOOD, DANA, good_with(4, "<c r=\"@\"><v>4711</v></c>")]);
    let report = judge(&Workbook::with_rows(&number), &["--fail-on", "note"]).concluded(1, "fail").unwrap();
    assert!(report.by_rule("team-not-allowed")[0]["message"].as_str().unwrap().contains("`4711`"));
    let shared = rows(&[HEAD, GOOD, DANA, good_with(4, "<c r=\"@\" t=\"s\"><v>0</v></c>")]);
    let report = judge(&Workbook::with_rows(&shared), &["--fail-on", "note"]).concluded(1, "fail").unwrap();
    assert!(report.by_rule("team-not-allowed")[0]["message"].as_str().unwrap().contains("`Shared Text`"));
}

fn with(mut row: [&'static str; 8], column: usize, text: &'static str) -> [&'static str; 8] {
    row[column] = text;
    row
}

/// One serial number is another day in each way of counting; the as-of date is 21 November 2026.
#[test]
fn days_are_counted_from_1900_or_1904() {
    let text = |serial: &'static str| rows(&[HEAD, with(GOOD, 7, serial), with(DANA, 7, "2020-01-01")]);
    let (on, after) = ("<c r=\"@\" s=\"1\"><v>46347</v></c>", "<c r=\"@\" s=\"1\"><v>46348.25</v></c>");
    judge(&Workbook::with_rows(&text(on)), &[]).concluded(0, "pass").unwrap();
    let report = judge(&Workbook::with_rows(&text(after)), &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "api-user-inactive"), "Users!H2");
    let (on, after) = ("<c r=\"@\" s=\"1\"><v>44885</v></c>", "<c r=\"@\" s=\"1\"><v>44886</v></c>");
    judge(&Workbook::with_rows(&text(on)).since_1904(), &[]).concluded(0, "pass").unwrap();
    let report = judge(&Workbook::with_rows(&text(after)).since_1904(), &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "api-user-inactive"), "Users!H2");
}

/// The violation is only in hidden places; it is found, and the hiding is reported.
#[test]
fn what_is_hidden_is_judged_and_noted() {
    let late = rows(&[HEAD, good_with(4, "")]);
    for state in ["hidden", "veryHidden"] {
        let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])).sheet("Old", state, &late);
        let report = judge(&book, &[]).concluded(1, "fail").unwrap();
        assert_eq!(cell_of(&report, "team-blank"), "Old!E2");
        assert!(says(&report, "`Old` is hidden"), "{}", report.0);
    }
    let hidden_row = rows(&[HEAD, GOOD, DANA, good_with(4, "")]).replace("<row r=\"4\"", "<row r=\"4\" hidden=\"1\"");
    let report = judge(&Workbook::with_rows(&hidden_row), &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "team-blank"), "Users!E4");
    assert!(says(&report, "1 row is hidden on the sheet `Users`, the first is 4"), "{}", report.0);
    let inner = format!(
        "<cols><col min=\"5\" max=\"5\" hidden=\"1\"/></cols><sheetData>{}</sheetData>",
        rows(&[HEAD, GOOD, DANA, good_with(4, "")])
    );
    let report = judge(&Workbook::default().markup("Users", "visible", &inner), &[]).concluded(1, "fail").unwrap();
    assert!(says(&report, "the column E is hidden"), "{}", report.0);
    assert_eq!(report.by_rule("team-blank").len(), 1);
}

/// What has no width, no height or is hidden unless it says otherwise is as hidden as what says so.
#[test]
fn what_has_no_size_is_hidden_too() {
    let data = rows(&[HEAD, GOOD, DANA, good_with(4, "")]);
    let column = |column: &str| format!("<cols>{column}</cols><sheetData>{data}</sheetData>");
    let low = data.replace("<row r=\"4\"", "<row r=\"4\" ht=\"0\" customHeight=\"1\"");
    let default = |what: &str| format!("<sheetFormatPr {what}/><sheetData>{data}</sheetData>");
    let mut wrong = Vec::new();
    for (inner, said) in [
        (column("<col min=\"5\" max=\"5\" width=\"0\" customWidth=\"1\"/>"), "the column E is hidden"),
        (format!("<sheetData>{low}</sheetData>"), "1 row is hidden on the sheet `Users`, the first is 4"),
        (default("zeroHeight=\"1\""), "hidden unless they say otherwise"),
        (default("defaultColWidth=\"0\""), "hidden unless they say otherwise"),
        (default("baseColWidth=\"0\""), "hidden unless they say otherwise"),
    ] {
        let judged = judge(&Workbook::default().markup("Users", "visible", &inner), &[]).concluded(1, "fail");
        wrong.extend(
            judged
                .and_then(|report| {
                    let is_found = report.by_rule("team-blank").len() == 1;
                    if is_found && says(&report, said) { Ok(()) } else { Err(format!("{said}: {}", report.0)) }
                })
                .err(),
        );
    }
    let usual = "<sheetFormatPr baseColWidth=\"10\" defaultRowHeight=\"15\" x:zeroHeight=\"0\"/>";
    let inner = format!("{usual}<sheetData>{}</sheetData>", rows(&[HEAD, GOOD, DANA]));
    let report = judge(&Workbook::default().markup("Users", "visible", &inner), &[]).concluded(0, "pass").unwrap();
    assert!(!says(&report, "hidden"), "{}", report.0);
    nothing_wrong(wrong);
}

/// The zeros of `00004711` belong to an employee's number: the workbook shows them and does not hold them.
#[test]
fn a_number_is_read_as_its_format_shows_it() {
    let formats = "</numFmts><cellXfs count=\"5\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>\
        <xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"3\"/>";
    let numbers =
        "<numFmt numFmtId=\"165\" formatCode=\"00000000\"/><numFmt numFmtId=\"166\" formatCode=\"&quot;T-&quot;0\"/>";
    let judge_cell = |cell: &'static str| {
        let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA, good_with(4, cell)]));
        let old = "</numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>";
        judge(&book.but(old, &format!("{numbers}{formats}")), &["--fail-on", "note"])
    };
    for (cell, shown) in [
        ("<c r=\"@\" s=\"3\"><v>4711</v></c>", "`00004711`"),
        ("<c r=\"@\" s=\"5\"><v>4711</v></c>", "`4711`"),
        ("<c r=\"@\"><v>4711</v></c>", "`4711`"),
    ] {
        let report = judge_cell(cell).concluded(1, "fail").unwrap();
        let message = report.by_rule("team-not-allowed")[0]["message"].as_str().unwrap();
        assert!(message.contains(shown), "{message}");
    }
    for cell in ["<c r=\"@\" s=\"3\"><v>47.5</v></c>", "<c r=\"@\" s=\"4\"><v>4711</v></c>"] {
        let report = judge_cell(cell).concluded(3, "incomplete").unwrap();
        assert!(says(&report, "its format shows as another text"), "{}", report.0);
    }
}

/// Comments between cells and unparsed text in a text are rare and honest.
#[test]
fn rare_markup_is_read() {
    let cell = "<c r=\"@\" t=\"inlineStr\"><is><t>Elsewhere<![CDATA[ & <there>]]><!-- no --></t></is></c>";
    let data = rows(&[HEAD, GOOD, DANA, good_with(4, cell)]).replace("<row r=\"3\"", "<!-- a person --><row r=\"3\"");
    let report = judge(&Workbook::with_rows(&data), &["--fail-on", "note"]).concluded(1, "fail").unwrap();
    let message = report.by_rule("team-not-allowed")[0]["message"].as_str().unwrap();
    assert!(message.contains("`Elsewhere & <there>`"), "{message}");
}

/// What went wrong on a row leaves the rows before it judged, and the words say so.
#[test]
fn a_sheet_that_was_judged_in_part_is_not_called_unjudged() {
    let data = rows(&[HEAD, GOOD, good_with(4, ""), with(GOOD, 4, "<c r=\"@\" t=\"s\"><v>9</v></c>")]);
    let report = judge(&Workbook::with_rows(&data), &[]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "the sheet `Users` was not judged to its end"), "{}", report.0);
    assert_eq!(report.by_rule("team-blank").len(), 1);
}

#[test]
fn every_sheet_is_judged_or_said_not_to_be() {
    let notes = rows(&[["Please mind", "the gap"]]);
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])).sheet("Notes", "visible", &notes);
    let report = judge(&book, &[]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "`Notes` has no header row"), "{}", report.0);
    let report = judge(&book, &["--sheet", "Users"]).concluded(0, "pass").unwrap();
    assert!(says(&report, "`Notes` was not selected"), "{}", report.0);
    let report = judge(&book, &["--sheet", "users"]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "no sheet `users`"), "{}", report.0);
    let empty = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])).sheet("Sheet2", "visible", "");
    judge(&empty, &[]).concluded(0, "pass").unwrap();
    let headers_only = Workbook::with_rows(&rows(&[HEAD]));
    judge(&headers_only, &[]).concluded(3, "incomplete").unwrap();
}

/// Two sheets, the second without a column: what the one carries says nothing of the other.
#[test]
fn sheets_have_columns_of_their_own() {
    let second = rows(&[&HEAD[..4], &good_with(0, "API")[..4]]);
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])).sheet("More", "visible", &second);
    let report = judge(&book, &[]).concluded(3, "incomplete").unwrap();
    let outcomes = report.0["ledger"]["holes"].to_string();
    assert!(outcomes.contains("team-blank") && outcomes.contains("has no team"), "{outcomes}");
}

#[test]
fn the_same_user_name_on_two_sheets_is_found() {
    let second = rows(&[HEAD, with(GOOD, 0, "API Two")]);
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA])).sheet("More", "visible", &second);
    let report = judge(&book, &[]).concluded(1, "fail").unwrap();
    assert_eq!(cell_of(&report, "user-name-shared"), "More!C2");
    assert_eq!(report.by_rule("user-name-shared")[0]["labels"][1]["cell"], "C2");
    assert_eq!(report.by_rule("user-name-shared")[0]["labels"][1]["sheet"], "Users");
}

#[test]
fn merged_cells_refuse_what_they_cover() {
    let data = rows(&[HEAD, GOOD, DANA, good_with(4, ""), good_with(5, "")]);
    let merged = |area: &str| {
        let inner =
            format!("<sheetData>{data}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"{area}\"/></mergeCells>");
        judge(&Workbook::default().markup("Users", "visible", &inner), &[])
    };
    let report = merged("E3:E4").concluded(3, "incomplete").unwrap();
    assert_eq!(report.0["ledger"]["inputs"][0]["refused"].as_array().unwrap().len(), 2);
    assert!(report.by_rule("team-blank").is_empty() && report.by_rule("scope-empty").len() == 1, "{}", report.0);
    let report = merged("J1:K9").concluded(1, "fail").unwrap();
    assert_eq!(report.by_rule("team-blank").len(), 1);
}

#[test]
fn rows_above_the_header_are_said() {
    let book = Workbook::with_rows(&rows_of_title());
    let report = judge(&book, &[]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "the header row is row 2, and there is 1 row above it"), "{}", report.0);
    assert_eq!(cell_of(&report, "team-blank"), "Users!E4");
}

/// As in a text: the number of the row as the spreadsheet shows it, for each sheet.
#[test]
fn the_header_row_of_a_workbook_can_be_declared() {
    let title = ["zQ7canaryXv9 export", "", "", "", "", "", "", ""];
    let book = Workbook::with_rows(&rows(&[title, HEAD, GOOD, DANA]));
    judge(&book, &["--header-row", "2"]).concluded(0, "pass").unwrap();
    let report = judge(&book, &["--header-row", "3"]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "reads like an account"), "{}", report.0);
    let report = judge(&Workbook::with_rows(&rows(&[HEAD, GOOD, HEAD, DANA])), &["--header-row", "3"]);
    let report = report.concluded(3, "incomplete").unwrap();
    assert!(says(&report, "rows above the declared header row, row 3"), "{}", report.0);
    assert_eq!(judge(&book, &["--header-row", "9"]).exit, 2);
    let more = book.clone().sheet("Notes", "visible", &rows(&[["Please mind", "the gap"]]));
    let report = judge(&more, &["--header-row", "4"]).concluded(3, "incomplete").unwrap();
    assert!(says(&report, "`Notes`"), "{}", report.0);
}

fn rows_of_title() -> String {
    let title = ["zQ7canaryXv9 export", "", "", "", "", "", "", ""];
    rows(&[title, HEAD, GOOD, good_with(4, "")])
}

/// Every one of these could show one reader this and another that.
#[test]
fn a_workbook_that_is_not_certain_is_incomplete() {
    let good = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA]));
    let row_twice = rows(&[HEAD, GOOD, DANA]).replace("<row r=\"3\">", "<row r=\"2\">");
    let cell_twice = rows(&[HEAD, GOOD, DANA]).replace("r=\"B3\"", "r=\"A3\"");
    let index = |value: &'static str| rows(&[HEAD, GOOD, DANA, with(GOOD, 4, value)]);
    let doctype = "<!DOCTYPE x [<!ENTITY e \"Administrator\">]><workbook";
    let nested = "<c r=\"@\"><v><b>1</b></v></c>";
    let mut wrong = Vec::new();
    for (what, book) in [
        ("a row twice", Workbook::with_rows(&row_twice)),
        ("a cell twice", Workbook::with_rows(&cell_twice)),
        ("a row without its number", good.clone().but("<row r=\"3\">", "<row>")),
        ("a cell without its place", good.clone().but("<c r=\"B3\" ", "<c ")),
        ("a text that is not there", Workbook::with_rows(&index("<c r=\"@\" t=\"s\"><v>9</v></c>"))),
        ("a text by no number", Workbook::with_rows(&index("<c r=\"@\" t=\"s\"><v>x</v></c>"))),
        (
            "a text by a number beyond all",
            Workbook::with_rows(&index("<c r=\"@\" t=\"s\"><v>99999999999999999999999</v></c>")),
        ),
        ("a number in two pieces", Workbook::with_rows(&index("<c r=\"@\"><v>1<!-- -->2</v></c>"))),
        ("a number with a reference", Workbook::with_rows(&index("<c r=\"@\"><v>&#49;2</v></c>"))),
        ("a value with a tag in it", Workbook::with_rows(&index(nested))),
        ("two values", Workbook::with_rows(&index("<c r=\"@\"><v>1</v><v>2</v></c>"))),
        ("an unknown kind of cell", Workbook::with_rows(&index("<c r=\"@\" t=\"q\"><v>1</v></c>"))),
        ("one attribute twice", good.clone().but("<c r=\"B3\" ", "<c r=\"B3\" r=\"B3\" ")),
        ("a document type", good.clone().but("<workbook", doctype)),
        (
            "a value in an unparsed text",
            Workbook::with_rows(&index("<c r=\"@\" t=\"str\"><v><![CDATA[Administrator]]></v></c>")),
        ),
        ("a row after all cells", good.clone().but("</sheetData>", "</sheetData><row r=\"9\"/>")),
        (
            "hidden columns that no sheet has",
            good.clone().but("<sheetData>", "<cols><col min=\"0\" max=\"99999\" hidden=\"1\"/></cols><sheetData>"),
        ),
        ("a part by a path that climbs", good.clone().but("Target=\"worksheets/", "Target=\"../xl/worksheets/")),
        ("sheets of one name", good.clone().sheet("USERS", "visible", &rows(&[HEAD, GOOD]))),
        ("a sheet that is not there", good.clone().but("worksheets/sheet1.xml", "worksheets/sheet7.xml")),
        ("a sheet that does not end", good.clone().but("</sheetData>", "")),
        ("texts that do not end", good.clone().but("</si></sst>", "</sst>")),
        ("styles that do not end", good.clone().but("</cellXfs>", "")),
        ("a tag in an attribute", good.clone().but("t=\"inlineStr\"", "t=\"inline<Str\"")),
        ("tags that do not fit", good.clone().but("</row>", "</col>")),
        (
            "a cell far away",
            Workbook::with_rows(&format!(
                "{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
                rows(&[HEAD, GOOD, DANA])
            )),
        ),
        (
            "full to its last row",
            Workbook::with_rows(&format!(
                "{}<row r=\"1048576\"><c r=\"A1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>",
                rows(&[HEAD, GOOD, DANA])
            )),
        ),
        ("a header row twice", Workbook::with_rows(&rows(&[HEAD, GOOD, HEAD, DANA]))),
        ("one header twice", Workbook::with_rows(&rows(&[with(HEAD, 1, "First Name"), GOOD, DANA]))),
        (
            "a header by a formula",
            Workbook::with_rows(&rows(&[with(HEAD, 7, "<c r=\"@\" t=\"str\"><f>A1</f><v>Active</v></c>"), GOOD, DANA])),
        ),
        ("nothing at all", Workbook::with_rows("")),
    ] {
        let ran = judge(&book, &[]);
        let holed = ran.concluded(3, "incomplete").map(|report| !report.holes().is_empty());
        if holed != Ok(true) {
            wrong.push(format!("{what}: {holed:?}"));
        }
    }
    nothing_wrong(wrong);
}

/// Archives that are broken, hostile or no archives.
#[test]
fn an_archive_that_is_not_certain_is_incomplete() {
    let good = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA]));
    let bytes = good.bytes();
    let twin = replaced(&good.clone().with("xl/worksheets/sheet9.xml", "<x/>").bytes(), b"sheet9.xml", b"sheet1.xml");
    let mut wrong = Vec::new();
    for (what, bytes) in [
        ("cut short", bytes[..bytes.len() - 40].to_vec()),
        ("half of it", bytes[..bytes.len() / 2].to_vec()),
        ("two entries of one name", twin),
        ("two entries of one name but for case", good.clone().with("xl/WORKSHEETS/Sheet1.xml", "<x/>").bytes()),
        ("a table of text by another name", b"First Name,Last Name\nAPI,Feed\n".to_vec()),
        ("a workbook of the old kind", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec()),
        ("an archive without a workbook", Workbook::default().but("workbook.xml", "other.xml").bytes()),
        ("something after the end", [bytes.as_slice(), b"and more"].concat()),
        ("an entry of two names", renamed(&bytes)),
        ("a bomb", good.clone().with("xl/media/bomb.bin", vec![0; 64 << 20]).bytes()),
        ("many entries", many(&good).bytes()),
        ("empty", Vec::new()),
    ] {
        let ran = judge_bytes(&bytes, &[]);
        let holed = ran.concluded(3, "incomplete").map(|report| !report.holes().is_empty());
        if holed != Ok(true) {
            wrong.push(format!("{what}: {holed:?}"));
        }
    }
    nothing_wrong(wrong);
}

fn many(book: &Workbook) -> Workbook {
    (0..5000).fold(book.clone(), |book, number| book.with(&format!("x/{number}"), ""))
}

/// The same with another name in the entry itself than in the directory: what goes from entry to entry sees that.
fn renamed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let name = b"xl/worksheets/sheet1.xml";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at + name.len() - 5] = b'7';
    bytes
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

/// Macros, links to other files and names that climb out: nothing is run, opened or unpacked.
#[test]
fn what_a_workbook_brings_along_stays_where_it_is() {
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA]))
        .with("xl/vbaProject.bin", "Sub Auto_Open()")
        .with("../../escaped.txt", "no")
        .with("xl/externalLinks/externalLink1.xml", "<externalLink Target=\"http://acme.example/\"/>");
    let report = judge(&book, &[]).concluded(0, "pass").unwrap();
    assert!(says(&report, "macros, which were not run"), "{}", report.0);
}

/// A password column is known in a workbook too, and never shown.
#[test]
fn a_password_in_a_workbook_is_not_shown() {
    let head = with(HEAD, 7, "Password");
    let text = rows(&[head, with(GOOD, 7, "zQ7canaryXv9"), with(DANA, 7, "")]);
    let workspace = Workspace::new();
    workspace.write("people.xlsx", Workbook::with_rows(&text).bytes());
    for format in ["json", "human"] {
        let ran = workspace.check_as(format, &["people.xlsx", SEATS[0], SEATS[1]]);
        assert_eq!(ran.exit, 1, "{ran}");
        assert!(ran.out.contains("password-literal") && !ran.out.contains("zQ7canaryXv9"), "{ran}");
    }
}

/// The import workbook for people of WFM: its columns are known, and what it cannot say is said.
#[test]
fn the_wfm_import_workbook_is_read() {
    let head = ["First name", "Last name", "Start date", "Site", "Team", "Employment number", "Email address", "Roles"];
    let row = ["API", "Feed", "2026-01-05", "North", "Default Team", "4711", "api.feed@acme.example", "Administrator"];
    let report = judge(&Workbook::with_rows(&rows(&[head, row])), &[]).concluded(3, "incomplete").unwrap();
    let input = &report.0["ledger"]["inputs"][0];
    let fields: Vec<&str> = input["columns"].as_object().unwrap().values().filter_map(Value::as_str).collect();
    assert_eq!(fields, ["first-name", "last-name", "activated", "team", "employee-id", "user-name", "roles"]);
    assert_eq!(input["unknown_columns"], serde_json::json!(["Site"]));
}

#[test]
fn the_columns_of_a_workbook_are_told() {
    let workspace = Workspace::new();
    workspace.write("people.xlsx", Workbook::with_rows(&rows(&[HEAD, GOOD])).bytes());
    let ran = workspace.run(&["columns", "people.xlsx"]);
    assert!(ran.exit == 0 && ran.out.contains("Scope"), "{ran}");
}
