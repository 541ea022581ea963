//! The JSON document `rolecall.fleet/1`, described by `schema/fleet.schema.json`: of runs, whose reports it holds. That of a
//! fleet, whose reports are files, is `report/fleet/json.rs`. `merge` reads both.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::Verdict;
use crate::engine::Run;
use crate::fleet::{FleetTotals, RuleCounts, TenantResult, rule_counts};
use crate::report::json_text::{self, Layout, tool};
use crate::report::tenants::{results, worst};

/// The version of the document.
pub(super) const SCHEMA: &str = "rolecall.fleet/1";

/// The document.
#[derive(Serialize)]
pub(super) struct FleetJson<'a, D> {
    pub(super) schema: &'static str,
    pub(super) tool: Value,
    pub(super) as_of: Option<String>,
    pub(super) verdict: Verdict,
    pub(super) tenants: Vec<TenantJson<'a, D>>,
    pub(super) missing: &'a [String],
    pub(super) rules: Vec<RuleJson<'a>>,
    pub(super) totals: FleetTotals,
    pub(super) expected: Option<&'a BTreeSet<String>>,
    pub(super) unreadable: Vec<Value>,
    pub(super) problems: Vec<Value>,
}

/// A tenant, with its report if the document holds it.
#[derive(Serialize)]
pub(super) struct TenantJson<'a, D> {
    pub(super) tenant: Option<&'a str>,
    #[serde(flatten)]
    pub(super) result: TenantResult,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) clash: &'a [TenantResult],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) document: Option<D>,
}

/// In how many tenants a rule ended how.
#[derive(Serialize)]
pub(super) struct RuleJson<'a> {
    pub(super) rule: &'a str,
    #[serde(flatten)]
    pub(super) counts: RuleCounts,
}

impl<D: Serialize> FleetJson<'_, D> {
    /// Writes it, indented, with a line end after it.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        json_text::write(self, Layout::Indented, &mut out)?;
        out.flush()
    }
}

impl<'a> RuleJson<'a> {
    /// Those of all rules.
    pub(super) fn all(counts: &'a BTreeMap<String, RuleCounts>) -> Vec<Self> {
        counts.iter().map(|(rule, counts)| Self { rule, counts: *counts }).collect()
    }
}

/// Writes the reports `documents` of the runs as one document.
pub(super) fn write_runs<D: Serialize>(runs: &[&Run], documents: Vec<D>, out: &mut dyn Write) -> io::Result<()> {
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
        rules: RuleJson::all(&counts),
        totals,
        expected: None,
        unreadable: Vec::new(),
        problems: Vec::new(),
    };
    fleet.write(out)
}
