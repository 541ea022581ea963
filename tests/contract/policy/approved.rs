//! What exactly was approved: a finding in another condition, or of another field or account, never was.

use serde_json::json;

use super::{check, row, site, waiver, with};
use crate::support::report::Report;
use crate::support::rows::{DANA, HEAD, SEATS};
use crate::support::workspace::{Ran, Workspace};

const TEAM: &str = "team-not-allowed";

fn said(report: &Report) -> Vec<&str> {
    let policy = report.diagnostics().iter().filter(|one| one["basis"] == "policy");
    policy.map(|one| one["rule"].as_str().unwrap()).collect()
}

fn waived(report: &Report, rule: &str) -> usize {
    report.by_rule(rule).iter().filter(|one| one["outcome"] == "waived").count()
}

/// The entry that `waive` prints for the only finding of a rule.
fn printed(workspace: &Workspace, ran: &Ran, rule: &str) -> String {
    let report = ran.report().unwrap();
    workspace.write("report.json", &ran.out);
    let wanted = report.by_rule(rule)[0]["identity"].as_str().unwrap().to_owned();
    let options = ["--reason", "r", "--approved-by", "dana.ops@acme.example", "--until", "2027-03-31"];
    let ran = workspace.run(&[&["waive", "report.json", &wanted], &options[..]].concat());
    assert_eq!(ran.exit, 0, "{ran}");
    ran.out
}

#[test]
fn a_note_that_was_accepted_is_live_as_an_error() {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "Billing", "EnterpriseView"), DANA]);
    workspace.write("rolecall.toml", "[teams]\nalternates = [\"Claims\"]\n");
    let by_command = printed(&workspace, &check(&workspace, &[]), TEAM);
    assert!(by_command.contains("severity = \"note\"\n"), "{by_command}");
    let args = ["--config", "rolecall.toml", "--waivers", "waivers.toml"];
    assert_eq!(waived(&with(&workspace, &by_command).ends(0, "pass"), TEAM), 1);
    let report = check(&workspace, &args).ends(1, "fail");
    assert_eq!((waived(&report, TEAM), said(&report)), (0, vec!["waiver-value-changed"]));
    let changed = report.by_rule("waiver-value-changed")[0];
    assert!(changed["message"].as_str().unwrap().contains("severity note: the finding is of severity error now"));
    assert!(changed["remedy"].as_str().unwrap().contains("`severity = \"error\"`"), "{changed}");
    // Approved as an error it also covers the note.
    let error = waiver(&[&format!("rule = \"{TEAM}\""), "value = \"Billing\"", "severity = \"error\""]);
    assert_eq!(waived(&with(&workspace, &error).ends(0, "pass"), TEAM), 1);
    let report = check(&workspace, &args).ends(0, "pass");
    assert_eq!((waived(&report, TEAM), said(&report)), (1, vec![]));
    // A severity of the config counts as well.
    workspace.write("waivers.toml", &by_command);
    workspace.write("rolecall.toml", format!("[severity]\n{TEAM} = \"error\"\n"));
    assert_eq!(waived(&check(&workspace, &args).ends(1, "fail"), TEAM), 0);
}

#[test]
fn a_waiver_without_severity_covers_no_error_without_a_word() {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "Billing", "EnterpriseView"), DANA]);
    let entry = waiver(&[&format!("rule = \"{TEAM}\""), "value = \"Billing\""]);
    let report = with(&workspace, &entry).ends(0, "pass");
    assert_eq!((waived(&report, TEAM), said(&report)), (1, vec![]));
    for config in ["[teams]\nalternates = [\"Claims\"]\n", "[severity]\nteam-not-allowed = \"error\"\n"] {
        workspace.write("rolecall.toml", config);
        let args = ["--config", "rolecall.toml", "--waivers", "waivers.toml"];
        let report = check(&workspace, &args).ends(0, "pass");
        assert_eq!((waived(&report, TEAM), said(&report)), (1, vec!["waiver-severity-open"]), "{config}");
        let noted = report.by_rule("waiver-severity-open")[0];
        assert!(noted["message"].as_str().unwrap().contains("names no severity"), "{noted}");
        assert!(noted["remedy"].as_str().unwrap().contains("`severity = \"error\"`"), "{noted}");
    }
}

#[test]
fn a_rule_of_several_fields_needs_the_field() {
    let rule = ["rule = \"name-blank\"", "value = \"\""];
    let name = row("api.x@acme.example", "Default Team", "EnterpriseView");
    let table =
        |first: &str, last: &str| Workspace::with_table(&[&name.replace("API,Feed", &format!("{first},{last}")), DANA]);
    with(&table("", "Feed"), &waiver(&rule)).refused(&["may fail on several fields", "field = ", "waivers.toml:8"]);
    let first = waiver(&[&rule[..], &["field = \"first-name\""]].concat());
    assert_eq!(waived(&with(&table("", "Feed"), &first).ends(0, "pass"), "name-blank"), 1);
    for (one, other) in [("API", ""), ("", "")] {
        assert_eq!(waived(&with(&table(one, other), &first).ends(1, "fail"), "name-blank"), 0, "{one},{other}");
    }
    let workspace = table("", "");
    let entry = printed(&workspace, &check(&workspace, &[]), "name-blank");
    assert!(entry.contains("field = \"first-name; last-name\"\n"), "{entry}");
    assert_eq!(waived(&with(&workspace, &entry).ends(0, "pass"), "name-blank"), 1);
    with(&site(), &waiver(&["field = \"tem\""])).refused(&["unknown field `tem`", "Did you mean `team`?"]);
}

#[test]
fn nobody_approves_for_oneself_however_the_name_is_written() {
    let group = ["accounts = { regex = \"^api\\\\.\", max = 2 }", "account ="];
    for lines in [
        &["approved-by = \"Feed <API.X@acme.example>\""][..],
        &["approved-by = \"mailto:api.x@acme.example\""],
        // By the name that the account shows.
        &["approved-by = \"API Feed\""],
        &["approved-by = \"Feed, Api\""],
        &[group[0], group[1], "approved-by = \"api feed\""],
        &["requested-by = \"lee.wfm@acme.example\"", "approved-by = \"Lee Wfm\""],
        &["requested-by = \"Lee Wfm <lee@acme.example>\"", "approved-by = \"LEE@acme.example\""],
        &["requested-by = \"Lee Wfm\"", "approved-by = \"lee  wfm <lee@acme.example>\""],
        // Letters that look alike, in the name and in the domain, and one that nobody sees.
        &["approved-by = \"\\u0430pi.x@acme.example\""],
        &["approved-by = \"api.x@\\u0430cme.example\""],
        &["requested-by = \"dana\"", "approved-by = \"da\\u200Bna\""],
        &[group[0], group[1], "approved-by = \"Api.x@acme.example\""],
    ] {
        let report = with(&site(), &waiver(lines)).ends(1, "fail");
        assert_eq!(said(&report), ["waiver-self-approved"], "{lines:?}");
    }
    with(&site(), &waiver(&group)).ends(0, "pass");
    let two = ["requested-by = \"Lee <lee@acme.example>\"", "approved-by = \"Lee <lee@beta.example>\""];
    with(&site(), &waiver(&two)).ends(0, "pass");
}

/// Whoever wrote the waiver may have pasted a password into it, or someone into the export.
#[test]
fn a_value_that_is_a_password_of_the_run_is_not_shown() {
    let canary = "zQ7canaryXv9";
    let table = |view: &str, password: &str| {
        let api = format!("API,Feed,api.x@acme.example,Administrator,Default Team,Operations,{view},yes,\n");
        format!("{},Password\n{api}{},{password}\n", HEAD.trim(), DANA.trim())
    };
    let said_of = |table: &str, value: &str, args: &[&str]| {
        let workspace =
            Workspace::with(&[("people.csv", table), ("off.toml", "[severity]\npassword-literal = \"off\"\n")]);
        workspace.write("waivers.toml", waiver(&[&format!("value = \"{value}\"")]));
        let args = [&["--waivers", "waivers.toml"], args].concat();
        let report = check(&workspace, &args).report().unwrap();
        report.by_rule("waiver-value-changed")[0]["message"].as_str().unwrap().to_owned()
    };
    for args in [&[][..], &["--config", "off.toml"]] {
        let now = "is there now";
        assert!(
            said_of(&table("My View", canary), canary, args).ends_with(&format!("for another value: `My View` {now}"))
        );
        let list = format!("Old; {canary}");
        assert!(
            said_of(&table("My View", canary), &list, args).ends_with(&format!("for another value: `My View` {now}"))
        );
        assert!(said_of(&table(canary, canary), "Old", args).ends_with(&format!("for `Old`: another value {now}")));
        // Another password is in the run.
        assert!(
            said_of(&table("My View", "s3cretOther!"), "Old", args).ends_with(&format!("for `Old`: `My View` {now}"))
        );
    }
}

#[test]
fn both_values_are_named_unless_names_are_hidden() {
    let workspace = site();
    for (value, shown) in [("Old View", "`Old View`"), ("", "a blank")] {
        workspace.write("waivers.toml", waiver(&[&format!("value = \"{value}\"")]));
        let args = ["people.csv", "--api-user", "api.x@acme.example", "--waivers", "waivers.toml"];
        let forms = workspace.all_forms(&[&args[..], &SEATS].concat());
        let report = Report(forms.json("json"));
        assert_eq!(said(&report), ["waiver-value-changed"]);
        let message = &report.by_rule("waiver-value-changed")[0]["message"];
        assert_eq!(*message, format!("the waiver `W-012` was approved for {shown}: `My View` is there now"));
        for (format, text) in &forms.0 {
            assert!(text.contains("My View"), "{format}: {text}");
            assert!(text.contains(value), "{format}: {text}");
        }
        let redacted = workspace.all_forms(&[&args[..], &SEATS, &["--redact", "identities"]].concat());
        for (format, text) in &redacted.0 {
            assert!(value.is_empty() || !text.contains(value), "{format}: {text}");
        }
    }
}

#[test]
fn redaction_hides_the_id_of_a_waiver() {
    let id = "W api.x `and` lee.wfm";
    for lines in [&[][..], &["value = \"Old\""], &["until = 2026-11-20"], &["account = \"api.gone@acme.example\""]] {
        let workspace = site();
        workspace.write("waivers.toml", waiver(&[lines, &[&format!("id = \"{id}\"")]].concat()));
        let args = ["people.csv", "--api-user", "api.x@acme.example", "--waivers", "waivers.toml"];
        let args = [&args[..], &SEATS, &["--redact", "identities"]].concat();
        for (format, text) in &workspace.all_forms(&args).0 {
            assert!(!text.contains("lee.wfm"), "{format}: {text}");
        }
        let report = workspace.check(&args).report().unwrap();
        let shown = report["ledger"]["waivers"][0]["id"].as_str().unwrap();
        assert!(shown.starts_with("waiver-"), "{shown}");
        let marked = report.diagnostics().iter().find(|one| !one["waiver"].is_null());
        assert!(marked.is_none_or(|one| one["waiver"]["id"] == *shown), "{report}");
        let said = report.diagnostics().iter().find(|one| one["basis"] == "policy");
        assert!(said.is_none_or(|one| one["message"].as_str().unwrap().contains(shown)), "{report}");
    }
}

#[test]
fn an_account_is_named_as_it_is_written_but_for_ascii_case() {
    // The product takes both for one name; whoever approved saw the other.
    let workspace = Workspace::with_table(&[&row("api.Ö@acme.example", "Default Team", "My View"), DANA]);
    let run = |name: &str| {
        workspace.write("waivers.toml", waiver(&[&format!("account = \"{name}\"")]));
        let args = ["people.csv", "--api-user", "api.ö@acme.example", "--waivers", "waivers.toml"];
        workspace.check(&[&args[..], &SEATS].concat())
    };
    run("API.Ö@Acme.example").ends(0, "pass");
    for name in ["api.ö@acme.example", "api.O\u{308}@acme.example"] {
        let report = run(name).ends(1, "fail");
        assert_eq!(said(&report), ["waiver-value-changed"], "{name}");
    }
    // Space beyond ASCII is part of a name, as it is in a cell.
    assert!(!said(&run("api.Ö@acme.example\\u00A0").ends(1, "fail")).is_empty());
}

#[test]
fn an_approval_that_nobody_can_read_is_blank() {
    for line in ["reason", "approved-by", "requested-by", "ticket", "id"] {
        for blank in ["\\u200B", "\\u3164 \\u00a0", "\\u2800"] {
            let ran = with(&site(), &waiver(&[&format!("{line} = \"{blank}\"")]));
            ran.refused(&["waivers.toml:", "blank"]);
        }
    }
    let workspace = site();
    let report = check(&workspace, &[]).out;
    workspace.write("report.json", report);
    let options = ["--reason", "\u{200b}", "--approved-by", "dana", "--until", "2027-03-31"];
    workspace.run(&[&["waive", "report.json", "x"], &options[..]].concat()).refused(&["`--reason` is blank"]);
}

#[test]
fn a_column_that_would_say_nothing_is_refused() {
    let workspace = site();
    let head = "id,rule,account,value,reason,approved-by,approved-on,until";
    let good = "W-1,main-view-not-enterprise,api.x@acme.example,My View,r,dana,2026-11-02,2027-03-31";
    for (header, words) in
        [("severty", &["unknown header `severty`", "`severity`"][..]), ("Zq7canary", &["unknown header", "w.csv:1"])]
    {
        workspace.write("w.csv", format!("{head},{header}\n{good},\n"));
        let ran = check(&workspace, &["--waivers", "w.csv"]);
        ran.refused(words);
        assert!(!ran.err.contains("canary"), "{ran}");
    }
}

#[test]
fn one_file_under_two_paths_is_one_file() {
    let workspace = site();
    workspace.write("waivers.toml", waiver(&[]));
    let report = check(&workspace, &["--waivers", "./waivers.toml", "--waivers", "waivers.toml"]).ends(0, "pass");
    assert_eq!(report["ledger"]["policy_files"].as_array().unwrap().len(), 1);
    workspace.write("rolecall.toml", "[policy]\nwaivers = [\"./waivers.toml\", \"waivers.toml\"]\n");
    check(&workspace, &["--config", "rolecall.toml"]).ends(0, "pass");
}

/// A cell that is read whole is one item, whatever it holds.
#[test]
fn an_item_that_holds_a_separator_is_not_a_list() {
    let rows = row("api.x@acme.example", "Default Team", "EnterpriseView").replace("Administrator", "Viewer; Agent");
    let workspace = Workspace::with_table(&[&rows, DANA]);
    let (rule, config) = ("administrator-role-missing", "[lists]\nwhole = [\"Viewer; Agent\"]\n");
    let values = |config: &str| {
        workspace.write("rolecall.toml", config);
        let report = check(&workspace, &["--config", "rolecall.toml"]).report().unwrap();
        let found = report.by_rule(rule)[0].clone();
        (found["details"]["value"].clone(), found["state"].clone())
    };
    let (list, whole) = (values(""), values(config));
    assert_eq!((&list.0, &whole.0), (&json!("Agent; Viewer"), &json!("Viewer\\; Agent")));
    assert_ne!(list.1, whole.1);
    let waived_by = |config: &str, value: &str| {
        workspace.write("rolecall.toml", config);
        let lines = [&format!("rule = \"{rule}\""), &format!("value = '{value}'"), "severity = \"error\""];
        workspace.write("waivers.toml", waiver(&lines));
        let report = check(&workspace, &["--config", "rolecall.toml", "--waivers", "waivers.toml"]).report().unwrap();
        waived(&report, rule)
    };
    assert_eq!(
        (waived_by("", "Viewer; Agent"), waived_by("", "Agent; Viewer"), waived_by("", "Viewer\\; Agent")),
        (1, 1, 0)
    );
    assert_eq!((waived_by(config, "Viewer\\; Agent"), waived_by(config, "Viewer; Agent")), (1, 0));
}
