//! How the accounts of an input come to be tracked: nearly all by the symbols of their cells.

use std::hash::{DefaultHasher, Hash, Hasher};

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
    is_plan: bool,
    condition: u32,
}

/// How many bits choose a place of the cache: more than most tenants have conditions, and little memory.
const CACHE_BITS: u32 = 12;

/// No account has these flags.
const EMPTY: CachedCondition =
    CachedCondition { symbols: [NO_SYMBOL; TRACKED_FIELDS.len()], flags: 0, is_plan: false, condition: 0 };

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
        // One length for all lists: places need no check.
        let (names, length) = (&names[..flags.len()], flags.len());
        let columns = self.columns.map(|key| context.symbols.symbols(key).map(|symbols| &symbols[..length]));
        for (place, flags) in flags.iter().enumerate().filter(|(_, flags)| **flags & ACCOUNT != 0) {
            let name = names[place];
            let (symbols, flags) =
                (columns.map(|column| column.map_or(0, |symbols| symbols[place])), flags & KEPT_FLAGS);
            let at = CachedCondition::place(symbols, flags);
            let (mut cached, mut hash) = (self.cache[at], name);
            if cached.symbols != symbols || cached.flags != flags || name == 0 {
                let record = batch.record(place);
                let condition = self.condition(&record, (place, flags, name != 0), context, tracked);
                let is_plan = record.input_kind() == InputKind::Plan;
                cached = CachedCondition { symbols, flags, is_plan, condition };
                if name == 0 {
                    hash = digest(&record, &context.run.site);
                } else if !symbols.contains(&NO_SYMBOL) {
                    self.cache[at] = cached;
                }
            }
            let id = RecordId { input: context.input.id, number: batch.number(place) };
            tracked.push(id, key(cached.is_plan, hash), cached.condition);
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
