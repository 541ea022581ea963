//! Documents of the API: lists of persons, one person, or one a line.
//!
//! A list is walked element by element through one small tree, so a large document costs no large tree. A
//! field that no record carries is absent; one that some carry is blank on the others. That is known only at
//! the end: a pass that finds out too late says so, and the engine makes another.

use super::chunks::{Chunks, LONGEST_RECORD, Next, break_length, decode, first_broken, line_breaks};
use super::claims::{Claim, claims};
use super::columns::look_alike_key;
use super::json::{Element, Elements, members, parse, parse_document, skip_value};
use super::keys::KeyBook;
use super::mask::naming_key;
use super::person::{Person, Whereabouts};
use super::{
    BYTE_ORDER_MARK, Checkpoint, Document, Flow, Intake, LARGEST_PERSON, Reading, Sink, View, not_utf8,
    refuse_other_encodings, too_large,
};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::record::{Field, FieldSet, Origin};
use crate::source::file::Source;
use crate::source::{InputId, Span};
use crate::tree::{Node, Tree};

/// What a JSON document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
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
pub fn shape(text: &str, base: u64) -> Result<Shape, Fault> {
    let start = text.len() - text.trim_ascii_start().len();
    match text.as_bytes().get(start) {
        Some(b'[') => return Ok(Shape::List(start, Vec::new(), Vec::new())),
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
            return if is_lines(text, base, start) { Ok(Shape::Lines) } else { Err(naming_key(fault, text, base)) };
        }
    };
    if found.iter().any(|member| member.key == "rolecall") {
        return Ok(Shape::Plan);
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
            Ok(Shape::List(list.value.start, keys, claims(&beside, text, base)))
        }
        [first, second, ..] => {
            let message = "the document has both `users` and `persons`";
            Err(Fault::new(FaultKind::KeyDuplicate, second.key_span, message).and(first.key_span, "the other one"))
        }
        [] => {
            let mut book = KeyBook::default();
            let knows = found.iter().filter(|member| book.look_up(&member.key).field().is_some()).count();
            if knows > 0 {
                return Ok(Shape::One);
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
    if value.len() > LARGEST_PERSON {
        return Err(too_large("a value beside the list", LARGEST_PERSON as u64));
    }
    parse_document(&text[value], start, &mut Tree::new()).map_err(|fault| naming_key(fault, text, base))
}

/// True where a second object follows the first.
fn is_lines(text: &str, base: u64, start: usize) -> bool {
    skip_value(text, base, start).is_ok_and(|end| text[end..].trim_ascii_start().starts_with('{'))
}

/// Accounts on their way from a document to a sink.
struct Walk<'a, S> {
    input: InputId,
    sink: &'a mut S,
    book: KeyBook,
    present: Option<FieldSet>,
    number: u64,
    is_outdated: bool,
    has_kinds: bool,
    flow: Flow,
    /// Bytes that were no UTF-8: the records that hold one are refused.
    broken: &'a [u64],
}

impl<'a, S: Sink> Walk<'a, S> {
    fn new(input: InputId, present: Option<FieldSet>, records: u64, sink: &'a mut S) -> Self {
        Self {
            input,
            sink,
            book: KeyBook::default(),
            present,
            number: records,
            is_outdated: false,
            has_kinds: false,
            flow: Flow::GoOn,
            broken: &[],
        }
    }

    fn node(&mut self, node: Node<'_>, view: &mut View<'_>) {
        let span = node.outer();
        if let Some(byte) = first_broken(self.broken, span.start, span.end) {
            return self.refuse(span, not_utf8(byte), view);
        }
        self.number += 1;
        let at = Whereabouts { input: self.input, number: self.number, origin: Origin::Export };
        match Person::read(node, at, &mut self.book) {
            Ok(person) => self.person(person, view),
            Err(fault) => {
                let spans: Vec<_> = fault.marks.iter().map(|mark| mark.span).collect();
                let excerpt = super::mask::excerpt(node, &spans[..1.min(spans.len())]);
                self.flow = self.sink.refuse(self.number, node.outer(), fault, Some(excerpt), view);
            }
        }
    }

    fn person(&mut self, person: Person<'_>, view: &mut View<'_>) {
        let carried = person.carried();
        let present = *self.present.get_or_insert(carried);
        self.has_kinds |= carried.has(Field::Kind);
        if !present.holds(carried) {
            // Earlier records were judged as if the input had no such field.
            self.is_outdated = true;
        }
        if self.is_outdated {
            self.present = Some(present.union(carried));
            return;
        }
        self.flow = self.sink.record(&person.of_input(present), view);
    }

    fn refuse(&mut self, span: Span, fault: Fault, view: &mut View<'_>) {
        self.number += 1;
        self.flow = self.sink.refuse(self.number, span, fault, None, view);
    }

    fn intake(self, bytes: u64, checkpoints: Vec<Checkpoint>, beside: Vec<String>) -> Intake {
        let mut unknown = self.book.unknown();
        for fault in unknown.iter().filter_map(|key| look_alike_key(key)) {
            self.sink.fault(fault, None, None);
        }
        unknown.extend(beside);
        Intake {
            columns: self.book.understood(),
            unknown,
            present: self.present.unwrap_or_default(),
            is_outdated: self.is_outdated,
            has_kinds: self.has_kinds,
            records: self.number,
            bytes,
            checkpoints,
            table: None,
            workbook: None,
        }
    }
}

/// Reads a document of the API.
///
/// # Errors
/// A fault where it holds no accounts at all.
pub fn read_document(
    document: &Document,
    shape: &Shape,
    input: InputId,
    reading: &Reading<'_>,
    sink: &mut impl Sink,
) -> Result<Intake, Fault> {
    let (text, base) = (document.text.as_str(), document.base);
    let mut walk = Walk::new(input, reading.present, 0, sink);
    walk.broken = &document.broken;
    let mut view = View::new(text, base, 1);
    let whole = base + text.len() as u64;
    let mut beside = Vec::new();
    match shape {
        Shape::List(at, keys, claims) => {
            beside.clone_from(keys);
            let end = walk_list(text, base, *at, &mut walk, &mut view)?;
            let count = walk.number;
            for fault in claims.iter().filter_map(|claim| claim.fault(count)) {
                walk.sink.fault(fault, None, Some(&mut view));
            }
            // A byte beside the list belongs to no record that could be refused for it.
            let list = base + *at as u64..base + end.unwrap_or(text.len()) as u64;
            if let Some(byte) = document.broken.iter().find(|byte| !list.contains(byte)) {
                walk.sink.fault(not_utf8(*byte), None, Some(&mut view));
            }
            // After a list that is the whole document nothing may follow; an object's end was seen already.
            if let Some(end) = end.filter(|_| text.trim_ascii_start().starts_with('[')) {
                let rest = text[end..].trim_ascii_start();
                if let Some(first) = rest.chars().next() {
                    let start = base + (text.len() - rest.len()) as u64;
                    let place = Span::new(start, start + first.len_utf8() as u64);
                    let fault =
                        Fault::new(FaultKind::SyntaxInvalid, place, "expected the end of the text after the list");
                    walk.sink.fault(fault, None, Some(&mut view));
                }
            }
        }
        Shape::One | Shape::Plan if text.len() > LARGEST_PERSON => {
            return Err(too_large("the only account of the document", LARGEST_PERSON as u64));
        }
        Shape::One | Shape::Plan => {
            let mut tree = Tree::new();
            parse_document(text, base, &mut tree).map_err(|fault| naming_key(fault, text, base))?;
            if let Some(root) = tree.root(text, base) {
                walk.node(root, &mut view);
            }
        }
        Shape::Lines => {
            let mut at = 0;
            let mut tree = Tree::new();
            while at < text.len() && walk.flow == Flow::GoOn {
                let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |line| at + line);
                line(&text[at..end], base + at as u64, &mut tree, &mut walk, &mut view);
                at = end + break_length(text.as_bytes(), end);
            }
        }
    }
    Ok(walk.intake(whole, vec![Checkpoint { byte: base, line: 1, records: 0 }], beside))
}

/// Walks the array at `at`. Returns the offset after it, unless it broke off.
fn walk_list<S: Sink>(
    text: &str,
    base: u64,
    at: usize,
    walk: &mut Walk<'_, S>,
    view: &mut View<'_>,
) -> Result<Option<usize>, Fault> {
    let mut elements = Elements::new(text, base, at)?;
    let mut tree = Tree::new();
    while walk.flow == Flow::GoOn {
        let span = |range: &std::ops::Range<usize>| Span::new(base + range.start as u64, base + range.end as u64);
        match elements.read(&mut tree) {
            None => break,
            Some(Element::Whole(range)) => {
                let start = range.start;
                if let Some(root) = tree.root(&text[start..], base + start as u64) {
                    walk.node(root, view);
                }
            }
            Some(Element::Refused(range, fault)) => walk.refuse(span(&range), naming_key(fault, text, base), view),
            Some(Element::Broken(fault)) => {
                walk.sink.fault(naming_key(fault, text, base), None, Some(view));
                return Ok(None);
            }
        }
    }
    Ok(elements.end())
}

/// One line of JSONL; a blank one is none.
fn line<S: Sink>(text: &str, byte: u64, tree: &mut Tree, walk: &mut Walk<'_, S>, view: &mut View<'_>) {
    if text.trim_ascii().is_empty() {
        return;
    }
    if text.len() > LARGEST_PERSON {
        let message = format!("a line is longer than {} MiB", LARGEST_PERSON >> 20);
        let span = Span::new(byte, byte + text.len() as u64);
        return walk.refuse(span, Fault::new(FaultKind::TooLarge, Span::at(byte), message), view);
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
        (Ok(()), Some(root)) => walk.node(root, view),
        (Ok(()), None) => {}
        (Err(fault), _) => walk.refuse(Span::new(byte, byte + text.len() as u64), naming_key(fault, text, byte), view),
    }
}

/// Reads one document a line, from `from` on or from the start.
///
/// # Errors
/// A fault that ended reading.
pub fn read_lines(
    source: &Source,
    input: InputId,
    reading: &Reading<'_>,
    from: Option<Checkpoint>,
    sink: &mut impl Sink,
) -> Result<Intake, Fault> {
    let mut here = match from {
        Some(from) => from,
        None => Checkpoint { byte: lines_begin(source)?, line: 1, records: 0 },
    };
    let mut walk = Walk::new(input, reading.present, here.records, sink);
    let mut chunks = Chunks::new(source);
    let mut checkpoints = Vec::new();
    let mut tree = Tree::new();
    loop {
        chunks.fill(here.byte)?;
        checkpoints.push(here);
        let lines = chunks.lines();
        stretch_of_lines(lines, here, &mut tree, &mut walk);
        here.line += line_breaks(lines);
        here.byte += lines.len() as u64;
        here.records = walk.number;
        let consumed = lines.len();
        let next = chunks.after(consumed);
        if walk.flow == Flow::Stop || next == Next::End {
            break;
        }
        if next == Next::Endless {
            let message = format!("a line is longer than {} MiB; nothing after it was read", LONGEST_RECORD >> 20);
            let fault = Fault::new(FaultKind::RecordTooLong, Span::at(here.byte), message);
            walk.refuse(Span::at(here.byte), fault, &mut View::new("", here.byte, here.line));
            break;
        }
    }
    Ok(walk.intake(here.byte, checkpoints, Vec::new()))
}

fn stretch_of_lines<S: Sink>(lines: &[u8], here: Checkpoint, tree: &mut Tree, walk: &mut Walk<'_, S>) {
    let (text, broken) = decode(lines, here.byte);
    let mut view = View::new(&text, here.byte, here.line);
    let mut at = 0;
    while at < text.len() && walk.flow == Flow::GoOn {
        let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |line| at + line);
        let span = Span::new(here.byte + at as u64, here.byte + end as u64);
        match first_broken(&broken, span.start, span.end) {
            Some(byte) => walk.refuse(span, not_utf8(byte), &mut view),
            None => line(&text[at..end], span.start, tree, walk, &mut view),
        }
        at = end + break_length(text.as_bytes(), end);
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
