//! Findings that were accepted, apart from the others: each with its reason, approver and last day, and what became of
//! every waiver.

use std::io;

use maud::html;

use crate::diagnostic::acceptance::Acceptance;
use crate::report::Report;
use crate::report::ledger::waiver_line;
use crate::report::page::{Page, TableColumn, section, with_code};

/// Writes the section if there are waivers; said also if they cover nothing.
pub(in crate::report) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let run = report.run;
    if run.ledger.waivers.is_empty() {
        return Ok(());
    }
    page.around(section("accepted", "Accepted"), |page| {
        let found: Vec<_> = run.diagnostics.iter().enumerate().filter(|(_, one)| !one.is_live()).collect();
        if found.is_empty() {
            page.write(html! { p.none { "No finding is accepted." } })?;
        } else {
            let columns =
                ["Account", "Rule", "Finding", "Reason", "Waiver", "Approved by", "Until"].map(TableColumn::text);
            let rows = found.into_iter().filter_map(|(at, one)| {
                let Acceptance::Waiver(waiver) = one.acceptance.as_ref()?;
                let account = one.subject.as_ref().map_or("the tenant", |subject| subject.key.as_str());
                Some([
                    html! { span id={ "f" (at + 1) } { (account) } },
                    html! { code { (one.rule) } " " span.dim { (one.severity.word()) } },
                    html! { (with_code(&one.message)) },
                    html! { (waiver.reason.as_deref().unwrap_or("not shown")) },
                    html! { (waiver.id) " " span.dim { (waiver.file) ":" (waiver.line) } },
                    html! { (waiver.approved_by) },
                    html! { (waiver.until) },
                ])
            });
            page.table("Accepted", None, columns, rows)?;
        }
        page.write(html! {
            ul { @for one in &run.ledger.waivers { li { code { (one.rule) } " " (waiver_line(one)) } } }
        })
    })
}
