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
    pub account: Option<String>,
    #[serde(deserialize_with = "by_text::<SeverityWord, _>")]
    pub severity: Severity,
    #[serde(deserialize_with = "by_text::<Day, _>")]
    pub since: Date,
    #[serde(default, deserialize_with = "some_by_text::<Digits<12>, _>")]
    pub demand: Option<u128>,
    pub reason: Option<String>,
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
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_number = text.len() == COUNT && text.bytes().all(is_digit);
        is_number.then(|| u128::from_str_radix(text, 16).ok()).flatten()
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
        day(text)
    }
}

/// A day as baselines write it.
pub fn day(text: &str) -> Option<Date> {
    Date::parse(text, None).filter(|day| day.to_string() == text)
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
