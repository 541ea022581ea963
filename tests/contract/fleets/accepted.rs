//! What a fleet accepts: a waiver or a baseline covers the tenant that it names and no other, however many lines are given its
//! file and whoever names it.

use serde_json::{Value, json};

use super::{fleet, plan, verdicts};
use crate::support::workspace::{AS_OF, Workspace};

/// The ways in which both tenants are given one file: the table's column, a config of each, one config of all, or an option.
#[derive(Clone, Copy, Debug)]
enum GivenBy {
    Column,
    OwnConfigs,
    OneConfig,
    Option,
}

const ALL_WAYS: [GivenBy; 4] = [GivenBy::Column, GivenBy::OwnConfigs, GivenBy::OneConfig, GivenBy::Option];

/// Two tenants with the same finding, both given `accepted` under this key, and the options that it takes.
fn tenants(key: &str, by: GivenBy) -> (Workspace, Vec<String>) {
    let workspace = Workspace::new();
    let is_list = key == "waivers";
    let file = match (is_list, by) {
        (true, _) => "accepted.toml",
        // One path for all would be refused, whatever is in the file.
        (false, GivenBy::Option) => "{tenant}.jsonl",
        (false, _) => "accepted.jsonl",
    };
    let (value, option) =
        if is_list { (format!("[\"{file}\"]"), "--waivers") } else { (format!("\"{file}\""), "--baseline") };
    let config = format!("[policy]\n{key} = {value}\n");
    let mut manifest = format!("tenant,inputs,config,{key}\n");
    let mut options = Vec::new();
    for name in ["acme", "beta"] {
        workspace.write(&format!("{name}.yaml"), plan(name, "Billing View"));
        let (of_config, of_column) = match by {
            GivenBy::Column => (String::new(), file),
            GivenBy::OwnConfigs => (format!("{name}.toml"), ""),
            GivenBy::OneConfig => ("all.toml".to_owned(), ""),
            GivenBy::Option => (String::new(), ""),
        };
        if !of_config.is_empty() {
            workspace.write(&of_config, &config);
        }
        manifest.push_str(&format!("{name},{name}.yaml,{of_config},{of_column}\n"));
    }
    if matches!(by, GivenBy::Option) {
        options.extend([option, file].map(str::to_owned));
    }
    workspace.write("tenants.csv", manifest);
    (workspace, options)
}

fn judge(workspace: &Workspace, options: &[String], exit: i32) -> Value {
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let args = ["fleet", "tenants.csv", "--output-dir", "out", "--no-config", "--as-of", AS_OF];
    fleet(workspace, &[&args[..], &options].concat(), exit)
}

fn reason<'f>(fleet: &'f Value, name: &str) -> &'f str {
    let found = fleet["tenants"].as_array().unwrap().iter().find(|one| one["tenant"] == name);
    found.and_then(|one| one["reason"].as_str()).unwrap_or_else(|| panic!("{fleet}"))
}

/// A waiver of the finding, with this id, for this tenant if any.
fn waiver(id: &str, tenant: Option<&str>) -> String {
    let tenant = tenant.map_or_else(String::new, |name| format!("tenant = \"{name}\"\n"));
    format!(
        "[[waivers]]\nid = \"{id}\"\n{tenant}rule = \"main-view-not-enterprise\"\naccount = \"api.feed@tenant.example\"\n\
        value = \"Billing View\"\nreason = \"R\"\napproved-by = \"Kim\"\napproved-on = 2026-11-01\nuntil = 2026-12-31\n"
    )
}

#[test]
fn a_waiver_covers_the_tenant_that_it_names_and_no_other() {
    for by in ALL_WAYS {
        let (workspace, options) = tenants("waivers", by);
        let write = |text: String| workspace.write("accepted.toml", text);
        // One that names no tenant would cover the same name in both.
        write(waiver("W-1", None));
        let all = judge(&workspace, &options, 3);
        assert_eq!(verdicts(&all), [("acme", "incomplete"), ("beta", "incomplete")], "{by:?}");
        for name in ["acme", "beta"] {
            assert!(reason(&all, name).contains("names no tenant"), "{by:?}: {all}");
            // Nothing else says what to do: a tenant that was refused has no report.
            let cure = format!("Add `tenant = \"{name}\"`");
            assert!(reason(&all, name).contains(&cure), "{by:?}: {all}");
        }
        write(waiver("W-1", None) + &waiver("W-2", None));
        assert!(reason(&judge(&workspace, &options, 3), "acme").ends_with("(and 1 more)"), "{by:?}");
        write(waiver("W-1", Some("beta")));
        assert_eq!(verdicts(&judge(&workspace, &options, 1)), [("acme", "fail"), ("beta", "pass")], "{by:?}");
        let report: Value = serde_json::from_str(&workspace.read("out/acme.json")).unwrap();
        let of_other = &report["ledger"]["waivers"][0];
        assert_eq!((&of_other["ended"], &of_other["uses"]), (&json!("not-told"), &json!(0)), "{by:?}");
        assert!(of_other["reason"].as_str().unwrap().contains("the tenant `beta`"), "{by:?}: {of_other}");
        write(waiver("W-1", Some("beta")) + &waiver("W-2", Some("acme")));
        assert_eq!(verdicts(&judge(&workspace, &options, 0)), [("acme", "pass"), ("beta", "pass")], "{by:?}");
        write(waiver("W-1", Some("betta")));
        assert!(reason(&judge(&workspace, &options, 3), "acme").contains("unknown tenant `betta`"), "{by:?}");
    }
}

#[test]
fn the_only_tenant_of_a_table_needs_not_be_named() {
    let (workspace, options) = tenants("waivers", GivenBy::Column);
    let table = workspace.read("tenants.csv");
    workspace.write("tenants.csv", table.lines().take(2).collect::<Vec<_>>().join("\n"));
    workspace.write("accepted.toml", waiver("W-1", None));
    assert_eq!(verdicts(&judge(&workspace, &options, 0)), [("acme", "pass")]);
    // With a second one its report is not kept: the waiver would cover both.
    workspace.write("tenants.csv", table);
    let all = judge(&workspace, &["--resume".to_owned()], 3);
    assert_eq!(verdicts(&all), [("acme", "incomplete"), ("beta", "incomplete")]);
    assert!(reason(&all, "acme").contains("names no tenant"), "{all}");
}

/// The baseline of `acme`, made by a project.
fn made(workspace: &Workspace) -> String {
    workspace.write("project/acme.yaml", workspace.read("acme.yaml").replace("tenant: acme\n", ""));
    workspace.write("project/rolecall.toml", "[tenants.acme]\ninputs = [\"acme.yaml\"]\n");
    let args = ["baseline", "create", "-o", "made.jsonl", "--config", "project/rolecall.toml", "--as-of", AS_OF];
    let ran = workspace.run(&args);
    assert_eq!(ran.exit, 0, "{ran}");
    workspace.read("made.jsonl")
}

#[test]
fn a_baseline_covers_the_tenant_that_it_names_and_no_other() {
    for by in ALL_WAYS {
        let (workspace, options) = tenants("baseline", by);
        let baseline = made(&workspace);
        let write = |text: &str| {
            ["accepted.jsonl", "acme.jsonl", "beta.jsonl"].iter().for_each(|file| workspace.write(file, text));
        };
        write(&baseline);
        let all = judge(&workspace, &options, 3);
        assert_eq!(verdicts(&all), [("acme", "pass"), ("beta", "incomplete")], "{by:?}");
        assert!(reason(&all, "beta").contains("was made for tenant `acme`"), "{by:?}: {all}");
        write(&baseline.replace("\"tenant\":\"acme\"", "\"tenant\":null"));
        let all = judge(&workspace, &options, 3);
        assert_eq!(verdicts(&all), [("acme", "incomplete"), ("beta", "incomplete")], "{by:?}");
        assert!(reason(&all, "acme").contains("names no tenant"), "{by:?}: {all}");
    }
}

/// The label of a line counts, and not what its plan declares: two lines may declare one tenant.
#[test]
fn tenants_that_declare_one_name_are_told_apart_by_their_labels() {
    let (workspace, options) = tenants("waivers", GivenBy::Column);
    workspace.write("beta.yaml", plan("acme", "Billing View"));
    workspace.write("accepted.toml", waiver("W-1", Some("acme")));
    assert_eq!(verdicts(&judge(&workspace, &options, 1)), [("acme", "pass"), ("beta", "fail")]);
}

/// What was refused for one tenant of several is refused when it is judged again from its package.
#[test]
fn evidence_of_a_tenant_whose_waivers_are_refused_is_replayed_as_it_was() {
    let workspace = Workspace::new();
    for name in ["acme", "beta"] {
        workspace.write(&format!("{name}.yaml"), plan(name, "Billing View"));
    }
    let tenants = ["acme", "beta"].map(|name| format!("[tenants.{name}]\ninputs = [\"{name}.yaml\"]\n")).concat();
    workspace.write("none.toml", waiver("W-1", None));
    workspace.write("one.toml", waiver("W-1", Some("acme")));
    for (policy, exit) in [
        ("waivers = [\"none.toml\"]", 3),
        ("waivers = [\"one.toml\"]", 1),
        ("waivers = [\"gone.toml\"]", 3),
        ("waivers = [\"one.toml\", \"gone.toml\"]", 3),
        ("baseline = \"{tenant}.jsonl\"", 3),
    ] {
        workspace.write("rolecall.toml", format!("[policy]\n{policy}\n{tenants}"));
        let made = workspace.run(&["evidence", "create", "-o", "{tenant}.zip", "--as-of", AS_OF]);
        assert_eq!(made.exit, exit, "{policy}: {made}");
        for name in ["acme", "beta"] {
            let package = format!("{name}.zip");
            let ran = workspace.run(&["evidence", "replay", &package]);
            assert_eq!(ran.exit, 0, "{policy}: {ran}");
        }
    }
}
