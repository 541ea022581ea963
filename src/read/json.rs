//! Documents of the API: lists of persons, one person, or one a line.
//!
//! A list is read element by element through one small tree, so a large document needs no large tree. A field that no
//! record carries is absent; one that some records carry is blank in the others. That is known only at the end: if a
//! field comes up late the summary says so, and the engine makes another pass.

mod account_batch;
mod account_reader;
mod beside;
mod chunk;
mod lines;
mod list;
mod reader;
mod template;

use super::completeness::CompletenessSign;
use super::key_words::is_same_key;
use super::keys::KeyMap;
use super::mask::name_duplicate_key;
use super::{
    BYTE_ORDER_MARK, Checkpoint, Document, MAX_DOCUMENT_BYTES, ReadOptions, ReadSummary, Sink,
    read_document as read_document_of, too_large,
};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::fast::split::useful_threads;
use crate::source::file::Source;
use crate::source::lines::Cursor;
use crate::source::{InputId, Location, Span};
use crate::syntax::json::{MAX_ELEMENT_BYTES, Member, members, parse_document, skip_value};
use crate::syntax::tree::Tree;
use account_reader::AccountReader;
use beside::{faults_beside_list, find_signs};
use chunk::ChunkReader;
use list::ListSource;

pub use lines::read_lines;
pub use reader::{Json, JsonLines};

/// What a JSON document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentShape {
    /// A plan: it has the key `rolecall`.
    Plan,
    /// A list of accounts.
    List {
        /// The offset of its bracket.
        at: usize,
        /// The members beside it.
        beside: Vec<Member>,
        /// What they say of how complete it is.
        signs: Vec<CompletenessSign>,
    },
    /// One person.
    One,
    /// One document a line, whatever the file's name says.
    Lines,
}

/// What a document holds.
///
/// # Errors
/// It holds no accounts, or is not JSON.
pub fn shape(text: &str, base: u64) -> Result<DocumentShape, Fault> {
    let start = text.len() - text.trim_ascii_start().len();
    match text.as_bytes().get(start) {
        Some(b'[') => return Ok(DocumentShape::List { at: start, beside: Vec::new(), signs: Vec::new() }),
        Some(b'{') => {}
        _ => {
            let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
            let span = Span::new(base + start as u64, base + end as u64);
            let fault = Fault::new(FaultKind::ShapeInvalid, span, "expected a list of accounts or an object");
            return Err(fault.with_remedy("Begin with `[` and the accounts, or with `{\"users\": [`."));
        }
    }
    let members = match members(text, base) {
        Ok(members) => members,
        Err(_) if has_second_object(text, base, start) => return Ok(DocumentShape::Lines),
        Err(fault) => return Err(name_duplicate_key(fault, text, base)),
    };
    if members.iter().any(|member| member.key == "rolecall") {
        return Ok(DocumentShape::Plan);
    }
    let is_list = |member: &&Member| is_same_key(&member.key, "users") || is_same_key(&member.key, "persons");
    let (lists, beside): (Vec<_>, Vec<_>) = members.iter().partition(is_list);
    if lists.is_empty()
        && let Some(shape) = wrapped_list(&members, text, base)?
    {
        return Ok(shape);
    }
    match lists.as_slice() {
        [list] => {
            let signs = find_signs(&beside, text, base)?;
            let beside = beside.into_iter().cloned().collect();
            Ok(DocumentShape::List { at: list.value.start, beside, signs })
        }
        [first, second, ..] => {
            let message = "the document has both `users` and `persons`";
            Err(Fault::new(FaultKind::KeyDuplicate, second.key_span, message)
                .and(first.key_span, "the other one")
                .with_remedy("Put all accounts into one list called `users`."))
        }
        [] => {
            let mut map = KeyMap::default();
            if members.iter().any(|member| map.look_up(&member.key).field().is_some()) {
                return Ok(DocumentShape::One);
            }
            let keys: Vec<_> = members.iter().take(8).map(|member| quoted(&member.key)).collect();
            let message = format!(
                "no list of accounts: expected `users` or `persons`, found {}",
                if keys.is_empty() { "no key".to_owned() } else { keys.join(", ") }
            );
            let bracket = Span::new(base + start as u64, base + start as u64 + 1);
            Err(Fault::new(FaultKind::ShapeInvalid, bracket, message)
                .with_remedy("Call the list of accounts `users`: `{\"users\": [`."))
        }
    }
}

/// The shape of `{"value": […], "Count": n}`, which some shells write around a list.
fn wrapped_list(members: &[Member], text: &str, base: u64) -> Result<Option<DocumentShape>, Fault> {
    let find = |known: &str| members.iter().find(|member| is_same_key(&member.key, known));
    let (Some(list), Some(count)) = (find("value"), find("count")) else { return Ok(None) };
    let length = text[count.value.clone()].trim_ascii();
    let Some(length) = length.parse().ok().filter(|_| text[list.value.start..].starts_with('[')) else {
        return Ok(None);
    };
    let beside: Vec<_> =
        members.iter().filter(|member| member.key_span != list.key_span && member.key_span != count.key_span).collect();
    let mut signs = find_signs(&beside, text, base)?;
    let span = Span::new(base + count.value.start as u64, base + count.value.end as u64);
    signs.push(CompletenessSign::of_length(length, span));
    let beside = beside.into_iter().cloned().collect();
    Ok(Some(DocumentShape::List { at: list.value.start, beside, signs }))
}

/// True if a second object follows the first, as in one document a line.
fn has_second_object(text: &str, base: u64, start: usize) -> bool {
    skip_value(text, base, start).is_ok_and(|end| text[end..].trim_ascii_start().starts_with('{'))
}

/// The size in bytes from which a document is read chunk by chunk.
const LARGE: u64 = 512 * 1024;

/// True for a document that is a large list and nothing else: it need not be read as a whole.
pub fn is_large_list(source: &Source) -> bool {
    source.length() >= LARGE && opening_bracket(source).is_some()
}

/// The position of the bracket that a document begins with; `None` if it begins with anything else.
fn opening_bracket(source: &Source) -> Option<Location> {
    let mut start = [0; 256];
    let read = source.read_at(0, &mut start).ok()?;
    let mark = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let text = start.get(mark..read)?;
    let at = text.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))?;
    let space = std::str::from_utf8(&text[..at]).ok()?;
    (text[at] == b'[').then(|| Cursor::new(mark as u64, 1).locate(space, (mark + at) as u64))
}

fn list_of_document(source: &Source, input: InputId) -> Option<ListSource<'_>> {
    Some(ListSource { source, start: opening_bracket(source)?, is_document: true, input })
}

/// Reads a document that is a large list, chunk by chunk if that can be done.
///
/// # Errors
/// It has to be read as a whole and cannot be.
pub fn read_large_list(
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, Fault> {
    let list = list_of_document(source, input);
    if let Some(summary) = list.and_then(|list| list::read_list(list, read_options, sink)) {
        let mut reader = AccountReader::new(input, read_options, summary.records, sink);
        reader.schema = summary.schema;
        return Ok(reader.summary(source.length(), summary.checkpoints, Vec::new()));
    }
    let document = read_document_of(source, MAX_DOCUMENT_BYTES)?;
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
    if let Some(list) = list_of_document(source, input) {
        list::read_list_from(list, from, read_options, sink);
    }
}

/// Reads a document of the API, which is the text of `source`.
///
/// # Errors
/// It holds no accounts at all.
pub fn read_document(
    document: &Document,
    shape: &DocumentShape,
    source: &Source,
    input: InputId,
    read_options: &ReadOptions<'_>,
    sink: &mut impl Sink,
) -> Result<ReadSummary, Fault> {
    let (text, base) = (document.text.as_str(), document.base);
    let by_chunks = match shape {
        DocumentShape::List { at, .. } if useful_threads(read_options.jobs, source.length()) > 1 => {
            let start = Cursor::new(base, 1).locate(text, base + *at as u64);
            list::read_list(ListSource { source, start, is_document: false, input }, read_options, sink)
        }
        _ => None,
    };
    let mut reader = AccountReader::new(input, read_options, 0, sink);
    let start = Location { byte: base, line: 1, column: 1 };
    let mut chunk = ChunkReader::new(&mut reader, text, start, &document.broken);
    let mut keys_beside = Vec::new();
    match shape {
        DocumentShape::List { at, beside, signs } => {
            keys_beside.extend(beside.iter().map(|member| member.key.clone()));
            let (end, fault) = match by_chunks {
                Some(summary) => {
                    chunk.reader.schema = summary.schema;
                    chunk.reader.number = summary.records;
                    (usize::try_from(summary.end - base).ok(), None)
                }
                None => list::read_in_memory(*at, &mut chunk)?,
            };
            let count = chunk.reader.number;
            let fault = fault.map(|fault| name_duplicate_key(fault, text, base));
            let incomplete = signs.iter().filter_map(|sign| sign.fault(count));
            chunk.read_passwords(beside);
            chunk.finish(fault.into_iter().chain(incomplete).chain(faults_beside_list(document, *at, end)));
        }
        DocumentShape::One | DocumentShape::Plan if text.len() > MAX_ELEMENT_BYTES => {
            return Err(too_large("the only account of the document", MAX_ELEMENT_BYTES as u64));
        }
        DocumentShape::One | DocumentShape::Plan => {
            let mut tree = Tree::new();
            parse_document(text, base, &mut tree).map_err(|fault| name_duplicate_key(fault, text, base))?;
            if let Some(root) = tree.root(text, base) {
                chunk.read_node(root);
            }
            chunk.finish(None);
        }
        DocumentShape::Lines => lines::read_chunk(chunk, &mut Tree::new()),
    }
    let checkpoints = vec![Checkpoint { byte: base, line: 1, column: 1, records: 0 }];
    Ok(ReadSummary { is_whole: true, ..reader.summary(base + text.len() as u64, checkpoints, keys_beside) })
}
