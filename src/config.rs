//! What a site says about itself: `rolecall.toml`, and the same things said on the command line.
//!
//! A faulty config ends the run before anything is judged: a misspelt key would be a requirement that nobody
//! checks. Turning it, the plans and the options into a `Site` is
//! `config/resolve.rs`.

mod contradictions;
mod declared_twice;
mod file;
mod license;
mod locked_settings;
mod options;
mod pools;
pub mod resolve;
pub mod selection;
mod user_name_patterns;

pub use user_name_patterns::UserNamePatterns;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Label, Severity};
use crate::read::columns::ColumnMap;
use crate::read::mask::{VisibleSpans, name_duplicate_key};
use crate::read::review_columns::wanted;
use crate::read::{Locator, TableLayout};
use crate::record::catalogue::DeclaredAt;
use crate::record::date::syntax::{DateOrder, DateSyntax, EpochUnit, SerialSystem};
use crate::record::password_reference::PasswordReferences;
use crate::record::values::ValueWords;
use crate::record::{Field, FieldSet};
use crate::rule::Rule;
use crate::rule::file::opt_in;
use crate::schema::{BuiltInSchema, SchemaFault};
use crate::source::{Span, Spanned};
use crate::syntax::toml;
use crate::syntax::tree::de::from_node;
use crate::syntax::tree::{Node, Tree};
use file::{ColumnEntry, ConfigFile, Separators};

pub use file::TenantTable;
pub use options::{GivenOption, RunOptions};

/// The most days that a waiver may cover where the config does not say.
const LONGEST_WAIVER: u32 = 366;

/// The path of a config as reports show it, and its text.
pub type ConfigText = (String, String);

/// A config that was read: one file, or the root of a project with what a tenant's own config lays over it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    file: ConfigFile,
    /// The texts of all its files, one behind the other: a span of any of them lies in here.
    text: String,
    /// The documents of all its files, and last what they come to together.
    tree: Tree,
    layers: Vec<ConfigLayer>,
    /// The document that all files come to.
    root: Option<usize>,
    /// Its schema does not accept it.
    is_faulty: bool,
}

/// One file of a config.
#[derive(Clone, Debug)]
struct ConfigLayer {
    /// The path as found.
    name: Arc<str>,
    /// Where its text begins.
    base: usize,
    /// Its node in the tree; `None` if it is not TOML.
    root: Option<usize>,
    /// What of it may be shown, once somebody asks.
    visible: OnceLock<VisibleSpans>,
}

/// What `[severity]` says about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeverityOverride {
    /// The rule is not evaluated.
    Off,
    /// Replaces every default of the rule.
    Severity(Severity),
}

impl Config {
    /// Reads the text of a config that was found at `name`.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<UsageError>> {
        Self::parse_layers(&[(name.to_owned(), text.to_owned())])
    }

    /// Reads configs of which each goes over those before it; without one, everything has its default.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub fn parse_layers(texts: &[ConfigText]) -> Result<Self, Vec<UsageError>> {
        let mut config = Self::default();
        let errors: Vec<_> = texts.iter().flat_map(|(name, text)| config.add_layer(name, text)).collect();
        config.is_faulty = !errors.is_empty();
        config.read_layers(errors)
    }

    fn add_layer(&mut self, name: &str, text: &str) -> Vec<UsageError> {
        let (base, root) = (self.text.len(), self.tree.len());
        self.text.push_str(text);
        self.layers.push(ConfigLayer { name: name.into(), base, root: None, visible: OnceLock::new() });
        let faults: Vec<_> = match toml::parse(text, base as u64, &mut self.tree) {
            Err(faults) => faults.into_iter().map(|fault| name_duplicate_key(fault, text, base as u64)).collect(),
            Ok(()) => {
                self.layers.last_mut().expect("internal error: it was just added").root = Some(root);
                let checked = BuiltInSchema::Config.check(self.tree.node(root, &self.text, 0));
                checked.into_iter().map(SchemaFault::with_toml_line).collect()
            }
        };
        let mut errors: Vec<_> = faults.iter().map(|fault| self.fault(fault)).collect();
        if root > 0 && errors.is_empty() {
            errors = self.tables_of_projects(self.tree.node(root, &self.text, 0));
        }
        errors
    }

    /// What only the root of a project may declare.
    fn tables_of_projects(&self, root: Node<'_>) -> Vec<UsageError> {
        const KEEP: &str = "Keep `[tenants]`, `[project]` and `[packs]` in the project file.";
        let of_projects = ["tenants", "project", "packs", "policy"]
            .into_iter()
            .filter_map(|key| Some((key, root.get(key)?.key_span()?)));
        let refused = |(key, span): (&str, Span)| {
            let (what, remedy) = match key {
                "policy" => ("has a policy, which holds for every tenant", "Keep `[policy]` in the project file."),
                "packs" => ("names packs, which hold for every tenant", KEEP),
                _ => ("declares tenants itself", KEEP),
            };
            let error = UsageError::new(format!("the config of a tenant {what}"));
            self.at(error.with_remedy(remedy), span, "not allowed here")
        };
        of_projects.map(refused).collect()
    }

    /// Lays the files over each other and reads what comes of it. Faults of its schema do not hide contradictions.
    fn read_layers(mut self, mut errors: Vec<UsageError>) -> Result<Self, Vec<UsageError>> {
        let roots: Vec<usize> = self.layers.iter().filter_map(|layer| layer.root).collect();
        let overlay = |below, above| self.tree.overlay(below, above, &self.text, 0);
        self.root = roots.into_iter().reduce(overlay);
        if let Some(root) = self.root {
            let root = self.tree.node(root, &self.text, 0);
            let read = if self.is_faulty { Ok(ConfigFile::of_sound_tables(root)) } else { from_node(root) };
            // To a schema `2.0` is a whole number.
            self.file = read.unwrap_or_else(|error| {
                errors.push(self.fault(&error.into_fault()));
                ConfigFile::of_sound_tables(root)
            });
        }
        errors.extend(self.contradictions());
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// The tenants that it declares, by their labels, each with its place; `None` is the only one, of `[project]`.
    pub fn tenants(&self) -> Vec<(Option<&Spanned<String>>, &TenantTable)> {
        let labelled = self.file.tenants.0.iter().map(|(label, table)| (Some(label), table));
        self.file.project.iter().map(|table| (None, table)).chain(labelled).collect()
    }

    /// The place of the key that `path` leads to, in the first file.
    pub fn key_span(&self, path: &[&str]) -> Option<Span> {
        let root = self.tree.node(self.layers.first()?.root?, &self.text, 0);
        path.iter().try_fold(root, |node, key| node.get(key))?.key_span()
    }

    /// Adds a place of the config to an error.
    pub fn at(&self, error: UsageError, span: Span, message: &str) -> UsageError {
        let declared = self.declared(span, message);
        error.at(declared.label, declared.snippet)
    }

    fn fault(&self, fault: &crate::diagnostic::fault::Fault) -> UsageError {
        let remedy = fault.remedy.clone().unwrap_or_else(|| fault.kind.remedy().to_owned());
        let error = UsageError::new(format!("the config cannot be used: {}", fault.message)).with_remedy(remedy);
        fault.labels.iter().fold(error, |error, mark| {
            // A faulty value may be anything, even a secret: only keys of the config are shown.
            let declared = self.place(mark.span, &mark.message, true);
            error.at(declared.label, declared.snippet)
        })
    }

    fn declared(&self, span: Span, message: &str) -> DeclaredAt {
        self.place(span, message, self.is_faulty)
    }

    /// A place with its line; only with the keys of that if values may be anything.
    fn place(&self, span: Span, message: &str, only_keys: bool) -> DeclaredAt {
        let at = self.layers.iter().rposition(|layer| layer.base as u64 <= span.start).unwrap_or(0);
        let layer = &self.layers[at];
        let end = self.layers.get(at + 1).map_or(self.text.len(), |next| next.base);
        let (text, base) = (&self.text[layer.base..end], layer.base as u64);
        // To people a file begins at its own first byte.
        let mut view = Locator::new(text, 0, 1);
        let (start, end) = (view.locate(span.start - base), view.locate(span.end - base));
        let (file, message) = (Arc::clone(&layer.name), message.to_owned());
        let label = Label { input: None, file, start, end, cell: None, message };
        let snippet = layer.root.map(|root| {
            let root = self.tree.node(root, &self.text, 0);
            let excerpt = match only_keys {
                true => VisibleSpans::of_keys(root).excerpt(text, base, &[span]),
                false => layer.visible.get_or_init(|| VisibleSpans::of_config(root)).excerpt(text, base, &[span]),
            };
            Snippet::new(&excerpt, &layer.name, span, start)
        });
        DeclaredAt { label, snippet }
    }

    /// The headers and keys that `[columns]` maps or ignores.
    pub fn columns(&self) -> ColumnMap {
        let of_reviews = if self.has_access_review() { FieldSet::ALL } else { FieldSet::EMPTY };
        let mut columns = ColumnMap { of_reviews: wanted(of_reviews), ..ColumnMap::default() };
        for (key, entry) in &self.file.columns.0 {
            match (entry, Field::by_name(&key.value)) {
                (ColumnEntry::Header(header), Some(field)) => columns.headers.push((field, header.clone())),
                (ColumnEntry::Ignored(headers), _) => columns.ignored.clone_from(headers),
                (ColumnEntry::Header(_), None) => {}
            }
        }
        columns
    }

    /// Where tables begin and end; `header_row` is what the command line says.
    pub fn tables(&self, header_row: Option<u64>) -> TableLayout {
        let tables = &self.file.tables;
        TableLayout { header_row: header_row.or(tables.header_row), footer_rows: tables.footer_rows }
    }

    /// The folders of `[packs]`, each with its place.
    pub fn pack_folders(&self) -> &[Spanned<String>] {
        &self.file.packs.folders
    }

    /// True if the built-in rules of access reviews judge.
    pub fn has_access_review(&self) -> bool {
        self.file.packs.access_review
    }

    /// The lock of `[policy]`, with its place.
    pub fn lock(&self) -> Option<&Spanned<String>> {
        self.file.policy.lock.as_ref()
    }

    /// The files of waivers of `[policy]`, each with its place.
    pub fn waiver_files(&self) -> &[Spanned<String>] {
        &self.file.policy.waivers
    }

    /// The baseline of `[policy]`, with its place.
    pub fn baseline_file(&self) -> Option<&Spanned<String>> {
        self.file.policy.baseline.as_ref()
    }

    /// The most days that a waiver may cover.
    pub fn longest_waiver(&self) -> u32 {
        self.file.policy.longest_waiver.unwrap_or(LONGEST_WAIVER)
    }

    /// The path of the file that a place is in.
    pub fn file_of(&self, span: Span) -> Option<&str> {
        self.layers.iter().rfind(|layer| layer.base as u64 <= span.start).map(|layer| &*layer.name)
    }

    /// User names declared as API users.
    pub fn api_user_names(&self) -> &[String] {
        &self.file.api_users.user_names
    }

    /// Roles whose holders some plan has to declare.
    pub fn owned_roles(&self) -> &[String] {
        &self.file.drift.owns.roles
    }

    /// Ids declared as API users.
    pub fn api_user_ids(&self) -> &[String] {
        &self.file.api_users.ids
    }

    /// Patterns that declare API users.
    pub fn api_user_patterns(&self) -> UserNamePatterns {
        let patterns = self.file.api_users.patterns.iter();
        UserNamePatterns::new(patterns.map(|table| (table.regex.value.as_str(), table.max)))
    }

    /// The severities that the site changes, by rule.
    ///
    /// # Errors
    /// Every id that no rule has.
    pub fn overrides(&self, rules: &[Rule]) -> Result<BTreeMap<String, SeverityOverride>, Vec<UsageError>> {
        let mut errors = Vec::new();
        let mut overrides = BTreeMap::new();
        for (id, word) in &self.file.severity.0 {
            if !rules.iter().any(|rule| rule.id == id.value) {
                errors.push(self.at(unknown_rule(&id.value, rules), id.span, "no such rule"));
            }
            let change = Severity::by_word(word).map_or(SeverityOverride::Off, SeverityOverride::Severity);
            overrides.insert(id.value.clone(), change);
        }
        if errors.is_empty() { Ok(overrides) } else { Err(errors) }
    }

    fn dates(&self) -> DateSyntax {
        let dates = &self.file.dates;
        DateSyntax {
            order: dates.order.as_deref().and_then(DateOrder::by_word),
            epoch: dates.epoch.as_deref().and_then(EpochUnit::by_word),
            serials: dates.serials.as_deref().and_then(SerialSystem::by_word),
        }
    }

    fn values(&self) -> ValueWords {
        let values = &self.file.values;
        ValueWords::new(&values.active, &values.inactive, &values.blank)
    }

    fn separators(&self) -> Vec<char> {
        match &self.file.lists.separator {
            Some(Separators::One(separator)) => vec![*separator],
            Some(Separators::Several(separators)) => separators.clone(),
            None => Vec::new(),
        }
    }

    fn password_references(&self) -> PasswordReferences {
        let mut references = PasswordReferences::default();
        for pattern in &self.file.passwords.references {
            references.add(&pattern.value).expect("internal error: patterns were checked");
        }
        references
    }
}

/// The error of an id that none of the rules has that judge.
fn unknown_rule(id: &str, rules: &[Rule]) -> UsageError {
    if opt_in().iter().any(|rule| rule.id == id) {
        let error = UsageError::new(format!("the rule {} does not judge: its pack is off", quoted(id)));
        return error.with_remedy("Write `access-review = true` under `[packs]`, or remove the line.");
    }
    UsageError::new(format!("unknown rule {}", quoted(id))).with_remedy(suggest(id, rules))
}

/// A remedy that names the rule most like `id`.
pub fn suggest(id: &str, rules: &[Rule]) -> String {
    let scored = rules.iter().map(|rule| (strsim::jaro_winkler(id, &rule.id), &rule.id));
    match scored.filter(|(score, _)| *score > 0.7).max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, id)) => format!("Did you mean `{id}`?"),
        None => "`rolecall rules` lists every rule.".to_owned(),
    }
}
