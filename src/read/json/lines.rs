//! JSON Lines: one document a line, streamed a chunk of whole lines at a time.

use std::sync::Mutex;

use super::account_reader::{AccountReader, InferredSchema};
use super::chunk::ChunkReader;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::error::ReadError;
use crate::fast::split::{WorkQueue, lock, split, unlocked};
use crate::read::chunks::{ChunkResult, Chunks, MAX_RECORD_BYTES, break_length, decode, first_broken, line_breaks};
use crate::read::forks::read_with_forks;
use crate::read::mask::name_duplicate_key;
use crate::read::{
    BYTE_ORDER_MARK, Checkpoint, Flow, ReadOptions, ReadSummary, Sink, not_utf8, refuse_other_encodings,
};
use crate::source::file::Source;
use crate::source::{InputId, Span};
use crate::syntax::json::{MAX_ELEMENT_BYTES, parse};
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
        None => Checkpoint { byte: first_line_start(source)?, line: 1, column: 1, records: 0 },
    };
    let queue = Mutex::new(WorkQueue::new(from));
    let work = |fork: &mut S| {
        let mut reader = AccountReader::new(input, read_options, from.records, fork);
        read_chunks(source, read_options, &queue, &mut reader).ok()?;
        (!lock(&queue).needs_order).then_some(reader.schema)
    };
    if let Some(schemas) = read_with_forks(sink, read_options.jobs, source.length(), work) {
        let queue = unlocked(queue);
        let mut reader = AccountReader::new(input, read_options, queue.here.records, sink);
        reader.schema = InferredSchema::merged(schemas);
        return Ok(reader.summary(queue.here.byte, queue.checkpoints, Vec::new()));
    }
    let queue = Mutex::new(WorkQueue::new(from));
    let mut reader = AccountReader::new(input, read_options, from.records, sink);
    read_chunks(source, read_options, &queue, &mut reader)?;
    let queue = unlocked(queue);
    if queue.needs_order && reader.flow == Flow::Continue {
        let message = format!("a line is longer than {} MiB; nothing after it was read", MAX_RECORD_BYTES >> 20);
        let span = Span::at(queue.here.byte);
        let mut rest = ChunkReader::new(&mut reader, "", queue.here.place(), &[]);
        rest.refuse(span, Fault::new(FaultKind::RecordTooLong, span, message));
        rest.finish(None);
    }
    Ok(reader.summary(queue.here.byte, queue.checkpoints, Vec::new()))
}

/// Reads chunks until none is left. A line without an end and a sink that has enough end it early, with `needs_order`.
fn read_chunks<S: Sink>(
    source: &Source,
    read_options: &ReadOptions<'_>,
    queue: &Mutex<WorkQueue<Checkpoint>>,
    reader: &mut AccountReader<'_, S>,
) -> Result<(), ReadError> {
    let mut chunks = Chunks::new(source);
    let mut tree = Tree::new();
    split(queue, |claim| {
        let here = claim.here;
        let filled = chunks.fill(here.byte);
        let (breaks, records) = (line_breaks(chunks.lines()), count_records(chunks.lines()));
        let Some(mut now) = claim.take() else { return Ok(()) };
        filled.inspect_err(|_| now.is_over = true)?;
        now.checkpoints.push(here);
        read_options.meter.reach(here.byte);
        let length = chunks.lines().len();
        now.here.line += breaks;
        now.here.byte += length as u64;
        now.here.records += records;
        let next = chunks.after(length);
        now.is_over = next != ChunkResult::Chunk;
        now.needs_order |= next == ChunkResult::Endless;
        drop(now);
        if length > 0 {
            reader.number = here.records;
            let (text, broken) = decode(chunks.lines(), here.byte);
            read_chunk(ChunkReader::new(reader, &text, here.place(), &broken), &mut tree);
        }
        if reader.flow == Flow::Stop {
            let mut now = lock(queue);
            now.is_over = true;
            now.needs_order = true;
        }
        Ok(())
    })
}

/// Counts the lines that are not blank.
fn count_records(lines: &[u8]) -> u64 {
    let mut count = 0;
    let mut at = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', lines).chain([lines.len()]) {
        count += u64::from(!lines[at..end].iter().all(u8::is_ascii_whitespace));
        at = end;
    }
    count
}

/// Reads the lines of a chunk, one document each.
pub(super) fn read_chunk<S: Sink>(mut chunk: ChunkReader<'_, '_, S>, tree: &mut Tree) {
    let (text, base) = (chunk.text, chunk.base);
    let bytes = text.as_bytes();
    let is_line_end = |at: usize| matches!(bytes.get(at), None | Some(b'\n' | b'\r'));
    let mut at = 0;
    while at < text.len() && chunk.reader.flow == Flow::Continue {
        let end = chunk.read_by_template(at, |end| !end.has_breaks && is_line_end(end.offset));
        let end = end.unwrap_or_else(|| {
            let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(text.len(), |line| at + line);
            read_line(&text[at..end], base + at as u64, tree, &mut chunk);
            end
        });
        at = end + break_length(bytes, end);
    }
    chunk.finish(None);
}

fn read_line<S: Sink>(text: &str, byte: u64, tree: &mut Tree, chunk: &mut ChunkReader<'_, '_, S>) {
    if text.trim_ascii().is_empty() {
        return;
    }
    let span = Span::new(byte, byte + text.len() as u64);
    if let Some(byte) = first_broken(chunk.broken, span.start, span.end) {
        return chunk.refuse(span, not_utf8(byte));
    }
    if text.len() > MAX_ELEMENT_BYTES {
        let message = format!("a line is longer than {} MiB", MAX_ELEMENT_BYTES >> 20);
        return chunk.refuse(span, Fault::new(FaultKind::TooLarge, Span::at(byte), message));
    }
    tree.clear();
    let result = parse(text, byte, tree).and_then(|after| {
        let rest = text[after..].trim_ascii_start();
        let Some(first) = rest.chars().next() else { return Ok(()) };
        let start = byte + (text.len() - rest.len()) as u64;
        let span = Span::new(start, start + first.len_utf8() as u64);
        Err(Fault::new(FaultKind::SyntaxInvalid, span, "expected the end of the line after the document"))
    });
    match (result, tree.root(text, byte)) {
        (Ok(()), Some(root)) => chunk.read_node(root),
        (Ok(()), None) => {}
        (Err(fault), _) => chunk.refuse(span, name_duplicate_key(fault, text, byte)),
    }
}

/// The byte at which the first line begins.
fn first_line_start(source: &Source) -> Result<u64, Fault> {
    let mut start = vec![0; 4096];
    let read = source.read_at(0, &mut start)?;
    start.truncate(read);
    refuse_other_encodings(&start)?;
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&start);
    if source.length() < 4096 && text.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing"));
    }
    Ok((start.len() - text.len()) as u64)
}
