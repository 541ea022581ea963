//! Seats: how many are used, planned and owned, whether that is exact, and which account is reported as one too many.

use crate::support::report::{bytes, primary, secondaries};
use crate::support::workspace::{Workspace, nothing_wrong};
use crate::support::world::LICENSE;

const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";

macro_rules! person {
    ($name:literal) => {
        person!($name, "Administrator", "yes")
    };
    ($name:literal, $roles:literal, $active:literal) => {
        concat!(
            $name,
            ",Ops,",
            $name,
            "@acme.example,",
            $roles,
            ",Default Team,Operations,EnterpriseView,",
            $active,
            "\n"
        )
    };
}
macro_rules! api {
    () => {
        "API,Feed,api.feed@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n"
    };
}
macro_rules! plan {
    ($seats:literal) => {
        concat!("rolecall: 1\nlicenses:\n  - { name: System Administrator, seats: ", $seats, " }\nroles:\n",
            "  - { name: Administrator, default: administrator, license: System Administrator }\n",
            "  - { name: Chief, license: System Administrator }\n  - { name: Auditor }\n")
    };
    ($seats:literal, $($user:expr),+) => {
        concat!(plan!($seats), "users:\n", $($user),+)
    };
}
/// A planned API user, with more keys after a comma.
macro_rules! planned {
    ($name:literal, $more:literal) => {
        concat!(
            "  - { kind: api-user, first_name: API, last_name: Feed, user_name: ",
            $name,
            "@acme.example, ",
            "roles: [Administrator], team: Default Team, scope: { groups: [Operations] }, ",
            "wfm_views: { main: EnterpriseView, others: [] }",
            $more,
            " }\n"
        )
    };
}

/// What it is about; the files in their order; more arguments; exit; owned, used, planned; exact.
type Tally = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], i32, [u64; 3], bool);

#[rustfmt::skip]
const TALLIES: &[Tally] = &[
    ("holders", &[("a.csv", concat!(api!(), person!("Ann"), person!("Bob"), person!("Cy", "Auditor", "yes")))],
        &["--seats", "System Administrator=10"], 0, [10, 3, 3], true),
    ("the inactive hold no seat", &[("a.csv", concat!(api!(), person!("Ann"), person!("Bob", "Administrator", "no")))],
        &["--seats", "System Administrator=10"], 0, [10, 2, 2], true),
    ("all seats used and none over is near", &[("a.csv", concat!(api!(), person!("Ann")))],
        &["--seats", "System Administrator=2"], 1, [2, 2, 2], true),
    ("one over", &[("a.csv", concat!(api!(), person!("Ann"), person!("Bob")))], &["--seats", "System Administrator=2"], 1, [2, 3, 3], true),
    ("none owned", &[("a.csv", concat!(api!(), person!("Ann")))], &["--seats", "System Administrator=0"], 1, [0, 2, 2], true),
    ("one seat, however many roles need it",
        &[("a.csv", concat!(api!(), person!("Ann", "Administrator;Chief", "yes"), person!("Bob", "Chief", "yes"))), ("plan.yaml", plan!(10))],
        &[], 0, [10, 3, 3], true),
    ("two exports", &[("a.csv", concat!(api!(), person!("Ann"))), ("b.csv", concat!(person!("Bob"), person!("Cy")))],
        &["--seats", "System Administrator=10"], 0, [10, 4, 4], true),
    ("a plan that starts later", &[("a.csv", concat!(person!("Ann"), person!("Bob"))), ("plan.yaml", plan!(10, planned!("api.new", ", active_from: 2026-12-01")))],
        &[], 0, [10, 2, 3], true),
    ("a plan that starts the day after", &[("a.csv", concat!(person!("Ann"), person!("Bob"))), ("plan.yaml", plan!(10, planned!("api.new", ", active_from: 2026-11-22")))],
        &[], 0, [10, 2, 3], true),
    ("a plan that starts today", &[("a.csv", concat!(person!("Ann"), person!("Bob"))), ("plan.yaml", plan!(10, planned!("api.new", ", active_from: 2026-11-21")))],
        &[], 0, [10, 3, 3], true),
    ("a plan without a start", &[("a.csv", concat!(person!("Ann"), person!("Bob"))), ("plan.yaml", plan!(10, planned!("api.new", "")))],
        &[], 0, [10, 3, 3], true),
    ("a planned account that is there already, in other case",
        &[("a.csv", concat!(api!(), person!("Ann"))), ("plan.yaml", plan!(10, planned!("API.Feed", "")))], &[], 0, [10, 2, 2], true),
    ("a plan alone", &[("plan.yaml", plan!(10, planned!("api.one", ""), planned!("api.two", ""), planned!("api.three", ", active_from: 2027-01-01")))],
        &[], 0, [10, 2, 3], true),
    ("the plan takes one too many", &[("a.csv", concat!(person!("Ann"), person!("Bob"))), ("plan.yaml", plan!(2, planned!("api.new", ", active_from: 2026-12-01")))],
        &[], 1, [2, 2, 3], true),
    ("the option outranks the config", &[("a.csv", concat!(api!(), person!("Ann"))), ("rolecall.toml", "[licenses.\"System Administrator\"]\nseats = 1\n")],
        &["--config", "rolecall.toml", "--seats", "System Administrator=7"], 0, [7, 2, 2], true),
    ("roles named by the pool", &[("a.csv", concat!(api!(), person!("Ann"), person!("Bob", "Chief", "yes"))),
        ("rolecall.toml", "[licenses.\"System Administrator\"]\nseats = 9\nroles = [\"Administrator\", \"Chief\"]\n")],
        &["--config", "rolecall.toml"], 0, [9, 3, 3], true),
];

#[test]
fn seats_are_counted() {
    let mut wrong = Vec::new();
    for (name, files, more, exit, [owned, used, planned], exact) in TALLIES {
        let texts: Vec<_> = files.iter().map(|(file, text)| (*file, headed(file, text))).collect();
        let workspace = Workspace::with(&texts.iter().map(|(file, text)| (*file, text.as_str())).collect::<Vec<_>>());
        let inputs = files.iter().map(|(file, _)| *file).filter(|file| *file != "rolecall.toml");
        let ran = workspace.check(&inputs.chain(more.iter().copied()).collect::<Vec<_>>());
        let seats = ran.concluded(*exit, if *exit == 0 { "pass" } else { "fail" }).and_then(|report| {
            let seats = report.seats(LICENSE);
            let told = (&seats["owned"], &seats["used"], &seats["planned"], &seats["exact"]);
            let wanted = (&(*owned).into(), &(*used).into(), &(*planned).into(), &(*exact).into());
            if told == wanted {
                Ok(())
            } else {
                Err(format!("{seats}, wanted {owned} {used} {planned} {exact}\n{ran}"))
            }
        });
        wrong.extend(seats.err().map(|fault| format!("{name}: {fault}")));
    }
    nothing_wrong(wrong);
}

fn headed(file: &str, text: &str) -> String {
    if file.ends_with(".csv") { format!("{HEAD}{text}") } else { text.to_owned() }
}

/// Without a column for activity every account counts, and the number is not exact.
#[test]
fn without_activity_the_number_is_not_exact() {
    let table = format!("{HEAD}{}{}", api!(), person!("Ann")).replace(",Active", "").replace(",yes", "");
    let workspace = Workspace::with(&[("a.csv", &table)]);
    let report = workspace.check(&["a.csv", "--seats", "System Administrator=10"]).concluded(0, "pass").unwrap();
    assert_eq!((&report.seats(LICENSE)["used"], &report.seats(LICENSE)["exact"]), (&2.into(), &false.into()));
    assert_eq!(report.outcome("api-user-inactive"), "not-applicable");
}

/// Dates decide where there are only dates: the first inactive day is not counted, the day before is.
#[test]
fn the_days_at_the_edges_are_counted_right() {
    let head = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Activated,Deactivated\n";
    let row = |name: &str, from: &str, until: &str| {
        format!("{name},Ops,{name}@acme.example,Administrator,Default Team,Operations,EnterpriseView,{from},{until}\n")
    };
    for (from, until, used) in [
        ("", "", 3),
        ("2026-11-21", "", 3),
        ("2026-11-22", "", 2),
        ("", "2026-11-21", 2),
        ("", "2026-11-22", 3),
        ("2020-01-01", "2026-11-20", 2),
    ] {
        let table = format!("{head}{}{}{}", row("API", "2020-01-01", ""), row("Ann", "", ""), row("Bob", from, until));
        let workspace = Workspace::with(&[("a.csv", &table)]);
        let ran = workspace.check(&["a.csv", "--seats", "System Administrator=10"]);
        let report = ran.concluded(0, "pass").unwrap();
        assert_eq!(report.seats(LICENSE)["used"], used, "{from} to {until}\n{ran}");
    }
}

/// A row that was refused may hold a seat: the number is not exact, and the run not complete.
#[test]
fn a_refused_row_makes_the_number_inexact() {
    let table = format!("{HEAD}{}{}ragged,Administrator\n", api!(), person!("Ann"));
    let workspace = Workspace::with(&[("a.csv", &table)]);
    let report = workspace.check(&["a.csv", "--seats", "System Administrator=10"]).concluded(3, "incomplete").unwrap();
    assert_eq!((&report.seats(LICENSE)["used"], &report.seats(LICENSE)["exact"]), (&2.into(), &false.into()));
}

/// The account that takes the first seat too many is underlined, and the declaration of the pool beside it.
#[test]
fn the_first_seat_too_many_is_shown() {
    let people = format!("{HEAD}{}{}", person!("Ann"), person!("Bob"));
    let more = format!("{HEAD}{}{}", person!("Cy", "Auditor;Administrator", "yes"), api!());
    let config = "[licenses.\"System Administrator\"]\nseats = 2\n";
    let plan = plan!(2);
    let later = plan!(2, planned!("api.new", ", active_from: 2026-12-01"));
    // Files in their order; more arguments; the file, record and text of the primary label; the file of the declaration.
    type Shown<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], (&'a str, u64, &'a str), &'a str);
    let shown: [Shown; 3] = [
        (
            &[("a.csv", &people), ("b.csv", &more), ("plan.yaml", plan)],
            &[],
            ("b.csv", 1, "Auditor;Administrator"),
            "plan.yaml",
        ),
        (
            &[("a.csv", &people), ("b.csv", &more), ("rolecall.toml", config)],
            &["--config", "rolecall.toml"],
            ("b.csv", 1, "Auditor;Administrator"),
            "rolecall.toml",
        ),
        (&[("a.csv", &people), ("plan.yaml", later)], &[], ("plan.yaml", 1, "Administrator"), "plan.yaml"),
    ];
    for (files, more, (file, record, text), declared) in shown {
        let workspace = Workspace::with(files);
        let inputs = files.iter().map(|(file, _)| *file).filter(|file| *file != "rolecall.toml");
        let ran = workspace.check(&inputs.chain(more.iter().copied()).collect::<Vec<_>>());
        let report = ran.concluded(1, "fail").unwrap();
        let [found] = report.by_rule("seats-exceeded")[..] else { panic!("once\n{ran}") };
        assert!(report.by_rule("seats-nearly-used").is_empty(), "{ran}");
        let label = primary(found).unwrap();
        assert_eq!((&label["file"], &found["record"]["number"]), (&file.into(), &record.into()), "{ran}");
        let slice = |name: &str, label| workspace.read(name)[bytes(label).unwrap()].to_owned();
        assert_eq!(slice(file, label).trim_matches(['[', ']']), text, "{ran}");
        let place = secondaries(found).into_iter().find(|label| label["file"] == declared);
        let place = place.unwrap_or_else(|| panic!("a second label in {declared}\n{ran}"));
        let line = place["start"]["line"].as_u64().unwrap() as usize;
        assert!(
            workspace.read(declared).lines().nth(line - 1).unwrap().contains("System Administrator")
                || slice(declared, place).contains('2'),
            "{ran}"
        );
    }
}

/// The mark of the warning can be moved; who reaches it is underlined.
#[test]
fn the_mark_of_the_warning_can_be_moved() {
    let table = format!("{HEAD}{}{}{}{}", api!(), person!("Ann"), person!("Bob"), person!("Cy"));
    for (seats, mark, reached) in
        [(5, "", None), (4, "", Some(4)), (10, "warn-at = 0.3\n", Some(3)), (8, "warn-at = 0.51\n", None)]
    {
        let config = format!("[licenses.\"System Administrator\"]\nseats = {seats}\n{mark}");
        let workspace = Workspace::with(&[("a.csv", &table), ("rolecall.toml", &config)]);
        let exit = i32::from(reached.is_some());
        let ran = workspace.check(&["a.csv", "--config", "rolecall.toml"]);
        let report = ran.concluded(exit, if exit == 0 { "pass" } else { "fail" }).unwrap();
        let told = report.by_rule("seats-nearly-used").first().map(|one| one["record"]["number"].as_u64().unwrap());
        assert_eq!(told, reached, "{ran}");
    }
}

/// One user name in a plan and in an export is one account; the plan says how it will be.
#[test]
fn a_planned_account_is_the_exported_one() {
    let table = format!("{HEAD}{}{}{}", api!().replace("Default Team", ""), person!("Ann"), person!("Bob"));
    let workspace = Workspace::with(&[("a.csv", &table), ("plan.yaml", plan!(10, planned!("Api.Feed", "")))]);
    let ran = workspace.check(&["a.csv", "plan.yaml"]);
    let report = ran.report().unwrap();
    assert!(report.by_rule("user-name-shared").is_empty(), "{ran}");
    assert_eq!(report.seats(LICENSE)["used"], 3, "{ran}");
    assert!(
        report.above_notes().iter().all(|one| one["record"]["file"] == "plan.yaml" || one["rule"] == "team-blank"),
        "{ran}"
    );
}

/// A person's row gives way to the plan's record, and says so; the row of a planned API user is judged as well.
#[test]
fn a_row_that_gives_way_to_a_plan_is_left_out_by_name() {
    let plan = format!("{}{}", plan!(10, planned!("Api.Feed", "")), planned!("Ann", "").replace("api-user", "person"));
    let table = format!("{HEAD}{}{}{}", api!(), person!("Ann"), person!("Bob"));
    let workspace = Workspace::with(&[("a.csv", &table), ("plan.yaml", &plan)]);
    for order in [["a.csv", "plan.yaml"], ["plan.yaml", "a.csv"]] {
        let ran = workspace.check(&order);
        let report = ran.report().unwrap();
        let inputs = report.0["ledger"]["inputs"].as_array().unwrap();
        let of = |file: &str| inputs.iter().find(|input| input["file"] == file).unwrap();
        assert_eq!(of("a.csv")["left_out"], serde_json::json!([{ "reason": "the plan decides", "count": 1 }]), "{ran}");
        assert_eq!((&of("a.csv")["judged"], &of("plan.yaml")["judged"]), (&2.into(), &2.into()), "{ran}");
    }
}
