//! Keys within the values of an account, matched as headers are, and wrappers around lists.

use crate::read::key_words::is_same_key;
use crate::record::list::ScopeLevel;
use crate::syntax::tree::{Node, NodeKind};

/// The member of `node` under a key like `known`, which is in lower case without joints.
pub(super) fn member<'t>(node: Node<'t>, known: &str) -> Option<Node<'t>> {
    node.children().find(|child| child.key().is_some_and(|key| is_same_key(key, known)))
}

/// The level of a scope that a key of it gives.
pub(in crate::read) fn scope_level(key: &str) -> Option<ScopeLevel> {
    const LEVELS: [(&str, ScopeLevel); 3] =
        [("tenant", ScopeLevel::Tenant), ("groups", ScopeLevel::Group), ("teams", ScopeLevel::Team)];
    LEVELS.iter().find(|(known, _)| is_same_key(key, known)).map(|(_, level)| *level)
}

/// The array within `{"value": […], "Count": n}`, which some shells write around a list of `n`; else the node itself.
pub(super) fn unwrapped(node: Node<'_>) -> Node<'_> {
    if node.kind() != NodeKind::Object || node.children().count() != 2 {
        return node;
    }
    let (Some(value), Some(count)) = (member(node, "value"), member(node, "count")) else { return node };
    let is_length = value.kind() == NodeKind::Array
        && count.kind() == NodeKind::Number
        && count.text().parse() == Ok(value.children().count());
    if is_length { value } else { node }
}
