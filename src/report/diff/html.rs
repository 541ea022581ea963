//! The comparison as a page: what changed, with both sides next to each other. It loads nothing and runs nothing.

use std::io::{self, BufWriter, Write};

use maud::{Markup, html};

use super::{DiffReport, cause_line, field_line, label_text};
use crate::diagnostic::Diagnostic;
use crate::diff::{AccountDiff, AccountPlace, FindingBucket, FindingDiff};
use crate::report::html::STYLE;
use crate::report::ledger::lines::verdict_word;
use crate::report::page::{Page, TableColumn, banner, contents, section, with_code};
use crate::report::{VERSION, location_text};

/// Writes the page.
pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let diff = report.diff;
    let title = format!("{}: what changed from {} to {}", verdict_word(diff.verdict), report.old.as_of, report.new.as_of);
    Page::new(&mut out).document(&title, &[STYLE], None, |page| {
        let about = html! { "rolecall · what changed in " (report.new.product.name()) };
        let figures = FindingBucket::ALL.map(|bucket| (bucket.word(), diff.count(bucket).to_string()));
        page.write(banner(diff.verdict, &about, &report.headline(), &figures))?;
        let open = report.open_lines();
        let changed: Vec<&FindingDiff> =
            diff.findings.iter().filter(|one| one.bucket != FindingBucket::Unchanged).collect();
        page.write(contents(&[
            ("compared", "Compared", None),
            ("not-compared", "Not compared", Some(open.len())),
            ("findings", "Findings", Some(changed.len())),
            ("accounts", "Accounts", Some(diff.accounts.len())),
        ]))?;
        page.around(html! { main id="main" {} }, |page| {
            compared(report, page)?;
            not_compared(&open, page)?;
            findings(&changed, report, page)?;
            accounts(report, page)
        })?;
        page.write(html! { footer { div.wide { p {
            "Written by rolecall " (VERSION) ", offline. A cause is what, taken alone from NEW, makes OLD find what NEW finds; "
            "of two reports only the digests of what they rest on are known."
        } } } })
    })?;
    out.flush()
}

/// Writes several comparisons, each as a page.
pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}

fn compared(report: &DiffReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("compared", "Compared"), |page| {
        page.write(html! { dl.facts {
            dt { "OLD" } dd { (DiffReport::side_line(report.old)) }
            dt { "NEW" } dd { (DiffReport::side_line(report.new)) }
            dt { "Differs" } dd { (report.factors_line()) }
        } })
    })
}

fn not_compared(open: &[String], page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("not-compared", "Not compared"), |page| {
        if open.is_empty() {
            return page.write(html! { p.none { "Both sides were judged in whole." } });
        }
        page.write(html! { ul { @for line in open { li { (with_code(line)) } } } })
    })
}

fn findings(changed: &[&FindingDiff], report: &DiffReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("findings", "Findings"), |page| {
        if changed.is_empty() {
            return page.write(html! { p.none { "No finding is new, changed or fixed." } });
        }
        let columns = [
            TableColumn::unbroken("Is"),
            TableColumn::text("Rule"),
            TableColumn::text("Account"),
            TableColumn::text("OLD"),
            TableColumn::text("NEW"),
            TableColumn::text("Why"),
        ];
        let rows = changed.iter().map(|one| {
            let found = report.shown(one);
            let [old, new] = report.sides(one).map(|(_, found)| found.map(side));
            [
                html! { (one.bucket.word()) },
                html! { (found.severity.word()) " " code { (found.rule) } },
                html! { (found.subject.as_ref().map_or("the tenant", |subject| &subject.key)) },
                old.unwrap_or_else(none),
                new.unwrap_or_else(none),
                html! { (cause_line(one)) @if let Some(why) = &one.why { " " (why) } },
            ]
        });
        page.table("Findings", None, columns, rows)
    })
}

/// A finding as one side has it.
fn side(found: &Diagnostic) -> Markup {
    html! {
        (with_code(&found.message))
        @if let Some(accepted) = &found.acceptance { " " strong { (found.outcome().word()) } ": " (accepted.line()) }
        @if let Some(place) = location_text(found) { " " span.dim { (place) } }
    }
}

fn none() -> Markup {
    html! { span.dim { "–" } }
}

fn accounts(report: &DiffReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("accounts", "Accounts"), |page| {
        if report.diff.accounts.is_empty() {
            return page.write(html! { p.none { "Every account may do what it could." } });
        }
        let columns = [
            TableColumn::unbroken("Is"),
            TableColumn::text("Account"),
            TableColumn::text("OLD"),
            TableColumn::text("NEW"),
            TableColumn::text("What"),
        ];
        let rows = report.diff.accounts.iter().map(|one| {
            [
                html! { (one.bucket.word()) },
                html! { (one.key) },
                account_side(one, one.old.as_ref(), false),
                account_side(one, one.new.as_ref(), true),
                html! {
                    @for field in &one.fields { div { (with_code(&field_line(field))) } }
                    @for note in &one.notes { div.dim { (with_code(note)) } }
                },
            ]
        });
        page.table("Accounts", None, columns, rows)?;
        if report.diff.accounts_more > 0 {
            page.write(html! { p.none { "And " (report.diff.accounts_more) " more, which are not listed." } })?;
        }
        Ok(())
    })
}

/// What one side holds of an account.
fn account_side(one: &AccountDiff, place: Option<&AccountPlace>, is_new: bool) -> Markup {
    let Some(place) = place else { return none() };
    html! {
        @for field in &one.fields {
            div {
                (field.field.label()) ": " code { (if is_new { &field.new } else { &field.old }) }
                @if let Some(label) = if is_new { &field.new_label } else { &field.old_label } {
                    " " span.dim { (label_text(label)) }
                }
            }
        }
        @if one.fields.is_empty() {
            span.dim { (place.label.as_ref().map_or_else(|| place.file.to_string(), label_text)) }
        }
    }
}
