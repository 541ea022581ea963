//! `unique`: no two accounts share a value.
//!
//! - **What it checks.** No two active accounts have the same text in a field, compared as user names are.
//! - **Parameters.** `field`: the field; without it the user name.
//! - **Example.** `[check.unique]`.
//! - **Edge cases.** One finding for each account after the first. Inactive accounts do not count. An account
//!   of a plan and one of an export with the same name are one account, not two. Blanks are not names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::population::user_names::{TOO_MANY, UserNameIndex, bounded_groups};
use super::population::{IdentityIndex, Population, PopulationNeeds};
use super::{CellContent, CellLookup, CellRequest, Conclusion, Finding, PARTIAL, PopulationCheck, ReReadCell, Reason};
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Field, name};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UniqueCheck {
    #[serde(default = "user_name", skip_serializing_if = "is_user_name")]
    field: Field,
}

const fn user_name() -> Field {
    Field::UserName
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_user_name(field: &Field) -> bool {
    matches!(field, Field::UserName)
}

impl PopulationCheck for UniqueCheck {
    fn validate(&self) -> Result<(), &'static str> {
        let is_one = matches!(self.field, Field::UserName | Field::EmployeeId | Field::AcdId | Field::WindowsLogin);
        if is_one { Ok(()) } else { Err("`field` must be one of an account's own, such as `employee-id`") }
    }

    fn add_needs(&self, needs: &mut PopulationNeeds, _: &Site) {
        if self.field != Field::UserName && !needs.identities.contains(&self.field) {
            needs.identities.push(self.field);
        }
    }

    fn conclude(&self, population: &Population, _: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        if let Some(identities) = population.identities.iter().find(|one| one.field == self.field) {
            return of_identities(identities, population.is_partial, cells);
        }
        let judged = population.user_names.active();
        if judged == 0 && population.nameless == 0 && !population.is_partial {
            return Conclusion::not_applicable(Reason::Other("no active account has a user name"));
        }
        let (repeats, left_out) = repeats(&population.user_names, Field::UserName, cells);
        let findings: Vec<_> = repeats.iter().map(|(first, later)| finding(Field::UserName, first, later)).collect();
        let not_determinable = population.unseen_names(left_out);
        Conclusion { judged, failed: findings.len() as u64, findings, not_determinable, ..Conclusion::default() }
    }
}

/// What is concluded of a field that is not the user name.
fn of_identities(identities: &IdentityIndex, is_partial: bool, cells: &mut dyn CellLookup) -> Conclusion {
    let IdentityIndex { field, index, absent, unclear } = identities;
    let (repeats, left_out) = repeats(index, *field, cells);
    let findings: Vec<_> = repeats.iter().map(|(first, later)| finding(*field, first, later)).collect();
    let not_determinable = match (left_out, absent, unclear) {
        (0, 0, 0) => is_partial.then_some((PARTIAL, 1)),
        (0, 0, unclear) => Some((Reason::Unclear(*field), *unclear)),
        (0, absent, _) => Some((Reason::NotCarried(*field), *absent)),
        (left_out, ..) => Some((TOO_MANY, left_out)),
    };
    let judged = index.active();
    let not_applicable = (judged == 0 && not_determinable.is_none())
        .then_some(Reason::Other("no active account has an id of this kind"));
    Conclusion { judged, failed: findings.len() as u64, findings, not_applicable, not_determinable }
}

/// Accounts of an index that have what another one has, case aside: the first that has it, and the later one. And how
/// many could not be looked at.
pub fn repeats(
    user_names: &UserNameIndex,
    field: Field,
    cells: &mut dyn CellLookup,
) -> (Vec<(ReReadCell, ReReadCell)>, u64) {
    let (groups, left_out) = bounded_groups(user_names.groups_of_repeats());
    let wanted = |record| CellRequest { record, field };
    let all: Vec<_> = groups.iter().flatten().map(|record| wanted(*record)).collect();
    let mut seen: BTreeMap<CellRequest, ReReadCell> = cells.look_up(&all).into_iter().collect();
    let mut repeats = Vec::new();
    for group in groups {
        // A hash only proposed this group: the texts decide.
        let mut first_of: BTreeMap<String, ReReadCell> = BTreeMap::new();
        for record in group {
            let Some(cell) = seen.remove(&wanted(record)) else { continue };
            let CellContent::Text(text) = &cell.cell else { continue };
            let folded = name::fold(text);
            match first_of.get(&folded) {
                Some(first) => repeats.push((first.clone(), cell)),
                None => {
                    first_of.insert(folded, cell);
                }
            }
        }
    }
    (repeats, left_out)
}

fn finding(field: Field, first: &ReReadCell, later: &ReReadCell) -> Finding {
    let CellContent::Text(name) = &later.cell else { unreachable!("internal error: only texts are repeated") };
    let place = format!("{}, record {}", first.label.file, first.subject.number);
    let label = field.label();
    let message = format!("the {label} {} already belongs to another account ({place})", quoted(name));
    Finding::new(message, vec![field.name().to_owned(), name::fold(name)])
        .with_value(later, field, name)
        .with_cell(later.clone(), format!("the same {label}"))
        .with_cell(first.clone(), "first used here")
}
