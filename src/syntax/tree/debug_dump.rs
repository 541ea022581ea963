//! A tree in one line, for tests: kinds, texts, and the source at each span where it is not the text itself.

use super::{Kind, Node};
use crate::source::Span;

/// `{key: s'text', list: [n'1', -]}`. `<'…'` follows where the source inside the quotes differs from the text,
/// `^'…'` where a node refers to a definition elsewhere.
pub fn debug_dump(node: Node<'_>) -> String {
    let inside = |children: Vec<String>| children.join(", ");
    let mut line = match node.kind() {
        Kind::Null => "-".to_owned(),
        Kind::Bool => node.text().to_owned(),
        Kind::Number => format!("n'{}'", node.text()),
        Kind::String => format!("s'{}'", node.text()),
        Kind::Array => format!("[{}]", inside(node.children().map(debug_dump).collect())),
        Kind::Object => format!("{{{}}}", inside(node.children().map(member).collect())),
    };
    let is_leaf = !matches!(node.kind(), Kind::Array | Kind::Object);
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
