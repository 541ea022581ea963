//! `whole-tenant`: a scope that takes in everything.
//!
//! - **What it checks.** No entry of the scope is the tenant itself.
//! - **Parameters.** `field`: the field of the scope.
//! - **Example.** `[check.whole-tenant]` with `field = "scope"`.
//! - **Edge cases.** In a table only its name shows that an entry is the tenant: if the name is not declared,
//!   the check is not applicable. A document that has a place for the tenant needs no name.

use serde::{Deserialize, Serialize};

use super::reference::{is_tenant, tenant_of};
use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ScopeLevel};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WholeTenantCheck {
    field: Field,
}

impl RecordCheck for WholeTenantCheck {
    fn reads(&self, present: FieldSet) -> FieldSet {
        let fields = FieldSet::EMPTY.with(self.field);
        if present.has(Field::Tenant) { fields.with(Field::Tenant) } else { fields }
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let list = match record.list(self.field, &site.lists) {
            ListCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(self.field)),
            ListCell::Blank(_) => {
                return Judgement::NotApplicable(Reason::Other("the scope is empty, which is another finding"));
            }
            ListCell::Items(list) => list,
        };
        let tenant = tenant_of(record, site);
        if let Some(entry) = list.items.iter().find(|entry| is_tenant(entry, tenant.as_deref())) {
            let message = match &tenant {
                Some(name) => format!("the whole tenant {} is in scope", quoted(name)),
                None => "the whole tenant is in scope".to_owned(),
            };
            let label = SpanLabel::from(entry).with_message("covers every team");
            let violation = Violation::new(self.field, &entry.text, label, message);
            // A document need not say the tenant's name.
            return Judgement::Fail(vec![match tenant {
                Some(name) => violation.with_canonical_value(name),
                None => violation,
            }]);
        }
        let is_told_by_name = list.items.iter().any(|entry| entry.level == ScopeLevel::Any);
        if tenant.is_none() && is_told_by_name {
            return Judgement::NotApplicable(Reason::Other("the tenant's name is not declared"));
        }
        Judgement::Pass
    }
}
