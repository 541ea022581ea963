//! Names that say an account is an integration's: a whole word such as `api` or `svc`, or letters that look like one.
//!
//! Every account is asked, so that nothing here looks a letter up in tables of Unicode unless it is next to such a word.

use wide::u8x16;

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
    let says_nothing = |field| says_plainly_nothing(record, field);
    // One by one, so that each is compiled for its field.
    match says_nothing(Field::FirstName) && says_nothing(Field::LastName) && says_nothing(Field::UserName) {
        true => None,
        false => integration_name_in_full(record),
    }
}

/// As [`integration_name`], for names that need a closer look.
#[inline(never)]
fn integration_name_in_full(record: &impl Record) -> Option<IntegrationName> {
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

/// The length up to which a name is taken in at a glance, in bytes.
const MAX_GLANCE: usize = 64;

/// Bytes of one vector.
const LANE: usize = 16;

/// True if a name of the record is seen at a glance to hold no word of integrations, nor letters that imitate one. Nearly every
/// name of a person is.
#[inline(always)]
fn says_plainly_nothing(record: &impl Record, field: Field) -> bool {
    let Some((bytes, length)) = record.bytes_from(field) else { return false };
    let Some(bytes) = bytes.first_chunk().filter(|_| length <= MAX_GLANCE) else { return length == 0 };
    let glance = Glance::of(bytes, length, field == Field::UserName);
    !glance.begins_word(bytes) && (!glance.is_beyond_ascii || !record.raw_text(field).is_none_or(has_lookalikes))
}

/// Where the words of a name begin.
struct Glance {
    /// A bit for each byte with which a word of ASCII letters and digits begins.
    starts: u64,
    is_beyond_ascii: bool,
}

impl Glance {
    /// Of the first `length` bytes, or of those before their last `@`.
    #[inline(always)]
    fn of(bytes: &[u8; MAX_GLANCE], length: usize, is_address: bool) -> Self {
        let splat = u8x16::splat;
        let (mut joined, mut ats, mut beyond) = (0, 0, 0);
        for (number, lane) in bytes.as_chunks::<LANE>().0[..length.div_ceil(LANE)].iter().enumerate() {
            let lane = u8x16::from(*lane);
            let small = lane | splat(0x20);
            let is_letter = small.max(splat(b'a')).min(splat(b'z')).simd_eq(small);
            let is_digit = lane.max(splat(b'0')).min(splat(b'9')).simd_eq(lane);
            let bits = |found: u8x16| u64::from(found.to_bitmask()) << (number * LANE);
            joined |= bits(is_letter | is_digit);
            ats |= if is_address { bits(lane.simd_eq(splat(b'@'))) } else { 0 };
            beyond |= bits(lane);
        }
        let first = |count: u32| u64::MAX.checked_shr(u64::BITS - count).unwrap_or(0);
        let mut valid = first(length as u32);
        let last_at = (ats & valid).checked_ilog2();
        valid = last_at.map_or(valid, first);
        Self { starts: joined & !(joined << 1) & valid, is_beyond_ascii: beyond & valid != 0 }
    }

    /// True if some word begins like one of integrations.
    #[inline(always)]
    fn begins_word(&self, bytes: &[u8; MAX_GLANCE]) -> bool {
        let mut starts = self.starts;
        while starts != 0 {
            let at = starts.trailing_zeros() as usize;
            let (first, second) = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
            if BEGINNINGS[usize::from(first & 0x1f)] >> (second & 0x1f) & 1 == 1 {
                return true;
            }
            starts &= starts - 1;
        }
        false
    }
}

/// By the first letter of words of integrations, a bit for each second one: both by their place in the alphabet.
const BEGINNINGS: [u32; 32] = {
    let mut beginnings = [0_u32; 32];
    let mut first = b'a';
    while first <= b'z' {
        let words = words_with(first);
        let mut at = 0;
        while at < words.len() {
            beginnings[(first & 0x1f) as usize] |= 1 << (words[at].as_bytes()[1] & 0x1f);
            at += 1;
        }
        first += 1;
    }
    beginnings
};

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
        fn a_glance_misses_no_word(
            text in "([aA][pP][iI]|integration|SERVICE|bot|svc|Connector|sync|automation|é|ß|а|٣|\"|[-._ @x7]|[a-z]{9}){0,9}",
            is_address: bool,
        ) {
            let length = text.len();
            let mut bytes = text.clone().into_bytes();
            bytes.resize(MAX_GLANCE.max(length), b'a');
            let name = if is_address { text.rsplit_once('@').map_or(text.as_str(), |(local, _)| local) } else { &text };
            if let Some(bytes) = bytes.first_chunk().filter(|_| length <= MAX_GLANCE) {
                let glance = Glance::of(bytes, length, is_address);
                prop_assert!(glance.begins_word(bytes) || !is_any_token_a_word(name), "{:?}", text);
                prop_assert_eq!(glance.is_beyond_ascii, !name.is_ascii(), "{:?}", text);
            }
        }

        #[test]
        fn a_text_without_look_alikes_looks_like_its_small_letters(text in "([a-zA-Z0-9.@-]|[À-ſ]|[Ѐ-ӿ]|\u{301}|\u{200b}|ﬁ){0,8}") {
            prop_assert!(has_lookalikes(&text) || visual_skeleton(&text) == text.to_ascii_lowercase(), "{:?}", text);
        }
    }
}
