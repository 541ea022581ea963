//! Waivers as a file has them, before anything is known of rules. A sound one that holds a scalar under each key is read at
//! once; only other files are parsed into a tree and put to their schema, for words and places.

use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::diagnostic::identification::Side;
use crate::record::date::Date;
use crate::source::{Span, Spanned};
use crate::syntax::toml::plain::{PlainLine, plain_lines};

#[derive(Deserialize)]
pub struct WaiverFile {
    pub waivers: Vec<WrittenWaiver>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct WrittenWaiver {
    pub id: Spanned<String>,
    pub tenant: Option<Spanned<String>>,
    pub rule: Spanned<String>,
    pub account: Option<Spanned<String>>,
    pub accounts: Option<GroupTable>,
    pub value: Option<Spanned<String>>,
    #[serde(default)]
    pub any_value: bool,
    pub license: Option<Spanned<String>>,
    pub at_most: Option<u64>,
    pub field: Option<Spanned<String>>,
    pub side: Option<String>,
    pub severity: Option<Spanned<String>>,
    pub demand: Option<String>,
    pub reason: Spanned<String>,
    pub requested_by: Option<Spanned<String>>,
    pub approved_by: Spanned<String>,
    pub approved_on: Spanned<String>,
    pub until: Spanned<String>,
    pub ticket: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct GroupTable {
    pub regex: Spanned<String>,
    pub max: u64,
}

/// The keys that a cell can hold. A group of accounts takes a table, which no cell is.
pub const KEYS: [&str; 18] = [
    "id",
    "tenant",
    "rule",
    "account",
    "value",
    "any-value",
    "license",
    "at-most",
    "field",
    "side",
    "severity",
    "demand",
    "reason",
    "requested-by",
    "approved-by",
    "approved-on",
    "until",
    "ticket",
];

/// The scalars of a waiver, each at the place of its key in [`KEYS`].
#[derive(Default)]
pub struct WaiverCells<'t>([Option<Spanned<&'t str>>; KEYS.len()]);

impl<'t> WaiverCells<'t> {
    /// `None` if the key is unknown or there already, or if the schema may have something against the value.
    pub fn set(&mut self, key: &str, value: &'t str, span: Span) -> Option<()> {
        let cell = &mut self.0[KEYS.iter().position(|one| *one == key)?];
        let is_new = cell.replace(Spanned { value, span }).is_none();
        (is_new && is_sound(key, value)).then_some(())
    }

    /// The waiver; `None` if a key is missing that every waiver has.
    pub fn written(self) -> Option<WrittenWaiver> {
        let Self(
            [
                id,
                tenant,
                rule,
                account,
                value,
                any_value,
                license,
                at_most,
                field,
                side,
                severity,
                demand,
                reason,
                requested_by,
                approved_by,
                approved_on,
                until,
                ticket,
            ],
        ) = self;
        let owned =
            |text: Option<Spanned<&str>>| text.map(|one| Spanned { value: one.value.to_owned(), span: one.span });
        let text = |text: Option<Spanned<&str>>| text.map(|one| one.value.to_owned());
        Some(WrittenWaiver {
            id: owned(id)?,
            tenant: owned(tenant),
            rule: owned(rule)?,
            account: owned(account),
            accounts: None,
            value: owned(value),
            any_value: any_value.is_some_and(|one| one.value == "true"),
            license: owned(license),
            at_most: at_most.and_then(|one| one.value.parse().ok()),
            field: owned(field),
            side: text(side),
            severity: owned(severity),
            demand: text(demand),
            reason: owned(reason)?,
            requested_by: owned(requested_by),
            approved_by: owned(approved_by)?,
            approved_on: owned(approved_on)?,
            until: owned(until)?,
            ticket: owned(ticket),
        })
    }
}

/// True if the schema has nothing against a value under this key.
fn is_sound(key: &str, value: &str) -> bool {
    let is_text = |most: usize| value.len() <= most && !value.trim().is_empty();
    match key {
        "value" => value.len() <= 10_000,
        "any-value" => matches!(value, "true" | "false"),
        "at-most" => matches!(value.as_bytes(), [b'0'] | [b'1'..=b'9', ..]) && value.parse::<u64>().is_ok(),
        "side" => [Side::Export, Side::Plan].iter().any(|side| side.word() == value),
        "severity" => Severity::by_word(value).is_some(),
        "demand" => {
            let digits = value.strip_prefix("sha256:").filter(|digits| digits.len() == 64);
            digits.is_some_and(|digits| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        }
        "reason" => is_text(2000),
        "approved-on" | "until" => Date::from_iso(value).is_some(),
        _ => is_text(320),
    }
}

/// The waivers of a file in TOML; `None` if it takes a parser, or is faulty.
pub fn of_plain_toml(text: &str) -> Option<Vec<WrittenWaiver>> {
    let mut waivers = Vec::new();
    let mut cells: Option<WaiverCells<'_>> = None;
    for line in plain_lines(text) {
        match line? {
            PlainLine::Header("waivers") => {
                waivers.extend(cells.replace(WaiverCells::default()).map(WaiverCells::written))
            }
            PlainLine::Header(_) => return None,
            PlainLine::Pair(pair) => {
                let is_bare = matches!(pair.key, "any-value" | "at-most");
                let is_day = matches!(pair.key, "approved-on" | "until");
                cells.as_mut().filter(|_| is_day || pair.is_quoted != is_bare)?.set(pair.key, pair.value, pair.span)?;
            }
        }
    }
    waivers.push(cells?.written());
    waivers.into_iter().collect()
}
