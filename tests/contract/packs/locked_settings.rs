//! Every setting of the config, and every option that goes over one, is part of the lock.

use serde_json::json;

use super::site;
use crate::support::workspace::{AS_OF, Workspace};

const LOCK: [&str; 3] = ["lock", "--as-of", AS_OF];
const POLICY: &str = "[policy]\nlock = \"rolecall.lock\"\n";

fn people() -> Workspace {
    Workspace::with(&[("people.csv", &site().read("people.csv"))])
}

/// An export and a config that is locked.
fn locked(config: &str) -> Workspace {
    let workspace = people();
    workspace.write("rolecall.toml", format!("{POLICY}{config}"));
    let ran = workspace.run(&LOCK);
    assert_eq!(ran.exit, 0, "{ran}");
    workspace
}

const BEFORE: &str = r#"longest-waiver = 90
[api-users]
ids = ["4711"]
[licenses.More]
seats = 4
[licenses.Later]
seats = 4
[licenses.Roles]
roles = ["Agent"]
[licenses.Gone]
[dates]
order = "dmy"
"#;

const NOW: &str = r#"[api-users]
user-names = ["svc-payroll@acme.example"]
ids = ["4712"]
[teams]
alternates = ["Claims"]
[licenses.More]
seats = 5
[licenses.Later]
seats = 4
warn-at = 1.0
[licenses.Roles]
roles = ["Nobody"]
[dates]
order = "mdy"
[wfm]
views = "none"
[tables]
footer-rows = 2
[lists]
whole = ["Agent; Supervisor"]
"#;

const CHANGED: [&str; 13] = [
    "api-users.ids",
    "api-users.user-names",
    "dates.order",
    "licenses",
    "licenses.Later.warn-at",
    "licenses.More.seats",
    "licenses.Roles.roles",
    "lists.whole",
    "policy.longest-waiver",
    "tables.footer-rows",
    "teams.alternates",
    "tenant",
    "wfm.views",
];

#[test]
fn a_setting_that_is_not_known_to_demand_more_is_refused() {
    let workspace = locked(BEFORE);
    workspace.write("rolecall.toml", format!("tenant = \"acme\"\n{POLICY}{NOW}"));
    let check = ["check", "people.csv", "--as-of", AS_OF];
    let ran = workspace.run(&check);
    ran.refused(&["demands less than `rolecall.lock`", "may demand less than `rolecall.lock`"]);
    let named: Vec<_> =
        ran.err.lines().filter_map(|line| line.strip_prefix("error: `config.")?.split('`').next()).collect();
    assert_eq!(named, CHANGED, "{ran}");
    let accepted: Vec<_> = CHANGED.iter().map(|key| format!("config.{key}=CASE-1")).collect();
    let accepted: Vec<_> = accepted.iter().flat_map(|one| ["--accept", one]).collect();
    workspace.run(&[&LOCK[..], &accepted[2..]].concat()).refused(&["config.api-users.ids is undecided", "--accept"]);
    assert_eq!(workspace.run(&[&LOCK[..], &accepted].concat()).exit, 0);
    let ran = workspace.run(&check);
    assert_ne!(ran.exit, 2, "{ran}");
}

#[test]
fn what_a_project_judges_is_locked() {
    let workspace = locked("[project]\ninputs = [\"*.csv\"]\n");
    let config = workspace.read("rolecall.toml");
    for (more, key) in [("exclude = [\"p*.csv\"]\n", "exclude"), ("inputs = [\"q*.csv\"]\n", "inputs")] {
        let config = if key == "inputs" { config.replace("inputs = [\"*.csv\"]\n", "") } else { config.clone() };
        workspace.write("rolecall.toml", config + more);
        workspace.run(&["check", "--as-of", AS_OF]).refused(&[&format!("`config.project.{key}` may demand less")]);
    }
}

#[test]
fn a_default_that_is_written_out_and_what_only_costs_change_nothing() {
    let workspace = locked("[licenses.Agent]\nseats = 4\n");
    let more = "price = \"35.00\"\nwarn-at = 0.9\n[teams]\ndefault = \"Default Team\"\n[x-other]\nkey = 1\n";
    workspace.write("rolecall.toml", format!("{POLICY}longest-waiver = 366\n[licenses.Agent]\nseats = 4\n{more}"));
    let ran = workspace.run(&[&LOCK[..], &["--diff"]].concat());
    assert!(ran.exit == 0 && ran.out.contains("nothing differs"), "{ran}");
}

#[test]
fn an_option_may_not_go_over_what_is_locked() {
    let workspace = locked("[api-users]\nuser-names = [\"api.backup@acme.example\"]\n[licenses.Agent]\nseats = 4\n");
    workspace.write("more.toml", "");
    let check = |options: &[&str]| workspace.run(&[&["check", "people.csv", "--as-of", AS_OF], options].concat());
    for (options, name) in [
        (&["--api-user", "svc-payroll@acme.example"][..], "config.api-users.user-names"),
        (&["--all-api-users"], "config.all-api-users"),
        (&["--seats", "Agent=5"], "config.licenses.Agent.seats"),
        (&["--seats", "Other=5"], "config.licenses"),
        (&["--header-row", "2"], "config.tables.header-row"),
        (&["--product", "workforce-optimization"], "config.product"),
        (&["--waivers", "more.toml"], "config.policy.waivers"),
        (&["--no-config", "--lock", "rolecall.lock"], "config.api-users.user-names"),
    ] {
        check(options).refused(&[&format!("`{name}` "), "demand", "less than `rolecall.lock`"]);
    }
    check(&["--api-user", "svc-payroll@acme.example"]).refused(&["Leave the option out, or declare the same in"]);
    for options in
        [&["--api-user", "api.backup@acme.example"][..], &["--seats", "Agent=3"], &["--product", "calabrio-one"]]
    {
        let ran = check(options);
        assert_ne!(ran.exit, 2, "{ran}");
    }
}

#[test]
fn a_refusal_names_nobody_if_names_are_redacted() {
    let workspace = locked("[api-users]\nuser-names = [\"api.backup@acme.example\"]\n");
    let check = ["check", "people.csv", "--as-of", AS_OF, "--redact", "identities"];
    let ran = workspace.run(&[&check[..], &["--api-user", "svc-payroll@acme.example"]].concat());
    assert!(!ran.err.contains("svc-payroll") && !ran.err.contains("api.backup"), "{ran}");
    ran.refused(&["`config.api-users.user-names` ", "demand", "less than `rolecall.lock`"]);
}

#[test]
fn a_lock_is_not_written_into_a_folder_that_is_missing() {
    let ran = locked("").run(&[&LOCK[..], &["--lock", "locks/other.lock"]].concat());
    ran.refused(&["the folder of `locks/other.lock` does not exist", "Create it first"]);
}

#[test]
fn another_lock_does_not_replace_that_of_the_config() {
    let workspace = locked("");
    assert_eq!(workspace.run(&[&LOCK[..], &["--lock", "other.lock"]].concat()).exit, 0);
    let check = ["check", "people.csv", "--as-of", AS_OF, "--lock"];
    workspace.run(&[&check[..], &["other.lock"]].concat()).refused(&["`--lock` names `other.lock`", "`rolecall.lock`"]);
    assert_ne!(workspace.run(&[&check[..], &["./rolecall.lock"]].concat()).exit, 2);
}

#[test]
fn a_lock_may_begin_with_a_byte_order_mark() {
    let workspace = locked("");
    workspace.write("rolecall.lock", format!("\u{feff}{}", workspace.read("rolecall.lock")));
    let ran = workspace.run(&["check", "people.csv", "--as-of", AS_OF]);
    assert_ne!(ran.exit, 2, "{ran}");
}

/// What tenants have from the project is said, and accepted, once.
#[test]
fn each_tenant_of_a_project_is_compared_and_none_may_leave() {
    let people = site().read("people.csv");
    let root = |more: &str| {
        let tenant = |name: &str| format!("[tenants.{name}]\ninputs = [\"{name}/*.csv\"]\n");
        format!("{}config = \"beta/rolecall.toml\"\n{}{POLICY}{more}", tenant("beta"), tenant("acme"))
    };
    let workspace = Workspace::with(&[
        ("rolecall.toml", &root("")),
        ("acme/people.csv", &people),
        ("beta/people.csv", &people),
        ("beta/rolecall.toml", "[names]\nplaceholders = [\"x\"]\n"),
    ]);
    assert_eq!(workspace.run(&LOCK).exit, 0);
    let check = ["check", "--as-of", AS_OF, "--locked"];
    let ran = workspace.run(&check);
    assert_ne!(ran.exit, 2, "{ran}");
    workspace.write("more.toml", "");
    for tenant in [&[][..], &["--tenant", "acme"]] {
        let ran = workspace.run(&[&check[..], tenant, &["--waivers", "more.toml"]].concat());
        ran.refused(&["`config.policy.waivers` demands less"]);
    }
    workspace.write("beta/rolecall.toml", "");
    workspace.run(&check).refused(&["`tenants.beta.names.placeholders` demands less"]);
    let ran = workspace.run(&["check", "--as-of", AS_OF, "--locked", "--tenant", "acme"]);
    assert_ne!(ran.exit, 2, "{ran}");
    workspace.write("beta/rolecall.toml", "[names]\nplaceholders = [\"x\"]\n");
    workspace.write("rolecall.toml", root("[teams]\nalternates = [\"Claims\"]\n"));
    let ran = workspace.run(&check);
    ran.refused(&["`config.teams.alternates` demands less"]);
    assert_eq!(ran.err.matches("alternates").count(), 2, "{ran}");
    workspace.write("rolecall.toml", root("").replace("[tenants.acme]", "[tenants.gone]"));
    workspace.run(&check).refused(&["`config.tenants` demands less"]);
    workspace.write("rolecall.toml", root("[tenants.new]\ninputs = [\"new/*.csv\"]\n"));
    let ran = workspace.run(&["lock", "--diff"]);
    assert!(ran.exit == 0 && ran.out.contains("config.tenants is stricter"), "{ran}");
    workspace.write("rolecall.toml", "[tenants.acme]\ninputs = [\"acme/*.csv\"]\n");
    workspace.run(&check).refused(&["`--locked` needs a lock"]);
}

/// A tenant's config may demand more than the project's, and a run without it would say less.
#[test]
fn no_option_passes_over_a_tenant_that_is_locked() {
    let workspace = people();
    workspace.write("acme/people.csv", workspace.read("people.csv"));
    workspace.write("acme/own.toml", "[teams]\ndefault = \"Integrations\"\n");
    let tenant = "[tenants.acme]\ninputs = [\"acme/*.csv\"]\nconfig = \"acme/own.toml\"\n";
    workspace.write("rolecall.toml", format!("{POLICY}{tenant}"));
    assert_eq!(workspace.run(&LOCK).exit, 0);
    for command in [&["check"][..], &["capacity"], &["baseline", "create", "-o", "b.jsonl", "--reason", "r"]] {
        let args = ["acme/people.csv", "--no-project", "--as-of", AS_OF];
        workspace.run(&[command, &args].concat()).refused(&[
            "`--no-project` passes over the tenant `acme`, which `rolecall.lock` holds",
            "Leave the option out.",
        ]);
    }
    let ran = workspace.run(&["check", "people.csv", "--no-project", "--as-of", AS_OF]);
    assert_ne!(ran.exit, 2, "{ran}");
}

#[test]
fn drift_leaves_no_field_out_under_a_lock() {
    let workspace = locked("");
    workspace.write("plan.yaml", "rolecall: 1\nusers: [{ user_name: svc-payroll@acme.example, first_name: API }]\n");
    let drift = ["drift", "plan.yaml", "--against", "people.csv", "--as-of", AS_OF];
    workspace.run(&[&drift[..], &["--ignore", "team"]].concat()).refused(&["`--ignore team` hides", "waive"]);
    let ran = workspace.run(&drift);
    assert_ne!(ran.exit, 2, "{ran}");
}

/// What is read, and as what, is not a demand: a lock leaves it free, and every report says it.
#[test]
fn options_that_a_lock_leaves_free_are_in_the_report() {
    let workspace = locked("");
    for (options, option, value) in [
        (&["--encoding", "latin-1"][..], "--encoding", "latin-1"),
        (&["--sheet", "Users"], "--sheet", "Users"),
        (&["--expect-records", "9"], "--expect-records", "9"),
    ] {
        let report = workspace.check(&[&["people.csv"], options].concat()).report().unwrap();
        let given = json!([{ "option": option, "value": value }]);
        assert_eq!(report.0["ledger"]["options"], given, "{options:?}");
    }
    let ran = workspace.run(&["check", "people.csv", "--as-of", "2020-01-01"]);
    assert!(ran.out.contains("judged as of 2020-01-01") && ran.out.contains("lock: rolecall.lock"), "{ran}");
}
