//! Identity and state of findings: what a fingerprint could not tell apart, and what changes neither.

use std::collections::BTreeSet;

use serde_json::Value;

use super::row;
use crate::support::rows::{DANA, GOOD, HEAD, SEATS};
use crate::support::workbook::{Workbook, rows_of};
use crate::support::workspace::Workspace;

/// The findings of a rule.
fn found(workspace: &Workspace, args: &[&str], rule: &str) -> Vec<Value> {
    let report = workspace.check(&[args, &["--all-api-users"], &SEATS].concat()).report().unwrap();
    report.by_rule(rule).into_iter().cloned().collect()
}

/// The findings of a rule in a table of these rows.
fn in_table(rows: &[&str], rule: &str) -> Vec<Value> {
    found(&Workspace::with_table(rows), &["people.csv"], rule)
}

/// Identity and state of the only finding.
fn only(found: &[Value]) -> (Value, Value) {
    assert_eq!(found.len(), 1, "{found:?}");
    (found[0]["identity"].clone(), found[0]["state"].clone())
}

fn is_held(one: &Value) -> bool {
    one["identity"].is_string() && one["state"].is_string()
}

const VIEW: &str = "main-view-not-enterprise";

#[test]
fn an_account_without_a_name_has_no_identity() {
    let blank = row("", "Default Team", "My View");
    for rows in [vec![GOOD, &blank], vec![&blank], vec![GOOD, DANA, &blank]] {
        let found = in_table(&rows, VIEW);
        assert_eq!(only(&found), (Value::Null, Value::Null), "{rows:?}");
        assert_eq!(found[0]["details"]["value"], "My View");
    }
}

#[test]
fn an_account_that_is_there_twice_has_no_identity() {
    let (wrong, right) =
        (row("api.x@acme.example", "Default Team", "V"), row("API.X@acme.example", "", "EnterpriseView"));
    for rows in [[&*wrong, &right], [&*right, &wrong]] {
        assert_eq!(only(&in_table(&rows, VIEW)), (Value::Null, Value::Null));
        assert_eq!(only(&in_table(&rows, "team-blank")), (Value::Null, Value::Null));
        assert!(in_table(&rows, "user-name-shared").iter().all(|one| !is_held(one)));
    }
    // Two files of one side are one side; inactive accounts are accounts.
    let workspace = Workspace::with_table(&[&wrong]);
    workspace.write("b.csv", format!("{HEAD}{}", right.replace(",yes", ",no")));
    assert_eq!(only(&found(&workspace, &["people.csv", "b.csv"], VIEW)), (Value::Null, Value::Null));
    assert!(is_held(&found(&workspace, &["people.csv"], VIEW)[0]));
}

#[test]
fn more_seats_are_another_state() {
    let seats = |rows: &[&str]| {
        let workspace = Workspace::with_table(rows);
        let report = workspace.check(&["people.csv", "--seats", "System Administrator=1"]).report().unwrap();
        report.by_rule("seats-exceeded").into_iter().cloned().collect::<Vec<_>>()
    };
    let third = row("api.third@acme.example", "Default Team", "EnterpriseView");
    let (two, three) = (seats(&[GOOD, DANA]), seats(&[GOOD, DANA, &third]));
    assert_eq!((only(&two).0, two[0]["details"]["number"].as_u64()), (only(&three).0, Some(2)));
    assert_ne!(only(&two).1, only(&three).1);
    assert_eq!(three[0]["details"]["side"], "tenant");
    // Who takes the seat is another question.
    assert_eq!(only(&seats(&[DANA, GOOD])), only(&two));
}

#[test]
fn another_severity_is_another_state() {
    let billing = row("api.x@acme.example", "Billing", "EnterpriseView");
    let workspace = Workspace::with_table(&[&billing]);
    workspace.write("rolecall.toml", "[teams]\nalternates = [\"Claims\"]\n");
    let note = found(&workspace, &["people.csv"], "team-not-allowed");
    let error = found(&workspace, &["people.csv", "--config", "rolecall.toml"], "team-not-allowed");
    assert_eq!((note[0]["severity"].as_str(), error[0]["severity"].as_str()), (Some("note"), Some("error")));
    assert_eq!(only(&note).0, only(&error).0);
    assert_ne!(only(&note).1, only(&error).1);
}

#[test]
fn an_export_and_a_plan_are_two_sides() {
    let plan = "\
rolecall: 1
users:
  - kind: api-user
    first_name: API
    last_name: Feed
    user_name: api.x@acme.example
    roles: [Administrator]
    team: ''
";
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "", "EnterpriseView")]);
    workspace.write("plan.yaml", plan);
    let both = found(&workspace, &["people.csv", "plan.yaml"], "team-blank");
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.iter().all(is_held), "one account on each side is not two");
    assert_ne!(both[0]["identity"], both[1]["identity"]);
    assert_eq!(
        (both[0]["details"]["side"].as_str(), both[1]["details"]["side"].as_str()),
        (Some("export"), Some("plan"))
    );
    assert_eq!(only(&found(&workspace, &["plan.yaml"], "team-blank")).0, both[1]["identity"]);
}

/// Rule, identity and state of all findings.
fn all(name: &str, bytes: impl AsRef<[u8]>) -> BTreeSet<(String, String, String)> {
    let workspace = Workspace::new();
    std::fs::write(workspace.path(name), bytes).unwrap();
    let report = workspace.check(&[&[name, "--all-api-users"], &SEATS[..]].concat()).report().unwrap();
    let part = |one: &Value, key: &str| one[key].to_string();
    let rules = report.diagnostics().iter().filter(|one| one["basis"] != "input");
    rules.map(|one| (part(one, "rule"), part(one, "identity"), part(one, "state"))).collect()
}

#[test]
fn the_format_of_the_input_and_the_order_of_a_list_change_nothing() {
    let header: Vec<&str> = HEAD.trim().split(',').collect();
    let accounts = [
        ["API", "Feed", "api.a@acme.example", "Agent; Auditor", "Billing", "Ghosts; Operations", "My View", "yes"],
        ["API", "", "api b", "Administrator", "", "", "EnterpriseView", "Y"],
        [
            "Max",
            "Quill",
            "Api.C@Acme.example",
            "Administrator",
            "Default Team",
            "Operations",
            "EnterpriseView",
            "inactive",
        ],
    ];
    let csv = |accounts: &[[&str; 8]]| {
        HEAD.to_owned() + &accounts.iter().map(|cells| cells.join(",") + "\n").collect::<String>()
    };
    let due = all("people.csv", csv(&accounts));
    assert!(due.len() > 6 && due.iter().all(|(_, identity, _)| identity != "null"), "{due:?}");
    let mut other = accounts;
    other.reverse();
    other[2][3] = "Auditor; Agent";
    other[0][7] = "false";
    other[0][2] = "api.c@acme.example";
    assert_eq!(all("other.csv", csv(&other)), due);
    let table: Vec<Vec<&str>> = std::iter::once(header.clone()).chain(accounts.map(|one| one.to_vec())).collect();
    assert_eq!(all("people.xlsx", Workbook::with_rows(&rows_of(&table)).bytes()), due);
    let object = |cells: &[&str; 8]| -> Value {
        header.iter().zip(cells).map(|(header, cell)| ((*header).to_owned(), Value::from(*cell))).collect()
    };
    let document = Value::from(accounts.iter().map(object).collect::<Vec<_>>());
    assert_eq!(all("people.json", document.to_string()), due);
}

const PACK: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";

fn rule(id: &str, more: &str, severity: &str, allowed: &str) -> String {
    format!(
        "id = \"{id}\"\n{more}title = \"t\"\nseverity = \"{severity}\"\nbasis = \"site\"\nsubject = \"api-user\"\n\
         rationale = \"R.\"\nremedy = \"M.\"\n[check.pattern]\nfield = \"team\"\nregex = '{allowed}'\n\
         [[examples]]\ntitle = \"p\"\naccounts = [{{ team = \"Default Team\" }}]\n\
         [[examples]]\ntitle = \"f\"\naccounts = [{{ team = \"Zoo\" }}]\nfails = [\"Zoo\"]\n"
    )
}

#[test]
fn a_demand_is_part_of_the_state_and_a_rule_keeps_its_identity_when_renamed() {
    let of = |id: &str, text: String| {
        let workspace = Workspace::with_table(&[&row("api.x@acme.example", "Billing", "EnterpriseView")]);
        workspace.write("acme/pack.toml", PACK);
        workspace.write(&format!("acme/{id}.toml"), text);
        only(&found(&workspace, &["people.csv", "--pack", "acme"], &format!("acme/{id}")))
    };
    let due = of("api-team", rule("api-team", "", "error", "Default Team"));
    assert_eq!(of("api-team", rule("api-team", "# a comment\n", "error", "Default Team")), due);
    let stricter = of("api-team", rule("api-team", "", "error", "Default .*"));
    assert_eq!((&stricter.0, stricter.1 != due.1), (&due.0, true), "another demand");
    let renamed = rule("team-of-api", "born-as = \"api-team\"\nreplaces = [\"api-teams\"]\n", "error", "Default Team");
    assert_eq!(of("team-of-api", renamed), due);
    assert_ne!(of("team-of-api", rule("team-of-api", "", "error", "Default Team")).0, due.0, "another rule");
}

#[test]
fn two_rules_cannot_have_been_one() {
    let workspace = Workspace::with_table(&[GOOD]);
    workspace.write("acme/pack.toml", PACK);
    workspace.write("acme/a.toml", rule("a", "born-as = \"c\"\n", "error", "Default Team"));
    for (id, more) in [("b", "replaces = [\"c\"]\n"), ("b", "replaces = [\"a\"]\n"), ("c", "")] {
        workspace.write(&format!("acme/{id}.toml"), rule(id, more, "error", "Default Team"));
        workspace.check(&["people.csv", "--pack", "acme"]).refused(&["is, or was, the id of two rules", "born-as"]);
        std::fs::remove_file(workspace.path(format!("acme/{id}.toml"))).unwrap();
    }
}

#[test]
fn a_password_has_no_state_and_no_value() {
    let head = HEAD.trim().to_owned() + ",Password\n";
    let canary = "zQ7canaryXv9";
    let workspace = Workspace::with(&[("people.csv", &format!("{head}{},{canary}\n", GOOD.trim()))]);
    let ran = workspace.check(&["people.csv", "--all-api-users"]);
    assert!(!ran.out.contains(canary));
    let report = ran.report().unwrap();
    let found = report.by_rule("password-literal");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["state"], &found[0]["details"]["value"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_key_of_the_site_changes_both_and_redaction_hides_names() {
    let workspace = Workspace::with_table(&[&row("api x", "Billing", "EnterpriseView")]);
    workspace.write("key", "0123456789abcdef0123456789abcdef");
    let of = |args: &[&str], rule: &str| found(&workspace, &[&["people.csv"], args].concat(), rule).remove(0);
    let name = "user-name-not-email";
    let (plain, redacted) = (of(&[], name), of(&["--redact", "identities"], name));
    assert_eq!((&plain["details"]["value"], &redacted["details"]["value"]), (&Value::from("api x"), &Value::Null));
    assert_eq!((&plain["identity"], &plain["state"]), (&redacted["identity"], &redacted["state"]));
    assert_eq!(of(&["--redact", "identities"], "team-not-allowed")["details"]["value"], "Billing");
    let keyed = of(&["--redact-key", "key"], name);
    assert!(is_held(&keyed) && keyed["identity"] != plain["identity"] && keyed["state"] != plain["state"]);
}
