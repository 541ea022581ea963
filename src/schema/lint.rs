//! What JSON Schema lets pass and we do not: keywords that are misspelt or cannot apply, references that lead
//! out of the schema, and schemas that demand nothing. Each of them would judge everything clean.
//!
//! Keywords that begin with `x-` are annotations of ours and free.

use super::SchemaError;
use crate::tree::keys::{nearest, quoted};
use crate::tree::{Kind, Node};

/// What stands under a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Schema,
    Schemas,
    /// Schemas by names that are free.
    Named,
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
    ("properties", Under::Named, OBJECT),
    ("patternProperties", Under::Named, OBJECT),
    ("additionalProperties", Under::Schema, OBJECT),
    ("unevaluatedProperties", Under::Schema, OBJECT),
    ("propertyNames", Under::Schema, OBJECT),
    ("required", Under::Plain, OBJECT),
    ("minProperties", Under::Plain, OBJECT),
    ("maxProperties", Under::Plain, OBJECT),
    ("dependentRequired", Under::Plain, OBJECT),
    ("dependentSchemas", Under::Named, OBJECT),
];

/// Keywords that say something about the schema.
const REMARKS: &[(&str, Under)] = &[
    ("$schema", Under::Plain),
    ("$id", Under::Plain),
    ("$comment", Under::Plain),
    ("$defs", Under::Named),
    ("title", Under::Plain),
    ("description", Under::Plain),
    ("default", Under::Plain),
    ("examples", Under::Plain),
    ("deprecated", Under::Plain),
    ("writeOnly", Under::Plain),
];

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Refuses the schema at `root` where it would demand less than it seems to.
pub(super) fn lint(root: Node<'_>) -> Result<(), SchemaError> {
    let mut lint = Lint { path: Vec::new() };
    match root.kind() {
        Kind::Object => lint.schema(root)?,
        Kind::Bool => return Err(lint.error("a schema that takes all or nothing", None)),
        _ => return Err(lint.error("expected a schema: an object", None)),
    }
    if root.children().any(|member| demand(member).is_some()) {
        Ok(())
    } else {
        Err(lint.error("the schema demands nothing", None))
    }
}

fn demand(member: Node<'_>) -> Option<&'static (&'static str, Under, Types)> {
    DEMANDS.iter().find(|(keyword, ..)| member.key() == Some(keyword))
}

struct Lint {
    path: Vec<String>,
}

impl Lint {
    /// It calls itself for schemas inside: trees are at most [`crate::tree::MAX_DEPTH`] deep.
    fn schema(&mut self, schema: Node<'_>) -> Result<(), SchemaError> {
        if schema.kind() != Kind::Object {
            // `true` and `false` are fine below the root; anything else the compiler refuses.
            return Ok(());
        }
        self.branches(schema)?;
        for member in schema.children() {
            let key = member.key().unwrap_or_default();
            if key.starts_with("x-") {
                continue;
            }
            let remark = REMARKS.iter().find(|(keyword, _)| *keyword == key).map(|(_, under)| *under);
            let under = match (demand(member), remark) {
                (Some((_, under, types)), _) => {
                    self.applies(schema, key, types)?;
                    *under
                }
                (None, Some(under)) => under,
                (None, None) => return Err(self.unknown(key)),
            };
            self.path.push(key.to_owned());
            self.keyword(key, member)?;
            self.below(under, member)?;
            self.path.pop();
        }
        Ok(())
    }

    fn below(&mut self, under: Under, value: Node<'_>) -> Result<(), SchemaError> {
        match under {
            Under::Plain => Ok(()),
            Under::Schema => self.schema(value),
            Under::Schemas | Under::Named => {
                for (number, child) in value.children().enumerate() {
                    self.path.push(child.key().map_or_else(|| number.to_string(), str::to_owned));
                    self.schema(child)?;
                    self.path.pop();
                }
                Ok(())
            }
        }
    }

    /// Refuses keywords that can never meet a value of the types that the same schema asks for.
    fn applies(&self, schema: Node<'_>, keyword: &str, types: Types) -> Result<(), SchemaError> {
        let Some(asked) = schema.get("type").filter(|_| !types.is_empty()) else {
            return Ok(());
        };
        let is_met = |word: Node<'_>| word.as_str().is_some_and(|word| types.contains(&word));
        if is_met(asked) || asked.children().any(is_met) {
            return Ok(());
        }
        Err(self.error(&format!("the keyword {} does not apply to the `type` beside it", quoted(keyword)), None))
    }

    /// Refuses `then` and `else` without `if`, and `if` without either.
    fn branches(&self, schema: Node<'_>) -> Result<(), SchemaError> {
        let has = |keyword: &str| schema.get(keyword).is_some();
        if has("if") == (has("then") || has("else")) {
            return Ok(());
        }
        Err(self.error("`if` needs `then` or `else`, and they need `if`", None))
    }

    /// Refuses single keywords that are empty or lead out of the schema.
    fn keyword(&self, keyword: &str, value: Node<'_>) -> Result<(), SchemaError> {
        let is_empty = matches!(value.kind(), Kind::Array | Kind::Object) && value.children().next().is_none();
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
