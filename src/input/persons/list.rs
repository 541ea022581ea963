//! A list of accounts in a document: walked by one, or by several, each taking the next few.
//!
//! Where an account begins only what stands before it can tell, but it can be guessed: the same few bytes stand between
//! any two of them, from the bracket that closes one to the first key of the next. Each reads on from a guessed
//! beginning and has to arrive at the next one after as many accounts as were guessed, so every guess is put to the
//! proof by whoever reads up to it. Where one is wrong, one reads all alone.

use std::sync::Mutex;

use memchr::memmem::Finder;

use super::stretch::Stretch;
use super::walk::{Found, Walk};
use crate::diagnostic::fault::Fault;
use crate::input::crew::{self, lock};
use crate::input::json::{Element, Elements};
use crate::input::mask::naming_key;
use crate::input::{Document, Flow, Reading, Sink};
use crate::source::{InputId, Span};
use crate::tree::Tree;

/// Bytes taken at a time, or a few more.
const SHARE: usize = 256 * 1024;

/// How far a list was walked.
struct Feed {
    /// Where the next account begins.
    next: Option<usize>,
    records: u64,
    /// The offset after the list.
    end: Option<usize>,
    needs_order: bool,
}

/// Accounts for one who walks.
struct Share {
    from: usize,
    /// Where the account after the last begins; nothing where the list ends with it.
    until: Option<usize>,
    /// How many accounts there are before, and in it.
    before: u64,
    count: u64,
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
    let Some(seam) = Seam::between(&document.text, elements.clone()) else { return Ok(None) };
    let feed = Feed { next: Some(seam.first), records: 0, end: None, needs_order: false };
    let feed = Mutex::new(feed);
    let work = |fork: &mut S| {
        let mut walk = Walk::new(input, reading.present, 0, fork);
        walk.meter = reading.meter;
        let is_done = shares(document, &elements, &seam, &feed, &mut walk);
        lock(&feed).needs_order |= is_done.is_none();
        is_done.map(|()| walk.into_found())
    };
    let founds = crew::together(sink, reading.jobs, document.text.len() as u64, work);
    let feed = crew::unlocked(feed);
    let walked = |founds| Walked { found: Found::merged(founds), records: feed.records, end: feed.end };
    Ok(founds.map(walked))
}

/// Walks the list at offset `at` in order. Returns the offset after it, unless nobody wants more; or what is wrong with
/// the list itself.
///
/// # Errors
/// Where no list begins there.
pub(super) fn alone<S: Sink>(
    at: usize,
    stretch: &mut Stretch<'_, '_, S>,
) -> Result<(Option<usize>, Option<Fault>), Fault> {
    let mut elements = Elements::new(stretch.text, stretch.base, at)?;
    let fault = accounts(&mut elements, None, &mut Tree::new(), stretch).err();
    Ok((elements.end(), fault))
}

/// Takes accounts up to the one that begins at `until`.
fn accounts<S: Sink>(
    elements: &mut Elements<'_>,
    until: Option<usize>,
    tree: &mut Tree,
    stretch: &mut Stretch<'_, '_, S>,
) -> Result<(), Fault> {
    let (text, base) = (stretch.text, stretch.base);
    while stretch.walk.flow == Flow::GoOn {
        let Some(start) = elements.start()?.filter(|start| until.is_none_or(|until| *start < until)) else { break };
        if let Some(end) = stretch.quick(start, |_| true) {
            elements.step(end);
            continue;
        }
        match elements.read(tree) {
            None => break,
            Some(Element::Whole(range)) => {
                if let Some(root) = tree.root(&text[range], base + start as u64) {
                    stretch.node(root);
                }
            }
            Some(Element::Refused(range, fault)) => {
                let span = Span::new(base + range.start as u64, base + range.end as u64);
                stretch.refuse(span, naming_key(fault, text, base));
            }
            Some(Element::Broken(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// What stands between two accounts, from the bracket that closes one to the first key of the next.
struct Seam<'t> {
    finder: Finder<'t>,
    /// How far into it the next account begins.
    lead: usize,
    /// Where the first account of all begins.
    first: usize,
}

impl<'t> Seam<'t> {
    /// The seam between the first two accounts.
    fn between(text: &'t str, mut elements: Elements<'t>) -> Option<Self> {
        let mut next = || match elements.skip() {
            Some(Element::Whole(range)) => Some(range),
            _ => None,
        };
        let (first, second) = (next()?, next()?);
        let from = first.end - 1;
        let key = second.start + text[second.clone()].find('"')? + 1;
        let until = key + text[key..second.end].find('"')? + 1;
        let finder = Finder::new(&text.as_bytes()[from..until]);
        Some(Self { finder, lead: second.start - from, first: first.start })
    }

    /// Takes the next accounts, where they end by this guess.
    fn take(&self, text: &str, feed: &mut Feed) -> Option<Share> {
        let (bytes, from) = (text.as_bytes(), feed.next?);
        let far = bytes.get(from + SHARE..).and_then(|rest| self.finder.find(rest)).map(|at| from + SHARE + at);
        let within = &bytes[from..far.unwrap_or(bytes.len())];
        let count = 1 + self.finder.find_iter(within).count() as u64;
        let before = feed.records;
        feed.next = far.map(|seam| seam + self.lead);
        feed.records += count;
        Some(Share { from, until: feed.next, before, count })
    }
}

/// Takes accounts until none is left. Nothing where one cannot go on alone.
fn shares<S: Sink>(
    document: &Document,
    elements: &Elements<'_>,
    seam: &Seam<'_>,
    feed: &Mutex<Feed>,
    walk: &mut Walk<'_, S>,
) -> Option<()> {
    let mut tree = Tree::new();
    let mut stretch = Stretch::new(walk, &document.text, document.base, 1, &document.broken);
    loop {
        let mut now = lock(feed);
        if now.needs_order {
            return None;
        }
        let Some(share) = seam.take(&document.text, &mut now) else { break };
        drop(now);
        stretch.walk.meter.reach(document.base + share.from as u64);
        stretch.walk.number = share.before;
        let mut elements = elements.clone();
        elements.begin(share.from);
        accounts(&mut elements, share.until, &mut tree, &mut stretch).ok()?;
        stretch.flush();
        let is_proven = stretch.walk.number == share.before + share.count && elements.start().ok()? == share.until;
        if !is_proven || stretch.walk.flow == Flow::Stop {
            return None;
        }
        if share.until.is_none() {
            lock(feed).end = elements.end();
        }
    }
    stretch.finish(None);
    Some(())
}
