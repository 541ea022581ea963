//! One spanned tree for JSON, YAML and TOML.
//!
//! Nodes lie in one vector in document order, so a tree can be cleared and filled again without allocating:
//! that is how a million records pass through one. A tree holds no text of its own but what had to be
//! decoded; it is read together with the text it was made from, through a [`Node`].
//!
//! It knows no format: `syntax/json.rs`, `syntax/yaml.rs` and `syntax/toml.rs` fill it.

pub mod de;
#[cfg(test)]
pub mod debug_dump;
pub mod keys;
mod node;

use std::ops::Range;

use crate::source::Span;

pub use node::{Children, Node};

/// The most arrays and objects that may are nested. Real documents need a dozen; what reads a tree
/// afterwards (serde, JSON Schema) calls itself for each level, and this keeps it far from the end of any stack.
pub const MAX_DEPTH: usize = 64;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// `null`, `~`.
    Null,
    /// `true` or `false`; the text says which.
    Bool,
    /// A number, kept as it was written.
    Number,
    /// A string, or a date of a format that has dates.
    String,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

impl NodeKind {
    /// The word for messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "a mapping",
        }
    }
}

/// Decoded text: a part of the source if nothing had to be decoded, else of the tree's own pool.
#[derive(Clone, Debug)]
enum TextRef {
    Source(Span),
    Pool(Range<usize>),
}

#[derive(Clone, Debug)]
struct NodeKey {
    text: TextRef,
    span: Span,
    /// Where the key was written, if this place only refers to it.
    defined: Option<Span>,
}

#[derive(Clone, Debug)]
struct NodeData {
    kind: NodeKind,
    /// The whole token, quotes and brackets with it.
    outer: Span,
    /// Inside the quotes.
    span: Span,
    /// Where the value was written, when this place only refers to it (a YAML alias).
    defined: Option<Span>,
    key: Option<NodeKey>,
    text: Option<TextRef>,
    /// The index after the last node below this one.
    end: usize,
    /// Not a child of its parent: the source of a merge, whose members are children instead.
    is_hidden: bool,
}

/// A document as nodes in document order.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<NodeData>,
    pool: String,
    pending_key: Option<NodeKey>,
}

/// How a scalar's text is to be had while a tree is filled.
#[derive(Clone, Copy, Debug)]
pub enum ScalarText<'a> {
    /// The text is exactly the source at the inner span.
    AsWritten,
    /// The source had to be decoded to this.
    Decoded(&'a str),
}

impl Tree {
    /// An empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { nodes: Vec::new(), pool: String::new(), pending_key: None }
    }

    /// Empties the tree and keeps its memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.pool.clear();
        self.pending_key = None;
    }

    /// True when nothing was put in.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Says the key of the node that comes next. `span` lies inside the key's quotes.
    pub fn key(&mut self, span: Span, text: ScalarText<'_>) {
        let text = self.text(span, text);
        self.pending_key = Some(NodeKey { text, span, defined: None });
    }

    /// Adds a scalar. `span` is the whole token, `inner` lies inside its quotes. Returns its index.
    pub fn scalar(&mut self, kind: NodeKind, span: Span, inner: Span, text: ScalarText<'_>) -> usize {
        let text = Some(self.text(inner, text));
        let at = self.push(kind, span, inner, text);
        self.nodes[at].end = at + 1;
        at
    }

    /// Opens an array or object that begins at byte `start`. Returns the index to close it with.
    pub fn open(&mut self, kind: NodeKind, start: u64) -> usize {
        self.push(kind, Span::at(start), Span::at(start), None)
    }

    /// Lets the array or object at `index` begin at byte `start` instead.
    pub fn set_start(&mut self, index: usize, start: u64) {
        self.nodes[index].outer.start = start;
    }

    /// Closes the array or object at `index`; `end` is the byte after it.
    pub fn close(&mut self, index: usize, end: u64) {
        let next = self.nodes.len();
        let data = &mut self.nodes[index];
        data.end = next;
        data.outer.end = end;
        data.span = data.outer;
    }

    /// Copies the closed subtree at `from` to the end, as an alias at `used` refers to it: every copied node and key
    /// is at `used` and remembers where it was defined. Returns the index of the copy.
    pub fn alias(&mut self, from: usize, used: Span) -> usize {
        let key = self.pending_key.take();
        let at = self.copy(from, Some(used));
        self.nodes[at].key = key;
        at
    }

    /// Copies the member at `from`, its key with it, into the mapping that is open last: at `used` where an alias
    /// refers to it, else where it was written.
    pub fn merge(&mut self, from: usize, used: Option<Span>) {
        self.copy(from, used);
    }

    fn copy(&mut self, from: usize, used: Option<Span>) -> usize {
        let at = self.nodes.len();
        for index in from..self.nodes[from].end {
            let mut data = self.nodes[index].clone();
            data.end += at - from;
            if let Some(used) = used {
                // The text was taken at the definition; from here on it cannot be read at the node's own span.
                data.defined = Some(data.defined.unwrap_or(data.span));
                (data.outer, data.span) = (used, used);
                if let Some(key) = &mut data.key {
                    key.defined = Some(key.defined.unwrap_or(key.span));
                    key.span = used;
                }
            }
            self.nodes.push(data);
        }
        at
    }

    /// Takes the subtree at `index` out of the children of its parent.
    pub fn hide(&mut self, index: usize) {
        self.nodes[index].is_hidden = true;
    }

    /// Adds a mapping with the members of the mappings at `below` and `above`, and gives its index. Of two members with one
    /// key that above is taken, unless both are mappings: those are overlaid in turn.
    pub fn overlay(&mut self, below: usize, above: usize, source: &str, base: u64) -> usize {
        let mut own = self.nodes[above].clone();
        own.kind = NodeKind::Object;
        let index = self.nodes.len();
        self.nodes.push(own);
        let members = |tree: &Self, at: usize| -> Vec<(String, usize)> {
            let children = tree.node(at, source, base).children();
            children.map(|child| (child.key().unwrap_or_default().to_owned(), child.index)).collect()
        };
        let (below, above) = (members(self, below), members(self, above));
        let is_mapping = |tree: &Self, at: usize| tree.nodes[at].kind == NodeKind::Object;
        for (key, member) in &below {
            match above.iter().find(|(other, _)| other == key) {
                Some((_, other)) if is_mapping(self, *member) && is_mapping(self, *other) => {
                    self.overlay(*member, *other, source, base);
                }
                Some((_, other)) => drop(self.copy(*other, None)),
                None => drop(self.copy(*member, None)),
            }
        }
        for (_, member) in above.iter().filter(|(key, _)| !below.iter().any(|(other, _)| other == key)) {
            self.copy(*member, None);
        }
        self.nodes[index].end = self.nodes.len();
        index
    }

    /// Nodes in the tree.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The number of nodes in the subtree at `index`, itself included.
    #[must_use]
    pub fn subtree_size(&self, index: usize) -> usize {
        self.nodes[index].end - index
    }

    /// The first node, read with the `source` the tree was made from; byte 0 of `source` is byte `base` of
    /// the input.
    #[must_use]
    pub fn root<'t>(&'t self, source: &'t str, base: u64) -> Option<Node<'t>> {
        (!self.nodes.is_empty()).then_some(Node { tree: self, source, base, index: 0 })
    }

    /// The node at `index`, as [`Tree::root`] gives the first.
    #[must_use]
    pub fn node<'t>(&'t self, index: usize, source: &'t str, base: u64) -> Node<'t> {
        Node { tree: self, source, base, index }
    }

    fn text(&mut self, inner: Span, text: ScalarText<'_>) -> TextRef {
        match text {
            ScalarText::AsWritten => TextRef::Source(inner),
            ScalarText::Decoded(decoded) => {
                let start = self.pool.len();
                self.pool.push_str(decoded);
                TextRef::Pool(start..self.pool.len())
            }
        }
    }

    fn push(&mut self, kind: NodeKind, outer: Span, span: Span, text: Option<TextRef>) -> usize {
        let key = self.pending_key.take();
        self.nodes.push(NodeData { kind, outer, span, defined: None, key, text, end: 0, is_hidden: false });
        self.nodes.len() - 1
    }
}
