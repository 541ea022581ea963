//! The schemas of plans, configs and rules, compiled when the program is built.
//!
//! Compiling a schema takes longer than all else about a small plan. `jsonschema`'s macro compiles the same files to
//! code, which says at once that a document is valid. Only an invalid one needs the schema itself, for words and places.

use super::{Schema, SchemaFault, value};
use crate::embedded;
use crate::syntax::tree::Node;

/// A schema that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltInSchema {
    /// Of plans.
    Plan,
    /// Of `rolecall.toml`.
    Config,
    /// Of a site's rule file.
    Rule,
    /// Of `pack.toml`.
    Pack,
    /// Of `rolecall.lock`.
    Lock,
    /// Of waiver files.
    Waivers,
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

#[jsonschema::validator(
    path = "schema/rule.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct RuleValidator;

#[jsonschema::validator(
    path = "schema/lock.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct LockValidator;

#[jsonschema::validator(
    path = "schema/pack.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct PackValidator;

#[jsonschema::validator(
    path = "schema/waivers.schema.json",
    draft = Draft202012,
    validate_formats = true,
    ignore_unknown_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false, iter_errors = false }
)]
struct WaiversValidator;

impl BuiltInSchema {
    /// The schema as it is published.
    #[must_use]
    pub fn text(self) -> String {
        embedded::schema(match self {
            Self::Plan => "plan",
            Self::Config => "config",
            Self::Rule => "rule",
            Self::Pack => "pack",
            Self::Lock => "lock",
            Self::Waivers => "waivers",
        })
    }

    /// The same as data.
    #[must_use]
    pub fn document(self) -> serde_json::Value {
        serde_json::from_str(&self.text()).expect("internal error: the program's own schema is JSON")
    }

    /// Puts a node to the schema, as [`Schema::check`] does.
    #[must_use]
    pub fn check(self, node: Node<'_>) -> Vec<SchemaFault> {
        if self.is_valid(node) {
            return Vec::new();
        }
        Schema::compile(&self.text()).expect("internal error: the program's own schema is sound").check(node)
    }

    fn is_valid(self, node: Node<'_>) -> bool {
        let value = value::value(node);
        match self {
            Self::Plan => PlanValidator::is_valid(&value),
            Self::Config => ConfigValidator::is_valid(&value),
            Self::Rule => RuleValidator::is_valid(&value),
            Self::Pack => PackValidator::is_valid(&value),
            Self::Lock => LockValidator::is_valid(&value),
            Self::Waivers => WaiversValidator::is_valid(&value),
        }
    }
}
