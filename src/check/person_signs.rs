//! `person-signs`: an account of an integration that also belongs to a person.
//!
//! - **What it checks.** The named cells are all blank, and no role is the default agent role: by its flag, by the
//!   catalogue, or by name.
//! - **Parameters.** `fields`: cells only a person has; `agent-roles`: names of the agent role.
//! - **Example.** `[check.person-signs]` with `fields = ["windows-login", "acd-id"]`.
//! - **Edge cases.** One sign is enough and is the place; the others follow as further places. Cells that an input
//!   does not have do not count; roles it does not have are not determinable.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::canonical_list;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListItem};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PersonSignsCheck {
    fields: Vec<Field>,
    #[serde(default)]
    agent_roles: Vec<String>,
}

impl RecordCheck for PersonSignsCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        self.fields.iter().fold(FieldSet::EMPTY.with(Field::Roles), |set, field| set.with(*field))
    }

    fn has_several_fields(&self) -> bool {
        true
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let mut signs = Vec::new();
        for field in &self.fields {
            if let Some(value) = record.cell(*field).value() {
                signs.push((*field, value.text.to_string(), SpanLabel::from(value).with_message(field.label())));
            }
        }
        let roles = record.list(Field::Roles, &site.lists);
        if let ListCell::Items(roles) = &roles {
            for role in roles.items.iter().filter(|role| self.is_agent(role, site)) {
                signs.push((Field::Roles, role.text.to_string(), SpanLabel::from(role).with_message("the agent role")));
            }
        }
        let fields: Vec<Field> = signs.iter().map(|(field, ..)| *field).collect();
        let texts: Vec<String> = signs.iter().map(|(_, text, _)| text.clone()).collect();
        let mut signs = signs.into_iter();
        let Some((field, text, label)) = signs.next() else {
            return match roles {
                ListCell::Absent => Judgement::NotDeterminable(Reason::NotCarried(Field::Roles)),
                ListCell::Blank(_) | ListCell::Items(_) => Judgement::Pass,
            };
        };
        let what = if field == Field::Roles { "role" } else { field.label() };
        let message =
            format!("the account of an integration also belongs to a person: it has the {what} {}", quoted(&text));
        let mut violation = Violation::new(field, &text, label, message)
            .of_fields(fields)
            .with_canonical_value(canonical_list(texts.iter().map(String::as_str)));
        violation.labels.extend(signs.map(|(_, _, label)| label));
        Judgement::Fail(vec![violation])
    }
}

impl PersonSignsCheck {
    fn is_agent(&self, role: &ListItem<'_>, site: &Site) -> bool {
        if let Some(is_agent) = role.is_agent_default {
            return is_agent;
        }
        let by_catalogue = site.catalogue.roles.get(role.text.as_ref()).is_some_and(|entry| entry.is_default_agent);
        by_catalogue || self.agent_roles.iter().any(|name| *name == role.text)
    }
}
