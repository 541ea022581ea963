//! Reading a tree: one node after the other, together with the text that the tree was made from.

use super::{NodeData, NodeKind, TextRef, Tree};
use crate::source::Span;

/// One node of a tree, with the text it is read from. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) source: &'t str,
    pub(super) base: u64,
    pub(super) index: usize,
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeData {
        &self.tree.nodes[self.index]
    }

    fn read(self, text: &'t TextRef) -> &'t str {
        match text {
            TextRef::Source(span) => {
                let at = |byte: u64| usize::try_from(byte - self.base).expect("internal error: a span beyond memory");
                &self.source[at(span.start)..at(span.end)]
            }
            TextRef::Pool(range) => &self.tree.pool[range.clone()],
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.data().kind
    }

    /// The whole token, quotes and brackets with it.
    #[must_use]
    pub fn outer(self) -> Span {
        self.data().outer
    }

    /// The value's span, inside its quotes.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Where it begins: its opening bracket, an empty span where no bracket opens it, or the whole alias.
    ///
    /// The place to show for something that a mapping lacks: the whole of it would fill the screen.
    #[must_use]
    pub fn start(self) -> Span {
        let outer = self.outer();
        if self.defined().is_some() {
            return outer;
        }
        let offset = outer.start.checked_sub(self.base).and_then(|offset| usize::try_from(offset).ok());
        let first = offset.and_then(|offset| self.source.as_bytes().get(offset));
        let is_bracket = matches!(first, Some(b'{' | b'[')) && !outer.is_empty();
        if is_bracket { Span::new(outer.start, outer.start + 1) } else { outer.shrink_to_start() }
    }

    /// Where the value was written, when this place only refers to it.
    #[must_use]
    pub fn defined(self) -> Option<Span> {
        self.data().defined
    }

    /// The decoded text of a scalar; empty for arrays and objects.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.data().text.as_ref().map_or("", |text| self.read(text))
    }

    /// The text of a string; `None` for other kinds.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        (self.kind() == NodeKind::String).then(|| self.text())
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == NodeKind::Bool).then(|| self.text() == "true")
    }

    /// A number that is a whole one of 64 bits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        (self.kind() == NodeKind::Number).then(|| self.text().parse().ok()).flatten()
    }

    /// Its key in its object, decoded.
    #[must_use]
    pub fn key(self) -> Option<&'t str> {
        self.data().key.as_ref().map(|key| self.read(&key.text))
    }

    /// The place of its key, inside the quotes.
    #[must_use]
    pub fn key_span(self) -> Option<Span> {
        self.data().key.as_ref().map(|key| key.span)
    }

    /// Where its key was written, if this place only refers to it.
    #[must_use]
    pub fn key_defined(self) -> Option<Span> {
        self.data().key.as_ref().and_then(|key| key.defined)
    }

    /// The nodes one level below, in document order.
    #[must_use]
    pub fn children(self) -> Children<'t> {
        let end = self.data().end;
        let is_leaf = !matches!(self.kind(), NodeKind::Array | NodeKind::Object);
        Children { parent: self, next: if is_leaf { end } else { self.index + 1 }, end }
    }

    /// The member of an object under `key`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        if self.kind() != NodeKind::Object {
            return None;
        }
        self.children().find(|child| child.key() == Some(key))
    }

    /// Its number in the tree: a name for it that is stable as long as the tree is.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// The tree it belongs to.
    #[must_use]
    pub const fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The text its tree was made from, and the byte of the input at which that text begins.
    #[must_use]
    pub const fn source(self) -> (&'t str, u64) {
        (self.source, self.base)
    }
}

/// The nodes one level below another.
#[derive(Clone)]
pub struct Children<'t> {
    parent: Node<'t>,
    next: usize,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        while self.next < self.end {
            let node = Node { index: self.next, ..self.parent };
            self.next = node.data().end;
            if !node.data().is_hidden {
                return Some(node);
            }
        }
        None
    }
}
