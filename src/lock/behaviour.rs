//! What a rule does with examples, beside what the locked rule did with them.

use serde_json::json;

use super::ChangeEffect;
use super::file::LockedRule;
use crate::rule::Rule;
use crate::rule::examples::{Example, of};
use crate::rule::file::{References, document, with_document};
use crate::rule_test::{ExampleEnding, ending};

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
            ending.is_some_and(|ending| ending.has_all(&example.fails))
        };
        self.locked.examples().into_iter().filter(|example| !fails(example)).map(|example| example.title).collect()
    }

    /// What the difference of the checks means, by the examples of both.
    pub(super) fn effect(&self) -> ChangeEffect {
        let Some(before) = self.locked_rule() else { return ChangeEffect::Undecided };
        let mut is_stricter = false;
        for example in self.locked.examples().into_iter().chain(of(self.rule)) {
            let endings = [&before, self.rule].map(|rule| ending(rule, &example, self.references));
            let [Some(before), Some(now)] = endings else { continue };
            if is_less(&now, &before) {
                return ChangeEffect::Weaker;
            }
            is_stricter |= is_less(&before, &now);
        }
        if is_stricter { ChangeEffect::Stricter } else { ChangeEffect::Undecided }
    }

    /// The rule as the lock describes it; `None` if this rolecall does not take it.
    fn locked_rule(&self) -> Option<Rule> {
        let mut document = document(self.rule);
        document["subject"] = json!(self.locked.subject);
        document["check"] = json!({ &self.locked.check: self.locked.parameters });
        with_document(self.rule, &document).ok()
    }
}

/// True if `one` underlines less than `other`, or ends more leniently.
fn is_less(one: &ExampleEnding, other: &ExampleEnding) -> bool {
    one.outcome < other.outcome || !one.has_all(&other.underlined)
}
