//! `roles-apart`: roles that one account may not hold together.
//!
//! - **What it checks.** No account holds both roles of a pair.
//! - **Parameters.** `pairs`: pairs of roles, or `declared` for those of `apart` under `[review]`. `{administrator}` stands
//!   for the default administrator role and its accepted equivalents, `{agent}` for the default agent role.
//! - **Example.** `[check.roles-apart]` with `pairs = [["Payroll", "Auditor"]]`.
//! - **Edge cases.** Names are compared without regard to case. A role that is only a number is not determinable, unless
//!   another pair is held. Blank roles pass.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::canonical_list;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListItem};
use crate::record::name::fold;
use crate::record::review::role_pairs;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RolesApartCheck {
    pairs: RolePairs,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "Value")]
enum RolePairs {
    Named(Vec<[String; 2]>),
    /// Those that the site declares.
    Declared,
}

/// The word for the declared pairs.
const DECLARED: &str = "declared";

impl TryFrom<Value> for RolePairs {
    type Error = &'static str;

    fn try_from(written: Value) -> Result<Self, Self::Error> {
        if written == DECLARED {
            return Ok(Self::Declared);
        }
        role_pairs(&written).map(Self::Named).ok_or("expected pairs of roles, or `declared`")
    }
}

impl From<RolePairs> for Value {
    fn from(pairs: RolePairs) -> Self {
        match pairs {
            RolePairs::Named(pairs) => pairs.into_iter().map(|pair| Self::from(pair.to_vec())).collect(),
            RolePairs::Declared => DECLARED.into(),
        }
    }
}

/// The words for roles that go by other names on other tenants.
const ADMINISTRATOR: &str = "{administrator}";
const AGENT: &str = "{agent}";

impl RecordCheck for RolesApartCheck {
    fn validate(&self) -> Result<(), &'static str> {
        match &self.pairs {
            RolePairs::Named(pairs) if pairs.is_empty() => Err("`pairs` is empty"),
            RolePairs::Named(pairs) if pairs.iter().any(|[one, other]| fold(one) == fold(other)) => {
                Err("both roles of a pair are the same")
            }
            RolePairs::Named(_) | RolePairs::Declared => Ok(()),
        }
    }

    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(Field::Roles)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let pairs = match (&self.pairs, &site.review.apart) {
            (RolePairs::Named(pairs), _) | (RolePairs::Declared, Some(pairs)) => pairs,
            (RolePairs::Declared, None) => {
                return Judgement::NotApplicable(Reason::Other("the config declares no `apart` under `[review]`"));
            }
        };
        let roles = match record.list(Field::Roles, &site.lists) {
            ListCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(Field::Roles)),
            ListCell::Blank(_) => return Judgement::Pass,
            ListCell::Items(roles) => roles.items,
        };
        let held = |role: &str| roles.iter().filter(|item| is_role(item, role, site)).collect::<Vec<_>>();
        let violations: Vec<Violation> = pairs
            .iter()
            .filter_map(|[one, other]| {
                let (first, second) = (held(one), held(other));
                // An equivalent of the administrator role may be the agent role too: that is one role, not two.
                let pair = first.iter().find_map(|first| {
                    let other = second.iter().find(|second| second.span != first.span)?;
                    Some((*first, *other))
                });
                pair.map(|(first, second)| violation(first, second))
            })
            .collect();
        if violations.is_empty() && roles.iter().any(|role| role.is_id) {
            return Judgement::NotDeterminable(Reason::Other("a role is only a number, and no catalogue names it"));
        }
        Judgement::of(violations)
    }
}

fn is_role(item: &ListItem<'_>, role: &str, site: &Site) -> bool {
    match role {
        ADMINISTRATOR => site.is_privileged(item),
        AGENT => site.is_agent(item),
        // The default administrator may go by its name, or by the flag alone.
        name if site.administrator_names.iter().any(|known| known == name) && site.is_administrator(item) => true,
        name => fold(name) == fold(&item.text),
    }
}

fn violation(first: &ListItem<'_>, second: &ListItem<'_>) -> Violation {
    let (one, other) = (first.text.as_ref(), second.text.as_ref());
    let message = format!("the account holds {} and {}, which nobody may hold together", quoted(one), quoted(other));
    let pair = canonical_list([one, other].into_iter());
    let mut violation = Violation::new(Field::Roles, one, SpanLabel::from(first).with_message("this role"), message)
        .with_canonical_value(pair.clone())
        .of_item(pair);
    violation.labels.push(SpanLabel::from(second).with_message("and this one"));
    violation
}
