//! What the runs of several tenants say together, as far as one report holds them all.

use super::ledger::lines::{plural, verdict_word};
use crate::diagnostic::Verdict;
use crate::engine::Run;
use crate::fleet::{FleetTotals, TenantResult};

/// `3 tenants: 1 PASS, 2 FAIL`.
pub(super) fn counts_line(totals: &FleetTotals) -> String {
    let counts = [(totals.pass, Verdict::Pass), (totals.fail, Verdict::Fail), (totals.incomplete, Verdict::Incomplete)];
    let counts =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {}", verdict_word(*word)));
    let counts: Vec<_> = counts.collect();
    format!("{} judged, {}", plural(totals.tenants, "tenant"), counts.join(", "))
}

/// What each of several runs says of its tenant.
pub(super) fn results(runs: &[&Run]) -> Vec<TenantResult> {
    runs.iter().map(|run| TenantResult::of_run(run, None)).collect()
}

/// What all runs say together.
pub(super) fn totals(runs: &[&Run]) -> FleetTotals {
    FleetTotals::of_results(&results(runs))
}

/// The worst verdict of the runs.
pub(super) fn worst(runs: &[&Run]) -> Verdict {
    runs.iter().map(|run| run.verdict).max().unwrap_or(Verdict::Incomplete)
}

/// Whose a run is, as a heading.
pub(super) fn heading(run: &Run) -> String {
    match &run.ledger.tenant {
        Some(tenant) => format!("Tenant {tenant}"),
        None => "Files of no tenant".to_owned(),
    }
}

/// The verdict over all runs and how many ended in each, in one line.
pub(super) fn line(runs: &[&Run]) -> String {
    format!("{}: {}", verdict_word(worst(runs)), counts_line(&totals(runs)))
}
