//! `words`: cells of which one must hold a word of purpose.
//!
//! - **What it checks.** Some named field holds, as a whole word in any ASCII case, one of the words, one the
//!   site added, or a word of a declared integration's name.
//! - **Parameters.** `fields`; `words`; `placeholders`: words that look like content, which
//!   never count as words of purpose.
//! - **Example.** `[check.words]` with `fields = ["first-name", "last-name"]`.
//! - **Edge cases.** A record with a blank among the fields is left to the rule about blanks. A word ends at
//!   anything that is neither letter nor digit.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, TextTest, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record, Value};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WordsCheck {
    fields: Vec<Field>,
    words: Vec<String>,
    #[serde(default)]
    placeholders: Vec<String>,
}

impl RecordCheck for WordsCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if self.fields.is_empty() || self.words.is_empty() {
            Err("`fields` and `words` must not be empty")
        } else {
            Ok(())
        }
    }

    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    fn asks(&self, _: Field) -> Option<Vec<TextTest<'_>>> {
        Some(vec![TextTest::Own(self)])
    }

    fn answer(&self, text: &str, site: &Site) -> bool {
        self.has_purpose(text, site)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let mut values = Vec::with_capacity(self.fields.len());
        let mut has_blank = false;
        for field in &self.fields {
            match record.cell(*field) {
                Cell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(*field)),
                Cell::Blank(_) => has_blank = true,
                Cell::Value(value) => values.push((*field, value)),
            }
        }
        if has_blank {
            return Judgement::NotApplicable(Reason::Other("a name is blank, which is another finding"));
        }
        if values.iter().any(|(_, value)| self.has_purpose(&value.text, site)) {
            return Judgement::Pass;
        }
        Judgement::Fail(vec![self.violation(&values, site)])
    }
}

impl WordsCheck {
    fn has_purpose(&self, text: &str, site: &Site) -> bool {
        words(text).any(|word| !self.is_placeholder(word, site) && self.is_word_of_purpose(word, site))
    }

    fn is_word_of_purpose(&self, word: &str, site: &Site) -> bool {
        let is_in = |list: &[String]| list.iter().any(|entry| entry.eq_ignore_ascii_case(word));
        let names_integration = || {
            let declared = site.catalogue.integrations.iter().flatten();
            declared.flat_map(|integration| words(&integration.name)).any(|part| part.eq_ignore_ascii_case(word))
        };
        is_in(&self.words) || is_in(&site.purpose_words) || names_integration()
    }

    fn is_placeholder(&self, word: &str, site: &Site) -> bool {
        self.placeholders.iter().chain(&site.placeholders).any(|entry| entry.eq_ignore_ascii_case(word))
    }

    fn violation(&self, values: &[(Field, Value<'_>)], site: &Site) -> Violation {
        let text = values.iter().map(|(_, value)| value.text.as_ref()).collect::<Vec<_>>().join(" ");
        let is_filler = words(&text).all(|word| self.is_placeholder(word, site));
        let why = if is_filler { "a placeholder" } else { "no word that says what it is for" };
        let message = format!("the name {} does not say what the account is for", quoted(&text));
        let (field, first) = &values[0];
        let violation = Violation::new(*field, &text, SpanLabel::from(first).with_message(why), message);
        if values.len() > 1 { violation.of_fields(values.iter().map(|(field, _)| *field)) } else { violation }
    }
}

/// The whole words of a name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
