//! A run: every input is observed, rules conclude, and the ledger says what was not judged.
//!
//! In the order in which it happens: `load` opens the inputs, `context` puts together what the site declares, `observe`
//! reads every record (`observer`: `symbols`, `admission`, `evaluate`) into one `observation`, and `conclude` makes a
//! [`Run`] of it. A pass that learns something it should have known from its beginning is made again with it. What
//! several threads see of an input merges in any order.

mod account_flags;
pub mod account_lookup;
mod accounts;
mod admission;
mod batch;
pub mod capacity_run;
mod column_names;
mod compared_accounts;
pub mod comparison_run;
mod conclude;
mod context;
mod describe;
mod duplicates;
mod evaluate;
mod findings;
mod group_members;
mod history;
mod identify;
mod integration_names;
pub mod ledger;
mod limits;
mod load;
mod lone_password;
mod name_finder;
mod names;
mod observation;
mod observe;
mod observer;
mod refusal;
mod refused_run;
mod reread;
mod rule_group;
mod selection;
mod symbols;
mod tally;
mod text_classes;
pub mod tracked_accounts;
mod unclear;
mod verdict_cache;
mod whole_run;

use crate::config::{Config, RunOptions};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::{Diagnostic, Outcome, Verdict};
use crate::error::ReadError;
use crate::read::Format;
use crate::record::date::Date;
use crate::record::site::Product;
use crate::rule::Rule;
use crate::rule::file::References;
use crate::source::file::Source;
use ledger::{JudgedAccount, Ledger, RuleOutcome, SeatCount};

pub use account_lookup::{AccountLookup, check_and_keep, check_and_track, check_with_groups};
pub use describe::ExtraFinding;
pub use history::HistoricalUsage;
pub use load::digest;
pub use reread::{InputReReader, RecordAgain};

/// An input as it was named, opened or not.
pub struct NamedInput {
    /// Its path as typed, with `/`.
    pub name: String,
    /// Its format, if known.
    pub format: Option<Format>,
    /// Its bytes, or why there are none.
    pub opened: Result<Source, ReadError>,
}

/// Rules and the titles of what they cite.
pub struct RuleSet<'a> {
    /// The rules, in the order of reports.
    pub rules: &'a [Rule],
    /// The titles.
    pub references: &'a References,
}

/// What a run does with its inputs.
pub struct RunRequest<'a> {
    /// The site's config.
    pub config: &'a Config,
    /// All rules.
    pub rules: &'a RuleSet<'a>,
    /// What the command line says.
    pub options: &'a RunOptions,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The product.
    pub product: Product,
    /// The day it judged by.
    pub as_of: Date,
    /// The tenant, if exactly one is named.
    pub tenant: Option<String>,
    /// What it ends in.
    pub verdict: Verdict,
    /// Everything that is wrong, in the order of the inputs.
    pub diagnostics: Vec<Diagnostic>,
    /// How each rule ended.
    pub outcomes: Vec<RuleOutcome>,
    /// Seats, licence by licence.
    pub seats: Vec<SeatCount>,
    /// The accounts that the verdict is about, in the order of the inputs.
    pub accounts: Vec<JudgedAccount>,
    /// How many of them are not listed.
    pub accounts_more: u64,
    /// What was read and what was not judged.
    pub ledger: Ledger,
}

impl Run {
    /// The tenant that the run is about, by which waivers and baselines say whose findings they accept: its label in the project
    /// or fleet, else the name that plans or config declare.
    #[must_use]
    pub fn tenant_name(&self) -> Option<&str> {
        self.ledger.tenant.as_deref().or(self.tenant.as_deref())
    }

    /// Says that a rule, which does not apply as far as the inputs tell, should have been judged.
    pub fn leave_open(&mut self, hole: ledger::Hole) {
        let is_it = |one: &&mut ledger::RuleOutcome| one.rule == hole.rule && one.outcome == Outcome::NotApplicable;
        if let Some(outcome) = self.outcomes.iter_mut().find(is_it) {
            outcome.outcome = Outcome::NotDeterminable;
        }
        self.ledger.holes.push(hole);
    }

    /// Adds a finding that no rule makes, behind all others.
    pub fn add(&mut self, extra: ExtraFinding) {
        self.diagnostics.push(describe::of_extra(extra).diagnostic);
    }
}

/// Puts every record of the inputs to every rule.
///
/// # Errors
/// A config or declarations that cannot be used: nothing was judged.
pub fn check(
    named: Vec<NamedInput>,
    config: &Config,
    rules: &RuleSet<'_>,
    options: &RunOptions,
) -> Result<Run, UsageError> {
    let context = context::RunContext::new(named, &RunRequest { config, rules, options })?;
    let mut seen = observe::observe(&context)?;
    let conclusions = conclude::population_rules(&context, &seen);
    Ok(conclude::conclude(&context, &mut seen, conclusions))
}
