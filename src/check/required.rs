//! `required`: cells that must not be blank.
//!
//! - **What it checks.** Each named field holds a value; a list holds at least one item.
//! - **Parameters.** `fields`: the fields.
//! - **Example.** `[check.required]` with `fields = ["team"]`.
//! - **Edge cases.** A cell of spaces is blank, and one of which nothing can be seen. A field the whole input lacks is not determinable.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, TextTest, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::is_blank;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::source::Span;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RequiredCheck {
    fields: Vec<Field>,
}

enum Presence {
    Absent,
    Blank(Span),
    Present,
}

impl RecordCheck for RequiredCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if self.fields.is_empty() { Err("`fields` is empty") } else { Ok(()) }
    }

    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn distinguishes_days(&self) -> bool {
        false
    }

    fn has_several_fields(&self) -> bool {
        self.fields.len() > 1
    }

    fn asks(&self, _: Field) -> Option<Vec<TextTest<'_>>> {
        Some(Vec::new())
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let mut blanks = Vec::new();
        for field in &self.fields {
            match presence(record, *field, site) {
                Presence::Absent => return Judgement::NotDeterminable(Reason::NotCarried(*field)),
                Presence::Blank(span) => blanks.push((*field, span)),
                Presence::Present => {}
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
        if self.fields.len() > 1 {
            violation = violation.of_fields(blanks.iter().map(|(field, _)| *field));
        }
        violation.labels.extend(blanks[1..].iter().map(|(_, span)| SpanLabel::new(*span).with_message("nor here")));
        Judgement::Fail(vec![violation])
    }
}

fn presence(record: &dyn Record, field: Field, site: &Site) -> Presence {
    if field.is_list() {
        return match record.list(field, &site.lists) {
            ListCell::Absent => Presence::Absent,
            ListCell::Blank(span) => Presence::Blank(span),
            ListCell::Items(_) => Presence::Present,
        };
    }
    match record.cell(field) {
        Cell::Absent => Presence::Absent,
        Cell::Blank(span) => Presence::Blank(span),
        Cell::Value(value) if is_blank(&value.text) => Presence::Blank(value.span),
        Cell::Value(_) => Presence::Present,
    }
}
