//! The fleet as a table: the verdict, what is not settled, a row for each tenant, and one for each rule.

use std::io::{self, Write};

use super::FleetReport;
use crate::fleet::{FindingCounts, FleetTotals, RuleCounts, TenantResult};
use crate::report::csv::defused;

const HEADERS: [&str; 21] = [
    "kind",
    "tenant",
    "verdict",
    "exit",
    "report",
    "sha256",
    "records",
    "judged",
    "error",
    "warning",
    "note",
    "waived",
    "baselined",
    "holes",
    "rule",
    "pass",
    "fail",
    "not_determinable",
    "not_applicable",
    "problem",
    "message",
];

type FleetRow = [String; HEADERS.len()];

/// Writes the table.
pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS)?;
    let mut rows = vec![whole(report)];
    rows.extend(report.conclusion.problems.iter().map(|problem| {
        let mut row = of_kind("problem");
        row[1] = problem.tenant.clone().unwrap_or_default();
        row[4] = problem.file.clone().unwrap_or_default();
        row[19] = problem.kind.word().to_owned();
        row[20].clone_from(&problem.reason);
        row
    }));
    rows.extend(report.fleet.results().map(|(tenant, result)| of_tenant(tenant, &result)));
    rows.extend(report.conclusion.rules.iter().map(|(rule, counts)| of_rule(rule, counts)));
    for row in rows {
        table.write_record(row.iter().map(|cell| defused(cell)))?;
    }
    table.flush()
}

fn of_kind(kind: &str) -> FleetRow {
    let mut row = FleetRow::default();
    row[0] = kind.to_owned();
    row
}

fn whole(report: &FleetReport<'_>) -> FleetRow {
    let FleetTotals { findings, holes, records, judged, pass, fail, .. } = &report.conclusion.totals;
    let mut row = of_kind("fleet");
    row[2] = report.conclusion.verdict.word().to_owned();
    row[3] = report.conclusion.exit.to_string();
    counts(&mut row, findings, [*records, *judged, *holes]);
    row[15] = pass.to_string();
    row[16] = fail.to_string();
    row[20] = format!("{}. {}", report.headline(), report.scope_lines().join(". "));
    row
}

fn of_tenant(tenant: &str, result: &TenantResult) -> FleetRow {
    let mut row = of_kind("tenant");
    row[1] = tenant.to_owned();
    row[2] = result.verdict.word().to_owned();
    row[3] = result.exit.to_string();
    if let Some(report) = &result.report {
        row[4].clone_from(&report.file);
        row[5].clone_from(&report.sha256);
    }
    counts(&mut row, &result.findings, [result.records, result.judged, result.holes]);
    row[20] = result.reason.clone().unwrap_or_default();
    row
}

fn counts(row: &mut FleetRow, findings: &FindingCounts, [records, judged, holes]: [u64; 3]) {
    let FindingCounts { error, warning, note, waived, baselined } = *findings;
    let all = [records, judged, error, warning, note, waived, baselined, holes];
    row[6..14].iter_mut().zip(all).for_each(|(cell, count)| *cell = count.to_string());
}

fn of_rule(rule: &str, counts: &RuleCounts) -> FleetRow {
    let mut row = of_kind("rule");
    row[14] = rule.to_owned();
    let RuleCounts { pass, fail, not_determinable, not_applicable, waived, baselined } = *counts;
    for (at, count) in
        [(11, waived), (12, baselined), (15, pass), (16, fail), (17, not_determinable), (18, not_applicable)]
    {
        row[at] = count.to_string();
    }
    row
}
