//! Baselines beside a model that knows no hashes: what one covers is exactly what was there in the same condition.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;
use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::{Diagnostic, Outcome, Severity, Verdict};
use rolecall::engine::{NamedInput, Run, check_and_keep};
use rolecall::policy::baseline::{Baseline, BaselineContext, BaselineMaker};
use rolecall::policy::{JudgedBy, Policy};
use rolecall::read::Format;
use rolecall::source::file::Source;

use crate::cases;
use crate::identity::{condition, who};
use crate::run::{as_of, with_rules};
use crate::support::workspace::AS_OF;
use crate::support::world::LICENSE;
use crate::table::{PLAIN, write};
use crate::world::{World, compliant, worlds};

/// Who and what, and in which condition.
type Key = (String, String);

/// The run over a world, compared with a baseline, and the baseline of its own findings.
fn judged(world: &World, baseline: Option<&str>) -> (Run, String) {
    let table = write(world, PLAIN).text;
    let options = RunOptions {
        all_api_users: world.all_api_users,
        seats: vec![(LICENSE.to_owned(), 2)],
        jobs: 2,
        ..as_of(AS_OF)
    };
    let named = NamedInput {
        name: "a.csv".to_owned(),
        format: Format::by_name("a.csv"),
        opened: Ok(Source::from_bytes(table.into_bytes())),
    };
    with_rules(|rules| {
        let config = Config::default();
        let (mut run, accounts) = check_and_keep(vec![named], &config, rules, &options).unwrap();
        let context = BaselineContext::new(&options, None);
        let maker = BaselineMaker { context: &context, packs: &[], until: None, reason: None, with_names: false };
        let made = maker.make(&run, &BTreeSet::new()).unwrap();
        let read = baseline.map(|text| Baseline::read("b.jsonl", text, rules.rules, context.clone()).unwrap());
        let policy = Policy::default().with_baseline(read);
        policy.apply(&mut run, rules.rules, Severity::Warning, JudgedBy::Rules(Some(&accounts))).unwrap();
        (run, made.text)
    })
}

/// What the model compares; none of what no baseline holds.
fn key(one: &Diagnostic) -> Option<Key> {
    let found = one.identification.as_ref()?;
    found.has_state().then(|| (format!("{:?}", who(one)), format!("{:?}", condition(one))))
}

fn keys(run: &Run) -> BTreeMap<String, String> {
    run.diagnostics.iter().filter_map(key).collect()
}

/// The findings that are new or in another state, of those that can be held.
fn changed(run: &Run) -> usize {
    let word = |one: &&Diagnostic| one.comparison.as_ref().is_some_and(|found| found.word() != "unchanged");
    run.diagnostics.iter().filter(word).count()
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn it_covers_exactly_what_was_there_in_the_same_condition(
        before in worlds(2), other in worlds(2), cell in any::<[prop::sample::Index; 3]>(), is_near in any::<bool>(),
    ) {
        let mut after = before.clone();
        if is_near {
            let (row, column) = (cell[0].index(before.rows.len()), cell[1].index(before.headers.len()));
            let from = cell[2].index(before.rows.len());
            after.rows[row][column] = before.rows[from][column].clone();
        } else {
            after = World { all_api_users: before.all_api_users, ..other };
        }
        let (first, baseline) = judged(&before, None);
        let held = keys(&first);
        prop_assert_eq!(baseline.lines().count(), held.len() + 1);
        let (run, _) = judged(&after, Some(&baseline));
        for one in &run.diagnostics {
            let due = key(one).map(|(who, condition)| match held.get(&who) {
                None => "new",
                Some(known) if *known == condition => "unchanged",
                Some(_) => "updated",
            });
            prop_assert_eq!(one.comparison.as_ref().map(|found| found.word()), due, "{:?}", one);
            prop_assert_eq!(one.outcome() == Outcome::Baselined, due == Some("unchanged"), "{:?}", one);
        }
        let there = keys(&run);
        let gone = held.keys().filter(|who| !there.contains_key(*who)).count();
        let used = run.ledger.baseline.as_ref().unwrap();
        prop_assert_eq!(used.absent.len() as u64 + used.not_told.values().sum::<u64>(), gone as u64, "{:?}", used);
        if !run.ledger.holes.is_empty() {
            prop_assert!(used.absent.is_empty() && run.verdict == Verdict::Incomplete);
        }
    }

    #[test]
    fn after_it_is_made_nothing_that_it_can_hold_is_live(world in worlds(1)) {
        let (_, baseline) = judged(&world, None);
        let (run, again) = judged(&world, Some(&baseline));
        prop_assert_eq!(&again, &baseline, "the same findings are the same bytes");
        prop_assert_eq!(changed(&run), 0);
        let used = run.ledger.baseline.as_ref().unwrap();
        prop_assert!(used.absent.is_empty() && used.not_told.is_empty() && used.shadowed == 0);
        let is_live = |one: &Diagnostic| one.is_live() && one.severity >= Severity::Warning;
        let left = run.diagnostics.iter().filter(|one| is_live(one)).collect::<Vec<_>>();
        prop_assert!(left.iter().all(|one| key(one).is_none()));
        prop_assert_eq!(run.verdict == Verdict::Pass, left.is_empty() && run.ledger.holes.is_empty());
    }

    #[test]
    fn order_of_rows_and_columns_changes_nothing(
        (world, rows) in worlds(2).prop_flat_map(|world| (Just(world.clone()), Just(world.rows).prop_shuffle())),
        by in any::<prop::sample::Index>(),
    ) {
        let (_, baseline) = judged(&world, None);
        let mut other = world.with(rows);
        let by = by.index(other.headers.len());
        other.headers.rotate_left(by);
        other.rows.iter_mut().for_each(|row| row.rotate_left(by));
        let (run, _) = judged(&other, Some(&baseline));
        let used = run.ledger.baseline.as_ref().unwrap();
        prop_assert_eq!((changed(&run), used.absent.len(), used.not_told.len()), (0, 0, 0), "{:?}", used);
    }

    #[test]
    fn a_lost_column_calls_nothing_gone_and_passes_over_nothing(world in worlds(2), at in any::<prop::sample::Index>()) {
        let (_, baseline) = judged(&world, None);
        let mut other = world.clone();
        let at = at.index(other.headers.len());
        other.headers.remove(at);
        other.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        let (run, _) = judged(&other, Some(&baseline));
        let used = run.ledger.baseline.as_ref().unwrap();
        prop_assert!(used.absent.is_empty(), "{}: {:?}", world.headers[at], used);
        prop_assert_eq!(run.ledger.holes.is_empty(), run.verdict != Verdict::Incomplete);
        prop_assert!(used.not_told.is_empty() || !run.ledger.holes.is_empty(), "{}: {:?}", world.headers[at], used);
    }

    #[test]
    fn one_changed_cell_is_one_new_or_updated_finding(
        first in select(WRONG.as_slice()), second in select(WRONG.as_slice()), row in select([0_usize, 2].as_slice()),
    ) {
        let with = |(header, value): (&str, &str)| {
            let mut world = compliant();
            let column = world.column(header).unwrap();
            world.rows[row][column] = value.to_owned();
            World { all_api_users: true, ..world }
        };
        let clean = World { all_api_users: true, ..compliant() };
        let (_, baseline) = judged(&clean, None);
        prop_assert_eq!(changed(&judged(&with(first), Some(&baseline)).0), 1);
        let (_, baseline) = judged(&with(first), None);
        prop_assert_eq!(changed(&judged(&with(first), Some(&baseline)).0), 0);
        let (run, _) = judged(&with(second), Some(&baseline));
        prop_assert_eq!(changed(&run), usize::from(first != second));
    }
}

/// Cells of an API user that one rule each finds wrong.
const WRONG: [(&str, &str); 4] =
    [("Main View", "Billing View"), ("Main View", "My View"), ("Team", "Billing"), ("Team", "")];
