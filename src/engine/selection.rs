//! Which accounts are API users. It is never guessed silently: what nobody declared, names decide, and the
//! ledger says so.

use hashbrown::HashMap;

use super::ledger::{ApiUsersLedger, Undeclared};
use crate::config::{ApiUserPattern, Config, Options};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::record::name::{NameMap, NameSet, UserName};
use crate::record::{Field, FieldSet, Record};

/// Words that say, as a whole word in any ASCII case, that an account is an integration's.
const WORDS: &[&str] = &["api", "integration", "service", "svc", "bot", "connector", "sync", "automation"];

/// Who counts as an API user.
pub struct Selection {
    is_all: bool,
    /// Where API users are declared; where nowhere, names decide.
    how: Vec<&'static str>,
    names: NameMap<Declaration>,
    ids: HashMap<String, Declaration, foldhash::fast::FixedState>,
    patterns: Vec<(ApiUserPattern, u64)>,
    planned: Planned,
    /// User names of plans that were counted: an export may hold the same account.
    counted: NameSet,
    count: u64,
    undeclared: Vec<Undeclared>,
    by_name: Vec<Undeclared>,
    /// Some record said of itself that it is one.
    pub saw_kind: bool,
}

/// Accounts that plans hold, by their user names.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// All of them.
    pub accounts: NameSet,
    /// Those that say of themselves that they are API users.
    pub api_users: NameSet,
}

/// A name or id somebody declared.
struct Declaration {
    /// As it was written.
    written: String,
    is_found: bool,
}

impl Selection {
    /// What config, options, plans and, with `has_kinds`, some input declare.
    ///
    /// # Errors
    /// A pattern that is none.
    pub fn new(config: &Config, options: &Options, planned: Planned, has_kinds: bool) -> Result<Self, UsageError> {
        let declaration = |written: &String| Declaration { written: written.clone(), is_found: false };
        let mut names = NameMap::default();
        for name in config.api_user_names().iter().chain(&options.api_users) {
            names.insert(&UserName::new(name.trim_ascii()), declaration(name));
        }
        let ids: HashMap<_, _, _> = config.api_user_ids().iter().map(|id| (id.clone(), declaration(id))).collect();
        let patterns: Vec<_> = config.api_user_patterns()?.into_iter().map(|pattern| (pattern, 0)).collect();
        let is_in_config = !config.api_user_names().is_empty() || !ids.is_empty() || !patterns.is_empty();
        let declarations = [
            ("all-api-users", options.all_api_users),
            ("plan", has_kinds),
            ("config", is_in_config),
            ("option", !options.api_users.is_empty()),
        ];
        Ok(Self {
            is_all: options.all_api_users,
            how: declarations.into_iter().filter(|(_, is_there)| *is_there).map(|(how, _)| how).collect(),
            names,
            ids,
            patterns,
            planned,
            counted: NameSet::default(),
            count: 0,
            undeclared: Vec::new(),
            by_name: Vec::new(),
            saw_kind: false,
        })
    }

    /// Whether `record` is an API user. `name` is its user name.
    pub fn decide(&mut self, record: &impl Record, name: Option<&UserName<'_>>, file: &str, present: FieldSet) -> bool {
        if self.is_declared_one(record, name, present) {
            self.count(name);
            return true;
        }
        if self.is_all || !looks_like_one(record) {
            return false;
        }
        let account = Undeclared { file: file.to_owned(), number: record.number(), key: record.key() };
        if !self.how.is_empty() {
            // A plan that speaks of this account has declared it already, and is judged in its place.
            if !name.is_some_and(|name| self.planned.api_users.contains(name)) {
                self.undeclared.push(account);
            }
            return false;
        }
        if record.cell(Field::Kind).text() == Some("person") {
            return false;
        }
        self.by_name.push(account);
        self.count(name);
        true
    }

    /// Counts an API user: once, though a plan and an export may both hold it.
    fn count(&mut self, name: Option<&UserName<'_>>) {
        let planned = name.filter(|name| self.planned.accounts.contains(name));
        self.count += u64::from(planned.is_none_or(|name| self.counted.insert(name, ())));
    }

    /// Every declaration that fits is noted as found, not only the first.
    fn is_declared_one(&mut self, record: &impl Record, name: Option<&UserName<'_>>, present: FieldSet) -> bool {
        let mut is_one = self.is_all;
        if let Some(declaration) = name.and_then(|name| self.names.get_mut(name)) {
            declaration.is_found = true;
            is_one = true;
        }
        if !self.ids.is_empty() {
            for field in [Field::Id, Field::EmployeeId] {
                let cell = record.cell(field);
                if let Some(declaration) = cell.text().and_then(|id| self.ids.get_mut(id)) {
                    declaration.is_found = true;
                    is_one = true;
                }
            }
        }
        if !self.patterns.is_empty() {
            let cell = record.cell(Field::UserName);
            for (pattern, matches) in &mut self.patterns {
                if cell.text().is_some_and(|name| pattern.regex.is_match(name)) {
                    *matches += 1;
                    is_one = true;
                }
            }
        }
        if present.has(Field::Kind) && record.cell(Field::Kind).text() == Some("api-user") {
            self.saw_kind = true;
            is_one = true;
        }
        is_one
    }

    /// What is wrong with the declarations, now that every account was seen.
    ///
    /// With `is_partial` some were not: that none of them is an API user cannot be said then.
    #[must_use]
    pub fn faults(&self, is_partial: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        let account = if is_partial { "no account that could be read" } else { "no account" };
        for name in missing(self.names.values()) {
            let message = format!("{account} has the user name {}, which is declared to be an API user", quoted(&name));
            faults.push(Fault::of_input(FaultKind::ApiUserNotFound, message));
        }
        for id in missing(self.ids.values()) {
            let message = format!("{account} has the id {}, which is declared to be an API user", quoted(&id));
            faults.push(Fault::of_input(FaultKind::ApiUserNotFound, message));
        }
        for (pattern, matches) in &self.patterns {
            if *matches > pattern.max {
                let message = format!(
                    "the pattern {} matches {matches} accounts, its maximum is {}",
                    quoted(pattern.regex.as_str()),
                    pattern.max
                );
                faults.push(Fault::of_input(FaultKind::ApiUserPatternTooWide, message));
            }
        }
        if self.count == 0 && faults.is_empty() && !is_partial {
            faults.push(Fault::of_input(
                FaultKind::ApiUserNone,
                "no account is declared to be an API user, and no name says so",
            ));
        }
        faults
    }

    /// For the ledger.
    #[must_use]
    pub fn ledger(&self) -> ApiUsersLedger {
        let how = if self.how.is_empty() { "names".to_owned() } else { self.how.join(", ") };
        ApiUsersLedger { count: self.count, how, undeclared: self.undeclared.clone(), by_name: self.by_name.clone() }
    }
}

/// What was declared and not found, sorted.
fn missing<'d>(declarations: impl Iterator<Item = &'d Declaration>) -> Vec<String> {
    let mut missing: Vec<_> = declarations.filter(|one| !one.is_found).map(|one| one.written.clone()).collect();
    missing.sort();
    missing
}

/// True where the names of an account say that it is an integration's.
fn looks_like_one(record: &impl Record) -> bool {
    let says_so = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(is_word);
    let holds = |field: Field| record.cell(field).text().is_some_and(says_so);
    let local = |name: &str| says_so(name.rsplit_once('@').map_or(name, |(local, _)| local));
    holds(Field::FirstName) || holds(Field::LastName) || record.cell(Field::UserName).text().is_some_and(local)
}

fn is_word(token: &str) -> bool {
    WORDS.iter().any(|word| token.len() == word.len() && token.eq_ignore_ascii_case(word))
}
