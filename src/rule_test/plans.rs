//! The accounts of an example as the users of a plan, in YAML, TOML and JSON.
//! Plans cannot say all that tables can; what they cannot is left to the other forms.

use serde_json::{Map, Value, json};

use super::accounts::{ExampleAccount, ExampleTable, items};

/// Names that are teams, and the one that is the tenant, wherever an example's scope holds them.
const TEAMS: [&str; 4] = ["Default Team", "Billing", "Claims", "Old Team"];
const TENANT: &str = "Acme";

/// The keys of plans that hold what a column holds, as text.
const TEXTS: [(&str, &str); 16] = [
    ("first-name", "first_name"),
    ("last-name", "last_name"),
    ("user-name", "user_name"),
    ("password", "password"),
    ("team", "team"),
    ("created-by", "created_by"),
    ("windows-login", "windows_login"),
    ("acd-id", "acd_id"),
    ("activated", "active_from"),
    ("employee-id", "employee_id"),
    ("time-zone", "time_zone"),
    ("locale", "locale"),
    ("owner", "owner"),
    ("last-reviewed", "last_reviewed"),
    ("reviewed-by", "reviewed_by"),
    ("integration", "integration"),
];

/// The columns that plans cannot hold, or cannot hold as tables do.
const NOT_IN_PLANS: [&str; 7] =
    ["deactivated", "tenant", "qm-views", "display-id", "id", "last-login", "password-changed"];

/// The users of a plan; `None` if a plan cannot say what the table says.
pub(super) fn users(table: &ExampleTable, has_kinds: bool) -> Option<Vec<Map<String, Value>>> {
    // How a cell spells the mark of activity is a matter of tables.
    let is_marked_active =
        table.accounts.iter().all(|account| account.cells.get("active").is_some_and(|active| active == "yes"));
    if !is_marked_active || NOT_IN_PLANS.iter().any(|field| table.has(field)) {
        return None;
    }
    table.accounts.iter().map(|account| user(table, account, has_kinds)).collect()
}

fn user(table: &ExampleTable, account: &ExampleAccount, has_kinds: bool) -> Option<Map<String, Value>> {
    let mut user = Map::new();
    if has_kinds {
        user.insert("kind".to_owned(), json!(if account.is_person { "person" } else { "api-user" }));
    }
    for (field, key) in TEXTS {
        if let Some(cell) = account.cells.get(field) {
            user.insert(key.to_owned(), json!(cell));
        }
    }
    for field in ["roles", "licenses"] {
        if let Some(list) = account.cells.get(field) {
            user.insert(field.to_owned(), json!(items(list)));
        }
    }
    if let Some(scope) = account.cells.get("scope") {
        user.insert("scope".to_owned(), levels(scope));
    }
    if table.has("main-view") || table.has("wfm-views") {
        user.insert("wfm_views".to_owned(), views(account)?);
    }
    user.insert("active".to_owned(), json!(true));
    Some(user)
}

fn levels(scope: &str) -> Value {
    let mut levels = Map::new();
    for item in items(scope) {
        if item == TENANT {
            levels.insert("tenant".to_owned(), json!(item));
            continue;
        }
        let level = if TEAMS.contains(&item) { "teams" } else { "groups" };
        let entries = levels.entry(level).or_insert_with(|| json!([]));
        if let Some(entries) = entries.as_array_mut() {
            entries.push(json!(item));
        }
    }
    if levels.is_empty() { json!({ "groups": [] }) } else { Value::Object(levels) }
}

/// The main view and the others. Without a column for the main one, the only view is it.
fn views(account: &ExampleAccount) -> Option<Value> {
    let all = items(account.cells.get("wfm-views").map_or("", String::as_str));
    let main = match (account.cells.get("main-view"), all.as_slice()) {
        (Some(main), _) => main.as_str(),
        (None, []) => "",
        (None, [only]) if !only.contains(['*', '(']) => only,
        (None, _) => return None,
    };
    let others: Vec<_> = all.iter().filter(|view| **view != main).collect();
    Some(json!({ "main": main, "others": others }))
}

/// The plan in JSON.
pub(super) fn json(users: &[Map<String, Value>]) -> Value {
    json!({ "rolecall": 1, "users": users })
}

/// The plan in YAML; with `is_block` every list on lines of its own.
pub(super) fn yaml(users: &[Map<String, Value>], is_block: bool) -> String {
    let mut text = "rolecall: 1\nusers:\n".to_owned();
    for user in users {
        for (number, (key, value)) in user.iter().enumerate() {
            let lead = if number == 0 { "  - " } else { "    " };
            let list = value.as_array().filter(|list| is_block && !list.is_empty());
            match list {
                None => text += &format!("{lead}{key}: {}\n", flow(value)),
                Some(list) => {
                    text += &format!("{lead}{key}:\n");
                    list.iter().for_each(|item| text += &format!("      - {}\n", flow(item)));
                }
            }
        }
    }
    text
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<_> = map.iter().map(|(key, value)| format!("{key}: {}", flow(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        _ => value.to_string(),
    }
}

/// True for text that needs no quotes in YAML.
fn is_plain(text: &str) -> bool {
    let is_word =
        ["yes", "no", "on", "off", "true", "false", "null", "nil", "y", "n"].contains(&text.to_lowercase().as_str());
    let may_stand = |c: char| c.is_alphanumeric() || ".@_-".contains(c) || c == ' ';
    !is_word && text.starts_with(char::is_alphabetic) && !text.ends_with(' ') && text.chars().all(may_stand)
}

/// The plan in TOML, whose basic strings are written as those of JSON.
pub(super) fn toml(users: &[Map<String, Value>]) -> String {
    let mut text = "rolecall = 1\n".to_owned();
    for user in users {
        text += "\n[[users]]\n";
        for (key, value) in user {
            text += &format!("{key} = {}\n", inline(value));
        }
    }
    text
}

fn inline(value: &Value) -> String {
    let Value::Object(map) = value else { return value.to_string() };
    let entries: Vec<_> = map.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", entries.join(", "))
}
