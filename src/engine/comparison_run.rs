//! A run for somebody who compares plans with exports: the same inputs and the same account of what could not be read, but
//! no rules.

pub use super::compared_accounts::ComparedAccount;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::conclude::{Conclusions, conclude};
use super::context::ComparisonScope;
use super::context::RunContext;
use super::describe::ExtraFinding;
use super::load::LoadedInput;
use super::observation::Observation;
use super::observe::observe;
use super::reread::InputReReader;
use super::{NamedInput, Run, RunRequest};
use crate::check::RecordId;
use crate::config::resolve;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::Fault;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::read::ReadSummary;
use crate::record::{Field, InputKind, name};

/// The inputs of a comparison.
pub struct ComparedInputs {
    /// What declares the accounts.
    pub plans: Vec<NamedInput>,
    /// What the product wrote.
    pub exports: Vec<NamedInput>,
    /// An earlier export of the same tenant.
    pub base: Option<NamedInput>,
}

/// A run whose inputs were observed, waiting for its conclusions.
pub struct ComparisonRun<'a> {
    context: RunContext<'a>,
    seen: Observation,
    /// The numbers of the exports.
    exports: Range<usize>,
    /// What is compared.
    pub accounts: AccountsBySide,
}

/// The accounts of each side, in the order of the inputs.
#[derive(Clone, Debug, Default)]
pub struct AccountsBySide {
    /// All of plans.
    pub plans: Vec<ComparedAccount>,
    /// Those of exports that plans speak of, or should.
    pub exports: Vec<ComparedAccount>,
    /// Those of an earlier export that plans speak of.
    pub base: Vec<ComparedAccount>,
}

impl<'a> ComparisonRun<'a> {
    /// Observes the accounts of all inputs.
    ///
    /// # Errors
    /// A config or inputs that cannot be used: nothing was compared.
    pub fn observe(inputs: ComparedInputs, request: &RunRequest<'a>) -> Result<Self, UsageError> {
        let (plans, exports) = (inputs.plans.len(), inputs.exports.len());
        let named = inputs.plans.into_iter().chain(inputs.exports).chain(inputs.base).collect();
        let mut context = RunContext::new(named, request)?;
        refuse_other_kinds(&context, plans)?;
        context.rules.clear();
        // Whether it has drifted does not depend on it.
        context.contradiction = Severity::Note;
        let base = context.loaded.get(plans + exports);
        let planned = context.plans.iter().flat_map(|plan| &plan.user_names).map(String::as_str).collect();
        let owned_roles = context.config.owned_roles().iter().cloned().collect();
        context.comparison = Some(ComparisonScope { planned, owned_roles, base: base.map(|base| base.id) });
        let mut seen = observe(&context)?;
        refuse_plans_without_accounts(&context, &seen, plans)?;
        refuse_several_tenants(&context, &seen)?;
        let accounts = by_side(std::mem::take(&mut seen.compared).sorted(), context.loaded.get(plans + exports));
        Ok(Self { context, seen, exports: plans..plans + exports, accounts })
    }

    /// The first export that has accounts, but not this field.
    #[must_use]
    pub fn export_without(&self, field: Field) -> Option<&str> {
        let lacks = |summary: &ReadSummary| summary.records > 0 && !summary.present.has(field);
        let mut exports = self.exports.clone();
        let export = exports.find(|number| self.seen.summaries[*number].as_ref().is_some_and(lacks))?;
        Some(&self.context.loaded[export].name)
    }

    /// True if the config names roles whose holders some plan should speak of.
    #[must_use]
    pub fn has_owned_roles(&self) -> bool {
        !self.context.config.owned_roles().is_empty()
    }

    /// True if not every account could be read.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.seen.findings.has_holes()
    }

    /// The folded user names of planned accounts that could not be read; `None` if one may have any name.
    #[must_use]
    pub fn unread_names(&self) -> Option<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let plans = (0..self.exports.start).filter(|number| self.context.loaded[*number].same_as.is_none());
        for number in plans {
            self.seen.summaries[number].as_ref()?;
            for refused in &self.seen.ledgers[number].refused {
                let is_named = refused.key != format!("#{}", refused.number);
                names.insert(is_named.then(|| name::fold(&refused.key))?);
            }
        }
        Some(names)
    }

    /// Those of some folded user names that several accounts of the exports have.
    pub fn repeated<'n>(&self, names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
        // A hash only proposes accounts: their names decide.
        let proposed = self.seen.population.user_names.namesakes(names);
        let is_exported = |id: &RecordId| self.exports.contains(&usize::from(id.input.0));
        let records: BTreeSet<RecordId> = proposed.into_iter().flatten().filter(is_exported).collect();
        let records: Vec<RecordId> = records.into_iter().collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.cells().visit(&records, &mut |again| {
            *counts.entry(name::fold(&again.record.key())).or_default() += 1;
        });
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect()
    }

    /// Reads cells again.
    #[must_use]
    pub fn cells(&self) -> InputReReader<'_> {
        InputReReader::new(&self.context, &self.seen.summaries)
    }

    /// Ends the run with what was found and what could not be compared.
    #[must_use]
    pub fn conclude(mut self, extra: Vec<ExtraFinding>, not_compared: Vec<Fault>, unread: Vec<usize>) -> Run {
        let conclusions =
            Conclusions { extra, not_compared, unread, is_without_api_users: true, ..Conclusions::default() };
        let run = conclude(&self.context, &mut self.seen, conclusions);
        // Of accounts that are planned, exported and in an earlier export: they hold a seat once.
        Run { seats: Vec::new(), ..run }
    }
}

fn by_side(accounts: Vec<ComparedAccount>, base: Option<&LoadedInput>) -> AccountsBySide {
    let mut sides = AccountsBySide::default();
    // An earlier export with the same bytes as an export is not read a second time.
    let same_as = base.and_then(|base| base.same_as.as_ref());
    for account in accounts {
        if account.input_kind == InputKind::Plan {
            sides.plans.push(account);
            continue;
        }
        if same_as.is_some_and(|same| same.input == usize::from(account.id.input.0)) {
            sides.base.push(account.clone());
        }
        let is_base = base.is_some_and(|base| base.id == account.id.input);
        if is_base { sides.base.push(account) } else { sides.exports.push(account) }
    }
    sides
}

/// Plans must be plans, and exports exports. What cannot be read is a fault of its own.
fn refuse_other_kinds(context: &RunContext<'_>, plans: usize) -> Result<(), UsageError> {
    for (number, loaded) in context.loaded.iter().enumerate() {
        // A copy is not opened a second time: it is of the kind of what it copies.
        let read = loaded.same_as.as_ref().map_or(loaded, |same| &context.loaded[same.input]);
        if read.opened.is_err() {
            continue;
        }
        let (file, is_plan) = (quoted(&loaded.name), read.plan_facts().is_some());
        if number < plans && !is_plan {
            let error = UsageError::new(format!("{file} is not a plan"));
            return Err(error.with_remedy("Name exports with `--against`, and a plan without it."));
        }
        if number >= plans && is_plan {
            let error = UsageError::new(format!("{file} is a plan, not an export"));
            return Err(error.with_remedy("Name it without `--against` and `--base`."));
        }
    }
    Ok(())
}

/// Plans without accounts leave nothing to compare. Those of which something could not be read have faults of their own.
fn refuse_plans_without_accounts(context: &RunContext<'_>, seen: &Observation, plans: usize) -> Result<(), UsageError> {
    let is_readable = context.loaded.iter().take(plans).all(|loaded| loaded.opened.is_ok() || loaded.same_as.is_some());
    if is_readable && seen.ledgers.iter().take(plans).all(|ledger| ledger.records == 0) {
        let error = UsageError::new("the plans declare no account, so there is nothing to compare");
        return Err(error.with_remedy("Name a plan with `users`."));
    }
    Ok(())
}

fn refuse_several_tenants(context: &RunContext<'_>, seen: &Observation) -> Result<(), UsageError> {
    let mut names = resolve::tenants(context.config, &context.plans);
    names.extend(seen.tenants.iter().cloned());
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return Ok(());
    }
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    let error = UsageError::new(format!("plans and exports are of more than one tenant: {}", names.join(", ")));
    Err(error.with_remedy("Compare the plans of a tenant with its own export."))
}
