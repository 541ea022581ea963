//! Cells that can be read in more than one way are not judged, in any format, by `check` and by `capacity`, with any number
//! of threads; the message gives the line of config that settles it. Honest names stay clean.

use serde_json::{Value, json};

use crate::support::rows::{DANA, GOOD, HEAD, SEATS};
use crate::support::workbook::{self, Workbook};
use crate::support::workspace::{AS_OF, Workspace};

/// A table of the two honest accounts and a third administrator, with one cell of the third replaced.
fn table(column: usize, text: &str) -> String {
    let mut cells: Vec<String> = GOOD.trim_end().split(',').map(str::to_owned).collect();
    cells[2] = "api.late@acme.example".to_owned();
    cells[column] = format!("\"{}\"", text.replace('"', "\"\""));
    format!("{HEAD}{GOOD}{DANA}{}\n", cells.join(","))
}

/// The same accounts as documents: roles, team, scope and views as written in one text.
fn documents(column: usize, text: &str) -> Vec<Value> {
    let account = |name: &str, first: &str, last: &str| {
        json!({"firstName": first, "lastName": last, "userName": name, "roles": "Administrator", "team": "Default Team",
            "scope": "Operations", "views": [{"name": "EnterpriseView", "mainView": true}], "active": true})
    };
    let mut late = account("api.late@acme.example", "API", "Payroll Sync");
    let key = ["firstName", "lastName", "userName", "roles", "team", "scope"][column];
    late[key] = json!(text);
    vec![
        account("api.payroll@acme.example", "API", "Payroll Sync"),
        account("dana.ops@acme.example", "Dana", "Ops"),
        late,
    ]
}

/// The input in every format that can hold it.
fn forms(column: usize, text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let list = documents(column, text);
    let lines: String = list.iter().map(|one| format!("{one}\n")).collect();
    let late = workbook::good_with(column, Box::leak(text.to_owned().into_boxed_str()));
    let rows = workbook::rows(&[workbook::HEAD, workbook::GOOD, workbook::DANA, late]);
    let document = json!({ "users": list }).to_string();
    vec![
        ("people.csv", table(column, text).into_bytes()),
        ("people.json", document.into_bytes()),
        ("people.jsonl", lines.into_bytes()),
        ("people.xlsx", Workbook::with_rows(&rows).bytes()),
    ]
}

const ROLES: usize = 3;
const TEAM: usize = 4;
const SCOPE: usize = 5;

#[test]
fn what_may_be_several_names_is_not_judged_and_not_counted() {
    for text in ["Administrator, QM Agent", "QM Agent / Administrator", "Administrator+Coach", "[\"Administrator\"] x"]
    {
        for (name, bytes) in forms(ROLES, text) {
            let workspace = Workspace::new();
            workspace.write(name, bytes);
            for jobs in ["1", "4"] {
                let report = workspace.check(&[&[name, "--jobs", jobs], &SEATS[..]].concat()).ends(3, "incomplete");
                assert_eq!(report.by_rule("list-ambiguous").len(), 1, "{name}: {text}");
                assert_eq!(report.outcome("administrator-role-missing"), "not-determinable", "{name}: {text}");
                assert_eq!(report.seats("System Administrator")["exact"], false, "{name}: {text}");
            }
            let capacity = workspace.capacity(&[&[name], &SEATS[..]].concat()).ends(3, "incomplete");
            assert_eq!(capacity.by_rule("list-ambiguous").len(), 1, "capacity, {name}: {text}");
        }
    }
}

/// Roles identify nobody, so the line to paste stays whole when names are hidden.
#[test]
fn the_line_to_paste_is_shown_when_names_are_hidden() {
    for (text, line) in [
        ("Administrator, QM Agent", "`whole = [\"Administrator, QM Agent\"]`"),
        ("NULL", "`blank = [\"NULL\"]` under `[values]`"),
    ] {
        let workspace = Workspace::with(&[("people.csv", &table(ROLES, text))]);
        let args = [&["people.csv", "--redact", "identities"], &SEATS[..]].concat();
        let report = workspace.check(&args).ends(3, "incomplete");
        let found = &report.0["diagnostics"].to_string();
        assert!(found.contains(&serde_json::to_string(line).unwrap().trim_matches('"').to_owned()), "{line}: {found}");
        assert!(!found.contains("api.late"), "{found}");
    }
}

#[test]
fn stand_ins_are_told_in_every_format_until_the_config_says_what_they_mean() {
    let cases = [
        (SCOPE, "System.Object[]", "cell-unverifiable"),
        (SCOPE, "@{Name=Operations}", "cell-unverifiable"),
        (SCOPE, "Operations and 3 more", "cell-unverifiable"),
        (SCOPE, "Operations (+3)", "cell-unverifiable"),
        (TEAM, "Default Te…", "cell-unverifiable"),
        (ROLES, "3 roles", "cell-unverifiable"),
        (ROLES, "7", "cell-unverifiable"),
        (SCOPE, "and others", "cell-unverifiable"),
        (SCOPE, "keine", "value-placeholder"),
        (TEAM, "n/a", "value-placeholder"),
        (SCOPE, "--", "value-placeholder"),
    ];
    for (column, text, kind) in cases {
        for (name, bytes) in forms(column, text) {
            let workspace = Workspace::new();
            workspace.write(name, bytes);
            let report = workspace.check(&[&[name], &SEATS[..]].concat()).ends(3, "incomplete");
            assert_eq!(report.by_rule(kind).len(), 1, "{name}: {text}");
            if kind == "value-placeholder" {
                let remedy = report.by_rule(kind)[0]["remedy"].as_str().unwrap();
                assert!(remedy.contains(&format!("blank = [\"{text}\"]")), "{remedy}");
                workspace.write("rolecall.toml", format!("[values]\nblank = [\"{text}\"]\n"));
                let told = workspace.check(&[&[name, "--config", "rolecall.toml"], &SEATS[..]].concat());
                let report = told.ends(1, "fail");
                assert_eq!(report.by_rule(kind).len(), 0, "{name}: {text}");
                assert_eq!(report.by_rule(if column == TEAM { "team-blank" } else { "scope-empty" }).len(), 1);
            }
        }
    }
}

#[test]
fn parts_that_stand_alone_in_the_column_make_a_list_of_an_api_user_ambiguous() {
    let other = DANA.replace("Operations", "South");
    for (text, count) in [("North, South", 1), ("South & West", 1), ("R&D, Leeds", 0), ("North", 0)] {
        let late = GOOD.replace("api.payroll", "api.late").replace("Operations", &format!("\"{text}\""));
        let workspace = Workspace::with(&[("people.csv", &format!("{HEAD}{GOOD}{other}{late}"))]);
        let ran = workspace.check(&[&["people.csv"], &SEATS[..]].concat());
        assert_eq!(ran.report().unwrap().by_rule("list-ambiguous").len(), count, "{text}\n{ran}");
    }
}

#[test]
fn honest_names_are_clean_in_every_format() {
    for text in [
        "R&D Lead",
        "QA/QC",
        "[North] Sales",
        "{Core}",
        "#1 Desk",
        "Sr. Lead (EMEA) - O'Brien's",
        "Null Island",
        "Team 2",
        "Tier 3 Support",
        "24/7 Desk",
        "More",
    ] {
        for (name, bytes) in forms(SCOPE, text) {
            let workspace = Workspace::new();
            workspace.write(name, bytes);
            let report = workspace.check(&[&[name], &SEATS[..]].concat()).ends(0, "pass");
            assert!(report.diagnostics().is_empty(), "{name}: {text}");
        }
    }
}

/// An item of a list that says that it does not count is not judged as one that does.
#[test]
fn items_that_may_not_count_are_not_judged() {
    let export = |roles: &str, scope: &str| {
        let account = |name: &str, roles: &str, scope: &str| {
            format!(
                r#"{{"firstName":"API","lastName":"Sync","email":"{name}@acme.example","roles":[{roles}],"team":"Default Team",
                "scope":{scope},"views":[{{"name":"EnterpriseView","mainView":true}}],"active":true}}"#
            )
        };
        let (plain_roles, plain_scope) = (r#"{"name":"Administrator","active":true}"#, r#"{"groups":["Operations"]}"#);
        let filler = (0..40).map(|number| account(&format!("dana{number}"), plain_roles, plain_scope));
        let accounts: Vec<String> = filler.chain([account("api", roles, scope)]).collect();
        format!("[{}]", accounts.join(",\n"))
    };
    let role = |more: &str| format!(r#"{{"name":"Administrator",{more}}}"#);
    let scope = r#"{"groups":["Operations"]}"#;
    let cases = [
        (role(r#""status":"REVOKED""#), scope, 3),
        (role(r#""active":false"#), scope, 3),
        (role(r#""isDeleted":true"#), scope, 3),
        (role(r#""validTo":"2020-01-01""#), scope, 3),
        (role(r#""assignmentType":"Eligible""#), scope, 3),
        (role(r#""x":1"#), r#"{"groups":[{"name":"Operations","excluded":true}]}"#, 3),
        (role(r#""x":1"#), r#"{"groups":["Operations"],"exclude":["South"]}"#, 3),
        (role(r#""x":1"#), r#"{"groups":["Operations"],"truncated":true}"#, 3),
        (role(r#""x":1"#), r#"{"groups":["Operations"],"groups@odata.nextLink":"https://acme.example/2"}"#, 3),
        (
            role(r#""status":"Active","enabled":true,"deleted":false,"validTo":null,"description":"removed in 2019""#),
            scope,
            0,
        ),
        (
            role(r#""validTo":"9999-12-31","createdBy":"dana","tenantId":1,"activeUsers":7,"validFrom":"2020-01-01""#),
            scope,
            0,
        ),
        (role(r#""x":1"#), r#"{"groups":[{"name":"Operations","active":true}],"truncated":false,"exclude":[]}"#, 0),
    ];
    for (roles, scope, exit) in cases {
        let workspace = Workspace::with(&[("people.json", &export(&roles, scope))]);
        let ran =
            workspace.check(&["people.json", "--seats", "System Administrator=500", "--api-user", "api@acme.example"]);
        assert_eq!(ran.exit, exit, "{roles} {scope}\n{ran}");
    }
}

#[test]
fn a_main_view_that_a_mark_contradicts_is_not_judged() {
    let head = HEAD.replace("Active", "Main View,Active");
    let row = |views: &str, main: &str| {
        GOOD.replace(",EnterpriseView,", &format!(",{views},{main},"))
            + &DANA.replace(",EnterpriseView,", ",EnterpriseView,EnterpriseView,")
    };
    for (views, main, exit) in [
        ("EnterpriseView (main);Billing", "EnterpriseView", 0),
        ("EnterpriseView;Billing", "EnterpriseView", 0),
        ("EnterpriseView;Billing *", "EnterpriseView", 3),
    ] {
        let workspace = Workspace::with(&[("people.csv", &format!("{head}{}", row(views, main)))]);
        let ran = workspace.check(&[&["people.csv"], &SEATS[..]].concat());
        assert_eq!(ran.exit, exit, "{views}\n{ran}");
        assert_eq!(ran.report().unwrap().by_rule("main-view-contradicts").len(), usize::from(exit == 3), "{ran}");
    }
}

#[test]
fn one_export_named_twice_counts_once() {
    let people = format!("{HEAD}{GOOD}{DANA}");
    let workspace = Workspace::with(&[("a.csv", &people), ("b.csv", &people)]);
    for (files, kind) in [(["a.csv", "./a.csv"], "input-twice"), (["a.csv", "b.csv"], "input-duplicate")] {
        let expect = ["--expect-records", "2"];
        let report = workspace.check(&[&files[..], &expect[..], &SEATS[..]].concat()).ends(0, "pass");
        assert_eq!(report.by_rule(kind).len(), 1, "{kind}");
        assert_eq!(report.seats("System Administrator")["used"], 2, "{kind}");
        let capacity = workspace.capacity(&[&files[..], &SEATS[..]].concat()).report().unwrap();
        assert_eq!(capacity.by_rule(kind).len(), 1, "capacity: {kind}");
    }
}

#[test]
fn a_run_that_puts_no_rule_to_an_account_is_incomplete() {
    let workspace = Workspace::with_table(&[GOOD, DANA]);
    let rules = workspace.check(&[&["people.csv"], &SEATS[..]].concat()).report().unwrap();
    let rules = rules.0["outcomes"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned());
    let off: String = rules.map(|rule| format!("{rule} = \"off\"\n")).collect();
    workspace.write("rolecall.toml", format!("[severity]\n{off}[licenses.\"System Administrator\"]\nseats = 5\n"));
    let ran =
        workspace.run(&["check", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", "json", "people.csv"]);
    assert_eq!(ran.ends(3, "incomplete").by_rule("nothing-judged").len(), 1);
}
