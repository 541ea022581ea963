//! What a plan declares about its tenant, one statement at a time: two places that say different things are found by
//! comparing these.

use super::{children, millionths};
use crate::record::declared::Declaration;
use crate::syntax::tree::{Node, NodeKind};

/// Everything that two plans, or a plan and the config, could declare differently. Seats are compared by day elsewhere.
pub(super) fn declarations(root: Node<'_>) -> Vec<Declaration> {
    let mut found = Vec::new();
    for key in ["product", "wfm", "first_login"] {
        declare(&mut found, format!("`{key}`"), root.get(key), Node::text);
    }
    if let Some(policy) = root.get("password_policy") {
        for key in ["min_length", "classes", "history", "max_age_days"] {
            declare(&mut found, format!("`{key}` of the password policy"), policy.get(key), sorted);
        }
    }
    for (license, name) in named(children(root, "licenses")) {
        declare(&mut found, format!("`over` of the licence `{name}`"), license.get("over"), Node::text);
        let mark = |node: Node<'_>| millionths(node.text()).map(|mark| mark.to_string()).unwrap_or_default();
        declare(&mut found, format!("`warn_at` of the licence `{name}`"), license.get("warn_at"), mark);
    }
    for (role, name) in named(children(root, "roles")) {
        for key in ["default", "license", "permissions"] {
            declare(&mut found, format!("`{key}` of the role `{name}`"), role.get(key), sorted);
        }
    }
    for group in children(root, "groups") {
        unit(&mut found, group, "group");
        children(group, "teams").for_each(|team| unit(&mut found, team, "team"));
    }
    found
}

/// Whether a group or team is active, and what an id means.
fn unit(found: &mut Vec<Declaration>, node: Node<'_>, what: &str) {
    let Some(name) = node.get("name").and_then(Node::as_str) else { return };
    declare(found, format!("`active` of the {what} `{name}`"), node.get("active"), Node::text);
    if let Some(id) = node.get("id").filter(|id| matches!(id.kind(), NodeKind::Number | NodeKind::String)) {
        declare(found, format!("the {what} with the id `{}`", id.text()), node.get("name"), Node::text);
    }
}

fn named<'t>(entries: impl Iterator<Item = Node<'t>>) -> impl Iterator<Item = (Node<'t>, &'t str)> {
    entries.filter_map(|entry| Some((entry, entry.get("name")?.as_str()?)))
}

/// The text of a value; that of a list in any order.
fn sorted(node: Node<'_>) -> String {
    if node.kind() != NodeKind::Array {
        return node.text().to_owned();
    }
    let mut items: Vec<_> = node.children().map(Node::text).collect();
    items.sort_unstable();
    items.dedup();
    items.join(", ")
}

fn declare<'t, T: Into<String>>(
    found: &mut Vec<Declaration>,
    subject: String,
    node: Option<Node<'t>>,
    value: impl Fn(Node<'t>) -> T,
) {
    // A blank key declares nothing.
    if let Some(node) = node.filter(|node| !matches!(node.kind(), NodeKind::Null | NodeKind::Object)) {
        found.push(Declaration { subject, value: value(node).into(), span: node.outer() });
    }
}
