//! What a table's reader has at hand: where the table lies, a stretch of its text, and what a scan found in it.

use std::sync::atomic::AtomicBool;

use super::row::TableSchema;
use super::scan::{CellEnd, Structure, scan};
use crate::read::chunks::break_length;
use crate::read::progress::Meter;
use crate::source::InputId;
use crate::source::file::Source;

/// A table and where it lies.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub source: &'a Source,
    pub input: InputId,
    pub table: &'a TableSchema,
    pub meter: Meter<'a>,
}

/// How one reads.
#[derive(Clone, Copy)]
pub(super) enum Manner<'a> {
    /// Nobody else does.
    Alone,
    /// Where a stretch ends, and how many records are in it, is told by a scan, in turn.
    InTurn,
    /// Both are guessed by line ends, and whoever scans the stretch proves it. A wrong guess is noted here.
    ByGuess(&'a AtomicBool),
}

/// A stretch of whole lines, decoded.
pub(super) struct Chunk<'a> {
    pub text: &'a str,
    /// The byte of the input and the line it begins at.
    pub base: u64,
    pub line: u64,
    /// Bytes that were no UTF-8, in order.
    pub broken: &'a [u64],
    /// Nothing follows it.
    pub is_last: bool,
    /// What is no whole record by its end will never be one.
    pub is_final: bool,
}

/// What a stretch is taken for.
pub(super) struct Guess {
    pub bytes: usize,
    pub rows: u64,
}

/// What is left of a stretch, and what a scan found in it.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub text: &'a str,
    /// The byte of the input it begins at.
    pub base: u64,
    pub chunk: &'a Chunk<'a>,
    pub structure: &'a Structure,
}

/// True for a line of nothing but space. Other bytes that are blank to some are data: a reader would count the line.
pub(super) fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Ends the last record of the input, which need not end in a line end.
pub(super) fn end_last_record(bytes: &[u8], structure: &mut Structure) {
    let after = match structure.ends.last() {
        Some(end) if end.is_record_end() => end.at() + break_length(bytes, end.at()),
        Some(end) => end.at(),
        None => 0,
    };
    if after < bytes.len() {
        structure.ends.push(CellEnd::ending_record(bytes.len()));
        structure.breaks += 1;
    }
}

/// The quote that stands open at the end of `bytes`, which begin at the start of a record; or the one that
/// was closed there.
pub(super) fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut structure = Structure::default();
    scan(bytes, delimiter, &mut structure);
    let cell = structure.ends.last().map_or(0, |end| end.at() + 1);
    (bytes.get(cell) == Some(&b'"')).then_some(cell)
}

/// The bytes of the character at `at`.
pub(super) fn character_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}
