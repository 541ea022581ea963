//! The settings of a config by which a run can demand less, each as a list of words. A change may demand less unless it is
//! known to demand more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ChangeEffect;
use crate::diagnostic::Severity;
use crate::diagnostic::visible::quoted;

/// The locked settings of one config, by their paths in it. One without a value is missing.
pub type LockedSettings = BTreeMap<String, Vec<String>>;

/// The lowest severity that fails a run.
pub const FAIL_ON: &str = "fail-on";

/// Which change of a setting is known to demand more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SettingOrder {
    /// Words are taken away and none is added.
    Fewer,
    /// Words are added and none is taken away.
    More,
    /// The number is lower.
    Lower,
    /// The number is lower, or was not declared before: without it nothing is demanded.
    LowerOrDeclared,
    /// It is switched on.
    On,
    /// The same patterns have lower maxima.
    LowerMaxima,
}

/// Settings of which a change can be known to demand more; `*` is any name.
const ORDERED: [(&str, SettingOrder); 19] = [
    ("administrator.accept-equivalent", SettingOrder::Fewer),
    ("names.purpose-words", SettingOrder::Fewer),
    ("passwords.references", SettingOrder::Fewer),
    ("policy.baseline", SettingOrder::Fewer),
    ("teams.alternates", SettingOrder::Fewer),
    ("drift.owns.roles", SettingOrder::More),
    ("names.placeholders", SettingOrder::More),
    ("licenses.*.seats", SettingOrder::Lower),
    ("licenses.*.warn-at", SettingOrder::Lower),
    ("policy.longest-waiver", SettingOrder::Lower),
    ("packs.access-review", SettingOrder::On),
    ("review.apart", SettingOrder::More),
    ("review.break-glass", SettingOrder::Fewer),
    ("review.dormant", SettingOrder::LowerOrDeclared),
    ("review.period.api-users", SettingOrder::LowerOrDeclared),
    ("review.period.people", SettingOrder::LowerOrDeclared),
    ("review.privileged-at-most", SettingOrder::LowerOrDeclared),
    ("review.secret-days", SettingOrder::LowerOrDeclared),
    ("api-users.patterns", SettingOrder::LowerMaxima),
];

/// Takes out what only the config of a project declares, for all its tenants.
pub(super) fn without_those_of_projects(settings: &LockedSettings) -> LockedSettings {
    let is_of_projects = |key: &str| ["policy", "project", "tenants"].contains(&key.split('.').next().unwrap_or(key));
    settings.iter().filter(|(key, _)| !is_of_projects(key)).map(|(key, words)| (key.clone(), words.clone())).collect()
}

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettingChange {
    pub(super) key: String,
    pub(super) effect: ChangeEffect,
    /// Old and new.
    pub(super) what: String,
}

/// The severity of a rule for runs with these settings; `None` if it is off.
pub(super) fn effective_severity(settings: &LockedSettings, rule: &str, own: Option<Severity>) -> Option<Severity> {
    let word = settings.get(&format!("severity.{rule}")).and_then(|words| words.first());
    word.map_or(own, |word| Severity::by_word(word))
}

/// The settings that differ, severities aside.
pub(super) fn setting_changes(before: &LockedSettings, now: &LockedSettings) -> Vec<SettingChange> {
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let mut changes = Vec::new();
    for key in keys.into_iter().filter(|key| !key.starts_with("severity.") && !is_of_one_side(key, before, now)) {
        let (old, new) = (before.get(key), now.get(key));
        // A command without the option says nothing about it.
        if old == new || (key == FAIL_ON && (old.is_none() || new.is_none())) {
            continue;
        }
        let what = format!("it was {}, is {}", shown(old), shown(new));
        changes.push(SettingChange { key: key.clone(), effect: effect(key, old, new), what });
    }
    changes
}

/// True for a setting of a licence or tenant that is new or gone: the list of all of them says so.
fn is_of_one_side(key: &str, before: &LockedSettings, now: &LockedSettings) -> bool {
    let entry = ["licenses", "tenants"].into_iter().find_map(|table| {
        let (name, _) = key.strip_prefix(table)?.strip_prefix('.')?.rsplit_once('.')?;
        Some((table, name))
    });
    let is_known = |settings: &LockedSettings, table, name| words(settings.get(table)).any(|known| known == name);
    entry.is_some_and(|(table, name)| is_known(before, table, name) != is_known(now, table, name))
}

fn shown(words: Option<&Vec<String>>) -> String {
    match words {
        None => "not declared".to_owned(),
        Some(words) if words.is_empty() => "empty".to_owned(),
        Some(words) => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "),
    }
}

fn effect(key: &str, old: Option<&Vec<String>>, new: Option<&Vec<String>>) -> ChangeEffect {
    let order = ORDERED.iter().find(|(pattern, _)| is_path(key, pattern)).map(|(_, order)| *order);
    let (is_weaker, is_stricter) = match (key, order) {
        (FAIL_ON, _) => (severity(new) > severity(old), severity(new) < severity(old)),
        // A tenant that joins is judged besides the others.
        ("tenants", _) => (has_more(old, new), !has_more(old, new)),
        // Without alternates, a team that is not the default is a note; with them, every one but they is an error.
        ("teams.alternates", _) if old.is_none() || new.is_none() => {
            (new.is_none_or(|new| !new.is_empty()), old.is_none())
        }
        // One file less is not known to demand more: what a waiver names, a baseline does not hold.
        ("policy.waivers", _) => (has_more(new, old), false),
        (_, Some(SettingOrder::Fewer)) => (has_more(new, old), true),
        (_, Some(SettingOrder::More)) => (has_more(old, new), true),
        (_, Some(SettingOrder::Lower)) => match [old, new].map(number) {
            [Some(old), Some(new)] => (new > old, new < old),
            _ => (false, false),
        },
        (_, Some(SettingOrder::LowerOrDeclared)) => match [old, new].map(number) {
            [Some(old), Some(new)] => (new > old, new < old),
            [old, new] => (new.is_none(), old.is_none()),
        },
        (_, Some(SettingOrder::On)) => (words(new).next() != Some("true"), words(new).next() == Some("true")),
        (_, Some(SettingOrder::LowerMaxima)) => has_other_maxima(old, new),
        (_, None) => (false, false),
    };
    match (is_weaker, is_stricter) {
        (true, _) => ChangeEffect::Weaker,
        (false, true) => ChangeEffect::Stricter,
        (false, false) => ChangeEffect::Undecided,
    }
}

/// True if `key` is the path `pattern`, with any name for `*`.
fn is_path(key: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => key.len() > start.len() + end.len() && key.starts_with(start) && key.ends_with(end),
        None => key == pattern,
    }
}

fn words(words: Option<&Vec<String>>) -> impl Iterator<Item = &str> {
    words.into_iter().flatten().map(String::as_str)
}

fn severity(list: Option<&Vec<String>>) -> Option<Severity> {
    words(list).next().and_then(Severity::by_word)
}

/// The only number of a list.
fn number(list: Option<&Vec<String>>) -> Option<f64> {
    match list.map(Vec::as_slice) {
        Some([one]) => one.parse().ok(),
        _ => None,
    }
}

/// True if the first list has a word that the second has not.
fn has_more(one: Option<&Vec<String>>, other: Option<&Vec<String>>) -> bool {
    words(one).any(|word| !words(other).any(|known| known == word))
}

/// Whether a pattern is gone, which then declares nobody, or has a higher maximum, by which more accounts can be declared; and
/// whether nothing but maxima became lower.
fn has_other_maxima(old: Option<&Vec<String>>, new: Option<&Vec<String>>) -> (bool, bool) {
    let maxima = |list| -> BTreeMap<String, u64> {
        let tables = words(list).filter_map(|word| serde_json::from_str::<Value>(word).ok());
        tables.filter_map(|table| Some((table["regex"].as_str()?.to_owned(), table["max"].as_u64()?))).collect()
    };
    let (old, new) = (maxima(old), maxima(new));
    let is_weaker = old.iter().any(|(regex, max)| new.get(regex).is_none_or(|new| new > max));
    (is_weaker, new.keys().all(|regex| old.contains_key(regex)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::schema::BuiltInSchema;

    fn settings(config: &str) -> LockedSettings {
        Config::parse("rolecall.toml", config).unwrap_or_else(|why| panic!("{config}: {why:?}")).locked_settings()
    }

    /// Each key below `schema` by its path in a config, with a value that is not its default.
    fn keys(document: &Value, schema: &Value, path: &str, found: &mut Vec<(String, Value)>) {
        let table = schema["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
        let table = table.unwrap_or(schema);
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for (key, schema) in table["properties"].as_object().into_iter().flatten() {
            keys(document, schema, &below(key), found);
        }
        if table["additionalProperties"].is_object() {
            let name = if path == "severity" { "team-blank" } else { "acme" };
            keys(document, &table["additionalProperties"], &below(name), found);
        } else if table.get("properties").is_none() {
            let samples = [schema, table].into_iter().flat_map(|one| [&one["enum"], &one["examples"]]);
            let mut samples: Vec<Value> = samples.filter_map(Value::as_array).flatten().cloned().collect();
            samples.extend([
                serde_json::json!(true),
                serde_json::json!("X"),
                serde_json::json!(["X"]),
                serde_json::json!(0.5),
            ]);
            let fits = |sample: &Value| match table["type"].as_str() {
                Some("array") => sample.is_array(),
                Some("number") => sample.is_number(),
                Some("integer") => sample.is_u64(),
                Some("boolean") => sample.is_boolean(),
                Some(_) => sample.is_string(),
                None => true,
            };
            let sample = samples.into_iter().find(|sample| *sample != schema["default"] && fits(sample));
            found.push((path.to_owned(), sample.unwrap_or_else(|| panic!("{path} needs an example"))));
        }
    }

    fn toml(value: &Value) -> String {
        match value {
            Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
            Value::Object(table) => {
                let entries: Vec<_> = table.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
                format!("{{ {} }}", entries.join(", "))
            }
            other => other.to_string(),
        }
    }

    /// Each key of the schema is declared, and taken away again: what is not said here may demand less.
    #[test]
    fn a_change_of_any_key_of_the_config_may_demand_less_unless_it_is_known_to_demand_more() {
        let document = BuiltInSchema::Config.document();
        let mut all = Vec::new();
        keys(&document, &document, "", &mut all);
        assert!(all.len() > 60, "{all:?}");
        let (mut unseen, mut stricter) = (Vec::new(), Vec::new());
        for (key, sample) in all.into_iter().filter(|(key, _)| !key.starts_with("severity.")) {
            let beside = match key.split('.').next() {
                Some("licenses") => "licenses.acme.labels = [\"Seat\"]\n",
                Some("tenants") => "tenants.acme.inputs = [\"a.csv\"]\n",
                Some("project") if key != "project.inputs" => "project.inputs = [\"a.csv\"]\n",
                _ => "",
            };
            let quoted_key = if key == "$schema" { "'$schema'" } else { &key };
            let declared = format!("{quoted_key} = {}\n", toml(&sample));
            let beside =
                if ["tenants.acme.inputs", "licenses.acme.labels"].contains(&key.as_str()) { "" } else { beside };
            let (without, with) = (settings(beside), settings(&(beside.to_owned() + &declared)));
            for (what, before, now) in [("declared", &without, &with), ("gone", &with, &without)] {
                let changes = setting_changes(before, now);
                if changes.is_empty() {
                    unseen.push(format!("{key} {what}"));
                } else if changes.iter().all(|change| !change.effect.is_to_accept()) {
                    stricter.push(format!("{key} {what}"));
                }
            }
        }
        let twice = |key: &&str| [format!("{key} declared"), format!("{key} gone")];
        let not_locked = [
            "$schema",
            "licenses.acme.currency",
            "licenses.acme.over-price",
            "licenses.acme.over_price",
            "licenses.acme.period",
            "licenses.acme.price",
            "packs.folders",
            "policy.lock",
            "tenants.acme.config",
        ];
        unseen.sort_unstable();
        assert_eq!(unseen, not_locked.iter().flat_map(twice).collect::<Vec<_>>());
        stricter.sort_unstable();
        assert_eq!(
            stricter,
            [
                "administrator.accept-equivalent gone",
                "drift.owns.roles declared",
                "licenses.acme.warn-at declared",
                "names.placeholders declared",
                "names.purpose-words gone",
                "packs.access-review declared",
                "passwords.references gone",
                "policy.baseline gone",
                "policy.longest-waiver declared",
                "review.apart declared",
                "review.break-glass gone",
                "review.dormant declared",
                "review.period.api-users declared",
                "review.period.people declared",
                "review.privileged-at-most declared",
                "review.secret-days declared",
                "tenants.acme.inputs declared",
            ]
        );
    }

    #[test]
    fn what_is_known_to_demand_more_has_its_order() {
        let effect = |before: &str, now: &str| {
            let effects: Vec<_> =
                setting_changes(&settings(before), &settings(now)).into_iter().map(|one| one.effect).collect();
            let [effect] = effects[..] else { panic!("{before} {now}: {effects:?}") };
            effect
        };
        let pattern = |regex: &str, max| format!("api-users.patterns = [{{ regex = \"{regex}\", max = {max} }}]");
        for (before, now) in [
            ("licenses.a.seats = 20", "licenses.a.seats = 19"),
            ("licenses.a.warn-at = 0.9", "licenses.a.warn-at = 0.85"),
            ("policy.longest-waiver = 100", "policy.longest-waiver = 99"),
            ("teams.alternates = [\"A\", \"B\"]", "teams.alternates = [\"B\"]"),
            ("names.placeholders = [\"A\"]", "names.placeholders = [\"A\", \"B\"]"),
            (&pattern("^api", 10), &pattern("^api", 9)),
        ] {
            assert_eq!(effect(before, now), ChangeEffect::Stricter, "{now}");
            assert_eq!(effect(now, before), ChangeEffect::Weaker, "{before}");
        }
        for (before, now, expected) in [
            ("", "teams.alternates = [\"A\"]", ChangeEffect::Weaker),
            ("teams.alternates = []", "", ChangeEffect::Weaker),
            ("", "policy.waivers = [\"w.toml\"]", ChangeEffect::Weaker),
            ("policy.waivers = [\"w.toml\"]", "", ChangeEffect::Undecided),
            ("", "teams.alternates = []", ChangeEffect::Stricter),
            ("names.placeholders = [\"A\"]", "names.placeholders = [\"B\"]", ChangeEffect::Weaker),
            ("licenses.a.seats = 20", "licenses.a.seats = [{ from = 2027-01-01, count = 1 }]", ChangeEffect::Undecided),
            (&pattern("^api", 10), &pattern("^app", 10), ChangeEffect::Weaker),
            ("", &pattern("^api", 10), ChangeEffect::Undecided),
            ("tenants.a.inputs = [\"x\"]", "tenants.b.inputs = [\"x\"]", ChangeEffect::Weaker),
        ] {
            assert_eq!(effect(before, now), expected, "{now}");
        }
    }
}
