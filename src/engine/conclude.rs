//! Seats, licence by licence, as reports show them.

use super::ledger::SeatCount;
use crate::check::population::Population;
use crate::record::site::Site;

/// The seats of every pool. They are exact when every account could be read, with its activity and roles.
#[must_use]
pub fn seats(site: &Site, population: &Population) -> Vec<SeatCount> {
    let exact = doubt(population).is_none();
    let count = |(number, pool): (usize, &crate::record::site::Pool)| {
        let holders = population.holders(&population.seats[number], |roles| roles.pools >> number & 1 == 1);
        SeatCount {
            license: pool.license.clone(),
            owned: pool.owned,
            used: holders.today,
            planned: holders.planned,
            exact,
        }
    };
    site.pools.iter().enumerate().map(count).collect()
}

/// Why counts of seats are "at least"; nothing where they are exact.
#[must_use]
pub fn doubt(population: &Population) -> Option<String> {
    let reasons = [
        (population.is_partial, "not every account could be read"),
        (population.without_roles > 0, "an input does not carry the roles"),
        (population.uncertain_roles > 0, "a role is only a number, and no catalogue names it"),
        (population.unknown_activity > 0, "an input does not say which accounts are active"),
    ];
    reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason.to_owned())
}
