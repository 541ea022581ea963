//! The comparison for programs, `rolecall.diff/1`, described by `schema/diff.schema.json`.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{DiffReport, finding_location, identity};
use crate::diagnostic::{Diagnostic, Label};
use crate::diff::{
    AccountBucket, AccountDiff, AccountFieldDiff, AccountPlace, Factor, FactorSet, FindingBucket, FindingDiff,
};
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

#[derive(Serialize)]
struct DiffJson<'a> {
    schema: &'static str,
    tool: Value,
    product: &'static str,
    verdict: &'static str,
    fail_on: &'static str,
    factors: Value,
    counts: Value,
    findings: Vec<FindingDiffJson<'a>>,
    accounts: Vec<AccountDiffJson<'a>>,
    accounts_more: u64,
    not_compared: &'a [String],
    ledger: Value,
}

#[derive(Serialize)]
struct FindingDiffJson<'a> {
    bucket: &'static str,
    causes: Vec<Vec<&'static str>>,
    one_of: Vec<&'static str>,
    why: Option<&'a str>,
    identity: Option<String>,
    old: Option<FindingJson<'a>>,
    new: Option<FindingJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    severity: &'static str,
    outcome: &'static str,
    account: Option<&'a str>,
    message: &'a str,
    field: Option<&'a str>,
    value: Option<&'a str>,
    state: Option<String>,
    label: Option<PlaceJson<'a>>,
}

/// A place without its end.
#[derive(Serialize)]
struct PlaceJson<'a> {
    file: &'a str,
    line: Option<u64>,
    column: Option<u64>,
    sheet: Option<&'a str>,
    cell: Option<&'a str>,
}

#[derive(Serialize)]
struct AccountDiffJson<'a> {
    bucket: &'static str,
    account: &'a str,
    fields: Vec<FieldDiffJson<'a>>,
    notes: &'a [String],
    old: Option<AccountPlaceJson<'a>>,
    new: Option<AccountPlaceJson<'a>>,
}

#[derive(Serialize)]
struct AccountPlaceJson<'a> {
    file: &'a str,
    number: u64,
    label: Option<PlaceJson<'a>>,
}

#[derive(Serialize)]
struct FieldDiffJson<'a> {
    field: &'static str,
    added: &'a [String],
    removed: &'a [String],
    old: ValueJson<'a>,
    new: ValueJson<'a>,
}

#[derive(Serialize)]
struct ValueJson<'a> {
    value: &'a str,
    label: Option<PlaceJson<'a>>,
}

fn document<'a>(report: &DiffReport<'a>) -> DiffJson<'a> {
    let diff = report.diff;
    let states = Factor::ALL.map(|factor| (factor.word().to_owned(), json!(diff.factors.state(factor))));
    let findings = FindingBucket::ALL.map(|bucket| (bucket.word().to_owned(), json!(diff.count(bucket))));
    let accounts = AccountBucket::ALL.map(|bucket| (bucket.word().to_owned(), json!(diff.count_accounts(bucket))));
    DiffJson {
        schema: "rolecall.diff/1",
        tool: tool(),
        product: report.new.product.word(),
        verdict: diff.verdict.word(),
        fail_on: diff.fail_on.word(),
        factors: Value::Object(Map::from_iter(states)),
        counts: json!({ "findings": Map::from_iter(findings), "accounts": Map::from_iter(accounts) }),
        findings: diff.findings.iter().map(|one| finding_diff(one, report)).collect(),
        accounts: diff.accounts.iter().map(account).collect(),
        accounts_more: diff.accounts_more,
        not_compared: &diff.gaps,
        ledger: json!({ "old": side(report.old), "new": side(report.new) }),
    }
}

fn finding_diff<'a>(one: &'a FindingDiff, report: &DiffReport<'a>) -> FindingDiffJson<'a> {
    let words = |set: FactorSet| set.factors().map(Factor::word).collect::<Vec<_>>();
    let [old, new] = report.sides(one).map(|(_, found)| found.map(finding));
    FindingDiffJson {
        bucket: one.bucket.word(),
        causes: one.causes.iter().map(|set| words(*set)).collect(),
        one_of: words(one.one_of),
        why: one.why.as_deref(),
        identity: identity(report.shown(one)),
        old,
        new,
    }
}

fn finding(found: &Diagnostic) -> FindingJson<'_> {
    let identification = found.identification.as_deref();
    let details = identification.map(|found| &found.details);
    FindingJson {
        rule: &found.rule,
        severity: found.severity.word(),
        outcome: found.outcome().word(),
        account: found.subject.as_ref().map(|subject| subject.key.as_str()),
        message: &found.message,
        field: details.map(|details| details.field.as_str()).filter(|field| !field.is_empty()),
        value: details.and_then(|details| details.value.as_deref()),
        state: identification.and_then(|found| found.state()),
        label: first_place(found),
    }
}

/// The first place of a finding.
fn first_place(found: &Diagnostic) -> Option<PlaceJson<'_>> {
    let place = finding_location(found)?;
    Some(PlaceJson {
        file: place.file,
        line: place.start.map(|(line, _)| line),
        column: place.start.map(|(_, column)| column),
        sheet: place.cell.map(|cell| cell.sheet.as_str()),
        cell: place.cell.map(|cell| cell.cell.as_str()),
    })
}

fn place(label: &Label) -> PlaceJson<'_> {
    PlaceJson {
        file: &label.file,
        line: Some(label.start.line),
        column: Some(label.start.column),
        sheet: label.cell.as_ref().map(|cell| cell.sheet.as_str()),
        cell: label.cell.as_ref().map(|cell| cell.cell.as_str()),
    }
}

fn account(one: &AccountDiff) -> AccountDiffJson<'_> {
    fn of(place_of: &AccountPlace) -> AccountPlaceJson<'_> {
        AccountPlaceJson { file: &place_of.file, number: place_of.number, label: place_of.label.as_ref().map(place) }
    }
    AccountDiffJson {
        bucket: one.bucket.word(),
        account: &one.key,
        fields: one.fields.iter().map(field).collect(),
        notes: &one.notes,
        old: one.old.as_ref().map(of),
        new: one.new.as_ref().map(of),
    }
}

fn field(one: &AccountFieldDiff) -> FieldDiffJson<'_> {
    FieldDiffJson {
        field: one.field.name(),
        added: &one.added,
        removed: &one.removed,
        old: ValueJson { value: &one.old, label: one.old_label.as_ref().map(place) },
        new: ValueJson { value: &one.new, label: one.new_label.as_ref().map(place) },
    }
}

fn side(run: &Run) -> Value {
    let inputs = &run.ledger.inputs;
    json!({
        "verdict": run.verdict.word(),
        "as_of": run.as_of.to_string(),
        "tenant": run.tenant_name(),
        "records": inputs.iter().map(|input| input.records).sum::<u64>(),
        "holes": run.ledger.holes.len(),
        "inputs": inputs.iter().map(|input| {
            json!({ "file": input.file, "sha256": input.sha256, "records": input.records })
        }).collect::<Vec<_>>(),
        "not_judged": run.ledger.holes.iter().map(hole).collect::<Vec<_>>(),
        "redaction": redaction(&run.ledger.redaction),
    })
}
