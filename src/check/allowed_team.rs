//! `allowed-team`: the default team, or one the site declared as an alternate.
//!
//! - **What it checks.** The team's name is exactly one of those.
//! - **Parameters.** `field`: the field of the team.
//! - **Example.** `[check.allowed-team]` with `field = "team"`.
//! - **Edge cases.** Case `no-alternates`: the site declared none, so another team is only worth a note. A
//!   blank team and one the catalogue lacks are findings of other rules, not of this one.

use serde::{Deserialize, Serialize};

use super::name_difference::difference;
use super::reference::{ResolvedTeam, team};
use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};

/// The case of a site without declared alternates.
pub const NO_ALTERNATES: &str = "no-alternates";

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct AllowedTeamCheck {
    field: Field,
}

impl RecordCheck for AllowedTeamCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(self.field)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let value = match record.cell(self.field) {
            Cell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(self.field)),
            Cell::Blank(_) => {
                return Judgement::NotApplicable(Reason::Other("the team is blank, which is another finding"));
            }
            Cell::Value(value) => value,
        };
        let name = match team(&value, site) {
            ResolvedTeam::Team(name) => name,
            ResolvedTeam::Unknown => {
                return Judgement::NotApplicable(Reason::Other(
                    "the catalogue lacks the team, which is another finding",
                ));
            }
            ResolvedTeam::OnlyNumber => return Judgement::NotDeterminable(super::reference::ONLY_NUMBER),
        };
        if name == site.default_team || site.alternates.iter().flatten().any(|allowed| *allowed == name) {
            return Judgement::Pass;
        }
        let due = &site.default_team;
        let near = difference(&name, due);
        let label = SpanLabel::from(&value).with_message(near.unwrap_or_else(|| format!("not `{due}`")));
        let violation = match site.alternates {
            Some(_) => {
                let message = format!("the team {} is neither `{due}` nor a declared alternate", quoted(&name));
                Violation::new(self.field, &name, label, message)
            }
            None => {
                let message = format!("the team is {}, not `{due}`, and no alternates are declared", quoted(&name));
                Violation::new(self.field, &name, label, message).case(NO_ALTERNATES)
            }
        };
        Judgement::Fail(vec![violation])
    }
}
