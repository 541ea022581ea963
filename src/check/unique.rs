//! `unique`: no two accounts share a value.
//!
//! - **What it checks.** No two active accounts have the same text in a field, compared as user names are.
//! - **Parameters.** `field`: the field; without it the user name.
//! - **Example.** `[check.unique]`.
//! - **Edge cases.** One finding for each account after the first, by user name where another field is judged: no order of
//!   rows decides whose finding it is. Its value names all that share the text, so whoever accepts it accepts these accounts
//!   together. Inactive accounts do not count. An account of a plan and one of an export with the same name are one account,
//!   not two. Blanks are not names.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::population::user_names::{TOO_MANY, UserNameIndex, bounded_groups};
use super::population::{IdentityIndex, Population, PopulationNeeds};
use super::{CellContent, CellLookup, CellRequest, Conclusion, Finding, PARTIAL, PopulationCheck, ReReadCell, Reason};
use crate::diagnostic::fingerprint::fingerprint;
use crate::diagnostic::identification::canonical_list;
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Field, name};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UniqueCheck {
    #[serde(default = "of_user_names", skip_serializing_if = "is_user_name")]
    field: Field,
}

const fn of_user_names() -> Field {
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
        let of_pair = |(first, later): &(ReReadCell, ReReadCell)| {
            let finding = finding(Field::UserName, first, later).with_value(later, Field::UserName, text(later));
            with_cells(finding, Field::UserName, first, later)
        };
        let findings: Vec<_> = repeats.iter().map(of_pair).collect();
        let not_determinable = population.unseen_names(left_out);
        Conclusion { judged, failed: findings.len() as u64, findings, not_determinable, ..Conclusion::default() }
    }
}

/// What is concluded of a field that is not the user name.
fn of_identities(identities: &IdentityIndex, is_partial: bool, cells: &mut dyn CellLookup) -> Conclusion {
    let IdentityIndex { field, index, absent, unclear } = identities;
    let (groups, left_out) = sharing(index, *field, cells);
    let findings: Vec<_> = groups.into_iter().flat_map(|group| findings_of(*field, group)).collect();
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
    let (groups, left_out) = sharing(user_names, field, cells);
    let of_group = |group: Vec<ReReadCell>| {
        let mut group = group.into_iter();
        let first = group.next();
        group.filter_map(move |later| Some((first.clone()?, later))).collect::<Vec<_>>()
    };
    (groups.into_iter().flat_map(of_group).collect(), left_out)
}

/// Groups of accounts of one side that have the same text, case aside, each in the order of the rows. And how many could not
/// be looked at.
fn sharing(index: &UserNameIndex, field: Field, cells: &mut dyn CellLookup) -> (Vec<Vec<ReReadCell>>, u64) {
    let (groups, left_out) = bounded_groups(index.groups_of_repeats());
    let wanted = |record| CellRequest { record, field };
    let all: Vec<_> = groups.iter().flatten().map(|record| wanted(*record)).collect();
    let mut seen: BTreeMap<CellRequest, ReReadCell> = cells.look_up(&all).into_iter().collect();
    let mut sharing = Vec::new();
    for group in groups {
        // A hash only proposed this group: the texts decide.
        let mut by_text: BTreeMap<String, Vec<ReReadCell>> = BTreeMap::new();
        for record in group {
            let Some(cell) = seen.remove(&wanted(record)) else { continue };
            let CellContent::Text(text) = &cell.cell else { continue };
            by_text.entry(name::fold(text)).or_default().push(cell);
        }
        sharing.extend(by_text.into_values().filter(|cells| cells.len() > 1));
    }
    (sharing, left_out)
}

/// The findings of accounts that share a text.
fn findings_of(field: Field, mut group: Vec<ReReadCell>) -> Vec<Finding> {
    group.sort_by_cached_key(|cell| user_name(cell).map(|name| name.to_ascii_lowercase()));
    let names = group.iter().map(|cell| user_name(cell).map(str::to_ascii_lowercase));
    let names: Arc<[String]> = names.map(Option::unwrap_or_default).collect();
    let sharing = shown_names(&names);
    let (first, others) = group.split_first().expect("internal error: a group has two accounts");
    let of_later = |later: &ReReadCell| {
        let value = format!("{}: {sharing}", text(later));
        let finding = finding(field, first, later).with_value(later, field, value).with_partners(Arc::clone(&names));
        with_cells(finding, field, first, later)
    };
    others.iter().map(of_later).collect()
}

/// The most accounts that a value names: it is repeated for each of them.
const MAX_NAMED: usize = 20;

/// The names, or of many a text that no others have.
fn shown_names(names: &[String]) -> String {
    let list = canonical_list(names.iter().map(String::as_str));
    if names.len() > MAX_NAMED { format!("{} accounts, {}", names.len(), fingerprint(&[&list])) } else { list }
}

/// The user name of a cell's account; `None` if it has none.
fn user_name(cell: &ReReadCell) -> Option<&str> {
    let subject = &cell.subject;
    (subject.key != format!("#{}", subject.number)).then_some(&subject.key)
}

fn text(cell: &ReReadCell) -> &str {
    let CellContent::Text(text) = &cell.cell else { unreachable!("internal error: only texts are shared") };
    text
}

/// A finding without its value and its places.
fn finding(field: Field, first: &ReReadCell, later: &ReReadCell) -> Finding {
    let name = text(later);
    let place = format!("{}, record {}", first.label.file, first.subject.number);
    let message = format!("the {} {} already belongs to another account ({place})", field.label(), quoted(name));
    Finding::new(message, vec![field.name().to_owned(), name::fold(name)])
}

fn with_cells(finding: Finding, field: Field, first: &ReReadCell, later: &ReReadCell) -> Finding {
    let label = format!("the same {}", field.label());
    finding.with_cell(later.clone(), label).with_cell(first.clone(), "first used here")
}
