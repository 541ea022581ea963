//! The findings of a run beside the entries of a baseline: what is covered, what has changed, and which entries are stale.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::entry::{BaselineEntry, demand_prefix};
use super::{Baseline, pack_names};
use crate::check::Check;
use crate::diagnostic::acceptance::{Acceptance, BaselineComparison, BaselineRef, StateChange};
use crate::diagnostic::identification::{Identification, Side};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{AbsentEntry, BaselineEnd, BaselineUse, Hole};
use crate::engine::{ExtraFinding, Run};
use crate::policy::unused_analysis::{AccountSearch, Answer, NotKnown, QuerySubject, UnusedAnalysis, incomplete};
use crate::record::date::Date;
use crate::record::{Field, FieldSet};
use crate::rule::Rule;

/// What a finding is to a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundEntry {
    /// It cannot be held: it has no state.
    Incomparable,
    /// No entry has its identity.
    New([u128; 2]),
    /// An entry has its identity and state.
    Same(usize),
    /// An entry has its identity in another state.
    Updated(usize, [u128; 2], Vec<StateChange>),
}

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
        let findings = self.findings(run);
        let ends = match end {
            BaselineEnd::InForce => self.ends(&findings, run, named, rules, accounts),
            BaselineEnd::Expired => self.all_not_told("the baseline has expired"),
            BaselineEnd::NotYet => self.all_not_told("the baseline is not yet in force"),
        };
        let mut days = SharedDays::default();
        for (at, (diagnostic, found)) in run.diagnostics.iter_mut().zip(findings).enumerate() {
            if let FoundEntry::Same(number) = found
                && end == BaselineEnd::InForce
                && !named.contains(&at)
            {
                let entry = &self.entries[number];
                let (since, reason) = (days.text(entry.since), entry.reason.clone());
                diagnostic.acceptance = Some(Acceptance::Baseline(BaselineRef { since, reason }));
            }
            if let (Some(hashes), Some(identification)) = (self.plain_hashes(&found), &mut diagnostic.identification) {
                identification.remember(hashes);
            }
            diagnostic.comparison = self.comparison(found, &mut days).map(Box::new);
        }
        self.holes(&ends).into_iter().for_each(|hole| run.leave_open(hole));
        run.ledger.baseline = Some(self.used(&ends, end, run));
        Ok(self.baseline_findings(&ends, end))
    }

    /// Identity and state of a finding as reports have them before a key of the site is applied.
    fn plain_hashes(&self, found: &FoundEntry) -> Option<[u128; 2]> {
        let hashes = match found {
            FoundEntry::Incomparable => return None,
            FoundEntry::New(hashes) | FoundEntry::Updated(_, hashes, _) => *hashes,
            FoundEntry::Same(number) => [self.entries[*number].identity, self.entries[*number].state],
        };
        self.context.key.is_none().then_some(hashes)
    }

    fn used(&self, ends: &[EntryEnd], end: BaselineEnd, run: &Run) -> BaselineUse {
        let mut not_told: BTreeMap<String, u64> = BTreeMap::new();
        for found in ends {
            if let EntryEnd::NotTold(found) = found {
                *not_told.entry(found.why.to_string()).or_default() += 1;
            }
        }
        let same = self.entries.iter().zip(ends).filter(|(_, end)| **end == EntryEnd::Same);
        let oldest = same.map(|(entry, _)| entry.since).min();
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

    /// What each finding is to the baseline.
    pub(super) fn findings(&self, run: &Run) -> Vec<FoundEntry> {
        let mut by_identity: HashMap<u128, usize, RandomState> =
            HashMap::with_capacity_and_hasher(self.entries.len(), RandomState::default());
        by_identity.extend(self.entries.iter().enumerate().map(|(number, entry)| (entry.identity, number)));
        let all_hashes = self.context.all_hashes(&run.diagnostics);
        let mut all_found = Vec::with_capacity(run.diagnostics.len());
        for (one, hashes) in run.diagnostics.iter().zip(all_hashes) {
            let (Some(hashes), Some(found)) = (hashes, &one.identification) else {
                all_found.push(FoundEntry::Incomparable);
                continue;
            };
            let number = by_identity.get(&hashes[0]).copied();
            all_found.push(match number.filter(|number| self.says_whose(*number, one, found)) {
                None => FoundEntry::New(hashes),
                Some(number) if self.entries[number].state == hashes[1] => FoundEntry::Same(number),
                Some(number) => FoundEntry::Updated(number, hashes, self.changes(number, found, one.severity)),
            });
        }
        all_found
    }

    /// False for an entry whose rule, side or account was edited. These show whether its finding is gone, and an entry that
    /// cannot become stale would cover a relapse.
    fn says_whose(&self, number: usize, diagnostic: &Diagnostic, found: &Identification) -> bool {
        let entry = &self.entries[number];
        let is_subject = entry.subject.is_none_or(|subject| self.context.account_of(diagnostic) == Some(subject));
        is_subject && *entry.rule == *diagnostic.rule && entry.side == found.details.side
    }

    /// Why a finding is in another state than an entry. If the rule has changed, nobody knows whether the value has.
    fn changes(&self, number: usize, found: &Identification, severity: Severity) -> Vec<StateChange> {
        let entry = &self.entries[number];
        let mut changes = Vec::new();
        if entry.severity != severity {
            changes.push(StateChange::Severity);
        }
        let is_other_demand = entry.demand.is_some() && entry.demand != demand_prefix(&found.demand);
        if is_other_demand {
            changes.push(StateChange::Rule);
        }
        let as_before = found.identity().and_then(|identity| found.state_of(&identity, entry.severity));
        if !is_other_demand && as_before.is_none_or(|state| self.context.number(state) != entry.state) {
            let is_number = found.details.number.is_some();
            changes.insert(0, if is_number { StateChange::Number } else { StateChange::Value });
        }
        changes
    }

    fn comparison(&self, found: FoundEntry, days: &mut SharedDays) -> Option<BaselineComparison> {
        let mut since = |number: usize| Some(days.text(self.entries[number].since));
        Some(match found {
            FoundEntry::Incomparable => return None,
            FoundEntry::New(_) => BaselineComparison::default(),
            FoundEntry::Same(number) => BaselineComparison { since: since(number), changes: Vec::new() },
            FoundEntry::Updated(number, _, changes) => BaselineComparison { since: since(number), changes },
        })
    }

    fn all_not_told(&self, why: &str) -> Vec<EntryEnd> {
        vec![EntryEnd::NotTold(NotKnown::because(why)); self.entries.len()]
    }

    /// What became of each entry.
    pub(super) fn ends(
        &self,
        findings: &[FoundEntry],
        run: &Run,
        named: &BTreeSet<usize>,
        rules: &[Rule],
        accounts: Option<&AccountLookup<'_>>,
    ) -> Vec<EntryEnd> {
        let mut ends: Vec<Option<EntryEnd>> = vec![None; self.entries.len()];
        for (at, found) in findings.iter().enumerate() {
            let (number, end) = match found {
                FoundEntry::Incomparable | FoundEntry::New(_) => continue,
                FoundEntry::Same(number) | FoundEntry::Updated(number, ..) if named.contains(&at) => {
                    (*number, EntryEnd::Shadowed)
                }
                FoundEntry::Same(number) => (*number, EntryEnd::Same),
                FoundEntry::Updated(number, ..) => (*number, EntryEnd::Updated),
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
            let rule = rules.iter().find(|rule| *rule.id == *entry.rule)?;
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
            match (entry.side, entry.subject) {
                (Side::Tenant, _) => analysis.ask(*number, &entry.rule, QuerySubject::Others),
                (_, Some(key)) if uncertain.contains(&(&*entry.rule, key)) => {
                    let why = "the user name of its account is not the name of one account only";
                    not_told(*number, NotKnown::because(why));
                }
                (side, Some(key)) => {
                    let (side, field) = (Some(side.word()), entry.field.as_deref());
                    analysis.ask(*number, &entry.rule, QuerySubject::Account { key, side, field });
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
                counts.entry((&entry.rule, why)).or_insert((0, line(number))).0 += 1;
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

/// The texts of days, of which a baseline has few.
#[derive(Default)]
struct SharedDays(BTreeMap<Date, Arc<str>>);

impl SharedDays {
    fn text(&mut self, day: Date) -> Arc<str> {
        Arc::clone(self.0.entry(day).or_insert_with(|| day.to_string().into()))
    }
}

/// The line of an entry: the first is the header's.
pub(super) const fn line(number: usize) -> u64 {
    number as u64 + 2
}

fn absent(number: usize, entry: &BaselineEntry) -> AbsentEntry {
    AbsentEntry {
        identity: format!("{:032x}", entry.identity),
        rule: Arc::clone(&entry.rule),
        account: entry.account.clone(),
        since: entry.since.to_string(),
        line: line(number),
    }
}
