//! Packs that are refused: each fault by itself, with the place and the cure.

use crate::support::workspace::{Workspace, nothing_wrong};

const PACK: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";

const EXAMPLES: &str = "[[examples]]\ntitle = \"the team\"\n\n[[examples]]\ntitle = \"another\"\naccounts = [{ team = \"Odd\" }]\n\
    fails = [\"Odd\"]\n";

const RULE: &str = r#"id = "team-odd"
title = "the team is odd"
severity = "error"
basis = "site"
subject = "api-user"
rationale = "Teams are named after what they do."
remedy = "Choose another team."

[check.pattern]
field = "team"
regex = 'Default Team'

[[examples]]
title = "the team"

[[examples]]
title = "another"
accounts = [{ team = "Odd" }]
fails = ["Odd"]
"#;

const PEOPLE: &str = "First Name,Last Name,User Name,Roles,Team,Scope,Main View,Active\nAPI,Sync,api@acme.example,\
    Administrator,Default Team,Operations,EnterpriseView,yes\n";

fn workspace() -> Workspace {
    Workspace::with(&[("people.csv", PEOPLE), ("p/pack.toml", PACK), ("p/team-odd.toml", RULE)])
}

const CHECK: [&str; 5] = ["check", "people.csv", "--no-config", "--pack", "p"];

/// What is replaced in the rule, by what, and the words of the refusal.
type Change = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const RULES: &[Change] = &[
    ("title =", "tittle =", &["unknown key `tittle`", "Did you mean `title`?", "team-odd.toml:2:1"]),
    ("[check.pattern]", "[check.patern]", &["unknown key `patern`", "`pattern`"]),
    ("regex = 'Default Team'", "regexp = 'Default Team'", &["regexp", "regex"]),
    ("field = \"team\"", "field = \"teem\"", &["team-odd.toml:10:10"]),
    ("field = \"team\"", "field = \"password\"", &["team-odd.toml:10:10"]),
    ("regex = 'Default Team'", "regex = '(?=a)'", &["look-around", "team-odd.toml:11:10"]),
    ("regex = 'Default Team'", "regex = '((a{1000}){1000}){1000}'", &["too large", "team-odd.toml:11:10"]),
    ("regex = 'Default Team'", "regex = 'Default)|(?:Team'", &["is broken", "team-odd.toml:11:10"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.schema]\nschema = '{\"properties\": {\"team\": {\"pattern\": \"(?:(?:a{1000}){1000}){9}\"}}}'", &["too large", "team-odd.toml:9:2"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.schema]\nschema = '{\"properties\": {\"team\": {\"maxLength\": -1}}}'", &["not valid JSON Schema", "team-odd.toml:9:2"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "", &["`check` is missing"]),
    ("[[examples]]\ntitle = \"the team\"", "[check.required]\nfields = [\"team\"]\n[[examples]]\ntitle = \"x\"", &["[check.KIND]"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.schema]\nschema = '{\"$ref\": \"https://acme.example/x\"}'", &["leaves the schema", "team-odd.toml:9:2"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.schema]\nschema = '{\"type\": \"object\"}'", &["requires nothing"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.schema]\nschema = '{}'", &["requires nothing"]),
    ("[check.pattern]\nfield = \"team\"\nregex = 'Default Team'", "[check.unique]", &["cannot judge active API users", "active-account"]),
    ("subject = \"api-user\"", "subject = \"tenant\"", &["cannot judge the tenant", "subject = \"api-user\"", "team-odd.toml:5:1"]),
    ("[check.pattern]", "[severity-when]\nno-alternates = \"note\"\n\n[check.pattern]", &["no case `no-alternates`"]),
    ("basis = \"site\"", "basis = \"vendor\"", &["`site`", "team-odd.toml:4:10"]),
    ("severity = \"error\"", "severity = \"fatal\"", &["`warning`"]),
    ("subject = \"api-user\"", "subject = \"api-users\"", &["`api-user`"]),
    ("basis = \"site\"", "basis = \"site\"\nstatements = [\"P9\"]", &["`P9`", "[[statements]]"]),
    ("id = \"team-odd\"", "id = \"team-even\"", &["team-even.toml"]),
    ("id = \"team-odd\"", "id = \"team-оdd\"", &["words of the letters a to z", "team-odd.toml:1:7"]),
    ("fails = [\"Odd\"]", "", &["no example fails"]),
    (EXAMPLES, "", &["the key `examples` is missing", "Write `[[examples]]` with accounts that pass"]),
    ("[[examples]]\ntitle = \"the team\"\n", "[[examples]]\ntitle = \"the team\"\nfails = [\"x\"]\n", &["no example passes"]),
    ("accounts = [{ team = \"Odd\" }]", "accounts = [{ teem = \"Odd\" }]", &["teem"]),
    ("title = \"the team is odd\"", "title = \"the team\u{202e} is odd\"", &["U+202E", "team-odd.toml:2"]),
    ("title = \"the team is odd\"", "title = \"a\\u001b[2J\"", &["a text on one line"]),
    ("title =", "title = \"x\"\ntitle =", &["the same key twice", "team-odd.toml:3:1"]),
    ("title = \"the team is odd\"", "title = ", &["team-odd.toml"]),
];

#[test]
fn a_faulty_rule_is_refused_at_its_place() {
    let mut wrong = Vec::new();
    for (from, to, words) in RULES {
        let workspace = workspace();
        assert!(RULE.contains(from), "{from}");
        workspace.write("p/team-odd.toml", RULE.replacen(from, to, 1));
        let ran = workspace.run(&CHECK);
        let missing = words.iter().filter(|word| !ran.err.contains(**word));
        let missing: Vec<_> = missing.collect();
        if ran.exit != 2 || !ran.out.is_empty() || !missing.is_empty() || !ran.err.contains("p/team-odd.toml") {
            wrong.push(format!("{to}: missing {missing:?}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
}

/// Files of the pack that are added or replaced, and the words of the refusal.
type Folder = (&'static [(&'static str, &'static str)], &'static [&'static str]);

#[rustfmt::skip]
const FOLDERS: &[Folder] = &[
    (&[("p/pack.toml", "name = \"api-user\"\nversion = \"1.0.0\"\n")], &["`api-user` belongs to rolecall", "pack.toml:1:9"]),
    (&[("p/pack.toml", "name = \"licences\"\nversion = \"1.0.0\"\n")], &["`licences` belongs to rolecall"]),
    (&[("p/pack.toml", "name = \"асме\"\nversion = \"1.0.0\"\n")], &["words of the letters a to z"]),
    (&[("p/pack.toml", "name = \"acme\"\n")], &["`version` is missing"]),
    (&[("p/pack.toml", "name = \"acme\"\nversion = \"1\"\n")], &["1.2.0"]),
    (&[("p/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\nrequires = \">=9\"\n")], &["needs rolecall >=9", "pack.toml:3:13"]),
    (&[("p/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\nvendor = 1\n")], &["unknown key `vendor`"]),
    (&[("p/rule.yaml", "id: x\n")], &["p/rule.yaml", "is not a rule file"]),
    (&[("p/rule.TOML", RULE)], &["p/rule.TOML", "is not a rule file"]),
    (&[("p/more/team-odd.toml", RULE)], &["p/more", "a folder inside the pack"]),
    (&[("p/team-blank.toml", "")], &["p/team-blank.toml"]),
    (&[("rolecall.toml", "[packs]\nfolders = [\"../p\"]\n")], &["not below the folder of the config", "rolecall.toml:2:13"]),
    (&[("rolecall.toml", "[packs]\nfolders = [\"q\"]\n")], &["the pack `q` cannot be read", "rolecall.toml:2:13"]),
    (&[("rolecall.toml", "[packs]\nfolder = [\"p\"]\n")], &["unknown key `folder`", "folders"]),
    (&[("rolecall.toml", "[packs]\nfolders = [\"p\"]\n")], &["two packs are called `acme`"]),
];

#[test]
fn a_faulty_folder_is_refused() {
    let mut wrong = Vec::new();
    for (files, words) in FOLDERS {
        let workspace = workspace();
        files.iter().for_each(|(name, text)| workspace.write(name, text));
        let config: &[&str] = if workspace.path("rolecall.toml").exists() { &[] } else { &["--no-config"] };
        let ran = workspace.run(&[&["check", "people.csv", "--pack", "p"], config].concat());
        let missing: Vec<_> = words.iter().filter(|word| !ran.err.contains(**word)).collect();
        if ran.exit != 2 || !ran.out.is_empty() || !missing.is_empty() {
            wrong.push(format!("{files:?}: missing {missing:?}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn ids_of_built_in_rules_are_taken() {
    let workspace = workspace();
    workspace.write("p/team-blank.toml", RULE.replace("team-odd", "team-blank"));
    workspace.run(&CHECK).refused(&["the id `team-blank` belongs to rolecall", "p/team-blank.toml:1:7"]);
}

#[test]
fn a_folder_without_rules_and_one_with_too_many_are_refused() {
    let workspace = Workspace::with(&[("people.csv", PEOPLE), ("p/README.md", "")]);
    workspace.run(&CHECK).refused(&["`p` has no `pack.toml`"]);
    workspace.write("p/pack.toml", PACK);
    workspace.run(&CHECK).refused(&["`p` holds no rule"]);
    workspace.run(&["check", "people.csv", "--pack", "people.csv"]).refused(&["is not a folder"]);
    (0..2001).for_each(|number| workspace.write(&format!("p/rule-{number}.toml"), ""));
    workspace.run(&CHECK).refused(&["2000 rules"]);
    let workspace = self::workspace();
    workspace.write("p/team-odd.toml", format!("{RULE}# {}", "x".repeat(1 << 20)));
    workspace.run(&CHECK).refused(&["p/team-odd.toml", "1 MiB"]);
}

#[test]
#[cfg(unix)]
fn links_are_refused() {
    use std::os::unix::fs::symlink;
    let workspace = workspace();
    symlink(workspace.path("people.csv"), workspace.path("p/linked.toml")).unwrap();
    workspace.run(&CHECK).refused(&["p/linked.toml", "is a link"]);
    symlink(workspace.path("p"), workspace.path("q")).unwrap();
    workspace.run(&["check", "people.csv", "--no-config", "--pack", "q"]).refused(&["`q` is a link"]);
}

#[test]
fn a_tenant_brings_no_rules_of_its_own() {
    let workspace = workspace();
    workspace.write("rolecall.toml", "[tenants.acme]\ninputs = [\"people.csv\"]\nconfig = \"own.toml\"\n");
    workspace.write("own.toml", "[packs]\nfolders = [\"p\"]\n");
    let ran = workspace.run(&["check", "--as-of", "2026-11-21"]);
    assert!(
        ran.exit == 3 && ran.out.contains("Keep `[tenants]`, `[project]` and `[packs]` in the project file."),
        "{ran}"
    );
}
