//! What is said of a baseline: that it has expired, and which of its findings are gone.

use super::ends::{EntryEnd, line};
use super::{Baseline, file};
use crate::check::Finding;
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::visible::{quoted, shell_word};
use crate::diagnostic::{Basis, Label, Severity};
use crate::engine::ExtraFinding;
use crate::engine::ledger::BaselineEnd;

/// The most stale entries of which each is a finding; one more says how many others there are.
const MAX_STALE: usize = 100;

impl Baseline {
    /// What is to be said of it.
    pub(super) fn baseline_findings(&self, ends: &[EntryEnd], end: BaselineEnd) -> Vec<ExtraFinding> {
        if end == BaselineEnd::Expired {
            let message = format!("the baseline expired after {}, so it covers nothing", self.until);
            let place = file::label(&self.path, 0, 1, "its last day is in this line");
            return vec![policy_finding(FaultKind::BaselineExpired, message, &self.path, place, None)];
        }
        let command = format!("rolecall baseline update {}", shell_word(&self.path));
        let remedy = format!("Take it out: `{command}` with the paths and options of this check.");
        let mut findings = Vec::new();
        for (number, entry) in self.stale(ends).take(MAX_STALE) {
            let of = entry.account.as_ref().map_or_else(String::new, |account| format!(" of {}", quoted(account)));
            let message = format!("the finding of {}{of}, held since {}, is gone", entry.terms.rule, entry.terms.since);
            let place = file::label(&self.path, entry.byte, line(number), "this entry");
            let identity = format!("{:032x}", entry.identity);
            findings.push(policy_finding(FaultKind::BaselineStale, message, &identity, place, Some(&remedy)));
        }
        let more = self.stale(ends).count().saturating_sub(MAX_STALE);
        if more > 0 {
            let message = format!("{more} more findings that the baseline holds are gone");
            let place = file::label(&self.path, 0, 1, "");
            findings.push(policy_finding(FaultKind::BaselineStale, message, &self.path, place, Some(&remedy)));
        }
        findings
    }
}

fn policy_finding(
    kind: FaultKind,
    message: String,
    identity: &str,
    place: Label,
    remedy: Option<&str>,
) -> ExtraFinding {
    let mut finding = Finding::new(message, vec![identity.to_owned()]);
    finding.labels.push(place);
    let remedy = remedy.map(str::to_owned);
    ExtraFinding { kind, severity: Severity::Warning, basis: Basis::Policy, finding, remedy }
}
