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
    /// Whose finding it is, as a keyed hash; `None` for the tenant, and in a file that does not say.
    pub subject: Option<u64>,
    /// The user name, if the baseline was made with names.
    pub account: Option<Box<str>>,
    pub terms: Arc<EntryTerms>,
    /// Where its line begins.
    pub byte: u64,
}

/// What of an entry is not about one account: most entries share it with many others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryTerms {
    /// The rule as it is called now.
    pub rule: Arc<str>,
    pub side: Side,
    /// The guilty fields, if the rule may fail on several.
    pub field: Option<Box<str>>,
    pub severity: Severity,
    pub since: Date,
    /// The beginning of the demand's digest: it tells whether the rule has changed.
    pub demand: Option<u64>,
    pub reason: Option<Arc<str>>,
}

/// The first digits of a demand's digest.
pub fn demand_prefix(demand: &str) -> Option<u64> {
    Digits::<12>::read(demand.strip_prefix("sha256:")?.get(..12)?).map(|digits| digits as u64)
}

/// A line as it is read.
#[derive(Debug, PartialEq, Eq)]
pub struct EntryLine<'t> {
    pub identity: u128,
    pub state: u128,
    pub subject: Option<u64>,
    pub account: Option<String>,
    pub terms: TermsText<'t>,
}

/// The terms of an entry as its line has them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermsText<'t> {
    pub rule: Cow<'t, str>,
    pub side: Side,
    pub field: Option<Cow<'t, str>>,
    pub severity: Severity,
    pub since: Date,
    pub demand: Option<u64>,
    pub reason: Option<Cow<'t, str>>,
}

/// The keys of a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryKeys<'t> {
    #[serde(deserialize_with = "by_text::<Digits<32>, _>")]
    identity: u128,
    #[serde(deserialize_with = "by_text::<Digits<32>, _>")]
    state: u128,
    #[serde(borrow)]
    rule: Cow<'t, str>,
    #[serde(deserialize_with = "by_text::<SideWord, _>")]
    side: Side,
    #[serde(default, deserialize_with = "some_by_text::<Digits<16>, _>")]
    subject: Option<u128>,
    #[serde(borrow)]
    field: Option<Cow<'t, str>>,
    account: Option<String>,
    #[serde(deserialize_with = "by_text::<SeverityWord, _>")]
    severity: Severity,
    #[serde(deserialize_with = "by_text::<Day, _>")]
    since: Date,
    #[serde(default, deserialize_with = "some_by_text::<Digits<12>, _>")]
    demand: Option<u128>,
    #[serde(borrow)]
    reason: Option<Cow<'t, str>>,
}

impl<'t> EntryLine<'t> {
    /// Reads a line of any layout.
    pub fn parse(line: &'t str) -> Option<Self> {
        let keys: EntryKeys<'t> = serde_json::from_str(line).ok()?;
        let EntryKeys { identity, state, rule, side, subject, field, account, severity, since, demand, reason } = keys;
        let (subject, demand) = (subject.map(|subject| subject as u64), demand.map(|demand| demand as u64));
        let terms = TermsText { rule, side, field, severity, since, demand, reason };
        Some(Self { identity, state, subject, account, terms })
    }

    /// Reads a line that is written as [`BaselineEntry::line`] writes it, without escapes: most are.
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
        let (field, account) = (value("field"), value("account"));
        let (severity, since) = (SeverityWord::read(value("severity")?)?, Date::from_iso(value("since")?)?);
        let demand = value("demand").map(Digits::<12>::read);
        let reason = value("reason");
        let is_plain = |text: &str| text.bytes().all(|byte| byte >= b' ' && byte != b'\\');
        let is_whole = rest.is_empty() && [Some(rule), field, account, reason].into_iter().flatten().all(is_plain);
        let short = |digits: Option<u128>| digits.map(|digits| digits as u64);
        let demand = if demand.is_some() { Some(short(demand.flatten())?) } else { None };
        let terms = TermsText {
            rule: Cow::Borrowed(rule),
            side,
            field: field.map(Cow::Borrowed),
            severity,
            since,
            demand,
            reason: reason.map(Cow::Borrowed),
        };
        let subject = if subject.is_some() { Some(short(subject.flatten())?) } else { None };
        is_whole.then(|| Self { identity, state, subject, account: account.map(str::to_owned), terms })
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
        let terms = &*self.terms;
        let written = WrittenEntry {
            identity: format!("{:032x}", self.identity),
            state: format!("{:032x}", self.state),
            rule: &terms.rule,
            side: terms.side.word(),
            subject: self.subject.map(|subject| format!("{subject:016x}")),
            field: terms.field.as_deref(),
            account: self.account.as_deref(),
            severity: terms.severity.word(),
            since: terms.since.to_string(),
            demand: terms.demand.map(|demand| format!("{demand:012x}")),
            reason: terms.reason.as_deref(),
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
        // Numbers of 128 bits are slow to shift.
        let (upper, lower) =
            text.as_bytes().split_at_checked(COUNT.saturating_sub(16)).filter(|_| text.len() == COUNT)?;
        Some(u128::from(hex_number(upper)?) << 64 | u128::from(hex_number(lower)?))
    }
}

/// At most sixteen hexadecimal digits, in lower case.
fn hex_number(digits: &[u8]) -> Option<u64> {
    const NONE: u8 = 16;
    const VALUES: [u8; 256] = {
        let mut values = [NONE; 256];
        let mut value = 0;
        while value < NONE {
            values[b"0123456789abcdef"[value as usize] as usize] = value;
            value += 1;
        }
        values
    };
    let (mut number, mut seen) = (0, 0);
    for digit in digits {
        let value = VALUES[usize::from(*digit)];
        number = number << 4 | u64::from(value);
        seen |= value;
    }
    (seen < NONE).then_some(number)
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

    const LINE: &str = r#"{"identity":"0123456789abcdef0123456789abcdef","state":"fedcba9876543210fedcba9876543210","rule":"r","side":"export","subject":"0123456789abcdef","field":"active","account":"a@b","severity":"error","since":"2026-11-21","demand":"0123456789ab","reason":"für März"}"#;

    /// What is read without a parser of JSON is what that would have read, and nothing else is.
    #[test]
    fn a_plain_line_is_read_as_json_would_be() {
        fn read(line: &str) -> Option<EntryLine<'_>> {
            EntryLine::plain(line)
        }
        fn by_serde(line: &str) -> Option<EntryLine<'_>> {
            EntryLine::parse(line)
        }
        assert!(read(LINE).is_some());
        for (at, c) in LINE.char_indices() {
            let after = at + c.len_utf8();
            for with in ["", "\"", ",", "\\", "\n", "0", "}", ":"] {
                for to in [at, after] {
                    let line = [&LINE[..at], with, &LINE[to..]].concat();
                    assert!(read(&line).is_none_or(|read| Some(read) == by_serde(&line)), "{line}");
                }
            }
        }
        for key in ["subject", "field", "account", "demand", "reason"] {
            let start = LINE.find(&format!(",\"{key}\"")).expect("a key");
            let end = LINE[start + 1..].find([',', '}']).expect("its end") + start + 1;
            let line = LINE[..start].to_owned() + &LINE[end..];
            assert_eq!(read(&line), by_serde(&line));
            assert!(read(&line).is_some(), "{line}");
        }
    }
}
