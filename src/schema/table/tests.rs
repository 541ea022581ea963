//! The program's own schemas as tables, beside `jsonschema`.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use regex::Regex;
use serde_json::{Value, json};

use super::super::{BuiltInSchema, Schema, value};
use super::*;
use crate::syntax::tree::Tree;
use crate::syntax::{json, toml, yaml};

/// Both answers to a value.
fn answers(table: SchemaTable, schema: &Schema, value: &Value) -> (Option<bool>, bool) {
    let (text, mut tree) = (value.to_string(), Tree::new());
    json::parse_document(&text, 0, &mut tree).expect("JSON");
    let root = tree.root(&text, 0).expect("a value");
    (accepts(table, root), schema.check(root).is_empty())
}

#[test]
fn patterns_as_code_match_what_the_patterns_match() {
    let texts = proptest::string::string_regex(
        "(x-|sha256:|>=)?([a-z0-9A-Z._ \t\r\n\u{c}\u{b}\u{85}\u{a0}\u{feff}\u{2028}\u{1680}ä\u{9f}-]{0,12}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,16}(\\.[0-9]{0,10}){0,3}|[0-9a-f]{63,65}|[a-z0-9]{1,3}(-[a-z0-9]{0,3}){0,3})\n?",
    );
    let config = ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() };
    let patterns = PATTERNS.map(|(pattern, matches)| {
        let read = jsonschema_regex::to_rust_regex(pattern).expect("a pattern");
        (Regex::new(&read).expect("a pattern"), matches)
    });
    let outcome = TestRunner::new(config).run(&texts.expect("texts"), |text| {
        for (regex, matches) in &patterns {
            prop_assert_eq!(matches(&text), regex.is_match(&text), "{} of {:?}", regex, text);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
    for text in ["2026-02-29", "2024-02-29", "2026-00-10", "2026-13-01", "0000-01-01", "2026-1-01", "2026-01-011"] {
        let schema = Schema::compile(r#"{"type": "string", "format": "date"}"#).expect("a schema");
        let (_, is_date) = answers(&[&[], &[], &[]], &schema, &text.into());
        assert_eq!(has_format("date", text), Some(is_date), "{text}");
    }
}

#[test]
fn every_pattern_is_known() {
    for keyword in BuiltInSchema::ALL.into_iter().flat_map(|schema| schema.table().iter().copied().flatten()) {
        if let SchemaKeyword::Pattern(pattern) = keyword {
            assert!(matches(pattern, "").is_some(), "{pattern}: add it to `PATTERNS`");
        }
    }
}

/// Documents that a schema takes, or nearly.
fn seeds(schema: BuiltInSchema) -> Vec<Value> {
    const LOCK: &str = r#"{"schema": "rolecall.lock/1", "as-of": "2026-11-21", "rules": {"acme/x": {"born-as": "acme/x", "demand": "sha256:0",
            "texts": "sha256:0", "subject": "api-user", "severity": "error", "severity-when": {"a": "note"}, "check": "required",
            "parameters": {"fields": ["team"]}, "fails": ["[]"]}}, "config": {"fail-on": "warning"}, "accepted": [{"rule": "acme/x",
            "change": "weaker", "reason": "r", "on": "2026-11-21"}]}"#;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = |name: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(root.join(name)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let paths: Vec<PathBuf> = match schema {
        BuiltInSchema::Lock => return vec![serde_json::from_str(LOCK).expect("JSON")],
        BuiltInSchema::Plan => ["plan", "plan-clean"].map(|name| root.join(name).join("plan.yaml")).into(),
        BuiltInSchema::Config => folder("").into_iter().map(|path| path.join("rolecall.toml")).collect(),
        BuiltInSchema::Rule => ["site-rules/rules", "site-rules/demands"].map(folder).concat(),
        BuiltInSchema::Pack => vec![root.join("site-rules/rules/pack.toml")],
        BuiltInSchema::Waivers => folder("waivers"),
    };
    let of_schema = |path: &&PathBuf| {
        let (is_pack, is_toml) = (path.ends_with("pack.toml"), path.extension().is_some_and(|end| end == "toml"));
        let is_case =
            path.ends_with("case.toml") || (schema == BuiltInSchema::Waivers && path.ends_with("rolecall.toml"));
        path.exists()
            && !is_case
            && is_pack == (schema == BuiltInSchema::Pack)
            && (is_toml || schema == BuiltInSchema::Plan)
    };
    paths.iter().filter(of_schema).map(read).collect()
}

fn read(path: &PathBuf) -> Value {
    let (text, mut tree) = (std::fs::read_to_string(path).expect("a text"), Tree::new());
    let parse = if path.extension().is_some_and(|end| end == "yaml") { yaml::parse } else { toml::parse };
    parse(&text, 0, &mut tree).expect("sound");
    value::value(tree.root(&text, 0).expect("a value"))
}

/// The paths of all values in `value`.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, below)| pointers(below, format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, below)| pointers(below, format!("{at}/{n}"), found))
        }
        _ => {}
    }
    found.push(at);
}

/// The document with one place changed: another value, without it, with a key more, or twice in its list.
fn changed(mut document: Value, place: usize, change: usize, other: Value) -> Value {
    let mut all = Vec::new();
    pointers(&document, String::new(), &mut all);
    let pointer = all.swap_remove(place % all.len());
    let Some((above, key)) = pointer.rsplit_once('/') else { return document };
    let copy = document.pointer(&pointer).cloned();
    match document.pointer_mut(above) {
        Some(Value::Object(members)) => match change {
            0 => drop(members.remove(key)),
            1 => drop(members.insert("x-more".to_owned(), other)),
            2 => drop(members.insert("stranger".to_owned(), other)),
            _ => drop(members.insert(key.to_owned(), other)),
        },
        Some(Value::Array(items)) => match (change, copy) {
            (0, _) => items.clear(),
            (1, Some(copy)) => items.push(copy),
            (_, _) => items.push(other),
        },
        _ => {}
    }
    document
}

/// What a table takes its schema takes, and the other way round.
#[test]
fn tables_say_what_jsonschema_says() {
    let texts =
        ["", "a", "A-1", "a\tb", "2026-01-31", "2026-02-30", "1.2.0", ">=0.1", "roles", "team", "error", "note", " "];
    let mut others: Vec<Value> = texts.into_iter().map(Value::from).collect();
    others.extend([
        json!(0),
        json!(1),
        json!(1.0),
        json!(2),
        json!(-1),
        json!(0.5),
        json!(true),
        json!(null),
        json!([]),
    ]);
    others.extend([
        json!({}),
        json!("a".repeat(101)),
        json!(["a", "a"]),
        json!([1, 1.0]),
        json!({"page": "a", "step": "b"}),
    ]);
    let change = (any::<usize>(), 0..6_usize, prop::sample::select(others));
    for built_in in BuiltInSchema::ALL {
        let schema = Schema::compile(&built_in.text()).expect("a sound schema");
        let config = ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() };
        let (met, refused, left) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let inputs = (prop::sample::select(seeds(built_in)), prop::collection::vec(change.clone(), 0..3));
        let outcome = TestRunner::new(config).run(&inputs, |(seed, changes)| {
            let document = changes
                .into_iter()
                .fold(seed, |document, (place, change, other)| changed(document, place, change, other));
            let (table, jsonschema) = answers(built_in.table(), &schema, &document);
            prop_assert!(table.is_none_or(|table| table == jsonschema), "{:?} {:?}: {}", built_in, table, document);
            let count = if table.is_none() {
                &left
            } else if jsonschema {
                &met
            } else {
                &refused
            };
            count.set(count.get() + 1);
            Ok(())
        });
        outcome.unwrap_or_else(|why| panic!("{why}"));
        let (met, refused, left) = (met.get(), refused.get(), left.get());
        assert!(
            met > 200 && refused > 200 && left < 100,
            "{built_in:?}: {met} met, {refused} refused, {left} left open"
        );
    }
}
