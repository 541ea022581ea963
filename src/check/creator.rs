//! `creator`: the creator of an API user account is permitted to create one.
//!
//! - **What it checks.** The account named as creator holds the default administrator role, a role the site
//!   accepts in its place, or roles that together permit all of `permissions`.
//! - **Parameters.** `permissions`: what an equivalent permits.
//! - **Example.** `[check.creator]` with `permissions = ["Administer Tenant"]`.
//! - **Edge cases.** A creator that is not an account of the run is not determinable; a blank one is not
//!   judged. An inactive creator counts: it may have been active when it created the account. Only a catalogue
//!   says what a role permits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::population::Population;
use super::{CellContent, CellLookup, CellRequest, Conclusion, Finding, PopulationCheck, ReReadCell, Reason, RecordId};
use crate::diagnostic::visible::quoted;
use crate::record::list::ListItem;
use crate::record::meaning::uncertainty_of_role;
use crate::record::site::Site;
use crate::record::{Field, name};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CreatorCheck {
    permissions: Vec<String>,
}

/// Whether the roles of a creator are enough to create an API user.
enum CreatorRights {
    Enough,
    /// The cell with the roles.
    TooFew(Box<ReReadCell>),
}

impl PopulationCheck for CreatorCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if self.permissions.is_empty() { Err("`permissions` is empty: every role would do") } else { Ok(()) }
    }

    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        if !population.has_creators {
            return Conclusion::not_applicable(Reason::NotSaid("no input says who created the accounts"));
        }
        if population.creators.is_empty() {
            return Conclusion::not_applicable(Reason::NotSaid("no account says who created it"));
        }
        let rights = self.rights(population, site, cells);
        let mut conclusion = Conclusion::default();
        let mut unknown = 0;
        let mut denied = Vec::new();
        for (creator, created) in &population.creators {
            let count = created.len() as u64;
            match rights.get(&name::fold(creator)) {
                Some(CreatorRights::Enough) => conclusion.judged += count,
                Some(CreatorRights::TooFew(holder)) => {
                    conclusion.judged += count;
                    conclusion.failed += count;
                    denied.push((creator.as_str(), created.as_slice(), holder.as_ref()));
                }
                None => unknown += count,
            }
        }
        conclusion.findings = findings(&denied, cells);
        if unknown > 0 {
            let reason = Reason::Other("the creator is not an account of the input, or its roles are missing");
            conclusion.not_determinable = Some((reason, unknown));
        }
        conclusion
    }
}

/// True if a role is only a number, or may be several.
fn is_unclear(role: &ListItem<'_>, site: &Site) -> bool {
    role.is_id || uncertainty_of_role(&role.text, &site.lists, |_| false).is_some()
}

impl CreatorCheck {
    /// The rights of each creator, by user name in lower case, unless they are unknown. All are looked up in
    /// one pass, since each pass reads the inputs again.
    fn rights(
        &self,
        population: &Population,
        site: &Site,
        cells: &mut dyn CellLookup,
    ) -> BTreeMap<String, CreatorRights> {
        let names: BTreeSet<String> = population.creators.keys().map(|creator| name::fold(creator)).collect();
        let candidates = population.user_names.candidates(names.iter().map(String::as_str)).into_iter();
        let wanted: Vec<_> = candidates.map(|record| CellRequest { record, field: Field::UserName }).collect();
        let mut name_of: BTreeMap<RecordId, String> = BTreeMap::new();
        for (wanted, cell) in cells.look_up(&wanted) {
            // A hash only proposed this account: its name decides.
            if let CellContent::Text(name) = cell.cell {
                name_of.insert(wanted.record, name::fold(&name));
            }
        }
        name_of.retain(|_, name| names.contains(name));
        let wanted: Vec<_> =
            name_of.keys().map(|record| CellRequest { record: *record, field: Field::Roles }).collect();
        let mut rights = BTreeMap::new();
        for (wanted, cell) in cells.look_up(&wanted) {
            let name = &name_of[&wanted.record];
            match &cell.cell {
                CellContent::Items(roles) if self.may(roles, site) => {
                    rights.insert(name.clone(), CreatorRights::Enough);
                }
                CellContent::Items(roles) if roles.iter().any(|role| is_unclear(role, site)) => {}
                CellContent::Items(_) | CellContent::Text(_) | CellContent::Blank => {
                    rights.entry(name.clone()).or_insert_with(|| CreatorRights::TooFew(Box::new(cell)));
                }
                CellContent::Absent => {}
            }
        }
        rights
    }

    fn may(&self, roles: &[ListItem<'_>], site: &Site) -> bool {
        let is_accepted =
            |role: &ListItem<'_>| site.is_administrator(role) || site.equivalents.iter().any(|name| *name == role.text);
        if roles.iter().any(is_accepted) {
            return true;
        }
        let entries: Vec<_> = roles.iter().filter_map(|role| site.catalogue.roles.get(role.text.as_ref())).collect();
        let permits = |permission: &String| entries.iter().any(|entry| entry.permissions.contains(permission));
        self.permissions.iter().all(permits)
    }
}

/// A finding for each account that somebody created who may not.
fn findings(denied: &[(&str, &[RecordId], &ReReadCell)], cells: &mut dyn CellLookup) -> Vec<Finding> {
    let wanted = |record: &RecordId| CellRequest { record: *record, field: Field::CreatedBy };
    let all: Vec<_> = denied.iter().flat_map(|(_, created, _)| created.iter().map(wanted)).collect();
    let mut seen: BTreeMap<CellRequest, ReReadCell> = cells.look_up(&all).into_iter().collect();
    let mut findings = Vec::new();
    for (creator, created, holder) in denied {
        let cells_of_creators = created.iter().filter_map(|record| seen.remove(&wanted(record)));
        findings.extend(cells_of_creators.map(|cell| finding(creator, cell, holder)));
    }
    findings
}

fn finding(creator: &str, created: ReReadCell, roles: &ReReadCell) -> Finding {
    let message = format!("{} created the account but has no role permitted to", quoted(creator));
    Finding::new(message, vec![Field::CreatedBy.name().to_owned(), name::fold(creator)])
        .with_value(&created, Field::CreatedBy, creator)
        .with_cell(created, "the creator")
        .with_cell(roles.clone(), "the creator's roles")
}
