//! Lists with more in them than accounts, or fewer accounts than there are: said, never taken for clean.

use crate::support::report::Report;
use crate::support::workbook::{DANA, GOOD, HEAD, Workbook, good_with, rows};
use crate::support::workspace::{Ran, Workspace, nothing_wrong};

const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];
const HEADER: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
const API: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const OPS: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const LATE: &str = "API,Late Feed,api.late@acme.example,Administrator,,Operations,EnterpriseView,yes\n";

fn judge(name: &str, text: &str, more: &[&str]) -> Ran {
    let workspace = Workspace::with(&[(name, text)]);
    let args: Vec<&str> = [name].into_iter().chain(SEATS).chain(more.iter().copied()).collect();
    workspace.check(&args)
}

/// The kinds of faults that a report names.
fn faults(report: &Report) -> Vec<String> {
    report.faults().iter().map(|fault| fault["rule"].as_str().unwrap().to_owned()).collect()
}

/// Every row that is not an account is named as what it is, shows none of its text, and the rows after it are judged.
#[test]
fn rows_that_are_no_accounts_are_said() {
    let mut wrong = Vec::new();
    for (what, row, kind) in [
        ("delimiters only", ",,,,,,,", "record-blank"),
        ("blanks in quotes", "\"\",\" \",,,,,,", "record-blank"),
        ("a footer in one cell", "Showing 1-2 of 2 zQ7canaryXv9", "row-no-account"),
        ("a footer in a row", "Page 1 of 1 zQ7canaryXv9,,,,,,,", "row-no-account"),
        ("a footer of a longer list", "Showing 1-2 of 812 users,,,,,,,", "export-truncated"),
        ("a footer of a longer list in one cell", "\"2 of 1,812 records\"", "export-truncated"),
        ("a row of totals", "Total,,,,,,,2", "row-no-account"),
        ("a title in the middle", "zQ7canaryXv9,,,,,,,", "row-no-account"),
        ("the headers again", HEADER.trim_end(), "header-repeated"),
    ] {
        let table = format!("{HEADER}{API}{OPS}{row}\n{LATE}");
        let ran = judge("people.csv", &table, &[]);
        let judged = ran.concluded(3, "incomplete").and_then(|report| {
            let is_right = faults(&report) == [kind] && report.by_rule("team-blank").len() == 1;
            let is_silent = !ran.out.contains("zQ7canaryXv9");
            if is_right && is_silent { Ok(()) } else { Err(format!("{:?}\n{ran}", faults(&report))) }
        });
        wrong.extend(judged.err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

/// A table that was turned into objects has its footers, totals and headers as objects too, whatever its records are like.
#[test]
fn objects_that_are_no_accounts_are_said() {
    let account = |name: &str, last: &str| {
        format!(
            r#"{{"First Name":"API","Last Name":"{last}","User Name":"{name}","Roles":"Administrator","Team":"Default Team","Scope":"Operations","WFM Views":"EnterpriseView","Active":"yes"}}"#
        )
    };
    let (one, other) = (account("api.payroll@acme.example", "Payroll"), account("api.roster@acme.example", "Roster"));
    let mut wrong = Vec::new();
    let mut look_at = |what: &str, row: &str, expected: &[&str]| {
        for (name, text) in [
            ("people.json", format!("[{one},{other},{row},{one2}]", one2 = account("api.late@acme.example", "Late"))),
            ("people.jsonl", format!("{one}\n{other}\n{row}\n{}\n", account("api.late@acme.example", "Late"))),
        ] {
            let ran = judge(name, &text, &["--all-api-users"]);
            let (exit, verdict) = if expected.is_empty() { (1, "fail") } else { (3, "incomplete") };
            let judged = ran.concluded(exit, verdict).and_then(|report| {
                let is_right = faults(&report) == expected && !ran.out.contains("zQ7canaryXv9");
                if is_right { Ok(()) } else { Err(format!("{:?}\n{ran}", faults(&report))) }
            });
            wrong.extend(judged.err().map(|why| format!("{what}, {name}: {why}")));
        }
    };
    let footer = |text: &str| {
        format!(
            r#"{{"First Name":"","Last Name":"","User Name":"{text}","Roles":"","Team":"","Scope":"","WFM Views":"","Active":""}}"#
        )
    };
    for (text, kind) in [
        ("Showing 1-2 of 2 zQ7canaryXv9", "row-no-account"),
        ("Showing 1-2 of 812", "export-truncated"),
        ("Total: 9", "export-truncated"),
        ("and 7 more", "row-no-account"),
        ("Page 1 of 3", "row-no-account"),
        ("(9 rows affected)", "export-truncated"),
        ("Team: Billing", "row-no-account"),
    ] {
        look_at(text, &footer(text), &[kind]);
        look_at("alone", &format!(r#"{{"User Name":"{text}"}}"#), &[kind]);
        look_at("with a role", &format!(r#"{{"User Name":"{text}","Roles":"Administrator"}}"#), &[kind]);
    }
    look_at("a total", r#"{"User Name":null,"First Name":"Total","Last Name":"2"}"#, &["row-no-account"]);
    look_at(
        "a total of the API",
        r#"{"firstName":"Total","lastName":"2","roles":["Administrator"]}"#,
        &["row-no-account"],
    );
    look_at("a role alone", r#"{"Roles":"Administrator"}"#, &["row-no-account"]);
    let headers = HEADER.trim_end().split(',').map(|name| format!("{name:?}:{name:?}")).collect::<Vec<_>>().join(",");
    look_at("the headers", &format!("{{{headers}}}"), &["row-no-account"]);
    let keys = r#"{"userName":"userName","firstName":"firstName","lastName":"lastName","roles":"roles"}"#;
    look_at("the keys", keys, &["row-no-account"]);
    // No address, which is a finding, and yet accounts.
    look_at("an account", &account("svc-payroll", "Total Rewards"), &[]);
    look_at("another account", &account("api total", "Count Sync"), &[]);
    nothing_wrong(wrong);
}

/// Somebody may be called anything, but not nothing: a name that nobody sees is blank, in a table and in a document.
#[test]
fn a_name_that_nobody_sees_is_blank() {
    let mut wrong = Vec::new();
    for (what, name) in [
        ("a no-break space", "\u{a0}"),
        ("an ideographic space", "\u{3000}"),
        ("zero-width spaces", "\u{200b}\u{200b}"),
        ("a soft hyphen", "\u{ad}"),
        ("a Hangul filler", "\u{3164}"),
    ] {
        let table = format!("{HEADER}{}{OPS}", API.replace("Payroll Sync", name));
        let keys = r#""User Name":"api.payroll@acme.example","First Name":"API","Roles":"Administrator","Team":"Default Team","Scope":"Operations","WFM Views":"EnterpriseView","Active":"yes""#;
        let document = format!(r#"[{{{keys},"Last Name":"{name}"}}]"#);
        for (file, text) in [("people.csv", &table), ("people.json", &document)] {
            let found = judge(file, text, &["--all-api-users"]).concluded(1, "fail");
            match found.map(|report| report.by_rule("name-blank").len()) {
                Ok(1) => {}
                other => wrong.push(format!("{what}, {file}: {other:?}")),
            }
        }
    }
    nothing_wrong(wrong);
}

/// Below other headers cells mean something else: nothing there is judged as an account.
#[test]
fn a_second_table_is_not_judged_by_the_first_ones_columns() {
    let table = format!("{HEADER}{API}{OPS}Team,Group,Active,,,,,\nBilling,Operations,yes,,,,,\n{LATE}");
    let report = judge("people.csv", &table, &[]).concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["header-repeated", "row-no-account", "row-no-account"]);
    assert!(report.by_rule("team-blank").is_empty());
    assert_eq!(report.0["ledger"]["inputs"][0]["judged"], 2);
}

/// Headers that nobody here knows head a table of their own: its passwords would be where names are expected.
#[test]
fn a_second_table_with_unknown_headers_is_not_judged() {
    let person = "zQ7canaryXv9,Erika,Muster,Agent,,,,\n";
    let mut wrong = Vec::new();
    for (what, below) in [
        (
            "after a blank line",
            format!("\nNachname,Vorname,Benutzer,Rolle,,,,\nMuster,Erika,zQ7canaryXv9,Agent,,,,\n{person}"),
        ),
        ("after a row of blanks", format!(",,,,,,,\nNachname,Vorname,Benutzer,Rolle,Ort,Gruppe,Sicht,Aktiv\n{person}")),
        ("without a gap", format!("Kennwort,Vorname,Nachname,Rolle,,,,\n{person}")),
        ("of other width", "\nLizenz,Anzahl\nzQ7canaryXv9,5\n".to_owned()),
    ] {
        let ran = judge("people.csv", &format!("{HEADER}{API}{OPS}{below}"), &["--all-api-users"]);
        let judged = ran.concluded(3, "incomplete").and_then(|report| {
            let judged = &report.0["ledger"]["inputs"][0]["judged"];
            if *judged == 2 && !ran.out.contains("zQ7canaryXv9") {
                Ok(())
            } else {
                Err(format!("{judged} judged\n{ran}"))
            }
        });
        wrong.extend(judged.err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

/// Blank lines between accounts part nothing.
#[test]
fn accounts_below_a_blank_line_are_judged() {
    let bare = "API,Late Feed,svc,Administrator,,Operations,EnterpriseView,yes\n";
    for table in [
        format!("{HEADER}\n{API}\n{OPS}\n{LATE}"),
        format!("{HEADER}{API}{OPS}\n{bare}"),
        format!("{HEADER}{API}\n{OPS}\n{bare}"),
    ] {
        let report = judge("people.csv", &table, &["--all-api-users"]).concluded(1, "fail").unwrap();
        assert_eq!(report.by_rule("team-blank").len(), 1, "{}", report.0);
        assert!(faults(&report).is_empty(), "{}", report.0);
    }
}

/// A cell over several lines may be a list, or two stray quotes: such cells are listed with their lines.
#[test]
fn cells_over_several_lines_are_listed() {
    let two = API.replace(",Operations,", ",\"Operations\nBilling\",").replace("api.payroll", "api.two");
    let report = judge("people.csv", &format!("{HEADER}{API}{OPS}{two}{two}").replacen("api.two", "api.one", 1), &[]);
    let report = report.concluded(0, "pass").unwrap();
    let found = report.by_rule("cell-over-lines");
    assert_eq!(found.len(), 1, "{}", report.0);
    assert!(
        found[0]["message"].as_str().unwrap().contains("2 records have cells over several lines: lines 4 to 5, 6 to 7"),
        "{}",
        found[0]
    );
    assert_eq!(found[0]["severity"], "note");
}

/// A record without a single value is blank in a document too, and one with nothing but a role may be no account.
#[test]
fn a_blank_record_of_a_document_is_called_so() {
    let keys = HEADER.trim_end().split(',');
    let of = |row: &str| {
        let members = keys.clone().zip(row.trim_end().split(',')).map(|(key, value)| format!("\"{key}\":\"{value}\""));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    let text = format!("[{},{},{}]", of(API), of(OPS), of(",,,,,,,"));
    let report = judge("people.json", &text, &[]).concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["record-blank"]);
    let roles = of(",,,,,,,").replace("\"Roles\":\"\"", "\"Roles\":[\"Agent\"]");
    let report = judge("people.json", &text.replace(&of(",,,,,,,"), &roles), &[]).concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["row-no-account"]);
}

/// In a text with escapes the item at fault has a place of its own.
#[test]
fn an_item_of_a_text_with_escapes_is_underlined_alone() {
    let plan = "rolecall: 1\ngroups: [{ name: Operations, teams: [Default Team] }]\n";
    let user = r#"{"User Name":"api.feed@acme.example","First Name":"API","Last Name":"Feed","Roles":"Administrator","Team":"Default Team","Scope":"Op\u0065rations\nGh\u00F6sts","Main View":"EnterpriseView","Active":"yes"}"#;
    let workspace = Workspace::with(&[("people.json", &format!("[{user}]")), ("plan.yaml", plan)]);
    let report = workspace
        .check(&["people.json", "plan.yaml", SEATS[0], SEATS[1], "--all-api-users"])
        .concluded(1, "fail")
        .unwrap();
    let label = &report.by_rule("scope-unknown")[0]["labels"][0];
    let place = |end: &str| usize::try_from(label[end]["byte"].as_u64().unwrap()).unwrap();
    assert_eq!(&format!("[{user}]")[place("start")..place("end")], r"Gh\u00F6sts");
}

#[test]
fn an_account_with_little_in_it_is_still_an_account() {
    let table = format!("{HEADER}{API}{OPS},,api.bare@acme.example,,,,,yes\nAPI,Total,,Administrator,,,,yes\n");
    let report = judge("people.csv", &table, &["--all-api-users"]).concluded(1, "fail").unwrap();
    assert_eq!(report.by_rule("team-blank").len(), 2);
    assert_eq!(report.by_rule("name-blank").len(), 1);
}

/// A line that names the delimiter, as spreadsheets write it.
#[test]
fn a_line_that_names_the_delimiter_is_said() {
    for (line, delimiter) in [("sep=;", ";"), ("SEP=,", ","), ("\"sep=|\"", "|"), ("sep=\t", "\t")] {
        let table = format!("{line}\r\n{}", format!("{HEADER}{API}{OPS}{LATE}").replace(',', delimiter));
        let report = judge("people.csv", &table, &[]).concluded(1, "fail").unwrap();
        assert_eq!(faults(&report), ["delimiter-declared"], "{line}");
        assert_eq!(report.by_rule("team-blank")[0]["labels"][0]["start"]["line"], 5);
    }
    let wrong = format!("sep=;\n{HEADER}{API}{OPS}");
    judge("people.csv", &wrong, &[]).concluded(3, "incomplete").unwrap();
    let unknown = format!("sep=x\n{HEADER}{API}{OPS}");
    judge("people.csv", &unknown, &[]).concluded(3, "incomplete").unwrap();
}

#[test]
fn rows_above_the_headers_are_said_and_the_table_is_judged() {
    let table = format!("zQ7canaryXv9 export\n\nas of 21 November\n{HEADER}{API}{OPS}{LATE}");
    let ran = judge("people.csv", &table, &[]);
    let report = ran.concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["rows-above-header"]);
    assert_eq!(report.faults()[0]["labels"][0]["start"]["line"], 4);
    assert_eq!(report.by_rule("team-blank")[0]["labels"][0]["start"]["line"], 7);
    assert!(!ran.out.contains("zQ7canaryXv9"), "{ran}");
}

/// One byte order mark belongs to the file; a second one, and a form feed, are data that a reader would count.
#[test]
fn what_only_seems_to_be_nothing_is_said() {
    let mut wrong = Vec::new();
    for (what, table, kind) in [
        ("a form feed", format!("{HEADER}{API}\u{c}\n{OPS}"), "record-blank"),
        ("a second mark", format!("\u{feff}\u{feff}{HEADER}{API}{OPS}"), "header-look-alike"),
        (
            "a second mark in quotes",
            format!("\u{feff}\u{feff}\"First Name\"{}{API}{OPS}", &HEADER[10..]),
            "header-missing",
        ),
    ] {
        let ran = judge("people.csv", &table, &[]);
        let judged = ran.concluded(3, "incomplete").and_then(|report| match faults(&report).first() {
            Some(first) if first == kind => Ok(()),
            other => Err(format!("{other:?}\n{ran}")),
        });
        wrong.extend(judged.err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

#[test]
fn a_last_record_that_breaks_off_is_said() {
    let table = format!("{HEADER}{API}{OPS}API,Late Feed,api.la");
    let report = judge("people.csv", &table, &[]).concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["export-truncated"]);
    assert_eq!(report.faults()[0]["labels"][0]["start"]["line"], 4);
}

#[test]
fn another_count_than_expected_is_incomplete() {
    let table = format!("{HEADER}{API}{OPS}");
    judge("people.csv", &table, &["--expect-records", "2"]).concluded(0, "pass").unwrap();
    for wrong in ["1", "3", "500"] {
        let report = judge("people.csv", &table, &["--expect-records", wrong]).concluded(3, "incomplete").unwrap();
        assert_eq!(faults(&report), ["count-unexpected"]);
    }
    assert_eq!(judge("people.csv", &table, &["--expect-records", "-1"]).exit, 2);
    let workspace = Workspace::with(&[("a.csv", &format!("{HEADER}{API}")), ("b.csv", &format!("{HEADER}{OPS}"))]);
    workspace.check(&["a.csv", "b.csv", SEATS[0], SEATS[1], "--expect-records", "2"]).concluded(0, "pass").unwrap();
}

#[test]
fn a_round_count_is_noted() {
    let person = |number: usize| {
        format!("Person,Number {number},p{number}@acme.example,Auditor,Default Team,Operations,EnterpriseView,yes\n")
    };
    for (count, is_round) in [(499, false), (500, true), (501, false), (1000, true)] {
        let people: String = (2..count).map(person).collect();
        let table = format!("{HEADER}{API}{OPS}{people}");
        let report = judge("people.csv", &table, &[]).concluded(0, "pass").unwrap();
        assert_eq!(faults(&report), if is_round { vec!["count-round"] } else { vec![] }, "{count}");
        let says = report.0.to_string().contains("--expect-records");
        assert_eq!(says, is_round, "the note names the option");
        let number = count.to_string();
        let report = judge("people.csv", &table, &["--expect-records", &number]).concluded(0, "pass").unwrap();
        assert!(faults(&report).is_empty());
    }
}

#[test]
fn a_page_of_a_longer_list_is_incomplete() {
    let user = r#"{"firstName":"API","lastName":"Feed","email":"api.feed@acme.example","roles":[{"name":"Administrator"}],"team":"Default Team","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}"#;
    let other = user.replace("api.feed", "api.other");
    let mut wrong = Vec::new();
    for (beside, exit, verdict) in [
        (r#""total":2"#, 0, "pass"),
        (r#""hasMore":false"#, 0, "pass"),
        (r#""total":500"#, 3, "incomplete"),
        (r#""meta":{"total_count":500}"#, 3, "incomplete"),
        (r#""nextPageToken":"abc""#, 3, "incomplete"),
        (r#""links":[{"rel":"next","href":"x"}]"#, 3, "incomplete"),
        (r#""links":[{"rel":"self","href":"x"}]"#, 0, "pass"),
        (r#""errors":[{"code":500}]"#, 3, "incomplete"),
        (r#""data":{"users":[{"email":"api.old@acme.example"}]}"#, 3, "incomplete"),
        (r#""inactiveUsers":[{"email":"api.old@acme.example","firstName":"API"}]"#, 3, "incomplete"),
    ] {
        for text in
            [format!("{{\"users\":[{user},{other}],{beside}}}"), format!("{{{beside},\"users\":[{user},{other}]}}")]
        {
            let ran = judge("people.json", &text, &[]);
            wrong.extend(ran.concluded(exit, verdict).err());
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn a_workbook_has_footers_and_blank_rows_too() {
    let footer = ["Showing 1-2 of 812", "", "", "", "", "", "", ""];
    let total = ["Total", "", "", "", "", "", "", "<c r=\"@\"><v>2</v></c>"];
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD, DANA, total, footer, good_with(5, "")]));
    let workspace = Workspace::new();
    workspace.write("people.xlsx", book.bytes());
    let report = workspace.check(&["people.xlsx", SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
    assert_eq!(faults(&report), ["row-no-account", "export-truncated"]);
    assert_eq!(report.by_rule("scope-empty").len(), 1);
}
