//! The capacity report as a page for whoever decides: one file that loads nothing and runs nothing.
//!
//! The verdict with what was assumed, then licence by licence how many seats, until when, what to do and what it costs.
//! What was not judged, a chart and tables for each licence, what could be given back, and the findings and inputs as the
//! page of a check has them follow. The content-security policy lets nothing run at all.

mod license;

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use maud::{Markup, html};

use super::wording;
use super::{CapacityReport, runs};
use crate::capacity::Capacity;
use crate::diagnostic::Verdict;
use crate::report::html::{STYLE as COMMON_STYLE, accepted, findings, ledger};
use crate::report::ledger::lines::{plural, verdict_word};
use crate::report::page::{Page, TableColumn, banner, contents, section};
use crate::report::{Report, VERSION, tenants};

const OWN_STYLE: &str = include_str!("style.css");

/// Writes the page.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let run = report.report.run;
    let title = format!("{}: licence capacity as of {}", verdict_word(run.verdict), run.as_of);
    Page::new(&mut out).document(&title, &[COMMON_STYLE, OWN_STYLE], None, |page| {
        parts(report, html! { main id="main" {} }, page)?;
        page.write(footer())
    })?;
    out.flush()
}

/// Writes one page for several runs: the verdict of each, then each as on a page of its own.
pub(super) fn write_all(reports: &[CapacityReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let runs = runs(reports);
    Page::new(&mut out).document(&tenants::line(&runs), &[COMMON_STYLE, OWN_STYLE], None, |page| {
        page.tenants(&runs, |number, main, page| parts(&reports[number], main, page))?;
        page.write(footer())
    })?;
    out.flush()
}

/// Writes what a page says of one run, most of it in `main`.
fn parts(report: &CapacityReport<'_>, main: Markup, page: &mut Page<'_>) -> io::Result<()> {
    // The statements of the vendor's page are listed on the page of a check: here a link to them would lead nowhere.
    let mut run = report.report.run.clone();
    run.diagnostics.iter_mut().for_each(|diagnostic| diagnostic.statements = Arc::default());
    let (common, capacity) = (Report { run: &run, ..report.report }, report.capacity);
    let about = html! {
        "rolecall · licence capacity of " (run.product.name()) " · as of " time { (run.as_of) } ", looking ahead to "
        time { (capacity.until) }
    };
    page.write(banner(run.verdict, &about, &lead(report), &figures(report)))?;
    page.write(contents(&[
        ("outlook", "Outlook", None),
        ("not-judged", "Not judged", Some(run.ledger.holes.len())),
        ("licences", "Licences", None),
        ("reclaim", "To give back", Some(capacity.reclaim.candidates.len())),
        ("findings", "Findings", Some(run.diagnostics.iter().filter(|one| one.is_live()).count())),
        ("inputs", "Inputs", None),
        ("cover", "Review", None),
    ]))?;
    page.around(main, |page| {
        outlook(capacity, page)?;
        ledger::not_judged(&common, page)?;
        page.around(section("licences", "Licences"), |page| {
            capacity.licenses.iter().try_for_each(|one| license::write(one, run.as_of, capacity.until, page))
        })?;
        reclaim(report, page)?;
        findings::by_rule(&common, page)?;
        accepted::write(&common, page)?;
        ledger::inputs(&common, page)?;
        page.write(ledger::cover(&run, &format!("{}: {}", verdict_word(run.verdict), lead(report))))
    })
}

fn footer() -> Markup {
    html! { footer { div.wide {
        p {
            strong { "PASS" } ": everything was judged and seats suffice. "
            strong { "FAIL" } ": everything was judged and they do not. "
            strong { "INCOMPLETE" } ": something was not judged, so no figure here shows that seats suffice."
        }
        p { "Written by rolecall " (VERSION) ", offline, from the files named under Inputs." }
    } } }
}

/// How many seats, until when, what to do, and what it costs.
fn outlook(capacity: &Capacity, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("outlook", "Outlook"), |page| {
        let columns = ["Licence", "Seats", "Until when", "What to do", "What it costs"].map(TableColumn::text);
        let lines = |lines: Vec<String>| html! { @for line in &lines { p { (line) } } };
        let rows = capacity.licenses.iter().map(|one| {
            let ahead = std::iter::once(wording::ahead(one, capacity.until)).chain(wording::without_assumptions(one));
            let doubt = one.used.doubt.iter().map(|doubt| format!("not exact: {doubt}"));
            let advice = wording::advice(one, capacity);
            [
                html! { (one.name) },
                lines(std::iter::once(wording::now(one)).chain(doubt).collect()),
                lines(ahead.collect()),
                if advice.is_empty() {
                    html! { "nothing" }
                } else {
                    lines(advice)
                },
                lines(one.cost.iter().flat_map(wording::cost).collect()),
            ]
        });
        page.table("Outlook", Some("outlook"), columns, rows)
    })
}

/// What was assumed, and the verdict as a sentence.
fn lead(report: &CapacityReport<'_>) -> String {
    let licenses = &report.capacity.licenses;
    let out: Vec<_> =
        licenses.iter().filter_map(|license| Some(format!("{} from {}", license.name, license.first_over?))).collect();
    let out = if out.is_empty() { "No licence is over".to_owned() } else { format!("Over: {}", out.join(", ")) };
    let verdict = match report.report.run.verdict {
        Verdict::Pass => format!("{out}, and everything was judged."),
        Verdict::Fail => format!("{out}. Everything was judged; the findings below say what is wrong."),
        Verdict::Incomplete => {
            let holes = plural(report.report.run.ledger.holes.len() as u64, "thing");
            format!(
                "{holes} could not be judged, so no figure here shows that seats suffice. {out}, as far as is known."
            )
        }
    };
    let assumed = wording::assumptions(report.capacity).map(|assumed| format!("{assumed}. "));
    assumed.unwrap_or_default() + &verdict
}

fn figures<'a>(report: &CapacityReport<'a>) -> Vec<(&'a str, String)> {
    let capacity = report.capacity;
    let mut figures: Vec<(&str, String)> = Vec::new();
    for license in &capacity.licenses {
        let owned = license.owned.map_or_else(|| "?".to_owned(), |owned| owned.to_string());
        let least = if license.used.doubt.is_none() { "" } else { "≥ " };
        figures.push((&license.name, format!("{least}{} / {owned}", license.used.total())));
    }
    figures.push(("Candidates to give back", capacity.reclaim.candidates.len().to_string()));
    figures
}

fn reclaim(report: &CapacityReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let found = &report.capacity.reclaim;
    page.around(section("reclaim", "Seats that could be given back"), |page| {
        if found.candidates.is_empty() {
            page.write(html! { p.none { "The inputs show no candidate." } })?;
        } else {
            page.write(html! {
                p { "Candidates, the strongest sign first. No input says whether an account is unused." }
            })?;
            let columns = ["Account", "Licence", "Why", "Where"].map(TableColumn::text);
            let rows = found.candidates.iter().map(|one| {
                [&one.subject.key, &one.license, &wording::reasons(one), &wording::place(one)]
                    .map(|cell| html! { (cell) })
            });
            page.table("Seats that could be given back", None, columns, rows)?;
        }
        if found.beyond > 0 {
            page.write(html! { p { (plural(found.beyond, "more account")) " could not be examined." } })?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_stays_in_its_element() {
        assert!(!OWN_STYLE.contains("</") && !OWN_STYLE.contains("url(") && !OWN_STYLE.contains("@import"));
    }
}
