//! The identity of a finding: it outlives all that moves a record about, and changes with the account, the rule and
//! the guilty value.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::workbook::{Workbook, rows_of};
use crate::support::workspace::Workspace;

/// The cells of an account, in the order of [`HEADERS`].
type Account = [&'static str; 8];

const HEADERS: [&str; 8] =
    ["First Name", "Last Name", "User Name", "Roles", "Team", "Associated Groups and Teams", "WFM Views", "Active"];

const ACCOUNTS: [Account; 5] = [
    [
        "API",
        "Payroll Sync",
        "api.payroll@acme.example",
        "Administrator",
        "Elsewhere",
        "Operations",
        "EnterpriseView",
        "yes",
    ],
    ["API", "Billing Feed", "api billing", "Administrator", "Default Team", "Operations", "My View", "yes"],
    ["Dana", "", "dana.ops@acme.example", "Agent", "", "", "EnterpriseView", "yes"],
    [
        "API",
        "Dialler",
        "API.Payroll@acme.example",
        "Administrator",
        "Default Team",
        "Operations",
        "EnterpriseView",
        "yes",
    ],
    [
        "API",
        "Archive",
        "api.archive@acme.example",
        "Administrator",
        "Default Team",
        "Operations",
        "EnterpriseView",
        "no",
    ],
];

fn csv(accounts: &[Account], columns: &[usize]) -> String {
    let row = |cells: &[&str; 8]| columns.iter().map(|at| cells[*at]).collect::<Vec<_>>().join(",") + "\n";
    std::iter::once(row(&HEADERS)).chain(accounts.iter().map(row)).collect()
}

fn document(accounts: &[Account]) -> String {
    let object = |cells: &Account| -> Value {
        HEADERS.iter().zip(cells).map(|(header, cell)| ((*header).to_owned(), json!(cell))).collect()
    };
    Value::from(accounts.iter().map(object).collect::<Vec<_>>()).to_string()
}

fn workbook(accounts: &[Account]) -> Vec<u8> {
    let table: Vec<Vec<&str>> =
        std::iter::once(HEADERS.to_vec()).chain(accounts.iter().map(|row| row.to_vec())).collect();
    Workbook::with_rows(&rows_of(&table)).bytes()
}

/// Rule and fingerprint of each finding.
fn identities(name: &str, bytes: impl AsRef<[u8]>) -> BTreeSet<(String, String)> {
    let workspace = Workspace::new();
    std::fs::write(workspace.path(name), bytes).unwrap();
    let report = workspace.all_forms(&[name, "--all-api-users", "--seats", "System Administrator=50"]).json("json");
    let part = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let list = report["diagnostics"].as_array().unwrap();
    list.iter().map(|one| (part(one, "rule"), part(one, "fingerprint"))).collect()
}

fn all_columns() -> Vec<usize> {
    (0..HEADERS.len()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_finding_is_the_same_wherever_its_record_goes(
        columns in Just(all_columns()).prop_shuffle(),
        last in 0..ACCOUNTS.len(),
        name in "[a-z]{1,8}",
    ) {
        let due = identities("people.csv", csv(&ACCOUNTS, &all_columns()));
        prop_assert!(due.len() >= 8, "much is wrong in it");
        // Of two accounts with one name the later one is guilty: their order is the one that counts.
        let mut accounts = ACCOUNTS.to_vec();
        let moved = accounts.remove(last);
        if last != 0 { accounts.insert(0, moved); } else { accounts.insert(1, moved); }
        let is_swapped = accounts.iter().position(|one| one[2] == "API.Payroll@acme.example")
            < accounts.iter().position(|one| one[2] == "api.payroll@acme.example");
        let without_swapped = |all: BTreeSet<(String, String)>| -> BTreeSet<_> {
            all.into_iter().filter(|(rule, _)| !is_swapped || rule != "user-name-shared").collect()
        };
        accounts.insert(2, ["API", "Reports", "api.reports@acme.example", "Administrator", "Default Team", "Operations", "EnterpriseView", "yes"]);
        let found = identities(&format!("{name}.csv"), csv(&accounts, &columns));
        prop_assert_eq!(without_swapped(found), without_swapped(due.clone()));
        prop_assert_eq!(identities(&format!("{name}.json"), document(&ACCOUNTS)), due.clone());
        prop_assert_eq!(identities(&format!("{name}.xlsx"), workbook(&ACCOUNTS)), due);
    }
}

#[test]
fn a_finding_is_another_one_for_another_account_rule_or_value() {
    let due = identities("people.csv", csv(&ACCOUNTS, &all_columns()));
    let fingerprints: BTreeSet<_> = due.iter().map(|(_, fingerprint)| fingerprint.clone()).collect();
    assert_eq!(fingerprints.len(), due.len(), "no two findings are alike");
    let changed = |account: usize, cell: usize, text: &'static str| {
        let mut accounts = ACCOUNTS;
        accounts[account][cell] = text;
        identities("people.csv", csv(&accounts, &all_columns()))
    };
    let one = |all: &BTreeSet<(String, String)>, rule: &str| {
        all.iter().filter(|(of, _)| of == rule).map(|(_, fingerprint)| fingerprint.clone()).collect::<Vec<_>>()
    };
    // Another value; the others stay.
    let other = changed(0, 4, "Somewhere");
    assert_ne!(one(&other, "team-not-allowed"), one(&due, "team-not-allowed"));
    assert_eq!(other.intersection(&due).count(), due.len() - 1);
    // Another account.
    let other = changed(1, 2, "api billings");
    for rule in ["user-name-not-email", "main-view-not-enterprise"] {
        assert_ne!(one(&other, rule), one(&due, rule));
    }
    // What is not guilty may change.
    assert_eq!(changed(1, 1, "Billing Feeds"), due);
}

#[test]
fn a_view_is_the_same_finding_in_either_column_of_views() {
    let views = csv(&ACCOUNTS, &all_columns());
    let main_view = views.replace("WFM Views", "Main View");
    assert_ne!(main_view, views);
    let of_views = |all: &BTreeSet<(String, String)>| {
        all.iter().filter(|(rule, _)| rule == "main-view-not-enterprise").cloned().collect::<Vec<_>>()
    };
    let found = of_views(&identities("people.csv", views));
    assert_eq!(found.len(), 1, "one wrong view in it");
    assert_eq!(of_views(&identities("people.csv", main_view)), found);
}

#[test]
fn every_form_gives_a_finding_the_same_identity() {
    let workspace = Workspace::new();
    workspace.write("people.csv", csv(&ACCOUNTS, &all_columns()));
    let forms = workspace.all_forms(&["people.csv", "--all-api-users"]);
    let report = forms.json("json");
    let sarif = forms.json("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter().filter(|one| one["kind"] == "fail");
    let of_sarif: Vec<_> = results.map(|one| one["partialFingerprints"]["rolecall/v1"].clone()).collect();
    let of_json: Vec<_> =
        report["diagnostics"].as_array().unwrap().iter().map(|one| one["fingerprint"].clone()).collect();
    assert_eq!(of_sarif, of_json);
    let of_csv: Vec<_> = forms.rows().iter().filter(|row| &row[0] == "finding").map(|row| json!(&row[15])).collect();
    assert_eq!(of_csv, of_json);
}
