//! A page for a security reviewer: one file that loads nothing and needs no script.
//!
//! The verdict, a cover for whoever files the page, and what was not judged come first, then the findings by rule, an index by account, the requirements
//! with the outcome of each, seats, and the ledger of the inputs. A content-security policy lets nothing run but the
//! style and the small script of the page, by their digests: a filter and a way to sort, which readers can do without.

pub(super) mod accepted;
mod accounts;
pub(super) mod findings;
pub(super) mod ledger;

use std::io::{self, BufWriter, Write};

use maud::{Markup, html};

use super::drift::drift_summary;
use super::ledger::lines::{counts, plural, verdict_word};
use super::page::{Page, banner, contents};
use super::{Report, VERSION, runs, tenants};
use crate::diagnostic::{Severity, Verdict};
use crate::engine::ledger::InputLedger;

pub(super) const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let title = format!("{}: API user accounts as of {}", verdict_word(report.run.verdict), report.run.as_of);
    Page::new(&mut out).document(&title, &[STYLE], Some(SCRIPT), |page| {
        parts(report, html! { main id="main" {} }, page)?;
        page.write(footer())
    })?;
    out.flush()
}

/// Writes one page for several runs: the verdict of each, then each as on a page of its own.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let runs = runs(reports);
    Page::new(&mut out).document(&tenants::line(&runs), &[STYLE], None, |page| {
        page.tenants(&runs, |number, main, page| parts(&reports[number], main, page))?;
        page.write(footer())
    })?;
    out.flush()
}

/// Writes what a page says of one run, most of it in `main`.
fn parts(report: &Report<'_>, main: Markup, page: &mut Page<'_>) -> io::Result<()> {
    let run = report.run;
    let about = html! {
        "rolecall · API user accounts of " (run.product.name()) " · judged as of " time { (run.as_of) }
    };
    page.write(banner(run.verdict, &about, &lead(report), &figures(report)))?;
    let count = |is_live: bool| run.diagnostics.iter().filter(|one| one.is_live() == is_live).count();
    let mut parts = vec![
        ("cover", "Review", None),
        ("not-judged", "Not judged", Some(run.ledger.holes.len())),
        ("findings", "Findings", Some(count(true))),
        ("accounts", "Accounts", Some(run.accounts.len())),
        ("requirements", "Requirements", None),
        ("seats", "Seats", None),
        ("inputs", "Inputs", None),
    ];
    if !run.ledger.waivers.is_empty() || run.ledger.baseline.is_some() {
        parts.insert(3, ("accepted", "Accepted", Some(count(false))));
    }
    page.write(contents(&parts))?;
    page.around(main, |page| {
        page.write(ledger::cover(run, &format!("{}: {}", verdict_word(run.verdict), lead(report))))?;
        ledger::not_judged(report, page)?;
        findings::by_rule(report, page)?;
        accepted::write(report, page)?;
        accounts::write(report, page)?;
        ledger::requirements(report, page)?;
        page.write(ledger::seats(report))?;
        ledger::inputs(report, page)
    })
}

fn footer() -> Markup {
    html! { footer { div.wide {
        p {
            strong { "PASS" } ": everything was judged and nothing is wrong. "
            strong { "FAIL" } ": everything was judged and something is wrong. "
            strong { "INCOMPLETE" } ": something was not judged, so nothing can be called clean."
        }
        p {
            "Written by rolecall " (VERSION) ", offline, from the files named under Inputs. A fingerprint stays with a "
            "finding as long as the account, the rule and the guilty value do."
        }
    } } }
}

/// The verdict as a sentence.
fn lead(report: &Report<'_>) -> String {
    let threshold = report.fail_on.word();
    let lead = match report.run.verdict {
        Verdict::Pass => format!("Everything was judged, and nothing is at or above severity {threshold}."),
        Verdict::Fail => {
            format!("Everything was judged: {}. A run fails from severity {threshold} on.", counts(report))
        }
        Verdict::Incomplete => {
            let holes = plural(report.run.ledger.holes.len() as u64, "thing");
            format!(
                "{holes} could not be judged, so nothing here can be called clean. Found so far: {}.",
                counts(report)
            )
        }
    };
    drift_summary(report.run) + &lead
}

fn figures(report: &Report<'_>) -> [(&'static str, String); 8] {
    let inputs = &report.run.ledger.inputs;
    let sum = |count: fn(&InputLedger) -> u64| inputs.iter().map(count).sum::<u64>();
    let found = |severity: Severity| {
        report.run.diagnostics.iter().filter(|one| one.is_live() && one.severity == severity).count() as u64
    };
    [
        ("Errors", found(Severity::Error)),
        ("Warnings", found(Severity::Warning)),
        ("Notes", found(Severity::Note)),
        ("Accounts read", sum(|input| input.records)),
        ("Judged", sum(|input| input.judged)),
        ("Left out", sum(|input| input.left_out.iter().map(|left| left.count).sum())),
        ("Refused", sum(|input| input.refused.len() as u64)),
        ("API users", report.run.ledger.api_users.count),
    ]
    .map(|(name, figure)| (name, figure.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_stay_in_their_elements() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
