//! Several runs in one report: what every form says of them together, and the JSON document `rolecall.fleet/1`, described
//! by `schema/fleet.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::json_text::{self, Layout, tool};
use super::ledger::{plural, verdict_word};
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;

/// The version of the document.
const SCHEMA: &str = "rolecall.fleet/1";

#[derive(Serialize)]
struct FleetJson<'a, D> {
    schema: &'static str,
    tool: Value,
    as_of: String,
    verdict: &'static str,
    tenants: Vec<TenantJson<'a, D>>,
    missing: [&'static str; 0],
    rules: Vec<Value>,
    totals: Value,
}

#[derive(Serialize)]
struct TenantJson<'a, D> {
    tenant: Option<&'a str>,
    verdict: &'static str,
    exit: u8,
    /// The reports are in here, not in files.
    report: Option<()>,
    findings: Value,
    holes: usize,
    document: D,
}

/// Writes the reports `documents` of the runs as one document.
pub(super) fn write_json<D: Serialize>(runs: &[&Run], documents: Vec<D>, out: &mut dyn Write) -> io::Result<()> {
    let tenants = runs.iter().zip(documents).map(|(run, document)| TenantJson {
        tenant: run.ledger.tenant.as_deref(),
        verdict: run.verdict.word(),
        exit: run.verdict.exit_code(),
        report: None,
        findings: findings(&[run]),
        holes: run.ledger.holes.len(),
        document,
    });
    let fleet = FleetJson {
        schema: SCHEMA,
        tool: tool(),
        as_of: runs.first().map(|run| run.as_of.to_string()).unwrap_or_default(),
        verdict: worst(runs).word(),
        tenants: tenants.collect(),
        missing: [],
        rules: rules(runs),
        totals: totals(runs),
    };
    let mut out = BufWriter::new(out);
    json_text::write(&fleet, Layout::Indented, &mut out)?;
    out.flush()
}

fn findings(runs: &[&Run]) -> Value {
    let all = || runs.iter().flat_map(|run| &run.diagnostics);
    let count = |severity| all().filter(|one| one.is_live() && one.severity == severity).count();
    let accepted = |outcome| all().filter(|one| one.outcome() == outcome).count();
    json!({
        "error": count(Severity::Error), "warning": count(Severity::Warning), "note": count(Severity::Note),
        "waived": accepted(Outcome::Waived), "baselined": accepted(Outcome::Baselined),
    })
}

/// How each rule ended, over all tenants.
fn rules(runs: &[&Run]) -> Vec<Value> {
    let mut rules: BTreeMap<&str, [u64; 6]> = BTreeMap::new();
    for one in runs.iter().flat_map(|run| &run.outcomes) {
        let at = match one.outcome {
            Outcome::Pass => 0,
            Outcome::Fail => 1,
            Outcome::NotDeterminable => 2,
            Outcome::NotApplicable => 3,
            Outcome::Waived => 4,
            Outcome::Baselined => 5,
        };
        rules.entry(&one.rule).or_default()[at] += 1;
    }
    let rule = |(rule, [pass, fail, open, none, waived, baselined]): (&str, [u64; 6])| {
        json!({
            "rule": rule, "pass": pass, "fail": fail, "waived": waived, "baselined": baselined,
            "not_determinable": open, "not_applicable": none,
        })
    };
    rules.into_iter().map(rule).collect()
}

/// What all runs say together, for the last line of lines and the end of a document.
pub(super) fn totals(runs: &[&Run]) -> Value {
    let of = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
    let inputs = || runs.iter().flat_map(|run| &run.ledger.inputs);
    json!({
        "tenants": runs.len(),
        "pass": of(Verdict::Pass),
        "fail": of(Verdict::Fail),
        "incomplete": of(Verdict::Incomplete),
        "findings": findings(runs),
        "holes": runs.iter().map(|run| run.ledger.holes.len()).sum::<usize>(),
        "records": inputs().map(|input| input.records).sum::<u64>(),
        "judged": inputs().map(|input| input.judged).sum::<u64>(),
    })
}

/// The worst verdict of the runs.
pub(super) fn worst(runs: &[&Run]) -> Verdict {
    runs.iter().map(|run| run.verdict).max().unwrap_or(Verdict::Incomplete)
}

/// Whose a run is, as a heading.
pub(super) fn heading(run: &Run) -> String {
    match &run.ledger.tenant {
        Some(tenant) => format!("Tenant {tenant}"),
        None => "Files of no tenant".to_owned(),
    }
}

/// The verdict over all runs and how many ended in each, in one line.
pub(super) fn line(runs: &[&Run]) -> String {
    let count = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
    let counts = [Verdict::Pass, Verdict::Fail, Verdict::Incomplete].map(|one| (count(one), verdict_word(one)));
    let counts: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{}: {} judged, {}", verdict_word(worst(runs)), plural(runs.len() as u64, "tenant"), counts.join(", "))
}
