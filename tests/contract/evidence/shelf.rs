//! Packages for the tests: how they are made, taken apart, and put together again.

use std::fs;
use std::io::{Cursor, Read, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use crate::support::workspace::{Ran, Workspace};

/// The entries of an archive, in their order.
pub type Entries = Vec<(String, Vec<u8>)>;

/// `evidence create` into `review.zip`, as of a fixed day.
pub fn create(workspace: &Workspace, args: &[&str]) -> Ran {
    create_from(workspace, args, None)
}

pub fn create_from(workspace: &Workspace, args: &[&str], stdin: Option<&str>) -> Ran {
    let config: &[&str] = if args.contains(&"--config") { &[] } else { &["--no-config"] };
    let fixed = ["evidence", "create", "-o", "review.zip", "--as-of", "2026-11-21"];
    workspace.run_with(&[&fixed, config, args].concat(), &[], stdin)
}

pub fn verify(workspace: &Workspace) -> Ran {
    workspace.run(&["evidence", "verify", "review.zip"])
}

pub fn replay(workspace: &Workspace) -> Ran {
    workspace.run(&["evidence", "replay", "review.zip"])
}

pub fn bytes(workspace: &Workspace) -> Vec<u8> {
    fs::read(workspace.path("review.zip")).unwrap()
}

pub fn put(workspace: &Workspace, bytes: &[u8]) {
    fs::write(workspace.path("review.zip"), bytes).unwrap();
}

/// Everything that is in a package.
pub fn entries(bytes: &[u8]) -> Entries {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        entries.push((entry.name().unwrap().into_owned(), bytes));
    }
    entries
}

/// The options that packages are written with.
pub fn plain() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .system(System::Unix)
}

/// An archive of these entries, with sums that are right.
pub fn archive(entries: &Entries) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), plain()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
