//! What stays the same over a whole run: the inputs, what the site declares, the rules as it wants them.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::load::{self, LoadedInput};
use super::{NamedInput, RunRequest};
use crate::check::population::PopulationNeeds;
use crate::check::{Check, RecordCheck};
use crate::config::{Config, RunOptions, SeverityOverride, UserNamePatterns, resolve};
use crate::diagnostic::Severity;
use crate::diagnostic::identification::Demand;
use crate::diagnostic::usage::UsageError;
use crate::read::columns::ColumnMap;
use crate::read::review_columns;
use crate::record::FieldSet;
use crate::record::date::Date;
use crate::record::declared::PlanFacts;
use crate::record::name::NameSet;
use crate::record::site::{Product, Site};
use crate::rule::Rule;
use crate::rule::file::References;
use crate::source::InputId;

/// A rule with what the site changes of it.
pub struct ConfiguredRule<'a> {
    pub rule: &'a Rule,
    pub change: Option<SeverityOverride>,
    /// The texts that all its findings share, made with the first of them.
    pub texts: OnceLock<RuleTexts>,
}

/// The texts that all findings of a rule share.
#[derive(Clone)]
pub struct RuleTexts {
    pub id: Arc<str>,
    pub statements: Arc<[String]>,
    pub remedy: Arc<str>,
    pub citation: Option<Arc<str>>,
    pub permanent_id: Arc<str>,
    pub demand: Arc<Demand>,
}

impl ConfiguredRule<'_> {
    pub fn is_off(&self) -> bool {
        self.change == Some(SeverityOverride::Off)
    }
}

/// The check of a rule on single records.
pub fn record_check<'r>(rule: &'r ConfiguredRule<'_>) -> &'r dyn RecordCheck {
    match &rule.rule.check {
        Check::Record(check) => check.as_ref(),
        Check::Population(_) => unreachable!("internal error: the check concludes from all accounts"),
    }
}

/// What a rule's diagnostics say besides the violation.
#[derive(Clone, Copy)]
pub struct MessageContext<'a> {
    /// Titles of what rules cite.
    pub references: &'a References,
    /// The product that texts speak of.
    pub product: Product,
}

/// Which accounts a run remembers in order to compare them.
pub struct ComparisonScope {
    /// The user names of plans.
    pub planned: NameSet,
    /// Roles whose holders some plan should speak of.
    pub owned_roles: BTreeSet<String>,
    /// An earlier export: of it only what plans speak of counts.
    pub base: Option<InputId>,
}

/// Everything that a run is made with.
pub struct RunContext<'a> {
    pub config: &'a Config,
    pub options: &'a RunOptions,
    pub references: &'a References,
    pub rules: Vec<ConfiguredRule<'a>>,
    pub loaded: Vec<LoadedInput>,
    /// What the plans among the inputs declare.
    pub plans: Vec<PlanFacts>,
    pub site: Site,
    /// What rules need to be remembered of all accounts.
    pub needs: PopulationNeeds,
    /// The site's own headers.
    pub columns: ColumnMap,
    /// Seats are observed over time, too.
    pub has_timeline: bool,
    /// What it counts for that an account is marked active against its dates.
    pub contradiction: Severity,
    /// What to remember of accounts in order to compare them.
    pub comparison: Option<ComparisonScope>,
    /// Every account is remembered, to compare the run with another.
    pub tracks_accounts: bool,
    /// Groups of accounts whose members are to be noted.
    pub groups: Option<UserNamePatterns>,
}

impl<'a> RunContext<'a> {
    /// Loads the inputs, and puts together what plans, config and options declare.
    ///
    /// # Errors
    /// A config or declarations that cannot be used.
    pub fn new(named: Vec<NamedInput>, request: &RunRequest<'a>) -> Result<Self, UsageError> {
        let RunRequest { config, rules, options } = *request;
        let overrides = config.overrides(rules.rules).map_err(|mut errors| errors.swap_remove(0))?;
        let configured = |rule: &'a Rule| {
            let change = overrides.get(&rule.id).copied();
            ConfiguredRule { rule, change, texts: OnceLock::new() }
        };
        let configured: Vec<_> = rules.rules.iter().map(configured).collect();
        let loaded = load::all(named, options.encoding);
        let (sources, plans): (Vec<&LoadedInput>, Vec<PlanFacts>) =
            loaded.iter().filter_map(|loaded| Some((loaded, loaded.plan_facts()?))).unzip();
        let mut site = resolve::site(config, &plans, options, &|plan, span| sources[plan].plan_place(span))?;
        let mut needs = PopulationNeeds::default();
        let (mut columns, mut read) = (config.columns(), FieldSet::EMPTY);
        for rule in configured.iter().filter(|rule| !rule.is_off()) {
            match &rule.rule.check {
                Check::Record(check) => read = read.union(check.reads(FieldSet::ALL)),
                Check::Population(check) => check.add_needs(&mut needs, &site),
            }
        }
        columns.of_reviews = columns.of_reviews.union(review_columns::wanted(read));
        site.counts_equivalents = needs.privileged.is_some();
        Ok(Self {
            config,
            options,
            references: rules.references,
            rules: configured,
            loaded,
            plans,
            site,
            needs,
            columns,
            has_timeline: false,
            contradiction: Severity::Warning,
            comparison: None,
            tracks_accounts: false,
            groups: None,
        })
    }

    /// What the texts of rules need besides the rule.
    pub const fn messages(&self) -> MessageContext<'_> {
        MessageContext { references: self.references, product: self.site.product }
    }

    /// The same site on another day, with one other input and no rules.
    pub fn on_day(&self, on: Date, loaded: LoadedInput) -> Self {
        Self {
            config: self.config,
            options: self.options,
            references: self.references,
            rules: Vec::new(),
            loaded: vec![loaded],
            plans: Vec::new(),
            site: Site { as_of: on, counts_equivalents: false, ..self.site.clone() },
            needs: PopulationNeeds::default(),
            columns: self.columns.clone(),
            has_timeline: false,
            contradiction: Severity::Warning,
            comparison: None,
            tracks_accounts: false,
            groups: None,
        }
    }
}
