//! Documents: pages of longer lists, wrappers, accounts elsewhere, words that decide, keys that are nearly known.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::cure::assert_cured;
use super::{File, assert_clean, assert_fault, report, reports, text, with_column};
use crate::cases;

/// A compliant API user and a person, as the API spells them.
fn users() -> [Value; 2] {
    let user = |first: &str, last: &str, email: &str| {
        json!({
            "firstName": first, "lastName": last, "email": email, "roles": [{ "name": "Administrator" }],
            "team": "Default Team", "scope": { "tenant": null, "groups": ["Operations"], "teams": [] },
            "views": [{ "name": "EnterpriseView", "mainView": true }], "active": true
        })
    };
    [user("API", "Payroll Sync", "api.payroll@acme.example"), user("Dana", "Ops", "dana.ops@acme.example")]
}

fn document(value: &Value) -> File {
    text("people.json", format!("{value:#}"))
}

/// The list with something beside it.
fn beside(key: &str, value: Value) -> File {
    document(&json!({ "users": users(), key: value }))
}

/// A key of these words, in one of the ways that people spell keys.
fn spelt(words: &[&str], style: usize) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    match style {
        0 => words.join("_"),
        1 => words.join("-"),
        2 => words.iter().map(|word| capital(word)).collect(),
        3 => words.join("_").to_uppercase(),
        _ => words[0].to_owned() + &words[1..].iter().map(|word| capital(word)).collect::<String>(),
    }
}

/// Words that say at any depth that a list goes on, each with a value that says so.
fn goes_on() -> Vec<(Vec<&'static str>, Value)> {
    vec![
        (vec!["next"], json!("https://api.acme.example/users?page=2")),
        (vec!["next", "page"], json!(2)),
        (vec!["next", "link"], json!("/users?page=2")),
        (vec!["next", "cursor"], json!("a4f")),
        (vec!["next", "page", "token"], json!("a4f")),
        (vec!["next", "records", "url"], json!("/services/data/x-2000")),
        (vec!["next", "token"], json!("a4f")),
        (vec!["next", "marker"], json!("a4f")),
        (vec!["next", "offset"], json!(100)),
        (vec!["continuation", "token"], json!("a4f")),
        (vec!["pagination", "token"], json!("a4f")),
        (vec!["has", "more"], json!(true)),
        (vec!["has", "next", "page"], json!(true)),
        (vec!["truncated"], json!(true)),
        (vec!["is", "truncated"], json!(true)),
        (vec!["incomplete", "results"], json!(true)),
        (vec!["last", "evaluated", "key"], json!({ "id": "4" })),
        (vec!["scroll", "id"], json!("a4f")),
    ]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_page_of_a_longer_list_is_incomplete((words, value) in select(goes_on()), style in 0_usize..5, depth in 0_usize..4) {
        let key = spelt(&words, style);
        let nested = |outer: &str| json!({ outer: { key.clone(): value.clone() } });
        let file = match depth {
            0 => beside(&key, value.clone()),
            1 => beside("meta", nested("paging")["paging"].clone()),
            2 => beside("meta", nested("deep")),
            _ => beside("links", json!([{ "rel": "self", "href": "/users" }, { key.clone(): value.clone() }])),
        };
        assert_fault(&report(&[file], ""), "export-truncated", &format!("{key} at depth {depth}"));
    }

    #[test]
    fn the_end_of_a_list_is_no_page((words, value) in select(goes_on()), style in 0_usize..5, nothing in 0_usize..4) {
        let key = spelt(&words, style);
        let nothing = match (&value, nothing) {
            (Value::Bool(_), _) => json!(false),
            (_, 0) => json!(null),
            (_, 1) => json!(false),
            (Value::Number(_), _) => json!(0),
            _ => json!(""),
        };
        assert_clean(&report(&[beside(&key, nothing.clone())], ""), &format!("{key}: {nothing}"));
        let ended = json!({ "has_next": false, key.clone(): value });
        if !words.contains(&"has") && !words.contains(&"truncated") && !words.contains(&"incomplete") {
            assert_clean(&report(&[beside("paging", ended.clone())], ""), &format!("{ended}"));
        }
    }

    #[test]
    fn counts_above_what_was_read_are_pages(
        key in select(["total", "count", "totalCount", "total_records", "resultsCount", "users_count", "totalSize"].as_slice()),
        outer in select(["", "meta", "paging", "pageInfo", "page_info", "response_metadata", "ResultSet", "summary"].as_slice()),
        more in 1_u64..6000,
    ) {
        let file = |count: u64| match outer {
            "" => beside(key, json!(count)),
            outer => beside(outer, json!({ key: count })),
        };
        assert_fault(&report(&[file(2 + more)], ""), "export-truncated", &format!("{outer}.{key}"));
        assert_clean(&report(&[file(2)], ""), &format!("{outer}.{key} is what was read"));
    }
}

#[test]
fn words_that_only_look_like_paging_say_nothing() {
    for (key, value) in [
        ("next_login", json!(null)),
        ("nextReview", json!("2027-01-01")),
        ("generator", json!({ "name": "export", "cursor_color": "red" })),
        ("tokens", json!([])),
        ("page", json!(1)),
        ("version", json!("7.3")),
        ("done", json!(true)),
        ("complete", json!(true)),
        ("exported_at", json!("2026-11-20T04:00:00Z")),
    ] {
        assert_clean(&report(&[beside(key, value)], ""), key);
    }
    for (key, value) in
        [("done", json!(false)), ("complete", json!(false)), ("cursor", json!("a4f")), ("bookmark", json!("a4f"))]
    {
        assert_fault(&report(&[beside(key, value)], ""), "export-truncated", key);
    }
}

#[test]
fn a_list_in_a_wrapper_is_the_list_when_its_count_is_right() {
    let wrapped = |count: usize| {
        let mut users = users();
        users[0]["roles"] = json!({ "value": [{ "name": "Administrator" }], "Count": count });
        document(&json!(users))
    };
    assert_clean(&report(&[wrapped(1)], ""), "a right count");
    assert_ne!(report(&[wrapped(2)], "").verdict(), "pass", "a wrong count");
    for (key, odd) in
        [("roles", json!({ "foo": 1 })), ("scope", json!({ "kind": "everything" })), ("views", json!({ "x": [] }))]
    {
        let mut users = users();
        users[0][key] = odd;
        let report = report(&[document(&json!(users))], "");
        assert_fault(&report, "shape-invalid", key);
    }
}

#[test]
fn accounts_elsewhere_leave_the_run_incomplete() {
    let [api, person] = users();
    let other = json!({ "email": "api.hidden@acme.example", "firstName": "API", "roles": [{ "name": "Agent" }] });
    for (what, value) in [
        ("a second list", json!({ "users": [api, person], "more": [other] })),
        ("deep in another list", json!({ "users": [api, person], "x": { "y": [1, { "z": [[other]] }] } })),
        ("an object", json!({ "users": [api, person], "admin": other })),
        (
            "a root that is an account",
            json!({ "users": [api, person], "email": "root@acme.example", "firstName": "Root" }),
        ),
        (
            "behind many others",
            json!({ "users": [api, person], "log": (0..3000).map(|n| json!({ "at": n })).chain([other.clone()]).collect::<Vec<_>>() }),
        ),
    ] {
        let report = report(&[document(&value)], "");
        assert_eq!(report.verdict(), "incomplete", "{what}: {report}");
    }
    let mut with_manager = users();
    with_manager[1]["manager"] = json!({ "email": "chief@acme.example", "firstName": "Chief", "lastName": "One" });
    assert_clean(&report(&[document(&json!(with_manager))], ""), "a manager within an account");
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn keys_match_as_headers_do(style in 0_usize..5, row in 0_usize..2) {
        let mut users = users().map(|user| user.as_object().unwrap().clone());
        for (words, known) in [(["user", "name"], "email"), (["first", "name"], "firstName"), (["last", "name"], "lastName")] {
            let value = users[row].shift_remove(known).unwrap();
            users[row].insert(spelt(&words, style), value);
        }
        assert_clean(&report(&[document(&json!(users))], ""), &format!("style {style}"));
    }

    #[test]
    fn another_word_of_kind_is_not_guessed(word in select(["robot", "service", "technical user", "apiuser2", "Mensch", "system"].as_slice())) {
        let mut users = users();
        users[1]["kind"] = json!(word);
        let file = document(&json!(users));
        assert_fault(&report(std::slice::from_ref(&file), ""), "kind-unknown", word);
        assert_cured(std::slice::from_ref(&file), "", "kind-unknown");
        assert_clean(&report(&[file], "[columns]\nignore = [\"kind\"]\n"), word);
        for (form, report) in reports(&with_column("Kind", ["api-user", word, "API User"]), "") {
            assert_fault(&report, "kind-unknown", &format!("{word} in {form}"));
        }
        for (form, report) in reports(&with_column("Kind", ["api-user", "Person", "API User"]), "") {
            assert_clean(&report, form);
        }
    }

    #[test]
    fn the_two_words_of_kind_are_taken_in_any_spelling(word in select(["api-user", "API user", "Api_User", "apiuser", "person", "Person", "PERSON"].as_slice())) {
        let mut users = users();
        let is_api = word.to_lowercase().starts_with("api");
        users[usize::from(!is_api)]["kind"] = json!(word);
        let other = usize::from(is_api);
        users[other]["kind"] = json!(if is_api { "person" } else { "api-user" });
        assert_clean(&report(&[document(&json!(users))], ""), word);
    }
}

#[test]
fn keys_that_are_nearly_known_are_not_passed_over() {
    for (near, meant) in [
        ("frstName", "firstName"),
        ("nameFirst", "firstName"),
        ("emial_address", "email"),
        ("main_wfm_veiw", "mainView"),
        ("windowsLogn", "adLogin"),
        ("deactivatd", "deactivated"),
        ("associated_teams_and_groups", "scope"),
    ] {
        let mut users = users();
        users[0][near] = json!("x");
        let file = document(&json!(users));
        assert_fault(&report(std::slice::from_ref(&file), ""), "column-near-miss", &format!("{near}, nearly {meant}"));
        assert_clean(&report(std::slice::from_ref(&file), &format!("[columns]\nignore = [{near:?}]\n")), near);
        assert_cured(&[file], "", "column-near-miss");
    }
    for other in [
        "department",
        "costCenter",
        "phone",
        "hireDate",
        "nickname",
        "site",
        "skills",
        "manager_id",
        "lastLogin",
        "created",
    ] {
        let mut users = users();
        users[0][other] = json!("x");
        assert_clean(&report(&[document(&json!(users))], ""), other);
    }
}

#[test]
fn the_config_maps_keys_of_documents() {
    let mut users = users().map(|user| user.as_object().unwrap().clone());
    for user in &mut users {
        let login = user.shift_remove("email").unwrap();
        user.insert("kontoName".to_owned(), login);
    }
    let (json, lines) =
        (document(&json!(users)), text("people.jsonl", users.map(|user| json!(user).to_string() + "\n").concat()));
    for file in [json, lines] {
        assert_clean(&report(&[file], "[columns]\nuser-name = \"kontoName\"\n"), "mapped");
    }
}
