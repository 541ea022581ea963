//! What JSON Schema lets pass and we do not: keywords that are misspelt or cannot apply, references that lead
//! out of the schema, and schemas that demand nothing. Each of them would judge everything clean.
//!
//! Keywords that begin with `x-` are annotations of ours and free.

use serde_json::{Map, Value};

use super::SchemaError;
use crate::syntax::tree::keys::{nearest, quoted};

/// What the value of a keyword holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeywordValue {
    Schema,
    Schemas,
    /// Schemas by names that are free.
    NamedSchemas,
    /// Words and numbers; nothing to look into.
    NoSchema,
}

/// The types of values that a keyword can apply to; none of them named: to all.
type Types = &'static [&'static str];

const ANY: Types = &[];
const TEXT: Types = &["string"];
const NUMBER: Types = &["number", "integer"];
const LIST: Types = &["array"];
const OBJECT: Types = &["object"];

/// Keywords that say something about values.
const ASSERTIONS: &[(&str, KeywordValue, Types)] = &[
    ("$ref", KeywordValue::NoSchema, ANY),
    ("type", KeywordValue::NoSchema, ANY),
    ("enum", KeywordValue::NoSchema, ANY),
    ("const", KeywordValue::NoSchema, ANY),
    ("not", KeywordValue::Schema, ANY),
    ("if", KeywordValue::Schema, ANY),
    ("then", KeywordValue::Schema, ANY),
    ("else", KeywordValue::Schema, ANY),
    ("allOf", KeywordValue::Schemas, ANY),
    ("anyOf", KeywordValue::Schemas, ANY),
    ("oneOf", KeywordValue::Schemas, ANY),
    ("minLength", KeywordValue::NoSchema, TEXT),
    ("maxLength", KeywordValue::NoSchema, TEXT),
    ("pattern", KeywordValue::NoSchema, TEXT),
    ("format", KeywordValue::NoSchema, TEXT),
    ("minimum", KeywordValue::NoSchema, NUMBER),
    ("maximum", KeywordValue::NoSchema, NUMBER),
    ("exclusiveMinimum", KeywordValue::NoSchema, NUMBER),
    ("exclusiveMaximum", KeywordValue::NoSchema, NUMBER),
    ("multipleOf", KeywordValue::NoSchema, NUMBER),
    ("items", KeywordValue::Schema, LIST),
    ("prefixItems", KeywordValue::Schemas, LIST),
    ("unevaluatedItems", KeywordValue::Schema, LIST),
    ("contains", KeywordValue::Schema, LIST),
    ("minContains", KeywordValue::NoSchema, LIST),
    ("maxContains", KeywordValue::NoSchema, LIST),
    ("minItems", KeywordValue::NoSchema, LIST),
    ("maxItems", KeywordValue::NoSchema, LIST),
    ("uniqueItems", KeywordValue::NoSchema, LIST),
    ("properties", KeywordValue::NamedSchemas, OBJECT),
    ("patternProperties", KeywordValue::NamedSchemas, OBJECT),
    ("additionalProperties", KeywordValue::Schema, OBJECT),
    ("unevaluatedProperties", KeywordValue::Schema, OBJECT),
    ("propertyNames", KeywordValue::Schema, OBJECT),
    ("required", KeywordValue::NoSchema, OBJECT),
    ("minProperties", KeywordValue::NoSchema, OBJECT),
    ("maxProperties", KeywordValue::NoSchema, OBJECT),
    ("dependentRequired", KeywordValue::NoSchema, OBJECT),
    ("dependentSchemas", KeywordValue::NamedSchemas, OBJECT),
];

/// Keywords that say something about the schema.
const ANNOTATIONS: &[(&str, KeywordValue)] = &[
    ("$schema", KeywordValue::NoSchema),
    ("$id", KeywordValue::NoSchema),
    ("$comment", KeywordValue::NoSchema),
    ("$defs", KeywordValue::NamedSchemas),
    ("title", KeywordValue::NoSchema),
    ("description", KeywordValue::NoSchema),
    ("default", KeywordValue::NoSchema),
    ("examples", KeywordValue::NoSchema),
    ("deprecated", KeywordValue::NoSchema),
    ("writeOnly", KeywordValue::NoSchema),
];

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Refuses the schema where it would demand less than it seems to.
pub(super) fn lint(root: &Value) -> Result<(), SchemaError> {
    let mut lint = Lint { path: Vec::new() };
    lint.schema(root)?;
    match root {
        Value::Object(members) if members.keys().any(|key| assertion(key).is_some()) => Ok(()),
        Value::Object(_) => Err(lint.error("the schema requires nothing", None)),
        Value::Bool(_) => Err(lint.error("a schema that accepts everything or nothing", None)),
        _ => Err(lint.error("expected a schema: an object", None)),
    }
}

fn assertion(key: &str) -> Option<&'static (&'static str, KeywordValue, Types)> {
    ASSERTIONS.iter().find(|(keyword, ..)| *keyword == key)
}

struct Lint {
    path: Vec<String>,
}

impl Lint {
    /// It calls itself for schemas inside, as deep as `serde_json` reads: 128 levels.
    fn schema(&mut self, schema: &Value) -> Result<(), SchemaError> {
        // `true` and `false` are fine below the root; anything else the compiler refuses.
        let Value::Object(schema) = schema else {
            return Ok(());
        };
        self.branches(schema)?;
        for (key, value) in schema.iter().filter(|(key, _)| !key.starts_with("x-")) {
            let annotation = ANNOTATIONS.iter().find(|(keyword, _)| *keyword == key).map(|(_, value_kind)| *value_kind);
            let value_kind = match (assertion(key), annotation) {
                (Some((_, value_kind, types)), _) => {
                    self.applies(schema, key, types)?;
                    *value_kind
                }
                (None, Some(value_kind)) => value_kind,
                (None, None) => return Err(self.unknown(key)),
            };
            self.path.push(key.clone());
            self.keyword(key, value)?;
            self.children_of(value_kind, value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn children_of(&mut self, value_kind: KeywordValue, value: &Value) -> Result<(), SchemaError> {
        let inside: Vec<(String, &Value)> = match (value_kind, value) {
            (KeywordValue::Schema, _) => return self.schema(value),
            (KeywordValue::Schemas, Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
            }
            (KeywordValue::NamedSchemas, Value::Object(members)) => {
                members.iter().map(|(key, member)| (key.clone(), member)).collect()
            }
            // Other values hold no schemas; the compiler refuses those of the wrong form.
            _ => Vec::new(),
        };
        for (step, schema) in inside {
            self.path.push(step);
            self.schema(schema)?;
            self.path.pop();
        }
        Ok(())
    }

    /// Refuses keywords that can never meet a value of the types that the same schema asks for.
    fn applies(&self, schema: &Map<String, Value>, keyword: &str, types: Types) -> Result<(), SchemaError> {
        let Some(asked) = schema.get("type").filter(|_| !types.is_empty()) else {
            return Ok(());
        };
        let is_met = |word: &Value| word.as_str().is_some_and(|word| types.contains(&word));
        if is_met(asked) || asked.as_array().into_iter().flatten().any(is_met) {
            return Ok(());
        }
        Err(self.error(&format!("the keyword {} does not apply to its `type`", quoted(keyword)), None))
    }

    /// Refuses `then` and `else` without `if`, and `if` without either.
    fn branches(&self, schema: &Map<String, Value>) -> Result<(), SchemaError> {
        let has = |keyword: &str| schema.contains_key(keyword);
        if has("if") == (has("then") || has("else")) {
            return Ok(());
        }
        Err(self.error("`if` needs `then` or `else`, and they need `if`", None))
    }

    /// Refuses single keywords that are empty or lead out of the schema.
    fn keyword(&self, keyword: &str, value: &Value) -> Result<(), SchemaError> {
        let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        let text = value.as_str().unwrap_or_default();
        match keyword {
            "enum" | "required" | "properties" | "patternProperties" | "allOf" | "anyOf" | "oneOf" if is_empty => {
                Err(self.error("an empty list or mapping matches everything or nothing", None))
            }
            "$ref" if !text.starts_with('#') => Err(self.error("a reference that leaves the schema", None)),
            "$schema" if text != DRAFT => {
                Err(self
                    .error("the schema uses a draft other than JSON Schema 2020-12", Some(format!("Write `{DRAFT}`."))))
            }
            "$id" if self.path.len() > 1 => Err(self.error("`$id` below the top of the schema", None)),
            _ => Ok(()),
        }
    }

    fn unknown(&self, key: &str) -> SchemaError {
        let known =
            ASSERTIONS.iter().map(|(keyword, ..)| *keyword).chain(ANNOTATIONS.iter().map(|(keyword, _)| *keyword));
        let remedy = nearest(key, known).map(|meant| format!("Did you mean {}?", quoted(meant)));
        self.error(&format!("unknown keyword {}", quoted(key)), remedy)
    }

    fn error(&self, message: &str, remedy: Option<String>) -> SchemaError {
        let steps = self.path.iter().map(|step| step.replace('~', "~0").replace('/', "~1"));
        let pointer = steps.flat_map(|step| ["/".to_owned(), step]).collect();
        SchemaError { message: message.to_owned(), pointer, remedy }
    }
}
