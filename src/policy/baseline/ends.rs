//! What became of the entries of a baseline in a run: their findings are there, in this state or another, or gone.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::entry::BaselineEntry;
use super::found::EntryFound;
use super::{Baseline, pack_names};
use crate::check::Check;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::identification::Side;
use crate::diagnostic::usage::UsageError;
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{AbsentEntry, BaselineEnd, BaselineUse, Hole};
use crate::engine::{ExtraFinding, Run};
use crate::policy::unused_analysis::{AccountSearch, Answer, NotKnown, QuerySubject, UnusedAnalysis, incomplete};
use crate::record::{Field, FieldSet};
use crate::rule::Rule;

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryEnd {
    /// Its finding is there in the same state.
    Same,
    /// Its finding is there in another state.
    Updated,
    /// A waiver names its finding.
    Shadowed,
    /// Its finding is gone.
    Stale,
    /// Whether its finding is gone is not known.
    NotTold(NotKnown),
}

impl Baseline {
    /// If it covers on the day of the run.
    pub(super) fn end(&self, run: &Run) -> BaselineEnd {
        match run.as_of {
            day if day < self.as_of => BaselineEnd::NotYet,
            day if day > self.until => BaselineEnd::Expired,
            _ => BaselineEnd::InForce,
        }
    }

    /// Marks what it covers, and returns what is to be said of it.
    pub fn apply(
        &self,
        run: &mut Run,
        named: &BTreeSet<usize>,
        rules: &[Rule],
        accounts: Option<&AccountLookup<'_>>,
    ) -> Result<Vec<ExtraFinding>, Vec<UsageError>> {
        self.refuse_other(run)?;
        let end = self.end(run);
        let found = self.mark(run, named, end == BaselineEnd::InForce);
        let ends = match end {
            BaselineEnd::InForce => self.ends(&found, run, named, rules, accounts),
            BaselineEnd::Expired => self.all_not_told("the baseline has expired"),
            BaselineEnd::NotYet => self.all_not_told("the baseline is not yet in force"),
        };
        self.holes(&ends).into_iter().for_each(|hole| run.leave_open(hole));
        run.ledger.baseline = Some(self.used(&ends, end, run));
        Ok(self.baseline_findings(&ends, end))
    }

    fn used(&self, ends: &[EntryEnd], end: BaselineEnd, run: &Run) -> BaselineUse {
        let mut not_told: BTreeMap<String, u64> = BTreeMap::new();
        for found in ends {
            if let EntryEnd::NotTold(found) = found {
                *not_told.entry(found.why.to_string()).or_default() += 1;
            }
        }
        let same = self.entries.iter().zip(ends).filter(|(_, end)| **end == EntryEnd::Same);
        let oldest = same.map(|(entry, _)| entry.terms.since).min();
        BaselineUse {
            file: Arc::clone(&self.path),
            as_of: self.as_of.to_string(),
            until: self.until.to_string(),
            ended: end,
            entries: self.entries.len() as u64,
            shadowed: ends.iter().filter(|end| **end == EntryEnd::Shadowed).count() as u64,
            not_told,
            absent: self.stale(ends).map(|(number, entry)| absent(number, entry)).collect(),
            oldest: oldest.map(|oldest| (oldest.to_string(), run.as_of.days_since(oldest))),
        }
    }

    fn all_not_told(&self, why: &str) -> Vec<EntryEnd> {
        vec![EntryEnd::NotTold(NotKnown::because(why)); self.entries.len()]
    }

    /// What became of each entry.
    pub(super) fn ends(
        &self,
        findings: &[Option<EntryFound>],
        run: &Run,
        named: &BTreeSet<usize>,
        rules: &[Rule],
        accounts: Option<&AccountLookup<'_>>,
    ) -> Vec<EntryEnd> {
        let mut ends: Vec<Option<EntryEnd>> = vec![None; self.entries.len()];
        for (at, found) in findings.iter().enumerate() {
            let Some(EntryFound { number, is_same }) = *found else { continue };
            let end = match is_same {
                _ if named.contains(&at) => EntryEnd::Shadowed,
                true => EntryEnd::Same,
                false => EntryEnd::Updated,
            };
            ends[number] = Some(end);
        }
        let gone: Vec<usize> = (0..ends.len()).filter(|number| ends[*number].is_none()).collect();
        if !gone.is_empty() {
            for (number, end) in self.gone(&gone, run, rules, accounts) {
                ends[number] = Some(end);
            }
        }
        let unknown = || EntryEnd::NotTold(NotKnown::because("nothing is known about its account"));
        ends.into_iter().map(|end| end.unwrap_or_else(unknown)).collect()
    }

    /// Whether the findings of entries that no finding has are gone.
    fn gone(
        &self,
        numbers: &[usize],
        run: &Run,
        rules: &[Rule],
        accounts: Option<&AccountLookup<'_>>,
    ) -> Vec<(usize, EntryEnd)> {
        if let Some(why) = self.other_inputs(run) {
            let end = EntryEnd::NotTold(NotKnown::because(why));
            return numbers.iter().map(|number| (*number, end.clone())).collect();
        }
        let (context, uncertain) = (&self.context, self.uncertain_accounts(run));
        let lost = self.lost_fields(run);
        let needs = |entry: &BaselineEntry| {
            let rule = rules.iter().find(|rule| *rule.id == *entry.terms.rule)?;
            lost.iter().copied().find(|field| depends_on(rule, *field))
        };
        let mut analysis = UnusedAnalysis::new(run, rules, |side, name: &str| context.account(side, name));
        let mut ends = Vec::with_capacity(numbers.len());
        let mut not_told = |number: usize, why| ends.push((number, EntryEnd::NotTold(why)));
        for number in numbers {
            let entry = &self.entries[*number];
            if let Some(field) = needs(entry) {
                not_told(*number, NotKnown::without_field(field));
                continue;
            }
            match (entry.terms.side, entry.subject) {
                (Side::Tenant, _) => analysis.ask(*number, &entry.terms.rule, QuerySubject::Others),
                (_, Some(key)) if uncertain.contains(&(&*entry.terms.rule, key)) => {
                    let why = "the user name of its account is not the name of one account only";
                    not_told(*number, NotKnown::because(why));
                }
                (side, Some(key)) => {
                    let (side, field) = (Some(side.word()), entry.terms.field.as_deref());
                    analysis.ask(*number, &entry.terms.rule, QuerySubject::Account { key, side, field });
                }
                (_, None) => not_told(*number, NotKnown::because("the entry does not say whose it is")),
            }
        }
        let other_selection = self.other_selection(run, rules).map(NotKnown::because);
        let answer = |(number, why): (usize, Answer)| {
            let why =
                why.filter(|why| why.lacks_column || other_selection.is_none()).or_else(|| other_selection.clone());
            (number, why.map_or(EntryEnd::Stale, EntryEnd::NotTold))
        };
        ends.extend(
            analysis
                .answers(accounts, &AccountSearch::Hashes(&|side, hash| context.account_by_hash(side, hash)))
                .into_iter()
                .map(answer),
        );
        if !lost.is_empty() && ends.iter().any(|(_, end)| matches!(end, EntryEnd::NotTold(why) if why.lacks_column)) {
            let stale = ends.iter_mut().filter(|(_, end)| *end == EntryEnd::Stale);
            stale.for_each(|(_, end)| *end = EntryEnd::NotTold(incomplete()));
        }
        ends
    }

    /// The rules and accounts of findings that are there, of accounts that cannot be told apart.
    fn uncertain_accounts<'r>(&self, run: &'r Run) -> HashSet<(&'r str, u64)> {
        let without_identity = |one: &&Diagnostic| one.identification.as_ref().is_some_and(|found| !found.has_state());
        let account = |one: &'r Diagnostic| Some((&*one.rule, self.context.account_of(one)?));
        run.diagnostics.iter().filter(without_identity).filter_map(account).collect()
    }

    /// Fields that inputs had when the baseline was made, and have no more.
    fn lost_fields(&self, run: &Run) -> Vec<Field> {
        let now = self.context.selection(run).fields;
        let lost = self.header.selection.fields.iter().filter(|field| !now.contains(field));
        lost.filter_map(|field| Field::by_name(field)).collect()
    }

    /// What the entries need that inputs have no more, by rule.
    pub(super) fn holes(&self, ends: &[EntryEnd]) -> Vec<Hole> {
        let mut counts: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
        for (number, (entry, end)) in self.entries.iter().zip(ends).enumerate() {
            if let EntryEnd::NotTold(NotKnown { why, lacks_column: true }) = end {
                counts.entry((&entry.terms.rule, why)).or_insert((0, line(number))).0 += 1;
            }
        }
        let hole = |((rule, why), (count, line)): ((&str, &str), (u64, u64))| Hole {
            rule: rule.to_owned(),
            reason: format!("the baseline holds a finding of it, and {why}"),
            count,
            file: Some(self.path.to_string()),
            line: Some(line),
        };
        counts.into_iter().map(hole).collect()
    }

    /// That other data was judged, in which a column may be missing because an input is.
    fn other_inputs(&self, run: &Run) -> Option<&'static str> {
        if self.header.selection.sheets != self.context.selection(run).sheets {
            return Some("the baseline was made of other sheets");
        }
        (run.ledger.inputs.len() < self.header.inputs.len()).then_some("the baseline was made of more inputs")
    }

    /// Why it is not known of any entry whether its finding is gone, if no column is.
    fn other_selection(&self, run: &Run, rules: &[Rule]) -> Option<&'static str> {
        if self.header.selection.api_users != self.context.selection(run).api_users {
            return Some("API users were declared in another way when the baseline was made");
        }
        let packs: BTreeSet<&str> = self.header.packs.keys().map(String::as_str).collect();
        (packs != pack_names(rules)).then_some("the baseline was made with other packs")
    }

    /// The stale entries, each with its number.
    pub(super) fn stale<'b>(&'b self, ends: &'b [EntryEnd]) -> impl Iterator<Item = (usize, &'b BaselineEntry)> {
        let entries = self.entries.iter().zip(ends).enumerate();
        entries.filter(|(_, (_, end))| **end == EntryEnd::Stale).map(|(number, (entry, _))| (number, entry))
    }
}

/// True if the rule may find less without a field, and still applies: it counts accounts, or has another way to tell, or
/// the field decides who is active or an API user.
fn depends_on(rule: &Rule, field: Field) -> bool {
    match (field, &rule.check) {
        (Field::Roles | Field::Licenses, check) => matches!(check, Check::Population(_)),
        (Field::MainView, Check::Record(check)) => check.reads(FieldSet::EMPTY.with(field)).has(field),
        (Field::MainView, Check::Population(_)) => false,
        _ => true,
    }
}

/// The line of an entry: the first is the header's.
pub(super) const fn line(number: usize) -> u64 {
    number as u64 + 2
}

fn absent(number: usize, entry: &BaselineEntry) -> AbsentEntry {
    AbsentEntry {
        identity: format!("{:032x}", entry.identity),
        rule: Arc::clone(&entry.terms.rule),
        account: entry.account.as_deref().map(str::to_owned),
        since: entry.terms.since.to_string(),
        line: line(number),
    }
}
