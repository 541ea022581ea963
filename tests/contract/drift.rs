//! `rolecall drift`: a plan owns what it states; what is not as it states is reported with both places, and what could not be
//! compared is never called in sync.

use std::fs;
use std::path::Path;

use jsonschema::{Draft, PatternOptions};
use serde_json::Value;

use crate::support::workspace::{AS_OF, Ran, Workspace, nothing_wrong};

const SCHEMA: &str = include_str!("../../schema/drift.schema.json");
const PLAN: &str = "rolecall: 1\nusers:\n  - kind: api-user\n    first_name: API\n    last_name: Feed\n    user_name: api.feed@acme.example\n    password: ${env:FEED}\n    roles: [Administrator, Auditor]\n    team: Default Team\n    scope: { groups: [Operations] }\n    wfm_views: { main: EnterpriseView, others: [Billing View] }\n";
const CSV: &str = "User Name,First Name,Last Name,Roles,Team,Scope,WFM Views,Active,Deactivated,Employee ID,Password\napi.feed@acme.example,API,Feed,Administrator; Auditor,Default Team,Operations,EnterpriseView (main); Billing View,yes,,7,hunter2\n";
const FORMS: [&str; 7] = ["human", "json", "csv", "markdown", "html", "github", "junit"];

fn drift(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["drift", "--as-of", AS_OF], args].concat())
}

fn of(plan: &str, export: &str, args: &[&str]) -> Ran {
    let workspace = Workspace::with(&[("plan.yaml", plan), ("people.csv", export)]);
    drift(&workspace, &[&["plan.yaml", "--against", "people.csv"], args].concat())
}

fn json(plan: &str, export: &str, args: &[&str]) -> (i32, Value) {
    let ran = of(plan, export, &[args, &["--format", "json"]].concat());
    let report = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"));
    (ran.exit, report)
}

/// The classes of all accounts, in order.
fn classes(report: &Value) -> Vec<&str> {
    report["accounts"].as_array().unwrap().iter().map(|account| account["class"].as_str().unwrap()).collect()
}

#[test]
fn what_means_the_same_is_in_sync() {
    let same = [
        ("as it is", CSV.to_owned()),
        ("roles in another order", CSV.replace("Administrator; Auditor", "Auditor;Administrator")),
        ("another case of the user name", CSV.replace("api.feed@", "API.Feed@")),
        ("views in another order", CSV.replace("EnterpriseView (main); Billing View", "Billing View; EnterpriseView*")),
        (
            "a person whom no plan declares",
            format!("{CSV}dana@acme.example,Dana,Ops,Administrator,Billing,,,yes,,8,\n"),
        ),
        ("a column that no plan states", CSV.replace(",7,", ",8,")),
    ];
    let mut wrong = Vec::new();
    for (what, export) in same {
        let ran = of(PLAN, &export, &[]);
        if ran.exit != 0 || !ran.out.starts_with("1 account planned, 1 compared: 1 in-sync\n") {
            wrong.push(format!("{what}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn one_changed_cell_is_one_difference_with_both_places() {
    let changed = [
        ("Administrator; Auditor", "Administrator; Auditor; Evaluator", "roles", 8),
        ("Administrator; Auditor", "Administrator", "roles", 8),
        ("Administrator; Auditor", "administrator; Auditor", "roles", 8),
        ("Administrator; Auditor", "", "roles", 8),
        ("Default Team", "Billing", "team", 9),
        ("Default Team", "", "team", 9),
        (",Operations,", ",,", "scope", 10),
        ("EnterpriseView (main); Billing View", "EnterpriseView; Billing View (main)", "main-view", 11),
        ("EnterpriseView (main); Billing View", "EnterpriseView (main)", "wfm-views", 11),
        (",API,", ",Ann,", "first-name", 4),
    ];
    let mut wrong = Vec::new();
    for (from, to, field, line) in changed {
        let (exit, report) = json(PLAN, &CSV.replace(from, to), &[]);
        let fields = report["accounts"][0]["fields"].as_array().unwrap();
        let is_told = fields.len() == 1
            && fields[0]["field"] == field
            && fields[0]["plan"]["label"]["start"]["line"] == line
            && fields[0]["export"]["label"]["start"]["line"] == 2
            && fields[0]["moved"].is_null();
        if exit != 1 || classes(&report) != ["differs"] || !is_told {
            wrong.push(format!("{field}: `{from}` became `{to}`, exit {exit}: {:#}", report["accounts"]));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn annotations_and_test_results_name_both_places() {
    for format in ["github", "junit"] {
        let ran = of(PLAN, &CSV.replace("Default Team", "Billing"), &["--format", format]);
        assert!(ran.out.contains("planned here, plan.yaml:9:11"), "{ran}");
    }
}

#[test]
fn accounts_of_several_exports_are_not_counted_as_seats() {
    let workspace = Workspace::with(&[("plan.yaml", PLAN), ("people.csv", CSV), ("earlier.csv", CSV)]);
    for format in FORMS {
        let ran =
            drift(&workspace, &["plan.yaml", "--against", "people.csv", "--base", "earlier.csv", "--format", format]);
        assert!(!ran.out.contains("seats: "), "{ran}");
    }
}

#[test]
fn a_plan_owns_only_what_it_states() {
    let silent = PLAN.replace("    wfm_views: { main: EnterpriseView, others: [Billing View] }\n", "");
    let wrong_view = CSV.replace("EnterpriseView (main); Billing View", "Billing View (main)");
    assert_eq!(of(&silent, &wrong_view, &[]).exit, 0, "a wrong view that no plan states");
    let other = "  - { kind: api-user, first_name: API, last_name: Other, user_name: api.other@acme.example, employee_id: 9 }\n";
    let more = format!("{CSV}api.other@acme.example,API,Other,,,,,yes,,9,\n");
    assert_eq!(of(&format!("{PLAN}{other}"), &more, &[]).exit, 0, "a key that only another account of the plan has");
    let must_be_blank = format!("{PLAN}    active_until: null\n");
    assert_eq!(of(&must_be_blank, CSV, &[]).exit, 0);
    assert_eq!(of(&must_be_blank, &CSV.replace("yes,,7", "yes,2027-01-01,7"), &[]).exit, 1, "null means blank");
}

#[test]
fn days_decide_what_becomes_of_an_account() {
    let none = CSV.lines().next().unwrap().to_owned() + "\ndana@acme.example,Dana,Ops,Auditor,Billing,,,yes,,8,\n";
    let begins = |day: &str| format!("{PLAN}    active_from: {day}\n");
    let ends = |day: &str| format!("{PLAN}    active_until: {day}\n");
    let with_end = CSV.replace("yes,,7", "yes,2026-11-01,7");
    let gone = CSV.replace("yes,,7", "no,2026-11-01,7");
    let cases = [
        ("planned and not there", PLAN.to_owned(), &none, 1, "missing"),
        ("begins later", begins("2027-01-01"), &none, 0, "pending"),
        ("ended, and the export holds active accounts only", ends("2026-11-01"), &none, 0, "in-sync"),
        ("ended, and still active", ends("2026-11-01"), &with_end, 1, "lapsed"),
        ("ended, and inactive", ends("2026-11-01"), &gone, 0, "in-sync"),
    ];
    let mut wrong = Vec::new();
    for (what, plan, export, expected, class) in cases {
        let (exit, report) = json(&plan, export, &[]);
        if exit != expected || classes(&report) != [class] {
            wrong.push(format!("{what}: exit {exit}: {:#}", report["accounts"]));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn a_start_to_come_is_listed_in_every_form_and_fails_nothing() {
    let plan = format!("{PLAN}    active_from: 2027-01-01\n");
    let none = CSV.lines().next().unwrap().to_owned() + "\ndana@acme.example,Dana,Ops,Auditor,Billing,,,yes,,8,\n";
    for form in FORMS {
        let ran = of(&plan, &none, &["--format", form]);
        let words = ["1 pending", "api.feed@acme.example", "2027-01-01"];
        let is_listed = form == "json" || words.iter().all(|word| ran.out.contains(word));
        let fails = ["::error", "::warning", "<failure", "error["].iter().any(|word| ran.out.contains(word));
        assert!(ran.exit == 0 && is_listed && !fails, "{form}\n{ran}");
    }
    let (_, report) = json(&plan, &none, &[]);
    assert_eq!((classes(&report), &report["verdict"]), (vec!["pending"], &"pass".into()));
}

#[test]
fn passwords_are_never_compared() {
    let literal = PLAN.replace("${env:FEED}", "Never-Shown-1");
    let cases = [
        ("a reference", PLAN.to_owned(), CSV.to_owned()),
        ("a reference, and a blank cell", PLAN.to_owned(), CSV.replace("hunter2", "")),
        ("a reference, and no column", PLAN.to_owned(), CSV.replace(",Password", "").replace(",hunter2", "")),
        ("another password", literal.clone(), CSV.to_owned()),
        ("no password planned", PLAN.replace("    password: ${env:FEED}\n", ""), CSV.to_owned()),
    ];
    let mut wrong = Vec::new();
    for (what, plan, export) in cases {
        for form in FORMS {
            let ran = of(&plan, &export, &["--format", form]);
            let said = format!("{}{}", ran.out, ran.err);
            if ran.exit != 0 || ["hunter2", "Never-Shown-1", "${env"].iter().any(|secret| said.contains(secret)) {
                wrong.push(format!("{what}: {form}\n{ran}"));
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn an_export_that_was_not_read_whole_is_never_in_sync() {
    let two = format!("{PLAN}  - {{ kind: api-user, user_name: api.other@acme.example, roles: [Auditor] }}\n");
    let whole = format!("{CSV}api.other@acme.example,API,Other,Auditor,Billing,,,yes,,9,\n");
    let head = format!("{}\n", CSV.lines().next().unwrap());
    let workspace = Workspace::with(&[
        ("plan.yaml", &two),
        ("whole.csv", &whole),
        ("cut.csv", &whole[..whole.len() - 20]),
        ("empty.csv", ""),
        ("head.csv", &head),
        ("page.csv", "<html><body>Please sign in</body></html>\n"),
        ("cut.yaml", &two[..two.len() - 12]),
    ]);
    assert_eq!(drift(&workspace, &["plan.yaml", "--against", "whole.csv"]).exit, 0);
    let cases = [
        ["plan.yaml", "cut.csv"],
        ["plan.yaml", "empty.csv"],
        ["plan.yaml", "head.csv"],
        ["plan.yaml", "page.csv"],
        ["plan.yaml", "gone.csv"],
        ["cut.yaml", "whole.csv"],
        ["gone.yaml", "whole.csv"],
    ];
    let mut wrong = Vec::new();
    for [plan, export] in cases {
        for form in FORMS {
            let ran = drift(&workspace, &[plan, "--against", export, "--format", form]);
            if ran.exit != 3 || ran.out.is_empty() {
                wrong.push(format!("{plan}, {export} as {form}: {ran}"));
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn who_should_be_planned_is_told() {
    let rogue = format!("{CSV}api.rogue@acme.example,API,Rogue,Auditor,Billing,,,yes,,8,\n");
    let (exit, report) = json(PLAN, &rogue, &[]);
    assert_eq!((exit, classes(&report)), (1, vec!["in-sync", "unplanned"]));
    let inactive = rogue.replace("Billing,,,yes", "Billing,,,no");
    assert_eq!(of(PLAN, &inactive, &[]).exit, 0);
    let person = format!("{CSV}dana@acme.example,Dana,Ops,Administrator,Billing,,,yes,,8,\n");
    assert_eq!(of(PLAN, &person, &[]).exit, 0, "people in general are never unplanned");
    let config = "[drift.owns]\nroles = [\"Administrator\"]\n";
    let workspace = Workspace::with(&[("plan.yaml", PLAN), ("people.csv", &person), ("rolecall.toml", config)]);
    let ran = drift(&workspace, &["plan.yaml", "--against", "people.csv", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.exit, classes(&report)), (1, vec!["in-sync", "unplanned"]));
}

#[test]
fn holders_of_owned_roles_are_not_known_without_roles() {
    let plan = PLAN.replace("    roles: [Administrator, Auditor]\n", "");
    let export = CSV.replace(",Roles,", ",Duties,");
    let files = [("plan.yaml", plan.as_str()), ("people.csv", &export)];
    let run = |config: &str| {
        let workspace = Workspace::with(&[files[0], files[1], ("rolecall.toml", config)]);
        drift(&workspace, &["plan.yaml", "--against", "people.csv"])
    };
    assert_eq!(run("").exit, 0);
    let ran = run("[drift.owns]\nroles = [\"Administrator\"]\n");
    assert_eq!((ran.exit, ran.out.contains("people.csv` has no roles")), (3, true), "{ran}");
}

#[test]
fn a_config_may_speak_of_the_rules_of_a_pack() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules");
    let workspace = Workspace::with(&[("plan.yaml", PLAN), ("people.csv", CSV)]);
    workspace.write("rolecall.toml", fs::read(fixture.join("rolecall.toml")).unwrap());
    fs::create_dir(workspace.path("rules")).unwrap();
    for file in fs::read_dir(fixture.join("rules")).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), workspace.path("rules").join(file.file_name())).unwrap();
    }
    let ran = drift(&workspace, &["plan.yaml", "--against", "people.csv"]);
    assert_eq!(ran.exit, 0, "{ran}");
}

#[test]
fn an_account_under_another_user_name_is_missing_and_unplanned_with_a_note() {
    let plan = format!("{PLAN}    employee_id: 7\n");
    let (exit, report) = json(&plan, &CSV.replace("api.feed@", "api.fed@"), &[]);
    assert_eq!((exit, classes(&report)), (1, vec!["missing", "unplanned"]));
    for account in report["accounts"].as_array().unwrap() {
        assert!(account["notes"][0].as_str().unwrap().starts_with("same employee id as the "), "{account}");
    }
}

#[test]
fn what_could_not_be_compared_is_never_in_sync() {
    let twice = format!("{CSV}{}\n", CSV.lines().nth(1).unwrap());
    let rogue = "api.rogue@acme.example,API,Rogue,Auditor,Billing,,,yes,,8,\n";
    let unplanned_twice = format!("{CSV}{rogue}{rogue}");
    let without_team = CSV.replace(",Team,", ",Crew,");
    let refused = format!("{CSV}api.other@acme.example,API\n");
    let nameless = CSV.replace("User Name,", "Login of old,");
    let two = format!(
        "{PLAN}  - {{ kind: api-user, first_name: API, last_name: Other, user_name: api.other@acme.example }}\n"
    );
    let cases = [
        ("a column that the export lacks", PLAN, &without_team, "the export has no team"),
        ("a user name twice in the export", PLAN, &twice, "more than once"),
        ("a record that was refused", &two, &refused, "could not be read"),
        ("an API user of no plan, twice", PLAN, &unplanned_twice, "more than once"),
        ("an export without user names", PLAN, &nameless, "the export has no user name"),
    ];
    let mut wrong = Vec::new();
    for (what, plan, export, words) in cases {
        for form in FORMS {
            let ran = of(plan, export, &["--format", form]);
            if ran.exit != 3 {
                wrong.push(format!("{what}: {form}\n{ran}"));
            }
        }
        let (_, report) = json(plan, export, &[]);
        if !classes(&report).contains(&"not-comparable") || !report.to_string().contains(words) {
            wrong.push(format!("{what}: {report:#}"));
        }
    }
    nothing_wrong(wrong);
    let ignored = of(PLAN, &without_team, &["--ignore", "team"]);
    assert_eq!(ignored.exit, 0, "{ignored}");
    assert!(ignored.out.starts_with("1 account planned, 1 compared: 1 in-sync; ignored: team\n"), "{ignored}");
}

const OWNS: &str = "[drift.owns]\nroles = [\"Administrator\"]\n";
const ROGUE: &str = "api.rogue@acme.example,API,Rogue,Auditor,Billing,,,yes,,8,\n";
const DANA: &str = "dana@acme.example,Dana,Ops,Administrator,Billing,,,yes,,9,\n";
const KIM: &str = "kim@acme.example,Kim,Ops,Auditor,Billing,,,yes,,10,\n";

#[test]
fn a_user_name_twice_leaves_open_what_plans_name_or_own() {
    let feed = format!("{}\n", CSV.lines().nth(1).unwrap());
    let no = |row: &str| row.replace(",yes,", ",no,");
    let open = |count: usize| (3, [vec!["in-sync"], vec!["not-comparable"; count]].concat());
    let cases = [
        ("a planned account", "", vec![feed.clone()], (3, vec!["not-comparable"])),
        ("a planned account, once inactive", "", vec![no(&feed)], (3, vec!["not-comparable"])),
        ("an API user of no plan", "", vec![ROGUE.into(), ROGUE.into()], open(2)),
        ("an API user of no plan, once inactive", "", vec![ROGUE.into(), no(ROGUE)], open(1)),
        ("an API user of no plan, inactive", "", vec![no(ROGUE), no(ROGUE)], open(0)),
        ("a holder of an owned role", OWNS, vec![DANA.into(), DANA.into()], open(2)),
        ("a holder, once in capitals", OWNS, vec![DANA.into(), DANA.replace("dana@", "DANA@")], open(2)),
        ("a holder, once without the role", OWNS, vec![DANA.into(), DANA.replace("Administrator", "Agent")], open(1)),
        ("a person", OWNS, vec![KIM.into(), KIM.into()], open(0)),
    ];
    let mut wrong = Vec::new();
    for (what, config, rows, (exit, classes_due)) in cases {
        let export = format!("{CSV}{}", rows.concat());
        let exit_due = if classes_due == ["in-sync"] { 0 } else { exit };
        let workspace = Workspace::with(&[("plan.yaml", PLAN), ("people.csv", &export), ("rolecall.toml", config)]);
        let ran = drift(&workspace, &["plan.yaml", "--against", "people.csv", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        if (ran.exit, classes(&report)) != (exit_due, classes_due) || report["owned"] != 1 {
            wrong.push(format!("{what}: exit {}, {:#}", ran.exit, report["accounts"]));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn an_account_of_a_plan_that_could_not_be_read_is_not_called_unplanned() {
    let refused = PLAN.replace("    team:", "    active_from: 2026-13-45\n    team:");
    let ran = of(&refused, CSV, &[]);
    assert!(ran.exit == 3 && !ran.out.contains("deactivate") && ran.out.contains("planned accounts"), "{ran}");
    let other = "  - { kind: api-user, first_name: API, last_name: Rogue, user_name: api.rogue@acme.example, roles: [Auditor] }\n";
    let (exit, report) = json(&format!("{refused}{other}"), &format!("{CSV}{ROGUE}"), &[]);
    assert_eq!((exit, classes(&report)), (3, vec!["in-sync", "not-comparable"]), "{report:#}");
    // One whose name can be read is not another account.
    let of = |plan: &str| json(plan, &format!("{CSV}{ROGUE}"), &[]);
    let nameless = refused.replace("    user_name: api.feed@acme.example\n", "");
    let (exit, report) = of(&refused);
    assert_eq!((exit, classes(&report)), (3, vec!["not-comparable", "unplanned"]), "{report:#}");
    let (exit, report) = of(&nameless);
    assert_eq!((exit, classes(&report)), (3, vec!["not-comparable"; 2]), "{report:#}");
}

#[test]
fn an_account_that_is_active_before_its_day_differs() {
    let later = format!("{PLAN}    active_from: 2027-01-01\n");
    let dated = CSV.replace("Active,", "Active,Activated,").replace("yes,,", "yes,2027-01-01,,");
    let early = dated.replace("yes,2027-01-01,", "yes,2026-01-01,");
    let marked = CSV.replace("yes,,7", "no,,7");
    let unknown = CSV.replace("Active,Deactivated", "Live,Gone");
    let cases = [
        ("as planned", &later, &dated.replace("yes,", "no,"), 0, "pending", ""),
        ("active since another day", &later, &early, 1, "differs", "activated"),
        ("no day in the export, active", &later, &CSV.to_owned(), 3, "differs", "active"),
        ("no day in the export, inactive", &later, &marked, 0, "pending", ""),
        ("no activity in the export", &later, &unknown, 3, "not-comparable", ""),
    ];
    let mut wrong = Vec::new();
    for (what, plan, export, exit_due, class, field) in cases {
        let (exit, report) = json(plan, export, &[]);
        let fields = report["accounts"][0]["fields"].as_array().unwrap();
        let is_told =
            fields.iter().map(|one| one["field"].as_str().unwrap()).eq(Some(field).filter(|one| !one.is_empty()));
        if exit != exit_due || classes(&report) != [class] || !is_told {
            wrong.push(format!("{what}: exit {exit}: {:#}", report["accounts"]));
        }
    }
    nothing_wrong(wrong);
    let (_, report) = json(&later, CSV, &["--ignore", "activated"]);
    let field = &report["accounts"][0]["fields"][0];
    assert_eq!(
        (&field["plan"]["label"]["start"]["line"], &field["export"]["label"]["start"]["line"]),
        (&12.into(), &2.into())
    );
}

#[test]
fn each_reason_for_no_comparison_has_its_own_cure() {
    let twice = format!("{CSV}{}\n", CSV.lines().nth(1).unwrap());
    let ended = format!("{PLAN}    active_until: 2026-11-01\n");
    let cases = [
        ("a column", PLAN.to_owned(), CSV.replace(",Team,", ",Crew,"), "`--ignore team`"),
        ("a cell in doubt", PLAN.to_owned(), CSV.replace("Default Team", "#REF!"), "Correct the cell"),
        ("a name twice", PLAN.to_owned(), twice, "whose user name it is"),
        ("no user names", PLAN.to_owned(), CSV.replace("User Name,", "Login of old,"), "under `[columns]`"),
        ("a refused record", PLAN.to_owned(), CSV.replace(",yes,,7,hunter2", ""), "could not be read of the export"),
        ("no activity", ended, CSV.replace("Active,Deactivated", "Live,Gone"), "which accounts are active"),
    ];
    let mut wrong = Vec::new();
    for (what, plan, export, cure) in cases {
        let (exit, report) = json(&plan, &export, &[]);
        let faults = report["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == "drift-not-compared");
        if exit != 3 || !faults.map(|one| one["remedy"].as_str().unwrap()).any(|remedy| remedy.contains(cure)) {
            wrong.push(format!("{what}: exit {exit}: {:#}", report["diagnostics"]));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn an_earlier_export_says_who_moved() {
    let other = |team: &str| CSV.replace("Default Team", team);
    let cases = [("Default Team", "export"), ("Billing", "plan"), ("Claims", "both")];
    for (before, moved) in cases {
        let files = [("plan.yaml", PLAN), ("people.csv", &other("Billing")), ("old.csv", &other(before))];
        let workspace = Workspace::with(&files);
        let args = ["plan.yaml", "--against", "people.csv", "--base", "old.csv", "--format", "json"];
        let report: Value = serde_json::from_str(&drift(&workspace, &args).out).unwrap();
        assert_eq!(report["accounts"][0]["fields"][0]["moved"], moved, "{before}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let workspace = Workspace::with(&[
        ("plan.yaml", PLAN),
        ("again.yaml", PLAN),
        ("beta.yaml", &format!("tenant: Beta\n{PLAN}")),
        ("alpha.csv", &CSV.replace("User Name", "Tenant,User Name").replace("\napi", "\nAlpha,api")),
        ("empty.yaml", "rolecall: 1\nviews: [EnterpriseView]\n"),
        ("people.csv", CSV),
    ]);
    let refused: [(&[&str], &str); 13] = [
        (&["--against", "people.csv"], "no plan is named"),
        (&["plan.yaml"], "--against"),
        (&["people.csv", "--against", "people.csv"], "is not a plan"),
        (&["plan.yaml", "--against", "again.yaml"], "is a plan, not an export"),
        (&["plan.yaml", "again.yaml", "--against", "people.csv"], "the same bytes"),
        (&["empty.yaml", "--against", "people.csv"], "declare no account"),
        (&["beta.yaml", "--against", "alpha.csv"], "more than one tenant"),
        (&["plan.yaml", "--against", "people.csv", "--ignore", "password"], "expected one of: first-name"),
        (&["plan.yaml", "--against", "people.csv", "--ignore", "shoe-size"], "expected one of: first-name"),
        (&["plan.yaml", "--against", "plan.yaml"], "is a plan, not an export"),
        (&["plan.yaml", "--against", "people.csv", "--base", "plan.yaml"], "is a plan, not an export"),
        (&["plan.yaml", "--against", "people.csv", "--base", "people.csv"], "by `--against` and by `--base`"),
        (&["plan.yaml", "--against", "people.csv", "--base", "./people.csv"], "by `--against` and by `--base`"),
    ];
    let mut wrong = Vec::new();
    for (args, words) in refused {
        let ran = drift(&workspace, args);
        if words == "the same bytes" {
            // A copy of a plan says nothing twice.
            if ran.exit != 0 {
                wrong.push(ran.to_string());
            }
        } else if ran.exit != 2 || !ran.err.contains(words) || !ran.out.is_empty() {
            wrong.push(format!("expected: {words}\n{ran}"));
        }
    }
    let twice =
        format!("{PLAN}  - {{ kind: api-user, first_name: A, last_name: B, user_name: API.feed@acme.example }}\n");
    let ran = of(&twice, CSV, &[]);
    if ran.exit != 2 || !ran.err.contains("twice") {
        wrong.push(ran.to_string());
    }
    nothing_wrong(wrong);
}

#[test]
fn forms_agree_hide_passwords_and_are_redacted() {
    let drifted = CSV.replace("Auditor,", "Evaluator,").replace(",API,Feed", ",Ann,Feed");
    let mut wrong = Vec::new();
    for form in FORMS {
        let plain = of(PLAN, &drifted, &["--format", form]);
        let redacted = of(PLAN, &drifted, &["--format", form, "--redact", "identities"]);
        for (ran, is_redacted) in [(&plain, false), (&redacted, true)] {
            let tells = ran.out.contains("Evaluator") && ran.out.contains("1 differs");
            let leaks = ["hunter2", "${env", "Ann", "api.feed"].iter().filter(|word| ran.out.contains(**word)).count();
            let is_secret_out = ran.out.contains("hunter2") || ran.out.contains("${env");
            if ran.exit != 1 || !(tells || form == "json") || is_secret_out || (is_redacted && leaks > 0) {
                wrong.push(format!("{form}, redacted: {is_redacted}\n{ran}"));
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn json_reports_fit_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options()
        .offline()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .unwrap();
    let mut wrong = Vec::new();
    for export in [CSV.to_owned(), CSV.replace("Auditor", "Evaluator"), CSV.replace(",Team,", ",Crew,")] {
        let (_, report) = json(PLAN, &export, &["--ignore", "scope"]);
        wrong.extend(validator.iter_errors(&report).map(|error| format!("{} {error}", error.instance_path())));
    }
    nothing_wrong(wrong);
}

#[test]
fn threads_and_formats_change_nothing() {
    let mut export = CSV.to_owned();
    for number in 0..3000 {
        export += &format!("person.{number}@acme.example,Dana,Ops,Auditor,Billing,,,yes,,x{number},\n");
    }
    export += "api.rogue@acme.example,API,Rogue,Auditor,Billing,,,yes,,8,\n";
    let run = |jobs: &str| of(PLAN, &export, &["--jobs", jobs, "--format", "json"]).out;
    assert_eq!(run("1"), run("8"));
    let people = r#"[{"userName": "api.feed@acme.example", "firstName": "API", "lastName": "Feed", "roles": ["Auditor", "Administrator"], "team": "Default Team", "scope": ["Operations"], "wfmViews": {"main": "EnterpriseView", "others": ["Billing View"]}}]"#;
    let workspace = Workspace::with(&[("plan.yaml", PLAN), ("people.json", people)]);
    let ran = drift(&workspace, &["plan.yaml", "--against", "people.json"]);
    assert_eq!(ran.exit, 0, "{ran}");
}

/// More than eight threads share, with differences in each share.
#[test]
fn threads_change_nothing_of_a_long_export() {
    let (mut plan, mut export, mut earlier) = (PLAN.to_owned(), CSV.to_owned(), CSV.to_owned());
    for number in 0..22_000 {
        let name = if number % 110 == 0 { "api" } else { "dana" };
        let row = |team: &str, first: &str| {
            let first = first.repeat(7);
            format!("{name}.{number}@acme.example,{first},Ops,Auditor,{team},,,yes,,{number},\n")
        };
        let (now, before) =
            (if number % 3 == 0 { "Billing" } else { "Claims" }, if number % 2 == 0 { "Billing" } else { "Claims" });
        export += &row(now, "Dana of the night shift ");
        earlier += &row(before, "Dana of the day shift ");
        // Planned are half of the API users, of which one is there twice, and some that are gone.
        let (is_planned, is_gone) = (number % 220 == 0, number % 1500 == 0);
        if is_planned || is_gone {
            let gone = if is_gone { "gone." } else { "" };
            plan += &format!("  - {{ kind: api-user, user_name: {gone}{name}.{number}@acme.example, team: Claims }}\n");
        }
        if number == 11_000 {
            export += &row("Claims", "Dana of the night shift ");
        }
    }
    assert!(export.len() > 8 << 19 && earlier.len() > 8 << 19, "{} bytes, {} bytes", export.len(), earlier.len());
    let workspace = Workspace::with(&[("plan.yaml", &plan), ("people.csv", &export), ("old.csv", &earlier)]);
    let outputs: Vec<String> = FORMS.iter().map(|form| format!("{form}=report.{form}")).collect();
    for base in [&[][..], &["--base", "old.csv"]] {
        let [one, eight] = ["1", "8"].map(|jobs| {
            let mut args = vec!["plan.yaml", "--against", "people.csv", "--jobs", jobs, "--format", "csv"];
            outputs.iter().for_each(|output| args.extend(["--output", output]));
            let ran = drift(&workspace, &[&args, base].concat());
            (ran.exit, FORMS.map(|form| workspace.read(&format!("report.{form}"))))
        });
        assert_eq!((one.0, eight.0), (3, 3), "an account is there twice");
        for (form, (one, eight)) in FORMS.iter().zip(one.1.iter().zip(&eight.1)) {
            assert!(one == eight, "{form}: eight threads say something else");
        }
        let report: Value = serde_json::from_str(&one.1[1]).unwrap();
        let all = classes(&report);
        for class in ["in-sync", "differs", "missing", "unplanned", "not-comparable"] {
            assert!(all.contains(&class), "{class} is not among them");
        }
    }
}
