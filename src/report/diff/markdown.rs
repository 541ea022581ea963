//! The comparison as Markdown. Text from outside is put in code spans; what is beyond a mebibyte is counted.

use std::io::{self, Write};

use super::{DiffReport, account_places, cause_line, field_line};
use crate::diff::{AccountDiff, FindingBucket, FindingDiff};
use crate::report::ledger::lines::verdict_word;
use crate::report::location_text;
use crate::report::markdown::{cell, limited_section, safe};

/// Writes the report.
pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diff = report.diff;
    let mut page = format!("## rolecall: {}, what changed\n\n", verdict_word(diff.verdict));
    page.push_str(&format!("{}.\n\n", safe(&report.headline())));
    for (name, run) in [("OLD", report.old), ("NEW", report.new)] {
        page.push_str(&format!("- {name}: {}\n", safe(&DiffReport::side_line(run))));
    }
    page.push_str(&format!("- differs: {}\n", safe(&report.factors_line())));
    let open = report.open_lines();
    if !open.is_empty() {
        let entries: Vec<String> = open.iter().map(|line| format!("- {}\n", safe(line))).collect();
        limited_section("Not compared", "", &entries, &mut page);
    }
    let changed = diff.findings.iter().filter(|one| one.bucket != FindingBucket::Unchanged);
    let findings: Vec<String> = changed.map(|one| finding_row(report, one)).collect();
    let head = "| | rule | account | what | why | OLD | NEW |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    limited_section("Findings", head, &findings, &mut page);
    let accounts: Vec<String> = diff.accounts.iter().map(account_row).collect();
    limited_section("Accounts", "| | account | what | OLD | NEW |\n| --- | --- | --- | --- | --- |\n", &accounts, &mut page);
    if diff.accounts_more > 0 {
        page.push_str(&format!("\nand {} more accounts, which are not listed\n", diff.accounts_more));
    }
    out.write_all(page.as_bytes())?;
    out.flush()
}

fn finding_row(report: &DiffReport<'_>, one: &FindingDiff) -> String {
    let found = report.shown(one);
    let [old, new] = report.sides(one).map(|(_, found)| found.and_then(location_text).unwrap_or_default());
    let account = found.subject.as_ref().map_or("", |subject| &subject.key);
    let cause = [cause_line(one), one.why.clone().unwrap_or_default()].join(" ");
    format!(
        "| {} | {} `{}` | {} | {} | {} | {} | {} |\n",
        one.bucket.word(),
        found.severity.word(),
        found.rule,
        cell(account),
        cell(&found.message),
        cell(cause.trim()),
        cell(&old),
        cell(&new)
    )
}

fn account_row(one: &AccountDiff) -> String {
    let lines: Vec<String> = one.fields.iter().map(field_line).chain(one.notes.iter().cloned()).collect();
    let place = |side: &str| {
        account_places(one).into_iter().find(|(name, _)| *name == side).map(|(_, place)| place).unwrap_or_default()
    };
    format!(
        "| {} | {} | {} | {} | {} |\n",
        one.bucket.word(),
        cell(&one.key),
        cell(&lines.join("; ")),
        cell(&place("OLD")),
        cell(&place("NEW"))
    )
}

/// Writes several comparisons, one after the other.
pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}
