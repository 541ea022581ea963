//! A file in chunks of whole lines, through a buffer that grows only for an endless line.

use std::borrow::Cow;

use crate::error::ReadError;
use crate::source::file::Source;

/// Bytes read at a time: large enough that a call costs nothing, small enough to stay in the cache.
const CHUNK: usize = 64 * 1024;

/// The longest record, in bytes: a hundred cells of eighty kilobytes. A longer one is not an account.
pub const MAX_RECORD_BYTES: usize = 8 * 1024 * 1024;

/// A file on its way through a buffer.
pub struct Chunks<'a> {
    source: &'a Source,
    buffer: Vec<u8>,
    filled: usize,
    is_last: bool,
    /// Bytes from here on are not read.
    end: u64,
}

/// What comes after a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkResult {
    /// Another one.
    Chunk,
    /// Nothing.
    End,
    /// Nothing was taken, and the buffer is as large as it may get: what is in it will never be whole.
    Endless,
}

/// A guess at the whole records of a chunk, from its text alone.
pub struct ChunkEstimate {
    /// Their bytes, up to the record after them.
    pub bytes: usize,
    /// How many there are.
    pub records: u64,
}

impl<'a> Chunks<'a> {
    /// Chunks of `source`.
    #[must_use]
    pub fn new(source: &'a Source) -> Self {
        Self::until(source, u64::MAX)
    }

    /// The chunks of `source` before the byte `end`.
    #[must_use]
    pub fn until(source: &'a Source, end: u64) -> Self {
        Self { source, buffer: vec![0; CHUNK], filled: 0, is_last: false, end }
    }

    /// Reads the bytes from `byte` on, which is the start of a line.
    ///
    /// # Errors
    /// When the system cannot read.
    pub fn fill(&mut self, byte: u64) -> Result<(), ReadError> {
        let left = usize::try_from(self.end.saturating_sub(byte)).unwrap_or(usize::MAX);
        let most = self.buffer.len().min(left);
        self.filled = self.source.read_at(byte, &mut self.buffer[..most])?;
        self.is_last = self.filled < self.buffer.len() || most == left;
        Ok(())
    }

    /// What is in the buffer.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// The whole lines in the buffer: all of it at the end of the input. A CR at the very end is left for
    /// later: an LF may follow it.
    #[must_use]
    pub fn lines(&self) -> &[u8] {
        let bytes = &self.buffer[..self.filled];
        if self.is_last {
            return bytes;
        }
        let certain = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        &bytes[..memchr::memrchr2(b'\n', b'\r', certain).map_or(0, |at| at + 1)]
    }

    /// What comes after the first `count` bytes, which were taken. Where none could be, the buffer grows.
    pub fn after(&mut self, count: usize) -> ChunkResult {
        if self.is_last {
            return if count == self.filled { ChunkResult::End } else { ChunkResult::Chunk };
        }
        if count == 0 {
            if self.buffer.len() >= MAX_RECORD_BYTES {
                return ChunkResult::Endless;
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        ChunkResult::Chunk
    }

    /// Nothing follows what is in the buffer.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.is_last
    }

    /// The buffer is as large as it may get.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.filled == self.buffer.len() && self.buffer.len() >= MAX_RECORD_BYTES
    }
}

/// `bytes`, which begin at byte `base`, as text, and the places of bytes that no text holds: what is not UTF-8,
/// and NUL. Where they are not UTF-8, a stand-in of the same length takes the
/// place of every broken byte, so that spans stay; whoever holds one is refused. The stand-in is a character
/// that every grammar takes inside a string.
#[must_use]
pub fn decode(bytes: &[u8], base: u64) -> (Cow<'_, str>, Vec<u64>) {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        // A NUL ends a text for some readers and not for others: it is as bad as a broken byte.
        let nuls = memchr::memchr_iter(0, bytes).map(|at| base + at as u64).collect();
        return (Cow::Borrowed(text), nuls);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut broken = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            broken.push(base + text.len() as u64);
            text.push(char::from(STAND_IN));
        }
    }
    broken.extend(memchr::memchr_iter(0, bytes).map(|at| base + at as u64));
    broken.sort_unstable();
    (Cow::Owned(text), broken)
}

/// As [`decode`], of a whole document, which stays where it is in memory. `None` if so many bytes are broken
/// that it is not text.
#[must_use]
pub fn decode_whole(bytes: Vec<u8>, base: u64) -> Option<(String, Vec<u64>)> {
    let nuls: Vec<usize> = memchr::memchr_iter(0, &bytes).take(MAX_BROKEN_BYTES + 1).collect();
    let (text, mut broken) = match String::from_utf8(bytes) {
        Ok(text) => (text, nuls),
        Err(error) => {
            let mut bytes = error.into_bytes();
            let mut broken = no_utf8(&bytes);
            broken.iter().for_each(|at| bytes[*at] = STAND_IN);
            broken.extend(nuls);
            (String::from_utf8(bytes).ok()?, broken)
        }
    };
    broken.sort_unstable();
    (broken.len() <= MAX_BROKEN_BYTES).then(|| (text, broken.into_iter().map(|at| base + at as u64).collect()))
}

/// Where bytes are not UTF-8: the first [`MAX_BROKEN_BYTES`] of them, and one more.
fn no_utf8(bytes: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let of_chunk = |chunk: std::str::Utf8Chunk<'_>| {
        let first = at + chunk.valid().len();
        at = first + chunk.invalid().len();
        first..at
    };
    bytes.utf8_chunks().flat_map(of_chunk).take(MAX_BROKEN_BYTES + 1).collect()
}

/// The most broken bytes of a document: one with more is not text, and to remember their places would take
/// more memory than the document.
const MAX_BROKEN_BYTES: usize = 1 << 20;

/// Takes the place of a broken byte.
const STAND_IN: u8 = 0x7f;

/// The first broken byte from `start` up to, not with, `end`.
#[must_use]
pub fn first_broken(broken: &[u64], start: u64, end: u64) -> Option<u64> {
    broken[broken.partition_point(|at| *at < start)..].first().copied().filter(|at| *at < end)
}

/// The bytes of the line end at `at`: two of a CRLF, none at the end of the input.
#[must_use]
pub fn break_length(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => 2,
        Some(b'\r' | b'\n') => 1,
        _ => 0,
    }
}

/// How many lines end in `bytes`.
#[must_use]
pub fn line_breaks(bytes: &[u8]) -> u64 {
    let is_break = |at: &usize| !(bytes[*at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'));
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_break).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_bytes_keep_their_places() {
        let (text, broken) = decode(b"a\xffb\xc3(\xe2\x82", 10);
        assert_eq!(text.len(), 7);
        assert_eq!(broken, [11, 13, 15, 16]);
        assert_eq!(first_broken(&broken, 12, 14), Some(13));
        assert_eq!(first_broken(&broken, 14, 15), None);
        assert_eq!(decode(b"a\0b", 10).1, [11]);
        assert_eq!(decode(b"a\0\xff", 10).1, [11, 12]);
    }

    #[test]
    fn a_whole_document_is_decoded_as_a_chunk_is() {
        for bytes in [&b"plain"[..], b"", b"a\xffb\xc3(\xe2\x82", b"\0x\xf0\x9f\x98\0", "é\0".as_bytes()] {
            let (text, broken) = decode(bytes, 10);
            assert_eq!(decode_whole(bytes.to_vec(), 10), Some((text.into_owned(), broken)), "{bytes:?}");
        }
        assert_eq!(decode_whole(vec![0xff; MAX_BROKEN_BYTES + 1], 0), None);
        assert_eq!(decode_whole(vec![0; MAX_BROKEN_BYTES + 1], 0), None);
    }

    #[test]
    fn every_byte_comes_through_in_order() {
        let text = "line one\r\n\r\nline\rthree\n".repeat(40_000);
        let source = Source::from_bytes(text.clone().into_bytes());
        let mut chunks = Chunks::new(&source);
        let mut seen = Vec::new();
        let mut next = ChunkResult::Chunk;
        while next == ChunkResult::Chunk {
            chunks.fill(seen.len() as u64).expect("memory can be read");
            let taken = chunks.lines().len();
            seen.extend_from_slice(chunks.lines());
            next = chunks.after(taken);
        }
        assert_eq!(next, ChunkResult::End);
        assert!(seen == text.as_bytes());
    }
}
