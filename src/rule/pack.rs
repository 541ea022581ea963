//! A site's own rules: the files of a folder turned into a pack, each fault of them with its place.
//!
//! A rule that would silently do nothing is refused here: a key or check kind that does not exist, a case that the check
//! does not know, a subject that it cannot judge, an id that is taken.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::coverage::Statement;
use super::file::{RuleFile, add, is_built_in_pack};
use super::{Rule, RuleSource, Subject};
use crate::check::{Check, CheckSpec};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::fingerprint::hex;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::fast::split::map_on_threads;
use crate::read::site_document::SiteDocument;
use crate::schema::BuiltInSchema;
use crate::source::pack_folder::{MAX_RULES, PACK_FILE, PackFile};
use crate::source::{Span, Spanned};
use crate::syntax::tree::Node;

/// A folder and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFolder {
    /// The path as it is shown, with `/`.
    pub path: String,
    /// The files.
    pub files: Vec<PackFile>,
}

/// The pack of a site.
pub struct SitePack {
    /// Its name, which goes before the ids of its rules.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What its rules rest on.
    pub statements: Vec<Statement>,
    /// Its rules, by id.
    pub rules: Vec<Rule>,
    /// The folder that it was read from.
    pub folder: PackFolder,
    /// One SHA-256 over the names and texts of all its files.
    pub sha256: String,
}

#[derive(Deserialize)]
struct PackTable {
    name: Spanned<String>,
    version: String,
    requires: Option<Spanned<String>>,
    #[serde(default)]
    statements: Vec<Statement>,
}

/// The rules that take longer to read than a thread takes to start.
const RULES_PER_THREAD: usize = 16;

/// Reads the packs of these folders.
///
/// # Errors
/// Everything that is wrong with the first faulty one, each fault with its place.
pub fn read_packs(folders: Vec<PackFolder>, built_in: &[Rule]) -> Result<Vec<SitePack>, Vec<UsageError>> {
    let rules: usize = folders.iter().map(|folder| folder.files.len().saturating_sub(1)).sum();
    if rules > MAX_RULES {
        let error = UsageError::new(format!("the packs hold {rules} rules; the most is {MAX_RULES}"));
        return Err(vec![error.with_remedy("Judge by some of the packs, and by the others in another run.")]);
    }
    let heads: Vec<_> = folders.iter().map(SitePack::read_head).collect();
    // Rules are read by threads, whichever pack they are of.
    let files: Vec<(&SitePack, &PackFolder, &PackFile)> = heads
        .iter()
        .zip(&folders)
        .filter_map(|(head, folder)| Some((head.as_ref().ok()?, folder)))
        .flat_map(|(pack, folder)| folder.rules().map(move |file| (pack, folder, file)))
        .collect();
    let read = |(pack, folder, file): &(&SitePack, &PackFolder, &PackFile)| read_rule(pack, folder, file, built_in);
    let mut rules = map_on_threads(&files, RULES_PER_THREAD, read).into_iter();
    let mut packs: Vec<SitePack> = Vec::new();
    for (head, folder) in heads.into_iter().zip(folders) {
        let count = folder.rules().count();
        let pack = head?.with_rules(rules.by_ref().take(count), folder)?;
        match packs.binary_search_by(|other| other.name.cmp(&pack.name)) {
            Err(place) => packs.insert(place, pack),
            Ok(other) => {
                let (one, two) = (quoted(&packs[other].folder.path), quoted(&pack.folder.path));
                let error = UsageError::new(format!("two packs are called {}: {one} and {two}", quoted(&pack.name)));
                return Err(vec![error.with_remedy("Name each folder once, and give each pack a name of its own.")]);
            }
        }
    }
    Ok(packs)
}

#[inline(never)]
fn read_rule(
    pack: &SitePack,
    folder: &PackFolder,
    file: &PackFile,
    built_in: &[Rule],
) -> Result<Rule, Vec<UsageError>> {
    PackDocument::parse(&folder.path, file)?.rule(pack, built_in)
}

impl SitePack {
    /// The pack without its rules.
    fn read_head(folder: &PackFolder) -> Result<Self, Vec<UsageError>> {
        let Some(head) = folder.files.iter().find(|file| file.name == PACK_FILE) else {
            let error = UsageError::new(format!("the pack {} has no `{PACK_FILE}`", quoted(&folder.path)));
            let remedy = format!("Write `name = \"acme\"` and `version = \"1.0.0\"` to `{PACK_FILE}` in it.");
            return Err(vec![error.with_remedy(remedy)]);
        };
        let table = PackDocument::parse(&folder.path, head)?.pack_table()?;
        let mut hasher = Sha256::new();
        folder.files.iter().for_each(|file| add(&mut hasher, &file.name, &file.text));
        Ok(Self {
            name: table.name.value,
            version: table.version,
            statements: table.statements,
            rules: Vec::new(),
            sha256: hex(&hasher.finalize()),
            folder: PackFolder { path: folder.path.clone(), files: Vec::new() },
        })
    }

    /// The pack with the rules that were read from its `folder`.
    fn with_rules(
        mut self,
        rules: impl Iterator<Item = Result<Rule, Vec<UsageError>>>,
        folder: PackFolder,
    ) -> Result<Self, Vec<UsageError>> {
        let mut errors = Vec::new();
        for rule in rules {
            match rule {
                Ok(rule) => self.rules.push(rule),
                Err(faults) => errors.extend(faults),
            }
        }
        errors.extend(shared_former_id(&self.rules));
        if self.rules.is_empty() && errors.is_empty() {
            let error = UsageError::new(format!("the pack {} holds no rule", quoted(&folder.path)));
            errors.push(error.with_remedy("Add a rule as `ID.toml`, or do not name the folder."));
        }
        let prefix = format!("{}/", self.name);
        self.statements.iter_mut().for_each(|statement| statement.id.insert_str(0, &prefix));
        self.folder = folder;
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}

impl PackFolder {
    /// The files that hold a rule each.
    fn rules(&self) -> impl Iterator<Item = &PackFile> {
        self.files.iter().filter(|file| file.name != PACK_FILE)
    }
}

/// The name of the pack in a folder that need not hold rules yet.
///
/// # Errors
/// What is wrong with its `pack.toml`.
pub fn pack_name(folder: &PackFolder) -> Result<Option<String>, Vec<UsageError>> {
    let head = folder.files.iter().find(|file| file.name == PACK_FILE);
    head.map(|file| Ok(PackDocument::parse(&folder.path, file)?.pack_table()?.name.value)).transpose()
}

/// A file of a pack, parsed.
struct PackDocument<'f> {
    file: &'f PackFile,
    document: SiteDocument<'f>,
}

impl<'f> PackDocument<'f> {
    fn parse(folder: &str, file: &'f PackFile) -> Result<Self, Vec<UsageError>> {
        let path = format!("{}/{}", folder.trim_end_matches('/'), file.name);
        Ok(Self { document: SiteDocument::parse_toml(&path, file.text.as_str())?, file })
    }

    fn pack_table(&self) -> Result<PackTable, Vec<UsageError>> {
        self.document.check(BuiltInSchema::Pack)?;
        let table: PackTable = self.document.read()?;
        let name = &table.name;
        let reserved = ["input", "rolecall"];
        if reserved.contains(&name.value.as_str()) || is_built_in_pack(&name.value) {
            let message = format!("the name {} belongs to rolecall", quoted(&name.value));
            return Err(vec![self.document.error(message, "Choose another, such as your organisation's.", name.span)]);
        }
        let requires = table.requires.as_ref().filter(|requires| is_newer(&requires.value, env!("CARGO_PKG_VERSION")));
        if let Some(requires) = requires {
            let message = format!("the pack needs rolecall {}; this is {}", requires.value, env!("CARGO_PKG_VERSION"));
            return Err(vec![self.document.error(message, "Install a newer rolecall.", requires.span)]);
        }
        for (at, statement) in table.statements.iter().enumerate() {
            if table.statements[..at].iter().any(|earlier| earlier.id == statement.id) {
                let message = format!("two statements have the id {}", quoted(&statement.id));
                return Err(vec![self.document.error(
                    message,
                    "Give each its own.",
                    self.document.key_span("statements"),
                )]);
            }
        }
        Ok(table)
    }

    fn rule(&self, pack: &SitePack, built_in: &[Rule]) -> Result<Rule, Vec<UsageError>> {
        self.document.check(BuiltInSchema::Rule)?;
        let mut file: RuleFile = self.document.read()?;
        let mut errors: Vec<_> = self.wrong_id(&file.id, built_in).into_iter().chain(self.wrong_examples()).collect();
        for id in &file.statements {
            if !pack.statements.iter().any(|statement| statement.id == *id) {
                let message = format!("the statement {} is not in `{PACK_FILE}`", quoted(id));
                let remedy = "Add it there under `[[statements]]`, with `where` and `says`.";
                errors.push(self.document.error(message, remedy, self.document.key_span("statements")));
            }
        }
        let prefix = format!("{}/", pack.name);
        file.id.insert_str(0, &prefix);
        file.born_as.iter_mut().chain(&mut file.replaces).for_each(|id| id.insert_str(0, &prefix));
        file.statements.iter_mut().for_each(|id| id.insert_str(0, &prefix));
        if file.since.is_empty() {
            file.since.clone_from(&pack.version);
        }
        let rule = file.into_rule(pack.name.clone(), RuleSource::Site(self.file.text.clone()));
        let rule = rule
            .map_err(|why| vec![self.document.error(why, "Correct the parameter.", self.document.key_span("check"))])?;
        errors.extend(self.without_effect(&rule));
        if errors.is_empty() { Ok(rule) } else { Err(errors) }
    }

    fn wrong_id(&self, id: &str, built_in: &[Rule]) -> Option<UsageError> {
        let span = self.document.root().get("id").map_or(Span::at(0), Node::span);
        if self.file.name.strip_suffix(".toml") != Some(id) {
            let message = format!("the file of the rule {} has another name", quoted(id));
            return Some(self.document.error(message, &format!("Call the file `{id}.toml`."), span));
        }
        let belongs = |rule: &Rule| rule.id == id || rule.was_called(id);
        let is_taken = id == "drift" || FaultKind::by_id(id).is_some() || built_in.iter().any(belongs);
        is_taken.then(|| {
            let message = format!("the id {} belongs to rolecall", quoted(id));
            self.document.error(
                message,
                "Choose another id: two rules of one name would be mistaken for each other.",
                span,
            )
        })
    }

    /// The rule must show what passes and what fails.
    fn wrong_examples(&self) -> Option<UsageError> {
        let ends = |example: &Node<'_>| {
            let fails = example.get("fails").is_some_and(|fails| fails.children().next().is_some());
            (fails, example.get("outcome").is_some())
        };
        let ends: Vec<_> = self.document.root().get("examples")?.children().map(|example| ends(&example)).collect();
        let (missing, remedy) = if !ends.iter().any(|(fails, _)| *fails) {
            ("fails", "Add one with `fails = [\"the text that is wrong\"]`.")
        } else if !ends.contains(&(false, false)) {
            ("passes", "Add one without `fails`.")
        } else {
            return None;
        };
        Some(self.document.error(format!("no example {missing}"), remedy, self.document.key_span("examples")))
    }

    /// What the check would pass over without a word.
    fn without_effect(&self, rule: &Rule) -> Vec<UsageError> {
        let mut errors = Vec::new();
        let is_judged = match (&rule.check, subject_of(rule.kind)) {
            (_, Some(subject)) => rule.subject == subject,
            (Check::Record(_), None) => rule.subject != Subject::Tenant,
            (Check::Population(_), None) => unreachable!("internal error: {} has a subject", rule.kind),
        };
        if !is_judged {
            let message = format!("`{}` cannot judge {}", rule.kind, rule.subject.description());
            let other = subject_of(rule.kind).unwrap_or(Subject::ApiUser);
            let remedy = format!("Write `subject = \"{}\"`.", other.word());
            errors.push(self.document.error(message, &remedy, self.document.key_span("subject")));
        }
        for case in rule.severity_when.keys().filter(|case| !CheckSpec::cases(rule.kind).contains(&case.as_str())) {
            let message = format!("`{}` has no case {}", rule.kind, quoted(case));
            let remedy = match CheckSpec::cases(rule.kind) {
                [] => "Remove it: this check has no cases.".to_owned(),
                known => {
                    format!("Its cases are {}.", known.iter().map(|case| quoted(case)).collect::<Vec<_>>().join(", "))
                }
            };
            errors.push(self.document.error(message, &remedy, self.document.key_span("severity-when")));
        }
        errors
    }
}

/// A former id that two rules would share: findings of one would be taken for those of the other.
fn shared_former_id(rules: &[Rule]) -> Option<UsageError> {
    let former = |rule: &'_ Rule| rule.born_as.iter().chain(&rule.replaces).cloned().collect::<Vec<_>>();
    rules.iter().enumerate().find_map(|(at, rule)| {
        let is_taken = |id: &String| {
            rules.iter().enumerate().any(|(other, one)| other != at && (one.id == *id || one.was_called(id)))
        };
        let id = former(rule).into_iter().find(is_taken)?;
        let message = format!("{} is, or was, the id of two rules", quoted(&id));
        Some(UsageError::new(message).with_remedy("Remove it from `born-as` or `replaces` of one of them."))
    })
}

/// The one subject of a kind that concludes from all accounts; `None` if it judges any.
fn subject_of(kind: &str) -> Option<Subject> {
    let word = CheckSpec::subject(kind)?;
    Some(Subject::by_word(word).expect("internal error: a kind of check names a subject"))
}

/// True if `requires`, such as `>=0.2`, names a version after `version`.
fn is_newer(requires: &str, version: &str) -> bool {
    let parts = |text: &str| -> [u64; 3] {
        let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
        std::array::from_fn(|_| numbers.next().unwrap_or(0))
    };
    parts(requires.trim_start_matches(">=")) > parts(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::file::all_built_in;

    #[test]
    fn versions_compare_by_number() {
        for (requires, newer) in
            [(">=0.1", false), (">=0.1.0", false), (">=0.10", true), (">=1", true), (">=0.1.1", true)]
        {
            assert_eq!(is_newer(requires, "0.1.0"), newer, "{requires}");
        }
    }

    #[test]
    fn the_schema_takes_what_the_built_in_rules_say() {
        for rule in all_built_in() {
            let basis = format!("basis = \"{}\"", rule.basis.word());
            let (name, text) =
                (format!("{}.toml", rule.id), rule.source.text().replacen(&basis, "basis = \"site\"", 1));
            let file = PackFile { name, text };
            let document = PackDocument::parse("rules", &file).unwrap_or_else(|why| panic!("{why:?}"));
            document.document.check(BuiltInSchema::Rule).unwrap_or_else(|why| panic!("{}: {why:?}", rule.id));
            assert!(document.wrong_examples().is_none() && document.without_effect(&rule).is_empty(), "{}", rule.id);
        }
    }
}
