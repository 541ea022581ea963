//! The account of a run: what was named, read and judged, what was left out and why, and what could not be
//! judged at all. Without holes in it there can be a PASS; with any there is none.

mod baseline;
mod input;
mod waiver;

use std::sync::Arc;

use crate::check::population::Population;
use crate::config::GivenOption;
use crate::config::selection::LeftAlone;
use crate::diagnostic::{Outcome, Severity};
use crate::record::pool::Pool;
use crate::record::site::Site;

pub use baseline::{AbsentEntry, BaselineEnd, BaselineUse};
pub use input::{InputLedger, LeftOut, Refused};
pub use waiver::{WaiverEnd, WaiverUse};

/// The whole account.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The label of the tenant in the project file; `None` without a project.
    pub tenant: Option<String>,
    /// Input by input, in the order named.
    pub inputs: Vec<InputLedger>,
    /// Who counted as an API user, and why.
    pub api_users: ApiUsersLedger,
    /// What was not judged.
    pub holes: Vec<Hole>,
    /// Rules the site switched off.
    pub rules_off: Vec<String>,
    /// Severities the site changed.
    pub severity_changes: Vec<SeverityChange>,
    /// The config files that were used.
    pub config: Vec<ConfigFile>,
    /// The site's packs that judged.
    pub packs: Vec<UsedPack>,
    /// The lock that the rules and settings were compared with.
    pub lock: Option<UsedLock>,
    /// The options that change what a run says.
    pub options: Vec<GivenOption>,
    /// Files that were named and are not plans: they were not read.
    pub left_alone: Vec<LeftAlone>,
    /// The files of waivers and the baseline, with their digests.
    pub policy_files: Vec<ConfigFile>,
    /// Every waiver, by its id.
    pub waivers: Vec<WaiverUse>,
    /// The baseline that the findings were compared with.
    pub baseline: Option<BaselineUse>,
    /// What reports hide.
    pub redaction: RedactionLedger,
}

/// What reports of a run hide, and whose key their hashes have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedactionLedger {
    /// User names and personal names are pseudonyms.
    pub identities: bool,
    /// What tells the site's own key from another without telling it; `None` for the built-in one.
    pub key: Option<String>,
}

impl RedactionLedger {
    /// The word for the key that every rolecall has.
    pub const BUILT_IN: &str = "built-in";
}

/// A pack of the site that judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPack {
    /// Its name.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// How many rules it holds.
    pub rules: u64,
    /// One digest over the names and texts of its files.
    pub sha256: String,
}

/// A lock that demands no more than was judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedLock {
    /// Its path as typed, or as the config names it.
    pub file: String,
    /// Its digest.
    pub sha256: String,
    /// What is new or stricter, and what was accepted with a reason.
    pub notes: Vec<String>,
}

/// A config that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path as typed; that of one that was found is relative to the working directory.
    pub file: String,
    /// Its digest, when asked for.
    pub sha256: Option<String>,
}

/// How API users were recognised.
#[derive(Clone, Debug, Default)]
pub struct ApiUsersLedger {
    /// How many there are, inactive ones too.
    pub count: u64,
    /// Where they are declared: `plan`, `config`, `option`, `all-api-users`; `names` where nowhere.
    pub how: String,
    /// Undeclared accounts whose names say API user; if names decide, those that count as API users.
    pub undeclared: Vec<UndeclaredAccount>,
    /// Accounts that were taken because of their names.
    pub by_name: Vec<UndeclaredAccount>,
}

/// An account that looks like an API user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndeclaredAccount {
    /// The input.
    pub file: String,
    /// Its number.
    pub number: u64,
    /// Its user name, or `#N`.
    pub key: String,
}

/// An account that the verdict is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedAccount {
    /// Its user name, or `#N`.
    pub key: String,
    /// The input.
    pub file: Arc<str>,
    /// Its number.
    pub number: u64,
    /// It was judged as an API user's.
    pub is_api_user: bool,
    /// It holds the administrator role.
    pub is_administrator: bool,
    /// First and last name.
    pub name: Option<String>,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its team.
    pub team: Option<String>,
    /// Its groups and teams.
    pub scope: Vec<String>,
    /// Its main view.
    pub main_view: Option<String>,
    /// It is active on the as-of date.
    pub is_active: bool,
    /// What speaks for an integration behind it.
    pub integration_signs: Vec<&'static str>,
    /// How many findings are about it.
    pub findings: u64,
    /// How it ended.
    pub outcome: AccountOutcome,
}

/// How the rules ended for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOutcome {
    /// Nothing was found.
    Pass,
    /// Something was.
    Fail,
    /// Something was, and waivers cover all of it.
    Waived,
    /// Something was, and the baseline, with waivers if there are any, covers all of it.
    Baselined,
    /// Some rule could not tell, and nothing was found.
    NotDeterminable,
}

impl AccountOutcome {
    /// The word of reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::Baselined => "baselined",
            Self::NotDeterminable => "not-determinable",
        }
    }
}

/// Something that was not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The rule that could not judge, or the id of the fault.
    pub rule: String,
    /// Why, in one line.
    pub reason: String,
    /// How many records or inputs it concerns.
    pub count: u64,
    /// The first file it concerns.
    pub file: Option<String>,
    /// The first line it concerns.
    pub line: Option<u64>,
}

impl Hole {
    /// One thing that was not judged.
    pub(super) fn new(rule: &str, reason: String, file: Option<String>, line: Option<u64>) -> Self {
        Self { rule: rule.to_owned(), reason, count: 1, file, line }
    }
}

/// A severity the site changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityChange {
    /// The rule.
    pub rule: String,
    /// Its own.
    pub from: Severity,
    /// What the site made of it.
    pub to: Severity,
}

/// How a rule ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    /// The rule.
    pub rule: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What it judged: records, or what its subject counts.
    pub judged: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Why it did not apply or could not judge.
    pub reason: Option<String>,
    /// True if it judged every account that it concerns.
    pub has_judged_all: bool,
    /// True if inputs lack a column without which it does not apply.
    pub lacks_column: bool,
}

/// Why a rule that met no account of its subject does not apply.
pub(super) const NO_ACCOUNT: &str = "there is no account that it concerns";

/// Why a rule that the site turned off does not apply.
pub(super) const OFF: &str = "off";

impl RuleOutcome {
    /// True if the rule saw an account, or had all of them before it.
    #[must_use]
    pub fn was_evaluated(&self) -> bool {
        !self.reason.as_deref().is_some_and(|reason| [NO_ACCOUNT, OFF].contains(&reason))
    }
}

/// Seats of a licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatCount {
    /// The licence.
    pub license: String,
    /// Seats owned; `None` if undeclared.
    pub owned: Option<u64>,
    /// Seats used on the as-of date.
    pub used: u64,
    /// The same with the accounts of plans that start later.
    pub planned: u64,
    /// False if the figures are "at least".
    pub exact: bool,
}

impl SeatCount {
    /// The seats of every pool. They are exact if every account could be read, with its activity and roles.
    #[must_use]
    pub fn of_pools(site: &Site, population: &Population) -> Vec<Self> {
        let exact = population.seats.doubt(population.is_partial).is_none();
        let count = |(number, pool): (usize, &Pool)| {
            let holders = population.seats.of_pool(number);
            let (license, owned) = (pool.license.clone(), pool.owned);
            Self { license, owned, used: holders.today.total(), planned: holders.planned, exact }
        };
        site.pools.iter().enumerate().map(count).collect()
    }
}
