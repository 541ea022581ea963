//! The capacity report as a page for whoever decides: one file that loads nothing and runs nothing.
//!
//! The verdict first, then what was not judged, then a picture and a table for each licence, what could be given back,
//! and the findings and inputs as the page of a check has them. The content-security policy lets nothing run at all.

mod license;

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use super::CapacityReport;
use super::words;
use crate::capacity::reclaim::Candidate;
use crate::diagnostic::Verdict;
use crate::engine::Run;
use crate::report::account::{plural, verdict_word};
use crate::report::html::{STYLE as COMMON, digest, findings, ledger};
use crate::report::markup::Markup;
use crate::report::{Report, VERSION};

const OWN: &str = include_str!("style.css");

/// Writes the page.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    // The statements of the vendor's page are listed on the page of a check: here a link to them would lead nowhere.
    let mut run = report.report.run.clone();
    run.diagnostics.iter_mut().for_each(|diagnostic| diagnostic.statements = Arc::default());
    let common = Report { run: &run, ..report.report };
    let mut out = BufWriter::new(out);
    let mut page = Markup(&mut out);
    head(&run, &mut page)?;
    banner(report, &mut page)?;
    contents(report, &mut page)?;
    page.raw("<main id=\"main\">\n")?;
    ledger::not_judged(&common, &mut page)?;
    page.raw("<section id=\"licences\">\n<h2 id=\"h-licences\">Licences</h2>\n")?;
    for license in &report.capacity.licenses {
        license::write(license, run.as_of, report.capacity.until, &mut page)?;
    }
    page.raw("</section>\n")?;
    reclaim(report, &mut page)?;
    findings::by_rule(&common, &mut page)?;
    ledger::inputs(&common, &mut page)?;
    page.raw("</main>\n")?;
    foot(&mut page)?;
    out.flush()
}

fn head(run: &Run, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}' 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(COMMON),
        digest(OWN)
    );
    page.raw("<meta http-equiv=\"Content-Security-Policy\"")?.attribute("content", &policy)?.raw(">\n")?;
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    page.raw(
        "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    )?;
    let title = format!("{}: licence capacity as of {}", verdict_word(run.verdict), run.as_of);
    page.raw("<title>")?.text(&title)?.raw("</title>\n<style>")?.raw(COMMON)?.raw("</style>\n<style>")?.raw(OWN)?;
    page.raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n").map(drop)
}

/// The verdict, in words, with a sign and in colour: none of them alone.
fn banner(report: &CapacityReport<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let run = report.report.run;
    let (class, sign) = match run.verdict {
        Verdict::Pass => ("banner pass", "✓"),
        Verdict::Fail => ("banner fail", "✕"),
        Verdict::Incomplete => ("banner incomplete", "?"),
    };
    page.raw("<header")?.attribute("class", class)?.raw(">\n<div class=\"wide\">\n")?;
    page.raw("<p class=\"over\">rolecall · licence capacity of ")?.text(run.product.name())?;
    page.raw(" · as of <time>")?.figure(run.as_of)?.raw("</time>, looking ahead to <time>")?;
    page.figure(report.capacity.until)?.raw("</time></p>\n")?;
    page.raw("<h1><span class=\"sign\" aria-hidden=\"true\">")?.text(sign)?.raw("</span> ")?;
    page.text(verdict_word(run.verdict))?.raw("</h1>\n<p class=\"lead\">")?.text(&lead(report))?.raw("</p>\n")?;
    figures(report, page)?;
    page.raw("</div>\n</header>\n").map(drop)
}

/// The verdict as a sentence.
fn lead(report: &CapacityReport<'_>) -> String {
    let licenses = &report.capacity.licenses;
    let out: Vec<_> =
        licenses.iter().filter_map(|license| Some(format!("{} on {}", license.name, license.first_over?))).collect();
    let out = if out.is_empty() { "No licence runs out".to_owned() } else { format!("Runs out: {}", out.join(", ")) };
    match report.report.run.verdict {
        Verdict::Pass => format!("{out}, and everything was judged."),
        Verdict::Fail => format!("{out}. Everything was judged; the findings below say what is wrong."),
        Verdict::Incomplete => {
            let holes = plural(report.report.run.ledger.holes.len() as u64, "thing");
            format!(
                "{holes} could not be judged, so no figure here may be taken for enough. {out}, as far as is known."
            )
        }
    }
}

fn figures(report: &CapacityReport<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<dl class=\"figures\">\n")?;
    for license in &report.capacity.licenses {
        let owned = license.owned.map_or_else(|| "?".to_owned(), |owned| owned.to_string());
        page.raw("<div><dt>")?.text(&license.name)?.raw("</dt><dd>")?;
        page.text(if license.used.doubt.is_none() { "" } else { "≥ " })?.figure(license.used.total())?;
        page.raw(" / ")?.text(&owned)?.raw("</dd></div>\n")?;
    }
    page.raw("<div><dt>Candidates to give back</dt><dd>")?.figure(report.capacity.reclaim.candidates.len())?;
    page.raw("</dd></div>\n</dl>\n").map(drop)
}

fn contents(report: &CapacityReport<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let run = report.report.run;
    page.raw("<nav class=\"contents\" aria-label=\"Contents\"><ul class=\"wide\">\n")?;
    page.raw("<li><a href=\"#not-judged\">Not judged <span class=\"count\">")?.figure(run.ledger.holes.len())?;
    page.raw("</span></a></li>\n<li><a href=\"#licences\">Licences</a></li>\n")?;
    page.raw("<li><a href=\"#reclaim\">To give back <span class=\"count\">")?;
    page.figure(report.capacity.reclaim.candidates.len())?.raw("</span></a></li>\n")?;
    page.raw("<li><a href=\"#findings\">Findings <span class=\"count\">")?.figure(run.diagnostics.len())?;
    page.raw("</span></a></li>\n<li><a href=\"#inputs\">Inputs</a></li>\n</ul></nav>\n").map(drop)
}

fn reclaim(report: &CapacityReport<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"reclaim\">\n<h2 id=\"h-reclaim\">Seats that could be given back</h2>\n")?;
    let found = &report.capacity.reclaim;
    if found.candidates.is_empty() {
        page.raw("<p class=\"none\">The inputs show no candidate.</p>\n")?;
    } else {
        page.raw("<p>Candidates, the strongest sign first. Whether an account is unused no input says.</p>\n")?;
        page.raw(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-reclaim\"><table>\n<thead><tr>",
        )?;
        page.raw("<th scope=\"col\">Account</th><th scope=\"col\">Licence</th><th scope=\"col\">Why</th>")?;
        page.raw("<th scope=\"col\">Where</th></tr></thead>\n<tbody>\n")?;
        found.candidates.iter().try_for_each(|one| candidate(one, page))?;
        page.raw("</tbody>\n</table></div>\n")?;
    }
    if found.beyond > 0 {
        page.raw("<p>")?.text(&plural(found.beyond, "more account"))?.raw(" could not be looked at.</p>\n")?;
    }
    page.raw("</section>\n").map(drop)
}

fn candidate(one: &Candidate, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<tr><th scope=\"row\">")?.text(&one.subject.key)?.raw("</th><td>")?.text(&one.license)?;
    page.raw("</td><td>")?.text(&words::reasons(one))?.raw("</td><td>")?.text(&words::place(one))?;
    page.raw("</td></tr>\n").map(drop)
}

fn foot(page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<footer><div class=\"wide\">\n<p><strong>PASS</strong>: everything was judged and seats suffice. ")?;
    page.raw("<strong>FAIL</strong>: everything was judged and they do not. <strong>INCOMPLETE</strong>: ")?;
    page.raw("something was not judged, so no figure may be taken for enough.</p>\n<p>Written by rolecall ")?;
    page.text(VERSION)?
        .raw(", offline, from the files named under Inputs.</p>\n</div></footer>\n</body>\n</html>\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_stays_in_its_element() {
        assert!(!OWN.contains("</") && !OWN.contains("url(") && !OWN.contains("@import"));
    }
}
