//! Rule files as written, and the way from there to rules.
//!
//! Files that were built in are sound: a test holds them to it. A site's own file may be wrong, and every
//! fault of it says where.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Citation, Rule, Subject};
use crate::check::CheckSpec;
use crate::diagnostic::fingerprint::hex;
use crate::diagnostic::{Basis, Severity};
use crate::input::toml;
use crate::record::site::Product;
use crate::tree::Tree;
use crate::tree::de::from_node;

/// The files below `rules/`: their paths there, and their texts.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

const REFERENCES: &str = include_str!("../../rules/references.toml");

/// The line that ends what is read when a check runs.
const EXAMPLES: &str = "[[examples]]";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RuleFile {
    id: String,
    title: String,
    severity: SeverityWord,
    basis: BasisWord,
    status: String,
    since: String,
    subject: SubjectWord,
    #[serde(default)]
    statements: Vec<String>,
    rationale: String,
    remedy: String,
    #[serde(default)]
    severity_when: BTreeMap<String, SeverityWord>,
    #[serde(default)]
    citations: Vec<CitationFile>,
    check: CheckSpec,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SeverityWord {
    Error,
    Warning,
    Note,
}

impl From<SeverityWord> for Severity {
    fn from(word: SeverityWord) -> Self {
        match word {
            SeverityWord::Error => Self::Error,
            SeverityWord::Warning => Self::Warning,
            SeverityWord::Note => Self::Note,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BasisWord {
    Vendor,
    BestPractice,
    Site,
}

impl From<BasisWord> for Basis {
    fn from(word: BasisWord) -> Self {
        match word {
            BasisWord::Vendor => Self::Vendor,
            BasisWord::BestPractice => Self::BestPractice,
            BasisWord::Site => Self::Site,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SubjectWord {
    ApiUser,
    AnyApiUser,
    Account,
    ActiveAccount,
    Tenant,
}

impl From<SubjectWord> for Subject {
    fn from(word: SubjectWord) -> Self {
        match word {
            SubjectWord::ApiUser => Self::ApiUser,
            SubjectWord::AnyApiUser => Self::AnyApiUser,
            SubjectWord::Account => Self::Account,
            SubjectWord::ActiveAccount => Self::ActiveAccount,
            SubjectWord::Tenant => Self::Tenant,
        }
    }
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

/// The built-in rules, those of one statement together.
#[must_use]
pub fn built_in() -> Vec<Rule> {
    let rule = |(path, text): &(&str, &'static str)| {
        read(path, text).unwrap_or_else(|why| panic!("internal error: the rule file {path} is not sound: {why}"))
    };
    let mut rules: Vec<_> = FILES.iter().map(rule).collect();
    let order =
        |rule: &Rule| rule.statements.first().and_then(|statement| statement.strip_prefix('S')?.parse::<u32>().ok());
    rules.sort_by(|a, b| (order(a), &a.id).cmp(&(order(b), &b.id)));
    rules
}

/// The packs that were built in: name, number of files, and one SHA-256 over the paths and texts of all of them. The
/// titles of what rules cite stand last, as a pack of one file.
#[must_use]
pub fn packs() -> Vec<(&'static str, usize, String)> {
    let mut packs: BTreeMap<&str, (usize, Sha256)> = BTreeMap::new();
    for (path, text) in FILES {
        let pack = path.rsplit_once('/').map_or("", |(pack, _)| pack);
        let (files, hasher) = packs.entry(pack).or_default();
        *files += 1;
        add(hasher, path, text);
    }
    let mut references = Sha256::new();
    add(&mut references, "references.toml", REFERENCES);
    let packs = packs.into_iter().chain([("references", (1, references))]);
    packs.map(|(pack, (files, hasher))| (pack, files, hex(&hasher.finalize()))).collect()
}

/// Lengths go in too, so that no two lists of files read alike.
fn add(hasher: &mut Sha256, path: &str, text: &str) {
    for part in [path, text] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
}

/// Reads a rule file that lies at `path` below a folder of packs.
///
/// # Errors
/// What is wrong with it, as a fragment; never a value of the file.
pub fn read(path: &str, text: &'static str) -> Result<Rule, String> {
    let head = text.find(EXAMPLES).map_or(text, |at| &text[..at]);
    let mut tree = Tree::new();
    toml::parse(head, 0, &mut tree)
        .map_err(|faults| faults.first().map_or_else(String::new, |fault| fault.message.clone()))?;
    let root = tree.root(head, 0).ok_or("the file is empty")?;
    let file: RuleFile = from_node(root).map_err(|error| error.to_string())?;
    let pack = path.rsplit_once('/').map_or("", |(pack, _)| pack).to_owned();
    let kind = file.check.kind();
    Ok(Rule {
        kind,
        check: file.check.compile()?,
        citations: file.citations.into_iter().map(citation).collect::<Result<_, _>>()?,
        severity_when: file.severity_when.into_iter().map(|(case, word)| (case, word.into())).collect(),
        severity: file.severity.into(),
        basis: file.basis.into(),
        subject: file.subject.into(),
        id: file.id,
        pack,
        title: file.title,
        status: file.status,
        since: file.since,
        statements: file.statements,
        rationale: file.rationale.trim().to_owned(),
        remedy: file.remedy,
        source: text,
    })
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
        toml::parse(REFERENCES, 0, &mut tree).expect("internal error: the references are TOML");
        let root = tree.root(REFERENCES, 0).expect("internal error: there are references");
        Self(from_node(root).expect("internal error: the references have titles"))
    }

    /// The title of a reference, for a page that of the product.
    #[must_use]
    pub fn title(&self, key: &str, product: Product) -> Option<&str> {
        let titles = self.0.get(key)?;
        titles.get(product.key()).or_else(|| titles.get("title")).map(String::as_str)
    }

    /// A citation in one line.
    #[must_use]
    pub fn phrase(&self, citation: &Citation, product: Product) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_rule_is_well_formed() {
        let references = References::built_in();
        let rules = built_in();
        assert_eq!(rules.len(), FILES.len());
        for (path, text) in FILES {
            let rule = read(path, text).unwrap_or_else(|why| panic!("{path}: {why}"));
            assert!(path.ends_with(&format!("/{}.toml", rule.id)), "{path} is not named after `{}`", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{path}");
            assert!(rule.title.starts_with(|c: char| c.is_lowercase()) && !rule.title.ends_with('.'), "{path}: title");
            assert!(rule.remedy.ends_with('.') && rule.rationale.ends_with('.'), "{path}: sentences");
            assert!(!rule.citations.is_empty(), "{path}: no citation");
            assert!(!rule.statements.is_empty(), "{path}: no statement");
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

    #[test]
    fn a_bad_rule_file_says_what_is_wrong() {
        let good = FILES[0].1;
        for (from, to, expected) in [
            ("severity = ", "severiti = ", "severit"),
            ("[check.", "[check.no-such-", "no-such"),
            ("basis = ", "basis = 3 #", ""),
        ] {
            let bad: &'static str = Box::leak(good.replacen(from, to, 1).into_boxed_str());
            let why = read("x/y.toml", bad).err().unwrap_or_else(|| panic!("{from} was taken"));
            assert!(why.contains(expected), "{why}");
        }
    }
}
