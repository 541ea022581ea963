//! What a rule does with examples, beside what the locked rule did with them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ChangeEffect;
use super::file::{LockedRule, parameters};
use super::schema_order::takes_no_more;
use crate::rule::demand::canonical_demand;
use crate::rule::examples::{Example, of};
use crate::rule::file::{References, document, with_document};
use crate::rule::{Rule, Subject};
use crate::rule_test::{ExampleEnding, ending};

/// Which change of a parameter is known to demand more.
#[derive(Clone, Copy)]
enum ParameterOrder {
    /// Words are added and none is taken away.
    More,
    /// Words are taken away and none is added.
    Fewer,
    /// The number is higher.
    Higher,
    /// An exception is no longer made.
    Off,
    /// The schema takes nothing that it did not take before.
    TakesLess,
}

/// The parameters of which a change can be known to demand more, by kind of check and name.
const ORDERED: [(&str, &str, ParameterOrder); 12] = [
    ("required", "fields", ParameterOrder::More),
    ("words", "fields", ParameterOrder::Fewer),
    ("words", "words", ParameterOrder::Fewer),
    ("words", "placeholders", ParameterOrder::More),
    ("forbidden-words", "fields", ParameterOrder::More),
    ("forbidden-words", "words", ParameterOrder::More),
    ("person-signs", "fields", ParameterOrder::More),
    ("person-signs", "agent-roles", ParameterOrder::More),
    ("creator", "permissions", ParameterOrder::More),
    ("holders", "at-least", ParameterOrder::Higher),
    ("date-within", "except-break-glass", ParameterOrder::Off),
    ("schema", "schema", ParameterOrder::TakesLess),
];

pub(super) struct Behaviour<'a> {
    locked: &'a LockedRule,
    rule: &'a Rule,
    references: &'a References,
}

impl<'a> Behaviour<'a> {
    pub(super) const fn new(locked: &'a LockedRule, rule: &'a Rule, references: &'a References) -> Self {
        Self { locked, rule, references }
    }

    /// The titles of locked examples that do not fail any more as they did.
    pub(super) fn no_longer_failing(&self) -> Vec<String> {
        let fails = |example: &Example| {
            let ending = ending(self.rule, example, self.references);
            !example.fails.is_empty() && ending.is_some_and(|ending| ending.has_all(&example.fails))
        };
        self.locked.examples().into_iter().filter(|example| !fails(example)).map(|example| example.title).collect()
    }

    /// The titles of locked examples that do not fail under the locked rule either: they show nothing. A lock sorts words of
    /// parameters, which may change what is underlined, not whether.
    pub(super) fn never_failing(&self) -> Vec<String> {
        let Some(before) = self.locked_rule() else { return Vec::new() };
        let fails = |example: &Example| {
            let ending = ending(&before, example, self.references);
            ending.is_some_and(|ending| ending.underlined.len() >= example.fails.len())
        };
        self.locked.examples().into_iter().filter(|example| !fails(example)).map(|example| example.title).collect()
    }

    /// What the difference of the checks means. Examples can show that less is demanded, but never that nothing is: only the
    /// order of each changed parameter can.
    pub(super) fn effect(&self) -> ChangeEffect {
        let rules = (self.locked_rule(), self.with_check(self.rule.kind, &parameters(self.rule)));
        let (Some(before), Some(now)) = rules else { return ChangeEffect::Undecided };
        for example in self.locked.examples().into_iter().chain(of(self.rule)) {
            let endings = [&before, &now].map(|rule| ending(rule, &example, self.references));
            if let [Some(before), Some(now)] = endings
                && is_less(&now, &before)
            {
                return ChangeEffect::Weaker;
            }
        }
        let is_stricter = self.rule.kind == self.locked.check && are_stricter(self.rule.kind, &before, self.rule);
        if is_stricter { ChangeEffect::Stricter } else { ChangeEffect::Undecided }
    }

    /// The rule as the lock describes it; `None` if this rolecall does not take it.
    fn locked_rule(&self) -> Option<Rule> {
        let mut rule = self.with_check(&self.locked.check, &self.locked.parameters)?;
        rule.subject = Subject::by_word(&self.locked.subject)?;
        Some(rule)
    }

    /// The rule with another check.
    fn with_check(&self, kind: &str, parameters: &Value) -> Option<Rule> {
        let mut document = document(self.rule);
        document["check"] = json!({ kind: parameters });
        with_document(self.rule, &document).ok()
    }
}

/// True if `one` underlines less than `other`, or ends more leniently.
fn is_less(one: &ExampleEnding, other: &ExampleEnding) -> bool {
    one.outcome < other.outcome || !one.has_all(&other.underlined)
}

/// True if every parameter is as before or known to demand more.
fn are_stricter(kind: &str, before: &Rule, now: &Rule) -> bool {
    let [before, now] = [before, now].map(|rule| canonical_demand(rule)["parameters"].take());
    let keys: BTreeSet<String> =
        [&before, &now].into_iter().filter_map(Value::as_object).flat_map(|table| table.keys().cloned()).collect();
    keys.iter().filter(|key| before[*key] != now[*key]).all(|key| {
        let order = ORDERED.iter().find(|(of, name, _)| *of == kind && name == key);
        order.is_some_and(|(.., order)| is_stricter(*order, &before[key], &now[key]))
    })
}

fn is_stricter(order: ParameterOrder, before: &Value, now: &Value) -> bool {
    let has_all = |outer: &Value, inner: &Value| {
        let (outer, inner) = (outer.as_array(), inner.as_array());
        outer.zip(inner).is_some_and(|(outer, inner)| inner.iter().all(|word| outer.contains(word)))
    };
    match order {
        ParameterOrder::Off => now.as_bool() != Some(true),
        ParameterOrder::More => has_all(now, before),
        ParameterOrder::Fewer => has_all(before, now),
        ParameterOrder::Higher => now.as_u64().zip(before.as_u64()).is_some_and(|(now, before)| now > before),
        ParameterOrder::TakesLess => takes_no_more(before, now),
    }
}
