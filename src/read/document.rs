//! A document that is read as a whole: how large it may be, and what it must not be in.

use super::chunks;
use super::encoding::{self, Encoding};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::source::file::Source;

/// Refuses bytes that are not text, before a reader takes them for text.
///
/// # Errors
/// A fault that names what they look like.
pub fn refuse_other_encodings(start: &[u8]) -> Result<(), Fault> {
    let is = |magic: &[u8]| start.starts_with(magic);
    let refused = |message: &str| Err(Fault::new(FaultKind::EncodingUnsupported, Span::at(0), message));
    if is(b"PK\x03\x04") {
        let message = "this is a ZIP archive, perhaps a workbook, not a text file";
        let remedy = "If it is a workbook, say so with `--input-format xlsx`.";
        return refused(message).map_err(|fault| fault.with_remedy(remedy));
    }
    if is(b"\x1f\x8b") {
        return refused("this is a gzip archive, not a text file")
            .map_err(|fault| fault.with_remedy("Unpack it first."));
    }
    if is(b"\xff\xfe") || is(b"\xfe\xff") || is(b"\0\0\xfe\xff") {
        return refused("the text is in UTF-32").map_err(|fault| fault.with_remedy("Save it as UTF-8 and run again."));
    }
    let look = &start[..start.len().min(4096)];
    let nuls = look.iter().filter(|byte| **byte == 0).count();
    if nuls * 8 > look.len() {
        let message = "the text is full of NUL bytes: it is UTF-16 without a byte order mark, or not text";
        return refused(message).map_err(|fault| fault.with_remedy(encoding::remedy(&encoding::likely(start))));
    }
    Ok(())
}

/// The byte order mark of UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A document that lies in memory.
pub struct Document {
    /// Its text, without its byte order mark.
    pub text: String,
    /// The byte of the input that the text begins at.
    pub base: u64,
    /// The places of bytes that were not UTF-8, or NUL.
    pub broken: Vec<u64>,
}

impl Document {
    /// The first byte that was not UTF-8, as a fault of the whole document.
    #[must_use]
    pub fn broken(&self) -> Option<Fault> {
        self.broken.first().map(|at| not_utf8(*at))
    }
}

/// The fault of a byte that is not UTF-8.
pub(super) fn not_utf8(at: u64) -> Fault {
    Fault::new(FaultKind::Utf8Invalid, Span::new(at, at + 1), "a byte that is not valid UTF-8, or a NUL")
}

/// The largest document: over a million persons. It is held in memory, once.
pub const MAX_DOCUMENT_BYTES: u64 = 768 << 20;

/// The largest plan: ten thousand accounts. A tree of it is held in memory, at many times its size.
pub const MAX_PLAN_BYTES: u64 = 4 << 20;

/// What is larger than it may be.
pub(super) fn too_large(what: &str, most: u64) -> Fault {
    Fault::of_input(FaultKind::TooLarge, format!("{what} is larger than {} MiB", most >> 20))
}

/// The whole of a document of at most `most` bytes as text.
///
/// # Errors
/// A fault where it cannot be read, is too large, is empty, or is not text.
pub fn read_document(source: &Source, most: u64) -> Result<Document, Fault> {
    if source.length() > most {
        return Err(too_large("the document", most));
    }
    let mut bytes = source.read_whole()?;
    refuse_other_encodings(&bytes)?;
    let base = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    bytes.drain(..base);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing"));
    }
    let base = base as u64;
    let no_text = |likely: &[Encoding]| {
        let message = "too many bytes are not valid UTF-8 for this to be text";
        Fault::of_input(FaultKind::EncodingUnsupported, message).with_remedy(encoding::remedy(likely))
    };
    let likely = encoding::likely(&bytes[..bytes.len().min(encoding::CUT)]);
    let (text, broken) = chunks::decode_whole(bytes, base).ok_or_else(|| no_text(&likely))?;
    Ok(Document { text, base, broken })
}
