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

/// An agent in a column that repeats, beside columns that never do.
fn many_people(is_odd: impl Fn(usize) -> bool, odd_acd_id: &str) -> String {
    let mut text = "User Name,First Name,Last Name,Roles,Team,ACD ID\n".to_owned();
    text += "api.payroll@acme.example,API,Payroll Sync,Administrator,Default Team,\n";
    for row in 0..20_000 {
        let roles = ["Agent", "Supervisor", "Agent; Supervisor", "Administrator"][row % 4];
        let prefix = if row % 4 == 3 && !is_odd(row) { "adm" } else { "u" };
        let acd_id = if is_odd(row) { odd_acd_id.to_owned() } else { (1_000_000 + row).to_string() };
        writeln!(text, "{prefix}.ops{row}@acme.example,Dana,Ops,{roles},Billing,{acd_id}").unwrap();
    }
    text
}

/// What repeats in some columns is remembered, whatever the others hold: it may decide nothing that they do.
#[test]
fn rules_on_several_fields_find_the_odd_one_among_many_that_differ() {
    let workspace = Workspace::new();
    workspace.write("pack/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    let if_roles = |role: &str, then: &str| {
        format!(
            "[check.schema]\nschema = '''{{\"if\": {{\"properties\": {{\"roles\": {{\"contains\": {{\"const\": \"{role}\"}}}}}}, \
             \"required\": [\"roles\"]}}, \"then\": {then}}}'''"
        )
    };
    for (id, check) in [
        ("agents", if_roles("Agent", "{\"required\": [\"acd-id\"]}")),
        ("admins", if_roles("Administrator", "{\"properties\": {\"user-name\": {\"pattern\": \"^(adm|api)[.]\"}}}")),
        (
            "never",
            "[check.schema]\nschema = '''{\"not\": {\"required\": [\"acd-id\", \"roles\", \"user-name\", \"team\"], \
                  \"properties\": {\"acd-id\": {\"pattern\": \"77$\"}}}}'''"
                .to_owned(),
        ),
    ] {
        let rule = format!(
            "id = \"{id}\"\ntitle = \"one is odd\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"active-account\"\n\
             rationale = \"It differs.\"\nremedy = \"Correct it.\"\n{check}\n[[examples]]\ntitle = \"passes\"\n\
             [[examples]]\ntitle = \"fails\"\nfails = [\"x\"]\n"
        );
        workspace.write(&format!("pack/{id}.toml"), rule);
    }
    let is_odd = |row: usize| row % 999 == 17;
    let check = |odd_acd_id: &str| {
        workspace.write("people.csv", many_people(is_odd, odd_acd_id));
        workspace.check(&["people.csv", "--pack", "pack", "--jobs", "1"]).report().unwrap().0
    };
    let report = check("");
    let found = |report: &Value, id: &str| -> Vec<u64> {
        let of_rule =
            report["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == format!("acme/{id}").as_str());
        of_rule.map(|one| one["record"]["number"].as_u64().unwrap()).collect()
    };
    // The API user is the first record.
    let rows = |is_wrong: &dyn Fn(usize) -> bool| -> Vec<u64> {
        (0..20_000).filter(|row| is_wrong(*row)).map(|row| row as u64 + 2).collect()
    };
    assert_eq!(found(&report, "agents"), rows(&|row| is_odd(row) && row % 4 % 2 == 0));
    assert_eq!(found(&report, "admins"), rows(&|row| is_odd(row) && row % 4 == 3));
    assert_eq!(found(&report, "never"), rows(&|row| !is_odd(row) && (1_000_000 + row) % 100 == 77));
    for id in ["agents", "admins", "never"] {
        let outcomes = report["outcomes"].as_array().unwrap().iter();
        let outcome = outcomes.clone().find(|one| one["rule"] == format!("acme/{id}").as_str()).unwrap();
        assert_eq!(outcome["judged"], 20_001, "{outcome}");
    }
    // A cell that cannot be read with certainty decides nothing.
    let report = check("N/A");
    assert_eq!(found(&report, "agents"), [0; 0]);
    let unclear = report["diagnostics"].as_array().unwrap().iter().filter(|one| one["basis"] == "input");
    let unclear: Vec<u64> = unclear.filter_map(|one| one["record"]["number"].as_u64()).collect();
    assert!(rows(&is_odd).iter().all(|row| unclear.contains(row)), "{unclear:?}");
}
