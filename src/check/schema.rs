//! `schema`: a record put to a JSON Schema, for demands of a site that no other kind foresaw.
//!
//! - **What it checks.** The record as an object: its keys are the field names, texts are strings, lists are
//!   arrays of strings, blank cells are missing.
//! - **Parameters.** `schema`: the JSON Schema (2020-12) as text; patterns run in linear time, formats count.
//! - **Example.** `[check.schema]` with `schema = '{"required": ["employee-id"]}'`.
//! - **Edge cases.** A field the schema names and the whole input lacks is not determinable. Passwords are
//!   never part of the object.

use serde::Deserialize;

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::schema::{PathStep, Schema, SchemaFault};
use crate::source::Span;
use crate::syntax::tree::{NodeKind, ScalarText, Tree};

#[derive(Deserialize)]
#[serde(try_from = "SchemaText")]
pub(crate) struct SchemaCheck {
    schema: Schema,
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaText {
    schema: String,
}

impl TryFrom<SchemaText> for SchemaCheck {
    type Error = String;

    fn try_from(written: SchemaText) -> Result<Self, String> {
        let schema = Schema::compile(&written.schema).map_err(|error| error.to_string())?;
        let named = |field: &&Field| written.schema.contains(&format!("\"{}\"", field.name()));
        let fields: Vec<_> = Field::ALL.iter().filter(named).copied().collect();
        if fields.contains(&Field::Password) {
            return Err("`schema` names the password, which no schema may see".to_owned());
        }
        Ok(Self { schema, fields })
    }
}

impl RecordCheck for SchemaCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let mut tree = Tree::new();
        let object = tree.open(NodeKind::Object, record.span().start);
        for field in &self.fields {
            if !put(&mut tree, record, *field, site) {
                return Judgement::NotDeterminable(Reason::NotCarried(*field));
            }
        }
        tree.close(object, record.span().end);
        let root = tree.root("", 0).expect("internal error: the tree was just filled");
        Judgement::of(self.schema.check(root).into_iter().map(|fault| violation(record, fault)).collect())
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

fn violation(record: &dyn Record, found: SchemaFault) -> Violation {
    let field = match found.pointer.first() {
        Some(PathStep::Key(key)) => Field::by_name(key),
        Some(PathStep::Index(_)) | None => None,
    };
    let span = found.fault.labels.first().map_or(record.span(), |label| label.span);
    let span = if field.is_none() { Span::new(record.span().start, record.span().end) } else { span };
    Violation::new(field.unwrap_or(Field::UserName), "", SpanLabel::new(span), found.fault.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_cannot_work_is_refused() {
        for schema in
            ["{", r#"{"patern": "x"}"#, r#"{"required": ["password"]}"#, r#"{"$ref": "https://acme.example/x"}"#]
        {
            assert!(SchemaCheck::try_from(SchemaText { schema: schema.to_owned() }).is_err(), "{schema}");
        }
    }
}
