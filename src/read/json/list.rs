//! A list of accounts: read chunk by chunk out of a buffer that does not grow, by one thread or several, or as a whole
//! in memory.
//!
//! Only the text before an account tells for certain where it begins, but it can be guessed: the same few bytes
//! separate any two accounts, from the bracket that closes one to the first key of the next. Whoever reads a chunk has
//! to arrive at its guessed end after the guessed number of accounts, so every guess is verified. If one is wrong, or
//! anything is wrong with the list, all results are dropped and the list is read in memory.

use std::sync::Mutex;

use memchr::memmem::{Finder, FinderRev};

use super::account_reader::{AccountReader, InferredSchema};
use super::chunk::ChunkReader;
use crate::diagnostic::fault::Fault;
use crate::fast::split::{ChunkClaim, WorkQueue, lock, split, unlocked, useful_threads};
use crate::read::chunks::{ChunkEstimate, ChunkResult, Chunks, decode};
use crate::read::forks::{read_with_forks, run_isolated};
use crate::read::mask::name_duplicate_key;
use crate::read::{Checkpoint, Flow, ReadOptions, Sink};
use crate::source::file::Source;
use crate::source::lines::Cursor;
use crate::source::{InputId, Location, Span};
use crate::syntax::json::{Element, Elements};
use crate::syntax::tree::Tree;

/// The bytes of a list in which its first two accounts are looked for.
const HEAD: usize = 64 * 1024;

/// A list and where it lies.
#[derive(Clone, Copy)]
pub(super) struct ListSource<'a> {
    pub source: &'a Source,
    /// The position of its opening bracket.
    pub start: Location,
    /// It is the whole document: only space may follow.
    pub is_document: bool,
    pub input: InputId,
}

/// The result of reading a list.
pub(super) struct ListSummary {
    pub schema: InferredSchema,
    pub records: u64,
    pub checkpoints: Vec<Checkpoint>,
    /// The byte after it.
    pub end: u64,
}

/// What the threads that read a list share.
struct ListProgress {
    queue: Mutex<WorkQueue<Checkpoint>>,
    /// The byte after the list, once it is known.
    end: Mutex<Option<u64>>,
}

/// Reads a list chunk by chunk. `None` if that cannot be done; then the sink has seen nothing.
pub(super) fn read_list<S: Sink>(
    list: ListSource<'_>,
    read_options: &ReadOptions<'_>,
    sink: &mut S,
) -> Option<ListSummary> {
    let separator = AccountSeparator::of_first_two(list)?;
    let progress = ListProgress { queue: Mutex::new(WorkQueue::new(separator.begin)), end: Mutex::new(None) };
    let work = |fork: &mut S| {
        let mut reader = AccountReader::new(list.input, read_options, 0, fork);
        let is_done = read_chunks(list, &separator, &progress, &mut reader);
        if is_done.is_none() {
            let mut queue = lock(&progress.queue);
            (queue.is_over, queue.needs_order) = (true, true);
        }
        is_done.map(|()| reader.schema)
    };
    let bytes = list.source.length() - list.start.byte;
    let schemas = match useful_threads(read_options.jobs, bytes) {
        0 | 1 => vec![run_isolated(sink, work)?],
        _ => read_with_forks(sink, read_options.jobs, bytes, work)?,
    };
    let queue = unlocked(progress.queue);
    Some(ListSummary {
        schema: InferredSchema::merged(schemas),
        records: queue.here.records,
        checkpoints: queue.checkpoints,
        end: unlocked(progress.end)?,
    })
}

/// Reads a list again from a checkpoint on, until the sink has enough.
pub(super) fn read_list_from<S: Sink>(
    list: ListSource<'_>,
    from: Checkpoint,
    read_options: &ReadOptions<'_>,
    sink: &mut S,
) {
    let progress = ListProgress { queue: Mutex::new(WorkQueue::new(from)), end: Mutex::new(None) };
    if let Some(separator) = AccountSeparator::of_first_two(list) {
        let mut reader = AccountReader::new(list.input, read_options, from.records, sink);
        read_chunks(list, &separator, &progress, &mut reader);
    }
}

/// Reads the list at offset `at` in order, in memory. Returns the offset after it, unless the sink has enough, and
/// what is wrong with the list itself.
///
/// # Errors
/// No list begins there.
pub(super) fn read_in_memory<S: Sink>(
    at: usize,
    chunk: &mut ChunkReader<'_, '_, S>,
) -> Result<(Option<usize>, Option<Fault>), Fault> {
    let mut elements = Elements::new(chunk.text, chunk.base, at)?;
    let fault = read_accounts(&mut elements, None, &mut Tree::new(), chunk).err();
    Ok((elements.end(), fault))
}

/// Reads accounts up to the one that begins at `until`.
fn read_accounts<S: Sink>(
    elements: &mut Elements<'_>,
    until: Option<usize>,
    tree: &mut Tree,
    chunk: &mut ChunkReader<'_, '_, S>,
) -> Result<(), Fault> {
    let (text, base) = (chunk.text, chunk.base);
    while chunk.reader.flow == Flow::Continue {
        let Some(start) = elements.start()?.filter(|start| until.is_none_or(|until| *start < until)) else { break };
        if let Some(end) = chunk.read_by_template(start, |_| true) {
            elements.step(end);
            continue;
        }
        match elements.read(tree) {
            None => break,
            Some(Element::Whole(range)) => {
                if let Some(root) = tree.root(&text[range], base + start as u64) {
                    chunk.read_node(root);
                }
            }
            Some(Element::Refused(range, fault)) => {
                let span = Span::new(base + range.start as u64, base + range.end as u64);
                chunk.refuse(span, name_duplicate_key(fault, text, base));
            }
            Some(Element::Broken(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// The bytes between two accounts, from the bracket that closes one to the first key of the next.
struct AccountSeparator {
    finder: Finder<'static>,
    reverse_finder: FinderRev<'static>,
    /// The offset within it at which the next account begins.
    account_offset: usize,
    /// The position of the first account of the list.
    begin: Checkpoint,
}

impl AccountSeparator {
    fn of_first_two(list: ListSource<'_>) -> Option<Self> {
        let mut head = vec![0; HEAD];
        let read = list.source.read_at(list.start.byte, &mut head).ok()?;
        let (text, _) = decode(&head[..read], list.start.byte);
        let mut elements = Elements::new(&text, list.start.byte, 0).ok()?;
        let mut next = || match elements.skip() {
            Some(Element::Whole(range)) => Some(range),
            _ => None,
        };
        let (first, second) = (next()?, next()?);
        let from = first.end - 1;
        let key = second.start + text[second.clone()].find('"')? + 1;
        let until = key + text[key..second.end].find('"')? + 1;
        let separator = &text.as_bytes()[from..until];
        let begin = Cursor::at(list.start).locate(&text, list.start.byte + first.start as u64);
        Some(Self {
            finder: Finder::new(separator).into_owned(),
            reverse_finder: FinderRev::new(separator).into_owned(),
            account_offset: second.start - from,
            begin: Checkpoint { byte: begin.byte, line: begin.line, column: begin.column, records: 0 },
        })
    }

    /// The accounts in `bytes`, which begin with one. `None` if the first of them does not end there.
    fn estimate(&self, bytes: &[u8], is_last: bool) -> Option<ChunkEstimate> {
        let (within, length) = if is_last {
            (bytes, bytes.len())
        } else {
            let last = self.reverse_finder.rfind(bytes)?;
            (&bytes[..last], last + self.account_offset)
        };
        Some(ChunkEstimate { bytes: length, records: 1 + self.finder.find_iter(within).count() as u64 })
    }
}

/// Reads chunks until none is left. `None` if the list has to be read in memory.
fn read_chunks<S: Sink>(
    list: ListSource<'_>,
    separator: &AccountSeparator,
    progress: &ListProgress,
    reader: &mut AccountReader<'_, S>,
) -> Option<()> {
    let mut chunks = Chunks::new(list.source);
    let mut tree = Tree::new();
    let mut read_next = |claim: ChunkClaim<'_, '_, Checkpoint>| {
        let here = claim.here;
        chunks.fill(here.byte).ok()?;
        let is_last = chunks.is_last();
        let Some(estimate) = separator.estimate(chunks.bytes(), is_last) else {
            if chunks.after(0) == ChunkResult::Endless {
                return None;
            }
            return Some(());
        };
        // The text ends with the opening bracket of the next account: it has to begin there.
        let (text, broken) = decode(&chunks.bytes()[..estimate.bytes + usize::from(!is_last)], here.byte);
        let Location { byte, line, column } = Cursor::at(here.place()).locate(&text, here.byte + estimate.bytes as u64);
        let Some(mut queue) = claim.take() else { return Some(()) };
        queue.checkpoints.push(here);
        queue.is_over = is_last;
        queue.here = Checkpoint { byte, line, column, records: here.records + estimate.records };
        drop(queue);
        reader.meter.reach(here.byte);
        let mut elements = Elements::from_first(&text, here.byte);
        reader.number = here.records;
        let mut chunk = ChunkReader::new(reader, &text, here.place(), &broken);
        let until = (!is_last).then_some(estimate.bytes);
        read_accounts(&mut elements, until, &mut tree, &mut chunk).ok()?;
        chunk.finish(None);
        let is_verified = reader.number == here.records + estimate.records && elements.start().ok()? == until;
        if !is_verified || reader.flow == Flow::Stop {
            return None;
        }
        if is_last {
            let end = elements.end()?;
            if list.is_document && !text[end..].trim_ascii_start().is_empty() {
                return None;
            }
            *lock(&progress.end) = Some(here.byte + end as u64);
        }
        Some(())
    };
    split(&progress.queue, |claim| read_next(claim).ok_or(())).ok()?;
    (!lock(&progress.queue).needs_order).then_some(())
}
