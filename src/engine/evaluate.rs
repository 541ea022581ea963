//! The rules over a batch of records.
//!
//! Every group of rules counts the records it concerns, most of them by what it said of the same texts before. Records
//! that need more are then looked at one by one, in order: those that fail, those whose texts are new, those marked active
//! against their dates, and those with a name that may be mistaken for another.

use super::account_flags::{API_USER, AccountFlags, CONTRADICTORY, MAY_BE_CONFUSABLE};
use super::context::ConfiguredRule;
use super::describe;
use super::names::ConfusableNames;
use super::observation::Observation;
use super::observer::{BatchContext, CurrentInput};
use super::rule_group::{RuleGroup, classify, record_check, verdict};
use super::symbols::ColumnSymbols;
use super::tally::{FirstRecord, RuleTally};
use crate::check::{Judgement, TextShape};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::{Locator, RecordBatch};
use crate::record::activity::activity;
use crate::record::{FieldSet, Record};
use crate::rule::Subject;

/// The rules, prepared for the records of one input.
#[derive(Default)]
pub struct Evaluator {
    groups: Vec<RuleGroup>,
    /// Room to work in, kept from one batch to the next.
    pending: Vec<PendingCheck>,
}

/// A record of the batch at hand that needs more than to be counted, by its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PendingCheck {
    place: u32,
    kind: PendingKind,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PendingKind {
    /// It is marked active against its dates.
    Contradiction,
    /// A group of rules, which may have counted it.
    Group { number: usize, is_counted: bool },
    /// Its names may be mistaken for others: last, since a rule may have said so.
    Names { is_api_user: bool },
}

impl Evaluator {
    /// The rules for records that carry the fields `present`.
    pub fn new(rules: &[ConfiguredRule<'_>], present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        Self { groups: RuleGroup::all(rules, present, symbols), pending: Vec::new() }
    }

    /// What user names have to look like to satisfy the rules that read nothing else, and whom those concern.
    pub fn shape_of_names(&self) -> Option<(Subject, TextShape)> {
        self.groups.iter().find_map(RuleGroup::shape_of_names)
    }

    /// Puts every rule to the records that concern it.
    pub fn evaluate(
        &mut self,
        batch: &impl RecordBatch,
        flags: &AccountFlags,
        context: BatchContext<'_>,
        seen: &mut Observation,
        names: &mut ConfusableNames,
        locator: &mut Locator<'_>,
    ) {
        let Self { groups, pending } = self;
        let mut put = |place, kind| pending.push(PendingCheck { place, kind });
        flags.with(CONTRADICTORY).for_each(|(place, _)| put(place, PendingKind::Contradiction));
        for (place, flags) in flags.with(MAY_BE_CONFUSABLE) {
            put(place, PendingKind::Names { is_api_user: flags & API_USER != 0 });
        }
        for (number, group) in groups.iter_mut().enumerate() {
            group.count(batch, flags, context.symbols, |place, is_counted| {
                put(place, PendingKind::Group { number, is_counted });
            });
        }
        pending.sort_unstable();
        for PendingCheck { place, kind } in pending.drain(..) {
            let place = place as usize;
            batch.set_line(place, locator);
            let record = batch.record(place);
            match kind {
                PendingKind::Contradiction => report_contradiction(&record, context, seen, locator),
                PendingKind::Names { is_api_user } => names.report(&record, is_api_user, context, seen, locator),
                PendingKind::Group { number, is_counted } => {
                    judge(&mut groups[number], (place, is_counted), &record, context, seen, locator);
                }
            }
        }
    }

    /// Adds what was counted to the tallies of the rules.
    pub fn flush(&mut self, tallies: &mut [RuleTally]) {
        self.groups.iter_mut().for_each(|group| group.flush(tallies));
    }
}

/// Judges a record whose texts are new, fail or are never remembered.
#[inline(never)]
fn judge(
    group: &mut RuleGroup,
    (place, is_counted): (usize, bool),
    record: &impl Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    let BatchContext { run, input, symbols } = context;
    let class = |rules: &[usize]| classify(rules, &run.rules, record, &run.site, || first(input, record, locator));
    match group.failing(place, is_counted, symbols, class) {
        // What fails is judged again, for the words and places.
        Some(failing) => {
            for number in failing {
                let judgement = record_check(&run.rules[number]).judge(record, &run.site);
                report(number, judgement, record, context, seen, locator);
            }
        }
        None => {
            for number in &group.rules {
                let judgement = record_check(&run.rules[*number]).judge(record, &run.site);
                seen.tallies[*number].add(verdict(&judgement), 1, || Some(first(input, record, locator)));
                report(*number, judgement, record, context, seen, locator);
            }
        }
    }
}

/// The first record that something concerns, unless there was one before.
fn first(input: &CurrentInput, record: &impl Record, locator: &mut Locator<'_>) -> FirstRecord {
    FirstRecord { input: input.id.0, line: locator.locate(record.span().start).line, file: input.file.clone() }
}

fn report(
    number: usize,
    judgement: Judgement,
    record: &impl Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    let Judgement::Fail(violations) = judgement else { return };
    let rule = &context.run.rules[number];
    for violation in violations {
        seen.findings.add_of_record(describe::severity(rule, violation.case), || {
            let messages = context.run.messages();
            describe::of_violation(rule, number, violation, record, context.input.at(), messages, locator)
        });
    }
}

/// Reports an account that is marked active against its dates.
#[cold]
fn report_contradiction(
    record: &impl Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    let (site, severity) = (&context.run.site, context.run.contradiction);
    let found = activity(record, site).ok().and_then(|found| found.contradiction);
    let Some(found) = found else { return };
    seen.findings.add_of_record(severity, || {
        let says =
            if found.has_ended { "the deactivation date has come" } else { "the activation date is still ahead" };
        let message = format!("the account is marked active, but {says}");
        let date = if found.has_ended { "has come" } else { "is ahead" };
        let fault = Fault::new(FaultKind::ActivityContradictsDates, found.mark, message)
            .with_label("says active")
            .and(found.date, date);
        let excerpt = record.excerpt(&[found.mark, found.date]);
        let at = context.input.at();
        let subject = Some(describe::subject(record, at.file));
        describe::of_fault(&fault, severity, subject, Some(&excerpt), Some(at), Some(locator))
    });
}
