//! Merge keys: `<<: *defaults` brings the members of other mappings into this one.
//!
//! YAML 1.2 dropped them, and people go on writing them. A key of the mapping itself wins over a merged one, wherever
//! it is written; of several merged mappings the first wins. Merged members come last in the tree, at the alias that
//! brings them in, and remember where they were defined.

use super::{Anchored, YamlTreeBuilder};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// The plain key that merges.
pub(super) const MERGE_KEY: &str = "<<";

/// A mapping, or a list of mappings, to be merged into the one that is open.
pub(super) struct Merge {
    pub(super) source: Anchored,
    /// The alias that refers to it; none if it is written where it is merged.
    pub(super) used: Option<Span>,
}

impl YamlTreeBuilder<'_, '_> {
    /// Brings the members of a mapping or of several into the mapping that ends, unless it has their keys already.
    pub(super) fn merge(&mut self, merge: &Merge) -> Result<(), Fault> {
        let index = merge.source.index;
        let place = merge.used.unwrap_or(self.node(index).start());
        self.count_copied(merge.source, place)?;
        let source = self.node(index);
        let mappings: Vec<_> = match source.kind() {
            NodeKind::Array => source.children().collect(),
            _ => vec![source],
        };
        if mappings.iter().any(|mapping| mapping.kind() != NodeKind::Object) {
            let fault = Fault::new(FaultKind::ShapeInvalid, place, "a merge key needs a mapping or a list of mappings");
            self.faults.push(fault.with_remedy("Write `<<: *name` with the anchor of a mapping."));
            return Ok(());
        }
        let key = |member: Node<'_>| (member.index(), member.key().unwrap_or_default().to_owned());
        let members: Vec<_> = mappings.into_iter().flat_map(Node::children).map(key).collect();
        for (index, key) in members {
            if !self.keys.contains(&key) {
                self.keys.insert(key.into(), place);
                self.tree.merge(index, merge.used);
            }
        }
        Ok(())
    }

    fn node(&self, index: usize) -> Node<'_> {
        self.tree.node(index, self.spans.text, self.spans.base)
    }
}
