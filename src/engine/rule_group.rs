//! Rules that read the same fields of the same accounts: together they judge each distinct list of texts once.

use std::sync::Arc;

use super::account_flags::{AccountFlags, Concern, NAME_HAS_SHAPE};
use super::batch::BatchContext;
use super::context::{ConfiguredRule, record_check};
use super::describe;
use super::findings::Findings;
use super::symbols::{ColumnSymbols, FieldsKey};
use super::tally::{FirstRecord, RuleTally, RuleVerdict};
use super::text_classes::has_classes;
use super::verdict_cache::{CacheLookup, VerdictCache, VerdictClass};
use crate::check::{Check, Judgement, Reason, RecordCheck, TextShape};
use crate::diagnostic::Severity;
use crate::fast::intern::{NO_SYMBOL, Symbol};
use crate::read::RecordBatch;
use crate::record::meaning::AccountKind;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};
use crate::rule::{Rule, Subject};

/// Rules that read the same fields of the same accounts.
pub struct RuleGroup {
    subject: Subject,
    /// The only kind of accounts that it judges, if its rules judge people and API users differently.
    kind: Option<AccountKind>,
    concern: Concern,
    fields: Arc<[Field]>,
    /// Their numbers.
    pub rules: Vec<usize>,
    /// What tells their records apart; passwords are never remembered.
    key: Option<FieldsKey>,
    cache: VerdictCache,
    /// The only cell they read and what is enough to pass all of them.
    shape: Option<(Field, TextShape)>,
    /// They say what they ask of texts, so that texts with the same answers are one.
    is_classed: bool,
    /// Records that passed by their shape.
    passed_by_shape: u64,
}

/// A group for each kind of accounts.
const BOTH_KINDS: [Option<AccountKind>; 2] = [Some(AccountKind::ApiUser), Some(AccountKind::Person)];

/// A record that needs more than to be counted.
pub struct OpenRecord {
    /// The rules that it fails, each with the findings that makes, if their severity is one.
    pub failing: Vec<(usize, Option<(Severity, u64)>)>,
    /// A cell that the rules read cannot be read with certainty.
    pub is_unclear: bool,
}

impl RuleGroup {
    /// The rules on single records that are switched on, by what they read of an input that carries the fields `present`.
    pub fn all<'c>(rules: &'c [ConfiguredRule<'_>], present: FieldSet, symbols: &mut ColumnSymbols<'c>) -> Vec<Self> {
        if rules.iter().any(|configured| !configured.is_off() && distinguishes_days(configured, present)) {
            symbols.distinguish_days();
        }
        let mut groups: Vec<Self> = Vec::new();
        for (number, configured) in rules.iter().enumerate().filter(|(_, configured)| !configured.is_off()) {
            let Check::Record(check) = &configured.rule.check else { continue };
            let subject = configured.rule.subject;
            let reads = check.reads(present);
            let fields: Arc<[Field]> =
                Field::ALL.iter().copied().filter(|field| reads.has(*field) && present.has(*field)).collect();
            let shape = if let [field] = *fields { check.shape().map(|shape| (field, shape)) } else { None };
            let is_classed = fields.iter().any(|field| has_classes(*field))
                && fields.iter().all(|field| !has_classes(*field) || check.asks(*field).is_some());
            let kinds: &[_] = if check.tells_kinds_apart() { &BOTH_KINDS } else { &[None] };
            for kind in kinds.iter().copied().filter(|kind| !Concern::of(subject).of_kind(*kind).is_nobody()) {
                let is_alike = |group: &&mut Self| {
                    (group.subject, group.kind, group.shape, group.is_classed) == (subject, kind, shape, is_classed)
                        && group.fields == fields
                };
                match groups.iter_mut().find(is_alike) {
                    Some(group) => group.rules.push(number),
                    None => groups.push(Self {
                        subject,
                        kind,
                        concern: Concern::of(subject).of_kind(kind),
                        fields: Arc::clone(&fields),
                        rules: vec![number],
                        key: None,
                        cache: VerdictCache::default(),
                        shape,
                        is_classed,
                        passed_by_shape: 0,
                    }),
                }
            }
        }
        for group in groups.iter_mut().filter(|group| !group.fields.contains(&Field::Password)) {
            group.key = Some(if group.is_classed {
                let rules: Vec<&Rule> = group.rules.iter().map(|number| rules[*number].rule).collect();
                symbols.classed_list(&group.fields, &rules, group.concern)
            } else {
                symbols.list(&group.fields)
            });
        }
        groups
    }

    /// What user names have to look like to satisfy all rules, if these rules read nothing else.
    pub const fn shape_of_names(&self) -> Option<(Subject, TextShape)> {
        match self.shape {
            Some((Field::UserName, shape)) => Some((self.subject, shape)),
            _ => None,
        }
    }

    /// Counts the records that concern these rules. Those whose texts are new, known to fail or never remembered are
    /// handed to `open`, with whether they were counted.
    pub fn count(
        &mut self,
        batch: &impl RecordBatch,
        flags: &AccountFlags,
        context: BatchContext<'_>,
        mut open: impl FnMut(u32, bool),
    ) {
        let concern = self.concern;
        let concerns = |flags: u16| concern.takes(flags);
        let all = || (0_u32..).zip(flags.all()).filter(|(_, flags)| concerns(**flags));
        let Some(key) = self.key else {
            return all().for_each(|(place, _)| open(place, false));
        };
        let Self { cache, shape, passed_by_shape, .. } = self;
        let shape = *shape;
        let has_shape = |place: u32, flags: u16| shape.is_some_and(|shape| has_shape(shape, batch, place, flags));
        let mut put = |found: CacheLookup, place: u32, flags: u16| match found {
            CacheLookup::Passed => {}
            CacheLookup::Open => open(place, true),
            CacheLookup::Unknown if has_shape(place, flags) => *passed_by_shape += 1,
            CacheLookup::Unknown => open(place, false),
        };
        match context.symbols.symbols(key) {
            // They read nothing of this input: all records are alike.
            None if cache.counted(0) == CacheLookup::Passed => {
                cache.count_alike(0, flags.count(concern.needed, concern.barred))
            }
            None => all().for_each(|(place, flags)| put(cache.count(0), place, *flags)),
            // Nearly always texts are met that were met before.
            Some(symbols) if shape.is_none() => {
                if count_symbols(cache, symbols, flags, concern) {
                    return;
                }
                for ((place, flags), symbol) in (0_u32..).zip(flags.all()).zip(symbols) {
                    if concerns(*flags) {
                        put(cache.counted(*symbol), place, *flags);
                    }
                }
            }
            Some(symbols) => {
                for ((place, flags), symbol) in (0_u32..).zip(flags.all()).zip(symbols) {
                    if concerns(*flags) {
                        put(cache.count(*symbol), place, *flags);
                    }
                }
            }
        }
    }

    /// Its fields, and whether only API users are judged.
    pub fn fields(&self) -> (Arc<[Field]>, bool) {
        (Arc::clone(&self.fields), matches!(self.subject, Subject::ApiUser | Subject::AnyApiUser))
    }

    /// The only kind of accounts that it judges; `None` for both.
    pub const fn kind(&self) -> Option<AccountKind> {
        self.kind
    }

    /// The rules that fail a record which [`RuleGroup::count`] left open; `None` if such texts are never remembered.
    pub fn failing(
        &mut self,
        place: usize,
        is_counted: bool,
        symbols: &ColumnSymbols<'_>,
        judge: impl FnOnce(&[usize]) -> VerdictClass,
    ) -> Option<OpenRecord> {
        let symbol = self.key.map_or(NO_SYMBOL, |key| symbols.symbol(key, place));
        if symbol == NO_SYMBOL {
            return None;
        }
        if !self.cache.is_known(symbol) {
            self.cache.learn(symbol, judge(&self.rules));
        }
        let has_passed = !is_counted && self.cache.count(symbol) == CacheLookup::Passed;
        let class = self.cache.class(symbol)?;
        if has_passed && class.verdicts.contains(&RuleVerdict::Fail) {
            // Such texts are only counted by now.
            return Some(OpenRecord { failing: Vec::new(), is_unclear: false });
        }
        let is_unclear =
            class.verdicts.iter().any(|verdict| matches!(verdict, RuleVerdict::NotDeterminable(Reason::Unclear(_))));
        let all = self.rules.iter().zip(&class.verdicts).zip(&class.findings);
        let failing = all.filter(|((_, verdict), _)| **verdict == RuleVerdict::Fail);
        Some(OpenRecord { failing: failing.map(|((rule, _), findings)| (*rule, *findings)).collect(), is_unclear })
    }

    /// No finding of records with the texts of this one, which was judged, has room to be listed.
    pub fn only_count(&mut self, place: usize, symbols: &ColumnSymbols<'_>) {
        if let Some(key) = self.key {
            self.cache.only_count(symbols.symbol(key, place));
        }
    }

    /// True if some rule that concerns the record at `place` of the batch cannot tell.
    pub fn cannot_tell(&self, place: usize, flags: u16, record: &impl Record, context: BatchContext<'_>) -> bool {
        if !self.concern.takes(flags) {
            return false;
        }
        let is_open = |verdict: &RuleVerdict| matches!(verdict, RuleVerdict::NotDeterminable(_));
        let symbol = self.key.map_or(NO_SYMBOL, |key| context.symbols.symbol(key, place));
        if symbol != NO_SYMBOL {
            // Texts of which nothing is remembered passed by their shape.
            return self.cache.class(symbol).is_some_and(|class| class.verdicts.iter().any(is_open));
        }
        self.rules.iter().any(|number| {
            let judgement = judge(record_check(&context.run.rules[*number]), self.kind, record, &context.run.site);
            is_open(&verdict(&judgement, None))
        })
    }

    /// Adds what was counted to the tallies of the rules, and to the findings.
    pub fn flush(&mut self, tallies: &mut [RuleTally], found: &mut Findings) {
        for class in self.cache.drain() {
            for (severity, count) in class.findings.iter().flatten().filter(|_| class.only_counted > 0) {
                found.count_of_record(*severity, count * class.only_counted);
            }
            for (rule, verdict) in self.rules.iter().zip(&class.verdicts) {
                tallies[*rule].add(*verdict, class.times, || class.first.clone());
            }
        }
        for rule in &self.rules {
            tallies[*rule].add(RuleVerdict::Pass, self.passed_by_shape, || None);
        }
        self.passed_by_shape = 0;
    }
}

/// Counts the records of a batch by the symbols of their texts. True if nothing more is to be done about any of them.
#[inline(never)]
fn count_symbols(cache: &mut VerdictCache, symbols: &[Symbol], flags: &AccountFlags, concern: Concern) -> bool {
    // Texts without a difference that a rule sees are all of one class.
    if let Some(first) = symbols.first()
        && cache.counted(*first) == CacheLookup::Passed
        && symbols.iter().all(|symbol| symbol == first)
    {
        cache.count_alike(*first, flags.count(concern.needed, concern.barred));
        return true;
    }
    if concern.barred == 0 && flags.are_all(concern.needed) {
        return cache.count_all(symbols.iter().map(|symbol| (symbol, true)));
    }
    cache.count_all(symbols.iter().zip(flags.all().iter().map(|flags| concern.takes(*flags))))
}

/// True if the cell of the record at `place` has the shape that satisfies all rules.
#[inline]
fn has_shape((field, shape): (Field, TextShape), batch: &impl RecordBatch, place: u32, flags: u16) -> bool {
    if field == Field::UserName {
        return flags & NAME_HAS_SHAPE != 0;
    }
    batch.record(place as usize).cell(field).text().is_some_and(|text| shape.fit(text).is_some())
}

/// True for a rule on single records that judges days by more than whether they have come.
fn distinguishes_days(configured: &ConfiguredRule<'_>, present: FieldSet) -> bool {
    let Check::Record(check) = &configured.rule.check else { return false };
    let reads = check.reads(present);
    check.distinguishes_days() && (reads.has(Field::Activated) || reads.has(Field::Deactivated))
}

/// What a check says of a record of this kind of account, if that matters.
pub fn judge(check: &dyn RecordCheck, kind: Option<AccountKind>, record: &impl Record, site: &Site) -> Judgement {
    match kind {
        None => check.judge(record, site),
        Some(kind) => check.judge_as(kind, record, site),
    }
}

/// What rules say of a record's texts, and of all that are the same. With `unclear`, a cell of that field cannot be
/// read with certainty.
pub fn classify(
    numbers: &[usize],
    kind: Option<AccountKind>,
    context: BatchContext<'_>,
    record: &impl Record,
    unclear: Option<Field>,
    first: impl FnOnce() -> FirstRecord,
) -> VerdictClass {
    let judged = |number: &usize| {
        let rule = &context.run.rules[*number];
        let judgement = judge(record_check(rule), kind, record, &context.run.site);
        (verdict(&judgement, unclear), findings(rule, &judgement))
    };
    let (verdicts, findings): (Vec<RuleVerdict>, Vec<_>) = numbers.iter().map(judged).unzip();
    // A rule may say by itself that a cell is unclear.
    let needs_a_word =
        |verdict: &RuleVerdict| matches!(verdict, RuleVerdict::Fail | RuleVerdict::NotDeterminable(Reason::Unclear(_)));
    let has_failure = unclear.is_some() || verdicts.iter().any(needs_a_word);
    let is_open = verdicts.iter().any(|verdict| matches!(verdict, RuleVerdict::NotDeterminable(_)));
    VerdictClass { times: 0, only_counted: 0, verdicts, findings, first: is_open.then(first), has_failure }
}

/// How many findings a judgement makes, if their severity is one.
fn findings(rule: &ConfiguredRule<'_>, judgement: &Judgement) -> Option<(Severity, u64)> {
    let Judgement::Fail(violations) = judgement else { return None };
    let mut severities = violations.iter().map(|violation| describe::severity(rule, violation.case));
    let first = severities.next()?;
    severities.all(|severity| severity == first).then_some((first, violations.len() as u64))
}

/// A judgement without its violations.
pub const fn verdict(judgement: &Judgement, unclear: Option<Field>) -> RuleVerdict {
    match (judgement, unclear) {
        (Judgement::Pass | Judgement::Noted(_) | Judgement::Fail(_), Some(field)) => {
            RuleVerdict::NotDeterminable(Reason::Unclear(field))
        }
        (Judgement::Pass | Judgement::Noted(_), None) => RuleVerdict::Pass,
        (Judgement::Fail(_), None) => RuleVerdict::Fail,
        (Judgement::NotApplicable(reason), _) => RuleVerdict::NotApplicable(*reason),
        (Judgement::NotDeterminable(reason), _) => RuleVerdict::NotDeterminable(*reason),
    }
}
