//! The schemas in `schema/` do what the contract says: they take its examples and refuse what is near them.

use serde_json::Value;

use super::*;
use crate::diagnostic::fault::Fault;
use crate::embedded;
use crate::syntax::tree::Tree;
use crate::syntax::tree::debug_dump::slice;
use crate::syntax::{toml, yaml};

const PLAN: &str = include_str!("../../schema/plan.schema.json");
const CONFIG: &str = include_str!("../../schema/config.schema.json");

const A_PLAN: &str = r#"
rolecall: 1
product: calabrio-one
tenant: Acme
first_login: false
wfm: classic
integrations: [payroll-sync]
licenses:
  - { name: System Administrator, seats: 5, over: billed, warn_at: 0.8 }
roles:
  - { name: Administrator, default: administrator, license: System Administrator }
  - { name: Ops Admin, permissions: [Administer Tenant, Assign User Roles] }
  - Agent
groups: [{ name: Operations, id: 10, teams: [Default Team, { name: Billing, id: 102, active: false }] }]
views: [EnterpriseView, Billing View]
password_policy: { min_length: 12, classes: [upper, lower, digit, special], history: 5, max_age_days: 90 }
users:
  - kind: api-user
    integration: payroll-sync
    first_name: API
    last_name: Payroll Sync
    user_name: api.payroll@acme.example
    password: ${env:PAYROLL_API_PASSWORD}
    roles: [Administrator]
    team: Default Team
    scope: { tenant: Acme }
    wfm_views: { main: EnterpriseView, others: [] }
    active_from: 2026-12-01
    active_until: null
    created_by: dana.ops@acme.example
  - { kind: person, first_name: , last_name: "", user_name: ~, team: , roles: , scope: , wfm_views: , active: , acd_id: 12 }
  - { scope: { groups: [10, Ops], teams: }, wfm_views: { main: , others: }, roles: [], active: true, employee_id: A-1 }
"#;

const A_CONFIG: &str = r#"
"$schema" = "https://rolecall.example/config.schema.json"
x-owner = { team = "Identity" }
product = "calabrio-one"
tenant = "Acme"
[api-users]
user-names = ["api.payroll@acme.example"]
ids = ["4711"]
patterns = [{ regex = "^api\\.", max = 10 }]
[administrator]
role-names = ["Administrator"]
accept-equivalent = ["Ops Admin"]
[teams]
default = "Default Team"
alternates = ["Billing"]
[wfm]
views = "classic"
[licenses."System Administrator"]
seats = 25
over = "billed"
roles = ["Administrator"]
warn-at = 0.9
labels = ["SysAdmin"]
committed = 20
price = "35.00"
over-price = "50"
currency = "EUR"
period = "quarterly"
[licenses.Access]
seats = [{ from = 2026-01-01, count = 5 }, { from = "2027-01-01", count = 0 }]
over_price = "50.5"
[columns]
user-name = "Login Mail"
ignore = ["Status Code"]
[dates]
order = "dmy"
epoch = "seconds"
serials = "1904"
[lists]
separator = [",", "/"]
whole = ["Lead, Quality"]
[values]
active = ["Aktiv"]
inactive = ["Inaktiv"]
blank = ["NULL", "-"]
[tables]
header-row = 4
footer-rows = 1
[passwords]
references = ["^ref\\+vault://"]
[names]
purpose-words = ["Dialler"]
placeholders = ["n/a"]
[severity]
name-without-purpose = "note"
"#;

fn faults(schema: &str, text: &str, read: fn(&str, u64, &mut Tree) -> Result<(), Vec<Fault>>) -> Vec<String> {
    let built_in = if schema == PLAN { BuiltInSchema::Plan } else { BuiltInSchema::Config };
    let mut tree = Tree::new();
    read(text, 0, &mut tree).expect("sound");
    let root = tree.root(text, 0).expect("a value");
    let actual = |found: SchemaFault| {
        let place = slice(root, found.fault.labels[0].span).lines().next().unwrap_or_default().to_owned();
        format!("{place}: {}", found.fault.message)
    };
    let found = Schema::compile(schema).expect("a sound schema").check(root);
    assert_eq!(built_in.check(root), found, "the compiled validator says the same");
    found.into_iter().map(actual).collect()
}

#[test]
fn the_examples_of_the_contract_are_taken() {
    assert_eq!(faults(PLAN, A_PLAN, yaml::parse), [""; 0]);
    assert_eq!(faults(CONFIG, A_CONFIG, toml::parse), [""; 0]);
    assert_eq!(faults(CONFIG, "", toml::parse), [""; 0]);
    assert_eq!(faults(PLAN, "rolecall: 1", yaml::parse), [""; 0]);
    for number in ["1.0", "1e0", "1.00000000000000000001", "0.1e1", "10e-1"] {
        faults(PLAN, &format!("rolecall: {number}"), yaml::parse);
        faults(PLAN, &format!("rolecall: 1\nlicenses: [{{ name: x, seats: {number} }}]"), yaml::parse);
    }
}

#[test]
fn plans_are_refused_near_the_examples() {
    let cases = [
        ("product: calabrio-one\n", ": the key `rolecall` is missing"),
        ("rolecall: 2\n", "2: expected `1`"),
        ("rolecall: 1\ntenant: 3\n", "3: expected a string, found a number"),
        ("rolecall: 1\nuser: []\n", "user: unknown key `user`"),
        ("rolecall: 1\nusers: null\n", "null: expected a list, found null"),
        ("rolecall: 1\nusers: {}\n", "{}: expected a list, found a mapping"),
        ("rolecall: 1\nusers: [{ kind: api }]\n", "api: expected `api-user` or `person`"),
        ("rolecall: 1\nusers: [{ userName: x }]\n", "userName: unknown key `userName`"),
        (
            "rolecall: 1\nusers: [{ password: 12345678 }]\n",
            ": expected a reference to the password as a string, found a number",
        ),
        ("rolecall: 1\nusers: [{ active: yes }]\n", "yes: expected a boolean or null, found a string"),
        ("rolecall: 1\nusers: [{ roles: Administrator }]\n", "Administrator: expected a list or null, found a string"),
        ("rolecall: 1\nusers: [{ active_from: 1.12.2026 }]\n", "1.12.2026: expected a date, YYYY-MM-DD"),
        ("rolecall: 1\nusers: [{ scope: { tenants: x } }]\n", "tenants: unknown key `tenants`"),
        (
            "rolecall: 1\nusers: [{ scope: { groups: [1.5] } }]\n",
            "1.5: expected a name or a number that identifies it, found another number",
        ),
        ("rolecall: 1\nlicenses: [{ name: x, seats: -1 }]\n", "-1: expected a number that is at least 0"),
        (
            "rolecall: 1\nlicenses: [{ name: x, warn_at: 90 }]\n",
            "90: expected a share above 0 and up to 1, such as 0.9",
        ),
        ("rolecall: 1\nlicenses: [{ seats: 1 }]\n", "{: the key `name` is missing"),
        ("rolecall: 1\nroles: [{ name: x, default: admin }]\n", "admin: expected `administrator` or `agent`"),
        ("rolecall: 1\nroles: [3]\n", "3: expected a string or a mapping, found a number"),
        (
            "rolecall: 1\npassword_policy: { classes: [caps] }\n",
            "caps: expected one of `upper`, `lower`, `digit`, `special`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(faults(PLAN, text, yaml::parse), [expected], "{text}");
    }
}

#[test]
fn configs_are_refused_near_the_examples() {
    let cases = [
        ("products = 'x'", "products: unknown key `products`"),
        ("[api-users]\npatterns = [{ regex = 'x' }]", "{: the key `max` is missing"),
        ("[administrator]\nrole-names = []", "[]: expected at least 1 item"),
        ("[licenses.x]\nwarn_at = 0.9", "warn_at: unknown key `warn_at`"),
        ("[licenses]\nx = 5", "5: expected a mapping, found a number"),
        ("[columns]\nuser_name = 'x'", "user_name: unknown key `user_name`"),
        ("[columns]\nuser-name = ''", ": expected the text of a header"),
        ("[lists]\nseparator = '||'", "||: expected one character, or a list of characters"),
        ("[severity]\nx = 'fatal'", "fatal: expected one of `error`, `warning`, `note`, `off`"),
        ("[dates]\norder = 'ymd'", "ymd: expected `dmy` or `mdy`"),
    ];
    for (text, expected) in cases {
        assert_eq!(faults(CONFIG, text, toml::parse), [expected], "{text}");
    }
}

/// The pointers of properties without a description.
fn undescribed(schema: &Value, pointer: &str, found: &mut Vec<String>) {
    let Value::Object(members) = schema else { return };
    for (key, value) in members {
        let pointer = format!("{pointer}/{key}");
        if key == "properties" {
            let missing =
                value.as_object().into_iter().flatten().filter(|(_, from_node)| from_node.get("description").is_none());
            found.extend(missing.map(|(name, _)| format!("{pointer}/{name}")));
        }
        undescribed(value, &pointer, found);
    }
}

#[test]
fn every_key_is_described_and_every_object_closed() {
    for text in ["plan", "config", "rule", "pack", "waivers"].map(embedded::schema) {
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        Schema::compile(&text).expect("a sound schema");
        let mut found = Vec::new();
        undescribed(&schema, "", &mut found);
        assert_eq!(found, [""; 0]);
        let objects = text.matches("\"type\": \"object\"").count() + text.matches("\"type\": [\"object\"").count();
        assert_eq!(objects, text.matches("\"additionalProperties\"").count());
    }
}
