//! Workflow commands of GitHub Actions: annotations at the places of findings, and the whole ledger in the log.
//!
//! A step shows no more than ten annotations of each kind. The others are plain lines of the log, and a notice says how
//! many.

use std::io::{self, Write};

use super::grouping::{FindingGroup, grouped};
use super::ledger::lines::plural;
use super::ledger::{EntryKind, entries};
use super::{Report, cell_suffix, concise, location, places_elsewhere, runs, tenants};
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Severity, Verdict};

/// Annotations of one kind that a step shows.
const MAX_ANNOTATIONS: usize = 10;

/// Writes annotations, then the rest of the findings, then the account.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = report.with_relative_paths();
    let report = &Report { run: &run, ..*report };
    let entries = entries(report);
    let verdict = entries.iter().find(|entry| entry.kind == EntryKind::Verdict).map_or("", |entry| entry.text.as_str());
    let is_incomplete = report.run.verdict == Verdict::Incomplete;
    // The verdict comes first: what is beyond the limit is not shown.
    let command = if is_incomplete { "error" } else { "notice" };
    writeln!(out, "::{command} title={}::{}", property("rolecall"), message(verdict))?;
    let groups = grouped(&report.run.diagnostics);
    let mut beyond = Vec::new();
    for severity in Severity::ALL {
        let of_it = groups.iter().filter(|group| group.first.severity == severity);
        for (number, group) in of_it.enumerate() {
            // Two of each kind are kept for the verdict and for the notice below.
            if number < MAX_ANNOTATIONS - 2 {
                writeln!(out, "{}", annotation(group))?;
            } else {
                beyond.push(group);
            }
        }
    }
    if !beyond.is_empty() {
        let count = plural(beyond.len() as u64, "more finding");
        let text = format!("{count} beyond the annotations that a step may have: the log of this step lists them");
        writeln!(out, "::warning title={}::{}", property("rolecall"), message(&text))?;
    }
    for group in beyond {
        writeln!(out, "{}", concise::line(group))?;
    }
    for entry in entries.iter().filter(|entry| entry.is_in_log()) {
        writeln!(out, "{}", entry.line())?;
    }
    Ok(())
}

/// Writes several runs, each in a group of the log, after the verdict over all.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let runs = runs(reports);
    let command = if tenants::worst(&runs) == Verdict::Incomplete { "error" } else { "notice" };
    writeln!(out, "::{command} title={}::{}", property("rolecall"), message(&tenants::line(&runs)))?;
    for report in reports {
        writeln!(out, "::group::{}", message(&tenants::heading(report.run)))?;
        write(report, out)?;
        writeln!(out, "::endgroup::")?;
    }
    Ok(())
}

fn annotation(group: &FindingGroup<'_>) -> String {
    let diagnostic = group.first;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = location(diagnostic) {
        properties.push(format!("file={}", property(place.file)));
        // A workbook has no lines that could be annotated: the message names its cell.
        if let (Some((line, column)), Some((end_line, end_column)), None) = (place.start, place.end, place.cell) {
            properties.push(format!("line={line},endLine={end_line}"));
            // Columns go only with a single line, and the last one is meant with them.
            if line == end_line {
                properties.push(format!("col={column},endColumn={}", end_column.saturating_sub(1).max(column)));
            }
        }
    }
    properties.push(format!("title={}", property(&diagnostic.rule)));
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| format!(" ({})", subject.key));
    let elsewhere = places_elsewhere(diagnostic).filter(|_| group.repeats().is_none());
    let see: String = elsewhere.map(|place| format!(" See: {place}.")).collect();
    let text = format!("{}{account}{}. {}{see}", group.message(), cell_suffix(diagnostic), diagnostic.remedy);
    format!("::{command} {}::{}", properties.join(","), message(&text))
}

/// `text` as the message of a command.
fn message(text: &str) -> String {
    whole(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as a property of a command. A path is otherwise written as it is, or it would name no file.
fn property(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    whole(&escaped.replace(':', "%3A").replace(',', "%2C"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::visible::is_hidden;

    #[test]
    fn no_scalar_value_ends_a_command_or_a_property() {
        for c in '\0'..=char::MAX {
            let (message, property) = (message(&c.to_string()), property(&c.to_string()));
            assert!(!message.contains(is_hidden) && !property.contains(is_hidden), "{:x}", u32::from(c));
            assert!(!property.contains([':', ',']), "{:x}", u32::from(c));
            assert!(message.matches('%').count() == message.matches("%25").count(), "{:x}", u32::from(c));
        }
        assert_eq!(property("a:b,c%d\r\n"), "a%3Ab%2Cc%25d%0D%0A");
        assert_eq!(message("100%, a:b"), "100%25, a:b");
    }
}
