//! The comparison for programs, `rolecall.diff/1`, described by `schema/diff.schema.json`.

use std::io::{self, BufWriter, Write};

use serde_json::{Map, Value, json};

use super::{DiffReport, finding_location, identity};
use crate::diagnostic::{Diagnostic, Label};
use crate::diff::{AccountBucket, AccountDiff, AccountFieldDiff, AccountPlace, Factor, FactorSet, FindingBucket};
use crate::engine::Run;
use crate::report::json::{hole, redaction};
use crate::report::json_text::{self, Layout, tool};

/// Writes the report as one document, indented, with a line end after it.
pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&document(report), Layout::Indented, &mut out)?;
    out.flush()
}

/// Writes several comparisons, each as a document.
pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}

fn document(report: &DiffReport<'_>) -> Value {
    let diff = report.diff;
    let states = Factor::ALL.map(|factor| (factor.word().to_owned(), json!(diff.factors.state(factor))));
    let findings = FindingBucket::ALL.map(|bucket| (bucket.word().to_owned(), json!(diff.count(bucket))));
    let accounts = AccountBucket::ALL.map(|bucket| (bucket.word().to_owned(), json!(diff.count_accounts(bucket))));
    json!({
        "schema": "rolecall.diff/1",
        "tool": tool(),
        "product": report.new.product.word(),
        "verdict": diff.verdict.word(),
        "fail_on": diff.fail_on.word(),
        "factors": Map::from_iter(states),
        "counts": { "findings": Map::from_iter(findings), "accounts": Map::from_iter(accounts) },
        "findings": diff.findings.iter().map(|one| {
            let [old, new] = report.sides(one).map(|(_, found)| found.map(finding));
            json!({
                "bucket": one.bucket.word(),
                "causes": one.causes.iter().map(|set| words(*set)).collect::<Vec<_>>(),
                "one_of": words(one.one_of),
                "why": one.why,
                "identity": identity(report.shown(one)),
                "old": old,
                "new": new,
            })
        }).collect::<Vec<_>>(),
        "accounts": diff.accounts.iter().map(account).collect::<Vec<_>>(),
        "accounts_more": diff.accounts_more,
        "not_compared": diff.gaps,
        "ledger": { "old": side(report.old), "new": side(report.new) },
    })
}

fn words(set: FactorSet) -> Vec<&'static str> {
    set.factors().map(Factor::word).collect()
}

fn finding(found: &Diagnostic) -> Value {
    let identification = found.identification.as_deref();
    let details = identification.map(|found| &found.details);
    json!({
        "rule": &*found.rule,
        "severity": found.severity.word(),
        "outcome": found.outcome().word(),
        "account": found.subject.as_ref().map(|subject| &subject.key),
        "message": found.message,
        "field": details.map(|details| &details.field).filter(|field| !field.is_empty()),
        "value": details.and_then(|details| details.value.as_ref()),
        "state": identification.and_then(|found| found.state()),
        "label": place(found),
    })
}

/// The first place of a finding.
fn place(found: &Diagnostic) -> Value {
    let Some(place) = finding_location(found) else { return Value::Null };
    json!({
        "file": place.file,
        "line": place.start.map(|(line, _)| line),
        "column": place.start.map(|(_, column)| column),
        "sheet": place.cell.map(|cell| &cell.sheet),
        "cell": place.cell.map(|cell| &cell.cell),
    })
}

fn label(label: Option<&Label>) -> Value {
    label.map_or(Value::Null, |label| {
        json!({
            "file": &*label.file,
            "line": label.start.line,
            "column": label.start.column,
            "sheet": label.cell.as_ref().map(|cell| &cell.sheet),
            "cell": label.cell.as_ref().map(|cell| &cell.cell),
        })
    })
}

fn account(one: &AccountDiff) -> Value {
    let place = |place: &AccountPlace| {
        json!({ "file": &*place.file, "number": place.number, "label": label(place.label.as_ref()) })
    };
    json!({
        "bucket": one.bucket.word(),
        "account": one.key,
        "fields": one.fields.iter().map(field).collect::<Vec<_>>(),
        "notes": one.notes,
        "old": one.old.as_ref().map(place),
        "new": one.new.as_ref().map(place),
    })
}

fn field(one: &AccountFieldDiff) -> Value {
    json!({
        "field": one.field.name(),
        "added": one.added,
        "removed": one.removed,
        "old": { "value": one.old, "label": label(one.old_label.as_ref()) },
        "new": { "value": one.new, "label": label(one.new_label.as_ref()) },
    })
}

fn side(run: &Run) -> Value {
    let inputs = &run.ledger.inputs;
    json!({
        "verdict": run.verdict.word(),
        "as_of": run.as_of.to_string(),
        "tenant": run.ledger.tenant.as_ref().or(run.tenant.as_ref()),
        "records": inputs.iter().map(|input| input.records).sum::<u64>(),
        "holes": run.ledger.holes.len(),
        "inputs": inputs.iter().map(|input| {
            json!({ "file": input.file, "sha256": input.sha256, "records": input.records })
        }).collect::<Vec<_>>(),
        "not_judged": run.ledger.holes.iter().map(hole).collect::<Vec<_>>(),
        "redaction": redaction(&run.ledger.redaction),
    })
}
