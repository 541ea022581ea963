//! Rules in groups: those that read the same fields of the same accounts share one memory of verdicts.

use super::{Current, Judge};
use crate::check::{Check, Judgement, RecordCheck, Shape};
use crate::engine::Ready;
use crate::engine::describe::{self, Whereabouts};
use crate::engine::keys::{KeyId, Keys};
use crate::engine::memo::{Class, Memo};
use crate::engine::room::Finder;
use crate::engine::tally::{Brief, First, Tally};
use crate::input::View;
use crate::record::dictionary::Code;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};
use crate::rule;

/// Rules that read the same fields of the same accounts.
pub(super) struct Group {
    subject: rule::Subject,
    fields: Vec<Field>,
    rules: Vec<usize>,
    /// What tells their records apart; passwords are never remembered.
    key: Option<KeyId>,
    memo: Memo,
    /// The only cell they read and what is enough to pass all of them.
    shape: Option<(Field, Shape)>,
    /// Records that passed by their shape.
    shapely: u64,
}

impl Group {
    fn new(subject: rule::Subject, fields: Vec<Field>, keys: &mut Keys) -> Self {
        let key = (!fields.contains(&Field::Password)).then(|| keys.list(&fields));
        Self { subject, fields, rules: Vec::new(), key, memo: Memo::default(), shape: None, shapely: 0 }
    }

    /// Finds out whether one shape of one cell satisfies all rules.
    fn find_shape(&mut self, rules: &[Ready<'_>]) {
        let shape_of = |number: &usize| check_of(&rules[*number]).shape();
        if let ([field], Some(first)) = (self.fields.as_slice(), self.rules.first().and_then(shape_of))
            && self.rules.iter().all(|rule| shape_of(rule) == Some(first))
        {
            self.shape = Some((*field, first));
        }
    }

    /// True where the cell of `record` has the shape that satisfies all rules.
    #[inline]
    fn is_shapely(&self, record: &impl Record, account: Concern<'_>) -> bool {
        self.shape.is_some_and(|(field, shape)| match field {
            Field::UserName => account.user_name.is_some_and(|name| shape.fits(name)),
            _ => record.cell(field).text().is_some_and(|text| shape.fits(text)),
        })
    }

    /// Adds what was counted to the tallies of the rules.
    pub(super) fn flush(&mut self, tallies: &mut [Tally]) {
        for class in self.memo.drain() {
            for (rule, brief) in self.rules.iter().zip(&class.briefs) {
                tallies[*rule].add(*brief, class.times, || class.first.clone());
            }
        }
        for rule in &self.rules {
            tallies[*rule].add(Brief::Pass, self.shapely, || None);
        }
        self.shapely = 0;
    }
}

impl Judge<'_> {
    /// Puts the rules into groups by what they read of this input.
    pub(super) fn group_rules(&mut self, present: FieldSet) {
        let mut groups: Vec<Group> = Vec::new();
        for (number, ready) in self.rules.iter().enumerate().filter(|(_, ready)| !ready.is_off()) {
            let Check::Record(check) = &ready.rule.check else { continue };
            let subject = ready.rule.subject;
            let reads = check.reads(present);
            let fields: Vec<Field> =
                Field::ALL.iter().copied().filter(|field| reads.has(*field) && present.has(*field)).collect();
            match groups.iter_mut().find(|group| group.subject == subject && group.fields == fields) {
                Some(group) => group.rules.push(number),
                None => {
                    let mut group = Group::new(subject, fields, &mut self.input.keys);
                    group.rules.push(number);
                    groups.push(group);
                }
            }
        }
        groups.iter_mut().for_each(|group| group.find_shape(self.rules));
        self.input.groups = groups;
    }

    pub(super) fn judge_record(&mut self, record: &impl Record, account: Concern<'_>, view: &mut View<'_>) {
        let mut groups = std::mem::take(&mut self.input.groups);
        for group in &mut groups {
            if !account.is_concern_of(group.subject) {
                continue;
            }
            let code = group.key.and_then(|key| self.input.keys.code(key, record));
            match code {
                Some(code) => match group.memo.count(code) {
                    Some(class) if !class.has_failure => {}
                    _ => self.judge_texts(group, code, record, view),
                },
                None if group.is_shapely(record, account) => group.shapely += 1,
                None => group.rules.iter().for_each(|rule| self.judge_one(*rule, record, view)),
            }
        }
        self.input.groups = groups;
    }

    /// Judges texts that are new, or known to fail: then again, for the words and places.
    #[inline(never)]
    fn judge_texts(&mut self, group: &mut Group, code: Code, record: &impl Record, view: &mut View<'_>) {
        let Group { rules: numbers, memo, .. } = group;
        if !memo.is_known(code) {
            let Current { id, file, .. } = &self.input;
            let first = || First { input: id.0, line: view.locate(record.span().start).line, file: file.clone() };
            memo.learn(code, class(numbers, self.rules, record, self.site, first));
            memo.count(code);
        }
        let briefs = memo.briefs(code);
        let failing = numbers.iter().zip(briefs).filter(|(_, brief)| **brief == Brief::Fail);
        failing.for_each(|(rule, _)| self.report(*rule, record, view));
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
            if !self.room.take(Finder::Record, describe::severity(&self.rules[number], violation.case)) {
                continue;
            }
            let placed = describe::of_violation(&self.rules[number], number, violation, record, at, self.voice, view);
            self.diagnostics.push(placed);
        }
    }
}

/// What an account is, as far as rules choose their subjects by it.
#[derive(Clone, Copy)]
pub(super) struct Concern<'a> {
    pub(super) user_name: Option<&'a str>,
    pub(super) is_api_user: bool,
    pub(super) is_present: bool,
}

impl Concern<'_> {
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

fn class(
    numbers: &[usize],
    rules: &[Ready<'_>],
    record: &impl Record,
    site: &Site,
    first: impl FnOnce() -> First,
) -> Class {
    let briefs: Vec<Brief> =
        numbers.iter().map(|number| brief(&check_of(&rules[*number]).judge(record, site))).collect();
    let has_failure = briefs.contains(&Brief::Fail);
    let is_open = briefs.iter().any(|brief| matches!(brief, Brief::NotDeterminable(_)));
    Class { times: 0, briefs, first: is_open.then(first), has_failure }
}
