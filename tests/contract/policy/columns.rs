//! A column that an export has lost, and that a held finding needs: whether the finding is still there is not known.

use serde_json::Value;

use super::waiver;
use crate::support::report::Report;
use crate::support::rows::SEATS;
use crate::support::workspace::{AS_OF, Ran, Workspace};

/// A finding that is held, and the column without which no rule finds it.
struct LostColumn {
    head: &'static str,
    rows: &'static [&'static str],
    column: &'static str,
    rule: &'static str,
    reason: &'static str,
}

const API: &str = "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView";
const DANA: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView";
const LEE: &str = "Lee,Wfm,lee.wfm@acme.example,Viewer,Default Team,Operations,EnterpriseView";

const ACTIVITY: &str = "the input does not say who is active";

const LOST: [LostColumn; 5] = [
    LostColumn {
        head: "Active",
        rows: &["no", "yes", "yes"],
        column: "Active",
        rule: "api-user-inactive",
        reason: ACTIVITY,
    },
    LostColumn {
        head: "Activated,Deactivated",
        rows: &["2026-01-01,2026-02-01", "2026-01-01,", "2026-01-01,"],
        column: "Deactivated",
        rule: "api-user-inactive",
        reason: "the input has no deactivation date",
    },
    LostColumn {
        head: "Active,Windows Login",
        rows: &["yes,ACME\\feed", "yes,", "yes,"],
        column: "Windows Login",
        rule: "api-user-shared",
        reason: "the input has no Windows login",
    },
    LostColumn {
        head: "Active,ACD ID",
        rows: &["yes,4711", "yes,", "yes,"],
        column: "ACD ID",
        rule: "api-user-shared",
        reason: "the input has no ACD id",
    },
    LostColumn {
        head: "Active,Created By",
        rows: &["yes,lee.wfm@acme.example", "yes,", "yes,"],
        column: "Created By",
        rule: "creator-not-administrator",
        reason: "no input says who created the accounts",
    },
];

impl LostColumn {
    fn table(&self) -> String {
        let head = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views";
        let rows = [API, DANA, LEE].into_iter().zip(self.rows).map(|(row, cells)| format!("{row},{cells}\n"));
        format!("{head},{}\n{}", self.head, rows.collect::<String>())
    }
}

fn without_column(table: &str, column: &str) -> String {
    let at = table.lines().next().unwrap().split(',').position(|header| header == column).unwrap();
    let kept = |line: &str| {
        let cells = line.split(',').enumerate().filter(|(place, _)| *place != at).map(|(_, cell)| cell);
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    table.lines().map(kept).collect()
}

fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.check(&[&["people.csv", "--api-user", "api.x@acme.example"], args, &SEATS].concat())
}

fn baseline(workspace: &Workspace, args: &[&str]) -> Ran {
    let more = ["people.csv", "--api-user", "api.x@acme.example", "--no-config", "--as-of", AS_OF];
    workspace.run(&[&["baseline"], args, &more, &SEATS].concat())
}

fn is_said(report: &Report, rule: &str) -> bool {
    report.diagnostics().iter().any(|one| one["rule"] == rule)
}

fn reasons<'r>(report: &'r Report, rule: &str) -> Vec<&'r Value> {
    report.holes().iter().filter(|hole| hole["rule"] == rule).map(|hole| &hole["reason"]).collect()
}

#[test]
fn a_held_finding_that_needs_it_is_incomplete_and_not_stale() {
    for lost in LOST {
        let workspace = Workspace::with(&[("people.csv", &lost.table())]);
        assert_eq!(baseline(&workspace, &["create", "-o", "b.jsonl"]).exit, 0);
        let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(0, "pass");
        assert_eq!(report.outcome(lost.rule), "baselined", "{}", lost.column);
        workspace.write("people.csv", without_column(&lost.table(), lost.column));
        let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(3, "incomplete");
        // Who is active decides for every rule whom it concerns.
        let why = if lost.column == "Active" { "the input has no active mark" } else { lost.reason };
        let reason = format!("the baseline holds a finding of it, and {why}");
        assert_eq!((reasons(&report, lost.rule), is_said(&report, "baseline-stale")), (vec![&reason.into()], false));
        let before = workspace.read("b.jsonl");
        let ran = baseline(&workspace, &["update", "b.jsonl"]);
        assert!(ran.exit == 3 && ran.out.is_empty() && ran.err.contains(lost.rule), "{ran}");
        assert_eq!(workspace.read("b.jsonl"), before);
    }
}

#[test]
fn a_waived_finding_that_needs_it_is_incomplete_and_not_unused() {
    for lost in LOST {
        let workspace = Workspace::with(&[("people.csv", &lost.table())]);
        let report = check(&workspace, &[]);
        workspace.write("report.json", &report.out);
        let report = report.report().unwrap();
        let found = report.diagnostics().iter().filter(|one| !one["state"].is_null());
        let found: Vec<&str> = found.map(|one| one["fingerprint"].as_str().unwrap()).collect();
        let options = ["--reason", "r", "--approved-by", "dana.ops@acme.example", "--until", "2027-03-31"];
        let printed = workspace.run(&[&["waive", "report.json"], &found[..], &options].concat());
        workspace.write("waivers.toml", &printed.out);
        let report = check(&workspace, &["--waivers", "waivers.toml"]).ends(0, "pass");
        assert_eq!(report.outcome(lost.rule), "waived", "{}", lost.column);
        workspace.write("people.csv", without_column(&lost.table(), lost.column));
        let report = check(&workspace, &["--waivers", "waivers.toml"]).ends(3, "incomplete");
        let reason = format!("a waiver accepts a finding of it, and {}", lost.reason);
        assert_eq!((reasons(&report, lost.rule), is_said(&report, "waiver-unused")), (vec![&reason.into()], false));
        let waivers = report["ledger"]["waivers"].as_array().unwrap();
        let of_rule = waivers.iter().find(|waiver| waiver["rule"] == lost.rule).unwrap();
        assert_eq!(of_rule["ended"], "not-told", "{report}");
    }
}

/// Without the column every administrator counts as active, and the only one is one of two.
#[test]
fn a_finding_about_all_accounts_is_incomplete_too() {
    let table = LostColumn { head: "Active", rows: &["yes", "no", "yes"], ..LOST[0] }.table();
    let workspace = Workspace::with(&[("people.csv", &table)]);
    assert_eq!(baseline(&workspace, &["create", "-o", "b.jsonl"]).exit, 0);
    let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(0, "pass");
    assert_eq!(report.outcome("sole-administrator"), "baselined");
    workspace.write("people.csv", without_column(&table, "Active"));
    let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(3, "incomplete");
    let reason = "the baseline holds a finding of it, and the input has no active mark";
    assert_eq!(
        (reasons(&report, "sole-administrator"), is_said(&report, "baseline-stale")),
        (vec![&reason.into()], false)
    );
}

/// Without the column of the main view the only view in the list is it.
#[test]
fn a_finding_that_another_column_would_clear_is_incomplete_too() {
    let table = LostColumn { head: "Active,Main View", rows: &["yes,Zoo", "yes,", "yes,"], ..LOST[0] }.table();
    let workspace = Workspace::with(&[("people.csv", &table)]);
    assert_eq!(baseline(&workspace, &["create", "-o", "b.jsonl"]).exit, 0);
    let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(0, "pass");
    assert_eq!(report.outcome("main-view-not-enterprise"), "baselined");
    workspace.write("people.csv", without_column(&table, "Main View"));
    let report = check(&workspace, &["--baseline", "b.jsonl"]).ends(3, "incomplete");
    assert!(!is_said(&report, "baseline-stale"), "{report}");
}

/// An account that is gone has no finding, whatever columns are left.
#[test]
fn a_waiver_of_an_account_that_is_gone_is_unused() {
    let table = LOST[0].table();
    let workspace = Workspace::with(&[("people.csv", &without_column(&table, "Active"))]);
    let lines =
        ["rule = \"api-user-inactive\"", "value = \"false\"", "field = \"active\"", "account = \"api.y@acme.example\""];
    workspace.write("waivers.toml", waiver(&lines));
    assert!(is_said(&check(&workspace, &["--waivers", "waivers.toml"]).ends(1, "fail"), "waiver-unused"));
}

/// A table of API users of which one only says so itself.
const KINDS: &str = "First Name,Last Name,User Name,Kind,Roles,Team,Scope,WFM Views,Active\n\
    Pay,Roll,pay@acme.example,api-user,Administrator,Default Team,Operations,My View,yes\n\
    API,Payroll Sync,api.payroll@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,yes\n";

/// A check without any declaration of API users.
fn check_undeclared(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.check(&[&["people.csv"], args, &SEATS].concat())
}

/// The rules of single accounts no longer concern it, and nobody has said that they should not.
#[test]
fn an_account_that_no_longer_says_it_is_an_api_user_is_incomplete() {
    let workspace = Workspace::with(&[("people.csv", KINDS)]);
    let (view, name) = ("account = \"pay@acme.example\"", "rule = \"name-without-purpose\"");
    let second = waiver(&["id = \"W-2\"", view, name, "value = \"Pay Roll\"", "field = \"first-name; last-name\""]);
    workspace.write("waivers.toml", waiver(&[view]) + &second);
    let options = ["people.csv", "--no-config", "--as-of", AS_OF];
    assert_eq!(workspace.run(&[&["baseline", "create", "-o", "b.jsonl"], &options[..], &SEATS].concat()).exit, 0);
    for held in [["--waivers", "waivers.toml"], ["--baseline", "b.jsonl"]] {
        workspace.write("people.csv", KINDS);
        check_undeclared(&workspace, &held).ends(0, "pass");
        workspace.write("people.csv", without_column(KINDS, "Kind"));
        let report = check_undeclared(&workspace, &held).ends(3, "incomplete");
        assert!(!is_said(&report, "waiver-unused") && !is_said(&report, "baseline-stale"), "{report}");
        // One that is gone, and one that the site declares, are told as ever.
        let others = without_column(KINDS, "Kind").replace("pay@", "pays@");
        workspace.write("people.csv", others);
        if held[0] == "--waivers" {
            assert!(is_said(&check_undeclared(&workspace, &held).ends(1, "fail"), "waiver-unused"));
        }
        workspace.write("people.csv", without_column(KINDS, "Kind"));
        let declared = [&held[..], &["--api-user", "api.payroll@acme.example"]].concat();
        if held[0] == "--waivers" {
            check_undeclared(&workspace, &declared).ends(0, "pass");
        }
    }
}

/// Without the column every administrator counts as active.
#[test]
fn a_waiver_about_all_accounts_is_incomplete_without_it() {
    let table = LostColumn { head: "Active", rows: &["yes", "no", "yes"], ..LOST[0] }.table();
    let lines = ["rule = \"sole-administrator\"", "value = \"1\"", "account ="];
    let workspace = Workspace::with(&[("people.csv", &table), ("waivers.toml", &waiver(&lines))]);
    let args = ["--waivers", "waivers.toml"];
    assert_eq!(check(&workspace, &args).ends(0, "pass").outcome("sole-administrator"), "waived");
    workspace.write("people.csv", without_column(&table, "Active"));
    let report = check(&workspace, &args).ends(3, "incomplete");
    let reason = "a waiver accepts a finding of it, and the input has no active mark";
    assert_eq!(
        (reasons(&report, "sole-administrator"), is_said(&report, "waiver-unused")),
        (vec![&reason.into()], false)
    );
    // With the column a second administrator is one.
    workspace.write("people.csv", table.replace("no\n", "yes\n"));
    assert!(is_said(&check(&workspace, &args).ends(1, "fail"), "waiver-unused"));
}

const MANY: &str = "First Name,Last Name,User Name,Kind,Roles,Team,Scope,WFM Views,Main View,Active,Activated,Deactivated,Windows Login,ACD ID,Created By\n\
    API,Feed,api.view@acme.example,api-user,Administrator,Default Team,Operations,My View,,yes,2026-01-01,,,,dana.ops@acme.example\n\
    API,Feed,api.main@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView; Zoo,Zoo,yes,2026-01-01,,,,dana.ops@acme.example\n\
    API,Feed,api.team@acme.example,api-user,Administrator,Billing,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    API,Feed,api.blank@acme.example,api-user,Administrator,,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    API,Feed,api.left@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,no,2026-01-01,2026-02-01,,,dana.ops@acme.example\n\
    API,Feed,api.login@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,ACME\\feed,,dana.ops@acme.example\n\
    API,Feed,api.acd@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,4711,dana.ops@acme.example\n\
    API,Feed,api.made@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,lee.wfm@acme.example\n\
    API,Feed,api.role@acme.example,api-user,Viewer,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    API,Feed,api.scope@acme.example,api-user,Administrator,Default Team,,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    Pay,Roll,pay@acme.example,api-user,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    Dana,Ops,dana.ops@acme.example,person,Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n\
    Lee,Wfm,lee.wfm@acme.example,person,Viewer,Default Team,Operations,EnterpriseView,EnterpriseView,yes,2026-01-01,,,,dana.ops@acme.example\n";

const PLAN: &str = "rolecall: 1\nproduct: calabrio-one\nintegrations: [Payroll]\n\
    licenses: [{ name: System Administrator, seats: 3 }]\n\
    roles:\n  - { name: Administrator, default: administrator, license: System Administrator }\n  - { name: Viewer }\n";

fn with_blank_column(table: &str, column: &str) -> String {
    let at = table.lines().next().unwrap().split(',').position(|header| header == column).unwrap();
    let blanked = |(number, line): (usize, &str)| {
        let cells = line.split(',').enumerate().map(|(place, cell)| if place == at && number > 0 { "" } else { cell });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    table.lines().enumerate().map(blanked).collect()
}

/// The findings of rules about accounts, by rule and account.
fn found(report: &Report) -> Vec<(String, String)> {
    let found = report.diagnostics().iter().filter(|one| !one["details"].is_null());
    found.map(|one| (one["rule"].to_string(), one["record"]["key"].to_string())).collect()
}

/// Whatever column is gone or blank: a run that passes still shows all that was held.
#[test]
fn no_held_finding_leaves_with_a_column() {
    let workspace = Workspace::with(&[("people.csv", MANY), ("plan.yaml", PLAN)]);
    let paths = ["people.csv", "plan.yaml"];
    let judge = |more: &[&str]| workspace.check(&[&paths, more].concat());
    workspace.write("report.json", &judge(&[]).out);
    let report = judge(&[]).report().unwrap();
    let all: Vec<_> = report.diagnostics().iter().filter(|one| !one["state"].is_null()).collect();
    assert!(all.len() > 12, "{report}");
    let fingerprints: Vec<&str> = all.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
    let options = ["--reason", "r", "--approved-by", "boss@acme.example", "--until", "2027-03-31"];
    workspace
        .write("waivers.toml", workspace.run(&[&["waive", "report.json"], &fingerprints[..], &options].concat()).out);
    let create = ["baseline", "create", "-o", "b.jsonl", "--no-config", "--as-of", AS_OF];
    assert_eq!(workspace.run(&[&create[..], &paths].concat()).exit, 0);
    for held in [["--waivers", "waivers.toml"], ["--baseline", "b.jsonl"]] {
        workspace.write("people.csv", MANY);
        let before = found(&judge(&held).ends(0, "pass"));
        for column in MANY.lines().next().unwrap().split(',') {
            for table in [without_column(MANY, column), with_blank_column(MANY, column)] {
                workspace.write("people.csv", &table);
                let report = judge(&held).report().unwrap();
                if report["verdict"] == "pass" {
                    let now = found(&report);
                    let gone: Vec<_> = before.iter().filter(|one| !now.contains(one)).collect();
                    assert!(gone.is_empty(), "{column} {held:?}: {gone:?}\n{table}");
                }
            }
        }
    }
}
