//! Inputs on which a law once broke, as small as they could be made. Each is here so that the fault stays
//! mended, whatever cases chance brings.

use std::fmt::Write as _;

use rolecall::diagnostic::{Diagnostic, Verdict};
use rolecall::engine::Run;

use crate::run::{all, alone, with_catalogue};

const HEAD: &str = "User Name,First Name,Last Name,Roles,Team,Scope,Main View,Active,Password\n";

fn has(run: &Run, rule: &str) -> bool {
    run.diagnostics.iter().any(|one| &*one.rule == rule)
}

#[test]
fn a_password_in_a_table_is_measured_without_its_doubled_quotes() {
    let text = format!(
        "{HEAD}api@acme.example,API,Sync,Administrator,Default Team,Operations,EnterpriseView,yes,\"a\"\"b\"\n"
    );
    assert!(has(&with_catalogue(&[("a.csv", text.as_bytes())], false), "password-too-weak"));
}

#[test]
fn text_beyond_ascii_after_a_closing_quote_is_refused() {
    let text =
        format!("{HEAD}api@acme.example,\"API\"é,Sync,Administrator,Default Team,Operations,EnterpriseView,yes,\n");
    assert!(has(&with_catalogue(&[("a.csv", text.as_bytes())], false), "quote-stray"));
}

#[test]
fn the_mark_of_an_escaped_view_is_no_part_of_its_place() {
    for views in [r"é*\né", r"Billing View\t*", r"V\u0020(main)", r"V\u002a"] {
        let text = format!(r#"[{{"User Name":"api@acme.example","WFM Views":"{views}"}}]"#);
        let run = with_catalogue(&[("a.json", text.as_bytes())], false);
        let found =
            run.diagnostics.iter().find(|one| *one.rule == *"main-view-not-enterprise").expect("it is another view");
        let index = |byte: u64| usize::try_from(byte).expect("it is small");
        let slice = &text[index(found.labels[0].start.byte)..index(found.labels[0].end.byte)];
        assert!(serde_json::from_str::<String>(&format!("\"{slice}\"")).is_ok(), "{slice} of {views}");
    }
}

#[test]
fn a_secret_does_not_begin_inside_an_escape() {
    let text = r#"[{"User Name":"api@acme.example","Password":"\u0009x"}]"#;
    let run = with_catalogue(&[("a.json", text.as_bytes())], false);
    let found = run.diagnostics.iter().find(|one| *one.rule == *"password-literal").expect("it is a password");
    let start = usize::try_from(found.labels[0].start.byte).expect("it is small");
    assert!(["\\u0009x", "x"].iter().any(|rest| text[start..].starts_with(rest)), "{}", &text[start..]);
}

#[test]
fn what_stands_beside_the_list_is_read_too() {
    let good = r#"{"User Name":"api@acme.example","First Name":"API","Last Name":"Sync","Roles":"Administrator","Team":"Default Team","Scope":"Operations","Main View":"EnterpriseView","Active":"yes"},
        {"User Name":"dana@acme.example","First Name":"Dana","Last Name":"Ops","Roles":"","Team":"","Scope":"","Main View":"","Active":"yes"}"#;
    let with = |beside: &[u8]| [b"{\"users\":[", good.as_bytes(), b"],", beside, b"}"].concat();
    let clean = with_catalogue(&[("a.json", &with(b"\"next\":null"))], false);
    assert_ne!(clean.verdict, Verdict::Incomplete, "{:?}", clean.ledger.holes);
    for beside in [
        b"\"next\":{\"more\": :false}".as_slice(),
        b"\"next\":[1 2]",
        b"\"next\":nil",
        b"\"next\":\"\xff\"",
        b"\"ne\xffxt\":1",
        b"\"next\":{\"a\":1,\"a\":2}",
    ] {
        let run = with_catalogue(&[("a.json", &with(beside))], false);
        assert_eq!(run.verdict, Verdict::Incomplete, "{}", String::from_utf8_lossy(beside));
    }
}

#[test]
fn an_entry_that_names_nothing_is_refused() {
    let with = |roles: &str, scope: &str, views: &str| {
        format!(
            r#"[{{"userName":"api@acme.example","firstName":"API","lastName":"Sync","roles":{roles},"team":"Default Team","scope":{scope},"views":{views},"active":true}}]"#
        )
    };
    let (roles, scope) = (r#"["Administrator"]"#, r#"{"groups":["Operations"]}"#);
    let views = r#"[{"name":"EnterpriseView","mainView":true}]"#;
    let verdict = |text: String| with_catalogue(&[("a.json", text.as_bytes())], false).verdict;
    assert_ne!(verdict(with(roles, scope, views)), Verdict::Incomplete);
    for odd in [
        with(r#"["Administrator",{"foo":1}]"#, scope, views),
        with(r#"[{"name":"Administrator","isAdminDefault":"true"}]"#, scope, views),
        with(roles, r#"{"groups":["Operations"],"teams":[["Ghosts"],true]}"#, views),
        with(roles, r#"["Operations",{"nam":"Ghosts"}]"#, views),
        with(roles, r#"{"groups":[{"name":{}},"Operations"]}"#, views),
        with(roles, scope, r#"[{"name":"EnterpriseView","mainView":true},{"mainView":true}]"#),
        with(roles, scope, r#"[{"name":"EnterpriseView","mainView":"true"}]"#),
    ] {
        assert_eq!(verdict(odd.clone()), Verdict::Incomplete, "{odd}");
    }
}

#[test]
fn a_key_of_a_scope_that_is_no_level_is_listed() {
    let text = br#"[{"userName":"api@acme.example","firstName":"API","lastName":"Sync","roles":["Administrator"],"team":"Default Team","scope":{"groups":["Operations"],"team":["Ghosts"]},"active":true}]"#;
    let run = with_catalogue(&[("a.json", text)], false);
    let listed = run.ledger.inputs.iter().flat_map(|input| &input.unknown_columns).any(|key| key == "scope.team");
    assert!(listed, "{:?}", run.ledger.inputs);
}

#[test]
fn the_order_of_inputs_does_not_change_who_is_an_api_user() {
    let plan = b"rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, last_name: Sync, user_name: api@acme.example, roles: [Administrator], team: Default Team, scope: { teams: [Billing] }, wfm_views: { main: EnterpriseView, others: [] } }\n";
    let export = "User Name,First Name,Last Name,Roles,Team,Scope,Main View,Active\n\
        API@acme.example,API,Sync,Administrator,Default Team,Billing,EnterpriseView,yes\n\
        svc@acme.example,Svc,Feed,Agent,Billing,Billing,EnterpriseView,yes\n";
    let (plan, export) = (("plan.yaml", plan.as_slice()), ("people.csv", export.as_bytes()));
    for files in [[plan, export], [export, plan]] {
        let found = alone(&files).ledger.api_users;
        let undeclared: Vec<_> = found.undeclared.iter().map(|account| account.key.as_str()).collect();
        assert_eq!((found.count, undeclared), (1, vec!["svc@acme.example"]));
    }
}

#[test]
fn no_control_character_in_a_cell_can_pass_one_list_of_cells_for_another() {
    // Joined with a mere separator, the names of both accounts would read alike.
    let rows = "\u{1f}api@acme.example,API\u{1f},Sync,Administrator,Default Team,Operations,EnterpriseView,yes,\n\
        api.b@acme.example,x\u{1f}y,z,Administrator,Default Team,Operations,EnterpriseView,yes,\n\
        api.c@acme.example,x,y\u{1f}z,Administrator,Default Team,Operations,EnterpriseView,yes,\n";
    let run = with_catalogue(&[("people.csv", format!("{HEAD}{rows}").as_bytes())], true);
    let underlined = all(&run, |one| {
        (one.rule.clone(), one.labels.first().map(|label| (label.start.line, label.end.column - label.start.column)))
    });
    for wanted in [(3, 3), (4, 1)] {
        assert!(underlined.contains(&("name-without-purpose".into(), Some(wanted))), "{underlined:?}");
    }
}

#[test]
fn a_name_is_not_taken_for_the_number_it_looks_like() {
    let person = |key: &str, number: u32| {
        format!(
            r#"{{"userName":"api{number}@acme.example","firstName":"API","lastName":"Sync","roles":["Administrator"],"{key}":"7","scope":{{"groups":["Operations"]}},"views":[{{"name":"EnterpriseView","mainView":true}}],"active":true}}"#
        )
    };
    for order in [["groupId", "team"], ["team", "groupId"]] {
        let text = format!("[{},{}]", person(order[0], 1), person(order[1], 2));
        let run = with_catalogue(&[("a.json", text.as_bytes())], false);
        let unknown: Vec<_> = run.diagnostics.iter().filter(|one| *one.rule == *"team-unknown").collect();
        assert_eq!(unknown.len(), 1, "{order:?}");
        assert!(run.ledger.holes.iter().any(|hole| hole.rule == "team-unknown" && hole.count == 1), "{order:?}");
    }
}

#[test]
fn columns_of_many_texts_are_judged_to_their_end() {
    // Far more texts than are remembered, some of them for a few rows only, and one that comes up all the time.
    const ROWS: usize = 40_000;
    let mut text = HEAD.to_owned();
    for row in 0..ROWS {
        let team = if row % 5 == 0 { "Default Team".to_owned() } else { format!("Team {}", row % 30_000) };
        let roles = if row % 7 == 0 { format!("Supervisor;Role {row}") } else { format!("Administrator;Role {row}") };
        writeln!(text, "api.{row}@acme.example,API,Sync,{roles},{team},Operations,EnterpriseView,yes,")
            .expect("a string can be written to");
    }
    let run = with_catalogue(&[("people.csv", text.as_bytes())], true);
    let failed = |rule: &str| run.outcomes.iter().find(|one| one.rule == rule).map(|one| (one.judged, one.failed));
    let rows = ROWS as u64;
    assert_eq!(failed("administrator-role-missing"), Some((rows, rows.div_ceil(7))));
    assert_eq!(failed("team-unknown"), Some((rows, rows - rows.div_ceil(5))));
    let of = |rule: &str| run.diagnostics.iter().filter(|one| &*one.rule == rule).count() as u64;
    assert_eq!(of("administrator-role-missing"), rows.div_ceil(7));
    assert_eq!(of("team-unknown"), rows - rows.div_ceil(5));
    let is_in_its_row = |one: &Diagnostic| {
        let subject = one.subject.as_ref().expect("it is about an account");
        one.labels[0].start.line == subject.number + 1
    };
    assert!(run.diagnostics.iter().filter(|one| *one.rule == *"team-unknown").all(is_in_its_row));
}

#[test]
fn what_is_not_listed_is_counted_and_said() {
    const ROWS: usize = 50_020;
    let mut text = HEAD.to_owned();
    for row in 0..ROWS {
        writeln!(text, "api.{row}@acme.example,API,Sync,Administrator,,Operations,EnterpriseView,yes,")
            .expect("a string can be written to");
    }
    let run = with_catalogue(&[("people.csv", text.as_bytes())], true);
    let blank = run.outcomes.iter().find(|one| one.rule == "team-blank").expect("every rule ends somehow");
    assert_eq!(blank.failed, ROWS as u64);
    assert_eq!(run.diagnostics.iter().filter(|one| *one.rule == *"team-blank").count(), 50_000);
    assert!(run.ledger.holes.iter().any(|hole| hole.reason == "20 more findings of severity error are not listed"));
    assert!(has(&run, "seats-exceeded"), "what concerns all accounts is listed all the same");
    assert_eq!(run.verdict, Verdict::Incomplete);
}

#[test]
fn findings_without_room_are_counted_one_and_all() {
    // The same texts fail by several rules, before the list is full and long after it.
    const ROWS: u64 = 40_000;
    for period in [2, 3, 7] {
        let mut text = HEAD.to_owned();
        for row in 0..ROWS {
            let roles = if row % period == 0 { "Administrator" } else { "Supervisor" };
            let team = if row % 5 == 0 { "Default Team" } else { "" };
            writeln!(text, "api.{row}@acme.example,API,Sync,{roles},{team},Operations,EnterpriseView,yes,")
                .expect("a string can be written to");
        }
        let run = with_catalogue(&[("people.csv", text.as_bytes())], true);
        let failed = |rule: &str| run.outcomes.iter().find(|one| one.rule == rule).map_or(0, |one| one.failed);
        let (roles, teams) = (failed("administrator-role-missing"), failed("team-blank"));
        assert_eq!((roles, teams), (ROWS - ROWS.div_ceil(period), ROWS - ROWS.div_ceil(5)));
        let said = format!("{} more findings of severity error are not listed", (roles + teams).saturating_sub(50_000));
        let is_said = run.ledger.holes.iter().any(|hole| hole.reason == said);
        assert_eq!(is_said, roles + teams > 50_000, "{period}: {:?}", run.ledger.holes);
    }
}

#[test]
fn only_a_row_of_a_table_hides_what_may_have_moved() {
    let document = br#"[{"userName":"api@acme.example","password":"Zq7Canary!x9","activated":"soon"}]"#;
    let row = "api@acme.example,API,Sync,Administrator,Default Team,Operations,EnterpriseView,Zq7Canary!x9,yes\n";
    let table = format!("{HEAD}{row}");
    for (file, text, rule, key, lines) in [
        ("a.json", document.as_slice(), "date-unreadable", "api@acme.example", 1),
        ("people.csv", table.as_bytes(), "active-unreadable", "#1", 0),
    ] {
        let run = alone(&[(file, text)]);
        let refused = run.diagnostics.iter().find(|one| &*one.rule == rule).expect("it cannot be read");
        assert_eq!(refused.subject.as_ref().map(|subject| subject.key.as_str()), Some(key), "{file}");
        assert_eq!(refused.snippets.len(), lines, "{file}");
        assert!(refused.snippets.iter().all(|snippet| !snippet.text.contains("Zq7")), "{file}");
    }
}
