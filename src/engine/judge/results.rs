//! What the engine takes out of a pass, and what it still puts in: faults of the run as a whole, and what
//! population rules conclude.

use super::Judge;
use crate::check::Conclusion;
use crate::check::population::Population;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::engine::describe::{self, InputRef, PlacedDiagnostic};
use crate::engine::ledger::{ApiUsersLedger, Hole, InputLedger, RuleOutcome};
use crate::engine::limits::FindingSource;
use crate::engine::load::Loaded;
use crate::engine::observe::ExtraFinding;
use crate::source::InputId;

impl Judge<'_> {
    pub(in crate::engine) fn take_census(&mut self) -> Population {
        self.population.take().expect("internal error: a census is taken once")
    }

    pub(in crate::engine) fn take_diagnostics(&mut self) -> Vec<PlacedDiagnostic> {
        // Most of them are findings: the others are put to those. None of one kind are in both.
        let mut diagnostics = std::mem::take(&mut self.findings);
        diagnostics.append(&mut self.diagnostics);
        diagnostics
    }

    pub(in crate::engine) fn take_ledgers(&mut self) -> Vec<InputLedger> {
        std::mem::take(&mut self.ledgers)
    }

    pub(in crate::engine) fn take_holes(&mut self) -> Vec<Hole> {
        std::mem::take(&mut self.holes)
    }

    pub(in crate::engine) fn saw_api_user_kind(&self) -> bool {
        self.selection.saw_kind()
    }

    pub(in crate::engine) fn tenants(&self) -> &[String] {
        &self.tenants
    }

    pub(in crate::engine) fn has_endless_record(&self, input: InputId) -> bool {
        self.endless.contains(&input)
    }

    pub(in crate::engine) fn records(&self) -> u64 {
        self.ledgers.iter().map(|ledger| ledger.records).sum()
    }

    pub(in crate::engine) fn api_users(&self) -> ApiUsersLedger {
        self.selection.ledger()
    }

    /// True where not every account of the run could be read.
    pub(in crate::engine) fn is_partial(&self) -> bool {
        !self.holes.is_empty()
    }

    /// What is wrong with the declarations of API users. Where `needs_one`, it is a fault that there is none.
    pub(in crate::engine) fn selection_faults(&mut self, needs_one: bool) {
        let is_partial = self.is_partial();
        for fault in self.selection.faults(is_partial) {
            if needs_one || fault.kind != FaultKind::ApiUserNone {
                self.fault_of_run(fault);
            }
        }
    }

    /// Takes over what was found in files of earlier days.
    pub(in crate::engine) fn take_over(&mut self, placed: Vec<PlacedDiagnostic>, holes: Vec<Hole>, tenants: &[String]) {
        self.diagnostics.extend(placed);
        self.holes.extend(holes);
        self.tenants.extend(tenants.iter().cloned());
    }

    /// Lets findings of one kind count as notes.
    pub(in crate::engine) fn soften(&mut self, kind: FaultKind) {
        let of_kind = |placed: &&mut PlacedDiagnostic| *placed.diagnostic.rule == *kind.id();
        let said = self.diagnostics.iter_mut().chain(&mut self.findings);
        said.filter(of_kind).for_each(|placed| placed.diagnostic.severity = Severity::Note);
    }

    /// Takes a finding that is no rule's.
    pub(in crate::engine) fn remark(&mut self, remark: ExtraFinding) {
        if self.limits.take(FindingSource::Population, remark.severity) {
            self.diagnostics.push(describe::of_remark(remark));
        }
    }

    /// A fault of no input in particular.
    pub(in crate::engine) fn fault_of_run(&mut self, fault: Fault) {
        self.diagnostics.push(describe::of_fault(&fault, Severity::Error, None, None, None, None));
        self.holes.push(Hole {
            rule: fault.kind.id().to_owned(),
            reason: fault.message,
            count: 1,
            file: None,
            line: None,
        });
    }

    /// Something worth knowing that leaves nothing unjudged.
    pub(in crate::engine) fn note(&mut self, fault: Fault) {
        self.diagnostics.push(describe::of_fault(&fault, Severity::Note, None, None, None, None));
    }

    /// A fault of an input as a whole, found after it was read.
    pub(in crate::engine) fn fault_of_input(&mut self, loaded: &Loaded, fault: Fault) {
        let at = InputRef { input: loaded.id, file: &loaded.name };
        self.diagnostics.push(describe::of_fault(&fault, Severity::Error, None, None, Some(at), None));
        let file = Some(loaded.name.to_string());
        self.holes.push(Hole { rule: fault.kind.id().to_owned(), reason: fault.message, count: 1, file, line: None });
    }

    /// Takes what a population rule concluded.
    pub(in crate::engine) fn conclude(&mut self, number: usize, conclusion: Conclusion) {
        let tally = &mut self.tallies[number];
        tally.judged += conclusion.judged;
        tally.failed += conclusion.failed;
        tally.has_findings |= !conclusion.findings.is_empty();
        if let Some(reason) = conclusion.not_applicable {
            tally.not_applicable(reason);
        }
        if let Some((reason, count)) = conclusion.not_determinable {
            tally.undetermined(reason, count, None);
        }
        for finding in conclusion.findings {
            if !self.limits.take(FindingSource::Population, describe::severity(&self.rules[number], finding.case)) {
                continue;
            }
            self.diagnostics.push(describe::of_finding(&self.rules[number], number, finding, self.message_context));
        }
    }

    /// Says what was found and is not listed. Notes may be left out of a list that is whole without them.
    pub(in crate::engine) fn unlisted(&mut self) {
        let beyond: Vec<_> = self.limits.beyond().collect();
        for (severity, count) in beyond {
            let message = format!("{count} more findings of severity {} are not listed", severity.word());
            let fault = Fault::of_input(FaultKind::FindingsTooMany, message);
            if severity == Severity::Note { self.note(fault) } else { self.fault_of_run(fault) }
        }
    }

    /// How every rule ended.
    pub(in crate::engine) fn outcomes(&self) -> Vec<RuleOutcome> {
        self.rules
            .iter()
            .zip(&self.tallies)
            .map(|(ready, tally)| tally.outcome(&ready.rule.id, ready.is_off()))
            .collect()
    }

    /// What rules could not tell, as holes.
    pub(in crate::engine) fn undetermined(&self) -> Vec<Hole> {
        let on = self.rules.iter().zip(&self.tallies).filter(|(ready, _)| !ready.is_off());
        on.flat_map(|(ready, tally)| tally.holes(&ready.rule.id)).collect()
    }
}
