//! `rolecall fix`: it writes what the rules demand, byte for byte where the guilty value is, and nothing that is worse.

use std::fs;
use std::process::Command;

use crate::support::workspace::{AS_OF, Ran, Workspace, nothing_wrong};

/// A plan in YAML with this main view and this team, as they are written.
fn yaml(view: &str, team: &str) -> String {
    format!(
        "# the plan of acme\nrolecall: 1\nlicenses: [{{ name: System Administrator, seats: 6 }}]\nusers:\n  - kind: api-user\n    \
        first_name: API\n    last_name: Feed   # of payroll\n    user_name: api.feed@acme.example\n    roles: [Administrator]\n    \
        team: {team}\n    scope: {{ groups: [Operations] }}\n    wfm_views: {{ main: {view}, others: [] }} # see the wiki\n  \
        - {{ kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@acme.example, roles: [Administrator], team: \
        Default Team, scope: {{ groups: [Operations] }}, wfm_views: {{ main: EnterpriseView }} }}\n"
    )
}

const TOML: &str = "rolecall = 1\nlicenses = [{ name = \"System Administrator\", seats = 6 }]\n[[users]]\nkind = \"api-user\"\nfirst_name = \"API\"\nlast_name = \"Feed\"\nuser_name = \"api.feed@acme.example\"\nroles = [\"Administrator\"]\nteam = \"Default Team\"\nscope = { groups = [\"Operations\"] }\nwfm_views = { main = 'Billing View' } # x\n[[users]]\nkind = \"person\"\nfirst_name = \"Dana\"\nlast_name = \"Ops\"\nuser_name = \"dana.ops@acme.example\"\nroles = [\"Administrator\"]\nteam = \"Default Team\"\nscope = { groups = [\"Operations\"] }\nwfm_views = { main = \"EnterpriseView\" }\n";

const JSON: &str = r#"{"rolecall": 1, "licenses": [{"name": "System Administrator", "seats": 6}], "users": [
  {"kind": "api-user", "first_name": "API", "last_name": "Feed", "user_name": "api.feed@acme.example", "roles": ["Administrator"], "team": "Default Team", "scope": {"groups": ["Operations"]}, "wfm_views": {"main": "Billing View"}},
  {"kind": "person", "first_name": "Dana", "last_name": "Ops", "user_name": "dana.ops@acme.example", "roles": ["Administrator"], "team": "Default Team", "scope": {"groups": ["Operations"]}, "wfm_views": {"main": "EnterpriseView"}}]}
"#;

fn fix(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["fix", "--as-of", AS_OF], args].concat())
}

/// Plans with one wrong view, in every way of writing it.
fn plans() -> Vec<(&'static str, String)> {
    let plain = yaml("Billing View", "Default Team");
    vec![
        ("plan.yaml", plain.clone()),
        ("plan.yaml", yaml("\"Billing View\"", "Default Team")),
        ("plan.yaml", yaml("'Billing View'", "Default Team")),
        ("plan.yaml", plain.replace('\n', "\r\n")),
        ("plan.yaml", format!("\u{feff}{plain}")),
        ("plan.yaml", plain.trim_end().to_owned()),
        ("plan.toml", TOML.to_owned()),
        ("plan.json", JSON.to_owned()),
    ]
}

#[test]
fn a_safe_fix_changes_the_guilty_value_and_no_other_byte() {
    let mut wrong = Vec::new();
    for (name, text) in plans() {
        let workspace = Workspace::with(&[(name, &text)]);
        let ran = fix(&workspace, &[name]);
        let expected = text.replace("Billing View", "EnterpriseView");
        if ran.exit != 0 || workspace.read(name) != expected {
            wrong.push(format!("{text}\nbecame\n{}\n{ran}", workspace.read(name)));
        }
        let again = fix(&workspace, &[name]);
        if again.exit != 0 || workspace.read(name) != expected || !again.out.starts_with("0 fixed") {
            wrong.push(format!("a second run is not still\n{again}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn the_diff_is_what_is_written() {
    for (name, text) in plans() {
        let workspace = Workspace::with(&[(name, &text)]);
        let shown = fix(&workspace, &["--diff", name]);
        assert_eq!((shown.exit, workspace.read(name)), (1, text.clone()), "nothing is written\n{shown}");
        workspace.write("fix.patch", &shown.out);
        let applied =
            Command::new("git").args(["apply", "fix.patch"]).current_dir(workspace.path("")).status().unwrap();
        let by_patch = workspace.read(name);
        assert!(applied.success(), "{shown}");
        assert_eq!(fix(&workspace, &["--check", name]).exit, 0, "nothing is left to fix");
        assert_eq!(by_patch, text.replace("Billing View", "EnterpriseView"));
    }
}

/// A diff shows whole lines, and so whatever is beside the value.
#[test]
fn no_diff_shows_a_secret() {
    let block = yaml("Billing View", "Default Team");
    let flow = JSON.replace("\"team\"", "\"password\": \"hunter2hunter2\", \"team\"");
    let near = block.replace("    team:", "    password: |\n      hunter2hunter2\n    team:");
    let noted = block.replace("# see the wiki", "# the password was hunter2hunter2");
    let other = block.replace("    team:", "    # hunter2hunter2 is the token\n    team:");
    for (name, text) in [("plan.json", flow), ("plan.yaml", near), ("plan.yaml", noted), ("plan.yaml", other)] {
        let workspace = Workspace::with(&[(name, &text)]);
        let shown = fix(&workspace, &["--diff", name]);
        assert_eq!((shown.exit, workspace.read(name)), (1, text.clone()), "{shown}");
        assert!(!format!("{}{}", shown.out, shown.err).contains("hunter2"), "{shown}");
        assert!(shown.out.is_empty() && shown.err.contains("the diff is not shown"), "{shown}");
        fix(&workspace, &[name]);
        assert_eq!(workspace.read(name), text.replace("Billing View", "EnterpriseView"), "the change is written");
    }
    let reference = block.replace("    team:", "    password: ${env:FEED}\n    team:");
    let workspace = Workspace::with(&[("plan.yaml", &reference)]);
    assert!(fix(&workspace, &["--diff", "plan.yaml"]).out.contains("+    wfm_views"), "a reference is no secret");
}

#[test]
fn an_unsafe_fix_waits_until_it_is_wanted() {
    let text = yaml("EnterpriseView", "Billing");
    let workspace = Workspace::with(&[("plan.yaml", &text)]);
    let held = fix(&workspace, &["plan.yaml"]);
    assert_eq!(workspace.read("plan.yaml"), text);
    assert!(held.out.contains("held back") && held.out.contains("--unsafe team-not-allowed"), "{held}");
    assert_eq!(fix(&workspace, &["--check", "plan.yaml"]).exit, 0, "nothing would be written");
    assert_eq!(fix(&workspace, &["--check", "--unsafe", "all", "plan.yaml"]).exit, 1);
    let done = fix(&workspace, &["--unsafe", "team-not-allowed", "plan.yaml"]);
    assert_eq!(
        (done.exit, workspace.read("plan.yaml")),
        (0, text.replace("team: Billing", "team: Default Team")),
        "{done}"
    );
}

#[test]
fn what_judging_again_does_not_bear_out_is_left_to_a_person() {
    // The site calls its default team by another name, so the value of the rule is as wrong as the old one.
    let text = yaml("Billing View", "Billing");
    let workspace = Workspace::with(&[("plan.yaml", &text), ("rolecall.toml", "[teams]\ndefault = \"All Agents\"\n")]);
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert_eq!(workspace.read("plan.yaml"), text.replace("main: Billing View", "main: EnterpriseView"), "{ran}");
    assert!(ran.out.contains("team-not-allowed") && ran.out.contains("by hand"), "{ran}");
    // A value that an alias repeats may be meant in other places.
    let text = yaml("*view", "Default Team").replace("rolecall: 1\n", "rolecall: 1\nx-view: &view Billing View\n");
    let workspace = Workspace::with(&[("plan.yaml", &text)]);
    let ran = fix(&workspace, &["plan.yaml"]);
    assert_eq!((ran.exit, workspace.read("plan.yaml")), (1, text), "{ran}");
    assert!(ran.out.contains("alias"), "{ran}");
}

#[test]
fn only_the_named_rules_and_plans_are_touched() {
    let (wrong, other) =
        (yaml("Billing View", "Default Team"), yaml("Billing View", "Default Team").replace("acme", "beta"));
    let workspace = Workspace::with(&[
        ("a.yaml", &wrong),
        ("b.yaml", &other),
        ("rolecall.toml", "[project]\ninputs = [\"*.yaml\"]\n"),
    ]);
    assert_eq!(fix(&workspace, &["--rule", "team-not-allowed", "a.yaml"]).exit, 1);
    assert_eq!(workspace.read("a.yaml"), wrong);
    fix(&workspace, &["a.yaml"]);
    assert_eq!(workspace.read("b.yaml"), other, "it is judged with its tenant, not edited");
    assert_eq!(fix(&workspace, &[]).exit, 0, "without a path all plans of the project are");
    assert!(!workspace.read("b.yaml").contains("Billing"));
}

#[test]
fn what_is_not_a_plan_or_not_judged_is_not_edited() {
    let workspace = Workspace::with(&[
        ("people.csv", "User Name\n"),
        ("people.json", "[]"),
        ("people.xlsx", "PK"),
        ("plan.yaml", &yaml("EnterpriseView", "Default Team")),
    ]);
    for path in ["people.csv", "people.json", "people.xlsx", "-"] {
        fix(&workspace, &[path]).refused(&["not a plan", "rolecall request"]);
    }
    fix(&workspace, &["--rule", "team-blnk", "plan.yaml"]).refused(&["team-blnk", "team-blank"]);
    fix(&workspace, &["--unsafe", "everything", "plan.yaml"]).refused(&["everything"]);
    let text = yaml("Billing View", "Default Team").replace("seats: 6", "seats: six");
    workspace.write("bad.yaml", &text);
    for args in [&["bad.yaml"][..], &["--check", "bad.yaml"]] {
        let ran = fix(&workspace, args);
        assert_eq!((ran.exit, workspace.read("bad.yaml")), (3, text.clone()), "{ran}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode_and_a_link_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let workspace = Workspace::with(&[("plan.yaml", &yaml("Billing View", "Default Team"))]);
    symlink("plan.yaml", workspace.path("link.yaml")).unwrap();
    fix(&workspace, &["link.yaml"]).refused(&["link.yaml", "link"]);
    fs::set_permissions(workspace.path("plan.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(fix(&workspace, &["plan.yaml"]).exit, 0);
    assert_eq!(fs::metadata(workspace.path("plan.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(workspace.names(), ["link.yaml", "plan.yaml"], "no file is left beside it");
}

/// Roles as plans write them, and what they become with the administrator role.
const ROLES: [(&str, &str); 8] = [
    ("[QM Agent]", "[QM Agent, Administrator]"),
    ("[\"QM Agent\", 'A # B']", "[\"QM Agent\", 'A # B', 'Administrator']"),
    ("[ QM Agent, ] # see the wiki", "[ QM Agent, Administrator, ] # see the wiki"),
    ("\n      [QM Agent,\n       \"Team Lead\"]", "\n      [QM Agent,\n       \"Team Lead\", \"Administrator\"]"),
    ("\n      - QM Agent", "\n      - QM Agent\n      - Administrator"),
    (
        "\n    - QM Agent\n    - \"A # B\"   # since May",
        "\n    - QM Agent\n    - \"A # B\"   # since May\n    - \"Administrator\"",
    ),
    ("\n      -   QM Agent\n      # the last\n", "\n      -   QM Agent\n      -   Administrator\n      # the last\n"),
    ("[QM Agent, Team Lead]", "[QM Agent, Team Lead, Administrator]"),
];

fn with_roles(roles: &str, seats: u64) -> String {
    yaml("EnterpriseView", "Default Team")
        .replacen("roles: [Administrator]", &format!("roles: {roles}"), 1)
        .replace("seats: 6", &format!("seats: {seats}"))
}

#[test]
fn a_role_joins_its_list_as_the_list_is_written() {
    let mut wrong = Vec::new();
    for ends in ["\n", "\r\n"] {
        for (roles, expected) in ROLES {
            let [text, expected] = [roles, expected].map(|roles| with_roles(roles, 6).replace('\n', ends));
            let workspace = Workspace::with(&[("plan.yaml", &text)]);
            let held = fix(&workspace, &["plan.yaml"]);
            if workspace.read("plan.yaml") != text || !held.out.contains("--unsafe administrator-role-missing") {
                wrong.push(format!("a role takes a seat, and is not added unless it is wanted\n{held}"));
            }
            let shown = fix(&workspace, &["--unsafe", "all", "--diff", "plan.yaml"]);
            let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
            let fixed = workspace.read("plan.yaml");
            if (ran.exit, &fixed) != (0, &expected) {
                wrong.push(format!("{text}\nbecame\n{fixed}\n{ran}"));
            }
            workspace.write("plan.yaml", &text);
            if patched(&workspace, &shown) != expected {
                wrong.push(format!("the diff is not what is written\n{shown}"));
            }
            let again = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
            if again.exit != 0 || workspace.read("plan.yaml") != expected || !again.out.starts_with("0 fixed") {
                wrong.push(format!("a second run is not still\n{again}"));
            }
        }
    }
    for (name, text, old, new) in [
        ("plan.toml", TOML, "roles = [\"Administrator\"]\nteam", "roles = [\n  \"QM Agent\", # since May\n]\nteam"),
        ("plan.json", JSON, "\"roles\": [\"Administrator\"]", "\"roles\": [\"QM Agent\"]"),
    ] {
        let text = text.replace("Billing View", "EnterpriseView").replacen(old, new, 1);
        let expected = text.replacen("\"QM Agent\"", "\"QM Agent\", \"Administrator\"", 1);
        let workspace = Workspace::with(&[(name, &text)]);
        let ran = fix(&workspace, &["--unsafe", "all", name]);
        if (ran.exit, workspace.read(name)) != (0, expected) {
            wrong.push(format!("{text}\nbecame\n{}\n{ran}", workspace.read(name)));
        }
    }
    nothing_wrong(wrong);
}

/// The plan after `patch` has read a diff.
fn patched(workspace: &Workspace, shown: &Ran) -> String {
    workspace.write("fix.patch", &shown.out);
    let mut patch = Command::new("git");
    patch.args(["apply", "--whitespace=nowarn", "fix.patch"]).current_dir(workspace.path(""));
    assert!(patch.status().unwrap().success(), "{shown}");
    workspace.read("plan.yaml")
}

#[test]
fn a_role_says_what_it_costs_and_never_takes_a_seat_that_is_not_there() {
    let last = with_roles("[QM Agent]", 2);
    let workspace = Workspace::with(&[("plan.yaml", &last)]);
    let shown = fix(&workspace, &["--unsafe", "all", "--diff", "plan.yaml"]);
    assert!(shown.out.starts_with("System Administrator: 2 of 2 seats\n--- a/plan.yaml\n"), "{shown}");
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert!(ran.out.contains("System Administrator: 2 of 2 seats\n"), "{ran}");
    assert!(workspace.read("plan.yaml").contains("[QM Agent, Administrator]"));

    let none_left = with_roles("[QM Agent]", 1);
    let workspace = Workspace::with(&[("plan.yaml", &none_left)]);
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert_eq!(workspace.read("plan.yaml"), none_left, "{ran}");
    assert!(ran.out.contains("by hand") && !ran.out.contains("of 1 seats"), "{ran}");
}

#[test]
fn two_fixes_of_one_list_are_made_one_after_the_other() {
    // An anchor makes one list of two accounts, so each of the two findings would add to it.
    let text = with_roles("&all [QM Agent]", 6)
        .replacen("roles: [Administrator]", "roles: *all", 1)
        .replace("kind: person", "kind: api-user");
    let workspace = Workspace::with(&[("plan.yaml", &text)]);
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert!(ran.out.contains("by hand"), "{ran}");
    let once = workspace.read("plan.yaml");
    assert!(once == text || once.matches("Administrator]").count() == 1, "{once}");
    // A view and a role of one account, and a role of another in the line below it, are not in each other's way.
    let text = with_roles("[QM Agent]", 6).replace("main: EnterpriseView, others", "main: Billing View, others");
    let text = text
        .replace("roles: [Administrator], team: Default Team", "roles: [QM Agent], team: Default Team")
        .replace("kind: person", "kind: api-user");
    let workspace = Workspace::with(&[("plan.yaml", &text)]);
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert!(ran.out.contains("3 fixed"), "{ran}");
    assert_eq!(
        workspace.read("plan.yaml"),
        text.replace("[QM Agent]", "[QM Agent, Administrator]").replace("Billing View", "EnterpriseView")
    );
}

#[test]
fn of_several_plans_all_are_written_or_none() {
    let wrong = yaml("Billing View", "Default Team");
    let other = wrong.replace("acme", "beta");
    let workspace = Workspace::with(&[
        ("a.yaml", &wrong),
        ("b.yaml", &other),
        ("rolecall.toml", "[tenants.a]\ninputs = [\"a.yaml\"]\n[tenants.b]\ninputs = [\"b.yaml\"]\n"),
    ]);
    let ran = fix(&workspace, &[]);
    assert_eq!(ran.exit, 0, "{ran}");
    assert!([workspace.read("a.yaml"), workspace.read("b.yaml")].iter().all(|text| !text.contains("Billing")));
    // One tenant is INCOMPLETE: what it is about is not judged, and no plan of the other is left half fixed.
    workspace.write("a.yaml", &wrong);
    workspace.write("b.yaml", other.replace("seats: 6", "seats: six"));
    assert_eq!(fix(&workspace, &[]).exit, 3);
    assert_eq!(workspace.read("b.yaml"), other.replace("seats: 6", "seats: six"));
    assert_eq!(workspace.names().len(), 3, "no file is left beside them");
}

/// Whoever has read it may know it, so moving it is not enough.
#[test]
fn a_password_is_shown_and_never_moved() {
    let text = yaml("EnterpriseView", "Default Team").replace("    team:", "    password: hunter2hunter2\n    team:");
    let workspace = Workspace::with(&[("plan.yaml", &text)]);
    let ran = fix(&workspace, &["--unsafe", "all", "plan.yaml"]);
    assert_eq!((ran.exit, workspace.read("plan.yaml")), (1, text), "{ran}");
    assert!(ran.out.contains("password-literal: by hand") && ran.out.contains("${env:"), "{ran}");
    assert!(!ran.out.contains("hunter2"), "{ran}");
}

/// What a fix that was killed between two plans leaves is finished by the next one, whichever of the plans it names.
#[test]
fn a_fix_that_was_interrupted_is_finished() {
    let wrong = yaml("Billing View", "Default Team");
    let fixed = wrong.replace("Billing View", "EnterpriseView");
    let workspace = Workspace::with(&[("a/plan.yaml", &fixed), ("b/plan.yaml", &wrong), ("b/.rolecall-new", &fixed)]);
    let root = workspace.path("").canonicalize().unwrap();
    let [a, b] = ["a", "b"].map(|name| root.join(name));
    let old = rolecall::engine::digest(&rolecall::source::file::Source::open(&b.join("plan.yaml")).unwrap()).unwrap();
    let file = serde_json::json!({ "target": b.join("plan.yaml"), "temporary": b.join(".rolecall-new"), "old": old });
    let journal = serde_json::json!({ "folders": [a, b], "files": [file] }).to_string();
    for folder in ["a", "b"] {
        workspace.write(&format!("{folder}/.rolecall-journal.json"), &journal);
    }
    let shown = fix(&workspace, &["--no-project", "--check", "a/plan.yaml"]);
    assert_eq!((shown.exit, workspace.read("b/plan.yaml")), (0, wrong), "a dry run writes nothing");
    let ran = fix(&workspace, &["--no-project", "a/plan.yaml"]);
    assert!(ran.exit == 0 && ran.err.contains("b/plan.yaml") && ran.err.contains("interrupted"), "{ran}");
    assert_eq!(workspace.read("b/plan.yaml"), fixed);
    for folder in ["a", "b"] {
        assert_eq!(fs::read_dir(workspace.path(folder)).unwrap().count(), 1, "no file is left beside the plan");
    }
}
