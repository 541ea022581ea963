//! `pattern`: a cell that must match a regular expression, for rules of a site.
//!
//! - **What it checks.** The cell, or each item of a list, matches the whole of `regex`.
//! - **Parameters.** `field`; `regex`, in the linear-time syntax of the `regex` crate, anchored at both ends.
//! - **Example.** `[check.pattern]` with `field = "employee-id"` and `regex = 'API-\d{4}'`.
//! - **Edge cases.** A blank cell is left to `required`.

use regex_syntax::ast::parse::Parser;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Judgement, Reason, RecordCheck, TextTest, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::list::ListCell;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use crate::schema::LazyRegex;
use crate::syntax::tree::de::SafeMessage;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PatternCheck {
    field: Field,
    #[serde(deserialize_with = "whole_match", serialize_with = "as_given")]
    regex: LazyRegex,
}

const REFUSED: &str = "expected a regular expression that runs in linear time: `regex` is broken, too large, or needs \
    look-around or back-references";

fn whole_match<'de, D: Deserializer<'de>>(text: D) -> Result<LazyRegex, D::Error> {
    let regex = String::deserialize(text)?;
    // Parsed alone as well if it closes a group: `a)|(?:b` would be two patterns, each anchored at one end.
    let is_whole = !regex.contains(')') || Parser::new().parse(&regex).is_ok();
    let whole = if is_whole { LazyRegex::new(format!("^(?:{regex})$")) } else { None };
    whole.ok_or_else(|| D::Error::custom(SafeMessage(REFUSED)))
}

fn as_given<S: Serializer>(regex: &LazyRegex, serializer: S) -> Result<S::Ok, S::Error> {
    let whole = regex.as_str();
    serializer.serialize_str(whole.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(whole))
}

impl RecordCheck for PatternCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(self.field)
    }

    fn asks(&self, _: Field) -> Option<Vec<TextTest<'_>>> {
        Some(vec![TextTest::Pattern(&self.regex)])
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
                    Judgement::of(
                        wrong
                            .map(|item| self.violation(&item.text, SpanLabel::from(item)).of_item(&*item.text))
                            .collect(),
                    )
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

impl PatternCheck {
    fn violation(&self, text: &str, label: SpanLabel) -> Violation {
        let message = format!("the {} {} does not match this site's pattern", self.field.label(), quoted(text));
        Violation::new(self.field, text, label, message)
    }
}
