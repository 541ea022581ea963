//! The accounts of a run in few bytes each, so that two runs can be compared account by account without keeping their
//! cells: the hash of the user name, and the numbers of the values that say what the account may do.

use std::collections::HashMap;

use super::account_flags::{ACCOUNT, ADMINISTRATOR, AccountFlags, PRESENT, needed};
use super::batch::BatchContext;
use super::symbols::{ColumnSymbols, SymbolMap};
use crate::check::RecordId;
use crate::diagnostic::identification::Side;
use crate::read::RecordBatch;
use crate::record::canonical::CanonicalValue;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::list::ListCell;
use crate::record::name::UserName;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, InputKind, Record};
use crate::rule::Subject;
use crate::source::InputId;

/// The fields that say what an account may do.
pub const TRACKED_FIELDS: [Field; 4] = [Field::Roles, Field::Licenses, Field::Scope, Field::Team];

/// An account of a run.
#[derive(Clone, Copy, Debug)]
pub struct TrackedAccount {
    /// The hash of its folded user name.
    pub name: u64,
    number: u64,
    /// The numbers of its values, as [`TRACKED_FIELDS`] orders them.
    pub values: [u32; TRACKED_FIELDS.len()],
    flags: u16,
    input: InputId,
    /// False if its user name is blank.
    pub has_name: bool,
    is_plan: bool,
    knows_activity: bool,
}

impl TrackedAccount {
    /// Its record.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        RecordId { input: self.input, number: self.number }
    }

    /// Accounts with one key are of one side and have one user name, but for rare accidents. Those of plans come last.
    #[must_use]
    pub const fn sort_key(&self) -> u64 {
        Self::key(self.is_plan, self.name)
    }

    /// The key of accounts of plans, or of exports, whose user name has this hash.
    #[must_use]
    pub const fn key(is_plan: bool, name: u64) -> u64 {
        name >> 1 | (is_plan as u64) << 63
    }

    /// Whether an export or a plan holds it.
    #[must_use]
    pub const fn side(&self) -> Side {
        if self.is_plan { Side::Plan } else { Side::Export }
    }

    /// Whether it is active; `None` if its input does not say.
    #[must_use]
    pub const fn is_active(&self) -> Option<bool> {
        if self.knows_activity { Some(self.flags & PRESENT != 0) } else { None }
    }

    /// True if it holds the administrator role.
    #[must_use]
    pub const fn is_administrator(&self) -> bool {
        self.flags & ADMINISTRATOR != 0
    }

    /// True if rules with this subject judge it.
    #[must_use]
    pub const fn is_judged_as(&self, subject: Subject) -> bool {
        let needed = needed(subject);
        self.flags & needed == needed
    }
}

/// A value that two runs can compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TrackedValue {
    /// It has one meaning.
    Known(CanonicalValue),
    /// It can be read in several ways: only the same text is the same value.
    Unclear(String),
}

impl TrackedValue {
    fn of(record: &impl Record, field: Field, site: &Site) -> Self {
        match CanonicalValue::of(record, field, site) {
            CanonicalValue::Unclear(_) => Self::Unclear(text(record, field, site)),
            CanonicalValue::Unstated => Self::Known(CanonicalValue::Blank),
            known => Self::Known(known),
        }
    }
}

/// The text of a cell as it was written.
fn text(record: &impl Record, field: Field, site: &Site) -> String {
    match record.list(field, &site.lists) {
        ListCell::Items(list) if field.is_list() => {
            list.items.iter().map(|item| item.text.as_ref()).collect::<Vec<_>>().join("; ")
        }
        _ => record.text(field).unwrap_or_default().into_owned(),
    }
}

/// Every value of a field, once.
#[derive(Clone, Debug, Default)]
struct FieldValues {
    all: Vec<TrackedValue>,
    numbers: HashMap<TrackedValue, u32>,
}

impl FieldValues {
    fn number(&mut self, value: TrackedValue) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("internal error: values are fewer than accounts");
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

/// The accounts of one pass, or of a thread's share of it.
#[derive(Clone, Debug, Default)]
pub struct TrackedAccounts {
    /// In no order.
    pub accounts: Vec<TrackedAccount>,
    values: [FieldValues; TRACKED_FIELDS.len()],
}

impl TrackedAccounts {
    /// The values of a field, by their numbers.
    #[must_use]
    pub fn values(&self, field: usize) -> &[TrackedValue] {
        &self.values[field].all
    }

    /// Adds what another thread took.
    pub fn merge(&mut self, other: Self) {
        let mut renumbered: [Vec<u32>; TRACKED_FIELDS.len()] = Default::default();
        for ((mine, theirs), renumbered) in self.values.iter_mut().zip(other.values).zip(&mut renumbered) {
            *renumbered = theirs.all.into_iter().map(|value| mine.number(value)).collect();
        }
        self.accounts.extend(other.accounts.into_iter().map(|mut account| {
            for (value, renumbered) in account.values.iter_mut().zip(&renumbered) {
                *value = renumbered[*value as usize];
            }
            account
        }));
    }
}

/// What is remembered of an input's cells, so that most accounts are tracked by their symbols.
#[derive(Default)]
pub struct AccountTracker {
    numbers: [SymbolMap<u32>; TRACKED_FIELDS.len()],
    says_activity: bool,
}

impl AccountTracker {
    /// Nothing remembered yet of an input whose records carry the fields `present`.
    pub fn new(present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        let own = |field: Field| if present.has(field) { vec![field] } else { Vec::new() };
        Self {
            numbers: TRACKED_FIELDS.map(|field| SymbolMap::new(symbols.list(&own(field)))),
            says_activity: [Field::Active, Field::Activated, Field::Deactivated]
                .iter()
                .any(|field| present.has(*field)),
        }
    }

    /// Takes the accounts of a batch.
    pub fn take(
        &mut self,
        batch: &impl RecordBatch,
        flags: &AccountFlags,
        context: BatchContext<'_>,
        tracked: &mut TrackedAccounts,
    ) {
        let site = &context.run.site;
        for (place, flags) in flags.with(ACCOUNT) {
            let record = DeclaredBlanks::new(batch.record(place as usize), &site.values);
            let mut values = [0; TRACKED_FIELDS.len()];
            for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
                let (symbol, known) = self.numbers[at].look_up(context.symbols, place as usize);
                values[at] = match known {
                    Some(number) => *number,
                    None => {
                        let number = tracked.values[at].number(TrackedValue::of(&record, field, site));
                        self.numbers[at].learn(symbol, number);
                        number
                    }
                };
            }
            let name = record.text(Field::UserName);
            let is_plan = record.input_kind() == InputKind::Plan;
            tracked.accounts.push(TrackedAccount {
                name: name.as_deref().map_or(0, |name| UserName::new(name).hash()),
                number: record.number(),
                values,
                flags,
                input: context.input.id,
                has_name: name.is_some(),
                is_plan,
                knows_activity: self.says_activity || is_plan,
            });
        }
    }
}
