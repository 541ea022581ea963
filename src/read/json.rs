//! Documents of the API: lists of persons, one person, or one a line.
//!
//! A list is walked element by element through one small tree, so a large document costs no large tree. A
//! field that no record carries is absent; one that some carry is blank on the others. That is known only at
//! the end: a pass that finds out too late says so, and the engine makes another.

mod chunk;
mod entries;
mod lines;
mod list;
mod template;
mod walk;

use super::claims::{Claim, claims};
use super::keys::KeyMap;
use super::mask::naming_key;
use super::{
    BYTE_ORDER_MARK, Checkpoint, Document, LARGEST_DOCUMENT, ReadOptions, ReadSummary, Sink, not_utf8,
    read_document as read_document_of, too_large,
};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::file::Source;
use crate::source::lines::Cursor;
use crate::source::{InputId, Location, Span};
use crate::syntax::json::{LARGEST_ELEMENT, members, parse_document, skip_value};
use crate::syntax::tree::Tree;
use chunk::Chunk;
use list::Walked;
use walk::Walk;

pub use lines::read_lines;

/// What a JSON document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentShape {
    /// A plan: it has the key `rolecall`.
    Plan,
    /// An array at this offset, and keys beside it that say nothing of accounts, with what they say of the list.
    List(usize, Vec<String>, Vec<Claim>),
    /// One person.
    One,
    /// One document a line after all.
    Lines,
}

/// Tells what a document holds.
///
/// # Errors
/// A fault where it holds no accounts, or is no JSON.
pub fn shape(text: &str, base: u64) -> Result<DocumentShape, Fault> {
    let start = text.len() - text.trim_ascii_start().len();
    match text.as_bytes().get(start) {
        Some(b'[') => return Ok(DocumentShape::List(start, Vec::new(), Vec::new())),
        Some(b'{') => {}
        _ => {
            let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
            let place = Span::new(base + start as u64, base + end as u64);
            return Err(Fault::new(FaultKind::ShapeInvalid, place, "expected a list of accounts or an object"));
        }
    }
    let found = match members(text, base) {
        Ok(found) => found,
        Err(fault) => {
            return if is_lines(text, base, start) {
                Ok(DocumentShape::Lines)
            } else {
                Err(naming_key(fault, text, base))
            };
        }
    };
    if found.iter().any(|member| member.key == "rolecall") {
        return Ok(DocumentShape::Plan);
    }
    let is_list = |key: &str| key == "users" || key == "persons";
    let lists: Vec<_> = found.iter().filter(|member| is_list(&member.key)).collect();
    match lists.as_slice() {
        [list] => {
            for member in found.iter().filter(|member| !is_list(&member.key)) {
                check_value(text, base, member.value.clone())?;
            }
            let beside: Vec<_> = found.iter().filter(|member| !is_list(&member.key)).collect();
            let keys = beside.iter().map(|member| member.key.clone()).collect();
            Ok(DocumentShape::List(list.value.start, keys, claims(&beside, text, base)))
        }
        [first, second, ..] => {
            let message = "the document has both `users` and `persons`";
            Err(Fault::new(FaultKind::KeyDuplicate, second.key_span, message).and(first.key_span, "the other one"))
        }
        [] => {
            let mut book = KeyMap::default();
            let knows = found.iter().filter(|member| book.look_up(&member.key).field().is_some()).count();
            if knows > 0 {
                return Ok(DocumentShape::One);
            }
            let keys: Vec<_> = found
                .iter()
                .take(8)
                .map(|member| format!("`{}`", crate::diagnostic::visible::visible(&member.key)))
                .collect();
            let message = format!(
                "no list of accounts: expected `users` or `persons`, found {}",
                if keys.is_empty() { "no key".to_owned() } else { keys.join(", ") }
            );
            let place = Span::new(base + start as u64, base + start as u64 + 1);
            Err(Fault::new(FaultKind::ShapeInvalid, place, message))
        }
    }
}

/// Reads a value that says nothing, so that it cannot hide anything either.
fn check_value(text: &str, base: u64, value: std::ops::Range<usize>) -> Result<(), Fault> {
    let start = base + value.start as u64;
    if value.len() > LARGEST_ELEMENT {
        return Err(too_large("a value beside the list", LARGEST_ELEMENT as u64));
    }
    parse_document(&text[value], start, &mut Tree::new()).map_err(|fault| naming_key(fault, text, base))
}

/// True where a second object follows the first.
fn is_lines(text: &str, base: u64, start: usize) -> bool {
    skip_value(text, base, start).is_ok_and(|end| text[end..].trim_ascii_start().starts_with('{'))
}

/// Documents from so many bytes on are worth being read share by share.
const LARGE: u64 = 512 * 1024;

/// True where a document is a large list and nothing else: it need not be read as a whole.
pub fn is_large_list(source: &Source) -> bool {
    source.length() >= LARGE && bracket(source).is_some()
}

/// Where the list begins that is all of a document, unless that begins with anything else.
fn bracket(source: &Source) -> Option<Location> {
    let mut start = [0; 256];
    let read = source.read_at(0, &mut start).ok()?;
    let mark = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let text = start.get(mark..read)?;
    let at = text.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))?;
    let space = std::str::from_utf8(&text[..at]).ok()?;
    (text[at] == b'[').then(|| Cursor::new(mark as u64, 1).locate(space, (mark + at) as u64))
}

fn place_of_document(source: &Source, input: InputId) -> Option<list::Place<'_>> {
    Some(list::Place { source, start: bracket(source)?, is_document: true, input })
}

/// Reads a document that is a large list: share by share if that can be done.
///
/// # Errors
/// A fault where it has to be read as a whole and cannot be.
pub fn read_large_list(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, Fault> {
    let place = place_of_document(source, input);
    if let Some(walked) = place.and_then(|place| list::walk(place, read_options, sink)) {
        let mut walk = Walk::new(input, read_options.present, 0, sink);
        walk.take_in(walked.found, walked.records);
        return Ok(walk.summary(source.length(), walked.checkpoints, Vec::new()));
    }
    let document = read_document_of(source, LARGEST_DOCUMENT)?;
    let shape = shape(&document.text, document.base)?;
    read_document(&document, &shape, source, input, read_options, sink)
}

/// Reads a large list again from a checkpoint, until the sink has enough.
pub fn read_large_list_from(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    from: Checkpoint,
    sink: &mut impl Sink,
) {
    if let Some(place) = place_of_document(source, input) {
        list::walk_from(place, from, read_options, sink);
    }
}

/// Reads a document of the API. It is the text of `source`.
///
/// # Errors
/// A fault where it holds no accounts at all.
pub fn read_document(
    document: &Document,
    shape: &DocumentShape,
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, Fault> {
    let (text, base) = (document.text.as_str(), document.base);
    let walked = match shape {
        DocumentShape::List(at, ..) if read_options.jobs > 1 => {
            let start = Cursor::new(base, 1).locate(text, base + *at as u64);
            list::walk(list::Place { source, start, is_document: false, input }, read_options, sink)
        }
        DocumentShape::List(..) | DocumentShape::One | DocumentShape::Plan | DocumentShape::Lines => None,
    };
    let mut walk = Walk::new(input, read_options.present, 0, sink);
    walk.meter = read_options.meter;
    let start = Location { byte: base, line: 1, column: 1 };
    let mut chunk = Chunk::new(&mut walk, text, start, &document.broken);
    let whole = base + text.len() as u64;
    let mut beside = Vec::new();
    match shape {
        DocumentShape::List(at, keys, claims) => {
            beside.clone_from(keys);
            let (end, fault) = match walked {
                Some(Walked { found, records, end, .. }) => {
                    chunk.walk.take_in(found, records);
                    (usize::try_from(end - base).ok(), None)
                }
                None => list::alone(*at, &mut chunk)?,
            };
            let count = chunk.walk.number;
            let broken = fault.map(|fault| naming_key(fault, text, base));
            let claimed = claims.iter().filter_map(|claim| claim.fault(count));
            chunk.finish(broken.into_iter().chain(claimed).chain(beside_list(document, *at, end)));
        }
        DocumentShape::One | DocumentShape::Plan if text.len() > LARGEST_ELEMENT => {
            return Err(too_large("the only account of the document", LARGEST_ELEMENT as u64));
        }
        DocumentShape::One | DocumentShape::Plan => {
            let mut tree = Tree::new();
            parse_document(text, base, &mut tree).map_err(|fault| naming_key(fault, text, base))?;
            if let Some(root) = tree.root(text, base) {
                chunk.node(root);
            }
            chunk.finish(None);
        }
        DocumentShape::Lines => lines::take(chunk, &mut Tree::new()),
    }
    let checkpoints = vec![Checkpoint { byte: base, line: 1, column: 1, records: 0 }];
    Ok(ReadSummary { is_whole: true, ..walk.summary(whole, checkpoints, beside) })
}

/// What is wrong beside the list that begins at offset `at`, and ends at `end` unless it broke off.
fn beside_list(document: &Document, at: usize, end: Option<usize>) -> Vec<Fault> {
    let Document { text, base, broken } = document;
    let mut faults = Vec::new();
    // A byte beside the list belongs to no record that could be refused for it.
    let list = base + at as u64..base + end.unwrap_or(text.len()) as u64;
    faults.extend(broken.iter().find(|byte| !list.contains(byte)).map(|byte| not_utf8(*byte)));
    // After a list that is the whole document nothing may follow; an object's end was seen already.
    if let Some(end) = end.filter(|_| text.trim_ascii_start().starts_with('[')) {
        let rest = text[end..].trim_ascii_start();
        faults.extend(rest.chars().next().map(|first| {
            let start = base + (text.len() - rest.len()) as u64;
            let place = Span::new(start, start + first.len_utf8() as u64);
            Fault::new(FaultKind::SyntaxInvalid, place, "expected the end of the text after the list")
        }));
    }
    faults
}
