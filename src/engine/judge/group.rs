//! Rules in groups: those that read the same fields of the same accounts share one memory of verdicts.

use super::admit::{AccountFlags, SHAPELY_NAME, needed};
use super::{InputState, Judge};
use crate::check::{Check, Judgement, RecordCheck, TextShape};
use crate::engine::ConfiguredRule;
use crate::engine::describe::{self, InputRef};
use crate::engine::keys::{KeyId, Keys};
use crate::engine::limits::FindingSource;
use crate::engine::memo::{Class, Counted, Memo};
use crate::engine::tally::{Brief, First, Tally};
use crate::read::{Locator, RecordBatch};
use crate::record::interner::{NO_SYMBOL, Symbol};
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
    shape: Option<(Field, TextShape)>,
    /// Records that passed by their shape.
    shapely: u64,
}

impl Group {
    fn new(subject: rule::Subject, fields: Vec<Field>, keys: &mut Keys) -> Self {
        let key = (!fields.contains(&Field::Password)).then(|| keys.list(&fields));
        Self { subject, fields, rules: Vec::new(), key, memo: Memo::default(), shape: None, shapely: 0 }
    }

    /// Finds out whether one shape of one cell satisfies all rules.
    fn find_shape(&mut self, rules: &[ConfiguredRule<'_>]) {
        let shape_of = |number: &usize| check_of(&rules[*number]).shape();
        if let ([field], Some(first)) = (self.fields.as_slice(), self.rules.first().and_then(shape_of))
            && self.rules.iter().all(|rule| shape_of(rule) == Some(first))
        {
            self.shape = Some((*field, first));
        }
    }

    /// Counts the records that concern these rules. Those whose texts are new, known to fail or never remembered
    /// are put to `pending`.
    fn count(
        &mut self,
        number: usize,
        run: &impl RecordBatch,
        concerned: &AccountFlags,
        keys: &Keys,
        pending: &mut Vec<PendingCheck>,
    ) {
        let needed = needed(self.subject);
        let concerns = |flags: u8| flags & needed == needed;
        let all = || (0_u32..).zip(concerned.flags()).filter(|(_, flags)| concerns(**flags));
        let Some(key) = self.key else {
            let to = PendingKind::Group { number, is_counted: false };
            return pending.extend(all().map(|(place, _)| PendingCheck { place, to }));
        };
        let mut put = |memo: &mut Memo, code: Symbol, place: u32, flags: u8| {
            let is_counted = match memo.count(code) {
                Counted::Passed => return,
                found => found == Counted::Open,
            };
            if !is_counted && self.shape.is_some() && is_shapely(self.shape, run, place, flags) {
                self.shapely += 1;
            } else {
                pending.push(PendingCheck { place, to: PendingKind::Group { number, is_counted } });
            }
        };
        match keys.codes(key) {
            // They read nothing of this input: all records are alike.
            None if self.memo.counted(0) == Counted::Passed => self.memo.count_alike(0, all().count() as u64),
            None => all().for_each(|(place, flags)| put(&mut self.memo, 0, place, *flags)),
            // Nearly always all records are concerned, and texts are met that were met before.
            Some(codes) if self.shape.is_none() && concerned.are_all(needed) => {
                if self.memo.count_all(codes) {
                    return;
                }
                for (place, code) in (0_u32..).zip(codes) {
                    let is_counted = match self.memo.counted(*code) {
                        Counted::Passed => continue,
                        found => found == Counted::Open,
                    };
                    pending.push(PendingCheck { place, to: PendingKind::Group { number, is_counted } });
                }
            }
            Some(codes) => {
                for ((place, flags), code) in (0_u32..).zip(concerned.flags()).zip(codes) {
                    if concerns(*flags) {
                        put(&mut self.memo, *code, place, *flags);
                    }
                }
            }
        }
    }

    /// What user names have to look like to satisfy all rules, where these rules read nothing else.
    pub(super) const fn shape_of_names(&self) -> Option<(rule::Subject, TextShape)> {
        match self.shape {
            Some((Field::UserName, shape)) => Some((self.subject, shape)),
            _ => None,
        }
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

/// True where the cell of the record at `place` has the shape that satisfies all rules.
#[inline]
fn is_shapely(shape: Option<(Field, TextShape)>, run: &impl RecordBatch, place: u32, flags: u8) -> bool {
    match shape {
        None => false,
        Some((Field::UserName, _)) => flags & SHAPELY_NAME != 0,
        Some((field, shape)) => {
            run.record(place as usize).cell(field).text().is_some_and(|text| shape.fit(text).is_some())
        }
    }
}

/// A record of the run at hand that needs more than to be counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PendingCheck {
    place: u32,
    to: PendingKind,
}

/// What is to be looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PendingKind {
    /// It is marked active against its dates.
    Contradiction,
    /// A group of rules, which may have counted it.
    Group { number: usize, is_counted: bool },
    /// Its names may pose as others: last, since a rule may have said so.
    Names { is_api_user: bool },
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

    /// Puts every group of rules to the records that concern it, and then looks at those that need more than to
    /// be counted, record by record.
    pub(super) fn judge_run(&mut self, run: &impl RecordBatch, concerned: &AccountFlags, view: &mut Locator<'_>) {
        let mut groups = std::mem::take(&mut self.input.groups);
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend(concerned.contradictory().map(|place| PendingCheck { place, to: PendingKind::Contradiction }));
        let may_pose = concerned.may_pose();
        pending.extend(
            may_pose.map(|(place, is_api_user)| PendingCheck { place, to: PendingKind::Names { is_api_user } }),
        );
        for (number, group) in groups.iter_mut().enumerate() {
            group.count(number, run, concerned, &self.input.keys, &mut pending);
        }
        pending.sort_unstable();
        for PendingCheck { place, to } in pending.drain(..) {
            let place = place as usize;
            run.set_line(place, view);
            let record = run.record(place);
            match to {
                PendingKind::Contradiction => self.contradiction(&record, view),
                PendingKind::Names { is_api_user } => self.look_at_names(&record, is_api_user, view),
                PendingKind::Group { number, is_counted } => {
                    let group = &mut groups[number];
                    let code = group.key.map_or(NO_SYMBOL, |key| self.input.keys.code(key, place));
                    self.judge_texts(group, code, is_counted, &record, view);
                }
            }
        }
        self.pending = pending;
        self.input.groups = groups;
    }

    /// Judges texts that are new, or known to fail: then again, for the words and places.
    #[inline(never)]
    fn judge_texts(
        &mut self,
        group: &mut Group,
        code: Symbol,
        is_counted: bool,
        record: &impl Record,
        view: &mut Locator<'_>,
    ) {
        let Group { rules: numbers, memo, .. } = group;
        if code == NO_SYMBOL {
            return numbers.iter().for_each(|rule| self.judge_one(*rule, record, view));
        }
        if !memo.is_known(code) {
            let InputState { id, file, .. } = &self.input;
            let first = || First { input: id.0, line: view.locate(record.span().start).line, file: file.clone() };
            memo.learn(code, class(numbers, self.rules, record, self.site, first));
        }
        if !is_counted {
            memo.count(code);
        }
        let briefs = memo.briefs(code);
        let failing = numbers.iter().zip(briefs).filter(|(_, brief)| **brief == Brief::Fail);
        failing.for_each(|(rule, _)| self.report(*rule, record, view));
    }

    /// Judges without a memory.
    fn judge_one(&mut self, number: usize, record: &impl Record, view: &mut Locator<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        let brief = brief(&judgement);
        let (input, file) = (self.input.id.0, &self.input.file);
        let first = || Some(First { input, line: view.locate(record.span().start).line, file: file.clone() });
        self.tallies[number].add(brief, 1, first);
        self.describe(number, judgement, record, view);
    }

    /// Judges again what is known to fail, for the words and places.
    fn report(&mut self, number: usize, record: &impl Record, view: &mut Locator<'_>) {
        let judgement = check_of(&self.rules[number]).judge(record, self.site);
        self.describe(number, judgement, record, view);
    }

    fn describe(&mut self, number: usize, judgement: Judgement, record: &impl Record, view: &mut Locator<'_>) {
        let Judgement::Fail(violations) = judgement else { return };
        let at = InputRef { input: self.input.id, file: &self.input.file };
        for violation in violations {
            if !self.limits.take(FindingSource::Record, describe::severity(&self.rules[number], violation.case)) {
                continue;
            }
            let placed =
                describe::of_violation(&self.rules[number], number, violation, record, at, self.message_context, view);
            self.findings.push(placed);
        }
    }
}

fn check_of<'r>(ready: &'r ConfiguredRule<'_>) -> &'r dyn RecordCheck {
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
    rules: &[ConfiguredRule<'_>],
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
