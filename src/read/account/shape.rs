//! The kinds of value that a field may have. A value that names nothing is refused: ignored, it would count as clean.

use super::item_state::in_doubt;
use super::list_item::is_item;
use super::parts::{scope_level, unwrapped};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::{quoted, toml_string, visible};
use crate::read::completeness::{PartialKind, partial_kind};
use crate::read::key_words::is_same_key;
use crate::read::keys::KeyMap;
use crate::record::Field;
use crate::syntax::tree::{Node, NodeKind};

/// Refuses a value of a kind that the field cannot have.
pub(super) fn check_shape(field: Field, node: Node<'_>) -> Result<(), Fault> {
    let is_right = match (field, node.kind()) {
        (_, NodeKind::Null | NodeKind::String) => true,
        (_, NodeKind::Array | NodeKind::Object | NodeKind::Number) if field.is_list() => {
            return check_list(field, node);
        }
        (Field::Password | Field::Kind, kind) => kind == NodeKind::Number,
        (_, NodeKind::Number | NodeKind::Bool) => !field.is_list(),
        (_, NodeKind::Array | NodeKind::Object) => false,
    };
    if is_right {
        return Ok(());
    }
    let message = format!("the {} cannot be {}", field.label(), node.kind().word());
    Err(Fault::new(FaultKind::ShapeInvalid, node.outer(), message).with_remedy(form(field, node)))
}

/// The member to write in place of `node`, with its own text if it has one.
fn form(field: Field, node: Node<'_>) -> String {
    let json = |text: &str| serde_json::to_string(&visible(text)).unwrap_or_default();
    let value = match field {
        Field::Scope => r#"{"groups": ["Operations"]}"#.to_owned(),
        Field::WfmViews | Field::QmViews => r#"[{"name": "EnterpriseView", "mainView": true}]"#.to_owned(),
        Field::Kind => r#""api-user""#.to_owned(),
        Field::Password => r#""${env:PASSWORD}""#.to_owned(),
        Field::PasswordChanged => r#""2026-11-21""#.to_owned(),
        field if field.is_list() => r#"["Administrator"]"#.to_owned(),
        field if field.is_personal() => json("text"),
        _ => {
            let is_scalar = |only: &Node<'_>| matches!(only.kind(), NodeKind::String | NodeKind::Number);
            let only = node.children().next().filter(|_| node.children().count() == 1);
            json(only.filter(is_scalar).map_or("text", Node::text))
        }
    };
    format!("Write `{}: {value}`.", json(node.key().unwrap_or_default()))
}

/// Refuses a list with an item that names nothing.
fn check_list(field: Field, node: Node<'_>) -> Result<(), Fault> {
    let list = node;
    let node = unwrapped(node);
    let is_view = matches!(field, Field::WfmViews | Field::QmViews);
    let is_part = |key: &str| {
        (field == Field::Scope && scope_level(key).is_some())
            || (is_view && (is_same_key(key, "main") || is_same_key(key, "others")))
    };
    let mut parts = node.children().filter(|part| part.key().is_some_and(is_part)).peekable();
    let invalid = match node.kind() {
        NodeKind::Array => node.children().find(|entry| !is_item(*entry)),
        NodeKind::Object if parts.peek().is_some() => parts.find_map(invalid_part),
        _ if field == Field::Scope && node.kind() == NodeKind::Object => {
            let message = "a scope has the keys `tenant`, `groups` and `teams`, and this object has none of them";
            return Err(Fault::new(FaultKind::ShapeInvalid, node.outer(), message).with_remedy(form(field, node)));
        }
        _ => Some(node).filter(|node| !is_item(*node)),
    };
    if let Some(invalid) = invalid {
        let message = format!("an entry of the {} names nothing that can be judged", field.label());
        return Err(Fault::new(FaultKind::ShapeInvalid, invalid.outer(), message).with_remedy(form(field, list)));
    }
    let Some(doubt) = in_doubt(node, &is_part) else { return Ok(()) };
    let key = quoted(doubt.key().unwrap_or_default());
    let message = format!("by {key} an entry of the {} may not count, or not be all", field.label());
    let remedy = "Leave out what does not count, and the key where it does.";
    Err(Fault::new(FaultKind::CellUnverifiable, doubt.outer(), message).with_remedy(remedy))
}

/// Refuses an account, or its list, of which `sign` says that not all of it is here.
pub(super) fn check_whole(field: Option<Field>, list: Option<Node<'_>>, sign: Node<'_>) -> Result<(), Fault> {
    let list = list.map(unwrapped);
    let is_countable = |list: &Node<'_>| matches!(list.kind(), NodeKind::Array | NodeKind::Null);
    let listed = list.map_or(Some(0), |list| is_countable(&list).then(|| list.children().count()));
    let key = sign.key().unwrap_or_default();
    let Some(kind) = partial_kind(key, sign, listed) else { return Ok(()) };
    let message = match (kind, field) {
        (PartialKind::More, Some(field)) => {
            format!("the {} of this account go on elsewhere, so not all of them are here", field.label())
        }
        (PartialKind::Error, Some(field)) => {
            format!("an error is reported for the {} of this account, so they may not all be here", field.label())
        }
        (_, None) => "an error is reported for this account, so it may not be whole".to_owned(),
    };
    let key = toml_string(key);
    let remedy = format!(
        "Export the account as a whole, or write `ignore = [{key}]` under `[columns]` in the config if the key means something else."
    );
    Err(Fault::new(FaultKind::ExportTruncated, sign.span(), message).with_remedy(remedy))
}

/// What is invalid in a part of an object that holds a list: a level of a scope, the main view or the others.
fn invalid_part(part: Node<'_>) -> Option<Node<'_>> {
    let part = unwrapped(part);
    match part.kind() {
        NodeKind::Array => part.children().find(|entry| !is_item(*entry)),
        // `tenant: true` means the tenant without naming it.
        NodeKind::Bool => None,
        // Tenants, groups and teams are numbered from 1: zero may mean none.
        NodeKind::Number if is_zero_or_less(part.text()) => Some(part),
        _ => Some(part).filter(|part| !is_item(*part)),
    }
}

/// True for a number of nothing: 0, or a negative one.
fn is_zero_or_less(number: &str) -> bool {
    number.starts_with('-') || number.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Lists the keys of a scope that are not levels of it with the other unknown keys.
pub(super) fn note_unknown_levels(scope: Node<'_>, keys: &mut KeyMap) {
    if scope.kind() == NodeKind::Object {
        for key in scope.children().filter_map(Node::key).filter(|key| scope_level(key).is_none()) {
            keys.look_up(&format!("scope.{key}"));
        }
    }
}
