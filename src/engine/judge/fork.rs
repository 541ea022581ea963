//! A judge for records beside others of the same input, and how what several have seen becomes one.
//!
//! Everything a judge remembers merges in any order: counts add up, findings are put in order in the end, and
//! one that finds more than its share of what may be listed leaves it to a judge that sees all in order.

use super::refusal::MOST_REFUSED;
use super::{InputState, Judge};
use crate::check::population::Population;
use crate::engine::ledger::InputLedger;
use crate::engine::limits::{FindingLimits, FindingSource};
use crate::engine::tally::Tally;

impl Judge<'_> {
    /// One of so many judges of the same input, which has seen nothing. It takes its share of what may be listed.
    pub(super) fn forked(&self, of: usize) -> Self {
        let input = &self.input;
        let mut fork = Self {
            rules: self.rules,
            site: self.site,
            message_context: self.message_context,
            selection: self.selection.fork(),
            population: self.population.as_ref().map(Population::fork),
            tallies: vec![Tally::default(); self.tallies.len()],
            diagnostics: Vec::new(),
            ledgers: vec![InputLedger::default()],
            holes: Vec::new(),
            tenants: Vec::new(),
            endless: Vec::new(),
            limits: FindingLimits::share(of),
            is_fork: true,
            confusable_names: super::confusable_names::ConfusableNames::default(),
            findings: Vec::new(),
            input: InputState {
                id: input.id,
                file: input.file.clone(),
                is_table: input.is_table,
                ..InputState::default()
            },
            concerned: super::AccountFlags::default(),
            pending: Vec::new(),
        };
        if let Some(population) = &mut fork.population {
            population.expect(input.bytes, of);
        }
        if input.has_begun {
            fork.begin_records(input.present);
        }
        fork
    }

    /// Takes in what forks of this input have seen, unless more was refused than may be.
    pub(super) fn joined(&mut self, mut forks: Vec<Self>) -> bool {
        let refused = |judge: &Self| judge.ledgers.last().map_or(0, |ledger| ledger.refused.len());
        if refused(self) + forks.iter().map(refused).sum::<usize>() > MOST_REFUSED {
            return false;
        }
        self.selection.join(forks.iter_mut().map(|fork| &mut fork.selection));
        let mut findings = Vec::new();
        for fork in &mut forks {
            findings.append(&mut fork.findings);
            self.take_in(fork);
        }
        // What one record has comes from one fork, in order.
        findings.sort_by_key(|placed| placed.diagnostic.subject.as_ref().map(|subject| subject.number));
        findings.retain(|placed| self.limits.take(FindingSource::Record, placed.diagnostic.severity));
        self.findings.append(&mut findings);
        self.ledger().refused.sort_by_key(|refused| refused.number);
        true
    }

    fn take_in(&mut self, fork: &mut Self) {
        fork.flush();
        for (mine, theirs) in self.tallies.iter_mut().zip(&fork.tallies) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.population, fork.population.take()) {
            mine.merge(theirs);
        }
        self.diagnostics.append(&mut fork.diagnostics);
        for ledger in fork.ledgers.drain(..) {
            let mine = self.ledger();
            mine.records += ledger.records;
            mine.refused.extend(ledger.refused);
        }
        self.holes.append(&mut fork.holes);
        self.endless.append(&mut fork.endless);
        for tenant in fork.tenants.drain(..) {
            if !self.tenants.contains(&tenant) {
                self.tenants.push(tenant);
            }
        }
        self.input.records += fork.input.records;
        self.input.left_out += fork.input.left_out;
    }
}
