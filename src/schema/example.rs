//! A value that a schema takes in place of one that it refuses: the line to paste that cures a fault.

use serde_json::Value;

use super::{PathStep, SchemaFault};
use crate::diagnostic::fault::Fault;
use crate::syntax::tree::Node;

impl SchemaFault {
    /// The fault, with the line of TOML to write where nothing better is known.
    #[must_use]
    pub fn with_toml_line(self) -> Fault {
        let key = self.pointer.iter().rev().find_map(|step| match step {
            PathStep::Key(key) => Some(key),
            PathStep::Index(_) => None,
        });
        match (self.example, key) {
            // Numbers, texts and lists of them are written as in JSON.
            (Some(example), Some(key)) if !example.is_object() && self.fault.remedy.is_none() => {
                self.fault.with_remedy(format!("Write `{key} = {example}`."))
            }
            _ => self.fault,
        }
    }
}

/// What would do for the last key of the way to `node`: the number that its text spells, else the first example.
pub(super) fn example(source: &Value, way: &[PathStep], node: Node<'_>) -> Option<Value> {
    let last = way.iter().rposition(|step| matches!(step, PathStep::Key(_)))?;
    let property = way[..=last].iter().try_fold(source, |schema, step| {
        let schema = resolved(source, schema);
        match step {
            PathStep::Key(key) => {
                let named = schema.get("properties").and_then(|properties| properties.get(key));
                named.or_else(|| schema.get("additionalProperties"))
            }
            PathStep::Index(_) => schema.get("items"),
        }
    })?;
    let resolved = resolved(source, property);
    let takes_number = resolved["type"] == "integer" || resolved["type"][0] == "integer";
    let text = node.as_str().filter(|_| takes_number && last + 1 == way.len());
    let spelt = text.and_then(|text| text.parse::<u32>().ok()).map(Value::from);
    let examples = property.get("examples").or_else(|| resolved.get("examples"));
    spelt.or_else(|| examples?.get(0).cloned())
}

/// The schema that a reference leads to.
fn resolved<'s>(source: &'s Value, schema: &'s Value) -> &'s Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| source.pointer(target)).unwrap_or(schema)
}
