//! Accounts that plans and exports are compared by: those of plans, those of exports that a plan speaks of, and those of
//! exports that some plan should speak of.

use std::sync::Arc;

use super::account_flags::{ACCOUNT, API_USER, AccountFlags, NAMED_AS_INTEGRATION};
use super::batch::BatchContext;
use super::context::ComparisonScope;
use crate::check::RecordId;
use crate::read::RecordBatch;
use crate::record::activity::{Activity, activity};
use crate::record::canonical::CanonicalValue;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::list::ListCell;
use crate::record::name::{self, UserName};
use crate::record::{Field, InputKind, Record};

/// An account as one input holds it.
#[derive(Clone, Debug)]
pub struct ComparedAccount {
    /// Its record.
    pub id: RecordId,
    /// Its file as typed.
    pub file: Arc<str>,
    /// Its user name, or `#N`.
    pub key: String,
    /// Its user name as it is compared.
    pub name: Option<String>,
    /// Whether a plan or an export holds it.
    pub input_kind: InputKind,
    /// Whether it is active on the as-of date.
    pub activity: Activity,
    /// Some plan should speak of it.
    pub is_owned: bool,
    /// What it says, field by field.
    pub values: Vec<(Field, CanonicalValue)>,
}

impl ComparedAccount {
    /// What it says of a field.
    #[must_use]
    pub fn value(&self, field: Field) -> &CanonicalValue {
        let found = self.values.iter().find(|(known, _)| *known == field);
        found.map_or(&CanonicalValue::Absent, |(_, value)| value)
    }
}

/// The accounts of one pass, or of a thread's share of it.
#[derive(Clone, Debug, Default)]
pub struct ComparedAccounts(Vec<ComparedAccount>);

impl ComparedAccounts {
    /// Takes the accounts of a batch that are to be compared.
    pub fn take(
        &mut self,
        batch: &impl RecordBatch,
        flags: &AccountFlags,
        comparison: &ComparisonScope,
        context: BatchContext<'_>,
    ) {
        for (place, flags) in flags.with(ACCOUNT) {
            let record = DeclaredBlanks::new(batch.record(place as usize), &context.run.site.values);
            let name = record.text(Field::UserName);
            let name = name.as_deref();
            let is_export = record.input_kind() == InputKind::Export;
            let is_base = comparison.base == Some(context.input.id);
            let is_planned = !is_export || name.is_some_and(|name| comparison.planned.contains(&UserName::new(name)));
            let is_owned = is_export
                && !is_base
                && (flags & (API_USER | NAMED_AS_INTEGRATION) != 0 || holds_owned_role(&record, comparison, context));
            // An account without a certain activity was refused.
            if (is_planned || is_owned)
                && let Ok(activity) = activity(&record, &context.run.site)
            {
                let values =
                    Field::ALL.iter().map(|field| (*field, CanonicalValue::of(&record, *field, &context.run.site)));
                self.0.push(ComparedAccount {
                    id: RecordId { input: context.input.id, number: record.number() },
                    file: Arc::clone(&context.input.file),
                    key: record.key(),
                    name: name.map(name::fold),
                    input_kind: record.input_kind(),
                    activity,
                    is_owned,
                    values: values.filter(|(_, value)| *value != CanonicalValue::Absent).collect(),
                });
            }
        }
    }

    /// Adds what another thread took.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// In the order of the inputs.
    pub fn sorted(mut self) -> Vec<ComparedAccount> {
        self.0.sort_unstable_by_key(|account| account.id);
        self.0
    }
}

fn holds_owned_role(record: &impl Record, comparison: &ComparisonScope, context: BatchContext<'_>) -> bool {
    if comparison.owned_roles.is_empty() {
        return false;
    }
    match record.list(Field::Roles, &context.run.site.lists) {
        ListCell::Items(roles) => roles.items.iter().any(|role| comparison.owned_roles.contains(role.text.as_ref())),
        ListCell::Absent | ListCell::Blank(_) => false,
    }
}
