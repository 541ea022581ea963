//! What is held in every form of the report, in evidence, and in the schemas.

use super::*;

#[test]
fn a_run_of_held_findings_passes_in_every_form_and_they_are_in_each() {
    let workspace = site();
    create(&workspace, &["--reason", "there on the first day", "--as-of", "2026-11-12"]);
    let forms = workspace.all_forms(&[&["people.csv", "--baseline", FILE], &USERS[..], &SEATS].concat());
    for (format, text) in &forms.0 {
        for words in [VIEW, "team-blank", "2026-11-12"] {
            assert!(text.contains(words), "{format} without {words}: {text}");
        }
        assert!(
            matches!(*format, "json" | "jsonl" | "csv")
                || text.contains("0 waived, 2 baselined")
                || text.contains("2 accepted findings")
                || text.contains("2 findings held"),
            "{format}: {text}"
        );
    }
    let human = forms.text("human");
    assert!(human.starts_with("PASS  0 errors, 0 warnings, 0 notes, 0 waived, 2 baselined"), "{human}");
    assert!(
        human.replace("\n    ", " ").contains("2 findings held, of 2 entries, the oldest since 2026-11-12 (9 days)"),
        "{human}"
    );
    let sarif = forms.json("sarif");
    for one in sarif["runs"][0]["results"].as_array().unwrap() {
        assert_eq!(
            (&one["baselineState"], &one["suppressions"][0]["status"]),
            (&"unchanged".into(), &"accepted".into())
        );
    }
    let junit = forms.text("junit");
    assert!(
        junit.contains("<skipped message=\"baselined: baseline, since 2026-11-12: there on the first day\""),
        "{junit}"
    );
    assert!(junit.contains("failures=\"0\""));
    let issues = forms.json("gitlab");
    assert!(issues.as_array().unwrap().iter().all(|one| one["check_name"] != VIEW && one["severity"] != "major"));
    assert!(forms.text("gitlab").contains("the oldest since 2026-11-12 (9 days)"), "{issues}");
    assert!(!forms.text("github").lines().any(|line| line.starts_with("::error") || line.starts_with("::warning")));
    let rows = forms.rows();
    let found = rows.iter().find(|row| &row[0] == "finding").unwrap();
    assert_eq!((&found[2], &found[22], &found[23]), ("baselined", "unchanged", "2026-11-12"));
    let page = forms.text("html");
    assert!(page.contains("Accepted") && page.contains("there on the first day"));
}

#[test]
fn every_state_has_its_word_in_sarif_and_its_cause_for_people() {
    let workspace = site();
    create(&workspace, &[]);
    let changed = workspace
        .read("people.csv")
        .replace("My View", "Other View")
        .replace("api.y@acme.example,Administrator,,", "api.y@acme.example,Administrator,Billing,");
    workspace.write("people.csv", changed);
    let forms = workspace.all_forms(&[&["people.csv", "--baseline", FILE], &USERS[..], &SEATS].concat());
    let sarif = forms.json("sarif");
    let mut states: Vec<_> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["ruleId"].as_str().unwrap(), one["baselineState"].as_str().unwrap()))
        .collect();
    states.sort();
    assert_eq!(
        states,
        ["baseline-stale new", "main-view-not-enterprise updated", "team-blank absent", "team-not-allowed new"]
    );
    for (format, text) in &forms.0 {
        let is_told = match *format {
            "json" | "jsonl" => text.contains("\"changes\"") && text.contains("\"value\""),
            "csv" => text.contains("\"updated\",\"2026-11-21\""),
            _ => text.contains("value, held in another state since 2026-11-21"),
        };
        assert!(is_told, "{format}: {text}");
    }
}

#[test]
fn an_entry_whose_finding_is_gone_is_absent() {
    let workspace = site();
    create(&workspace, &["--with-names"]);
    workspace.write("people.csv", workspace.read("people.csv").replace("My View", "EnterpriseView"));
    let args = [&["people.csv", "--baseline", FILE], &USERS[..], &SEATS].concat();
    let forms = workspace.all_forms(&args);
    let sarif = forms.json("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let absent = results.iter().find(|one| one["baselineState"] == "absent").expect("it is told");
    assert_eq!((&absent["ruleId"], &absent["level"]), (&VIEW.into(), &"none".into()));
    let message = &forms.json("json")["diagnostics"];
    let stale = message.as_array().unwrap().iter().find(|one| one["rule"] == "baseline-stale").unwrap();
    let due = format!("the finding of {VIEW} of `api.x@acme.example`, held since 2026-11-21, is gone");
    assert_eq!(stale["message"], due);
    let redacted = workspace.all_forms(&[&args[..], &["--redact", "identities"]].concat());
    for (format, text) in &redacted.0 {
        assert!(!text.contains("api.x@") && !text.contains("api.y@"), "{format}: {text}");
    }
}

#[test]
fn redaction_hides_the_reason() {
    let workspace = site();
    create(&workspace, &["--reason", "asked for by lee"]);
    let forms = workspace
        .all_forms(&[&["people.csv", "--baseline", FILE, "--redact", "identities"], &USERS[..], &SEATS].concat());
    for (format, text) in &forms.0 {
        assert!(!text.contains("asked for by lee"), "{format}: {text}");
    }
}

#[test]
fn evidence_replays_with_the_baseline_and_finds_a_changed_file() {
    let workspace = site();
    create(&workspace, &[]);
    for (package, more) in [("a.zip", &[][..]), ("b.zip", &["--with-inputs"])] {
        let args = [
            "evidence",
            "create",
            "--package",
            package,
            "people.csv",
            "--no-config",
            "--as-of",
            AS_OF,
            "--baseline",
            FILE,
        ];
        let ran = workspace.run(&[&args[..], &USERS, &SEATS, more].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        let ran = workspace.run(&["evidence", "replay", package]);
        assert_eq!(ran.exit, 0, "{ran}");
    }
    workspace.write(FILE, workspace.read(FILE).replacen("2027-11-22", "2027-11-21", 1));
    let ran = workspace.run(&["evidence", "verify", "a.zip"]);
    assert_eq!((ran.exit, ran.out.contains("differs: baseline `baseline.jsonl`")), (1, true), "{ran}");
    assert_eq!(workspace.run(&["evidence", "replay", "b.zip"]).exit, 0, "it holds its own");
}

#[test]
fn files_follow_the_published_schema() {
    let workspace = site();
    let schema: serde_json::Value = serde_json::from_str(&workspace.run(&["schema", "baseline"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    create(&workspace, &["--with-names", "--reason", "r"]);
    let ran = baseline(&workspace, &["update", FILE, "--until", "2027-01-01", "--reason", "sooner"]);
    assert_eq!(ran.exit, 0, "{ran}");
    for line in workspace.read(FILE).lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(validator.is_valid(&line), "{line}");
        let mut other = line.clone();
        other["more"] = 1.into();
        assert!(!validator.is_valid(&other), "{line}");
    }
    for rule in ["baseline-stale", "baseline-expired"] {
        let ran = workspace.run(&["explain", rule]);
        assert!(ran.exit == 0 && ran.out.contains("rolecall baseline update"), "{ran}");
    }
}
