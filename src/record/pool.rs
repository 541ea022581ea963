//! A pool of seats: the licence, who takes a seat of it, how many are owned from which day on, and what they cost.

use rust_decimal::Decimal;

use super::catalogue::DeclaredAt;
use super::date::Date;
use crate::diagnostic::words::words;

/// The seats of one licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub license: String,
    /// Seats owned on the as-of date, if declared.
    pub owned: Option<u64>,
    /// The warning mark in millionths of the seats owned.
    pub warn_at: u64,
    /// The roles whose holders take a seat; if empty, the administrator role.
    pub roles: Vec<String>,
    /// Where the seats of the as-of date are declared, else where the licence is.
    pub declared: Option<DeclaredAt>,
    /// Sorted by day.
    pub owned_seats: Vec<OwnedSeats>,
    /// What the vendor does about seats beyond those owned.
    pub over: Option<OveragePolicy>,
    /// Other names of the licence in the licence column of tables.
    pub labels: Vec<String>,
    pub terms: LicenseTerms,
}

/// Seats owned from a day on, until the next entry replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedSeats {
    /// The first day; `None` for always.
    pub from: Option<Date>,
    pub seats: u64,
    pub declared: Option<DeclaredAt>,
}

/// What the vendor does about seats beyond those owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OveragePolicy {
    Billed,
    Blocked,
}

words!(OveragePolicy { Billed = "billed", Blocked = "blocked" });

/// What seats cost. Money is decimal, never a binary fraction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenseTerms {
    /// Seats paid for whether or not they are used; `None` for those owned.
    pub committed: Option<u64>,
    /// The price of a committed seat for one period.
    pub price: Option<Decimal>,
    /// The price of a seat beyond those committed for one period.
    pub over_price: Option<Decimal>,
    pub currency: Option<String>,
    pub period: BillingPeriod,
}

/// How often a bill comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BillingPeriod {
    #[default]
    Monthly,
    Quarterly,
    Annually,
}

words!(BillingPeriod { Monthly = "monthly", Quarterly = "quarterly", Annually = "annually" });

impl BillingPeriod {
    pub const fn months(self) -> i8 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Annually => 12,
        }
    }
}

/// The licence that the vendor's page names; used if a site names none.
pub const ADMINISTRATOR_LICENSE: &str = "System Administrator";

/// The default warning mark, in millionths.
pub const WARN_AT: u64 = 900_000;

/// The most licences of one run: their holders are kept as bits.
pub const MAX_POOLS: usize = 64;

impl Pool {
    /// A pool of which nothing but the licence is known.
    pub fn named(license: &str) -> Self {
        Self {
            license: license.to_owned(),
            owned: None,
            warn_at: WARN_AT,
            roles: Vec::new(),
            declared: None,
            owned_seats: Vec::new(),
            over: None,
            labels: Vec::new(),
            terms: LicenseTerms::default(),
        }
    }

    /// The entry that counts on a day; `None` before the first.
    pub fn owned_seats_on(&self, day: Date) -> Option<&OwnedSeats> {
        self.owned_seats.iter().rev().find(|entry| entry.from.is_none_or(|from| from <= day))
    }

    /// The seats owned on a day, if declared.
    pub fn owned_on(&self, day: Date) -> Option<u64> {
        self.owned_seats_on(day).map(|entry| entry.seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_entry_that_has_begun_counts() {
        let day = |text| Date::parse(text, None).expect("a date");
        let owned = |from: Option<&'static str>, seats| OwnedSeats { from: from.map(day), seats, declared: None };
        let mut pool = Pool::named("Access");
        assert_eq!(pool.owned_on(day("2026-11-21")), None);
        pool.owned_seats = vec![owned(Some("2026-01-01"), 20), owned(Some("2027-03-01"), 5)];
        let owned = |text| pool.owned_on(day(text));
        assert_eq!([owned("2025-12-31"), owned("2026-01-01"), owned("2027-02-28")], [None, Some(20), Some(20)]);
        assert_eq!(owned("2027-03-01"), Some(5));
    }
}
