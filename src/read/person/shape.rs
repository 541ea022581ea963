//! What the values of an account may look like. A value that says nothing is refused: passed over in silence,
//! it would count as clean.

use super::item::is_item;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::keys::KeyMap;
use crate::record::Field;
use crate::syntax::tree::{Kind, Node};

/// Refuses values that could never be what the field asks for.
pub(super) fn check_shape(field: Field, node: Node<'_>) -> Result<(), Fault> {
    let is_right = match (field, node.kind()) {
        (_, Kind::Null | Kind::String) => true,
        (_, Kind::Array | Kind::Object | Kind::Number) if field.is_list() => return check_list(field, node),
        (Field::Password | Field::Kind, kind) => kind == Kind::Number,
        (_, Kind::Number | Kind::Bool) => !field.is_list(),
        (_, Kind::Array | Kind::Object) => false,
    };
    if is_right {
        return Ok(());
    }
    let message = format!("the {} cannot be {}", field.label(), node.kind().word());
    Err(Fault::new(FaultKind::ShapeInvalid, node.outer(), message))
}

/// Refuses a list with an entry that names nothing: passed over, it would count as clean.
fn check_list(field: Field, node: Node<'_>) -> Result<(), Fault> {
    let is_view = matches!(field, Field::WfmViews | Field::QmViews);
    let is_nest = node.kind() == Kind::Object
        && (field == Field::Scope || (is_view && (node.get("main").is_some() || node.get("others").is_some())));
    let misfit = match node.kind() {
        Kind::Array => node.children().find(|entry| !is_item(*entry)),
        Kind::Object if is_nest => node.children().find_map(misfit_of_part),
        // An object of nothing is a blank.
        Kind::Object if node.children().next().is_none() => None,
        _ => Some(node).filter(|node| !is_item(*node)),
    };
    let Some(misfit) = misfit else { return Ok(()) };
    let message = format!("an entry of the {} names nothing that can be judged", field.label());
    Err(Fault::new(FaultKind::ShapeInvalid, misfit.outer(), message))
}

/// What is wrong in a part of an object that holds a list: a level of a scope, the main view or the others.
fn misfit_of_part(part: Node<'_>) -> Option<Node<'_>> {
    match part.kind() {
        Kind::Array => part.children().find(|entry| !is_item(*entry)),
        // `tenant: true` says the tenant without its name.
        Kind::Bool => None,
        _ => Some(part).filter(|part| !is_item(*part)),
    }
}

/// Keys inside a scope that are no level of it are listed like any other key nobody knows.
pub(super) fn note_unknown_levels(scope: Node<'_>, book: &mut KeyMap) {
    if scope.kind() == Kind::Object {
        for key in scope.children().filter_map(Node::key).filter(|key| !["tenant", "groups", "teams"].contains(key)) {
            book.look_up(&format!("scope.{key}"));
        }
    }
}
