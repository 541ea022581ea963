//! The report for programs that stream: one JSON object per line, with one key that names what it holds, as
//! `schema/report-lines.schema.json` describes.
//!
//! The first line has the verdict; the last says how many lines of each kind precede it, so that a reader knows that it
//! has all of them.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::json;

use super::Report;
use super::json::{self, DiagnosticJson};
use super::json_text::{self, Layout};

/// Writes line by line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, ledger) = (report.run, &report.run.ledger);
    let mut lines = LineWriter(BufWriter::new(out));
    let verdict = run.verdict.word();
    let first = json!({
        "schema": "rolecall.report-lines/1", "tool": json::tool(), "product": run.product.word(),
        "as_of": run.as_of.to_string(), "verdict": verdict,
    });
    lines.write("run", first)?;
    lines.all("diagnostic", run.diagnostics.iter().map(DiagnosticJson::new))?;
    lines.all("outcome", run.outcomes.iter().map(json::outcome))?;
    lines.all("seats", run.seats.iter().map(json::seats))?;
    lines.all("account", run.accounts.iter().map(json::account))?;
    lines.all("input", ledger.inputs.iter().map(json::input))?;
    lines.write("api_users", json::api_users(&ledger.api_users))?;
    lines.all("hole", ledger.holes.iter().map(json::hole))?;
    lines.all("rule_off", ledger.rules_off.iter().map(|rule| json!({ "rule": rule })))?;
    lines.all("severity_change", ledger.severity_changes.iter().map(json::severity_change))?;
    lines.all("config", ledger.config.iter().map(json::config))?;
    lines.all("option", ledger.options.iter().map(json::option))?;
    lines.write(
        "end",
        json!({ "verdict": verdict, "diagnostics": run.diagnostics.len(), "accounts_more": run.accounts_more, "holes": ledger.holes.len() }),
    )?;
    lines.0.flush()
}

struct LineWriter<W: Write>(W);

impl<W: Write> LineWriter<W> {
    fn write(&mut self, kind: &str, value: impl Serialize) -> io::Result<()> {
        json_text::write(&BTreeMap::from([(kind, value)]), Layout::Line, &mut self.0)
    }

    fn all(&mut self, kind: &str, values: impl IntoIterator<Item = impl Serialize>) -> io::Result<()> {
        values.into_iter().try_for_each(|value| self.write(kind, value))
    }
}
