//! `schema`: a record put to a JSON Schema, for demands of a site that no other kind foresaw.
//!
//! - **What it checks.** The record as an object: its keys are the field names, texts are strings, lists are
//!   arrays of strings, blank cells are missing.
//! - **Parameters.** `schema`: the JSON Schema (2020-12) as text; patterns run in linear time, formats count.
//! - **Example.** `[check.schema]` with `schema = '{"required": ["employee-id"]}'`.
//! - **Edge cases.** A field the schema names and the whole input lacks is not determinable. Passwords are
//!   never part of the object.

mod matcher;

use serde::{Deserialize, Serialize, Serializer};

use serde_json::Value;

use super::{Judgement, Reason, RecordCheck, TextTest, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::canonical_list;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::schema::{PathStep, Schema, SchemaFault};
use crate::source::Span;
use crate::syntax::tree::de::SafeMessage;
use crate::syntax::tree::keys::{nearest, quoted};
use crate::syntax::tree::{NodeKind, ScalarText, Tree};
use matcher::{CellValue, Instance, SchemaMatcher};

#[derive(Deserialize, Serialize)]
#[serde(try_from = "SchemaText")]
pub(crate) struct SchemaCheck {
    #[serde(serialize_with = "parsed_schema")]
    schema: Schema,
    #[serde(skip)]
    fields: Vec<Field>,
    /// Finds most records sound; `None` if the schema says something that it does not know.
    #[serde(skip)]
    matcher: Option<SchemaMatcher>,
}

fn parsed_schema<S: Serializer>(schema: &Schema, serializer: S) -> Result<S::Ok, S::Error> {
    schema.source().serialize(serializer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaText {
    schema: String,
}

impl TryFrom<SchemaText> for SchemaCheck {
    /// The words of a [`SafeMessage`].
    type Error = String;

    fn try_from(written: SchemaText) -> Result<Self, String> {
        Self::compile(&written.schema).map_err(|why| SafeMessage(&why).to_string())
    }
}

impl SchemaCheck {
    fn compile(text: &str) -> Result<Self, String> {
        let mut matcher = None;
        let is_known = |source: &Value| {
            matcher = SchemaMatcher::compile(source);
            matcher.is_some()
        };
        let schema = Schema::compile_unless(text, is_known).map_err(|error| error.to_string())?;
        let mut fields = Vec::new();
        collect_fields(schema.source(), &mut fields)?;
        if fields.is_empty() {
            return Err("`schema` names no field of an account, so it requires nothing".to_owned());
        }
        if fields.contains(&Field::Password) {
            return Err("`schema` names the password, which no schema may see".to_owned());
        }
        Ok(Self { schema, fields, matcher })
    }
}

/// What would be put to an object that holds only the fields that the schema names.
const WITHOUT_EFFECT: [&str; 4] =
    ["additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties"];

/// Adds the fields that a schema names, in `properties`, `required` and the like.
fn collect_fields(schema: &Value, fields: &mut Vec<Field>) -> Result<(), String> {
    let Value::Object(members) = schema else {
        return schema.as_array().into_iter().flatten().try_for_each(|item| collect_fields(item, fields));
    };
    for (keyword, value) in members {
        match keyword.as_str() {
            "const" | "enum" | "default" | "examples" => continue,
            word if WITHOUT_EFFECT.contains(&word) => {
                return Err(format!("{} in `schema` has no effect: name the fields under `properties`", quoted(word)));
            }
            "required" => {
                let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                names.into_iter().try_for_each(|name| add_field(name, fields))?;
            }
            "properties" | "dependentRequired" | "dependentSchemas" => {
                for (name, below) in value.as_object().into_iter().flatten() {
                    add_field(name, fields)?;
                    match below {
                        Value::Array(names) => {
                            names.iter().filter_map(Value::as_str).try_for_each(|name| add_field(name, fields))?;
                        }
                        below => collect_fields(below, fields)?,
                    }
                }
            }
            "$defs" => value.as_object().into_iter().flatten().try_for_each(|(_, one)| collect_fields(one, fields))?,
            keyword if keyword.starts_with("x-") => {}
            _ => collect_fields(value, fields)?,
        }
    }
    Ok(())
}

fn add_field(name: &str, fields: &mut Vec<Field>) -> Result<(), String> {
    let Some(field) = Field::by_name(name) else {
        let meant = nearest(name, Field::ALL.iter().map(|field| field.name()));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {}?", quoted(meant)));
        return Err(format!("`schema` names {}, which is not a field of an account{meant}", quoted(name)));
    };
    if !fields.contains(&field) {
        fields.push(field);
    }
    Ok(())
}

impl RecordCheck for SchemaCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn has_several_fields(&self) -> bool {
        self.fields.len() > 1
    }

    fn asks(&self, field: Field) -> Option<Vec<TextTest<'_>>> {
        let mut tests = Vec::new();
        self.matcher.as_ref()?.tests_of(field, &mut tests);
        Some(tests)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        if let Some(matcher) = &self.matcher {
            let mut cells = Vec::with_capacity(self.fields.len());
            for field in &self.fields {
                match cell_value(record, *field, site) {
                    Some(value) => cells.push((*field, value)),
                    None => return Judgement::NotDeterminable(Reason::NotCarried(*field)),
                }
            }
            if matcher.accepts(Instance::Record(&cells)) {
                return Judgement::Pass;
            }
        }
        let mut tree = Tree::new();
        let object = tree.open(NodeKind::Object, record.span().start);
        for field in &self.fields {
            if !put(&mut tree, record, *field, site) {
                return Judgement::NotDeterminable(Reason::NotCarried(*field));
            }
        }
        tree.close(object, record.span().end);
        let root = tree.root("", 0).expect("internal error: the tree was just filled");
        Judgement::of(self.schema.check(root).into_iter().map(|fault| self.violation(record, site, fault)).collect())
    }
}

/// What a cell holds; `None` if the input has no such cells.
fn cell_value<'r>(record: &'r dyn Record, field: Field, site: &Site) -> Option<CellValue<'r>> {
    if field.is_list() {
        return match record.list(field, &site.lists) {
            ListCell::Absent => None,
            ListCell::Blank(_) => Some(CellValue::Blank),
            ListCell::Items(list) => Some(CellValue::List(list.items)),
        };
    }
    match record.cell(field) {
        Cell::Absent => None,
        Cell::Blank(_) => Some(CellValue::Blank),
        Cell::Value(value) => Some(CellValue::Text(value.text)),
    }
}

/// Puts a cell into the open object; false if the input has no such cells.
fn put(tree: &mut Tree, record: &dyn Record, field: Field, site: &Site) -> bool {
    let name = ScalarText::Decoded(field.name());
    if field.is_list() {
        match record.list(field, &site.lists) {
            ListCell::Absent => return false,
            ListCell::Blank(_) => {}
            ListCell::Items(list) => {
                tree.key(list.whole, name);
                let array = tree.open(NodeKind::Array, list.whole.start);
                for item in &list.items {
                    tree.scalar(NodeKind::String, item.span, item.span, ScalarText::Decoded(&item.text));
                }
                tree.close(array, list.whole.end);
            }
        }
        return true;
    }
    match record.cell(field) {
        Cell::Absent => false,
        Cell::Blank(_) => true,
        Cell::Value(value) => {
            tree.key(value.span, name);
            tree.scalar(NodeKind::String, value.span, value.span, ScalarText::Decoded(&value.text));
            true
        }
    }
}

impl SchemaCheck {
    fn violation(&self, record: &dyn Record, site: &Site, found: SchemaFault) -> Violation {
        let field = match found.pointer.first() {
            Some(PathStep::Key(key)) => Field::by_name(key),
            Some(PathStep::Index(_)) | None => None,
        };
        // A key that is missing is a blank cell.
        if let Some((field, span)) = field.and_then(|field| Some((field, blank_span(record, field, site)?))) {
            let message = format!("the {} is blank", field.label());
            return Violation::new(field, "", SpanLabel::new(span), message).of_fields(Some(field));
        }
        let span = found.fault.labels.first().map_or(record.span(), |label| label.span);
        let span = if field.is_none() { Span::new(record.span().start, record.span().end) } else { span };
        let value = field.map_or_else(
            || {
                let texts: Vec<_> = self.fields.iter().map(|field| text(record, *field, site)).collect();
                canonical_list(texts.iter().map(String::as_str))
            },
            |field| text(record, field, site),
        );
        let violation = Violation::new(field.unwrap_or(Field::UserName), "", SpanLabel::new(span), found.fault.message);
        // One rule may find several faults in one field.
        let item = violation.message.clone();
        violation.of_fields(field).with_canonical_value(value).of_item(item)
    }
}

/// Where a blank cell is.
fn blank_span(record: &dyn Record, field: Field, site: &Site) -> Option<Span> {
    match (field.is_list(), record.cell(field)) {
        (false, Cell::Blank(span)) => Some(span),
        (true, _) => match record.list(field, &site.lists) {
            ListCell::Blank(span) => Some(span),
            _ => None,
        },
        _ => None,
    }
}

/// A cell in a form that no input format changes.
fn text(record: &dyn Record, field: Field, site: &Site) -> String {
    match record.list(field, &site.lists) {
        ListCell::Items(list) if field.is_list() => canonical_list(list.items.iter().map(|item| item.text.as_ref())),
        _ => record.text(field).unwrap_or_default().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_cannot_work_is_refused() {
        for (schema, why) in [
            ("{", "JSON"),
            (r#"{"patern": "x"}"#, "patern"),
            (r#"{"required": ["password"]}"#, "password"),
            (r#"{"$ref": "https://acme.example/x"}"#, "leaves the schema"),
            (r#"{"type": "object"}"#, "requires nothing"),
            (r#"{"required": ["employe-id"]}"#, "did you mean `employee-id`"),
            (r#"{"required": ["team"], "allOf": [{"properties": {"rolls": {}}}]}"#, "`rolls`"),
            (r#"{"required": ["team"], "additionalProperties": false}"#, "has no effect"),
            (r#"{"properties": {"team": {"pattern": "(?=a)"}}}"#, "pattern"),
        ] {
            let refused = SchemaCheck::compile(schema).err().unwrap_or_else(|| panic!("{schema} was taken"));
            assert!(refused.contains(why), "{schema}: {refused}");
        }
        let taken = SchemaCheck::compile(r#"{"required": ["team"], "properties": {"roles": {"maxItems": 2}}}"#);
        assert_eq!(taken.expect("it can work").fields, [Field::Team, Field::Roles]);
    }
}
