//! JUnit's XML, for test dashboards. A rule is a test, a finding a failed one, and so are all faults of inputs with one
//! cause; what does not fail the run does not fail its test either. What was not judged is an error, in a suite of its
//! own.
//!
//! Times are zero: the report holds no clock.

use std::io::{self, BufWriter, Write};

use maud::{Markup, html};

use super::grouping::{FindingGroup, grouped};
use super::human::in_brackets;
use super::ledger::lines::verdict;
use super::ledger::{EntryKind, LedgerEntry, entries};
use super::page::Page;
use super::{Report, location, location_text, places_elsewhere};
use crate::diagnostic::{Basis, Diagnostic, Outcome, Verdict};
use crate::engine::ledger::RuleOutcome;

/// The tests of a suite, counted.
#[derive(Clone, Copy, Default)]
struct SuiteCounts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// Writes three suites: what was judged at all, the inputs, the rules.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_all(std::slice::from_ref(report), out)
}

/// Writes the three suites of each of several runs.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let relative: Vec<_> = reports.iter().map(Report::with_relative_paths).collect();
    let reports = reports.iter().zip(&relative).map(|(report, run)| Report { run, ..*report });
    let reports: Vec<_> = reports.collect();
    let suites: Vec<_> = reports.iter().map(Suites::of).collect();
    let all = suites
        .iter()
        .flat_map(|one| [one.coverage, one.inputs, one.rules])
        .fold(SuiteCounts::default(), SuiteCounts::and);
    let mut out = BufWriter::new(out);
    let mut xml = Page::new(&mut out);
    xml.fixed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    let root = html! {
        testsuites name="rolecall" tests=(all.tests) failures=(all.failures) errors=(all.errors) time="0" {}
    };
    xml.around(root, |xml| suites.iter().try_for_each(|suites| suites.write(xml)))?;
    out.flush()
}

/// The suites of one run.
struct Suites<'a> {
    report: &'a Report<'a>,
    entries: Vec<LedgerEntry<'a>>,
    input_faults: Vec<FindingGroup<'a>>,
    findings: Vec<FindingGroup<'a>>,
    coverage: SuiteCounts,
    inputs: SuiteCounts,
    rules: SuiteCounts,
}

impl<'a> Suites<'a> {
    fn of(report: &'a Report<'a>) -> Self {
        let entries = entries(report);
        let holes = entries.iter().filter(|entry| entry.kind == EntryKind::NotJudged).count();
        let (input_faults, findings): (Vec<_>, Vec<_>) =
            grouped(&report.run.diagnostics).into_iter().partition(|group| group.first.basis == Basis::Input);
        let coverage = SuiteCounts {
            tests: holes + 1,
            errors: holes + usize::from(report.run.verdict == Verdict::Incomplete),
            ..SuiteCounts::default()
        };
        let inputs = SuiteCounts::of_findings(report, &input_faults);
        let accepted = report.run.diagnostics.iter().filter(|one| !one.is_live()).count();
        let rules = SuiteCounts::of_findings(report, &findings)
            .and(SuiteCounts::of_outcomes(&report.run.outcomes))
            .and(SuiteCounts { tests: accepted, skipped: accepted, ..SuiteCounts::default() });
        Self { report, entries, input_faults, findings, coverage, inputs, rules }
    }

    fn write(&self, xml: &mut Page<'_>) -> io::Result<()> {
        let report = self.report;
        // Of several tenants each has suites of its own names.
        let prefix = report.run.ledger.tenant.as_ref().map_or_else(String::new, |tenant| format!("{tenant}."));
        let name = |name: &str| format!("{prefix}{name}");
        xml.around(self.coverage.suite(&name("coverage")), |xml| {
            verdict_test(xml, report, &self.entries)?;
            let mut holes = self.entries.iter().filter(|entry| entry.kind == EntryKind::NotJudged);
            holes.try_for_each(|hole| xml.write(hole_test(hole)))
        })?;
        xml.around(self.inputs.suite(&name("inputs")), |xml| {
            self.input_faults.iter().try_for_each(|group| finding_test(xml, report, group))
        })?;
        xml.around(self.rules.suite(&name("rules")), |xml| {
            report.run.outcomes.iter().filter_map(rule_test).try_for_each(|test| xml.write(test))?;
            self.findings.iter().try_for_each(|group| finding_test(xml, report, group))?;
            report.run.diagnostics.iter().filter_map(accepted_test).try_for_each(|test| xml.write(test))
        })
    }
}

impl SuiteCounts {
    fn of_findings(report: &Report<'_>, findings: &[FindingGroup<'_>]) -> Self {
        let failures = findings.iter().filter(|group| group.first.severity >= report.fail_on).count();
        Self { tests: findings.len(), failures, ..Self::default() }
    }

    /// Rules that failed are reported by their findings.
    fn of_outcomes(outcomes: &[RuleOutcome]) -> Self {
        let count = |outcome| outcomes.iter().filter(|one| one.outcome == outcome).count();
        let (skipped, errors) = (count(Outcome::NotApplicable), count(Outcome::NotDeterminable));
        Self { tests: count(Outcome::Pass) + skipped + errors, failures: 0, errors, skipped }
    }

    fn and(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn suite(self, name: &str) -> Markup {
        html! {
            testsuite name=(name) tests=(self.tests) failures=(self.failures) errors=(self.errors)
                skipped=(self.skipped) time="0" {}
        }
    }
}

/// A test. Its name holds no line or column: dashboards follow a test by its name.
fn test(class: &str, name: &str, file: Option<&str>, result: &Markup) -> Markup {
    html! { testcase classname={ "rolecall." (class) } name=(name) file=[file] time="0" { (result) } }
}

/// The verdict is a test that has the ledger of the run as its output.
fn verdict_test(xml: &mut Page<'_>, report: &Report<'_>, entries: &[LedgerEntry<'_>]) -> io::Result<()> {
    let is_incomplete = report.run.verdict == Verdict::Incomplete;
    let error = html! { @if is_incomplete { error type="incomplete" message=(verdict(report)) {} } };
    xml.around(test("coverage", "verdict", None, &error), |xml| {
        xml.around(html! { system-out {} }, |xml| {
            // Refused records are tests of the inputs.
            let mut told = entries.iter().filter(|entry| entry.kind != EntryKind::Refused);
            told.try_for_each(|entry| xml.write(html! { (entry.line()) }))
        })
    })
}

fn hole_test(hole: &LedgerEntry<'_>) -> Markup {
    let name = LedgerEntry { line: None, file: None, ..hole.clone() }.line();
    test("coverage", &name, hole.file, &html! { error type="not-judged" message=(hole.line()) {} })
}

/// The test of a rule; `None` if it failed, even if all is accepted: then its findings are its tests.
fn rule_test(outcome: &RuleOutcome) -> Option<Markup> {
    let reason = outcome.reason.as_deref().unwrap_or("no reason is known");
    let result = match outcome.outcome {
        Outcome::Fail | Outcome::Waived | Outcome::Baselined => return None,
        Outcome::Pass => html! {},
        Outcome::NotApplicable => html! { skipped message=(reason) {} },
        Outcome::NotDeterminable => html! { error type="not-determinable" message=(reason) {} },
    };
    Some(test("rules", &outcome.rule, None, &result))
}

/// The test of a finding that was accepted.
fn accepted_test(diagnostic: &Diagnostic) -> Option<Markup> {
    let acceptance = diagnostic.acceptance.as_ref()?;
    let account = diagnostic.subject.as_ref().map_or("the run", |subject| subject.key.as_str());
    let message = format!("{}: {}", acceptance.outcome().word(), acceptance.line());
    let file = location(diagnostic).map(|location| location.file);
    let name = format!("{account}: {}", diagnostic.message);
    Some(test(&diagnostic.rule, &name, file, &html! { skipped message=(message) {} }))
}

fn finding_test(xml: &mut Page<'_>, report: &Report<'_>, group: &FindingGroup<'_>) -> io::Result<()> {
    let diagnostic = group.first;
    let repeats = group.repeats();
    let subject = diagnostic.subject.as_ref();
    let account =
        subject.map_or_else(|| "the run".to_owned(), |subject| format!("{} (record {})", subject.key, subject.number));
    let place = location_text(diagnostic).map_or_else(String::new, |place| format!(" at {place}"));
    let severity = diagnostic.severity.word();
    // Which account is the first of many changes from run to run.
    let name =
        if repeats.is_some() { diagnostic.message.clone() } else { format!("{account}: {}", diagnostic.message) };
    let file = location(diagnostic).map(|location| location.file);
    xml.around(test(&diagnostic.rule, &name, file, &html! {}), |xml| {
        let fails = diagnostic.severity >= report.fail_on;
        let result = html! {
            @if fails { failure type=(severity) message=(diagnostic.message) {} } @else { system-out {} }
        };
        xml.around(result, |xml| {
            if !fails {
                xml.write(html! { (severity) ": " (diagnostic.message) })?;
            }
            match &repeats {
                Some(repeats) => xml.write(html! { (repeats) })?,
                None => xml.write(html! { "account: " (account) (place) })?,
            }
            for place in places_elsewhere(diagnostic).filter(|_| repeats.is_none()) {
                xml.write(html! { "see: " (place) })?;
            }
            if let Some(citation) = &diagnostic.citation {
                xml.write(html! { "required by: " (citation) (in_brackets(&diagnostic.statements)) })?;
            }
            xml.write(html! { "help: " (diagnostic.remedy) })?;
            xml.write(html! { "fingerprint: " (diagnostic.fingerprint) })
        })
    })
}
