//! The comparison as SARIF: the findings of both runs with their baseline state. What became of accounts is in
//! notifications, since no finding is about it.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::{DiffReport, account_places, field_line};
use crate::diagnostic::Severity;
use crate::diff::{AccountBucket, FindingBucket, FindingDiff};
use crate::engine::Run;
use crate::report::json_text::{self, Layout};
use crate::report::ledger::lines::verdict_word;
use crate::report::{Report, sarif};

/// The most accounts that notifications name.
const MAX_ACCOUNTS: usize = 1_000;

/// Writes one log with one run.
pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_all(std::slice::from_ref(report), out)
}

/// Writes one log with a run for each comparison.
pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&sarif::log(reports.iter().map(run).collect()), Layout::Indented, &mut out)?;
    out.flush()
}

fn run(report: &DiffReport<'_>) -> Value {
    let holes = report.old.ledger.holes.iter().chain(&report.new.ledger.holes).cloned().collect::<Vec<_>>();
    let most = sarif::MAX_RESULTS.saturating_sub(holes.len());
    let mut shown: Vec<&FindingDiff> = report.diff.findings.iter().collect();
    if shown.len() > most {
        // What did not change is the least of it.
        shown.retain(|one| one.bucket != FindingBucket::Unchanged);
        shown.truncate(most);
    }
    let first_finding = holes.len().min(sarif::MAX_RESULTS);
    let mut both = Run::clone(report.new);
    both.verdict = report.diff.verdict;
    both.diagnostics = shown.iter().map(|one| report.shown(one).clone()).collect();
    both.ledger.holes = holes;
    let known: Vec<String> = both.ledger.inputs.iter().map(|input| input.file.clone()).collect();
    both.ledger.inputs.extend(report.old.ledger.inputs.iter().filter(|input| !known.contains(&input.file)).cloned());
    let mut log =
        sarif::run(&Report { run: &both, rule_set: report.rule_set, fail_on: Severity::Warning, roots: &[] });
    for (number, one) in shown.iter().enumerate() {
        let result = &mut log["results"][first_finding + number];
        match one.bucket {
            FindingBucket::New => result["baselineState"] = json!("new"),
            FindingBucket::Changed => result["baselineState"] = json!("updated"),
            FindingBucket::Unchanged => result["baselineState"] = json!("unchanged"),
            FindingBucket::Fixed => result["baselineState"] = json!("absent"),
            FindingBucket::Incomparable => (result["kind"], result["level"]) = (json!("open"), json!("none")),
        }
        result["properties"]["rolecall/bucket"] = json!(one.bucket.word());
        let causes = one.causes.iter().map(|set| set.factors().map(crate::diff::Factor::word).collect::<Vec<_>>());
        result["properties"]["rolecall/causes"] = json!(causes.collect::<Vec<_>>());
    }
    let notes = &mut log["invocations"][0]["toolExecutionNotifications"];
    if let Some(notes) = notes.as_array_mut() {
        let headline = format!("{}: {}", verdict_word(report.diff.verdict), report.headline());
        notes.insert(0, notification(report.diff.verdict.exit_code() == 3, &headline));
        notes.extend(report.diff.gaps.iter().map(|gap| notification(true, gap)));
        notes.extend(report.diff.accounts.iter().take(MAX_ACCOUNTS).map(|one| {
            let fields = one.fields.iter().map(field_line).chain(one.notes.iter().cloned());
            let places = account_places(one).into_iter().map(|(name, place)| format!("{name} {place}"));
            let parts: Vec<String> = fields.chain(places).collect();
            let line = format!("{}: {}: {}", one.bucket.word(), one.key, parts.join("; "));
            notification(one.bucket == AccountBucket::Incomparable, &line)
        }));
    }
    log
}

fn notification(is_error: bool, line: &str) -> Value {
    let level = if is_error { "error" } else { "note" };
    json!({ "level": level, "message": { "text": sarif::message_text(line) } })
}
