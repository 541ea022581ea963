//! What is said of a waiver at its line: that it ends, covers nothing, or was approved for something else.

use super::Policy;
use super::approver::is_same_person;
use super::comparison::{Match, values_in_words};
use super::matching::covers;
use super::run_texts::RunTexts;
use super::subject_index::WaiverMatches;
use super::waiver::{WaivedSubject, Waiver};
use crate::check::Finding;
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::DRIFT;
use crate::diagnostic::visible::{quoted, toml_string};
use crate::diagnostic::{Basis, Severity};
use crate::engine::ledger::WaiverEnd;
use crate::engine::{ExtraFinding, Run};
use crate::record::name;
use crate::source::Span;

/// Days before its end on which a waiver is noted.
const SOON: i32 = 30;

impl Policy {
    /// What is to be said of a waiver.
    pub fn waiver_findings(
        &self,
        waiver: &Waiver,
        end: WaiverEnd,
        matches: &WaiverMatches,
        (run, known): (&Run, &RunTexts),
    ) -> Vec<ExtraFinding> {
        let id = || quoted(&waiver.id.value);
        let mut findings: Vec<_> = self.self_approved(waiver, matches, known).into_iter().collect();
        if waiver.named.value != waiver.rule && waiver.rule != DRIFT {
            let message = format!("the waiver {} names a rule that is now called {}", id(), quoted(&waiver.rule));
            let place = (waiver.named.span, "a former id");
            findings.push(self.finding(waiver, FaultKind::WaiverRenamed, Severity::Note, message, place));
        }
        findings.extend(self.open_severity(waiver, matches, run));
        let until = (waiver.until.span, "the last day");
        let (kind, severity, message, place) = match end {
            WaiverEnd::Used if waiver.until.value.days_since(run.as_of) <= SOON => {
                let message = format!("the waiver {} covers until {} only", id(), waiver.until.value);
                (FaultKind::WaiverEndsSoon, Severity::Note, message, until)
            }
            WaiverEnd::Expired => {
                let last = waiver.until.value;
                let message = format!("the waiver {} expired after {last}, and its finding is still there", id());
                (FaultKind::WaiverExpired, Severity::Warning, message, until)
            }
            WaiverEnd::Changed => {
                findings.push(self.changed(waiver, matches, run, known));
                return findings;
            }
            WaiverEnd::Unused => {
                let message = format!("the waiver {} covers nothing: its finding is not there", id());
                (FaultKind::WaiverUnused, Severity::Warning, message, (waiver.id.span, "covers nothing"))
            }
            WaiverEnd::Used | WaiverEnd::NotYet | WaiverEnd::NotTold => return findings,
        };
        findings.push(self.finding(waiver, kind, severity, message, place));
        findings
    }

    /// That nobody but the account, or whoever asked for it, approved it.
    fn self_approved(&self, waiver: &Waiver, matches: &WaiverMatches, known: &RunTexts) -> Option<ExtraFinding> {
        let approver = &waiver.approved_by;
        let is_approver = |other: &str| is_same_person(&approver.value, other);
        let is_account = |user_name: &str| {
            is_approver(user_name) || known.names.get(&name::fold(user_name)).is_some_and(|name| is_approver(name))
        };
        let who = match &waiver.subject {
            WaivedSubject::Account { written, .. } if is_account(written) => "the account itself",
            WaivedSubject::Group { .. } if matches.accounts.iter().any(|account| is_account(account)) => {
                "an account of its group"
            }
            _ if waiver.requested_by.as_ref().is_some_and(|one| is_approver(&one.value)) => "the one who asked for it",
            _ => return None,
        };
        let message = format!("the waiver {} was approved by {who}", quoted(&waiver.id.value));
        let place = (approver.span, "approved by");
        Some(self.finding(waiver, FaultKind::WaiverSelfApproved, Severity::Error, message, place))
    }

    /// That it covers more than the mildest case of its rule, which whoever approved it may not have known.
    fn open_severity(&self, waiver: &Waiver, matches: &WaiverMatches, run: &Run) -> Option<ExtraFinding> {
        let covered = matches.covers.iter().map(|at| &run.diagnostics[*at]).filter(|one| covers(one, waiver));
        let gravest = covered.max_by_key(|one| one.severity)?;
        if waiver.severity.is_some() || gravest.severity <= waiver.least_severity {
            return None;
        }
        let (id, severity) = (quoted(&waiver.id.value), gravest.severity.word());
        let message = format!("the waiver {id} names no severity, and its finding is of severity {severity}");
        let place = (waiver.named.span, "this rule has milder cases");
        let finding = self.finding(waiver, FaultKind::WaiverSeverityOpen, Severity::Note, message, place);
        let line = self.documents[waiver.document].line_of("severity", &toml_string(severity));
        Some(ExtraFinding { remedy: Some(format!("Write {line} if that is approved.")), ..finding })
    }

    /// That its finding is not in the condition that was approved.
    fn changed(&self, waiver: &Waiver, matches: &WaiverMatches, run: &Run, known: &RunTexts) -> ExtraFinding {
        let id = quoted(&waiver.id.value);
        let live = matches.differs.iter().find(|(at, _)| run.diagnostics[*at].is_live());
        let Some((_, Match::Differs(other))) = live else {
            let message = format!("the waiver {id} was approved for another demand of the rule");
            let place = (waiver.named.span, "this rule");
            return self.finding(waiver, FaultKind::WaiverRuleChanged, Severity::Warning, message, place);
        };
        let without = |values| values_in_words(values, |value| known.hidden.has(value));
        let words = other.values.as_ref().map_or_else(|| other.words.clone(), without);
        let message = format!("the waiver {id} was approved for {words}");
        let place = (other.span, "approved for this");
        let finding = self.finding(waiver, FaultKind::WaiverValueChanged, Severity::Warning, message, place);
        let line =
            |severity: &Severity| self.documents[waiver.document].line_of("severity", &toml_string(severity.word()));
        let remedy = other
            .severity
            .as_ref()
            .map(|severity| format!("Cure the finding, or write {} once that is approved.", line(severity)));
        ExtraFinding { remedy, ..finding }
    }

    pub(super) fn finding(
        &self,
        waiver: &Waiver,
        kind: FaultKind,
        severity: Severity,
        message: String,
        (span, label): (Span, &str),
    ) -> ExtraFinding {
        let document = &self.documents[waiver.document];
        let (label, snippet) = document.place(span, label);
        let mut finding = Finding::new(message, vec![waiver.id.value.clone()]);
        finding.labels.push(label);
        finding.snippets.extend(snippet);
        ExtraFinding { kind, severity, basis: Basis::Policy, finding, remedy: None }
    }
}
