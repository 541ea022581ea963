//! Drift: whether the accounts of an export are as plans say. A plan owns what it states, and nothing else.
//!
//! The accounts come from `engine/comparison_run.rs`, their values from `record/canonical.rs`. This module only compares.

mod acceptance;
mod findings;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Label;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::words::words;
use crate::engine::comparison_run::{AccountsBySide, ComparedAccount, ComparedInputs, ComparisonRun};
use crate::engine::{Run, RunRequest};
use crate::record::canonical::CanonicalValue;
use crate::record::{Field, FieldSet};

pub(crate) use findings::is_of_person;

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
        self.accounts.len() - self.count(DriftClass::Unplanned)
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
    Field::ALL.iter().copied().filter(|field| !NEVER.contains(field))
}

/// Ids that one person or system keeps under another user name.
const LASTING_IDS: [Field; 3] = [Field::EmployeeId, Field::AcdId, Field::Id];

/// Why an account that is there several times is not compared.
const SEVERAL: &str = "the exports hold the account more than once";

/// Compares plans with exports.
///
/// # Errors
/// A config or inputs that cannot be used: nothing was compared.
pub fn run(inputs: ComparedInputs, ignored: Vec<Field>, request: &RunRequest<'_>) -> Result<(Run, Drift), UsageError> {
    let run = ComparisonRun::observe(inputs, request)?;
    let mut comparer = Comparer::new(&run.accounts, &ignored, run.is_partial())?;
    comparer.is_nameless = run.export_without(Field::UserName).is_some();
    let mut gaps = Gaps::default();
    let mut pairs: Vec<AccountPair<'_>> =
        run.accounts.plans.iter().map(|plan| comparer.of_plan(plan, &mut gaps)).collect();
    for export in run.accounts.exports.iter().filter(|export| comparer.is_unplanned(export)) {
        pairs.push(comparer.of_unplanned(export, &mut gaps));
    }
    note_renamed(&mut pairs);
    let (mut found, unread) = findings::of_pairs(&mut pairs, run.cells());
    let drift = Drift { accounts: pairs.into_iter().map(|pair| pair.drift).collect(), ignored, waived: 0 };
    found.push(findings::summary(&drift));
    let mut not_compared = gaps.faults();
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

/// Why something was not compared, with the accounts.
#[derive(Default)]
struct Gaps(BTreeMap<String, BTreeSet<String>>);

impl Gaps {
    fn add(&mut self, reason: String, account: &str) {
        self.0.entry(reason).or_default().insert(account.to_owned());
    }

    /// One fault for each reason, whatever the number of accounts.
    fn faults(self) -> Vec<Fault> {
        let fault = |(reason, accounts): (String, BTreeSet<String>)| {
            let first = accounts.first().map(|key| quoted(key)).unwrap_or_default();
            let whose = match accounts.len() {
                1 => first,
                several => format!("{several} accounts, first {first}"),
            };
            Fault::of_input(FaultKind::DriftNotCompared, format!("not compared for {whose}: {reason}"))
        };
        self.0.into_iter().map(fault).collect()
    }
}

/// What became of an account, and its records as far as there are any.
struct AccountPair<'r> {
    drift: AccountDrift,
    plan: Option<&'r ComparedAccount>,
    export: Option<&'r ComparedAccount>,
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

struct Comparer<'r> {
    plans: ByName<'r>,
    exports: ByName<'r>,
    base: ByName<'r>,
    ignored: FieldSet,
    /// Some export could not be read in whole.
    is_partial: bool,
    /// Some export has no user names.
    is_nameless: bool,
}

impl<'r> Comparer<'r> {
    /// # Errors
    /// Plans declare an account twice.
    fn new(accounts: &'r AccountsBySide, ignored: &[Field], is_partial: bool) -> Result<Self, UsageError> {
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
        Ok(Self { plans, exports, base, ignored, is_partial, is_nameless: false })
    }

    /// What became of a planned account.
    fn of_plan(&self, plan: &'r ComparedAccount, gaps: &mut Gaps) -> AccountPair<'r> {
        let mut drift = AccountDrift::new(plan, DriftClass::InSync);
        let named = plan.name.as_deref().and_then(|name| self.exports.get(name)).map_or(&[][..], Vec::as_slice);
        let export = match named {
            _ if plan.activity.is_ahead() => {
                drift.class = DriftClass::Pending;
                None
            }
            [] if plan.name.is_none() => {
                drift.leave_out("the plan gives no user name".to_owned(), gaps);
                None
            }
            [] if self.is_nameless => {
                drift.leave_out("the export has no user name".to_owned(), gaps);
                None
            }
            [] if self.is_partial => {
                drift.leave_out("it may be among the accounts that could not be read".to_owned(), gaps);
                None
            }
            [] => {
                // An export may hold active accounts only.
                drift.class = if plan.activity.is_active { DriftClass::Missing } else { DriftClass::InSync };
                None
            }
            [export] => Some(*export),
            [..] => {
                drift.leave_out(SEVERAL.to_owned(), gaps);
                None
            }
        };
        if let Some(export) = export {
            self.compare(plan, export, &mut drift, gaps);
        }
        AccountPair { drift, plan: Some(plan), export }
    }

    fn compare(&self, plan: &ComparedAccount, export: &ComparedAccount, drift: &mut AccountDrift, gaps: &mut Gaps) {
        for field in comparable_fields().filter(|field| !self.ignored.has(*field)) {
            match self.compare_field(plan, export, field) {
                Compared::NotStated => {}
                Compared::Equal => drift.compared.push(field),
                Compared::Differs(found) => {
                    drift.compared.push(field);
                    drift.fields.push(*found);
                }
                Compared::Impossible(reason) => drift.leave_out(reason, gaps),
            }
        }
        if !drift.fields.is_empty() {
            drift.class = DriftClass::Differs;
        }
        let has_ended = plan.activity.because.is_some_and(|because| because.field == Field::Deactivated);
        if has_ended && !export.activity.is_known {
            drift.leave_out("the export does not say which accounts are active".to_owned(), gaps);
        } else if has_ended && export.activity.is_active {
            drift.class = DriftClass::Lapsed;
        } else if plan.activity.is_active && !export.activity.is_active {
            drift.notes.push("the account is not active in the export".to_owned());
        }
    }

    fn compare_field(&self, plan: &ComparedAccount, export: &ComparedAccount, field: Field) -> Compared {
        let label = field.label();
        let (planned, found) = (plan.value(field), found_value(export, field));
        match (planned, found) {
            (CanonicalValue::Absent | CanonicalValue::Unstated, _) => Compared::NotStated,
            (CanonicalValue::Unclear(why), _) => Compared::Impossible(format!("the {label} of the plan: {why}")),
            (_, CanonicalValue::Unclear(why)) => Compared::Impossible(format!("the {label} of the export: {why}")),
            (_, CanonicalValue::Absent) => Compared::Impossible(format!("the export has no {label}")),
            _ if planned.is_equal(found) => Compared::Equal,
            _ => {
                let earlier = plan.name.as_deref().and_then(|name| self.base.get(name));
                let moved = earlier.and_then(|same| match same.as_slice() {
                    [base] => moved_side(planned, found, found_value(base, field)),
                    _ => None,
                });
                Compared::Differs(Box::new(FieldDrift {
                    field,
                    planned: planned.text().unwrap_or_default(),
                    found: found.text().unwrap_or_default(),
                    moved,
                    plan_label: None,
                    export_label: None,
                }))
            }
        }
    }

    /// An account that no plan declares, though one should.
    fn of_unplanned(&self, export: &'r ComparedAccount, gaps: &mut Gaps) -> AccountPair<'r> {
        let mut drift = AccountDrift::new(export, DriftClass::Unplanned);
        let named = export.name.as_deref().and_then(|name| self.exports.get(name));
        if named.is_some_and(|same| same.len() > 1) {
            drift.leave_out(SEVERAL.to_owned(), gaps);
        }
        AccountPair { drift, plan: None, export: Some(export) }
    }

    /// True for an account that a plan should declare and none does.
    fn is_unplanned(&self, export: &ComparedAccount) -> bool {
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
    Impossible(String),
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

/// Notes on missing and unplanned accounts that are likely one under another user name.
fn note_renamed(pairs: &mut [AccountPair<'_>]) {
    let mut notes = Vec::new();
    for (at, missing) in pairs.iter().enumerate().filter(|(_, pair)| pair.drift.class == DriftClass::Missing) {
        let Some(plan) = missing.plan else { continue };
        for (other, unplanned) in pairs.iter().enumerate() {
            let Some(export) = unplanned.export.filter(|_| unplanned.plan.is_none()) else { continue };
            let same = LASTING_IDS.into_iter().find(|field| plan.value(*field).is_equal_text(export.value(*field)));
            if let Some(field) = same {
                notes.push((at, format!("same {} as the unplanned account {}", field.label(), quoted(&export.key))));
                notes.push((other, format!("same {} as the missing account {}", field.label(), quoted(&plan.key))));
            }
        }
    }
    notes.into_iter().for_each(|(at, note)| pairs[at].drift.notes.push(note));
}

impl AccountDrift {
    fn new(account: &ComparedAccount, class: DriftClass) -> Self {
        Self {
            key: account.key.clone(),
            number: account.id.number,
            file: account.file.to_string(),
            class,
            fields: Vec::new(),
            compared: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Leaves out the account, or one field of it.
    fn leave_out(&mut self, reason: String, gaps: &mut Gaps) {
        gaps.add(reason.clone(), &self.key);
        self.notes.push(format!("not compared: {reason}"));
        self.class = DriftClass::NotComparable;
    }
}
