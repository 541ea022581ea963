//! Fixes of plans and change requests for exports: done once is done, the diff is what is written, and nothing gets worse.

use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rolecall::config::{Config, RunOptions};
use rolecall::engine::{NamedInput, RuleSet, Run, check_and_keep};
use rolecall::fix::{FixInput, FixOutcome, FixRequest, diff, fix};
use rolecall::policy::Policy;
use rolecall::read::Format;
use rolecall::request::verify::{OperationState, verify};
use rolecall::request::{ChangeRequest, JudgedExports, Operation, RequestOptions};
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use crate::cases;
use crate::plan::{Hand, hands, write as write_plan};
use crate::run::as_of;
use crate::support::workspace::AS_OF;
use crate::support::world::LICENSE;
use crate::table::{PLAIN, write};
use crate::world::{USER_NAME, World};

const HEADERS: [&str; 7] = [USER_NAME, "First Name", "Last Name", "Roles", "Team", "Scope", "Main View"];

/// API users with wrong views, teams and roles, each with a user name of its own.
fn faulty_worlds() -> impl Strategy<Value = World> {
    let view = select(["EnterpriseView", "Billing View", "Enterprise View", "it's", ""].as_slice());
    let team = select(["Default Team", "Billing", "A # B"].as_slice());
    let roles = select(["Administrator", "Agent", "Agent; Ops Admin", ""].as_slice());
    vec((view, team, roles), 1..5).prop_map(|rows| {
        let row = |(number, (view, team, roles)): (usize, (&str, &str, &str))| {
            let name = format!("api.{number}@acme.example");
            [&name, "API", "Payroll Sync", roles, team, "Operations", view].map(str::to_owned).to_vec()
        };
        let rows = rows.into_iter().enumerate().map(row).collect();
        World { headers: HEADERS.to_vec(), rows, all_api_users: true }
    })
}

fn options(seats: u64) -> RunOptions {
    let seats = vec![(LICENSE.to_owned(), seats)];
    RunOptions { all_api_users: true, seats, digest: true, list_accounts: false, ..as_of(AS_OF) }
}

fn fixed(hand: Hand, text: &str, seats: u64) -> FixOutcome {
    let (rules, references) = (built_in(), References::built_in());
    let (config, options, allowed) = (Config::default(), options(seats), ["all".to_owned()]);
    let name = hand.file_name().to_owned();
    let format = Format::by_name(&name);
    let inputs = [FixInput { path: PathBuf::from(&name), name, format, text: Some(text.as_bytes().to_vec()) }];
    let rules = &RuleSet { rules: &rules, references: &references };
    fix(
        &inputs,
        &FixRequest {
            config: &config,
            rules,
            options: &options,
            policy: &Policy::default(),
            only: &[],
            allowed: &allowed,
        },
    )
    .unwrap()
}

/// The text after a unified diff, read as `patch` reads it.
fn patched(old: &str, diff: &str) -> String {
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut at, mut new, mut ends) = (0, String::new(), true);
    for line in diff.split_inclusive('\n').skip(2) {
        if let Some(hunk) = line.strip_prefix("@@ -") {
            let start: usize = hunk.split(',').next().unwrap().parse().unwrap();
            new.extend(lines[at..start - 1].iter().copied());
            at = start - 1;
        } else if line.starts_with('\\') {
            ends = false;
        } else {
            let (sign, text) = line.split_at(1);
            if sign != "+" {
                assert_eq!(lines[at].trim_end_matches('\n'), text.trim_end_matches('\n'), "{diff}");
                at += 1;
            }
            if sign != "-" {
                new.push_str(text);
            }
        }
    }
    if !ends {
        new.truncate(new.len() - 1);
    }
    new.extend(lines[at..].iter().copied());
    new
}

/// The findings by their fingerprints, but warnings about the tenant: that a seat was taken is the price of some fixes.
fn findings(run: &Run) -> Vec<(&str, &str)> {
    let is_of_account = |rule: &str| !rule.starts_with("seats-");
    let found = run.diagnostics.iter().filter(|one| is_of_account(&one.rule));
    found.map(|one| (&*one.rule, one.fingerprint.as_str())).collect()
}

/// A request for these accounts with unsafe changes, and what a later export of other accounts shows of it.
fn requested(world: &World, earlier: &[Operation], seats: u64) -> (Run, Vec<Operation>, Vec<OperationState>) {
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let (config, options) = (Config::default(), options(seats));
    let opened = Ok(Source::from_bytes(write(world, PLAIN).text.into_bytes()));
    let named = NamedInput { name: "people.csv".to_owned(), format: Format::by_name("people.csv"), opened };
    let (run, reader) = check_and_keep(vec![named], &config, &rule_set, &options).unwrap();
    let judged = JudgedExports { run: &run, reader: &reader, rules: &rules };
    let request = ChangeRequest::new(&judged, RequestOptions { only: &[], include_unsafe: true }).unwrap();
    let states = verify(earlier, (&run, &reader), &|_: &str| true).into_iter().map(|(state, _)| state).collect();
    (run, request.operations, states)
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn a_fix_is_done_once_and_makes_nothing_worse(world in faulty_worlds(), hand in hands(), seats in 1..6_u64) {
        let text = write_plan(&world, hand).text;
        let outcome = fixed(hand, &text, seats);
        prop_assert!(outcome.after.verdict <= outcome.before.verdict);
        let before = findings(&outcome.before);
        prop_assert!(findings(&outcome.after).iter().all(|one| before.contains(one)));
        let Some(new) = outcome.texts.get(&0) else { return Ok(()) };
        let new = String::from_utf8(new.clone()).unwrap();
        prop_assert!(findings(&outcome.after).len() < before.len());
        let again = fixed(hand, &new, seats);
        prop_assert_eq!(findings(&again.before), findings(&outcome.after), "what was judged is what is written");
        prop_assert!(again.texts.values().all(|again| *again == new.as_bytes()), "{}", new);
        let shown = diff::unified(hand.file_name(), &text, &new, &Default::default()).unwrap();
        prop_assert_eq!(patched(&text, &shown), new, "{}", shown);
    }

    #[test]
    fn a_request_that_was_carried_out_leaves_nothing_of_it(world in faulty_worlds(), seats in 1..6_u64) {
        let (before, operations, states) = requested(&world, &[], seats);
        prop_assert!(states.is_empty());
        let mut rows = world.rows.clone();
        for operation in &operations {
            let row = rows.iter_mut().find(|row| operation.account.user_name.as_ref() == Some(&row[0])).unwrap();
            let column = ["roles", "team", "main-view"].iter().position(|field| *field == operation.field).unwrap();
            let cell = &mut row[[3, 4, 6][column]];
            prop_assert_eq!(cell.is_empty(), operation.expect.in_one_line().is_empty());
            *cell = operation.set.in_one_line();
        }
        let (after, _, states) = requested(&world.with(rows), &operations, seats);
        prop_assert!(states.iter().all(|state| *state == OperationState::Done), "{:?}", states);
        prop_assert_eq!(findings(&after).len() + operations.len(), findings(&before).len());
        prop_assert!(after.seats.iter().all(|seats| seats.planned <= seats.owned.unwrap().max(before.seats[0].planned)));
    }
}
