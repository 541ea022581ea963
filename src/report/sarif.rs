//! SARIF 2.1.0, for code scanning.
//!
//! The verdict is the invocation's; what was not judged is an error among its notifications and a result of kind
//! `open`, since not every service shows notifications. Services take only so many results: the gravest go first, and
//! a notification counts what is left out.

mod message;
mod results;
mod rules;

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::json;
use super::json_text::{self, Layout};
use super::ledger::lines::verdict_word;
use super::ledger::{EntryKind, LedgerEntry, entries};
use super::redact::REDACTED;
use super::uri::uri;
use super::{Report, VERSION};
use crate::diagnostic::{Diagnostic, Severity, Verdict};
use crate::engine::ledger::{Hole, InputLedger};
use message::text;
use rules::RuleIndex;

/// Results that services take of a run; they refuse the file that has more.
pub(super) const MAX_RESULTS: usize = 25_000;
/// Results that they keep of them.
const KEPT_RESULTS: usize = 5_000;

/// Writes one log with one run.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_all(std::slice::from_ref(report), out)
}

/// Writes one log with a run for each of several.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&log(reports.iter().map(run).collect()), Layout::Indented, &mut out)?;
    out.flush()
}

/// A log with these runs.
pub(super) fn log(runs: Vec<Value>) -> Value {
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    })
}

/// A text of a message, in which nothing is a placeholder or a link.
pub(super) fn message_text(plain: &str) -> String {
    text(plain)
}

pub(super) fn run(report: &Report<'_>) -> Value {
    let run = report.with_relative_paths();
    let report = &Report { run: &run, ..*report };
    let rules = RuleIndex::of(report);
    let holes: Vec<&Hole> = run.ledger.holes.iter().take(MAX_RESULTS).collect();
    let findings = gravest(&run.diagnostics, MAX_RESULTS - holes.len());
    let files: Vec<&InputLedger> = run.ledger.inputs.iter().collect();
    let mut results: Vec<Value> = holes.iter().map(|hole| results::open_result(hole, &rules, &files)).collect();
    results.extend(findings.iter().map(|diagnostic| results::finding(diagnostic, &rules, &files)));
    let left_out = run.diagnostics.len() + run.ledger.holes.len() - results.len();
    if let Some(used) = &run.ledger.baseline {
        results.iter_mut().for_each(results::compare_with_baseline);
        let room = MAX_RESULTS - results.len();
        results.extend(used.absent.iter().take(room).map(|entry| results::absent(entry, used, &rules)));
    }
    let mut log = json!({
        "tool": { "driver": rules.driver(report) },
        "invocations": [invocation(report, &rules, left_out, results.len())],
        "artifacts": files.iter().map(|input| results::artifact(input)).collect::<Vec<_>>(),
        "taxonomies": [rules::taxonomy()],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": properties(report),
    });
    if let Some(tenant) = run.tenant_name() {
        log["automationDetails"] = json!({ "id": format!("rolecall/{tenant}") });
    }
    let is_redacted = |one: &Diagnostic| one.snippets.iter().any(|snippet| snippet.text.contains(REDACTED));
    if run.diagnostics.iter().any(is_redacted) {
        log["redactionTokens"] = json!([REDACTED]);
    }
    log
}

/// As many as a run may hold: the gravest, in the order of the report.
fn gravest(diagnostics: &[Diagnostic], most: usize) -> Vec<&Diagnostic> {
    if diagnostics.len() <= most {
        return diagnostics.iter().collect();
    }
    let of = |severity| diagnostics.iter().filter(move |one| one.severity == severity);
    Severity::ALL.into_iter().flat_map(of).take(most).collect()
}

fn invocation(report: &Report<'_>, rules: &RuleIndex, left_out: usize, shown: usize) -> Value {
    let run = report.run;
    let entries = entries(report);
    let mut notifications: Vec<Value> = Vec::new();
    for entry in &entries {
        match entry.kind {
            EntryKind::Verdict => {
                let level = if run.verdict == Verdict::Incomplete { "error" } else { "note" };
                notifications.push(json!({ "level": level, "message": { "text": text(&entry.text) } }));
            }
            EntryKind::NotJudged => notifications.push(notification("error", entry, rules)),
            EntryKind::UndeclaredAccount | EntryKind::TakenByName | EntryKind::ColumnUnknown => {
                notifications.push(notification("warning", entry, rules));
            }
            EntryKind::Tenant
            | EntryKind::LeftAlone
            | EntryKind::Input
            | EntryKind::LeftOut
            | EntryKind::ApiUsers
            | EntryKind::Seats
            | EntryKind::Config
            | EntryKind::Pack
            | EntryKind::Lock
            | EntryKind::Option
            | EntryKind::PolicyFile
            | EntryKind::Waiver
            | EntryKind::Baseline => {
                notifications.push(notification("note", entry, rules));
            }
            EntryKind::Account
            | EntryKind::Refused
            | EntryKind::Outcome
            | EntryKind::SeverityChanged
            | EntryKind::Updated
            | EntryKind::Accepted => {}
        }
    }
    notifications.extend(limits(left_out, shown));
    let changes = entries.iter().filter(|entry| entry.kind == EntryKind::SeverityChanged);
    json!({
        "executionSuccessful": run.verdict != Verdict::Incomplete,
        "exitCode": run.verdict.exit_code(),
        "exitCodeDescription": verdict_word(run.verdict),
        "toolExecutionNotifications": notifications,
        "toolConfigurationNotifications":
            changes.map(|entry| notification("note", entry, rules)).collect::<Vec<_>>(),
    })
}

fn notification(level: &str, entry: &LedgerEntry<'_>, rules: &RuleIndex) -> Value {
    let mut notification = json!({ "level": level, "message": { "text": text(&entry.line()) } });
    if let Some(rule) = entry.rule.and_then(|rule| rules.reference(rule)) {
        notification["associatedRule"] = rule;
    }
    if let Some(file) = entry.file {
        let region = json!({ "startLine": entry.line.unwrap_or(1) });
        let place = json!({ "artifactLocation": { "uri": uri(file) }, "region": region });
        notification["locations"] = json!([{ "physicalLocation": place }]);
    }
    notification
}

/// What a service's limits make of the report, counted.
fn limits(left_out: usize, shown: usize) -> Vec<Value> {
    let notice = |message: String| json!({ "level": "warning", "message": { "text": message } });
    let mut notices = Vec::new();
    if left_out > 0 {
        let message = format!(
            "{left_out} results are left out, because services refuse a run with more than {MAX_RESULTS}; the gravest are here, and the JSON report has all"
        );
        notices.push(notice(message));
    }
    if shown > KEPT_RESULTS {
        let beyond = shown - KEPT_RESULTS;
        let message = format!(
            "code scanning of GitHub keeps {KEPT_RESULTS} results of a run: {beyond} of those here will not be shown there"
        );
        notices.push(notice(message));
    }
    notices
}

/// What SARIF has no place for: the outcome of each rule, and the seats.
fn properties(report: &Report<'_>) -> Value {
    let run = report.run;
    json!({
        "rolecall/version": VERSION,
        "rolecall/product": run.product.word(),
        "rolecall/asOf": run.as_of.to_string(),
        "rolecall/verdict": run.verdict.word(),
        "rolecall/outcomes": run.outcomes.iter().map(json::outcome).collect::<Vec<_>>(),
        "rolecall/seats": run.seats.iter().map(json::seats).collect::<Vec<_>>(),
    })
}
