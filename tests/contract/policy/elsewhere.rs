//! Waivers of drift, and what `request` and `fix` leave out because it is waived.

use serde_json::Value;

use super::{row, site, waiver};
use crate::support::rows::{DANA, SEATS};
use crate::support::workspace::{AS_OF, Ran, Workspace};

const PLAN: &str = "rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, last_name: Feed, user_name: api.x@acme.example, \
    roles: [Administrator], team: Default Team }\n";

/// A plan, and an export in which the account is in another team.
fn drifted(team: &str) -> Workspace {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", team, "EnterpriseView"), DANA]);
    workspace.write("plan.yaml", PLAN);
    workspace
}

fn entry(lines: &[&str]) -> String {
    waiver(&[&["rule = \"drift\"", "field = \"team\"", "value = \"Billing\""], lines].concat())
}

fn drift(workspace: &Workspace, waivers: &str, args: &[&str]) -> Ran {
    workspace.write("waivers.toml", waivers);
    let args = [&["drift", "plan.yaml", "--against", "people.csv", "--as-of", AS_OF], args].concat();
    workspace.run(&[&args[..], &["--waivers", "waivers.toml"]].concat())
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"))
}

fn said(report: &Value) -> Vec<&str> {
    let all = report["diagnostics"].as_array().unwrap().iter();
    all.filter(|one| one["basis"] == "policy").map(|one| one["rule"].as_str().unwrap()).collect()
}

#[test]
fn drift_is_accepted_with_its_field_and_value_until_a_day() {
    let workspace = drifted("Billing");
    let ran = drift(&workspace, &entry(&[]), &["--format", "json"]);
    let report = json(&ran);
    assert_eq!((ran.exit, &report["verdict"], report["compared"].as_u64()), (0, &"pass".into(), Some(1)), "{ran}");
    let found = report["diagnostics"].as_array().unwrap().iter().find(|one| one["rule"] == "drift-differs").unwrap();
    assert_eq!((&found["outcome"], &found["waiver"]["id"]), (&"waived".into(), &"W-012".into()));
    assert_eq!(report["accounts"][0]["class"], "differs", "it is marked, not removed");
    assert_eq!(report["ledger"]["waivers"][0]["ended"], "used");
    for (lines, rule) in [
        (&["value = \"billing\""][..], "waiver-value-changed"),
        (&["until = 2026-11-20"], "waiver-expired"),
        (&["field = \"roles\""], "waiver-unused"),
        (&["account = \"api.gone@acme.example\""], "waiver-unused"),
    ] {
        let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
        let due = ["rule = \"drift\"", "field = \"team\"", "value = \"Billing\""];
        let kept = due.into_iter().filter(|line| !lines.iter().any(|other| key(other) == key(line)));
        let text = waiver(&kept.chain(lines.iter().copied()).collect::<Vec<_>>());
        let ran = drift(&workspace, &text, &["--format", "json"]);
        assert_eq!((ran.exit, said(&json(&ran))), (1, vec![rule]), "{lines:?}");
    }
    // Planned again, or left out of this run.
    let ran = drift(&drifted("Default Team"), &entry(&[]), &["--format", "json"]);
    assert_eq!((ran.exit, said(&json(&ran))), (1, vec!["waiver-unused"]));
    let ran = drift(&workspace, &entry(&[]), &["--format", "json", "--ignore", "team"]);
    let report = json(&ran);
    assert_eq!((ran.exit, said(&report).len()), (0, 0), "{ran}");
    assert_eq!(report["ledger"]["waivers"][0]["reason"], "this run leaves the field out");
}

#[test]
fn accounts_as_a_whole_are_accepted_by_their_user_name() {
    let workspace = drifted("Default Team");
    let rogue = row("api.rogue@acme.example", "Default Team", "EnterpriseView");
    workspace.write("people.csv", workspace.read("people.csv") + &rogue);
    let of = |account: &str, field: &str, value: &str| {
        let lines = [
            "rule = \"drift\"".to_owned(),
            format!("account = \"{account}\""),
            format!("field = \"{field}\""),
            format!("value = \"{value}\""),
        ];
        waiver(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let name = "api.rogue@acme.example";
    assert_eq!(drift(&workspace, &of(name, "user-name", name), &[]).exit, 0);
    // One that is there twice cannot be told from another: neither is compared, so neither can be accepted.
    workspace.write("people.csv", workspace.read("people.csv") + &rogue);
    assert_eq!(drift(&workspace, &of(name, "user-name", name), &[]).exit, 3);
    let missing = drifted("Default Team");
    missing.write("plan.yaml", format!("{PLAN}  - {{ kind: api-user, user_name: api.gone@acme.example }}\n"));
    assert_eq!(drift(&missing, &of("api.gone@acme.example", "user-name", ""), &[]).exit, 0);
}

#[test]
fn accepted_drift_is_in_every_form_and_counted() {
    let workspace = drifted("Billing");
    for format in ["human", "json", "csv", "markdown", "html", "github", "junit"] {
        let ran = drift(&workspace, &entry(&[]), &["--format", format]);
        assert_eq!(ran.exit, 0, "{ran}");
        assert!(ran.out.contains("W-012"), "{ran}");
        let failures = ["::error", "<failure", "error["];
        assert!(failures.iter().all(|word| !ran.out.contains(word)), "{ran}");
    }
    let ran = drift(&workspace, &entry(&[]), &[]);
    assert!(ran.out.starts_with("1 account planned, 1 compared: 1 differs; 1 waived\n"), "{ran}");
}

#[test]
fn each_command_tells_nothing_of_the_waivers_of_the_other() {
    let workspace = drifted("Billing");
    let both = entry(&[]) + &waiver(&["id = \"W-2\""]);
    let report = json(&drift(&workspace, &both, &["--format", "json"]));
    let end = |report: &Value, at: usize| report["ledger"]["waivers"][at]["reason"].clone();
    assert_eq!(end(&report, 1), "`rolecall drift` puts no rule to accounts");
    let report = super::with(&workspace, &both).report().unwrap().0;
    assert_eq!(end(&report, 0), "only `rolecall drift` finds drift");
    drift(&workspace, &entry(&["any-value = true", "value ="]), &[]).refused(&["waivers.toml"]);
}

#[test]
fn a_waived_finding_is_not_requested() {
    let workspace = site();
    let request = |waivers: &[&str]| {
        let args = ["request", "people.csv", "--no-config", "--as-of", AS_OF, "--api-user", "api.x@acme.example"];
        let ran = workspace.run(&[&args[..], &SEATS, &["-o", "out.json", "-o", "out.md"], waivers].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        (
            json_of(&workspace.read("out.json")),
            workspace.run(&[&args[..], &SEATS, &["-o", "out.csv"], waivers].concat()),
        )
    };
    let (before, _) = request(&[]);
    assert_eq!(before["operations"].as_array().unwrap().len(), 1, "{before}");
    workspace.write("waivers.toml", waiver(&[]));
    let (after, ran) = request(&["--waivers", "waivers.toml"]);
    assert_eq!((after["operations"].as_array().unwrap().len(), after["by_hand"].as_array().unwrap().len()), (0, 0));
    assert_eq!(after["waived"][0]["rule"], "main-view-not-enterprise");
    assert!(after["waived"][0]["because"].as_str().unwrap().starts_with("W-012 until 2027-03-31"), "{after}");
    assert!(ran.out.contains("0 to change in the product, 0 by hand, 1 waived and left out"), "{ran}");
    assert!(workspace.read("out.md").contains("## Waived"));
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_waived_finding_is_not_fixed() {
    let plan = "rolecall: 1\nlicenses: [{ name: System Administrator, seats: 6 }]\nusers:\n  \
        - { kind: api-user, first_name: API, last_name: Feed, user_name: api.x@acme.example, roles: [Administrator], \
        team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: My View } }\n  \
        - { kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@acme.example, roles: [Administrator], \
        team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }\n";
    let workspace = Workspace::with(&[("plan.yaml", plan)]);
    let fix = |args: &[&str]| workspace.run(&[&["fix", "plan.yaml", "--no-config", "--as-of", AS_OF], args].concat());
    let ran = fix(&["--check"]);
    assert!(ran.exit == 1 && ran.out.contains("1 to fix"), "{ran}");
    workspace.write("waivers.toml", waiver(&[]));
    let ran = fix(&["--waivers", "waivers.toml"]);
    assert_eq!((ran.exit, workspace.read("plan.yaml").as_str()), (0, plan), "{ran}");
    assert!(ran.out.contains("left out, waived by W-012 until 2027-03-31"), "{ran}");
    assert!(
        ran.out.contains("0 fixed, 0 held back, 0 by hand, 0 findings without a fix, 1 waived and left out"),
        "{ran}"
    );
}
