//! Each account of two random worlds ends in the bucket that a comparison of its sets says: roles, licences, scope, team and
//! activity, by its user name without ASCII case.
//!
//! Two readings are possible of an account that may both do more and do less. Here, as in the contract, it is `moved`, but an
//! account that becomes an administrator is `raised` whatever it loses, and `lowered` the other way round.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rolecall::diff::{AccountBucket, AccountDiff};
use rolecall::record::Field;

use super::{Told, told};
use crate::cases;
use crate::drift::written;
use crate::world::World;

const HEADERS: [&str; 8] =
    ["User Name", "First Name", "Last Name", "Roles", "Licenses", "Associated Groups and Teams", "Team", "Active"];
const NAMES: [&str; 7] = [
    "api.payroll@acme.example",
    "api.crm@acme.example",
    "dana@acme.example",
    "zoë@acme.example",
    "zoe@acme.example",
    "lee@intranet",
    "kim@acme.example",
];
const ROLES: [&str; 4] = ["Administrator", "Auditor", "Evaluator", "auditor"];
const LICENSES: [&str; 3] = ["Quality Management", "System Administrator", "Workforce Management"];
const SCOPE: [&str; 3] = ["Billing", "Claims", "Operations"];
const TEAMS: [&str; 4] = ["", "Billing", "Default Team", "billing"];

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn accounts_end_where_a_comparison_of_sets_says((old, new) in sides(), forms in (written(), written())) {
        let ((old_name, old_bytes), (new_name, new_bytes)) =
            (forms.0.file(&old.world()), forms.1.file(&new.world()));
        let told = told((old_name, &old_bytes), (new_name, &new_bytes), false);
        prop_assert!(told.diff.gaps.is_empty(), "{:?}", told.diff.gaps);
        let expected = modelled(&old, &new);
        prop_assert_eq!(listed(&told), expected.listed);
        prop_assert_eq!(told.diff.count_accounts(AccountBucket::Unchanged), expected.unchanged);
        let by_place = |one: &AccountDiff| {
            let number = |place: &Option<rolecall::diff::AccountPlace>| place.as_ref().map(|place| place.number);
            (one.new.is_none(), number(&one.new), number(&one.old))
        };
        prop_assert!(told.diff.accounts.is_sorted_by_key(by_place), "{:?}", told.diff.accounts);
        for one in &told.diff.accounts {
            for (place, side) in [(&one.old, &old), (&one.new, &new)] {
                let Some(place) = place else { continue };
                let row = &side.0[usize::try_from(place.number).expect("a test's file is small") - 1];
                prop_assert_eq!(row.name.to_ascii_lowercase(), one.key.to_ascii_lowercase());
            }
        }
    }
}

/// What an account may do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rights {
    roles: BTreeSet<&'static str>,
    licenses: BTreeSet<&'static str>,
    scope: BTreeSet<&'static str>,
    team: &'static str,
    is_active: bool,
}

impl Rights {
    fn sets(&self) -> [(Field, &BTreeSet<&'static str>); 3] {
        [(Field::Roles, &self.roles), (Field::Licenses, &self.licenses), (Field::Scope, &self.scope)]
    }
}

#[derive(Clone, Debug)]
struct Row {
    name: String,
    rights: Rights,
    /// How its lists are written: backwards, and with which separator.
    spelling: (bool, &'static str),
}

#[derive(Clone, Debug)]
struct Accounts(Vec<Row>);

impl Accounts {
    fn world(&self) -> World {
        let list = |row: &Row, names: &BTreeSet<&str>| {
            let (is_backwards, separator) = row.spelling;
            let mut names: Vec<&str> = names.iter().copied().collect();
            if is_backwards {
                names.reverse();
            }
            names.join(separator)
        };
        let cells = |row: &Row| {
            let [roles, licenses, scope] = row.rights.sets().map(|(_, names)| list(row, names));
            let (team, active) = (row.rights.team.to_owned(), if row.rights.is_active { "yes" } else { "no" });
            vec![row.name.clone(), "Dana".into(), "Quill".into(), roles, licenses, scope, team, active.to_owned()]
        };
        World { headers: HEADERS.to_vec(), rows: self.0.iter().map(cells).collect(), all_api_users: false }
    }

    /// What the accounts of each name may do.
    fn by_name(&self) -> BTreeMap<String, Vec<&Rights>> {
        let mut all: BTreeMap<String, Vec<&Rights>> = BTreeMap::new();
        for row in &self.0 {
            all.entry(row.name.to_ascii_lowercase()).or_default().push(&row.rights);
        }
        all
    }
}

fn rights() -> impl Strategy<Value = Rights> {
    let some = |names: &'static [&'static str]| {
        subsequence(names.to_vec(), 0..=names.len()).prop_map(|names| names.into_iter().collect::<BTreeSet<_>>())
    };
    let teams = select(TEAMS.as_slice());
    (some(&ROLES), some(&LICENSES), some(&SCOPE), teams, prop::bool::weighted(0.8))
        .prop_map(|(roles, licenses, scope, team, is_active)| Rights { roles, licenses, scope, team, is_active })
}

/// What the same account may do later: the same, something else in one field or in two, or in any.
fn later() -> impl Strategy<Value = (BTreeSet<usize>, Rights)> {
    let fields = prop_oneof![
        2 => Just(Vec::new()),
        6 => subsequence(vec![0, 1, 2, 3, 4], 1..=2),
        1 => Just(vec![0, 1, 2, 3, 4]),
    ];
    (fields.prop_map(BTreeSet::from_iter), rights())
}

fn changed(before: &Rights, (fields, other): &(BTreeSet<usize>, Rights)) -> Rights {
    let from = |at: usize| if fields.contains(&at) { other } else { before };
    Rights {
        roles: from(0).roles.clone(),
        licenses: from(1).licenses.clone(),
        scope: from(2).scope.clone(),
        team: from(3).team,
        is_active: from(4).is_active,
    }
}

/// Two worlds of the same tenant. A few user names are there twice on a side.
fn sides() -> impl Strategy<Value = (Accounts, Accounts)> {
    // In which of the two worlds a name is, and in which it is twice.
    let presence = select([(true, true), (true, true), (true, true), (true, false), (false, true)].as_slice());
    let twice = (prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    let account = (presence, twice, rights(), later(), rights());
    let accounts = prop::collection::vec(account, NAMES.len());
    let pairs = accounts.prop_map(|all| {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (name, (present, twice, before, change, second)) in NAMES.into_iter().zip(all) {
            let now = changed(&before, &change);
            for (side, is_there, is_twice, rights) in
                [(&mut old, present.0, twice.0, before), (&mut new, present.1, twice.1, now)]
            {
                side.extend(is_there.then_some((name, rights)));
                side.extend((is_there && is_twice).then(|| (name, second.clone())));
            }
        }
        (old, new)
    });
    let both = pairs.prop_filter("a world has an account", |(old, new)| !old.is_empty() && !new.is_empty());
    both.prop_flat_map(|(old, new)| (spelt(old), spelt(new)))
}

/// The accounts in any order, each spelt in some way.
fn spelt(all: Vec<(&'static str, Rights)>) -> impl Strategy<Value = Accounts> {
    let spellings = prop::collection::vec((any::<[bool; 2]>(), select(["; ", ";", "|"].as_slice())), all.len());
    (Just(all).prop_shuffle(), spellings).prop_map(|(all, spellings)| {
        let row =
            |((name, rights), ([is_backwards, is_upper], separator)): ((&str, Rights), ([bool; 2], &'static str))| {
                let name = if is_upper { name.to_ascii_uppercase() } else { name.to_owned() };
                Row { name, rights, spelling: (is_backwards, separator) }
            };
        Accounts(all.into_iter().zip(spellings).map(row).collect())
    })
}

/// Bucket, user name without case, on which sides it is, and for each field what was added and removed.
type Listed = (AccountBucket, String, [bool; 2], Vec<(&'static str, Vec<String>, Vec<String>)>);

#[derive(Default)]
struct Modelled {
    listed: Vec<Listed>,
    unchanged: u64,
}

fn modelled(old: &Accounts, new: &Accounts) -> Modelled {
    let (olds, news) = (old.by_name(), new.by_name());
    let mut model = Modelled::default();
    let names: BTreeSet<&String> = olds.keys().chain(news.keys()).collect();
    for name in names {
        let of = |side: &BTreeMap<String, Vec<&Rights>>| -> Vec<Rights> {
            side.get(name).into_iter().flatten().map(|rights| (*rights).clone()).collect()
        };
        let (before, now) = (of(&olds), of(&news));
        let mut list = |bucket, sides, fields| model.listed.push((bucket, name.clone(), sides, fields));
        match (before.as_slice(), now.as_slice()) {
            ([one], [other]) => match bucket(one, other) {
                AccountBucket::Unchanged => model.unchanged += 1,
                found => list(found, [true, true], fields(one, other)),
            },
            ([_], []) => list(AccountBucket::Left, [true, false], Vec::new()),
            ([], [_]) => list(AccountBucket::Joined, [false, true], Vec::new()),
            _ => {
                // Of accounts that share a name, those that may do the same pair off.
                let mut only_new = now.clone();
                for one in &before {
                    match only_new.iter().position(|other| other == one) {
                        Some(at) => {
                            only_new.swap_remove(at);
                            model.unchanged += 1;
                        }
                        None => list(AccountBucket::Incomparable, [true, false], Vec::new()),
                    }
                }
                only_new.iter().for_each(|_| list(AccountBucket::Incomparable, [false, true], Vec::new()));
            }
        }
    }
    model.listed.sort();
    model
}

fn bucket(old: &Rights, new: &Rights) -> AccountBucket {
    let is_administrator = |rights: &Rights| rights.roles.contains("Administrator");
    match (is_administrator(old), is_administrator(new)) {
        (false, true) => return AccountBucket::Raised,
        (true, false) => return AccountBucket::Lowered,
        _ => {}
    }
    let exceeds = |one: &Rights, other: &Rights| {
        let mut sets = one.sets().into_iter().zip(other.sets());
        (one.is_active && !other.is_active) || sets.any(|((_, one), (_, other))| !one.is_subset(other))
    };
    match (exceeds(new, old), exceeds(old, new)) {
        (true, false) => AccountBucket::Raised,
        (false, true) => AccountBucket::Lowered,
        (true, true) => AccountBucket::Moved,
        (false, false) if old.team != new.team => AccountBucket::Moved,
        (false, false) => AccountBucket::Unchanged,
    }
}

/// What differs, field by field.
fn fields(old: &Rights, new: &Rights) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
    let beyond = |these: &BTreeSet<&'static str>, those: &BTreeSet<&'static str>| -> Vec<String> {
        these.difference(those).map(|name| (*name).to_owned()).collect()
    };
    let mut all = Vec::new();
    for ((field, before), (_, now)) in old.sets().into_iter().zip(new.sets()) {
        if before != now {
            all.push((field.name(), beyond(now, before), beyond(before, now)));
        }
    }
    if old.team != new.team {
        let stated = |team: &str| if team.is_empty() { Vec::new() } else { vec![team.to_owned()] };
        all.push((Field::Team.name(), stated(new.team), stated(old.team)));
    }
    if old.is_active != new.is_active {
        all.push((Field::Active.name(), Vec::new(), Vec::new()));
    }
    all
}

fn listed(told: &Told) -> Vec<Listed> {
    let one = |one: &AccountDiff| {
        let fields = one.fields.iter().map(|one| (one.field.name(), one.added.clone(), one.removed.clone())).collect();
        (one.bucket, one.key.to_ascii_lowercase(), [one.old.is_some(), one.new.is_some()], fields)
    };
    let mut all: Vec<Listed> = told.diff.accounts.iter().map(one).collect();
    all.sort();
    all
}
