//! The records of a table on their way to a sink, a chunk at a time.
//!
//! Only a scan can say where the last record of a chunk ends and how many records it holds. So that threads need not
//! wait for each other's scans, a thread estimates both from the line ends, lets the next thread begin there, and
//! confirms the estimate by its own scan. After a wrong estimate the input is read again with exact ends: a chunk of
//! regular rows (one record of the header's width after another) is handed on in parallel, any other under the lock.

mod again;
mod blocks;
mod refusal;

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard};

use self::blocks::LineBlocks;
use super::blank_lines::BlankLineState;
use super::chunk::{ReadMode, ScannedText, TableInput, TextChunk, end_last_record, is_blank};
use super::faults::{broken_utf8, ragged, repeated, unbalanced_quotes};
use super::multiline_cells::MultilineCells;
use super::row::Row;
use super::row_batch::{RowBatch, find_regular_rows, find_rows, next_row};
use super::sample::column_profile;
use crate::error::ReadError;
use crate::fast::scan::{CellEnd, ScanResult, scan};
use crate::fast::split::{WorkQueue, lock, split};
use crate::read::chunks::{ChunkEstimate, ChunkResult, Chunks, decode, line_breaks};
use crate::read::row_kind::{RowKind, after_gap, below_headers};
use crate::read::{Checkpoint, Flow, Locator, RecordBatch as _, Sink};
use crate::record::Record as _;

/// One thread reading a table.
pub(super) struct TableReader<'a, S> {
    table: TableInput<'a>,
    sink: &'a mut S,
    mode: ReadMode<'a>,
    position: TablePosition,
    scanned: ScanResult,
    starts: Vec<u32>,
    blocks: LineBlocks,
    blank_lines: BlankLineState,
    pub(super) multiline_cells: MultilineCells,
}

/// How far a table was read, and whether it goes on.
#[derive(Default)]
struct TablePosition {
    /// The number of the last record.
    number: u64,
    /// Lines of the chunk up to the last record.
    lines: u64,
    /// The sink wants no more.
    is_stopped: bool,
    /// Some line of the chunk did not end with a record.
    is_irregular: bool,
    /// Another header row was met: what follows has other columns.
    is_below_headers: bool,
}

impl<'a, S: Sink> TableReader<'a, S> {
    pub(super) fn new(table: TableInput<'a>, mode: ReadMode<'a>, sink: &'a mut S) -> Self {
        Self {
            table,
            sink,
            mode,
            position: TablePosition::default(),
            scanned: ScanResult::default(),
            starts: Vec::new(),
            blocks: LineBlocks::default(),
            blank_lines: BlankLineState::default(),
            multiline_cells: MultilineCells::default(),
        }
    }

    /// Reads chunks until none is left.
    pub(super) fn read(&mut self, queue: &Mutex<WorkQueue<Checkpoint>>) -> Result<(), ReadError> {
        let mut chunks = Chunks::until(self.table.source, self.table.end);
        split(queue, |claim| {
            let here = claim.here;
            let filled = chunks.fill(here.byte).map(|()| self.estimate(&chunks));
            let Some(mut locked) = claim.take() else { return Ok(()) };
            let estimate = filled.inspect_err(|_| locked.is_over = true)?;
            locked.checkpoints.push(here);
            self.read_chunk(&mut chunks, here, estimate, locked);
            self.end_if_others_must_stop(queue, chunks.is_last());
            Ok(())
        })
    }

    fn read_chunk(
        &mut self,
        chunks: &mut Chunks<'_>,
        here: Checkpoint,
        estimate: Option<ChunkEstimate>,
        mut queue: MutexGuard<'_, WorkQueue<Checkpoint>>,
    ) {
        self.table.meter.reach(here.byte);
        self.position.number = here.records;
        self.position.lines = 0;
        if let (ReadMode::ParallelEstimated(is_wrong), Some(estimate)) = (self.mode, estimate) {
            queue.checkpoints.extend(self.blocks.checkpoints(here));
            queue.here.byte += estimate.bytes as u64;
            queue.here.line += estimate.records;
            queue.here.records += estimate.records;
            drop(queue);
            if self.regular_rows(chunks) == Some(estimate.bytes) && self.confirms(&estimate) {
                self.emit_regular_chunk(chunks.lines(), here);
            } else {
                is_wrong.store(true, Ordering::Relaxed);
                self.position.is_stopped = true;
            }
        } else if let Some(length) = self.regular_rows(chunks) {
            let lines = &chunks.lines()[..length];
            let count = self.starts.len() as u64;
            let breaks = if self.scanned.has_quoted_breaks { line_breaks(lines) } else { count };
            if breaks == count {
                self.blocks.find_rows(&self.starts);
                queue.checkpoints.extend(self.blocks.checkpoints(here));
            }
            let (byte, line) = (here.byte + length as u64, here.line + breaks);
            queue.here = Checkpoint { byte, line, column: 1, records: here.records + count };
            drop(queue);
            self.emit_regular_chunk(lines, here);
        } else {
            self.read_irregular_chunk(chunks, &mut queue);
        }
    }

    /// Ends all reading if the sink wants no more, or if the other threads depend on what was found here.
    fn end_if_others_must_stop(&self, queue: &Mutex<WorkQueue<Checkpoint>>, is_last: bool) {
        let is_parallel = !matches!(self.mode, ReadMode::Sequential);
        let concerns_others =
            is_parallel && (self.position.is_below_headers || self.blank_lines != BlankLineState::NotSeen);
        if self.position.is_stopped || (concerns_others && !is_last) {
            let mut queue = lock(queue);
            queue.is_over = true;
            queue.needs_order = true;
        }
    }

    /// One row for each line. `None` in a last chunk, whose last line may be incomplete.
    fn estimate(&mut self, chunks: &Chunks<'_>) -> Option<ChunkEstimate> {
        let is_estimated = matches!(self.mode, ReadMode::ParallelEstimated(_));
        if !is_estimated || chunks.is_last() || self.table.schema.fields.len() == 1 {
            return None;
        }
        let lines = chunks.lines();
        let rows = self.blocks.count_lines(lines);
        (rows > 0).then_some(ChunkEstimate { bytes: lines.len(), records: rows })
    }

    /// True if the rows that were found are as estimated: each is one line.
    const fn confirms(&self, estimate: &ChunkEstimate) -> bool {
        self.starts.len() as u64 == estimate.records && !self.scanned.has_quoted_breaks
    }

    /// Finds the rows of a chunk and returns their bytes. `None` if there is anything else in it, or if it is the last.
    fn regular_rows(&mut self, chunks: &Chunks<'_>) -> Option<usize> {
        let (lines, schema) = (chunks.lines(), self.table.schema);
        let width = schema.fields.len();
        if chunks.is_last() || width == 1 {
            return None;
        }
        scan(lines, schema.delimiter, &mut self.scanned);
        if self.scanned.stray.is_some() {
            return None;
        }
        find_regular_rows(lines, &self.scanned, width, &mut self.starts)
    }

    /// Hands on the rows that [`TableReader::regular_rows`] found in `bytes`.
    fn emit_regular_chunk(&mut self, bytes: &[u8], here: Checkpoint) {
        let (text, broken) = decode(bytes, here.byte);
        let mut locator = Locator::new(&text, here.byte, here.line);
        let (base, line) = (here.byte, here.line);
        let chunk = TextChunk { text: &text, base, line, broken: &broken, is_last: false, is_final: false };
        let scanned = std::mem::take(&mut self.scanned);
        self.position.is_irregular = scanned.has_quoted_breaks;
        let starts = std::mem::take(&mut self.starts);
        let ends = &scanned.ends[..starts.len() * self.table.schema.fields.len()];
        let part = ScannedText { text: &text, base, chunk: &chunk, scanned: &scanned };
        self.emit_rows(&part, &starts, ends, &mut locator);
        self.starts = starts;
        self.scanned = scanned;
    }

    /// Reads a chunk in which there may be anything.
    fn read_irregular_chunk(&mut self, chunks: &mut Chunks<'_>, queue: &mut WorkQueue<Checkpoint>) {
        let lines = chunks.lines();
        let consumed = self.read_records(lines, queue.here, chunks.is_last(), chunks.is_last() || chunks.is_full());
        queue.here.line +=
            if self.position.is_irregular { line_breaks(&lines[..consumed]) } else { self.position.lines };
        queue.here.byte += consumed as u64;
        match chunks.after(consumed) {
            ChunkResult::Chunk => {}
            ChunkResult::End => queue.is_over = true,
            ChunkResult::Endless => {
                self.refuse_endless(queue.here);
                queue.is_over = true;
            }
        }
        queue.here.records = self.position.number;
    }

    /// Reads the records of a chunk. Returns the bytes they take.
    fn read_records(&mut self, bytes: &[u8], here: Checkpoint, is_last: bool, is_final: bool) -> usize {
        let (text, broken) = decode(bytes, here.byte);
        let mut locator = Locator::new(&text, here.byte, here.line);
        let chunk = TextChunk { text: &text, base: here.byte, line: here.line, broken: &broken, is_last, is_final };
        let mut done = 0;
        self.position.lines = 0;
        self.position.is_irregular = false;
        loop {
            let mut scanned = std::mem::take(&mut self.scanned);
            scan(&bytes[done..], self.table.schema.delimiter, &mut scanned);
            if chunk.is_last && scanned.stray.is_none() && !scanned.is_open {
                end_last_record(&bytes[done..], &mut scanned);
            }
            let from = done;
            self.position.is_irregular |= scanned.has_quoted_breaks || scanned.stray.is_some();
            done += self.records(&chunk, from, &scanned, &mut locator);
            let stray = scanned.stray.map(|at| from + at);
            self.scanned = scanned;
            if self.position.is_stopped {
                return done;
            }
            let Some(next) = self.refuse_broken(&chunk, done, stray, &mut locator) else { return done };
            done = next;
            self.position.is_irregular = true;
        }
    }

    /// Hands on the records that the scan found from `from` on. Returns the bytes they take.
    fn records(
        &mut self,
        chunk: &TextChunk<'_>,
        from: usize,
        scanned: &ScanResult,
        locator: &mut Locator<'_>,
    ) -> usize {
        let part = ScannedText { text: &chunk.text[from..], base: chunk.base + from as u64, chunk, scanned };
        let bytes = part.text.as_bytes();
        let width = self.table.schema.fields.len();
        let mut ends = scanned.ends.as_slice();
        let mut start = 0;
        let mut starts = std::mem::take(&mut self.starts);
        while !self.position.is_stopped {
            // In a table of one column a blank line looks like a row.
            let next = if width > 1 { find_rows(bytes, ends, width, start, &mut starts) } else { start };
            if next > start {
                let (row_ends, rest) = ends.split_at(starts.len() * width);
                self.emit_rows(&part, &starts, row_ends, locator);
                (start, ends) = (next, rest);
                continue;
            }
            // A row of another length, or an empty line.
            let Some(last) = ends.iter().position(|end| end.is_record_end()) else { break };
            let (cells, rest) = ends.split_at(last + 1);
            self.irregular_row(&part, start, cells, locator);
            (start, ends) = (next_row(bytes, cells), rest);
        }
        self.starts = starts;
        start
    }

    /// Hands on rows of which each has as many cells as the header.
    fn emit_rows(&mut self, part: &ScannedText<'_>, starts: &[u32], ends: &[CellEnd], locator: &mut Locator<'_>) {
        let TableInput { id: input, schema, .. } = self.table;
        let line = (!self.position.is_irregular).then_some(part.chunk.line + self.position.lines);
        let (number, text, base) = (self.position.number + 1, part.text, part.base);
        let batch = RowBatch { input, number, line, schema, text, base, starts, ends };
        let mut from = 0;
        while from < starts.len() && !self.position.is_stopped {
            let suspect = self.next_suspect(&batch, from, part);
            if suspect > from {
                self.position.is_stopped = self.sink.records(&batch.slice(from, suspect), locator) == Flow::Stop;
            }
            if suspect < starts.len() && !self.position.is_stopped {
                batch.set_line(suspect, locator);
                self.emit(&batch.row(suspect), part, locator);
            }
            from = suspect + 1;
        }
        self.position.number += starts.len() as u64;
        self.position.lines += starts.len() as u64;
    }

    /// The first row from `from` on that must be examined before it is handed on; the number of rows if there is none.
    fn next_suspect(&self, batch: &RowBatch<'_>, from: usize, part: &ScannedText<'_>) -> usize {
        let all_are_suspect = self.position.is_below_headers
            || self.blank_lines == BlankLineState::JustSeen
            || part.scanned.has_quoted_breaks
            || !part.chunk.broken.is_empty();
        if all_are_suspect {
            return from;
        }
        let is_suspect =
            |row: &Row<'_>| !row.is_plainly_an_account() && (row.is_header() || self.kind(row) != RowKind::Record);
        let mut next = 0;
        let is_wanted_suspect = |index: &usize| {
            let row = batch.row(*index);
            if row.number < next {
                return false;
            }
            next = self.sink.next_wanted(row.number);
            row.number == next && is_suspect(&row)
        };
        (from..batch.starts.len()).find(is_wanted_suspect).unwrap_or(batch.starts.len())
    }

    fn kind(&self, row: &Row<'_>) -> RowKind {
        row.kind(|| column_profile(&self.table))
    }

    fn is_before_table(&mut self, row: &Row<'_>) -> bool {
        let Self { blank_lines, table, .. } = self;
        blank_lines.is_before_table(row, || column_profile(table))
    }

    /// Hands on a row, unless it is an empty line.
    fn irregular_row(&mut self, part: &ScannedText<'_>, start: usize, ends: &[CellEnd], locator: &mut Locator<'_>) {
        let ScannedText { text, base, chunk, .. } = *part;
        let end = ends[ends.len() - 1].at();
        let line = chunk.line + self.position.lines;
        self.position.lines += u64::from(end < text.len());
        if ends.len() == 1 && is_blank(&text[start..end]) {
            self.blank_lines.see(self.position.number);
            return;
        }
        self.position.number += 1;
        if !self.position.is_irregular {
            locator.set_line(base + start as u64, line);
        }
        let TableInput { id: input, schema, .. } = self.table;
        self.emit(&Row { input, number: self.position.number, schema, text, base, start, ends }, part, locator);
    }

    /// Hands on one record, or refuses it.
    fn emit(&mut self, row: &Row<'_>, part: &ScannedText<'_>, locator: &mut Locator<'_>) {
        let ScannedText { chunk, scanned, .. } = *part;
        let width = self.table.schema.fields.len();
        let is_ragged = row.ends.len() != width;
        let kind = if !is_ragged && row.is_plainly_an_account() { RowKind::Record } else { self.kind(row) };
        let fault = if is_ragged && matches!(kind, RowKind::Record | RowKind::Doubtful) {
            let is_last = chunk.is_last && row.span().end == chunk.base + chunk.text.len() as u64;
            Some(ragged(row, width, is_last))
        } else if row.is_header() {
            Some(repeated(row))
        } else if let Some(fault) = kind.fault(row.span(), row.number - 1) {
            self.blank_lines.see(row.number);
            self.position.is_below_headers |= kind.begins_table();
            Some(fault)
        } else if self.position.is_below_headers {
            Some(below_headers(row.span()))
        } else if self.blank_lines == BlankLineState::JustSeen && self.is_before_table(row) {
            self.position.is_below_headers = true;
            Some(after_gap(row.span()))
        } else if chunk.broken.is_empty() && !scanned.has_quoted_breaks {
            None
        } else {
            self.multiline_cells.add(row, locator);
            broken_utf8(row, chunk.broken).or_else(|| unbalanced_quotes(row, width))
        };
        let flow = match fault {
            None => self.sink.record(row, locator),
            Some(fault) => {
                let secrets = row.secrets_of_refused(kind, !is_ragged && !self.position.is_below_headers);
                self.refuse(row.number, row.span(), fault, secrets, locator)
            }
        };
        self.position.is_stopped = flow == Flow::Stop;
    }
}
