//! The package as bytes: an archive with one canonical form. Entries are stored, in the order of their names, at one
//! fixed time, so the same parts give the same bytes.
//!
//! Reading trusts nothing. Since entries are not compressed, nothing unpacks to more than the file holds; and since
//! there is one way to write it, anything between or after the parts is noticed.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::manifest::{MANIFEST, Manifest};
use super::{PackageParts, statement};

/// The most bytes of a package: it is held in memory.
pub const MAX_BYTES: u64 = 256 << 20;

/// The most parts.
const MAX_PARTS: usize = 4096;

/// The part for those who sign.
pub(super) const STATEMENT: &str = "statement.json";

/// Why parts make no package.
const TOO_MUCH: &str = "it would hold more than 4,096 parts or 256 MiB";

/// A package that was opened: its parts, unverified.
pub struct Package {
    bytes: Vec<u8>,
    pub(super) parts: PackageParts,
}

/// Packs the parts with their manifest and the statement.
///
/// # Errors
/// When they are more than a package may hold.
pub fn pack(manifest: &Manifest, mut parts: PackageParts) -> Result<Vec<u8>, &'static str> {
    let manifest_bytes = manifest.bytes();
    parts.insert(STATEMENT.to_owned(), statement::bytes(manifest, &manifest_bytes));
    parts.insert(MANIFEST.to_owned(), manifest_bytes);
    let total = parts.values().map(|bytes| bytes.len() as u64).sum::<u64>();
    if parts.len() > MAX_PARTS || total > MAX_BYTES {
        return Err(TOO_MUCH);
    }
    let bytes = written(&parts).ok_or(TOO_MUCH)?;
    if bytes.len() as u64 > MAX_BYTES { Err(TOO_MUCH) } else { Ok(bytes) }
}

/// The canonical archive of these parts; `None` if the format cannot hold them.
fn written(parts: &PackageParts) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .system(System::Unix);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), options).ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

impl Package {
    /// Opens a package and extracts its parts, into memory only.
    ///
    /// # Errors
    /// Why it is not a package, as a fragment.
    pub fn open(bytes: Vec<u8>) -> Result<Self, &'static str> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err("it is larger than 256 MiB, the limit of a package");
        }
        let broken = "it is not an archive, or a damaged one";
        let mut zip = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(|_| broken)?;
        if zip.len() > MAX_PARTS {
            return Err("it holds more than 4,096 entries, the limit of a package");
        }
        let mut parts = PackageParts::new();
        let mut left = bytes.len() as u64;
        for index in 0..zip.len() {
            // Raw: a part that was changed is to be named, not only to fail its checksum.
            let entry = zip.by_index_raw(index).map_err(|_| broken)?;
            if entry.compression() != CompressionMethod::Stored || entry.encrypted() {
                return Err("it holds a compressed or encrypted entry, which a package never does");
            }
            left = left.checked_sub(entry.compressed_size()).ok_or("its entries overlap")?;
            let name = entry.name().map_err(|_| broken)?.into_owned();
            let (mut part, size) = (Vec::new(), entry.compressed_size());
            entry.take(size).read_to_end(&mut part).map_err(|_| broken)?;
            if part.len() as u64 != size || parts.insert(name, part).is_some() {
                return Err(broken);
            }
        }
        drop(zip);
        Ok(Self { bytes, parts })
    }

    /// True if the file is what rolecall writes of these parts, byte for byte.
    pub(super) fn is_as_written(&self) -> bool {
        written(&self.parts).is_some_and(|bytes| bytes == self.bytes)
    }

    /// The bytes of a part.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sha256;

    fn parts(names: &[&str]) -> PackageParts {
        names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()
    }

    /// Packages that were made once are verified by what is written now: the bytes may never change.
    #[test]
    fn the_way_of_writing_stays() {
        let bytes = written(&parts(&["b", "a/c"])).expect("it can be written");
        assert_eq!(sha256(&bytes), "0ca7fd218943b9a403fc413f510afbbade8b2c40841315f56268cbb3a40a2b03");
        let package = Package::open(bytes).expect("it is a package");
        assert_eq!(package.part("a/c"), Some(&b"a/c"[..]));
        assert!(package.is_as_written());
    }

    #[test]
    fn whatever_is_added_or_cut_off_shows() {
        let bytes = written(&parts(&["a", "b"])).expect("it can be written");
        for length in 0..bytes.len() {
            let is_taken = Package::open(bytes[..length].to_vec()).is_ok_and(|package| package.is_as_written());
            assert!(!is_taken, "{length} bytes of {}", bytes.len());
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let package = Package::open(changed.clone());
                let is_same = |package: &Package| package.parts == parts(&["a", "b"]) && package.is_as_written();
                assert!(!package.is_ok_and(|package| is_same(&package)), "bit {bit} of byte {at}");
            }
        }
        for more in [[b"x", &bytes[..]].concat(), [&bytes[..], b"x"].concat()] {
            assert!(!Package::open(more).is_ok_and(|package| package.is_as_written()));
        }
    }
}
