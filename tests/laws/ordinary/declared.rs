//! What plans declare, against each other and against an export, and what counts once.

use proptest::prelude::*;
use proptest::sample::select;

use super::{File, assert_clean, report, text, usable};
use crate::cases;
use crate::support::rows::{DANA, GOOD, HEAD};

const PLAN: &str = "\
rolecall: 1
tenant: Acme
licenses:
  - { name: System Administrator, seats: 9 }
users:
  - kind: api-user
    first_name: API
    last_name: Payroll Sync
    user_name: api.payroll@acme.example
    roles: [Administrator]
    team: Default Team
    scope: { groups: [Operations] }
    wfm_views: { main: EnterpriseView }
  - kind: person
    first_name: Dana
    last_name: Ops
    user_name: dana.ops@acme.example
    roles: [Administrator]
    team: Default Team
    scope: { groups: [Operations] }
    wfm_views: { main: EnterpriseView }
";

pub fn plan(from: &str, to: &str) -> File {
    assert!(PLAN.contains(from), "{from} is in the plan");
    text("plan.yaml", PLAN.replacen(from, to, 1))
}

fn export() -> File {
    text("people.csv", format!("{HEAD}{GOOD}{DANA}"))
}

#[test]
fn an_honest_plan_passes() {
    assert_clean(&report(&[plan("x", "x")], ""), "the plan");
    assert_clean(&report(&[plan("x", "x"), export()], ""), "the plan and an export that agrees");
}

proptest! {
    #![proptest_config(cases(16))]

    /// The row of the export is judged as the API user that the plan declares.
    #[test]
    fn a_plan_says_who_is_an_api_user_of_an_export(
        spelling in select(["api.payroll@acme.example", "API.Payroll@Acme.Example", "api.PAYROLL@ACME.example"].as_slice()),
        is_plan_first in any::<bool>(),
    ) {
        let row = format!("Ann,Other,{spelling},Agent,Billing,,Billing View,yes\n");
        let export = text("people.csv", format!("{HEAD}{row}{DANA}"));
        let files = if is_plan_first { [plan("x", "x"), export] } else { [export, plan("x", "x")] };
        let report = report(&files, "");
        for rule in ["administrator-role-missing", "team-not-allowed", "scope-empty", "main-view-not-enterprise", "api-user-shared"] {
            let found = report.by_rule(rule);
            prop_assert_eq!(found.len(), 1, "{} of {}: {}", rule, spelling, report);
            prop_assert_eq!(&found[0]["record"]["file"], "people.csv", "{}", rule);
        }
        prop_assert!(report.by_rule("user-name-shared").is_empty());
    }
}

#[test]
fn what_two_declarations_say_differently_is_refused_in_any_order() {
    let other = |from: &str, to: &str| text("other.yaml", PLAN.split("users:").next().unwrap().replacen(from, to, 1));
    for (from, to) in [
        ("seats: 9", "seats: 8"),
        ("tenant: Acme\n", "tenant: Acme\nproduct: workforce-optimization\n"),
        ("tenant: Acme\n", "tenant: Acme\nwfm: none\n"),
        ("tenant: Acme\n", "tenant: Acme\nfirst_login: true\n"),
    ] {
        let base = plan("tenant: Acme\n", "tenant: Acme\nproduct: calabrio-one\nwfm: classic\nfirst_login: false\n");
        for files in [vec![base.clone(), other(from, to)], vec![other(from, to), base.clone()]] {
            let why = usable(&files, "").expect_err(to);
            assert!(why.contains("plan.yaml") && why.contains("other.yaml"), "both places: {why}");
        }
    }
    assert!(usable(&[plan("x", "x"), other("x", "x")], "").is_ok(), "the same twice is fine");
}

/// Nothing was put to anything.
#[test]
fn a_run_without_a_rule_is_no_pass() {
    let off: String = rolecall::rule::file::built_in().iter().map(|rule| format!("{} = \"off\"\n", rule.id)).collect();
    for file in [plan("x", "x"), export()] {
        assert_eq!(report(&[file], &format!("[severity]\n{off}")).verdict(), "incomplete");
    }
}

/// One thing twice counts once.
#[test]
fn the_same_bytes_twice_are_judged_once() {
    let copy = text("copy.csv", String::from_utf8(export().1).unwrap());
    let report = report(&[export(), copy], "");
    assert_eq!(report.verdict(), "pass", "{report}");
    assert_eq!(report.by_rule("input-duplicate").len(), 1, "{report}");
    assert_eq!(report.seats("System Administrator")["used"], 2);
}
