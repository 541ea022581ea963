//! `pattern`: a cell that must match a regular expression, for rules of a site.
//!
//! - **What it checks.** The cell, or each item of a list, matches the whole of `regex`.
//! - **Parameters.** `field`; `regex`, in the linear-time syntax of the `regex` crate, anchored at both ends.
//! - **Example.** `[check.pattern]` with `field = "employee-id"` and `regex = 'API-\d{4}'`.
//! - **Edge cases.** A blank cell is left to `required`.

use regex::Regex;
use serde::Deserialize;

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    field: Field,
    regex: String,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl RecordCheck, String> {
    let regex =
        Regex::new(&format!("^(?:{})$", params.regex)).map_err(|_| "`regex` is no regular expression".to_owned())?;
    Ok(Pattern { field: params.field, regex })
}

struct Pattern {
    field: Field,
    regex: Regex,
}

impl RecordCheck for Pattern {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(self.field)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let absent = Judgement::NotDeterminable(Reason::NotCarried(self.field));
        let blank = Judgement::NotApplicable(Reason::Other("the cell is blank"));
        if self.field.is_list() {
            return match record.list(self.field, &site.lists) {
                ListCell::Absent => absent,
                ListCell::Blank(_) => blank,
                ListCell::Items(list) => {
                    let wrong = list.items.iter().filter(|item| !self.regex.is_match(&item.text));
                    Judgement::of(wrong.map(|item| self.violation(&item.text, SpanLabel::from(item))).collect())
                }
            };
        }
        match record.cell(self.field) {
            Cell::Absent => absent,
            Cell::Blank(_) => blank,
            Cell::Value(value) if self.regex.is_match(&value.text) => Judgement::Pass,
            Cell::Value(value) => Judgement::Fail(vec![self.violation(&value.text, SpanLabel::from(&value))]),
        }
    }
}

impl Pattern {
    fn violation(&self, text: &str, label: SpanLabel) -> Violation {
        let message = format!("the {} {} has not the form this site asks for", self.field.label(), quoted(text));
        Violation::new(self.field, text, label, message)
    }
}
