//! A document as the build embeds it: its keys and scalars one after the other, and how long each of them is. Every start reads
//! the rules, so nothing is left to scan, to decode or to refuse.

use super::tree::{NodeKind, ScalarText, Tree};
use crate::source::Span;

/// A document without its syntax. `build/flat.rs` writes them.
pub struct FlatDocument {
    /// Keys and scalars in document order.
    pub text: &'static str,
    /// In document order: the bytes of a key, or 0; a kind; and the bytes of a scalar. An array or object ends with a kind of its own.
    pub nodes: &'static [[u16; 3]],
}

/// The kinds by their numbers; the number after them ends an array or object.
const KINDS: [NodeKind; 6] =
    [NodeKind::Null, NodeKind::Bool, NodeKind::Number, NodeKind::String, NodeKind::Array, NodeKind::Object];

impl FlatDocument {
    /// Puts the document into an empty tree, which is read with [`FlatDocument::text`].
    pub fn fill(&self, tree: &mut Tree) {
        let mut open = Vec::with_capacity(8);
        let mut at = 0;
        let mut next = |length: u16| {
            let span = Span::new(at, at + u64::from(length));
            at = span.end;
            span
        };
        for [key, kind, length] in self.nodes {
            if *key > 0 {
                tree.key(next(*key), ScalarText::AsWritten);
            }
            let span = next(*length);
            match KINDS.get(usize::from(*kind)) {
                Some(kind @ (NodeKind::Array | NodeKind::Object)) => open.push(tree.open(*kind, span.start)),
                Some(kind) => drop(tree.scalar(*kind, span, span, ScalarText::AsWritten)),
                None => open.pop().into_iter().for_each(|index| tree.close(index, span.end)),
            }
        }
    }
}
