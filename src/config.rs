//! What a site says about itself: `rolecall.toml`, and the same things said on the command line.
//!
//! A faulty config ends the run before anything is judged: a misspelt key would be a requirement that nobody
//! checks. Turning it, the plans and the options into a [`Site`](crate::record::site::Site) is
//! `config/resolve.rs`.

mod license;
mod pools;
pub mod resolve;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Label, Severity};
use crate::read::Locator;
use crate::read::encoding::Encoding;
use crate::read::mask::{VisibleSpans, name_duplicate_key};
use crate::read::progress::Progress;
use crate::record::Field;
use crate::record::catalogue::DeclaredAt;
use crate::record::date::{Date, DateOrder};
use crate::record::site::Product;
use crate::rule::Rule;
use crate::schema::BuiltInSchema;
use crate::source::{Span, Spanned};
use crate::syntax::toml;
use crate::syntax::tree::de::{OrderedMap, from_node};
use crate::syntax::tree::{Node, Tree};
use license::License;

/// What the command line says about judging.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The day to judge by.
    pub as_of: Date,
    /// The product.
    pub product: Option<Product>,
    /// User names of API users.
    pub api_users: Vec<String>,
    /// Every account is an API user.
    pub all_api_users: bool,
    /// Seats owned, by licence.
    pub seats: Vec<(String, u64)>,
    /// Whether the report gives the SHA-256 of inputs.
    pub digest: bool,
    /// The lowest severity that fails the run.
    pub fail_on: Severity,
    /// The sheets of workbooks to judge; all if empty.
    pub sheets: Vec<String>,
    /// How many records all inputs together must hold.
    pub expect_records: Option<u64>,
    /// The encoding of inputs without a byte order mark.
    pub encoding: Option<Encoding>,
    /// How many threads may read one input; the report is the same for any number.
    pub jobs: usize,
    /// Counts the bytes read, for a progress bar.
    pub progress: Option<Arc<Progress>>,
}

impl RunOptions {
    /// The defaults, with the day to judge by.
    pub const fn new(as_of: Date) -> Self {
        Self {
            as_of,
            product: None,
            api_users: Vec::new(),
            all_api_users: false,
            seats: Vec::new(),
            digest: false,
            fail_on: Severity::Warning,
            sheets: Vec::new(),
            expect_records: None,
            encoding: None,
            jobs: 1,
            progress: None,
        }
    }
}

/// A config that was read.
#[derive(Clone, Debug, Default)]
pub struct Config {
    file: ConfigFile,
    /// The path as found.
    name: Arc<str>,
    text: String,
    tree: Tree,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct ConfigFile {
    product: Option<String>,
    tenant: Option<String>,
    api_users: ApiUsers,
    administrator: Administrator,
    teams: Teams,
    wfm: Wfm,
    licenses: OrderedMap<License>,
    columns: BTreeMap<String, String>,
    dates: Dates,
    lists: ListsTable,
    names: Names,
    severity: OrderedMap<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct ApiUsers {
    user_names: Vec<String>,
    ids: Vec<String>,
    patterns: Vec<PatternTable>,
}

#[derive(Clone, Debug, Deserialize)]
struct PatternTable {
    regex: Spanned<String>,
    max: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Administrator {
    role_names: Option<Vec<String>>,
    accept_equivalent: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Teams {
    default: Option<String>,
    alternates: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Wfm {
    views: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Dates {
    order: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ListsTable {
    separator: Option<char>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Names {
    purpose_words: Vec<String>,
    placeholders: Vec<String>,
}

/// A pattern that names API users.
#[derive(Clone, Debug)]
pub struct ApiUserPattern {
    /// Matches anywhere in the user name.
    pub regex: regex::Regex,
    /// The most accounts it may match.
    pub max: u64,
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
        let mut config = Self { name: name.into(), text: text.to_owned(), ..Self::default() };
        let mut tree = Tree::new();
        let parsed = toml::parse(text, 0, &mut tree);
        if parsed.is_ok() {
            config.tree = tree.clone();
        }
        let faults: Vec<_> = match parsed {
            Err(faults) => faults.into_iter().map(|fault| name_duplicate_key(fault, text, 0)).collect(),
            Ok(()) => {
                let check = |root| BuiltInSchema::Config.check(root).into_iter().map(|found| found.fault).collect();
                tree.root(text, 0).map(check).unwrap_or_default()
            }
        };
        if !faults.is_empty() {
            return Err(faults.into_iter().map(|fault| config.fault(&fault)).collect());
        }
        if let Some(root) = tree.root(text, 0) {
            config.file = from_node(root).expect("internal error: what the schema passes can be read");
        }
        Ok(config)
    }

    fn fault(&self, fault: &crate::diagnostic::fault::Fault) -> UsageError {
        let remedy = fault.remedy.clone().unwrap_or_else(|| fault.kind.remedy().to_owned());
        let error = UsageError::new(format!("the config cannot be used: {}", fault.message)).with_remedy(remedy);
        fault.labels.iter().fold(error, |error, mark| {
            // A faulty value may be anything, even a secret: only keys of the config are shown.
            let declared = self.place(mark.span, &mark.message, VisibleSpans::of_keys);
            error.at(declared.label, declared.snippet)
        })
    }

    fn declared(&self, span: Span, message: &str) -> DeclaredAt {
        self.place(span, message, VisibleSpans::of_config)
    }

    fn place(&self, span: Span, message: &str, shown: impl Fn(Node<'_>) -> VisibleSpans) -> DeclaredAt {
        let mut view = Locator::new(&self.text, 0, 1);
        let (start, end) = (view.locate(span.start), view.locate(span.end));
        let (file, message) = (Arc::clone(&self.name), message.to_owned());
        let label = Label { input: None, file, start, end, cell: None, message };
        let snippet = self.tree.root(&self.text, 0).map(|root| {
            let excerpt = shown(root).excerpt(&self.text, 0, &[span]);
            Snippet::new(&excerpt, &self.name, span, start)
        });
        DeclaredAt { label, snippet }
    }

    /// The headers that `[columns]` maps.
    pub fn columns(&self) -> Vec<(Field, String)> {
        self.file.columns.iter().filter_map(|(field, header)| Some((Field::by_name(field)?, header.clone()))).collect()
    }

    /// User names declared as API users.
    pub fn api_user_names(&self) -> &[String] {
        &self.file.api_users.user_names
    }

    /// Ids declared as API users.
    pub fn api_user_ids(&self) -> &[String] {
        &self.file.api_users.ids
    }

    /// Patterns that declare API users.
    ///
    /// # Errors
    /// A pattern is not a regular expression.
    pub fn api_user_patterns(&self) -> Result<Vec<ApiUserPattern>, UsageError> {
        let compile = |table: &PatternTable| {
            let regex = regex::Regex::new(&table.regex.value).map_err(|_| {
                let declared = self.declared(table.regex.span, "not a regular expression");
                UsageError::new("a pattern of API users is not a regular expression")
                    .with_remedy(
                        "Use the syntax of the Rust `regex` crate, which has no look-around and no back-references.",
                    )
                    .at(declared.label, declared.snippet)
            })?;
            Ok(ApiUserPattern { regex, max: table.max })
        };
        self.file.api_users.patterns.iter().map(compile).collect()
    }

    /// The severities that the site changes, by rule.
    ///
    /// # Errors
    /// An id that no rule has.
    pub fn overrides(&self, rules: &[Rule]) -> Result<BTreeMap<String, SeverityOverride>, UsageError> {
        let mut overrides = BTreeMap::new();
        for (id, word) in &self.file.severity.0 {
            let (id, place) = (&id.value, id.span);
            if !rules.iter().any(|rule| rule.id == *id) {
                let declared = self.declared(place, "no such rule");
                let error =
                    UsageError::new(format!("unknown rule {}", quoted(id))).at(declared.label, declared.snippet);
                return Err(error.with_remedy(suggest(id, rules)));
            }
            let change = match Severity::by_word(word) {
                Some(severity) => SeverityOverride::Severity(severity),
                None => SeverityOverride::Off,
            };
            overrides.insert(id.clone(), change);
        }
        Ok(overrides)
    }

    fn date_order(&self) -> Option<DateOrder> {
        self.file
            .dates
            .order
            .as_deref()
            .map(|order| if order == "dmy" { DateOrder::DayFirst } else { DateOrder::MonthFirst })
    }
}

/// A remedy that names the rule most like `id`.
pub fn suggest(id: &str, rules: &[Rule]) -> String {
    let scored = rules.iter().map(|rule| (strsim::jaro_winkler(id, &rule.id), &rule.id));
    match scored.filter(|(score, _)| *score > 0.7).max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, id)) => format!("Did you mean `{id}`?"),
        None => "`rolecall rules` lists every rule.".to_owned(),
    }
}
