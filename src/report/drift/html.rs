//! The drift report as a page: that of a check, whose findings are the differences.

use std::io::{self, Write};

use super::DriftReport;
use crate::report::{Report, html};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    html::write(&report.report, out)
}

pub(super) fn write_all(reports: &[DriftReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let reports: Vec<Report<'_>> = reports.iter().map(|report| report.report).collect();
    html::write_all(&reports, out)
}
