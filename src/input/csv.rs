//! Tables as text: the header row, then one record at a time out of a buffer that does not grow.
//!
//! The scan for structure is ours (`csv/scan.rs`), because spans fall out of it; the `csv` crate says how the
//! header's quoted cells decode. What is refused: ragged rows, quotes where none may stand, bytes that are no
//! UTF-8. After a refused record the rest is read.

pub mod codes;
mod gap;
pub mod head;
pub mod row;
pub mod scan;
mod spread;

use super::chunks::{Chunks, LONGEST_RECORD, break_length, decode, first_broken, line_breaks};
use super::columns::Column;
use super::oddity::{Oddity, after_gap, below_headers};
use super::{Checkpoint, Flow, Intake, Reading, Sink, View, not_utf8};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::error::ReadError;
use crate::record::Record;
use crate::record::dictionary::Code;
use crate::source::file::Source;
use crate::source::{InputId, Span};
use codes::{Codes, Run};
use gap::Gap;
use head::{BadHead, read_head};
use row::{Row, Table};
use scan::{End, Structure, scan};
use spread::Spread;

/// Reads a table from its beginning.
///
/// # Errors
/// A fault that ended reading; what was read before it went to the sink.
pub fn read(source: &Source, input: InputId, reading: &Reading<'_>, sink: &mut impl Sink) -> Result<Intake, BadHead> {
    let mut head = read_head(source, reading.columns)?;
    if let Some(note) = head.note.take() {
        sink.note(note);
    }
    if let Some(fault) = head.above.take() {
        sink.fault(fault, None, Some(&mut View::new(&head.opening, head.opening_byte, 1)));
    }
    let known = |column: &Column| column.field.map(|field| (column.header.clone(), field));
    let unknown = |column: &Column| column.field.is_none().then(|| column.header.clone());
    let mut intake = Intake {
        columns: head.columns.iter().filter_map(known).collect(),
        unknown: head.columns.iter().filter_map(unknown).collect(),
        present: head.table.present,
        bytes: head.body.byte,
        ..Intake::default()
    };
    let codes = Codes::new(&head.table, &sink.begin_table(head.table.present));
    let mut body = Body::new(source, input, &head.table, sink, codes);
    let (bytes, checkpoints) = body.run(head.body)?;
    intake.records = body.number;
    let spread = std::mem::take(&mut body.spread);
    spread.note().into_iter().for_each(|note| sink.note(note));
    intake.bytes += bytes;
    intake.checkpoints = checkpoints;
    intake.table = Some(head.table);
    Ok(intake)
}

/// Reads a table again from a checkpoint, until the sink has enough.
///
/// # Errors
/// When the system cannot read.
pub fn read_from(
    source: &Source,
    input: InputId,
    table: &Table,
    from: Checkpoint,
    sink: &mut impl Sink,
) -> Result<(), ReadError> {
    Body::new(source, input, table, sink, Codes::default()).run(from).map(drop)
}

/// The records of a table on their way to a sink.
struct Body<'a, S> {
    source: &'a Source,
    input: InputId,
    table: &'a Table,
    sink: &'a mut S,
    number: u64,
    is_stopped: bool,
    structure: Structure,
    starts: Vec<usize>,
    codes: Codes,
    /// Line ends after records of the stretch at hand.
    lines: u64,
    /// In the stretch at hand some line ended elsewhere than a record.
    is_uneven: bool,
    /// Another header row was met: what follows has other columns.
    is_below_headers: bool,
    gap: Gap,
    /// Cells that run over lines.
    spread: Spread,
}

/// A stretch of whole lines, decoded.
struct Stretch<'a> {
    text: &'a str,
    /// The byte of the input and the line it begins at.
    base: u64,
    line: u64,
    /// Bytes that were no UTF-8, in order.
    broken: &'a [u64],
    /// Nothing follows it.
    is_last: bool,
    /// What is no whole record by its end will never be one.
    is_final: bool,
}

/// What is left of a stretch, and what a scan found in it.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    /// The byte of the input it begins at.
    base: u64,
    stretch: &'a Stretch<'a>,
    structure: &'a Structure,
}

impl<'a, S: Sink> Body<'a, S> {
    fn new(source: &'a Source, input: InputId, table: &'a Table, sink: &'a mut S, codes: Codes) -> Self {
        Self {
            source,
            input,
            table,
            sink,
            number: 0,
            is_stopped: false,
            structure: Structure::default(),
            starts: Vec::new(),
            codes,
            lines: 0,
            is_uneven: false,
            is_below_headers: false,
            gap: Gap::default(),
            spread: Spread::default(),
        }
    }

    /// Reads to the end or until the sink stops. Returns the bytes accounted for, and the checkpoints.
    fn run(&mut self, from: Checkpoint) -> Result<(u64, Vec<Checkpoint>), ReadError> {
        let mut chunks = Chunks::new(self.source, from.byte);
        let mut here = from;
        self.number = from.records;
        let mut checkpoints = Vec::new();
        loop {
            chunks.fill()?;
            checkpoints.push(here);
            let lines = chunks.lines();
            let consumed = self.stretch(lines, here, chunks.is_last(), chunks.is_last() || chunks.is_full());
            here.line += if self.is_uneven { line_breaks(&lines[..consumed]) } else { self.lines };
            here.byte += consumed as u64;
            here.records = self.number;
            let may_go_on = chunks.consume(consumed);
            if self.is_stopped || chunks.is_done() {
                break;
            }
            if !may_go_on {
                self.refuse_endless(here);
                break;
            }
        }
        Ok((here.byte - from.byte, checkpoints))
    }

    fn refuse_endless(&mut self, here: Checkpoint) {
        let message = format!("a record is longer than {} MiB; nothing after it was read", LONGEST_RECORD >> 20);
        self.number += 1;
        let span = Span::at(here.byte);
        let fault = Fault::new(FaultKind::RecordTooLong, span, message);
        self.sink.refuse(self.number, span, fault, None, &mut View::new("", here.byte, here.line));
    }

    /// Takes the records out of a stretch. Returns the bytes that are done with.
    fn stretch(&mut self, bytes: &[u8], here: Checkpoint, is_last: bool, is_final: bool) -> usize {
        let (text, broken) = decode(bytes, here.byte);
        let mut view = View::new(&text, here.byte, here.line);
        let stretch = Stretch { text: &text, base: here.byte, line: here.line, broken: &broken, is_last, is_final };
        let mut done = 0;
        self.lines = 0;
        self.is_uneven = false;
        loop {
            let mut structure = std::mem::take(&mut self.structure);
            scan(&bytes[done..], self.table.delimiter, &mut structure);
            if stretch.is_last && structure.stray.is_none() && !structure.is_open {
                end_last_record(&bytes[done..], &mut structure);
            }
            let from = done;
            self.is_uneven |= structure.has_quoted_breaks || structure.stray.is_some();
            done += self.records(&stretch, from, &structure, &mut view);
            let stray = structure.stray.map(|at| from + at);
            self.structure = structure;
            if self.is_stopped {
                return done;
            }
            let Some(next) = self.beyond_fault(&stretch, done, stray, &mut view) else { return done };
            done = next;
            self.is_uneven = true;
        }
    }

    /// Hands on the records that `structure` found from `from` on. Returns the bytes they took.
    fn records(&mut self, stretch: &Stretch<'_>, from: usize, structure: &Structure, view: &mut View<'_>) -> usize {
        let part = Part { text: &stretch.text[from..], base: stretch.base + from as u64, stretch, structure };
        let bytes = part.text.as_bytes();
        let width = self.table.fields.len();
        let mut ends = structure.ends.as_slice();
        let mut start = 0;
        let (mut starts, mut codes) = (std::mem::take(&mut self.starts), std::mem::take(&mut self.codes));
        while !self.is_stopped {
            let mut next = find_run(bytes, ends, width, start, &mut starts);
            let is_run = !starts.is_empty();
            let run;
            if is_run {
                (run, ends) = ends.split_at(starts.len() * width);
                codes.tell(&Run { bytes, starts: &starts, ends: run });
            } else {
                // A row of another length, or an empty line.
                let Some(last) = ends.iter().position(|end| end.is_record_end()) else { break };
                (run, ends) = ends.split_at(last + 1);
                starts.push(start);
                next = after(bytes, run);
            }
            let rows = run.chunks_exact(run.len() / starts.len());
            for (place, (start, cells)) in starts.iter().zip(rows).enumerate() {
                self.row(&part, *start, cells, if is_run { codes.of_row(place) } else { &[] }, view);
                if self.is_stopped {
                    next = after(bytes, cells);
                    break;
                }
            }
            start = next;
        }
        (self.starts, self.codes) = (starts, codes);
        start
    }

    /// Hands on a row, unless it is an empty line.
    #[inline]
    fn row(&mut self, part: &Part<'_>, start: usize, cells: &[End], codes: &[Code], view: &mut View<'_>) {
        let end = cells[cells.len() - 1].at();
        let line = part.stretch.line + self.lines;
        self.lines += u64::from(end < part.text.len());
        if cells.len() == 1 && is_blank(&part.text[start..end]) {
            self.gap.open(self.number);
            return;
        }
        self.number += 1;
        let Part { text, base, stretch, structure } = *part;
        if !self.is_uneven {
            view.tell_line(base + start as u64, line);
        }
        let row =
            Row { input: self.input, number: self.number, table: self.table, text, base, start, ends: cells, codes };
        self.one(&row, stretch, structure, view);
    }

    /// Hands on one record, or refuses it.
    #[inline]
    fn one(&mut self, row: &Row<'_>, stretch: &Stretch<'_>, structure: &Structure, view: &mut View<'_>) {
        let width = self.table.fields.len();
        let fault = if row.ends.len() != width {
            Some(self.no_account(row).unwrap_or_else(|| ragged(row, width, stretch)))
        } else if row.is_header() {
            Some(repeated(row))
        } else if let Some(fault) = row.is_doubtful().then(|| self.no_account(row)).flatten() {
            Some(fault)
        } else if self.is_below_headers {
            Some(below_headers(row.span()))
        } else if self.gap.is_here() && self.gap.is_before_table(row) {
            self.is_below_headers = true;
            Some(after_gap(row.span()))
        } else if stretch.broken.is_empty() && !structure.has_quoted_breaks {
            None
        } else {
            self.spread.add(row, view);
            broken_utf8(row, stretch.broken).or_else(|| swallowed(row, width))
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
        let oddity = row.oddity()?;
        self.gap.open(self.number);
        self.is_below_headers |= oddity == Oddity::Headers;
        Some(oddity.fault(row.span(), row.number - 1))
    }

    /// Refuses the record at `at` when it is at fault, and says where to go on. Nothing when there is none,
    /// or when more bytes may still make it whole.
    fn beyond_fault(
        &mut self,
        stretch: &Stretch<'_>,
        at: usize,
        stray: Option<usize>,
        view: &mut View<'_>,
    ) -> Option<usize> {
        if stray.is_none() && (!stretch.is_final || at == stretch.text.len()) {
            return None;
        }
        let bytes = stretch.text.as_bytes();
        let place = |at: usize| stretch.base + at as u64;
        let opening = open_quote(&bytes[at..stray.unwrap_or(bytes.len())], self.table.delimiter).map(|open| at + open);
        // A cell that runs over lines before its quote goes wrong was most likely never closed: its first
        // line alone is given up, so that the accounts it swallowed are judged.
        let until = stray.unwrap_or(bytes.len());
        let breaks_inside = |open: usize| memchr::memchr2(b'\n', b'\r', &bytes[open..until]).map(|line| open + line);
        let (fault, from) = match (opening, opening.and_then(breaks_inside), stray) {
            (Some(open), Some(line_end), _) => (unclosed(Span::new(place(open), place(open) + 1)), line_end),
            (Some(open), None, None) => (unclosed(Span::new(place(open), place(open) + 1)), until),
            (open, None, Some(stray)) => (
                misplaced(
                    Span::new(place(stray), place(stray + character_length(stretch.text, stray))),
                    open.map(place),
                ),
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

/// True for a line of nothing but space. Other bytes that are blank to some are data: a reader would count the line.
fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Finds the rows from `start` on in which each cell ends where the header says, and puts where they begin into
/// `starts`. Returns where the next row begins.
fn find_run(bytes: &[u8], ends: &[End], width: usize, start: usize, starts: &mut Vec<usize>) -> usize {
    starts.clear();
    let mut next = start;
    for cells in ends.chunks_exact(width).take_while(|cells| is_one_record(cells)) {
        starts.push(next);
        next = after(bytes, cells);
    }
    next
}

/// Where the row after these cells begins.
#[inline]
fn after(bytes: &[u8], cells: &[End]) -> usize {
    let end = cells[cells.len() - 1].at();
    end + break_length(bytes, end)
}

/// True where these cells are one record: the last one ends it and no other does.
#[inline]
fn is_one_record(cells: &[End]) -> bool {
    // No early way out: like this the compiler looks at several at once.
    cells.split_last().is_some_and(|(last, others)| {
        last.is_record_end() & !others.iter().fold(false, |any, end| any | end.is_record_end())
    })
}

/// Ends the last record of the input, which need not end in a line end.
fn end_last_record(bytes: &[u8], structure: &mut Structure) {
    let after = match structure.ends.last() {
        Some(end) if end.is_record_end() => end.at() + break_length(bytes, end.at()),
        Some(end) => end.at(),
        None => 0,
    };
    if after < bytes.len() {
        structure.ends.push(End::of_record(bytes.len()));
    }
}

/// The quote that stands open at the end of `bytes`, which begin at the start of a record; or the one that
/// was closed there.
fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut structure = Structure::default();
    scan(bytes, delimiter, &mut structure);
    let cell = structure.ends.last().map_or(0, |end| end.at() + 1);
    (bytes.get(cell) == Some(&b'"')).then_some(cell)
}

/// The bytes of the character at `at`.
fn character_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

fn unclosed(quote: Span) -> Fault {
    let message = "a quoted cell is not closed; its record is refused and reading goes on at the next line";
    Fault::new(FaultKind::QuoteUnclosed, quote, message).saying("opened here")
}

fn misplaced(place: Span, opening: Option<u64>) -> Fault {
    match opening {
        Some(open) => Fault::new(FaultKind::QuoteStray, place, "text follows the closing quote of a cell")
            .and(Span::new(open, open + 1), "the cell begins here"),
        None => Fault::new(FaultKind::QuoteStray, place, "a quote stands inside a cell that is not quoted"),
    }
}

fn ragged(row: &Row<'_>, width: usize, stretch: &Stretch<'_>) -> Fault {
    let found = row.ends.len();
    let is_at_end = row.span().end == stretch.base + stretch.text.len() as u64;
    if found < width && stretch.is_last && is_at_end {
        let message = format!("the last record breaks off after {found} of {width} cells: the file was cut short");
        return Fault::new(FaultKind::ExportTruncated, row.span(), message);
    }
    let message =
        format!("the record has {found} {}, the header has {width}", if found == 1 { "cell" } else { "cells" });
    Fault::new(FaultKind::RecordRagged, row.span(), message)
}

/// The fault of a header row among the records.
pub(super) fn repeated(row: &Row<'_>) -> Fault {
    let message = "the header row stands here again, as if a second table began";
    Fault::new(FaultKind::HeaderRepeated, row.span(), message)
}

fn broken_utf8(row: &Row<'_>, broken: &[u64]) -> Option<Fault> {
    let span = row.span();
    let first = first_broken(broken, span.start, span.end)?;
    Some(not_utf8(first))
}

/// A cell over several lines with as many delimiters in it as a record has: two quotes may have met that do
/// not belong together.
fn swallowed(row: &Row<'_>, width: usize) -> Option<Fault> {
    let (span, _) = row.cells_with_breaks().find(|(_, delimiters)| width > 1 && *delimiters >= width - 1)?;
    Some(Fault::new(FaultKind::CellSwallowsRecords, span, "a quoted cell holds what looks like whole records"))
}
