//! Encodings: one table in each, checked alike, with every place counted in the decoded text.

use crate::support::workspace::{Workspace, nothing_wrong};

const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];
const TABLE: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n\
    API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n\
    Andr\u{e9},Ops,andre.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n\
    API,Caf\u{e9} Feed,api.late@acme.example,Administrator,,Operations,EnterpriseView,yes\n";

fn le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn one_table_in_every_encoding_gives_one_report() {
    let marked = format!("\u{feff}{TABLE}");
    let mut wrong = Vec::new();
    for (bytes, option, encoding) in [
        (TABLE.as_bytes().to_vec(), None, "utf-8"),
        (marked.as_bytes().to_vec(), None, "utf-8"),
        (le(&marked), None, "utf-16le"),
        (be(&marked), None, "utf-16be"),
        (le(TABLE), Some("utf-16le"), "utf-16le"),
        (be(TABLE), Some("UTF-16BE"), "utf-16be"),
        (latin(TABLE), Some("windows-1252"), "windows-1252"),
        (latin(TABLE), Some("latin-1"), "latin-1"),
    ] {
        let workspace = Workspace::new();
        workspace.write("people.csv", &bytes);
        let option: Vec<&str> = option.iter().flat_map(|name| ["--encoding", *name]).collect();
        let ran = workspace.check(&[&["people.csv", SEATS[0], SEATS[1], "--digest"], option.as_slice()].concat());
        let judged = ran.concluded(1, "fail").and_then(|report| {
            let start = &report.by_rule("team-blank")[0]["labels"][0]["start"];
            let input = &report.0["ledger"]["inputs"][0];
            let is_right = start["line"] == 4
                && start["column"] == 51
                && input["encoding"] == encoding
                && input["bytes"] == bytes.len() as u64;
            if is_right { Ok(()) } else { Err(format!("{start} {input}")) }
        });
        wrong.extend(judged.err().map(|why| format!("{encoding}: {why}")));
    }
    nothing_wrong(wrong);
}

/// What has no meaning in the encoding ends the reading; nothing takes its place.
#[test]
fn nothing_is_decoded_by_guess() {
    let marked = format!("\u{feff}{TABLE}");
    let mut half = le(&marked);
    half.pop();
    let mut lone = le(&marked);
    lone.splice(200..202, [0, 0xd8]);
    let mut wrong = Vec::new();
    for (what, bytes, option) in [
        ("half a unit at the end", half, None),
        ("half a character", lone, None),
        ("UTF-16 without a mark", le(TABLE), None),
        ("UTF-16 without a mark, high bytes first", be(TABLE), None),
        ("UTF-32", [&[0xff, 0xfe, 0, 0][..], &[b'a', 0, 0, 0]].concat(), None),
        ("Latin-1 that nobody declared", latin(TABLE), None),
        (
            "a byte that Windows-1252 has not",
            TABLE.as_bytes().iter().copied().chain([0x81]).collect(),
            Some("windows-1252"),
        ),
        ("a NUL in a cell", TABLE.replace("Payroll", "Pay\0roll").into_bytes(), None),
        ("a NUL in a header", TABLE.replace("Scope", "Sco\0pe").into_bytes(), None),
        ("a NUL between records", TABLE.replacen("\nAPI,Pay", "\n\0\nAPI,Pay", 1).into_bytes(), None),
    ] {
        let workspace = Workspace::new();
        workspace.write("people.csv", &bytes);
        let option: Vec<&str> = option.iter().flat_map(|name| ["--encoding", *name]).collect();
        let ran = workspace.check(&[&["people.csv", SEATS[0], SEATS[1]], option.as_slice()].concat());
        wrong.extend(ran.concluded(3, "incomplete").err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

#[test]
fn documents_and_plans_are_decoded_too() {
    let users = r#"{"users":[{"firstName":"API","lastName":"Feed","email":"api.feed@acme.example","roles":[{"name":"Administrator"}],"team":"","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}]}"#;
    let plan = "rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, last_name: Feed, user_name: api.feed@acme.example, roles: [Administrator], team: '', scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView, others: [] } }\n";
    for (name, text) in [("people.json", users), ("people.jsonl", &users[10..users.len() - 2]), ("plan.yaml", plan)] {
        let workspace = Workspace::new();
        workspace.write(name, le(&format!("\u{feff}{text}")));
        let report = workspace.check(&[name, SEATS[0], SEATS[1]]).concluded(1, "fail").unwrap();
        assert_eq!(report.by_rule("team-blank").len(), 1, "{name}");
    }
}

#[test]
fn an_encoding_that_is_none_is_usage() {
    let workspace = Workspace::with(&[("people.csv", TABLE)]);
    assert_eq!(workspace.check(&["people.csv", "--encoding", "guess"]).exit, 2);
}
