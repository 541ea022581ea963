//! The passwords of an account: under its own keys, and in objects that no rule reads, such as `credentials`.

use std::borrow::Cow;

use super::scalar::is_verbatim;
use crate::read::keys::{KeyMap, KeyMeaning};
use crate::read::secret_keys::SecretKey;
use crate::record::Field;
use crate::record::secret::SecretCell;
use crate::syntax::tree::{Node, NodeKind};

/// The password that a value is.
pub(super) fn secret_cell(node: Node<'_>) -> SecretCell<'_> {
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

/// Adds the passwords below a value that no rule reads.
pub(super) fn find_below<'t>(node: Node<'t>, keys: &mut KeyMap, found: &mut Vec<Node<'t>>) {
    for child in node.children() {
        match child.key().map(|key| keys.meaning_below(key)) {
            Some(KeyMeaning::AboutPassword) if is_password_state(child) => {}
            Some(meaning) if meaning.field() == Some(Field::Password) => add_texts(child, found),
            _ => find_below(child, keys, found),
        }
    }
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
            Some(_) => {}
            None => find_below(child, keys, &mut found),
        }
    }
    Some(found.into_iter().map(secret_cell).collect())
}
