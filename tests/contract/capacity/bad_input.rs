//! What is refused, or said with its place: nothing is taken for none, and nothing is guessed.

use crate::support::workspace::Workspace;

const HEAD: &str = "First Name,Last Name,User Name,Roles,Active\n";
const PEOPLE: &str = "First Name,Last Name,User Name,Roles,Active\nA,B,a,Administrator,yes\n";

fn with_config(config: &str) -> Workspace {
    Workspace::with(&[("people.csv", PEOPLE), ("rolecall.toml", config)])
}

#[test]
fn a_config_that_cannot_be_used_is_refused_with_its_place() {
    let seats = "[licenses.\"System Administrator\"]\n";
    let cases: [(&str, &[&str]); 12] = [
        ("seats = -1\n", &["rolecall.toml:2:9"]),
        ("seats = 1.5\n", &["rolecall.toml:2:9", "whole number"]),
        ("seats = []\n", &["rolecall.toml:2:"]),
        ("seats = [{ from = 2027-01-01, count = -1 }]\n", &["rolecall.toml:2:", "at least 0"]),
        ("seats = [{ from = \"soon\", count = 1 }]\n", &["rolecall.toml:2:", "a date, YYYY-MM-DD"]),
        ("seats = [{ from = 2027-01-01 }]\n", &["rolecall.toml:2:", "`count` is missing"]),
        (
            "seats = [{ from = 2027-01-01, count = 1 }, { from = 2027-01-01, count = 2 }]\n",
            &["rolecall.toml:2:53", "rolecall.toml:2:19", "twice for one day"],
        ),
        ("seats = 1\nprice = 35.0\n", &["rolecall.toml:3:9", "an amount as a string"]),
        ("seats = 1\nprice = \"-1\"\n", &["rolecall.toml:3:", "an amount as a string"]),
        (
            "seats = 1\nover-price = \"1\"\nover_price = \"2\"\n",
            &["rolecall.toml:4:", "both `over-price` and `over_price`"],
        ),
        ("seats = 1\nperiod = \"weekly\"\n", &["rolecall.toml:3:", "`monthly`, `quarterly`, `annually`"]),
        ("seats = 1\nseats = 2\n", &["rolecall.toml:3:", "has the key `seats` twice"]),
    ];
    for (config, words) in cases {
        with_config(&format!("{seats}{config}")).capacity(&["people.csv"]).refused(words);
    }
    with_config(&format!("{seats}seats = 1\n{seats}seats = 2\n"))
        .capacity(&["people.csv"])
        .refused(&["rolecall.toml:3:"]);
}

#[test]
fn seats_that_plan_and_config_declare_differently_are_refused_with_both_places() {
    let plan = "rolecall: 1\nlicenses: [{ name: System Administrator, seats: 5 }]\n";
    let later = "[licenses.\"System Administrator\"]\nseats = [{ from = 2026-01-01, count = 5 }, { from = 2027-01-01, count = 6 }]\n";
    for (config, exit) in [("[licenses.\"System Administrator\"]\nseats = 5\n", 0), (later, 2)] {
        let workspace = Workspace::with(&[("people.csv", PEOPLE), ("plan.yaml", plan), ("rolecall.toml", config)]);
        let ran = workspace.capacity(&["people.csv", "plan.yaml"]);
        assert_eq!(ran.exit, exit, "{ran}");
        if exit == 2 {
            ran.refused(&[
                "plan.yaml:2:",
                "rolecall.toml:2:",
                "declared as 5 and as 5 from 2026-01-01, 6 from 2027-01-01",
            ]);
        }
    }
}

#[test]
fn options_that_cannot_be_meant_are_refused() {
    let workspace = Workspace::with(&[
        ("people.csv", PEOPLE),
        ("plan.yaml", "rolecall: 1\n"),
        ("old.csv", PEOPLE),
        ("a-2026-05-01.csv", PEOPLE),
        ("b-2026-05-01.csv", PEOPLE),
        ("plan-2026-05-01.yaml", "rolecall: 1\n"),
    ]);
    let cases: [(&[&str], &[&str]); 19] = [
        (&["--what-if", "Nobody+1@2027-01-01"], &["`Nobody`", "`Administrator`"]),
        (&["--what-if", "Administrator+1"], &["ROLE+N@YYYY-MM-DD"]),
        (&["--what-if", "Administrator+0@2027-01-01"], &["from 1 to"]),
        (&["--what-if", "Administrator+1@2026-11-21"], &["not after 2026-11-21"]),
        (&["--what-if", "Administrator+1@2027-11-22"], &["up to 2027-11-21", "--until"]),
        (
            &["--what-if", "Administrator-2@2027-01-01"],
            &["more seats of System Administrator than are used on 2027-01-01"],
        ),
        (&["--what-if", "seats:System+1@2027-01-01"], &["`System`, which is not declared", "`System Administrator`"]),
        (&["--what-if", "seats:System Administrator-6@2027-01-01"], &["gives back more seats", "2027-01-01"]),
        (&["--what-if", "seats:+1@2027-01-01"], &["`seats:` and a licence"]),
        (&["--until", "2026-11-20"], &["before the as-of date"]),
        (&["--until", "2036-11-22"], &["more than 10 years"]),
        (&["--require-free=-1"], &["--require-free"]),
        (&["--require-free", "101%"], &["up to 100%"]),
        (&["--history", "old.csv"], &["exactly one date", "PATH=YYYY-MM-DD"]),
        (&["--history", "old.csv=2026-02-30"], &["--history"]),
        (&["--history", "old.csv=2026-11-21"], &["not before the as-of date"]),
        (&["--history", "a-2026-05-01.csv", "--history", "b-2026-05-01.csv"], &["both dated 2026-05-01"]),
        (&["--history", "plan-2026-05-01.yaml"], &["is a plan"]),
        (&["--history=-=2026-05-01"], &["--history"]),
    ];
    for (args, words) in cases {
        let base = ["people.csv", "--seats", "System Administrator=5"];
        workspace.capacity(&[&base[..], args].concat()).refused(words);
    }
    workspace.run(&["capacity"]).refused(&["PATH"]);
    workspace.run(&["capacity", "people.csv", "--format", "sarif"]).refused(&["human, json, csv, html"]);
}

#[test]
fn a_history_that_is_not_there_leaves_the_run_incomplete() {
    let workspace = Workspace::with(&[("people.csv", PEOPLE)]);
    let ran =
        workspace.capacity(&["people.csv", "--seats", "System Administrator=5", "--history", "gone-2026-05-01.csv"]);
    let report = ran.ends(3, "incomplete");
    assert_eq!(report["ledger"]["holes"][0]["file"], "gone-2026-05-01.csv", "{ran}");
}

#[test]
fn names_that_do_not_meet_are_said_with_their_places() {
    let config = "[licenses.\"System Administrator\"]\nseats = 5\nroles = [\"Administrator\"]\n[licenses.Coaching]\nseats = 5\nroles = [\"Coach\"]\n";
    let table = format!("{HEAD}A,B,a,Administrator,yes\nC,D,c,Auditor; Agent,yes\nE,F,e,Auditor,yes\n");
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", config)]);
    let report = workspace.capacity(&["people.csv"]).ends(0, "pass");
    let roles = report.by_rule("role-without-license");
    let told: Vec<_> = roles
        .iter()
        .map(|one| (one["message"].as_str().unwrap(), one["labels"][0]["start"]["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("no licence names the role `Agent`", 3), ("no licence names the role `Auditor`", 3)]);
    let [unused] = report.by_rule("license-without-role")[..] else { panic!("{report}") };
    assert!(unused["message"].as_str().unwrap().contains("`Coaching`"), "{unused}");
    assert_eq!(
        (&unused["labels"][0]["file"], &unused["labels"][0]["start"]["line"]),
        (&"rolecall.toml".into(), &5.into())
    );
}

#[test]
fn a_plan_with_seats_that_are_no_number_is_incomplete() {
    for seats in ["-1", "1.5"] {
        let plan = format!("rolecall: 1\nlicenses: [{{ name: System Administrator, seats: {seats} }}]\n");
        let workspace = Workspace::with(&[("people.csv", PEOPLE), ("plan.yaml", &plan)]);
        let report = workspace.capacity(&["people.csv", "plan.yaml"]).ends(3, "incomplete");
        let faults = report.by_rule("shape-invalid");
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault["labels"][0]["start"]["line"] == 2), "{report}");
    }
}

#[test]
fn a_password_of_an_input_is_never_shown() {
    let plan = "rolecall: 1\nlicenses: [{ name: System Administrator, seats: 0 }]\nusers:\n  - { user_name: api@x.example, roles: [Administrator], password: Hunter-2-Hunter }\n";
    let workspace = Workspace::with(&[("plan.yaml", plan)]);
    for format in ["human", "json", "csv", "html"] {
        let ran = workspace.run(&["capacity", "plan.yaml", "--no-config", "--as-of", "2026-11-21", "--format", format]);
        assert_eq!(ran.exit, 1, "{}", ran.line);
        assert!(!ran.out.contains("Hunter") && !ran.err.contains("Hunter"), "{format} shows it");
    }
}
