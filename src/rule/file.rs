//! Rule files as written, and the way from there to rules.
//!
//! Files that were built in are sound: a test holds them to it. A site's own file may be wrong, and every
//! fault of it has a place.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Citation, FixClass, FixKind, Rule, RuleFix, RuleSource, Subject};
use crate::check::CheckSpec;
use crate::diagnostic::fingerprint::hex;
use crate::diagnostic::{Basis, Severity};
use crate::embedded;
use crate::record::site::Product;
use crate::syntax::flat::FlatDocument;
use crate::syntax::tree::Tree;
use crate::syntax::tree::de::from_node;
use crate::syntax::{json, toml};

/// A file below `rules/`, as the build embeds it.
struct EmbeddedRule {
    /// Its path there.
    path: &'static str,
    /// Where its text starts among those of all files.
    start: usize,
    end: usize,
    /// What comes before the examples; empty if that is not TOML.
    head: FlatDocument,
}

impl EmbeddedRule {
    fn text(&self) -> &'static str {
        &embedded::rules()[self.start..self.end]
    }
}

const FILES: &[EmbeddedRule] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

const REFERENCES: &str = include_str!("../../rules/references.toml");

/// The same without its syntax.
const FLAT_REFERENCES: FlatDocument = include!(concat!(env!("OUT_DIR"), "/references.rs"));

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RuleFile {
    #[serde(default, rename = "$schema")]
    _schema: IgnoredAny,
    pub(super) id: String,
    pub(super) born_as: Option<String>,
    #[serde(default)]
    pub(super) replaces: Vec<String>,
    title: String,
    #[serde(deserialize_with = "severity")]
    severity: Severity,
    #[serde(deserialize_with = "basis")]
    basis: Basis,
    #[serde(default = "stable")]
    status: String,
    /// Empty if it is not said.
    #[serde(default)]
    pub(super) since: String,
    #[serde(deserialize_with = "subject")]
    subject: Subject,
    #[serde(default)]
    pub(super) statements: Vec<String>,
    rationale: String,
    remedy: String,
    #[serde(default, deserialize_with = "severities")]
    severity_when: BTreeMap<String, Severity>,
    #[serde(default)]
    citations: Vec<CitationFile>,
    fix: Option<FixFile>,
    check: CheckSpec,
    #[serde(default, rename = "examples")]
    _examples: IgnoredAny,
}

fn stable() -> String {
    "stable".to_owned()
}

fn severity<'de, D: Deserializer<'de>>(word: D) -> Result<Severity, D::Error> {
    by_word(&String::deserialize(word)?, Severity::by_word)
}

fn severities<'de, D: Deserializer<'de>>(words: D) -> Result<BTreeMap<String, Severity>, D::Error> {
    let words = BTreeMap::<String, String>::deserialize(words)?;
    words.into_iter().map(|(case, word)| Ok((case, by_word(&word, Severity::by_word)?))).collect()
}

fn basis<'de, D: Deserializer<'de>>(word: D) -> Result<Basis, D::Error> {
    by_word(&String::deserialize(word)?, Basis::by_word)
}

fn subject<'de, D: Deserializer<'de>>(word: D) -> Result<Subject, D::Error> {
    by_word(&String::deserialize(word)?, Subject::by_word)
}

fn by_word<T, E: serde::de::Error>(word: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, E> {
    find(word).ok_or_else(|| E::custom("an unknown word"))
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CitationFile {
    page: Option<String>,
    step: Option<String>,
    field: Option<String>,
    framework: Option<String>,
    control: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixFile {
    kind: FixKind,
    value: String,
    #[serde(deserialize_with = "fix_class")]
    class: FixClass,
}

fn fix_class<'de, D: Deserializer<'de>>(word: D) -> Result<FixClass, D::Error> {
    by_word(&String::deserialize(word)?, FixClass::by_word)
}

/// The pack of rules that judge only where a site wants them.
pub const ACCESS_REVIEW: &str = "access-review";

impl EmbeddedRule {
    fn pack(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// The rule. A tree serves several, so that its memory is had once.
    fn rule(&self, tree: &mut Tree) -> Rule {
        read_embedded(self, tree)
            .unwrap_or_else(|why| panic!("internal error: the rule file {} is not sound: {why}", self.path))
    }
}

/// The built-in rules that always judge, those of one statement together.
#[must_use]
pub fn built_in() -> Vec<Rule> {
    let mut tree = Tree::new();
    let always = FILES.iter().filter(|file| file.pack() != ACCESS_REVIEW);
    let mut rules: Vec<_> = always.map(|file| file.rule(&mut tree)).collect();
    let order =
        |rule: &Rule| rule.statements.first().and_then(|statement| statement.strip_prefix('S')?.parse::<u32>().ok());
    rules.sort_unstable_by(|a, b| (order(a), &a.id).cmp(&(order(b), &b.id)));
    rules
}

/// The built-in rules that judge only where a site switches their pack on, in order.
#[must_use]
pub fn opt_in() -> Vec<Rule> {
    let mut tree = Tree::new();
    FILES.iter().filter(|file| file.pack() == ACCESS_REVIEW).map(|file| file.rule(&mut tree)).collect()
}

/// All built-in rules.
#[must_use]
pub fn all_built_in() -> Vec<Rule> {
    built_in().into_iter().chain(opt_in()).collect()
}

/// True if a pack that was built in is called so.
#[must_use]
pub(super) fn is_built_in_pack(name: &str) -> bool {
    name == "references" || FILES.iter().any(|file| file.pack() == name)
}

/// The packs that were built in: name, number of files, and one SHA-256 over the paths and texts of all of them. The
/// titles of what rules cite come last, as a pack of one file.
#[must_use]
pub fn built_in_packs() -> Vec<(&'static str, usize, String)> {
    let mut packs: BTreeMap<&str, (usize, Sha256)> = BTreeMap::new();
    for file in FILES {
        let pack = file.path.rsplit_once('/').map_or("", |(pack, _)| pack);
        let (files, hasher) = packs.entry(pack).or_default();
        *files += 1;
        add(hasher, file.path, file.text());
    }
    let mut references = Sha256::new();
    add(&mut references, "references.toml", REFERENCES);
    let packs = packs.into_iter().chain([("references", (1, references))]);
    packs.map(|(pack, (files, hasher))| (pack, files, hex(&hasher.finalize()))).collect()
}

/// Lengths go in too, so that no two lists of files read alike.
pub(super) fn add(hasher: &mut Sha256, path: &str, text: &str) {
    for part in [path, text] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
}

/// Reads a built-in rule from what the build has read of its file.
fn read_embedded(file: &EmbeddedRule, tree: &mut Tree) -> Result<Rule, String> {
    tree.clear();
    file.head.fill(tree);
    let root = tree.root(file.head.text, 0).ok_or("the file is empty")?;
    let read: RuleFile = from_node(root).map_err(|error| error.to_string())?;
    let pack = file.path.rsplit_once('/').map_or("", |(pack, _)| pack).to_owned();
    read.into_rule(pack, RuleSource::BuiltIn(file.start..file.end))
}

/// What the file of `rule` says before its examples, as data.
#[must_use]
pub fn document(rule: &Rule) -> Value {
    let (text, mut tree) = (rule.source.text(), Tree::new());
    toml::parse(text, 0, &mut tree).expect("internal error: a rule file is TOML");
    let root = tree.root(text, 0).expect("internal error: a rule file has keys");
    let mut document: Value = from_node(root).expect("internal error: a rule file is data");
    document.as_object_mut().map(|keys| keys.remove("examples"));
    document
}

/// `rule` as it would be if its file said this.
///
/// # Errors
/// What is wrong with the document, as a fragment.
pub fn with_document(rule: &Rule, document: &Value) -> Result<Rule, String> {
    let (text, mut tree) = (document.to_string(), Tree::new());
    json::parse_document(&text, 0, &mut tree).map_err(|fault| fault.message)?;
    let root = tree.root(&text, 0).ok_or("the file is empty")?;
    let file: RuleFile = from_node(root).map_err(|error| error.to_string())?;
    let changed = file.into_rule(rule.pack.clone(), rule.source.clone())?;
    Ok(Rule { id: rule.id.clone(), statements: rule.statements.clone(), ..changed })
}

impl RuleFile {
    /// The rule of a pack, whose whole file is `source`.
    pub(super) fn into_rule(self, pack: String, source: RuleSource) -> Result<Rule, String> {
        let file = self;
        let kind = file.check.kind();
        let parameters = Arc::new(file.check.parameters());
        Ok(Rule {
            kind,
            parameters,
            check: file.check.validated()?,
            citations: file.citations.into_iter().map(citation).collect::<Result<_, _>>()?,
            fix: file.fix.map(|fix| RuleFix { kind: fix.kind, value: fix.value, class: fix.class }),
            severity_when: file.severity_when,
            severity: file.severity,
            basis: file.basis,
            subject: file.subject,
            id: file.id,
            born_as: file.born_as,
            replaces: file.replaces,
            pack,
            title: file.title,
            status: file.status,
            since: file.since,
            statements: file.statements,
            rationale: file.rationale.trim().to_owned(),
            remedy: file.remedy,
            source,
        })
    }
}

fn citation(file: CitationFile) -> Result<Citation, String> {
    match (file.page, file.step, file.framework, file.control) {
        (Some(page), Some(step), None, None) => Ok(Citation::Page { page, step, field: file.field }),
        (None, None, Some(framework), Some(control)) => Ok(Citation::Control { framework, control }),
        _ => Err("a citation has either `page` and `step` or `framework` and `control`".to_owned()),
    }
}

/// The titles of what rules cite.
#[derive(Clone, Debug, Default)]
pub struct References(BTreeMap<String, BTreeMap<String, String>>);

impl References {
    /// The built-in ones.
    #[must_use]
    pub fn built_in() -> Self {
        let mut tree = Tree::new();
        FLAT_REFERENCES.fill(&mut tree);
        let root = tree.root(FLAT_REFERENCES.text, 0).expect("internal error: there are references");
        Self(from_node(root).expect("internal error: the references have titles"))
    }

    /// The title of a reference, for a page that of the product.
    #[must_use]
    pub fn title(&self, key: &str, product: Product) -> Option<&str> {
        let titles = self.0.get(key)?;
        titles.get(product.word()).or_else(|| titles.get("title")).map(String::as_str)
    }

    /// A citation in one line.
    #[must_use]
    pub fn citation_text(&self, citation: &Citation, product: Product) -> String {
        match citation {
            Citation::Control { framework, control } => {
                format!("{}, {control}", self.title(framework, product).unwrap_or(framework))
            }
            Citation::Page { page, step, field } => {
                let is_number = step.bytes().all(|byte| byte.is_ascii_digit());
                let step = if is_number { format!("step {step}") } else { step.clone() };
                let field = field.as_ref().map_or_else(String::new, |field| format!(", {field}"));
                format!("{}, {step}{field}", self.title(page, product).unwrap_or(page))
            }
        }
    }
}

/// The line that ends what is read when a check runs.
#[cfg(test)]
const EXAMPLES: &str = "[[examples]]";

/// The rule that the text of a file says, read without the build's help.
#[cfg(test)]
pub(super) fn read(text: &str) -> Result<Rule, String> {
    let head = &text[..text.find(EXAMPLES).unwrap_or(text.len())];
    let mut tree = Tree::new();
    toml::parse(head, 0, &mut tree)
        .map_err(|faults| faults.first().map_or_else(String::new, |fault| fault.message.clone()))?;
    let file: RuleFile =
        from_node(tree.root(head, 0).ok_or("the file is empty")?).map_err(|error| error.to_string())?;
    file.into_rule(String::new(), RuleSource::Site(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_rule_is_well_formed() {
        let references = References::built_in();
        for file in FILES {
            let (path, text) = (file.path, file.text());
            let rule = read(text).unwrap_or_else(|why| panic!("{path}: {why}"));
            let embedded = read_embedded(file, &mut Tree::new()).unwrap_or_else(|why| panic!("{path}: {why}"));
            assert_eq!(told(&rule), told(&embedded), "{path}: the build read another rule");
            assert!(path.ends_with(&format!("/{}.toml", rule.id)), "{path} is not named after `{}`", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{path}");
            assert!(rule.title.starts_with(|c: char| c.is_lowercase()) && !rule.title.ends_with('.'), "{path}: title");
            assert!(rule.remedy.ends_with('.') && rule.rationale.ends_with('.'), "{path}: sentences");
            assert!(!rule.citations.is_empty(), "{path}: no citation");
            assert_eq!(rule.statements.is_empty(), file.pack() == ACCESS_REVIEW, "{path}: statements");
            for citation in &rule.citations {
                let (Citation::Page { page: key, .. } | Citation::Control { framework: key, .. }) = citation;
                for product in Product::ALL {
                    assert!(references.title(key, product).is_some(), "{path}: no reference `{key}`");
                }
            }
            let examples = text.find(EXAMPLES).expect("there are examples");
            assert!(text.rfind("\n[check.").is_some_and(|check| check < examples), "{path}: examples stand last");
        }
    }

    /// All that a rule says, and the kind of its check.
    fn told(rule: &Rule) -> String {
        let Rule { id, title, statements, rationale, remedy, citations, severity_when, kind, .. } = rule;
        let texts = [id, title, &rule.status, &rule.since, rationale, remedy].map(String::as_str);
        let words = (rule.severity, rule.basis, rule.subject, severity_when);
        format!("{texts:?} {statements:?} {citations:?} {words:?} {kind:?}")
    }

    #[test]
    fn heads_are_the_same_in_both_forms() {
        let of_rules = FILES.iter().map(|file| (file.path, file.text(), &file.head));
        for (path, text, head) in of_rules.chain([("references.toml", REFERENCES, &FLAT_REFERENCES)]) {
            let (mut written, mut embedded) = (Tree::new(), Tree::new());
            let before = &text[..text.find(EXAMPLES).unwrap_or(text.len())];
            toml::parse(before, 0, &mut written).expect("TOML");
            head.fill(&mut embedded);
            let [mut written, mut embedded] = [(written.root(before, 0)), (embedded.root(head.text, 0))]
                .map(|root| serde_json::to_value(from_node::<serde_json::Value>(root.expect("a value")).expect("data")))
                .map(|value| value.expect("JSON"));
            written.sort_all_objects();
            embedded.sort_all_objects();
            assert_eq!(written, embedded, "{path}");
        }
    }

    #[test]
    fn a_bad_rule_file_says_what_is_wrong() {
        let good = FILES[0].text();
        for (from, to, expected) in [
            ("severity = ", "severiti = ", "severit"),
            ("[check.", "[check.no-such-", "no-such"),
            ("basis = ", "basis = 3 #", ""),
        ] {
            let why = read(&good.replacen(from, to, 1)).err().unwrap_or_else(|| panic!("{from} was taken"));
            assert!(why.contains(expected), "{why}");
        }
    }
}
