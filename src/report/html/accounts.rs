//! The accounts that the verdict is about, clean ones too, each with its findings.

use std::collections::HashMap;
use std::io;

use maud::{Markup, html};

use super::ledger::{failed, outcome_badge};
use crate::diagnostic::Diagnostic;
use crate::engine::ledger::{AccountOutcome, JudgedAccount};
use crate::report::Report;
use crate::report::ledger::lines::accounts_line;
use crate::report::page::{Page, TableColumn, section};

/// Findings about an account, each with its number in the report.
type NumberedFindings<'a> = Vec<(usize, &'a Diagnostic)>;

/// Writes the table.
pub(super) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let mut found: HashMap<(&str, u64), NumberedFindings<'_>> = HashMap::new();
    for (at, diagnostic) in report.run.diagnostics.iter().enumerate() {
        if let Some(subject) = &diagnostic.subject {
            found.entry((&subject.file, subject.number)).or_default().push((at + 1, diagnostic));
        }
    }
    page.around(section("accounts", "Accounts"), |page| {
        page.write(html! { p { (accounts_line(report.run)) "." } })?;
        if report.run.accounts.is_empty() {
            return Ok(());
        }
        let columns = [
            TableColumn::text("Account"),
            TableColumn::text("Kind"),
            TableColumn::text("Roles"),
            TableColumn::text("Team"),
            TableColumn::text("Main view"),
            TableColumn::text("File"),
            TableColumn::number("Record"),
            TableColumn::text("Outcome"),
            TableColumn::text("Findings"),
        ];
        let none = NumberedFindings::new();
        let rows =
            report.run.accounts.iter().map(|one| account(one, found.get(&(&*one.file, one.number)).unwrap_or(&none)));
        page.table("Accounts", Some("sortable"), columns, rows)
    })
}

fn account(one: &JudgedAccount, findings: &NumberedFindings<'_>) -> [Markup; 9] {
    let kind = match (one.is_api_user, one.is_administrator) {
        (true, true) => "API user, administrator",
        (true, false) => "API user",
        (false, _) => "administrator",
    };
    let outcome = match one.outcome {
        AccountOutcome::Pass => outcome_badge("pass", "✓", "pass"),
        AccountOutcome::Fail => {
            let live = findings.iter().filter(|(_, diagnostic)| diagnostic.is_live());
            failed(live.map(|(_, diagnostic)| diagnostic.severity).max())
        }
        AccountOutcome::Waived => outcome_badge("off", "–", "waived"),
        AccountOutcome::Baselined => outcome_badge("off", "–", "baselined"),
        AccountOutcome::NotDeterminable => outcome_badge("open", "?", "could not judge"),
    };
    [
        html! { (one.key) @if let Some(name) = &one.name { " " span.dim { (name) } } },
        html! { (kind) @if !one.is_active { ", not active" } },
        html! { (one.roles.join(", ")) },
        html! { (one.team.as_deref().unwrap_or_default()) },
        html! { (one.main_view.as_deref().unwrap_or_default()) },
        html! { (one.file) },
        html! { (one.number) },
        outcome,
        html! {
            @for (at, (number, diagnostic)) in findings.iter().enumerate() {
                @if at > 0 { ", " }
                a href={ "#f" (number) } class=(diagnostic.severity.word()) { (diagnostic.rule) }
            }
        },
    ]
}
