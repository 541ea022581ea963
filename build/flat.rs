//! Documents without their syntax, as `src/syntax/flat.rs` puts them into a tree: keys and scalars one after the other, and
//! how long each of them is.

use serde_json::Value;

/// The number that ends an array or object.
const END: u16 = 6;

/// A document as it is embedded.
#[derive(Default)]
pub struct Flat {
    text: String,
    nodes: Vec<[u16; 3]>,
}

impl Flat {
    /// The document that is this value.
    pub fn new(value: &Value) -> Self {
        let mut flat = Self::default();
        flat.add("", value);
        flat
    }

    /// Its Rust.
    pub fn code(&self) -> String {
        format!("FlatDocument {{ text: {:?}, nodes: &{:?} }}", self.text, self.nodes)
    }

    fn add(&mut self, key: &str, value: &Value) {
        let (kind, scalar) = match value {
            Value::Null => (0, String::new()),
            Value::Bool(value) => (1, value.to_string()),
            Value::Number(number) => (2, number.to_string()),
            Value::String(text) => (3, text.clone()),
            Value::Array(_) => (4, String::new()),
            Value::Object(_) => (5, String::new()),
        };
        self.nodes.push([length(key), kind, length(&scalar)]);
        self.text.extend([key, &scalar]);
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add("", item)),
            Value::Object(members) => members.iter().for_each(|(key, value)| {
                assert!(!key.is_empty(), "a key is a word");
                self.add(key, value);
            }),
            _ => return,
        }
        self.nodes.push([0, END, 0]);
    }
}

fn length(text: &str) -> u16 {
    u16::try_from(text.len()).expect("the texts of rules are short")
}
