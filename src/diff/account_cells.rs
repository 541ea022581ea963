//! What a report says of accounts that are not as they were: their places and cells, read again.

use std::collections::HashMap;
use std::sync::Arc;

use super::account_match::{AccountMatch, ValueChange, ValueChanges};
use super::{AccountBucket, AccountDiff, AccountFieldDiff, AccountPlace, SideAccounts};
use crate::check::RecordId;
use crate::diagnostic::Label;
use crate::diagnostic::visible::quoted;
use crate::engine::RecordAgain;
use crate::engine::tracked_accounts::{TRACKED_FIELDS, TrackedAccount, TrackedValue};
use crate::record::Field;
use crate::record::name::fold;

/// Ids that one person or system keeps under another user name.
const LASTING_IDS: [Field; 3] = [Field::EmployeeId, Field::AcdId, Field::Id];

/// What was read again of an account.
pub(super) struct AccountCells {
    key: String,
    file: Arc<str>,
    number: u64,
    name: Label,
    labels: Vec<(Field, Label)>,
    /// What it keeps under another user name, if only one side has it.
    pub(super) ids: LastingIds,
}

/// The [`LASTING_IDS`] of an account.
pub(super) type LastingIds = [Option<String>; LASTING_IDS.len()];

/// Where the activity of an account may be written.
const ACTIVITY: [Field; 3] = [Field::Active, Field::Deactivated, Field::Activated];

impl AccountCells {
    fn of(again: &mut RecordAgain<'_, '_>, one: &AccountMatch) -> Self {
        let is_alone = one.old.is_none() || one.new.is_none();
        let id = |field: Field| again.record.cell(field).text().filter(|_| is_alone).map(fold);
        let ids = LASTING_IDS.map(id);
        // Thousands are kept: none takes more room than it has labels.
        let mut labels = Vec::with_capacity(one.outcome.fields.len());
        for field in Field::ALL.iter().filter(|field| one.outcome.fields.has(**field)) {
            let places: &[Field] = if *field == Field::Active { &ACTIVITY } else { std::slice::from_ref(field) };
            labels.extend(places.iter().find_map(|place| again.label(*place)).map(|label| (*field, label)));
        }
        let (key, number) = (again.record.key(), again.record.number());
        Self { key, file: Arc::clone(again.file), number, name: again.label_of_name(), labels, ids }
    }

    /// Its user name, its place, and those of its cells.
    fn into_parts(self) -> (String, AccountPlace, Vec<(Field, Label)>) {
        let place = AccountPlace { file: self.file, number: self.number, label: Some(self.name) };
        (self.key, place, self.labels)
    }
}

/// Reads the accounts of one side again, each at the place of its match. False if some could not be read as they were.
#[inline(never)]
pub(super) fn read(
    side: &SideAccounts<'_>,
    matches: &[AccountMatch],
    account: fn(&AccountMatch) -> Option<TrackedAccount>,
) -> (Vec<Option<AccountCells>>, bool) {
    let numbered = matches.iter().enumerate();
    let mut wanted: Vec<(RecordId, usize)> =
        numbered.filter_map(|(number, one)| Some((side.tracked.id(account(one)?), number))).collect();
    wanted.sort_unstable();
    let records: Vec<RecordId> = wanted.iter().map(|(record, _)| *record).collect();
    let mut cells: Vec<Option<AccountCells>> = Vec::new();
    cells.resize_with(matches.len(), || None);
    let mut next = 0;
    let is_whole = side.lookup.cells().visit(&records, &mut |again| {
        while wanted[next].0 < again.id() {
            next += 1;
        }
        let number = wanted[next].1;
        cells[number] = Some(AccountCells::of(again, &matches[number]));
    });
    (cells, is_whole)
}

/// What a report says of one account, by what was read again of it on each side.
pub(super) fn described(
    one: &AccountMatch,
    (old, new): (&SideAccounts<'_>, &SideAccounts<'_>),
    (before, now): (Option<AccountCells>, Option<AccountCells>),
    changes: &ValueChanges,
) -> Option<AccountDiff> {
    let parts = |cells: Option<AccountCells>| match cells.map(AccountCells::into_parts) {
        Some((key, place, labels)) => (Some(key), Some(place), labels),
        None => (None, None, Vec::new()),
    };
    let ((old_key, old_place, mut old_labels), (new_key, new_place, mut new_labels)) = (parts(before), parts(now));
    let mut diff = AccountDiff {
        bucket: one.outcome.bucket,
        key: new_key.or(old_key)?,
        old: old_place,
        new: new_place,
        fields: Vec::with_capacity(one.outcome.fields.len()),
        notes: one.why.map(str::to_owned).into_iter().collect(),
    };
    let (Some(was), Some(is)) = (one.old, one.new) else { return Some(diff) };
    let (was, is) = (old.tracked.condition(was), new.tracked.condition(is));
    let mut field_diff = |field: Field, [old, new]: [String; 2]| {
        let label = |labels: &mut Vec<(Field, Label)>| {
            let at = labels.iter().position(|(known, _)| *known == field)?;
            Some(labels.swap_remove(at).1)
        };
        let (old_label, new_label) = (label(&mut old_labels), label(&mut new_labels));
        AccountFieldDiff { field, old, new, added: Vec::new(), removed: Vec::new(), old_label, new_label }
    };
    for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
        let text = |side: &SideAccounts<'_>, number: u32| match &side.tracked.values(at)[number as usize] {
            TrackedValue::Known(value) => value.text().unwrap_or_default(),
            TrackedValue::Unclear(text) => text.clone(),
        };
        let texts = || [text(old, was.values[at]), text(new, is.values[at])];
        match changes.get(&(at, was.values[at], is.values[at])) {
            Some(ValueChange::Differs { added, removed }) => {
                let (added, removed) = (added.clone(), removed.clone());
                diff.fields.push(AccountFieldDiff { added, removed, ..field_diff(field, texts()) });
            }
            Some(ValueChange::Unclear) => {
                diff.fields.push(field_diff(field, texts()));
                diff.notes.push(format!("the {} can be read in more than one way", field.label()));
            }
            Some(ValueChange::Same | ValueChange::Absent) | None => {}
        }
    }
    if let (Some(was), Some(is)) = (was.is_active(), is.is_active())
        && was != is
    {
        diff.fields.push(field_diff(Field::Active, [was.to_string(), is.to_string()]));
    }
    Some(diff)
}

/// Notes on accounts that left and joined and are likely one under another user name: one id is on both, and on no other.
pub(super) fn note_renamed(
    accounts: &mut [AccountDiff],
    matches: &[AccountMatch],
    (of_old, of_new): (&[Option<LastingIds>], &[Option<LastingIds>]),
) {
    // Places of the listed accounts; an account that could not be read again has none.
    if accounts.len() != matches.len() {
        return;
    }
    for (at, field) in LASTING_IDS.into_iter().enumerate() {
        let mut holders: HashMap<&str, [Vec<usize>; 2]> = HashMap::new();
        for (number, one) in matches.iter().enumerate() {
            let (ids, side) = match one.outcome.bucket {
                AccountBucket::Left => (&of_old[number], 0),
                AccountBucket::Joined => (&of_new[number], 1),
                _ => continue,
            };
            if let Some(id) = ids.as_ref().and_then(|ids| ids[at].as_deref()) {
                holders.entry(id).or_default()[side].push(number);
            }
        }
        for pair in holders.into_values() {
            let [[left], [joined]] = pair.each_ref().map(Vec::as_slice) else { continue };
            for (one, other) in [(*left, *joined), (*joined, *left)] {
                let key = quoted(&accounts[other].key);
                let note = format!("likely one account with {key}: both have the same {}", field.label());
                if accounts[one].notes.is_empty() {
                    accounts[one].notes.push(note);
                }
            }
        }
    }
}
