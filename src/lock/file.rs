//! `rolecall.lock`: TOML that a person can read in a diff, sorted, with no clock but the as-of date.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::settings::without_those_of_projects;
use super::{LockedSettings, SettingsByTenant};
use crate::diagnostic::fingerprint::hex;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::is_hidden;
use crate::read::site_document::SiteDocument;
use crate::record::date::Date;
use crate::rule::Rule;
use crate::rule::demand::{canonical_demand, demand_digest};
use crate::rule::examples::{Example, of};
use crate::rule::file::References;
use crate::rule_test::ending;
use crate::schema::BuiltInSchema;
use crate::source::Spanned;
use crate::syntax::tree::de::OrderedMap;

/// The name and version of the form.
const SCHEMA: &str = "rolecall.lock/1";

/// What was demanded when the lock was written.
#[derive(Clone, Debug, PartialEq)]
pub struct LockFile {
    /// The day it was written for.
    pub as_of: String,
    /// The rules, by id.
    pub rules: BTreeMap<String, LockedRule>,
    /// The settings.
    pub settings: SettingsByTenant,
    /// What was made weaker with a reason when it was written.
    pub accepted: Vec<AcceptedChange>,
}

/// A rule as it was.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub struct LockedRule {
    /// Its first id.
    pub born_as: String,
    /// The digest of what it demands.
    pub demand: String,
    /// The digest of its file, for people.
    pub texts: String,
    /// What it judges.
    pub subject: String,
    /// Its severity.
    pub severity: String,
    /// The same for cases of the check.
    #[serde(default)]
    pub severity_when: BTreeMap<String, String>,
    /// The kind of its check.
    pub check: String,
    /// The parameters, with every default.
    pub parameters: Value,
    /// Its failing examples as JSON.
    pub fails: Vec<String>,
}

/// A weakening and its reason.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct AcceptedChange {
    /// The rule or setting.
    pub rule: String,
    /// `weaker` or `undecided`.
    pub change: String,
    /// Why.
    pub reason: String,
    /// The day.
    pub on: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct LockTables {
    as_of: String,
    #[serde(default)]
    rules: OrderedMap<LockedRule>,
    #[serde(default)]
    config: OrderedMap<SettingValue>,
    #[serde(default)]
    tenants: OrderedMap<OrderedMap<SettingValue>>,
    #[serde(default)]
    accepted: Vec<AcceptedChange>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SettingValue {
    One(String),
    Several(Vec<String>),
}

impl LockedRule {
    /// What the lock says of `rule`.
    #[must_use]
    pub fn of_rule(rule: &Rule, references: &References) -> Self {
        // An example that does not hold shows nothing; `rolecall test` says so.
        let holds = |example: &Example| ending(rule, example, references).is_some_and(|it| it.has_all(&example.fails));
        let failing = of(rule).into_iter().filter(|example| !example.fails.is_empty() && holds(example));
        let mut fails: Vec<String> = failing.map(|example| canonical(&example)).collect();
        fails.sort_unstable();
        Self {
            born_as: rule.born_as.clone().unwrap_or_else(|| rule.id.clone()),
            demand: demand_digest(rule),
            texts: format!("sha256:{}", hex(&Sha256::digest(rule.source.text()))),
            subject: rule.subject.word().to_owned(),
            severity: rule.severity.word().to_owned(),
            severity_when: rule
                .severity_when
                .iter()
                .map(|(case, severity)| (case.clone(), severity.word().to_owned()))
                .collect(),
            check: rule.kind.to_owned(),
            parameters: parameters(rule),
            fails,
        }
    }

    /// The failing examples. One that this rolecall cannot read is one that fails no more.
    pub(super) fn examples(&self) -> Vec<Example> {
        let read = |text: &String| {
            serde_json::from_str(text).unwrap_or_else(|_| Example { title: text.clone(), ..Example::default() })
        };
        self.fails.iter().map(read).collect()
    }
}

fn canonical(example: &Example) -> String {
    let mut value = serde_json::to_value(example).expect("internal error: an example is data");
    value.sort_all_objects();
    value.to_string()
}

impl LockFile {
    /// The lock of these rules and settings.
    #[must_use]
    pub fn of_rules(rules: &[Rule], settings: SettingsByTenant, as_of: Date) -> Self {
        let references = References::built_in();
        let rules = rules.iter().map(|rule| (rule.id.clone(), LockedRule::of_rule(rule, &references))).collect();
        let own = |(label, settings): (String, LockedSettings)| {
            let settings = if label.is_empty() { settings } else { without_those_of_projects(&settings) };
            (label, settings)
        };
        let settings = settings.into_iter().map(own).collect();
        Self { as_of: as_of.to_string(), rules, settings, accepted: Vec::new() }
    }

    /// Reads a lock that was found at `path`.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<UsageError>> {
        let document = SiteDocument::parse_toml(path, text)?;
        document.check(BuiltInSchema::Lock)?;
        let tables: LockTables = document.read()?;
        let list = |value: SettingValue| match value {
            SettingValue::One(word) => vec![word],
            SettingValue::Several(words) => words,
        };
        let settings = |table: OrderedMap<SettingValue>| -> LockedSettings {
            table.0.into_iter().map(|(key, value)| (key.value, list(value))).collect()
        };
        let root = settings(tables.config);
        let inherited = without_those_of_projects(&root);
        // A tenant has what the config has, unless it says otherwise.
        let of_tenant = |(label, table): (Spanned<String>, _)| {
            (label.value, inherited.clone().into_iter().chain(settings(table)).collect())
        };
        let mut all: SettingsByTenant = tables.tenants.0.into_iter().map(of_tenant).collect();
        all.insert(String::new(), root);
        Ok(Self {
            as_of: tables.as_of,
            rules: tables
                .rules
                .0
                .into_iter()
                .map(|(id, mut rule)| {
                    rule.parameters.sort_all_objects();
                    (id.value, rule)
                })
                .collect(),
            settings: all,
            accepted: tables.accepted,
        })
    }

    /// The lock as it is written.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "# Written by `rolecall lock`: what was demanded. Keep it under version control.\nschema = \"{SCHEMA}\"\nas-of = {}\n",
            self.as_of
        );
        let mut line = |line: String| writeln!(text, "{line}").expect("internal error: a text takes all");
        for (id, rule) in &self.rules {
            line(format!("\n[rules.{}]", quoted_toml(id)));
            for (key, value) in [
                ("born-as", &rule.born_as),
                ("demand", &rule.demand),
                ("texts", &rule.texts),
                ("subject", &rule.subject),
                ("severity", &rule.severity),
            ] {
                line(format!("{key} = {}", quoted_toml(value)));
            }
            if !rule.severity_when.is_empty() {
                line(format!("severity-when = {}", inline(&serde_json::json!(rule.severity_when))));
            }
            line(format!("check = {}", quoted_toml(&rule.check)));
            line(format!("parameters = {}", inline(&rule.parameters)));
            line("fails = [".to_owned());
            rule.fails.iter().for_each(|example| line(format!("    {},", quoted_toml(example))));
            line("]".to_owned());
        }
        for (label, settings) in &self.settings {
            let table = if label.is_empty() { "config".to_owned() } else { format!("tenants.{}", quoted_toml(label)) };
            line(format!("\n[{table}]"));
            let inherited = self.settings.get("").filter(|_| !label.is_empty());
            for (key, words) in
                settings.iter().filter(|(key, words)| inherited.and_then(|all| all.get(*key)) != Some(words))
            {
                let value = if key == super::settings::FAIL_ON {
                    inline(&serde_json::json!(words.first()))
                } else {
                    inline(&serde_json::json!(words))
                };
                line(format!("{} = {value}", toml_key(key)));
            }
        }
        for one in &self.accepted {
            line("\n[[accepted]]".to_owned());
            for (key, value) in [("rule", &one.rule), ("change", &one.change), ("reason", &one.reason)] {
                line(format!("{key} = {}", quoted_toml(value)));
            }
            line(format!("on = {}", one.on));
        }
        text
    }
}

fn toml_key(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_bare { key.to_owned() } else { quoted_toml(key) }
}

/// A basic string of TOML, which is written as one of JSON, with characters that cannot be seen as escapes.
fn quoted_toml(text: &str) -> String {
    let escaped = |c: char| if is_hidden(c) { format!("\\U{:08X}", u32::from(c)) } else { c.to_string() };
    Value::from(text).to_string().chars().map(escaped).collect()
}

/// The parameters of a rule as TOML can hold them: a JSON Schema is a text, and what is not set is left out.
#[must_use]
pub(super) fn parameters(rule: &Rule) -> Value {
    let mut parameters = canonical_demand(rule)["parameters"].take();
    if let Some(table) = parameters.as_object_mut() {
        table.retain(|_, value| !value.is_null());
        if let Some(schema) = table.get_mut("schema").filter(|schema| !schema.is_string()) {
            *schema = Value::from(schema.to_string());
        }
    }
    parameters
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted_toml(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(table) if table.is_empty() => "{}".to_owned(),
        Value::Object(table) => {
            let entries: Vec<_> =
                table.iter().map(|(key, value)| format!("{} = {}", quoted_toml(key), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}
