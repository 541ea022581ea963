//! What a pass over the inputs saw, and how what several threads saw of one input becomes one.
//!
//! Everything merges in any order with one result: counts add up, and lists are sorted in the end. Where that is not certain, one
//! thread reads the input in order.

use super::accounts::JudgedAccounts;
use super::column_names::SeenColumns;
use super::compared_accounts::ComparedAccounts;
use super::context::RunContext;
use super::findings::Findings;
use super::group_members::GroupMembers;
use super::ledger::InputLedger;
use super::limits::MAX_REFUSED;
use super::selection::{ApiUserSelection, PlannedNames};
use super::tally::RuleTally;
use super::tracked_accounts::TrackedAccounts;
use crate::check::population::Population;
use crate::diagnostic::usage::UsageError;
use crate::read::ReadSummary;
use crate::record::declared::PlanFacts;
use crate::source::InputId;

/// What was seen.
pub struct Observation {
    pub population: Population,
    pub selection: ApiUserSelection,
    pub tallies: Vec<RuleTally>,
    /// Accounts that the verdict is about.
    pub accounts: JudgedAccounts,
    pub findings: Findings,
    /// Input by input, the last one being read.
    pub ledgers: Vec<InputLedger>,
    /// Input by input; `None` if nothing of it can be read.
    pub summaries: Vec<Option<ReadSummary>>,
    /// The tenants that records name.
    pub tenants: Vec<String>,
    /// Texts of columns that could be several names.
    pub columns: SeenColumns,
    /// Inputs that were not read to their end, with a fault that says so.
    pub cut_short: Vec<InputId>,
    /// Accounts that a comparison of plans and exports needs; empty in every other run.
    pub compared: ComparedAccounts,
    /// Every account, if the run is to be compared with another; empty in every other run.
    pub tracked: TrackedAccounts,
    /// Who matches the groups that the run is asked about.
    pub groups: GroupMembers,
}

impl Observation {
    /// Nothing seen yet. `has_kinds` says that some record declares itself an API user.
    ///
    /// # Errors
    /// A pattern of the config is not a regular expression.
    pub fn new(context: &RunContext<'_>, has_kinds: bool) -> Result<Self, UsageError> {
        let names =
            |of: fn(&PlanFacts) -> &Vec<String>| context.plans.iter().flat_map(of).map(String::as_str).collect();
        let planned =
            PlannedNames { accounts: names(|plan| &plan.user_names), api_users: names(|plan| &plan.api_users) };
        let population = Population::new(&context.site, planned.accounts.clone(), context.has_timeline, &context.needs);
        Ok(Self {
            population,
            selection: ApiUserSelection::new(context.config, context.options, planned, has_kinds)?,
            tallies: vec![RuleTally::default(); context.rules.len()],
            accounts: JudgedAccounts::default(),
            findings: Findings::default(),
            ledgers: Vec::new(),
            summaries: Vec::new(),
            tenants: Vec::new(),
            columns: SeenColumns::default(),
            cut_short: Vec::new(),
            compared: ComparedAccounts::default(),
            tracked: TrackedAccounts::default(),
            groups: GroupMembers::default(),
        })
    }

    /// Nothing seen yet, for one of the threads that read the input at hand.
    pub fn fork(&self) -> Self {
        Self {
            population: self.population.fork(),
            selection: self.selection.fork(),
            tallies: vec![RuleTally::default(); self.tallies.len()],
            accounts: JudgedAccounts::default(),
            findings: self.findings.fork(),
            ledgers: vec![InputLedger::default()],
            summaries: Vec::new(),
            tenants: Vec::new(),
            columns: SeenColumns::default(),
            cut_short: Vec::new(),
            compared: ComparedAccounts::default(),
            tracked: TrackedAccounts::default(),
            groups: GroupMembers::default(),
        }
    }

    /// Adds what threads saw of the input at hand. False, and nothing is added, if more records were refused than may be, or a
    /// single thread would have listed other findings.
    pub fn merge(&mut self, mut parts: Vec<Self>) -> bool {
        let refused = |seen: &Self| seen.ledgers.last().map_or(0, |ledger| ledger.refused.len());
        let are_too_many = refused(self) + parts.iter().map(refused).sum::<usize>() > MAX_REFUSED;
        if are_too_many || !self.findings.can_merge(parts.iter().map(|part| &part.findings)) {
            return false;
        }
        self.selection.merge(parts.iter_mut().map(|part| &mut part.selection));
        let mut findings = Vec::with_capacity(parts.len());
        for part in parts {
            for (mine, theirs) in self.tallies.iter_mut().zip(&part.tallies) {
                mine.merge(theirs);
            }
            self.population.merge(part.population);
            self.accounts.merge(part.accounts);
            findings.push(part.findings);
            part.ledgers.into_iter().for_each(|ledger| self.ledger().merge(ledger));
            part.tenants.into_iter().for_each(|tenant| self.add_tenant(tenant));
            self.columns.merge(part.columns);
            self.cut_short.extend(part.cut_short);
            self.compared.merge(part.compared);
            self.tracked.merge(part.tracked);
            self.groups.merge(part.groups);
        }
        self.findings.merge(findings);
        self.ledger().refused.sort_unstable_by_key(|refused| refused.number);
        true
    }

    /// The ledger of the input at hand.
    pub fn ledger(&mut self) -> &mut InputLedger {
        self.ledgers.last_mut().expect("internal error: an input was begun")
    }

    pub fn add_tenant(&mut self, tenant: String) {
        if !self.tenants.contains(&tenant) {
            self.tenants.push(tenant);
        }
    }
}
