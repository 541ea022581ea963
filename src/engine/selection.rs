//! Which accounts are API users. It is never guessed silently: if none are declared, names decide, and the ledger says
//! so.

use std::sync::Arc;

use hashbrown::HashMap;

use super::integration_names::{IntegrationName, integration_name};
use super::ledger::{ApiUsersLedger, UndeclaredAccount};
use crate::config::{Config, RunOptions, UserNamePatterns};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::record::meaning::{AccountKind, account_kind};
use crate::record::name::{NameMap, NameSet, UserName};
use crate::record::{Field, FieldSet, InputKind, Record};
use crate::syntax::tree::keys::nearest;

/// Names that are not found and are compared with all others, so that a wrong file costs no more than a moment.
const MAX_SUGGESTED: usize = 5;
/// A slip changes the length of a name by at most this many bytes.
const MAX_SLIP: usize = 3;

/// Who counts as an API user.
pub struct ApiUserSelection {
    declared: Arc<Declarations>,
    seen: SeenAccounts,
}

/// What was declared before any account was seen.
struct Declarations {
    is_all: bool,
    /// All are, and nothing else was declared that an account could fit.
    is_all_alike: bool,
    /// Where API users are declared; where nowhere, names decide.
    how: Vec<&'static str>,
    /// User names and ids, each with the number of its declaration.
    names: NameMap<usize>,
    ids: HashMap<String, usize, foldhash::fast::FixedState>,
    /// Declarations as they were written: names first.
    written: Vec<String>,
    patterns: UserNamePatterns,
    planned: PlannedNames,
}

/// What was seen of accounts. It merges in any order.
#[derive(Default)]
struct SeenAccounts {
    /// By the numbers of declarations: some account fits.
    found: Vec<bool>,
    /// How many accounts each pattern matches.
    matches: Vec<u64>,
    /// User names of plans that were counted: an export may hold the same account.
    counted: NameSet,
    /// API users that no plan holds.
    count: u64,
    undeclared: Vec<UndeclaredAccount>,
    by_name: Vec<UndeclaredAccount>,
    /// Some record said of itself that it is one.
    kind: bool,
}

/// Accounts that plans hold, by their user names.
#[derive(Clone, Debug, Default)]
pub struct PlannedNames {
    /// All of them.
    pub accounts: NameSet,
    /// Those that say of themselves that they are API users.
    pub api_users: NameSet,
}

impl ApiUserSelection {
    /// What config, options, plans and, with `has_kinds`, some input declare.
    ///
    /// # Errors
    /// A pattern is not a regular expression.
    pub fn new(
        config: &Config,
        options: &RunOptions,
        planned: PlannedNames,
        has_kinds: bool,
    ) -> Result<Self, UsageError> {
        let (mut names, mut ids, mut written) = (NameMap::default(), HashMap::default(), Vec::new());
        for name in config.api_user_names().iter().chain(&options.api_users) {
            if names.insert(&UserName::new(name.trim_ascii()), written.len()) {
                written.push(name.clone());
            }
        }
        for id in config.api_user_ids() {
            ids.insert(id.clone(), written.len());
            written.push(id.clone());
        }
        let patterns = config.api_user_patterns();
        let is_in_config = !config.api_user_names().is_empty() || !ids.is_empty() || !patterns.is_empty();
        let declarations = [
            ("all-api-users", options.all_api_users),
            ("plan", has_kinds),
            ("config", is_in_config),
            ("option", !options.api_users.is_empty()),
        ];
        let how = declarations.into_iter().filter(|(_, is_there)| *is_there).map(|(how, _)| how).collect();
        let is_all = options.all_api_users;
        let is_all_alike = is_all && written.is_empty() && patterns.is_empty() && planned.accounts.is_empty();
        let declared = Declarations { is_all, is_all_alike, how, names, ids, written, patterns, planned };
        Ok(Self { seen: SeenAccounts::new(&declared), declared: Arc::new(declared) })
    }

    /// The same declarations, with nothing seen.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { seen: SeenAccounts::new(&self.declared), declared: Arc::clone(&self.declared) }
    }

    /// Adds what forks have seen of the same input.
    pub fn merge<'f>(&mut self, forks: impl Iterator<Item = &'f mut Self>) {
        let mut seen = SeenAccounts::new(&self.declared);
        forks.for_each(|fork| seen.merge(&mut fork.seen));
        for accounts in [&mut seen.undeclared, &mut seen.by_name] {
            accounts.sort_unstable_by_key(|account| account.number);
        }
        self.seen.merge(&mut seen);
    }

    /// True if some record said of itself that it is an API user.
    #[must_use]
    pub const fn has_declared_kind(&self) -> bool {
        self.seen.kind
    }

    /// True if a plan says how the account of `record` is to be, and so decides in its place.
    #[inline(always)]
    pub fn is_superseded(&self, record: &impl Record, name: Option<&UserName<'_>>) -> bool {
        let planned = &self.declared.planned.accounts;
        !planned.is_empty()
            && record.input_kind() == InputKind::Export
            && name.is_some_and(|name| planned.contains(name))
    }

    /// Whether `record` is an API user. `name` is its user name.
    #[inline(always)]
    pub fn decide(&mut self, record: &impl Record, name: Option<&UserName<'_>>, file: &str, present: FieldSet) -> bool {
        if self.declared.is_all_alike && !present.has(Field::Kind) {
            self.seen.count += 1;
            return true;
        }
        self.decide_one(record, name, file, present)
    }

    /// How many accounts nothing declares that look like API users.
    pub const fn undeclared(&self) -> usize {
        self.seen.undeclared.len()
    }

    fn decide_one(&mut self, record: &impl Record, name: Option<&UserName<'_>>, file: &str, present: FieldSet) -> bool {
        if self.is_declared_one(record, name, present) {
            self.count(name);
            return true;
        }
        let Self { declared, seen } = self;
        if declared.is_all {
            return false;
        }
        let Some(says_so) = integration_name(record) else { return false };
        let account = UndeclaredAccount { file: file.to_owned(), number: record.number(), key: record.key() };
        if says_so == IntegrationName::Imitated {
            // Its letters only look like the word: this is reported, and decides nothing.
            seen.undeclared.push(account);
            return false;
        }
        if !declared.how.is_empty() {
            // A plan that speaks of this account has declared it already, and is judged in its place.
            if !name.is_some_and(|name| declared.planned.api_users.contains(name)) {
                seen.undeclared.push(account);
            }
            return false;
        }
        if kind_of(record) == Some(AccountKind::Person) {
            return false;
        }
        seen.by_name.push(account);
        self.count(name);
        true
    }

    /// Counts an API user: once, though a plan and an export may both hold it.
    fn count(&mut self, name: Option<&UserName<'_>>) {
        match name.filter(|name| self.declared.planned.accounts.contains(name)) {
            Some(name) => drop(self.seen.counted.insert(name, ())),
            None => self.seen.count += 1,
        }
    }

    /// Every declaration that fits is noted as found, not only the first.
    fn is_declared_one(&mut self, record: &impl Record, name: Option<&UserName<'_>>, present: FieldSet) -> bool {
        let Self { declared, seen } = self;
        let mut is_one = declared.is_all;
        if let Some(number) = name.and_then(|name| declared.names.get(name)) {
            seen.found[*number] = true;
            is_one = true;
        }
        // What a plan says of an account holds in every export.
        is_one |= record.input_kind() == InputKind::Export
            && name.is_some_and(|name| declared.planned.api_users.contains(name));
        if !declared.ids.is_empty() {
            for field in [Field::Id, Field::EmployeeId] {
                let cell = record.cell(field);
                if let Some(number) = cell.text().and_then(|id| declared.ids.get(id)) {
                    seen.found[*number] = true;
                    is_one = true;
                }
            }
        }
        let patterns = &declared.patterns;
        if !patterns.is_empty()
            && let Some(name) = record.cell(Field::UserName).text().filter(|name| patterns.is_match(name))
        {
            patterns.matches(name).for_each(|pattern| seen.matches[pattern] += 1);
            is_one = true;
        }
        // In a plan an integration makes its account an API user's.
        let has_integration =
            || record.input_kind() == InputKind::Plan && record.cell(Field::Integration).text().is_some();
        if (present.has(Field::Kind) && kind_of(record) == Some(AccountKind::ApiUser))
            || (present.has(Field::Integration) && has_integration())
        {
            seen.kind = true;
            is_one = true;
        }
        is_one
    }

    /// What is wrong with the declarations, now that every account was seen.
    ///
    /// With `is_partial` some were not: that none of them is an API user cannot be said then. `keys` are accounts of
    /// which one may be meant where a declared name is not found.
    #[must_use]
    pub fn faults<'k>(&'k self, is_partial: bool, keys: impl Iterator<Item = &'k str> + Clone) -> Vec<Fault> {
        let mut faults = Vec::new();
        let account = if is_partial { "no account that could be read" } else { "no account" };
        let Self { declared, seen } = self;
        let missing = |numbers: Vec<usize>| {
            let missing = numbers.into_iter().filter(|number| !seen.found[*number]);
            let mut missing: Vec<_> = missing.map(|number| declared.written[number].as_str()).collect();
            missing.sort_unstable();
            missing
        };
        let keys = keys.chain(seen.undeclared.iter().map(|account| account.key.as_str()));
        for (at, name) in missing(declared.names.values().copied().collect()).into_iter().enumerate() {
            let near = keys.clone().filter(|key| at < MAX_SUGGESTED && key.len().abs_diff(name.len()) <= MAX_SLIP);
            let shown = quoted(name);
            let message = format!("{account} has the user name {shown}, which is declared to be an API user");
            let fault = Fault::of_input(FaultKind::ApiUserNotFound, message);
            faults.push(match nearest(name, near) {
                Some(near) => fault.with_remedy(format!("Did you mean {}?", quoted(near))),
                None => fault,
            });
        }
        for id in missing(declared.ids.values().copied().collect()) {
            let message = format!("{account} has the id {}, which is declared to be an API user", quoted(id));
            faults.push(Fault::of_input(FaultKind::ApiUserNotFound, message));
        }
        for ((pattern, most), matches) in declared.patterns.patterns().zip(&seen.matches) {
            if *matches > most {
                let message =
                    format!("the pattern {} matches {matches} accounts, its maximum is {most}", quoted(pattern));
                let remedy =
                    format!("Make the pattern stricter, or write `max = {matches}` beside it under `[api-users]`.");
                faults.push(Fault::of_input(FaultKind::ApiUserPatternTooWide, message).with_remedy(remedy));
            }
        }
        if seen.total() == 0 && faults.is_empty() && !is_partial {
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
        let Self { declared, seen } = self;
        let how = if declared.how.is_empty() { "names".to_owned() } else { declared.how.join(", ") };
        let (undeclared, by_name) = (seen.undeclared.clone(), seen.by_name.clone());
        ApiUsersLedger { count: seen.total(), how, undeclared, by_name }
    }
}

impl SeenAccounts {
    fn new(declared: &Declarations) -> Self {
        Self {
            found: vec![false; declared.written.len()],
            matches: vec![0; declared.patterns.patterns().len()],
            ..Self::default()
        }
    }

    /// How many API users there are.
    fn total(&self) -> u64 {
        self.count + self.counted.len() as u64
    }

    /// Adds what was seen elsewhere.
    fn merge(&mut self, other: &mut Self) {
        self.found.iter_mut().zip(&other.found).for_each(|(mine, theirs)| *mine |= theirs);
        self.matches.iter_mut().zip(&other.matches).for_each(|(mine, theirs)| *mine += theirs);
        self.counted.merge(std::mem::take(&mut other.counted));
        self.count += other.count;
        self.kind |= other.kind;
        self.undeclared.append(&mut other.undeclared);
        self.by_name.append(&mut other.by_name);
    }
}

/// The kind that a record says it is.
fn kind_of(record: &impl Record) -> Option<AccountKind> {
    record.cell(Field::Kind).text().and_then(account_kind)
}
