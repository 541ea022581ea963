//! The JSON document `rolecall.fleet/1` of a fleet, whose reports are files; that of runs is `report/json_runs.rs`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::FleetReport;
use crate::fleet::FleetProblem;
use crate::report::json_runs::{FleetJson, RuleJson, SCHEMA, TenantJson};
use crate::report::json_text::tool;

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
        rules: RuleJson::all(&conclusion.rules),
        totals: conclusion.totals,
        expected: fleet.expected(),
        unreadable: fleet.unreadable().iter().map(|(file, reason)| json!({ "file": file, "reason": reason })).collect(),
        problems: conclusion.problems.iter().map(problem).collect(),
    };
    fleet.write(out)
}

fn problem(one: &FleetProblem) -> Value {
    json!({ "kind": one.kind.word(), "tenant": one.tenant, "file": one.file, "reason": one.reason })
}
