//! Rules changed in one place each: subject, cases, parameters, bounds, words. An example that does not notice a change shows
//! nothing about what was changed.

use serde_json::{Map, Value, json};

use super::pattern_mutation::patterns;
use crate::check::CheckSpec;
use crate::diagnostic::visible::quoted;
use crate::rule::file::{document, with_document};
use crate::rule::{Rule, Subject};
use crate::schema::BuiltInSchema;

/// A rule with one change.
pub(super) struct Mutant {
    /// What was changed, as a fragment.
    pub(super) change: String,
    pub(super) rule: Rule,
}

/// A changed value, and what was changed.
type RuleChange = (String, Value);

/// The mutants of a rule. Changes that would be refused are left out.
pub(super) fn mutants(rule: &Rule) -> Vec<Mutant> {
    let original = document(rule);
    let mut changes = subjects(rule);
    for case in rule.severity_when.keys() {
        let mut kept = original["severity-when"].clone();
        kept.as_object_mut().map(|cases| cases.remove(case));
        changes.push((format!("`severity-when` without {}", quoted(case)), json!({ "severity-when": kept })));
    }
    let parameters = &original["check"][rule.kind];
    changes.extend(
        of_parameters(rule.kind, parameters)
            .into_iter()
            .map(|(change, parameters)| (change, json!({ "check": { rule.kind: parameters } }))),
    );
    let mutant = |(change, keys): RuleChange| {
        let mut changed = original.clone();
        for (key, value) in keys.as_object()? {
            changed[key] = value.clone();
        }
        Some(Mutant { change, rule: with_document(rule, &changed).ok()? })
    };
    changes.into_iter().filter_map(mutant).collect()
}

/// The other subjects that the check can judge. Examples about all active accounts are nearly always people, and need no API
/// user that fails: a lock tells by itself that `person` is narrower.
fn subjects(rule: &Rule) -> Vec<RuleChange> {
    if CheckSpec::subject(rule.kind).is_some() {
        return Vec::new();
    }
    let is_left_out = |subject: Subject| {
        matches!((rule.subject, subject), (_, Subject::Tenant) | (Subject::ActiveAccount, Subject::Person))
    };
    let others = Subject::ALL.into_iter().filter(|subject| *subject != rule.subject && !is_left_out(*subject));
    let change = |word: &str| (format!("`subject` is `{word}`"), json!({ "subject": word }));
    others.map(|subject| change(subject.word())).collect()
}

fn of_parameters(kind: &str, parameters: &Value) -> Vec<RuleChange> {
    let schema = BuiltInSchema::Rule.document();
    let known = schema["properties"]["check"]["properties"][kind]["properties"].as_object();
    let mut changes = Vec::new();
    for (name, about) in known.into_iter().flatten() {
        let Some(value) = parameters.get(name).or_else(|| about.get("default")) else { continue };
        let with = |(change, value): RuleChange| {
            let mut changed = parameters.clone();
            changed[name] = value;
            (format!("`{name}` {change}"), changed)
        };
        changes.extend(of_value(name, value, &words(about, &schema)).into_iter().map(with));
    }
    changes
}

/// The words that a parameter may be; empty if it is free.
fn words(about: &Value, schema: &Value) -> Vec<Value> {
    let definition = about["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
    let about = definition.unwrap_or(about);
    let branches = about["anyOf"].as_array().into_iter().flatten();
    let lists = branches.chain([about]).filter_map(|branch| branch["enum"].as_array());
    lists.flatten().cloned().collect()
}

fn of_value(name: &str, value: &Value, words: &[Value]) -> Vec<RuleChange> {
    match value {
        Value::String(text) if name == "regex" => {
            patterns(text).into_iter().map(|pattern| (is(&pattern), json!(pattern))).collect()
        }
        Value::String(text) if name == "schema" => {
            let schema: Value = serde_json::from_str(text).unwrap_or_default();
            of_schema(&schema).into_iter().map(|(change, schema)| (change, json!(schema.to_string()))).collect()
        }
        Value::String(_) if !words.is_empty() => {
            let others = words.iter().filter(|word| *word != value);
            others.map(|word| (is(word.as_str().unwrap_or_default()), word.clone())).collect()
        }
        Value::String(text) => vec![(is(&format!("{text}x")), json!(format!("{text}x")))],
        Value::Array(items) => without_each(items),
        Value::Bool(is_on) => vec![(format!("is {}", !is_on), json!(!is_on))],
        Value::Number(_) => bounds(value),
        _ => Vec::new(),
    }
}

fn is(text: &str) -> String {
    format!("is {}", quoted(text))
}

fn without_each(items: &[Value]) -> Vec<RuleChange> {
    let without = |at: usize| {
        let rest: Vec<_> = items.iter().enumerate().filter(|(one, _)| *one != at).map(|(_, item)| item).collect();
        (format!("without {}", quoted(items[at].as_str().unwrap_or(&items[at].to_string()))), json!(rest))
    };
    (0..items.len()).map(without).collect()
}

/// A number and its neighbours; a limit may not be below 0.
fn bounds(value: &Value) -> Vec<RuleChange> {
    let number = value.as_u64().unwrap_or_default();
    let neighbours = [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
    neighbours.map(|number| (format!("is {number}"), json!(number))).collect()
}

/// Keywords of a JSON Schema that say nothing about what it takes, or that the others imply.
const NEUTRAL: [&str; 6] = ["$schema", "$comment", "title", "description", "type", "examples"];

/// A JSON Schema with one keyword, item or bound changed.
fn of_schema(schema: &Value) -> Vec<RuleChange> {
    let Some(keywords) = schema.as_object() else { return Vec::new() };
    let mut changes = Vec::new();
    for (keyword, value) in keywords.iter().filter(|(keyword, _)| !NEUTRAL.contains(&keyword.as_str())) {
        let mut without = keywords.clone();
        without.remove(keyword);
        changes.push((format!("without `{keyword}`"), Value::Object(without)));
        let with =
            |(change, value): RuleChange| (format!("/{keyword} {change}"), with_keyword(keywords, keyword, value));
        changes.extend(of_keyword(keyword, value).into_iter().map(with));
    }
    changes
}

fn with_keyword(keywords: &Map<String, Value>, keyword: &str, value: Value) -> Value {
    let mut changed = keywords.clone();
    changed.insert(keyword.to_owned(), value);
    Value::Object(changed)
}

fn of_keyword(keyword: &str, value: &Value) -> Vec<RuleChange> {
    match (keyword, value) {
        ("pattern", Value::String(text)) => {
            patterns(text).into_iter().map(|pattern| (is(&pattern), json!(pattern))).collect()
        }
        ("const", Value::String(text)) => vec![(is(&format!("{text}x")), json!(format!("{text}x")))],
        ("properties" | "$defs" | "dependentSchemas", Value::Object(schemas)) => {
            let of_each = |(name, schema): (&String, &Value)| {
                let with = |(change, schema)| (format!("/{name} {change}"), with_keyword(schemas, name, schema));
                of_schema(schema).into_iter().map(with).collect::<Vec<_>>()
            };
            schemas.iter().flat_map(of_each).collect()
        }
        (_, Value::Array(items)) => {
            let of_each = |(at, item): (usize, &Value)| {
                let with = |(change, item): RuleChange| {
                    let mut changed = items.clone();
                    changed[at] = item;
                    (format!("/{at} {change}"), Value::Array(changed))
                };
                of_schema(item).into_iter().map(with).collect::<Vec<_>>()
            };
            without_each(items).into_iter().chain(items.iter().enumerate().flat_map(of_each)).collect()
        }
        (_, Value::Object(_)) => of_schema(value),
        (_, Value::Number(_)) => bounds(value),
        _ => Vec::new(),
    }
}
