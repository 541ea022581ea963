//! The digest of what a rule demands. It changes with subject, check, parameters and severities, and not with texts,
//! comments, examples, order, or a default that is written out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Rule, Subject};
use crate::diagnostic::Severity;
use crate::diagnostic::fingerprint::hex;
use crate::fast::sort_few::sort_few_by;

/// What a rule demands, as `sha256:` and the digest of its canonical form.
#[must_use]
pub fn demand_digest(rule: &Rule) -> String {
    RuleDemand::of(rule).digest()
}

/// What a rule demands, with every default, in one order.
#[must_use]
pub fn canonical_demand(rule: &Rule) -> Value {
    RuleDemand::of(rule).canonical()
}

/// What of a rule is part of its demand.
pub struct RuleDemand {
    subject: Subject,
    kind: &'static str,
    parameters: Arc<Value>,
    severity: Severity,
    severity_when: BTreeMap<String, Severity>,
}

impl RuleDemand {
    /// That of this rule.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        Self {
            subject: rule.subject,
            kind: rule.kind,
            parameters: Arc::clone(&rule.parameters),
            severity: rule.severity,
            severity_when: rule.severity_when.clone(),
        }
    }

    /// `sha256:` and the digest of its canonical form.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("sha256:{}", hex(&Sha256::digest(self.canonical().to_string())))
    }

    fn canonical(&self) -> Value {
        let when: serde_json::Map<_, _> =
            self.severity_when.iter().map(|(case, severity)| (case.clone(), severity.word().into())).collect();
        let mut parameters = Value::clone(&self.parameters);
        // The names in a list of a parameter are a set.
        for list in
            parameters.as_object_mut().into_iter().flat_map(|table| table.values_mut()).filter_map(Value::as_array_mut)
        {
            if list.iter().all(Value::is_string) {
                sort_few_by(list, |a, b| a.as_str().cmp(&b.as_str()));
                list.dedup();
            }
        }
        let mut demand = json!({
            "subject": self.subject.word(),
            "check": self.kind,
            "parameters": parameters,
            "severity": self.severity.word(),
            "severity-when": when,
        });
        demand.sort_all_objects();
        demand
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::file::read;

    const RULE: &str = r#"
id = "x"
title = "t"
severity = "error"
basis = "site"
subject = "api-user"
rationale = "r"
remedy = "m"
[severity-when]
no-alternates = "note"
[check.words]
fields = ["first-name", "last-name"]
words = ["API", "feed"]
"#;

    fn digest(from: &str, to: &str) -> String {
        assert!(RULE.contains(from), "{from}");
        demand_digest(&read(&RULE.replace(from, to)).unwrap_or_else(|why| panic!("{to}: {why}")))
    }

    #[test]
    fn texts_order_and_defaults_change_nothing() {
        let due = digest("id", "id");
        assert_eq!(due.len(), "sha256:".len() + 64);
        for (from, to) in [
            ("title = \"t\"", "title = \"other\""),
            ("rationale = \"r\"", "# a comment\nrationale = \"other\""),
            ("remedy = \"m\"", "remedy = \"other\"\nborn-as = \"older\""),
            ("[\"first-name\", \"last-name\"]", "[\"last-name\", \"first-name\"]"),
            ("words = [", "placeholders = []\nwords = ["),
            ("id = \"x\"", "id = \"y\""),
        ] {
            assert_eq!(digest(from, to), due, "{to}");
        }
    }

    #[test]
    fn every_part_of_the_demand_counts() {
        let due = digest("id", "id");
        for (from, to) in [
            ("severity = \"error\"", "severity = \"warning\""),
            ("no-alternates = \"note\"", "no-alternates = \"error\""),
            ("\"api-user\"", "\"account\""),
            ("\"feed\"", "\"Feed\""),
            ("words = [", "placeholders = [\"tbd\"]\nwords = ["),
        ] {
            assert_ne!(digest(from, to), due, "{to}");
        }
    }
}
