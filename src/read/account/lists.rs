//! The values of an account that are lists: a string that holds several, an array, a scope, views.

use std::borrow::Cow;

use super::list_item::{item_by_id, item_of_node};
use super::parts::{member, scope_level, unwrapped};
use super::scalar::is_verbatim;
use crate::record::Field;
use crate::record::list::{ListCell, ListItem, ListItems, ListSyntax, ScopeLevel};
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// The list that the value of `field` is.
pub(super) fn read_list<'t>(field: Field, node: Node<'t>, syntax: &ListSyntax) -> ListCell<'t> {
    let is_view = matches!(field, Field::WfmViews | Field::QmViews);
    let node = unwrapped(node);
    let mut list = match node.kind() {
        NodeKind::String => list_of_text(node, syntax),
        NodeKind::Array => list_of_array(node, is_view),
        NodeKind::Object if field == Field::Scope => list_of_scope(node),
        NodeKind::Object if is_view => list_of_views(node),
        NodeKind::Object | NodeKind::Number => {
            list_of_items(node, item_of_node(node, ScopeLevel::Any).into_iter().collect(), false)
        }
        NodeKind::Null | NodeKind::Bool => ListCell::Blank(node.outer().shrink_to_start()),
    };
    if let (ListCell::Items(items), true) = (&mut list, is_view)
        && !items.says_main
    {
        items.take_marks(|item| item.defined.is_none() && item.span.end - item.span.start == item.text.len() as u64);
    }
    list
}

/// The offset in the document of each byte of a text with JSON's escapes, and of its end; `None` if it is written
/// in another way.
fn decoded_offsets(node: Node<'_>) -> Option<Vec<u64>> {
    let (source, base) = node.source();
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    let raw = source.get(index(node.span().start)?..index(node.span().end)?)?;
    let mut offsets = Vec::with_capacity(node.text().len() + 1);
    let mut at = 0;
    for c in node.text().chars() {
        let rest = &raw[at..];
        let length = if rest.starts_with(c) && c != '\\' { c.len_utf8() } else { escape_length(rest, c)? };
        offsets.extend(std::iter::repeat_n(at as u64, c.len_utf8()));
        at += length;
    }
    offsets.push(at as u64);
    (at == raw.len() && node.defined().is_none()).then_some(offsets)
}

/// The bytes of the escape of `c` that `raw` begins with.
fn escape_length(raw: &str, c: char) -> Option<usize> {
    let short = match c {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '"' => "\\\"",
        '/' => "\\/",
        '\\' => "\\\\",
        _ => "",
    };
    if !short.is_empty() && raw.starts_with(short) {
        return Some(short.len());
    }
    let mut units = [0; 2];
    let long: String = c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    raw.get(..long.len()).is_some_and(|start| start.eq_ignore_ascii_case(&long)).then_some(long.len())
}

/// A text that holds several items.
fn list_of_text<'a>(node: Node<'a>, syntax: &ListSyntax) -> ListCell<'a> {
    let span = node.span();
    let mut list = syntax.split(node.text(), span.start, Cow::Borrowed);
    if let (ListCell::Items(items), false) = (&mut list, is_verbatim(node)) {
        let offsets = decoded_offsets(node);
        items.whole = span;
        items.defined = node.defined();
        for item in &mut items.items {
            let within = |at: u64| offsets.as_ref()?.get(usize::try_from(at - span.start).ok()?).copied();
            let range = within(item.span.start).zip(within(item.span.end));
            item.span = range.map_or(span, |(start, end)| Span::new(span.start + start, span.start + end));
            item.defined = node.defined();
        }
    }
    list
}

fn list_of_items<'a>(node: Node<'a>, items: Vec<ListItem<'a>>, says_main: bool) -> ListCell<'a> {
    if items.is_empty() {
        return ListCell::Blank(node.outer().shrink_to_start());
    }
    // The span of one item is the item's; of several, the text between the brackets.
    let (whole, defined) = match (items.as_slice(), node.children().next(), node.children().last()) {
        ([only], ..) => (only.span, only.defined),
        (_, Some(first), Some(last)) if node.defined().is_none() => {
            (Span::new(first.outer().start, last.outer().end), None)
        }
        _ => (node.outer(), node.defined()),
    };
    ListCell::Items(ListItems { whole, defined, says_main, items })
}

fn list_of_array(node: Node<'_>, is_view: bool) -> ListCell<'_> {
    let says_main = is_view && node.children().any(|child| child.kind() == NodeKind::Object);
    list_of_items(node, node.children().filter_map(|child| item_of_node(child, ScopeLevel::Any)).collect(), says_main)
}

/// `{tenant, groups, teams}`
fn list_of_scope(node: Node<'_>) -> ListCell<'_> {
    let mut items = Vec::new();
    for child in node.children() {
        let Some(level) = child.key().and_then(scope_level) else { continue };
        let child = unwrapped(child);
        match child.kind() {
            NodeKind::Array => items.extend(child.children().filter_map(|entry| item_of_node(entry, level))),
            NodeKind::Bool if child.as_bool() == Some(true) => items.extend(item_by_id(child, level)),
            NodeKind::Null | NodeKind::Bool => {}
            NodeKind::Number | NodeKind::String | NodeKind::Object => items.extend(item_of_node(child, level)),
        }
    }
    list_of_items(node, items, false)
}

/// `{main, others}` of a plan, or a single view of the API.
fn list_of_views(node: Node<'_>) -> ListCell<'_> {
    let (main, others) = (member(node, "main"), member(node, "others").map(unwrapped));
    if main.is_none() && others.is_none() {
        return list_of_items(node, item_of_node(node, ScopeLevel::Any).into_iter().collect(), true);
    }
    let mut items: Vec<ListItem<'_>> = main.and_then(|main| item_of_node(main, ScopeLevel::Any)).into_iter().collect();
    items.iter_mut().for_each(|item| item.is_main = true);
    let has_main = !items.is_empty();
    items.extend(others.into_iter().flat_map(Node::children).filter_map(|view| item_of_node(view, ScopeLevel::Any)));
    let mut list = list_of_items(node, items, true);
    if let (Some(main), false) = (main, has_main) {
        // A blank main view is missing at its own place.
        let start =
            if main.kind() == NodeKind::Null { main.outer().shrink_to_start() } else { main.span().shrink_to_start() };
        match &mut list {
            ListCell::Items(items) => items.whole = start,
            ListCell::Blank(span) => *span = start,
            ListCell::Absent => {}
        }
    }
    list
}
