//! The schemas of plans and configs, made ready when the program is built.
//!
//! To make a schema ready takes longer than all else about a small plan. What is valid needs none: validators of
//! the same schema files, as code, say so at once (`jsonschema`'s own macro). Only what is not valid is put to the
//! schema itself, for the words and places.

use super::{Schema, SchemaFault, view};
use crate::syntax::tree::{Node, NodeKind};

/// A schema that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltInSchema {
    /// Of plans.
    Plan,
    /// Of `rolecall.toml`.
    Config,
}

#[jsonschema::validator(
    path = "schema/plan.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct PlanValidator;

#[jsonschema::validator(
    path = "schema/config.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct ConfigValidator;

impl BuiltInSchema {
    const fn text(self) -> &'static str {
        match self {
            Self::Plan => include_str!("../../schema/plan.schema.json"),
            Self::Config => include_str!("../../schema/config.schema.json"),
        }
    }

    /// Puts a node to the schema, as [`Schema::check`] does.
    #[must_use]
    pub fn check(self, node: Node<'_>) -> Vec<SchemaFault> {
        if self.is_certainly_valid(node) {
            return Vec::new();
        }
        Schema::compile(self.text()).expect("internal error: the program's own schema is sound").check(node)
    }

    fn is_certainly_valid(self, node: Node<'_>) -> bool {
        if has_long_number(node) {
            return false;
        }
        let value = view::value(node);
        match self {
            Self::Plan => PlanValidator::is_valid(&value),
            Self::Config => ConfigValidator::is_valid(&value),
        }
    }
}

/// True where a number may have more digits than a machine's have: it must be looked at as it is written.
fn has_long_number(node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Number => node.text().len() > 15 || node.text().bytes().any(|byte| matches!(byte, b'e' | b'E')),
        NodeKind::Array | NodeKind::Object => node.children().any(has_long_number),
        NodeKind::Null | NodeKind::Bool | NodeKind::String => false,
    }
}
