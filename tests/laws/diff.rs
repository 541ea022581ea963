//! Comparisons of random worlds: what means the same makes no entry, the way back mirrors, and what ends where is as a second
//! count over the rows says.

mod buckets;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall::config::{Config, RunOptions};
use rolecall::diff::{
    AccountBucket, AccountDiff, Diff, DiffSide, DiffThreshold, Factor, FactorSet, FactorStates, FindingBucket,
    FindingDiff, SideAccounts, compare,
};
use rolecall::engine::{NamedInput, Run, RunRequest, check_and_track};
use rolecall::read::Format;
use rolecall::source::file::Source;

use crate::cases;
use crate::document::{documents, write as write_document};
use crate::run::{as_of, key, with_rules};
use crate::support::workspace::AS_OF;
use crate::table::{PLAIN, workbook, write};
use crate::world::{USER_NAME, World, worlds};

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_means_the_same_makes_no_entry(
        (world, rows) in worlds(1).prop_flat_map(|world| {
            let rows = Just(world.rows.clone()).prop_shuffle();
            (Just(world), rows)
        }),
        at in any::<prop::sample::Index>(),
    ) {
        let mut turned = world.with(rows);
        let by = at.index(turned.headers.len());
        turned.headers.rotate_left(by);
        turned.rows.iter_mut().for_each(|row| row.rotate_left(by));
        let told = of_tables(&world, &turned);
        prop_assert!(is_empty(&told.diff), "{:?}", told.diff);
    }

    #[test]
    fn documents_agree_with_tables(world in worlds(1), style in documents()) {
        let (table, document) = (write(&world, PLAIN).text, write_document(&world, style).text);
        let old = ("people.csv", table.as_bytes());
        let new = (style.layout.file_name(), document.as_bytes());
        let told = told(old, new, world.all_api_users);
        prop_assume!(!has_refused(&told.old) && !has_refused(&told.new));
        prop_assert!(is_empty(&told.diff), "{:?}", told.diff);
    }

    #[test]
    fn workbooks_agree_with_tables((mut old, mut new) in pairs()) {
        // XML makes a line feed of a carriage return.
        for cell in [&mut old, &mut new].into_iter().flat_map(|world| world.rows.iter_mut().flatten()) {
            *cell = cell.replace('\r', "\n");
        }
        let table = write(&old, PLAIN).text;
        let (as_table, as_workbook) = (write(&new, PLAIN).text.into_bytes(), workbook(&new));
        let of = |name, bytes: &[u8]| told(("old.csv", table.as_bytes()), (name, bytes), old.all_api_users);
        prop_assert_eq!(buckets(&of("new.csv", &as_table)), buckets(&of("new.xlsx", &as_workbook)));
    }

    #[test]
    fn the_way_back_mirrors((old, new) in pairs()) {
        let (there, back) = (of_tables(&old, &new).diff, of_tables(&new, &old).diff);
        let findings = [
            (FindingBucket::New, FindingBucket::Fixed),
            (FindingBucket::Changed, FindingBucket::Changed),
            (FindingBucket::Incomparable, FindingBucket::Incomparable),
            (FindingBucket::Unchanged, FindingBucket::Unchanged),
        ];
        for (one, other) in findings {
            prop_assert_eq!((there.count(one), there.count(other)), (back.count(other), back.count(one)), "{:?}", one);
        }
        let accounts = [
            (AccountBucket::Joined, AccountBucket::Left),
            (AccountBucket::Raised, AccountBucket::Lowered),
            (AccountBucket::Moved, AccountBucket::Moved),
            (AccountBucket::Incomparable, AccountBucket::Incomparable),
            (AccountBucket::Unchanged, AccountBucket::Unchanged),
        ];
        let counts = |diff: &Diff, one, other| (diff.count_accounts(one), diff.count_accounts(other));
        for (one, other) in accounts {
            prop_assert_eq!(counts(&there, one, other), counts(&back, other, one), "{:?}", one);
        }
        prop_assert_eq!(there.gaps.len(), back.gaps.len());
    }

    #[test]
    fn one_changed_cell_is_one_account_at_most(world in worlds(1), row in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let at = at.index(world.headers.len());
        prop_assume!(world.headers[at] != USER_NAME);
        let mut changed = world.clone();
        let row = row.index(world.rows.len());
        changed.rows[row][at] = "Claims".to_owned();
        let told = of_tables(&world, &changed);
        prop_assume!(!has_refused(&told.old) && !has_refused(&told.new));
        // An account without a user name differs on both sides, and its number there may be another.
        let whole = |one: &AccountDiff| if one.key.starts_with('#') { "#".to_owned() } else { one.key.clone() };
        let touched: BTreeSet<String> = told.diff.accounts.iter().map(whole).collect();
        let places: [fn(&AccountDiff) -> bool; 2] = [|one| one.old.is_some(), |one| one.new.is_some()];
        let unnamed = |has_place: fn(&AccountDiff) -> bool| {
            told.diff.accounts.iter().filter(|one| one.key.starts_with('#') && has_place(one)).count()
        };
        prop_assert!(touched.len() <= 1 && places.iter().all(|place| unnamed(*place) <= 1), "{:?}", told.diff.accounts);
        let is_one = told.diff.accounts.iter().all(|one| one.fields.len() <= 2);
        prop_assert!(is_one, "{:?}", told.diff.accounts);
        if told.diff.factors.state(Factor::Data) == Some(true) {
            let findings = told.diff.findings.iter().filter(|one| one.bucket != FindingBucket::Unchanged);
            for one in findings {
                prop_assert_eq!(&one.causes, &vec![FactorSet::EMPTY.with(Factor::Data)]);
            }
        }
    }

    #[test]
    fn findings_and_accounts_end_as_a_second_count_says((old, new) in pairs()) {
        let told = of_tables(&old, &new);
        let (before, now) = (identities(&told.old), identities(&told.new));
        for one in &told.diff.findings {
            let of = |run: &Run, at: Option<usize>| {
                at.and_then(|at| run.diagnostics[at].identification.as_ref().and_then(|found| found.identity()))
            };
            let Some(identity) = of(&told.old, one.old).or_else(|| of(&told.new, one.new)) else { continue };
            let (was, is) = (before.get(&identity), now.get(&identity));
            let is_allowed = match one.bucket {
                FindingBucket::Unchanged => was.is_some() && was == is,
                FindingBucket::Changed => was.is_some() && is.is_some() && was != is,
                FindingBucket::New => was.is_none(),
                FindingBucket::Fixed => is.is_none(),
                FindingBucket::Incomparable => was.is_none() || is.is_none(),
            };
            prop_assert!(is_allowed, "{:?}: {:?} became {:?}", one, was, is);
        }
        let listed: BTreeSet<String> = told.diff.findings.iter().filter_map(|one| told.old.diagnostics[one.old?].identification.as_ref()?.identity()).collect();
        prop_assert!(before.keys().all(|identity| listed.contains(identity)), "every finding is in one bucket");
        prop_assume!(is_whole(&told.old) && is_whole(&told.new));
        let (olds, news) = (names(&old), names(&new));
        let counted = |bucket: AccountBucket| told.diff.count_accounts(bucket);
        let only = |these: &BTreeMap<String, u64>, those: &BTreeMap<String, u64>| {
            // An account without a user name may be any of them.
            let may_be_there = those.contains_key("");
            let alone = these.iter().filter(|(name, count)| **count == 1 && !name.is_empty() && !those.contains_key(*name));
            if may_be_there { 0 } else { alone.count() as u64 }
        };
        prop_assert_eq!((counted(AccountBucket::Joined), counted(AccountBucket::Left)), (only(&news, &olds), only(&olds, &news)));
    }
}

struct Told {
    old: Run,
    new: Run,
    diff: Diff,
}

/// Two worlds with the same columns.
fn pairs() -> impl Strategy<Value = (World, World)> {
    worlds(2).prop_flat_map(|world| {
        let rows = prop::collection::vec(prop::sample::select(world.rows.clone()), 1..5);
        let cells = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..3);
        (Just(world), rows, cells).prop_map(|(world, mut rows, cells)| {
            for (row, at) in cells {
                let (row, at) = (row.index(rows.len()), at.index(world.headers.len()));
                rows[row][at] = world.rows[0][at].clone();
            }
            let other = world.with(rows);
            (world, other)
        })
    })
}

fn of_tables(old: &World, new: &World) -> Told {
    let (one, other) = (write(old, PLAIN).text, write(new, PLAIN).text);
    told(("old.csv", one.as_bytes()), ("new.csv", other.as_bytes()), old.all_api_users)
}

fn told(old: (&str, &[u8]), new: (&str, &[u8]), all_api_users: bool) -> Told {
    with_rules(|rules| {
        let config = Config::default();
        let seats = vec![("System Administrator".to_owned(), 40)];
        let options = RunOptions { all_api_users, seats, ..as_of(AS_OF) };
        let request = RunRequest { config: &config, rules, options: &options };
        let side = |(name, bytes): (&str, &[u8])| {
            let opened = Ok(Source::from_bytes(bytes.to_vec()));
            let named = NamedInput { name: name.to_owned(), format: Format::by_name(name), opened };
            let (run, lookup, tracked) =
                check_and_track(vec![named], &request).expect("there is no config to be wrong");
            let accounts = Some(SideAccounts::new(lookup, tracked));
            DiffSide { run, accounts, version: "1".to_owned(), baseline: None }
        };
        let (one, other) = (side(old), side(new));
        let factors = FactorStates::new(|factor| Some(factor == Factor::Data && old.1 != new.1));
        let diff = compare(&one, &other, factors, DiffThreshold::New, 2, &mut |_| None);
        Told { old: one.run.clone(), new: other.run.clone(), diff }
    })
}

fn is_empty(diff: &Diff) -> bool {
    diff.findings.iter().all(|one| one.bucket == FindingBucket::Unchanged)
        && diff.accounts.is_empty()
        && diff.gaps.is_empty()
}

fn has_refused(run: &Run) -> bool {
    run.ledger.inputs.iter().any(|input| !input.refused.is_empty())
}

/// Where findings and accounts ended, whatever the labels.
fn buckets(told: &Told) -> Vec<String> {
    let shown = |run: &Run, at: usize| format!("{} {}", run.diagnostics[at].rule, key(&run.diagnostics[at]));
    let finding = |one: &FindingDiff| {
        let of = |run: &Run, at: Option<usize>| at.map(|at| shown(run, at));
        format!("{:?} {:?} {:?} {:?}", one.bucket, of(&told.old, one.old), of(&told.new, one.new), one.why)
    };
    let account = |one: &AccountDiff| {
        let fields: Vec<_> = one.fields.iter().map(|one| (one.field, &one.added, &one.removed)).collect();
        format!("{:?} {} {fields:?} {:?}", one.bucket, one.key, one.notes)
    };
    let mut all: Vec<String> = told.diff.findings.iter().map(finding).collect();
    all.extend(told.diff.accounts.iter().map(account));
    all.sort();
    all
}

/// Every account was read: what else is open is a rule's, or that nobody is known to be an API user.
fn is_whole(run: &Run) -> bool {
    let of_rule = |id: &str| run.outcomes.iter().any(|one| one.rule == id);
    run.ledger
        .holes
        .iter()
        .all(|hole| of_rule(&hole.rule) || ["api-user-none", "nothing-judged"].contains(&&*hole.rule))
}

type Condition = (Option<String>, String);

/// State and severity of each finding that has an identity.
fn identities(run: &Run) -> BTreeMap<String, Condition> {
    let of = |one: &rolecall::diagnostic::Diagnostic| {
        let found = one.identification.as_ref()?;
        Some((found.identity()?, (found.state(), one.severity.word().to_owned())))
    };
    run.diagnostics.iter().filter_map(of).collect()
}

/// How many rows have each user name.
fn names(world: &World) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let Some(column) = world.column(USER_NAME) else { return counts };
    for row in &world.rows {
        let name = row[column].trim().to_lowercase().replace("@käse.example", "@xn--kse-qla.example");
        *counts.entry(name).or_default() += 1;
    }
    counts
}
