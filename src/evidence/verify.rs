//! Whether a package is still what was made: every part there, none too many, each with its digest, and manifest,
//! statement and report of one mind.

use std::collections::BTreeSet;

use serde_json::Value;

use super::manifest::{MANIFEST, Manifest, SCHEMA};
use super::package::{Package, STATEMENT};
use super::{JSON_REPORT, REPORTS, sha256, statement};
use crate::diagnostic::visible::quoted;

/// The manifest of a package that is as it was made.
///
/// # Errors
/// Everything that is not, as fragments for people.
pub fn verify(package: &Package) -> Result<Manifest, Vec<String>> {
    let manifest = manifest(package).map_err(|why| vec![why.to_owned()])?;
    let mut faults = Vec::new();
    parts(package, &manifest, &mut faults);
    expected(&manifest, &mut faults);
    let bytes = package.part(MANIFEST).unwrap_or_default();
    match package.part(STATEMENT) {
        None => faults.push(format!("the part {STATEMENT} is missing")),
        Some(found) if found != statement::bytes(&manifest, bytes) => {
            faults.push(format!("{STATEMENT} does not agree with {MANIFEST}"));
        }
        Some(_) => {}
    }
    if !agrees_with_report(package, &manifest) {
        faults.push(format!("{MANIFEST} does not agree with {JSON_REPORT}"));
    }
    if faults.is_empty() && !package.is_as_written() {
        faults.push("the archive has extra or repeated entries, or is not in canonical form".to_owned());
    }
    if faults.is_empty() { Ok(manifest) } else { Err(faults) }
}

fn manifest(package: &Package) -> Result<Manifest, &'static str> {
    let bytes = package.part(MANIFEST).ok_or("the part manifest.json is missing")?;
    let value: Value = serde_json::from_slice(bytes).map_err(|_| "manifest.json is not JSON")?;
    if value["schema"] != SCHEMA {
        return Err("manifest.json has a version that this rolecall does not know");
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(|_| "manifest.json does not match its schema")?;
    // Keys named twice or left out read as something, too.
    if manifest.bytes() == bytes { Ok(manifest) } else { Err("manifest.json is not written as rolecall writes it") }
}

/// Every part of the manifest is there with its digest, and no other.
fn parts(package: &Package, manifest: &Manifest, faults: &mut Vec<String>) {
    for part in &manifest.parts {
        let name = quoted(&part.part);
        match package.part(&part.part) {
            None => faults.push(format!("the part {name} is missing")),
            Some(bytes) if bytes.len() as u64 != part.bytes || sha256(bytes) != part.sha256 => {
                faults.push(format!("the part {name} does not hold the bytes that were recorded"));
            }
            Some(_) => {}
        }
    }
    let known: BTreeSet<&str> =
        manifest.parts.iter().map(|part| part.part.as_str()).chain([MANIFEST, STATEMENT]).collect();
    let more = package.parts.keys().filter(|name| !known.contains(name.as_str()));
    faults.extend(more.map(|name| format!("the part {} was not recorded", quoted(name))));
}

/// The parts are the reports and the files that are said to be packed, each once, under one digest.
fn expected(manifest: &Manifest, faults: &mut Vec<String>) {
    let files = || manifest.files().map(|(_, file)| file);
    let packed = files().filter_map(|file| file.part.as_deref());
    let mut due: Vec<&str> = REPORTS.iter().map(|(_, name)| *name).chain(packed).collect();
    due.sort_unstable();
    if !due.iter().copied().eq(manifest.parts.iter().map(|part| part.part.as_str())) {
        faults.push(format!("{MANIFEST} does not list the parts that such a package has"));
    }
    for file in files().filter(|file| file.part.is_some()) {
        let part = manifest.parts.iter().find(|part| Some(&part.part) == file.part.as_ref());
        let digest = part.map(|part| (&part.sha256, part.bytes));
        if digest != file.sha256.as_ref().zip(file.bytes) {
            faults.push(format!("{MANIFEST} has two digests for {}", quoted(&file.file)));
        }
    }
}

/// What the manifest says of the run is what the report says.
fn agrees_with_report(package: &Package, manifest: &Manifest) -> bool {
    let report: Value =
        package.part(JSON_REPORT).and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
    let words = [("product", &manifest.product), ("as_of", &manifest.as_of), ("verdict", &manifest.verdict)];
    words.iter().all(|(key, word)| report[*key] == word.as_str()) && report["ledger"] == manifest.ledger
}
