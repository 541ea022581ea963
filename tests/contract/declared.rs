//! Declarations that contradict each other: exit 2 with both places, whatever the order and the format of the inputs.

use crate::case::{dana, good, head};
use crate::support::rows::{DANA, GOOD, HEAD, SEATS};
use crate::support::workspace::{AS_OF, Workspace};

const PEOPLE: (&str, &str) = ("people.csv", concat!(head!(), good!(), dana!()));

/// What the message names, and two plans that differ in it alone, as JSON without their braces.
const DIFFERENT: [(&str, &str, &str); 12] = [
    ("`product`", r#""product": "calabrio-one""#, r#""product": "workforce-optimization""#),
    ("`wfm`", r#""wfm": "none""#, r#""wfm": "classic""#),
    ("`first_login`", r#""first_login": true"#, r#""first_login": false"#),
    ("`min_length`", r#""password_policy": {"min_length": 8}"#, r#""password_policy": {"min_length": 12}"#),
    (
        "`classes`",
        r#""password_policy": {"classes": ["upper"]}"#,
        r#""password_policy": {"classes": ["upper", "digit"]}"#,
    ),
    (
        "`default`",
        r#""roles": [{"name": "X", "default": "agent"}]"#,
        r#""roles": [{"name": "X", "default": "administrator"}]"#,
    ),
    ("`license`", r#""roles": [{"name": "X", "license": "A"}]"#, r#""roles": [{"name": "X", "license": "B"}]"#),
    (
        "`permissions`",
        r#""roles": [{"name": "X", "permissions": ["P"]}]"#,
        r#""roles": [{"name": "X", "permissions": ["P", "Q"]}]"#,
    ),
    (
        "`active` of the group",
        r#""groups": [{"name": "G", "active": true}]"#,
        r#""groups": [{"name": "G", "active": false}]"#,
    ),
    (
        "`active` of the team",
        r#""groups": [{"name": "G", "teams": [{"name": "T", "active": true}]}]"#,
        r#""groups": [{"name": "G", "teams": [{"name": "T", "active": false}]}]"#,
    ),
    ("seats", r#""licenses": [{"name": "Access", "seats": 5}]"#, r#""licenses": [{"name": "Access", "seats": 6}]"#),
    (
        "`over`",
        r#""licenses": [{"name": "Access", "over": "billed"}]"#,
        r#""licenses": [{"name": "Access", "over": "blocked"}]"#,
    ),
];

fn plan(body: &str) -> String {
    format!("{{\"rolecall\": 1, {body}}}\n")
}

/// The exit code and standard error of both orders; JSON is YAML too.
fn both_orders(first: &str, second: &str, extension: &str) -> [(i32, String); 2] {
    let names = [format!("a.{extension}"), format!("b.{extension}")];
    let workspace = Workspace::with(&[PEOPLE, (&names[0], &plan(first)), (&names[1], &plan(second))]);
    [[&names[0], &names[1]], [&names[1], &names[0]]].map(|[one, other]| {
        let ran = workspace.run(&["check", "--no-config", "--as-of", AS_OF, "people.csv", one, other]);
        (ran.exit, ran.err)
    })
}

#[test]
fn what_two_plans_declare_differently_is_refused_in_any_order() {
    for (subject, one, other) in DIFFERENT {
        for extension in ["json", "yaml"] {
            for (exit, err) in both_orders(one, other, extension) {
                assert_eq!(exit, 2, "{subject}\n{err}");
                for word in [subject, &format!("a.{extension}:1:"), &format!("b.{extension}:1:")] {
                    assert!(err.contains(word), "{subject}: not {word}\n{err}");
                }
            }
        }
    }
}

#[test]
fn plans_that_agree_or_are_silent_are_merged_in_any_order() {
    for (subject, one, other) in DIFFERENT {
        for (first, second) in
            [(one, one), (other, other), (one, r#""tenant": "Acme""#), (other, r#""tenant": "Acme""#)]
        {
            let [before, after] = both_orders(first, second, "json");
            assert_eq!(before.0, after.0, "{subject}: {first} and {second}\n{}\n{}", before.1, after.1);
            assert_ne!(before.0, 2, "{subject}: {first} and {second}\n{}", before.1);
        }
    }
}

/// A team that one plan marks inactive and another only names is inactive for both orders.
#[test]
fn naming_a_team_again_does_not_make_it_active() {
    let inactive = r#""groups": [{"name": "Operations", "teams": [{"name": "Default Team", "active": false}]}]"#;
    let named = r#""groups": [{"name": "Operations", "teams": ["Default Team"]}]"#;
    let [before, after] = both_orders(inactive, named, "json");
    assert_eq!(before.0, after.0, "{}\n{}", before.1, after.1);
}

#[test]
fn what_plan_and_config_declare_differently_is_refused() {
    for (subject, body, config) in [
        ("`product`", r#""product": "calabrio-one""#, "product = \"workforce-optimization\"\n"),
        ("`wfm`", r#""wfm": "none""#, "[wfm]\nviews = \"classic\"\n"),
        ("`over`", r#""licenses": [{"name": "Access", "over": "billed"}]"#, "[licenses.Access]\nover = \"blocked\"\n"),
        ("`warn_at`", r#""licenses": [{"name": "Access", "warn_at": 0.5}]"#, "[licenses.Access]\nwarn-at = 0.75\n"),
    ] {
        let workspace = Workspace::with(&[PEOPLE, ("plan.json", &plan(body)), ("rolecall.toml", config)]);
        let args = ["check", "--as-of", AS_OF, "people.csv", "plan.json"];
        let ran = workspace.run(&args);
        assert_eq!(ran.exit, 2, "{ran}");
        for word in [subject, "plan.json:1:", "rolecall.toml:"] {
            assert!(ran.err.contains(word), "{subject}: not {word}\n{ran}");
        }
        let settled = workspace.run(&[&args[..], &["--product", "calabrio-one"]].concat());
        assert_eq!(settled.exit == 2, subject != "`product`", "the option settles the product\n{settled}");
    }
}

/// An option that names a licence all but rightly is asked back; another name is a licence of its own.
#[test]
fn a_licence_that_an_option_misspells_is_asked_back() {
    let licenses = r#""licenses": [{"name": "System Administrator", "seats": 5}, {"name": "QM", "seats": 1}]"#;
    let workspace = Workspace::with(&[PEOPLE, ("plan.json", &plan(licenses))]);
    for (name, is_refused) in [
        ("System Adminstrator", true),
        ("system administrator", true),
        ("System Administrators", true),
        ("Sytsem Administrator", true),
        ("System Administrator", false),
        ("Workforce Planning", false),
        ("WFM", false),
        ("CRM", false),
    ] {
        for command in ["check", "capacity"] {
            let seats = format!("{name}=18446744073709551615");
            let ran = workspace.run(&[
                command,
                "--no-config",
                "--as-of",
                AS_OF,
                "--seats",
                &seats,
                "people.csv",
                "plan.json",
            ]);
            assert_eq!(ran.exit == 2, is_refused, "{ran}");
            assert!(ran.exit < 4, "{ran}");
            assert!(!is_refused || ran.err.contains("--seats 'System Administrator=18446744073709551615'"), "{ran}");
        }
    }
}

#[test]
fn the_nearest_user_name_is_offered_for_one_that_is_not_found() {
    let workspace = Workspace::with(&[("people.csv", &format!("{HEAD}{GOOD}{DANA}"))]);
    for (declared, near) in [
        ("api.payrol@acme.example", Some("Did you mean `api.payroll@acme.example`?")),
        ("dana.opps@acme.example", Some("Did you mean `dana.ops@acme.example`?")),
        ("api.quota@other.example", None),
    ] {
        let report =
            workspace.check(&[&["people.csv", "--api-user", declared], &SEATS[..]].concat()).ends(3, "incomplete");
        let remedy = report.by_rule("api-user-not-found")[0]["remedy"].as_str().unwrap().to_owned();
        assert_eq!(remedy.starts_with("Did you mean"), near.is_some(), "{declared}: {remedy}");
        assert!(near.is_none_or(|near| remedy == near), "{declared}: {remedy}");
    }
}

/// The largest numbers end in an answer, wherever they are written.
#[test]
fn no_number_of_seats_is_too_large_to_count() {
    for seats in ["9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616"] {
        let body = format!(r#""licenses": [{{"name": "System Administrator", "seats": {seats}}}]"#);
        let workspace = Workspace::with(&[PEOPLE, ("plan.json", &plan(&body))]);
        for command in ["check", "capacity"] {
            for format in ["json", "human", "html", "csv"] {
                let ran = workspace.run(&[
                    command,
                    "--no-config",
                    "--as-of",
                    AS_OF,
                    "--format",
                    format,
                    "people.csv",
                    "plan.json",
                ]);
                let expected = if seats.ends_with("616") { [3, 3] } else { [0, 1] };
                assert!(expected.contains(&ran.exit), "{seats}\n{ran}");
            }
        }
    }
}

/// A whole name that no cell holds is noted, by any number of threads; the note fails nothing.
#[test]
fn a_whole_name_that_no_cell_holds_is_noted() {
    let row = |user: &str, roles: &str| {
        format!("Dana,Ops,{user}@acme.example,\"{roles}\",Default Team,Operations,EnterpriseView,yes\n")
    };
    let rows: String = (0..500).map(|number| row(&format!("p{number}"), "QM Agent")).collect();
    let table = format!("{}{rows}{}{}", head!(), row("last", "Lead, Quality; QM Agent"), good!());
    let config =
        "[lists]\nwhole = [\"Lead, Quality\", \"Lead, Qualty\"]\n[licenses.\"System Administrator\"]\nseats = 9\n";
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", config)]);
    for jobs in ["1", "4"] {
        let report = workspace.check(&["people.csv", "--config", "rolecall.toml", "--jobs", jobs]).report().unwrap();
        let notes = report.by_rule("list-name-unfound");
        assert_eq!(notes.len(), 1, "{report:?}");
        assert!(notes[0]["message"].as_str().unwrap().contains("`Lead, Qualty`"), "{report:?}");
        assert_eq!(notes[0]["severity"], "note");
    }
}
