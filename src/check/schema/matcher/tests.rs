//! Schemas put to cells in place, beside `jsonschema`.

use std::cell::Cell;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::*;
use crate::record::date::Date;
use crate::record::site::Site;
use crate::schema::Schema;
use crate::source::Span;
use crate::syntax::json;
use crate::syntax::tree::Tree;

const FIELDS: [&str; 3] = ["team", "roles", "first-name"];

const TEXTS: [&str; 11] = ["a", "ab", "aB1", "ä", "éé", "x y", "12", "svc-a", "a\u{a0}", "Agent", "Å\u{30a}\n"];

fn texts() -> impl Strategy<Value = String> {
    select(TEXTS.as_slice()).prop_map(str::to_owned)
}

/// What the keywords of schemas hold, now and then of a wrong form.
fn simple_keyword() -> impl Strategy<Value = (String, Value)> {
    let patterns = [
        "a",
        "^a",
        "^[a-z]+$",
        "^(a|ab|12)$",
        "^\\S*$",
        "\\d",
        "\\w$",
        "^svc-",
        "[^\\W\\d]",
        "\\bA",
        "(?i)a",
        "(",
        "(?=a)",
        "\\cA",
        "^.$",
        "^a$",
        "\\p{L}{2}",
        "\\s",
        "$^",
        "[[a]]",
        "(?:\\w{90}){90}",
        "\\Aa",
    ];
    let number = prop_oneof![6 => (0..4_u64).prop_map(Value::from), 1 => select(vec![json!(2.0), json!(1.5), json!(-1), json!("2")])];
    let value = prop_oneof![
        texts().prop_map(Value::from),
        prop::collection::vec(texts(), 0..3).prop_map(Value::from),
        select(vec![json!(1), json!(null), json!([1]), json!(true), json!({"team": "a"})])
    ];
    let names = prop::collection::vec(select(FIELDS.to_vec()), 1..3).prop_map(|names| json!(names));
    let words =
        ["minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties", "minimum"];
    let types = ["string", "array", "object", "null", "text"];
    prop_oneof![
        4 => (select(words.to_vec()), number).prop_map(|(word, number)| (word.to_owned(), number)),
        2 => select(types.to_vec()).prop_map(|word| ("type".to_owned(), json!(word))),
        1 => select(vec![json!([]), json!(["string"]), json!(["string", "array"])]).prop_map(|words| ("type".to_owned(), words)),
        3 => select(patterns.to_vec()).prop_map(|pattern| ("pattern".to_owned(), json!(pattern))),
        2 => value.clone().prop_map(|value| ("const".to_owned(), value)),
        2 => prop::collection::vec(value, 0..4).prop_map(|values| ("enum".to_owned(), json!(values))),
        1 => any::<bool>().prop_map(|is_unique| ("uniqueItems".to_owned(), json!(is_unique))),
        2 => names.clone().prop_map(|names| ("required".to_owned(), names)),
        1 => (select(FIELDS.to_vec()), names).prop_map(|(name, names)| ("dependentRequired".to_owned(), json!({ name: names }))),
        1 => select(vec![("format", json!("email")), ("title", json!("t")), ("x-y", json!(1)), ("description", json!(1))])
            .prop_map(|(word, value)| (word.to_owned(), value)),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    let object = |keywords: Vec<(String, Value)>| Value::Object(keywords.into_iter().collect());
    let leaf = prop_oneof![
        8 => prop::collection::vec(simple_keyword(), 1..3).prop_map(object),
        1 => any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
            let several = prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!(all));
            let keyword = prop_oneof![
                2 => simple_keyword(),
                3 => (select(FIELDS.to_vec()), inner.clone()).prop_map(|(name, one)| ("properties".to_owned(), json!({ name: one }))),
                3 => (select(vec!["items", "contains", "not"]), inner.clone()).prop_map(|(word, one)| (word.to_owned(), one)),
                3 => (select(vec!["allOf", "anyOf", "oneOf"]), several).prop_map(|(word, all)| (word.to_owned(), all)),
                1 => (select(vec!["if", "then", "else"]), inner.clone()).prop_map(|(word, one)| (word.to_owned(), one)),
            ];
            let branches = (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| json!({ "if": a, "then": b, "else": c }));
            prop_oneof![8 => prop::collection::vec(keyword, 1..4).prop_map(object), 1 => branches]
        })
}

/// A record: of each field the text, the items, or nothing.
fn record() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(texts(), 0..4), FIELDS.len())
}

fn item(text: &str) -> ListItem<'_> {
    ListItem {
        text: text.into(),
        span: Span::at(0),
        defined: None,
        is_id: false,
        is_main: false,
        level: Default::default(),
        is_admin_default: None,
        is_agent_default: None,
    }
}

/// What matcher and `jsonschema` say of a record. A field of one text is a text, one of several a list.
fn answers(matcher: &SchemaMatcher, schema: &Schema, record: &[Vec<String>]) -> (bool, bool) {
    let (mut cells, mut object) = (Vec::new(), Map::new());
    for (name, texts) in FIELDS.iter().zip(record) {
        let (value, data) = match texts.as_slice() {
            [] => (CellValue::Blank, None),
            [one] => (CellValue::Text(one.into()), Some(json!(one))),
            several => (CellValue::List(several.iter().map(|text| item(text)).collect()), Some(json!(several))),
        };
        cells.push((Field::by_name(name).expect("a field"), value));
        object.extend(data.map(|data| ((*name).to_owned(), data)));
    }
    let is_taken = matcher.accepts(Instance::Record(&cells));
    assert_alike_for_the_same_answers(matcher, &mut cells, is_taken);
    let (text, mut tree) = (Value::Object(object).to_string(), Tree::new());
    json::parse_document(&text, 0, &mut tree).expect("JSON");
    let root = tree.root(&text, 0).expect("an object");
    (is_taken, schema.check(root).is_empty())
}

/// Texts that answer all that a schema asks alike are as good as each other.
fn assert_alike_for_the_same_answers(matcher: &SchemaMatcher, cells: &mut [(Field, CellValue<'_>)], is_taken: bool) {
    let site = Site::new(Date::parse("2026-11-21", None).expect("a day"));
    for at in 0..cells.len() {
        let (field, CellValue::Text(text)) = &cells[at] else { continue };
        let mut tests = Vec::new();
        matcher.tests_of(*field, &mut tests);
        let answers = |text: &str| tests.iter().map(|test| test.answer(text, &site)).collect::<Vec<_>>();
        let (own, due) = (text.clone().into_owned(), answers(text));
        for other in TEXTS.into_iter().filter(|other| answers(other) == due) {
            cells[at].1 = CellValue::Text(other.into());
            assert_eq!(matcher.accepts(Instance::Record(cells)), is_taken, "{own:?} and {other:?}");
        }
        cells[at].1 = CellValue::Text(own.into());
    }
}

/// A schema that the matcher takes is sound, and both say the same of every record.
#[test]
fn the_matcher_says_what_jsonschema_says() {
    let config = ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() };
    let (compared, refused) = (Cell::new(0), Cell::new(0));
    let judge = |(schema, records): (Value, Vec<Vec<Vec<String>>>)| {
        let text = schema.to_string();
        let is_linted = Schema::compile_unless(&text, |_| true).is_ok();
        let Some(matcher) = SchemaMatcher::compile(&schema).filter(|_| is_linted) else { return Ok(()) };
        let compiled = Schema::compile(&text);
        prop_assert!(compiled.is_ok(), "{text}: {compiled:?}");
        for record in records {
            let (is_taken, is_valid) = answers(&matcher, compiled.as_ref().expect("sound"), &record);
            prop_assert_eq!(is_taken, is_valid, "{} of {:?}", &text, record);
            compared.set(compared.get() + 1);
            refused.set(refused.get() + u32::from(!is_valid));
        }
        Ok(())
    };
    let outcome = TestRunner::new(config).run(&(schema(), prop::collection::vec(record(), 6)), judge);
    outcome.unwrap_or_else(|why| panic!("{why}"));
    let (compared, refused) = (compared.get(), refused.get());
    assert!(refused > 1000 && compared > refused + 1000, "{compared} compared, {refused} refused");
}

#[test]
fn the_matcher_knows_the_schemas_of_the_bundled_rules() {
    let mut count = 0;
    for folder in ["rules", "demands"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules").join(folder);
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let text = std::fs::read_to_string(entry.expect("a file").path()).expect("a text");
            let Some(schema) = text.split("schema = '''").nth(1).and_then(|rest| rest.split("'''").next()) else {
                continue;
            };
            let schema: Value = serde_json::from_str(schema).expect("JSON");
            assert!(SchemaMatcher::compile(&schema).is_some(), "{schema}");
            count += 1;
        }
    }
    assert!(count >= 20, "{count}");
}
