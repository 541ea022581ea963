//! What `create` makes: a package that verifies and replays, the same from the same, with nothing extra.

use std::fs;

use jsonschema::Draft;
use serde_json::{Value, json};

use super::shelf::{create, create_from, entries, replay, sha256, verify};
use crate::support::rows::{DANA, GOOD, HEAD};
use crate::support::workbook::{DANA as DANA_ROW, GOOD as GOOD_ROW, HEAD as HEAD_ROW, Workbook, rows};
use crate::support::workspace::Workspace;

/// A fixture, its arguments, and how a check of it ends.
const CASES: [(&str, &[&str], i32); 5] = [
    ("people", &["people.csv", "--config", "rolecall.toml"], 1),
    ("people", &["people.csv", "--config", "rolecall.toml", "--redact", "identities", "--fail-on", "error"], 1),
    ("people-clean", &["people.csv", "--config", "rolecall.toml"], 0),
    ("api", &["persons.json", "rest-of-list.jsonl", "catalogue.yaml", "--config", "rolecall.toml"], 3),
    ("broken", &["people.csv", "no-such-file.csv", "--all-api-users", "--seats", "System Administrator=9"], 3),
];

fn part(workspace: &Workspace, name: &str) -> Vec<u8> {
    let entries = entries(&super::shelf::bytes(workspace));
    entries.into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

fn manifest(workspace: &Workspace) -> Value {
    serde_json::from_slice(&part(workspace, "manifest.json")).unwrap()
}

#[test]
fn evidence_ends_as_the_check_does_verifies_and_replays() {
    for (name, args, exit) in CASES {
        for more in [&[][..], &["--with-inputs"]] {
            let workspace = Workspace::with_fixture(name);
            let made = create(&workspace, &[args, more].concat());
            assert_eq!(made.exit, exit, "{name}: {}", made.err);
            let plain = workspace.check_with(&[args, &["--digest"]].concat());
            assert_eq!((plain.exit, &plain.out), (exit, &made.out), "{name}: the report is that of the check");
            if !more.is_empty() {
                // Packed inputs are all it takes.
                for file in workspace.names().iter().filter(|file| *file != "review.zip") {
                    fs::remove_file(workspace.path(file)).unwrap();
                }
            }
            for (ran, says) in [(verify(&workspace), "VERIFIED"), (replay(&workspace), "REPLAYED")] {
                assert_eq!(ran.exit, 0, "{name} {more:?}: {}{}", ran.out, ran.err);
                assert!(
                    ran.out.contains(says) && ran.out.contains(&sha256(&super::shelf::bytes(&workspace))),
                    "{}",
                    ran.out
                );
            }
        }
    }
}

#[test]
fn workbooks_and_standard_input_replay_too() {
    let workspace = Workspace::new();
    fs::write(workspace.path("people.xlsx"), Workbook::with_rows(&rows(&[HEAD_ROW, GOOD_ROW, DANA_ROW])).bytes())
        .unwrap();
    workspace.write("piped", format!("{HEAD}{GOOD}{DANA}"));
    let seats = ["--seats", "System Administrator=50"];
    assert_eq!(create(&workspace, &[&["people.xlsx"], &seats[..]].concat()).exit, 0);
    assert_eq!(replay(&workspace).exit, 0);
    let piped = [&["-", "--input-format", "csv"], &seats[..]].concat();
    let refused = create_from(&workspace, &piped, Some("piped"));
    assert_eq!(refused.exit, 2);
    assert!(refused.err.contains("--with-inputs"), "{}", refused.err);
    let taken = create_from(&workspace, &[&piped, &["--with-inputs"][..]].concat(), Some("piped"));
    assert_eq!(taken.exit, 0, "{}", taken.err);
    assert_eq!(replay(&workspace).exit, 0);
}

/// Each changes what the run says, so a replay without it would differ.
#[test]
fn every_option_is_recorded_and_replayed() {
    let workspace = Workspace::new();
    // The first name is in Windows-1252, and the name of the file tells no format.
    let table = format!("{HEAD}{GOOD}{}", DANA.replace("Dana", "D\u{e9}na"));
    let bytes: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    fs::write(workspace.path("people"), bytes).unwrap();
    let other = rows(&[HEAD_ROW, DANA_ROW]);
    let book = Workbook::with_rows(&rows(&[HEAD_ROW, GOOD_ROW])).sheet("More", "visible", &other);
    fs::write(workspace.path("people.xlsx"), book.bytes()).unwrap();
    let table = ["people", "--input-format", "csv", "--encoding", "windows-1252"];
    let book = ["people.xlsx", "--all-api-users"];
    for (base, options) in [
        (&table[..], &["--product", "workforce-optimization"][..]),
        (&table, &["--api-user", "dana.ops@acme.example"]),
        (&table, &["--seats", "System Administrator=1", "--seats", "Agent=3"]),
        (&table, &["--expect-records", "7"]),
        (&table, &["--fail-on", "note"]),
        (&table, &["--redact", "identities"]),
        (&book, &["--sheet", "More"]),
        (&table, &["--all-api-users"]),
    ] {
        create(&workspace, base);
        let report = part(&workspace, "reports/report.txt");
        let made = create(&workspace, &[base, options].concat());
        assert!([0, 1, 3].contains(&made.exit), "{}", made.err);
        assert!(part(&workspace, "reports/report.txt") != report, "{options:?} makes another report");
        let ran = replay(&workspace);
        assert_eq!(ran.exit, 0, "{options:?}: {}{}", ran.out, ran.err);
    }
    create(&workspace, &table);
    let manifest = manifest(&workspace);
    assert_eq!(
        (&manifest["inputs"][0]["format"], &manifest["options"]["encoding"]),
        (&json!("csv"), &json!("windows-1252"))
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_cannot_be_written_down_is_refused_unless_its_file_is_packed() {
    use std::os::unix::ffi::OsStrExt as _;
    let workspace = Workspace::with_fixture("people-clean");
    let odd = std::ffi::OsStr::from_bytes(b"people-\xff.csv");
    fs::rename(workspace.path("people.csv"), workspace.path(odd)).unwrap();
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.current_dir(workspace.path("")).args([
            "evidence",
            "create",
            "-o",
            "review.zip",
            "--as-of",
            "2026-11-21",
        ]);
        command.args(["--config", "rolecall.toml"]).args(more).arg(odd).output().unwrap().status.code()
    };
    assert_eq!(run(&[]), Some(2));
    assert_eq!(run(&["--with-inputs"]), Some(0));
    assert_eq!(replay(&workspace).exit, 0);
}

#[test]
fn the_same_gives_the_same_bytes() {
    for (name, args, _) in CASES {
        let make = || {
            let workspace = Workspace::with_fixture(name);
            create(&workspace, args);
            super::shelf::bytes(&workspace)
        };
        assert!(make() == make(), "{name}");
    }
    let workspace = Workspace::with_fixture("people");
    create(&workspace, CASES[0].1);
    let first = super::shelf::bytes(&workspace);
    create(&workspace, &[CASES[0].1, &["--seats", "System Administrator=999"]].concat());
    assert!(first != super::shelf::bytes(&workspace), "another option makes another package");
}

#[test]
fn the_manifest_is_as_its_schema_says_and_its_figures_are_right() {
    let text = include_str!("../../../schema/evidence.schema.json");
    let report: Value = serde_json::from_str(include_str!("../../../schema/report.schema.json")).unwrap();
    // One file for the validator, which opens none.
    let mut schema: Value = serde_json::from_str(&text.replace("report.schema.json#", "#")).unwrap();
    let own = schema["$defs"].as_object().unwrap().clone();
    schema["$defs"] = report["$defs"].clone();
    schema["$defs"].as_object_mut().unwrap().extend(own);
    let validator = jsonschema::options().offline().with_draft(Draft::Draft202012).build(&schema).unwrap();
    for (name, args, _) in CASES {
        let workspace = Workspace::with_fixture(name);
        create(&workspace, &[args, &["--with-inputs"]].concat());
        let manifest = manifest(&workspace);
        let faults: Vec<_> = validator.iter_errors(&manifest).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, [""; 0], "{name}");
        for key in manifest.as_object().unwrap().keys() {
            let mut short = manifest.clone();
            short.as_object_mut().unwrap().remove(key);
            assert!(!validator.is_valid(&short), "{key} may be missing");
            short[format!("{key}s")] = manifest[key].clone();
            short[key] = manifest[key].clone();
            assert!(!validator.is_valid(&short), "{key}s may stand beside it");
        }
        let inputs = manifest["inputs"].as_array().unwrap().iter().chain([&manifest["config"]]);
        for input in inputs.filter(|input| !input["sha256"].is_null()) {
            let bytes = fs::read(workspace.path(input["file"].as_str().unwrap())).unwrap();
            assert_eq!((&input["sha256"], &input["bytes"]), (&json!(sha256(&bytes)), &json!(bytes.len())), "{name}");
            assert_eq!(part(&workspace, input["part"].as_str().unwrap()), bytes);
        }
        for listed in manifest["parts"].as_array().unwrap() {
            let bytes = part(&workspace, listed["part"].as_str().unwrap());
            assert_eq!((&listed["sha256"], &listed["bytes"]), (&json!(sha256(&bytes)), &json!(bytes.len())), "{name}");
        }
        let report: Value = serde_json::from_slice(&part(&workspace, "reports/report.json")).unwrap();
        for key in ["ledger", "verdict", "as_of", "product"] {
            assert_eq!(manifest[key], report[key], "{name}: {key}");
        }
    }
}

#[test]
fn the_statement_names_every_report_and_every_input() {
    let workspace = Workspace::with_fixture("people");
    create(&workspace, CASES[0].1);
    let statement: Value = serde_json::from_slice(&part(&workspace, "statement.json")).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert!(statement["predicateType"].as_str().unwrap().starts_with("urn:"));
    assert_eq!(statement["predicate"]["verdict"], "fail");
    let digest = |name: &str| {
        let subjects = statement["subject"].as_array().unwrap();
        let found: Vec<_> = subjects.iter().filter(|one| one["name"] == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0]["digest"]["sha256"].as_str().unwrap().to_owned()
    };
    for name in ["html", "json", "sarif", "txt"].map(|ending| format!("reports/report.{ending}")) {
        assert_eq!(digest(&format!("package:{name}")), sha256(&part(&workspace, &name)));
    }
    assert_eq!(digest("package:manifest.json"), sha256(&part(&workspace, "manifest.json")));
    assert_eq!(digest("input:people.csv"), sha256(workspace.read("people.csv").as_bytes()));
    assert_eq!(digest("config:rolecall.toml"), sha256(workspace.read("rolecall.toml").as_bytes()));
}

const SECRET: &str = "Quivvex-Canary-77";
const KEY: &str = "kyzzomaplewendortle-33";

#[test]
fn what_nobody_asked_for_is_not_in_the_package() {
    let workspace = Workspace::new();
    let head = HEAD.replace("Active", "Active,Password");
    workspace.write("people.csv", format!("{head}{}", GOOD.replace(",yes", &format!(",yes,{SECRET}"))));
    workspace.write("rolecall.toml", "[api-users]\nuser-names = [\"api.payroll@acme.example\"]\n");
    workspace.write("key", KEY);
    let args = ["people.csv", "--config", "rolecall.toml", "--redact-key", "key", "--redact", "identities"];
    let made = create(&workspace, &args);
    assert!([1, 3].contains(&made.exit), "{}", made.err);
    let text = String::from_utf8_lossy(&super::shelf::bytes(&workspace)).into_owned();
    assert!(text.contains("password-literal"), "it was read and found");
    for canary in [SECRET, KEY, "api.payroll@acme.example", "Payroll"] {
        assert!(!text.contains(canary) && !made.out.contains(canary) && !made.err.contains(canary), "{canary}");
    }
    let refused =
        create(&workspace, &["people.csv", "--redact", "identities", "--api-user", "api.payroll@acme.example"]);
    assert_eq!(refused.exit, 2, "options would name whom the reports do not");
    create(&workspace, &[&args, &["--with-inputs"][..]].concat());
    let text = String::from_utf8_lossy(&super::shelf::bytes(&workspace)).into_owned();
    assert!(text.contains(SECRET) && !text.contains(KEY), "inputs are packed on request, and keys never");
}

#[test]
fn a_key_is_needed_again_and_has_to_be_the_same() {
    let workspace = Workspace::with_fixture("people");
    workspace.write("key", KEY);
    workspace.write("other", "another-key-of-a-site");
    create(&workspace, &[CASES[0].1, &["--redact", "identities", "--redact-key", "key"]].concat());
    assert_eq!(verify(&workspace).exit, 0, "it takes no key to verify");
    assert_eq!(replay(&workspace).exit, 2);
    let with = |key: &str| workspace.run(&["evidence", "replay", "review.zip", "--redact-key", key]);
    assert_eq!(with("other").exit, 2);
    let ran = with("key");
    assert_eq!(ran.exit, 0, "{}{}", ran.out, ran.err);
    create(&workspace, CASES[0].1);
    assert_eq!(with("key").exit, 2, "there was none");
}

#[test]
fn a_package_goes_over_nothing_that_is_read_or_written() {
    let workspace = Workspace::with_fixture("people");
    let before = workspace.read("people.csv");
    for (package, more) in [
        ("people.csv", &[][..]),
        ("rolecall.toml", &[]),
        ("out.json", &["--output", "json=out.json"]),
        ("nowhere/review.zip", &[]),
        (".", &[]),
    ] {
        let args = ["evidence", "create", "-o", package, "people.csv", "--config", "rolecall.toml"];
        assert_eq!(workspace.run(&[&args, more].concat()).exit, 2, "{package}");
    }
    assert_eq!(workspace.run(&["evidence", "create", "people.csv"]).exit, 2, "a package needs a place");
    assert_eq!(workspace.read("people.csv"), before);
    assert!(!workspace.names().contains(&"out.json".to_owned()));
}
