//! Accounts that share an id: whoever accepts that accepts these accounts together, whatever the order of the rows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::rows::HEAD;
use crate::support::workspace::{AS_OF, Ran, Workspace};

/// The rules about shared ids: one of a built-in pack, one of the site.
const RULES: [&str; 2] = ["identity-twice", "acme/agent-twice"];

const CONFIG: &str = "[licenses.\"System Administrator\"]\nseats = 50\n[packs]\naccess-review = true\nfolders = [\"acme\"]\n[severity]\nowner-missing = \"off\"\n";

const RULE: &str = "id = \"agent-twice\"\ntitle = \"t\"\nseverity = \"warning\"\nbasis = \"site\"\nsubject = \"active-account\"\n\
    rationale = \"R.\"\nremedy = \"M.\"\n[check.unique]\nfield = \"acd-id\"\n\
    [[examples]]\ntitle = \"p\"\naccounts = [{ kind = \"person\", acd-id = \"1\" }]\n\
    [[examples]]\ntitle = \"f\"\naccounts = [{}, { kind = \"person\", acd-id = \"7\" }, { kind = \"person\", acd-id = \"7\" }]\nfails = [\"7\"]\n";

/// An account with this user name and this id, of the employee and of the agent.
type Account<'a> = (&'a str, &'a str);

fn write(workspace: &Workspace, accounts: &[Account<'_>]) {
    let row = |(name, id): &Account<'_>| {
        format!("Ann,Lee,{name},Administrator,Default Team,Operations,EnterpriseView,yes,{id},{id}\n")
    };
    let rows: String = accounts.iter().map(row).collect();
    let api = "API,Feed,api.feed@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes,,\n";
    workspace.write("people.csv", format!("{},Employee ID,ACD ID\n{api}{rows}", HEAD.trim()));
}

fn site(accounts: &[Account<'_>]) -> Workspace {
    let workspace = Workspace::with(&[("rolecall.toml", CONFIG), ("acme/agent-twice.toml", RULE)]);
    workspace.write("acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    write(&workspace, accounts);
    workspace
}

fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.check(&[&["people.csv", "--config", "rolecall.toml"], args].concat())
}

fn findings(ran: &Ran) -> Vec<Value> {
    let report = ran.report().unwrap();
    RULES.iter().flat_map(|rule| report.by_rule(rule)).cloned().collect()
}

type Held = BTreeSet<(String, String, String)>;

/// Rule, identity and state of the findings about shared ids.
fn held(accounts: &[Account<'_>]) -> Held {
    let part = |one: &Value, key: &str| one[key].to_string();
    let found = findings(&check(&site(accounts), &[]));
    found.iter().map(|one| (part(one, "rule"), part(one, "identity"), part(one, "state"))).collect()
}

const THREE: [Account<'static>; 4] =
    [("c@acme.example", "E-7"), ("B@acme.example", "e-7"), ("a@acme.example", "E-7"), ("z@acme.example", "E-8")];

#[test]
fn no_order_of_the_rows_changes_identity_or_state() {
    let due = held(&THREE);
    assert_eq!(due.len(), 4, "{due:?}");
    assert!(due.iter().all(|(_, identity, state)| identity != "null" && state != "null"), "{due:?}");
    for order in [[0, 2, 1, 3], [1, 0, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 2, 3, 0]] {
        assert_eq!(held(&order.map(|at| THREE[at])), due, "{order:?}");
    }
}

/// Every finding about accounts of which one comes, goes, or is exchanged for another is another one.
#[test]
fn another_partner_is_another_state() {
    let due = held(&THREE);
    let changes: [&[Account<'_>]; 6] = [
        &[THREE[0], THREE[1], THREE[2], ("z@acme.example", "E-7")],
        &[THREE[0], THREE[1], THREE[3]],
        &[THREE[0], THREE[1], ("d@acme.example", "E-7")],
        &[THREE[0], THREE[1], ("0@acme.example", "E-7")],
        &[THREE[0], THREE[2], ("bb@acme.example", "E-7")],
        &[("c@acme.example", "E-8"), ("B@acme.example", "E-8"), ("a@acme.example", "E-8")],
    ];
    for accounts in changes {
        let now = held(accounts);
        assert!(!now.is_empty(), "{accounts:?}");
        let kept: Vec<_> = now
            .iter()
            .filter(|(_, identity, state)| due.iter().any(|one| (&one.1, &one.2) == (identity, state)))
            .collect();
        assert!(kept.is_empty(), "{accounts:?}: {kept:?}");
    }
}

#[test]
fn a_partner_that_is_no_certain_account_leaves_no_identity() {
    let uncertain: [&[Account<'_>]; 3] = [
        // Nobody can tell one account without a user name from another.
        &[("a@acme.example", "E-7"), ("", "E-7")],
        // Two accounts of one name, of which one has the id.
        &[("a@acme.example", "E-7"), ("b@acme.example", "E-7"), ("b@acme.example", "E-9")],
        &[("b@acme.example", "E-7"), ("z@acme.example", "E-7"), ("B@acme.example", "E-9")],
    ];
    for accounts in uncertain {
        let now = held(accounts);
        assert!(!now.is_empty() && now.iter().all(|(_, identity, _)| identity == "null"), "{accounts:?}: {now:?}");
    }
}

/// A waiver and a baseline of two accounts cover neither a third nor one in place of another.
#[test]
fn what_accepts_two_accounts_covers_no_other() {
    let pair = [("a@acme.example", "E-7"), ("b@acme.example", "E-7")];
    let workspace = site(&pair);
    let found = findings(&check(&workspace, &["--output", "json=report.json"]));
    assert_eq!(found[0]["details"]["value"], "E-7: a@acme.example; b@acme.example");
    let waivers = |found: &[Value]| -> String {
        let prints: Vec<&str> = found.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
        let args = ["--reason", "R", "--approved-by", "Kim", "--until", "2027-03-31"];
        let ran = workspace.run(&[&["waive", "report.json"], &prints[..], &args].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        ran.out
    };
    workspace.write("waivers.toml", waivers(&found));
    let made =
        ["baseline", "create", "-o", "baseline.jsonl", "people.csv", "--config", "rolecall.toml", "--as-of", AS_OF];
    assert_eq!(workspace.run(&made).exit, 0);
    for args in [["--waivers", "waivers.toml"], ["--baseline", "baseline.jsonl"]] {
        let live = |accounts: &[Account<'_>]| {
            write(&workspace, accounts);
            let ran = check(&workspace, &args);
            let all = findings(&ran);
            let live = all.iter().filter(|one| one["outcome"] == "fail").count();
            (all.len(), live)
        };
        assert_eq!(live(&pair), (2, 0), "{args:?}");
        assert_eq!(live(&[pair[1], pair[0]]), (2, 0), "{args:?}");
        assert_eq!(live(&[pair[1], ("c@acme.example", "E-7")]), (2, 2), "{args:?}");
        assert_eq!(live(&[("0@acme.example", "E-7"), pair[1]]), (2, 2), "{args:?}");
        assert_eq!(live(&[pair[0], pair[1], ("c@acme.example", "E-7")]), (4, 4), "{args:?}");
    }
}

/// A placeholder that hundreds share is accepted as a whole, and no value grows with their number.
#[test]
fn many_accounts_are_accepted_together() {
    let names: Vec<String> = (0..300).map(|number| format!("agent{number}@acme.example")).collect();
    let accounts: Vec<Account<'_>> = names.iter().map(|name| (name.as_str(), "0")).collect();
    let found = findings(&check(&site(&accounts), &[]));
    assert!(found.iter().all(|one| one["state"].is_string()), "{:?}", found[0]);
    let value = found[0]["details"]["value"].as_str().unwrap();
    assert!(value.starts_with("0: 300 accounts, ") && value.len() < 100, "{value}");
    let mut other = accounts.clone();
    other.reverse();
    assert_eq!(held(&other), held(&accounts));
    other[7].0 = "new@acme.example";
    assert!(held(&other).is_disjoint(&held(&accounts)));
}
