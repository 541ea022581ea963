//! A run: every input read, every rule put to every record it concerns, and the account of what was not
//! judged.
//!
//! Plans are read first, since they serve all inputs. Then each input passes by once; a pass that learns
//! something it should have known from its beginning is made again with it. At the end the population rules
//! conclude, and the verdict follows from the ledger and the diagnostics alone.

mod archive;
mod conclude;
mod describe;
mod judge;
mod keys;
pub mod ledger;
mod limits;
mod load;
mod memo;
pub mod observe;
mod selection;
mod tally;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::check::Check;
use crate::check::population::Population;
use crate::check::population::active_periods::ActivePeriods;
use crate::config::{Config, RunOptions, SeverityOverride, resolve};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::{Diagnostic, Verdict};
use crate::error::ReadError;
use crate::read::columns::fold;
use crate::read::progress::Meter;
use crate::read::{Format, ReadOptions, ReadSummary};
use crate::record::FieldSet;
use crate::record::date::Date;
use crate::record::declared::PlanFacts;
use crate::record::site::{Product, Site};
use crate::rule::Rule;
use crate::rule::file::References;
use crate::source::file::Source;
use archive::Archive;
use describe::sorted;
use judge::Judge;
use ledger::{Hole, InputLedger, Ledger, RuleOutcome, SeatCount, SeverityChange};
use load::Loaded;

pub use conclude::doubt;
pub use load::digest;
use selection::{Planned, Selection};

/// Counts of accounts that exports are cut off at: pages, and the ends of old sheets and of new ones, with and
/// without a header row.
const ROUND: [u64; 8] = [500, 1_000, 5_000, 10_000, 65_535, 65_536, 1_048_575, 1_048_576];

/// An input as it was named, opened or not.
pub struct NamedInput {
    /// Its path as typed, with `/`.
    pub name: String,
    /// Its format, where that could be told.
    pub format: Option<Format>,
    /// Its bytes, or why there are none.
    pub opened: Result<Source, ReadError>,
}

/// A rule with what the site changed of it.
pub(crate) struct ConfiguredRule<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) change: Option<SeverityOverride>,
    /// What all its findings say alike, made with the first of them.
    pub(crate) words: OnceLock<RuleTexts>,
}

/// What all findings of a rule say.
#[derive(Clone)]
pub(crate) struct RuleTexts {
    pub(crate) id: Arc<str>,
    pub(crate) statements: Arc<[String]>,
    pub(crate) remedy: Arc<str>,
    pub(crate) citation: Option<Arc<str>>,
}

impl ConfiguredRule<'_> {
    pub(crate) fn is_off(&self) -> bool {
        self.change == Some(SeverityOverride::Off)
    }
}

/// Rules and the titles of what they cite.
pub struct RuleSet<'a> {
    /// The rules, in the order of reports.
    pub rules: &'a [Rule],
    /// The titles.
    pub references: &'a References,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The product.
    pub product: Product,
    /// The day it judged by.
    pub as_of: Date,
    /// What it ends in.
    pub verdict: Verdict,
    /// Everything that is wrong, in the order of the inputs.
    pub diagnostics: Vec<Diagnostic>,
    /// How each rule ended.
    pub outcomes: Vec<RuleOutcome>,
    /// Seats, licence by licence.
    pub seats: Vec<SeatCount>,
    /// What was read and what was not judged.
    pub ledger: Ledger,
}

/// Makes a run.
///
/// # Errors
/// A config or declarations that cannot be used: nothing was judged.
pub fn check(
    named: Vec<NamedInput>,
    config: &Config,
    book: &RuleSet<'_>,
    options: &RunOptions,
) -> Result<Run, UsageError> {
    let rules = ready(config, book.rules)?;
    let loaded = load::all(named, options.encoding);
    let facts: Vec<PlanFacts> = loaded.iter().filter_map(Loaded::plan_facts).collect();
    let site = resolve::site(config, &facts, options)?;
    let references = book.references;
    let frame = RunContext {
        site: &site,
        config,
        rules: &rules,
        references,
        facts: &facts,
        loaded: &loaded,
        is_observing: false,
    };
    let (mut judge, summaries) = frame.passes(options)?;
    let finished = frame.finish(&mut judge, summaries, options, |judge, population, archive| {
        frame.conclude_population(judge, population, archive);
        Ok(())
    });
    finished.map(|(run, ())| run)
}

/// The rules with what the config changes of them.
fn ready<'b>(config: &Config, rules: &'b [Rule]) -> Result<Vec<ConfiguredRule<'b>>, UsageError> {
    let overrides = config.overrides(rules)?;
    Ok(rules
        .iter()
        .map(|rule| ConfiguredRule { rule, change: overrides.get(&rule.id).copied(), words: OnceLock::new() })
        .collect())
}

/// What stays the same over all passes of a run.
struct RunContext<'a> {
    site: &'a Site,
    config: &'a Config,
    rules: &'a [ConfiguredRule<'a>],
    references: &'a References,
    facts: &'a [PlanFacts],
    loaded: &'a [Loaded],
    /// Seats over time are asked for.
    is_observing: bool,
}

/// What a pass may learn too late.
#[derive(Default)]
struct LearnedFacts {
    /// The fields that each input carries.
    present: BTreeMap<usize, FieldSet>,
    /// Some record says of itself that it is an API user.
    declares_kinds: bool,
}

impl<'a> RunContext<'a> {
    /// Makes passes until one knew from its beginning all that it learnt. Each one more knows more, and there
    /// is not much to know.
    fn passes(&self, options: &RunOptions) -> Result<(Judge<'a>, Vec<Option<ReadSummary>>), UsageError> {
        let mut knowledge = LearnedFacts {
            declares_kinds: self.facts.iter().any(|plan| plan.declares_api_users),
            ..LearnedFacts::default()
        };
        let columns = self.config.columns();
        loop {
            let planned = self.planned();
            let accounts = planned.accounts.clone();
            let selection = Selection::new(self.config, options, planned, knowledge.declares_kinds)?;
            let mut population = Population::new(self.site, accounts);
            population.active_periods = self.is_observing.then(|| ActivePeriods::new(self.site));
            let mut judge = Judge::new(self.site, self.rules, self.references, selection, population);
            let mut summaries = Vec::with_capacity(self.loaded.len());
            let mut before = 0;
            for (number, loaded) in self.loaded.iter().enumerate() {
                let read_options = ReadOptions {
                    columns: &columns,
                    present: knowledge.present.get(&number).copied(),
                    sheets: &options.sheets,
                    jobs: options.jobs,
                    meter: Meter::new(options.progress.as_deref(), before),
                };
                summaries.push(judge.input(loaded, &read_options));
                before += loaded.input().map_or(0, |input| input.source.length());
            }
            let mut learnt = judge.saw_api_user_kind() && !knowledge.declares_kinds;
            knowledge.declares_kinds |= learnt;
            for (number, summary) in summaries.iter().enumerate() {
                if let Some(summary) = summary.as_ref().filter(|summary| summary.is_outdated) {
                    knowledge.present.insert(number, summary.present);
                    learnt = true;
                }
            }
            if !learnt {
                return Ok((judge, summaries));
            }
        }
    }

    /// The accounts that plans hold.
    fn planned(&self) -> Planned {
        let names = |of: fn(&PlanFacts) -> &Vec<String>| self.facts.iter().flat_map(of).map(String::as_str).collect();
        Planned { accounts: names(|plan| &plan.user_names), api_users: names(|plan| &plan.api_users) }
    }

    /// Lets `conclude` conclude, and draws up the account.
    fn finish<T>(
        &self,
        judge: &mut Judge<'a>,
        summaries: Vec<Option<ReadSummary>>,
        options: &RunOptions,
        conclude: impl FnOnce(&mut Judge<'a>, &Population, &mut Archive<'_>) -> Result<T, UsageError>,
    ) -> Result<(Run, T), UsageError> {
        self.bytes_faults(judge, &summaries);
        let mut population = judge.take_census();
        population.settle();
        population.is_partial = judge.is_partial();
        let columns = self.config.columns();
        let read_options = ReadOptions { columns: &columns, sheets: &options.sheets, ..ReadOptions::default() };
        let mut archive = Archive::new(self.loaded, &summaries, self.site, read_options);
        let answer = conclude(judge, &population, &mut archive)?;
        judge.unlisted();
        for number in archive.unread() {
            let fault = Fault::of_input(FaultKind::InputUnreadable, "a record could not be read a second time");
            judge.fault_of_input(&self.loaded[number], fault);
        }
        judge.selection_faults(!self.is_observing);
        self.tenant_faults(judge);
        self.unmapped_columns(judge, &summaries);
        self.count_faults(judge, &summaries, options);
        if judge.records() == 0 && !judge.is_partial() {
            judge.fault_of_run(Fault::of_input(FaultKind::NoRecords, "no account was read"));
        }
        let seats = conclude::seats(self.site, &population);
        let digests = if options.digest { self.digests(judge) } else { Vec::new() };
        let diagnostics = sorted(judge.take_diagnostics());
        let outcomes = judge.outcomes();
        let ledger = self.ledger(judge, digests);
        let fails = diagnostics.iter().any(|diagnostic| diagnostic.severity >= options.fail_on);
        let verdict = match (ledger.holes.is_empty(), fails) {
            (false, _) => Verdict::Incomplete,
            (true, true) => Verdict::Fail,
            (true, false) => Verdict::Pass,
        };
        let (product, as_of) = (self.site.product, self.site.as_of);
        Ok((Run { product, as_of, verdict, diagnostics, outcomes, seats, ledger }, answer))
    }

    fn conclude_population(&self, judge: &mut Judge<'a>, population: &Population, archive: &mut Archive<'_>) {
        for (number, ready) in self.rules.iter().enumerate() {
            let Check::Population(check) = &ready.rule.check else { continue };
            if ready.is_off() {
                continue;
            }
            let conclusion = check.conclude(population, self.site, archive);
            judge.conclude(number, conclusion);
        }
    }

    /// All inputs of a run are one tenant.
    fn tenant_faults(&self, judge: &mut Judge<'a>) {
        let mut names = resolve::tenants(self.config, self.facts);
        names.extend(judge.tenants().iter().cloned());
        names.sort();
        names.dedup();
        if names.len() > 1 {
            let quoted: Vec<_> = names.iter().map(|name| crate::diagnostic::visible::quoted(name)).collect();
            let message = format!("the run names more than one tenant: {}", quoted.join(", "));
            judge.fault_of_run(Fault::of_input(FaultKind::TenantAmbiguous, message));
        }
    }

    /// A header that the config maps and no table has: a slip in the config, or in the export.
    fn unmapped_columns(&self, judge: &mut Judge<'a>, summaries: &[Option<ReadSummary>]) {
        let tables: Vec<&ReadSummary> = summaries.iter().flatten().filter(|summary| summary.has_header).collect();
        for (field, header) in self.config.columns() {
            let has_header =
                |summary: &&ReadSummary| summary.columns.iter().any(|(known, _)| fold(known) == fold(&header));
            if !tables.is_empty() && !tables.iter().any(has_header) {
                let header = crate::diagnostic::visible::quoted(&header);
                let message =
                    format!("the config maps the {} to the header {header}, which no table has", field.label());
                judge.note(Fault::of_input(FaultKind::ColumnUnmapped, message));
            }
        }
    }

    /// As many accounts as were expected; where nothing was, a count that exports are cut off at is noted.
    fn count_faults(&self, judge: &mut Judge<'a>, summaries: &[Option<ReadSummary>], options: &RunOptions) {
        let plural = |count: u64| if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") };
        let read = judge.records();
        if let Some(expected) = options.expect_records {
            if expected != read {
                let message = format!("{} expected, {} read", plural(expected), plural(read));
                judge.fault_of_run(Fault::of_input(FaultKind::CountUnexpected, message));
            }
            return;
        }
        for (loaded, summary) in self.loaded.iter().zip(summaries) {
            let Some(count) = summary.as_ref().map(|summary| summary.records).filter(|count| ROUND.contains(count))
            else {
                continue;
            };
            let message = format!("{}: exactly {count} accounts were read", loaded.name);
            judge.note(Fault::of_input(FaultKind::CountRound, message));
        }
    }

    /// Every byte of every input was read, and the file is still the same.
    fn bytes_faults(&self, judge: &mut Judge<'a>, summaries: &[Option<ReadSummary>]) {
        for (loaded, summary) in self.loaded.iter().zip(summaries) {
            let (Some(input), Some(summary)) = (loaded.input(), summary) else { continue };
            let is_read = summary.bytes == input.source.length() || judge.has_endless_record(input.id);
            if !is_read || !input.source.is_unchanged() {
                judge.fault_of_input(
                    loaded,
                    Fault::of_input(FaultKind::InputChanged, "the file changed while it was read"),
                );
            }
        }
    }

    /// The digest of every input that was opened.
    fn digests(&self, judge: &mut Judge<'a>) -> Vec<Option<String>> {
        let mut digest = |loaded: &Loaded| match load::digest(&loaded.input()?.source) {
            Ok(digest) => Some(digest),
            Err(error) => {
                judge.fault_of_input(loaded, error.into());
                None
            }
        };
        self.loaded.iter().map(&mut digest).collect()
    }

    fn ledger(&self, judge: &mut Judge<'a>, digests: Vec<Option<String>>) -> Ledger {
        let mut inputs: Vec<InputLedger> = judge.take_ledgers();
        for (entry, digest) in inputs.iter_mut().zip(digests) {
            entry.sha256 = digest;
        }
        let changed = |ready: &&ConfiguredRule<'_>| match ready.change {
            Some(SeverityOverride::Severity(to)) => {
                Some(SeverityChange { rule: ready.rule.id.clone(), from: ready.rule.severity, to })
            }
            Some(SeverityOverride::Off) | None => None,
        };
        let off = self.rules.iter().filter(|ready| ready.is_off()).map(|ready| ready.rule.id.clone());
        let mut holes: Vec<Hole> = judge.take_holes();
        holes.extend(judge.undetermined());
        Ledger {
            inputs,
            api_users: judge.api_users(),
            holes,
            rules_off: off.collect(),
            severity_changes: self.rules.iter().filter_map(|ready| changed(&ready)).collect(),
        }
    }
}
