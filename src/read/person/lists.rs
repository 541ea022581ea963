//! The values of an account that are lists: a string that holds several, an array, a scope, views.

use std::borrow::Cow;

use super::item::{as_id, item};
use crate::record::list::{ListCell, ListItem, ListItems, ListSyntax, ScopeLevel};
use crate::source::Span;
use crate::syntax::tree::{Kind, Node};

/// True where a scalar's text is the text at its place.
pub(super) fn is_as_written(node: Node<'_>) -> bool {
    node.defined().is_none() && node.text().len() as u64 == node.span().end - node.span().start
}

/// Where each byte of a text with JSON's escapes in it is written, and its end; nothing where it is written otherwise.
fn offsets_as_written(node: Node<'_>) -> Option<Vec<u64>> {
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

/// A string that holds a list.
pub(super) fn of_string<'a>(node: Node<'a>, lists: &ListSyntax) -> ListCell<'a> {
    let span = node.span();
    let mut list = lists.split(node.text(), span.start, Cow::Borrowed);
    if let (ListCell::Items(items), false) = (&mut list, is_as_written(node)) {
        let offsets = offsets_as_written(node);
        items.whole = span;
        items.defined = node.defined();
        for item in &mut items.items {
            let within = |at: u64| offsets.as_ref()?.get(usize::try_from(at - span.start).ok()?).copied();
            let place = within(item.span.start).zip(within(item.span.end));
            item.span = place.map_or(span, |(start, end)| Span::new(span.start + start, span.start + end));
            item.defined = node.defined();
        }
    }
    list
}

/// Items that were found in a value.
pub(super) fn of_items<'a>(node: Node<'a>, items: Vec<ListItem<'a>>, says_main: bool) -> ListCell<'a> {
    if items.is_empty() {
        return ListCell::Blank(node.outer().begin());
    }
    // The whole of a list of one is that one; of several, what stands between the brackets.
    let (whole, defined) = match (items.as_slice(), node.children().next(), node.children().last()) {
        ([only], ..) => (only.span, only.defined),
        (_, Some(first), Some(last)) if node.defined().is_none() => {
            (Span::new(first.outer().start, last.outer().end), None)
        }
        _ => (node.outer(), node.defined()),
    };
    ListCell::Items(ListItems { whole, defined, says_main, items })
}

/// An array of items.
pub(super) fn of_array(node: Node<'_>, level: ScopeLevel, is_view: bool) -> ListCell<'_> {
    let says_main = is_view && node.children().any(|child| child.kind() == Kind::Object);
    of_items(node, node.children().filter_map(|child| item(child, level)).collect(), says_main)
}

/// `{tenant, groups, teams}`
pub(super) fn of_scope(node: Node<'_>) -> ListCell<'_> {
    let mut items = Vec::new();
    for child in node.children() {
        let level = match child.key() {
            Some("tenant") => ScopeLevel::Tenant,
            Some("groups") => ScopeLevel::Group,
            Some("teams") => ScopeLevel::Team,
            _ => continue,
        };
        match child.kind() {
            Kind::Array => items.extend(child.children().filter_map(|entry| item(entry, level))),
            Kind::Bool if child.as_bool() == Some(true) => items.extend(as_id(child, level)),
            Kind::Null | Kind::Bool => {}
            Kind::Number | Kind::String | Kind::Object => items.extend(item(child, level)),
        }
    }
    of_items(node, items, false)
}

/// `{main, others}` of a plan, or a single view of the API.
pub(super) fn of_views(node: Node<'_>) -> ListCell<'_> {
    let (main, others) = (node.get("main"), node.get("others"));
    if main.is_none() && others.is_none() {
        return of_items(node, item(node, ScopeLevel::Any).into_iter().collect(), true);
    }
    let mut items: Vec<ListItem<'_>> = main.and_then(|main| item(main, ScopeLevel::Any)).into_iter().collect();
    items.iter_mut().for_each(|item| item.is_main = true);
    let has_main = !items.is_empty();
    items.extend(others.into_iter().flat_map(Node::children).filter_map(|view| item(view, ScopeLevel::Any)));
    let mut list = of_items(node, items, true);
    if let (ListCell::Items(items), false, Some(main)) = (&mut list, has_main, main) {
        // A main view that is blank is missing where it would stand.
        items.whole = if main.kind() == Kind::Null { main.outer().begin() } else { main.span().begin() };
    } else if let (ListCell::Blank(span), Some(main)) = (&mut list, main) {
        *span = if main.kind() == Kind::Null { main.outer().begin() } else { main.span().begin() };
    }
    list
}
