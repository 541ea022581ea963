//! `creator`: whoever creates an API user account may do so.
//!
//! - **What it checks.** The account named as creator holds the default administrator role, a role the site
//!   accepts in its place, or roles that together permit all of `permissions`.
//! - **Parameters.** `field`: where the creator stands; `permissions`: what an equivalent permits.
//! - **Example.** `[check.creator]` with `field = "created-by"`.
//! - **Edge cases.** A creator that is no account of the run is not determinable; a blank one is not judged.
//!   An inactive creator may still have been one when the account was made. What a role permits only a
//!   catalogue says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::census::Census;
use super::{Archive, Conclusion, Finding, PopulationCheck, Reason, RecordId, Sighted, Sighting, Wanted};
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::record::list::Item;
use crate::record::site::Site;

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    field: Field,
    permissions: Vec<String>,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl PopulationCheck, String> {
    if params.field != Field::CreatedBy {
        return Err("`field` must be `created-by`".to_owned());
    }
    if params.permissions.is_empty() {
        return Err("`permissions` names none: every role would do".to_owned());
    }
    Ok(Creator { permissions: params.permissions })
}

struct Creator {
    permissions: Vec<String>,
}

enum Standing {
    May,
    MayNot(Box<Sighting>),
    Unknown,
}

impl PopulationCheck for Creator {
    fn conclude(&self, census: &Census, site: &Site, archive: &mut dyn Archive) -> Conclusion {
        if !census.has_creators {
            return Conclusion::not_applicable(Reason::Because("no input says who created the accounts"));
        }
        if census.creators.is_empty() {
            return Conclusion::not_applicable(Reason::Because("no account says who created it"));
        }
        let mut conclusion = Conclusion::default();
        let mut unknown = 0;
        for (creator, created) in &census.creators {
            let count = created.len() as u64;
            match self.standing(creator, census, site, archive) {
                Standing::May => conclusion.judged += count,
                Standing::Unknown => unknown += count,
                Standing::MayNot(holder) => {
                    conclusion.judged += count;
                    conclusion.failed += count;
                    conclusion.findings.extend(findings(creator, created, &holder, archive));
                }
            }
        }
        if unknown > 0 {
            let reason = Reason::Because("the creator is no account of the input, or its roles are not there");
            conclusion.not_determinable = Some((reason, unknown));
        }
        conclusion
    }
}

impl Creator {
    fn standing(&self, creator: &str, census: &Census, site: &Site, archive: &mut dyn Archive) -> Standing {
        let folded = creator.to_ascii_lowercase();
        let candidates: Vec<RecordId> = census.roster.candidates(&folded).collect();
        let wanted = |field| candidates.iter().map(move |record| Wanted { record: *record, field }).collect::<Vec<_>>();
        let names = archive.look_up(&wanted(Field::UserName));
        let is_same =
            |sighting: &Sighting| matches!(&sighting.cell, Sighted::Text(name) if name.to_ascii_lowercase() == folded);
        let same: Vec<_> =
            names.into_iter().filter(|(_, seen)| is_same(seen)).map(|(wanted, _)| wanted.record).collect();
        let roles_of: Vec<_> = same.iter().map(|record| Wanted { record: *record, field: Field::Roles }).collect();
        let mut without = None;
        for (_, sighting) in archive.look_up(&roles_of) {
            match &sighting.cell {
                Sighted::Items(roles) if self.may(roles, site) => return Standing::May,
                Sighted::Items(roles) if roles.iter().any(|role| role.is_id) => {}
                Sighted::Items(_) | Sighted::Text(_) | Sighted::Blank => without = without.or(Some(sighting)),
                Sighted::Absent => {}
            }
        }
        without.map_or(Standing::Unknown, |holder| Standing::MayNot(Box::new(holder)))
    }

    fn may(&self, roles: &[Item<'_>], site: &Site) -> bool {
        let is_accepted =
            |role: &Item<'_>| site.is_administrator(role) || site.equivalents.iter().any(|name| *name == role.text);
        if roles.iter().any(is_accepted) {
            return true;
        }
        let entries: Vec<_> = roles.iter().filter_map(|role| site.catalogue.roles.get(role.text.as_ref())).collect();
        let permits = |permission: &String| entries.iter().any(|entry| entry.permissions.contains(permission));
        self.permissions.iter().all(permits)
    }
}

fn findings(creator: &str, created: &[RecordId], holder: &Sighting, archive: &mut dyn Archive) -> Vec<Finding> {
    let wanted: Vec<_> = created.iter().map(|record| Wanted { record: *record, field: Field::CreatedBy }).collect();
    let seen: BTreeMap<Wanted, Sighting> = archive.look_up(&wanted).into_iter().collect();
    seen.into_values()
        .map(|sighting| {
            let mut labels = vec![sighting.label, holder.label.clone()];
            labels[0].message = "the creator".to_owned();
            labels[1].message = "the creator's roles".to_owned();
            let mut second = holder.snippet.clone();
            second.marks.iter_mut().for_each(|mark| mark.label = 1);
            Finding {
                case: None,
                message: format!("{} created the account, but holds no role that may", quoted(creator)),
                subject: Some(sighting.subject),
                labels,
                snippets: vec![sighting.snippet, second],
                identity: vec![Field::CreatedBy.name().to_owned(), creator.to_ascii_lowercase()],
            }
        })
        .collect()
}
