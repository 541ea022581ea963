//! The traceability matrix: which statements of the vendor's page are held by which rules, and which leave
//! nothing to check offline.

use serde::Deserialize;

use super::Rule;
use crate::syntax::toml;
use crate::syntax::tree::Tree;
use crate::syntax::tree::de::from_node;

const STATEMENTS: &str = include_str!("../../rules/statements.toml");

/// A statement of the vendor's page, in our words.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    /// Its id, `S1` to `S14`.
    pub id: String,
    /// Its place on the page.
    #[serde(rename = "where")]
    pub place: String,
    /// What it says, in our words.
    pub says: String,
    /// Why there is nothing to check, if so.
    #[serde(default)]
    pub nothing_to_check: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statements {
    statements: Vec<Statement>,
}

/// All statements, in order.
#[must_use]
pub fn statements() -> Vec<Statement> {
    let mut tree = Tree::new();
    toml::parse(STATEMENTS, 0, &mut tree).expect("internal error: the statements are TOML");
    let root = tree.root(STATEMENTS, 0).expect("internal error: there are statements");
    from_node::<Statements>(root).expect("internal error: the statements are complete").statements
}

/// The rules that rest on a statement.
pub fn rules_of<'r>(statement: &str, rules: &'r [Rule]) -> impl Iterator<Item = &'r Rule> {
    rules.iter().filter(move |rule| rule.statements.iter().any(|id| id == statement))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::file::built_in;

    #[test]
    fn every_statement_has_a_rule_or_a_reason() {
        let rules = built_in();
        let statements = statements();
        let ids: Vec<_> = statements.iter().map(|statement| statement.id.clone()).collect();
        assert_eq!(ids, (1..=14).map(|number| format!("S{number}")).collect::<Vec<_>>());
        for statement in &statements {
            let has_rule = rules_of(&statement.id, &rules).next().is_some();
            assert_eq!(has_rule, statement.nothing_to_check.is_none(), "{}", statement.id);
        }
        for rule in &rules {
            assert!(rule.statements.iter().all(|id| ids.contains(id)), "{}", rule.id);
        }
    }
}
