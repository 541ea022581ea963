//! The forms of a capacity report: they agree on the verdict, each is what its readers expect, and no text of an input
//! becomes anything but text.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};

use crate::support::workspace::{AS_OF, Workspace};

const SCHEMA: &str = include_str!("../../../schema/capacity.schema.json");
const REPORT_SCHEMA: &str = include_str!("../../../schema/report.schema.json");
const FORMS: [&str; 4] = ["human", "json", "csv", "html"];
const HEAD: &str = "First Name,Last Name,User Name,Roles,Active,Activated,Deactivated\n";

fn validator() -> Validator {
    jsonschema::options()
        .offline()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex())
        .build(&serde_json::from_str(SCHEMA).unwrap())
        .expect("the schema is one of draft 2020-12")
}

fn faults(report: &Value) -> Vec<String> {
    validator().iter_errors(report).map(|error| format!("{} {error}", error.instance_path())).collect()
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/capacity").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The bundled case.
fn bundled() -> Workspace {
    let names = [
        "people.csv",
        "plan.yaml",
        "rolecall.toml",
        "people-2026-02-01.csv",
        "people-2026-05-01.csv",
        "people-2026-08-01.csv",
    ];
    let texts = names.map(fixture);
    let files: Vec<_> = names.iter().zip(&texts).map(|(name, text)| (*name, text.as_str())).collect();
    Workspace::with(&files)
}

const ALL_OF_IT: [&str; 16] = [
    "people.csv",
    "plan.yaml",
    "--history",
    "people-2026-02-01.csv",
    "--history",
    "people-2026-05-01.csv",
    "--history",
    "people-2026-08-01.csv",
    "--what-if",
    "Supervisor+1@2027-02-01",
    "--what-if",
    "Supervisor-1@2027-03-01",
    "--what-if",
    "seats:Access+1@2027-02-01",
    "--require-free",
    "1",
];

/// Reports in which every part of the schema has something to hold.
fn reports() -> Vec<Value> {
    let bundled = bundled().capacity(&ALL_OF_IT).ends(1, "fail");
    let bad = format!("{HEAD}A,B,a,Administrator,perhaps,,\nAPI,C,api@x.example,Administrator,yes,,\n");
    let doubtful =
        Workspace::with(&[("people.csv", &bad)]).capacity(&["people.csv", "--digest", "--require-free", "10%"]);
    vec![bundled.0, doubtful.ends(3, "incomplete").0]
}

#[test]
fn reports_are_as_the_schema_says() {
    for report in reports() {
        assert_eq!(faults(&report), [""; 0]);
    }
}

#[test]
fn a_key_that_is_missing_or_unknown_is_refused() {
    let validator = validator();
    for report in reports() {
        let mut paths = Vec::new();
        objects(&report, &mut String::new(), &mut paths);
        let is_free = |path: &str| path.ends_with("/columns");
        for path in paths.iter().filter(|path| !is_free(path)) {
            let keys: Vec<String> = report.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect();
            for key in keys {
                let mut changed = report.clone();
                let object = changed.pointer_mut(path).unwrap().as_object_mut().unwrap();
                let value = object.remove(&key).unwrap();
                assert!(!validator.is_valid(&changed), "{path}/{key} may be missing");
                let object = changed.pointer_mut(path).unwrap().as_object_mut().unwrap();
                object.insert(key.clone(), value);
                object.insert(format!("{key}_too"), json!(1));
                assert!(!validator.is_valid(&changed), "{path} takes a key that nobody knows");
            }
        }
    }
}

fn objects(value: &Value, path: &mut String, found: &mut Vec<String>) {
    let length = path.len();
    match value {
        Value::Object(members) => {
            found.push(path.clone());
            for (key, value) in members {
                path.push('/');
                path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                objects(value, path, found);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                path.push_str(&format!("/{at}"));
                objects(value, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

#[test]
fn the_parts_that_a_check_reports_too_are_the_same() {
    let [ours, theirs]: [Value; 2] = [SCHEMA, REPORT_SCHEMA].map(|text| serde_json::from_str(text).unwrap());
    for part in [
        "tool",
        "diagnostic",
        "record",
        "label",
        "location",
        "ledger",
        "input",
        "left_out",
        "refused",
        "api_users",
        "hole",
        "severity_change",
        "field",
    ] {
        assert_eq!(ours["$defs"][part], theirs["$defs"][part], "{part}");
    }
}

#[test]
fn all_forms_agree_on_verdict_and_exit_code() {
    let over = format!("{HEAD}A,B,a,Administrator,yes,,\nC,D,c,Administrator,yes,,\n");
    let cases = [("1", 1, "FAIL"), ("9", 0, "PASS"), ("", 3, "INCOMPLETE")];
    let workspace = Workspace::with(&[("people.csv", &over)]);
    for (seats, exit, word) in cases {
        let seats = format!("System Administrator={seats}");
        let mut args = vec!["capacity", "people.csv", "--no-config", "--as-of", AS_OF, "--color", "never"];
        if exit != 3 {
            args.extend(["--seats", &seats]);
        }
        for form in FORMS {
            let ran = workspace.run(&[&args[..], &["--format", form]].concat());
            let says = if form == "json" {
                ran.out.contains(&format!("\"verdict\": \"{}\"", word.to_lowercase()))
            } else {
                ran.out.contains(word)
            };
            assert!(ran.exit == exit && says, "{form}: {ran}");
            if exit == 3 {
                let reason = "the number of seats owned is not declared";
                assert!(ran.out.contains(reason), "{form} does not say what was not judged: {ran}");
            }
        }
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let workspace = bundled();
    for form in FORMS {
        let args =
            [&["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", form], &ALL_OF_IT[..]].concat();
        let (one, other) = (workspace.run(&args), workspace.run(&args));
        assert!(one.out == other.out && !one.out.is_empty(), "{form}");
    }
}

#[test]
fn reports_go_to_files_whole_and_over_no_input() {
    let workspace = bundled();
    let base =
        ["capacity", "people.csv", "--config", "rolecall.toml", "--as-of", AS_OF, "--history", "people-2026-02-01.csv"];
    let ran = workspace.run(
        &[&base[..], &["--output", "html=report.html", "--output", "csv=report.csv", "--format", "json"]].concat(),
    );
    assert!(workspace.read("report.html").ends_with("</html>\n"), "{ran}");
    assert!(workspace.read("report.csv").starts_with("\"kind\""), "{ran}");
    workspace
        .run(&[&base[..], &["--output", "csv=people-2026-02-01.csv"]].concat())
        .refused(&["people-2026-02-01.csv", "overwrite"]);
    workspace.run(&[&base[..], &["--output", "json=rolecall.toml"]].concat()).refused(&["rolecall.toml"]);
}

/// Text that would be something else than text: markup, a formula, an escape, a command of a log.
const HOSTILE: [&str; 6] =
    ["<script>alert(1)</script>", "=1+1", "\u{1b}[2J\u{1b}[31m", "\"><img src=x>", "\u{202e}gnp.exe", "a&b'c"];

#[test]
fn no_text_of_an_input_becomes_anything_but_text() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows: String =
        HOSTILE.iter().map(|text| format!("A,B,{},Administrator,yes,2026-01-01,2027-02-01\n", quoted(text))).collect();
    let table = format!("{HEAD}{rows}A,B,x,{},yes,,\n", quoted(HOSTILE[0]));
    let config: String = HOSTILE
        .iter()
        .map(|text| {
            format!(
                "[licenses.{}]\nseats = 3\nroles = [\"Administrator\"]\ncurrency = \"<b>\"\nprice = \"1.00\"\n",
                serde_json::to_string(text).unwrap().replace("\\u001b", "\\u001B")
            )
        })
        .collect();
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", &config)]);
    let run = |form: &str| {
        workspace
            .run(&[
                "capacity",
                "people.csv",
                "--config",
                "rolecall.toml",
                "--as-of",
                AS_OF,
                "--format",
                form,
                "--color",
                "never",
            ])
            .out
    };
    for form in FORMS {
        let out = run(form);
        assert!(out.contains("2027-02-01"), "{form}: {out}");
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{form} lets a control through");
    }
    let page = run("html");
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(run("csv").into_bytes().leak() as &[u8]);
    let widths: BTreeSet<usize> = reader
        .records()
        .map(|record| {
            let record = record.expect("the table can be read");
            assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{record:?}");
            record.len()
        })
        .collect();
    assert_eq!(widths.len(), 1, "rows of {widths:?} cells");
}

#[test]
fn a_page_lets_nothing_run_or_load() {
    let page = bundled()
        .run(
            &[&["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", "html"], &ALL_OF_IT[..]]
                .concat(),
        )
        .out;
    assert!(page.contains("default-src 'none'; style-src 'sha256-"), "no policy");
    for never in
        ["<script", "script-src", "http:", "https:", "url(", "@import", "<link", "<iframe", "onload", "javascript:"]
    {
        assert!(!page.contains(never), "the page holds {never}");
    }
    assert_eq!(page.matches("<svg").count(), 2);
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{link}\"")), "nothing is at #{link}");
    }
}

#[test]
fn the_table_holds_what_the_document_holds() {
    let workspace = bundled();
    let report = workspace.capacity(&ALL_OF_IT).report().unwrap();
    let table = workspace
        .run(
            &[&["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", "csv"], &ALL_OF_IT[..]].concat(),
        )
        .out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let of = |kind: &str, name: &str| {
        rows.iter().filter(|row| &row[0] == kind && (name.is_empty() || &row[1] == name)).count()
    };
    for one in report["licenses"].as_array().unwrap() {
        let name = one["license"].as_str().unwrap();
        let length = |key: &str| one[key].as_array().unwrap().len();
        assert_eq!((of("license", name), of("step", name)), (1, length("steps")), "{name}");
        assert_eq!(of("plan", name), length("plans"), "{name}");
    }
    let bills = report.license("System Administrator")["cost"]["bills"].as_array().unwrap().len();
    assert_eq!(of("bill", ""), bills);
    assert_eq!(of("candidate", ""), report["reclaim"].as_array().unwrap().len());
    let sum = |key: &str| {
        report["licenses"].as_array().unwrap().iter().map(|one| one[key].as_array().unwrap().len()).sum::<usize>()
    };
    assert_eq!((of("holder", ""), of("assumed", "")), (sum("holders"), 3));
    assert_eq!(of("finding", ""), report["diagnostics"].as_array().unwrap().len());
    assert_eq!(of("verdict", ""), 1);
}

#[test]
fn every_form_says_at_its_top_what_was_assumed() {
    let workspace = bundled();
    for form in FORMS {
        let args =
            [&["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", form], &ALL_OF_IT[..]].concat();
        let out = workspace.run(&args).out;
        let found = |text: &str| out.find(text).unwrap_or_else(|| panic!("{form} does not say {text}: {out}"));
        let (said, figures) = match form {
            "json" => (found("\"what_ifs\""), found("\"licenses\"")),
            "csv" => (found("\"assumed\",\"Access\""), found("\"license\",\"Access\"")),
            _ => (found("Assumed: 1 more account with the role Supervisor from 2027-02-01"), found("seats used")),
        };
        assert!(said < figures, "{form} says it too late: {out}");
    }
}

/// The answers of a licence owner, in the order of the questions.
#[test]
fn the_first_screen_answers_how_many_until_when_what_to_do_and_what_it_costs() {
    let args = ["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "people.csv", "plan.yaml"];
    let workspace = bundled();
    let screen: Vec<String> = workspace.run(&args).out.lines().take(24).map(str::to_owned).collect();
    let screen = screen.join("\n");
    let page = workspace.run(&[&args[..], &["--format", "html"]].concat()).out;
    let page = page.split_once("id=\"not-judged\"").expect("the outlook comes before what was not judged").0;
    for text in [&screen[..], page] {
        let mut rest = text;
        for answer in [
            "8 of 9 seats used",
            "full from 2026-12-07, over from 2027-01-15",
            "buy 1 seat by 2027-01-15; 62.00 EUR a month more, 682.00 EUR for all 11",
            "begin on 2027-03-01 or later, at no cost",
            "committed: 558.00 EUR a month",
            "over-use: 190.00 EUR for all 13 months",
        ] {
            let at = rest.find(answer).unwrap_or_else(|| panic!("`{answer}` is not in order in {text}"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn redaction_leaves_no_name_in_any_form() {
    let workspace = bundled();
    let args = ["capacity", "--as-of", AS_OF, "--config", "rolecall.toml", "--redact", "identities"];
    let names = |out: &str| {
        let words = out.split(|c: char| !(c.is_alphanumeric() || "@.-_".contains(c)));
        words.filter(|word| word.contains("@acme")).map(str::to_owned).collect::<Vec<_>>()
    };
    for form in FORMS {
        let ran = workspace.run(&[&args[..], &["--format", form], &ALL_OF_IT[..]].concat());
        assert_eq!(names(&ran.out), [""; 0], "{form}");
        assert!(ran.out.contains("account-") && ran.out.contains("Supervisor"), "{form}: {ran}");
    }
    // The site's own key gives other pseudonyms and fingerprints; without names to replace, fingerprints alone.
    let keyed = Workspace::with(&[("people.csv", &fixture("people.csv")), ("key", "0123456789abcdef")]);
    let base = ["people.csv", "--seats", "System Administrator=9"];
    let report = |more: &[&str]| keyed.capacity(&[&base[..], more].concat()).report().unwrap();
    let key = |report: &Value| report["licenses"][0]["holders"][0]["key"].as_str().unwrap().to_owned();
    let (plain, own) =
        (report(&["--redact", "identities"]), report(&["--redact", "identities", "--redact-key", "key"]));
    assert!(key(&plain) != key(&own) && key(&own).starts_with("account-"), "{}", key(&own));
    let only_key = report(&["--redact-key", "key"]);
    assert!(key(&only_key).contains('@'), "{}", key(&only_key));
    assert_ne!(only_key["diagnostics"][0]["fingerprint"], report(&[])["diagnostics"][0]["fingerprint"]);
}

#[test]
fn the_readme_shows_what_the_bundled_case_says() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, rest) = readme.split_once("<!-- capacity -->\n```text\n").expect("README.md shows a capacity report");
    let (shown, _) = rest.split_once("```\n<!-- /capacity -->").expect("README.md ends it");
    let said = fixture("expected.txt");
    assert!(said.contains(shown), "README.md shows what is not said; due is:\n{said}");
}
