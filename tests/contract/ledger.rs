//! The frame of the JSON report: what is in every one, whatever was found.

use crate::case::{SEATS, dana, good, head, late};
use crate::support::workspace::{AS_OF, Workspace};
use rolecall::rule::file::built_in;

const PEOPLE: &str = concat!(head!(), good!(), dana!());

#[test]
fn the_report_has_its_published_frame() {
    let workspace = Workspace::with(&[("people.csv", PEOPLE)]);
    let report = workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap().0;
    assert_eq!(report["schema"], "rolecall.report/1");
    assert_eq!(report["tool"]["name"], "rolecall");
    assert!(report["tool"]["version"].is_string());
    assert_eq!(report["product"], "calabrio-one");
    assert_eq!(report["as_of"], AS_OF);
    let input = &report["ledger"]["inputs"][0];
    assert_eq!(input["file"], "people.csv");
    assert_eq!(input["format"], "csv");
    assert_eq!(input["encoding"], "utf-8");
    assert!(input["sha256"].is_null());
    assert_eq!(input["bytes"], PEOPLE.len());
    assert_eq!(input["records"], 2);
    assert!(input["judged"].as_u64() >= Some(1));
    for list in ["left_out", "refused", "unknown_columns"] {
        assert!(input[list].is_array(), "{list}");
    }
    assert!(input["columns"].to_string().contains("user-name"), "{input}");
    let api = &report["ledger"]["api_users"];
    assert_eq!(api["count"], 1);
    assert!(!api["how"].as_str().unwrap_or("").is_empty());
    for list in ["holes", "rules_off", "severity_changes"] {
        assert_eq!(report["ledger"][list].as_array().map(Vec::len), Some(0), "{list}");
    }
}

/// No rule is passed over in silence: each has one outcome, spelt as published, with a reason where it did not judge.
#[test]
fn every_rule_has_an_outcome() {
    let workspace = Workspace::with(&[("people.csv", PEOPLE)]);
    let report = workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
    let outcomes = report.0["outcomes"].as_array().unwrap();
    for rule in built_in().iter().map(|rule| rule.id.as_str()) {
        assert_eq!(outcomes.iter().filter(|one| one["rule"] == rule).count(), 1, "{rule}");
        let one = report.outcome_entry(rule);
        match one["outcome"].as_str() {
            Some("pass") => assert!(one["judged"].as_u64() >= Some(1) && one["failed"] == 0, "{one}"),
            Some("not-applicable") => assert!(!one["reason"].as_str().unwrap_or("").is_empty(), "{one}"),
            _ => panic!("a compliant run has {one}"),
        }
    }
}

#[test]
fn every_record_is_accounted_for() {
    let table = concat!(head!(), good!(), "ragged\n\n", dana!(), late!());
    let workspace = Workspace::with(&[("people.csv", table), ("more.csv", PEOPLE)]);
    let report = workspace.check(&["people.csv", "more.csv", SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
    let inputs = report.0["ledger"]["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 2);
    assert_eq!((&inputs[0]["records"], &inputs[1]["records"]), (&4.into(), &2.into()));
    assert_eq!(inputs[0]["refused"].as_array().map(Vec::len), Some(1));
    assert_eq!(report.by_rule("team-blank")[0]["record"]["number"], 4);
}

#[test]
fn columns_that_nobody_knows_are_listed() {
    let table = PEOPLE.replace("Active\n", "Active,Shoe Size\n").replace("yes\n", "yes,44\n");
    let workspace = Workspace::with(&[("people.csv", &table)]);
    let report = workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
    let unknown = &report.0["ledger"]["inputs"][0]["unknown_columns"];
    assert!(unknown.to_string().contains("Shoe Size"), "{unknown}");
}

#[test]
fn a_digest_is_the_file_s_own() {
    let workspace = Workspace::with(&[("people.csv", PEOPLE)]);
    let digest = |args: &[&str]| {
        let report = workspace.check(args).concluded(0, "pass").unwrap().0;
        report["ledger"]["inputs"][0]["sha256"].as_str().unwrap_or("").to_owned()
    };
    let first = digest(&["people.csv", SEATS[0], SEATS[1], "--digest"]);
    assert!(first.len() == 64 && first.chars().all(|letter| letter.is_ascii_hexdigit()), "{first}");
    workspace.write("people.csv", PEOPLE.replace("yes", "1").as_bytes());
    assert_ne!(digest(&["people.csv", SEATS[0], SEATS[1], "--digest"]), first);
}

/// The file is named as typed; nothing else of the machine is in a report.
#[test]
fn a_file_is_named_as_it_was_typed() {
    let table = concat!(head!(), good!(), dana!(), late!());
    let workspace = Workspace::with(&[("sub/dir/people.csv", table)]);
    for typed in ["sub/dir/people.csv", "./sub/dir/people.csv", "sub/../sub/dir/people.csv"] {
        let ran = workspace.check(&[typed, SEATS[0], SEATS[1]]);
        let report = ran.concluded(1, "fail").unwrap();
        let found = report.by_rule("team-blank")[0];
        assert_eq!((&found["record"]["file"], &found["labels"][0]["file"]), (&typed.into(), &typed.into()));
        let label = found["labels"][0].as_object().unwrap();
        assert!(label["sheet"].is_null() && label["cell"].is_null(), "a table has neither: {label:?}");
        assert!(!ran.out.contains(&std::env::temp_dir().display().to_string()), "{ran}");
    }
}

/// Neither a second run nor the environment shows in the bytes.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let mut table = String::from(head!());
    for number in 0..3000 {
        table.push_str(&late!().replace("late", &format!("late{number}")));
    }
    let workspace = Workspace::with(&[("people.csv", &table)]);
    let one = workspace.check(&["people.csv", SEATS[0], "System Administrator=9000"]);
    assert_eq!(one.concluded(1, "fail").unwrap().by_rule("team-blank").len(), 3000);
    let many = workspace.check(&["people.csv", SEATS[0], "System Administrator=9000"]);
    assert!(one.out == many.out, "two runs differ");
    let abroad = [("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nowhere"), ("COLUMNS", "40")];
    let line = ["check", "--as-of", AS_OF, "--format", "json", "--no-config", "people.csv", SEATS[0]];
    let there = workspace.run_with(&[&line[..], &["System Administrator=9000"]].concat(), &abroad, None);
    assert!(one.out == there.out, "the environment shows");
}

#[test]
fn standard_input_is_read_when_named() {
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), good!(), dana!(), late!()))]);
    let line = [
        "check",
        "-",
        "--input-format",
        "csv",
        "--as-of",
        AS_OF,
        "--format",
        "json",
        "--no-config",
        SEATS[0],
        SEATS[1],
    ];
    let report = workspace.run_with(&line, &[], Some("people.csv")).concluded(1, "fail").unwrap();
    assert_eq!(report.by_rule("team-blank")[0]["record"]["number"], 3);
}

#[test]
fn the_product_is_told() {
    let workspace = Workspace::with(&[
        ("people.csv", PEOPLE),
        ("plan.yaml", "rolecall: 1\nproduct: workforce-optimization\n"),
        ("c.toml", "product = \"workforce-optimization\"\n"),
    ]);
    let product = |args: &[&str]| {
        let all = [&["people.csv", SEATS[0], SEATS[1]], args].concat();
        workspace.check(&all).concluded(0, "pass").unwrap().0["product"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(product(&["--product", "workforce-optimization"]), "workforce-optimization");
    assert_eq!(product(&["plan.yaml"]), "workforce-optimization");
    assert_eq!(product(&["--config", "c.toml"]), "workforce-optimization");
    assert_eq!(product(&["plan.yaml", "--product", "calabrio-one"]), "calabrio-one");
}
