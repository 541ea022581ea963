//! Drift: whether the accounts of an export are as plans say. A plan owns what it states, and nothing else.
//!
//! The accounts come from `engine/comparison_run.rs`, their values from `record/canonical.rs`. This module only compares.

mod acceptance;
mod comparer;
mod findings;
mod not_compared;

use std::collections::HashMap;

use crate::diagnostic::Label;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::words::words;
use crate::engine::comparison_run::{ComparedAccount, ComparedInputs, ComparisonRun};
use crate::engine::{Run, RunRequest};
use crate::record::Field;

use comparer::{AccountPair, Comparer};
pub(crate) use findings::is_of_person;
use not_compared::NotCompared;

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftClass {
    /// As planned.
    InSync,
    /// Some field is not as planned.
    Differs,
    /// Planned, and not in the export.
    Missing,
    /// In the export, and in no plan that should declare it.
    Unplanned,
    /// Planned to begin after the as-of date.
    Pending,
    /// Planned to have ended, and still active.
    Lapsed,
    /// It, or a field of it, could not be compared.
    NotComparable,
}

words!(DriftClass {
    InSync = "in-sync",
    Differs = "differs",
    Missing = "missing",
    Unplanned = "unplanned",
    Pending = "pending",
    Lapsed = "lapsed",
    NotComparable = "not-comparable",
});

/// Who moved, by an earlier export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedSide {
    /// The earlier export has what the later one has.
    Plan,
    /// The earlier export has what is planned.
    Export,
    /// The earlier export has neither.
    Both,
}

words!(MovedSide { Plan = "plan", Export = "export", Both = "both" });

/// A field that is not as planned.
#[derive(Clone, Debug)]
pub struct FieldDrift {
    /// The field.
    pub field: Field,
    /// What the plan states; empty if the cell must be blank.
    pub planned: String,
    /// What the export holds.
    pub found: String,
    /// `None` if no earlier export tells.
    pub moved: Option<MovedSide>,
    /// The plan's line; `None` if it could not be read again.
    pub plan_label: Option<Label>,
    /// The exported cell.
    pub export_label: Option<Label>,
}

/// An account of a plan, or one that a plan should declare.
#[derive(Clone, Debug)]
pub struct AccountDrift {
    /// Its user name, or `#N`.
    pub key: String,
    /// The number of its record in `file`.
    pub number: u64,
    /// The file that decides its class: the plan's, or that of an unplanned account.
    pub file: String,
    /// What became of it.
    pub class: DriftClass,
    /// Some plan declares it.
    pub is_planned: bool,
    /// What is not as planned.
    pub fields: Vec<FieldDrift>,
    /// What a plan states of it that was compared.
    pub compared: Vec<Field>,
    /// Why it, or a field of it, could not be compared; or what explains its class.
    pub notes: Vec<String>,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// Those of plans, then those of exports, each in the order of the inputs.
    pub accounts: Vec<AccountDrift>,
    /// Fields that this run leaves out.
    pub ignored: Vec<Field>,
    /// Differences that waivers accept.
    pub waived: usize,
}

impl Drift {
    /// How many accounts ended so.
    #[must_use]
    pub fn count(&self, class: DriftClass) -> usize {
        self.accounts.iter().filter(|account| account.class == class).count()
    }

    /// Accounts that plans declare.
    #[must_use]
    pub fn owned(&self) -> usize {
        self.accounts.iter().filter(|account| account.is_planned).count()
    }

    /// How many accounts were compared, and what was left out, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let plural = |count: usize| if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") };
        let counts: Vec<String> = DriftClass::ALL
            .into_iter()
            .map(|class| (class, self.count(class)))
            .filter(|(_, count)| *count > 0)
            .map(|(class, count)| match class {
                DriftClass::Differs if count > 1 => format!("{count} differ"),
                _ => format!("{count} {}", class.word()),
            })
            .collect();
        let ignored: Vec<&str> = self.ignored.iter().map(|field| field.name()).collect();
        let ignored = if ignored.is_empty() { String::new() } else { format!("; ignored: {}", ignored.join(", ")) };
        let waived = if self.waived == 0 { String::new() } else { format!("; {} waived", self.waived) };
        let counts = counts.join(", ");
        format!("{} planned, {} compared: {counts}{waived}{ignored}", plural(self.owned()), self.compared())
    }

    /// Accounts of plans of which something was compared.
    #[must_use]
    pub fn compared(&self) -> usize {
        self.accounts.iter().filter(|account| !account.compared.is_empty()).count()
    }
}

/// Fields that are never compared: a password, what only a plan says, and the name that an account goes by.
const NEVER: [Field; 5] = [Field::UserName, Field::Password, Field::Kind, Field::Integration, Field::Tenant];

/// The fields that `--ignore` may name.
pub fn comparable_fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(|field| !NEVER.contains(field) && !field.is_of_reviews())
}

/// Ids that one person or system keeps under another user name.
const LASTING_IDS: [Field; 3] = [Field::EmployeeId, Field::AcdId, Field::Id];

/// Compares plans with exports.
///
/// # Errors
/// A config or inputs that cannot be used: nothing was compared.
pub fn run(inputs: ComparedInputs, ignored: Vec<Field>, request: &RunRequest<'_>) -> Result<(Run, Drift), UsageError> {
    let run = ComparisonRun::observe(inputs, request)?;
    let mut comparer = Comparer::new(&run.accounts, &ignored, run.is_partial())?;
    comparer.is_nameless = run.export_without(Field::UserName).is_some();
    comparer.unread_names = run.unread_names();
    let unplanned = run.accounts.exports.iter().filter(|export| comparer.is_unplanned(export));
    comparer.repeated = run.repeated(unplanned.filter_map(|export| export.name.as_deref()));
    let mut not_compared = NotCompared::default();
    let mut pairs: Vec<AccountPair<'_>> =
        run.accounts.plans.iter().map(|plan| comparer.of_plan(plan, &mut not_compared)).collect();
    for export in run.accounts.exports.iter().filter(|export| comparer.is_unplanned(export)) {
        pairs.push(comparer.of_unplanned(export, &mut not_compared));
    }
    note_renamed(&mut pairs);
    let (mut found, unread) = findings::of_pairs(&mut pairs, run.cells());
    let drift = Drift { accounts: pairs.into_iter().map(|pair| pair.drift).collect(), ignored, waived: 0 };
    found.push(findings::summary(&drift));
    let mut not_compared = not_compared.faults();
    not_compared.extend(unknown_holders(&run));
    Ok((run.conclude(found, not_compared, unread), drift))
}

/// If the config owns roles and an export does not say who has them.
fn unknown_holders(run: &ComparisonRun<'_>) -> Option<Fault> {
    let file = run.export_without(Field::Roles).filter(|_| run.has_owned_roles())?;
    let message = format!(
        "whether all holders of the roles under `[drift.owns]` are planned is not known: {} has no roles",
        quoted(file)
    );
    Some(Fault::of_input(FaultKind::DriftNotCompared, message).with_remedy("Export the list again with the roles."))
}

/// Notes on missing and unplanned accounts that are likely one under another user name.
fn note_renamed(pairs: &mut [AccountPair<'_>]) {
    let mut notes = Vec::new();
    for field in LASTING_IDS {
        let id = |account: &ComparedAccount| account.value(field).text().filter(|id| !id.is_empty());
        let mut unplanned: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.plan.is_none()) {
            if let Some(id) = pair.export.and_then(id) {
                unplanned.entry(id).or_default().push(at);
            }
        }
        for (at, missing) in pairs.iter().enumerate().filter(|(_, pair)| pair.drift.class == DriftClass::Missing) {
            let Some(id) = missing.plan.and_then(id) else { continue };
            // An id that several accounts have tells of none of them.
            let Some([other]) = unplanned.get(&id).map(Vec::as_slice) else { continue };
            let (plan, export) = (quoted(&missing.drift.key), quoted(&pairs[*other].drift.key));
            notes.push((at, format!("same {} as the unplanned account {export}", field.label())));
            notes.push((*other, format!("same {} as the missing account {plan}", field.label())));
        }
    }
    notes.into_iter().for_each(|(at, note)| pairs[at].drift.notes.push(note));
}
