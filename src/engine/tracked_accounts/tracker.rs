//! How the accounts of an input come to be tracked: nearly all by the symbols of their cells.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{AccountCondition, TRACKED_FIELDS, TrackedAccount, TrackedAccounts, TrackedValue, key, partition_of};
use crate::engine::account_flags::{ACCOUNT, ADMINISTRATOR, API_USER, AccountFlags, PRESENT};
use crate::engine::batch::BatchContext;
use crate::engine::symbols::{ColumnSymbols, SymbolMap};
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, InputKind, Record};

/// A digest of all that is known of an account without a user name: one that says the same is taken for it.
#[cold]
#[inline(never)]
fn digest(record: &impl Record, site: &Site) -> u64 {
    let record = DeclaredBlanks::new(record, &site.values);
    let mut hasher = DefaultHasher::new();
    for field in Field::ALL {
        let text = match TrackedValue::of(&record, *field, site) {
            TrackedValue::Known(value) => value.text().unwrap_or_default(),
            TrackedValue::Unclear(text) => text,
        };
        // A column that an input lacks says no more than a blank cell.
        if !text.is_empty() {
            (field.name(), text).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// The flags that a condition keeps.
const KEPT_FLAGS: u16 = ACCOUNT | PRESENT | API_USER | ADMINISTRATOR;

/// How many combinations of these flags an account may have.
const FLAG_COMBINATIONS: usize = 8;

/// The number of such a combination.
const fn flag_combination(flags: u16) -> usize {
    (if flags & PRESENT == 0 { 0 } else { 1 })
        + (if flags & API_USER == 0 { 0 } else { 2 })
        + (if flags & ADMINISTRATOR == 0 { 0 } else { 4 })
}

/// A combination of flags that no account with these values had so far.
const UNKNOWN: u32 = u32::MAX;

/// What is remembered of an input's cells, so that most accounts are tracked by their symbols.
#[derive(Default)]
pub struct AccountTracker {
    /// The conditions of accounts with a user name, by all their values and their flags.
    conditions: SymbolMap<[u32; FLAG_COMBINATIONS]>,
    numbers: [SymbolMap<u32>; TRACKED_FIELDS.len()],
    says_activity: bool,
}

impl AccountTracker {
    /// Nothing remembered yet of an input whose records carry the fields `present`.
    pub fn new(present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        let carried: Vec<Field> = TRACKED_FIELDS.into_iter().filter(|field| present.has(*field)).collect();
        carried.iter().for_each(|field| symbols.add_alone(*field));
        let own = |field: Field| if present.has(field) { vec![field] } else { Vec::new() };
        Self {
            conditions: SymbolMap::new(symbols.list(&carried)),
            numbers: TRACKED_FIELDS.map(|field| SymbolMap::new(symbols.list(&own(field)))),
            says_activity: [Field::Active, Field::Activated, Field::Deactivated]
                .iter()
                .any(|field| present.has(*field)),
        }
    }

    /// Takes the accounts of a batch. `names` are the hashes of their user names, 0 for an account without one.
    pub fn take(
        &mut self,
        batch: &impl RecordBatch,
        (flags, names): (&AccountFlags, &[u64]),
        context: BatchContext<'_>,
        tracked: &mut TrackedAccounts,
    ) {
        tracked.make_partitions();
        for (place, flags) in flags.with(ACCOUNT) {
            let place = place as usize;
            let (record, mut hash) = (batch.record(place), names[place]);
            let (_, known) = self.conditions.look_up(context.symbols, place);
            let mut condition = known.map_or(UNKNOWN, |known| known[flag_combination(flags)]);
            if condition == UNKNOWN || hash == 0 {
                condition = self.condition(&record, (place, flags, hash != 0), context, tracked);
            }
            let is_plan = record.input_kind() == InputKind::Plan;
            if hash == 0 {
                hash = digest(&record, &context.run.site);
            }
            let key = key(is_plan, hash);
            let number = u32::try_from(record.number()).expect("internal error: an input has fewer accounts");
            tracked.partitions[partition_of(key)].push(TrackedAccount { key, number, condition });
        }
    }

    /// The number of the condition of the record at `place` of the batch, which is remembered.
    #[cold]
    #[inline(never)]
    fn condition(
        &mut self,
        record: &impl Record,
        (place, flags, has_name): (usize, u16, bool),
        context: BatchContext<'_>,
        tracked: &mut TrackedAccounts,
    ) -> u32 {
        let is_plan = record.input_kind() == InputKind::Plan;
        let values = self.values(record, place, context, tracked);
        let number = tracked.conditions.number(AccountCondition {
            values,
            flags: flags & KEPT_FLAGS,
            input: context.input.id,
            has_name,
            is_plan,
            knows_activity: self.says_activity || is_plan,
        });
        if has_name {
            let (symbol, known) = self.conditions.look_up(context.symbols, place);
            let mut known = known.copied().unwrap_or([UNKNOWN; FLAG_COMBINATIONS]);
            known[flag_combination(flags)] = number;
            self.conditions.learn(symbol, known);
        }
        number
    }

    /// The numbers of the values of a record.
    fn values(
        &mut self,
        record: &impl Record,
        place: usize,
        context: BatchContext<'_>,
        tracked: &mut TrackedAccounts,
    ) -> [u32; TRACKED_FIELDS.len()] {
        let site = &context.run.site;
        let record = DeclaredBlanks::new(record, &site.values);
        let mut values = [0; TRACKED_FIELDS.len()];
        for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
            let (symbol, known) = self.numbers[at].look_up(context.symbols, place);
            values[at] = match known {
                Some(number) => *number,
                None => {
                    let number = tracked.values[at].number(TrackedValue::of(&record, field, site));
                    self.numbers[at].learn(symbol, number);
                    number
                }
            };
        }
        values
    }
}
