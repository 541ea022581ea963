//! The schemas of plans, configs and rules, compiled when the program is built.
//!
//! Compiling a schema takes longer than all else about a small plan. The build makes a table of each (`table.rs`), which
//! says at once that a document is valid. Only an invalid one needs the schema itself, for words and places.

use super::table::SchemaKeyword::*;
use super::table::{Members, SchemaTable, accepts};
use super::{Schema, SchemaFault};
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

const PLAN: SchemaTable = include!(concat!(env!("OUT_DIR"), "/plan-schema.rs"));
const CONFIG: SchemaTable = include!(concat!(env!("OUT_DIR"), "/config-schema.rs"));
const RULE: SchemaTable = include!(concat!(env!("OUT_DIR"), "/rule-schema.rs"));
const PACK: SchemaTable = include!(concat!(env!("OUT_DIR"), "/pack-schema.rs"));
const LOCK: SchemaTable = include!(concat!(env!("OUT_DIR"), "/lock-schema.rs"));
const WAIVERS: SchemaTable = include!(concat!(env!("OUT_DIR"), "/waivers-schema.rs"));

impl BuiltInSchema {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 6] = [Self::Plan, Self::Config, Self::Rule, Self::Pack, Self::Lock, Self::Waivers];

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
        if accepts(self.table(), node) == Some(true) {
            return Vec::new();
        }
        Schema::compile(&self.text()).expect("internal error: the program's own schema is sound").check(node)
    }

    /// The same as a table.
    pub(super) const fn table(self) -> SchemaTable {
        match self {
            Self::Plan => PLAN,
            Self::Config => CONFIG,
            Self::Rule => RULE,
            Self::Pack => PACK,
            Self::Lock => LOCK,
            Self::Waivers => WAIVERS,
        }
    }
}
