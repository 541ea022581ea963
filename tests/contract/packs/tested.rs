//! `rolecall test` and `rolecall new rule`: no example counts that did not reach its rule.

use serde_json::Value;

use super::site;
use crate::support::workspace::{Ran, Workspace};

fn json(ran: &Ran) -> Value {
    let value: Value = serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"));
    let schema: Value = serde_json::from_str(include_str!("../../../schema/test.schema.json")).unwrap();
    let errors = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = errors.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value
}

/// The bundled pack, with a text of one rule replaced.
fn changed(from: &str, to: &str) -> Workspace {
    let workspace = site();
    let text = workspace.read("rules/user-name-not-svc.toml");
    assert!(text.contains(from), "{text}");
    workspace.write("rules/user-name-not-svc.toml", text.replacen(from, to, 1));
    workspace
}

#[test]
fn a_sound_pack_passes_by_folder_name_or_rule() {
    let workspace = site();
    for what in [&["--no-config", "rules"][..], &["acme"], &[], &["--no-config", "--pack", "rules"]] {
        let ran = workspace.run(&[&["test"], what].concat());
        assert!(ran.exit == 0 && ran.out.starts_with("PASS: 20 examples of 10 rules"), "{ran}");
    }
    let ran = workspace.run(&["test", "acme/user-name-not-svc", "--format", "json"]);
    let report = json(&ran);
    assert_eq!((ran.exit, &report["verdict"], &report["totals"]["rules"]), (0, &"pass".into(), &1.into()));
    let forms = report["rules"][0]["examples"][1]["forms"].as_array().unwrap();
    for form in ["csv", "xlsx", "jsonl", "yaml-plan", "toml-plan"] {
        assert!(forms.iter().any(|one| one == form), "{form}: {ran}");
    }
}

#[test]
fn built_in_rules_are_tested_by_the_same_command() {
    let workspace = Workspace::new();
    for (what, words) in [("team-blank", "of 1 rule"), ("licences", "of 2 rules")] {
        let ran = workspace.run(&["test", what]);
        assert!(ran.exit == 0 && ran.out.contains(words), "{ran}");
    }
}

#[test]
fn an_example_that_does_not_hold_fails_in_every_format() {
    let workspace = changed("fails = [\"api.payroll@acme.example\"", "fails = [\"svc-x@acme.example\"");
    let ran = workspace.run(&["test", "rules"]);
    for words in
        ["acme/user-name-not-svc: another prefix", "expected `", "`svc-x@acme.example`", "FAIL: 1 of 20 examples"]
    {
        assert!(ran.exit == 1 && ran.out.contains(words), "{words}: {ran}");
    }
    let ran = workspace.run(&["test", "rules", "--format", "json"]);
    let report = json(&ran);
    assert_eq!((ran.exit, &report["verdict"], &report["totals"]["failing"]), (1, &"fail".into(), &1.into()));
    let ran = workspace.run(&["test", "rules", "--format", "junit"]);
    assert!(ran.exit == 1 && ran.out.contains("tests=\"20\" failures=\"1\""), "{ran}");
    assert_eq!((ran.out.matches("<testsuite ").count(), ran.out.matches("<testcase ").count()), (10, 20), "{ran}");
    assert_eq!(ran.out.matches("<failure ").count(), 1, "{ran}");
}

/// A finding of another rule is not one of this rule, and must be named.
#[test]
fn what_the_administrators_of_every_example_add_is_named() {
    let workspace = site();
    workspace.write(
        "rules/windows-login-blank.toml",
        "id = \"windows-login-blank\"\ntitle = \"the login is blank\"\nseverity = \"error\"\nbasis = \"site\"\n\
         subject = \"active-account\"\nrationale = \"It is needed.\"\nremedy = \"Fill it in.\"\n[check.required]\n\
         fields = [\"windows-login\"]\n[[examples]]\ntitle = \"there\"\naccounts = [{ windows-login = 'ACME\\svc' }]\n\
         [[examples]]\ntitle = \"blank\"\naccounts = [{ windows-login = \"\" }]\nfails = [\"\"]\n",
    );
    let ran = workspace.run(&["test", "acme/windows-login-blank"]);
    let hint = "2 of these belong to the two administrators that every example has, which `alone = true` leaves out";
    assert!(ran.exit == 1 && ran.out.contains(hint), "{ran}");
}

#[test]
fn a_failing_example_must_fail_by_its_own_rule() {
    let workspace = changed("accounts = [{}, {", "accounts = [{ team = \"\" }, {");
    let ran = workspace.run(&["test", "rules"]);
    assert!(
        ran.exit == 1 && ran.out.contains("`team-blank` fires too") && ran.out.contains("also = [\"team-blank\"]"),
        "{ran}"
    );
}

#[test]
fn a_rule_that_was_put_to_no_account_fails_its_example_whatever_it_expects() {
    let nobody = "accounts = [{ kind = \"person\" }]\n";
    for outcome in ["", "outcome = \"not-applicable\"\n"] {
        let workspace = changed(
            "accounts = [{ user-name = \"svc-payroll@acme.example\" }, { active = \"no\" }]\nalso = [\"api-user-inactive\"]\n",
            &format!("{nobody}{outcome}"),
        );
        // The example that passes must stay, or the pack would be refused for another reason.
        let text = workspace.read("rules/user-name-not-svc.toml");
        let more = "\n[[examples]]\ntitle = \"one more\"\naccounts = [{ user-name = \"svc-crm@acme.example\" }]\n";
        workspace.write("rules/user-name-not-svc.toml", text + more);
        let ran = workspace.run(&["test", "rules"]);
        assert!(
            ran.exit == 1 && ran.out.contains("not applied to any account") && ran.out.contains("1 of 21"),
            "{ran}"
        );
    }
}

#[test]
fn what_cannot_be_tested_is_refused_and_nothing_is_not_a_pass() {
    let workspace = site();
    workspace.run(&["test", "acme/user-name-not-scv"]).refused(&["acme/user-name-not-svc"]);
    workspace.run(&["test", "./nowhere"]).refused(&["nowhere"]);
    let ran = workspace.run(&["test", "--no-config"]);
    assert!(ran.exit == 3 && ran.out.contains("NOTHING: no rule was tested"), "{ran}");
    let ran = workspace.run(&["test", "--no-config", "--format", "json"]);
    assert_eq!((ran.exit, &json(&ran)["verdict"]), (3, &"nothing".into()));
    workspace.write("rules/team-missing.toml", "id = 3");
    workspace.run(&["test", "rules"]).refused(&["rules/team-missing.toml"]);
    workspace.run(&["test"]).refused(&["rules/team-missing.toml"]);
}

#[test]
fn a_new_rule_fails_until_it_is_filled_in() {
    let workspace = Workspace::new();
    let ran = workspace.run(&["new", "rule", "acme/team-odd", "--check", "pattern"]);
    for words in ["rules/acme/pack.toml written.", "rules/acme/team-odd.toml written.", "folders = [\"rules/acme\"]"] {
        assert!(ran.exit == 0 && ran.out.contains(words), "{words}: {ran}");
    }
    let ran = workspace.run(&["test", "rules/acme/"]);
    assert!(ran.exit == 1 && ran.out.contains("FAIL: 2 of 2 examples") && ran.out.contains("FILL IN"), "{ran}");
    let text = workspace.read("rules/acme/team-odd.toml");
    workspace.run(&["new", "rule", "acme/team-odd"]).refused(&["rules/acme/team-odd.toml", "not replaced"]);
    assert_eq!(workspace.read("rules/acme/team-odd.toml"), text);
    let text = text.replace("field = \"user-name\"", "field = \"team\"").replace("svc-.*", "Default Team");
    let (head, last) = text.rsplit_once("accounts = [{}]\nfails = [\"FILL IN: the text that is wrong\"]").unwrap();
    let text =
        format!("{head}accounts = [{{ team = \"Odd\" }}]\nfails = [\"Odd\"]\nalso = [\"team-not-allowed\"]{last}");
    workspace.write("rules/acme/team-odd.toml", text.replace("FILL IN: ", ""));
    assert_eq!(workspace.run(&["test", "rules/acme/"]).exit, 0);
    workspace.write("rolecall.toml", "[packs]\nfolders = [\"rules/acme\"]\n");
    let ran = workspace.run(&["new", "rule", "acme/team-blank-2"]);
    assert!(
        ran.exit == 0 && ran.out.contains("rolecall test acme/team-blank-2") && !ran.out.contains("pack.toml"),
        "{ran}"
    );
    let ran = workspace.run(&["test"]);
    assert!(ran.exit == 1 && ran.out.contains("2 of 4 examples"), "{ran}");
}

#[test]
fn a_new_rule_that_could_not_be_used_is_not_written() {
    for (id, check, words) in [
        ("acme/team-blank", "required", &["team-blank", "belongs to rolecall"][..]),
        ("acme/te\u{430}m-odd", "required", &["letters a to z"]),
        ("rolecall/team-odd", "required", &["belongs to rolecall"]),
        ("team-odd", "required", &["PACK/ID", "acme/team-odd"]),
        ("acme/team-odd", "patern", &["patern", "pattern"]),
        ("../x/team-odd", "required", &["letters a to z"]),
    ] {
        let workspace = Workspace::new();
        workspace.run(&["new", "rule", id, "--check", check]).refused(words);
        assert!(workspace.names().is_empty(), "{id}: {:?}", workspace.names());
    }
}

/// What stopped a new author: a rule about people, and one about all views of an account.
#[test]
fn a_rule_about_people_and_their_views_is_told_what_it_needs() {
    let rule = |accounts: &str| {
        format!(
            "id = \"views-too-many\"\ntitle = \"t\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"active-account\"\nrationale = \"r\"\n\
            remedy = \"m\"\n[check.schema]\nschema = '{{ \"properties\": {{ \"wfm-views\": {{ \"maxItems\": 1 }} }} }}'\n[[examples]]\ntitle = \"one\"\n\
            accounts = [{{ wfm-views = \"EnterpriseView\" }}]\n[[examples]]\ntitle = \"two\"\naccounts = {accounts}\nfails = [\"View A; View B\"]\n"
        )
    };
    let two = "{ kind = \"person\", main-view = \"View A\", wfm-views = \"View A; View B\" }";
    let pack = "name = \"p\"\nversion = \"1.0.0\"\n";
    let workspace = Workspace::with(&[("p/pack.toml", pack), ("p/views-too-many.toml", &rule(&format!("[{two}]")))]);
    let ran = workspace.run(&["test", "p"]);
    assert!(ran.exit == 1 && ran.out.contains("add an API user, `{}`, to `accounts`"), "{ran}");
    workspace.write("p/views-too-many.toml", rule(&format!("[{{}}, {two}]")));
    let ran = workspace.run(&["test", "p"]);
    assert_eq!(ran.exit, 0, "{ran}");
}

/// A pack holds no folders, so a pack in it would spoil both.
#[test]
fn a_new_pack_is_not_made_inside_another() {
    let workspace = site();
    let before = workspace.names();
    workspace.run(&["new", "rule", "site/team-odd"]).refused(&["`rules/site` would lie in the pack `rules`", "--pack"]);
    assert_eq!(workspace.names(), before);
    assert_eq!(workspace.run(&["new", "rule", "site/team-odd", "--pack", "site"]).exit, 0);
    assert!(workspace.path("site/team-odd.toml").exists() && workspace.path("site/pack.toml").exists());
}

#[test]
fn a_change_that_no_example_notices_fails_the_test_and_is_named() {
    let workspace = site();
    let ran = workspace.run(&["test", "--mutate"]);
    assert!(ran.exit == 0 && ran.out.contains(" mutants noticed"), "{ran}");
    let report = json(&workspace.run(&["test", "--mutate", "--format", "json"]));
    let (mutants, unnoticed) = (report["totals"]["mutants"].as_u64().unwrap(), &report["totals"]["unnoticed"]);
    assert!(mutants > 100 && *unnoticed == 0, "{}", report["totals"]);
    let text = workspace.read("rules/roles-too-many.toml");
    workspace.write("rules/roles-too-many.toml", text.replace("\"Agent; Supervisor\" }", "\"Agent\" }"));
    for (format, words) in
        [("human", "no example notices that `schema` /properties /roles /maxItems is 1"), ("junit", "is 1")]
    {
        let ran = workspace.run(&["test", "acme", "--mutate", "--format", format]);
        assert!(ran.exit == 1 && ran.out.contains(words), "{ran}");
    }
    assert_eq!(workspace.run(&["test", "acme"]).exit, 0);
}
