//! Waivers: what one covers, on which days, and what is said of one that covers nothing.

use std::fs;

use serde_json::{Value, json};

use super::{check, row, site, waiver, with};
use crate::support::report::Report;
use crate::support::rows::{DANA, HEAD, SEATS};
use crate::support::workspace::{Ran, Workspace};

const VIEW: &str = "main-view-not-enterprise";

/// The rules of basis `policy` that a report names.
fn said(report: &Report) -> Vec<&str> {
    report
        .diagnostics()
        .iter()
        .filter(|one| one["basis"] == "policy")
        .map(|one| one["rule"].as_str().unwrap())
        .collect()
}

fn outcome<'r>(report: &'r Report, rule: &str) -> &'r str {
    report.by_rule(rule)[0]["outcome"].as_str().unwrap()
}

/// How the only waiver ended.
fn ended(report: &Report) -> (&str, &Value) {
    let waivers = report["ledger"]["waivers"].as_array().unwrap();
    assert_eq!(waivers.len(), 1, "{waivers:?}");
    (waivers[0]["ended"].as_str().unwrap(), &waivers[0]["reason"])
}

#[test]
fn it_covers_to_the_end_of_its_last_day_in_every_time_zone() {
    let workspace = site();
    let on = |day: &str, zone: &str| {
        workspace.write("waivers.toml", waiver(&["until = 2026-11-21"]));
        let args = ["check", "people.csv", "--no-config", "--api-user", "api.x@acme.example", "--as-of", day];
        let args = [&args[..], &SEATS, &["--waivers", "waivers.toml", "--format", "json"]].concat();
        workspace.run_with(&args, &[("TZ", zone)], None)
    };
    for (day, exit, verdict) in [("2026-11-21", 0, "pass"), ("2026-11-22", 1, "fail")] {
        let zones = ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"].map(|zone| on(day, zone));
        let report = zones[0].ends(exit, verdict);
        assert!(zones.iter().all(|ran| ran.out == zones[0].out), "{day}");
        assert_eq!(said(&report), [if exit == 0 { "waiver-ends-soon" } else { "waiver-expired" }]);
        assert_eq!(outcome(&report, VIEW), if exit == 0 { "waived" } else { "fail" });
    }
    let report = on("2026-11-01", "UTC").ends(1, "fail");
    assert_eq!((said(&report).as_slice(), ended(&report).0), (&[][..], "not-yet-in-force"));
}

#[test]
fn its_end_is_noted_from_thirty_days_before() {
    for (until, said_of) in [("2026-12-21", &["waiver-ends-soon"][..]), ("2026-12-22", &[])] {
        let report = with(&site(), &waiver(&[&format!("until = {until}")])).ends(0, "pass");
        assert_eq!(said(&report), said_of, "{until}");
    }
}

#[test]
fn a_covered_finding_is_marked_and_stays() {
    let workspace = site();
    let report = with(&workspace, &waiver(&["ticket = \"CHG-881\""])).ends(0, "pass");
    let found = report.by_rule(VIEW)[0];
    let due = json!({
        "id": "W-012", "file": "waivers.toml", "line": 2, "until": "2027-03-31",
        "approved_by": "dana.ops@acme.example", "reason": "moves in March, CHG-881", "ticket": "CHG-881",
    });
    assert_eq!((&found["outcome"], &found["waiver"], &found["severity"]), (&json!("waived"), &due, &json!("error")));
    assert_eq!(report.outcome(VIEW), "waived");
    assert_eq!(report["accounts"][0]["outcome"], "waived");
    assert_eq!(report["ledger"]["waivers"][0]["uses"], 1);
    assert_eq!(report["ledger"]["policy_files"][0]["file"], "waivers.toml");
    // Case of the user name aside, and around the value the space that every cell loses.
    let same = waiver(&["account = \"API.X@Acme.Example\"", "value = \" My View \""]);
    with(&workspace, &same).ends(0, "pass");
}

#[test]
fn another_finding_is_live() {
    let workspace = site();
    for (lines, rule) in [
        (&["value = \"My view\""][..], "waiver-value-changed"),
        (&["value = \"\""], "waiver-value-changed"),
        (&["account = \"api.x@acme.exampl\""], "waiver-unused"),
        (&["account = \"pi.x@acme.example\""], "waiver-unused"),
        (&["rule = \"team-blank\"", "value = \"\""], "waiver-unused"),
        (
            &[concat!("demand = \"sha256:", "0000000000000000000000000000000000000000000000000000000000000000", "\"")],
            "waiver-rule-changed",
        ),
    ] {
        let report = with(&workspace, &waiver(lines)).ends(1, "fail");
        assert_eq!((said(&report).as_slice(), outcome(&report, VIEW)), (&[rule][..], "fail"), "{lines:?}");
        let label = &report.by_rule(rule)[0]["labels"][0];
        assert_eq!(label["file"], "waivers.toml", "{lines:?}");
    }
    let report = with(&workspace, &waiver(&["side = \"plan\""])).ends(1, "fail");
    assert_eq!(ended(&report), ("not-told", &json!("no plan was read")));
    let report = with(&workspace, &waiver(&["field = \"team\""])).ends(1, "fail");
    assert_eq!(said(&report), ["waiver-unused"]);
    let message = with(&workspace, &waiver(&["value = \"Old\""])).report().unwrap();
    let message = message.by_rule("waiver-value-changed")[0]["message"].clone();
    assert_eq!(message, "the waiver `W-012` was approved for `Old`: `My View` is there now");
}

#[test]
fn a_blank_is_waived_as_an_empty_text() {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "", "EnterpriseView"), DANA]);
    let lines = ["rule = \"team-blank\"", "value = \"\""];
    assert_eq!(with(&workspace, &waiver(&lines)).ends(0, "pass").outcome("team-blank"), "waived");
    let table = "id,rule,account,value,reason,approved-by,approved-on,until\n\
        W-012,team-blank,api.x@acme.example,\"\"\"\"\"\",r,dana,2026-11-02,2027-03-31\n";
    workspace.write("w.csv", table);
    check(&workspace, &["--waivers", "w.csv"]).ends(0, "pass");
}

#[test]
fn it_is_unused_only_if_its_rule_was_put_to_its_account() {
    let other = row("api.x@acme.example", "Default Team", "EnterpriseView");
    // The account passes, is gone, is inactive.
    for (rows, end) in [
        (vec![other.clone()], "unused"),
        (
            vec![row("api.y@acme.example", "Default Team", "EnterpriseView"), other.replace("api.x@", "api.z@")],
            "unused",
        ),
        (vec![other.replace(",yes", ",no"), row("api.y@acme.example", "Default Team", "EnterpriseView")], "not-told"),
    ] {
        let workspace = Workspace::with_table(&[&rows.concat(), DANA]);
        workspace.write("waivers.toml", waiver(&[]));
        let args = ["people.csv", "--waivers", "waivers.toml", "--api-user", "api.y@acme.example"];
        let own = if rows[0].contains("api.x@") { "api.x@acme.example" } else { "api.z@acme.example" };
        let args = [&args[..if rows.len() == 1 { 3 } else { 5 }], &["--api-user", own], &SEATS].concat();
        let report = workspace.check(&args).report().unwrap();
        assert_eq!(ended(&report).0, end, "{rows:?}\n{report}");
        assert_eq!(said(&report).contains(&"waiver-unused"), end == "unused", "{rows:?}");
    }
    // The team is blank, which is another finding: whether the other would be there is not known.
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "", "EnterpriseView"), DANA]);
    let lines = ["rule = \"team-not-allowed\"", "value = \"Billing\""];
    let report = with(&workspace, &waiver(&lines)).ends(1, "fail");
    assert_eq!(
        ended(&report),
        ("not-told", &json!("the rule did not apply: the team is blank, which is another finding"))
    );
}

#[test]
fn a_missing_column_is_incomplete_and_makes_nothing_unused() {
    let workspace = site();
    let drop = |line: &str| {
        line.split(',')
            .enumerate()
            .filter(|(at, _)| *at != 6)
            .map(|(_, cell)| cell.to_owned())
            .collect::<Vec<_>>()
            .join(",")
    };
    let table = fs::read_to_string(workspace.path("people.csv")).unwrap();
    workspace.write("people.csv", table.lines().map(|line| drop(line) + "\n").collect::<String>());
    let report = with(&workspace, &waiver(&[])).ends(3, "incomplete");
    assert_eq!((said(&report).as_slice(), ended(&report)), (&[][..], ("not-told", &json!("the run is INCOMPLETE"))));
}

#[test]
fn a_hole_outranks_what_is_waived() {
    let workspace = site();
    let table =
        fs::read_to_string(workspace.path("people.csv")).unwrap() + "API,Late,api.late@acme.example,A,T,S,V,maybe\n";
    workspace.write("people.csv", table);
    let report = with(&workspace, &waiver(&[])).ends(3, "incomplete");
    assert_eq!(outcome(&report, VIEW), "waived");
}

#[test]
fn an_account_that_is_there_twice_is_never_covered() {
    let wrong = row("api.x@acme.example", "Default Team", "My View");
    let workspace =
        Workspace::with_table(&[&wrong, &row("API.X@acme.example", "Default Team", "EnterpriseView"), DANA]);
    let report = with(&workspace, &waiver(&[])).ends(1, "fail");
    assert_eq!(outcome(&report, VIEW), "fail");
    let why = "the user name of its account is not the name of one account only";
    assert_eq!(ended(&report), ("not-told", &json!(why)));
}

#[test]
fn seats_are_covered_up_to_a_number() {
    let feed = |name: &str| row(name, "Default Team", "EnterpriseView");
    let seats = |rows: &[String]| {
        let workspace = Workspace::with_table(&[&rows.concat()]);
        let lines =
            ["rule = \"seats-exceeded\"", "license = \"System Administrator\"", "at-most = 3", "account =", "value ="];
        workspace.write("waivers.toml", waiver(&lines));
        let args = ["people.csv", "--all-api-users", "--seats", "System Administrator=2", "--waivers", "waivers.toml"];
        (
            workspace.check(&args),
            workspace.run(&[
                "capacity",
                "people.csv",
                "--all-api-users",
                "--no-config",
                "--as-of",
                "2026-11-21",
                "--format",
                "json",
                "--seats",
                "System Administrator=2",
                "--waivers",
                "waivers.toml",
            ]),
        )
    };
    let three: Vec<String> = ["api.a@acme.example", "api.b@acme.example", "api.c@acme.example"].map(feed).to_vec();
    let (ran, capacity) = seats(&three);
    assert_eq!((ran.ends(0, "pass").outcome("seats-exceeded"), capacity.exit), ("waived", 0), "{capacity}");
    let (ran, capacity) = seats(&[three, vec![feed("api.d@acme.example")]].concat());
    let report = ran.ends(1, "fail");
    assert_eq!((said(&report).as_slice(), capacity.exit), (&["waiver-value-changed"][..], 1));
    let message = &report.by_rule("waiver-value-changed")[0]["message"];
    assert_eq!(message, "the waiver `W-012` was approved for at most 3 seats, 4 are planned");
}

/// Such a finding is about the tenant: its value is the integration that no API user serves.
#[test]
fn an_integration_without_an_api_user_is_accepted_by_its_name() {
    let plan = "rolecall: 1\nintegrations: [Payroll, Survey]\nlicenses: [{ name: System Administrator, seats: 9 }]\nusers:\n  \
        - { kind: api-user, first_name: API, last_name: Chat, user_name: api.x@acme.example, \
        roles: [Administrator], team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }\n";
    let workspace = Workspace::with(&[("plan.yaml", plan)]);
    let judge = |waivers: &str| {
        workspace.write("waivers.toml", waivers);
        workspace.check(&["plan.yaml", "--waivers", "waivers.toml"])
    };
    let of = |id: &str, value: &str, more: &[&str]| {
        let (id, value) = (format!("id = \"{id}\""), format!("value = \"{value}\""));
        waiver(&[&[id.as_str(), "rule = \"api-user-missing\"", "account =", &value], more].concat())
    };
    let outcomes = |report: &Report| -> Vec<(String, String)> {
        let found = report.by_rule("api-user-missing").into_iter();
        found.map(|one| (one["details"]["value"].to_string(), one["outcome"].to_string())).collect()
    };
    let [fail, covered] = ["\"fail\"", "\"waived\""];
    for (value, of_payroll) in [("Payroll", covered), ("payroll", fail), ("Pay", fail)] {
        let report = judge(&of("W-1", value, &[])).report().unwrap();
        let due =
            [("\"Payroll\"", of_payroll), ("\"Survey\"", fail)].map(|(one, other)| (one.to_owned(), other.to_owned()));
        assert_eq!(outcomes(&report), due, "{value}: {report}");
    }
    let both = of("W-1", "Payroll", &[]) + &of("W-2", "Survey", &[]);
    assert_eq!(judge(&both).report().unwrap().outcome("api-user-missing"), "waived");
    judge(&of("W-1", "Payroll", &["license = \"System Administrator\""])).refused(&["for rules about seats"]);
    judge(&waiver(&["rule = \"api-user-missing\"", "account =", "value ="])).refused(&["no value is named"]);
    // What is printed is what covers.
    let ran = workspace.check(&["plan.yaml", "--output", "json=report.json"]);
    let prints: Vec<String> = ran
        .report()
        .unwrap()
        .by_rule("api-user-missing")
        .iter()
        .map(|one| one["fingerprint"].as_str().unwrap().to_owned())
        .collect();
    let prints: Vec<&str> = prints.iter().map(String::as_str).collect();
    let options = ["--reason", "r", "--approved-by", "boss@acme.example", "--until", "2027-03-31"];
    let printed = workspace.run(&[&["waive", "report.json"], &prints[..], &options].concat()).out;
    assert_eq!(judge(&printed).report().unwrap().outcome("api-user-missing"), "waived", "{printed}");
}

/// Whoever accepts more seats until a day has not accepted those that are used from a later day on.
#[test]
fn seats_of_a_day_after_the_last_are_live() {
    let feed = |name: &str| row(name, "Default Team", "EnterpriseView");
    let rows = ["api.a@acme.example", "api.b@acme.example", "api.c@acme.example"].map(feed);
    let workspace = Workspace::with_table(&[&rows.concat()]);
    let run = |rule: &str, owned: u32, until: &str| {
        let (rule, until) = (format!("rule = \"{rule}\""), format!("until = {until}"));
        let lines = [&rule, "license = \"System Administrator\"", "at-most = 9", "account =", "value =", &until];
        workspace.write("waivers.toml", waiver(&lines));
        let seats = format!("System Administrator={owned}");
        let args = ["capacity", "people.csv", "--all-api-users", "--no-config", "--as-of", "2026-11-21"];
        let more = ["--what-if", "Administrator+1@2027-01-01", "--waivers", "waivers.toml", "--format", "json"];
        workspace.run(&[&args[..], &more, &["--seats", &seats]].concat())
    };
    // Over today and more later; over only later; near only later.
    for (rule, owned) in [("seats-exceeded", 2), ("seats-exceeded", 3), ("seats-nearly-used", 4)] {
        assert_eq!(run(rule, owned, "2027-01-01").exit, 0, "{rule} {owned}");
        let ran = run(rule, owned, "2026-12-31");
        let words = "approved for days up to 2026-12-31: more seats are used from 2027-01-01 on";
        assert!(ran.exit == 1 && ran.out.contains(words), "{rule} {owned}: {ran}");
    }
}

/// A plan of seats that says nothing of what was accepted would read as if nothing had been found.
#[test]
fn capacity_shows_what_was_accepted_in_every_form() {
    let feed = |name: &str| row(name, "Default Team", "EnterpriseView");
    let rows = ["api.a@acme.example", "api.b@acme.example", "api.c@acme.example"].map(feed);
    let workspace = Workspace::with_table(&[&rows.concat()]);
    let lines =
        ["rule = \"seats-exceeded\"", "license = \"System Administrator\"", "at-most = 3", "account =", "value ="];
    workspace.write("waivers.toml", waiver(&lines));
    for format in ["human", "json", "html"] {
        let args = ["capacity", "people.csv", "--all-api-users", "--no-config", "--as-of", "2026-11-21"];
        let more = ["--seats", "System Administrator=2", "--waivers", "waivers.toml", "--format", format];
        let ran = workspace.run(&[&args[..], &more].concat());
        assert_eq!(ran.exit, 0, "{ran}");
        for words in ["seats-exceeded", "W-012", "waivers.toml"] {
            assert!(ran.out.contains(words), "{format} without {words}: {ran}");
        }
        assert!(!ran.out.contains("Nothing was found.") && !ran.out.contains("Nothing was found<"), "{ran}");
    }
}

#[test]
fn a_group_is_covered_up_to_its_maximum() {
    let rows: Vec<String> = ["api.x@acme.example", "api.y@acme.example", "svc.z@acme.example"]
        .map(|name| row(name, "Default Team", "My View"))
        .to_vec();
    let run = |max: u64| {
        let workspace = Workspace::with_table(&[&rows.concat()]);
        let group = format!("accounts = {{ regex = \"^api\\\\.\", max = {max} }}");
        workspace.write("waivers.toml", waiver(&[&group, "account ="]));
        workspace.check(&[&["people.csv", "--all-api-users", "--waivers", "waivers.toml"], &SEATS[..]].concat())
    };
    let waived = |report: &Report| report.by_rule(VIEW).iter().filter(|one| one["outcome"] == "waived").count();
    assert_eq!(waived(&run(2).ends(1, "fail")), 2);
    let report = run(1).ends(3, "incomplete");
    assert_eq!((waived(&report), said(&report).contains(&"waiver-too-wide")), (0, true));
    assert!(report.holes().iter().any(|hole| hole["rule"] == "waiver-too-wide" && hole["file"] == "waivers.toml"));
}

#[test]
fn seats_that_are_only_known_as_at_least_are_never_covered() {
    let feed = |name: &str| row(name, "Default Team", "EnterpriseView");
    let table = HEAD.replace("Active", "Since") + &["api.a@acme.example", "api.b@acme.example"].map(feed).concat();
    let workspace = Workspace::with(&[("people.csv", &table)]);
    let lines =
        ["rule = \"seats-exceeded\"", "license = \"System Administrator\"", "at-most = 9", "account =", "value ="];
    workspace.write("waivers.toml", waiver(&lines));
    let args = ["people.csv", "--all-api-users", "--seats", "System Administrator=1", "--waivers", "waivers.toml"];
    let report = workspace.check(&args).report().unwrap();
    assert_eq!(report.by_rule("seats-exceeded")[0]["outcome"], "fail", "{report}");
    assert!(!said(&report).contains(&"waiver-unused"), "{report}");
}

#[test]
fn a_waiver_may_follow_another() {
    let first = waiver(&["approved-on = 2026-11-01", "until = 2026-11-10"]);
    let second = waiver(&["id = \"W-013\"", "approved-on = 2026-11-11", "until = 2027-01-31"]);
    let report = with(&site(), &(first + &second)).ends(0, "pass");
    assert_eq!(said(&report), Vec::<&str>::new());
    assert_eq!(report["ledger"]["waivers"][0]["reason"], "another waiver covers its finding");
}

#[test]
fn accounts_of_a_group_count_whatever_was_found_of_them() {
    let rows = [
        row("api.x@acme.example", "Default Team", "My View"),
        row("api.y@acme.example", "Default Team", "EnterpriseView"),
    ];
    let run = |max: u64, line: &str| {
        let workspace = Workspace::with_table(&[&rows.concat()]);
        let group = format!("accounts = {{ regex = \"^api\\\\.\", max = {max} }}");
        workspace.write("waivers.toml", waiver(&[&group, "account =", line]));
        workspace.check(&[&["people.csv", "--all-api-users", "--waivers", "waivers.toml"], &SEATS[..]].concat())
    };
    let dana = "approved-by = \"dana.ops@acme.example\"";
    run(2, dana).ends(0, "pass");
    assert_eq!(said(&run(1, dana).ends(3, "incomplete")), ["waiver-too-wide"]);
    let report = run(2, "approved-by = \"api.y@acme.example\"").ends(1, "fail");
    assert_eq!(said(&report), ["waiver-self-approved"]);
}

#[test]
fn any_value_has_to_be_written_and_is_listed() {
    let table =
        [&row("api.x@acme.example", "Default Team", "EnterpriseView").replace("API,Feed", "Max,Test"), DANA].concat();
    let workspace = Workspace::with_table(&[&table]);
    let name = "name-without-purpose";
    assert_eq!(check(&workspace, &[]).report().unwrap().by_rule(name)[0]["severity"], "warning");
    let report =
        with(&workspace, &waiver(&["rule = \"name-without-purpose\"", "any-value = true", "value ="])).ends(0, "pass");
    assert_eq!((report.outcome(name), &report["ledger"]["waivers"][0]["any_value"]), ("waived", &json!(true)));
}

#[test]
fn nobody_approves_for_himself() {
    for lines in [&["approved-by = \"API.x@acme.example\""][..], &["requested-by = \"Lee\"", "approved-by = \"lee\""]] {
        let report = with(&site(), &waiver(lines)).ends(1, "fail");
        assert_eq!(said(&report), ["waiver-self-approved"], "{lines:?}");
        assert_eq!(report.by_rule("waiver-self-approved")[0]["severity"], "error");
    }
}

#[test]
fn a_renamed_rule_is_covered_with_a_note() {
    let workspace = site();
    workspace.write("acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    let rule = "id = \"view-of-api\"\nborn-as = \"api-view\"\nreplaces = [\"view\"]\ntitle = \"t\"\nseverity = \"error\"\n\
        basis = \"site\"\nsubject = \"api-user\"\nrationale = \"R.\"\nremedy = \"M.\"\n[check.main-view]\nview = \"EnterpriseView\"\n\
        [[examples]]\ntitle = \"p\"\naccounts = [{}]\n[[examples]]\ntitle = \"f\"\naccounts = [{ main-view = \"Zoo\" }]\nfails = [\"Zoo\"]\n";
    workspace.write("acme/view-of-api.toml", rule);
    for (named, notes) in
        [("acme/view-of-api", &[][..]), ("acme/api-view", &["waiver-renamed"]), ("acme/view", &["waiver-renamed"])]
    {
        workspace.write("waivers.toml", waiver(&[]) + &waiver(&["id = \"W-2\"", &format!("rule = \"{named}\"")]));
        let report = check(&workspace, &["--pack", "acme", "--waivers", "waivers.toml"]).ends(0, "pass");
        assert_eq!((said(&report).as_slice(), outcome(&report, "acme/view-of-api")), (notes, "waived"), "{named}");
    }
}

#[test]
fn the_table_form_says_the_same() {
    let workspace = site();
    let toml = with(&workspace, &waiver(&[])).ends(0, "pass");
    let table = "id,rule,account,value,license,at-most,reason,approved-by,approved-on,until\r\n\
        W-012,main-view-not-enterprise,api.x@acme.example,My View,,,\"moves in March, CHG-881\",dana.ops@acme.example,2026-11-02,2027-03-31\r\n";
    workspace.write("w.csv", table);
    let csv = check(&workspace, &["--waivers", "w.csv"]).ends(0, "pass");
    let strip = |report: &Report| report.to_string().replace("w.csv", "waivers.toml");
    assert_eq!(strip(&csv), strip(&toml));
}

#[test]
fn the_order_of_files_and_entries_changes_nothing_but_lines() {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "Billing", "My View"), DANA]);
    let (one, two) = (waiver(&[]), waiver(&["id = \"W-2\"", "rule = \"team-not-allowed\"", "value = \"Billing\""]));
    workspace.write("a.toml", &one);
    workspace.write("b.toml", &two);
    let first = check(&workspace, &["--waivers", "a.toml", "--waivers", "b.toml"]);
    first.ends(0, "pass");
    assert_eq!(check(&workspace, &["--waivers", "b.toml", "--waivers", "a.toml"]).out, first.out);
    let lines = |ran: &Ran| ran.out.lines().filter(|line| !line.contains("\"line\"")).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&with(&workspace, &format!("{one}{two}"))), lines(&with(&workspace, &format!("{two}{one}"))));
}

#[test]
fn a_waived_run_passes_in_every_form_and_the_finding_is_in_each() {
    let workspace = site();
    workspace.write("waivers.toml", waiver(&[]));
    let args = ["people.csv", "--api-user", "api.x@acme.example", "--waivers", "waivers.toml"];
    let forms = workspace.all_forms(&[&args[..], &SEATS].concat());
    for (format, text) in &forms.0 {
        assert!(text.contains("main-view-not-enterprise") && text.contains("W-012"), "{format}: {text}");
        assert!(
            matches!(*format, "json" | "jsonl" | "sarif" | "junit" | "csv" | "gitlab" | "html")
                || text.contains("1 waived"),
            "{format}: {text}"
        );
    }
    assert!(
        forms.text("human").starts_with("PASS  0 errors, 0 warnings, 0 notes, 1 waived"),
        "{}",
        forms.text("human")
    );
    let sarif = forms.json("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let suppressed = results.iter().find(|one| one["ruleId"] == VIEW).unwrap();
    assert_eq!(suppressed["suppressions"][0]["kind"], "external");
    assert_eq!(suppressed["suppressions"][0]["status"], "accepted");
    assert!(suppressed["suppressions"][0]["justification"].as_str().unwrap().contains("moves in March"));
    let junit = forms.text("junit");
    assert!(
        junit.contains("<skipped message=\"waived: W-012 until 2027-03-31") && junit.contains("failures=\"0\""),
        "{junit}"
    );
    let issues = forms.json("gitlab");
    assert!(issues.as_array().unwrap().iter().all(|one| one["check_name"] != VIEW && one["severity"] != "major"));
    assert!(!forms.text("github").lines().any(|line| line.starts_with("::error") || line.starts_with("::warning")));
    let rows = forms.rows();
    let found = rows.iter().find(|row| &row[0] == "finding").unwrap();
    assert_eq!((&found[2], &found[20], &found[21]), ("waived", "W-012", "2027-03-31"));
    let page = forms.text("html");
    assert!(page.contains("Accepted") && page.contains("moves in March") && page.contains("dana.ops@acme.example"));
}

#[test]
fn redaction_hides_the_account_the_approver_and_the_reason() {
    let workspace = site();
    workspace.write(
        "waivers.toml",
        waiver(&["ticket = \"CHG-881\""]) + &waiver(&["id = \"W-2\"", "account = \"api.gone@acme.example\""]),
    );
    let args =
        ["people.csv", "--api-user", "api.x@acme.example", "--waivers", "waivers.toml", "--redact", "identities"];
    let forms = workspace.all_forms(&[&args[..], &SEATS].concat());
    for (format, text) in &forms.0 {
        for hidden in ["api.x@", "dana.ops@", "api.gone", "moves in March", "CHG-881"] {
            assert!(!text.contains(hidden), "{format} shows {hidden}: {text}");
        }
    }
}

#[test]
fn a_password_in_a_waived_record_is_nowhere() {
    let canary = "zQ7canaryXv9";
    let head = HEAD.trim().to_owned() + ",Password\n";
    let wrong = row("api.x@acme.example", "Default Team", "My View");
    let workspace = Workspace::with(&[("people.csv", &format!("{head}{},{canary}\n{},\n", wrong.trim(), DANA.trim()))]);
    workspace.write("waivers.toml", waiver(&[]));
    let args = ["people.csv", "--api-user", "api.x@acme.example", "--waivers", "waivers.toml"];
    let forms = workspace.all_forms(&[&args[..], &SEATS].concat());
    assert!(forms.0.iter().all(|(_, text)| !text.contains(canary)));
    assert_eq!(forms.json("json")["verdict"], "fail", "the password is live");
}

#[test]
fn the_config_names_waivers_below_its_folder() {
    let workspace = site();
    workspace.write("policy/waivers.toml", waiver(&["until = 2027-01-31"]));
    workspace.write("rolecall.toml", "[policy]\nwaivers = [\"policy/waivers.toml\"]\nlongest-waiver = 90\n");
    check(&workspace, &["--config", "rolecall.toml"]).ends(0, "pass");
    let both = check(&workspace, &["--config", "rolecall.toml", "--waivers", "policy/waivers.toml"]);
    both.ends(0, "pass");
    workspace.write("policy/waivers.toml", waiver(&["until = 2027-02-01"]));
    check(&workspace, &["--config", "rolecall.toml"]).refused(&["91 days", "the most is 90", "until = 2027-01-31"]);
    workspace.write("rolecall.toml", "[policy]\nwaivers = [\"../waivers.toml\"]\n");
    check(&workspace, &["--config", "rolecall.toml"])
        .refused(&["not below the folder of the config", "rolecall.toml:2"]);
    workspace.write("rolecall.toml", "[policy]\nwaivers = [\"gone.toml\"]\n");
    check(&workspace, &["--config", "rolecall.toml"]).refused(&["gone.toml", "cannot be read", "rolecall.toml:2"]);
}

#[test]
fn evidence_replays_with_the_waivers_and_finds_a_changed_file() {
    let workspace = site();
    workspace.write("waivers.toml", waiver(&[]));
    let made = |package: &str, more: &[&str]| {
        let args = [
            "evidence",
            "create",
            "--package",
            package,
            "people.csv",
            "--no-config",
            "--as-of",
            "2026-11-21",
            "--api-user",
            "api.x@acme.example",
            "--waivers",
            "waivers.toml",
        ];
        let ran = workspace.run(&[&args[..], &SEATS, more].concat());
        assert_eq!(ran.exit, 0, "{ran}");
    };
    made("a.zip", &[]);
    made("b.zip", &["--with-inputs"]);
    for package in ["a.zip", "b.zip"] {
        let ran = workspace.run(&["evidence", "replay", package]);
        assert_eq!(ran.exit, 0, "{ran}");
    }
    workspace.write("waivers.toml", waiver(&["reason = \"another\""]));
    let ran = workspace.run(&["evidence", "verify", "a.zip"]);
    assert_eq!((ran.exit, ran.out.contains("waivers.toml")), (1, true), "{ran}");
    assert_eq!(workspace.run(&["evidence", "replay", "b.zip"]).exit, 0, "it holds its own");
}

#[test]
fn waive_prints_entries_that_cover() {
    let workspace = Workspace::with_table(&[&row("api.x@acme.example", "Billing", "My View"), DANA]);
    let report = check(&workspace, &[]).report().unwrap();
    workspace.write("report.json", report.to_string());
    let wanted: Vec<&str> = report.diagnostics().iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(wanted.len(), 2);
    let waive = |report: &str, wanted: &[&str], until: &str| {
        let options = ["--reason", "a \"reason\"", "--approved-by", "dana.ops@acme.example", "--until", until];
        workspace.run(&[&["waive", report], wanted, &options].concat())
    };
    let before = workspace.names();
    let ran = waive("report.json", &wanted, "2027-03-31");
    assert_eq!(ran.exit, 0, "{ran}");
    assert_eq!(workspace.names(), before, "it prints, and writes nothing");
    let report = with(&workspace, &ran.out).ends(0, "pass");
    assert_eq!(report["ledger"]["waivers"].as_array().unwrap().len(), 2);
    waive("report.json", &["0123"], "2027-03-31").refused(&["no finding `0123`"]);
    waive("report.json", &wanted, "2026-11-20").refused(&["before the day of the report"]);
    waive("people.csv", &wanted, "2027-03-31").refused(&["not a report"]);
    let redacted = check(&workspace, &["--redact", "identities"]);
    workspace.write("redacted.json", redacted.out);
    waive("redacted.json", &wanted, "2027-03-31").refused(&["without `--redact`"]);
}

#[test]
fn threads_compare_thousands_of_findings_as_one_would() {
    let name = |n: usize| format!("api.{}{n}@acme.example", if n.is_multiple_of(9) { "group" } else { "f" });
    let workspace = Workspace::new();
    let rows: String = (0..5000).map(|n| row(&name(n), "Default Team", "My View")).collect();
    workspace.write("people.csv", HEAD.to_owned() + &rows);
    let single = |n: usize| {
        let (id, account) = (format!("id = \"S-{n}\""), format!("account = \"{}\"", name(n)));
        let other = if n.is_multiple_of(2) { "value = \"Your View\"" } else { "value = \"My View\"" };
        waiver(&[&id, &account, other])
    };
    let singles: String = (0..5000_usize).step_by(7).filter(|n| !n.is_multiple_of(9)).map(single).collect();
    let group = waiver(&["id = \"G\"", "account=", "accounts = { regex = \"^api\\\\.group\", max = 600 }"]);
    workspace.write("waivers.toml", singles + &group);
    let by = |jobs: &str| {
        workspace.check(
            &[&["people.csv", "--all-api-users", "--waivers", "waivers.toml", "--jobs", jobs], &SEATS[..]].concat(),
        )
    };
    let alone = by("1");
    let report = alone.report().unwrap();
    let waived = report.diagnostics().iter().filter(|one| one["outcome"] == "waived").count();
    let accepted = |n: &usize| n.is_multiple_of(9) || (n.is_multiple_of(7) && !n.is_multiple_of(2));
    assert_eq!(waived, (0..5000_usize).filter(accepted).count());
    assert!(["2", "3", "8"].iter().all(|jobs| by(jobs).out == alone.out), "threads differ");
}
