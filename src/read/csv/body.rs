//! The records of a table on their way to a sink, a stretch at a time.
//!
//! Where a stretch ends, and how many records are in it, only a scan of it can tell. It can be guessed by its lines, and
//! proved by whoever scans it beside others. Where a guess was wrong, scanning is done while nobody else takes any: a
//! stretch of nothing but even rows is handed on by whoever scanned it, beside others; any other one is dealt with on
//! the spot, so that who follows knows where it ended.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard};

use super::blank_lines::BlankLineState;
use super::chunk::{Chunk, Guess, Manner, Part, Place, character_length, end_last_record, is_blank, open_quote};
use super::faults::{broken_utf8, misplaced, ragged, repeated, swallowed, unclosed};
use super::multiline_cells::MultilineCells;
use super::row::Row;
use super::rows::{RowBatch, after, find_even_rows, find_rows};
use super::scan::{CellEnd, Structure, scan};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::error::ReadError;
use crate::read::chunks::{Chunks, MAX_RECORD_BYTES, Next, break_length, decode, line_breaks};
use crate::read::non_record_row::{NonRecordRow, after_gap, below_headers};
use crate::read::parallel::{ChunkClaims, WorkQueue, lock};
use crate::read::{Checkpoint, Flow, Locator, RecordBatch as _, Sink};
use crate::record::Record as _;
use crate::source::Span;

/// One who reads.
pub(super) struct Body<'a, S> {
    place: Place<'a>,
    sink: &'a mut S,
    /// How it reads beside others.
    manner: Manner<'a>,
    number: u64,
    is_stopped: bool,
    structure: Structure,
    starts: Vec<u32>,
    /// Line ends after records of the stretch at hand.
    lines: u64,
    /// In the stretch at hand some line ended elsewhere than a record.
    is_uneven: bool,
    /// Another header row was met: what follows has other columns.
    is_below_headers: bool,
    blank_lines: BlankLineState,
    /// Cells that run over lines.
    pub(super) multiline_cells: MultilineCells,
}

impl<'a, S: Sink> Body<'a, S> {
    pub(super) fn new(place: Place<'a>, manner: Manner<'a>, sink: &'a mut S) -> Self {
        Self {
            place,
            sink,
            manner,
            number: 0,
            is_stopped: false,
            structure: Structure::default(),
            starts: Vec::new(),
            lines: 0,
            is_uneven: false,
            is_below_headers: false,
            blank_lines: BlankLineState::default(),
            multiline_cells: MultilineCells::default(),
        }
    }

    /// Takes stretches until none is left.
    pub(super) fn work(&mut self, queue: &Mutex<WorkQueue>) -> Result<(), ReadError> {
        let mut chunks = Chunks::new(self.place.source);
        let mut claims = ChunkClaims::at(queue);
        while let Some(claim) = claims.claim() {
            let here = claim.here;
            let seen = chunks.fill(here.byte).map(|()| self.guess(&chunks));
            let Some(mut now) = claims.take(claim) else { continue };
            match seen {
                Ok(guess) => {
                    now.checkpoints.push(here);
                    self.turn(&mut chunks, here, guess, now);
                }
                Err(error) => {
                    now.is_over = true;
                    return Err(error);
                }
            }
            self.tell_others(queue, chunks.is_last());
        }
        Ok(())
    }

    /// Deals with the next stretch, which was taken.
    fn turn(
        &mut self,
        chunks: &mut Chunks<'_>,
        here: Checkpoint,
        guess: Option<Guess>,
        mut now: MutexGuard<'_, WorkQueue>,
    ) {
        self.place.meter.reach(here.byte);
        self.number = here.records;
        self.lines = 0;
        if let (Manner::ByGuess(is_wrong), Some(guess)) = (self.manner, guess) {
            now.here.byte += guess.bytes as u64;
            now.here.line += guess.rows;
            now.here.records += guess.rows;
            drop(now);
            if self.even_rows(chunks) == Some(guess.bytes) && self.proves(&guess) {
                self.even_stretch(chunks.lines(), here);
            } else {
                is_wrong.store(true, Ordering::Relaxed);
                self.is_stopped = true;
            }
        } else if let Some(length) = self.even_rows(chunks) {
            let lines = &chunks.lines()[..length];
            let count = self.starts.len() as u64;
            let breaks = if self.structure.has_quoted_breaks { line_breaks(lines) } else { count };
            let (byte, line) = (here.byte + length as u64, here.line + breaks);
            now.here = Checkpoint { byte, line, column: 1, records: here.records + count };
            drop(now);
            self.even_stretch(lines, here);
        } else {
            self.odd_stretch(chunks, &mut now);
        }
    }

    /// Ends all reading where nobody wants more, or where the others had to know what was found here.
    fn tell_others(&self, queue: &Mutex<WorkQueue>, is_last: bool) {
        let is_alone = matches!(self.manner, Manner::Alone);
        let concerns_others = !is_alone && (self.is_below_headers || self.blank_lines != BlankLineState::None);
        if self.is_stopped || (concerns_others && !is_last) {
            let mut now = lock(queue);
            now.is_over = true;
            now.needs_order = true;
        }
    }

    /// One row for each line, unless nothing may follow them.
    fn guess(&self, chunks: &Chunks<'_>) -> Option<Guess> {
        let is_guessed = matches!(self.manner, Manner::ByGuess(_));
        if !is_guessed || chunks.is_last() || self.place.table.fields.len() == 1 {
            return None;
        }
        let lines = chunks.lines();
        let rows = memchr::memchr_iter(b'\n', lines).count() as u64;
        (rows > 0).then_some(Guess { bytes: lines.len(), rows })
    }

    /// True where the rows that were found are as guessed: each is one line.
    const fn proves(&self, guess: &Guess) -> bool {
        self.starts.len() as u64 == guess.rows && !self.structure.has_quoted_breaks
    }

    /// Finds the rows of the stretch in `chunks`. Says how many bytes they take, unless there is anything else in
    /// it, or nothing may follow it.
    fn even_rows(&mut self, chunks: &Chunks<'_>) -> Option<usize> {
        let (lines, table) = (chunks.lines(), self.place.table);
        let width = table.fields.len();
        if chunks.is_last() || width == 1 {
            return None;
        }
        scan(lines, table.delimiter, &mut self.structure);
        if self.structure.stray.is_some() {
            return None;
        }
        find_even_rows(lines, &self.structure, width, &mut self.starts)
    }

    /// Hands on the rows that [`Body::even_rows`] found in `bytes`.
    fn even_stretch(&mut self, bytes: &[u8], here: Checkpoint) {
        let (text, broken) = decode(bytes, here.byte);
        let mut view = Locator::new(&text, here.byte, here.line);
        let (base, line) = (here.byte, here.line);
        let chunk = Chunk { text: &text, base, line, broken: &broken, is_last: false, is_final: false };
        let structure = std::mem::take(&mut self.structure);
        self.is_uneven = structure.has_quoted_breaks;
        let starts = std::mem::take(&mut self.starts);
        let ends = &structure.ends[..starts.len() * self.place.table.fields.len()];
        let part = Part { text: &text, base, chunk: &chunk, structure: &structure };
        self.run(&part, &starts, ends, &mut view);
        self.starts = starts;
        self.structure = structure;
    }

    /// Deals with a stretch in which there may be anything.
    fn odd_stretch(&mut self, chunks: &mut Chunks<'_>, queue: &mut WorkQueue) {
        let lines = chunks.lines();
        let consumed = self.chunk(lines, queue.here, chunks.is_last(), chunks.is_last() || chunks.is_full());
        queue.here.line += if self.is_uneven { line_breaks(&lines[..consumed]) } else { self.lines };
        queue.here.byte += consumed as u64;
        match chunks.after(consumed) {
            Next::Chunk => {}
            Next::End => queue.is_over = true,
            Next::Endless => {
                self.refuse_endless(queue.here);
                queue.is_over = true;
            }
        }
        queue.here.records = self.number;
    }

    fn refuse_endless(&mut self, here: Checkpoint) {
        let message = format!("a record is longer than {} MiB; nothing after it was read", MAX_RECORD_BYTES >> 20);
        self.number += 1;
        let span = Span::at(here.byte);
        let fault = Fault::new(FaultKind::RecordTooLong, span, message);
        self.sink.refuse(self.number, span, fault, None, &mut Locator::new("", here.byte, here.line));
    }

    /// Takes the records out of a stretch. Returns the bytes that are done with.
    fn chunk(&mut self, bytes: &[u8], here: Checkpoint, is_last: bool, is_final: bool) -> usize {
        let (text, broken) = decode(bytes, here.byte);
        let mut view = Locator::new(&text, here.byte, here.line);
        let chunk = Chunk { text: &text, base: here.byte, line: here.line, broken: &broken, is_last, is_final };
        let mut done = 0;
        self.lines = 0;
        self.is_uneven = false;
        loop {
            let mut structure = std::mem::take(&mut self.structure);
            scan(&bytes[done..], self.place.table.delimiter, &mut structure);
            if chunk.is_last && structure.stray.is_none() && !structure.is_open {
                end_last_record(&bytes[done..], &mut structure);
            }
            let from = done;
            self.is_uneven |= structure.has_quoted_breaks || structure.stray.is_some();
            done += self.records(&chunk, from, &structure, &mut view);
            let stray = structure.stray.map(|at| from + at);
            self.structure = structure;
            if self.is_stopped {
                return done;
            }
            let Some(next) = self.beyond_fault(&chunk, done, stray, &mut view) else { return done };
            done = next;
            self.is_uneven = true;
        }
    }

    /// Hands on the records that `structure` found from `from` on. Returns the bytes they took.
    fn records(&mut self, chunk: &Chunk<'_>, from: usize, structure: &Structure, view: &mut Locator<'_>) -> usize {
        let part = Part { text: &chunk.text[from..], base: chunk.base + from as u64, chunk, structure };
        let bytes = part.text.as_bytes();
        let width = self.place.table.fields.len();
        let mut ends = structure.ends.as_slice();
        let mut start = 0;
        let mut starts = std::mem::take(&mut self.starts);
        while !self.is_stopped {
            // In a table of one column a blank line looks like a row.
            let next = if width > 1 { find_rows(bytes, ends, width, start, &mut starts) } else { start };
            if next > start {
                let (run, rest) = ends.split_at(starts.len() * width);
                self.run(&part, &starts, run, view);
                (start, ends) = (next, rest);
                continue;
            }
            // A row of another length, or an empty line.
            let Some(last) = ends.iter().position(|end| end.is_record_end()) else { break };
            let (cells, rest) = ends.split_at(last + 1);
            self.row(&part, start, cells, view);
            (start, ends) = (after(bytes, cells), rest);
        }
        self.starts = starts;
        start
    }

    /// Hands on rows of which each has as many cells as the header.
    fn run(&mut self, part: &Part<'_>, starts: &[u32], ends: &[CellEnd], view: &mut Locator<'_>) {
        let Place { input, table, .. } = self.place;
        let line = (!self.is_uneven).then_some(part.chunk.line + self.lines);
        let (number, text, base) = (self.number + 1, part.text, part.base);
        let rows = RowBatch { input, number, line, table, text, base, starts, ends };
        let mut from = 0;
        while from < starts.len() && !self.is_stopped {
            let odd = self.next_odd(&rows, from, part);
            if odd > from {
                self.is_stopped = self.sink.records(&rows.part(from, odd), view) == Flow::Stop;
            }
            if odd < starts.len() && !self.is_stopped {
                rows.set_line(odd, view);
                self.one(&rows.row(odd), part, view);
            }
            from = odd + 1;
        }
        self.number += starts.len() as u64;
        self.lines += starts.len() as u64;
    }

    /// The first row from `from` on that has to be looked at on its own before it may be handed on; where there is none,
    /// how many rows there are.
    fn next_odd(&self, rows: &RowBatch<'_>, from: usize, part: &Part<'_>) -> usize {
        let is_suspect = self.is_below_headers
            || self.blank_lines.is_here()
            || part.structure.has_quoted_breaks
            || !part.chunk.broken.is_empty();
        if is_suspect {
            return from;
        }
        let is_odd = |place: &usize| {
            let row = rows.row(*place);
            row.is_header() || row.is_doubtful()
        };
        rows.those_that_may_be_odd(from).find(is_odd).unwrap_or(rows.starts.len())
    }

    /// Hands on a row, unless it is an empty line.
    fn row(&mut self, part: &Part<'_>, start: usize, ends: &[CellEnd], view: &mut Locator<'_>) {
        let Part { text, base, chunk, .. } = *part;
        let end = ends[ends.len() - 1].at();
        let line = chunk.line + self.lines;
        self.lines += u64::from(end < text.len());
        if ends.len() == 1 && is_blank(&text[start..end]) {
            self.blank_lines.open(self.number);
            return;
        }
        self.number += 1;
        if !self.is_uneven {
            view.set_line(base + start as u64, line);
        }
        let Place { input, table, .. } = self.place;
        self.one(&Row { input, number: self.number, table, text, base, start, ends }, part, view);
    }

    /// Hands on one record, or refuses it.
    fn one(&mut self, row: &Row<'_>, part: &Part<'_>, view: &mut Locator<'_>) {
        let Part { chunk, structure, .. } = *part;
        let width = self.place.table.fields.len();
        let fault = if row.ends.len() != width {
            let is_last = chunk.is_last && row.span().end == chunk.base + chunk.text.len() as u64;
            Some(self.no_account(row).unwrap_or_else(|| ragged(row, width, is_last)))
        } else if row.is_header() {
            Some(repeated(row))
        } else if let Some(fault) = row.is_doubtful().then(|| self.no_account(row)).flatten() {
            Some(fault)
        } else if self.is_below_headers {
            Some(below_headers(row.span()))
        } else if self.blank_lines.is_here() && self.blank_lines.is_before_table(row) {
            self.is_below_headers = true;
            Some(after_gap(row.span()))
        } else if chunk.broken.is_empty() && !structure.has_quoted_breaks {
            None
        } else {
            self.multiline_cells.add(row, view);
            broken_utf8(row, chunk.broken).or_else(|| swallowed(row, width))
        };
        let flow = match fault {
            None => self.sink.record(row, view),
            // Of a record that cannot be trusted no cell is shown: a password may stand anywhere in it.
            Some(fault) => self.sink.refuse(row.number, row.span(), fault, None, view),
        };
        self.is_stopped = flow == Flow::Stop;
    }

    /// The fault of a row that is no account.
    #[cold]
    fn no_account(&mut self, row: &Row<'_>) -> Option<Fault> {
        let non_record_row = row.non_record_row()?;
        self.blank_lines.open(row.number);
        self.is_below_headers |= non_record_row == NonRecordRow::Headers;
        Some(non_record_row.fault(row.span(), row.number - 1))
    }

    /// Refuses the record at `at` when it is at fault, and says where to go on. Nothing when there is none,
    /// or when more bytes may still make it whole.
    fn beyond_fault(
        &mut self,
        chunk: &Chunk<'_>,
        at: usize,
        stray: Option<usize>,
        view: &mut Locator<'_>,
    ) -> Option<usize> {
        if stray.is_none() && (!chunk.is_final || at == chunk.text.len()) {
            return None;
        }
        let bytes = chunk.text.as_bytes();
        let place = |at: usize| chunk.base + at as u64;
        let opening =
            open_quote(&bytes[at..stray.unwrap_or(bytes.len())], self.place.table.delimiter).map(|open| at + open);
        // A cell that runs over lines before its quote goes wrong was most likely never closed: its first
        // line alone is given up, so that the accounts it swallowed are judged.
        let until = stray.unwrap_or(bytes.len());
        let breaks_inside = |open: usize| memchr::memchr2(b'\n', b'\r', &bytes[open..until]).map(|line| open + line);
        let (fault, from) = match (opening, opening.and_then(breaks_inside), stray) {
            (Some(open), Some(line_end), _) => (unclosed(Span::new(place(open), place(open) + 1)), line_end),
            (Some(open), None, None) => (unclosed(Span::new(place(open), place(open) + 1)), until),
            (open, None, Some(stray)) => (
                misplaced(Span::new(place(stray), place(stray + character_length(chunk.text, stray))), open.map(place)),
                stray,
            ),
            (None, _, None) | (None, Some(_), Some(_)) => return None,
        };
        let end = memchr::memchr2(b'\n', b'\r', &bytes[from..]).map_or(bytes.len(), |line| from + line);
        self.number += 1;
        let span = Span::new(place(at), place(end));
        self.is_stopped = self.sink.refuse(self.number, span, fault, None, view) == Flow::Stop;
        Some(end + break_length(bytes, end))
    }
}
