//! The capacity report for people. The first screen answers: how many seats, until when, what to do, what it costs. The
//! findings with their rows and a chart of each licence follow.

use std::io;

use termcolor::{Color, ColorSpec, NoColor};

use super::bar_chart::{TimelineRow, bars, figure, rows};
use super::wording;
use super::{CapacityReport, runs};
use crate::capacity::{Capacity, License};
use crate::diagnostic::Severity;
use crate::report::grouping::{FindingGroup, grouped};
use crate::report::human::write_group;
use crate::report::screen::{Screen, WIDTH};
use crate::report::{location_text, summary, tenants};

/// The most causes of a day that are listed.
const MAX_CAUSES: usize = 6;
/// The most candidates and notes that are listed.
const MAX_LISTED: usize = 20;

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &CapacityReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let (run, capacity) = (report.report.run, report.capacity);
    let groups = grouped(&run.diagnostics);
    let (notes, others): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.first.severity == Severity::Note);
    if let Some(assumptions) = wording::assumptions(capacity) {
        screen.line("", &assumptions)?;
    }
    summary::verdict(&report.report, screen)?;
    for license in &capacity.licenses {
        outlook(license, capacity, screen)?;
    }
    for group in others {
        write_group(group, screen)?;
    }
    for license in &capacity.licenses {
        days(license, report, screen)?;
    }
    reclaim(capacity, screen)?;
    self::notes(&notes, screen)?;
    summary::inputs(run, screen)?;
    summary::accepted(&report.report, screen)?;
    summary::settings(run, screen)?;
    summary::holes(&run.ledger.holes, screen)
}

/// Writes the reports of one or several runs, each under its tenant.
///
/// # Errors
/// What the writer says.
pub fn write_all_styled(reports: &[CapacityReport<'_>], screen: &mut Screen<'_>) -> io::Result<()> {
    if let [report] = reports {
        return write_styled(report, screen);
    }
    for report in reports {
        screen.heading(&tenants::heading(report.report.run))?;
        screen.blank()?;
        write_styled(report, screen)?;
        screen.blank()?;
    }
    screen.heading(&tenants::line(&runs(reports)))
}

/// The same without colours.
pub(super) fn write_all(reports: &[CapacityReport<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    write_all_styled(reports, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

/// Writes the whole report without colours.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

/// How many seats, until when, what to do, and what it costs.
fn outlook(license: &License, capacity: &Capacity, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading(&license.name)?;
    let doubt = license.used.doubt.iter().map(|doubt| format!("not exact: {doubt}"));
    let mut lines: Vec<String> = std::iter::once(wording::now(license)).chain(doubt).collect();
    lines.push(wording::ahead(license, capacity.until));
    lines.extend(wording::without_assumptions(license));
    lines.extend(wording::advice(license, capacity));
    lines.extend(license.cost.iter().flat_map(wording::cost));
    lines.iter().try_for_each(|line| screen.line("  ", line))?;
    screen.blank()
}

/// The days to come as a chart, and what the days before let expect.
fn days(license: &License, report: &CapacityReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading(&format!("{} day by day", license.name))?;
    let (rows, beyond) = rows(license, report.report.run.as_of);
    timeline(&rows, screen)?;
    if beyond > 0 {
        screen.line("  ", &format!("and {beyond} more months; `--format json` has every day"))?;
    }
    let mut lines: Vec<String> = wording::plans(license).into_iter().collect();
    lines.extend(license.trend.iter().flat_map(wording::trend));
    lines.iter().try_for_each(|line| screen.line("  ", line))?;
    screen.blank()
}

fn timeline(rows: &[TimelineRow<'_>], screen: &mut Screen<'_>) -> io::Result<()> {
    let figures: Vec<_> = rows.iter().map(figure).collect();
    let (whens, widest) = (10, figures.iter().map(String::len).max().unwrap_or(0));
    let bars = bars(rows, screen.width().saturating_sub(whens + widest + 6));
    for ((row, figure), bar) in rows.iter().zip(&figures).zip(&bars) {
        let out = screen.out();
        write!(out, "  {:<whens$}  {figure:>widest$}  ", row.when)?;
        let (within, beyond) = bar.split_at(bar.find('!').unwrap_or(bar.len()));
        write!(out, "{within}")?;
        if !beyond.is_empty() {
            out.set_color(ColorSpec::new().set_bold(true).set_fg(Some(Color::Red)))?;
            write!(out, "{beyond}")?;
            out.reset()?;
        }
        screen.blank()?;
        causes(row, screen)?;
    }
    Ok(())
}

fn causes(row: &TimelineRow<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let Some(step) = row.step else { return Ok(()) };
    for cause in step.because.iter().take(MAX_CAUSES) {
        let (sign, text) = wording::cause(cause);
        screen.line(&format!("      {sign} "), &text)?;
    }
    let others = step.others + step.because.len().saturating_sub(MAX_CAUSES) as u64;
    if others > 0 {
        screen.line("        ", &format!("and {others} more"))?;
    }
    Ok(())
}

fn reclaim(capacity: &Capacity, screen: &mut Screen<'_>) -> io::Result<()> {
    let found = &capacity.reclaim.candidates;
    if found.is_empty() && capacity.reclaim.beyond == 0 {
        return Ok(());
    }
    screen.heading("Seats that could be given back")?;
    let count = wording::candidates(found.len());
    screen.line("  ", &format!("{count}; no input says whether an account is unused"))?;
    for (number, candidate) in found.iter().take(MAX_LISTED).enumerate() {
        let text = format!(
            "{}: {} ({}): {}",
            candidate.license,
            candidate.subject.key,
            wording::place(candidate),
            wording::reasons(candidate)
        );
        screen.line(&format!("  {}. ", number + 1), &text)?;
    }
    let beyond = found.len().saturating_sub(MAX_LISTED);
    if beyond > 0 {
        screen.line("  ", &format!("and {beyond} more; `--format json` lists them all"))?;
    }
    if capacity.reclaim.beyond > 0 {
        screen.line("  ", &format!("{} more accounts were not examined", capacity.reclaim.beyond))?;
    }
    screen.blank()
}

fn notes(notes: &[&FindingGroup<'_>], screen: &mut Screen<'_>) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    screen.heading("Notes")?;
    for note in notes.iter().take(MAX_LISTED) {
        let place = location_text(note.first).map_or_else(String::new, |place| format!("{place}: "));
        screen.line("  ", &format!("{place}{} ({})", note.message(), note.first.rule))?;
    }
    if notes.len() > MAX_LISTED {
        screen.line("  ", &format!("and {} more; `--format json` lists them all", notes.len() - MAX_LISTED))?;
    }
    screen.blank()
}
