//! The account of a run: what was named, read and judged, what was left out and why, and what could not be
//! judged at all. Without holes in it there can be a PASS; with any there is none.

mod baseline;

use std::sync::Arc;

use crate::check::population::Population;
use crate::config::GivenOption;
use crate::config::selection::LeftAlone;
use crate::diagnostic::words::words;
use crate::diagnostic::{Outcome, Severity};
use crate::record::Field;
use crate::record::pool::Pool;
use crate::record::site::Site;

pub use baseline::{AbsentEntry, BaselineEnd, BaselineUse};

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

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverUse {
    /// Its id.
    pub id: String,
    /// The tenant that it names.
    pub tenant: Option<String>,
    /// The rule that it names.
    pub rule: String,
    /// Its file, as typed.
    pub file: Arc<str>,
    /// Its line.
    pub line: u64,
    /// The account or licence that it names; the pattern of a group; `None` for the tenant.
    pub subject: Option<String>,
    /// Any value is accepted.
    pub is_any_value: bool,
    /// The last day on which it covers.
    pub until: String,
    /// Who approved it.
    pub approved_by: String,
    /// How many findings it covers.
    pub uses: u64,
    /// How it ended.
    pub ended: WaiverEnd,
    /// Why nothing more is said of it.
    pub reason: Option<String>,
}

/// How a waiver ended for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverEnd {
    /// It covers findings.
    Used,
    /// Its finding is in another condition.
    Changed,
    /// Its last day has passed.
    Expired,
    /// Its first day is still ahead.
    NotYet,
    /// There is nothing that it could cover.
    Unused,
    /// Whether it is needed is not known.
    NotTold,
}

words!(WaiverEnd {
    Used = "used",
    Changed = "changed",
    Expired = "expired",
    NotYet = "not-yet-in-force",
    Unused = "unused",
    NotTold = "not-told",
});

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

/// The account of one input.
#[derive(Clone, Debug, Default)]
pub struct InputLedger {
    /// Its path as typed.
    pub file: String,
    /// How it was read; `None` if unknown.
    pub format: Option<&'static str>,
    /// The encoding of its text.
    pub encoding: Option<&'static str>,
    /// Its digest, when asked for.
    pub sha256: Option<String>,
    /// Its bytes.
    pub bytes: u64,
    /// Data records in it: judged, left out or refused.
    pub records: u64,
    /// Records that at least one rule judged.
    pub judged: u64,
    /// Records that no rule concerns.
    pub left_out: Vec<LeftOut>,
    /// Records that could not be read with certainty.
    pub refused: Vec<Refused>,
    /// Headers or keys and the fields they became.
    pub columns: Vec<(String, Field)>,
    /// Headers or keys that mean nothing.
    pub unknown_columns: Vec<String>,
}

impl InputLedger {
    /// Counts accounts, of which no rule concerns the inactive ones.
    pub(super) fn count(&mut self, accounts: u64, inactive: u64, superseded: u64) {
        self.records += accounts;
        self.judged += accounts - inactive - superseded;
        self.leave_out("inactive", inactive);
        self.leave_out("the plan decides", superseded);
    }

    /// Leaves out all records of an input, which were not read.
    pub(super) fn leave_out_all(&mut self, reason: &str, records: u64) {
        self.records += records;
        self.leave_out(reason, records);
    }

    fn leave_out(&mut self, reason: &str, count: u64) {
        match self.left_out.iter_mut().find(|one| one.reason == reason) {
            Some(one) => one.count += count,
            None if count > 0 => self.left_out.push(LeftOut { reason: reason.to_owned(), count }),
            None => {}
        }
    }

    /// Adds what another thread counted of this input.
    pub(super) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.judged += other.judged;
        self.refused.extend(other.refused);
        other.left_out.iter().for_each(|one| self.leave_out(&one.reason, one.count));
    }

    /// Its refused records as holes: one for each kind of fault.
    pub(super) fn holes(&self) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        for refused in &self.refused {
            match holes.iter_mut().find(|hole| hole.rule == refused.rule) {
                Some(hole) => hole.count += 1,
                None => holes.push(Hole {
                    rule: refused.rule.to_owned(),
                    reason: format!("record refused: {}", refused.reason),
                    count: 1,
                    file: Some(self.file.clone()),
                    line: Some(refused.line),
                }),
            }
        }
        holes
    }
}

/// Records left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number.
    pub number: u64,
    /// Its user name, if that is certain; else `#N`.
    pub key: String,
    /// Its line.
    pub line: u64,
    /// The id of the fault.
    pub rule: &'static str,
    /// Why, in one line.
    pub reason: String,
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
    pub fn was_put(&self) -> bool {
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
