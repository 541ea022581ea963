//! A list of accounts in a document: a share at a time out of a buffer that does not grow, by one or by several; or all
//! of it where it lies in memory.
//!
//! Where an account begins only what stands before it can tell, but it can be guessed: the same few bytes stand between
//! any two of them, from the bracket that closes one to the first key of the next. Who reads a share has to arrive at
//! its guessed end after as many accounts as were guessed, so every guess is put to the proof. Where one is wrong, or
//! anything else is wrong with the list, nothing that was seen counts, and the whole is read in memory.

use std::sync::Mutex;

use memchr::memmem::{Finder, FinderRev};

use super::chunk::Chunk;
use super::walk::{Found, Walk};
use crate::diagnostic::fault::Fault;
use crate::read::chunks::{Chunks, Next, decode};
use crate::read::mask::naming_key;
use crate::read::parallel::{self, ChunkClaims, WorkQueue, lock};
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
pub(super) struct Place<'a> {
    pub source: &'a Source,
    /// Where its bracket stands.
    pub start: Location,
    /// It is the whole document: nothing but space may follow.
    pub is_document: bool,
    pub input: InputId,
}

/// What came of a list.
pub(super) struct Walked {
    pub found: Found,
    pub records: u64,
    pub checkpoints: Vec<Checkpoint>,
    /// The byte after it.
    pub end: u64,
}

/// What those who walk share.
struct Shared {
    queue: Mutex<WorkQueue>,
    /// The byte after the list, as soon as it is known.
    end: Mutex<Option<u64>>,
}

/// Walks a list, share by share. Nothing where that cannot be done; then the sink has seen nothing.
pub(super) fn walk<S: Sink>(place: Place<'_>, read_options: &ReadOptions<'_>, sink: &mut S) -> Option<Walked> {
    let seam = Seam::first(place)?;
    let shared = Shared { queue: Mutex::new(WorkQueue::new(seam.begin)), end: Mutex::new(None) };
    let work = |fork: &mut S| {
        let mut walk = Walk::new(place.input, read_options.present, 0, fork);
        walk.meter = read_options.meter;
        let is_done = shares(place, &seam, &shared, &mut walk);
        if is_done.is_none() {
            let mut queue = lock(&shared.queue);
            (queue.is_over, queue.needs_order) = (true, true);
        }
        is_done.map(|()| walk.into_found())
    };
    let bytes = place.source.length() - place.start.byte;
    let founds = match parallel::readers(read_options.jobs, bytes) {
        0 | 1 => vec![parallel::run_isolated(sink, work)?],
        _ => parallel::together(sink, read_options.jobs, bytes, work)?,
    };
    let queue = parallel::unlocked(shared.queue);
    let found = Found::merged(founds);
    Some(Walked {
        found,
        records: queue.here.records,
        checkpoints: queue.checkpoints,
        end: parallel::unlocked(shared.end)?,
    })
}

/// Walks a list again from a checkpoint on, until the sink has enough.
pub(super) fn walk_from<S: Sink>(place: Place<'_>, from: Checkpoint, read_options: &ReadOptions<'_>, sink: &mut S) {
    let shared = Shared { queue: Mutex::new(WorkQueue::new(from)), end: Mutex::new(None) };
    if let Some(seam) = Seam::first(place) {
        shares(place, &seam, &shared, &mut Walk::new(place.input, read_options.present, from.records, sink));
    }
}

/// Walks the list at offset `at` in order, in memory. Returns the offset after it, unless nobody wants more; or what is
/// wrong with the list itself.
///
/// # Errors
/// Where no list begins there.
pub(super) fn alone<S: Sink>(at: usize, chunk: &mut Chunk<'_, '_, S>) -> Result<(Option<usize>, Option<Fault>), Fault> {
    let mut elements = Elements::new(chunk.text, chunk.base, at)?;
    let fault = accounts(&mut elements, None, &mut Tree::new(), chunk).err();
    Ok((elements.end(), fault))
}

/// Takes accounts up to the one that begins at `until`.
fn accounts<S: Sink>(
    elements: &mut Elements<'_>,
    until: Option<usize>,
    tree: &mut Tree,
    chunk: &mut Chunk<'_, '_, S>,
) -> Result<(), Fault> {
    let (text, base) = (chunk.text, chunk.base);
    while chunk.walk.flow == Flow::Continue {
        let Some(start) = elements.start()?.filter(|start| until.is_none_or(|until| *start < until)) else { break };
        if let Some(end) = chunk.quick(start, |_| true) {
            elements.step(end);
            continue;
        }
        match elements.read(tree) {
            None => break,
            Some(Element::Whole(range)) => {
                if let Some(root) = tree.root(&text[range], base + start as u64) {
                    chunk.node(root);
                }
            }
            Some(Element::Refused(range, fault)) => {
                let span = Span::new(base + range.start as u64, base + range.end as u64);
                chunk.refuse(span, naming_key(fault, text, base));
            }
            Some(Element::Broken(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// What stands between two accounts, from the bracket that closes one to the first key of the next.
struct Seam {
    finder: Finder<'static>,
    last: FinderRev<'static>,
    /// How far into it the next account begins.
    lead: usize,
    /// Where the first account of all begins.
    begin: Checkpoint,
}

/// Accounts for one who walks, by a guess.
struct Share {
    /// How many bytes they take, up to the account after them.
    bytes: usize,
    count: u64,
}

impl Seam {
    /// The seam between the first two accounts.
    fn first(place: Place<'_>) -> Option<Self> {
        let mut head = vec![0; HEAD];
        let read = place.source.read_at(place.start.byte, &mut head).ok()?;
        let (text, _) = decode(&head[..read], place.start.byte);
        let mut elements = Elements::new(&text, place.start.byte, 0).ok()?;
        let mut next = || match elements.skip() {
            Some(Element::Whole(range)) => Some(range),
            _ => None,
        };
        let (first, second) = (next()?, next()?);
        let from = first.end - 1;
        let key = second.start + text[second.clone()].find('"')? + 1;
        let until = key + text[key..second.end].find('"')? + 1;
        let seam = &text.as_bytes()[from..until];
        let begin = Cursor::at(place.start).locate(&text, place.start.byte + first.start as u64);
        Some(Self {
            finder: Finder::new(seam).into_owned(),
            last: FinderRev::new(seam).into_owned(),
            lead: second.start - from,
            begin: Checkpoint { byte: begin.byte, line: begin.line, column: begin.column, records: 0 },
        })
    }

    /// The accounts in `bytes`, which begin with one. Nothing where the first of them does not end there.
    fn share(&self, bytes: &[u8], is_last: bool) -> Option<Share> {
        let (within, length) = if is_last {
            (bytes, bytes.len())
        } else {
            let last = self.last.rfind(bytes)?;
            (&bytes[..last], last + self.lead)
        };
        Some(Share { bytes: length, count: 1 + self.finder.find_iter(within).count() as u64 })
    }
}

/// Takes accounts until none is left. Nothing where the list has to be read as a whole.
fn shares<S: Sink>(place: Place<'_>, seam: &Seam, shared: &Shared, walk: &mut Walk<'_, S>) -> Option<()> {
    let mut chunks = Chunks::new(place.source);
    let mut tree = Tree::new();
    let mut claims = ChunkClaims::at(&shared.queue);
    while let Some(claim) = claims.claim() {
        let here = claim.here;
        chunks.fill(here.byte).ok()?;
        let is_last = chunks.is_last();
        let Some(share) = seam.share(chunks.bytes(), is_last) else {
            if chunks.after(0) == Next::Endless {
                return None;
            }
            continue;
        };
        // The bracket of the next account shows that it begins there.
        let (text, broken) = decode(&chunks.bytes()[..share.bytes + usize::from(!is_last)], here.byte);
        let Location { byte, line, column } = Cursor::at(here.place()).locate(&text, here.byte + share.bytes as u64);
        let Some(mut now) = claims.take(claim) else { continue };
        now.checkpoints.push(here);
        now.is_over = is_last;
        now.here = Checkpoint { byte, line, column, records: here.records + share.count };
        drop(now);
        walk.meter.reach(here.byte);
        let mut elements = Elements::from_first(&text, here.byte);
        walk.number = here.records;
        let mut chunk = Chunk::new(walk, &text, here.place(), &broken);
        let until = (!is_last).then_some(share.bytes);
        accounts(&mut elements, until, &mut tree, &mut chunk).ok()?;
        chunk.finish(None);
        let is_proven = walk.number == here.records + share.count && elements.start().ok()? == until;
        if !is_proven || walk.flow == Flow::Stop {
            return None;
        }
        if is_last {
            let end = elements.end()?;
            if place.is_document && !text[end..].trim_ascii_start().is_empty() {
                return None;
            }
            *lock(&shared.end) = Some(here.byte + end as u64);
        }
    }
    (!lock(&shared.queue).needs_order).then_some(())
}
