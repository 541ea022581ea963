//! The capacity report for people. The first screen answers: how many seats, until when, what to do, what it costs. The
//! findings with their rows and a chart of each licence follow.

use std::io;

use termcolor::{Color, ColorSpec, NoColor, WriteColor};

use super::bar_chart::{TimelineRow, bars, figure, rows, wrapped};
use super::phrases;
use super::{CapacityReport, WIDTH, runs};
use crate::capacity::{Capacity, License};
use crate::diagnostic::Severity;
use crate::diagnostic::visible::whole;
use crate::report::grouping::{FindingGroup, grouped};
use crate::report::human::{bold, write_group};
use crate::report::summary::heading;
use crate::report::{fleet, location_text, summary};

/// The most causes of a day that are listed.
const MAX_CAUSES: usize = 6;
/// The most candidates and notes that are listed.
const MAX_LISTED: usize = 20;
/// The narrowest window that lines are fitted to.
const MIN_WIDTH: usize = 40;

/// Writes the whole report for a window of `width` columns.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &CapacityReport<'_>, width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    let (run, capacity, width) = (report.report.run, report.capacity, width.max(MIN_WIDTH));
    let groups = grouped(&run.diagnostics);
    let (notes, others): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.first.severity == Severity::Note);
    if let Some(assumptions) = phrases::assumptions(capacity) {
        say(out, "", &assumptions, width)?;
    }
    summary::verdict(&report.report, out)?;
    for license in &capacity.licenses {
        outlook(license, capacity, width, out)?;
    }
    for group in others {
        write_group(group, out)?;
    }
    for license in &capacity.licenses {
        days(license, report, width, out)?;
    }
    reclaim(capacity, width, out)?;
    self::notes(&notes, width, out)?;
    summary::inputs(run, out)?;
    summary::settings(run, out)?;
    summary::holes(&run.ledger.holes, out)
}

/// Writes the reports of one or several runs, each under its tenant.
///
/// # Errors
/// What the writer says.
pub fn write_all_styled(reports: &[CapacityReport<'_>], width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    if let [report] = reports {
        return write_styled(report, width, out);
    }
    for report in reports {
        bold(out, &whole(&fleet::heading(report.report.run)))?;
        writeln!(out, "\n")?;
        write_styled(report, width, out)?;
        writeln!(out)?;
    }
    bold(out, &fleet::line(&runs(reports)))?;
    writeln!(out)
}

/// The same without colours.
pub(super) fn write_all(reports: &[CapacityReport<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    write_all_styled(reports, WIDTH, &mut NoColor::new(out))
}

/// Writes the whole report without colours.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, WIDTH, &mut NoColor::new(out))
}

fn say(out: &mut dyn WriteColor, first: &str, text: &str, width: usize) -> io::Result<()> {
    write!(out, "{}", wrapped(first, &whole(text), width))
}

/// How many seats, until when, what to do, and what it costs.
fn outlook(license: &License, capacity: &Capacity, width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, &whole(&license.name))?;
    let doubt = license.used.doubt.iter().map(|doubt| format!("not exact: {doubt}"));
    let mut lines: Vec<String> = std::iter::once(phrases::now(license)).chain(doubt).collect();
    lines.push(phrases::ahead(license, capacity.until));
    lines.extend(phrases::without_assumptions(license));
    lines.extend(phrases::advice(license, capacity));
    lines.extend(license.cost.iter().flat_map(phrases::cost));
    lines.iter().try_for_each(|line| say(out, "  ", line, width))?;
    writeln!(out)
}

/// The days to come as a chart, and what the days before let expect.
fn days(license: &License, report: &CapacityReport<'_>, width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, &whole(&format!("{} day by day", license.name)))?;
    let (rows, beyond) = rows(license, report.report.run.as_of);
    timeline(&rows, width, out)?;
    if beyond > 0 {
        writeln!(out, "  and {beyond} more months; `--format json` has every day")?;
    }
    let mut lines: Vec<String> = phrases::plans(license).into_iter().collect();
    lines.extend(license.trend.iter().flat_map(phrases::trend));
    lines.iter().try_for_each(|line| say(out, "  ", line, width))?;
    writeln!(out)
}

fn timeline(rows: &[TimelineRow<'_>], width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    let figures: Vec<_> = rows.iter().map(figure).collect();
    let (whens, widest) = (10, figures.iter().map(String::len).max().unwrap_or(0));
    let bars = bars(rows, width.saturating_sub(whens + widest + 6));
    for ((row, figure), bar) in rows.iter().zip(&figures).zip(&bars) {
        write!(out, "  {:<whens$}  {figure:>widest$}  ", row.when)?;
        let (within, beyond) = bar.split_at(bar.find('!').unwrap_or(bar.len()));
        write!(out, "{within}")?;
        if !beyond.is_empty() {
            out.set_color(ColorSpec::new().set_bold(true).set_fg(Some(Color::Red)))?;
            write!(out, "{beyond}")?;
            out.reset()?;
        }
        writeln!(out)?;
        causes(row, width, out)?;
    }
    Ok(())
}

fn causes(row: &TimelineRow<'_>, width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    let Some(step) = row.step else { return Ok(()) };
    for cause in step.because.iter().take(MAX_CAUSES) {
        let (sign, text) = phrases::cause(cause);
        say(out, &format!("      {sign} "), &text, width)?;
    }
    let others = step.others + step.because.len().saturating_sub(MAX_CAUSES) as u64;
    if others > 0 {
        writeln!(out, "        and {others} more")?;
    }
    Ok(())
}

fn reclaim(capacity: &Capacity, width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    let found = &capacity.reclaim.candidates;
    if found.is_empty() && capacity.reclaim.beyond == 0 {
        return Ok(());
    }
    heading(out, "Seats that could be given back")?;
    say(
        out,
        "  ",
        &format!("{}; no input says whether an account is unused", phrases::candidates(found.len())),
        width,
    )?;
    for (number, candidate) in found.iter().take(MAX_LISTED).enumerate() {
        let text = format!(
            "{}: {} ({}): {}",
            candidate.license,
            candidate.subject.key,
            phrases::place(candidate),
            phrases::reasons(candidate)
        );
        say(out, &format!("  {}. ", number + 1), &text, width)?;
    }
    let beyond = found.len().saturating_sub(MAX_LISTED);
    if beyond > 0 {
        writeln!(out, "  and {beyond} more; `--format json` lists them all")?;
    }
    if capacity.reclaim.beyond > 0 {
        writeln!(out, "  {} more accounts were not examined", capacity.reclaim.beyond)?;
    }
    writeln!(out)
}

fn notes(notes: &[&FindingGroup<'_>], width: usize, out: &mut dyn WriteColor) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    heading(out, "Notes")?;
    for note in notes.iter().take(MAX_LISTED) {
        let place = location_text(note.first).map_or_else(String::new, |place| format!("{place}: "));
        say(out, "  ", &format!("{place}{} ({})", note.message(), note.first.rule), width)?;
    }
    if notes.len() > MAX_LISTED {
        writeln!(out, "  and {} more; `--format json` lists them all", notes.len() - MAX_LISTED)?;
    }
    writeln!(out)
}
