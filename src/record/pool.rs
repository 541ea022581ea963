//! A pool of seats: the licence, who takes a seat of it, how many are owned from which day on, and what they cost.

use rust_decimal::Decimal;

use super::catalogue::DeclaredAt;
use super::date::Date;

/// The seats of one licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The licence.
    pub license: String,
    /// Seats owned on the as-of date; nothing where nobody said.
    pub owned: Option<u64>,
    /// The warning mark in millionths of the seats owned.
    pub warn_at: u64,
    /// The roles that take a seat; none means the administrator role.
    pub roles: Vec<String>,
    /// Where the seats of the as-of date were declared, or else the licence.
    pub declared: Option<DeclaredAt>,
    /// Seats owned from certain days on, in the order of the days.
    pub owned_seats: Vec<OwnedSeats>,
    /// What becomes of seats beyond those owned.
    pub over: Option<OveragePolicy>,
    /// Its names in the licence column of tables.
    pub labels: Vec<String>,
    /// What it costs.
    pub terms: LicenseTerms,
}

/// Seats owned from a day on, until another holding takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedSeats {
    /// The first day; nothing means from ever.
    pub from: Option<Date>,
    /// How many.
    pub seats: u64,
    /// Where it was declared.
    pub declared: Option<DeclaredAt>,
}

/// What becomes of seats beyond those owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OveragePolicy {
    /// They are billed.
    Billed,
    /// Nobody gets them.
    Blocked,
}

impl OveragePolicy {
    /// The word in plans, configs and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Blocked => "blocked",
        }
    }

    /// What `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        [Self::Billed, Self::Blocked].into_iter().find(|over| over.word() == word)
    }
}

/// What seats cost. Money is decimal, never a binary fraction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenseTerms {
    /// Seats paid for whether or not they are used; those owned where nobody said.
    pub committed: Option<u64>,
    /// The price of a committed seat for one period.
    pub price: Option<Decimal>,
    /// The price of a seat beyond those committed for one period.
    pub over_price: Option<Decimal>,
    /// The currency, as the site writes it.
    pub currency: Option<String>,
    /// How often the bill comes.
    pub period: Period,
}

/// How often a bill comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// Each calendar month.
    #[default]
    Monthly,
    /// Each calendar quarter.
    Quarterly,
    /// Each calendar year.
    Annually,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Annually];

    /// The word in configs and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Annually => "annually",
        }
    }

    /// What `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    /// How many months it has.
    #[must_use]
    pub const fn months(self) -> i8 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Annually => 12,
        }
    }
}

/// The licence that the vendor's page names, when a site names none.
pub const ADMINISTRATOR_LICENSE: &str = "System Administrator";

/// The warning mark when a site sets none: nine tenths.
pub const WARN_AT: u64 = 900_000;

/// The most licences of one run: their holders are kept as bits.
pub const MOST_POOLS: usize = 64;

impl Pool {
    /// A licence of which nothing is known but its name.
    #[must_use]
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

    /// The holding of a day; nothing on days before the first.
    #[must_use]
    pub fn owned_seats_on(&self, day: Date) -> Option<&OwnedSeats> {
        self.owned_seats.iter().rev().find(|holding| holding.from.is_none_or(|from| from <= day))
    }

    /// The seats owned on a day; nothing where nobody said.
    #[must_use]
    pub fn owned_on(&self, day: Date) -> Option<u64> {
        self.owned_seats_on(day).map(|holding| holding.seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_holding_that_has_begun_counts() {
        let day = |text| Date::parse(text, None).expect("a date");
        let holding = |from: Option<&'static str>, seats| OwnedSeats { from: from.map(day), seats, declared: None };
        let mut pool = Pool::named("Access");
        assert_eq!(pool.owned_on(day("2026-11-21")), None);
        pool.owned_seats = vec![holding(Some("2026-01-01"), 20), holding(Some("2027-03-01"), 5)];
        let owned = |text| pool.owned_on(day(text));
        assert_eq!([owned("2025-12-31"), owned("2026-01-01"), owned("2027-02-28")], [None, Some(20), Some(20)]);
        assert_eq!(owned("2027-03-01"), Some(5));
    }
}
