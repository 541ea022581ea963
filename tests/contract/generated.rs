//! What the program prints for editors, shells and manuals.

use serde_json::Value;

use crate::support::workspace::Workspace;

const SHELLS: [&str; 6] = ["bash", "zsh", "fish", "powershell", "elvish", "nushell"];

/// The long options that `--help` of the command lists.
fn options(workspace: &Workspace, command: &[&str]) -> Vec<String> {
    let help = workspace.run(&[command, &["--help"]].concat());
    assert_eq!(help.exit, 0, "{help}");
    let words = help.out.split([' ', '\n', ',']).filter(|word| word.starts_with("--") && word.len() > 2);
    let mut options: Vec<_> = words.map(|word| word.trim_end_matches(['.', ')', '`']).to_owned()).collect();
    options.dedup();
    assert!(options.len() > 3, "{help}");
    options
}

#[test]
fn completions_know_every_option() {
    let workspace = Workspace::new();
    for shell in SHELLS {
        let ran = workspace.run(&["completions", shell]);
        assert_eq!(ran.exit, 0, "{ran}");
        for command in [
            &["check"][..],
            &["capacity"],
            &["evidence", "create"],
            &["columns"],
            &["fix"],
            &["request"],
            &["request", "verify"],
            &["baseline", "create"],
            &["baseline", "update"],
        ] {
            for option in options(&workspace, command) {
                // fish writes long options without their dashes.
                let word = if shell == "fish" { option.trim_start_matches('-') } else { &option };
                assert!(ran.out.contains(word), "{shell} does not know {option}");
            }
        }
        assert_eq!(workspace.run(&["completions", shell]).out, ran.out);
    }
    workspace.run(&["completions", "tcsh"]).refused(&["tcsh", "bash"]);
}

#[test]
fn manual_pages_hold_every_option_and_no_date() {
    let workspace = Workspace::with(&[("man/x", "")]);
    let ran = workspace.run(&["man", "-o", "man"]);
    assert_eq!((ran.exit, ran.out.as_str()), (0, ""), "{ran}");
    let page = workspace.read("man/rolecall-check.1");
    for option in options(&workspace, &["check"]) {
        assert!(page.contains(&option.replace('-', "\\-")), "{option}");
    }
    assert!(!workspace.read("man/rolecall.1").contains("202"), "a date would differ from build to build");
    workspace.run(&["man", "-o", "nowhere"]).refused(&["nowhere", "Create it"]);
}

#[test]
fn every_rule_and_every_fault_has_a_page_of_the_book() {
    let workspace = Workspace::with(&[("book/x", "")]);
    let ran = workspace.run(&["rules", "--format", "markdown", "-o", "book"]);
    assert_eq!((ran.exit, ran.out.as_str()), (0, ""), "{ran}");
    let (summary, list) = (workspace.read("book/SUMMARY.md"), workspace.read("book/README.md"));
    let rules = rolecall::rule::file::all_built_in();
    let faults = rolecall::diagnostic::fault::FaultKind::ALL;
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).chain(faults.iter().map(|kind| kind.id())).collect();
    assert!(rules.iter().all(|rule| list.contains(&format!("| `{}` |", rule.id))), "{list}");
    for id in &ids {
        let page = workspace.read(&format!("book/{id}.md"));
        assert_eq!(page, workspace.run(&["explain", id, "--format", "markdown"]).out);
        assert!(summary.contains(&format!("- [{id}](book/{id}.md)\n")), "{summary}");
    }
    assert_eq!(workspace.names().len(), 1, "nothing is written beside the folder");
    assert_eq!(summary.matches("](book/").count(), ids.len() + 1);
    workspace.run(&["rules", "-o", "book"]).refused(&["--format markdown"]);
    workspace.run(&["rules", "--format", "markdown", "-o", "nowhere"]).refused(&["nowhere", "Create it"]);
}

#[test]
fn schemas_are_those_of_the_repository() {
    let workspace = Workspace::new();
    let schema = |what: &str| -> Value {
        let ran = workspace.run(&["schema", what]);
        assert_eq!(ran.exit, 0, "{ran}");
        serde_json::from_str(&ran.out).unwrap()
    };
    for what in [
        "plan",
        "rule",
        "pack",
        "lock",
        "waivers",
        "baseline",
        "report",
        "report-lines",
        "fleet",
        "test",
        "capacity",
        "diff",
        "drift",
        "change-request",
        "evidence",
    ] {
        let path = format!("{}/schema/{what}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let published: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(schema(what), published, "{what}");
        assert_eq!(published["$id"], format!("https://rolecall.example/schema/{what}.schema.json"));
        assert!(published["title"].is_string() && published["description"].is_string(), "{what}");
    }
    workspace.run(&["schema", "plans"]).refused(&["plans", "plan"]);
    let config = schema("config");
    let validator = jsonschema::validator_for(&config).unwrap();
    let severity = |rule: &str, word: &str| serde_json::json!({ "severity": { rule: word } });
    assert!(validator.is_valid(&severity("team-blank", "note")));
    assert!(!validator.is_valid(&severity("team-blnk", "note")), "an editor underlines a misspelt rule");
    assert!(!validator.is_valid(&severity("team-blank", "fatal")));
}

/// Every key of these schemas that takes a value says what it may be.
#[test]
fn an_editor_has_something_to_offer_at_every_key() {
    fn visit(schema: &Value, at: &str, bare: &mut Vec<String>) {
        let below = |name: &str| schema[name].as_object().into_iter().flatten();
        for (key, one) in below("properties") {
            let at = format!("{at}/{key}");
            let offers = ["enum", "const", "default", "examples"].iter().any(|word| !one[word].is_null());
            let is_said_elsewhere = [&one["type"], &one["$ref"]]
                .iter()
                .any(|word| ["object", "#/$defs/header", "#/$defs/files"].iter().any(|same| **word == **same));
            if one["description"].is_null() || !(offers || is_said_elsewhere) {
                bare.push(at.clone());
            }
            visit(one, &at, bare);
        }
        below("$defs").for_each(|(name, one)| visit(one, &format!("{at}#{name}"), bare));
    }
    let workspace = Workspace::new();
    let mut bare = Vec::new();
    for what in ["plan", "config"] {
        let schema: Value = serde_json::from_str(&workspace.run(&["schema", what]).out).unwrap();
        visit(&schema, what, &mut bare);
    }
    bare.retain(|key| !key.ends_with("/$schema"));
    assert_eq!(bare, [""; 0]);
}

#[test]
fn the_version_tells_commit_and_target() {
    let ran = Workspace::new().run(&["--version"]);
    let rest = ran.out.strip_prefix(&format!("rolecall {} (", env!("CARGO_PKG_VERSION"))).expect("the version");
    let (commit, target) = rest.trim_end().strip_suffix(')').unwrap().split_once(", ").unwrap();
    assert!(!commit.is_empty() && target.matches('-').count() >= 2, "{ran}");
}
