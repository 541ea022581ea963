//! Items of lists in documents: a name, a number, or an object with either.

use std::borrow::Cow;

use super::scalar::text_and_span;
use crate::record::list::{ListItem, ScopeLevel};
use crate::syntax::tree::{Node, NodeKind};

/// The item that `node` is; `None` if it names nothing.
pub(super) fn item_of_node(node: Node<'_>, level: ScopeLevel) -> Option<ListItem<'_>> {
    match node.kind() {
        NodeKind::String => {
            let (text, span) = text_and_span(node)?;
            Some(ListItem { defined: node.defined(), level, ..ListItem::named(Cow::Borrowed(text), span) })
        }
        NodeKind::Number => item_by_id(node, level),
        NodeKind::Object => ItemMembers::of_object(node).item(level),
        NodeKind::Null | NodeKind::Bool | NodeKind::Array => None,
    }
}

/// An item known by its number.
pub(super) fn item_by_id(node: Node<'_>, level: ScopeLevel) -> Option<ListItem<'_>> {
    let (text, span) = text_and_span(node)?;
    Some(ListItem { defined: node.defined(), is_id: true, level, ..ListItem::named(Cow::Borrowed(text), span) })
}

/// True for a name, a number, or an object that has either and whose flags are booleans.
pub(super) fn is_item(node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::String | NodeKind::Number | NodeKind::Null => true,
        NodeKind::Object => {
            let members = ItemMembers::of_object(node);
            members.are_well_formed() && members.item(ScopeLevel::Any).is_some()
        }
        NodeKind::Bool | NodeKind::Array => false,
    }
}

/// The members of an object that is an item, those that take precedence first.
#[derive(Default)]
struct ItemMembers<'t> {
    /// `name`, `label`.
    names: [Option<Node<'t>>; 2],
    /// `id`, `groupId`.
    ids: [Option<Node<'t>>; 2],
    is_main: Option<Node<'t>>,
    is_admin_default: Option<Node<'t>>,
    is_agent_default: Option<Node<'t>>,
}

impl<'t> ItemMembers<'t> {
    fn of_object(object: Node<'t>) -> Self {
        let mut members = Self::default();
        for member in object.children() {
            let slot = match member.key() {
                Some("name") => &mut members.names[0],
                Some("label") => &mut members.names[1],
                Some("id") => &mut members.ids[0],
                Some("groupId") => &mut members.ids[1],
                Some("mainView") => &mut members.is_main,
                Some("isAdminDefault") => &mut members.is_admin_default,
                Some("isAgentDefault") => &mut members.is_agent_default,
                _ => continue,
            };
            *slot = Some(member);
        }
        members
    }

    fn are_well_formed(&self) -> bool {
        let is_name = |name: &Node<'_>| matches!(name.kind(), NodeKind::String | NodeKind::Null);
        let is_flag = |flag: &Node<'_>| matches!(flag.kind(), NodeKind::Bool | NodeKind::Null);
        let flags = [self.is_main, self.is_admin_default, self.is_agent_default];
        self.names.iter().flatten().all(is_name) && flags.iter().flatten().all(is_flag)
    }

    fn item(&self, level: ScopeLevel) -> Option<ListItem<'t>> {
        let is_named = |name: &&Node<'_>| name.kind() == NodeKind::String && text_and_span(**name).is_some();
        let is_id = |id: &&Node<'_>| matches!(id.kind(), NodeKind::Number | NodeKind::String);
        let found = match self.names.iter().flatten().find(is_named) {
            Some(name) => item_of_node(*name, level)?,
            None => item_by_id(*self.ids.iter().flatten().find(is_id)?, level)?,
        };
        let flag = |member: Option<Node<'_>>| member.and_then(Node::as_bool);
        Some(ListItem {
            is_main: flag(self.is_main) == Some(true),
            is_admin_default: flag(self.is_admin_default),
            is_agent_default: flag(self.is_agent_default),
            ..found
        })
    }
}
