//! Names that say an account is an integration's: a whole word such as `api` or `svc`, or letters that look like one.
//!
//! Every account is asked, so that nothing here looks a letter up in tables of Unicode unless it is next to such a word.

use crate::record::confusables::{has_lookalikes, visual_skeleton};
use crate::record::{Field, Record};

/// The words that say, as a whole word in any ASCII case, that an account is an integration's, by their first letter.
const fn words_with(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["api", "automation"],
        b'b' => &["bot"],
        b'c' => &["connector"],
        b'i' => &["integration"],
        b's' => &["service", "svc", "sync"],
        _ => &[],
    }
}

/// What the names of an account say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrationName {
    /// It is an integration's.
    Plain,
    /// It is one in letters that only look like the word.
    Imitated,
}

/// What the names of an account say of an integration, if anything.
#[must_use]
pub fn integration_name(record: &impl Record) -> Option<IntegrationName> {
    let mut is_beyond_ascii = false;
    let says_so = |text: &str| {
        is_beyond_ascii |= !text.is_ascii();
        has_integration_word(text)
    };
    if any_name(record, says_so) {
        return Some(IntegrationName::Plain);
    }
    (is_beyond_ascii && any_name(record, imitates_integration_word)).then_some(IntegrationName::Imitated)
}

/// True if a whole word of `text` is one that integrations have in their names.
#[must_use]
pub fn has_integration_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(first) = bytes.get(start) {
        if words_with(*first).iter().any(|word| has_at(text, start, word)) {
            return true;
        }
        let is_separator = |byte: &u8| !byte.is_ascii_alphanumeric();
        let Some(length) = bytes[start..].iter().position(is_separator) else { return false };
        start += length + 1;
    }
    false
}

/// True if `word` is at byte `start` of `text`, and no letter or digit is joined to it on either side.
fn has_at(text: &str, start: usize, word: &str) -> bool {
    let end = start + word.len();
    let is_joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.as_bytes().get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
        && !is_joined(text[end..].chars().next())
        && !is_joined(text[..start].chars().next_back())
}

/// True if characters that imitate others make a word of integrations.
fn imitates_integration_word(text: &str) -> bool {
    has_lookalikes(text) && has_integration_word(&visual_skeleton(text))
}

/// Asks the names of an account in turn: of a user name, what comes before its last `@`.
fn any_name(record: &impl Record, mut says_so: impl FnMut(&str) -> bool) -> bool {
    let local = |name: &'_ str| memchr::memrchr(b'@', name.as_bytes()).unwrap_or(name.len());
    record.text(Field::FirstName).is_some_and(|name| says_so(&name))
        || record.text(Field::LastName).is_some_and(|name| says_so(&name))
        || record.text(Field::UserName).is_some_and(|name| says_so(&name[..local(&name)]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, without a short cut.
    fn is_any_token_a_word(text: &str) -> bool {
        let words = ["api", "integration", "service", "svc", "bot", "connector", "sync", "automation"];
        let is_word = |token: &str| words.iter().any(|word| token.eq_ignore_ascii_case(word));
        text.split(|c: char| !c.is_alphanumeric()).any(is_word)
    }

    proptest! {
        #[test]
        fn a_word_is_found_where_a_whole_token_is_one(text in "([aA][pP][iI]|integration|SERVICE|bot|svc|Connector|sync|automation|é|ß|٣|Ⅷ|\u{301}|\u{200b}|[-._ x7]){0,6}") {
            prop_assert_eq!(has_integration_word(&text), is_any_token_a_word(&text), "{:?}", text);
        }

        #[test]
        fn a_text_without_look_alikes_looks_like_its_small_letters(text in "([a-zA-Z0-9.@-]|[À-ſ]|[Ѐ-ӿ]|\u{301}|\u{200b}|ﬁ){0,8}") {
            prop_assert!(has_lookalikes(&text) || visual_skeleton(&text) == text.to_ascii_lowercase(), "{:?}", text);
        }
    }
}
