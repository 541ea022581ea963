//! Damage: bytes put in, taken out or repeated. Whatever it does to an input, nothing panics, and what a strict
//! reader cannot read is never called clean.

use std::ops::Range;

use proptest::prelude::*;
use rolecall::diagnostic::Verdict;
use serde_json::Value;

use crate::cases;
use crate::document::{DocumentLayout, layouts, write as write_document};
use crate::run::{alone, try_alone};
use crate::table::{PLAIN, write};
use crate::world::compliant;

/// One wound. Places are shares of the length, so that they shrink with it.
#[derive(Clone, Debug)]
pub enum Wound {
    /// Bytes put in.
    Insert(f64, &'static [u8]),
    /// Bytes taken out.
    Remove(f64, usize),
    /// Bytes repeated.
    Repeat(f64, usize),
    /// The rest cut off.
    Cut(f64),
}

/// What is put in: what has a meaning in some format, and what has none in any.
const SHARDS: [&[u8]; 22] = [
    b"\"", b"'", b",", b";", b"\n", b"\r", b"\t", b" ", b"{", b"}", b"[", b"]", b":", b"#", b"\\", b"&a ", b"*a",
    b"- ", b"\xff", b"\xc3", b"\0", b"x",
];

/// So many wounds.
pub fn wounds(count: Range<usize>) -> impl Strategy<Value = Vec<Wound>> {
    let place = || 0.0..1.0f64;
    let wound = prop_oneof![
        4 => (place(), prop::sample::select(SHARDS.as_slice())).prop_map(|(at, shard)| Wound::Insert(at, shard)),
        4 => (place(), 1..9usize).prop_map(|(at, count)| Wound::Remove(at, count)),
        1 => (place(), 1..90usize).prop_map(|(at, count)| Wound::Remove(at, count)),
        1 => (place(), 1..40usize).prop_map(|(at, count)| Wound::Repeat(at, count)),
        1 => place().prop_map(Wound::Cut),
    ];
    prop::collection::vec(wound, count)
}

/// `bytes` after these wounds.
pub fn damaged(bytes: &[u8], wounds: &[Wound]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for wound in wounds {
        let length = bytes.len();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a small length"
        )]
        let place = |share: f64| (share * length as f64) as usize;
        let end = |at: usize, count: usize| (at + count).min(length);
        match *wound {
            Wound::Insert(at, shard) => drop(bytes.splice(place(at)..place(at), shard.iter().copied())),
            Wound::Remove(at, count) => drop(bytes.drain(place(at)..end(place(at), count))),
            Wound::Repeat(at, count) => {
                let (start, end) = (place(at), end(place(at), count));
                let again = bytes[start..end].to_vec();
                drop(bytes.splice(end..end, again));
            }
            Wound::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn damaged_tables_are_not_clean(wounds in wounds(1..4)) {
        let bytes = damaged(write(&compliant(), PLAIN).text.as_bytes(), &wounds);
        let run = alone(&[("people.csv", &bytes)]);
        if run.verdict == Verdict::Pass {
            let read = strict_rows(&bytes);
            prop_assert_eq!(read, Ok(run.ledger.inputs[0].records), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn damaged_documents_are_not_clean(wounds in wounds(1..4), layout in layouts()) {
        let bytes = damaged(write_document(&compliant(), layout.plain()).text.as_bytes(), &wounds);
        let run = alone(&[(layout.file_name(), &bytes)]);
        if run.verdict == Verdict::Pass {
            let read = if layout == DocumentLayout::Lines { strict_lines(&bytes) } else { strict_document(&bytes) };
            prop_assert_eq!(read, Ok(run.ledger.inputs[0].records), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn damaged_plans_stop_nothing(wounds in wounds(1..4), plan in prop::sample::select([YAML, TOML, JSON].as_slice())) {
        let (name, text) = plan;
        let bytes = damaged(text.as_bytes(), &wounds);
        let Ok(run) = try_alone(&[(name, &bytes)]) else { return Ok(()) };
        if run.verdict == Verdict::Pass {
            let read = match name {
                "plan.json" => strict_document(&bytes),
                "plan.toml" => strict_toml(&bytes),
                // No second reader of YAML is at hand.
                _ => std::str::from_utf8(&bytes).map(|_| run.ledger.inputs[0].records).map_err(|error| error.to_string()),
            };
            prop_assert_eq!(read, Ok(run.ledger.inputs[0].records), "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn what_is_not_damaged_is_clean() {
    let table = ("people.csv", write(&compliant(), PLAIN).text);
    let documents = [DocumentLayout::Array, DocumentLayout::Object, DocumentLayout::Lines]
        .map(|layout| (layout.file_name(), write_document(&compliant(), layout.plain()).text));
    let plans = [YAML, TOML, JSON].map(|(name, text)| (name, text.to_owned()));
    for (name, text) in documents.into_iter().chain(plans).chain([table]) {
        let run = alone(&[(name, text.as_bytes())]);
        assert_eq!(run.verdict, Verdict::Pass, "{name}: {:?}", run.ledger.holes);
    }
}

#[test]
fn a_wound_does_what_it_says() {
    let after = |wound| damaged(b"abc", &[wound]);
    assert_eq!(after(Wound::Insert(0.5, b"\"")), b"a\"bc");
    assert_eq!(after(Wound::Remove(0.4, 9)), b"a");
    assert_eq!(after(Wound::Repeat(0.4, 1)), b"abbc");
    assert_eq!(after(Wound::Cut(0.7)), b"ab");
}

/// The records of a table, if it is one by the book. Lines of nothing but space do not count.
fn strict_rows(bytes: &[u8]) -> Result<u64, String> {
    let lines =
        bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
    let bytes = lines.collect::<Vec<_>>().concat();
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    reader.headers().map_err(|error| error.to_string())?;
    reader.records().try_fold(0, |count, record| record.map(|_| count + 1)).map_err(|error| error.to_string())
}

/// The accounts of a document, if it is JSON.
fn strict_document(bytes: &[u8]) -> Result<u64, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let list = value.get("users").unwrap_or(&value).as_array();
    Ok(list.map_or(1, |list| list.len() as u64))
}

/// The accounts of lines, if each is JSON.
fn strict_lines(bytes: &[u8]) -> Result<u64, String> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| strict_document(line).map(|_| 1)).sum()
}

/// The accounts of a plan, if it is TOML.
fn strict_toml(bytes: &[u8]) -> Result<u64, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let table = toml::de::DeTable::parse(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    Ok(table.get_ref().get("users").and_then(|users| users.get_ref().as_array()).map_or(0, |users| users.len() as u64))
}

type Plan = (&'static str, &'static str);

const YAML: Plan = (
    "plan.yaml",
    "\
rolecall: 1
# Who may log in, and as what.
tenant: \"Acme\"
licenses:
  - { name: System Administrator, seats: 5, over: billed }
groups:
  - name: Operations
    teams: [Default Team, 'Billing']
users:
  - &base
    kind: api-user
    first_name: API
    last_name: >-
      Payroll
      Sync
    user_name: api.payroll@acme.example
    password: ${env:PAYROLL}
    roles: [Administrator]
    team: Default Team
    scope: { groups: [Operations] }
    wfm_views: { main: EnterpriseView, others: [] }
    active_from: 2024-01-15
  - kind: person
    first_name: Dana
    last_name: Ops
    user_name: dana@acme.example
    password: op://ops/dana
    roles:
      - Administrator
    team: Billing
    scope: { groups: [] }
    wfm_views: { others: [] }
    active_until: null
",
);

const TOML: Plan = (
    "plan.toml",
    "\
rolecall = 1
tenant = 'Acme' # the only one

[[users]]
kind = \"api-user\"
first_name = \"API\"
last_name = \"\"\"Payroll Sync\"\"\"
user_name = \"api.payroll@acme.example\"
roles = [\"Administrator\"]
team = \"Default Team\"
scope = { groups = [\"Operations\"] }
wfm_views = { main = \"EnterpriseView\", others = [] }
active_from = 2024-01-15

[[users]]
kind = \"person\"
first_name = \"Dana\"
last_name = \"Ops\"
user_name = \"dana@acme.example\"
roles = [
  \"Administrator\",
]
team = \"Billing\"
[users.scope]
teams = [\"Billing\"]
",
);

const JSON: Plan = (
    "plan.json",
    r#"{
  "rolecall": 1,
  "users": [
    { "kind": "api-user", "first_name": "API", "last_name": "Payroll \u0053ync", "user_name": "api.payroll@acme.example",
      "roles": ["Administrator"], "team": "Default Team", "scope": { "groups": ["Operations"] },
      "wfm_views": { "main": "EnterpriseView", "others": [] }, "active": true },
    { "kind": "person", "first_name": "Dana", "last_name": "Ops", "user_name": "dana@acme.example",
      "roles": ["Administrator"], "team": "Billing", "scope": null, "wfm_views": null, "active": true }
  ]
}
"#,
);
