//! A tree in one line, for tests: kinds, texts, and the source at each span where it is not the text itself.

use std::fmt::Debug;

use super::{Node, NodeKind, Tree};
use crate::source::Span;

/// The dump of a text that `parse` takes.
pub fn parsed<E>(text: &str, parse: fn(&str, u64, &mut Tree) -> Result<(), E>) -> Result<String, E> {
    let mut tree = Tree::new();
    parse(text, 0, &mut tree)?;
    Ok(debug_dump(tree.root(text, 0).expect("a value")))
}

/// Looks at the root of a sound text that begins at byte 500.
pub fn with_root<E: Debug, T>(
    text: &str,
    parse: fn(&str, u64, &mut Tree) -> Result<(), E>,
    look: impl FnOnce(Node<'_>) -> T,
) -> T {
    let mut tree = Tree::new();
    parse(text, 500, &mut tree).expect("sound");
    look(tree.root(text, 500).expect("a value"))
}

/// Every place lies in the text and between characters, and children that are written here lie in their parents, in
/// order if `is_ordered`.
pub fn assert_sound(node: Node<'_>, is_ordered: bool) {
    let (source, base) = node.source();
    let (outer, is_here) = (node.outer(), node.defined().is_none());
    for span in [Some(outer), Some(node.span()), node.key_span()].into_iter().flatten() {
        assert!(source.get((span.start - base) as usize..(span.end - base) as usize).is_some(), "{span:?}");
    }
    assert!(outer.contains(node.span()));
    let mut last = outer.start;
    for child in node.children() {
        if is_here && child.defined().is_none() && is_ordered {
            assert!(outer.contains(child.outer()) && child.outer().start >= last, "{:?} in {outer:?}", child.outer());
            last = child.outer().end;
        }
        assert_sound(child, is_ordered);
    }
}

/// `{key: s'text', list: [n'1', -]}`. `<'…'` follows where the source inside the quotes differs from the text,
/// `^'…'` where a node refers to a definition elsewhere.
pub fn debug_dump(node: Node<'_>) -> String {
    let inside = |children: Vec<String>| children.join(", ");
    let mut line = match node.kind() {
        NodeKind::Null => "-".to_owned(),
        NodeKind::Bool => node.text().to_owned(),
        NodeKind::Number => format!("n'{}'", node.text()),
        NodeKind::String => format!("s'{}'", node.text()),
        NodeKind::Array => format!("[{}]", inside(node.children().map(debug_dump).collect())),
        NodeKind::Object => format!("{{{}}}", inside(node.children().map(member).collect())),
    };
    let is_leaf = !matches!(node.kind(), NodeKind::Array | NodeKind::Object);
    if is_leaf && slice(node, node.span()) != node.text() {
        line += &format!("<'{}'", slice(node, node.span()));
    }
    if let Some(defined) = node.defined() {
        line += &format!("^'{}'", slice(node, defined));
    }
    line
}

fn member(node: Node<'_>) -> String {
    let key = node.key().expect("a member has a key");
    let span = node.key_span().expect("a key has a place");
    let written = slice(node, span);
    let written = if written == key { String::new() } else { format!("<'{written}'") };
    format!("{key}{written}: {}", debug_dump(node))
}

/// The source at `span`.
pub fn slice<'t>(node: Node<'t>, span: Span) -> &'t str {
    let (source, base) = node.source();
    let at = |byte: u64| usize::try_from(byte - base).expect("in memory");
    &source[at(span.start)..at(span.end)]
}
