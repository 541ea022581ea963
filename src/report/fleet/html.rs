//! The fleet as a page: what is not settled, the tenants by verdict with a way to the report of each, and the rules by how many
//! tenants fail them. It loads nothing and runs nothing.

use std::io::{self, BufWriter, Write};

use maud::{Markup, html};

use super::{FleetReport, findings_line, problem_line};
use crate::fleet::TenantResult;
use crate::report::VERSION;
use crate::report::html::STYLE;
use crate::report::ledger::lines::verdict_word;
use crate::report::page::{Page, TableColumn, banner, contents, section, with_code};

/// Writes the page.
pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    Page::new(&mut out).document(&report.headline(), &[STYLE], None, |page| {
        let conclusion = &report.conclusion;
        let about = html! { "rolecall · API user accounts of many tenants" };
        let totals = &conclusion.totals;
        let figures = [
            ("Tenants", totals.tenants),
            ("Pass", totals.pass),
            ("Fail", totals.fail),
            ("Incomplete", totals.incomplete),
            ("Missing", conclusion.missing.len() as u64),
            ("Accounts judged", totals.judged),
            ("Errors", totals.findings.error),
            ("Warnings", totals.findings.warning),
        ]
        .map(|(name, count)| (name, count.to_string()));
        page.write(banner(conclusion.verdict, &about, &report.scope_lines().join(". "), &figures))?;
        let rules = report.failing_rules();
        page.write(contents(&[
            ("problems", "Not settled", Some(conclusion.problems.len())),
            ("tenants", "Tenants", Some(usize::try_from(totals.tenants).unwrap_or(usize::MAX))),
            ("rules", "Rules", Some(rules.len())),
        ]))?;
        page.around(html! { main id="main" {} }, |page| {
            problems(report, page)?;
            tenants(report, page)?;
            failing(report, page)
        })?;
        page.write(html! { footer { div.wide { p {
            "Written by rolecall " (VERSION) ", offline, from the reports that are named here."
        } } } })
    })?;
    out.flush()
}

fn problems(report: &FleetReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("problems", "Not settled"), |page| match report.conclusion.problems.as_slice() {
        [] => page.write(html! { p.none { "No report is missing, and none contradicts another." } }),
        all => page.write(html! { ul { @for one in all { li { (with_code(&problem_line(one))) } } } }),
    })
}

fn tenants(report: &FleetReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("tenants", "Tenants"), |page| {
        let columns = [
            TableColumn::text("Tenant"),
            TableColumn::unbroken("Verdict"),
            TableColumn::text("Findings"),
            TableColumn::number("Judged"),
            TableColumn::number("Not judged"),
            TableColumn::text("Why"),
        ];
        let all = report.by_verdict();
        let rows = all.iter().map(|(tenant, result)| {
            [
                name(tenant, result, report),
                html! { (verdict_word(result.verdict)) },
                html! { @if result.judged_by.is_some() { (findings_line(&result.findings)) } },
                html! { (result.judged) },
                html! { (result.holes) },
                html! { @if let Some(reason) = &result.reason { (with_code(reason)) } },
            ]
        });
        page.table("Tenants", None, columns, rows)
    })
}

/// A tenant, with the way to its report.
fn name(tenant: &str, result: &TenantResult, report: &FleetReport<'_>) -> Markup {
    let link = result.report.as_ref().and_then(|file| report.link(&file.file));
    html! { @if let Some(link) = link { a href=(link) { (tenant) } } @else { (tenant) } }
}

fn failing(report: &FleetReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("rules", "Rules"), |page| {
        let rules = report.failing_rules();
        if rules.is_empty() {
            return page.write(html! { p.none { "No rule fails for any tenant." } });
        }
        let columns = [
            TableColumn::text("Rule"),
            TableColumn::number("Tenants that fail"),
            TableColumn::number("Not determinable"),
            TableColumn::number("Pass"),
        ];
        let rows = rules.iter().map(|(rule, counts)| {
            [
                html! { code { (rule) } },
                html! { (counts.fail) },
                html! { (counts.not_determinable) },
                html! { (counts.pass) },
            ]
        });
        page.table("Rules", None, columns, rows)
    })
}
