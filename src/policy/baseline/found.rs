//! Each finding of a run beside the entries of a baseline: new, held, or held in another state; and what its report says of that.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::Baseline;
use super::entry::{BaselineEntry, demand_prefix};
use super::entry_index::EntryIndex;
use crate::diagnostic::acceptance::{Acceptance, BaselineComparison, BaselineRef, StateChange};
use crate::diagnostic::identification::Identification;
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::Run;
use crate::fast::split::on_parts_mut;
use crate::policy::FINDINGS_PER_THREAD;
use crate::record::date::Date;

/// Few enough findings to stay at hand until their entries are there.
const LOOKED_UP_AT_ONCE: usize = 64;

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
    Updated(Box<UpdatedEntry>),
}

/// An entry that has the identity of a finding, and another state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedEntry {
    number: usize,
    /// Identity and state of the finding.
    pub hashes: [u128; 2],
    changes: Vec<StateChange>,
}

/// The entry of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFound {
    pub number: usize,
    /// In the same state.
    pub is_same: bool,
}

impl FoundEntry {
    /// The entry with its identity.
    pub fn entry(&self) -> Option<EntryFound> {
        match self {
            Self::Incomparable | Self::New(_) => None,
            Self::Same(number) => Some(EntryFound { number: *number, is_same: true }),
            Self::Updated(updated) => Some(EntryFound { number: updated.number, is_same: false }),
        }
    }
}

impl Baseline {
    /// Marks the findings that it covers if it is in force, and says of all of them what they are to it. Everything that is to
    /// be done with a finding is done at once: a hundred thousand of them are in no cache.
    pub fn mark(&self, run: &mut Run, named: &BTreeSet<usize>, is_in_force: bool) -> Vec<Option<EntryFound>> {
        let index = EntryIndex::new(&self.entries);
        let is_plain = self.context.key.is_none();
        let parts = on_parts_mut(self.context.jobs, &mut run.diagnostics, FINDINGS_PER_THREAD, |first, part| {
            let mut remarks = SharedRemarks::default();
            let mut mark = |at: usize, diagnostic: &mut Diagnostic, found: FoundEntry| {
                let hashes = match &found {
                    FoundEntry::Incomparable => return None,
                    FoundEntry::New(hashes) => *hashes,
                    FoundEntry::Updated(updated) => updated.hashes,
                    FoundEntry::Same(number) => [self.entries[*number].identity, self.entries[*number].state],
                };
                // Reports have these hashes unless a key of the site is applied.
                if let Some(identification) = diagnostic.identification.as_mut().filter(|_| is_plain) {
                    identification.remember(hashes);
                }
                let known = found.entry();
                let (comparison, entry) = remarks.of(found, &self.entries);
                diagnostic.comparison = Some(comparison);
                if let Some(entry) = entry.filter(|_| is_in_force && !named.contains(&at)) {
                    diagnostic.acceptance = Some(Acceptance::Baseline(entry));
                }
                known
            };
            let mut marked = Vec::with_capacity(part.len());
            for (start, block) in (first..).step_by(LOOKED_UP_AT_ONCE).zip(part.chunks_mut(LOOKED_UP_AT_ONCE)) {
                let found = self.look_up(block, &index);
                let block = (start..).zip(block).zip(found);
                marked.extend(block.map(|((at, one), found)| {
                    let found = self.found(one, found);
                    mark(at, one, found)
                }));
            }
            marked
        });
        parts.into_iter().flatten().collect()
    }

    /// What each finding is to the baseline.
    pub fn findings(&self, run: &Run) -> Vec<FoundEntry> {
        let found = self.look_up(&run.diagnostics, &EntryIndex::new(&self.entries));
        run.diagnostics.iter().zip(found).map(|(one, found)| self.found(one, found)).collect()
    }

    /// The hashes of findings, and the entries with their identities. All are worked out before the first is looked up, so that
    /// the memory of many entries is waited for at once.
    fn look_up(&self, diagnostics: &[Diagnostic], index: &EntryIndex) -> Vec<Option<([u128; 2], Option<usize>)>> {
        let hash = |one: &Diagnostic| self.context.hashes(one.identification.as_deref()?);
        let hashes: Vec<_> = diagnostics.iter().map(hash).collect();
        let find = |hashes: [u128; 2]| (hashes, index.find(&self.entries, hashes[0]));
        hashes.into_iter().map(|hashes| hashes.map(find)).collect()
    }

    /// What a finding is to the baseline.
    fn found(&self, one: &Diagnostic, found: Option<([u128; 2], Option<usize>)>) -> FoundEntry {
        let (Some((hashes, number)), Some(identification)) = (found, &one.identification) else {
            return FoundEntry::Incomparable;
        };
        match number.filter(|number| self.says_whose(*number, one, identification)) {
            None => FoundEntry::New(hashes),
            Some(number) if self.entries[number].state == hashes[1] => FoundEntry::Same(number),
            Some(number) => {
                let changes = self.changes(number, identification, one.severity);
                FoundEntry::Updated(Box::new(UpdatedEntry { number, hashes, changes }))
            }
        }
    }

    /// False for an entry whose rule, side or account was edited. These show whether its finding is gone, and an entry that
    /// cannot become stale would cover a relapse.
    fn says_whose(&self, number: usize, diagnostic: &Diagnostic, found: &Identification) -> bool {
        let entry = &self.entries[number];
        let is_subject = entry.subject.is_none_or(|subject| self.context.account_of(diagnostic) == Some(subject));
        is_subject && *entry.terms.rule == *diagnostic.rule && entry.terms.side == found.details.side
    }

    /// Why a finding is in another state than an entry. If the rule has changed, nobody knows whether the value has.
    fn changes(&self, number: usize, found: &Identification, severity: Severity) -> Vec<StateChange> {
        let entry = &self.entries[number];
        let mut changes = Vec::new();
        if entry.terms.severity != severity {
            changes.push(StateChange::Severity);
        }
        let is_other_demand = entry.terms.demand.is_some() && entry.terms.demand != demand_prefix(&found.demand);
        if is_other_demand {
            changes.push(StateChange::Rule);
        }
        let as_before = found.identity().and_then(|identity| found.state_of(&identity, entry.terms.severity));
        if !is_other_demand && as_before.is_none_or(|state| self.context.number(state) != entry.state) {
            let is_number = found.details.number.is_some();
            changes.insert(0, if is_number { StateChange::Number } else { StateChange::Value });
        }
        changes
    }
}

/// What is said of findings, of which most are told the same: for one day, and new ones. Each thread has its own, so that they
/// do not wait for each other's counts of who shares a text.
#[derive(Default)]
struct SharedRemarks {
    of_days: BTreeMap<Date, SharedRemark>,
    reasons: HashMap<Arc<str>, Arc<str>, RandomState>,
    new: Arc<BaselineComparison>,
}

struct SharedRemark {
    since: Arc<str>,
    unchanged: Arc<BaselineComparison>,
}

impl SharedRemarks {
    /// What is said of a finding, and of the entry that has its state.
    fn of(&mut self, found: FoundEntry, entries: &[BaselineEntry]) -> (Arc<BaselineComparison>, Option<BaselineRef>) {
        match found {
            FoundEntry::Incomparable | FoundEntry::New(_) => (Arc::clone(&self.new), None),
            FoundEntry::Same(number) => {
                let entry = &entries[number];
                let reason = entry.terms.reason.as_ref().map(|reason| self.reason(reason));
                let day = self.day(entry.terms.since);
                (Arc::clone(&day.unchanged), Some(BaselineRef { since: Arc::clone(&day.since), reason }))
            }
            FoundEntry::Updated(updated) => {
                let since = Some(Arc::clone(&self.day(entries[updated.number].terms.since).since));
                (Arc::new(BaselineComparison { since, changes: updated.changes }), None)
            }
        }
    }

    fn day(&mut self, day: Date) -> &SharedRemark {
        self.of_days.entry(day).or_insert_with(|| {
            let since: Arc<str> = day.to_string().into();
            let comparison = BaselineComparison { since: Some(Arc::clone(&since)), changes: Vec::new() };
            SharedRemark { since, unchanged: Arc::new(comparison) }
        })
    }

    fn reason(&mut self, reason: &Arc<str>) -> Arc<str> {
        if let Some(known) = self.reasons.get(reason) {
            return Arc::clone(known);
        }
        let own: Arc<str> = (**reason).into();
        self.reasons.insert(Arc::clone(reason), Arc::clone(&own));
        own
    }
}
