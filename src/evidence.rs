//! Evidence: the reports of a run in one package, with digests of all that went into it, so that anyone can say later
//! whether inputs and reports are still those, and make the run again.
//!
//! A package reveals every change made to it. It cannot reveal that all of it was made again: to rule that out, sign
//! the statement, or keep the digest of the package elsewhere.

pub mod manifest;
pub mod package;
pub mod recorded;
mod statement;
pub mod verify;

use std::collections::BTreeMap;
use std::io;

use crate::diagnostic::fingerprint::{KeyedHasher, hex};
use crate::report::{Report, ReportFormat};

pub use crate::diagnostic::fingerprint::sha256;

/// The reports that a package holds, and what their parts are called.
pub const REPORTS: [(ReportFormat, &str); 4] = [
    (ReportFormat::Html, "reports/report.html"),
    (ReportFormat::Json, JSON_REPORT),
    (ReportFormat::Sarif, "reports/report.sarif"),
    (ReportFormat::Human, "reports/report.txt"),
];

/// The report that the manifest has to agree with.
const JSON_REPORT: &str = "reports/report.json";

/// The parts of a package, by their names.
pub type PackageParts = BTreeMap<String, Vec<u8>>;

/// Every report of a package.
///
/// # Errors
/// What a writer says; memory says nothing.
pub fn reports(report: &Report<'_>) -> io::Result<PackageParts> {
    let mut parts = PackageParts::new();
    for (format, name) in REPORTS {
        let mut bytes = Vec::new();
        format.write(report, &mut bytes)?;
        parts.insert(name.to_owned(), bytes);
    }
    Ok(parts)
}

/// What tells whether a key is the one that was used, without telling the key.
#[must_use]
pub fn key_fingerprint(key: &KeyedHasher) -> String {
    hex(&key.hash(&["rolecall.evidence/1", "redact-key"]))
}
