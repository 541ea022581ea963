//! JSON Schema (2020-12) over our own trees, in place: each fault has its span, in every format.
//!
//! Schemas come from the program and from sites. None can reach out: references stay inside the schema,
//! patterns run in linear time, formats count, and whatever would quietly demand nothing is refused
//! (`schema/lint.rs`). Values under a schema that says `writeOnly` are secrets: only where they begin is
//! shown. What is found is reported in our words (`schema/messages.rs`), never with the value.
//!
//! It decides no severity and reads no file.

mod built_in;
mod example;
mod faults;
mod lazy_regex;
mod lint;
mod messages;
mod path;
mod pattern_set;
#[cfg(test)]
mod published;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use crate::syntax::json;
use crate::syntax::tree::keys::quoted;
use crate::syntax::tree::{Node, Tree};
use faults::FaultCollector;

pub use built_in::BuiltInSchema;
pub use lazy_regex::LazyRegex;
pub use path::{PathStep, SchemaFault};
pub use pattern_set::PatternSet;

/// A schema, ready to check with from any thread.
pub struct Schema {
    /// Made when it is first needed, if the schema is known to be sound.
    validator: OnceLock<Validator>,
    /// For its words: allowed keys, types, expectations.
    source: Value,
}

/// Why a schema cannot be used. It quotes the schema, which is not a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// What is wrong.
    pub message: String,
    /// Where in the schema, as a JSON Pointer; empty at the top.
    pub pointer: String,
    /// What to do, as a sentence.
    pub remedy: Option<String>,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if self.pointer.is_empty() { Ok(()) } else { write!(formatter, " at {}", quoted(&self.pointer)) }
    }
}

impl std::error::Error for SchemaError {}

impl Schema {
    /// Makes a schema ready.
    ///
    /// # Errors
    /// If the text is not a JSON Schema of draft 2020-12, or one that this program refuses.
    pub fn compile(text: &str) -> Result<Self, SchemaError> {
        Self::compile_unless(text, |_| false)
    }

    /// The same, except that it takes the word of `is_sound` for a schema that has passed the checks of this program: such a
    /// one is compiled when it first finds a fault.
    ///
    /// # Errors
    /// As those of [`Schema::compile`].
    pub fn compile_unless(text: &str, is_sound: impl FnOnce(&Value) -> bool) -> Result<Self, SchemaError> {
        let source = parse_schema(text)?;
        lint::lint(&source)?;
        let validator = OnceLock::new();
        if !is_sound(&source) {
            let _ = validator.set(build(&source)?);
        }
        Ok(Self { validator, source })
    }

    /// The schema as written.
    #[must_use]
    pub const fn source(&self) -> &Value {
        &self.source
    }

    /// Puts a node to the schema. The faults come in the order of the file.
    #[must_use]
    pub fn check(&self, node: Node<'_>) -> Vec<SchemaFault> {
        let instance = value::value(node);
        let sound = || build(&self.source).expect("internal error: a schema that is sound cannot be compiled");
        let validator = self.validator.get_or_init(sound);
        if validator.is_valid(&instance) {
            return Vec::new();
        }
        let mut faults = FaultCollector::new(node, &self.source);
        for error in validator.iter_errors(&instance) {
            faults.take(&error);
        }
        faults.finish()
    }
}

fn build(source: &Value) -> Result<Validator, SchemaError> {
    let options = jsonschema::options()
        .offline()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex());
    options.build(source).map_err(|error| SchemaError::from_build(&error))
}

/// A schema's text as a value. Our own parser refuses a key that is there twice, of which serde would take the last.
fn parse_schema(text: &str) -> Result<Value, SchemaError> {
    let mut tree = Tree::new();
    json::parse_document(text, 0, &mut tree).map_err(|fault| {
        let at = fault.labels.first().and_then(|label| usize::try_from(label.span.start).ok()).unwrap_or(0);
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("the schema is not valid JSON: line {line}: {}", fault.message);
        SchemaError { message, pointer: String::new(), remedy: fault.remedy }
    })?;
    Ok(value::value(tree.root(text, 0).expect("internal error: a parsed document has a root")))
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Schema").field("source", &self.source).finish_non_exhaustive()
    }
}

impl SchemaError {
    fn from_build(error: &ValidationError<'_>) -> Self {
        let pointer = error.instance_path().as_str().to_owned();
        let last = pointer.rsplit('/').next().unwrap_or_default();
        let message = match (error.kind(), last) {
            (ValidationErrorKind::Referencing(_), _) => "a reference that is not in the schema",
            (_, "format") => "an unknown format",
            (ValidationErrorKind::Format { .. }, _) => {
                "a pattern that cannot be used: it is broken, too large, or needs look-around or back-references"
            }
            _ => "the schema is not valid JSON Schema 2020-12",
        };
        Self { message: message.to_owned(), pointer, remedy: None }
    }
}
