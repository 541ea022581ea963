//! Items of lists in documents: a name, a number, or an object with either.

use std::borrow::Cow;

use super::scalar::text_and_span;
use crate::read::key_words::is_same_key;
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

/// A key of an object that is an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum ItemKey {
    /// `name` takes precedence over `label`.
    Name,
    Label,
    /// `id` takes precedence over `groupId`.
    Id,
    GroupId,
    MainView,
    IsAdminDefault,
    IsAgentDefault,
}

impl ItemKey {
    const COUNT: usize = 7;

    pub(in crate::read) fn of_key(key: &str) -> Option<Self> {
        const KEYS: [(&str, ItemKey); ItemKey::COUNT] = [
            ("name", ItemKey::Name),
            ("label", ItemKey::Label),
            ("id", ItemKey::Id),
            ("groupid", ItemKey::GroupId),
            ("mainview", ItemKey::MainView),
            ("isadmindefault", ItemKey::IsAdminDefault),
            ("isagentdefault", ItemKey::IsAgentDefault),
        ];
        KEYS.iter().find(|(known, _)| is_same_key(key, known)).map(|(_, key)| *key)
    }
}

/// The members of an object that is an item, by their keys.
#[derive(Default)]
struct ItemMembers<'t> {
    members: [Option<Node<'t>>; ItemKey::COUNT],
    /// Two keys have one meaning, such as `name` and `Name`.
    has_duplicates: bool,
}

impl<'t> ItemMembers<'t> {
    fn of_object(object: Node<'t>) -> Self {
        let mut found = Self::default();
        for member in object.children() {
            if let Some(key) = member.key().and_then(ItemKey::of_key) {
                found.has_duplicates |= found.members[key as usize].replace(member).is_some();
            }
        }
        found
    }

    const fn get(&self, key: ItemKey) -> Option<Node<'t>> {
        self.members[key as usize]
    }

    fn names(&self) -> impl Iterator<Item = Node<'t>> {
        [self.get(ItemKey::Name), self.get(ItemKey::Label)].into_iter().flatten()
    }

    fn are_well_formed(&self) -> bool {
        let is_name = |name: Node<'_>| matches!(name.kind(), NodeKind::String | NodeKind::Null);
        let is_flag = |flag: Node<'_>| matches!(flag.kind(), NodeKind::Bool | NodeKind::Null);
        let flags = [ItemKey::MainView, ItemKey::IsAdminDefault, ItemKey::IsAgentDefault];
        !self.has_duplicates && self.names().all(is_name) && flags.iter().filter_map(|key| self.get(*key)).all(is_flag)
    }

    fn item(&self, level: ScopeLevel) -> Option<ListItem<'t>> {
        let is_named = |name: &Node<'_>| name.kind() == NodeKind::String && text_and_span(*name).is_some();
        let is_id = |id: &Node<'_>| matches!(id.kind(), NodeKind::Number | NodeKind::String);
        let mut ids = [self.get(ItemKey::Id), self.get(ItemKey::GroupId)].into_iter().flatten();
        let found = match self.names().find(is_named) {
            Some(name) => item_of_node(name, level)?,
            None => item_by_id(ids.find(is_id)?, level)?,
        };
        let flag = |key: ItemKey| self.get(key).and_then(Node::as_bool);
        Some(ListItem {
            is_main: flag(ItemKey::MainView) == Some(true),
            is_admin_default: flag(ItemKey::IsAdminDefault),
            is_agent_default: flag(ItemKey::IsAgentDefault),
            ..found
        })
    }
}
