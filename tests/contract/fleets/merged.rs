//! `rolecall merge`: one verdict over reports from anywhere, the same for any order and grouping, and never clean by what it
//! was not given.

use serde_json::{Value, json};

use super::{GOOD_VIEW, edit, fleet, plan, problems, report, reports, verdicts};
use crate::support::workspace::{AS_OF, Workspace};

/// All four are clean, and expected.
fn clean() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("reports/x", "");
    for tenant in ["a", "b", "c", "d"] {
        report(&workspace, tenant, &plan(tenant, GOOD_VIEW), &[], 0);
    }
    workspace.write("tenants.csv", "\u{feff}tenant\na\nb\nc\nd\n");
    workspace
}

const CLEAN: [&str; 4] = ["reports/a.json", "reports/b.json", "reports/c.json", "reports/d.json"];

fn merge<'a>(reports: &[&'a str]) -> Vec<&'a str> {
    [&["merge", "--expect", "tenants.csv"], reports].concat()
}

#[test]
fn the_verdict_is_the_worst_and_every_tenant_is_named() {
    let workspace = reports();
    let all = fleet(&workspace, &["merge", "reports/gamma.json", "reports/beta.json", "reports/acme.json"], 3);
    assert_eq!(verdicts(&all), [("acme", "pass"), ("beta", "fail"), ("gamma", "incomplete")]);
    assert_eq!((&all["verdict"], &all["as_of"], &all["expected"]), (&json!("incomplete"), &json!(AS_OF), &Value::Null));
    let beta = &all["tenants"][1];
    assert_eq!((&beta["exit"], &beta["report"]["file"]), (&json!(1), &json!("reports/beta.json")));
    assert_eq!((&beta["findings"]["error"], &beta["judged"]), (&json!(1), &json!(2)));
    assert_eq!(beta["outcomes"]["main-view-not-enterprise"], "fail");
    assert_eq!(
        (&all["tenants"][2]["holes"], &all["tenants"][2]["reason"]),
        (&json!(5), &json!("key-unknown: unknown key `licences`"))
    );
    let rule = all["rules"].as_array().unwrap().iter().find(|one| one["rule"] == "main-view-not-enterprise").unwrap();
    assert_eq!((&rule["fail"], &rule["pass"]), (&json!(1), &json!(2)));
    assert_eq!(fleet(&workspace, &["merge", "reports/beta.json", "reports/acme.json"], 1)["verdict"], "fail");
    assert_eq!(fleet(&workspace, &["merge", "reports/acme.json"], 0)["verdict"], "pass");
    let human = workspace.run(&["merge", "reports/beta.json", "reports/acme.json", "-o", "fleet.json"]);
    for words in ["FAIL: 2 tenants judged, 1 PASS, 1 FAIL", "beta", "main-view-not-enterprise", "--expect TENANTS.csv"]
    {
        assert!(human.out.contains(words), "{words}\n{human}");
    }
    assert_eq!(
        workspace.read("fleet.json"),
        workspace.run(&["merge", "reports/acme.json", "reports/beta.json", "--format", "json"]).out
    );
}

#[test]
fn whoever_is_expected_has_to_be_there() {
    let workspace = clean();
    let all = fleet(&workspace, &merge(&CLEAN), 0);
    assert_eq!((&all["verdict"], &all["missing"]), (&json!("pass"), &json!([])));
    let three = fleet(&workspace, &merge(&CLEAN[..3]), 3);
    assert_eq!((&three["missing"], problems(&three)), (&json!(["d"]), vec![("missing", "d")]));
    workspace.write("tenants.csv", "tenant,owner\na,x\n");
    workspace.run(&merge(&CLEAN)).refused(&["unknown column `owner`", "tenants.csv:1:8"]);
    workspace.write("tenants.csv", "tenant,inputs\na,\nb,\nc,\n");
    let foreign = fleet(&workspace, &merge(&CLEAN), 3);
    assert_eq!(problems(&foreign), [("foreign", "d")]);
    assert_eq!(foreign["tenants"].as_array().unwrap().len(), 4);
    workspace.run(&["merge", "--expect", "gone.csv", "reports/a.json"]).refused(&["gone.csv", "no such file"]);
    workspace.run(&["merge"]).refused(&["REPORT"]);
}

#[test]
fn two_reports_of_one_tenant_are_a_clash_whatever_they_say() {
    let workspace = clean();
    workspace.write("reports/copy.json", workspace.read("reports/a.json"));
    for doubled in [&["reports/copy.json"][..], &["reports/a.json"]] {
        let clash = fleet(&workspace, &merge(&[&CLEAN[..], doubled].concat()), 3);
        assert_eq!(problems(&clash), [("doubled", "a")]);
        let of_a = &clash["tenants"][0];
        assert_eq!(
            (&of_a["verdict"], &of_a["report"], &of_a["judged"]),
            (&json!("incomplete"), &Value::Null, &json!(0))
        );
        assert_eq!(of_a["clash"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn reports_of_other_terms_do_not_add_up() {
    for (pointer, value, kind) in [
        ("/tool/version", json!("0.0.9"), "version-differs"),
        ("/as_of", json!("2026-11-20"), "as-of-differs"),
        ("/ledger/packs", json!([{ "pack": "site", "version": "1", "rules": 1, "sha256": "ab" }]), "packs-differ"),
    ] {
        let workspace = clean();
        edit(&workspace, "b", &[(pointer, value)]);
        let all = fleet(&workspace, &merge(&CLEAN), 3);
        assert_eq!(problems(&all), [(kind, "b")]);
        assert_eq!(all["tenants"][1]["verdict"], "pass", "each keeps its own");
        assert_eq!(all["as_of"].is_null(), kind == "as-of-differs");
    }
}

#[test]
fn what_is_no_report_is_named_with_the_reason() {
    let workspace = clean();
    let report = workspace.read("reports/d.json");
    let pass = workspace.run(&["capacity", "--no-config", "plans/d.yaml", "--as-of", AS_OF, "--format", "json"]).out;
    for (text, words) in [
        (&report[..report.len() / 2], "cut off"),
        ("", "not a report"),
        ("{\"schema\": 7}", "not a report"),
        (&report.replace("rolecall.report/1", "rolecall.report/2"), "`rolecall.report/2`"),
        (&pass, "`rolecall.capacity/1`"),
        (&report.replacen("\"verdict\"", "\"verdict\": \"pass\", \"verdict\"", 1), "same key twice"),
    ] {
        workspace.write("reports/d.json", text);
        let all = fleet(&workspace, &merge(&CLEAN), 3);
        assert_eq!(problems(&all), [("missing", "d"), ("unreadable", "reports/d.json")]);
        assert!(all["unreadable"][0]["reason"].as_str().unwrap().contains(words), "{words}: {}", all["unreadable"]);
    }
    let gone =
        fleet(&workspace, &merge(&["reports/a.json", "reports/b.json", "reports/c.json", "gone.json", "reports"]), 3);
    assert_eq!(problems(&gone)[1..], [("unreadable", "gone.json"), ("unreadable", "reports")]);
}

#[test]
fn a_report_whose_verdict_does_not_follow_is_refused() {
    let workspace = reports();
    let hole = json!([{ "rule": "input-unreadable", "reason": "x", "count": 1, "file": null, "line": null }]);
    for (name, pointer, value) in [
        ("beta", "/verdict", json!("pass")),
        ("gamma", "/verdict", json!("pass")),
        ("gamma", "/verdict", json!("fail")),
        ("acme", "/ledger/holes", hole),
        ("acme", "/ledger/inputs/0/records", json!(0)),
        ("acme", "/outcomes/0/outcome", json!("not-determinable")),
    ] {
        let before = workspace.read(&format!("reports/{name}.json"));
        edit(&workspace, name, &[(pointer, value)]);
        let path = format!("reports/{name}.json");
        let all = fleet(&workspace, &["merge", &path], 3);
        assert_eq!(problems(&all), [("unreadable", path.as_str())], "{pointer}");
        workspace.write(&path, before);
    }
    // A note fails a run that says so.
    edit(&workspace, "beta", &[("/diagnostics/0/severity", json!("note")), ("/verdict", json!("pass"))]);
    assert_eq!(fleet(&workspace, &["merge", "reports/beta.json"], 0)["verdict"], "pass");
    edit(&workspace, "beta", &[("/ledger/options", json!([{ "option": "--fail-on", "value": "note" }]))]);
    assert_eq!(problems(&fleet(&workspace, &["merge", "reports/beta.json"], 3)), [("unreadable", "reports/beta.json")]);
}

#[test]
fn any_order_and_any_grouping_gives_the_same_bytes() {
    let workspace = reports();
    workspace.write("reports/twin.json", workspace.read("reports/beta.json"));
    workspace.write("reports/broken.json", "{");
    report(&workspace, "delta", &plan("delta", GOOD_VIEW), &["--as-of", "2026-11-20"], 0);
    workspace.write("t.csv", "tenant\nacme\nbeta\nzeta\n");
    let names = ["acme", "beta", "gamma", "delta", "twin", "broken"];
    let files: Vec<String> = names.iter().map(|name| format!("reports/{name}.json")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let run = |args: &[&str], to: &str| {
        let ran = workspace.run(&[&["merge", "-o", to], args].concat());
        assert_eq!(ran.exit, 3, "{ran}");
        workspace.read(to)
    };
    let whole = run(&[&["--expect", "t.csv"], &files[..]].concat(), "whole.json");
    let backwards: Vec<&str> = files.iter().rev().copied().collect();
    assert_eq!(run(&[&["--expect", "t.csv"], &backwards[..]].concat(), "w.json"), whole);
    for cut in 1..files.len() {
        let (left, right) = files.split_at(cut);
        workspace.run(&[&["merge", "-o", "left.json", "--expect", "t.csv"], left].concat());
        workspace.run(&[&["merge", "-o", "right.json"], right].concat());
        assert_eq!(run(&["right.json", "left.json"], "w.json"), whole, "cut at {cut}");
        assert_eq!(run(&[&["left.json"], right].concat(), "w.json"), whole, "cut at {cut}");
    }
    assert_eq!(run(&["whole.json"], "w.json"), whole);
}

#[test]
fn the_reports_of_a_project_are_merged_as_if_each_were_a_file() {
    let workspace = reports();
    let config = "[tenants.acme]\ninputs = [\"plans/acme.yaml\"]\n[tenants.beta]\ninputs = [\"plans/beta.yaml\"]\n";
    workspace.write("rolecall.toml", config);
    let project = workspace.run(&["check", "--as-of", AS_OF, "--output", "json=p-{tenant}.json", "--format", "json"]);
    workspace.write("project.json", &project.out);
    let all = fleet(&workspace, &["merge", "project.json", "reports/gamma.json"], 3);
    assert_eq!(verdicts(&all), [("acme", "pass"), ("beta", "fail"), ("gamma", "incomplete")]);
    let files = fleet(&workspace, &["merge", "p-acme.json", "p-beta.json", "reports/gamma.json"], 3);
    assert_eq!((&all["rules"], &all["totals"]), (&files["rules"], &files["totals"]));
    // What a fleet says of a tenant has to be possible.
    let hollow = r#"{"schema":"rolecall.fleet/1","missing":[],"tenants":[{"tenant":"x","verdict":"pass","exit":0,"report":null}]}"#;
    workspace.write("hollow.json", hollow);
    assert_eq!(problems(&fleet(&workspace, &["merge", "hollow.json"], 3)), [("unreadable", "hollow.json")]);
}

#[test]
fn a_report_that_leaves_findings_out_says_so() {
    let workspace = reports();
    edit(&workspace, "gamma", &[("/diagnostics/0/rule", json!("findings-too-many"))]);
    let all = fleet(&workspace, &["merge", "reports/gamma.json"], 3);
    assert_eq!(problems(&all), [("findings-left-out", "gamma")]);
    assert_eq!(all["tenants"][0]["leaves_out"], true);
}

#[test]
fn nothing_that_was_read_is_overwritten() {
    let workspace = reports();
    workspace.write("t.csv", "tenant\nacme\n");
    for args in [
        &["merge", "reports/acme.json", "-o", "reports/acme.json"][..],
        &["merge", "reports/acme.json", "--expect", "t.csv", "--output", "json=t.csv"],
    ] {
        workspace.run(args).refused(&["would overwrite"]);
    }
    let hostile = plan("acme", GOOD_VIEW).replace("tenant: acme", "tenant: \"\\e[31mPASS\\n\"");
    report(&workspace, "hostile", &hostile, &[], 0);
    let ran = workspace.run(&["merge", "reports/hostile.json"]);
    assert!(!ran.out.contains('\u{1b}') && ran.out.lines().filter(|line| line.contains("PASS")).count() == 2, "{ran}");
}
