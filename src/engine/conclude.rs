//! Seats, licence by licence, as reports show them.

use super::ledger::SeatCount;
use crate::check::census::Census;
use crate::record::site::Site;

/// The seats of every pool. They are exact when every account could be read, with its activity and roles.
#[must_use]
pub fn seats(site: &Site, census: &Census) -> Vec<SeatCount> {
    let exact =
        census.uncertain_roles == 0 && census.without_roles == 0 && census.unknown_activity == 0 && !census.is_partial;
    let count = |(number, pool): (usize, &crate::record::site::Pool)| {
        let holders = census.holders(&census.seats[number], |roles| roles.pools >> number & 1 == 1);
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
