//! `holders`: enough accounts hold the default administrator role.
//!
//! - **What it checks.** At least so many active accounts of the tenant hold it, API users with them;
//!   equivalents do not count.
//! - **Parameters.** `at-least`.
//! - **Example.** `[check.holders]` with `at-least = 2`.
//! - **Edge cases.** Case `first-log-in`: a plan says that the tenant is new. Where every account is judged as
//!   an API user the input is not a whole tenant, and the check is not applicable. The place is the roles
//!   cell of the one account; without any there is no place.

use serde::{Deserialize, Serialize};

use super::population::Population;
use super::{CellLookup, Conclusion, Finding, PARTIAL, PopulationCheck, Reason, RecordId};
use crate::diagnostic::identification::FindingDetails;
use crate::record::name;
use crate::record::site::Site;

/// The case of a tenant's first log-in.
pub const FIRST_LOG_IN: &str = "first-log-in";

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct HoldersCheck {
    at_least: u64,
}

impl PopulationCheck for HoldersCheck {
    fn validate(&self) -> Result<(), &'static str> {
        // The population remembers two administrators.
        if matches!(self.at_least, 1 | 2) { Ok(()) } else { Err("`at-least` must be 1 or 2") }
    }

    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        if site.is_all_api_users {
            return Conclusion::not_applicable(Reason::Other("the input is declared to hold API users only"));
        }
        let holders = population.seats.administrators();
        let today = holders.today.total();
        if today >= self.at_least {
            return Conclusion { judged: today, ..Conclusion::default() };
        }
        if population.is_partial {
            return Conclusion::not_determinable(PARTIAL);
        }
        if let Some((reason, _)) = population.seats.unknown_roles() {
            return Conclusion::not_determinable(reason);
        }
        let mut finding = match today {
            0 => nobody(site),
            _ => alone(holders.ranked(1), site, cells),
        };
        // Another holder is another condition: who accepted one has not seen the other. The number of a record is not one.
        let besides = finding.identity.get(1).filter(|holder| !holder.starts_with('#')).cloned();
        finding = finding.with_details(FindingDetails { besides, ..FindingDetails::of_tenant(today.to_string()) });
        if site.catalogue.is_first_login {
            finding.case = Some(FIRST_LOG_IN);
        }
        Conclusion { judged: today.max(1), failed: 1, findings: vec![finding], ..Conclusion::default() }
    }
}

fn nobody(site: &Site) -> Finding {
    let message = format!("no active account holds the default administrator role `{}`", role_name(site));
    Finding::new(message, vec!["none".to_owned()])
}

fn alone(holder: Option<RecordId>, site: &Site, cells: &mut dyn CellLookup) -> Finding {
    let message = format!("only one active account holds the default administrator role `{}`", role_name(site));
    let mut finding = Finding::new(message, vec!["one".to_owned()]);
    if let Some(cell) = cells.roles_of(holder) {
        finding.identity.push(name::fold(&cell.subject.key));
        finding = finding.with_cell(cell, "the only one");
    }
    finding
}

fn role_name(site: &Site) -> &str {
    site.administrator_names.first().map_or("Administrator", String::as_str)
}
