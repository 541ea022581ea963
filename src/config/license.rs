//! A licence in `rolecall.toml`: seats, who takes them, what they cost.

use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::fast::sort_few::sort_few_by_key;
use crate::record::date::Date;
use crate::record::pool::{BillingPeriod, LicenseTerms, OveragePolicy, OwnedSeats};
use crate::source::{Span, Spanned};

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
    /// Another spelling of `over-price`.
    #[serde(rename = "over_price")]
    over_price_too: Option<Spanned<String>>,
    currency: Option<String>,
    period: Option<String>,
}

/// `seats = 25`, or `seats = [{ from = 2026-01-01, count = 25 }]`.
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

/// One entry of `seats`, with the spans of day and number.
pub(super) struct SeatDeclaration {
    pub(super) entry: OwnedSeats,
    pub(super) day: Option<Span>,
    pub(super) seats: Span,
}

impl License {
    /// The entries of `seats`, sorted by day. The schema has checked days and numbers.
    pub(super) fn declarations(&self) -> Vec<SeatDeclaration> {
        let Some(seats) = &self.seats else { return Vec::new() };
        match &seats.value {
            Seats::Always(count) => {
                let entry = OwnedSeats { from: None, seats: *count, declared: None };
                vec![SeatDeclaration { entry, day: None, seats: seats.span }]
            }
            Seats::From(list) => {
                let mut all: Vec<_> = list.iter().map(SeatDeclaration::from_entry).collect();
                sort_few_by_key(&mut all, |one| (one.entry.from, one.seats));
                all
            }
        }
    }

    /// `warn-at` in millionths.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema limits it to 0..=1")]
    pub(super) fn mark(&self) -> Option<u64> {
        self.warn_at.map(|mark| (mark * 1e6).round() as u64)
    }

    pub(super) fn over(&self) -> Option<OveragePolicy> {
        self.over.as_deref().and_then(OveragePolicy::by_word)
    }

    /// `over_price`, if `over-price` is given too.
    pub(super) fn price_given_twice(&self) -> Option<Span> {
        self.over_price_too.as_ref().filter(|_| self.over_price.is_some()).map(|price| price.span)
    }

    pub(super) fn terms(&self) -> LicenseTerms {
        let money = |text: &String| Decimal::from_str_exact(text).expect("internal error: the schema knows amounts");
        let over_price = self.over_price.as_ref().or(self.over_price_too.as_ref().map(|price| &price.value));
        LicenseTerms {
            committed: self.committed,
            price: self.price.as_ref().map(money),
            over_price: over_price.map(money),
            currency: self.currency.clone(),
            period: self.period.as_deref().and_then(BillingPeriod::by_word).unwrap_or_default(),
        }
    }
}

impl SeatDeclaration {
    fn from_entry(one: &SeatsFrom) -> Self {
        let from = Date::parse(&one.from.value, None).expect("internal error: the schema knows dates");
        let entry = OwnedSeats { from: Some(from), seats: one.count.value, declared: None };
        Self { entry, day: Some(one.from.span), seats: one.count.span }
    }
}
