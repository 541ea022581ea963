//! Baselines: what one covers, what a swap cannot smuggle past it, and what is said of entries whose findings are gone.

mod made;
mod refused;
mod reported;
mod swaps;

use super::row;
use crate::support::report::Report;
use crate::support::rows::{DANA, GOOD, HEAD, SEATS};
use crate::support::workspace::{AS_OF, Ran, Workspace};

const VIEW: &str = "main-view-not-enterprise";
const FILE: &str = "baseline.jsonl";

/// Two API users with a finding each, and one without.
fn site() -> Workspace {
    Workspace::with_table(&[
        &row("api.x@acme.example", "Default Team", "My View"),
        &row("api.y@acme.example", "", "EnterpriseView"),
        GOOD,
    ])
}

/// `baseline create` or `update` of the table, every account an API user's.
fn baseline(workspace: &Workspace, args: &[&str]) -> Ran {
    baseline_of(workspace, args, &["people.csv"])
}

fn baseline_of(workspace: &Workspace, args: &[&str], inputs: &[&str]) -> Ran {
    let as_of: &[&str] = if args.contains(&"--as-of") { &[] } else { &["--as-of", AS_OF] };
    let config: &[&str] = if args.contains(&"--config") { &[] } else { &["--no-config"] };
    workspace.run(&[&["baseline"], args, inputs, as_of, config, &USERS, &SEATS].concat())
}

/// How the API users of these tests are declared.
const USERS: [&str; 1] = ["--all-api-users"];

fn create(workspace: &Workspace, args: &[&str]) {
    create_of(workspace, args, &["people.csv"]);
}

fn create_of(workspace: &Workspace, args: &[&str], inputs: &[&str]) {
    let ran = baseline_of(workspace, &[&["create", "-o", FILE], args].concat(), inputs);
    assert_eq!(ran.exit, 0, "{ran}");
}

/// A check of the table against the baseline.
fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    check_of(workspace, args, &["people.csv"])
}

fn check_of(workspace: &Workspace, args: &[&str], inputs: &[&str]) -> Ran {
    let baseline: &[&str] = if args.contains(&"--config") { &[] } else { &["--baseline", FILE] };
    workspace.check(&[inputs, baseline, args, &USERS, &SEATS].concat())
}

/// The same on another day.
fn check_on(workspace: &Workspace, day: &str, zone: &str) -> Ran {
    let args = ["check", "people.csv", "--no-config", "--format", "json", "--baseline", FILE, "--as-of", day];
    workspace.run_with(&[&args[..], &USERS, &SEATS].concat(), &[("TZ", zone)], None)
}

/// The rules of basis `policy` that a report names.
fn said(report: &Report) -> Vec<&str> {
    let policy = report.diagnostics().iter().filter(|one| one["basis"] == "policy");
    policy.map(|one| one["rule"].as_str().unwrap()).collect()
}

/// Rule and outcome of each finding of a rule.
fn outcomes(report: &Report) -> Vec<(&str, &str)> {
    let of_rules = report.diagnostics().iter().filter(|one| one["details"].is_object());
    of_rules.map(|one| (one["rule"].as_str().unwrap(), one["outcome"].as_str().unwrap())).collect()
}

/// The entries of the file, without the header.
fn entries(workspace: &Workspace) -> Vec<serde_json::Value> {
    workspace.read(FILE).lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn header(workspace: &Workspace) -> serde_json::Value {
    serde_json::from_str(workspace.read(FILE).lines().next().unwrap()).unwrap()
}

#[test]
fn what_was_there_passes_and_what_is_new_fails() {
    let workspace = site();
    create(&workspace, &[]);
    let report = check(&workspace, &[]).ends(0, "pass");
    assert_eq!(outcomes(&report), [(VIEW, "baselined"), ("team-blank", "baselined")]);
    assert_eq!((report.outcome(VIEW), report["accounts"][0]["outcome"].as_str()), ("baselined", Some("baselined")));
    let found = report.by_rule(VIEW)[0];
    assert_eq!((&found["since"], &found["baseline"]["state"]), (&AS_OF.into(), &"unchanged".into()));
    let table = workspace.read("people.csv") + &row("api.z@acme.example", "", "EnterpriseView");
    workspace.write("people.csv", table);
    let report = check(&workspace, &[]).ends(1, "fail");
    let new: Vec<_> = report.by_rule("team-blank").iter().map(|one| one["baseline"]["state"].clone()).collect();
    assert_eq!(new, ["unchanged", "new"]);
    assert_eq!(said(&report), [""; 0]);
}

#[test]
fn it_covers_to_the_end_of_its_last_day_in_every_time_zone() {
    let workspace = site();
    create(&workspace, &["--until", "2026-12-31"]);
    for (day, exit, verdict, ended, remarks) in [
        ("2026-11-20", 1, "fail", "not-yet-in-force", &[][..]),
        (AS_OF, 0, "pass", "in-force", &[]),
        ("2026-12-31", 0, "pass", "in-force", &[]),
        ("2027-01-01", 1, "fail", "expired", &["baseline-expired"]),
    ] {
        let zones = ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"].map(|zone| check_on(&workspace, day, zone));
        let report = zones[0].ends(exit, verdict);
        assert!(zones.iter().all(|ran| ran.out == zones[0].out), "{day}");
        assert_eq!((report["ledger"]["baseline"]["ended"].as_str(), said(&report).as_slice()), (Some(ended), remarks));
    }
    let report = check_on(&workspace, "2027-01-01", "UTC").report().unwrap();
    let expired = report.by_rule("baseline-expired");
    assert_eq!((expired[0]["severity"].as_str(), &expired[0]["labels"][0]["file"]), (Some("warning"), &FILE.into()));
}

#[test]
fn a_finding_that_a_waiver_names_is_never_covered_by_the_baseline() {
    let workspace = site();
    create(&workspace, &[]);
    for (until, exit, verdict, outcome) in [("2027-03-31", 0, "pass", "waived"), ("2026-11-20", 1, "fail", "fail")] {
        let until = format!("until = {until}");
        workspace.write("waivers.toml", super::waiver(&[&until]));
        let report = check(&workspace, &["--waivers", "waivers.toml"]).ends(exit, verdict);
        assert_eq!(report.by_rule(VIEW)[0]["outcome"], outcome, "{until}");
        let used = &report["ledger"]["baseline"];
        assert_eq!(
            (&used["shadowed"], &used["absent"], &used["not_told"]),
            (&1.into(), &serde_json::json!([]), &serde_json::json!([]))
        );
    }
    // Neither is it taken.
    std::fs::remove_file(workspace.path(FILE)).unwrap();
    for until in ["2027-03-31", "2026-11-20"] {
        workspace.write("waivers.toml", super::waiver(&[&format!("until = {until}")]));
        let ran = baseline(&workspace, &["create", "-o", FILE, "--waivers", "waivers.toml"]);
        assert!(ran.exit == 0 && ran.out.contains(&format!("left out: 1 × {VIEW}: a waiver")), "{ran}");
        assert_eq!(entries(&workspace).len(), 1);
        std::fs::remove_file(workspace.path(FILE)).unwrap();
    }
}

#[test]
fn an_entry_is_stale_only_if_its_rule_was_put_to_its_account() {
    let right = |name: &str| row(name, "Default Team", "EnterpriseView");
    let (x, y) = (row("api.x@acme.example", "Default Team", "My View"), right("api.y@acme.example"));
    for (rows, stale, why) in [
        (vec![right("api.x@acme.example"), y.clone()], 1, ""),
        (vec![y.clone(), GOOD.to_owned()], 1, ""),
        (vec![x.replace(",yes", ",no"), y.clone()], 0, "the rule does not concern its account"),
        (
            vec![x.clone(), row("API.X@acme.example", "Default Team", "EnterpriseView"), y.clone()],
            0,
            "the user name of its account is not the name of one account only",
        ),
        (vec![x.replace("My View,yes", "My View,maybe"), y.clone()], 0, "the run is INCOMPLETE"),
    ] {
        let workspace = Workspace::with_table(&[&x, &y]);
        create(&workspace, &[]);
        workspace.write("people.csv", HEAD.to_owned() + &rows.concat());
        let report = check(&workspace, &[]).report().unwrap();
        assert_eq!(said(&report).iter().filter(|rule| **rule == "baseline-stale").count(), stale, "{rows:?}\n{report}");
        let used = &report["ledger"]["baseline"];
        assert_eq!(used["absent"].as_array().unwrap().len(), stale, "{rows:?}");
        assert_eq!(used["not_told"][0]["reason"].as_str().unwrap_or_default(), why, "{rows:?}");
    }
    // A stale entry would cover the relapse, so it fails the run, at its line.
    let workspace = Workspace::with_table(&[&x, &y]);
    create(&workspace, &[]);
    workspace.write("people.csv", HEAD.to_owned() + &right("api.x@acme.example") + &y);
    let report = check(&workspace, &[]).ends(1, "fail");
    let found = report.by_rule("baseline-stale")[0];
    assert_eq!((found["severity"].as_str(), &found["labels"][0]["start"]["line"]), (Some("warning"), &2.into()));
    assert!(found["remedy"].as_str().unwrap().contains("rolecall baseline update baseline.jsonl"), "{found}");
}

/// An inactive account is not put to such a rule, so nobody knows what it would say.
#[test]
fn an_account_that_has_become_inactive_is_not_told() {
    let people =
        |active: &str| format!("{HEAD}{GOOD}Lee,Marsh,lee.marsh@acme.example,Agent,Billing,Operations,V,{active}\n");
    let workspace = Workspace::with(&[("people.csv", &people("yes"))]);
    workspace.write("acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    let rule = "id = \"r\"\ntitle = \"t\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"active-account\"\nrationale = \"R.\"\n\
        remedy = \"M.\"\n[check.pattern]\nfield = \"team\"\nregex = 'Default Team'\n[[examples]]\ntitle = \"p\"\n\
        accounts = [{ team = \"Default Team\" }]\n[[examples]]\ntitle = \"f\"\naccounts = [{ team = \"Zoo\" }]\nfails = [\"Zoo\"]\n";
    workspace.write("acme/r.toml", rule);
    let rest =
        ["people.csv", "--no-config", "--as-of", AS_OF, "--pack", "acme", "--api-user", "api.payroll@acme.example"];
    let run = |args: &[&str]| workspace.run(&[args, &rest, &SEATS].concat());
    assert_eq!(run(&["baseline", "create", "-o", FILE]).exit, 0);
    let check = || run(&["check", "--baseline", FILE, "--format", "json"]).report().unwrap();
    assert_eq!(check().by_rule("acme/r")[0]["outcome"], "baselined");
    workspace.write("people.csv", people("no"));
    let used = &check()["ledger"]["baseline"];
    assert_eq!(used["not_told"][0]["reason"], "the rule does not concern its account", "{used}");
    workspace.write("people.csv", people("yes").replace("Billing", "Default Team"));
    assert_eq!(said(&check()), ["baseline-stale"]);
}

#[test]
fn another_selection_calls_nothing_stale() {
    let workspace = site();
    create(&workspace, &[]);
    workspace
        .write("people.csv", HEAD.to_owned() + GOOD + &row("api.z@acme.example", "Default Team", "EnterpriseView"));
    let args = [
        "people.csv",
        "--baseline",
        FILE,
        "--api-user",
        "api.payroll@acme.example",
        "--api-user",
        "api.z@acme.example",
    ];
    let report = workspace.check(&[&args[..], &SEATS].concat()).ends(0, "pass");
    let why = "API users were declared in another way when the baseline was made";
    assert_eq!(report["ledger"]["baseline"]["not_told"], serde_json::json!([{ "reason": why, "count": 2 }]));
    workspace.write("acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    let rule = "id = \"r\"\ntitle = \"t\"\nseverity = \"note\"\nbasis = \"site\"\nsubject = \"api-user\"\nrationale = \"R.\"\n\
        remedy = \"M.\"\n[check.main-view]\nview = \"EnterpriseView\"\n[[examples]]\ntitle = \"p\"\naccounts = [{}]\n\
        [[examples]]\ntitle = \"f\"\naccounts = [{ main-view = \"Zoo\" }]\nfails = [\"Zoo\"]\n";
    workspace.write("acme/r.toml", rule);
    let report = check(&workspace, &["--pack", "acme"]).report().unwrap();
    assert_eq!(report["ledger"]["baseline"]["not_told"][0]["reason"], "the baseline was made with other packs");
    let two = site();
    two.write("b.csv", HEAD.to_owned() + &row("api.b@acme.example", "Default Team", "My View"));
    create_of(&two, &[], &["people.csv", "b.csv"]);
    let report = check(&two, &[]).ends(0, "pass");
    assert_eq!(report["ledger"]["baseline"]["not_told"][0]["reason"], "the baseline was made of more inputs");
}

#[test]
fn the_config_names_it_below_its_folder() {
    let workspace = site();
    std::fs::create_dir(workspace.path("policy")).unwrap();
    workspace.write("rolecall.toml", "");
    let ran = baseline(&workspace, &["create", "-o", "policy/b.jsonl", "--config", "rolecall.toml"]);
    assert!(ran.exit == 0 && ran.out.contains("[policy]\nbaseline = \"policy/b.jsonl\""), "{ran}");
    workspace.write("rolecall.toml", "[policy]\nbaseline = \"policy/b.jsonl\"\n");
    check(&workspace, &["--config", "rolecall.toml"]).ends(0, "pass");
    // A baseline that is made beside another takes what that one holds.
    create(&workspace, &["--config", "rolecall.toml"]);
    assert_eq!(entries(&workspace).len(), 2);
    for (named, words) in [("../b.jsonl", "not below the folder of the config"), ("gone.jsonl", "cannot be read")] {
        workspace.write("rolecall.toml", format!("[policy]\nbaseline = \"{named}\"\n"));
        check(&workspace, &["--config", "rolecall.toml"]).refused(&[words, "rolecall.toml:2"]);
    }
}

/// Another column in place of the one that was judged: what it hides is not called held, and what it shows is new.
#[test]
fn another_mapping_of_columns_covers_no_other_cell() {
    let head = HEAD.replace("Team", "T1").replace("Active", "Active,T2");
    let table = |first: &str, second: &str| {
        let feed = row("api.x@acme.example", first, "EnterpriseView").replace(",yes", &format!(",yes,{second}"));
        head.clone() + &feed + &DANA.replace(",yes", ",yes,Default Team")
    };
    for (second, config, exit, outcome, remarks) in [
        // The same value is the same finding, whatever the header is.
        ("Billing", "[columns]\nteam = \"T2\"\n", 0, Some("baselined"), &[][..]),
        ("Zoo", "[columns]\nteam = \"T2\"\n", 1, Some("fail"), &[]),
        ("Default Team", "[columns]\nteam = \"T2\"\n", 1, None, &["baseline-stale"]),
        ("Zoo", "", 3, None, &[]),
    ] {
        let workspace = Workspace::with(&[("people.csv", &table("Billing", second))]);
        let alternates = "[teams]\nalternates = [\"Claims\"]\n";
        workspace.write("rolecall.toml", format!("{alternates}[columns]\nteam = \"T1\"\n"));
        create(&workspace, &["--config", "rolecall.toml"]);
        workspace.write("rolecall.toml", format!("{alternates}{config}[policy]\nbaseline = \"{FILE}\"\n"));
        let ran = check(&workspace, &["--config", "rolecall.toml"]);
        let report = ran.report().unwrap();
        let found = report.by_rule("team-not-allowed").first().map(|one| one["outcome"].as_str().unwrap());
        assert_eq!((ran.exit, found, said(&report).as_slice()), (exit, outcome, remarks), "{second} {config}\n{ran}");
    }
}
