//! One line per finding, then one per thing that was not judged and per fact behind the verdict.

use std::io::{self, Write};

use super::grouping::{FindingGroup, grouped};
use super::ledger::{EntryKind, entries};
use super::{Report, location_text, runs, tenants};
use crate::diagnostic::visible::whole;

/// Writes the findings, the account, and the verdict as the last line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for group in grouped(&report.run.diagnostics) {
        writeln!(out, "{}", line(&group))?;
    }
    let entries = entries(report);
    for entry in entries.iter().filter(|entry| entry.kind != EntryKind::Verdict && entry.is_in_log()) {
        writeln!(out, "{}", entry.line())?;
    }
    for verdict in entries.iter().filter(|entry| entry.kind == EntryKind::Verdict) {
        writeln!(out, "{}", whole(&verdict.text))?;
    }
    Ok(())
}

/// Writes several runs, each under its tenant, and the verdict over all as the last line.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        writeln!(out, "{}:", whole(&tenants::heading(report.run)))?;
        write(report, out)?;
    }
    writeln!(out, "{}", tenants::line(&runs(reports)))
}

/// A finding in one line, safe for eyes and logs.
pub(super) fn line(group: &FindingGroup<'_>) -> String {
    let diagnostic = group.first;
    let place = location_text(diagnostic).map_or_else(String::new, |place| format!("{place}: "));
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| format!(" [{}]", subject.key));
    let (severity, rule) = (diagnostic.severity.word(), &diagnostic.rule);
    whole(&format!("{place}{severity}[{rule}]: {}{account}", group.message()))
}
