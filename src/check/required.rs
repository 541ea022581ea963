//! `required`: cells that must not be blank.
//!
//! - **What it checks.** Each named field holds a value; a list holds at least one item.
//! - **Parameters.** `fields`: the fields.
//! - **Example.** `[check.required]` with `fields = ["team"]`.
//! - **Edge cases.** A cell of spaces is blank. A field the whole input lacks is not determinable.

use serde::Deserialize;

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::source::Span;

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    fields: Vec<Field>,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl RecordCheck, String> {
    if params.fields.is_empty() {
        return Err("`fields` names no field".to_owned());
    }
    Ok(Required { fields: params.fields })
}

struct Required {
    fields: Vec<Field>,
}

enum Content {
    Absent,
    Blank(Span),
    Something,
}

impl RecordCheck for Required {
    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let mut blanks = Vec::new();
        for field in &self.fields {
            match content(record, *field, site) {
                Content::Absent => return Judgement::NotDeterminable(Reason::NotCarried(*field)),
                Content::Blank(span) => blanks.push((*field, span)),
                Content::Something => {}
            }
        }
        let Some((field, _)) = blanks.first().copied() else { return Judgement::Pass };
        let words: Vec<_> = blanks.iter().map(|(field, _)| field.label()).collect();
        let message = match blanks.len() {
            1 if field.is_list() => format!("no {} are set", field.label()),
            1 => format!("the {} is blank", field.label()),
            _ => format!("the {} are blank", words.join(" and the ")),
        };
        let mut violation =
            Violation::new(field, "", SpanLabel::new(blanks[0].1).with_message("nothing here"), message);
        violation.labels.extend(blanks[1..].iter().map(|(_, span)| SpanLabel::new(*span).with_message("nor here")));
        Judgement::Fail(vec![violation])
    }
}

fn content(record: &dyn Record, field: Field, site: &Site) -> Content {
    if field.is_list() {
        return match record.list(field, &site.lists) {
            ListCell::Absent => Content::Absent,
            ListCell::Blank(span) => Content::Blank(span),
            ListCell::Items(_) => Content::Something,
        };
    }
    match record.cell(field) {
        Cell::Absent => Content::Absent,
        Cell::Blank(span) => Content::Blank(span),
        Cell::Value(_) => Content::Something,
    }
}
