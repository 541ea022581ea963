//! Every form tells as much as the JSON report does of what matters: the verdict, the findings with their
//! fingerprints, and all that was not judged.

use jsonschema::Draft;
use serde_json::{Value, json};

use crate::support::report::Forms;
use crate::support::rows::{DANA, GOOD};
use crate::support::workspace::Workspace;

/// A fixture, its arguments, and how it ends.
const CASES: [(&str, &[&str], i32); 4] = [
    ("people", &["people.csv", "--config", "rolecall.toml"], 1),
    ("broken", &["people.csv"], 3),
    ("people-clean", &["people.csv", "--config", "rolecall.toml"], 0),
    ("api", &["persons.json", "rest-of-list.jsonl", "catalogue.yaml", "--config", "rolecall.toml"], 3),
];

/// A room with the files of a fixture.
fn workspace(fixture: &str) -> Workspace {
    let workspace = Workspace::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, workspace.path(path.file_name().unwrap())).unwrap();
    }
    workspace
}

/// Forms in which faults of inputs with one cause are one entry.
const GROUPING: [&str; 5] = ["human", "concise", "markdown", "html", "github"];

fn all(report: &Value) -> Vec<&Value> {
    report["diagnostics"].as_array().unwrap().iter().collect()
}

/// The findings, of the faults with one cure only the first.
fn entries(report: &Value) -> Vec<&Value> {
    let mut entries: Vec<&Value> = Vec::new();
    for finding in all(report) {
        let is_same = |one: &&Value| one["rule"] == finding["rule"] && one["remedy"] == finding["remedy"];
        if finding["basis"] != "input" || !entries.iter().any(is_same) {
            entries.push(finding);
        }
    }
    entries
}

fn text_of<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap()
}

fn strings(report: &Value, list: &str, key: &str) -> Vec<String> {
    let list = report.pointer(list).and_then(Value::as_array).unwrap();
    list.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

/// Text as a form escapes it, turned back; enough for what the fixtures hold.
fn plain(format: &str, text: &str) -> String {
    match format {
        "html" | "junit" => {
            let marked = text.replace("<code>", "`").replace("</code>", "`");
            let quoted = marked.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            quoted.replace("&#39;", "'").replace("&amp;", "&")
        }
        "csv" => text.replace("\"\"", "\""),
        "sarif" | "gitlab" | "jsonl" | "json" => {
            let quoted = text.replace("\\\"", "\"").replace("\\\\", "\\");
            quoted.replace("{{", "{").replace("}}", "}")
        }
        "markdown" => text.replace("\\|", "|"),
        // Lines are wrapped.
        "human" => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

#[test]
fn every_form_tells_the_verdict_the_findings_and_what_was_not_judged() {
    let mut holes = 0;
    for (fixture, args, exit) in CASES {
        let workspace = workspace(fixture);
        let report: Value =
            serde_json::from_str(&workspace.check_with(&[args, &["--format", "json"]].concat()).out).unwrap();
        for format in Forms::names() {
            let ran = workspace.check_with(&[args, &["--format", format]].concat());
            assert_eq!(ran.exit, exit, "{fixture} as {format}");
            let text = plain(format, &ran.out);
            let verdict = report["verdict"].as_str().unwrap();
            let is_silent = format == "gitlab" && verdict == "pass";
            assert!(is_silent || text.to_lowercase().contains(verdict), "{fixture} as {format}: no {verdict}");
            for reason in strings(&report, "/ledger/holes", "reason") {
                holes += 1;
                assert!(text.contains(&reason), "{fixture} as {format}: not judged, and not said: {reason}");
            }
            for key in strings(&report, "/ledger/api_users/undeclared", "key") {
                assert!(text.contains(&key), "{fixture} as {format}: undeclared, and not said: {key}");
            }
            let told = if GROUPING.contains(&format) { entries(&report) } else { all(&report) };
            for finding in told {
                let (message, fingerprint) = (text_of(finding, "message"), text_of(finding, "fingerprint"));
                assert!(text.contains(message), "{fixture} as {format}: not told: {message}");
                let has_none = ["human", "concise", "github"].contains(&format);
                assert!(has_none || text.contains(fingerprint), "{fixture} as {format}: no fingerprint");
            }
        }
    }
    assert!(holes >= 5 * Forms::names().len(), "the fixtures leave something out");
}

#[test]
fn lines_for_people_are_no_wider_than_80_columns() {
    for (fixture, args, _) in CASES {
        let workspace = workspace(fixture);
        let path = workspace.path("report.txt");
        let output = format!("human={}", path.display());
        let out = workspace.check_with(&[args, &["--format", "human"]].concat()).out;
        workspace.check_with(&[args, &["--format", "json", "--output", &output]].concat());
        assert_eq!(workspace.read("report.txt"), out, "{fixture}: a file is wrapped as a pipe is");
        // A mark stays whole, and the words under it on its line.
        let is_mark = |line: &str| line.contains("^^") || line.contains("--");
        let wide: Vec<_> = out.lines().filter(|line| line.chars().count() > 80 && !is_mark(line)).collect();
        assert_eq!(wide, [""; 0], "{fixture}");
    }
}

#[test]
fn a_page_has_a_cover_for_the_file() {
    let workspace = workspace("people");
    let args = ["people.csv", "--config", "rolecall.toml", "--as-of", "2026-11-21", "--digest"];
    let run = |format: &str| workspace.run(&[&["check"], &args[..], &["--format", format]].concat()).out;
    let (page, report): (String, Value) = (run("html"), serde_json::from_str(&run("json")).unwrap());
    let (_, rest) = page.split_once("<section id=\"cover\">").expect("a cover");
    let (cover, _) = rest.split_once("</section>").unwrap();
    let digest = |pointer: &str| report.pointer(pointer).unwrap().as_str().unwrap();
    for text in [
        "FAIL: Everything was judged",
        "Acme",
        "2026-11-21",
        "people.csv",
        digest("/ledger/inputs/0/sha256"),
        "rolecall.toml",
        digest("/ledger/config/0/sha256"),
        env!("CARGO_PKG_VERSION"),
        "Reviewed by",
        "Date",
    ] {
        assert!(cover.contains(text), "the cover does not hold {text}: {cover}");
    }
}

/// Only errors are shown as errors, though a note fails its rule too.
#[test]
fn a_note_is_no_red_cross_on_the_page() {
    let args = ["check", "people.csv", "--config", "rolecall.toml", "--as-of", "2026-11-21", "--format", "html"];
    let page = workspace("people").run(&args).out;
    let (_, rest) = page.split_once("<section id=\"accounts\">").unwrap();
    let (accounts, rest) = rest.split_once("</section>").unwrap();
    let row = |of: &str, holds: &str| of.split("<tr>").find(|row| row.contains(holds)).unwrap().to_owned();
    let noted = row(accounts, "api.reporting@acme.example");
    assert!(noted.contains("scope-whole-tenant") && noted.contains("outcome note") && !noted.contains('✕'), "{noted}");
    assert!(row(rest, "<code>scope-whole-tenant</code>").contains("outcome note"), "{rest}");
    assert!(row(rest, "<code>team-not-allowed</code>").contains("outcome fail"), "{rest}");
}

#[test]
fn every_form_holds_each_finding_once() {
    for (fixture, args, _) in CASES {
        let forms = workspace(fixture).all_forms(args);
        let report = forms.json("json");
        let count = report["diagnostics"].as_array().unwrap().len();
        let sarif = forms.json("sarif");
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.iter().filter(|result| result["kind"] == "fail").count(), count, "{fixture}");
        let holes = report["ledger"]["holes"].as_array().unwrap().len();
        assert_eq!(results.iter().filter(|result| result["kind"] == "open").count(), holes, "{fixture}");
        assert_eq!(forms.rows().iter().filter(|row| &row[0] == "finding").count(), count, "{fixture}");
        assert_eq!(forms.rows().iter().filter(|row| &row[0] == "not judged").count(), holes, "{fixture}");
        assert_eq!(forms.text("html").matches("<li class=\"finding ").count(), entries(&report).len(), "{fixture}");
        let issues = forms.json("gitlab");
        let of_rules =
            |issue: &&Value| strings(&report, "/diagnostics", "fingerprint").contains(&text(issue, "fingerprint"));
        assert_eq!(issues.as_array().unwrap().iter().filter(of_rules).count(), count, "{fixture}");
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

#[test]
fn the_lines_are_the_document_and_as_their_schema_says() {
    let mut schema: Value = serde_json::from_str(include_str!("../../../schema/report-lines.schema.json")).unwrap();
    let report_schema: Value = serde_json::from_str(include_str!("../../../schema/report.schema.json")).unwrap();
    // One file for the validator, which opens none.
    schema = serde_json::from_str(&schema.to_string().replace("report.schema.json#", "#")).unwrap();
    schema["$defs"] = report_schema["$defs"].clone();
    let validator = jsonschema::options().offline().with_draft(Draft::Draft202012).build(&schema).unwrap();
    for (fixture, args, _) in CASES {
        let forms = workspace(fixture).all_forms(args);
        let lines: Vec<Value> =
            forms.text("jsonl").lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        for line in &lines {
            assert!(validator.is_valid(line), "{fixture}: {line}");
            let mut odd = line.clone();
            odd.as_object_mut().unwrap().values_mut().next().unwrap()["odd"] = json!(1);
            assert!(!validator.is_valid(&odd), "{fixture}: anything may stand beside what is promised");
        }
        let all = |key: &str| lines.iter().filter_map(|line| line.get(key).cloned()).collect::<Vec<_>>();
        let report = forms.json("json");
        assert_eq!(Value::from(all("diagnostic")), report["diagnostics"]);
        assert_eq!(Value::from(all("outcome")), report["outcomes"]);
        assert_eq!(Value::from(all("seats")), report["seats"]);
        assert_eq!(Value::from(all("input")), report["ledger"]["inputs"]);
        assert_eq!(Value::from(all("api_users")), json!([report["ledger"]["api_users"]]));
        assert_eq!(Value::from(all("hole")), report["ledger"]["holes"]);
        assert_eq!(Value::from(all("severity_change")), report["ledger"]["severity_changes"]);
        assert!(lines[0].get("run").is_some() && lines.last().unwrap().get("end").is_some());
        assert_eq!(lines.last().unwrap()["end"]["diagnostics"], report["diagnostics"].as_array().unwrap().len());
    }
}

#[test]
fn a_run_twice_gives_the_same_bytes_in_every_form() {
    for (fixture, args, _) in CASES {
        let workspace = workspace(fixture);
        assert_eq!(workspace.all_forms(args), workspace.all_forms(args), "{fixture}");
    }
}

#[test]
fn sarif_points_at_the_cell_and_says_that_a_run_was_incomplete() {
    let late = "API,Läte Feed,api.late@acme.example,Administrator,Büro,Operations,EnterpriseView,yes\n";
    let workspace = Workspace::with_table(&[GOOD, DANA, late]);
    let forms = workspace.all_forms(&["people.csv", "--seats", "System Administrator=50"]);
    let run = &forms.json("sarif")["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "team-not-allowed");
    let number = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][number]["id"], "team-not-allowed");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let table = workspace.read("people.csv");
    let line: Vec<char> = table.lines().nth(at("startLine") - 1).unwrap().chars().collect();
    assert_eq!(line[at("startColumn") - 1..at("endColumn") - 1].iter().collect::<String>(), "Büro");
    assert_eq!(&table[at("byteOffset")..at("byteOffset") + at("byteLength")], "Büro");
    let taxa: Vec<_> = run["taxonomies"][0]["taxa"].as_array().unwrap().iter().map(|one| text(one, "id")).collect();
    assert_eq!(taxa, (1..=14).map(|number| format!("S{number}")).collect::<Vec<_>>());

    let forms = workspace.all_forms(&["people.csv"]);
    let run = &forms.json("sarif")["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["exitCode"], 3);
}

/// A finding that does not fail the run is not a failed test; one that does, is.
#[test]
fn junit_fails_what_fails_the_run() {
    let blank = "API,Late Feed,api.late@acme.example,Administrator,Elsewhere,Operations,EnterpriseView,yes\n";
    let workspace = Workspace::with_table(&[GOOD, DANA, blank]);
    let seats = ["people.csv", "--seats", "System Administrator=50"];
    let lax = workspace.all_forms(&seats);
    assert!(!lax.text("junit").contains("<failure"), "a note fails nothing");
    assert!(lax.text("junit").contains("team-not-allowed"));
    let strict = workspace.all_forms(&[&seats[..], &["--fail-on", "note"]].concat());
    assert_eq!(strict.text("junit").matches("<failure").count(), 1);
    assert!(strict.text("junit").contains("failures=\"1\""));
    assert!(!strict.text("junit").contains("<error"));
    assert!(
        workspace
            .all_forms(&["people.csv"])
            .text("junit")
            .contains("<testsuite name=\"coverage\" tests=\"3\" failures=\"0\" errors=\"3\"")
    );
}

/// A dashboard shows a cause once, however many cells it has.
#[test]
fn junit_has_one_test_for_a_cause() {
    let rows: String =
        (0..300).map(|n| format!("Ann,Other,a{n}@acme.example,Agent,Sales,31/12/20{:02}\n", n % 90 + 10)).collect();
    let table = format!("First Name,Last Name,User Name,Roles,Team,Activated\n{rows}");
    let workspace = Workspace::with(&[("people.csv", &table)]);
    let junit = workspace.check_as("junit", &["people.csv"]).out;
    assert_eq!(junit.matches("classname=\"rolecall.date-unreadable\"").count(), 1, "{junit}");
    assert!(junit.contains("300 times: people.csv:2:39, people.csv:3:39, people.csv:4:39 and 297 more"), "{junit}");
    assert!(junit.lines().count() < 100, "{} lines", junit.lines().count());
}

/// The page tells refused records by their cause too: three hundred lines of one fault print on six sheets.
#[test]
fn the_page_has_one_line_for_records_refused_for_one_cause() {
    let row = |n: u64| {
        format!("Ann,Other,a{n}@acme.example,Agent,Sales,{}\n", if n == 7 { "2026-01-02" } else { "31/12/2026" })
    };
    let table =
        format!("First Name,Last Name,User Name,Roles,Team,Activated\n{}", (1..=300).map(row).collect::<String>());
    let workspace = Workspace::with(&[("people.csv", &table)]);
    let page = workspace.check_as("html", &["people.csv"]).out;
    assert!(page.contains("299 records (1–6, 8–300): the activation date"), "{page}");
    assert!(!page.contains("record 9, line 10"), "{page}");
}
