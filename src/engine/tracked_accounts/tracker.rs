//! How the accounts of an input come to be tracked: nearly all by the symbols of their cells.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::{AccountCondition, TRACKED_FIELDS, TrackedAccounts, TrackedValue, key};
use crate::check::RecordId;
use crate::engine::account_flags::{ACCOUNT, ADMINISTRATOR, API_USER, AccountFlags, PRESENT};
use crate::engine::batch::BatchContext;
use crate::engine::symbols::{ColumnSymbols, FieldsKey, SymbolMap};
use crate::fast::hash::HashKey;
use crate::fast::intern::{NO_SYMBOL, Symbol};
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
    hasher.write_u64(HashKey::of_process().0);
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

/// What accounts with the same cells and flags have in common.
#[derive(Clone, Copy)]
struct CachedCondition {
    symbols: [Symbol; TRACKED_FIELDS.len()],
    flags: u16,
    condition: u32,
}

/// How many bits choose a place of the cache: more than most tenants have conditions, and little memory.
const CACHE_BITS: u32 = 12;

/// No account has these flags.
const EMPTY: CachedCondition = CachedCondition { symbols: [NO_SYMBOL; TRACKED_FIELDS.len()], flags: 0, condition: 0 };

impl CachedCondition {
    /// Where in the cache it belongs.
    #[inline(always)]
    const fn place(symbols: [Symbol; TRACKED_FIELDS.len()], flags: u16) -> usize {
        let [roles, licenses, scope, team] = symbols;
        let words = [(roles as u64) << 32 | licenses as u64, (scope as u64) << 32 | team as u64];
        let mixed = (words[0] ^ words[1].rotate_left(24) ^ (flags as u64) << 48).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (u64::BITS - CACHE_BITS)) as usize
    }
}

/// What is remembered of an input's cells, so that most accounts are tracked by their symbols.
#[derive(Default)]
pub struct AccountTracker {
    /// The conditions of accounts with a user name, the last of each place.
    cache: Vec<CachedCondition>,
    columns: [FieldsKey; TRACKED_FIELDS.len()],
    numbers: [SymbolMap<u32>; TRACKED_FIELDS.len()],
    says_activity: bool,
}

impl AccountTracker {
    /// Nothing remembered yet of an input whose records carry the fields `present`.
    pub fn new(present: FieldSet, symbols: &mut ColumnSymbols) -> Self {
        let carried = TRACKED_FIELDS.into_iter().filter(|field| present.has(*field));
        carried.for_each(|field| symbols.add_alone(field));
        let columns = TRACKED_FIELDS.map(|field| match present.has(field) {
            true => symbols.list(&[field]),
            false => FieldsKey::Nothing,
        });
        Self {
            cache: vec![EMPTY; 1 << CACHE_BITS],
            columns,
            numbers: columns.map(SymbolMap::new),
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
        let flags = flags.all();
        let mut next = 0;
        for accounts in flags.chunk_by(|one, other| one & other & ACCOUNT != 0) {
            let places = next..next + accounts.len();
            next = places.end;
            if accounts[0] & ACCOUNT == 0 {
                continue;
            }
            let is_in_line = batch.number(next - 1) - batch.number(places.start) == accounts.len() as u64 - 1;
            if is_in_line {
                self.take_successive(batch, places, (flags, names), context, tracked);
            } else {
                places.for_each(|at| self.take_successive(batch, at..at + 1, (flags, names), context, tracked));
            }
        }
    }

    /// Takes the accounts at these places, whose records are numbered one after the other.
    fn take_successive(
        &mut self,
        batch: &impl RecordBatch,
        places: Range<usize>,
        (flags, names): (&[u16], &[u64]),
        context: BatchContext<'_>,
        tracked: &mut TrackedAccounts,
    ) {
        let (start, length) = (places.start, places.len());
        let (flags, names) = (&flags[places.clone()], &names[places.clone()]);
        let columns = self.columns.map(|key| context.symbols.symbols(key).map(|symbols| &symbols[places.clone()]));
        tracked.begin_run(RecordId { input: context.input.id, number: batch.number(start) }, length);
        let mut numbers = std::mem::take(&mut tracked.condition_numbers);
        numbers.extend((0..length).map(|at| {
            let symbols = columns.map(|column| column.map_or(0, |symbols| symbols[at]));
            let (flags, has_name) = (flags[at] & KEPT_FLAGS, names[at] != 0);
            let cached = self.cache[CachedCondition::place(symbols, flags)];
            if cached.symbols == symbols && cached.flags == flags && has_name {
                return cached.condition;
            }
            let record = batch.record(start + at);
            let condition = self.condition(&record, (start + at, flags, has_name), context, tracked);
            if has_name && !symbols.contains(&NO_SYMBOL) {
                self.cache[CachedCondition::place(symbols, flags)] = CachedCondition { symbols, flags, condition };
            }
            condition
        }));
        tracked.condition_numbers = numbers;
        // An input is of one kind.
        let is_plan = batch.record(start).input_kind() == InputKind::Plan;
        let first = tracked.keys.len();
        tracked.keys.extend(names.iter().map(|name| key(is_plan, *name)));
        for at in (0..length).filter(|at| names[*at] == 0) {
            tracked.keys[first + at] = key(is_plan, digest(&batch.record(start + at), &context.run.site));
        }
    }

    /// The number of the condition of the record at `place` of the batch.
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
        tracked.conditions.number(AccountCondition {
            values,
            flags,
            input: context.input.id,
            has_name,
            is_plan,
            knows_activity: self.says_activity || is_plan,
        })
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
