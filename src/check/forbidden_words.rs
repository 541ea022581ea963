//! `forbidden-words`: cells that may not hold certain words.
//!
//! - **What it checks.** No named field holds one of the words, whole and in any ASCII case.
//! - **Parameters.** `fields`; `words`.
//! - **Example.** `[check.forbidden-words]` with `fields = ["user-name"]` and `words = ["shared"]`.
//! - **Edge cases.** A word ends at anything that is not a letter, so `test` is in `test2` and not in `contest`. The domain
//!   of an address is not looked at. A blank cell holds no word.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, TextTest, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record, Value};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ForbiddenWordsCheck {
    fields: Vec<Field>,
    words: Vec<String>,
}

impl RecordCheck for ForbiddenWordsCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if self.fields.is_empty() || self.words.is_empty() {
            Err("`fields` and `words` must not be empty")
        } else if self.words.iter().any(|word| !word.chars().all(char::is_alphabetic)) {
            Err("a word of `words` must consist of letters")
        } else {
            Ok(())
        }
    }

    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn has_several_fields(&self) -> bool {
        self.fields.len() > 1
    }

    fn asks(&self, _: Field) -> Option<Vec<TextTest<'_>>> {
        Some(vec![TextTest::Own(self)])
    }

    fn answer(&self, text: &str, _: &Site) -> bool {
        self.word_in(text).is_some()
    }

    fn judge(&self, record: &dyn Record, _: &Site) -> Judgement {
        let mut guilty = Vec::new();
        for field in &self.fields {
            match record.cell(*field) {
                Cell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(*field)),
                Cell::Blank(_) => {}
                Cell::Value(value) => {
                    guilty.extend(self.word_in(&value.text).map(|word| (*field, value.clone(), word)))
                }
            }
        }
        if guilty.is_empty() { Judgement::Pass } else { Judgement::Fail(vec![self.violation(&guilty)]) }
    }
}

impl ForbiddenWordsCheck {
    /// The first of the words that `text` holds.
    fn word_in(&self, text: &str) -> Option<&str> {
        let name = text.rsplit_once('@').map_or(text, |(name, _)| name);
        let mut words = name.split(|c: char| !c.is_alphabetic());
        words.find_map(|word| self.words.iter().find(|known| known.eq_ignore_ascii_case(word)).map(String::as_str))
    }

    fn violation(&self, guilty: &[(Field, Value<'_>, &str)]) -> Violation {
        let (field, value, word) = &guilty[0];
        let message = format!("the {} {} holds the word `{word}`", field.label(), quoted(&value.text));
        let label = |value: &Value<'_>, word: &str| SpanLabel::from(value).with_message(format!("holds `{word}`"));
        let mut violation = Violation::new(*field, &value.text, label(value, word), message);
        if self.fields.len() > 1 {
            violation = violation.of_fields(guilty.iter().map(|(field, ..)| *field));
        }
        violation.labels.extend(guilty[1..].iter().map(|(_, value, word)| label(value, word)));
        violation
    }
}
