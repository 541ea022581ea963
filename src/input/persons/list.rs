//! A list of accounts in a document, walked by several threads: each takes the next few, whose ends are found
//! without reading them.

use std::sync::Mutex;

use super::walk::{Found, Walk};
use crate::diagnostic::fault::Fault;
use crate::input::crew::{self, lock};
use crate::input::json::{Element, Elements, parse};
use crate::input::{Document, Flow, LARGEST_PERSON, Reading, Sink, View};
use crate::source::InputId;
use crate::tree::Tree;

/// Accounts taken at a time.
const BATCH: usize = 256;

/// How far a list was walked.
struct Feed<'t> {
    elements: Elements<'t>,
    records: u64,
    needs_order: bool,
}

/// What came of a list.
pub(super) struct Walked {
    pub found: Found,
    pub records: u64,
    /// The offset after it.
    pub end: Option<usize>,
}

/// Walks the list at offset `at`. Nothing where that cannot be done by several; then the sink has seen nothing.
///
/// # Errors
/// Where no list begins there.
pub(super) fn walk<S: Sink>(
    document: &Document,
    at: usize,
    input: InputId,
    reading: &Reading<'_>,
    sink: &mut S,
) -> Result<Option<Walked>, Fault> {
    let elements = Elements::new(&document.text, document.base, at)?;
    let feed = Mutex::new(Feed { elements, records: 0, needs_order: false });
    let work = |fork: &mut S| {
        let mut walk = Walk::new(input, reading.present, 0, fork);
        walk.broken = &document.broken;
        let found = batches(document, reading, &feed, &mut walk).map(|()| walk.into_found());
        lock(&feed).needs_order |= found.is_none();
        found
    };
    let founds = crew::together(sink, reading.jobs, document.text.len() as u64, work);
    let feed = crew::unlocked(feed);
    let walked = |founds| Walked { found: Found::merged(founds), records: feed.records, end: feed.elements.end() };
    Ok(founds.map(walked))
}

/// Takes accounts until none is left. Nothing where something is wrong with the list itself.
fn batches<S: Sink>(
    document: &Document,
    reading: &Reading<'_>,
    feed: &Mutex<Feed<'_>>,
    walk: &mut Walk<'_, S>,
) -> Option<()> {
    let Document { text, base, .. } = document;
    let mut view = View::new(text, *base, 1);
    let mut tree = Tree::new();
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        walk.number = take(feed, reading, *base, &mut batch)?;
        if batch.is_empty() {
            return Some(());
        }
        for range in batch.drain(..) {
            let (piece, start) = (text.get(range.clone())?, base + range.start as u64);
            tree.clear();
            let is_whole = piece.len() <= LARGEST_PERSON && parse(piece, start, &mut tree).ok()? == piece.len();
            walk.node(tree.root(piece, start).filter(|_| is_whole)?, &mut view);
            if walk.flow == Flow::Stop {
                return None;
            }
        }
    }
}

/// Takes the next accounts, and says how many were taken before.
fn take(
    feed: &Mutex<Feed<'_>>,
    reading: &Reading<'_>,
    base: u64,
    batch: &mut Vec<std::ops::Range<usize>>,
) -> Option<u64> {
    let mut now = lock(feed);
    if now.needs_order {
        return None;
    }
    reading.meter.reach(base + now.elements.at() as u64);
    while batch.len() < BATCH {
        match now.elements.skip() {
            Some(Element::Whole(range)) => batch.push(range),
            Some(Element::Refused(..) | Element::Broken(_)) => return None,
            None => break,
        }
    }
    let before = now.records;
    now.records += batch.len() as u64;
    Some(before)
}
