//! `look-alike`: no two accounts have values that a reader cannot tell apart.
//!
//! - **What it checks.** No two active accounts have user names that differ only by characters that are drawn
//!   alike, show nothing, or are other forms of one letter.
//! - **Parameters.** `field`: `user-name`.
//! - **Example.** `[check.look-alike]` with `field = "user-name"`.
//! - **Edge cases.** Plain letters are never twins: `m` and `rn` are honest. Names that are equal but for case
//!   are another rule's finding. The finding points at the account with the odd character; one for each account.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::census::Census;
use super::census::roster::within_reach;
use super::{Archive, Conclusion, Finding, PopulationCheck, Reason, Sighted, Sighting, Wanted};
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::record::look::{look, odd_character};
use crate::record::site::Site;

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    field: Field,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl PopulationCheck, String> {
    if params.field == Field::UserName { Ok(LookAlike) } else { Err("`field` must be `user-name`".to_owned()) }
}

struct LookAlike;

impl PopulationCheck for LookAlike {
    fn conclude(&self, census: &Census, _: &Site, archive: &mut dyn Archive) -> Conclusion {
        let judged = census.roster.active();
        if judged == 0 && census.nameless == 0 && !census.is_partial {
            return Conclusion::not_applicable(Reason::Because("no active account has a user name"));
        }
        let (twins, left_out) = twins(census, archive);
        let findings: Vec<_> = twins.iter().map(|(first, later)| finding(first, later)).collect();
        let not_determinable = census.unseen_names(left_out);
        Conclusion { judged, failed: findings.len() as u64, findings, not_determinable, ..Conclusion::default() }
    }
}

/// Accounts whose user names a reader cannot tell apart: the plainer one, and the other. And how many could not be
/// looked at.
pub fn twins(census: &Census, archive: &mut dyn Archive) -> (Vec<(Sighting, Sighting)>, u64) {
    let (groups, left_out) = within_reach(census.roster.alike(&census.looks));
    let wanted = |record| Wanted { record, field: Field::UserName };
    let all: Vec<_> = groups.iter().flatten().map(|record| wanted(*record)).collect();
    let seen: BTreeMap<Wanted, Sighting> = archive.look_up(&all).into_iter().collect();
    let mut twins = Vec::new();
    for group in groups {
        let sighted: Vec<_> = group.iter().filter_map(|record| named(seen.get(&wanted(*record))?)).collect();
        twins.extend(twins_of(&sighted));
    }
    (twins, left_out)
}

/// A user name and where it was seen.
struct Named<'s> {
    name: &'s str,
    look: String,
    sighting: &'s Sighting,
}

fn named(sighting: &Sighting) -> Option<Named<'_>> {
    match &sighting.cell {
        Sighted::Text(name) => Some(Named { name, look: look(name), sighting }),
        Sighted::Absent | Sighted::Blank | Sighted::Items(_) => None,
    }
}

/// The twins in a group of which a hash proposed that its names look alike: the names decide.
fn twins_of(group: &[Named<'_>]) -> Vec<(Sighting, Sighting)> {
    // Plain names first: what is odd is told by them.
    let mut order: Vec<&Named<'_>> = group.iter().collect();
    order.sort_by_key(|named| odd_character(named.name).is_some());
    let mut twins = Vec::new();
    for (at, later) in order.iter().enumerate() {
        let is_twin = |first: &&&Named<'_>| first.look == later.look;
        let Some(first) = order[..at].iter().find(is_twin) else { continue };
        // Equal but for case, in any script: another rule's finding, or two names. A sign that only poses as a
        // letter is neither.
        let is_case = first.name.to_lowercase() == later.name.to_lowercase();
        if !is_case || odd_character(later.name).is_some() {
            twins.push((first.sighting.clone(), later.sighting.clone()));
        }
    }
    twins
}

fn finding(other: &Sighting, seen: &Sighting) -> Finding {
    let Sighted::Text(name) = &seen.cell else { unreachable!("internal error: only names look alike") };
    let why = odd_character(name).unwrap_or_else(|| "the letters have another form".to_owned());
    let place = format!("{}, record {}", other.label.file, other.subject.number);
    let mut labels = vec![seen.label.clone(), other.label.clone()];
    labels[0].message.clone_from(&why);
    labels[1].message = "looks the same".to_owned();
    let snippets = vec![seen.snippet.clone(), other.snippet.clone().for_label(1)];
    Finding {
        case: None,
        message: format!("the user name {} looks like that of another account ({place}): {why}", quoted(name)),
        subject: Some(seen.subject.clone()),
        labels,
        snippets,
        identity: vec![Field::UserName.name().to_owned(), name.to_ascii_lowercase()],
    }
}
