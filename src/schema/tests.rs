//! What a schema finds, where, and in which words.

use super::*;
use crate::source::Span;
use crate::syntax::tree::debug_dump::slice;
use crate::syntax::tree::{NodeKind, Tree};
use crate::syntax::{json, toml, yaml};

const SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["kind"],
  "properties": {
    "kind": { "enum": ["api-user", "person"] },
    "user_name": { "type": "string" },
    "active": { "type": ["boolean", "null"] },
    "since": { "type": ["string", "null"], "pattern": "^[0-9]{4}$", "x-expected": "a year, YYYY" },
    "until": { "type": "string", "format": "date" },
    "seats": { "type": "integer", "minimum": 0 },
    "share": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
    "tags": { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1, "uniqueItems": true },
    "roles": { "type": "array", "items": { "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/role" }] } },
    "names": { "type": "object", "propertyNames": { "pattern": "^[a-z]+$", "x-expected": "small letters" } },
    "mode": { "const": 1 },
    "never": false
  },
  "$defs": {
    "role": {
      "type": "object",
      "additionalProperties": false,
      "properties": { "name": { "type": "string" }, "default": { "enum": ["administrator", "agent"] } },
      "required": ["name"]
    }
  }
}"##;

fn schema() -> Schema {
    Schema::compile(SCHEMA).expect("a sound schema")
}

/// Message, marked text, pointer and remedy of each fault.
fn check(text: &str, format: &str) -> Vec<(String, Vec<String>, String, String)> {
    let mut tree = Tree::new();
    match format {
        "json" => json::parse_document(text, 9, &mut tree).expect("JSON"),
        "yaml" => yaml::parse(text, 9, &mut tree).expect("YAML"),
        _ => toml::parse(text, 9, &mut tree).expect("TOML"),
    }
    let root = tree.root(text, 9).expect("a value");
    let actual = |found: SchemaFault| {
        let marks = found.fault.labels.iter().map(|mark| slice(root, mark.span).to_owned()).collect();
        let pointer = found.pointer.iter().map(|step| match step {
            PathStep::Key(key) => format!("/{key}"),
            PathStep::Index(index) => format!("/{index}"),
        });
        (found.fault.message, marks, pointer.collect(), found.fault.remedy.unwrap_or_default())
    };
    schema().check(root).into_iter().map(actual).collect()
}

/// The members beside `"kind": "person"`, the message, the marked text, the pointer, the remedy.
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    (r#""usr_name": "x""#, "unknown key `usr_name`", "usr_name", "/usr_name", "Did you mean `user_name`?"),
    (r#""zzz": 1"#, "unknown key `zzz`", "zzz", "/zzz", ""),
    (r#""user_name": 12"#, "expected a string, found a number", "12", "/user_name", ""),
    (r#""user_name": null"#, "expected a string, found null", "null", "/user_name", ""),
    (r#""active": "hunter2""#, "expected a boolean or null, found a string", "hunter2", "/active", ""),
    (r#""since": "hunter2""#, "expected a year, YYYY", "hunter2", "/since", ""),
    (r#""since": [1]"#, "expected a year, YYYY, found a list", "[1]", "/since", ""),
    (r#""until": "hunter2""#, "expected a date, YYYY-MM-DD", "hunter2", "/until", ""),
    (r#""seats": 1.5"#, "expected a whole number, found another number", "1.5", "/seats", ""),
    (r#""seats": -1"#, "expected a number that is at least 0", "-1", "/seats", ""),
    (r#""share": 0"#, "expected a number above 0", "0", "/share", ""),
    (r#""share": 1e999"#, "expected a number that is at most 1", "1e999", "/share", ""),
    (r#""tags": []"#, "expected at least 1 item", "[]", "/tags", ""),
    (r#""tags": ["a", ""]"#, "expected text that is not empty", "", "/tags/1", ""),
    (r#""tags": ["a", "a"]"#, "a list has the same item twice", r#"["a", "a"]"#, "/tags", ""),
    (r#""roles": [5]"#, "expected a string or a mapping, found a number", "5", "/roles/0", ""),
    (r#""roles": ["x", {}]"#, "the key `name` is missing", "{", "/roles/1/name", ""),
    (r#""roles": [{"name": 1}]"#, "expected a string, found a number", "1", "/roles/0/name", ""),
    (r#""roles": [{"name": "x", "nmae": 1}]"#, "unknown key `nmae`", "nmae", "/roles/0/nmae", "Did you mean `name`?"),
    (
        r#""roles": [{"name": "x", "default": "admin"}]"#,
        "expected `administrator` or `agent`",
        "admin",
        "/roles/0/default",
        "",
    ),
    (r#""names": {"é": 1}"#, "the key `é` is not allowed: expected small letters", "é", "/names/é", ""),
    (r#""mode": 2"#, "expected `1`", "2", "/mode", ""),
    (r#""never": "hunter2""#, "no value is allowed here", "hunter2", "/never", ""),
];

#[test]
fn faults_are_told_where_they_are_in_our_words() {
    for &(member, message, mark, pointer, remedy) in CASES {
        let text = format!(r#"{{"kind": "person", {member}}}"#);
        let found = check(&text, "json");
        let expected = (message.to_owned(), vec![mark.to_owned()], pointer.to_owned(), remedy.to_owned());
        assert_eq!(found, [expected], "{member}");
        assert!(!message.contains("hunter2"));
    }
}

#[test]
fn several_faults_come_in_the_order_of_the_file() {
    let found = check(r#"{"zz": 1, "kind": "apiuser", "seats": "x", "yy": 2}"#, "json");
    let actual: Vec<_> = found.iter().map(|(message, _, _, remedy)| (message.as_str(), remedy.as_str())).collect();
    let expected = [
        ("unknown key `zz`", ""),
        ("expected `api-user` or `person`", "Did you mean `api-user`?"),
        ("expected a whole number, found a string", ""),
        ("unknown key `yy`", ""),
    ];
    assert_eq!(actual, expected);
    assert_eq!(check(r#"{"kind": "person"}"#, "json"), []);
}

#[test]
fn what_is_missing_is_told_where_the_mapping_begins() {
    for (text, format, mark) in [("{}", "json", "{"), ("  seats: 1", "yaml", ""), ("seats = 1", "toml", "")] {
        let found = check(text, format);
        assert_eq!(found[0].0, "the key `kind` is missing", "{text}");
        assert_eq!((found[0].1.as_slice(), found[0].2.as_str()), ([mark.to_owned()].as_slice(), "/kind"), "{text}");
    }
}

#[test]
fn aliases_are_shown_where_they_stand_and_where_they_were_defined() {
    let text = "kind: person\nroles:\n  - &r {name: x, dflt: 1}\n  - *r\n  - &n 5\n  - *n\n";
    let actual: Vec<_> =
        check(text, "yaml").into_iter().map(|(message, marks, ..)| (message, marks.join(" "))).collect();
    let expected = "expected a string or a mapping, found a number";
    let expected =
        [("unknown key `dflt`", "dflt"), ("unknown key `dflt`", "*r dflt"), (expected, "5"), (expected, "*n 5")];
    assert_eq!(actual, expected.map(|(message, marks)| (message.to_owned(), marks.to_owned())));
}

#[test]
fn a_tree_without_source_can_be_checked() {
    let mut tree = Tree::new();
    let object = tree.open(NodeKind::Object, 1000);
    tree.key(Span::new(1001, 1003), crate::syntax::tree::ScalarText::Decoded("seats"));
    tree.scalar(
        NodeKind::String,
        Span::new(1001, 1003),
        Span::new(1001, 1003),
        crate::syntax::tree::ScalarText::Decoded("x"),
    );
    tree.close(object, 1010);
    let found = schema().check(tree.root("", 0).expect("a value"));
    let spans: Vec<_> = found.iter().map(|found| found.fault.labels[0].span).collect();
    assert_eq!(spans, [Span::at(1000), Span::new(1001, 1003)]);
}

/// A schema, the message and the pointer.
const BROKEN: &[(&str, &str)] = &[
    ("{", "the schema is not valid JSON: line 1: the text ends inside an object"),
    (
        "{\"type\": \"string\",\n\"type\": \"number\"}",
        "the schema is not valid JSON: line 2: a mapping has the same key twice",
    ),
    ("{}", "the schema requires nothing"),
    ("true", "a schema that accepts everything or nothing"),
    ("3", "expected a schema: an object"),
    (r#"{"title": "x", "$defs": {"a": {"type": "string"}}}"#, "the schema requires nothing"),
    (r#"{"patern": "x", "type": "string"}"#, "unknown keyword `patern`"),
    (r#"{"properties": {"a/b": {"minlength": 1}}}"#, "unknown keyword `minlength` at `/properties/a~1b`"),
    (r#"{"anyOf": [{"type": "string"}, {"pattern ": "x"}]}"#, "unknown keyword `pattern ` at `/anyOf/1`"),
    (r#"{"type": "array", "required": ["a"]}"#, "the keyword `required` does not apply to its `type`"),
    (r#"{"type": ["array", "null"], "pattern": "a"}"#, "the keyword `pattern` does not apply to its `type`"),
    (r#"{"enum": []}"#, "an empty list or mapping matches everything or nothing at `/enum`"),
    (r#"{"required": []}"#, "an empty list or mapping matches everything or nothing at `/required`"),
    (r#"{"if": {"type": "string"}}"#, "`if` needs `then` or `else`, and they need `if`"),
    (r#"{"$ref": "https://acme.example/x"}"#, "a reference that leaves the schema at `/$ref`"),
    (r#"{"$ref": "file:///x"}"#, "a reference that leaves the schema at `/$ref`"),
    (r##"{"$ref": "#/$defs/x"}"##, "a reference that is not in the schema"),
    (
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "null"}"#,
        "the schema uses a draft other than JSON Schema 2020-12 at `/$schema`",
    ),
    (
        r#"{"properties": {"a": {"$id": "x", "type": "null"}}}"#,
        "`$id` below the top of the schema at `/properties/a/$id`",
    ),
    (r#"{"type": "strin"}"#, "the schema is not valid JSON Schema 2020-12 at `/type`"),
    (r#"{"format": "emial"}"#, "an unknown format at `/format`"),
    (
        r#"{"pattern": "("}"#,
        "a pattern that cannot be used: it is broken, too large, or needs look-around or back-references at `/pattern`",
    ),
    (
        r#"{"pattern": "(?=a)b"}"#,
        "a pattern that cannot be used: it is broken, too large, or needs look-around or back-references at `/pattern`",
    ),
    (
        r#"{"pattern": "\\w{5000}{5000}"}"#,
        "a pattern that cannot be used: it is broken, too large, or needs look-around or back-references at `/pattern`",
    ),
];

#[test]
fn schemas_that_would_demand_less_than_they_seem_to_are_refused() {
    for (text, message) in BROKEN {
        let error = Schema::compile(text).expect_err(text);
        assert_eq!(error.to_string(), *message, "{text}");
    }
    let error = Schema::compile(r#"{"patern": ""}"#).expect_err("misspelt");
    assert_eq!(error.remedy.as_deref(), Some("Did you mean `pattern`?"));
}

#[test]
fn hostile_patterns_take_no_time() {
    let schema = Schema::compile(r#"{"type": "string", "pattern": "(a+)+$"}"#).expect("linear");
    let text = format!("\"{}!\"", "a".repeat(100_000));
    let mut tree = Tree::new();
    json::parse_document(&text, 0, &mut tree).expect("JSON");
    assert_eq!(schema.check(tree.root(&text, 0).expect("a value")).len(), 1);
}

#[test]
fn a_schema_can_be_shared_between_threads() {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Schema>();
}
