//! What decides the verdict, what is underlined, and what could be given back.

use serde_json::{Value, json};

use crate::support::report::steps;
use crate::support::workspace::Workspace;

const SA: &str = "System Administrator";
const HEAD: &str = "First Name,Last Name,User Name,Employee ID,Roles,Active,Deactivated,License\n";
const CONFIG: &str = "[licenses.\"System Administrator\"]\nseats = 3\nover = \"billed\"\nroles = [\"Administrator\"]\nlabels = [\"Admin\", \"SysAdmin\"]\n[licenses.Access]\nseats = 9\nroles = [\"Supervisor\"]\nlabels = [\"Access\"]\n";

fn row(name: &str, roles: &str, rest: &str) -> String {
    format!("Ann,Other,{name},,{roles},{rest}\n")
}

fn workspace(rows: &[String]) -> Workspace {
    let table = format!("{HEAD}{}", rows.concat());
    Workspace::with(&[("people.csv", &table), ("rolecall.toml", CONFIG)])
}

#[test]
fn a_plan_that_breaks_the_limit_fails_with_its_line_and_the_declaration_underlined() {
    let table = format!("{HEAD}{}{}", row("a", "Administrator", "yes,,"), row("b", "Administrator", "yes,,"));
    let plan = "rolecall: 1\nlicenses:\n  - { name: System Administrator, seats: 3, over: blocked }\nusers:\n  - { user_name: c@x.example, roles: [Administrator], active_from: 2027-01-01 }\n  - { user_name: d@x.example, roles: [Administrator], active_from: 2027-02-01 }\n";
    let workspace = Workspace::with(&[("people.csv", &table), ("plan.yaml", plan)]);
    let report = workspace.capacity(&["plan.yaml", "people.csv"]).ends(1, "fail");
    let [found] = report.by_rule("seats-exceeded")[..] else { panic!("{report}") };
    assert_eq!(found["message"], "from 2027-02-01 on 4 seats of System Administrator are used, 3 are owned");
    let place = |label: &Value| format!("{}:{}", label["file"].as_str().unwrap(), label["start"]["line"]);
    assert_eq!(
        found["labels"].as_array().unwrap().iter().map(place).collect::<Vec<_>>(),
        ["plan.yaml:6", "plan.yaml:3"]
    );
    assert_eq!(found["record"]["key"], "d@x.example");
    assert_eq!(
        (&report.license(SA)["first_over"], &report.license(SA)["over"]),
        (&json!("2027-02-01"), &json!("blocked"))
    );
    // Without the plan everything is as it should be.
    let args = ["people.csv", "--seats", "System Administrator=3"];
    workspace.capacity(&args).ends(0, "pass");
}

#[test]
fn seats_that_expire_are_the_reason_and_not_an_account() {
    let config = "[licenses.\"System Administrator\"]\nseats = [\n  { from = 2026-01-01, count = 5 },\n  { from = 2027-06-30, count = 1 },\n]\n";
    let table = format!("{HEAD}{}{}", row("a", "Administrator", "yes,,"), row("b", "Administrator", "yes,,"));
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", config)]);
    let report = workspace.capacity(&["people.csv"]).ends(1, "fail");
    assert_eq!(steps(report.license(SA)), ["2027-06-30 2/1"]);
    let because = &report.license(SA)["steps"][0]["because"];
    assert_eq!(because, &json!([{ "change": "seats", "key": SA, "file": "rolecall.toml", "count": 1 }]));
    let [found] = report.by_rule("seats-exceeded")[..] else { panic!("{report}") };
    assert_eq!((&found["record"], &found["labels"][0]["start"]["line"]), (&Value::Null, &json!(4)));
}

#[test]
fn rules_that_have_nothing_to_do_with_seats_decide_nothing() {
    // No address, no team, no scope, no view, one administrator, dates against the mark: none of it is about seats.
    let workspace = workspace(&[row("api user", "Administrator", "yes,2026-01-01,Admin")]);
    let report = workspace.capacity(&["people.csv"]).ends(0, "pass");
    let rules: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["rule"], one["severity"]))
        .collect();
    assert_eq!(rules, ["\"activity-contradicts-dates\" \"note\"", "\"license-without-role\" \"note\""]);
}

#[test]
fn the_warning_mark_and_a_reserve_are_put_to_every_day() {
    let two = [row("a", "Administrator", "yes,,Admin"), row("b", "Administrator", "yes,,Admin")];
    let workspace = workspace(&two);
    workspace.capacity(&["people.csv", "--require-free", "1"]).ends(0, "pass");
    let report = workspace.capacity(&["people.csv", "--require-free", "2"]).ends(1, "fail");
    let [found] = report.by_rule("seats-reserve-short")[..] else { panic!("{report}") };
    assert_eq!(found["message"], "1 seat of System Administrator is free, 2 are to be kept free");
    assert_eq!((&found["record"]["key"], &found["basis"]), (&json!("b"), &json!("site")));
    // A third of three is one; two thirds round up to three.
    workspace.capacity(&["people.csv", "--require-free", "33%"]).ends(0, "pass");
    workspace.capacity(&["people.csv", "--require-free", "67%"]).ends(1, "fail");
    // The third administrator takes the last seat: the mark of nine tenths.
    let report = workspace.capacity(&["people.csv", "--what-if", "Administrator+1@2027-02-01"]).ends(1, "fail");
    let [found] = report.by_rule("seats-nearly-used")[..] else { panic!("{report}") };
    assert_eq!(
        found["message"],
        "from 2027-02-01 on 3 seats of System Administrator are used with what is assumed of 3 owned"
    );
    let report = workspace
        .capacity(&["people.csv", "--what-if", "Administrator+2@2027-02-01", "--what-if", "Administrator-2@2027-03-01"])
        .ends(1, "fail");
    assert_eq!(steps(report.license(SA)), ["2027-02-01 4/3", "2027-03-01 2/3"]);
    assert_eq!(report["what_ifs"][1], json!({ "role": "Administrator", "accounts": -2, "on": "2027-03-01" }));
    assert!(report.by_rule("seats-nearly-used").is_empty());
}

#[test]
fn a_severity_of_the_site_counts() {
    let workspace = workspace(&[
        row("a", "Administrator", "yes,,Admin"),
        row("b", "Administrator", "yes,,Admin"),
        row("c", "Administrator", "yes,,Admin"),
    ]);
    workspace.capacity(&["people.csv"]).ends(1, "fail");
    let off = Workspace::with(&[
        ("people.csv", &format!("{HEAD}{}", row("a", "Administrator", "yes,,Admin").repeat(3))),
        ("rolecall.toml", &format!("{CONFIG}[severity]\nseats-nearly-used = \"off\"\nname-blank = \"note\"\n")),
    ]);
    off.capacity(&["people.csv"]).ends(0, "pass");
}

#[test]
fn the_licence_column_is_put_beside_the_roles() {
    let rows = [
        row("right", "Administrator", "yes,,SysAdmin"),
        row("both", "Administrator; Supervisor", "yes,,Access; Admin"),
        row("other", "Supervisor", "yes,,Admin"),
        row("none", "Administrator", "yes,,"),
        row("unheard", "Agent", "yes,,Data"),
        row("gone", "Agent", "no,,Admin"),
    ];
    let report = workspace(&rows).capacity(&["people.csv"]).report().unwrap();
    let found = report.by_rule("license-label-differs");
    let told: Vec<_> = found
        .iter()
        .map(|one| {
            let columns: Vec<_> = one["labels"]
                .as_array()
                .unwrap()
                .iter()
                .map(|label| label["start"]["column"].as_u64().unwrap())
                .collect();
            (
                one["record"]["key"].as_str().unwrap(),
                one["message"].as_str().unwrap(),
                columns.len(),
                one["severity"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("other", "the licence column says `System Administrator`, the roles take a seat of `Access`", 2, "note"),
            ("none", "the licence column says none, the roles take a seat of `System Administrator`", 2, "note"),
        ]
    );
}

#[test]
fn candidates_are_ranked_and_stand_on_what_the_data_shows() {
    let rows = [
        "Ann,One,ann@x.example,77,Administrator,yes,,Admin\n".to_owned(),
        "Ann,Two,ann.two@x.example,77,Administrator,yes,,Admin\n".to_owned(),
        "Bob,Agent,bob@x.example,78,Administrator; Agent,yes,,Admin\n".to_owned(),
        "Cy,Left,cy@x.example,79,Administrator,yes,2026-10-31,Admin\n".to_owned(),
        "Dee,Dup,dee@x.example,80,Administrator,yes,,Admin\n".to_owned(),
        "Dee,Dup,DEE@x.example,80,Administrator,yes,,Admin\n".to_owned(),
        "Eve,Odd,\u{435}ve@x.example,81,Administrator,yes,,Admin\n".to_owned(),
        "Eve,Plain,eve@x.example,82,Administrator,yes,,Admin\n".to_owned(),
        // Another licence, no licence, an inactive twin: no candidates.
        "Ann,Three,ann.three@x.example,77,Supervisor,yes,,Access\n".to_owned(),
        "Flo,Agent,flo@x.example,83,Agent,yes,2026-10-31,\n".to_owned(),
        "Gus,Gone,gus@x.example,82,Administrator,no,,\n".to_owned(),
        "Hal,More,hal@x.example,84,Administrator; Agent; Auditor,yes,,Admin\n".to_owned(),
    ];
    let report = workspace(&rows).capacity(&["people.csv", "--seats", "System Administrator=50"]).report().unwrap();
    let told: Vec<_> = report["reclaim"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let signs: Vec<_> = one["signs"].as_array().unwrap().iter().map(|sign| sign.as_str().unwrap()).collect();
            format!("{} {} {}", one["record"], signs.join("+"), one["labels"].as_array().unwrap().len())
        })
        .collect();
    assert_eq!(
        told,
        ["4 ended 1", "6 user-name-twice+employee-twice 4", "2 employee-twice 2", "7 look-alike 2", "3 agent-too 1"]
    );
    let first = &report["reclaim"][0];
    assert_eq!((&first["key"], &first["license"]), (&json!("cy@x.example"), &json!(SA)));
    assert_eq!(first["labels"][0]["start"]["line"], 5);
}

#[test]
fn an_api_user_of_an_integration_that_nobody_declares_is_a_candidate() {
    let plan = "rolecall: 1\nintegrations: [payroll]\nlicenses: [{ name: System Administrator, seats: 9 }]\nusers:\n  - { kind: api-user, integration: payroll, user_name: a@x.example, roles: [Administrator] }\n  - { kind: api-user, integration: survey, user_name: b@x.example, roles: [Administrator] }\n";
    let report = Workspace::with(&[("plan.yaml", plan)]).capacity(&["plan.yaml"]).ends(0, "pass");
    let [found] = &report["reclaim"].as_array().unwrap()[..] else { panic!("{report}") };
    assert_eq!((&found["key"], &found["signs"]), (&json!("b@x.example"), &json!(["integration-gone"])));
    assert_eq!(found["labels"][0]["start"]["line"], 6);
}

#[test]
fn long_lists_of_causes_are_cut_and_counted() {
    let rows: Vec<String> =
        (0..50).map(|number| row(&format!("u{number}"), "Administrator", "yes,2027-02-01,Admin")).collect();
    let report = workspace(&rows).capacity(&["people.csv", "--seats", "System Administrator=50"]).report().unwrap();
    let step = &report.license(SA)["steps"][0];
    assert_eq!((step["because"].as_array().unwrap().len(), &step["others"]), (20, &json!(30)));
}
