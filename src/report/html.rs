//! A page for a security reviewer: one file that loads nothing and needs no script.
//!
//! The verdict and what was not judged come first, then the findings by rule, an index by account, the requirements
//! with what became of them, seats, and the account of the inputs. A content-security policy lets nothing run but the
//! style and the small script that stand here, by their digests: a filter and a way to sort, which readers can do
//! without.

pub(super) mod findings;
pub(super) mod ledger;

use std::io::{self, BufWriter, Write};

use sha2::{Digest, Sha256};

use super::account::{counts, plural, verdict_word};
use super::markup::Markup;
use super::{Report, VERSION};
use crate::diagnostic::{Severity, Verdict};

pub(super) const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut page = Markup(&mut out);
    head(report, &mut page)?;
    banner(report, &mut page)?;
    contents(report, &mut page)?;
    page.raw("<main id=\"main\">\n")?;
    ledger::not_judged(report, &mut page)?;
    findings::by_rule(report, &mut page)?;
    findings::by_account(report, &mut page)?;
    ledger::requirements(report, &mut page)?;
    ledger::seats(report, &mut page)?;
    ledger::inputs(report, &mut page)?;
    page.raw("</main>\n")?;
    foot(&mut page)?;
    out.flush()
}

fn head(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    page.raw("<meta http-equiv=\"Content-Security-Policy\"")?.attribute("content", &policy)?.raw(">\n")?;
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    page.raw(
        "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    )?;
    let title = format!("{}: API user accounts as of {}", verdict_word(report.run.verdict), report.run.as_of);
    page.raw("<title>")?.text(&title)?.raw("</title>\n<style>")?.raw(STYLE)?.raw("</style>\n</head>\n<body>\n")?;
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n").map(drop)
}

/// The verdict, in words, with a sign and in colour: none of them alone.
fn banner(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let (class, sign) = match report.run.verdict {
        Verdict::Pass => ("pass", "✓"),
        Verdict::Fail => ("fail", "✕"),
        Verdict::Incomplete => ("incomplete", "?"),
    };
    page.raw("<header")?.attribute("class", &format!("banner {class}"))?.raw(">\n<div class=\"wide\">\n")?;
    page.raw("<p class=\"over\">rolecall · API user accounts of ")?.text(report.run.product.name())?;
    page.raw(" · judged as of <time>")?.figure(report.run.as_of)?.raw("</time></p>\n")?;
    page.raw("<h1><span class=\"sign\" aria-hidden=\"true\">")?.text(sign)?.raw("</span> ")?;
    page.text(verdict_word(report.run.verdict))?
        .raw("</h1>\n<p class=\"lead\">")?
        .text(&lead(report))?
        .raw("</p>\n")?;
    figures(report, page)?;
    page.raw("</div>\n</header>\n").map(drop)
}

/// The verdict as a sentence.
fn lead(report: &Report<'_>) -> String {
    let threshold = report.fail_on.word();
    match report.run.verdict {
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
    }
}

fn figures(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let inputs = &report.run.ledger.inputs;
    let sum = |of: fn(&crate::engine::ledger::InputLedger) -> u64| inputs.iter().map(of).sum::<u64>();
    let of = |severity: Severity| report.run.diagnostics.iter().filter(|one| one.severity == severity).count() as u64;
    let figures = [
        ("Errors", of(Severity::Error)),
        ("Warnings", of(Severity::Warning)),
        ("Notes", of(Severity::Note)),
        ("Accounts read", sum(|input| input.records)),
        ("Judged", sum(|input| input.judged)),
        ("Left out", sum(|input| input.left_out.iter().map(|left| left.count).sum())),
        ("Refused", sum(|input| input.refused.len() as u64)),
        ("API users", report.run.ledger.api_users.count),
    ];
    page.raw("<dl class=\"figures\">\n")?;
    for (name, figure) in figures {
        page.raw("<div><dt>")?.text(name)?.raw("</dt><dd>")?.figure(figure)?.raw("</dd></div>\n")?;
    }
    page.raw("</dl>\n").map(drop)
}

fn contents(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<nav class=\"contents\" aria-label=\"Contents\"><ul class=\"wide\">\n")?;
    page.raw("<li><a href=\"#not-judged\">Not judged <span class=\"count\">")?.figure(report.run.ledger.holes.len())?;
    page.raw("</span></a></li>\n<li><a href=\"#findings\">Findings <span class=\"count\">")?;
    page.figure(report.run.diagnostics.len())?.raw("</span></a></li>\n")?;
    page.raw("<li><a href=\"#accounts\">Accounts</a></li>\n<li><a href=\"#requirements\">Requirements</a></li>\n")?;
    page.raw("<li><a href=\"#seats\">Seats</a></li>\n<li><a href=\"#inputs\">Inputs</a></li>\n</ul></nav>\n").map(drop)
}

fn foot(page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<footer><div class=\"wide\">\n<p><strong>PASS</strong>: everything was judged and nothing is wrong. ")?;
    page.raw("<strong>FAIL</strong>: everything was judged and something is wrong. <strong>INCOMPLETE</strong>: ")?;
    page.raw("something was not judged, so nothing can be called clean.</p>\n<p>Written by rolecall ")?
        .text(VERSION)?;
    page.raw(
        ", offline, from the files named under Inputs. A fingerprint stays with a finding as long as the account, ",
    )?;
    page.raw("the rule and the guilty value do.</p>\n</div></footer>\n<script>")?.raw(SCRIPT)?;
    page.raw("</script>\n</body>\n</html>\n").map(drop)
}

/// The digest of a text as a content-security policy names it: SHA-256 in base64.
pub(super) fn digest(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text.as_bytes());
    let mut out = String::with_capacity(44);
    for group in hash.chunks(3) {
        let at = |number: usize| u32::from(group.get(number).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..=group.len() {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
        }
        out.extend(std::iter::repeat_n('=', 3 - group.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_spelt_as_policies_do() {
        // The digest of nothing is known to everyone.
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn style_and_script_stay_in_their_elements() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
