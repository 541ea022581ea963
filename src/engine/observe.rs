//! A run for somebody who asks about seats over time: the same inputs, the same account of what was not judged, but
//! of the rules only those about seats, and the answer to them from whoever asks.
//!
//! Exports of earlier days are read with it, each as of its own day. What is wrong with one of them is a hole in the
//! run, and leaves the figures of today as they are.

use super::describe::PlacedDiagnostic;
use super::judge::Judge;
use super::ledger::{Hole, InputLedger};
use super::load::{self, Loaded};
use super::{ConfiguredRule, NamedInput, RuleSet, Run, RunContext, conclude, ready};
use crate::check::population::Population;
use crate::check::{Conclusion, Finding};
use crate::config::{Config, RunOptions, resolve};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Basis, Severity};
use crate::record::date::Date;
use crate::record::declared::PlanFacts;
use crate::record::site::Site;
use crate::rule::file::References;

/// The pack of rules about seats: the others have no part in such a run.
const PACK: &str = "licences";

/// What is asked besides the inputs.
pub struct Question<'q> {
    /// The site's config.
    pub config: &'q Config,
    /// All rules.
    pub book: &'q RuleSet<'q>,
    /// What the command line says.
    pub options: &'q RunOptions,
}

/// What a run has seen, for whoever answers.
pub struct Seen<'s> {
    /// The tenant.
    pub site: &'s Site,
    /// All accounts, with their tenures.
    pub population: &'s Population,
    /// The inputs by their numbers: the paths as typed.
    pub files: &'s [String],
    /// Exports of earlier days, in the order of the days.
    pub past: &'s [HistoricalUsage],
    /// Cells, looked at again.
    pub archive: &'s mut dyn crate::check::CellLookup,
}

/// Seats that an export of an earlier day used on its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoricalUsage {
    /// The file as typed.
    pub file: String,
    /// The day.
    pub on: Date,
    /// Seats used, pool by pool.
    pub used: Vec<u64>,
    /// Why these figures are "at least".
    pub doubt: Option<String>,
}

/// An answer, and what it says of the rules.
pub struct Answer<T> {
    /// What the rules about seats conclude, by their ids.
    pub conclusions: Vec<(&'static str, Conclusion)>,
    /// Findings that are no rule's.
    pub remarks: Vec<ExtraFinding>,
    /// The answer.
    pub value: T,
}

/// A finding that is no rule's.
pub struct ExtraFinding {
    /// What kind it is.
    pub kind: FaultKind,
    /// What it counts for.
    pub severity: Severity,
    /// By whose authority.
    pub basis: Basis,
    /// What and where.
    pub finding: Finding,
}

/// Makes a run of `named` and lets `answer` conclude; `past` are exports of earlier days.
///
/// # Errors
/// A config, declarations or a question that cannot be used: nothing was judged.
pub fn observe<T>(
    named: Vec<NamedInput>,
    past: Vec<(Date, NamedInput)>,
    question: &Question<'_>,
    answer: impl FnOnce(Seen<'_>) -> Result<Answer<T>, UsageError>,
) -> Result<(Run, T), UsageError> {
    let Question { config, book, options } = *question;
    let mut rules = ready(config, book.rules)?;
    rules.retain(|ready| ready.rule.pack == PACK);
    let (days, earlier): (Vec<Date>, Vec<NamedInput>) = past.into_iter().unzip();
    let of_today = named.len();
    let all = load::all(named.into_iter().chain(earlier).collect(), options.encoding);
    let (loaded, earlier) = all.split_at(of_today);
    let facts: Vec<PlanFacts> = loaded.iter().filter_map(Loaded::plan_facts).collect();
    let site = resolve::site(config, &facts, options)?;
    let references = book.references;
    let look_back = |(on, one): (&Date, &Loaded)| earlier_day(one, *on, &site, question, references);
    let mut confusable_names: Vec<_> = days.iter().zip(earlier).map(look_back).collect::<Result<_, _>>()?;
    confusable_names.sort_by(|a, b| (a.past.on, &a.past.file).cmp(&(b.past.on, &b.past.file)));
    let past: Vec<HistoricalUsage> = confusable_names.iter().map(|look| look.past.clone()).collect();
    let files: Vec<String> = loaded.iter().map(|one| one.name.to_string()).collect();

    let frame =
        RunContext { site: &site, config, rules: &rules, references, facts: &facts, loaded, is_observing: true };
    let (mut judge, summaries) = frame.passes(options)?;
    let mut ledgers = Vec::with_capacity(confusable_names.len());
    let (mut run, value) = frame.finish(&mut judge, summaries, options, |judge, population, archive| {
        let answer = answer(Seen { site: &site, population, files: &files, past: &past, archive })?;
        take(judge, &rules, answer.conclusions, answer.remarks);
        for look in confusable_names {
            judge.take_over(look.placed, look.holes, &look.tenants);
            ledgers.push(look.ledger);
        }
        Ok(answer.value)
    })?;
    run.ledger.inputs.extend(ledgers);
    Ok((run, value))
}

/// Gives the judge what was concluded. What is marked active against its dates is a candidate here, and decides
/// nothing.
fn take(
    judge: &mut Judge<'_>,
    rules: &[ConfiguredRule<'_>],
    conclusions: Vec<(&str, Conclusion)>,
    remarks: Vec<ExtraFinding>,
) {
    judge.soften(FaultKind::ActivityContradictsDates);
    for (id, conclusion) in conclusions {
        let number = rules.iter().position(|ready| ready.rule.id == id && !ready.is_off());
        if let Some(number) = number {
            judge.conclude(number, conclusion);
        }
    }
    remarks.into_iter().for_each(|remark| judge.remark(remark));
}

/// What reading an export of an earlier day gave.
struct Look {
    past: HistoricalUsage,
    placed: Vec<PlacedDiagnostic>,
    holes: Vec<Hole>,
    tenants: Vec<String>,
    ledger: InputLedger,
}

fn earlier_day(
    loaded: &Loaded,
    on: Date,
    site: &Site,
    question: &Question<'_>,
    references: &References,
) -> Result<Look, UsageError> {
    if loaded.plan_facts().is_some() {
        let message = format!("{} is a plan, and no export of an earlier day", quoted(&loaded.name));
        return Err(UsageError::new(message).with_remedy("Name it without `--history`."));
    }
    let site = Site { as_of: on, ..site.clone() };
    let loaded = std::slice::from_ref(loaded);
    let config = question.config;
    let frame = RunContext { site: &site, config, rules: &[], references, facts: &[], loaded, is_observing: false };
    let (mut judge, summaries) = frame.passes(question.options)?;
    frame.bytes_faults(&mut judge, &summaries);
    let mut population = judge.take_census();
    population.settle();
    population.is_partial = judge.is_partial();
    let digests = if question.options.digest { frame.digests(&mut judge) } else { Vec::new() };
    let seats = conclude::seats(&site, &population);
    let holes = judge.take_holes();
    let doubt = holes.first().map(|hole| hole.reason.clone()).or_else(|| conclude::doubt(&population));
    let used = seats.iter().map(|count| count.used).collect();
    // What an old export says against itself was for its own day to mend: only what could not be read counts.
    let placed =
        judge.take_diagnostics().into_iter().filter(|one| one.diagnostic.severity == Severity::Error).collect();
    let mut ledger = judge.take_ledgers().pop().expect("internal error: an input has a ledger");
    ledger.sha256 = digests.into_iter().next().flatten();
    let past = HistoricalUsage { file: loaded[0].name.to_string(), on, used, doubt };
    Ok(Look { past, placed, holes, tenants: judge.tenants().to_vec(), ledger })
}
