//! One finding exchanged for another of its kind, which a count or a weaker key would take for the old one.

use super::*;

/// A baseline of one world does not cover the findings of another.
#[track_caller]
fn caught(before: &str, after: &str, more: &[&str], rule: &str) -> Report {
    let workspace = Workspace::with(&[("people.csv", before)]);
    create(&workspace, more);
    check(&workspace, more).report().unwrap();
    workspace.write("people.csv", after);
    let report = check(&workspace, more).ends(1, "fail");
    let live = report.by_rule(rule).iter().filter(|one| one["outcome"] == "fail").count();
    assert!(live > 0, "{rule} is covered: {report}");
    report
}

fn table(rows: &[String]) -> String {
    HEAD.to_owned() + &rows.concat()
}

#[test]
fn another_account_with_the_same_fault() {
    let (a, b) = ("api.a@acme.example", "api.b@acme.example");
    let of = |wrong: &str| {
        table(&[a, b].map(|name| row(name, "Default Team", if name == wrong { "My View" } else { "EnterpriseView" })))
    };
    let report = caught(&of(a), &of(b), &[], VIEW);
    assert_eq!(said(&report), ["baseline-stale"]);
    assert_eq!(report.by_rule(VIEW)[0]["baseline"]["state"], "new");
}

#[test]
fn another_account_without_a_name_in_the_same_row() {
    let of = |first: &str| table(&[row("", "Default Team", "My View").replace("API,Feed", first), GOOD.to_owned()]);
    caught(&of("API,Feed"), &of("API,Rogue Feed"), &[], VIEW);
    // It was never held.
    caught(&of("API,Feed"), &of("API,Feed"), &[], VIEW);
}

#[test]
fn the_other_of_two_accounts_with_one_name() {
    let of = |views: [&str; 2]| table(&views.map(|view| row("api.x@acme.example", "Default Team", view)));
    caught(&of(["My View", "EnterpriseView"]), &of(["EnterpriseView", "My View"]), &[], VIEW);
}

#[test]
fn another_spelling_of_a_name() {
    let of = |name: &str| table(&[row(name, "Default Team", "My View"), GOOD.to_owned()]);
    for (before, after) in [("api.ä", "api.Ä"), ("api.ä", "api.a\u{308}"), ("api.k", "api.\u{212a}")] {
        let [before, after] = [before, after].map(|local| of(&format!("{local}@acme.example")));
        caught(&before, &after, &[], VIEW);
    }
}

#[test]
fn the_same_name_a_second_time_in_one_list() {
    let plan = |scope: &str| {
        format!(
            "rolecall: 1\ngroups:\n  - {{ name: Operations, id: 1, teams: [Default Team] }}\nusers:\n  - {{ kind: api-user, \
             first_name: API, last_name: Feed, user_name: api.x@acme.example, roles: [Administrator], team: Default Team, \
             scope: {{ {scope} }}, wfm_views: {{ main: EnterpriseView, others: [] }} }}\n"
        )
    };
    let inputs = ["plan.yaml"];
    for scope in ["groups: [Operations, Zed], teams: [Zed]", "groups: [Operations, Zed, Zed]"] {
        let workspace = Workspace::with(&[("plan.yaml", &plan("groups: [Operations, Zed]"))]);
        create_of(&workspace, &[], &inputs);
        workspace.write("plan.yaml", plan(scope));
        let report = check_of(&workspace, &[], &inputs).report().unwrap();
        let found = report.by_rule("scope-unknown");
        assert!(found.len() == 2 && found.iter().all(|one| one["outcome"] == "fail"), "{report}");
    }
}

/// What may do more with the same name is not what was accepted.
#[test]
fn a_group_in_place_of_a_team_of_that_name() {
    let plan = |scope: &str| {
        format!(
            "rolecall: 1\ngroups:\n  - {{ name: Operations, id: 1, teams: [Default Team] }}\nusers:\n  - {{ kind: api-user, \
             first_name: API, last_name: Feed, user_name: api.x@acme.example, roles: [Administrator], team: Default Team, \
             scope: {{ {scope} }}, wfm_views: {{ main: EnterpriseView, others: [] }} }}\n"
        )
    };
    let team = "groups: [Operations], teams: [Zed]";
    for (scope, outcome) in [(team, "baselined"), ("groups: [Operations, Zed]", "fail")] {
        let workspace = Workspace::with(&[("plan.yaml", &plan(team))]);
        create_of(&workspace, &[], &["plan.yaml"]);
        workspace.write("plan.yaml", plan(scope));
        let report = check_of(&workspace, &[], &["plan.yaml"]).report().unwrap();
        assert_eq!(report.by_rule("scope-unknown")[0]["outcome"], outcome, "{report}");
    }
}

#[test]
fn a_number_beside_one_that_is_held() {
    let catalogue = "rolecall: 1\ngroups:\n  - { name: Operations, id: 10, teams: [{ name: Default Team, id: 100 }, \
                     { name: Claims, id: 118, active: false }] }\n";
    let person = |scope: &str| {
        format!(
            "[{{\"personId\":1,\"groupId\":100,\"firstName\":\"API\",\"lastName\":\"Feed\",\"email\":\"api.x@acme.example\",\
             \"roles\":[{{\"id\":1,\"name\":\"Administrator\",\"isAdminDefault\":true}}],\"scope\":{scope},\
             \"views\":[{{\"id\":1,\"name\":\"EnterpriseView\",\"mainView\":true}}]}}]"
        )
    };
    let inputs = ["people.json", "catalogue.yaml"];
    let held = person("{\"groups\":[10],\"teams\":[118]}");
    for scope in ["{\"groups\":[10],\"teams\":[118,999]}", "{\"groups\":[999,10],\"teams\":[118]}"] {
        let workspace = Workspace::with(&[("people.json", &held), ("catalogue.yaml", catalogue)]);
        create_of(&workspace, &[], &inputs);
        workspace.write("people.json", person(scope));
        let report = check_of(&workspace, &[], &inputs).report().unwrap();
        let found = report.by_rule("scope-unknown");
        let outcomes: Vec<_> = found.iter().map(|one| (&one["details"]["value"], &one["outcome"])).collect();
        assert_eq!(found.len(), 2, "{report}");
        assert!(found.iter().any(|one| one["outcome"] == "fail"), "{outcomes:?}");
    }
}

#[test]
fn one_seat_more() {
    let of = |count: usize| {
        table(
            &(0..count)
                .map(|n| row(&format!("api.f{n}@acme.example"), "Default Team", "EnterpriseView"))
                .collect::<Vec<_>>(),
        )
    };
    let workspace = Workspace::with(&[("people.csv", &of(26))]);
    let seats = |command: &[&str]| {
        let rest =
            ["people.csv", "--no-config", "--as-of", AS_OF, "--all-api-users", "--seats", "System Administrator=25"];
        workspace.run(&[command, &rest].concat())
    };
    assert_eq!(seats(&["baseline", "create", "-o", FILE]).exit, 0);
    let check = || seats(&["check", "--baseline", FILE, "--format", "json"]);
    assert_eq!(check().report().unwrap().by_rule("seats-exceeded")[0]["outcome"], "baselined");
    workspace.write("people.csv", of(27));
    let report = check().ends(1, "fail");
    let found = &report.by_rule("seats-exceeded")[0];
    assert_eq!((&found["outcome"], &found["baseline"]["changes"]), (&"fail".into(), &serde_json::json!(["number"])));
    let capacity = seats(&["capacity", "--baseline", FILE, "--format", "json"]);
    assert_eq!(capacity.exit, 1, "{capacity}");
    workspace.write("people.csv", of(26));
    let capacity = seats(&["capacity", "--baseline", FILE, "--format", "json"]).ends(0, "pass");
    assert_eq!(capacity.by_rule("seats-exceeded")[0]["outcome"], "baselined");
}

/// Whoever accepted 27 seats of 25 has not accepted 27 of 20.
/// `capacity` holds the seats of its day, and no more of them.
#[test]
fn one_seat_more_in_a_capacity_plan() {
    let workspace = site();
    let run = |command: &[&str]| {
        let seats = ["--seats", "System Administrator=2", "--no-config", "--as-of", AS_OF];
        workspace.run(&[command, &["people.csv"], &USERS, &seats].concat())
    };
    assert_eq!(run(&["baseline", "create", "-o", FILE]).exit, 0);
    let capacity = ["capacity", "--format", "json", "--baseline", FILE];
    let ran = run(&capacity);
    assert!(ran.exit == 0 && ran.out.contains("\"baselined\""), "{ran}");
    assert_eq!(run(&capacity[..3]).exit, 1);
    let fourth = row("api.z@acme.example", "Default Team", "EnterpriseView");
    workspace.write("people.csv", workspace.read("people.csv") + &fourth);
    assert_eq!(run(&capacity).exit, 1);
}

#[test]
fn fewer_seats_owned() {
    let users = (0..24).map(|n| row(&format!("api.f{n}@acme.example"), "Default Team", "EnterpriseView"));
    let workspace = Workspace::with(&[("people.csv", &table(&users.collect::<Vec<_>>()))]);
    let seats = |command: &[&str], owned: u32| {
        let owned = format!("System Administrator={owned}");
        let rest = ["people.csv", "--no-config", "--as-of", AS_OF, "--all-api-users", "--seats", &owned];
        workspace.run(&[command, &rest].concat())
    };
    for (rule, before, after) in [("seats-exceeded", 23, 20), ("seats-nearly-used", 25, 24)] {
        let file = format!("{rule}.jsonl");
        assert_eq!(seats(&["baseline", "create", "-o", &file], before).exit, 0);
        for command in ["check", "capacity"] {
            let judge = |owned| seats(&[command, "--baseline", &file, "--format", "json"], owned);
            assert_eq!(judge(before).ends(0, "pass").by_rule(rule)[0]["outcome"], "baselined");
            let report = judge(after).ends(1, "fail");
            let found = &report.by_rule(rule)[0];
            let due = (&"fail".into(), &serde_json::json!(["number"]));
            assert_eq!((&found["outcome"], &found["baseline"]["changes"]), due, "{command} {rule}");
        }
    }
}

#[test]
fn another_only_administrator() {
    let of = |administrator: &str| {
        let one = |name: &str| {
            let row = row(name, "Default Team", "EnterpriseView");
            if name == administrator { row } else { row.replace(",Administrator,", ",Viewer,") }
        };
        table(&["dana.ops@acme.example", "lee.wfm@acme.example"].map(one))
    };
    let workspace = Workspace::with(&[("people.csv", &of("dana.ops@acme.example"))]);
    let run = |command: &[&str]| {
        let rest = ["people.csv", "--no-config", "--as-of", AS_OF, "--seats", "System Administrator=25"];
        workspace.run(&[command, &rest].concat())
    };
    assert_eq!(run(&["baseline", "create", "-o", FILE]).exit, 0);
    let check = || run(&["check", "--baseline", FILE, "--format", "json"]);
    assert_eq!(check().ends(0, "pass").by_rule("sole-administrator")[0]["outcome"], "baselined");
    workspace.write("people.csv", of("lee.wfm@acme.example"));
    let report = check().ends(1, "fail");
    let found = &report.by_rule("sole-administrator")[0];
    assert_eq!((&found["outcome"], &found["baseline"]["changes"]), (&"fail".into(), &serde_json::json!(["value"])));
}

#[test]
fn the_export_mended_and_the_plan_broken() {
    let plan = |team: &str| {
        format!(
            "rolecall: 1\nusers:\n  - {{ kind: api-user, first_name: API, last_name: Feed, user_name: api.x@acme.example, \
             roles: [Administrator], team: {team}, scope: {{ groups: [Operations] }}, wfm_views: {{ main: EnterpriseView, others: [] }} }}\n"
        )
    };
    let export = |team: &str| table(&[row("api.x@acme.example", team, "EnterpriseView"), GOOD.to_owned()]);
    let workspace = Workspace::with(&[("people.csv", &export("")), ("plan.yaml", &plan("Default Team"))]);
    let inputs = ["people.csv", "plan.yaml"];
    create_of(&workspace, &[], &inputs);
    check_of(&workspace, &[], &inputs).ends(0, "pass");
    workspace.write("people.csv", export("Default Team"));
    workspace.write("plan.yaml", plan("''"));
    let report = check_of(&workspace, &[], &inputs).ends(1, "fail");
    let found = report.by_rule("team-blank")[0];
    assert_eq!((&found["details"]["side"], &found["baseline"]["state"]), (&"plan".into(), &"new".into()));
}

#[test]
fn a_relapse_is_new() {
    let workspace = site();
    create(&workspace, &[]);
    let before = workspace.read("people.csv");
    workspace.write("people.csv", before.replace("My View", "EnterpriseView"));
    assert_eq!(baseline(&workspace, &["update", FILE]).out, "baseline.jsonl: +0 −1 ~0\n");
    check(&workspace, &[]).ends(0, "pass");
    workspace.write("people.csv", before);
    let report = check(&workspace, &[]).ends(1, "fail");
    assert_eq!(outcomes(&report), [(VIEW, "fail"), ("team-blank", "baselined")]);
}

#[test]
fn the_cause_of_another_state_is_told() {
    let changes = |report: &Report, rule: &str| {
        let found = report.by_rule(rule)[0];
        assert_eq!((&found["outcome"], &found["baseline"]["state"]), (&"fail".into(), &"updated".into()), "{report}");
        found["baseline"]["changes"].to_string()
    };
    let billing = |team: &str| table(&[row("api.x@acme.example", team, "EnterpriseView"), GOOD.to_owned()]);
    let viewed = |view: &str| table(&[row("api.x@acme.example", "Default Team", view), GOOD.to_owned()]);
    let report = caught(&viewed("My View"), &viewed("Other View"), &[], VIEW);
    assert_eq!(changes(&report, VIEW), "[\"value\"]");
    assert_eq!(said(&report), [""; 0], "an entry whose finding has changed is not stale");
    let workspace = Workspace::with(&[("people.csv", &billing("Billing"))]);
    create(&workspace, &[]);
    workspace.write("rolecall.toml", "[policy]\nbaseline = \"baseline.jsonl\"\n[teams]\nalternates = [\"Claims\"]\n");
    let report = check(&workspace, &["--config", "rolecall.toml"]).ends(1, "fail");
    assert_eq!(changes(&report, "team-not-allowed"), "[\"severity\"]", "a note that was accepted covers no error");
    workspace.write("people.csv", billing("Zoo"));
    let report = check(&workspace, &["--config", "rolecall.toml"]).ends(1, "fail");
    assert_eq!(changes(&report, "team-not-allowed"), "[\"value\",\"severity\"]");
    let rule = |allowed: &str| {
        format!(
            "id = \"r\"\ntitle = \"t\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"api-user\"\nrationale = \"R.\"\nremedy = \"M.\"\n\
             [check.pattern]\nfield = \"team\"\nregex = '{allowed}'\n[[examples]]\ntitle = \"p\"\naccounts = [{{ team = \"Default Team\" }}]\n\
             [[examples]]\ntitle = \"f\"\naccounts = [{{ team = \"Zoo\" }}]\nfails = [\"Zoo\"]\n"
        )
    };
    let workspace = Workspace::with(&[("people.csv", &billing("Billing"))]);
    workspace.write("acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    workspace.write("acme/r.toml", rule("Default Team"));
    create(&workspace, &["--pack", "acme"]);
    check(&workspace, &["--pack", "acme"]).ends(0, "pass");
    workspace.write("acme/r.toml", rule("Default .*"));
    let report = check(&workspace, &["--pack", "acme"]).ends(1, "fail");
    assert_eq!(changes(&report, "acme/r"), "[\"rule\"]");
}

#[test]
fn a_removed_column_is_incomplete_and_makes_nothing_stale() {
    let workspace = site();
    create(&workspace, &[]);
    let drop = |line: &str| {
        let cells = line.split(',').enumerate().filter(|(at, _)| *at != 6).map(|(_, cell)| cell);
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    let table = workspace.read("people.csv");
    workspace.write("people.csv", table.lines().map(drop).collect::<String>());
    let report = check(&workspace, &[]).ends(3, "incomplete");
    assert_eq!(said(&report), [""; 0]);
    let not_told = &report["ledger"]["baseline"]["not_told"];
    assert_eq!(*not_told, serde_json::json!([{ "reason": "the run is INCOMPLETE", "count": 1 }]));
    let before = workspace.read(FILE);
    let ran = baseline(&workspace, &["update", FILE]);
    assert!(ran.exit == 3 && ran.out.is_empty() && ran.err.contains("main-view-not-enterprise"), "{ran}");
    assert_eq!(workspace.read(FILE), before);
}

#[test]
fn a_hole_outranks_what_is_held() {
    let workspace = site();
    create(&workspace, &[]);
    let table = workspace.read("people.csv") + "API,Late,api.late@acme.example,A,T,S,V,maybe\n";
    workspace.write("people.csv", table);
    let report = check(&workspace, &[]).ends(3, "incomplete");
    assert_eq!(outcomes(&report)[0], (VIEW, "baselined"));
}
