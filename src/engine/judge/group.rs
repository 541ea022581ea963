//! Rules in groups: those that read the same fields of the same accounts share one memory of verdicts.

use super::Judge;
use crate::check::{Check, Judgement, RecordCheck};
use crate::engine::Ready;
use crate::engine::describe::{self, Whereabouts};
use crate::engine::memo::{Entry, Memo};
use crate::engine::tally::{Brief, First};
use crate::input::View;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Origin, Record};
use crate::rule;

/// Rules that read the same fields of the same accounts.
pub(super) struct Group {
    subject: rule::Subject,
    fields: Vec<Field>,
    pub(super) rules: Vec<usize>,
    pub(super) memo: Memo,
}

impl Judge<'_> {
    /// Puts the rules into groups by what they read of this input.
    pub(super) fn group_rules(&mut self, present: FieldSet, origin: Origin) {
        let mut groups: Vec<Group> = Vec::new();
        for (number, ready) in self.rules.iter().enumerate().filter(|(_, ready)| !ready.is_off()) {
            let Check::Record(check) = &ready.rule.check else { continue };
            let reads = check.reads(present);
            let fields: Vec<Field> =
                Field::ALL.iter().copied().filter(|field| reads.has(*field) && present.has(*field)).collect();
            match groups.iter_mut().find(|group| group.subject == ready.rule.subject && group.fields == fields) {
                Some(group) => group.rules.push(number),
                None => groups.push(Group {
                    subject: ready.rule.subject,
                    rules: vec![number],
                    memo: Memo::new(&fields, origin),
                    fields,
                }),
            }
        }
        self.input.groups = groups;
    }

    pub(super) fn judge_record(&mut self, record: &impl Record, account: Concern, view: &mut View<'_>) {
        let mut groups = std::mem::take(&mut self.input.groups);
        for group in groups.iter_mut().filter(|group| account.is_concern_of(group.subject)) {
            let (site, rules) = (self.site, self.rules);
            let file = &self.input.file;
            let input = self.input.id;
            let briefs = |view: &mut View<'_>| {
                entry(&group.rules, rules, record, site, || First {
                    input: input.0,
                    line: view.locate(record.span().start).line,
                    file: file.clone(),
                })
            };
            match group.memo.look_up(record, &group.fields, || briefs(view)) {
                Some(entry) if !entry.has_failure => {}
                Some(entry) => {
                    let failing: Vec<usize> = group
                        .rules
                        .iter()
                        .zip(&entry.briefs)
                        .filter(|(_, brief)| **brief == Brief::Fail)
                        .map(|(rule, _)| *rule)
                        .collect();
                    failing.into_iter().for_each(|rule| self.report(rule, record, view));
                }
                None => group.rules.iter().for_each(|rule| self.judge_one(*rule, record, view)),
            }
        }
        self.input.groups = groups;
    }

    /// Judges without a memory.
    fn judge_one(&mut self, number: usize, record: &impl Record, view: &mut View<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        let brief = brief(&judgement);
        let (input, file) = (self.input.id.0, &self.input.file);
        let first = || Some(First { input, line: view.locate(record.span().start).line, file: file.clone() });
        self.tallies[number].add(brief, 1, first);
        self.describe(number, judgement, record, view);
    }

    /// Judges again what is known to fail, for the words and places.
    fn report(&mut self, number: usize, record: &impl Record, view: &mut View<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        self.describe(number, judgement, record, view);
    }

    fn describe(&mut self, number: usize, judgement: Judgement, record: &impl Record, view: &mut View<'_>) {
        let Judgement::Fail(violations) = judgement else { return };
        let at = Whereabouts { input: self.input.id, file: &self.input.file };
        for violation in violations {
            let placed = describe::of_violation(&self.rules[number], number, violation, record, at, self.voice, view);
            self.diagnostics.push(placed);
        }
    }
}

/// What an account is, as far as rules choose their subjects by it.
#[derive(Clone, Copy)]
pub(super) struct Concern {
    pub(super) is_api_user: bool,
    pub(super) is_present: bool,
}

impl Concern {
    const fn is_concern_of(self, subject: rule::Subject) -> bool {
        match subject {
            rule::Subject::ApiUser => self.is_api_user && self.is_present,
            rule::Subject::AnyApiUser => self.is_api_user,
            rule::Subject::Account => true,
            rule::Subject::ActiveAccount => self.is_present,
            rule::Subject::Tenant => false,
        }
    }
}

fn check_of<'r>(ready: &'r Ready<'_>) -> &'r dyn RecordCheck {
    match &ready.rule.check {
        Check::Record(check) => check.as_ref(),
        Check::Population(_) => unreachable!("internal error: only record checks are in groups"),
    }
}

const fn brief(judgement: &Judgement) -> Brief {
    match judgement {
        Judgement::Pass => Brief::Pass,
        Judgement::Fail(_) => Brief::Fail,
        Judgement::NotApplicable(reason) => Brief::NotApplicable(*reason),
        Judgement::NotDeterminable(reason) => Brief::NotDeterminable(*reason),
    }
}

fn entry(
    numbers: &[usize],
    rules: &[Ready<'_>],
    record: &impl Record,
    site: &Site,
    first: impl FnOnce() -> First,
) -> Entry {
    let briefs: Vec<Brief> =
        numbers.iter().map(|number| brief(&check_of(&rules[*number]).judge(record, site))).collect();
    let has_failure = briefs.contains(&Brief::Fail);
    let is_open = briefs.iter().any(|brief| matches!(brief, Brief::NotDeterminable(_)));
    Entry { times: 0, briefs, first: is_open.then(first), has_failure }
}
