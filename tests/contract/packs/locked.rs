//! `rolecall lock`: whatever demands less than locked is refused before anything is judged.

use std::fs;

use serde_json::Value;

use super::site;
use crate::support::workspace::{AS_OF, Ran, Workspace};

const CHECK: [&str; 4] = ["check", "people.csv", "--as-of", AS_OF];
const LOCK: [&str; 3] = ["lock", "--as-of", AS_OF];

/// The bundled pack, locked, and the config that says so.
fn locked() -> Workspace {
    let workspace = site();
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", format!("{config}\n[policy]\nlock = \"rolecall.lock\"\n"));
    let ran = workspace.run(&LOCK);
    assert!(ran.exit == 0 && ran.out.contains("rolecall.lock written: 33 rules"), "{ran}");
    assert_eq!(workspace.run(&CHECK).exit, 1, "the export has findings");
    workspace
}

fn replace(workspace: &Workspace, file: &str, from: &str, to: &str) {
    let text = workspace.read(file);
    assert!(text.contains(from), "{file} has no {from}\n{text}");
    workspace.write(file, text.replacen(from, to, 1));
}

/// What is replaced in which file, and the words of the refusal.
type Weakening = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const WEAKENINGS: [Weakening; 9] = [
    ("rolecall.toml", "[severity]", "[severity]\nteam-blank = \"off\"", &["`team-blank` demands less", "was `error`, is `off`"]),
    ("rolecall.toml", "[severity]", "[severity]\nteam-blank = \"note\"", &["`team-blank` demands less", "was `error`, is `note`"]),
    ("rolecall.toml", "[severity]", "[teams]\nalternates = [\"Claims\"]\n[administrator]\naccept-equivalent = [\"Deputy\"]\n[severity]",
        &["`config.administrator.accept-equivalent` demands less", "is `Deputy`"]),
    ("rules/roles-too-many.toml", "\"maxItems\": 2", "\"maxItems\": 3", &["`acme/roles-too-many` demands less", "`three roles` no longer fails"]),
    ("rules/employee-id-malformed.toml", r"E\d{6}", r"E\d{5,6}", &["`acme/employee-id-malformed` demands less", r"was `E\d{6}`, is `E\d{5,6}`"]),
    ("rules/team-missing.toml", "severity = \"warning\"", "severity = \"note\"", &["`acme/team-missing` demands less", "was `warning`, is `note`"]),
    ("rules/team-missing.toml", "subject = \"active-account\"", "subject = \"api-user\"", &["`acme/team-missing` demands less", "`subject` was"]),
    ("rules/purpose-not-registered.toml", "words = [", "placeholders = []\nwords = [\"backup\", ", &["`acme/purpose-not-registered` demands less"]),
    ("rules/purpose-not-registered.toml", "\"tickets\"]", "\"tickets\", \"unseen\"]", &["`acme/purpose-not-registered` may demand less"]),
];

#[test]
fn a_lock_holds_demand_texts_parameters_failing_examples_and_settings() {
    let workspace = locked();
    let config = workspace.read("rolecall.toml");
    let more = "[teams]\nalternates = [\"Claims\"]\n[administrator]\naccept-equivalent = [\"Deputy\"]\n[names]\n\
                purpose-words = [\"ledger\"]\n[[api-users.patterns]]\nregex = \"^svc-.*\"\nmax = 3\n";
    workspace.write("rolecall.toml", config + more);
    fs::remove_file(workspace.path("rolecall.lock")).unwrap();
    assert_eq!(workspace.run(&[&LOCK[..], &["--fail-on", "error"]].concat()).exit, 0);
    let lock = workspace.read("rolecall.lock");
    let (_, rule) = lock.split_once("[rules.\"acme/team-missing\"]\n").unwrap();
    let rule = &rule[..rule.find("\n[").unwrap()];
    for line in [
        "demand = \"sha256:",
        "texts = \"sha256:",
        "subject = \"active-account\"",
        "severity = \"warning\"",
        "parameters = { \"fields\" = [\"team\"] }",
        "fails = [\n    \"{\\\"accounts\\\":",
    ] {
        assert!(rule.contains(line), "{line}: {rule}");
    }
    for line in [
        "fail-on = \"error\"",
        "\"teams.alternates\" = [\"Claims\"]",
        "\"administrator.accept-equivalent\" = [\"Deputy\"]",
        "\"names.purpose-words\" = [\"ledger\"]",
        "\"api-users.patterns\" = [\"{\\\"max\\\":3,",
        "\"severity.acme/roles-too-many\" = [\"error\"]",
    ] {
        assert!(lock.contains(line), "{line}: {lock}");
    }
    let headings: Vec<_> = lock.lines().filter(|line| line.starts_with("[rules.")).collect();
    assert!(headings.is_sorted() && headings.len() == 33, "{headings:?}");
}

#[test]
fn whatever_demands_less_is_refused_with_old_and_new() {
    let workspace = locked();
    for (file, from, to, words) in WEAKENINGS {
        let before = workspace.read(file);
        replace(&workspace, file, from, to);
        let ran = workspace.run(&CHECK);
        ran.refused(words);
        assert!(ran.err.contains("rolecall lock --accept \""), "{ran}");
        let ran = workspace.run(&[&LOCK[..], &["--diff"]].concat());
        assert_eq!(ran.exit, 1, "{ran}");
        workspace.run(&LOCK).refused(&["--accept"]);
        workspace.write(file, before);
    }
    assert_eq!(workspace.run(&CHECK).exit, 1);
}

/// A header or a word that is no longer read can hide what a rule found, a password among it.
#[test]
fn what_is_no_longer_read_may_demand_less() {
    let workspace = locked();
    let config = workspace.read("rolecall.toml");
    for (table, setting, name, was) in [
        ("columns", "password = \"Geheim\"", "config.columns.password", "`Geheim`"),
        ("columns", "windows-login = \"NT\"", "config.columns.windows-login", "`NT`"),
        ("values", "blank = [\"keins\"]", "config.values.blank", "`keins`"),
        ("values", "active = [\"Aktiv\"]", "config.values.active", "`Aktiv`"),
    ] {
        workspace.write("rolecall.toml", format!("{config}\n[{table}]\n{setting}\n"));
        let ran = workspace.run(&[&LOCK[..], &["--accept", &format!("{name}=CASE-1")]].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        workspace.write("rolecall.toml", &config);
        workspace.run(&CHECK).refused(&[&format!("`{name}` may demand less"), was]);
        std::fs::remove_file(workspace.path("rolecall.lock")).unwrap();
        assert_eq!(workspace.run(&LOCK).exit, 0);
    }
}

#[test]
fn a_deleted_rule_an_added_alternate_and_a_higher_threshold_are_refused() {
    let workspace = locked();
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", config.replace("[severity]", "[teams]\nalternates = [\"Claims\"]\n[severity]"));
    workspace.run(&LOCK).refused(&["config.teams.alternates is weaker", "was not declared, is `Claims`"]);
    assert_eq!(workspace.run(&[&LOCK[..], &["--accept", "config.teams.alternates=CASE-1"]].concat()).exit, 0);
    replace(&workspace, "rolecall.toml", "[\"Claims\"]", "[\"Billing\", \"Claims\"]");
    workspace.run(&CHECK).refused(&["`config.teams.alternates` demands less", "was `Claims`, is `Billing`, `Claims`"]);
    replace(&workspace, "rolecall.toml", "[\"Billing\", \"Claims\"]", "[\"Claims\"]");
    workspace.run(&[&CHECK[..], &["--fail-on", "error"]].concat()).refused(&["`config.fail-on` demands less"]);
    assert_eq!(workspace.run(&[&CHECK[..], &["--fail-on", "note"]].concat()).exit, 1);
    std::fs::remove_file(workspace.path("rules/team-missing.toml")).unwrap();
    workspace.run(&CHECK).refused(&["`acme/team-missing` demands less", "the rule is gone"]);
}

/// The lock keeps the example that the rule file no longer has.
#[test]
fn an_example_that_is_dropped_still_speaks_from_the_lock() {
    let workspace = locked();
    replace(&workspace, "rules/user-name-not-svc.toml", "'svc-[a-z0-9-]+@", "'(svc-[a-z0-9-]+|api\\.[a-z]+)@");
    replace(&workspace, "rules/user-name-not-svc.toml", "accounts = [{}, {", "accounts = [{");
    replace(&workspace, "rules/user-name-not-svc.toml", "fails = [\"api.payroll@acme.example\", ", "fails = [");
    assert_eq!(workspace.run(&["test", "rules"]).exit, 0, "the pack is sound by itself");
    workspace.run(&CHECK).refused(&["`acme/user-name-not-svc` demands less", "no longer fails"]);
}

/// Examples that are stricter say nothing of what a pattern takes besides.
#[test]
fn a_stricter_example_does_not_hide_a_pattern_that_takes_more_elsewhere() {
    let workspace = locked();
    let file = "rules/employee-id-malformed.toml";
    replace(&workspace, file, r"E\d{6}", r"E[1-9]\d{5}|X\w*");
    let decoy = "\n[[examples]]\ntitle = \"a leading zero\"\naccounts = [{ employee-id = \"E012345\" }]\nfails = [\"E012345\"]\n";
    workspace.write(file, workspace.read(file) + decoy);
    workspace.run(&CHECK).refused(&["`acme/employee-id-malformed` may demand less", r"is `E[1-9]\d{5}|X\w*`"]);
    let ran = workspace.run(&[&LOCK[..], &["--accept", "acme/employee-id-malformed=CASE-7"]].concat());
    assert_eq!(ran.exit, 0, "{ran}");
    assert_eq!(workspace.run(&CHECK).exit, 1);
}

/// An example of the lock that does not fail by the locked rule, and a digest that nothing explains, show an edited lock.
#[test]
fn a_lock_that_contradicts_itself_is_not_passed_over() {
    let workspace = locked();
    let text = workspace.read("rolecall.lock");
    let (before, rule) = text.split_once("[rules.\"acme/roles-too-many\"]").unwrap();
    let write = |from: &str, to: &str| {
        assert!(rule.contains(from), "{from}: {rule}");
        workspace
            .write("rolecall.lock", format!("{before}[rules.\"acme/roles-too-many\"]{}", rule.replacen(from, to, 1)));
    };
    write("demand = \"sha256:", "demand = \"sha256:00");
    workspace.run(&CHECK).refused(&["`acme/roles-too-many` may demand less", "the digest of its demand differs"]);
    replace(&workspace, "rules/roles-too-many.toml", "\"maxItems\": 2", "\"maxItems\": 1");
    write(
        "fails = [",
        r#"fails = ['{"title":"odd","accounts":[{"roles":"Agent; Auditor"}],"fails":["Agent; Auditor"]}',"#,
    );
    workspace.run(&CHECK).refused(&["the locked example `odd` does not fail under the locked rule"]);
    write("fails = [", r#"fails = ['{"title":"none","accounts":[{}],"fails":[]}',"#);
    workspace.run(&CHECK).refused(&["the example `none` no longer fails"]);
}

#[test]
fn texts_order_and_comments_change_nothing_and_more_is_a_note() {
    let workspace = locked();
    for (from, to) in [
        ("title = \"an account has no team\"", "# a comment\ntitle = \"no team\""),
        ("severity = \"warning\"\nbasis = \"site\"", "basis = \"site\"\nseverity = \"warning\""),
        ("title = \"a person without one\"", "title = \"another title\""),
    ] {
        replace(&workspace, "rules/team-missing.toml", from, to);
        let ran = workspace.run(&[&LOCK[..], &["--diff"]].concat());
        assert!(ran.exit == 0 && ran.out.contains("nothing differs"), "{ran}");
    }
    replace(&workspace, "rules/roles-too-many.toml", "\"maxItems\": 2", "\"maxItems\": 1");
    replace(&workspace, "rules/roles-too-many.toml", "roles = \"Agent; Supervisor\" }", "roles = \"Agent\" }");
    replace(
        &workspace,
        "rules/roles-too-many.toml",
        "\"Agent; Supervisor; Auditor\" }]\nfails = [\"Agent; Supervisor; Auditor\"]",
        "\"Agent; Auditor\" }]\nfails = [\"Agent; Auditor\"]",
    );
    workspace
        .write("rules/one-more.toml", workspace.read("rules/team-missing.toml").replace("team-missing", "one-more"));
    let ran = workspace.run(&[&CHECK[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"));
    let notes = report["ledger"]["lock"]["notes"].to_string();
    for words in ["acme/roles-too-many is stricter", "acme/one-more is new"] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    let forms = workspace.all_forms(&["people.csv", "--config", "rolecall.toml"]);
    for (format, text) in forms.0.iter().filter(|(format, _)| !["concise", "gitlab", "github"].contains(format)) {
        assert!(text.contains("rolecall.lock"), "{format}: {text}");
    }
}

#[test]
fn an_accepted_weakening_is_told_by_every_run_until_the_next_lock() {
    let workspace = locked();
    replace(&workspace, "rules/roles-too-many.toml", "\"maxItems\": 2", "\"maxItems\": 3");
    let accept = |what: &str| workspace.run(&[&LOCK[..], &["--accept", what]].concat());
    accept("acme/roles-too-many").refused(&["RULE=REASON"]);
    accept("acme/roles-too-many= ").refused(&["reason"]);
    accept("acme/team-missing=CASE-77").refused(&["nothing of `acme/team-missing` to accept"]);
    let ran = accept("acme/roles-too-many=three for trainers, CASE-77");
    assert_eq!(ran.exit, 0, "{ran}");
    let told = |ran: &Ran| {
        ran.out.contains("acme/roles-too-many is weaker, accepted on 2026-11-21: three for trainers, CASE-77")
    };
    let ran = workspace.run(&[&CHECK[..], &["--format", "markdown"]].concat());
    assert!(ran.exit == 1 && told(&ran), "{ran}");
    let ran = workspace.run(&[&CHECK[..], &["--format", "markdown", "--redact", "identities"]].concat());
    assert!(ran.out.contains("acme/roles-too-many is weaker") && !ran.out.contains("CASE-77"), "{ran}");
    assert_eq!(workspace.run(&LOCK).exit, 0);
    assert!(!told(&workspace.run(&[&CHECK[..], &["--format", "markdown"]].concat())));
}

#[test]
fn a_lock_that_is_named_has_to_be_there_and_sound() {
    let workspace = site();
    workspace.run(&[&CHECK[..], &["--locked"]].concat()).refused(&["--locked", "rolecall lock"]);
    workspace.run(&[&CHECK[..], &["--lock", "nowhere.lock"]].concat()).refused(&["nowhere.lock"]);
    workspace.run(&["lock", "--diff"]).refused(&["there is no lock"]);
    assert_eq!(workspace.run(&[&LOCK[..], &["--lock", "other.lock"]].concat()).exit, 0);
    assert_eq!(workspace.run(&[&CHECK[..], &["--locked", "--lock", "other.lock"]].concat()).exit, 1);
    let text = workspace.read("other.lock");
    for (from, to, words) in [
        ("schema = \"rolecall.lock/1\"", "schema = \"rolecall.lock/2\"", "rolecall.lock/1"),
        ("severity = \"error\"", "severity = \"fatal\"", "severity"),
        ("[config]", "[confg]", "confg"),
    ] {
        workspace.write("other.lock", text.replacen(from, to, 1));
        workspace.run(&[&CHECK[..], &["--lock", "other.lock"]].concat()).refused(&["other.lock", words]);
    }
    workspace.write("rolecall.toml", "[policy]\nlock = \"../other.lock\"\n");
    workspace.run(&CHECK).refused(&["not below the folder of the config", "--lock"]);
}

#[test]
fn a_tenant_may_not_demand_less_than_its_project() {
    let people = site().read("people.csv");
    let workspace = Workspace::with(&[
        (
            "rolecall.toml",
            "[tenants.acme]\ninputs = [\"acme/*.csv\"]\nconfig = \"acme.toml\"\n[policy]\nlock = \"rolecall.lock\"\n",
        ),
        ("acme.toml", "[severity]\nteam-blank = \"warning\"\n"),
        ("acme/people.csv", &people),
    ]);
    assert_eq!(workspace.run(&LOCK).exit, 0);
    let check = ["check", "--as-of", AS_OF];
    let ran = workspace.run(&check);
    assert!([1, 3].contains(&ran.exit), "{ran}");
    workspace.write("acme.toml", "[severity]\nteam-blank = \"off\"\n");
    workspace.run(&check).refused(&["`team-blank` demands less", "was `warning`, is `off`", "acme"]);
    workspace.write("acme.toml", "[policy]\nlock = \"other.lock\"\n");
    let ran = workspace.run(&check);
    assert!(ran.exit != 0 && ran.to_string().contains("policy"), "{ran}");
}

#[test]
fn a_renamed_rule_is_the_locked_one() {
    let workspace = locked();
    let text = workspace.read("rules/team-missing.toml");
    std::fs::remove_file(workspace.path("rules/team-missing.toml")).unwrap();
    let renamed = text.replace("id = \"team-missing\"", "id = \"no-team\"\nborn-as = \"team-missing\"");
    workspace.write("rules/no-team.toml", renamed.clone());
    assert_eq!(workspace.run(&CHECK).exit, 1);
    workspace.write("rules/no-team.toml", renamed.replace("severity = \"warning\"", "severity = \"note\""));
    workspace.run(&CHECK).refused(&["`acme/team-missing` demands less"]);
}

#[test]
fn evidence_replays_with_its_lock() {
    for more in [&[][..], &["--with-inputs"]] {
        let workspace = locked();
        let create = ["evidence", "create", "-o", "review.zip", "--as-of", AS_OF, "people.csv"];
        assert_eq!(workspace.run(&[&create, more].concat()).exit, 1);
        let ran = workspace.run(&["evidence", "replay", "review.zip"]);
        assert!(ran.exit == 0 && ran.out.contains("REPLAYED"), "{ran}");
        workspace.write("rolecall.lock", workspace.read("rolecall.lock") + "# changed\n");
        let ran = workspace.run(&["evidence", "verify", "review.zip"]);
        assert_eq!(ran.exit, if more.is_empty() { 1 } else { 0 }, "{ran}");
    }
}

/// Whoever edits the lock shows it in the diff of its repository.
#[test]
fn a_digest_that_was_edited_by_hand_is_taken() {
    let workspace = locked();
    replace(&workspace, "rules/purpose-not-registered.toml", "\"tickets\"]", "\"tickets\", \"unseen\"]");
    workspace.run(&CHECK).refused(&["`acme/purpose-not-registered` may demand less"]);
    assert_eq!(workspace.run(&[&LOCK[..], &["--lock", "other.lock"]].concat()).exit, 0);
    let digest = |file: &str| {
        let text = workspace.read(file);
        let (_, rule) = text.split_once("[rules.\"acme/purpose-not-registered\"]").unwrap();
        rule.lines().find(|line| line.starts_with("demand = ")).unwrap().to_owned()
    };
    let (before, now) = (digest("rolecall.lock"), digest("other.lock"));
    assert_ne!(before, now);
    replace(&workspace, "rolecall.lock", &before, &now);
    assert_eq!(workspace.run(&CHECK).exit, 1);
}

/// A lock of another rolecall, whose rules were other ones: built-in rules are locked as those of a site are.
#[test]
fn an_upgrade_says_what_became_stricter_weaker_new_and_gone() {
    let workspace = locked();
    let text = workspace.read("rolecall.lock");
    let section = |id: &str| {
        let start = text.find(&format!("[rules.\"{id}\"]")).unwrap();
        let end = text[start..].find("\n\n").unwrap() + start + 2;
        text[start..end].to_owned()
    };
    let changed = |id: &str, from: &str, to: &str| {
        let before = section(id);
        assert!(before.contains(from), "{before}");
        (before.clone(), before.replacen(from, to, 1).replace("sha256:", "sha256:0"))
    };
    let edits = [
        changed("name-without-purpose", "\"words\" = [", "\"words\" = [\"zebra\", "),
        changed("name-blank", "\"last-name\"]", "\"last-name\", \"team\"]"),
        changed("api-user-shared", "severity = \"warning\"", "severity = \"error\""),
        (section("team-blank"), section("team-blank").replace("team-blank", "team-empty")),
    ];
    let old = edits.iter().fold(text.clone(), |text, (before, now)| text.replace(before, now));
    workspace.write("rolecall.lock", old);
    let ran = workspace.run(&[&LOCK[..], &["--diff"]].concat());
    for line in [
        "name-without-purpose is stricter: `words` was",
        "name-blank is undecided: `fields` was",
        "api-user-shared is weaker: the severity was `error`, is `warning`",
        "team-empty is weaker: the rule is gone",
        "team-blank is new: it is not in the lock",
    ] {
        assert!(ran.out.contains(line), "{line}\n{ran}");
    }
    assert_eq!((ran.exit, ran.out.lines().count()), (1, 5), "{ran}");
    workspace.run(&CHECK).refused(&["`name-blank` may demand less", "`team-empty` demands less"]);
}
