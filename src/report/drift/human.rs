//! The drift report for people: what was compared, then each difference with both places.

use std::io;

use termcolor::NoColor;

use super::DriftReport;
use crate::diagnostic::fault::FaultKind;
use crate::report::grouping::grouped;
use crate::report::human::write_group;
use crate::report::screen::{Screen, WIDTH};
use crate::report::summary;

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &DriftReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let run = report.report.run;
    screen.line("", &report.drift.summary())?;
    screen.blank()?;
    for group in grouped(&run.diagnostics) {
        if *group.first.rule != *FaultKind::DriftSummary.id() {
            write_group(&group, screen)?;
        }
    }
    summary::verdict(&report.report, screen)?;
    summary::inputs(run, screen)?;
    summary::accepted(&report.report, screen)?;
    summary::settings(run, screen)?;
    summary::holes(&run.ledger.holes, screen)
}

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

pub(super) fn write_all(reports: &[DriftReport<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    reports.iter().try_for_each(|report| write(report, out))
}
