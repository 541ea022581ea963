//! No false clean: JSON, JSON lines and plans that cannot be read whole, and files that are not there.

use crate::case::{CANARY, Case, SEATS, case, dana, dana_json, good, good_json, head, late, late_json};
use crate::support::workspace::{Workspace, nothing_wrong};
use std::time::{Duration, Instant};

const JSON: &str = "people.json";
const LINES: &str = "people.jsonl";
const YAML: &str = "plan.yaml";
const TOML: &str = "plan.toml";

/// A compliant plan up to and with its users.
macro_rules! plan {
    ($more:literal) => {
        concat!(
            "rolecall: 1\ntenant: Acme\n",
            $more,
            "licenses:\n  - { name: System Administrator, seats: 50 }\n",
            "users:\n",
            "  - { kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@acme.example, roles: [Administrator],\n",
            "      team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }\n",
            "  - kind: api-user\n",
            "    first_name: API\n",
            "    last_name: Payroll Sync\n",
            "    user_name: api.payroll@acme.example\n",
            "    roles: [Administrator]\n",
            "    scope: { groups: [Operations] }\n",
            "    wfm_views: { main: EnterpriseView }\n",
        )
    };
}
const TEAM: &str = "    team: Default Team\n";

macro_rules! toml {
    ($more:literal) => {
        concat!(
            "rolecall = 1\ntenant = \"Acme\"\nlicenses = [{ name = \"System Administrator\", seats = 50 }]\n",
            "[[users]]\nkind = \"api-user\"\nfirst_name = \"API\"\nlast_name = \"Sync\"\nuser_name = \"api@acme.example\"\n",
            "roles = [\"Administrator\"]\nscope = { groups = [\"Operations\"] }\nwfm_views = { main = \"EnterpriseView\" }\n",
            "team = \"Default Team\"\n",
            $more,
        )
    };
}

#[rustfmt::skip]
const DATA: &[Case] = &[
    case("a key twice", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\n\"team\":\"zQ7canaryXv9\",\n\"team\":\"B\"}]"))
        .line(5).places(2),
    case("a key twice, once escaped", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\n\"team\":\"A\",\n\"\\u0074eam\":\"B\"}]"))
        .line(5).places(2),
    case("roles that go on elsewhere", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\"roles\":[],\n\"roles@odata.nextLink\":\"https://acme.example/2\"}]"))
        .line(4).hint("go on elsewhere"),
    case("more roles than are here", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\"roles\":[\"Agent\"],\n\"roleCount\":2}]"))
        .line(4),
    case("a flag of more roles", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\"roles\":[\"Agent\"],\n\"hasMoreRoles\":true}]"))
        .line(4),
    case("an error in place of roles", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\"roles\":[],\n\"rolesError\":\"403 Forbidden\"}]"))
        .line(4).hint("an error is reported for the roles"),
    case("an account with an error", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\"roles\":[],\n\"error\":{\"code\":403}}]"))
        .line(4).hint("may not be whole"),
    case("the tenant with the number 0", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"firstName\":\"A\",\n\"scope\":{\"tenant\":0,\"groups\":[],\"teams\":[]}}]"))
        .line(4),
    case("users twice", JSON, concat!("{\"users\":[", good_json!(), "],\n\"users\":[", dana_json!(), "]}")).line(2).places(2),
    case("a key twice, deep inside", JSON, concat!("[", good_json!(), ",\n{\"email\":\"a@acme.example\",\"x\":{\"y\":[{\"z\":1,\n\"z\":2}]}}]")).line(3).places(2),
    case("cut off", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n{\"email\":\"zQ7canaryXv9@acme")).line(3),
    case("cut off before the end of the list", JSON, concat!("[", good_json!(), ",\n", dana_json!(), "\n")),
    case("more after the end", JSON, concat!("[", good_json!(), ",", dana_json!(), "]\n[", late_json!(), "]")).line(2),
    case("a comma before the end", JSON, concat!("[", good_json!(), ",\n", dana_json!(), ",\n]")).line(3),
    case("a comment", JSON, concat!("[", good_json!(), ",\n// zQ7canaryXv9\n", dana_json!(), "]")).line(2),
    case("NaN", JSON, concat!("[", good_json!(), ",", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"groupId\":NaN}]")).line(2),
    case("a lone surrogate", JSON, concat!("[", good_json!(), ",", dana_json!(), ",\n{\"email\":\"a@acme.example\",\"team\":\"\\ud800\"}]")),
    case("a list under another name", JSON, concat!("{\"staffing\":[", good_json!(), ",", dana_json!(), "]}")).hint("staffing"),
    case("users that are null", JSON, "{\"users\":null}"),
    case("no users", JSON, "{\"users\":[]}"),
    case("an empty list", JSON, "[]"),
    case("an empty object", JSON, "{}"),
    case("a string", JSON, "\"zQ7canaryXv9\""),
    case("lists of lists", JSON, concat!("[[", good_json!(), "],[", dana_json!(), "]]")),
    case("a record that is none", JSON, concat!("[", good_json!(), ",\n17,\n", dana_json!(), ",\n", late_json!(), "]")).line(2).later("team-blank", 4),
    case("empty", JSON, ""),
    case("spaces only", JSON, " \n "),
    case("a bad line", LINES, concat!(good_json!(), "\n", dana_json!(), "\n{\"email\": zQ7canaryXv9}\n", late_json!(), "\n"))
        .line(3).later("team-blank", 4),
    case("a bad line at the end", LINES, concat!(good_json!(), "\n", dana_json!(), "\n", late_json!(), "\n{\"email\":"))
        .line(4).later("team-blank", 3),
    case("a key twice on a line", LINES, concat!(good_json!(), "\n", dana_json!(), "\n{\"email\":\"a@b.example\",\"email\":\"c@d.example\"}\n", late_json!(), "\n"))
        .line(3).places(2).later("team-blank", 4),
    case("two on a line", LINES, concat!(good_json!(), "\n", dana_json!(), " ", good_json!(), "\n", late_json!(), "\n")).line(2).later("team-blank", 3),
    case("empty lines only", LINES, "\n\n\n"),
];

#[rustfmt::skip]
const PLANS: &[Case] = &[
    case("a misspelt key of a user", YAML, concat!(plan!(""), "    tem: zQ7canaryXv9\n")).line(15).hint("team"),
    case("a misspelt key at the top", YAML, concat!("first_logon: true\n", plan!(""), "    team: Default Team\n")).line(1).hint("first_login"),
    case("an unknown key", YAML, concat!(plan!(""), "    team: Default Team\n    zebra: zQ7canaryXv9\n")).line(16),
    case("a key twice", YAML, concat!(plan!(""), "    team: Default Team\n    team: zQ7canaryXv9\n")).line(16).places(2),
    case("a kind that is none", YAML, concat!(plan!(""), "    team: Default Team\n  - kind: robot\n    user_name: r@acme.example\n")),
    case("an anchor that holds itself", YAML, "rolecall: 1\nusers: &a [*a]\n"),
    case("a merge key", YAML, concat!("x: &x { team: Default Team }\n", plan!(""), "    <<: *x\n")),
    case("a tag", YAML, concat!(plan!(""), "    team: !!python/name:os.system Default Team\n")),
    case("not closed", YAML, concat!(plan!(""), "    team: [zQ7canaryXv9\n")),
    case("a tab for indentation", YAML, concat!(plan!(""), "\tteam: Default Team\n")),
    case("empty", YAML, ""),
    case("comments only", YAML, "# zQ7canaryXv9\n"),
    case("no API user", YAML, "rolecall: 1\nlicenses: [{ name: System Administrator, seats: 50 }]\nusers:\n  - { kind: person, first_name: D, last_name: O, \
        user_name: d@acme.example, roles: [Administrator], team: T, scope: { groups: [O] }, wfm_views: { main: EnterpriseView } }\n"),
    case("a misspelt key of a user", TOML, toml!("tem = \"zQ7canaryXv9\"\n")).line(13).hint("team"),
    case("a key twice", TOML, toml!("team = \"zQ7canaryXv9\"\n")).line(13),
    case("a value without quotes", TOML, toml!("created_by = zQ7canaryXv9!\n")).line(13),
    case("a date that is none", TOML, toml!("active_from = 2026-02-30\n")).line(13),
    case("not closed", TOML, toml!("integration = \"zQ7canaryXv9\n")).line(13),
    case("a misspelt key", "plan.json", "{\"rolecall\":1,\n\"usrs\":[]}").line(2).hint("users"),
];

#[test]
fn a_document_that_cannot_be_read_whole_is_incomplete() {
    nothing_wrong(DATA.iter().filter_map(|case| case.judge().err()).collect());
}

#[test]
fn a_plan_that_cannot_be_read_whole_is_incomplete() {
    nothing_wrong(PLANS.iter().filter_map(|case| case.judge().err()).collect());
}

/// What the cases spoil is compliant before, in each of the three forms.
#[test]
fn what_is_spoilt_is_good_otherwise() {
    let workspace = Workspace::with(&[(YAML, &format!("{}{TEAM}", plan!("")))]);
    workspace.check(&[YAML]).concluded(0, "pass").unwrap();
    let workspace = Workspace::with(&[(JSON, concat!("[", good_json!(), ",", dana_json!(), "]"))]);
    workspace.check(&[JSON, SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), good!(), dana!()))]);
    workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
}

/// What grows without end is stopped, soon and with the right verdict.
#[test]
fn bombs_are_refused_in_time() {
    let mut aliases = String::from("rolecall: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let nine = vec![format!("*a{}", level - 1); 9].join(", ");
        aliases.push_str(&format!("a{level}: &a{level} [{nine}]\n"));
    }
    let deep = |open: &str| open.repeat(100_000);
    let bombs = [
        (YAML, aliases),
        (JSON, deep("[")),
        (JSON, deep("{\"a\":")),
        (LINES, deep("[")),
        (YAML, format!("users: {}", deep("["))),
        (TOML, format!("users = {}", deep("["))),
    ];
    for (file, text) in bombs {
        let workspace = Workspace::with(&[(file, &text)]);
        let start = Instant::now();
        workspace.check(&[file, SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
        assert!(start.elapsed() < Duration::from_secs(10), "{file} took {:?}", start.elapsed());
    }
}

/// What a second YAML document holds is judged or the run is incomplete; it is never passed over.
#[test]
fn a_second_document_is_not_passed_over() {
    let bad = plan!("").replace("wfm_views: { main: EnterpriseView }\n", "wfm_views: { main: Other }\n");
    let workspace = Workspace::with(&[(YAML, &format!("{}{TEAM}---\n{bad}{TEAM}", plan!("")))]);
    let ran = workspace.check(&[YAML]);
    let report = ran.report().unwrap();
    let found = ran.exit == 1 && !report.by_rule("main-view-not-enterprise").is_empty();
    assert!(found || (ran.exit == 3 && report.verdict() == "incomplete"), "{ran}");
}

/// An input that cannot be opened is a hole, and the others are judged all the same.
#[test]
fn an_input_that_is_not_there_is_incomplete() {
    let workspace = Workspace::with(&[
        ("people.csv", concat!(head!(), good!(), dana!(), late!())),
        ("people.unknown", concat!(head!(), good!(), dana!())),
        ("folder/people.csv", CANARY),
    ]);
    for gone in ["missing.csv", "folder", "people.unknown", "/dev/null", "missing.yaml"] {
        for named in [vec![gone, "people.csv"], vec!["people.csv", gone]] {
            let args: Vec<&str> = named.iter().chain(&SEATS).copied().collect();
            let ran = workspace.check(&args);
            let report = ran.concluded(3, "incomplete").unwrap();
            assert_eq!(report.by_rule("team-blank").len(), 1, "{ran}");
            assert!(!report.holes().is_empty(), "{ran}");
        }
    }
    // With its format named, a file of any name is read.
    workspace.check(&["people.unknown", "--input-format", "csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
}
