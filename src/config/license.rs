//! A licence as `rolecall.toml` writes it: seats, who takes them, what they cost.

use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::record::date::Date;
use crate::record::pool::{LicenseTerms, OveragePolicy, OwnedSeats, Period};
use crate::source::{Span, Spanned};

/// A licence.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct License {
    seats: Option<Spanned<Seats>>,
    pub(super) roles: Vec<String>,
    warn_at: Option<f64>,
    pub(super) labels: Vec<String>,
    over: Option<String>,
    committed: Option<u64>,
    price: Option<String>,
    over_price: Option<String>,
    /// Another spelling of the same key.
    #[serde(rename = "over_price")]
    over_price_too: Option<Spanned<String>>,
    currency: Option<String>,
    period: Option<String>,
}

/// One number, or numbers from certain days on.
#[derive(Clone, Debug)]
enum Seats {
    Always(u64),
    From(Vec<SeatsFrom>),
}

#[derive(Clone, Debug, Deserialize)]
struct SeatsFrom {
    from: Spanned<String>,
    count: Spanned<u64>,
}

impl<'de> Deserialize<'de> for Seats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SeatsVisitor)
    }
}

struct SeatsVisitor;

impl<'de> Visitor<'de> for SeatsVisitor {
    type Value = Seats;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of seats, or a list of them by day")
    }

    fn visit_u64<E>(self, seats: u64) -> Result<Seats, E> {
        Ok(Seats::Always(seats))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Seats, A::Error> {
        let mut seats = Vec::new();
        while let Some(one) = access.next_element()? {
            seats.push(one);
        }
        Ok(Seats::From(seats))
    }
}

/// Seats of a day, with the places of the day and of the number.
pub(super) struct Declaration {
    pub(super) holding: OwnedSeats,
    pub(super) day: Option<Span>,
    pub(super) seats: Span,
}

impl License {
    /// The seats owned from which days on, in the order of the days. The schema holds days and numbers to their forms.
    pub(super) fn declarations(&self) -> Vec<Declaration> {
        let Some(seats) = &self.seats else { return Vec::new() };
        match &seats.value {
            Seats::Always(count) => {
                let holding = OwnedSeats { from: None, seats: *count, declared: None };
                vec![Declaration { holding, day: None, seats: seats.span }]
            }
            Seats::From(list) => {
                let mut all: Vec<_> = list.iter().map(Declaration::of).collect();
                all.sort_by_key(|one| (one.holding.from, one.seats));
                all
            }
        }
    }

    /// The warning mark in millionths.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the schema holds the mark between 0 and 1"
    )]
    pub(super) fn mark(&self) -> Option<u64> {
        self.warn_at.map(|mark| (mark * 1e6).round() as u64)
    }

    /// What becomes of seats beyond those owned.
    pub(super) fn over(&self) -> Option<OveragePolicy> {
        self.over.as_deref().and_then(OveragePolicy::by_word)
    }

    /// The second spelling of a price that is given in the first one too.
    pub(super) fn price_given_twice(&self) -> Option<Span> {
        self.over_price_too.as_ref().filter(|_| self.over_price.is_some()).map(|price| price.span)
    }

    /// What it costs.
    pub(super) fn terms(&self) -> LicenseTerms {
        let money = |text: &String| Decimal::from_str_exact(text).expect("internal error: the schema knows amounts");
        let over_price = self.over_price.as_ref().or(self.over_price_too.as_ref().map(|price| &price.value));
        LicenseTerms {
            committed: self.committed,
            price: self.price.as_ref().map(money),
            over_price: over_price.map(money),
            currency: self.currency.clone(),
            period: self.period.as_deref().and_then(Period::by_word).unwrap_or_default(),
        }
    }
}

impl Declaration {
    fn of(one: &SeatsFrom) -> Self {
        let from = Date::parse(&one.from.value, None).expect("internal error: the schema knows dates");
        let holding = OwnedSeats { from: Some(from), seats: one.count.value, declared: None };
        Self { holding, day: Some(one.from.span), seats: one.count.span }
    }
}
