//! The drift report for programs, `rolecall.drift/1`, described by `schema/drift.schema.json`.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::DriftReport;
use crate::diagnostic::Label;
use crate::drift::{AccountDrift, FieldDrift, MovedSide};
use crate::engine::Run;
use crate::report::json::{DiagnosticJson, LabelJson, ledger};
use crate::report::json_runs::write_runs;
use crate::report::json_text::{self, Layout, tool};

/// Writes the report as one document, indented, with a line end after it.
pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&document(report), Layout::Indented, &mut out)?;
    out.flush()
}

/// Writes the reports of several runs as one document.
pub(super) fn write_all(reports: &[DriftReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let runs: Vec<&Run> = reports.iter().map(|report| report.report.run).collect();
    write_runs(&runs, reports.iter().map(document).collect(), out)
}

fn document(report: &DriftReport<'_>) -> Value {
    let (run, drift) = (report.report.run, report.drift);
    json!({
        "schema": "rolecall.drift/1",
        "tool": tool(),
        "product": run.product.word(),
        "as_of": run.as_of.to_string(),
        "verdict": run.verdict.word(),
        "owned": drift.owned(),
        "compared": drift.compared(),
        "ignored": drift.ignored.iter().map(|field| field.name()).collect::<Vec<_>>(),
        "accounts": drift.accounts.iter().map(account).collect::<Vec<_>>(),
        "diagnostics": run.diagnostics.iter().map(DiagnosticJson::new).collect::<Vec<_>>(),
        "ledger": ledger(run),
    })
}

fn account(one: &AccountDrift) -> Value {
    json!({
        "key": one.key,
        "file": one.file,
        "number": one.number,
        "class": one.class.word(),
        "compared": one.compared.iter().map(|field| field.name()).collect::<Vec<_>>(),
        "fields": one.fields.iter().map(field).collect::<Vec<_>>(),
        "notes": one.notes,
    })
}

fn field(one: &FieldDrift) -> Value {
    json!({
        "field": one.field.name(),
        "plan": { "value": one.planned, "label": label(one.plan_label.as_ref()) },
        "export": { "value": one.found, "label": label(one.export_label.as_ref()) },
        "moved": one.moved.map(MovedSide::word),
    })
}

fn label(label: Option<&Label>) -> Value {
    label.map_or(Value::Null, |label| json!(LabelJson::new(label, true)))
}
