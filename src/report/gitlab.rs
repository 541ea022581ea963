//! GitLab's code quality: one issue per finding, one for a verdict other than PASS, and one for each thing that was not
//! judged, since the format has nothing but issues.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::json_text::{self, Layout};
use super::ledger::lines::plural;
use super::ledger::{EntryKind, LedgerEntry, entries};
use super::{Report, cell_suffix, location};
use crate::diagnostic::fingerprint::fingerprint;
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Diagnostic, Severity, Verdict};

/// Accepted findings that are named.
const MAX_ACCEPTED: usize = 50;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: u64,
}

/// Writes a list of issues.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_all(std::slice::from_ref(report), out)
}

/// Writes one list of the issues of several runs.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue> = reports.iter().flat_map(issues).collect();
    let mut out = BufWriter::new(out);
    json_text::write(&issues, Layout::Indented, &mut out)?;
    out.flush()
}

fn issues(report: &Report<'_>) -> Vec<Issue> {
    let run = report.with_relative_paths();
    let report = &Report { run: &run, ..*report };
    let inputs = &report.run.ledger.inputs;
    let first = inputs.first().map_or("-", |input| input.file.as_str());
    let entries = entries(report);
    let mut issues: Vec<Issue> = entries
        .iter()
        .filter(|entry| {
            let is_pass = entry.kind == EntryKind::Verdict && report.run.verdict == Verdict::Pass;
            !is_pass
                && matches!(
                    entry.kind,
                    EntryKind::Verdict | EntryKind::NotJudged | EntryKind::UndeclaredAccount | EntryKind::ColumnUnknown
                )
        })
        .map(|entry| of_entry(entry, report.run.verdict, first))
        .collect();
    let live = report.run.diagnostics.iter().filter(|diagnostic| diagnostic.is_live());
    issues.extend(live.map(|diagnostic| of_diagnostic(diagnostic, first)));
    issues.extend(accepted(&entries, first));
    if let Some(tenant) = &report.run.ledger.tenant {
        // GitLab shows one of several issues with one fingerprint, and two tenants may have the same finding.
        issues.iter_mut().for_each(|issue| issue.fingerprint = fingerprint(&[tenant, &issue.fingerprint]));
    }
    issues
}

fn of_entry(entry: &LedgerEntry<'_>, verdict: Verdict, first: &str) -> Issue {
    let rule = entry.rule.unwrap_or_default();
    let severity = match entry.kind {
        EntryKind::NotJudged => "blocker",
        EntryKind::Verdict if verdict == Verdict::Incomplete => "blocker",
        _ => "info",
    };
    let parts = [entry.kind.word(), rule, entry.account.unwrap_or_default(), entry.file.unwrap_or_default()];
    let text = if entry.kind == EntryKind::Verdict { verdict.word() } else { entry.text.as_str() };
    Issue {
        // The line would be repeated: it is in the location.
        description: if entry.kind == EntryKind::Verdict { whole(&entry.text) } else { entry.line() },
        check_name: if rule.is_empty() {
            format!("rolecall-{}", entry.kind.word().replace(' ', "-"))
        } else {
            rule.to_owned()
        },
        fingerprint: fingerprint(&[parts[0], parts[1], parts[2], parts[3], text]),
        severity,
        location: issue_location(entry.file.unwrap_or(first), entry.line),
    }
}

fn of_diagnostic(diagnostic: &Diagnostic, first: &str) -> Issue {
    let place = location(diagnostic);
    let line = place.as_ref().and_then(|place| place.start).map(|(line, _)| line);
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| format!(" ({})", subject.key));
    let cell = cell_suffix(diagnostic);
    let change = diagnostic.comparison.as_ref().and_then(|found| found.change());
    let change = change.map_or_else(String::new, |change| format!(" (updated: {change})"));
    Issue {
        description: whole(&format!("{}{account}{cell}{change}. {}", diagnostic.message, diagnostic.remedy)),
        check_name: diagnostic.rule.to_string(),
        fingerprint: diagnostic.fingerprint.clone(),
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: issue_location(place.map_or(first, |place| place.file), line),
    }
}

/// Accepted findings become no issues of their own; one issue counts and names them.
fn accepted(entries: &[LedgerEntry<'_>], first: &str) -> Option<Issue> {
    let of = || entries.iter().filter(|entry| entry.kind == EntryKind::Accepted);
    let lines: Vec<_> = of().take(MAX_ACCEPTED).map(LedgerEntry::line).collect();
    let count = of().count();
    let more = if count > lines.len() { format!("; and {} more", count - lines.len()) } else { String::new() };
    // GitLab has a place for findings only: the age of the oldest goes with those that it counts.
    let baseline = entries.iter().filter(|entry| entry.kind == EntryKind::Baseline);
    let baseline: String = baseline.map(|entry| format!("; {}", entry.line())).collect();
    (count > 0).then(|| Issue {
        description: format!("{}: {}{more}{baseline}", plural(count as u64, "accepted finding"), lines.join("; ")),
        check_name: "rolecall-accepted".to_owned(),
        fingerprint: fingerprint(&["accepted"]),
        severity: "info",
        location: issue_location(first, None),
    })
}

/// GitLab knows files by their paths from the root of the repository, without `./`. It has no issue without a line.
fn issue_location(file: &str, line: Option<u64>) -> IssueLocation {
    let path = whole(file.strip_prefix("./").unwrap_or(file));
    IssueLocation { path, lines: IssueLines { begin: line.unwrap_or(1) } }
}
