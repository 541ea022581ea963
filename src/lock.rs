//! What was demanded, written down: `rolecall.lock`. A run by rules or a config that demand less than the lock says is refused.
//!
//! *Less* is shown by failing examples that the lock keeps and that no longer fail. A change of a rule or setting that is not known
//! to demand more is undecided, and refused as well. Texts, comments and order are not part of it.

mod behaviour;
mod file;
mod schema_order;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostic::Severity;
use crate::diagnostic::visible::quoted;
use crate::rule::demand::demand_digest;
use crate::rule::file::References;
use crate::rule::{Rule, Subject};
use behaviour::Behaviour;
use settings::{SettingChange, effective_severity, setting_changes, without_those_of_projects};

pub use file::{AcceptedChange, LockFile, LockedRule};
pub use settings::{FAIL_ON, LockedSettings};

/// The settings of the command's config (under an empty label) and of each tenant's.
pub type SettingsByTenant = BTreeMap<String, LockedSettings>;

/// How much a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeEffect {
    /// Less is demanded.
    Weaker,
    /// No example tells; treated as weaker.
    Undecided,
    /// More is demanded.
    Stricter,
    /// The rule was not locked.
    New,
}

impl ChangeEffect {
    /// The word in the lock and in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weaker => "weaker",
            Self::Undecided => "undecided",
            Self::Stricter => "stricter",
            Self::New => "new",
        }
    }

    /// True if it has to be accepted before anything is judged.
    #[must_use]
    pub const fn is_to_accept(self) -> bool {
        matches!(self, Self::Weaker | Self::Undecided)
    }
}

/// A difference between the lock and what is demanded now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockChange {
    /// The rule, or the setting as `config.KEY` or `tenants.LABEL.KEY`.
    pub name: String,
    /// What it means.
    pub effect: ChangeEffect,
    /// Old and new, as a fragment.
    pub what: String,
}

impl LockChange {
    fn new(name: &str, effect: ChangeEffect, what: impl Into<String>) -> Self {
        Self { name: name.to_owned(), effect, what: what.into() }
    }

    /// What became weaker or stricter, without values.
    #[must_use]
    pub fn heading(&self) -> String {
        format!("{} is {}", self.name, self.effect.word())
    }

    /// The change in one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {}", self.heading(), self.what)
    }
}

/// Everything in which the rules themselves differ from the lock, severities aside.
#[must_use]
pub fn compare_rules(lock: &LockFile, rules: &[Rule]) -> Vec<LockChange> {
    let references = References::built_in();
    let mut changes = Vec::new();
    for (id, locked) in &lock.rules {
        match find(rules, id, locked) {
            Some(rule) => changes.extend(rule_changes(id, locked, rule, &references)),
            None => changes.push(LockChange::new(id, ChangeEffect::Weaker, "the rule is gone")),
        }
    }
    let is_locked = |rule: &&Rule| lock.rules.iter().any(|(id, locked)| is_same(rule, id, locked));
    let new = rules.iter().filter(|rule| !is_locked(rule));
    changes.extend(new.map(|rule| LockChange::new(&rule.id, ChangeEffect::New, "it is not in the lock")));
    changes
}

/// Everything in which the settings of some configs, and the severities that they give rules, differ from the lock. Settings of a
/// tenant that the lock does not know are compared with those of the command. What a tenant has from the command's config is
/// said once.
#[must_use]
pub fn compare_settings(lock: &LockFile, rules: &[Rule], settings: &SettingsByTenant) -> Vec<LockChange> {
    let differences = |label: &str, now: &LockedSettings| -> (Vec<SettingChange>, Vec<LockChange>) {
        let Some(before) = lock.settings.get(label).or_else(|| lock.settings.get("")) else {
            return Default::default();
        };
        let of_tenant = (!label.is_empty()).then(|| [before, now].map(without_those_of_projects));
        let (before, now) = of_tenant.as_ref().map_or((before, now), |[before, now]| (before, now));
        (setting_changes(before, now), severity_changes(lock, rules, before, now))
    };
    let (of_settings, of_severities) = settings.get("").map(|now| differences("", now)).unwrap_or_default();
    let mut changes = Vec::new();
    for (label, now) in settings {
        let (mut own, mut own_severities) = differences(label, now);
        let mut prefix = "config".to_owned();
        if !label.is_empty() {
            own.retain(|change| !of_settings.contains(change));
            own_severities.retain(|change| !of_severities.contains(change));
            prefix = format!("tenants.{label}");
            own_severities.iter_mut().for_each(|change| change.what.push_str(&format!(" for {prefix}")));
        }
        let named = own.into_iter().map(|one| LockChange::new(&format!("{prefix}.{}", one.key), one.effect, one.what));
        changes.extend(named.chain(own_severities));
    }
    changes
}

/// The locked rule among these: the one of its name, before one that says it had it.
fn find<'r>(rules: &'r [Rule], id: &str, locked: &LockedRule) -> Option<&'r Rule> {
    let by_name = rules.iter().find(|rule| rule.id == id);
    by_name.or_else(|| rules.iter().find(|rule| is_same(rule, id, locked)))
}

/// True if `rule` is the locked one, under its name, a later one, or one that it had before.
fn is_same(rule: &Rule, id: &str, locked: &LockedRule) -> bool {
    let born_as = rule.born_as.as_ref().unwrap_or(&rule.id);
    rule.id == id || *born_as == locked.born_as || rule.replaces.iter().any(|former| former == id)
}

/// What the rule itself demands otherwise.
fn rule_changes(id: &str, locked: &LockedRule, rule: &Rule, references: &References) -> Vec<LockChange> {
    let mut changes: Vec<LockChange> = Vec::new();
    let mut add = |effect, what: String| changes.push(LockChange::new(id, effect, what));
    let behaviour = Behaviour::new(locked, rule, references);
    for title in behaviour.no_longer_failing() {
        add(ChangeEffect::Weaker, format!("the example {} no longer fails", quoted(&title)));
    }
    if demand_digest(rule) == locked.demand {
        return changes;
    }
    for title in behaviour.never_failing() {
        add(
            ChangeEffect::Undecided,
            format!("the locked example {} does not fail under the locked rule", quoted(&title)),
        );
    }
    if let (Some(before), subject) = (Subject::by_word(&locked.subject), rule.subject)
        && before != subject
    {
        let effect = if is_within(before, subject) { ChangeEffect::Stricter } else { ChangeEffect::Weaker };
        add(effect, format!("`subject` was `{}`, is `{}`", before.word(), subject.word()));
    }
    let now = file::parameters(rule);
    if rule.kind != locked.check || now != locked.parameters {
        add(behaviour.effect(), parameter_changes(locked, rule.kind, &now));
    }
    if changes.is_empty() && has_severities(rule, locked) {
        changes.push(LockChange::new(id, ChangeEffect::Undecided, "the digest of its demand differs"));
    }
    changes
}

/// True if the severities of the rule itself are the locked ones.
fn has_severities(rule: &Rule, locked: &LockedRule) -> bool {
    let cases = rule.severity_when.iter().map(|(case, severity)| (case.as_str(), severity.word()));
    let locked_cases = locked.severity_when.iter().map(|(case, word)| (case.as_str(), word.as_str()));
    rule.severity.word() == locked.severity && cases.eq(locked_cases)
}

/// True if everything that `inner` judges is judged by `outer` too.
const fn is_within(inner: Subject, outer: Subject) -> bool {
    matches!(
        (inner, outer),
        (_, Subject::Account)
            | (Subject::ApiUser, Subject::AnyApiUser | Subject::ActiveAccount)
            | (Subject::Person, Subject::ActiveAccount)
    )
}

fn parameter_changes(locked: &LockedRule, kind: &str, now: &Value) -> String {
    if kind != locked.check {
        return format!("the check was `{}`, is `{kind}`", locked.check);
    }
    let (before, now) = (locked.parameters.as_object(), now.as_object());
    let keys: BTreeSet<&String> = before.into_iter().chain(now).flat_map(serde_json::Map::keys).collect();
    let pairs = keys.into_iter().map(|key| (key, [before, now].map(|table| table.and_then(|table| table.get(key)))));
    let shown = |value: Option<&Value>| {
        value.map_or_else(|| "missing".to_owned(), |value| quoted(value.as_str().unwrap_or(&value.to_string())))
    };
    let change = |(key, [before, now]): (&String, [Option<&Value>; 2])| {
        format!("`{key}` was {}, is {}", shown(before), shown(now))
    };
    pairs.filter(|(_, [before, now])| before != now).map(change).collect::<Vec<_>>().join("; ")
}

/// Severities as they hold for runs: those of the rules, or what the config makes of them.
fn severity_changes(lock: &LockFile, rules: &[Rule], before: &LockedSettings, now: &LockedSettings) -> Vec<LockChange> {
    let mut changes = Vec::new();
    for (id, locked) in &lock.rules {
        let Some(rule) = find(rules, id, locked) else { continue };
        let cases = locked.severity_when.keys().chain(rule.severity_when.keys()).map(Some);
        for case in std::iter::once(None).chain(cases) {
            let case = case.map(String::as_str);
            let own = case.and_then(|case| locked.severity_when.get(case)).unwrap_or(&locked.severity);
            let before = effective_severity(before, id, Severity::by_word(own));
            let now = effective_severity(now, &rule.id, Some(rule.severity_of(case)));
            if before == now {
                continue;
            }
            let word = |severity: Option<Severity>| severity.map_or("off", Severity::word);
            let of_case = case.map_or_else(String::new, |case| format!(" of {}", quoted(case)));
            let effect = if now < before { ChangeEffect::Weaker } else { ChangeEffect::Stricter };
            let what = format!("the severity{of_case} was `{}`, is `{}`", word(before), word(now));
            changes.push(LockChange::new(id, effect, what));
        }
    }
    changes.dedup();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::date::Date;
    use crate::rule::file::all_built_in;
    use crate::rule_test::rule_mutants;

    fn lock() -> LockFile {
        let day = Date::parse("2026-11-21", None).expect("a day");
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let (roles, other) = (words(&["Administrator"]), words(&["Chief", "Odd \"\u{a0}"]));
        let root: LockedSettings =
            [("administrator.role-names".to_owned(), roles), ("product".to_owned(), words(&["x"]))].into();
        let tenant = LockedSettings::from([("administrator.role-names".to_owned(), other)]);
        let tenant = root.clone().into_iter().chain(tenant).collect();
        LockFile::of_rules(&all_built_in(), [(String::new(), root), ("acme".to_owned(), tenant)].into(), day)
    }

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let lock = lock();
        let text = lock.text();
        assert_eq!(LockFile::parse("rolecall.lock", &text).unwrap_or_else(|why| panic!("{why:?}\n{text}")), lock);
        assert_eq!(compare_rules(&lock, &all_built_in()), []);
        assert_eq!(text.matches("product").count(), 1, "a tenant has only what differs\n{text}");
    }

    /// Each parameter of each built-in rule is changed: the lock says weaker or stricter, never that nothing changed.
    #[test]
    fn no_change_of_a_built_in_rule_passes_the_lock() {
        let (lock, mut silent, mut count) = (lock(), Vec::new(), 0);
        for rule in all_built_in() {
            for (change, mutant) in rule_mutants(&rule) {
                count += 1;
                let id = rule.id.as_str();
                let mut changes = rule_changes(id, &lock.rules[id], &mutant, &References::built_in());
                changes.extend(compare_settings(&lock, &[mutant], &lock.settings));
                let has = |effect| changes.iter().any(|change| change.effect == effect);
                if !has(ChangeEffect::Weaker) && !has(ChangeEffect::Stricter) {
                    silent.push(format!("{id}: {change}: {changes:?}"));
                }
            }
        }
        assert!(count > 200 && silent.is_empty(), "{} of {count}\n{}", silent.len(), silent.join("\n"));
    }
}
