//! Structs of ours, filled from every format.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::diagnostic::fault::FaultKind;
use crate::source::Spanned;
use crate::syntax::tree::Tree;
use crate::syntax::tree::debug_dump::slice;
use crate::syntax::{json, toml, yaml};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    #[serde(default)]
    seats: Option<Spanned<u32>>,
    #[serde(default)]
    tags: Vec<Spanned<String>>,
    #[serde(default)]
    check: Option<Spanned<Check>>,
    #[serde(default)]
    licenses: OrderedMap<License>,
    #[serde(default)]
    ratio: Option<f64>,
    #[serde(default)]
    on: Option<bool>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct License {
    seats: Spanned<i64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Check {
    Email,
    Pattern(Pattern),
    OneOf { words: Vec<Spanned<String>> },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    regex: Spanned<String>,
}

const JSON: &str = r#"{"id":"é-1","seats":25,"tags":["a","b\n"],"check":{"pattern":{"regex":"x+"}},"licenses":{"Sy s":{"seats":3}},"ratio":0.5,"on":true}"#;
const YAML: &str = "id: 'é-1'\nseats: 25\ntags: [a, \"b\\n\"]\ncheck:\n  pattern: {regex: x+}\nlicenses:\n  Sy s: {seats: 3}\nratio: 0.5\non: true\n";
const TOML: &str = "id = 'é-1'\nseats = 25\ntags = ['a', \"b\\n\"]\nratio = 0.5\non = true\n[check.pattern]\nregex = 'x+'\n[licenses.\"Sy s\"]\nseats = 3\n";

fn tree(text: &str, base: u64, format: &str) -> Tree {
    let mut tree = Tree::new();
    match format {
        "json" => json::parse_document(text, base, &mut tree).expect("sound JSON"),
        "yaml" => yaml::parse(text, base, &mut tree).expect("sound YAML"),
        _ => toml::parse(text, base, &mut tree).expect("sound TOML"),
    }
    tree
}

#[test]
fn every_format_fills_the_same_struct_with_places() {
    for (text, format) in [(JSON, "json"), (YAML, "yaml"), (TOML, "toml")] {
        let tree = tree(text, 40, format);
        let root = tree.root(text, 40).expect("a value");
        let file: File = from_node(root).expect(format);
        let at = |span| slice(root, span);
        assert_eq!((file.id.value.as_str(), at(file.id.span)), ("é-1", "é-1"), "{format}");
        let seats = file.seats.expect("there");
        assert_eq!((seats.value, at(seats.span)), (25, "25"));
        assert_eq!((file.tags[1].value.as_str(), at(file.tags[1].span)), ("b\n", "b\\n"));
        assert_eq!((file.ratio, file.on), (Some(0.5), Some(true)));
        let Some(Spanned { value: Check::Pattern(pattern), .. }) = file.check else { panic!("a pattern") };
        assert_eq!((pattern.regex.value.as_str(), at(pattern.regex.span)), ("x+", "x+"));
        let (name, license) = &file.licenses.0[0];
        assert_eq!((name.value.as_str(), at(name.span), license.seats.value), ("Sy s", "Sy s", 3));
    }
}

#[test]
fn variants_can_be_words_tables_or_empty_tables() {
    let cases =
        [("check = 'email'", Check::Email), ("[check.email]", Check::Email), ("check.email = {}", Check::Email)];
    for (text, expected) in cases {
        let text = format!("id = 'x'\n{text}\n");
        let tree = tree(&text, 0, "toml");
        let file: File = from_node(tree.root(&text, 0).expect("a value")).expect(&text);
        assert_eq!(file.check.expect("there").value, expected, "{text}");
    }
}

#[test]
fn text_is_borrowed_where_it_can_be() {
    let text = r#"{"a":"x"}"#;
    let tree = tree(text, 0, "json");
    let map: BTreeMap<&str, &str> = from_node(tree.root(text, 0).expect("a value")).expect("strings");
    assert_eq!(map, BTreeMap::from([("a", "x")]));
}

/// A TOML text, the message, the source at the place, and the remedy.
const ERRORS: &[(&str, &str, &str, &str)] = &[
    ("seats = 1", "the key `id` is missing", "", ""),
    ("id = 1", "expected a string, found a number", "1", ""),
    ("id = 'x'\nseats = 'hunter2'", "expected a whole number from 0 to 4294967295, found a string", "hunter2", ""),
    ("id = 'x'\nseats = -1", "expected a whole number from 0 to 4294967295", "-1", ""),
    ("id = 'x'\nseats = 1.5", "expected a whole number from 0 to 4294967295, found a number", "1.5", ""),
    ("id = 'x'\non = 'hunter2'", "expected a boolean, found a string", "hunter2", ""),
    ("id = 'x'\nratio = 'hunter2'", "expected a number, found a string", "hunter2", ""),
    ("id = 'x'\ntags = 'hunter2'", "expected a list, found a string", "hunter2", ""),
    ("id = 'x'\nseat = 1", "unknown key `seat`", "seat", "Did you mean `seats`?"),
    ("id = 'x'\n'zz zz' = 1", "unknown key `zz zz`", "zz zz", ""),
    ("id = 'x'\ncheck = 'emial'", "expected one of `email`, `pattern`, `one-of`", "emial", "Did you mean `email`?"),
    ("id = 'x'\ncheck = 'hunter2'", "expected one of `email`, `pattern`, `one-of`", "hunter2", ""),
    ("id = 'x'\n[check.pattren]\nregex = ''", "unknown key `pattren`", "pattren", "Did you mean `pattern`?"),
    ("id = 'x'\ncheck = 'pattern'", "expected a mapping with this word as its key", "pattern", ""),
    ("id = 'x'\n[check.pattern]\n", "the key `regex` is missing", "[", ""),
    ("id = 'x'\n[check.email]\na = 1", "expected nothing, found a mapping", "a = 1", ""),
    ("id = 'x'\ncheck = 3", "expected a word or a mapping with one key, found a number", "3", ""),
    ("id = 'x'\n[check]\n", "expected exactly one key here", "[", ""),
    ("id = 'x'\n[licenses]\na = 'hunter2'", "expected a mapping, found a string", "hunter2", ""),
    ("id = 'x'\n[licenses.a]\nseats = 'hunter2'", "expected a whole number, found a string", "hunter2", ""),
    ("id = 'x'\nlicenses = [1]", "expected a mapping, found a list", "[1]", ""),
];

#[test]
fn errors_point_at_the_culprit_and_show_no_value() {
    for &(text, message, place, remedy) in ERRORS {
        let tree = tree(text, 0, "toml");
        let root = tree.root(text, 0).expect("a value");
        let error = from_node::<File>(root).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_eq!(slice(root, error.span().expect("a place")), place, "{text}");
        let fault = error.into_fault();
        assert_eq!(fault.remedy.as_deref().unwrap_or_default(), remedy, "{text}");
        assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
    }
}

#[test]
fn unknown_keys_and_wrong_shapes_are_faults_of_their_kinds() {
    let kind = |text: &str| {
        let tree = tree(text, 0, "toml");
        from_node::<File>(tree.root(text, 0).expect("a value")).expect_err(text).into_fault().kind
    };
    assert_eq!(kind("id = 'x'\nseat = 1"), FaultKind::KeyUnknown);
    assert_eq!(kind("id = 'x'\n[check.pattren]\nregex = ''"), FaultKind::KeyUnknown);
    assert_eq!(kind("id = 'x'\ncheck = 'emial'"), FaultKind::ShapeInvalid);
    assert_eq!(kind("id = 1"), FaultKind::ShapeInvalid);
}

#[test]
fn aliases_are_shown_with_their_definition() {
    let text = "a: &x [1, no]\nb: *x\n";
    let tree = tree(text, 0, "yaml");
    let root = tree.root(text, 0).expect("a value");
    let error = from_node::<Vec<bool>>(root.get("b").expect("there")).expect_err("numbers");
    let fault = error.into_fault();
    let marks: Vec<_> = fault.labels.iter().map(|mark| slice(root, mark.span)).collect();
    assert_eq!(marks, ["*x", "1"]);
    assert_eq!(fault.labels[1].message, "defined here");
}

#[test]
fn words_of_others_are_dropped_and_ours_kept() {
    #[derive(Debug)]
    struct Rejecting;
    impl<'de> Deserialize<'de> for Rejecting {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(match text.as_str() {
                "ours" => serde::de::Error::custom(SafeMessage("expected a date")),
                other => serde::de::Error::custom(format!("cannot parse {other:?}")),
            })
        }
    }
    for (text, message) in [("\"ours\"", "expected a date"), ("\"hunter2\"", "a value that is not allowed here")] {
        let tree = tree(text, 0, "json");
        let error = from_node::<Rejecting>(tree.root(text, 0).expect("a value")).expect_err("picky");
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn numbers_beyond_64_bits_and_lost_places_are_refused() {
    for text in ["18446744073709551616", "1e999", "-9223372036854775809"] {
        let tree = tree(text, 0, "json");
        let error = from_node::<f64>(tree.root(text, 0).expect("a value")).expect_err(text);
        assert_eq!(error.to_string(), "a number that is too large");
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Either {
        #[allow(dead_code)]
        Word(Spanned<String>),
    }
    let tree = tree("\"x\"", 0, "json");
    assert!(from_node::<Either>(tree.root("\"x\"", 0).expect("a value")).is_err());
    assert!(serde_json::from_str::<Spanned<String>>("\"x\"").is_err());
    assert!(serde_json::from_str::<Spanned<String>>("{\"a\":1}").is_err());
}
