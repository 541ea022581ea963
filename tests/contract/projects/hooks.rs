//! Hooks: what `.pre-commit-hooks.yaml` says is what the program takes, and a plain git hook keeps a broken plan out.

use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::{GOOD_VIEW, plan, two_tenants};
use crate::support::workspace::Workspace;

/// A hook as the README has it, for a rolecall at this path.
fn plain_hook() -> String {
    let program = env!("CARGO_BIN_EXE_rolecall");
    format!(
        "#!/bin/sh\ngit diff --cached --name-only -z --diff-filter=d | xargs -0 -r '{program}' check --hook --format concise\n"
    )
}

/// Runs git in the workspace, with nothing of the machine's own settings: whether it succeeded, and what it said.
fn git(workspace: &Workspace, args: &[&str]) -> (bool, String) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=T", "-c", "user.email=t@acme.example", "-c", "core.hooksPath=hooks"]).args(args);
    command.current_dir(workspace.path("")).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().expect("git is installed");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn what_installs_the_program_names_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let mirror = include_str!("../../../packaging/pre-commit/pyproject.toml");
    assert!(mirror.contains(&format!("version = \"{version}\"")) && mirror.contains(&format!("rolecall=={version}")));
    assert!(include_str!("../../../action.yml").contains(&format!("default: {version}\n")));
    assert!(include_str!("../../../README.md").contains(&format!("rev: v{version}\n")));
    let npm = |folder: &str| -> serde_json::Value {
        let path = format!("{}/npm/{folder}/package.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let wrapper = npm("rolecall");
    assert!(wrapper["scripts"].is_null(), "npm runs nothing at installation");
    for package in wrapper["optionalDependencies"].as_object().unwrap().keys() {
        let platform = npm(package.strip_prefix("@rolecall/").unwrap());
        assert_eq!(platform["name"], *package);
        assert!(
            [&wrapper["version"], &platform["version"], &wrapper["optionalDependencies"][package]]
                .iter()
                .all(|one| **one == version)
        );
    }
    assert!(include_str!("../../../npm/rolecall/rolecall.js").lines().count() <= 30);
    let hooks = |text: &str| {
        let hooks = YamlLoader::load_from_str(text).unwrap().remove(0).into_vec().unwrap().into_iter();
        let mut hooks: Vec<_> = hooks.map(|hook| hook.into_hash().unwrap()).collect();
        hooks.iter_mut().for_each(|hook| hook.retain(|key, _| key.as_str() != Some("language")));
        hooks
    };
    let mut own = hooks(include_str!("../../../.pre-commit-hooks.yaml"));
    own.retain(|hook| hook.values().all(|value| value.as_str().is_none_or(|text| !text.ends_with("-system"))));
    assert_eq!(hooks(include_str!("../../../packaging/pre-commit/.pre-commit-hooks.yaml")), own);
}

#[cfg(unix)]
#[test]
fn a_git_hook_judges_whole_tenants() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = two_tenants();
    workspace.write("tenants/beta/plan.yaml", plan("beta", GOOD_VIEW));
    workspace.write("tenants/acme/pläne und mehr/roles.yaml", "rolecall: 1\n");
    workspace.write("hooks/pre-commit", plain_hook());
    std::fs::set_permissions(workspace.path("hooks/pre-commit"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let commit = |what: &str| {
        git(&workspace, &["add", "."]);
        git(&workspace, &["commit", "-m", what])
    };
    assert!(git(&workspace, &["init", "-q"]).0);
    let (is_taken, said) = commit("Add plans");
    assert!(is_taken && said.contains("2 tenants judged, 2 PASS"), "{said}");
    workspace.write("ci.yaml", "on: push\n");
    let (is_taken, said) = commit("Add a file of nobody");
    assert!(is_taken && said.contains("no plan given") && !said.contains("PASS"), "{said}");
    // The file that changes is clean by itself: its tenant is not.
    let shared = plan("acme", GOOD_VIEW).replace("dana.ops", "bo.ash");
    workspace.write("tenants/acme/pläne und mehr/roles.yaml", shared);
    let (is_taken, said) = commit("Share a user name");
    assert!(!is_taken && said.contains("user-name-shared") && !said.contains("tenant beta"), "{said}");
}

#[test]
fn the_hooks_of_pre_commit_are_what_the_program_takes() {
    let text = include_str!("../../../.pre-commit-hooks.yaml");
    let hooks = YamlLoader::load_from_str(text).unwrap().remove(0);
    let of = |hook: &Yaml, key: &str| hook[key].as_str().unwrap_or_default().to_owned();
    let hooks = hooks.as_vec().unwrap();
    let ids = ["rolecall", "rolecall-system", "rolecall-rules", "rolecall-rules-system"];
    assert_eq!(hooks.iter().map(|hook| of(hook, "id")).collect::<Vec<_>>(), ids);
    for hook in &hooks[..2] {
        let entry = of(hook, "entry");
        let (program, args) = entry.split_once(' ').unwrap();
        assert_eq!((program, hook["require_serial"].as_bool()), ("rolecall", Some(true)));
        let args: Vec<&str> = args.split(' ').chain(["tenants/beta/plan.yaml"]).collect();
        let ran = two_tenants().run(&args);
        assert!(ran.exit == 1 && ran.out.contains("main-view-not-enterprise"), "{ran}");
        let files = regex::Regex::new(&of(hook, "files")).unwrap();
        for (path, is_taken) in [("a b/ü.yml", true), ("rolecall.toml", true), ("x.json", true), ("people.csv", false)]
        {
            assert_eq!(files.is_match(path), is_taken, "{path}");
        }
    }
}

/// A rule of a site that takes no team but this one.
fn rule(fails: &str) -> String {
    format!(
        "id = \"team-not-ours\"\ntitle = \"the team is not ours\"\nseverity = \"error\"\nbasis = \"site\"\nstatus = \"stable\"\n\
        since = \"1.0.0\"\nsubject = \"account\"\nrationale = \"We say so.\"\nremedy = \"Choose ours.\"\n[check.pattern]\n\
        field = \"team\"\nregex = \"Default Team\"\n[[examples]]\ntitle = \"it is\"\naccounts = [{{}}]\n[[examples]]\n\
        title = \"it is not\"\naccounts = [{{}}, {{ kind = \"person\", team = \"X\" }}]\nfails = [\"{fails}\"]\n"
    )
}

#[test]
fn the_hook_of_rules_tests_whole_packs_and_leaves_other_files_alone() {
    let text = include_str!("../../../.pre-commit-hooks.yaml");
    let entry = YamlLoader::load_from_str(text).unwrap().remove(0)[2]["entry"].as_str().unwrap().to_owned();
    let args: Vec<&str> = entry.split(' ').skip(1).collect();
    let workspace = Workspace::with(&[
        ("Cargo.toml", "[package]\n"),
        ("a b/pack.toml", "name = \"site\"\nversion = \"1.0.0\"\n"),
        ("a b/team-not-ours.toml", &rule("X")),
    ]);
    let hook = |more: &[&str]| workspace.run(&[&args, more].concat());
    for (others, words) in [(&["Cargo.toml"][..], "no rule of a pack given"), (&[], "no rule of a pack given")] {
        let ran = hook(others);
        assert!(ran.exit == 0 && ran.out.contains(words), "{ran}");
    }
    let ran = hook(&["Cargo.toml", "a b/team-not-ours.toml", "a b/pack.toml"]);
    assert_eq!(ran.exit, 0, "{ran}");
    workspace.write("a b/team-not-ours.toml", rule("Y"));
    for file in ["a b/pack.toml", "a b/team-not-ours.toml"] {
        let ran = hook(&[file]);
        assert!(ran.exit == 1 && ran.out.contains("team-not-ours"), "{ran}");
    }
    // Without file names, the packs of the config are tested.
    workspace.write("rolecall.toml", "[packs]\nfolders = [\"a b\"]\n");
    assert_eq!(hook(&[]).exit, 1);
}
