//! The rules over a batch of records.
//!
//! Every group of rules counts the records it concerns, most of them by what it said of the same texts before. Records
//! that need more are then looked at one by one, in order: those that fail, those whose texts are new, those marked active
//! against their dates, and those with a name that may be mistaken for another.

use super::account_flags::{API_USER, AccountFlags, CONTRADICTORY, MAY_BE_CONFUSABLE, UNCLEAR_CELLS, UNCLEAR_ROLES};
use super::batch::{BatchContext, CurrentInput};
use super::context::{ConfiguredRule, record_check};
use super::describe;
use super::names::ConfusableNames;
use super::observation::Observation;
use super::rule_group::{self, OpenRecord, RuleGroup, classify, verdict};
use super::symbols::ColumnSymbols;
use super::tally::{FirstRecord, RuleVerdict};
use super::unclear::{report_unclear, unclear_texts};
use crate::check::{Judgement, Reason, TextShape};
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::{Locator, RecordBatch};
use crate::record::activity::{ContradictionKind, activity};
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::{Field, FieldSet, InputKind, Record};
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
    /// Cells that seats or rules on all accounts read cannot be read with certainty.
    Unclear { has_roles: bool, has_others: bool },
    /// A group of rules, which may have counted it.
    Group { number: usize, is_counted: bool },
    /// Its names may be mistaken for others: last, since a rule may have said so.
    Names { is_api_user: bool },
}

impl Evaluator {
    /// The rules for records that carry the fields `present`.
    pub fn new<'c>(rules: &'c [ConfiguredRule<'_>], present: FieldSet, symbols: &mut ColumnSymbols<'c>) -> Self {
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
        for (place, flags) in flags.with(UNCLEAR_ROLES | UNCLEAR_CELLS) {
            let (has_roles, has_others) = (flags & UNCLEAR_ROLES != 0, flags & UNCLEAR_CELLS != 0);
            put(place, PendingKind::Unclear { has_roles, has_others });
        }
        for (place, flags) in flags.with(MAY_BE_CONFUSABLE) {
            put(place, PendingKind::Names { is_api_user: flags & API_USER != 0 });
        }
        for (number, group) in groups.iter_mut().enumerate() {
            group.count(batch, flags, context, |place, is_counted| {
                put(place, PendingKind::Group { number, is_counted });
            });
        }
        pending.sort_unstable();
        let mut told = (u32::MAX, FieldSet::EMPTY);
        for PendingCheck { place, kind } in pending.drain(..) {
            if told.0 != place {
                told = (place, FieldSet::EMPTY);
            }
            let place = place as usize;
            batch.set_line(place, locator);
            let record = DeclaredBlanks::new(batch.record(place), &context.run.site.values);
            match kind {
                PendingKind::Contradiction => report_contradiction(&record, context, seen, locator),
                PendingKind::Names { is_api_user } => names.report(&record, is_api_user, context, seen, locator),
                PendingKind::Unclear { has_roles, has_others } => {
                    let roles = [Field::Roles].into_iter().filter(|_| has_roles);
                    let others = [Field::UserName, Field::CreatedBy, Field::Integration, Field::Kind].into_iter();
                    for field in roles.chain(others.filter(|_| has_others)) {
                        report_once(field, false, &record, &mut told.1, context, seen, locator);
                    }
                }
                PendingKind::Group { number, is_counted } => {
                    let group = &mut groups[number];
                    if judge(group, (place, is_counted), &record, context, seen, locator) {
                        let (fields, is_of_api_users) = group.fields();
                        for field in fields.iter() {
                            report_once(*field, is_of_api_users, &record, &mut told.1, context, seen, locator);
                        }
                    }
                }
            }
        }
    }

    /// True if some rule cannot tell about the record at `place` of the batch, which was evaluated.
    pub fn cannot_tell(&self, place: usize, flags: u16, record: &impl Record, context: BatchContext<'_>) -> bool {
        self.groups.iter().any(|group| group.cannot_tell(place, flags, record, context))
    }

    /// Adds what was counted to what was seen.
    pub fn flush(&mut self, seen: &mut Observation) {
        self.groups.iter_mut().for_each(|group| group.flush(&mut seen.tallies, &mut seen.findings));
    }
}

/// Reports what is unclear in a field of a record, unless that was done.
fn report_once(
    field: Field,
    is_of_api_user: bool,
    record: &impl Record,
    told: &mut FieldSet,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    if !told.has(field) {
        *told = told.with(field);
        let names = context.search.names.get(&field).filter(|_| is_of_api_user);
        report_unclear(record, field, names, context, seen, locator);
    }
}

/// Judges a record whose texts are new, fail, are unclear or are never remembered. True if they are unclear.
#[inline(never)]
fn judge(
    group: &mut RuleGroup,
    (place, is_counted): (usize, bool),
    record: &impl Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) -> bool {
    let BatchContext { run, input, symbols, search } = context;
    let (fields, is_of_api_users) = group.fields();
    let kind = group.kind();
    let put = |number: usize| rule_group::judge(record_check(&run.rules[number]), kind, record, &run.site);
    let columns = &mut seen.columns;
    let mut unclear = || {
        if is_of_api_users {
            fields.iter().for_each(|field| columns.note_divisible(record, *field, &run.site.lists));
        }
        let names = |field| search.names.get(&field).filter(|_| is_of_api_users);
        let is_unclear = |field: &Field| !unclear_texts(record, *field, &run.site.lists, names(*field)).is_empty();
        fields.iter().copied().find(is_unclear)
    };
    let class = |rules: &[usize]| classify(rules, kind, context, record, unclear(), || first(input, record, locator));
    match group.failing(place, is_counted, symbols, class) {
        // What fails is judged again, for the words and places, while findings are listed.
        Some(OpenRecord { failing, is_unclear }) => {
            let mut is_listed = is_unclear;
            for (number, findings) in failing {
                if !findings.is_some_and(|(severity, count)| seen.findings.count_of_record(severity, count)) {
                    report(number, put(number), record, context, seen, locator);
                    is_listed = true;
                }
            }
            if !is_listed {
                group.only_count(place, symbols);
            }
            is_unclear
        }
        None => {
            let unclear = unclear();
            let mut is_unclear = unclear.is_some();
            for number in &group.rules {
                let judgement = put(*number);
                let verdict = verdict(&judgement, unclear);
                is_unclear |= matches!(verdict, RuleVerdict::NotDeterminable(Reason::Unclear(_)));
                seen.tallies[*number].add(verdict, 1, || Some(first(input, record, locator)));
                if unclear.is_none() {
                    report(*number, judgement, record, context, seen, locator);
                }
            }
            is_unclear
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
    let violations = match judgement {
        Judgement::Fail(violations) => violations,
        Judgement::Noted(fault) => return report_note(&fault, record, context, seen, locator),
        Judgement::Pass | Judgement::NotApplicable(_) | Judgement::NotDeterminable(_) => return,
    };
    let rule = &context.run.rules[number];
    for violation in violations {
        seen.findings.add_of_record(describe::severity(rule, violation.case), || {
            let messages = context.run.messages();
            describe::of_violation(rule, number, violation, record, context.input.at(), messages, locator)
        });
    }
}

/// Reports what a check found worth a note.
#[cold]
fn report_note(
    fault: &Fault,
    record: &dyn Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    seen.findings.add_of_record(Severity::Note, || {
        let spans: Vec<_> = fault.labels.iter().map(|label| label.span).collect();
        let (at, excerpt) = (context.input.at(), record.excerpt(&spans));
        let subject = Some(describe::subject(record, at.file));
        describe::of_fault(fault, Severity::Note, subject, Some(&excerpt), Some(at), Some(locator))
    });
}

/// Reports an account that is marked active against its dates.
#[cold]
fn report_contradiction(
    record: &dyn Record,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    let (site, severity) = (&context.run.site, context.run.contradiction);
    let found = activity(record, site).ok().and_then(|found| found.contradiction);
    let Some(found) = found else { return };
    let (message, mark, date, keys) = match found.kind {
        ContradictionKind::HasEnded => {
            let message = "the account is marked active, but the deactivation date has come";
            (message, "says active", "has come", "`active` or `active_until`")
        }
        ContradictionKind::NotYetBegun => {
            let message = "the account is marked active, but the activation date is still ahead";
            (message, "says active", "is ahead", "`active` or `active_from`")
        }
        ContradictionKind::NeverActive => {
            let message = "the account ends before it begins, so it is never active";
            (message, "ends", "begins", "`active_from` or `active_until`")
        }
    };
    // One of the two days of a plan is wrong for certain.
    let severity = match (found.kind, severity) {
        (ContradictionKind::NeverActive, Severity::Warning) => Severity::Error,
        _ => severity,
    };
    seen.findings.add_of_record(severity, || {
        let mut fault =
            Fault::new(FaultKind::ActivityContradictsDates, found.mark, message).with_label(mark).and(found.date, date);
        fault.remedy = (record.input_kind() == InputKind::Plan).then(|| format!("Correct {keys} in the plan."));
        let excerpt = record.excerpt(&[found.mark, found.date]);
        let at = context.input.at();
        let subject = Some(describe::subject(record, at.file));
        describe::of_fault(&fault, severity, subject, Some(&excerpt), Some(at), Some(locator))
    });
}
