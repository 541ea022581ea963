//! The JSON report is what `schema/report.schema.json` says, whatever was read, and the schema is no looser than
//! that: it refuses a report with a key missing, misspelt or with a word that is not one of its values.
//!
//! What a report should say of an input is not asked here: see `/tests/contract` and `/tests/fixtures.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use jsonschema::{Draft, PatternOptions, Validator};
use rolecall::record::Field;
use serde_json::{Value, json};
use toml::de::DeTable;

const SCHEMA: &str = include_str!("../../schema/report.schema.json");
const AS_OF: [&str; 2] = ["--as-of", "2026-11-21"];
/// Files of a case that are not inputs.
const NO_INPUTS: [&str; 4] = ["case.toml", "rolecall.toml", "expected.txt", "expected.json"];
/// A walk that finds fewer has looked in the wrong place.
const MIN_REPORTS: usize = 25;

const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
const GOOD: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";

#[test]
fn every_report_of_the_fixtures_is_as_the_schema_says() {
    let validator = validator();
    let reports = fixture_reports();
    assert!(reports.len() >= MIN_REPORTS, "only {} reports were written", reports.len());
    for (name, report) in &reports {
        assert_eq!(faults(&validator, report), [""; 0], "{name}");
    }
}

#[test]
fn reports_of_runs_that_refuse_something_are_as_the_schema_says() {
    let validator = validator();
    for (name, report) in refusing_reports() {
        assert_eq!(faults(&validator, &report), [""; 0], "{name}");
        assert_eq!(report["verdict"], "incomplete", "{name}");
    }
}

#[test]
fn a_missing_key_and_a_misspelt_key_are_refused() {
    let validator = validator();
    let of_fixtures = fixture_reports().into_iter().map(|(_, report)| report);
    let reports: Vec<_> = of_fixtures.chain(refusing_reports().into_iter().map(|(_, report)| report)).collect();
    let members = members(&reports);
    for (shape, (report, object, key)) in &members {
        let mut missing = reports[*report].clone();
        let value = members_of(&mut missing, object).shift_remove(key).expect("the key was seen");
        assert!(!validator.is_valid(&missing), "{shape} may be missing");
        members_of(&mut missing, object).insert(format!("{key}s"), value.clone());
        assert!(!validator.is_valid(&missing), "{shape} may be misspelt");
        members_of(&mut missing, object).insert(key.clone(), value);
        assert!(!validator.is_valid(&missing), "beside {shape} a key that nobody knows may stand");
    }
    let mut promised = Vec::new();
    promised_shapes(&schema(), &schema(), "", &mut promised);
    let unseen: Vec<_> = promised.into_iter().filter(|shape| !members.contains_key(shape)).collect();
    assert_eq!(unseen, [""; 0], "no report at hand has these keys, so nothing was tried on them");
}

#[test]
fn words_and_figures_that_are_none_are_refused() {
    let (_, report) = fixture_reports().into_iter().find(|(name, _)| name == "people").expect("the case is there");
    let validator = validator();
    let wrong = [
        ("/schema", json!("rolecall.report/2")),
        ("/product", json!("calabrio")),
        ("/as_of", json!("2026-02-30")),
        ("/verdict", json!("usage")),
        ("/diagnostics/1/severity", json!("fatal")),
        ("/diagnostics/1/basis", json!("nobody")),
        ("/diagnostics/1/outcome", json!("failed")),
        ("/diagnostics/1/rule", json!("Team Blank")),
        ("/diagnostics/1/fingerprint", json!("")),
        ("/diagnostics/1/record/number", json!(0)),
        ("/diagnostics/1/labels/0/primary", json!(false)),
        ("/diagnostics/1/labels/0/start/line", json!(0)),
        ("/diagnostics/1/labels/0/start/byte", json!(-1)),
        ("/diagnostics/1/labels/0/cell", json!("12E")),
        ("/outcomes/0/outcome", json!("ok")),
        ("/outcomes/0/judged", json!(1.5)),
        ("/seats/0/exact", json!("yes")),
        ("/ledger/inputs/0/format", json!("xml")),
        ("/ledger/inputs/0/sha256", json!("00")),
        ("/ledger/inputs/0/columns", json!({ "Mail": "e-mail" })),
        ("/ledger/api_users/how", json!("config,plan")),
    ];
    for (pointer, value) in wrong {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing is at {pointer}")) = value;
        assert!(!validator.is_valid(&report), "{pointer} is not held to anything");
    }
}

#[test]
fn an_outcome_without_a_judgement_says_why() {
    let (_, mut report) = fixture_reports().swap_remove(0);
    report["outcomes"][0] =
        json!({ "rule": "team-blank", "outcome": "not-determinable", "judged": 0, "failed": 0, "reason": null });
    assert_eq!(faults(&validator(), &report), ["/outcomes/0/reason"]);
}

#[test]
fn the_schema_knows_every_field_and_no_other() {
    let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
    assert_eq!(schema()["$defs"]["field"]["enum"], json!(known));
}

#[test]
fn every_key_is_described_and_every_object_closed() {
    let mut loose = Vec::new();
    find_loose(&schema(), "", &mut loose);
    assert_eq!(loose, [""; 0]);
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

fn validator() -> Validator {
    jsonschema::options()
        .offline()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex())
        .build(&schema())
        .expect("the schema is one of draft 2020-12")
}

/// Where a report is not as it should be. Values are not told: a log of tests is an output too.
fn faults(validator: &Validator, report: &Value) -> Vec<String> {
    validator.iter_errors(report).map(|error| error.instance_path().to_string()).collect()
}

/// What each case says, in its own words and with each of its inputs alone.
fn fixture_reports() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(root).expect("fixtures can be listed").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().flat_map(|folder| reports_of(folder)).collect()
}

fn reports_of(folder: &Path) -> Vec<(String, Value)> {
    let name = name_of(folder);
    let mut reports = Vec::new();
    let args = arguments(folder);
    if args.first().is_some_and(|command| command == "check") {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        reports.push((name.clone(), report(folder, &args)));
    }
    for input in inputs(folder) {
        let args = ["check", &input, "--no-config", "--digest", AS_OF[0], AS_OF[1]];
        reports.push((format!("{name}: {input}"), report(folder, &args)));
    }
    reports
}

fn name_of(path: &Path) -> String {
    path.file_name().expect("it has a name").to_string_lossy().into_owned()
}

fn inputs(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a case can be listed").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<_> = entries.map(|path| name_of(&path)).collect();
    names.retain(|name| !NO_INPUTS.contains(&name.as_str()));
    names.sort();
    assert!(!names.is_empty(), "{}: a case has inputs", folder.display());
    names
}

fn arguments(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("case.toml")).expect("every folder of fixtures has a case.toml");
    let table = DeTable::parse(&text).expect("case.toml is TOML").into_inner();
    let args = table.get("args").and_then(|args| args.get_ref().as_array()).expect("a case has arguments");
    args.iter().map(|arg| arg.get_ref().as_str().expect("an argument is a string").to_owned()).collect()
}

/// Runs that cannot be complete, and one config that changes what rules count for.
fn refusing_reports() -> Vec<(&'static str, Value)> {
    let table = |rows: &str| format!("{HEAD}{GOOD}{rows}");
    let cases = [
        ("a missing file", "missing/none.csv", None),
        ("a folder", ".", None),
        ("a format that cannot be told", "people", Some(table("").into_bytes())),
        ("nothing", "empty.csv", Some(Vec::new())),
        ("no records", "header.csv", Some(HEAD.into())),
        ("ragged rows", "ragged.csv", Some(table("API,Too Short\nAPI,Too,Long,,,,,,,,\n").into_bytes())),
        ("a quote that stays open", "open.csv", Some(table("API,\"Open,x@acme.example,,,,,yes\n").into_bytes())),
        ("bytes that are no text", "latin.csv", Some([table("").as_bytes(), b"A,\xE9,a@b.example,,,,,yes\n"].concat())),
        ("two headers for one field", "twice.csv", Some(b"Team,User Name,Team\nx,api@acme.example,y\n".into())),
        ("a key twice", "twice.json", Some(br#"{"users":[{"email":"a@b.example","email":"c@d.example"}]}"#.into())),
        ("syntax", "broken.yaml", Some(b"rolecall: 1\nusers: [{ team: x\n".into())),
        ("an unknown key", "misspelt.toml", Some(b"rolecall = 1\nuser = []\n".into())),
        ("no column for roles", "few.csv", Some(b"User Name,Active\napi@acme.example,yes\n".into())),
    ];
    let folder = scratch();
    fs::write(folder.join("site.toml"), "[severity]\nteam-blank = \"note\"\nname-blank = \"off\"\n").expect("writable");
    let mut lock = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    lock.current_dir(&folder).args(["lock", "--lock", "site.lock", "--config", "site.toml", AS_OF[0], AS_OF[1]]);
    assert!(lock.output().expect("the program starts").status.success(), "no lock was written");
    let run = |(name, file, body): (&'static str, &str, Option<Vec<u8>>)| {
        if let Some(body) = body {
            fs::write(folder.join(file), body).expect("the folder for tests is writable");
        }
        (name, report(&folder, &["check", file, "--config", "site.toml", "--lock", "site.lock", AS_OF[0], AS_OF[1]]))
    };
    let reports = cases.into_iter().map(run).collect();
    fs::remove_dir_all(folder).expect("the folder of this test can be removed");
    reports
}

/// An empty folder of this test alone, below the folder that cargo keeps for tests.
fn scratch() -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder for tests is writable");
    folder
}

/// Runs the program; what it prints is one JSON document, and the exit code is that of its verdict.
fn report(folder: &Path, args: &[&str]) -> Value {
    let Output { status, stdout, .. } = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .args(args)
        .args(["--format", "json"])
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let report: Value = serde_json::from_slice(&stdout).unwrap_or_else(|_| panic!("no report: rolecall {args:?}"));
    let due = match report["verdict"].as_str() {
        Some("pass") => 0,
        Some("fail") => 1,
        _ => 3,
    };
    assert_eq!(status.code(), Some(due), "rolecall {args:?}");
    report
}

/// A key of a report: the report's number, the pointer of the object that holds it, and the key.
type Member = (usize, String, String);

/// The first member of every shape (`/outcomes/*/rule`) that any of the reports has.
fn members(reports: &[Value]) -> BTreeMap<String, Member> {
    let mut members = BTreeMap::new();
    for (number, report) in reports.iter().enumerate() {
        collect(report, number, ("", ""), &mut members);
    }
    members
}

/// `at` is the pointer of `value` and its shape.
fn collect(value: &Value, report: usize, at: (&str, &str), members: &mut BTreeMap<String, Member>) {
    let (pointer, shape) = at;
    match value {
        // Its keys are the headers of the input.
        Value::Object(_) if shape.ends_with("/columns") => {}
        Value::Object(object) => {
            for (key, value) in object {
                let shape = format!("{shape}/{key}");
                collect(value, report, (&format!("{pointer}/{key}"), &shape), members);
                members.entry(shape).or_insert_with(|| (report, pointer.to_owned(), key.clone()));
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(item, report, (&format!("{pointer}/{number}"), &format!("{shape}/*")), members);
            }
        }
        _ => {}
    }
}

fn members_of<'r>(report: &'r mut Value, pointer: &str) -> &'r mut serde_json::Map<String, Value> {
    report.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object is there")
}

/// The shapes of all keys that the schema promises.
fn promised_shapes(schema: &Value, part: &Value, shape: &str, found: &mut Vec<String>) {
    if let Some(name) = part["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a reference names something");
        promised_shapes(schema, &schema["$defs"][name], shape, found);
    }
    for choice in part["anyOf"].as_array().into_iter().flatten().filter(|choice| choice["$ref"].is_string()) {
        promised_shapes(schema, choice, shape, found);
    }
    if part["items"].is_object() {
        promised_shapes(schema, &part["items"], &format!("{shape}/*"), found);
    }
    for (key, value) in part["properties"].as_object().into_iter().flatten() {
        let shape = format!("{shape}/{key}");
        promised_shapes(schema, value, &shape, found);
        found.push(shape);
    }
}

/// The pointers of keys without a description, of objects that take any key, and of keys that may be left out.
fn find_loose(part: &Value, pointer: &str, found: &mut Vec<String>) {
    let Some(object) = part.as_object() else { return };
    for (key, value) in object {
        find_loose(value, &format!("{pointer}/{key}"), found);
    }
    let keys = part["properties"].as_object().into_iter().flatten();
    let bare = keys.filter(|(_, key)| key["description"].as_str().is_none_or(str::is_empty));
    found.extend(bare.map(|(name, _)| format!("{pointer}/properties/{name}")));
    if part["type"] != "object" {
        return;
    }
    if part.get("additionalProperties").is_none_or(|others| *others == true) {
        found.push(pointer.to_owned());
    }
    let promised = part["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let known = part["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    if !promised.eq(known) {
        found.push(format!("{pointer}/required"));
    }
}
