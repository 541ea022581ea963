//! A single value of an account: its text and span, as a cell.

use std::borrow::Cow;

use crate::read::keys;
use crate::read::secret_keys::HIDDEN;
use crate::record::list::trimmed;
use crate::record::{Cell, Value};
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// The cell that a scalar is.
pub(super) fn cell_of_node(node: Node<'_>) -> Cell<'_> {
    if node.kind() == NodeKind::Null {
        return Cell::Blank(node.outer().shrink_to_start());
    }
    let Some((text, span)) = text_and_span(node) else { return Cell::Blank(node.span().shrink_to_start()) };
    let is_number =
        node.kind() == NodeKind::Number || (is_team_id(node) && text.bytes().all(|byte| byte.is_ascii_digit()));
    Cell::Value(Value { text: Cow::Borrowed(text), span, defined: node.defined(), is_number })
}

/// The cell of a value that may be a secret: its place without its text.
pub(super) fn hidden_cell(node: Node<'_>) -> Cell<'_> {
    Cell::Value(Value { text: Cow::Borrowed(HIDDEN), span: node.span(), defined: node.defined(), is_number: false })
}

/// The cell of a JSON value `written` at byte `start`, if its key does not matter. `None` if the text has escapes.
pub(in crate::read) fn cell_of_text(written: &str, start: u64) -> Option<Cell<'_>> {
    let bytes = written.as_bytes();
    let (inner, start, is_number) = match bytes.first()? {
        b'"' if memchr::memchr(b'\\', bytes).is_some() => return None,
        b'"' => (written.get(1..written.len() - 1)?, start + 1, false),
        b'n' | b'{' | b'[' => return Some(Cell::Blank(Span::at(start))),
        first => (written, start, !matches!(first, b't' | b'f')),
    };
    Some(match trimmed(inner, start) {
        Some((text, span)) => Cell::Value(Value { text: Cow::Borrowed(text), span, defined: None, is_number }),
        None => Cell::Blank(Span::at(start)),
    })
}

/// A scalar's text without the space around it, and its span. `None` if it is blank.
pub(super) fn text_and_span(node: Node<'_>) -> Option<(&str, Span)> {
    let (text, span) = trimmed(node.text(), node.span().start)?;
    // Offsets into a decoded text, or into one that an alias refers to, are not offsets into the document.
    Some((text, if is_verbatim(node) { span } else { node.span() }))
}

/// True if a scalar's text is the text of the document at its span.
pub(super) fn is_verbatim(node: Node<'_>) -> bool {
    node.defined().is_none() && node.text().len() as u64 == node.span().end - node.span().start
}

/// True for the API's key of a team, which holds its number, quoted or not.
pub(super) fn is_team_id(node: Node<'_>) -> bool {
    node.key().is_some_and(keys::is_team_id)
}
