//! `look-alike`: no two accounts have values that a reader cannot tell apart.
//!
//! - **What it checks.** No two active accounts have user names that differ only by characters that are drawn
//!   alike, show nothing, or are other forms of one letter.
//! - **Parameters.** None.
//! - **Example.** `[check.look-alike]`.
//! - **Edge cases.** Plain letters are never similar_names: `m` and `rn` are honest. Names that compare as equal are
//!   another rule's finding. The finding points at the account with the odd character; one for each account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::population::Population;
use super::population::user_names::bounded_groups;
use super::{CellContent, CellLookup, CellRequest, Conclusion, Finding, PopulationCheck, ReReadCell, Reason};
use crate::diagnostic::visible::quoted;
use crate::record::confusables::{odd_character, visual_skeleton};
use crate::record::site::Site;
use crate::record::{Field, name};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LookAlikeCheck {}

impl PopulationCheck for LookAlikeCheck {
    fn conclude(&self, population: &Population, _: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        let judged = population.user_names.active();
        if judged == 0 && population.nameless == 0 && !population.is_partial {
            return Conclusion::not_applicable(Reason::Other("no active account has a user name"));
        }
        let (similar_names, left_out) = similar_names(population, cells);
        let findings: Vec<_> = similar_names.iter().map(|(first, later)| finding(first, later)).collect();
        let not_determinable = population.unseen_names(left_out);
        Conclusion { judged, failed: findings.len() as u64, findings, not_determinable, ..Conclusion::default() }
    }
}

/// Accounts whose user names a reader cannot tell apart: the plainer one, and the other. And how many could not be
/// looked at.
pub fn similar_names(population: &Population, cells: &mut dyn CellLookup) -> (Vec<(ReReadCell, ReReadCell)>, u64) {
    let (groups, left_out) = bounded_groups(population.user_names.alike(&population.skeletons));
    let wanted = |record| CellRequest { record, field: Field::UserName };
    let all: Vec<_> = groups.iter().flatten().map(|record| wanted(*record)).collect();
    let seen: BTreeMap<CellRequest, ReReadCell> = cells.look_up(&all).into_iter().collect();
    let mut similar_names = Vec::new();
    for group in groups {
        let names: Vec<_> = group.iter().filter_map(|record| named(seen.get(&wanted(*record))?)).collect();
        similar_names.extend(similar_names_of(&names));
    }
    (similar_names, left_out)
}

/// A user name and its cell.
struct SimilarName<'s> {
    name: &'s str,
    visual_skeleton: String,
    cell: &'s ReReadCell,
}

fn named(cell: &ReReadCell) -> Option<SimilarName<'_>> {
    match &cell.cell {
        CellContent::Text(name) => Some(SimilarName { name, visual_skeleton: visual_skeleton(name), cell }),
        CellContent::Absent | CellContent::Blank | CellContent::Items(_) => None,
    }
}

/// The similar names in a group of which a hash proposed that its names look alike: the names decide.
fn similar_names_of(group: &[SimilarName<'_>]) -> Vec<(ReReadCell, ReReadCell)> {
    // Plain names first, so that the odd one is the one reported; then by name, so that no order of rows decides.
    let mut order: Vec<&SimilarName<'_>> = group.iter().collect();
    order.sort_by_cached_key(|named| (odd_character(named.name).is_some(), name::fold(named.name)));
    let mut similar_names = Vec::new();
    for (at, later) in order.iter().enumerate() {
        let is_similar = |first: &&&SimilarName<'_>| first.visual_skeleton == later.visual_skeleton;
        let Some(first) = order[..at].iter().find(is_similar) else { continue };
        // The same user name twice is another rule's finding.
        if name::fold(first.name) != name::fold(later.name) {
            similar_names.push((first.cell.clone(), later.cell.clone()));
        }
    }
    similar_names
}

fn finding(other: &ReReadCell, odd: &ReReadCell) -> Finding {
    let CellContent::Text(name) = &odd.cell else { unreachable!("internal error: only names look alike") };
    let why = odd_character(name).unwrap_or_else(|| "the letters have another form".to_owned());
    let place = format!("{}, record {}", other.label.file, other.subject.number);
    let message = format!("the user name {} looks like that of another account ({place}): {why}", quoted(name));
    // Its own name identifies it: what may change is the account that it looks like.
    let CellContent::Text(twin) = &other.cell else { unreachable!("internal error: only names look alike") };
    Finding::new(message, vec![Field::UserName.name().to_owned(), name::fold(name)])
        .with_value(odd, Field::UserName, name::fold(twin))
        .with_cell(odd.clone(), why)
        .with_cell(other.clone(), "looks the same")
}
