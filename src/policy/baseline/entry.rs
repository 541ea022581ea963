//! An entry of a baseline: one line, with its keys in one order.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::diagnostic::Severity;
use crate::diagnostic::identification::Side;
use crate::record::date::Date;

/// The most bytes of a reason.
pub const MAX_REASON: usize = 2000;

/// An entry. Only identity and state are compared; all else is for people, and to say what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineEntry {
    pub identity: u128,
    pub state: u128,
    /// The rule as it is called now.
    pub rule: Arc<str>,
    pub side: Side,
    /// Whose finding it is, as a keyed hash; `None` for the tenant, and in a file that does not say.
    pub subject: Option<u64>,
    /// The guilty fields, if the rule may fail on several.
    pub field: Option<Arc<str>>,
    /// The user name, if the baseline was made with names.
    pub account: Option<String>,
    pub severity: Severity,
    pub since: Date,
    /// The beginning of the demand's digest: it tells whether the rule has changed.
    pub demand: Option<u64>,
    pub reason: Option<Arc<str>>,
    /// Where its line begins.
    pub byte: u64,
}

/// The first digits of a demand's digest.
pub fn demand_prefix(demand: &str) -> Option<u64> {
    Digits::<12>::read(demand.strip_prefix("sha256:")?.get(..12)?).map(|digits| digits as u64)
}

/// A line as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryLine<'t> {
    #[serde(deserialize_with = "by_text::<Digits<32>, _>")]
    pub identity: u128,
    #[serde(deserialize_with = "by_text::<Digits<32>, _>")]
    pub state: u128,
    #[serde(borrow)]
    pub rule: Cow<'t, str>,
    #[serde(deserialize_with = "by_text::<SideWord, _>")]
    pub side: Side,
    #[serde(default, deserialize_with = "some_by_text::<Digits<16>, _>")]
    pub subject: Option<u128>,
    #[serde(borrow)]
    pub field: Option<Cow<'t, str>>,
    pub account: Option<String>,
    #[serde(deserialize_with = "by_text::<SeverityWord, _>")]
    pub severity: Severity,
    #[serde(deserialize_with = "by_text::<Day, _>")]
    pub since: Date,
    #[serde(default, deserialize_with = "some_by_text::<Digits<12>, _>")]
    pub demand: Option<u128>,
    pub reason: Option<String>,
}

impl<'t> EntryLine<'t> {
    /// Reads a line that is written as [`BaselineEntry::line`] writes it, without account, reason and escapes: most are.
    pub fn plain(line: &'t str) -> Option<Self> {
        let mut rest = line.strip_prefix('{')?.strip_suffix('}')?;
        let mut value = |key: &str| {
            let after = rest.strip_prefix('"')?.strip_prefix(key)?.strip_prefix("\":\"")?;
            let (value, after) = after.split_at(memchr::memchr(b'"', after.as_bytes())?);
            let after = &after[1..];
            rest = match after.strip_prefix(',') {
                Some(next) if next.starts_with('"') => next,
                None if after.is_empty() => after,
                _ => return None,
            };
            Some(value)
        };
        let (identity, state) = (hash_number(value("identity")?)?, hash_number(value("state")?)?);
        let (rule, side) = (value("rule")?, SideWord::read(value("side")?)?);
        let subject = value("subject").map(Digits::<16>::read);
        let field = value("field");
        let (severity, since) = (SeverityWord::read(value("severity")?)?, Date::from_iso(value("since")?)?);
        let demand = value("demand").map(Digits::<12>::read);
        let is_plain = |text: &str| text.bytes().all(|byte| byte >= b' ' && byte != b'\\');
        let is_whole = rest.is_empty() && is_plain(rule) && field.is_none_or(is_plain);
        is_whole.then_some(Self {
            identity,
            state,
            rule: Cow::Borrowed(rule),
            side,
            subject: if subject.is_some() { Some(subject.flatten()?) } else { None },
            field: field.map(Cow::Borrowed),
            account: None,
            severity,
            since,
            demand: if demand.is_some() { Some(demand.flatten()?) } else { None },
            reason: None,
        })
    }
}

/// A line as it is written.
#[derive(Serialize)]
struct WrittenEntry<'a> {
    identity: String,
    state: String,
    rule: &'a str,
    side: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    severity: &'a str,
    since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    demand: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl BaselineEntry {
    /// The line of the entry, without its end.
    pub fn line(&self) -> String {
        let written = WrittenEntry {
            identity: format!("{:032x}", self.identity),
            state: format!("{:032x}", self.state),
            rule: &self.rule,
            side: self.side.word(),
            subject: self.subject.map(|subject| format!("{subject:016x}")),
            field: self.field.as_deref(),
            account: self.account.as_deref(),
            severity: self.severity.word(),
            since: self.since.to_string(),
            demand: self.demand.map(|demand| format!("{demand:012x}")),
            reason: self.reason.as_deref(),
        };
        serde_json::to_string(&written).expect("internal error: an entry can be written")
    }
}

/// What a text is read as.
trait EntryText {
    type Value;
    fn read(text: &str) -> Option<Self::Value>;
}

/// So many hexadecimal digits, in lower case.
struct Digits<const COUNT: usize>;
struct SideWord;
struct SeverityWord;
struct Day;

impl<const COUNT: usize> EntryText for Digits<COUNT> {
    type Value = u128;

    fn read(text: &str) -> Option<u128> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let add = |number: u128, byte: u8| Some(number << 4 | u128::from(digit(byte)?));
        (text.len() == COUNT).then(|| text.bytes().try_fold(0, add)).flatten()
    }
}

impl EntryText for SideWord {
    type Value = Side;

    fn read(text: &str) -> Option<Side> {
        Side::by_word(text)
    }
}

impl EntryText for SeverityWord {
    type Value = Severity;

    fn read(text: &str) -> Option<Severity> {
        Severity::by_word(text)
    }
}

impl EntryText for Day {
    type Value = Date;

    fn read(text: &str) -> Option<Date> {
        Date::from_iso(text)
    }
}

/// A hash as reports write it.
pub fn hash_number(digits: &str) -> Option<u128> {
    Digits::<32>::read(digits)
}

struct TextVisitor<F>(PhantomData<F>);

impl<F: EntryText> Visitor<'_> for TextVisitor<F> {
    type Value = F::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text of its form")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<F::Value, E> {
        F::read(text).ok_or_else(|| E::custom("another form"))
    }
}

fn by_text<'de, F: EntryText, D: Deserializer<'de>>(from: D) -> Result<F::Value, D::Error> {
    from.deserialize_str(TextVisitor::<F>(PhantomData))
}

fn some_by_text<'de, F: EntryText, D: Deserializer<'de>>(from: D) -> Result<Option<F::Value>, D::Error> {
    by_text::<F, D>(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"identity":"0123456789abcdef0123456789abcdef","state":"fedcba9876543210fedcba9876543210","rule":"r","side":"export","subject":"0123456789abcdef","field":"active","severity":"error","since":"2026-11-21","demand":"0123456789ab"}"#;

    /// What is read without a parser of JSON is what that would have read, and nothing else is.
    #[test]
    fn a_plain_line_is_read_as_json_would_be() {
        let read = |line: &str| EntryLine::plain(line).map(|read| (read.identity, read.rule.into_owned(), read.since));
        let by_serde = |line: &str| {
            let read = serde_json::from_str::<EntryLine<'_>>(line).ok()?;
            Some((read.identity, read.rule.into_owned(), read.since))
        };
        assert!(read(LINE).is_some());
        for at in 0..LINE.len() {
            for with in ["", "\"", ",", "\\", "\n", "0", "}", ":"] {
                for line in [LINE[..at].to_owned() + with + &LINE[at + 1..], LINE[..at].to_owned() + with + &LINE[at..]]
                {
                    assert!(read(&line).is_none_or(|read| Some(read) == by_serde(&line)), "{line}");
                }
            }
        }
        for key in ["subject", "field", "demand"] {
            let start = LINE.find(&format!(",\"{key}\"")).expect("a key");
            let end = LINE[start + 1..].find([',', '}']).expect("its end") + start + 1;
            let line = LINE[..start].to_owned() + &LINE[end..];
            assert_eq!(read(&line), by_serde(&line));
            assert!(read(&line).is_some(), "{line}");
        }
    }
}
