//! The report for programs that stream: one JSON object per line, with one key that names what it holds, as
//! `schema/report-lines.schema.json` describes.
//!
//! The first line has the verdict; the last says how many lines of each kind precede it, so that a reader knows that it
//! has all of them.

use std::io::{self, BufWriter, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::json::{self, DiagnosticJson};
use super::json_text::{self, Layout};
use super::{Report, runs, tenants};

/// Writes line by line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write_lines(report, &mut out)?;
    out.flush()
}

/// Writes the lines of several runs, and at the end one about all of them.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    reports.iter().try_for_each(|report| write_lines(report, &mut out))?;
    let runs = runs(reports);
    let mut totals = serde_json::to_value(tenants::totals(&runs))?;
    totals["verdict"] = tenants::worst(&runs).word().into();
    json_text::write(&json!({ "fleet": totals }), Layout::Line, &mut out)?;
    out.flush()
}

fn write_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, ledger) = (report.run, &report.run.ledger);
    let mut lines = LineWriter { out, tenant: ledger.tenant.as_deref() };
    let verdict = run.verdict.word();
    let first = json!({
        "schema": "rolecall.report-lines/1", "tool": json_text::tool(), "product": run.product.word(),
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
    lines.all("pack", ledger.packs.iter().map(json::pack))?;
    lines.all("lock", ledger.lock.iter().map(json::lock))?;
    lines.all("option", ledger.options.iter().map(json::option))?;
    lines.all("left_alone", ledger.left_alone.iter().map(json::left_alone))?;
    lines.all("policy_file", ledger.policy_files.iter().map(json::config))?;
    lines.all("waiver", ledger.waivers.iter().map(json::waiver_use))?;
    lines.all("baseline", ledger.baseline.iter().map(json::baseline_use))?;
    lines.write(
        "end",
        json!({ "verdict": verdict, "diagnostics": run.diagnostics.len(), "accounts_more": run.accounts_more, "holes": ledger.holes.len() }),
    )
}

struct LineWriter<'w> {
    out: &'w mut dyn Write,
    tenant: Option<&'w str>,
}

impl LineWriter<'_> {
    fn write(&mut self, kind: &str, value: impl Serialize) -> io::Result<()> {
        json_text::write(&JsonLine { tenant: self.tenant, kind, value }, Layout::Line, self.out)
    }

    fn all(&mut self, kind: &str, values: impl IntoIterator<Item = impl Serialize>) -> io::Result<()> {
        values.into_iter().try_for_each(|value| self.write(kind, value))
    }
}

/// What a line holds, after the tenant if the run is that of one.
struct JsonLine<'a, V> {
    tenant: Option<&'a str>,
    kind: &'a str,
    value: V,
}

impl<V: Serialize> Serialize for JsonLine<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(tenant) = self.tenant {
            map.serialize_entry("tenant", tenant)?;
        }
        map.serialize_entry(self.kind, &self.value)?;
        map.end()
    }
}
