//! Rules that read the same fields of the same accounts: together they judge each distinct list of texts once.

use std::sync::Arc;

use super::account_flags::{AccountFlags, Concern, NAME_HAS_SHAPE};
use super::batch::BatchContext;
use super::context::{ConfiguredRule, record_check};
use super::partial_verdicts::{PartialVerdicts, is_text};
use super::symbols::{ColumnSymbols, FieldsKey};
use super::tally::{FirstRecord, RuleTally, RuleVerdict};
use super::verdict_cache::{CacheLookup, VerdictCache, VerdictClass};
use crate::check::{Check, Judgement, Reason, RecordCheck, TextShape};
use crate::fast::intern::{NO_SYMBOL, Symbol};
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::meaning::{AccountKind, is_exempt, uncertainty_of_text};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};
use crate::rule::Subject;

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
    /// The only cell they read, if it is one text that no other cell of its column puts in doubt.
    text_of: Option<Field>,
    /// What they say of texts that repeat beside others that do not.
    partial: Option<PartialVerdicts>,
    /// Records that passed by their shape or text.
    passed_at_once: u64,
}

/// A group for each kind of accounts.
const BOTH_KINDS: [Option<AccountKind>; 2] = [Some(AccountKind::ApiUser), Some(AccountKind::Person)];

/// A record that needs more than to be counted.
pub struct OpenRecord {
    /// The rules that it fails.
    pub failing: Vec<usize>,
    /// A cell that the rules read cannot be read with certainty.
    pub is_unclear: bool,
}

impl RuleGroup {
    /// The rules on single records that are switched on, by what they read of an input that carries the fields `present`.
    pub fn all(rules: &[ConfiguredRule<'_>], present: FieldSet, symbols: &mut ColumnSymbols) -> Vec<Self> {
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
            let kinds: &[_] = if check.tells_kinds_apart() { &BOTH_KINDS } else { &[None] };
            for kind in kinds.iter().copied().filter(|kind| !Concern::of(subject).of_kind(*kind).is_nobody()) {
                let is_alike = |group: &&mut Self| {
                    (group.subject, group.kind, group.shape) == (subject, kind, shape) && group.fields == fields
                };
                match groups.iter_mut().find(is_alike) {
                    Some(group) => group.rules.push(number),
                    None => groups.push(Self { shape, ..Self::new(subject, kind, &fields, number, symbols) }),
                }
            }
        }
        groups
    }

    fn new(
        subject: Subject,
        kind: Option<AccountKind>,
        fields: &Arc<[Field]>,
        rule: usize,
        symbols: &mut ColumnSymbols,
    ) -> Self {
        let key = (!fields.contains(&Field::Password)).then(|| symbols.list(fields));
        let text_of = if let [field] = **fields { key.and(Some(field)).filter(|field| is_text(*field)) } else { None };
        // What the names of API users are made of is noted whenever one is judged.
        let is_of_api_users = matches!(subject, Subject::ApiUser | Subject::AnyApiUser);
        let partial = if is_of_api_users { None } else { PartialVerdicts::new(fields, symbols) };
        Self {
            subject,
            kind,
            concern: Concern::of(subject).of_kind(kind),
            fields: Arc::clone(fields),
            rules: vec![rule],
            key,
            cache: VerdictCache::default(),
            shape: None,
            text_of,
            partial,
            passed_at_once: 0,
        }
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
        let Self { cache, rules, shape, text_of, partial, passed_at_once, .. } = self;
        let (shape, text_of) = (*shape, *text_of);
        let mut passes_at_once = |symbol: Symbol, place: u32, flags: u16| match (shape, partial.as_mut()) {
            (Some(shape), _) => has_shape(shape, batch, place, flags),
            (None, _) if symbol != NO_SYMBOL => false,
            (None, Some(partial)) => partial.accept(rules, batch, place, context),
            (None, None) => text_of.is_some_and(|field| accepts(field, rules, batch, place, context)),
        };
        let mut put = |found: CacheLookup, symbol: Symbol, place: u32, flags: u16| match found {
            CacheLookup::Passed => {}
            CacheLookup::Open => open(place, true),
            CacheLookup::Unknown if passes_at_once(symbol, place, flags) => *passed_at_once += 1,
            CacheLookup::Unknown => open(place, false),
        };
        match context.symbols.symbols(key) {
            // They read nothing of this input: all records are alike.
            None if cache.counted(0) == CacheLookup::Passed => cache.count_alike(0, all().count() as u64),
            None => all().for_each(|(place, flags)| put(cache.count(0), 0, place, *flags)),
            // Nearly always all records are concerned, and texts are met that were met before.
            Some(symbols) if shape.is_none() && concern.barred == 0 && flags.are_all(concern.needed) => {
                if cache.count_all(symbols) {
                    return;
                }
                for ((place, flags), symbol) in (0_u32..).zip(flags.all()).zip(symbols) {
                    put(cache.counted(*symbol), *symbol, place, *flags);
                }
            }
            Some(symbols) => {
                for ((place, flags), symbol) in (0_u32..).zip(flags.all()).zip(symbols) {
                    if concerns(*flags) {
                        put(cache.count(*symbol), *symbol, place, *flags);
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
        symbols: &ColumnSymbols,
        judge: impl FnOnce(&[usize]) -> VerdictClass,
    ) -> Option<OpenRecord> {
        let symbol = self.key.map_or(NO_SYMBOL, |key| symbols.symbol(key, place));
        if symbol == NO_SYMBOL {
            return None;
        }
        if !self.cache.is_known(symbol) {
            self.cache.learn(symbol, judge(&self.rules));
        }
        if !is_counted {
            self.cache.count(symbol);
        }
        let verdicts = self.cache.verdicts(symbol);
        let is_unclear =
            verdicts.iter().any(|verdict| matches!(verdict, RuleVerdict::NotDeterminable(Reason::Unclear(_))));
        let failing = self.rules.iter().zip(verdicts).filter(|(_, verdict)| **verdict == RuleVerdict::Fail);
        Some(OpenRecord { failing: failing.map(|(rule, _)| *rule).collect(), is_unclear })
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
            return self.cache.verdicts(symbol).iter().any(is_open);
        }
        self.rules.iter().any(|number| {
            let judgement = judge(record_check(&context.run.rules[*number]), self.kind, record, &context.run.site);
            is_open(&verdict(&judgement, None))
        })
    }

    /// Adds what was counted to the tallies of the rules.
    pub fn flush(&mut self, tallies: &mut [RuleTally]) {
        for class in self.cache.drain() {
            for (rule, verdict) in self.rules.iter().zip(&class.verdicts) {
                tallies[*rule].add(*verdict, class.times, || class.first.clone());
            }
        }
        for rule in &self.rules {
            tallies[*rule].add(RuleVerdict::Pass, self.passed_at_once, || None);
        }
        self.passed_at_once = 0;
    }
}

/// True if the cell of the record at `place` has the shape that satisfies all rules.
#[inline]
fn has_shape((field, shape): (Field, TextShape), batch: &impl RecordBatch, place: u32, flags: u16) -> bool {
    if field == Field::UserName {
        return flags & NAME_HAS_SHAPE != 0;
    }
    batch.record(place as usize).cell(field).text().is_some_and(|text| shape.fit(text).is_some())
}

/// True if the cell of the record at `place`, of which nothing is remembered, is beyond doubt and passes all of these rules.
fn accepts(field: Field, rules: &[usize], batch: &impl RecordBatch, place: u32, context: BatchContext<'_>) -> bool {
    let record = DeclaredBlanks::new(batch.record(place as usize), &context.run.site.values);
    let Some(text) = record.text(field) else { return false };
    (is_exempt(field) || uncertainty_of_text(&text).is_none())
        && rules.iter().all(|number| record_check(&context.run.rules[*number]).accepts(&text))
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
        let judgement = judge(record_check(&context.run.rules[*number]), kind, record, &context.run.site);
        verdict(&judgement, unclear)
    };
    let verdicts: Vec<RuleVerdict> = numbers.iter().map(judged).collect();
    let has_failure = unclear.is_some() || verdicts.contains(&RuleVerdict::Fail);
    let is_open = verdicts.iter().any(|verdict| matches!(verdict, RuleVerdict::NotDeterminable(_)));
    VerdictClass { times: 0, verdicts, first: is_open.then(first), has_failure }
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
