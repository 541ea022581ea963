//! The passwords of an account: under its own keys, and in what no rule reads, such as `credentials`. Those of a
//! document outside of its accounts are found in the same way.

use std::borrow::Cow;

use super::list_item::ItemKey;
use super::parts::scope_level;
use super::scalar::is_verbatim;
use crate::read::key_words::{PairPart, is_same_key};
use crate::read::keys::{KeyMap, KeyMeaning};
use crate::read::secret_keys::SecretKey;
use crate::record::Field;
use crate::record::secret::SecretCell;
use crate::syntax::tree::{Node, NodeKind};

/// The password that a value is.
pub(in crate::read) fn secret_cell(node: Node<'_>) -> SecretCell<'_> {
    if node.kind() == NodeKind::Null {
        return SecretCell::Blank(node.outer().shrink_to_start());
    }
    match SecretCell::of(node.text(), node.span().start, Cow::Borrowed) {
        // Of a text that was decoded only the beginning has a place.
        SecretCell::Value(secret, _) if !is_verbatim(node) => SecretCell::Value(secret, node.span().shrink_to_start()),
        cell => cell,
    }
}

/// True for the value of a key about passwords that is not a password.
pub(super) fn is_password_state(node: Node<'_>) -> bool {
    match node.kind() {
        // An object is a policy, or a state in parts.
        NodeKind::Null | NodeKind::Bool | NodeKind::Number | NodeKind::Object => true,
        NodeKind::String => node.text().trim_ascii().is_empty() || SecretKey::is_plain_state(node.text()),
        NodeKind::Array => node.children().all(is_password_state),
    }
}

/// Adds the passwords below a list. What names its items is known, and need not be looked up.
pub(super) fn find_in_list<'t>(list: Node<'t>, keys: &mut KeyMap, found: &mut Vec<Node<'t>>) {
    let is_of_items = |key: &str| {
        ItemKey::of_key(key).is_some()
            || scope_level(key).is_some()
            || ["main", "others"].iter().any(|known| is_same_key(key, known))
    };
    for child in list.children() {
        match child.key() {
            Some(key) if !is_of_items(key) => find_in(key, child, keys, found),
            _ => find_in_list(child, keys, found),
        }
    }
}

/// Adds the passwords below a value.
pub(super) fn find_below<'t>(node: Node<'t>, keys: &mut KeyMap, found: &mut Vec<Node<'t>>) {
    let named = name_of_value(node, keys);
    for child in node.children() {
        let key = child.key().unwrap_or_default();
        match named {
            Some(name) if keys.below(key).part == Some(PairPart::Value) => find_in(name, child, keys, found),
            _ => find_in(key, child, keys, found),
        }
    }
}

/// Adds the passwords that the value of `key` is or holds.
pub(in crate::read) fn find_in<'t>(key: &str, node: Node<'t>, keys: &mut KeyMap, found: &mut Vec<Node<'t>>) {
    match keys.below(key).meaning {
        KeyMeaning::AboutPassword if is_password_state(node) => {}
        meaning if meaning.field() == Some(Field::Password) => add_texts(node, found),
        _ => find_below(node, keys, found),
    }
}

/// What names the value of a pair such as `{"name": "Password", "value": "…"}`, if that is a password.
fn name_of_value<'t>(pair: Node<'t>, keys: &mut KeyMap) -> Option<&'t str> {
    let mut parts = pair.children().map(|child| (child, child.key().and_then(|key| keys.below(key).part)));
    parts.find_map(|(child, part)| {
        let name = (part == Some(PairPart::Name) && child.kind() == NodeKind::String).then(|| child.text())?;
        names_password(name).then_some(name)
    })
}

/// True for the name of a pair that speaks of a password.
pub(in crate::read) fn names_password(name: &str) -> bool {
    KeyMeaning::of_key(name).field() == Some(Field::Password)
}

/// Adds the texts of a password and of its parts, but not what is said about it.
fn add_texts<'t>(node: Node<'t>, found: &mut Vec<Node<'t>>) {
    match node.kind() {
        NodeKind::Array | NodeKind::Object => {
            node.children().filter(|part| is_container(*part) || !is_password_state(*part)).for_each(|part| {
                add_texts(part, found);
            });
        }
        NodeKind::String | NodeKind::Number => found.push(node),
        NodeKind::Null | NodeKind::Bool => {}
    }
}

fn is_container(node: Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::Array | NodeKind::Object)
}

/// The passwords in an object that was refused. `None` if they are unknown.
pub(in crate::read) fn readable_secrets<'t>(node: Node<'t>, keys: &mut KeyMap) -> Option<Vec<SecretCell<'t>>> {
    if node.kind() != NodeKind::Object {
        return None;
    }
    let mut found = Vec::new();
    for child in node.children() {
        let meaning = keys.look_up(child.key().unwrap_or_default());
        match meaning.field() {
            Some(Field::Password) if meaning == KeyMeaning::AboutPassword && is_password_state(child) => {}
            // A list or an object under the key of a password may hold several.
            Some(Field::Password) if is_container(child) => return None,
            Some(Field::Password) => found.push(child),
            Some(Field::PasswordChanged) if !is_password_state(child) => found.push(child),
            _ => find_below(child, keys, &mut found),
        }
    }
    Some(found.into_iter().map(secret_cell).collect())
}
