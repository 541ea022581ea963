//! Reviews of access: nine rules that judge only where a site wants them, numbers that only the site declares, and columns
//! that mean nothing to anybody else.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::workspace::{AS_OF, Workspace};

const RULES: [&str; 9] = [
    "account-dormant",
    "account-generic",
    "duties-not-separated",
    "identity-twice",
    "owner-missing",
    "privileged-daily-use",
    "privileged-too-many",
    "review-overdue",
    "secret-too-old",
];

const ON: &str = "[licenses.\"System Administrator\"]\nseats = 25\n[packs]\naccess-review = true\n";

const REVIEW: [&str; 6] = [
    "period = { people = 180, api-users = 90 }",
    "dormant = 45",
    "secret-days = 365",
    "privileged-at-most = 3",
    "apart = [[\"Payroll\", \"Auditor\"]]",
    "break-glass = [\"bg.admin@acme.example\"]",
];

const COLUMNS: [&str; 14] = [
    "User Name",
    "First Name",
    "Last Name",
    "Roles",
    "Team",
    "Associated Groups and Teams",
    "Main View",
    "Active",
    "Employee ID",
    "Owner",
    "Last Reviewed",
    "Reviewed By",
    "Last Login",
    "Password Changed",
];

type Row = [&'static str; COLUMNS.len()];

/// An API user, an administrator, somebody for emergencies and an agent, with whom nothing is wrong.
const CLEAN: [Row; 4] = [
    [
        "api.payroll@acme.example",
        "API",
        "Payroll Sync",
        "Administrator",
        "Default Team",
        "Operations",
        "EnterpriseView",
        "yes",
        "",
        "Dana Ops",
        "2026-08-23",
        "lee.audit@acme.example",
        "2026-10-07",
        "2025-11-21",
    ],
    [
        "dana.ops@acme.example",
        "Dana",
        "Ops",
        "Administrator",
        "Billing",
        "Operations",
        "",
        "yes",
        "E-1",
        "",
        "2026-05-25",
        "",
        "2026-11-21",
        "",
    ],
    [
        "bg.admin@acme.example",
        "Bo",
        "Glass",
        "Administrator",
        "Billing",
        "Operations",
        "",
        "yes",
        "E-2",
        "",
        "2026-05-25",
        "",
        "",
        "",
    ],
    [
        "lee.agent@acme.example",
        "Lee",
        "Agent",
        "Agent; Payroll",
        "Billing",
        "Operations",
        "",
        "yes",
        "",
        "",
        "2026-11-21",
        "",
        "2026-10-07",
        "",
    ],
];

fn review(without: Option<&str>) -> String {
    let lines: Vec<_> = REVIEW.into_iter().filter(|line| without.is_none_or(|key| !line.starts_with(key))).collect();
    format!("{ON}[review]\n{}\n", lines.join("\n"))
}

/// The rows, with some cells changed and some columns left out.
fn table(changes: &[(usize, &str, &str)], without: &[&str]) -> String {
    let mut text = String::new();
    let kept = |at: &usize| !without.contains(&COLUMNS[*at]);
    let columns: Vec<usize> = (0..COLUMNS.len()).filter(kept).collect();
    let mut line = |cells: Vec<&str>| writeln!(text, "{}", cells.join(",")).unwrap();
    line(columns.iter().map(|at| COLUMNS[*at]).collect());
    for (number, row) in CLEAN.iter().enumerate() {
        let cell = |at: &usize| {
            let change = changes.iter().find(|(row, column, _)| *row == number && *column == COLUMNS[*at]);
            change.map_or(row[*at], |(_, _, text)| *text)
        };
        line(columns.iter().map(cell).collect());
    }
    text
}

fn workspace(config: &str, table: &str) -> Workspace {
    Workspace::with(&[("rolecall.toml", config), ("people.csv", table)])
}

const CHECK: [&str; 3] = ["people.csv", "--config", "rolecall.toml"];

fn outcome<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let outcomes = report["outcomes"].as_array().unwrap();
    outcomes.iter().find(|one| one["rule"] == rule).unwrap_or_else(|| panic!("{rule} has no outcome"))
}

/// The findings, each as its rule and the line of its first place.
fn found(report: &Value) -> Vec<(String, u64)> {
    let found = report["diagnostics"].as_array().unwrap().iter();
    let one = |one: &Value| {
        (one["rule"].as_str().unwrap().to_owned(), one["labels"][0]["start"]["line"].as_u64().unwrap_or_default())
    };
    found.map(one).collect()
}

#[test]
fn every_rule_is_put_and_passes_where_nothing_is_wrong() {
    let report = workspace(&review(None), &table(&[], &[])).check(&CHECK).ends(0, "pass").0;
    for rule in RULES {
        assert_eq!(outcome(&report, rule)["outcome"], "pass", "{rule}");
    }
}

/// What reviews ask about is any text to a run without the pack, and no finding shows more of a row.
#[test]
fn without_the_pack_its_columns_mean_nothing() {
    let config = ON.replace("true", "false");
    let judged = |table: &str| {
        let report = workspace(&config, table).check(&CHECK).ends(1, "fail").0;
        (report["diagnostics"].clone(), report["outcomes"].clone(), report["accounts"].clone())
    };
    let expected = judged(&table(&[(0, "Team", "")], &[]));
    assert!(!expected.1.as_array().unwrap().iter().any(|one| RULES.contains(&one["rule"].as_str().unwrap())));
    let odd = [(0, "Team", ""), (0, "Owner", "03/04/05"), (2, "Last Reviewed", "soon"), (3, "Last Login", "N/A")];
    assert_eq!(judged(&table(&odd, &[])), expected);
    let others =
        table(&[(0, "Team", "")], &[]).replace("Reviewed By", "Account Owner").replace("Last Login", "Last Review");
    assert_eq!(judged(&others).1, expected.1, "two headers of one field");
    workspace(&review(None), &others).check(&CHECK).ends(3, "incomplete");
}

#[test]
fn each_rule_finds_what_it_is_for() {
    for (changes, rule, line) in [
        (&[(0, "Last Reviewed", "2026-08-22")][..], "review-overdue", 2),
        (&[(1, "Last Reviewed", "2026-05-24")], "review-overdue", 3),
        (&[(1, "Last Reviewed", "")], "review-overdue", 3),
        (&[(1, "Last Reviewed", "2062-05-25")], "review-overdue", 3),
        (&[(0, "Owner", "")], "owner-missing", 2),
        (&[(0, "Last Login", "2026-10-06")], "account-dormant", 2),
        (&[(3, "Last Login", "")], "account-dormant", 5),
        (&[(3, "Last Login", "never")], "account-dormant", 5),
        (&[(0, "Password Changed", "2025-11-20")], "secret-too-old", 2),
        (&[(0, "Password Changed", "")], "secret-too-old", 2),
        (&[(3, "Roles", "Administrator")], "privileged-too-many", 5),
        (&[(1, "Roles", "Agent; Administrator")], "privileged-daily-use", 3),
        (&[(3, "Roles", "Auditor; Payroll")], "duties-not-separated", 5),
        // Of both accounts, the one whose user name is later in the alphabet.
        (&[(2, "Employee ID", "e-1")], "identity-twice", 3),
        (&[(3, "User Name", "temp.4@acme.example")], "account-generic", 5),
        (&[(3, "Last Name", "TEST")], "account-generic", 5),
    ] {
        let report = workspace(&review(None), &table(changes, &[])).check(&CHECK).ends(1, "fail").0;
        assert_eq!(found(&report), [(rule.to_owned(), line)], "{changes:?}");
    }
}

/// People and API users share the texts of a column, and not the period.
#[test]
fn one_day_is_overdue_for_an_api_user_and_not_for_a_person() {
    let day = "2026-08-01";
    let changes: Vec<_> = (0..CLEAN.len()).map(|row| (row, "Last Reviewed", day)).collect();
    let report = workspace(&review(None), &table(&changes, &[])).check(&CHECK).ends(1, "fail").0;
    assert_eq!(found(&report), [("review-overdue".to_owned(), 2)]);
    let only_people = review(None).replace(", api-users = 90", "");
    let report = workspace(&only_people, &table(&changes, &[])).check(&CHECK).ends(0, "pass").0;
    assert_eq!(outcome(&report, "review-overdue")["judged"], 3);
}

#[test]
fn a_number_that_is_not_declared_makes_its_rule_not_applicable() {
    let wrong = [
        (0, "Last Reviewed", "2001-01-01"),
        (0, "Last Login", "2001-01-01"),
        (0, "Password Changed", "2001-01-01"),
        (2, "Roles", "Administrator; Payroll; Auditor"),
        (3, "Roles", "Administrator; Payroll; Auditor"),
    ];
    for (key, rule) in [
        ("period", "review-overdue"),
        ("dormant", "account-dormant"),
        ("secret-days", "secret-too-old"),
        ("privileged-at-most", "privileged-too-many"),
        ("apart", "duties-not-separated"),
    ] {
        let report = workspace(&review(Some(key)), &table(&wrong, &[])).check(&CHECK).ends(1, "fail").0;
        let outcome = outcome(&report, rule);
        assert_eq!(outcome["outcome"], "not-applicable", "{rule}");
        let reason = outcome["reason"].as_str().unwrap();
        assert!(reason.starts_with("the config declares no ") && reason.contains(key), "{reason}");
    }
    let report = workspace(ON, &table(&[], &[])).check(&CHECK).ends(0, "pass").0;
    let passed = |rule: &&str| outcome(&report, rule)["outcome"] == "pass";
    let judging: Vec<_> = RULES.into_iter().filter(passed).collect();
    assert_eq!(judging, ["account-generic", "identity-twice", "owner-missing", "privileged-daily-use"]);
}

#[test]
fn a_column_that_is_absent_leaves_its_rules_open() {
    for (column, rule) in [
        ("Last Reviewed", "review-overdue"),
        ("Owner", "owner-missing"),
        ("Last Login", "account-dormant"),
        ("Password Changed", "secret-too-old"),
        ("Employee ID", "identity-twice"),
        ("First Name", "account-generic"),
        ("Roles", "duties-not-separated"),
        ("Roles", "privileged-too-many"),
    ] {
        let report = workspace(&review(None), &table(&[], &[column])).check(&CHECK).ends(3, "incomplete").0;
        assert_eq!(outcome(&report, rule)["outcome"], "not-determinable", "{rule}");
        let holes = report["ledger"]["holes"].as_array().unwrap();
        assert!(holes.iter().any(|hole| hole["rule"] == rule), "{rule}: {holes:?}");
    }
    workspace(&review(None), &table(&[], &["Reviewed By"])).check(&CHECK).ends(0, "pass");
}

#[test]
fn an_account_for_emergencies_is_excepted_from_dormancy_alone_and_while_its_review_is_in_date() {
    let of = |changes: &[(usize, &'static str, &'static str)], config: &str| {
        found(&workspace(config, &table(changes, &[])).check(&CHECK).report().unwrap().0)
    };
    let overdue = [(2, "Last Reviewed", "2026-05-24")];
    let both = [("review-overdue".to_owned(), 4), ("account-dormant".to_owned(), 4)];
    assert_eq!(of(&overdue, &review(None)), both);
    assert_eq!(of(&[(2, "Last Reviewed", "")], &review(None)), both);
    assert_eq!(of(&[], &review(Some("break-glass"))), [("account-dormant".to_owned(), 4)]);
    // Nothing says that its review is in date.
    assert_eq!(of(&[], &review(Some("period"))), [("account-dormant".to_owned(), 4)]);
    assert_eq!(of(&[], &review(None).replace("bg.admin", "BG.Admin")), []);
    let report = workspace(&review(None), &table(&[], &["Last Reviewed"])).check(&CHECK).ends(3, "incomplete").0;
    assert_eq!(outcome(&report, "account-dormant")["outcome"], "not-determinable");
}

#[test]
fn a_day_that_cannot_be_read_leaves_its_rule_open_and_is_shown() {
    for (column, rule, text) in [
        ("Last Reviewed", "review-overdue", "03/04/2026"),
        ("Last Login", "account-dormant", "recently"),
        ("Password Changed", "secret-too-old", "2026-13-01"),
    ] {
        let report = workspace(&review(None), &table(&[(0, column, text)], &[])).check(&CHECK).ends(3, "incomplete").0;
        assert_eq!(found(&report), [("date-unreadable".to_owned(), 2)], "{text}");
        assert_eq!(outcome(&report, rule)["outcome"], "not-determinable");
    }
    let order = review(None) + "[dates]\norder = \"dmy\"\n[values]\nblank = [\"nie\"]\n";
    let changes = [(0, "Last Reviewed", "21/11/2026"), (3, "Last Login", "nie")];
    let report = workspace(&order, &table(&changes, &[])).check(&CHECK).ends(1, "fail").0;
    assert_eq!(found(&report), [("account-dormant".to_owned(), 5)]);
}

/// However many accounts have the same text, and wherever they are in the input.
#[test]
fn every_day_that_cannot_be_read_is_counted() {
    const ROWS: usize = 3_000;
    let row = |number: usize| format!("api.{number}@acme.example,API,Sync,Administrator,Default Team,31.02.2026\n");
    let rows: String = (0..ROWS).map(row).collect();
    let text = format!("User Name,First Name,Last Name,Roles,Team,Last Reviewed\n{rows}");
    let report =
        workspace(&review(None), &text).check(&[&CHECK[..], &["--all-api-users"]].concat()).report().unwrap().0;
    let holes = report["ledger"]["holes"].as_array().unwrap();
    let count = |rule: &str| holes.iter().find(|hole| hole["rule"] == rule).map(|hole| hole["count"].clone());
    for rule in ["date-unreadable", "review-overdue"] {
        assert_eq!(count(rule), Some(ROWS.into()), "{rule}");
    }
}

/// Whatever is written where the day of a change should be may be the password.
#[test]
fn what_is_no_day_in_the_column_of_changes_is_never_shown() {
    const CANARY: &str = "Wq7#Ferret!Basalt_93";
    let csv = table(&[(0, "Password Changed", CANARY), (0, "Owner", ""), (0, "Last Login", "")], &[]);
    let json = format!(
        "[{{\"firstName\":\"API\",\"lastName\":\"Payroll Sync\",\"email\":\"api.payroll@acme.example\",\"roles\":[\"Administrator\"],\
         \"team\":\"Default Team\",\"scope\":{{\"groups\":[\"Operations\"]}},\"views\":[{{\"name\":\"EnterpriseView\",\"mainView\":true}}],\
         \"employeeId\":\"1\",\"owner\":\"\",\"lastReviewed\":\"2026-11-01\",\"lastLogin\":\"\",\"passwordChanged\":\"{CANARY}\"}}]"
    );
    for config in [review(None), review(None) + "[columns]\npassword-changed = \"Password Changed\"\n", ON.to_owned()] {
        for (name, text) in [("people.csv", &csv), ("people.json", &json)] {
            let workspace = Workspace::with(&[("rolecall.toml", &config), (name, text)]);
            let report = workspace.check(&[name, "--config", "rolecall.toml"]).report().unwrap().0;
            let rules: Vec<_> = found(&report).into_iter().map(|(rule, _)| rule).collect();
            assert!(rules.contains(&"password-literal".to_owned()), "{name}: {rules:?}");
            let forms = workspace.all_forms(&[name, "--config", "rolecall.toml"]).0;
            for (form, text) in forms {
                for trace in [CANARY, "Ferret", "Basalt"] {
                    assert!(!text.contains(trace), "{form} of {name} shows {trace}");
                }
                assert!(!text.contains("blank = ["), "{form} of {name} takes a password for a word");
            }
        }
    }
}

#[test]
fn documents_and_plans_have_the_columns_as_keys() {
    let account = |changed: &str, reviewed: &str| {
        json!({
            "firstName": "API", "lastName": "Payroll Sync", "email": "api.payroll@acme.example", "roles": ["Administrator"],
            "team": "Default Team", "scope": { "groups": ["Operations"] }, "views": [{ "name": "EnterpriseView", "mainView": true }],
            "employeeId": "E-9", "owner": "Dana Ops", "lastReviewed": reviewed, "reviewed_by": "lee.audit@acme.example",
            "lastLogin": "2026-11-20T08:00:00Z", "pwdLastSet": changed,
        })
    };
    let people: Vec<Value> = (0..20)
        .map(|number| {
            let mut one = account("2026-01-01", "2026-11-01");
            one["email"] = format!("api.system{number}@acme.example").into();
            one["employeeId"] = number.into();
            one
        })
        .chain([account("2025-01-01", "2026-01-01")])
        .collect();
    let lines: String = people.iter().map(|one| format!("{one}\n")).collect();
    let config = review(Some("privileged-at-most"));
    for (name, text) in [("people.json", json!(people).to_string()), ("people.jsonl", lines)] {
        let workspace = Workspace::with(&[("rolecall.toml", &config), (name, &text)]);
        let report = workspace.check(&[name, "--config", "rolecall.toml"]).ends(1, "fail").0;
        let mut rules: Vec<_> = found(&report).into_iter().map(|(rule, _)| rule).collect();
        rules.sort();
        assert_eq!(rules, ["review-overdue", "secret-too-old"], "{name}");
        let text = workspace.check_as("human", &[name, "--config", "rolecall.toml"]).out;
        assert!(text.contains("\"lastReviewed\":\"2026-01-01\""), "{name}: the value is not shown\n{text}");
    }
    let plan = "rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, last_name: Payroll Sync, user_name: api.payroll@acme.example, \
                roles: [Administrator], team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView, others: [] }, \
                employee_id: E-9, owner: '', last_reviewed: 2026-01-01, reviewed_by: lee.audit@acme.example }\n";
    let workspace = Workspace::with(&[("rolecall.toml", &config), ("plan.yaml", plan)]);
    let report = workspace.check(&["plan.yaml", "--config", "rolecall.toml"]).report().unwrap().0;
    let rules: Vec<_> = found(&report).into_iter().map(|(rule, _)| rule).collect();
    assert!(rules.contains(&"owner-missing".to_owned()) && rules.contains(&"review-overdue".to_owned()), "{rules:?}");
    // A plan says nothing of log-ins and passwords in use.
    assert_eq!(outcome(&report, "account-dormant")["outcome"], "not-determinable");
    workspace.check(&["plan.yaml"]).report().unwrap();
}

#[test]
fn headers_in_other_words_are_mapped_or_suggested() {
    let german = table(&[(0, "Owner", "")], &[])
        .replace("Owner", "Eigentümer")
        .replace("Last Reviewed", "Zuletzt geprüft")
        .replace("Last Login", "Letzte Anmeldung")
        .replace("Password Changed", "Kennwort geändert am");
    let mapped = "[columns]\nowner = \"Eigentümer\"\nlast-reviewed = \"Zuletzt geprüft\"\nlast-login = \"Letzte Anmeldung\"\n\
                  password-changed = \"Kennwort geändert am\"\n";
    let report = workspace(&(review(None) + mapped), &german).check(&CHECK).ends(1, "fail").0;
    assert_eq!(found(&report), [("owner-missing".to_owned(), 2)]);
    let suggested = workspace(ON, &german).run(&["columns", "people.csv", "--format", "toml"]).out;
    for line in mapped.lines() {
        assert!(suggested.contains(line), "no line `{line}` in\n{suggested}");
    }
}

#[test]
fn a_config_that_cannot_be_meant_is_refused_with_its_place() {
    for (config, words) in [
        (
            "[packs]\naccess-reviews = true\n",
            &["unknown key `access-reviews`", "Did you mean `access-review`?", ":2:1"][..],
        ),
        ("[packs]\naccess-review = \"yes\"\n", &["rolecall.toml:2:"]),
        ("[review]\ndormnt = 45\n", &["unknown key `dormnt`", "Did you mean `dormant`?", ":2:1"]),
        ("[review]\nperiod = { people = 180, api_users = 90 }\n", &["Did you mean `api-users`?", ":2:"]),
        ("[review]\nperiod = 90\n", &["`people`, `api-users` or both"]),
        ("[review]\ndormant = 0\n", &["a whole number of days from 1 to 36500", "Write `dormant = 45`.", ":2:"]),
        ("[review]\nsecret-days = -1\n", &["a whole number of days"]),
        ("[review]\nprivileged-at-most = \"5\"\n", &["a whole number from 1 to"]),
        ("[review]\napart = [[\"Payroll\"]]\n", &["two roles", ":2:"]),
        ("[review]\napart = [[\"Payroll\", \"Auditor\", \"Agent\"]]\n", &["two roles"]),
        ("[review]\napart = [[\"Payroll\", \"PAYROLL\"]]\n", &["names `Payroll` twice", ":2:"]),
        ("[review]\nbreak-glass = \"bg@acme.example\"\n", &["expected a list"]),
        (
            "[severity]\nreview-overdue = \"error\"\n",
            &["its pack is off", "Write `access-review = true` under `[packs]`"],
        ),
    ] {
        workspace(config, &table(&[], &[])).run(&["check", "people.csv"]).refused(words);
    }
    let severities = review(None) + "[severity]\nreview-overdue = \"error\"\nowner-missing = \"off\"\n";
    let changes = [(0, "Last Reviewed", ""), (0, "Owner", "")];
    let report = workspace(&severities, &table(&changes, &[])).check(&CHECK).ends(1, "fail").0;
    assert_eq!(found(&report), [("review-overdue".to_owned(), 2)]);
    assert_eq!(report["diagnostics"][0]["severity"], "error");
}

#[test]
fn a_lock_notices_whatever_demands_less_of_reviews() {
    let workspace = workspace(&review(None), &table(&[], &[]));
    assert_eq!(workspace.run(&["lock", "--as-of", AS_OF]).exit, 0);
    let check = |config: &str| {
        workspace.write("rolecall.toml", config);
        workspace.run(&["check", "people.csv", "--as-of", AS_OF, "--lock", "rolecall.lock"])
    };
    assert_eq!(check(&review(None)).exit, 0);
    for (from, to, word) in [
        ("access-review = true", "access-review = false", "review-overdue"),
        ("people = 180", "people = 181", "review.period.people"),
        ("api-users = 90", "api-users = 91", "review.period.api-users"),
        ("dormant = 45", "dormant = 46", "review.dormant"),
        ("dormant = 45\n", "", "review.dormant"),
        ("secret-days = 365", "secret-days = 366", "review.secret-days"),
        ("at-most = 3", "at-most = 4", "review.privileged-at-most"),
        ("\"Auditor\"]]", "\"Agent\"]]", "review.apart"),
        ("[\"bg.admin@acme.example\"]", "[\"bg.admin@acme.example\", \"dana.ops@acme.example\"]", "review.break-glass"),
    ] {
        let config = review(None);
        assert!(config.contains(from), "{from}");
        check(&config.replace(from, to)).refused(&[word]);
    }
    for (from, to) in
        [("people = 180", "people = 179"), ("dormant = 45", "dormant = 44"), ("[\"bg.admin@acme.example\"]", "[]")]
    {
        let ran = check(&review(None).replace(from, to));
        assert!([0, 1].contains(&ran.exit), "{to}\n{ran}");
    }
    // Pairs of the same roles are other pairs.
    let pairs = |pairs: &str| review(Some("apart")) + &format!("apart = {pairs}\n");
    workspace.write("rolecall.toml", pairs("[[\"Payroll\", \"Auditor\"], [\"Trainer\", \"Coach\"]]"));
    assert_eq!(workspace.run(&["lock", "--as-of", AS_OF]).exit, 0);
    assert_eq!(check(&pairs("[[\"Coach\", \"Trainer\"], [\"Auditor\", \"Payroll\"]]")).exit, 0);
    check(&pairs("[[\"Payroll\", \"Trainer\"], [\"Auditor\", \"Coach\"]]")).refused(&["review.apart"]);
}

/// Findings of the pack are like any others: waived, baselined, redacted, replayed, and the same for any number of threads.
#[test]
fn findings_of_reviews_are_like_any_others() {
    let waiver = "[[waivers]]\nid = \"W-1\"\nrule = \"review-overdue\"\naccount = \"dana.ops@acme.example\"\nvalue = \"2026-05-24\"\n\
                  reason = \"on leave\"\napproved-by = \"lee.audit@acme.example\"\napproved-on = 2026-11-02\nuntil = 2026-12-31\n";
    let changes = [(1, "Last Reviewed", "2026-05-24")];
    let workspace = workspace(&review(None), &table(&changes, &[]));
    workspace.write("waivers.toml", waiver);
    let waived = workspace.check(&[&CHECK[..], &["--waivers", "waivers.toml"]].concat()).ends(0, "pass").0;
    assert_eq!(outcome(&waived, "review-overdue")["outcome"], "waived");
    let package =
        ["evidence", "create", "-o", "review.zip", "--config", "rolecall.toml", "--as-of", AS_OF, "people.csv"];
    let made = workspace.run(&package);
    assert_eq!(made.exit, 1, "{made}");
    let replayed = workspace.run(&["evidence", "replay", "review.zip"]);
    assert!(replayed.exit == 0 && replayed.out.contains("REPLAYED"), "{replayed}");
    let redacted = workspace.check(&[&CHECK[..], &["--redact", "identities"]].concat()).ends(1, "fail").0.to_string();
    assert!(!redacted.contains("dana.ops") && !redacted.contains("Dana Ops") && !redacted.contains("lee.audit"));
}

#[test]
fn threads_change_nothing_of_a_review() {
    let mut text = table(&[], &[]);
    for number in 0..12_000 {
        let role = if number % 7 == 0 { "Agent; Administrator" } else { "Agent; Payroll; Auditor" };
        let (day, month) = (1 + number % 28, 1 + number % 11);
        writeln!(
            text,
            "dana.ops{number}@acme.example,Dana,Ops,{role},Billing,Operations,,yes,E-{},,2026-{month:02}-{day:02},,2026-{month:02}-{day:02},",
            number % 11_990 + 10
        )
        .unwrap();
    }
    let workspace = workspace(&review(None), &text);
    let with = |jobs: &str| workspace.check(&[&CHECK[..], &["--jobs", jobs]].concat()).ends(1, "fail").0;
    let one = with("1");
    assert_eq!(one, with("4"));
    assert_eq!(outcome(&one, "identity-twice")["failed"], 10);
}
