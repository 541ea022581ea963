//! Each account of a plan beside that of the export: what the plan states of it is compared, field by field.

use std::collections::{BTreeMap, BTreeSet};

use super::not_compared::{NotCompared, NotComparedReason};
use super::{AccountDrift, DriftClass, FieldDrift, MovedSide, comparable_fields};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::engine::comparison_run::{AccountsBySide, ComparedAccount};
use crate::record::canonical::CanonicalValue;
use crate::record::{Field, FieldSet};

/// What became of an account, and its records as far as there are any.
pub(super) struct AccountPair<'r> {
    pub(super) drift: AccountDrift,
    pub(super) plan: Option<&'r ComparedAccount>,
    pub(super) export: Option<&'r ComparedAccount>,
}

/// Accounts by their user names.
type ByName<'r> = BTreeMap<&'r str, Vec<&'r ComparedAccount>>;

fn by_name(accounts: &[ComparedAccount]) -> ByName<'_> {
    let mut named = ByName::new();
    for account in accounts {
        if let Some(name) = &account.name {
            named.entry(name).or_default().push(account);
        }
    }
    named
}

pub(super) struct Comparer<'r> {
    plans: ByName<'r>,
    exports: ByName<'r>,
    base: ByName<'r>,
    ignored: FieldSet,
    /// Some export could not be read in whole.
    is_partial: bool,
    /// Some export has no user names.
    pub(super) is_nameless: bool,
    /// User names of planned accounts that could not be read; `None` if one may have any name.
    pub(super) unread_names: Option<BTreeSet<String>>,
    /// User names of accounts that are in no plan and that several accounts of the exports have.
    pub(super) repeated: BTreeSet<String>,
}

impl<'r> Comparer<'r> {
    /// # Errors
    /// Plans declare an account twice.
    pub(super) fn new(accounts: &'r AccountsBySide, ignored: &[Field], is_partial: bool) -> Result<Self, UsageError> {
        let plans = by_name(&accounts.plans);
        if let Some([first, second, ..]) = plans.values().map(Vec::as_slice).find(|same| same.len() > 1) {
            let (key, one, other) = (quoted(&second.key), quoted(&first.file), quoted(&second.file));
            let message = if first.file == second.file {
                format!("the plan {one} declares the account {key} twice")
            } else {
                format!("the plans {one} and {other} both declare the account {key}")
            };
            return Err(UsageError::new(message).with_remedy("Keep one of them."));
        }
        let ignored = ignored.iter().fold(FieldSet::EMPTY, |set, field| set.with(*field));
        let (exports, base) = (by_name(&accounts.exports), by_name(&accounts.base));
        Ok(Self {
            plans,
            exports,
            base,
            ignored,
            is_partial,
            is_nameless: false,
            unread_names: None,
            repeated: BTreeSet::new(),
        })
    }

    /// What became of a planned account.
    pub(super) fn of_plan(&self, plan: &'r ComparedAccount, not_compared: &mut NotCompared) -> AccountPair<'r> {
        let mut drift = AccountDrift::new(plan, DriftClass::InSync);
        let named = plan.name.as_deref().and_then(|name| self.exports.get(name)).map_or(&[][..], Vec::as_slice);
        drift.is_planned = true;
        let export = match named {
            _ if plan.activity.is_ahead() && !self.may_be_early(named) => {
                drift.class = DriftClass::Pending;
                None
            }
            [export] => Some(*export),
            [_, ..] => {
                drift.leave_out(NotComparedReason::Several, not_compared);
                None
            }
            [] if plan.name.is_none() => {
                drift.leave_out(NotComparedReason::PlanWithoutName, not_compared);
                None
            }
            [] if self.is_nameless => {
                drift.leave_out(NotComparedReason::ExportWithoutNames, not_compared);
                None
            }
            [] if self.is_partial => {
                drift.leave_out(NotComparedReason::PerhapsUnread, not_compared);
                None
            }
            [] => {
                // An export may hold active accounts only.
                drift.class = if plan.activity.is_active { DriftClass::Missing } else { DriftClass::InSync };
                None
            }
        };
        if let Some(export) = export {
            self.compare(plan, export, &mut drift, not_compared);
        }
        AccountPair { drift, plan: Some(plan), export }
    }

    /// True if an account that is planned to begin later may be active already.
    fn may_be_early(&self, named: &[&ComparedAccount]) -> bool {
        let is_early = |export: &&ComparedAccount| export.activity.is_active || !export.activity.is_known;
        !self.ignored.has(Field::Active) && named.iter().any(is_early)
    }

    fn compare(
        &self,
        plan: &ComparedAccount,
        export: &ComparedAccount,
        drift: &mut AccountDrift,
        not_compared: &mut NotCompared,
    ) {
        for field in comparable_fields().filter(|field| !self.ignored.has(*field)) {
            match self.compare_field(plan, export, field) {
                Compared::NotStated => {}
                Compared::Equal => drift.compared.push(field),
                Compared::Differs(found) => {
                    drift.compared.push(field);
                    drift.fields.push(*found);
                }
                Compared::Impossible(reason) => drift.leave_out(reason, not_compared),
            }
        }
        let is_known = export.activity.is_known;
        let has_ended = plan.activity.because.is_some_and(|because| because.field == Field::Deactivated);
        let begins = plan.activity.starts.filter(|_| plan.activity.is_ahead());
        let differs = |field: Field| drift.fields.iter().any(|found| found.field == field);
        if begins.is_some() && is_known && !differs(Field::Active) && !differs(Field::Activated) {
            let [planned, found] = ["false", "true"].map(|text| CanonicalValue::Text(text.to_owned()));
            drift.fields.push(self.field_drift(plan, Field::Active, &planned, &found));
        }
        if !drift.fields.is_empty() {
            drift.class = DriftClass::Differs;
        }
        if let Some(date) = begins {
            drift.notes.push(format!("the plan begins on {date}"));
        }
        if (has_ended || begins.is_some()) && !is_known {
            drift.leave_out(NotComparedReason::UnknownActivity, not_compared);
        } else if has_ended && export.activity.is_active {
            drift.class = DriftClass::Lapsed;
        } else if plan.activity.is_active && !export.activity.is_active {
            drift.notes.push("the account is not active in the export".to_owned());
        }
    }

    fn compare_field(&self, plan: &ComparedAccount, export: &ComparedAccount, field: Field) -> Compared {
        let (planned, found) = (plan.value(field), found_value(export, field));
        match (planned, found) {
            (CanonicalValue::Absent | CanonicalValue::Unstated, _) => Compared::NotStated,
            (CanonicalValue::Unclear(why), _) => Compared::Impossible(NotComparedReason::UnclearPlan(field, why)),
            (_, CanonicalValue::Unclear(why)) => Compared::Impossible(NotComparedReason::UnclearExport(field, why)),
            (_, CanonicalValue::Absent) => Compared::Impossible(NotComparedReason::NotCarried(field)),
            _ if planned.is_equal(found) => Compared::Equal,
            _ => Compared::Differs(Box::new(self.field_drift(plan, field, planned, found))),
        }
    }

    fn field_drift(
        &self,
        plan: &ComparedAccount,
        field: Field,
        planned: &CanonicalValue,
        found: &CanonicalValue,
    ) -> FieldDrift {
        let earlier = plan.name.as_deref().and_then(|name| self.base.get(name));
        let moved = earlier.and_then(|same| match same.as_slice() {
            [base] => moved_side(planned, found, found_value(base, field)),
            _ => None,
        });
        let [planned, found] = [planned, found].map(|value| value.text().unwrap_or_default());
        FieldDrift { field, planned, found, moved, plan_label: None, export_label: None }
    }

    /// An account that no plan declares, though one should.
    pub(super) fn of_unplanned(&self, export: &'r ComparedAccount, not_compared: &mut NotCompared) -> AccountPair<'r> {
        let mut drift = AccountDrift::new(export, DriftClass::Unplanned);
        if export.name.as_ref().is_some_and(|name| self.repeated.contains(name)) {
            drift.leave_out(NotComparedReason::Several, not_compared);
        } else if self.may_be_unread(export) {
            drift.leave_out(NotComparedReason::PerhapsPlanned, not_compared);
        }
        AccountPair { drift, plan: None, export: Some(export) }
    }

    /// True if a planned account that could not be read may be this one.
    fn may_be_unread(&self, export: &ComparedAccount) -> bool {
        match (&self.unread_names, &export.name) {
            (None, _) => true,
            (Some(unread), Some(name)) => unread.contains(name),
            (Some(unread), None) => !unread.is_empty(),
        }
    }

    /// True for an account that a plan should declare and none does.
    pub(super) fn is_unplanned(&self, export: &ComparedAccount) -> bool {
        let is_live = export.activity.is_active || export.activity.ahead.begins.is_some();
        let is_planned = export.name.as_deref().is_some_and(|name| self.plans.contains_key(name));
        export.is_owned && is_live && !is_planned
    }
}

/// What comes of one field of an account.
enum Compared {
    NotStated,
    Equal,
    Differs(Box<FieldDrift>),
    Impossible(NotComparedReason),
}

/// What an export says; a key that only this account lacks is blank.
fn found_value(export: &ComparedAccount, field: Field) -> &CanonicalValue {
    match export.value(field) {
        CanonicalValue::Unstated => &CanonicalValue::Blank,
        value => value,
    }
}

/// Who moved since an earlier export; `None` if that does not tell.
fn moved_side(planned: &CanonicalValue, found: &CanonicalValue, base: &CanonicalValue) -> Option<MovedSide> {
    base.text()?;
    Some(match (base.is_equal(planned), base.is_equal(found)) {
        (true, _) => MovedSide::Export,
        (false, true) => MovedSide::Plan,
        (false, false) => MovedSide::Both,
    })
}

impl AccountDrift {
    fn new(account: &ComparedAccount, class: DriftClass) -> Self {
        Self {
            key: account.key.clone(),
            number: account.id.number,
            file: account.file.to_string(),
            class,
            is_planned: false,
            fields: Vec::new(),
            compared: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Leaves out the account, or one field of it.
    fn leave_out(&mut self, reason: NotComparedReason, not_compared: &mut NotCompared) {
        not_compared.add(reason, &self.key);
        self.notes.push(format!("not compared: {}", reason.text()));
        self.class = DriftClass::NotComparable;
    }
}
