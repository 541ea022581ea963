//! `unique`: no two accounts share a value.
//!
//! - **What it checks.** No two active accounts have the same user name, as user names compare.
//! - **Parameters.** None.
//! - **Example.** `[check.unique]`.
//! - **Edge cases.** One finding for each account after the first. Inactive accounts do not count. An account
//!   of a plan and one of an export with the same name are one account, not two. Blanks are not names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::population::Population;
use super::population::user_names::{UserNameIndex, bounded_groups};
use super::{CellContent, CellLookup, CellRequest, Conclusion, Finding, PopulationCheck, ReReadCell, Reason};
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Field, name};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UniqueCheck {}

impl PopulationCheck for UniqueCheck {
    fn conclude(&self, population: &Population, _: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        let judged = population.user_names.active();
        if judged == 0 && population.nameless == 0 && !population.is_partial {
            return Conclusion::not_applicable(Reason::Other("no active account has a user name"));
        }
        let (repeats, left_out) = repeats(&population.user_names, Field::UserName, cells);
        let findings: Vec<_> = repeats.iter().map(|(first, later)| finding(first, later)).collect();
        let not_determinable = population.unseen_names(left_out);
        Conclusion { judged, failed: findings.len() as u64, findings, not_determinable, ..Conclusion::default() }
    }
}

/// Accounts of an index that have what another one has, case aside: the first that has it, and the later one. And how
/// many could not be looked at.
pub fn repeats(user_names: &UserNameIndex, field: Field, cells: &mut dyn CellLookup) -> (Vec<(ReReadCell, ReReadCell)>, u64) {
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

fn finding(first: &ReReadCell, later: &ReReadCell) -> Finding {
    let CellContent::Text(name) = &later.cell else { unreachable!("internal error: only texts are repeated") };
    let place = format!("{}, record {}", first.label.file, first.subject.number);
    let message = format!("the user name {} already belongs to another account ({place})", quoted(name));
    Finding::new(message, vec![Field::UserName.name().to_owned(), name::fold(name)])
        .with_value(later, Field::UserName, name)
        .with_cell(later.clone(), "the same user name")
        .with_cell(first.clone(), "first used here")
}
