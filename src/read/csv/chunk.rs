//! What the readers of a table share: where the table is, a chunk of its text, and what a scan found in it.

use std::sync::atomic::AtomicBool;

use super::table_schema::TableSchema;
use crate::fast::scan::{CellEnd, ScanResult, scan};
use crate::read::chunks::break_length;
use crate::read::progress::ProgressMeter;
use crate::source::InputId;
use crate::source::file::Source;

/// A table and where it is read from.
#[derive(Clone, Copy)]
pub(super) struct TableInput<'a> {
    pub source: &'a Source,
    pub id: InputId,
    pub schema: &'a TableSchema,
    /// Where its records begin.
    pub first_record: u64,
    pub meter: ProgressMeter<'a>,
    /// Where its records end at the latest.
    pub end: u64,
}

/// How a thread finds out where a chunk ends and how many records it holds.
#[derive(Clone, Copy)]
pub(super) enum ReadMode<'a> {
    /// By a scan; no other thread reads.
    Sequential,
    /// By a scan, under the lock.
    ParallelExact,
    /// By its line ends; a scan outside the lock confirms them. A wrong estimate is noted here.
    ParallelEstimated(&'a AtomicBool),
}

/// Whole lines of a table, decoded.
pub(super) struct TextChunk<'a> {
    pub text: &'a str,
    /// The byte of the input and the line it begins at.
    pub base: u64,
    pub line: u64,
    /// Bytes that are not UTF-8, in order.
    pub broken: &'a [u64],
    /// Nothing follows it.
    pub is_last: bool,
    /// A record that is incomplete at its end stays incomplete.
    pub is_final: bool,
}

/// The rest of a chunk and what a scan found in it.
#[derive(Clone, Copy)]
pub(super) struct ScannedText<'a> {
    pub text: &'a str,
    /// The byte of the input it begins at.
    pub base: u64,
    pub chunk: &'a TextChunk<'a>,
    pub scanned: &'a ScanResult,
}

/// True for an empty line or one of spaces and tabs. Other blank bytes are data: some programs would count the line.
pub(super) fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Ends the last record of the input, which need not end in a line end.
pub(super) fn end_last_record(bytes: &[u8], scanned: &mut ScanResult) {
    let after = match scanned.ends.last() {
        Some(end) if end.is_record_end() => end.at() + break_length(bytes, end.at()),
        Some(end) => end.at(),
        None => 0,
    };
    if after < bytes.len() {
        scanned.ends.push(CellEnd::ending_record(bytes.len()));
        scanned.record_ends += 1;
    }
}

/// Where the last cell of `bytes` begins, if it is quoted. They begin at the start of a record.
pub(super) fn last_quoted_cell(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut scanned = ScanResult::default();
    scan(bytes, delimiter, &mut scanned);
    let cell = scanned.ends.last().map_or(0, |end| end.at() + 1);
    (bytes.get(cell) == Some(&b'"')).then_some(cell)
}
