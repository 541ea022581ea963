//! What is said about a value that a schema does not take: our words, from the schema and the kind of error.
//!
//! The validator's own texts quote values and are never shown. A schema can bring its own words under
//! `x-expected`, as the rest of a sentence that begins with "expected": `"a date, YYYY-MM-DD"`.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind as Error};
use serde_json::Value;

use crate::syntax::tree::keys::{nearest, quoted};
use crate::syntax::tree::{Node, NodeKind};

/// What was expected of `node`, and a remedy where there is one. `schema` is the one that holds the keyword.
pub(super) fn messages(kind: &Error, schema: Option<&Value>, node: Node<'_>) -> (String, Option<String>) {
    let own = schema.and_then(|schema| schema.get("x-expected")).and_then(Value::as_str);
    if let Error::Type { kind } = kind {
        let expected = own.map_or_else(|| types(kind, schema), str::to_owned);
        return (mismatch(&expected, node), None);
    }
    if let Error::Enum { options } = kind {
        let expected = own.map_or_else(|| one_of(options), str::to_owned);
        return (format!("expected {expected}"), suggestion(options, node));
    }
    let expected =
        own.map(str::to_owned).or_else(|| in_text(kind)).or_else(|| in_number(kind)).or_else(|| in_number_of(kind));
    let message = expected.map_or_else(|| elsewhere(kind).to_owned(), |expected| format!("expected {expected}"));
    (message, None)
}

/// "expected a string, found a number".
pub(super) fn mismatch(expected: &str, node: Node<'_>) -> String {
    let found = match node.kind() {
        NodeKind::Number if expected.contains("number") => "another number",
        kind => kind.word(),
    };
    format!("expected {expected}, found {found}")
}

/// "a, b or c".
pub(super) fn either(messages: &[String]) -> String {
    match messages {
        [] => "another value".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The expected types, in the order of the schema.
pub(super) fn type_words(kind: &TypeKind, schema: Option<&Value>) -> Vec<String> {
    let written = schema.and_then(|schema| schema.get("type")).and_then(Value::as_array);
    match (kind, written) {
        (TypeKind::Single(expected), _) => vec![type_word(expected.as_str()).to_owned()],
        (TypeKind::Multiple(_), Some(list)) => {
            list.iter().filter_map(Value::as_str).map(|word| type_word(word).to_owned()).collect()
        }
        (TypeKind::Multiple(set), None) => {
            set.iter().map(JsonType::as_str).map(|word| type_word(word).to_owned()).collect()
        }
    }
}

fn types(kind: &TypeKind, schema: Option<&Value>) -> String {
    either(&type_words(kind, schema))
}

fn type_word(word: &str) -> &'static str {
    match word {
        "null" => "null",
        "boolean" => "a boolean",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        _ => "a mapping",
    }
}

fn one_of(options: &Value) -> String {
    let messages: Vec<String> = options.as_array().into_iter().flatten().map(shown).collect();
    if messages.len() > 2 { format!("one of {}", messages.join(", ")) } else { either(&messages) }
}

/// A value of the schema: those may be shown.
fn shown(value: &Value) -> String {
    match value {
        Value::String(word) => quoted(word),
        Value::Null => "null".to_owned(),
        other => quoted(&other.to_string()),
    }
}

fn suggestion(options: &Value, node: Node<'_>) -> Option<String> {
    let known = options.as_array().into_iter().flatten().filter_map(Value::as_str);
    nearest(node.as_str()?, known).map(|meant| format!("Did you mean {}?", quoted(meant)))
}

fn in_text(kind: &Error) -> Option<String> {
    Some(match kind {
        Error::Pattern { pattern } => format!("text that matches {}", quoted(pattern)),
        Error::Format { format } => format_words(format),
        Error::MinLength { limit: 1 } => "text that is not empty".to_owned(),
        Error::MinLength { limit } => format!("at least {}", count(*limit, "character")),
        Error::MaxLength { limit } => format!("at most {}", count(*limit, "character")),
        Error::Constant { expected_value } => shown(expected_value),
        _ => return None,
    })
}

fn format_words(format: &str) -> String {
    match format {
        "date" => "a date, YYYY-MM-DD",
        "time" => "a time of day with its offset, HH:MM:SSZ",
        "date-time" => "a date and time, YYYY-MM-DDTHH:MM:SSZ",
        "email" | "idn-email" => "an e-mail address",
        "uri" | "iri" => "a URI",
        "uuid" => "a UUID",
        "regex" => "a regular expression",
        "ipv4" | "ipv6" => "an IP address",
        "hostname" | "idn-hostname" => "a host name",
        other => return format!("text of the format {}", quoted(other)),
    }
    .to_owned()
}

fn in_number(kind: &Error) -> Option<String> {
    Some(match kind {
        Error::Minimum { limit } => format!("a number that is at least {limit}"),
        Error::Maximum { limit } => format!("a number that is at most {limit}"),
        Error::ExclusiveMinimum { limit } => format!("a number above {limit}"),
        Error::ExclusiveMaximum { limit } => format!("a number below {limit}"),
        Error::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        _ => return None,
    })
}

fn in_number_of(kind: &Error) -> Option<String> {
    Some(match kind {
        Error::MinItems { limit } => format!("at least {}", count(*limit, "item")),
        Error::MaxItems { limit } => format!("at most {}", count(*limit, "item")),
        Error::AdditionalItems { limit } => format!("at most {}", count(*limit as u64, "item")),
        Error::MinProperties { limit } => format!("at least {}", count(*limit, "key")),
        Error::MaxProperties { limit } => format!("at most {}", count(*limit, "key")),
        _ => return None,
    })
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn elsewhere(kind: &Error) -> &'static str {
    match kind {
        Error::FalseSchema | Error::UnevaluatedItems { .. } => "no value is allowed here",
        Error::UniqueItems => "a list has the same item twice",
        Error::Contains => "a list lacks a required item, or has it too often",
        Error::Not { .. } => "a value that is not allowed here",
        Error::OneOfMultipleValid { .. } => "the value matches several forms that exclude each other",
        Error::AnyOf { .. } | Error::OneOfNotValid { .. } => "the value matches none of the allowed forms",
        _ => "the value cannot be checked",
    }
}
