//! Which changes of a JSON Schema are known to take less, whatever is put to it. Everything else is undecided.

use serde_json::{Map, Value};

/// Keywords that say nothing about what a schema takes.
const NEUTRAL: [&str; 7] = ["$schema", "$id", "$comment", "title", "description", "default", "examples"];

/// Keywords with which others mean something else: a schema with one is compared as a whole. The properties of an account that
/// a schema sees are those that it names, so their number can change too.
const ENTANGLED: [&str; 11] = [
    "$ref",
    "$dynamicRef",
    "if",
    "prefixItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that can only take less if they are added.
const DEMANDS: [&str; 20] = [
    "type",
    "const",
    "enum",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "uniqueItems",
    "required",
    "properties",
    "items",
    "contains",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
];

/// True if everything that `now` takes was taken `before` too. What another part refers to may be meant the other way round
/// there, so a schema with references is compared as a whole.
pub(super) fn takes_no_more(before: &Value, now: &Value) -> bool {
    before == now || (!has_references(before) && !has_references(now) && part_takes_no_more(before, now))
}

fn has_references(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => {
            object.contains_key("$ref") || object.contains_key("$dynamicRef") || object.values().any(has_references)
        }
        Value::Array(array) => array.iter().any(has_references),
        _ => false,
    }
}

fn part_takes_no_more(before: &Value, now: &Value) -> bool {
    match (before, now) {
        _ if before == now => true,
        (Value::Bool(true), _) | (_, Value::Bool(false)) => true,
        (Value::Object(before), Value::Object(now)) => {
            let has_entangled = |schema: &Map<_, _>| ENTANGLED.iter().any(|keyword| schema.contains_key(*keyword));
            let keywords = || before.keys().chain(now.keys()).filter(|one| !NEUTRAL.contains(&one.as_str()));
            !has_entangled(before)
                && !has_entangled(now)
                && keywords().all(|keyword| is_no_wider(keyword, before.get(keyword), now.get(keyword)))
        }
        _ => false,
    }
}

fn is_no_wider(keyword: &str, before: Option<&Value>, now: Option<&Value>) -> bool {
    let (before, now) = match (before, now) {
        (before, now) if before == now => return true,
        (None, Some(_)) => return DEMANDS.contains(&keyword),
        (Some(before), Some(now)) => (before, now),
        _ => return false,
    };
    let has_all = |outer: &Value, inner: &Value| {
        let (outer, inner) = (outer.as_array(), inner.as_array());
        outer.zip(inner).is_some_and(|(outer, inner)| inner.iter().all(|item| outer.contains(item)))
    };
    match keyword {
        "maxLength" | "maxItems" | "maximum" => now.as_f64() <= before.as_f64(),
        "minLength" | "minItems" | "minimum" => now.as_f64() >= before.as_f64(),
        "required" => has_all(now, before),
        "enum" => has_all(before, now),
        "items" | "contains" => part_takes_no_more(before, now),
        "not" => part_takes_no_more(now, before),
        "properties" => before.as_object().zip(now.as_object()).is_some_and(|(before, now)| {
            before.iter().all(|(name, schema)| now.get(name).is_some_and(|now| part_takes_no_more(schema, now)))
        }),
        "allOf" => before.as_array().zip(now.as_array()).is_some_and(|(before, now)| {
            before.iter().all(|schema| now.iter().any(|now| part_takes_no_more(schema, now)))
        }),
        "anyOf" => before.as_array().zip(now.as_array()).is_some_and(|(before, now)| {
            now.iter().all(|now| before.iter().any(|schema| part_takes_no_more(schema, now)))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(before: &str, now: &str) -> bool {
        let [before, now] = [before, now].map(|text| serde_json::from_str(text).expect("JSON"));
        takes_no_more(&before, &now)
    }

    #[test]
    fn only_what_must_take_less_is_said_to() {
        for (before, now) in [
            (r#"{"maxItems": 2}"#, r#"{"maxItems": 1}"#),
            (r#"{"minLength": 2}"#, r#"{"minLength": 3, "title": "other"}"#),
            (r#"{"required": ["team"]}"#, r#"{"required": ["roles", "team"]}"#),
            (r#"{"enum": ["a", "b"]}"#, r#"{"enum": ["b"]}"#),
            (r#"{"required": ["team"]}"#, r#"{"required": ["team"], "properties": {"team": {"pattern": "x"}}}"#),
            (
                r#"{"properties": {"roles": {"maxItems": 2}}}"#,
                r#"{"properties": {"roles": {"maxItems": 1}, "team": {}}}"#,
            ),
            (r#"{"allOf": [{"minItems": 1}]}"#, r#"{"allOf": [{"not": {}}, {"minItems": 2}]}"#),
            (r#"{"anyOf": [{"const": "a"}, {"maxLength": 9}]}"#, r#"{"anyOf": [{"maxLength": 3}]}"#),
            (r#"{"not": {"maxLength": 3}}"#, r#"{"not": {"maxLength": 4}}"#),
            (r#"{"items": {"enum": ["a", "b"]}}"#, r#"{"items": {"enum": ["a"]}}"#),
        ] {
            assert!(takes(before, now), "{now}");
            assert!(!takes(now, before), "{before}");
        }
        for (before, now) in [
            (r#"{"pattern": "a"}"#, r#"{"pattern": "aa"}"#),
            (r#"{"const": "a"}"#, r#"{"const": "b"}"#),
            (r#"{"maxItems": 2, "minItems": 1}"#, r#"{"maxItems": 1}"#),
            (r#"{"maxItems": 2, "minItems": 1}"#, r#"{"maxItems": 1, "minItems": 0}"#),
            (r#"{"contains": {"const": "a"}}"#, r#"{"contains": {"const": "a"}, "minContains": 0}"#),
            (r#"{"minProperties": 1}"#, r#"{"minProperties": 1, "properties": {"team": {}}}"#),
            (r#"{"oneOf": [{"const": "a"}]}"#, r#"{"oneOf": [{"const": "a"}, {"const": "a"}]}"#),
            (
                r##"{"$ref": "#/$defs/a", "$defs": {"a": {"maxItems": 2}}}"##,
                r##"{"$ref": "#/$defs/a", "$defs": {"a": {"maxItems": 1}}}"##,
            ),
            (
                r##"{"properties": {"a": {"enum": [1, 2]}, "b": {"not": {"$ref": "#/properties/a"}}}}"##,
                r##"{"properties": {"a": {"enum": [1]}, "b": {"not": {"$ref": "#/properties/a"}}}}"##,
            ),
            (
                r#"{"if": {"required": ["team"]}, "then": {"required": ["roles"]}}"#,
                r#"{"if": false, "then": {"required": ["roles"]}}"#,
            ),
            (r#"{"not": {"maxLength": 4}}"#, r#"{"not": {"maxLength": 3}}"#),
        ] {
            assert!(!takes(before, now), "{now}");
        }
    }
}
