//! The engine remembers what it judged by the texts of cells: a rule of a site finds the one cell that differs all the same.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::workspace::Workspace;

/// Each field that a table and a pattern may have, with the value of nearly all accounts and that of one.
const FIELDS: [(&str, &str, &str); 20] = [
    ("user-name", "", "odd@acme.example"),
    ("first-name", "Dana", "Odd"),
    ("last-name", "Ops", "Odd"),
    ("roles", "Agent", "Odd"),
    ("team", "Billing", "Odd"),
    ("scope", "Billing", "Odd"),
    ("wfm-views", "Billing", "Odd"),
    ("main-view", "Billing", "Odd"),
    ("activated", "2024-01-01", "2023-05-01"),
    ("deactivated", "2025-01-01", "2025-02-02"),
    ("licenses", "WFM", "Odd"),
    ("windows-login", "ACME\\dana", "ACME\\odd"),
    ("acd-id", "1001", "1002"),
    ("employee-id", "7001", "7002"),
    ("created-by", "api.payroll@acme.example", "odd.ops@acme.example"),
    ("tenant", "acme", "Acme"),
    ("time-zone", "UTC", "CET"),
    ("locale", "en-US", "de-DE"),
    ("qm-views", "Billing", "Odd"),
    ("display-id", "1", "2"),
];

const ODD: usize = 25;

/// Rules of this check on each field, in which `FIELD` is its name and `REGEX` what nearly all accounts match.
fn pack(workspace: &Workspace, check: &str) {
    workspace.write("pack/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    for (field, usual, _) in FIELDS {
        let regex =
            if field == "user-name" { r"\\w+[.]ops\\d+@acme.example" } else { &usual.replace('\\', "[\\\\\\\\]") };
        let check = check.replace("FIELD", field).replace("REGEX", regex);
        let rule = format!(
            "id = \"odd-{field}\"\ntitle = \"one is odd\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"account\"\n\
             rationale = \"It differs.\"\nremedy = \"Correct it.\"\n{check}\n[[examples]]\ntitle = \"passes\"\n\
             [[examples]]\ntitle = \"fails\"\nfails = [\"x\"]\n"
        );
        workspace.write(&format!("pack/odd-{field}.toml"), rule);
    }
}

fn people(workspace: &Workspace, odd_field: Option<&str>) {
    let mut text = FIELDS.map(|(field, ..)| field).join(",");
    for row in 0..40 {
        let cell = |(field, usual, odd): (&str, &str, &str)| match field {
            _ if row == ODD && odd_field.is_none_or(|one| one == field) => odd.to_owned(),
            "user-name" => format!("dana.ops{row}@acme.example"),
            _ => usual.to_owned(),
        };
        write!(text, "\n{}", FIELDS.map(cell).join(",")).unwrap();
    }
    workspace.write("people.csv", text + "\n");
    let columns: Vec<_> = FIELDS.iter().map(|(field, ..)| format!("{field} = \"{field}\"\n")).collect();
    workspace.write("rolecall.toml", format!("[columns]\n{}", columns.concat()));
}

/// The records that the rule on a field finds.
fn found(report: &Value, field: &str) -> Vec<u64> {
    let rule = format!("acme/odd-{field}");
    let found = report["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == rule.as_str());
    found.map(|one| one["record"]["number"].as_u64().unwrap()).collect()
}

#[test]
fn one_cell_that_differs_is_found_in_each_field() {
    let patterns = "[check.pattern]\nfield = \"FIELD\"\nregex = \"REGEX\"";
    let schemas = "[check.schema]\nschema = '''{\"properties\": {\"FIELD\": {\"pattern\": \"^(REGEX)$\", \"items\": \
                   {\"pattern\": \"^(REGEX)$\"}}}}'''";
    for check in [patterns, schemas] {
        let workspace = Workspace::new();
        pack(&workspace, check);
        for odd in [None].into_iter().chain(FIELDS.iter().map(|(field, ..)| Some(*field))) {
            people(&workspace, odd);
            let args = ["people.csv", "--config", "rolecall.toml", "--pack", "pack"];
            let report = workspace.check(&args).report().unwrap();
            for (field, ..) in FIELDS.iter().filter(|(field, ..)| odd.is_none_or(|one| one == *field)) {
                assert_eq!(found(&report.0, field), [ODD as u64 + 1], "{field} of {odd:?} by {check}");
            }
        }
    }
}
