//! A value that a schema takes in place of one that it refuses: the line to paste that cures a fault.

use serde_json::Value;

use super::{PathStep, SchemaFault};
use crate::diagnostic::fault::Fault;
use crate::syntax::tree::Node;

impl SchemaFault {
    /// The fault, with the line of TOML to write where nothing better is known.
    #[must_use]
    pub fn with_toml_line(self) -> Fault {
        // Numbers, texts and lists of them are written as in JSON.
        self.with_examples(|key, example| format!("`{key} = {example}`"))
    }

    /// The same with examples as `write` words them, given the last key of the way.
    #[must_use]
    pub fn with_examples(self, write: impl Fn(&str, &Value) -> String) -> Fault {
        let key = self.pointer.iter().rev().find_map(|step| match step {
            PathStep::Key(key) => Some(key),
            PathStep::Index(_) => None,
        });
        let is_written = |example: &Value| !example.is_object() && self.fault.remedy.is_none();
        let Some(key) = key.filter(|_| !self.examples.is_empty() && self.examples.iter().all(is_written)) else {
            return self.fault;
        };
        let lines: Vec<_> = self.examples.iter().map(|example| write(key, example)).collect();
        self.fault.with_remedy(format!("Write {}.", lines.join(" or ")))
    }
}

/// What would do for the last key of the way to `node`.
pub(super) fn examples(source: &Value, way: &[PathStep], node: Node<'_>) -> Vec<Value> {
    const MAX_CHOICES: usize = 4;
    let Some((last, property)) = last_property(source, way) else { return Vec::new() };
    let resolved = resolved(source, property);
    let takes_number = resolved["type"] == "integer" || resolved["type"][0] == "integer";
    let text = node.as_str().filter(|_| takes_number && last + 1 == way.len());
    if let Some(number) = text.and_then(|text| text.parse::<u32>().ok()) {
        return vec![number.into()];
    }
    let choices = resolved.get("enum").and_then(Value::as_array).filter(|choices| choices.len() <= MAX_CHOICES);
    let first = |schema: &'_ Value| schema.get("examples").and_then(|list| list.get(0)).cloned();
    let example = || first(property).or_else(|| first(resolved)).or_else(|| property.get("default").cloned());
    choices.cloned().unwrap_or_else(|| example().into_iter().collect())
}

/// The schema of the last key of a way, and the number of its step.
/// What the schema of the value at the end of a way says is to be done, in words of its own (`x-remedy`).
pub(super) fn remedy(source: &Value, way: &[PathStep]) -> Option<String> {
    let (last, property) = last_property(source, way)?;
    let own = property.get("x-remedy").filter(|_| last + 1 == way.len())?;
    own.as_str().map(str::to_owned)
}

fn last_property<'s>(source: &'s Value, way: &[PathStep]) -> Option<(usize, &'s Value)> {
    let last = way.iter().rposition(|step| matches!(step, PathStep::Key(_)))?;
    let below = |schema: &'s Value, step: &PathStep| match step {
        PathStep::Key(key) => {
            let named = schema.get("properties").and_then(|properties| properties.get(key));
            named.or_else(|| schema.get("additionalProperties"))
        }
        PathStep::Index(_) => schema.get("items"),
    };
    let property = way[..=last].iter().try_fold(source, |schema, step| {
        let schema = resolved(source, schema);
        let mut forms = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        below(schema, step).or_else(|| forms.find_map(|form| below(resolved(source, form), step)))
    })?;
    Some((last, property))
}

/// The schema that a reference leads to.
fn resolved<'s>(source: &'s Value, schema: &'s Value) -> &'s Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| source.pointer(target)).unwrap_or(schema)
}
