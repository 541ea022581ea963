//! `holders-at-most`: not too many accounts are privileged.
//!
//! - **What it checks.** At most so many active accounts of the tenant hold the default administrator role or an accepted
//!   equivalent, API users with them.
//! - **Parameters.** `at-most`: a number, or `privileged-at-most` for the one that the site declares under `[review]`.
//! - **Example.** `[check.holders-at-most]` with `at-most = 5`.
//! - **Edge cases.** The place is the roles cell of the first account beyond the number. Where every account is judged as an
//!   API user the input is not a whole tenant, and the check is not applicable.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::population::{Population, PopulationNeeds};
use super::{CellLookup, Conclusion, Finding, PARTIAL, PopulationCheck, Reason};
use crate::diagnostic::identification::FindingDetails;
use crate::record::review::whole_number;
use crate::record::site::Site;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct HoldersAtMostCheck {
    at_most: HolderLimit,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "Value")]
enum HolderLimit {
    Number(u32),
    /// The one that the site declares.
    Declared,
}

/// The word for the declared number.
const DECLARED: &str = "privileged-at-most";

impl TryFrom<Value> for HolderLimit {
    type Error = &'static str;

    fn try_from(written: Value) -> Result<Self, Self::Error> {
        let declared = (written == DECLARED).then_some(Self::Declared);
        whole_number(&written).map(Self::Number).or(declared).ok_or("expected a number, or `privileged-at-most`")
    }
}

impl From<HolderLimit> for Value {
    fn from(limit: HolderLimit) -> Self {
        match limit {
            HolderLimit::Number(number) => number.into(),
            HolderLimit::Declared => DECLARED.into(),
        }
    }
}

impl HolderLimit {
    fn number(self, site: &Site) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number.into()),
            Self::Declared => site.review.privileged_at_most.map(u64::from),
        }
    }
}

impl PopulationCheck for HoldersAtMostCheck {
    fn add_needs(&self, needs: &mut PopulationNeeds, site: &Site) {
        needs.privileged = needs.privileged.max(self.at_most.number(site));
    }

    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        if site.is_all_api_users {
            return Conclusion::not_applicable(Reason::Other("the input is declared to hold API users only"));
        }
        let (Some(at_most), Some(holders)) = (self.at_most.number(site), population.seats.privileged()) else {
            let why = "the config declares no `privileged-at-most` under `[review]`";
            return Conclusion::not_applicable(Reason::Other(why));
        };
        let today = holders.today.total();
        if today <= at_most {
            return match (population.is_partial, population.seats.unknown_roles()) {
                (true, _) => Conclusion::not_determinable(PARTIAL),
                (false, Some((reason, _))) => Conclusion::not_determinable(reason),
                (false, None) if today == 0 => {
                    Conclusion::not_applicable(Reason::Other("no active account is privileged"))
                }
                (false, None) => Conclusion { judged: today, ..Conclusion::default() },
            };
        }
        let message = format!(
            "{today} active accounts hold the default administrator role or an accepted equivalent; at most {at_most} may"
        );
        let mut finding = Finding::new(message, vec!["too-many".to_owned()])
            .with_details(FindingDetails::of_tenant(today.to_string()));
        if let Some(cell) = cells.roles_of(holders.ranked(at_most + 1)) {
            finding = finding.with_cell(cell, "one more than may be");
        }
        Conclusion { judged: today, failed: 1, findings: vec![finding], ..Conclusion::default() }
    }
}
