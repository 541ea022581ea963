//! `rolecall waive`: entries that cover, and an answer of its own to every report that it cannot use.

use super::{check, row, site, waiver, with};
use crate::support::rows::{DANA, SEATS};
use crate::support::workspace::{AS_OF, Ran, Workspace};

const VIEW: &str = "main-view-not-enterprise";

fn waive(workspace: &Workspace, report: &str, wanted: &str) -> Ran {
    let options = ["--reason", "r", "--approved-by", "dana.ops@acme.example", "--until", "2027-03-31"];
    workspace.run(&[&["waive", report, wanted], &options[..]].concat())
}

fn identity(ran: &Ran) -> String {
    ran.report().unwrap().by_rule(VIEW)[0]["identity"].as_str().unwrap().to_owned()
}

#[test]
fn each_report_that_is_not_of_a_check_has_its_own_answer() {
    let workspace = site();
    let report = check(&workspace, &[]);
    let wanted = identity(&report);
    let write = |name: &str, args: &[&str]| {
        let ran = workspace.run(args);
        workspace.write(name, &ran.out);
    };
    let people = ["people.csv", "--no-config", "--as-of", AS_OF, "--format"];
    let check_as = |format: &'static str| [&["check"], &people[..], &[format], &SEATS].concat();
    write("capacity.json", &[&["capacity"], &people[..], &["json"], &SEATS].concat());
    write("sarif.json", &check_as("sarif"));
    write("lines.json", &check_as("jsonl"));
    workspace.write("cut.json", &report.out[..report.out.len() / 2]);
    workspace.write("empty.json", "");
    workspace.write("other.json", "{\"schema\":\"rolecall.diff/1\"}");
    workspace.write("list.json", "[1]");
    let plan = "rolecall: 1\nusers:\n  - { kind: api-user, user_name: api.x@acme.example, team: Billing }\n";
    workspace.write("plan.yaml", plan);
    write("drift.json", &["drift", "plan.yaml", "--against", "people.csv", "--as-of", AS_OF, "--format", "json"]);
    workspace.write("fleet.json", "{\"schema\":\"rolecall.fleet/1\"}");
    for (name, words) in [
        ("capacity.json", "a report of `capacity`"),
        ("sarif.json", "a report in SARIF"),
        ("lines.json", "a report in JSON Lines"),
        ("drift.json", "a report of `drift`"),
        ("fleet.json", "a report of several tenants"),
        ("cut.json", "is cut off"),
        ("empty.json", "is not a report of `check` in JSON"),
        ("other.json", "is not a report of `check`"),
        ("list.json", "is not a report of `check` in JSON"),
        ("people.csv", "is not a report of `check` in JSON"),
        ("gone.json", "cannot be read"),
    ] {
        waive(&workspace, name, &wanted).refused(&[name, words]);
    }
}

/// What is printed is to be pasted: it says nothing that `check` refuses.
#[test]
fn nothing_is_printed_that_check_refuses() {
    let workspace = site();
    let report = check(&workspace, &[]);
    let wanted = identity(&report);
    workspace.write("report.json", &report.out);
    let (reason, name) = ("r".repeat(2001), "n".repeat(321));
    let waive = |reason: &str, name: &str, until: &str| {
        let options = ["--reason", reason, "--approved-by", name, "--until", until];
        workspace.run(&[&["waive", "report.json", &wanted], &options[..]].concat())
    };
    for (ran, words) in [
        (waive(&reason, "dana", "2027-03-31"), &["`--reason`", "2000"][..]),
        (waive("r", &name, "2027-03-31"), &["`--approved-by`", "320"]),
        (waive("r", "dana", "2027-11-23"), &["367 days, the most is 366", "`--until 2027-11-22`"]),
    ] {
        ran.refused(words);
        assert_eq!(ran.out, "", "{ran}");
    }
    let last = waive(&reason[1..], &name[1..], "2027-11-22");
    assert_eq!(last.exit, 0, "{last}");
    with(&workspace, &last.out).ends(0, "pass");
    workspace.write("rolecall.toml", "[policy]\nlongest-waiver = 30\n");
    waive("r", "dana", "2026-12-22").refused(&["31 days, the most is 30", "`--until 2026-12-21`"]);
}

#[test]
fn an_account_or_value_that_no_waiver_can_name_is_not_printed() {
    for (account, view, words) in [
        ("x".repeat(321), "My View".to_owned(), "320 characters"),
        ("api.x@acme.example".to_owned(), "v".repeat(10_001), "10,000 characters"),
    ] {
        let workspace = Workspace::with_table(&[&row(&account, "Default Team", &view), DANA]);
        let report = workspace.check(&[&["people.csv", "--api-user", account.as_str()], &SEATS[..]].concat());
        workspace.write("report.json", &report.out);
        waive(&workspace, "report.json", &identity(&report)).refused(&[words]);
    }
}

#[test]
fn what_cannot_be_waived_is_said() {
    let workspace = site();
    let plain = check(&workspace, &[]);
    let redacted = check(&workspace, &["--redact", "identities"]);
    workspace.write("report.json", &redacted.out);
    waive(&workspace, "report.json", &identity(&redacted)).refused(&["without `--redact`"]);
    let covered = with(&workspace, &waiver(&[]));
    workspace.write("report.json", &covered.out);
    waive(&workspace, "report.json", &identity(&plain)).refused(&["a waiver accepts it already"]);
    let mut long = plain.report().unwrap().0;
    long["diagnostics"].as_array_mut().unwrap().push(serde_json::json!({ "rule": "findings-too-many" }));
    workspace.write("report.json", long.to_string());
    waive(&workspace, "report.json", "0123").refused(&["has no finding `0123`", "leaves findings out"]);
}
