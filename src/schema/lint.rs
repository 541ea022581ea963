//! What JSON Schema lets pass and we do not: keywords that are misspelt or cannot apply, references that lead
//! out of the schema, and schemas that demand nothing. Each of them would judge everything clean.
//!
//! Keywords that begin with `x-` are annotations of ours and free.

use serde_json::{Map, Value};

use super::SchemaError;
use crate::syntax::tree::keys::{nearest, quoted};

/// What stands under a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Schema,
    Schemas,
    /// Schemas by names that are free.
    NamedInput,
    /// Words and numbers; nothing to look into.
    Plain,
}

/// The types of values that a keyword can apply to; none of them named: to all.
type Types = &'static [&'static str];

const ANY: Types = &[];
const TEXT: Types = &["string"];
const NUMBER: Types = &["number", "integer"];
const LIST: Types = &["array"];
const OBJECT: Types = &["object"];

/// Keywords that say something about values.
const DEMANDS: &[(&str, Under, Types)] = &[
    ("$ref", Under::Plain, ANY),
    ("type", Under::Plain, ANY),
    ("enum", Under::Plain, ANY),
    ("const", Under::Plain, ANY),
    ("not", Under::Schema, ANY),
    ("if", Under::Schema, ANY),
    ("then", Under::Schema, ANY),
    ("else", Under::Schema, ANY),
    ("allOf", Under::Schemas, ANY),
    ("anyOf", Under::Schemas, ANY),
    ("oneOf", Under::Schemas, ANY),
    ("minLength", Under::Plain, TEXT),
    ("maxLength", Under::Plain, TEXT),
    ("pattern", Under::Plain, TEXT),
    ("format", Under::Plain, TEXT),
    ("minimum", Under::Plain, NUMBER),
    ("maximum", Under::Plain, NUMBER),
    ("exclusiveMinimum", Under::Plain, NUMBER),
    ("exclusiveMaximum", Under::Plain, NUMBER),
    ("multipleOf", Under::Plain, NUMBER),
    ("items", Under::Schema, LIST),
    ("prefixItems", Under::Schemas, LIST),
    ("unevaluatedItems", Under::Schema, LIST),
    ("contains", Under::Schema, LIST),
    ("minContains", Under::Plain, LIST),
    ("maxContains", Under::Plain, LIST),
    ("minItems", Under::Plain, LIST),
    ("maxItems", Under::Plain, LIST),
    ("uniqueItems", Under::Plain, LIST),
    ("properties", Under::NamedInput, OBJECT),
    ("patternProperties", Under::NamedInput, OBJECT),
    ("additionalProperties", Under::Schema, OBJECT),
    ("unevaluatedProperties", Under::Schema, OBJECT),
    ("propertyNames", Under::Schema, OBJECT),
    ("required", Under::Plain, OBJECT),
    ("minProperties", Under::Plain, OBJECT),
    ("maxProperties", Under::Plain, OBJECT),
    ("dependentRequired", Under::Plain, OBJECT),
    ("dependentSchemas", Under::NamedInput, OBJECT),
];

/// Keywords that say something about the schema.
const REMARKS: &[(&str, Under)] = &[
    ("$schema", Under::Plain),
    ("$id", Under::Plain),
    ("$comment", Under::Plain),
    ("$defs", Under::NamedInput),
    ("title", Under::Plain),
    ("description", Under::Plain),
    ("default", Under::Plain),
    ("examples", Under::Plain),
    ("deprecated", Under::Plain),
    ("writeOnly", Under::Plain),
];

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Refuses the schema where it would demand less than it seems to.
pub(super) fn lint(root: &Value) -> Result<(), SchemaError> {
    let mut lint = Lint { path: Vec::new() };
    lint.schema(root)?;
    match root {
        Value::Object(members) if members.keys().any(|key| demand(key).is_some()) => Ok(()),
        Value::Object(_) => Err(lint.error("the schema demands nothing", None)),
        Value::Bool(_) => Err(lint.error("a schema that takes all or nothing", None)),
        _ => Err(lint.error("expected a schema: an object", None)),
    }
}

fn demand(key: &str) -> Option<&'static (&'static str, Under, Types)> {
    DEMANDS.iter().find(|(keyword, ..)| *keyword == key)
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
            let remark = REMARKS.iter().find(|(keyword, _)| *keyword == key).map(|(_, under)| *under);
            let under = match (demand(key), remark) {
                (Some((_, under, types)), _) => {
                    self.applies(schema, key, types)?;
                    *under
                }
                (None, Some(under)) => under,
                (None, None) => return Err(self.unknown(key)),
            };
            self.path.push(key.clone());
            self.keyword(key, value)?;
            self.below(under, value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn below(&mut self, under: Under, value: &Value) -> Result<(), SchemaError> {
        let inside: Vec<(String, &Value)> = match (under, value) {
            (Under::Schema, _) => return self.schema(value),
            (Under::Schemas, Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
            }
            (Under::NamedInput, Value::Object(members)) => {
                members.iter().map(|(key, member)| (key.clone(), member)).collect()
            }
            // Plain values hold no schemas; of other forms the compiler tells.
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
        Err(self.error(&format!("the keyword {} does not apply to the `type` beside it", quoted(keyword)), None))
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
                Err(self.error("an empty list or mapping demands nothing, or what nothing meets", None))
            }
            "$ref" if !text.starts_with('#') => Err(self.error("a reference that leads out of the schema", None)),
            "$schema" if text != DRAFT => {
                Err(self.error("another draft of JSON Schema than 2020-12", Some(format!("Write `{DRAFT}`."))))
            }
            "$id" if self.path.len() > 1 => Err(self.error("`$id` below the top of the schema", None)),
            _ => Ok(()),
        }
    }

    fn unknown(&self, key: &str) -> SchemaError {
        let known = DEMANDS.iter().map(|(keyword, ..)| *keyword).chain(REMARKS.iter().map(|(keyword, _)| *keyword));
        let remedy = nearest(key, known).map(|meant| format!("Did you mean {}?", quoted(meant)));
        self.error(&format!("unknown keyword {}", quoted(key)), remedy)
    }

    fn error(&self, message: &str, remedy: Option<String>) -> SchemaError {
        let steps = self.path.iter().map(|step| step.replace('~', "~0").replace('/', "~1"));
        let pointer = steps.flat_map(|step| ["/".to_owned(), step]).collect();
        SchemaError { message: message.to_owned(), pointer, remedy }
    }
}
