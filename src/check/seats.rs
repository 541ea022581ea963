//! `seats`: seats used and planned against seats owned.
//!
//! - **What it checks.** Pool by pool: `limit = "owned"` fails if more seats are planned than owned;
//!   `limit = "warning"` if the warning level is reached and the seats owned are not exceeded.
//! - **Parameters.** `limit`.
//! - **Example.** `[check.seats]` with `limit = "owned"`.
//! - **Edge cases.** The place is the roles cell of the account that takes the seat in question; the second
//!   place is the declaration of the pool. A pool without a number of seats is not determinable. Where roles
//!   could not be read, the count is "at least": it can fail, but not pass.

use serde::{Deserialize, Serialize};

use super::population::Population;
use super::population::seats::CountedHolders;
use super::{CellLookup, Conclusion, Finding, PopulationCheck, RecordId};
use crate::diagnostic::identification::FindingDetails;
use crate::record::site::{Pool, Site};

/// Millionths: the unit of `warn-at`.
const WHOLE: u128 = 1_000_000;

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Limit {
    /// All seats owned.
    Owned,
    /// The level at which to warn.
    Warning,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SeatsCheck {
    limit: Limit,
}

impl PopulationCheck for SeatsCheck {
    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        let undeclared = site.pools.iter().filter(|pool| pool.owned.is_none()).count() as u64;
        let not_determinable = population.seats.undetermined(undeclared, false, population.is_partial);
        let is_exact = population.seats.doubt(population.is_partial).is_none();
        let mut conclusion = Conclusion { not_determinable, ..Conclusion::default() };
        for (number, pool) in site.pools.iter().enumerate() {
            let Some(owned) = pool.owned else { continue };
            conclusion.judged += 1;
            let holders = population.seats.of_pool(number);
            if let Some((rank, message)) = self.fault(pool, owned, &holders) {
                conclusion.failed += 1;
                let found = finding(pool, message, holders.ranked(rank), cells);
                let details = FindingDetails::of_seats(&pool.license, is_exact.then_some(holders.planned), owned);
                conclusion.findings.push(found.with_details(details));
            }
        }
        conclusion
    }
}

impl SeatsCheck {
    /// The rank of the account that takes the seat in question, and what to say.
    fn fault(&self, pool: &Pool, owned: u64, holders: &CountedHolders) -> Option<(u64, String)> {
        let planned = holders.planned;
        let name = &pool.license;
        let later = match planned - holders.today.total() {
            0 => String::new(),
            later => format!(", {later} of them from a later day on"),
        };
        match self.limit {
            Limit::Owned => (planned > owned)
                .then(|| (owned + 1, format!("{planned} seats of {name} are used{later}, {owned} are owned"))),
            Limit::Warning => {
                let least = (u128::from(owned) * u128::from(pool.warn_at)).div_ceil(WHOLE);
                let level = u64::try_from(least).unwrap_or(u64::MAX).max(1);
                (planned >= level && planned <= owned)
                    .then(|| (level, format!("{planned} of {owned} seats of {name} are used{later}")))
            }
        }
    }
}

fn finding(pool: &Pool, message: String, holder: Option<RecordId>, cells: &mut dyn CellLookup) -> Finding {
    let mut finding = Finding::new(message, vec![pool.license.clone()]);
    if let Some(cell) = cells.roles_of(holder) {
        finding = finding.with_cell(cell, "takes this seat");
    }
    match &pool.declared {
        Some(declared) => finding.with_declaration(declared.clone()),
        None => finding,
    }
}
