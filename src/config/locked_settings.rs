//! The settings of a config as a lock keeps them: all that the schema knows, so that a new key is locked without a line here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Config, RunOptions};
use crate::schema::BuiltInSchema;
use crate::syntax::tree::de::from_node;

/// Settings by their paths, each as a sorted list of words.
type Settings = BTreeMap<String, Vec<String>>;

/// Keys that a lock leaves out, each with the reason; `*` is any name.
const NOT_LOCKED: [(&str, &str); 9] = [
    ("$schema", "only editors read it"),
    ("packs.folders", "the rules of packs are locked themselves"),
    ("policy.lock", "it is what a run is compared with"),
    ("tenants.*.config", "what it declares is locked under the tenant"),
    ("licenses.*.price", "it changes costs only"),
    ("licenses.*.over-price", "it changes costs only"),
    ("licenses.*.over_price", "it changes costs only"),
    ("licenses.*.currency", "it changes costs only"),
    ("licenses.*.period", "it changes costs only"),
];

impl Config {
    /// Every setting that is declared or has a default, by its path.
    #[must_use]
    pub fn locked_settings(&self) -> Settings {
        let root = self.root.map(|root| self.tree.node(root, &self.text, 0));
        let declared = root.and_then(|root| from_node::<Value>(root).ok());
        let document = BuiltInSchema::Config.document();
        let mut walk = SchemaWalk { document: &document, settings: Settings::new() };
        walk.add(&document, ("", ""), declared.as_ref());
        walk.settings
    }

    /// The same for a run with these options, which go over the config.
    #[must_use]
    pub fn locked_settings_of_run(&self, options: &RunOptions) -> Settings {
        let mut settings = self.locked_settings();
        let mut add = |key: &str, word: &str| {
            let words = settings.entry(key.to_owned()).or_default();
            words.push(word.to_owned());
            words.sort_unstable();
            words.dedup();
        };
        options.api_users.iter().for_each(|name| add("api-users.user-names", name));
        options.seats.iter().for_each(|(license, _)| add("licenses", license));
        if options.all_api_users {
            add("all-api-users", "true");
        }
        let seats =
            options.seats.iter().map(|(license, seats)| (format!("licenses.{license}.seats"), seats.to_string()));
        let row = options.header_row.map(|row| ("tables.header-row".to_owned(), row.to_string()));
        let product = options.product.map(|product| ("product".to_owned(), product.word().to_owned()));
        settings.extend(seats.chain(row).chain(product).map(|(key, word)| (key, vec![word])));
        settings
    }
}

/// The settings that were found on a way through the schema of the config.
struct SchemaWalk<'s> {
    document: &'s Value,
    settings: Settings,
}

impl<'s> SchemaWalk<'s> {
    /// Adds what `schema` describes. The path is given with the names that the config declares, and with `*` for them.
    fn add(&mut self, schema: &'s Value, (path, pattern): (&str, &str), declared: Option<&Value>) {
        if NOT_LOCKED.iter().any(|(key, _)| *key == pattern) {
            return;
        }
        let table = self.resolved(schema);
        let of_entries = Some(&table["additionalProperties"]).filter(|schema| schema.is_object());
        for (key, below) in table["properties"].as_object().into_iter().flatten() {
            let value = declared.and_then(|declared| declared.get(key));
            self.add(below, (&below_path(path, key), &below_path(pattern, key)), value);
        }
        if let Some(of_entries) = of_entries {
            let entries: Vec<_> = declared.and_then(Value::as_object).into_iter().flatten().collect();
            if self.resolved(of_entries).get("properties").is_some() && !entries.is_empty() {
                let names = entries.iter().map(|(name, _)| (*name).clone()).collect();
                self.insert(path, names);
            }
            for (name, value) in entries {
                self.add(of_entries, (&below_path(path, name), &below_path(pattern, "*")), Some(value));
            }
        } else if table.get("properties").is_none()
            && let Some(value) = declared.or_else(|| schema.get("default"))
        {
            self.insert(path, words(value));
        }
    }

    fn insert(&mut self, path: &str, mut words: Vec<String>) {
        words.sort_unstable();
        words.dedup();
        self.settings.insert(path.to_owned(), words);
    }

    fn resolved(&self, schema: &'s Value) -> &'s Value {
        let path = schema["$ref"].as_str();
        path.and_then(|path| self.document.pointer(path.trim_start_matches('#'))).unwrap_or(schema)
    }
}

fn below_path(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(word).collect(),
        other => vec![word(other)],
    }
}

/// A list in a list is one word, in whatever order it is written.
fn word(value: &Value) -> String {
    let mut value = value.clone();
    match &mut value {
        Value::String(word) => return std::mem::take(word),
        Value::Array(items) => items.sort_unstable_by_key(Value::to_string),
        other => other.sort_all_objects(),
    }
    value.to_string()
}
