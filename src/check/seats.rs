//! `seats`: seats used and planned against seats owned.
//!
//! - **What it checks.** Pool by pool: `reaches = "owned"` fails when more seats are planned than owned;
//!   `reaches = "mark"` when the warning mark is reached and the limit is not exceeded.
//! - **Parameters.** `reaches`.
//! - **Example.** `[check.seats]` with `reaches = "owned"`.
//! - **Edge cases.** The place is the roles cell of the account that takes the seat in question; the second
//!   place is the declaration of the pool. A pool without a number of seats is not determinable. Where roles
//!   could not be read, the count is "at least": it can fail, but not pass.

use serde::Deserialize;

use super::population::Population;
use super::population::holders::Holders;
use super::{CellLookup, CellRequest, Conclusion, Finding, PARTIAL, PopulationCheck, Reason};
use crate::record::Field;
use crate::record::site::{Pool, Site};

/// Millionths: the unit of a warning mark.
const WHOLE: u128 = 1_000_000;

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    reaches: Reaches,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reaches {
    Owned,
    Mark,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl PopulationCheck, String> {
    Ok(Seats { reaches: params.reaches })
}

struct Seats {
    reaches: Reaches,
}

impl PopulationCheck for Seats {
    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        let mut conclusion = Conclusion::default();
        if population.without_roles > 0 {
            conclusion.not_determinable = Some((Reason::NotCarried(Field::Roles), population.without_roles));
        } else if population.uncertain_roles > 0 {
            let reason = Reason::Other("a role is only a number, and no catalogue names it");
            conclusion.not_determinable = Some((reason, population.uncertain_roles));
        } else if population.is_partial {
            conclusion.not_determinable = Some((PARTIAL, 1));
        }
        for (number, pool) in site.pools.iter().enumerate() {
            let Some(owned) = pool.owned else {
                conclusion.not_determinable = Some((Reason::Other("nobody declared how many seats are owned"), 1));
                continue;
            };
            conclusion.judged += 1;
            let holders = population.holders(&population.seats[number], |roles| roles.pools >> number & 1 == 1);
            if let Some((rank, message)) = self.fault(pool, owned, &holders) {
                conclusion.failed += 1;
                conclusion.findings.push(finding(pool, message, holders.ranked(rank), cells));
            }
        }
        conclusion
    }
}

impl Seats {
    /// The rank of the account that takes the seat in question, and what to say.
    fn fault(&self, pool: &Pool, owned: u64, holders: &Holders) -> Option<(u64, String)> {
        let planned = holders.planned;
        let name = &pool.license;
        let later = match planned - holders.today {
            0 => String::new(),
            later => format!(", {later} of them from a later day on"),
        };
        match self.reaches {
            Reaches::Owned => (planned > owned)
                .then(|| (owned + 1, format!("{planned} seats of {name} are used{later}, {owned} are owned"))),
            Reaches::Mark => {
                let least = (u128::from(owned) * u128::from(pool.warn_at)).div_ceil(WHOLE);
                let mark = u64::try_from(least).unwrap_or(u64::MAX).max(1);
                (planned >= mark && planned <= owned)
                    .then(|| (mark, format!("{planned} of {owned} seats of {name} are used{later}")))
            }
        }
    }
}

fn finding(pool: &Pool, message: String, holder: Option<super::RecordId>, cells: &mut dyn CellLookup) -> Finding {
    let mut finding = Finding {
        case: None,
        message,
        subject: None,
        labels: Vec::new(),
        snippets: Vec::new(),
        identity: vec![pool.license.clone()],
    };
    let wanted: Vec<_> = holder.map(|record| CellRequest { record, field: Field::Roles }).into_iter().collect();
    if let Some((_, mut sighting)) = cells.look_up(&wanted).pop() {
        sighting.label.message = "takes this seat".to_owned();
        finding.subject = Some(sighting.subject);
        finding.labels.push(sighting.label);
        finding.snippets.push(sighting.snippet);
    }
    if let Some(declared) = &pool.declared {
        finding.labels.push(declared.label.clone());
        let label = finding.labels.len() - 1;
        finding.snippets.extend(declared.snippet.clone().map(|snippet| snippet.for_label(label)));
    }
    finding
}
