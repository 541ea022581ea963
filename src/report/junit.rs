//! JUnit's XML, for test dashboards. A rule is a test, a finding a failed one; a finding that does not fail the run
//! does not fail its test either. What was not judged is an error, in a suite of its own.
//!
//! Times are zero: the report holds no clock.

use std::io::{self, BufWriter, Write};

use super::account::{Entry, Kind, entries, verdict};
use super::markup::Markup;
use super::{Report, place_in_words};
use crate::diagnostic::{Basis, Diagnostic, Outcome, Verdict};
use crate::engine::ledger::RuleOutcome;

/// The tests of a suite, counted.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// Writes three suites: what was judged at all, the inputs, the rules.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let entries = entries(report);
    let holes: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::NotJudged).collect();
    let (of_input, of_rules): (Vec<_>, Vec<_>) =
        report.run.diagnostics.iter().partition(|diagnostic| diagnostic.basis == Basis::Input);
    let coverage = Counts {
        tests: holes.len() + 1,
        errors: holes.len() + usize::from(report.run.verdict == Verdict::Incomplete),
        ..Counts::default()
    };
    let inputs = of_findings(report, &of_input);
    let rules = of_findings(report, &of_rules).and(of_outcomes(&report.run.outcomes));
    let mut out = BufWriter::new(out);
    let mut xml = Markup(&mut out);
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rolecall\"")?;
    coverage.and(inputs).and(rules).write(&mut xml, false)?;
    suite(&mut xml, "coverage", coverage)?;
    verdict_test(&mut xml, report, &entries)?;
    holes.iter().try_for_each(|hole| hole_test(&mut xml, hole))?;
    xml.raw("</testsuite>\n")?;
    suite(&mut xml, "inputs", inputs)?;
    of_input.iter().try_for_each(|diagnostic| finding_test(&mut xml, report, diagnostic))?;
    xml.raw("</testsuite>\n")?;
    suite(&mut xml, "rules", rules)?;
    report.run.outcomes.iter().try_for_each(|outcome| rule_test(&mut xml, outcome))?;
    of_rules.iter().try_for_each(|diagnostic| finding_test(&mut xml, report, diagnostic))?;
    xml.raw("</testsuite>\n</testsuites>\n")?;
    out.flush()
}

impl Counts {
    fn and(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn write(self, xml: &mut Markup<'_>, is_suite: bool) -> io::Result<()> {
        xml.attribute("tests", &self.tests.to_string())?.attribute("failures", &self.failures.to_string())?;
        xml.attribute("errors", &self.errors.to_string())?;
        if is_suite {
            xml.attribute("skipped", &self.skipped.to_string())?;
        }
        xml.raw(" time=\"0\">\n").map(drop)
    }
}

fn of_findings(report: &Report<'_>, findings: &[&Diagnostic]) -> Counts {
    let failures = findings.iter().filter(|diagnostic| diagnostic.severity >= report.fail_on).count();
    Counts { tests: findings.len(), failures, ..Counts::default() }
}

/// Rules that failed are told by their findings.
fn of_outcomes(outcomes: &[RuleOutcome]) -> Counts {
    let count = |outcome| outcomes.iter().filter(|one| one.outcome == outcome).count();
    let (skipped, errors) = (count(Outcome::NotApplicable), count(Outcome::NotDeterminable));
    Counts { tests: count(Outcome::Pass) + skipped + errors, failures: 0, errors, skipped }
}

fn suite(xml: &mut Markup<'_>, name: &'static str, counts: Counts) -> io::Result<()> {
    xml.raw("<testsuite")?.attribute("name", name)?;
    counts.write(xml, true)
}

/// Opens a test.
fn test(xml: &mut Markup<'_>, class: &str, name: &str) -> io::Result<()> {
    xml.raw("<testcase")?.attribute("classname", class)?.attribute("name", name)?.raw(" time=\"0\">").map(drop)
}

/// The verdict is a test that has the account of the run as its output.
fn verdict_test(xml: &mut Markup<'_>, report: &Report<'_>, entries: &[Entry<'_>]) -> io::Result<()> {
    test(xml, "rolecall.coverage", "verdict")?;
    if report.run.verdict == Verdict::Incomplete {
        xml.raw("<error type=\"incomplete\"")?.attribute("message", &verdict(report))?.raw("/>")?;
    }
    xml.raw("<system-out>")?;
    for entry in entries {
        xml.text(&entry.line())?.raw("\n")?;
    }
    xml.raw("</system-out></testcase>\n").map(drop)
}

fn hole_test(xml: &mut Markup<'_>, hole: &Entry<'_>) -> io::Result<()> {
    test(xml, "rolecall.coverage", &hole.line())?;
    xml.raw("<error type=\"not-judged\"")?.attribute("message", &hole.line())?.raw("/></testcase>\n").map(drop)
}

fn rule_test(xml: &mut Markup<'_>, outcome: &RuleOutcome) -> io::Result<()> {
    let reason = outcome.reason.as_deref().unwrap_or("no reason is known");
    match outcome.outcome {
        // Its findings are its tests.
        Outcome::Fail => return Ok(()),
        Outcome::Pass => test(xml, "rolecall.rules", &outcome.rule)?,
        Outcome::NotApplicable => {
            test(xml, "rolecall.rules", &outcome.rule)?;
            xml.raw("<skipped")?.attribute("message", reason)?.raw("/>")?;
        }
        Outcome::NotDeterminable => {
            test(xml, "rolecall.rules", &outcome.rule)?;
            xml.raw("<error type=\"not-determinable\"")?.attribute("message", reason)?.raw("/>")?;
        }
    }
    xml.raw("</testcase>\n").map(drop)
}

fn finding_test(xml: &mut Markup<'_>, report: &Report<'_>, diagnostic: &Diagnostic) -> io::Result<()> {
    let account = diagnostic
        .subject
        .as_ref()
        .map_or_else(|| "the run".to_owned(), |subject| format!("{} (record {})", subject.key, subject.number));
    let place = place_in_words(diagnostic).map_or_else(String::new, |place| format!(" at {place}"));
    test(xml, &format!("rolecall.{}", diagnostic.rule), &format!("{account}{place}: {}", diagnostic.message))?;
    if diagnostic.severity >= report.fail_on {
        xml.raw("<failure")?.attribute("type", diagnostic.severity.word())?;
        xml.attribute("message", &diagnostic.message)?.raw(">")?;
        body(xml, diagnostic, &account, &place)?;
        xml.raw("</failure></testcase>\n").map(drop)
    } else {
        xml.raw("<system-out>")?.text(diagnostic.severity.word())?.raw(": ")?.text(&diagnostic.message)?.raw("\n")?;
        body(xml, diagnostic, &account, &place)?;
        xml.raw("</system-out></testcase>\n").map(drop)
    }
}

fn body(xml: &mut Markup<'_>, diagnostic: &Diagnostic, account: &str, place: &str) -> io::Result<()> {
    xml.raw("account: ")?.text(account)?.text(place)?.raw("\n")?;
    if let Some(citation) = &diagnostic.citation {
        xml.raw("asked for in: ")?.text(citation)?.raw(" (")?.text(&diagnostic.statements.join(", "))?.raw(")\n")?;
    }
    xml.raw("to do: ")?.text(&diagnostic.remedy)?.raw("\n")?;
    xml.raw("fingerprint: ")?.text(&diagnostic.fingerprint)?.raw("\n").map(drop)
}
