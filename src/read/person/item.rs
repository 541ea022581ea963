//! Entries of lists in documents: a name, a number, or an object with either.

use std::borrow::Cow;

use super::place;
use crate::record::list::{ListItem, ScopeLevel};
use crate::syntax::tree::{Kind, Node};

/// The entry that `node` is. Nothing where it names nothing.
pub(super) fn item(node: Node<'_>, level: ScopeLevel) -> Option<ListItem<'_>> {
    match node.kind() {
        Kind::String => {
            let (text, span) = place(node)?;
            Some(ListItem { defined: node.defined(), level, ..ListItem::named(Cow::Borrowed(text), span) })
        }
        Kind::Number => as_id(node, level),
        Kind::Object => Members::of(node).item(level),
        Kind::Null | Kind::Bool | Kind::Array => None,
    }
}

/// An entry that is known by a number.
pub(super) fn as_id(node: Node<'_>, level: ScopeLevel) -> Option<ListItem<'_>> {
    let (text, span) = place(node)?;
    Some(ListItem { defined: node.defined(), is_id: true, level, ..ListItem::named(Cow::Borrowed(text), span) })
}

/// True for a name, a number, or an object that has either and whose marks are yes or no.
pub(super) fn is_item(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::String | Kind::Number | Kind::Null => true,
        Kind::Object => {
            let members = Members::of(node);
            members.are_in_shape() && members.item(ScopeLevel::Any).is_some()
        }
        Kind::Bool | Kind::Array => false,
    }
}

/// What an object says of an entry, read in one pass: the first that counts stands first.
#[derive(Default)]
struct Members<'t> {
    /// `name`, `label`.
    names: [Option<Node<'t>>; 2],
    /// `id`, `groupId`.
    ids: [Option<Node<'t>>; 2],
    is_main: Option<Node<'t>>,
    is_admin_default: Option<Node<'t>>,
    is_agent_default: Option<Node<'t>>,
}

impl<'t> Members<'t> {
    fn of(object: Node<'t>) -> Self {
        let mut members = Self::default();
        for member in object.children() {
            let place = match member.key() {
                Some("name") => &mut members.names[0],
                Some("label") => &mut members.names[1],
                Some("id") => &mut members.ids[0],
                Some("groupId") => &mut members.ids[1],
                Some("mainView") => &mut members.is_main,
                Some("isAdminDefault") => &mut members.is_admin_default,
                Some("isAgentDefault") => &mut members.is_agent_default,
                _ => continue,
            };
            *place = Some(member);
        }
        members
    }

    fn are_in_shape(&self) -> bool {
        let is_name = |name: &Node<'_>| matches!(name.kind(), Kind::String | Kind::Null);
        let is_mark = |mark: &Node<'_>| matches!(mark.kind(), Kind::Bool | Kind::Null);
        let marks = [self.is_main, self.is_admin_default, self.is_agent_default];
        self.names.iter().flatten().all(is_name) && marks.iter().flatten().all(is_mark)
    }

    fn item(&self, level: ScopeLevel) -> Option<ListItem<'t>> {
        let is_named = |name: &&Node<'_>| name.kind() == Kind::String && place(**name).is_some();
        let is_id = |id: &&Node<'_>| matches!(id.kind(), Kind::Number | Kind::String);
        let found = match self.names.iter().flatten().find(is_named) {
            Some(name) => item(*name, level)?,
            None => as_id(*self.ids.iter().flatten().find(is_id)?, level)?,
        };
        let flag = |mark: Option<Node<'_>>| mark.and_then(Node::as_bool);
        Some(ListItem {
            is_main: flag(self.is_main) == Some(true),
            is_admin_default: flag(self.is_admin_default),
            is_agent_default: flag(self.is_agent_default),
            ..found
        })
    }
}
