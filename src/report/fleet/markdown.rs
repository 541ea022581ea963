//! The fleet as Markdown. Text from outside is put in code spans; what is beyond a mebibyte is counted.

use std::io::{self, Write};

use super::{FleetReport, problem_line, result_line};
use crate::report::ledger::lines::verdict_word;
use crate::report::markdown::{cell, limited_section, safe};

/// Writes the report.
pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("## rolecall: {}\n\n", safe(&report.headline()));
    report.scope_lines().iter().for_each(|line| page.push_str(&format!("- {}\n", safe(line))));
    let problems = report.conclusion.problems.iter().map(|problem| format!("- {}\n", safe(&problem_line(problem))));
    limited_section("Not settled", "", &problems.collect::<Vec<_>>(), &mut page);
    let tenants = report.by_verdict().into_iter().map(|(tenant, result)| {
        let file = result.report.as_ref().map_or("", |report| &report.file);
        let (word, line) = (verdict_word(result.verdict), result_line(&result));
        format!("| {word} | {} | {} | {} |\n", cell(tenant), safe(&line), cell(file))
    });
    let head = "| verdict | tenant | found | report |\n| --- | --- | --- | --- |\n";
    limited_section("Tenants", head, &tenants.collect::<Vec<_>>(), &mut page);
    let rules = report.failing_rules().into_iter();
    let rules =
        rules.map(|(rule, counts)| format!("| {} | {} | {} |\n", cell(rule), counts.fail, counts.not_determinable));
    let head = "| rule | tenants that fail | not determinable |\n| --- | --- | --- |\n";
    limited_section("Rules", head, &rules.collect::<Vec<_>>(), &mut page);
    out.write_all(page.as_bytes())?;
    out.flush()
}
