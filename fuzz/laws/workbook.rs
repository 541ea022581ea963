//! Workbooks out of text: an archive is hard to spoil in an interesting way, its parts are easy.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What begins the line that names a part.
const PART: &str = "=== ";

/// The bytes themselves where they are an archive, else one that holds the parts that they list.
pub fn archive(bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(b"PK") {
        return bytes.to_vec();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in text.split(PART).skip(1) {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        // A name that occurs twice cannot be written; the first part is kept.
        if zip.start_file(name, options).is_ok() {
            zip.write_all(text.strip_suffix('\n').unwrap_or(text).as_bytes()).expect("memory takes all");
        }
    }
    zip.finish().expect("memory takes all").into_inner()
}
