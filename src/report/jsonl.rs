//! The report for programs that read as they go: one JSON object a line, with one key that names what it holds, as
//! `schema/report-lines.schema.json` describes.
//!
//! The first line tells the verdict; the last says how many lines of each kind stand before it, so that a reader
//! knows that it has all.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::Report;
use super::json::{self, TOOL, Tool};
use super::json_text::{self, Layout};

#[derive(Serialize)]
struct Head {
    schema: &'static str,
    tool: Tool,
    product: &'static str,
    as_of: String,
    verdict: &'static str,
}

#[derive(Serialize)]
struct RuleOff<'a> {
    rule: &'a str,
}

#[derive(Serialize)]
struct End {
    verdict: &'static str,
    diagnostics: usize,
    holes: usize,
}

/// Writes line by line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, ledger) = (report.run, &report.run.ledger);
    let mut lines = Lines(BufWriter::new(out));
    let verdict = run.verdict.word();
    let (product, as_of) = (run.product.word(), run.as_of.to_string());
    lines.write("run", Head { schema: "rolecall.report-lines/1", tool: TOOL, product, as_of, verdict })?;
    lines.all("diagnostic", run.diagnostics.iter().map(json::diagnostic))?;
    lines.all("outcome", run.outcomes.iter().map(json::outcome))?;
    lines.all("seats", run.seats.iter().map(json::seats))?;
    lines.all("input", ledger.inputs.iter().map(json::input))?;
    lines.write("api_users", json::api_users(&ledger.api_users))?;
    lines.all("hole", ledger.holes.iter().map(json::hole))?;
    lines.all("rule_off", ledger.rules_off.iter().map(|rule| RuleOff { rule }))?;
    lines.all("severity_change", ledger.severity_changes.iter().map(json::change))?;
    lines.write("end", End { verdict, diagnostics: run.diagnostics.len(), holes: ledger.holes.len() })?;
    lines.0.flush()
}

struct Lines<W: Write>(W);

impl<W: Write> Lines<W> {
    fn write(&mut self, kind: &str, value: impl Serialize) -> io::Result<()> {
        json_text::write(&BTreeMap::from([(kind, value)]), Layout::Line, &mut self.0)
    }

    fn all(&mut self, kind: &str, values: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
        for value in values {
            self.write(kind, value)?;
        }
        Ok(())
    }
}
