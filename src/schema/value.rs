//! A tree as a `serde_json` value, which is what `jsonschema` judges. Places are found again by their paths.

use serde_json::{Map, Number, Value};

use crate::syntax::tree::{Node, NodeKind};

/// The value of a node and all below it.
pub(super) fn value(node: Node<'_>) -> Value {
    match node.kind() {
        NodeKind::Null => Value::Null,
        NodeKind::Bool => Value::Bool(node.text() == "true"),
        NodeKind::Number => Value::Number(number(node.text())),
        NodeKind::String => Value::String(node.text().to_owned()),
        NodeKind::Array => node.children().map(value).collect(),
        NodeKind::Object => {
            let mut members = Map::with_capacity(node.children().count());
            members.extend(node.children().map(|child| (child.key().unwrap_or_default().to_owned(), value(child))));
            Value::Object(members)
        }
    }
}

/// The nearest number that `serde_json` can hold: one beyond all bounds is still on the right side of every bound.
pub(super) fn number(text: &str) -> Number {
    let whole = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
    let float = || text.parse::<f64>().unwrap_or_default().clamp(f64::MIN, f64::MAX);
    whole.unwrap_or_else(|_| Number::from_f64(float()).expect("internal error: a finite number is not finite"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::syntax::tree::Tree;
    use crate::syntax::{json, yaml};

    #[test]
    fn a_tree_becomes_the_value_that_it_was_written_as() {
        let text = r#"{"s": "h\u00e9", "i": 42, "f": 1.5, "b": true, "n": null, "a": [1, {"a": []}], "big": 1e999}"#;
        let mut tree = Tree::new();
        json::parse_document(text, 0, &mut tree).expect("JSON");
        let expected = json!({
            "s": "hé", "i": 42, "f": 1.5, "b": true, "n": null, "a": [1, {"a": []}], "big": f64::MAX
        });
        assert_eq!(value(tree.root(text, 0).expect("a value")), expected);
    }

    #[test]
    fn numbers_of_yaml_read_as_numbers_of_json() {
        for (text, expected) in
            [("+12", json!(12)), ("012", json!(12)), (".5", json!(0.5)), ("1.", json!(1.0)), ("-0.5", json!(-0.5))]
        {
            let mut tree = Tree::new();
            yaml::parse(text, 0, &mut tree).expect("YAML");
            assert_eq!(value(tree.root(text, 0).expect("a value")), expected, "{text}");
        }
    }
}
