//! Findings that were accepted, apart from the others: each with its reason, approver and last day, and what became of
//! every waiver and of the baseline.

use std::io;

use maud::html;

use crate::diagnostic::acceptance::Acceptance;
use crate::report::Report;
use crate::report::ledger::baseline;
use crate::report::ledger::lines::waiver_line;
use crate::report::page::{Page, TableColumn, section, with_code};

/// Writes the section if there are waivers or a baseline; said also if they cover nothing.
pub(in crate::report) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let run = report.run;
    if run.ledger.waivers.is_empty() && run.ledger.baseline.is_none() {
        return Ok(());
    }
    page.around(section("accepted", "Accepted"), |page| {
        let found: Vec<_> = run.diagnostics.iter().enumerate().filter(|(_, one)| !one.is_live()).collect();
        if found.is_empty() {
            page.write(html! { p.none { "No finding is accepted." } })?;
        } else {
            let columns =
                ["Account", "Rule", "Finding", "Reason", "Accepted by", "Approved by", "Until"].map(TableColumn::text);
            let until = run.ledger.baseline.as_ref().map_or("", |used| &used.until);
            let rows = found.into_iter().filter_map(|(at, one)| {
                let (reason, by, approver, until) = match one.acceptance.as_ref()? {
                    Acceptance::Waiver(waiver) => {
                        let by = html! { (waiver.id) " " span.dim { (waiver.file) ":" (waiver.line) } };
                        let reason = waiver.reason.as_deref().unwrap_or("not shown");
                        (reason, by, waiver.approved_by.as_str(), waiver.until.as_str())
                    }
                    Acceptance::Baseline(entry) => {
                        let by = html! { "baseline " span.dim { "since " (&*entry.since) } };
                        (entry.reason.as_deref().unwrap_or(""), by, "", until)
                    }
                };
                let account = one.subject.as_ref().map_or("the tenant", |subject| subject.key.as_str());
                Some([
                    html! { span id={ "f" (at + 1) } { (account) } },
                    html! { code { (one.rule) } " " span.dim { (one.severity.word()) } },
                    html! { (with_code(&one.message)) },
                    html! { (reason) },
                    by,
                    html! { (approver) },
                    html! { (until) },
                ])
            });
            page.table("Accepted", None, columns, rows)?;
        }
        page.write(html! {
            ul {
                @for one in &run.ledger.waivers { li { code { (one.rule) } " " (waiver_line(one)) } }
                @for one in run.diagnostics.iter().filter(|one| one.is_live()) {
                    @if let Some(change) = one.comparison.as_ref().and_then(|found| found.change()) {
                        li {
                            "updated: " code { (one.rule) } " "
                            (one.subject.as_ref().map_or("the tenant", |subject| subject.key.as_str())) ": " (change)
                        }
                    }
                }
                @if let Some(used) = &run.ledger.baseline { li { "baseline " (baseline::line(used, run)) } }
            }
        })
    })
}
