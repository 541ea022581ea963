//! Wherever a document holds a password, the rule about that finds it or says that it cannot tell, and no report shows it.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use rolecall::diagnostic::Outcome;
use serde_json::{Map, Value, json};

use crate::cases;
use crate::run::{alone, written};

/// Does not occur by chance.
const CANARY: &str = "Wq7#Ferret!Basalt_93";

/// A person as the API tells it, with more than any rule reads.
fn person(number: usize) -> Value {
    json!({
        "personId": number,
        "firstName": "Dana",
        "lastName": "Ops",
        "email": format!("dana{number}@acme.example"),
        "roles": [{"id": 1, "name": "Administrator", "permissions": [{"name": "Administer Tenant"}]}],
        "team": "Default Team",
        "scope": {"groups": [{"id": 7, "name": "Operations"}], "teams": []},
        "views": [{"name": "EnterpriseView", "mainView": true}],
        "active": true,
        "custom": {"fields": [{"name": "Badge", "value": "7"}, {"name": "Desk", "value": "8"}]},
    })
}

/// Changes the object of a value that comes at the place `at`, counted from the value itself; false if there are fewer.
fn change(value: &mut Value, at: &mut usize, act: &mut dyn FnMut(&mut Map<String, Value>)) -> bool {
    match value {
        Value::Object(members) if *at == 0 => {
            act(members);
            true
        }
        Value::Object(members) => {
            *at -= 1;
            members.values_mut().any(|member| change(member, at, act))
        }
        Value::Array(items) => items.iter_mut().any(|item| change(item, at, act)),
        _ => false,
    }
}

/// How many objects a value holds.
fn objects(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(objects).sum::<usize>(),
        Value::Array(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

/// A member that is a password.
fn member() -> impl Strategy<Value = (String, Value)> {
    let keys = select(vec!["password", "initialPassword", "Kennwort", "pwd", "motDePasse", "Passwd"]);
    let pairs = select(vec![("name", "value"), ("key", "val"), ("fieldLabel", "stringValue"), ("@name", "#text")]);
    prop_oneof![
        keys.clone().prop_map(|key| (key.to_owned(), json!(CANARY))),
        keys.clone().prop_map(|key| ("login".to_owned(), json!({"more": {key: CANARY}}))),
        (pairs, keys).prop_map(|((name, value), key)| ("settings".to_owned(), json!([{name: key, value: CANARY}]))),
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_password_is_found_wherever_a_document_holds_it(
        count in 1..60_usize,
        has_list: bool,
        place: Index,
        (key, secret) in member(),
    ) {
        let users: Vec<Value> = (0..count).map(person).collect();
        let mut document = if has_list { json!({"meta": {"about": {}}, "users": users}) } else { json!(users) };
        let mut at = place.index(objects(&document));
        let is_changed = change(&mut document, &mut at, &mut |members| {
            members.insert(key.clone(), secret.clone());
        });
        prop_assert!(is_changed);
        let text = document.to_string();
        let run = alone(&[("people.json", text.as_bytes())]);
        let outcome = run.outcomes.iter().find(|one| &*one.rule == "password-literal").map(|one| one.outcome);
        prop_assert!(matches!(outcome, Some(Outcome::Fail | Outcome::NotDeterminable)), "{outcome:?}: {text}");
        prop_assert!(!written(&run).contains(CANARY), "{text}");
    }
}
