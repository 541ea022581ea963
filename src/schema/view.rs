//! A tree as `jsonschema` wants to see it: nothing is converted, so what is found has a place.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value};

use crate::syntax::tree::{Children, Node, NodeKind};

/// Our trees, as one of the forms of JSON that `jsonschema` can read.
pub(super) struct Trees;

/// A node, or the name of a property while names themselves are judged.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    Node(Node<'a>),
    Name(&'a str),
}

impl Json for Trees {
    type Node<'a> = View<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    // A member is looked up by walking over its neighbours: one walk over all costs no more than a few such.
    const KEYS_PER_LOOKUP: usize = 4;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, judge: impl FnOnce(View<'_>) -> T) -> T {
        judge(View::Name(string))
    }
}

impl<'a> View<'a> {
    fn of_kind(self, kind: NodeKind) -> Option<Node<'a>> {
        match self {
            Self::Node(node) if node.kind() == kind => Some(node),
            _ => None,
        }
    }
}

impl<'a> JsonNode<'a, Trees> for View<'a> {
    type Object = Members<'a>;
    type Array = Items<'a>;
    type Number = Written<'a>;

    fn as_object(&self) -> Option<Members<'a>> {
        self.of_kind(NodeKind::Object).map(Members)
    }

    fn as_array(&self) -> Option<Items<'a>> {
        self.of_kind(NodeKind::Array).map(Items)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node) => node.as_str().map(Cow::Borrowed),
            Self::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<Written<'a>> {
        self.of_kind(NodeKind::Number).map(|node| Written(node.text()))
    }

    fn as_boolean(&self) -> Option<bool> {
        self.of_kind(NodeKind::Bool).and_then(Node::as_bool)
    }

    fn is_null(&self) -> bool {
        self.of_kind(NodeKind::Null).is_some()
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Name(_) => JsonType::String,
            Self::Node(node) => match node.kind() {
                NodeKind::Null => JsonType::Null,
                NodeKind::Bool => JsonType::Boolean,
                NodeKind::Number => JsonType::Number,
                NodeKind::String => JsonType::String,
                NodeKind::Array => JsonType::Array,
                NodeKind::Object => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self, expected) {
            (Self::Name(name), Value::String(expected)) => name == expected,
            (Self::Name(_), _) => false,
            (Self::Node(node), expected) => equals(*node, expected),
        }
    }

    // Asked for where an error is built. Nothing reads it there: we look at the node itself.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self {
            Self::Name(name) => Value::String((*name).to_owned()),
            Self::Node(node) => value(*node),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Self::Node(node) => {
                let tag = u32::try_from(node.index()).ok()?;
                Some(NodeIdentity::tagged(std::ptr::from_ref(node.tree()) as usize, tag))
            }
            Self::Name(_) => None,
        }
    }
}

/// Compares as JSON Schema does: numbers by value, objects without regard to order.
fn equals(node: Node<'_>, expected: &Value) -> bool {
    match (node.kind(), expected) {
        (NodeKind::Null, Value::Null) => true,
        (NodeKind::Bool, Value::Bool(expected)) => node.as_bool() == Some(*expected),
        (NodeKind::Number, Value::Number(_)) => jsonschema::json::cmp::equal(&value(node), expected),
        (NodeKind::String, Value::String(expected)) => node.text() == expected,
        (NodeKind::Array, Value::Array(expected)) => {
            node.children().count() == expected.len()
                && node.children().zip(expected).all(|(child, expected)| equals(child, expected))
        }
        (NodeKind::Object, Value::Object(expected)) => {
            let is_there = |child: Node<'_>| {
                child.key().and_then(|key| expected.get(key)).is_some_and(|expected| equals(child, expected))
            };
            node.children().count() == expected.len() && node.children().all(is_there)
        }
        _ => false,
    }
}

pub(super) fn value(node: Node<'_>) -> Value {
    match node.kind() {
        NodeKind::Null => Value::Null,
        NodeKind::Bool => Value::Bool(node.text() == "true"),
        NodeKind::Number => Value::Number(number(node.text())),
        NodeKind::String => Value::String(node.text().to_owned()),
        NodeKind::Array => Value::Array(node.children().map(value).collect()),
        NodeKind::Object => {
            let member = |child: Node<'_>| (child.key().unwrap_or_default().to_owned(), value(child));
            Value::Object(node.children().map(member).collect::<Map<_, _>>())
        }
    }
}

/// A number as it was written in some format.
pub(super) struct Written<'a>(&'a str);

/// The nearest number that `serde_json` can hold.
fn number(text: &str) -> Number {
    let whole = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
    whole.unwrap_or_else(|_| Number::from_f64(float(text)).expect("internal error: a finite number that is none"))
}

/// The nearest finite number: beyond all bounds is still on the right side of every bound.
fn float(text: &str) -> f64 {
    text.parse::<f64>().unwrap_or_default().clamp(f64::MIN, f64::MAX)
}

impl JsonNumber for Written<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        Some(float(self.0))
    }

    fn as_str(&self) -> Cow<'_, str> {
        // YAML and TOML write `+1`, `012` and `.5`; JSON does not.
        let unsigned = self.0.strip_prefix('-').unwrap_or(self.0);
        let is_json =
            unsigned == "0" || unsigned.starts_with("0.") || unsigned.starts_with(|first| matches!(first, '1'..='9'));
        if is_json && !self.0.ends_with('.') { Cow::Borrowed(self.0) } else { Cow::Owned(number(self.0).to_string()) }
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(number(self.0))
    }

    fn is_integer(&self) -> bool {
        let is_whole = !self.0.contains(['.', 'e', 'E']);
        is_whole || float(self.0).fract() == 0.0
    }
}

/// The members of an object.
pub(super) struct Members<'a>(Node<'a>);

pub(super) struct MembersIter<'a>(Children<'a>);

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, View<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|child| (child.key().unwrap_or_default(), View::Node(child)))
    }
}

impl<'a> Object<'a, Trees> for Members<'a> {
    type Node = View<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.0.children().count()
    }

    fn is_empty(&self) -> bool {
        self.0.children().next().is_none()
    }

    fn get(&self, key: &String) -> Option<View<'a>> {
        self.0.get(key).map(View::Node)
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter(self.0.children())
    }
}

/// The items of an array.
pub(super) struct Items<'a>(Node<'a>);

pub(super) struct ItemsIter<'a>(Children<'a>);

impl<'a> Iterator for ItemsIter<'a> {
    type Item = View<'a>;

    fn next(&mut self) -> Option<View<'a>> {
        self.0.next().map(View::Node)
    }
}

impl<'a> Array<'a, Trees> for Items<'a> {
    type Node = View<'a>;
    type ElementsIter = ItemsIter<'a>;

    fn len(&self) -> usize {
        self.0.children().count()
    }

    fn elements(&self) -> ItemsIter<'a> {
        ItemsIter(self.0.children())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::syntax::tree::Tree;
    use crate::syntax::{json, yaml};

    #[test]
    fn a_tree_turns_into_the_value_that_it_was_written_as() {
        let text = r#"{"s": "h\u00e9", "i": 42, "f": 1.5, "b": true, "n": null, "a": [1, {"a": []}], "big": 1e999}"#;
        let mut tree = Tree::new();
        json::parse_document(text, 0, &mut tree).expect("JSON");
        let view = View::Node(tree.root(text, 0).expect("a value"));
        let expected = json!({
            "s": "hé", "i": 42, "f": 1.5, "b": true, "n": null, "a": [1, {"a": []}], "big": f64::MAX
        });
        assert_eq!(*view.to_value(), expected);
        assert!(view.equals_value(&expected));
        assert!(!view.equals_value(&json!({"s": "hé"})));
    }

    #[test]
    fn numbers_of_yaml_read_as_numbers_of_json() {
        let cases = [
            ("+12", "12", true),
            ("012", "12", true),
            (".5", "0.5", false),
            ("1.", "1.0", true),
            ("-0.5", "-0.5", false),
        ];
        for (text, digits, is_whole) in cases {
            let mut tree = Tree::new();
            yaml::parse(text, 0, &mut tree).expect("YAML");
            let number = View::Node(tree.root(text, 0).expect("a value")).as_number().expect("a number");
            assert_eq!((number.as_str().as_ref(), number.is_integer()), (digits, is_whole), "{text}");
        }
    }
}
