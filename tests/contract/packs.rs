//! Rules of a site: judged like any other, and refused with their place if they could silently do nothing.

mod judged;
mod locked;
mod locked_commands;
mod locked_settings;
mod refused;
mod tested;

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::workspace::{AS_OF, Workspace};

/// A workspace with the bundled pack.
fn site() -> Workspace {
    let workspace = Workspace::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules");
    for name in ["people.csv", "rolecall.toml"] {
        workspace.write(name, fs::read(root.join(name)).unwrap());
    }
    for entry in fs::read_dir(root.join("rules")).unwrap() {
        let path = entry.unwrap().path();
        workspace.write(&format!("rules/{}", path.file_name().unwrap().to_str().unwrap()), fs::read(&path).unwrap());
    }
    workspace
}

const SEATS: [&str; 2] = ["--seats", "System Administrator=10"];

#[test]
fn a_pack_is_named_by_option_or_config_to_the_same_end() {
    let workspace = site();
    let by_config = workspace.check(&["people.csv", "--config", "rolecall.toml"]).ends(1, "fail");
    let by_option = workspace.check(&[&["people.csv", "--pack", "rules"], &SEATS[..]].concat()).ends(1, "fail");
    let of_pack = |report: &serde_json::Value| {
        let found = report["diagnostics"].as_array().unwrap().iter();
        let found = found.filter(|one| one["rule"].as_str().unwrap().starts_with("acme/"));
        found.map(|one| (one["rule"].clone(), one["record"].clone(), one["message"].clone())).collect::<Vec<_>>()
    };
    assert!(of_pack(&by_config.0).len() >= 10);
    assert_eq!(of_pack(&by_config.0), of_pack(&by_option.0));
    let pack = &by_option.0["ledger"]["packs"][0];
    assert_eq!((&pack["pack"], &pack["version"], &pack["rules"]), (&json!("acme"), &json!("1.2.0"), &json!(10)));
    let without = workspace.check(&[&["people.csv"], &SEATS[..]].concat()).report().unwrap();
    assert_eq!(without.0["ledger"]["packs"], json!([]));
}

#[test]
fn several_packs_are_judged_together_in_any_order() {
    let workspace = site();
    workspace.write("other/pack.toml", "name = \"other\"\nversion = \"1.0.0\"\n");
    let rule = workspace.read("rules/team-missing.toml").replace("statements = [\"P6\"]\n", "");
    workspace.write("other/team-missing.toml", rule);
    let reports = [["rules", "other"], ["other", "rules"]].map(|[one, two]| {
        let args = [&["people.csv", "--pack", one, "--pack", two], &SEATS[..]].concat();
        workspace.check(&args).ends(1, "fail").0
    });
    assert_eq!(reports[0], reports[1]);
    let found = reports[0]["diagnostics"].as_array().unwrap().iter();
    let rules: Vec<_> = found.filter_map(|one| one["rule"].as_str()?.strip_suffix("/team-missing")).collect();
    assert!(rules.contains(&"acme") && rules.contains(&"other"), "{rules:?}");
}

#[test]
fn the_config_changes_the_severity_of_a_rule_of_a_pack() {
    let workspace = site();
    let report = workspace.check(&["people.csv", "--config", "rolecall.toml"]).report().unwrap();
    let change = json!({ "rule": "acme/roles-too-many", "from": "warning", "to": "error" });
    assert_eq!(report.0["ledger"]["severity_changes"], json!([change]));
    workspace.write("rolecall.toml", "[packs]\nfolders = [\"rules\"]\n[severity]\n\"acme/roles-to-many\" = \"off\"\n");
    workspace.run(&["check", "people.csv"]).refused(&["acme/roles-to-many", "Did you mean `acme/roles-too-many`?"]);
}

#[test]
fn a_rule_of_a_pack_is_in_every_form_and_survives_redaction() {
    let workspace = site();
    for redact in [&[][..], &["--redact", "identities"]] {
        let forms = workspace.all_forms(&[&["people.csv", "--pack", "rules"], &SEATS[..], redact].concat());
        for (format, text) in &forms.0 {
            assert!(text.contains("acme/administrator-who-audits"), "{format}: {text}");
            assert!(redact.is_empty() || !text.contains("dana.ops@acme"), "{format}: {text}");
        }
    }
}

#[test]
fn what_the_input_does_not_carry_is_not_determinable() {
    let workspace = site();
    workspace.write(
        "short.csv",
        "First Name,Last Name,User Name,Roles,Team,Scope,Main View,Active\nAPI,Payroll Sync (dana.ops),\
         svc-payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\nDana,Ops,\
         dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n",
    );
    let ran = workspace.check(&[&["short.csv", "--pack", "rules"], &SEATS[..]].concat());
    let report = ran.ends(3, "incomplete");
    let outcomes = report.0["outcomes"].as_array().unwrap();
    let of = |rule: &str| outcomes.iter().find(|one| one["rule"] == rule).unwrap()["outcome"].clone();
    assert_eq!(of("acme/employee-id-malformed"), "not-determinable");
    assert_eq!(of("acme/user-name-not-svc"), "pass");
}

#[test]
fn explain_and_rules_know_packs() {
    let workspace = site();
    let ran = workspace.run(&["explain", "acme/user-name-not-svc"]);
    for words in ["svc-PURPOSE", "Acme access policy, 4.1", "acme/P1", "another prefix"] {
        assert!(ran.exit == 0 && ran.out.contains(words), "{words}: {ran}");
    }
    let ran = workspace.run(&["explain", "acme/P1", "--no-config", "--pack", "rules"]);
    assert!(ran.exit == 0 && ran.out.contains("acme/user-name-not-svc"), "{ran}");
    workspace.run(&["explain", "acme/user-name-not-svc", "--no-config"]).refused(&["acme/user-name-not-svc"]);
    workspace.write("broken.toml", "[severty]\n");
    assert_eq!(workspace.run(&["explain", "team-blank", "--config", "broken.toml"]).exit, 0);
    let ran = workspace.run(&["rules", "--coverage"]);
    for words in ["acme/administrator-who-audits", "acme/P5", "confirmations are kept in the register", "S14"] {
        assert!(ran.exit == 0 && ran.out.contains(words), "{words}: {ran}");
    }
}

#[test]
fn evidence_holds_the_pack_and_replays_with_it() {
    for more in [&[][..], &["--with-inputs"]] {
        let workspace = site();
        let create = ["evidence", "create", "-o", "review.zip", "--as-of", AS_OF, "people.csv"];
        let made = workspace.run(&[&create, more].concat());
        assert_eq!(made.exit, 1, "{made}");
        for (command, says) in [("verify", "VERIFIED"), ("replay", "REPLAYED")] {
            let ran = workspace.run(&["evidence", command, "review.zip"]);
            assert!(ran.exit == 0 && ran.out.contains(says), "{ran}");
        }
        workspace.write("rules/roles-too-many.toml", workspace.read("rules/roles-too-many.toml") + "# looser\n");
        let ran = workspace.run(&["evidence", "replay", "review.zip"]);
        let expected = if more.is_empty() { (1, "roles-too-many.toml") } else { (0, "REPLAYED") };
        assert!(ran.exit == expected.0 && ran.out.contains(expected.1), "{ran}");
    }
}

#[test]
fn no_report_is_written_over_a_rule() {
    let workspace = site();
    let before = workspace.read("rules/team-missing.toml");
    workspace.run(&["check", "people.csv", "--output", "json=rules/team-missing.toml"]).refused(&["team-missing.toml"]);
    assert_eq!(workspace.read("rules/team-missing.toml"), before);
}

/// The engine groups rules by what they read; so many of them must not run into each other.
#[test]
fn hundreds_of_rules_find_each_its_own() {
    let workspace = site();
    let rule = workspace.read("rules/team-missing.toml").replace("statements = [\"P6\"]\n", "");
    workspace.write("many/pack.toml", "name = \"many\"\nversion = \"1.0.0\"\n");
    for number in 0..300 {
        let field = ["team", "roles", "employee-id"][number % 3];
        let text =
            rule.replace("team-missing", &format!("blank-{number}")).replace("[\"team\"]", &format!("[\"{field}\"]"));
        workspace.write(&format!("many/blank-{number}.toml"), text);
    }
    let ran = workspace.check(&[&["people.csv", "--pack", "many", "--jobs", "2"], &SEATS[..]].concat());
    let report = ran.ends(1, "fail");
    let of = |rule: &str| report.0["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == rule).count();
    for number in 0..300 {
        assert_eq!(of(&format!("many/blank-{number}")), [1, 0, 2][number % 3], "{number}");
    }
}
