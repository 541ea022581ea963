//! The examples of a rule file: its tests and its documentation. They are read for `rolecall explain` and by
//! the tests, never when a check runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rule;
use crate::syntax::toml;
use crate::syntax::tree::Tree;
use crate::syntax::tree::de::from_node;

/// One example.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// Accounts, as cells that differ from the compliant baseline; `None` means one baseline account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<BTreeMap<String, String>>>,
    /// Columns of the baseline that the input does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// Without the background administrators.
    #[serde(default, skip_serializing_if = "is_false")]
    pub alone: bool,
    /// Seats owned, as `--seats` says them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<String>>,
    /// A plan of the same run, in YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// A config, in TOML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// As `--all-api-users`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all_api_users: bool,
    /// The day judged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What the rule underlines, in order; empty if it passes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fails: Vec<String>,
    /// The severity of the failures, if it is not the rule's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// How the rule ends, if it neither passes nor fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Other rules that fire too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// What a lock leaves out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Deserialize)]
struct Examples {
    #[serde(default)]
    examples: Vec<Example>,
}

/// The examples of `rule`.
#[must_use]
pub fn of(rule: &Rule) -> Vec<Example> {
    let text = rule.source.text();
    let mut tree = Tree::new();
    toml::parse(text, 0, &mut tree).expect("internal error: the examples of a rule file are TOML");
    let read = |root| {
        from_node::<Examples>(root).unwrap_or_else(|why| panic!("internal error: an example of {}: {why}", rule.id))
    };
    tree.root(text, 0).map(|root| read(root).examples).unwrap_or_default()
}
