//! The accounts of two runs, put together by their user names. Each run has sorted them, so one walk over both is enough;
//! only what differs is read again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{AccountBucket, AccountDiff, AccountFieldDiff, AccountPlace, NamedPlace, SideAccounts, is_partial};
use crate::check::{CellContent, CellLookup, CellRequest, ReReadCell, RecordId};
use crate::diagnostic::visible::quoted;
use crate::engine::Run;
use crate::engine::tracked_accounts::{TRACKED_FIELDS, TrackedAccount, TrackedValue};
use crate::record::Field;
use crate::record::canonical::CanonicalValue;
use crate::record::name::fold;

/// The most accounts that are listed; the others are counted.
const MAX_LISTED: usize = 10_000;

/// Ids that one person or system keeps under another user name.
const LASTING_IDS: [Field; 3] = [Field::EmployeeId, Field::AcdId, Field::Id];

/// What became of the accounts.
#[derive(Default)]
pub(super) struct ComparedSides {
    pub(super) accounts: Vec<AccountDiff>,
    pub(super) more: u64,
    pub(super) counts: BTreeMap<AccountBucket, u64>,
    pub(super) gaps: Vec<String>,
}

impl ComparedSides {
    pub(super) fn count(&mut self, bucket: AccountBucket) {
        *self.counts.entry(bucket).or_default() += 1;
    }
}

/// An account of one side or of both, by its places among those that are tracked.
struct AccountMatch {
    bucket: AccountBucket,
    old: Option<u32>,
    new: Option<u32>,
    why: Option<&'static str>,
}

/// Compares all accounts.
pub(super) fn compare(old: (&SideAccounts<'_>, &Run), new: (&SideAccounts<'_>, &Run)) -> ComparedSides {
    let mut matcher = AccountMatcher::new((old.0, new.0));
    matcher.is_whole = [old.1, new.1].map(|run| !is_partial(run));
    matcher.walk();
    let AccountMatcher { mut matches, mut compared, gaps, fields, .. } = matcher;
    matches.sort_by_key(|one| {
        let id = |side: &SideAccounts<'_>, at: Option<u32>| at.map(|at| side.account(at).id());
        (one.new.is_none(), id(new.0, one.new), id(old.0, one.old))
    });
    compared.more = matches.len().saturating_sub(MAX_LISTED) as u64;
    matches.truncate(MAX_LISTED);
    let (of_old, of_new) = (read(old.0, &matches, |one| one.old), read(new.0, &matches, |one| one.new));
    compared.accounts =
        matches.iter().filter_map(|one| described(one, (old.0, new.0), (&of_old, &of_new), &fields)).collect();
    note_renamed(&mut compared.accounts, &matches, (old.0, new.0), (&of_old, &of_new));
    compared.gaps = gaps.into_iter().collect();
    compared
}

/// What two values of a field have to do with each other.
#[derive(Clone, Debug)]
enum ValueChange {
    Same,
    /// One of the inputs has no such column.
    Absent,
    /// It can be read in more than one way.
    Unclear,
    Differs {
        added: Vec<String>,
        removed: Vec<String>,
    },
}

struct AccountMatcher<'a> {
    sides: (&'a SideAccounts<'a>, &'a SideAccounts<'a>),
    is_whole: [bool; 2],
    /// By the number of an earlier value, that of the same later one.
    same: [Vec<Option<u32>>; TRACKED_FIELDS.len()],
    fields: HashMap<(usize, u32, u32), ValueChange>,
    gaps: BTreeSet<String>,
    matches: Vec<AccountMatch>,
    compared: ComparedSides,
}

impl<'a> AccountMatcher<'a> {
    fn new((old, new): (&'a SideAccounts<'a>, &'a SideAccounts<'a>)) -> Self {
        let same = std::array::from_fn(|field| {
            let numbers: HashMap<&TrackedValue, u32> = new.tracked.values(field).iter().zip(0..).collect();
            old.tracked.values(field).iter().map(|value| numbers.get(value).copied()).collect()
        });
        Self {
            sides: (old, new),
            is_whole: [true; 2],
            same,
            fields: HashMap::new(),
            gaps: BTreeSet::new(),
            matches: Vec::new(),
            compared: ComparedSides::default(),
        }
    }

    /// Walks over the sorted accounts of both sides, name by name.
    fn walk(&mut self) {
        let (mut olds, mut news) = (&self.sides.0.by_name[..], &self.sides.1.by_name[..]);
        while let Some(key) = [olds.first(), news.first()].into_iter().flatten().map(|one| one.0).min() {
            let split = |all: &'a [NamedPlace]| all.split_at(all.iter().take_while(|one| one.0 == key).count());
            let (of_old, of_new);
            (of_old, olds) = split(olds);
            (of_new, news) = split(news);
            self.take(of_old, of_new);
        }
    }

    /// Takes the accounts with one name.
    fn take(&mut self, of_old: &[NamedPlace], of_new: &[NamedPlace]) {
        let (old, new) = self.sides;
        let has_name =
            |side: &SideAccounts<'_>, all: &[NamedPlace]| all.first().is_none_or(|one| side.account(one.1).has_name);
        let is_named = has_name(old, of_old) && has_name(new, of_new);
        match (of_old, of_new) {
            ([one], [other]) if is_named => self.pair(one.1, other.1),
            ([one], []) if is_named => self.alone(AccountBucket::Left, Some(one.1), None),
            ([], [other]) if is_named => self.alone(AccountBucket::Joined, None, Some(other.1)),
            _ => {
                // Threads find accounts in any order.
                let in_order = |side: &SideAccounts<'_>, all: &[NamedPlace]| {
                    let mut places: Vec<u32> = all.iter().map(|one| one.1).collect();
                    places.sort_by_key(|at| side.account(*at).id());
                    places
                };
                self.take_alike(&in_order(old, of_old), in_order(new, of_new), is_named);
            }
        }
    }

    fn pair(&mut self, old: u32, new: u32) {
        let (one, other) = (self.sides.0.account(old), self.sides.1.account(new));
        let activity = (one.is_active(), other.is_active());
        let is_same = |at: usize| self.same[at][one.values[at] as usize] == Some(other.values[at]);
        if activity.0 == activity.1 && (0..TRACKED_FIELDS.len()).all(is_same) {
            return self.compared.count(AccountBucket::Unchanged);
        }
        let (mut more, mut less, mut moved) = (false, false, false);
        let (mut is_unclear, mut turns_administrator) = (false, false);
        match activity {
            (Some(before), Some(now)) => (more, less) = (now && !before, before && !now),
            (None, None) => {}
            (before, _) => self.gap(before.is_none(), "the activity of accounts"),
        }
        for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
            match self.change(at, one.values[at], other.values[at]) {
                ValueChange::Same => {}
                ValueChange::Absent => {
                    let is_absent_before = is_absent(&self.sides.0.tracked.values(at)[one.values[at] as usize]);
                    self.gap(is_absent_before, field.label());
                }
                ValueChange::Unclear => is_unclear = true,
                ValueChange::Differs { .. } if field == Field::Team => moved = true,
                ValueChange::Differs { added, removed } => {
                    moved |= added.is_empty() && removed.is_empty();
                    more |= !added.is_empty();
                    less |= !removed.is_empty();
                    turns_administrator |= field == Field::Roles && one.is_administrator() != other.is_administrator();
                }
            }
        }
        if turns_administrator {
            // Whatever it may no longer do: this counts more.
            (more, less) = (other.is_administrator(), one.is_administrator());
        }
        let bucket = match (more, less) {
            _ if is_unclear => AccountBucket::Incomparable,
            (true, false) => AccountBucket::Raised,
            (false, true) => AccountBucket::Lowered,
            (true, true) => AccountBucket::Moved,
            (false, false) if moved => AccountBucket::Moved,
            (false, false) => return self.compared.count(AccountBucket::Unchanged),
        };
        let why = is_unclear.then_some("a cell can be read in more than one way");
        self.add(AccountMatch { bucket, old: Some(old), new: Some(new), why });
    }

    fn gap(&mut self, is_old: bool, what: &str) {
        let side = if is_old { "OLD" } else { "NEW" };
        self.gaps.insert(format!("{what} could not be compared: {side} does not say"));
    }

    /// An account that one side has.
    fn alone(&mut self, bucket: AccountBucket, old: Option<u32>, new: Option<u32>) {
        let lacks = usize::from(bucket == AccountBucket::Left);
        let is_known = self.is_whole[lacks];
        let bucket = if is_known { bucket } else { AccountBucket::Incomparable };
        let why = "the other side is INCOMPLETE: the account may be among those that could not be read";
        self.add(AccountMatch { bucket, old, new, why: (!is_known).then_some(why) });
    }

    /// Accounts that cannot be told apart: as many of each kind are on both sides, or they are incomparable.
    fn take_alike(&mut self, of_old: &[u32], of_new: Vec<u32>, is_named: bool) {
        let (old, new) = self.sides;
        let mut known: HashMap<([u32; TRACKED_FIELDS.len()], Option<bool>), u64> = HashMap::new();
        let mut kinds = Vec::with_capacity(of_old.len());
        for at in of_old {
            let one = old.account(*at);
            let numbers = std::array::from_fn(|at| self.same[at][one.values[at] as usize].unwrap_or(u32::MAX));
            let kind = (numbers, one.is_active());
            *known.entry(kind).or_default() += 1;
            kinds.push((*at, kind));
        }
        let mut open = Vec::new();
        for at in of_new {
            let one = new.account(at);
            match known.get_mut(&(one.values, one.is_active())).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => open.push(at),
            }
        }
        // Of those that are alike the last ones are left over.
        let mut only_old = Vec::new();
        for (at, kind) in kinds.into_iter().rev() {
            if let Some(count) = known.get_mut(&kind).filter(|count| **count > 0) {
                *count -= 1;
                only_old.push(at);
            }
        }
        let same = (of_old.len() - only_old.len()) as u64;
        *self.compared.counts.entry(AccountBucket::Unchanged).or_default() += same;
        let why = if is_named { "several accounts have its user name" } else { "it has no user name" };
        let incomparable = |old, new| AccountMatch { bucket: AccountBucket::Incomparable, old, new, why: Some(why) };
        open.into_iter().for_each(|at| self.add(incomparable(None, Some(at))));
        only_old.into_iter().for_each(|at| self.add(incomparable(Some(at), None)));
    }

    fn add(&mut self, found: AccountMatch) {
        self.compared.count(found.bucket);
        self.matches.push(found);
    }

    fn change(&mut self, field: usize, old: u32, new: u32) -> ValueChange {
        let (of_old, of_new) = (self.sides.0.tracked.values(field), self.sides.1.tracked.values(field));
        let known = self.fields.entry((field, old, new));
        known.or_insert_with(|| change(&of_old[old as usize], &of_new[new as usize])).clone()
    }
}

const fn is_absent(value: &TrackedValue) -> bool {
    matches!(value, TrackedValue::Known(CanonicalValue::Absent))
}

fn change(old: &TrackedValue, new: &TrackedValue) -> ValueChange {
    let (TrackedValue::Known(one), TrackedValue::Known(other)) = (old, new) else {
        return if old == new { ValueChange::Same } else { ValueChange::Unclear };
    };
    if one == other || one.is_equal(other) {
        return ValueChange::Same;
    }
    if is_absent(old) || is_absent(new) {
        return ValueChange::Absent;
    }
    let (before, now) = (one.items(), other.items());
    let beyond = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    ValueChange::Differs { added: beyond(&now, &before), removed: beyond(&before, &now) }
}

/// ReReadCells of one side that were read again.
type ReReadCells = BTreeMap<(RecordId, Field), ReReadCell>;

fn read(
    side: &SideAccounts<'_>,
    matches: &[AccountMatch],
    place: impl Fn(&AccountMatch) -> Option<u32>,
) -> ReReadCells {
    let mut wanted = Vec::new();
    for one in matches {
        let Some(at) = place(one) else { continue };
        let is_alone = matches!(one.bucket, AccountBucket::Joined | AccountBucket::Left);
        let fields: &[Field] = if is_alone { &LASTING_IDS } else { &TRACKED_FIELDS };
        let record = side.account(at).id();
        wanted.extend([Field::UserName].iter().chain(fields).map(|field| CellRequest { record, field: *field }));
        if !is_alone {
            wanted.extend(ACTIVITY.map(|field| CellRequest { record, field }));
        }
    }
    let found = side.lookup.cells().look_up(&wanted);
    found.into_iter().map(|(request, cell)| ((request.record, request.field), cell)).collect()
}

/// Where the activity of an account may be written.
const ACTIVITY: [Field; 3] = [Field::Active, Field::Deactivated, Field::Activated];

fn described(
    one: &AccountMatch,
    (old, new): (&SideAccounts<'_>, &SideAccounts<'_>),
    (of_old, of_new): (&ReReadCells, &ReReadCells),
    changes: &HashMap<(usize, u32, u32), ValueChange>,
) -> Option<AccountDiff> {
    let account = |side: &'_ SideAccounts<'_>, at: Option<u32>| at.map(|at| *side.account(at));
    let (before, now) = (account(old, one.old), account(new, one.new));
    let name = |cells: &ReReadCells, account: Option<TrackedAccount>| {
        account.and_then(|account| cells.get(&(account.id(), Field::UserName)).cloned())
    };
    let (old_name, new_name) = (name(of_old, before), name(of_new, now));
    let place = |cell: &ReReadCell| AccountPlace {
        file: cell.subject.file.clone(),
        number: cell.subject.number,
        label: Some(cell.label.clone()),
    };
    let key = new_name.as_ref().or(old_name.as_ref())?.subject.key.clone();
    let mut diff = AccountDiff {
        bucket: one.bucket,
        key,
        old: old_name.as_ref().map(place),
        new: new_name.as_ref().map(place),
        fields: Vec::new(),
        notes: one.why.map(str::to_owned).into_iter().collect(),
    };
    if let (Some(before), Some(now)) = (before, now) {
        let label = |cells: &ReReadCells, account: TrackedAccount, fields: &[Field]| {
            let mut found = fields.iter().filter_map(|field| cells.get(&(account.id(), *field)));
            found.find(|cell| !matches!(cell.cell, CellContent::Absent)).map(|cell| cell.label.clone())
        };
        for (at, field) in TRACKED_FIELDS.into_iter().enumerate() {
            let Some(ValueChange::Differs { added, removed }) = changes.get(&(at, before.values[at], now.values[at]))
            else {
                continue;
            };
            let text = |side: &SideAccounts<'_>, number: u32| match &side.tracked.values(at)[number as usize] {
                TrackedValue::Known(value) => value.text().unwrap_or_default(),
                TrackedValue::Unclear(text) => text.clone(),
            };
            diff.fields.push(AccountFieldDiff {
                field,
                old: text(old, before.values[at]),
                new: text(new, now.values[at]),
                added: added.clone(),
                removed: removed.clone(),
                old_label: label(of_old, before, &[field]),
                new_label: label(of_new, now, &[field]),
            });
        }
        if let (Some(was), Some(is)) = (before.is_active(), now.is_active())
            && was != is
        {
            diff.fields.push(AccountFieldDiff {
                field: Field::Active,
                old: was.to_string(),
                new: is.to_string(),
                added: Vec::new(),
                removed: Vec::new(),
                old_label: label(of_old, before, &ACTIVITY),
                new_label: label(of_new, now, &ACTIVITY),
            });
        }
    }
    Some(diff)
}

/// Notes on accounts that left and joined and are likely one under another user name: one id is on both, and on no other.
fn note_renamed(
    accounts: &mut [AccountDiff],
    matches: &[AccountMatch],
    (old, new): (&SideAccounts<'_>, &SideAccounts<'_>),
    (of_old, of_new): (&ReReadCells, &ReReadCells),
) {
    // Places of the listed accounts; an account that could not be read again has none.
    if accounts.len() != matches.len() {
        return;
    }
    for field in LASTING_IDS {
        let mut holders: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
        for (number, one) in matches.iter().enumerate() {
            let (cells, id, side) = match (one.bucket, one.old, one.new) {
                (AccountBucket::Left, Some(at), _) => (of_old, old.account(at).id(), 0),
                (AccountBucket::Joined, _, Some(at)) => (of_new, new.account(at).id(), 1),
                _ => continue,
            };
            if let Some(CellContent::Text(text)) = cells.get(&(id, field)).map(|cell| &cell.cell) {
                holders.entry(fold(text)).or_default()[side].push(number);
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
