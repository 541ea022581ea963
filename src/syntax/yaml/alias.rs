//! Anchors and aliases: an alias copies what its anchor holds, within a budget that is checked before copying.

use super::merge::Merge;
use super::{Anchored, YamlTreeBuilder, too_deep};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::{MAX_DEPTH, NodeKind, ScalarText};

/// The most nodes that aliases may add. Plans that people write repeat themselves a few hundred times.
const MAX_COPIED: usize = 100_000;

impl YamlTreeBuilder<'_, '_> {
    pub(super) fn anchored(&mut self, number: usize, value: Option<Anchored>) {
        if number == 0 {
            return;
        }
        if self.anchors.len() < number {
            self.anchors.resize(number, None);
        }
        self.anchors[number - 1] = value;
    }

    /// An alias of an earlier anchor.
    pub(super) fn alias(&mut self, number: usize, span: Span) -> Result<(), Fault> {
        if self.is_at_key() {
            return Err(Fault::new(FaultKind::ShapeInvalid, span, "an alias is used as a key")
                .with_remedy("Write the key out."));
        }
        let Some(anchored) = number.checked_sub(1).and_then(|at| self.anchors.get(at).copied().flatten()) else {
            let message = "an alias refers to the value that contains it, or to a key";
            return Err(Fault::new(FaultKind::SyntaxInvalid, span, message).with_remedy("Write the value out."));
        };
        if let Some(open) = self.open.last_mut().filter(|open| open.is_at_merge) {
            (open.is_at_merge, open.is_at_key, open.end) = (false, true, span.end);
            open.merges.push(Merge { source: anchored, used: Some(span) });
            return Ok(());
        }
        self.count_copied(anchored, span)?;
        let index = self.tree.alias(anchored.index, span);
        self.placed(index, anchored.height, 0, span.end);
        Ok(())
    }

    /// Refuses a copy before it is made if it would be too large or nested too deeply.
    pub(super) fn count_copied(&mut self, source: Anchored, span: Span) -> Result<(), Fault> {
        self.copied += self.tree.subtree_size(source.index);
        if self.copied > MAX_COPIED {
            let message = format!("aliases repeat more than {MAX_COPIED} values");
            return Err(Fault::new(FaultKind::TooLarge, span, message));
        }
        if self.open.len() + source.height > MAX_DEPTH { Err(too_deep(span)) } else { Ok(()) }
    }

    /// An alias without an anchor. Reading goes on as if it were not there.
    pub(super) fn unresolved(&mut self, span: Span) {
        let remedy = "Define the anchor first, or put the value in quotes.";
        self.refuse(span, "an alias refers to no earlier anchor", remedy);
        match self.open.last_mut() {
            Some(open) if open.is_at_key => open.is_at_key = false,
            _ => {
                let index = self.tree.scalar(NodeKind::Null, span, span, ScalarText::AsWritten);
                self.placed(index, 0, 0, span.end);
            }
        }
    }
}
