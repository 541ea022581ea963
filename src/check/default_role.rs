//! `default-role`: the default administrator role among the roles.
//!
//! - **What it checks.** Some role is the default administrator: by its flag, or by its name if it has no flag.
//! - **Parameters.** `field`: the field of the roles.
//! - **Example.** `[check.default-role]` with `field = "roles"`.
//! - **Edge cases.** Case `equivalent-held`: a role the site accepts instead. A role that is only a number is
//!   not determinable. Blank roles are a failure of this check.

use serde::{Deserialize, Serialize};

use super::name_difference::difference;
use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::canonical_list;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListItems};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

/// The case of an accepted equivalent.
pub const EQUIVALENT_HELD: &str = "equivalent-held";

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DefaultRoleCheck {
    field: Field,
}

impl RecordCheck for DefaultRoleCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(self.field)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let due = site.administrator_names.first().map_or("Administrator", String::as_str);
        let list = match record.list(self.field, &site.lists) {
            ListCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(self.field)),
            ListCell::Blank(span) => {
                let message = format!("the account has no roles; expected `{due}`");
                let label = SpanLabel::new(span).with_message("nothing here");
                return Judgement::Fail(vec![Violation::new(self.field, "", label, message)]);
            }
            ListCell::Items(list) => list,
        };
        if list.items.iter().any(|role| site.is_administrator(role)) {
            return Judgement::Pass;
        }
        if list.items.iter().any(|role| role.is_id) {
            return Judgement::NotDeterminable(Reason::Other("a role is only a number, and no catalogue names it"));
        }
        Judgement::Fail(vec![self.violation(&list, due, site)])
    }
}

impl DefaultRoleCheck {
    fn violation(&self, list: &ListItems<'_>, due: &str, site: &Site) -> Violation {
        let names = list.items.iter().map(|role| role.text.as_ref());
        let sorted = canonical_list(names.clone());
        let names = names.collect::<Vec<_>>().join("; ");
        let equivalent = list.items.iter().find(|role| site.equivalents.iter().any(|name| *name == role.text));
        let label = SpanLabel::from(list);
        if let Some(role) = equivalent {
            let message =
                format!("the account holds {}, which this site accepts in place of `{due}`", quoted(&role.text));
            return Violation::new(self.field, &names, label.with_message(format!("no `{due}`")), message)
                .case(EQUIVALENT_HELD)
                .with_canonical_value(sorted);
        }
        let near = list.items.iter().find_map(|role| difference(&role.text, due));
        let message = format!("the default administrator role `{due}` is not assigned");
        Violation::new(
            self.field,
            &names,
            label.with_message(near.unwrap_or_else(|| format!("no `{due}` among these"))),
            message,
        )
        .with_canonical_value(sorted)
    }
}
