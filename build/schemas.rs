//! JSON Schemas as tables of keywords, which `src/schema/table.rs` walks over a tree in place.
//!
//! It knows the keywords that the schemas of this repository use, and refuses others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Keywords that demand nothing.
const ANNOTATIONS: [&str; 11] = [
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "default",
    "examples",
    "x-expected",
    "x-remedy",
    "writeOnly",
    "then",
];

/// The table of a schema, as Rust: a list of schemas, each a list of keywords. The first two are `true` and `false`, and the
/// third is the whole.
pub fn table(schema: &Value) -> String {
    let mut tables =
        Tables { root: schema, schemas: vec![String::new(), "Never".to_owned()], numbers: BTreeMap::new() };
    assert_eq!(tables.add(schema), 2, "the root is an object");
    let lines: Vec<String> = tables.schemas.iter().map(|keywords| format!("    &[{keywords}],\n")).collect();
    format!("&[\n{}]", lines.concat())
}

struct Tables<'s> {
    root: &'s Value,
    schemas: Vec<String>,
    /// Those that are referred to, by their path.
    numbers: BTreeMap<&'s str, usize>,
}

impl<'s> Tables<'s> {
    /// The number of a schema. It calls itself for schemas inside.
    fn add(&mut self, schema: &'s Value) -> usize {
        let members = match schema {
            Value::Bool(is_open) => return usize::from(!is_open),
            schema => schema.as_object().expect("a schema is a mapping or a boolean"),
        };
        let number = self.schemas.len();
        self.schemas.push(String::new());
        let mut keywords = String::new();
        for (word, value) in members.iter().filter(|(word, _)| !ANNOTATIONS.contains(&word.as_str())) {
            let keyword = self.keyword(word, value, members);
            if !keyword.is_empty() {
                write!(keywords, "{keyword}, ").expect("a string can be written to");
            }
        }
        // Many are alike.
        let is_last = number + 1 == self.schemas.len();
        match self.schemas.iter().position(|known| *known == keywords).filter(|_| is_last && number > 2) {
            Some(known) => {
                self.schemas.pop();
                known
            }
            None => {
                self.schemas[number] = keywords;
                number
            }
        }
    }

    fn keyword(&mut self, word: &str, value: &'s Value, members: &'s Map<String, Value>) -> String {
        match word {
            "type" => format!("Types({})", texts(value).into_iter().map(kind).sum::<u8>()),
            "enum" => values(value.as_array().expect("`enum` is a list")),
            "const" => values(std::slice::from_ref(value)),
            "minLength" => format!("MinLength({value})"),
            "maxLength" => format!("MaxLength({value})"),
            "pattern" | "format" => {
                let kind = if word == "pattern" { "Pattern" } else { "Format" };
                format!("{kind}({:?})", value.as_str().expect("a text"))
            }
            "minItems" => format!("MinItems({value})"),
            "maxItems" => format!("MaxItems({value})"),
            "uniqueItems" => "UniqueItems".to_owned(),
            "minProperties" => format!("MinProperties({value})"),
            "maxProperties" => format!("MaxProperties({value})"),
            "minimum" => format!("Minimum({:?})", value.as_f64().expect("a number")),
            "maximum" => format!("Maximum({:?})", value.as_f64().expect("a number")),
            "exclusiveMinimum" => format!("ExclusiveMinimum({:?})", value.as_f64().expect("a number")),
            "required" => format!("Required(&{:?})", texts(value)),
            "items" => format!("Items({})", self.add(value)),
            "propertyNames" => format!("PropertyNames({})", self.add(value)),
            "not" => format!("Not({})", self.add(value)),
            "if" => format!("IfThen({}, {})", self.add(value), self.add(&members["then"])),
            "anyOf" | "oneOf" => {
                let branches: Vec<usize> =
                    value.as_array().expect("a list").iter().map(|branch| self.add(branch)).collect();
                format!("{}(&{branches:?})", if word == "anyOf" { "AnyOf" } else { "OneOf" })
            }
            "$ref" => format!("Ref({})", self.referred(value.as_str().expect("a text"))),
            "properties" => self.members(members),
            "additionalProperties" | "patternProperties" if members.contains_key("properties") => String::new(),
            "additionalProperties" | "patternProperties" => self.members(members),
            other => panic!("build/schemas.rs does not know the keyword `{other}` of a schema"),
        }
    }

    /// `properties`, and what concerns all others.
    fn members(&mut self, members: &'s Map<String, Value>) -> String {
        let mut schemas = |word: &str| -> Vec<(&'s str, usize)> {
            let listed = members.get(word).and_then(Value::as_object).into_iter().flatten();
            listed.map(|(name, schema)| (name.as_str(), self.add(schema))).collect()
        };
        let (properties, patterns) = (schemas("properties"), schemas("patternProperties"));
        let others = members.get("additionalProperties").map_or(0, |schema| self.add(schema));
        format!("Members(&Members {{ properties: &{properties:?}, patterns: &{patterns:?}, others: {others} }})")
    }

    fn referred(&mut self, path: &'s str) -> usize {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        // Known before what is inside, which may refer back to it.
        self.numbers.insert(path, self.schemas.len());
        let pointer = path.strip_prefix('#').expect("schemas refer to themselves only");
        let number = self.add(self.root.pointer(pointer).expect("what is referred to is there"));
        self.numbers.insert(path, number);
        number
    }
}

/// A kind of values as a bit.
fn kind(word: &str) -> u8 {
    let kinds = ["null", "boolean", "number", "string", "array", "object", "integer"];
    1 << kinds.iter().position(|kind| *kind == word).expect("a kind of values")
}

/// One text or a list of them.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().expect("a text")).collect(),
        one => vec![one.as_str().expect("a text")],
    }
}

fn values(values: &[Value]) -> String {
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    assert_eq!(texts.len() + numbers.len(), values.len(), "values are texts or numbers");
    format!("Values(&(&{texts:?}, &{numbers:?}))")
}
