//! The comparison for people: the counts, then what changed, each with both places and the cause.

use std::io;

use termcolor::NoColor;

use super::{DiffReport, account_places, cause_line, field_line, label_text};
use crate::diff::{AccountDiff, FindingBucket, FindingDiff};
use crate::report::ledger::lines::verdict_word;
use crate::report::location_text;
use crate::report::screen::{Screen, WIDTH};

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &DiffReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let diff = report.diff;
    screen.heading(&format!("{}: what changed", verdict_word(diff.verdict)))?;
    screen.entry("  ", &report.headline())?;
    screen.entry("  OLD  ", &DiffReport::side_line(report.old))?;
    screen.entry("  NEW  ", &DiffReport::side_line(report.new))?;
    screen.entry("  ", &format!("differs: {}", report.factors_line()))?;
    let mut changed = diff.findings.iter().filter(|one| one.bucket != FindingBucket::Unchanged).peekable();
    if changed.peek().is_some() {
        screen.blank()?;
        screen.heading("Findings")?;
        changed.try_for_each(|one| finding(one, report, screen))?;
    }
    if !diff.accounts.is_empty() {
        screen.blank()?;
        screen.heading("Accounts")?;
        diff.accounts.iter().try_for_each(|one| account(one, screen))?;
        if diff.accounts_more > 0 {
            screen.entry("  ", &format!("and {} more, which are not listed", diff.accounts_more))?;
        }
    }
    let open = report.open_lines();
    if !open.is_empty() {
        screen.blank()?;
        screen.heading("Not compared")?;
        open.iter().try_for_each(|line| screen.entry("  ", line))?;
    }
    Ok(())
}

fn finding(one: &FindingDiff, report: &DiffReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let found = report.shown(one);
    let account = found.subject.as_ref().map_or_else(String::new, |subject| format!(" {}:", subject.key));
    let text = format!("{}[{}]{account} {}", found.severity.word(), found.rule, found.message);
    screen.entry(&format!("  {:<13}", one.bucket.word()), &text)?;
    for (name, found) in report.sides(one) {
        let Some(found) = found else { continue };
        let place = location_text(found).unwrap_or_else(|| "the tenant".to_owned());
        let condition = match (one.bucket, &found.acceptance) {
            (_, Some(accepted)) => format!(", {}: {}", found.outcome().word(), accepted.line()),
            (FindingBucket::Changed, None) if name == "OLD" => format!(", {}: {}", found.severity.word(), found.message),
            _ => String::new(),
        };
        screen.entry(&format!("               {name} "), &format!("{place}{condition}"))?;
    }
    for line in [cause_line(one), one.why.clone().unwrap_or_default()].iter().filter(|line| !line.is_empty()) {
        screen.entry("               ", line)?;
    }
    Ok(())
}

fn account(one: &AccountDiff, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.entry(&format!("  {:<13}", one.bucket.word()), &one.key)?;
    for field in &one.fields {
        screen.entry("               ", &field_line(field))?;
        for (name, label) in [("OLD", &field.old_label), ("NEW", &field.new_label)] {
            if let Some(label) = label {
                screen.entry("                 ", &format!("{name} {}", label_text(label)))?;
            }
        }
    }
    let places = account_places(one).into_iter().map(|(name, place)| format!("{name} {place}"));
    let places: Vec<String> = places.filter(|_| one.fields.iter().all(|field| field.new_label.is_none())).collect();
    for line in places.iter().chain(&one.notes) {
        screen.entry("               ", line)?;
    }
    Ok(())
}

pub(super) fn write(report: &DiffReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

pub(super) fn write_all(reports: &[DiffReport<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}
