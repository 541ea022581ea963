//! The rules of a run as SARIF describes them, and the vendor's statements as a taxonomy.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::message::text;
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::{Basis, Severity};
use crate::report::{Report, VERSION};
use crate::rule::Rule;
use crate::rule::coverage::statements;

/// The name of the taxonomy of statements.
const TAXONOMY: &str = "Vendor's procedure";

/// Every rule and every kind of fault that a result may name.
pub(super) struct RuleIndex {
    descriptors: Vec<Value>,
    numbers: BTreeMap<String, usize>,
}

impl RuleIndex {
    /// The rules of the run, and the kinds of fault that the run met.
    pub(super) fn of(report: &Report<'_>) -> Self {
        let mut rules = Self { descriptors: Vec::new(), numbers: BTreeMap::new() };
        for rule in report.rule_set.rules {
            rules.add(&rule.id, of_rule(rule, report));
        }
        let found = report.run.diagnostics.iter().map(|one| &*one.rule);
        for id in found.chain(report.run.ledger.holes.iter().map(|hole| hole.rule.as_str())) {
            if let Some(kind) = FaultKind::by_id(id).filter(|_| !rules.numbers.contains_key(id)) {
                rules.add(id, of_fault(kind));
            }
        }
        rules
    }

    fn add(&mut self, id: &str, descriptor: Value) {
        self.numbers.insert(id.to_owned(), self.descriptors.len());
        self.descriptors.push(descriptor);
    }

    /// The number of a rule.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// A reference to a rule.
    pub(super) fn reference(&self, id: &str) -> Option<Value> {
        self.index(id).map(|index| json!({ "id": id, "index": index }))
    }

    /// The tool with its rules.
    pub(super) fn driver(&self, report: &Report<'_>) -> Value {
        json!({
            "name": "rolecall",
            "version": VERSION,
            "informationUri": "https://rolecall.example/",
            "semanticVersion": VERSION,
            "shortDescription": { "text": format!("offline linter for API user accounts of {}", report.run.product.name()) },
            "rules": self.descriptors,
            "supportedTaxonomies": [{ "name": TAXONOMY, "index": 0 }],
        })
    }
}

fn of_rule(rule: &Rule, report: &Report<'_>) -> Value {
    let product = report.run.product;
    let fill = |words: &str| text(&product.fill(words));
    let citations: Vec<_> =
        rule.citations.iter().map(|citation| report.rule_set.references.citation_text(citation, product)).collect();
    let (why, remedy) = (product.fill(&rule.rationale), product.fill(&rule.remedy));
    let severity = changed(rule, report).unwrap_or(rule.severity);
    json!({
        "id": rule.id,
        "name": name(&rule.id),
        "shortDescription": { "text": fill(&rule.title) },
        "fullDescription": { "text": text(&why) },
        "help": {
            "text": text(&format!("{why}\n\nHelp: {remedy}\n\nRequired by: {}", citations.join("; "))),
            "markdown": text(&format!("{why}\n\n**Help:** {remedy}\n\n**Required by:**\n\n- {}\n", citations.join("\n- "))),
        },
        "defaultConfiguration": {
            "level": level(severity),
            "enabled": !report.run.ledger.rules_off.contains(&rule.id),
        },
        "relationships": rule.statements.iter().map(|id| relationship(id)).collect::<Vec<_>>(),
        "properties": {
            "tags": tags(rule),
            "precision": "very-high",
            "problem.severity": problem_severity(severity),
            "rolecall/basis": rule.basis.word(),
            "rolecall/citations": citations,
        },
    })
}

fn of_fault(kind: FaultKind) -> Value {
    json!({
        "id": kind.id(),
        "name": name(kind.id()),
        "shortDescription": { "text": text(kind.title()) },
        "fullDescription": { "text": text(kind.why()) },
        "help": { "text": text(&format!("{}\n\nHelp: {}", kind.why(), kind.remedy())) },
        "defaultConfiguration": { "level": "error" },
        "properties": {
            "tags": ["input"],
            "precision": "very-high",
            "problem.severity": "error",
            "rolecall/basis": Basis::Input.word(),
        },
    })
}

/// The severity the site made of a rule.
fn changed(rule: &Rule, report: &Report<'_>) -> Option<Severity> {
    report.run.ledger.severity_changes.iter().find(|change| change.rule == rule.id).map(|change| change.to)
}

fn tags(rule: &Rule) -> Vec<&str> {
    // Services keep ten tags of a rule.
    ["security", rule.pack.as_str()].into_iter().chain(rule.statements.iter().map(String::as_str)).take(10).collect()
}

/// An id in the form that SARIF wants of a name.
fn name(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    id.split('-').map(word).collect()
}

/// A severity as SARIF's level.
pub(super) const fn level(severity: Severity) -> &'static str {
    severity.word()
}

const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    }
}

fn relationship(statement: &str) -> Value {
    json!({ "target": taxon(statement), "kinds": ["relevant"] })
}

/// A reference to a statement.
pub(super) fn taxon(statement: &str) -> Value {
    json!({ "id": statement, "toolComponent": { "name": TAXONOMY, "index": 0 } })
}

/// The vendor's statements.
pub(super) fn taxonomy() -> Value {
    let taxon = |one: crate::rule::coverage::Statement| {
        json!({
            "id": one.id,
            "name": one.id,
            "shortDescription": { "text": text(&one.says) },
            "fullDescription": { "text": text(&format!("{}: {}", one.place, one.says)) },
        })
    };
    json!({
        "name": TAXONOMY,
        "version": VERSION,
        "shortDescription": { "text": "what the vendor's page requires of an API user account, statement by statement" },
        "isComprehensive": true,
        "taxa": statements().into_iter().map(taxon).collect::<Vec<_>>(),
    })
}
