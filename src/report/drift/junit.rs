//! The drift report as JUnit's XML: that of a check, whose findings are the differences.

use std::io::{self, Write};

use super::DriftReport;
use crate::report::{Report, junit};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    junit::write(&report.report, out)
}

pub(super) fn write_all(reports: &[DriftReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let reports: Vec<Report<'_>> = reports.iter().map(|report| report.report).collect();
    junit::write_all(&reports, out)
}
