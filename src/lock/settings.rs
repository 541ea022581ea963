//! The settings of a config by which a run can demand less, each as a list of words.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeEffect, LockChange};
use crate::diagnostic::Severity;
use crate::diagnostic::visible::quoted;

/// The locked settings of one config, by the words in `rolecall.lock`. One that the config does not declare is missing.
pub type LockedSettings = BTreeMap<String, Vec<String>>;

/// The setting with the severities, as `RULE=WORD`.
pub const SEVERITIES: &str = "severities";
/// The lowest severity that fails a run.
pub const FAIL_ON: &str = "fail-on";
/// The patterns that declare API users, as `REGEX=MAXIMUM`.
pub const PATTERNS: &str = "patterns";
/// Words that look like content and never count: taking one away demands less.
const PLACEHOLDERS: &str = "placeholders";
/// Names of which one more and one less may demand less.
const NAMES: [&str; 2] = ["administrator-roles", "default-team"];

/// The severity of a rule for runs with these settings; `None` if it is off.
pub(super) fn effective_severity(settings: &LockedSettings, rule: &str, own: Option<Severity>) -> Option<Severity> {
    let mut words = settings.get(SEVERITIES).into_iter().flatten().filter_map(|entry| entry.split_once('='));
    words.find(|(id, _)| *id == rule).map_or(own, |(_, word)| Severity::by_word(word))
}

/// How cells are read: a word or column that is taken away can hide a finding, even a password, as one more can.
const READING: [&str; 5] = ["active", "blank", "columns", "inactive", "separators"];

/// The settings that differ, severities aside.
pub(super) fn setting_changes(prefix: &str, before: &LockedSettings, now: &LockedSettings) -> Vec<LockChange> {
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).filter(|key| *key != SEVERITIES).collect();
    let mut changes = Vec::new();
    for key in keys {
        let (old, new) = (before.get(key), now.get(key));
        // A command without the option says nothing about it.
        if old == new || (key == FAIL_ON && (old.is_none() || new.is_none())) {
            continue;
        }
        let name = format!("{prefix}.{key}");
        let what = format!("it was {}, is {}", shown(old), shown(new));
        changes.push(LockChange::new(&name, effect(key, old, new), what));
    }
    changes
}

fn shown(words: Option<&Vec<String>>) -> String {
    match words {
        None => "not declared".to_owned(),
        Some(words) if words.is_empty() => "empty".to_owned(),
        Some(words) => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "),
    }
}

fn effect(key: &str, old: Option<&Vec<String>>, new: Option<&Vec<String>>) -> ChangeEffect {
    let is_weaker = match (key, old, new) {
        // With alternates declared, every other team is an error.
        ("alternates", None, Some(_)) => false,
        ("alternates", Some(_), None) => true,
        (FAIL_ON, Some(old), Some(new)) => severity(new) > severity(old),
        (PATTERNS, ..) => is_pattern_weaker(old, new),
        (PLACEHOLDERS, ..) => has_more(old, new),
        (key, ..) if NAMES.contains(&key) => true,
        _ => has_more(new, old),
    };
    match is_weaker {
        true => ChangeEffect::Weaker,
        false if READING.contains(&key) => ChangeEffect::Undecided,
        false => ChangeEffect::Stricter,
    }
}

fn severity(words: &[String]) -> Option<Severity> {
    words.first().and_then(|word| Severity::by_word(word))
}

/// True if the first list has a word that the second has not.
fn has_more(one: Option<&Vec<String>>, other: Option<&Vec<String>>) -> bool {
    one.into_iter().flatten().any(|word| !other.is_some_and(|other| other.contains(word)))
}

/// A pattern that is gone declares nobody; a higher maximum lets more accounts be declared.
fn is_pattern_weaker(old: Option<&Vec<String>>, new: Option<&Vec<String>>) -> bool {
    let maximum = |words: Option<&Vec<String>>| -> BTreeMap<String, u64> {
        let parts = words.into_iter().flatten().filter_map(|word| word.rsplit_once('='));
        parts.filter_map(|(regex, max)| Some((regex.to_owned(), max.parse().ok()?))).collect()
    };
    let now = maximum(new);
    maximum(old).into_iter().any(|(regex, max)| now.get(&regex).is_none_or(|now| *now > max))
}
