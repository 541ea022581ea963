//! The JSON document `rolecall.fleet/1`, described by `schema/fleet.schema.json`: of runs, whose reports it holds, or of a fleet,
//! whose reports are files. `merge` reads both.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::FleetReport;
use crate::diagnostic::Verdict;
use crate::engine::Run;
use crate::fleet::{FleetProblem, FleetTotals, RuleCounts, TenantResult, rule_counts};
use crate::report::json_text::{self, Layout, tool};
use crate::report::tenants::{results, worst};

/// The version of the document.
const SCHEMA: &str = "rolecall.fleet/1";

#[derive(Serialize)]
struct FleetJson<'a, D> {
    schema: &'static str,
    tool: Value,
    as_of: Option<String>,
    verdict: Verdict,
    tenants: Vec<TenantJson<'a, D>>,
    missing: &'a [String],
    rules: Vec<RuleJson<'a>>,
    totals: FleetTotals,
    expected: Option<&'a BTreeSet<String>>,
    unreadable: Vec<Value>,
    problems: Vec<Value>,
}

#[derive(Serialize)]
struct TenantJson<'a, D> {
    tenant: Option<&'a str>,
    #[serde(flatten)]
    result: TenantResult,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    clash: &'a [TenantResult],
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<D>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    rule: &'a str,
    #[serde(flatten)]
    counts: RuleCounts,
}

/// Writes a fleet.
pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let FleetReport { fleet, conclusion, .. } = report;
    let tenants = fleet.results().map(|(tenant, result)| TenantJson::<()> {
        tenant: Some(tenant),
        result,
        clash: fleet.clash(tenant),
        document: None,
    });
    let fleet = FleetJson {
        schema: SCHEMA,
        tool: tool(),
        as_of: conclusion.as_of.clone(),
        verdict: conclusion.verdict,
        tenants: tenants.collect(),
        missing: &conclusion.missing,
        rules: rules(&conclusion.rules),
        totals: conclusion.totals,
        expected: fleet.expected(),
        unreadable: fleet.unreadable().iter().map(|(file, reason)| json!({ "file": file, "reason": reason })).collect(),
        problems: conclusion.problems.iter().map(problem).collect(),
    };
    write_document(&fleet, out)
}

/// Writes the reports `documents` of the runs as one document.
pub(in crate::report) fn write_runs<D: Serialize>(
    runs: &[&Run],
    documents: Vec<D>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let results = results(runs);
    let counts = rule_counts(&results);
    let totals = FleetTotals::of_results(&results);
    let tenants = runs.iter().zip(documents).zip(results).map(|((run, document), result)| TenantJson {
        tenant: run.ledger.tenant.as_deref(),
        result,
        clash: &[],
        document: Some(document),
    });
    let fleet = FleetJson {
        schema: SCHEMA,
        tool: tool(),
        as_of: runs.first().map(|run| run.as_of.to_string()),
        verdict: worst(runs),
        tenants: tenants.collect(),
        missing: &[],
        rules: rules(&counts),
        totals,
        expected: None,
        unreadable: Vec::new(),
        problems: Vec::new(),
    };
    write_document(&fleet, out)
}

fn write_document(fleet: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(fleet, Layout::Indented, &mut out)?;
    out.flush()
}

fn rules(counts: &BTreeMap<String, RuleCounts>) -> Vec<RuleJson<'_>> {
    counts.iter().map(|(rule, counts)| RuleJson { rule, counts: *counts }).collect()
}

fn problem(one: &FleetProblem) -> Value {
    json!({ "kind": one.kind.word(), "tenant": one.tenant, "file": one.file, "reason": one.reason })
}
