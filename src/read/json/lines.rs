//! One document a line: streamed, a stretch of whole lines at a time.

use std::sync::Mutex;

use super::chunk::Chunk;
use super::walk::{Found, Walk};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::error::ReadError;
use crate::read::chunks::{Chunks, LONGEST_RECORD, Next, break_length, decode, first_broken, line_breaks};
use crate::read::mask::naming_key;
use crate::read::parallel::{self, ChunkClaims, WorkQueue, lock};
use crate::read::{
    BYTE_ORDER_MARK, Checkpoint, Flow, ReadOptions, ReadSummary, Sink, not_utf8, refuse_other_encodings,
};
use crate::source::file::Source;
use crate::source::{InputId, Span};
use crate::syntax::json::{LARGEST_ELEMENT, parse};
use crate::syntax::tree::Tree;

/// Reads one document a line, from `from` on or from the start.
///
/// # Errors
/// A fault that ended reading.
pub fn read_lines<S: Sink>(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    from: Option<Checkpoint>,
    sink: &mut S,
) -> Result<ReadSummary, Fault> {
    let from = match from {
        Some(from) => from,
        None => Checkpoint { byte: lines_begin(source)?, line: 1, column: 1, records: 0 },
    };
    let queue = Mutex::new(WorkQueue::new(from));
    let work = |fork: &mut S| {
        let mut walk = Walk::new(input, read_options.present, from.records, fork);
        chunks(source, read_options, &queue, &mut walk).ok()?;
        (!lock(&queue).needs_order).then(|| walk.into_found())
    };
    if let Some(founds) = parallel::together(sink, read_options.jobs, source.length(), work) {
        let queue = parallel::unlocked(queue);
        let mut walk = Walk::new(input, read_options.present, from.records, sink);
        walk.take_in(Found::merged(founds), queue.here.records);
        return Ok(walk.summary(queue.here.byte, queue.checkpoints, Vec::new()));
    }
    let queue = Mutex::new(WorkQueue::new(from));
    let mut walk = Walk::new(input, read_options.present, from.records, sink);
    chunks(source, read_options, &queue, &mut walk)?;
    let queue = parallel::unlocked(queue);
    if queue.needs_order && walk.flow == Flow::Continue {
        let message = format!("a line is longer than {} MiB; nothing after it was read", LONGEST_RECORD >> 20);
        let byte = queue.here.byte;
        let fault = Fault::new(FaultKind::RecordTooLong, Span::at(byte), message);
        let mut nothing = Chunk::new(&mut walk, "", queue.here.place(), &[]);
        nothing.refuse(Span::at(byte), fault);
        nothing.finish(None);
    }
    Ok(walk.summary(queue.here.byte, queue.checkpoints, Vec::new()))
}

/// Takes stretches until none is left. A line without an end, and a sink that wants no more, end it out of order.
fn chunks<S: Sink>(
    source: &Source,
    read_options: &ReadOptions<'_>,
    queue: &Mutex<WorkQueue>,
    walk: &mut Walk<'_, S>,
) -> Result<(), ReadError> {
    let mut chunks = Chunks::new(source);
    let mut tree = Tree::new();
    let mut claims = ChunkClaims::at(queue);
    while let Some(claim) = claims.claim() {
        let here = claim.here;
        let filled = chunks.fill(here.byte);
        let (breaks, records) = (line_breaks(chunks.lines()), records(chunks.lines()));
        let Some(mut now) = claims.take(claim) else { continue };
        if let Err(error) = filled {
            now.is_over = true;
            return Err(error);
        }
        now.checkpoints.push(here);
        read_options.meter.reach(here.byte);
        let length = chunks.lines().len();
        now.here.line += breaks;
        now.here.byte += length as u64;
        now.here.records += records;
        let next = chunks.after(length);
        now.is_over = next != Next::Chunk;
        now.needs_order |= next == Next::Endless;
        drop(now);
        if length > 0 {
            walk.number = here.records;
            let (text, broken) = decode(chunks.lines(), here.byte);
            take(Chunk::new(walk, &text, here.place(), &broken), &mut tree);
        }
        if walk.flow == Flow::Stop {
            let mut now = lock(queue);
            now.is_over = true;
            now.needs_order = true;
        }
    }
    Ok(())
}

/// How many records stand in these lines: all but the blank ones.
fn records(lines: &[u8]) -> u64 {
    let mut count = 0;
    let mut at = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', lines).chain([lines.len()]) {
        count += u64::from(!lines[at..end].iter().all(u8::is_ascii_whitespace));
        at = end;
    }
    count
}

/// Takes lines, one document each.
pub(super) fn take<S: Sink>(mut chunk: Chunk<'_, '_, S>, tree: &mut Tree) {
    let (text, base) = (chunk.text, chunk.base);
    let bytes = text.as_bytes();
    let is_end = |at: usize| matches!(bytes.get(at), None | Some(b'\n' | b'\r'));
    let mut at = 0;
    while at < text.len() && chunk.walk.flow == Flow::Continue {
        let quick = chunk.quick(at, |read| !read.has_breaks && is_end(read.end));
        let end = quick.unwrap_or_else(|| {
            let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(text.len(), |line| at + line);
            line(&text[at..end], base + at as u64, tree, &mut chunk);
            end
        });
        at = end + break_length(bytes, end);
    }
    chunk.finish(None);
}

/// One line; a blank one is none.
fn line<S: Sink>(text: &str, byte: u64, tree: &mut Tree, chunk: &mut Chunk<'_, '_, S>) {
    if text.trim_ascii().is_empty() {
        return;
    }
    let span = Span::new(byte, byte + text.len() as u64);
    if let Some(byte) = first_broken(chunk.broken, span.start, span.end) {
        return chunk.refuse(span, not_utf8(byte));
    }
    if text.len() > LARGEST_ELEMENT {
        let message = format!("a line is longer than {} MiB", LARGEST_ELEMENT >> 20);
        return chunk.refuse(span, Fault::new(FaultKind::TooLarge, Span::at(byte), message));
    }
    tree.clear();
    let result = parse(text, byte, tree).and_then(|after| {
        let rest = text[after..].trim_ascii_start();
        if rest.is_empty() {
            return Ok(());
        }
        let start = byte + (text.len() - rest.len()) as u64;
        let place = Span::new(start, start + rest.chars().next().map_or(0, char::len_utf8) as u64);
        Err(Fault::new(FaultKind::SyntaxInvalid, place, "a line holds one document, and more follows it here"))
    });
    match (result, tree.root(text, byte)) {
        (Ok(()), Some(root)) => chunk.node(root),
        (Ok(()), None) => {}
        (Err(fault), _) => chunk.refuse(span, naming_key(fault, text, byte)),
    }
}

/// The byte at which the first line begins.
fn lines_begin(source: &Source) -> Result<u64, Fault> {
    let mut start = vec![0; 4096];
    let read = source.read_at(0, &mut start)?;
    start.truncate(read);
    refuse_other_encodings(&start)?;
    if source.length() < 4096
        && start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&start).iter().all(u8::is_ascii_whitespace)
    {
        return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing"));
    }
    Ok(if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() as u64 } else { 0 })
}
