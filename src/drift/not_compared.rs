//! What could not be compared, why, and what cures it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::record::Field;

/// Why an account, or a field of it, was not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NotComparedReason {
    /// The export has no such column.
    NotCarried(Field),
    /// The plan's value has no one meaning.
    UnclearPlan(Field, &'static str),
    /// The exported value has no one meaning.
    UnclearExport(Field, &'static str),
    /// Several accounts of the exports have its user name.
    Several,
    PlanWithoutName,
    ExportWithoutNames,
    /// It is not in the exports, of which some accounts could not be read.
    PerhapsUnread,
    /// It is in no plan, and some accounts of plans could not be read.
    PerhapsPlanned,
    UnknownActivity,
}

impl NotComparedReason {
    /// Why, as a fragment.
    pub(super) fn text(self) -> String {
        match self {
            Self::NotCarried(field) => format!("the export has no {}", field.label()),
            Self::UnclearPlan(field, why) => format!("the {} of the plan: {why}", field.label()),
            Self::UnclearExport(field, why) => format!("the {} of the export: {why}", field.label()),
            Self::Several => "the exports hold the account more than once".to_owned(),
            Self::PlanWithoutName => "the plan gives no user name".to_owned(),
            Self::ExportWithoutNames => "the export has no user name".to_owned(),
            Self::PerhapsUnread => "it may be among the accounts that could not be read".to_owned(),
            Self::PerhapsPlanned => "it may be among the planned accounts that could not be read".to_owned(),
            Self::UnknownActivity => "the export does not say which accounts are active".to_owned(),
        }
    }

    /// What to do about it.
    fn remedy(self) -> String {
        let ignore = |field: Field| format!("leave the field out with `--ignore {}`", field.name());
        match self {
            Self::NotCarried(field) => format!("Export the list again with the column, or {}.", ignore(field)),
            Self::UnclearPlan(field, _) => format!("State the value in the plan in one way, or {}.", ignore(field)),
            Self::UnclearExport(field, _) => {
                format!("Correct the cell in the product and export the list again, or {}.", ignore(field))
            }
            Self::Several => {
                "Find out in the product whose user name it is, give the other account its own, and export the list again."
                    .to_owned()
            }
            Self::PlanWithoutName => "Write the `user_name` of the account in the plan.".to_owned(),
            Self::ExportWithoutNames => "Export the list again with the user names, or write their header into the config: \
                                         `user-name = \"HEADER\"` under `[columns]`."
                .to_owned(),
            Self::PerhapsUnread => "Repair what could not be read of the export, and compare again.".to_owned(),
            Self::PerhapsPlanned => "Repair what could not be read of the plans, and compare again.".to_owned(),
            Self::UnknownActivity => {
                "Export the list again with the column that says which accounts are active.".to_owned()
            }
        }
    }
}

/// What was not compared, with the accounts.
#[derive(Default)]
pub(super) struct NotCompared(BTreeMap<NotComparedReason, BTreeSet<String>>);

impl NotCompared {
    pub(super) fn add(&mut self, reason: NotComparedReason, account: &str) {
        self.0.entry(reason).or_default().insert(account.to_owned());
    }

    /// One fault for each reason, whatever the number of accounts.
    pub(super) fn faults(self) -> Vec<Fault> {
        let fault = |(reason, accounts): (NotComparedReason, BTreeSet<String>)| {
            let first = accounts.first().map(|key| quoted(key)).unwrap_or_default();
            let whose = match accounts.len() {
                1 => first,
                several => format!("{several} accounts, first {first}"),
            };
            let message = format!("not compared for {whose}: {}", reason.text());
            Fault::of_input(FaultKind::DriftNotCompared, message).with_remedy(reason.remedy())
        };
        self.0.into_iter().map(fault).collect()
    }
}
