//! The drift report as workflow commands: that of a check, whose findings are the differences.

use std::io::{self, Write};

use super::DriftReport;
use crate::report::{Report, github};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    github::write(&report.report, out)
}

pub(super) fn write_all(reports: &[DriftReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let reports: Vec<Report<'_>> = reports.iter().map(|report| report.report).collect();
    github::write_all(&reports, out)
}
