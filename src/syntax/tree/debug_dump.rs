//! A tree in one line, for tests: kinds, texts, and the source at each span where it is not the text itself.

use super::{Node, NodeKind};
use crate::source::Span;

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
