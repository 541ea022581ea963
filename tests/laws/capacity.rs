//! Every day of a world counted by itself, account by account, beside what the program says.

mod world;

use proptest::prelude::*;
use rolecall::capacity::advice::Advice;
use rolecall::capacity::demand::Reserve;
use rolecall::capacity::what_if::{AssumedSubject, WhatIf};
use rolecall::capacity::{Capacity, CapacityRequest, License, run};
use rolecall::config::{Config, RunOptions};
use rolecall::engine::RunRequest;
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use world::{AS_OF, Account, DAYS, POOLS, UNTIL, World, config, plan, table, worlds};

fn day(text: &str) -> Date {
    Date::parse(text, None).unwrap()
}

fn named(name: &str, text: &str) -> NamedInput {
    NamedInput {
        name: name.to_owned(),
        format: Format::by_name(name),
        opened: Ok(Source::from_bytes(text.as_bytes().to_vec())),
    }
}

/// What the program says of a world that lies in these files.
fn told(world: &World, files: &[(&str, &str)], reserve: Option<Reserve>) -> Option<(Run, Capacity)> {
    let config = Config::parse("rolecall.toml", &config(world)).unwrap();
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let options = RunOptions::new(day(DAYS[AS_OF]));
    let what_if = |(role, change, on): &(&str, i64, usize)| WhatIf {
        subject: AssumedSubject::Role((*role).to_owned()),
        change: *change,
        on: day(DAYS[*on]),
    };
    let wanted = CapacityRequest {
        until: Some(day(DAYS[UNTIL])),
        what_ifs: world.what_ifs.iter().map(what_if).collect(),
        reserve,
        past: Vec::new(),
    };
    let files = files.iter().map(|(name, text)| named(name, text)).collect();
    run(files, wanted, &RunRequest { config: &config, rules: &rule_set, options: &options }).ok()
}

/// What a check says of the same files.
fn checked(world: &World, files: &[(&str, &str)]) -> Run {
    let config = Config::parse("rolecall.toml", &config(world)).unwrap();
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let files = files.iter().map(|(name, text)| named(name, text)).collect();
    check(files, &config, &rule_set, &RunOptions::new(day(DAYS[AS_OF]))).unwrap()
}

/// Every calendar day from the as-of date to the last.
fn calendar() -> Vec<Date> {
    let (first, last) = (day(DAYS[AS_OF]), day(DAYS[UNTIL]));
    (0..).map_while(|days| first.plus_days(days).filter(|day| *day <= last)).collect()
}

/// Whether an account is active on a day: the mark, or else the dates, decide for the as-of date; then day after day
/// each date does what it says.
fn is_active(one: &Account, on: Date) -> bool {
    let (from, until) = (one.from.map(|at| day(DAYS[at])), one.until.map(|at| day(DAYS[at])));
    let as_of = day(DAYS[AS_OF]);
    let by_dates = from.is_none_or(|from| from <= as_of) && until.is_none_or(|until| until > as_of);
    let mut is_active = one.mark.unwrap_or(by_dates);
    let is_never = from.zip(until).is_some_and(|(from, until)| until <= from);
    for today in calendar().into_iter().skip(1).take_while(|today| *today <= on) {
        if from == Some(today) && !is_never {
            is_active = true;
        }
        if until == Some(today) {
            is_active = false;
        }
    }
    is_active
}

fn holds(one: &Account, pool: usize) -> bool {
    one.roles.iter().any(|role| POOLS[pool].1.contains(role))
}

/// The day from which a plan says how its account is.
fn governs_from(planned: &Account) -> Date {
    let tomorrow = calendar()[1];
    let begins = calendar().into_iter().find(|day| is_active(planned, *day));
    let is_late = !is_active(planned, calendar()[0]);
    // A later start may lie beyond the days that are looked at.
    let starts = planned.from.map(|at| day(DAYS[at])).filter(|from| *from > day(DAYS[AS_OF]));
    let is_never = planned.from.zip(planned.until).is_some_and(|(from, until)| until <= from);
    match (is_late, begins, starts) {
        (true, Some(begins), _) => begins,
        (true, None, Some(starts)) if !is_never => starts,
        _ => tomorrow,
    }
}

/// Seats of a pool used on a day, without what is assumed.
fn used(world: &World, pool: usize, on: Date) -> u64 {
    let takes = |one: &&Account| is_active(one, on) && holds(one, pool);
    let plan_of = |one: &Account| world.plans.iter().find(|planned| planned.name == one.name);
    let by_exports = world
        .exports
        .iter()
        .filter(takes)
        .filter(|one| plan_of(one).is_none_or(|planned| on == calendar()[0] || on < governs_from(planned)));
    let by_plans = world.plans.iter().filter(takes).filter(|planned| {
        let is_held = world.exports.iter().any(|one| one.name == planned.name && takes(&one));
        !(on == calendar()[0] && is_held)
    });
    (by_exports.count() + by_plans.count()) as u64
}

fn assumed(world: &World, pool: usize, on: Date) -> i64 {
    let counts = |(role, _, at): &&(&str, i64, usize)| POOLS[pool].1.contains(role) && day(DAYS[*at]) <= on;
    world.what_ifs.iter().filter(counts).map(|(_, seats, _)| seats).sum()
}

fn owned(world: &World, pool: usize, on: Date) -> u64 {
    world.owned_seats[pool].iter().rev().find(|(at, _)| day(DAYS[*at]) <= on).unwrap().1
}

/// Day by day: the day, seats used, seats owned.
fn counted(world: &World, pool: usize) -> Vec<(Date, u64, u64)> {
    let one = |on: Date| {
        let used = used(world, pool, on).checked_add_signed(assumed(world, pool, on)).unwrap();
        (on, used, owned(world, pool, on))
    };
    calendar().into_iter().map(one).collect()
}

/// The same from what the program says.
fn by_day(license: &License) -> Vec<(Date, u64, u64)> {
    let mut now = (license.used.total(), license.owned.unwrap());
    let mut days = Vec::new();
    for on in calendar() {
        if let Some(step) = license.steps.iter().find(|step| step.on == on) {
            let next = (step.used, step.owned.unwrap());
            assert_ne!(next, now, "a step that changes nothing on {on}");
            now = next;
        }
        days.push((on, now.0, now.1));
    }
    days
}

fn files(world: &World) -> Vec<(&'static str, String)> {
    let mut files = vec![("people.csv", table(&world.exports))];
    if !world.plans.is_empty() {
        files.push(("plan.yaml", plan(&world.plans)));
    }
    files
}

fn as_given<'f>(files: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    files.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

/// What cannot depend on how the accounts are spread over files.
fn essence(capacity: &Capacity) -> Vec<String> {
    let one = |license: &License| {
        let steps: Vec<_> = license.steps.iter().map(|step| (step.on, step.owned, step.used)).collect();
        let used = (license.used.api_users, license.used.people, license.used.doubt.clone());
        format!("{} {used:?} {steps:?} {:?} {:?} {:?}", license.name, license.peak, license.first_over, license.owned)
    };
    capacity.licenses.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_day_is_what_counting_gives(world in worlds()) {
        let files = files(&world);
        let (run, capacity) = told(&world, &as_given(&files), None).unwrap();
        for (number, (name, _)) in POOLS.iter().enumerate() {
            let license = capacity.licenses.iter().find(|license| license.name == *name).unwrap();
            let days = counted(&world, number);
            prop_assert_eq!(by_day(license), days.clone(), "{}", name);
            let most = days.iter().map(|(_, used, _)| *used).max().unwrap();
            let first_most = days.iter().find(|(_, used, _)| *used == most).unwrap().0;
            prop_assert_eq!(license.peak, (most, first_most));
            let over = days.iter().find(|(_, used, owned)| used > owned).map(|(day, ..)| *day);
            prop_assert_eq!(license.first_over, over);
            let says_so = |one: &&rolecall::diagnostic::Diagnostic| {
                *one.rule == *"seats-exceeded" && one.message.contains(&format!(" of {name} "))
            };
            prop_assert_eq!(run.diagnostics.iter().filter(says_so).count(), usize::from(over.is_some()));
            let of_check = run.seats.iter().find(|seats| seats.license == *name).unwrap();
            prop_assert_eq!(of_check.used, license.used.total(), "a check counts another number");
            prop_assert!(license.used.doubt.is_none());
        }
    }

    #[test]
    fn a_check_counts_the_same_seats(world in worlds()) {
        let files = files(&world);
        let (run, capacity) = told(&world, &as_given(&files), None).unwrap();
        let checked = checked(&world, &as_given(&files));
        let of_seats = |run: &Run| run.ledger.holes.iter().filter(|hole| hole.rule.starts_with("seats-")).cloned().collect::<Vec<_>>();
        prop_assert_eq!(of_seats(&checked), of_seats(&run));
        prop_assert_eq!(&checked.seats, &run.seats);
        for (count, license) in checked.seats.iter().zip(&capacity.licenses) {
            let holders = &license.holders;
            prop_assert_eq!((&count.license, count.used, count.owned), (&license.name, license.used.total(), license.owned));
            prop_assert_eq!(count.exact, license.used.doubt.is_none());
            prop_assert_eq!((holders.listed.len() as u64, holders.more), (count.used, 0));
        }
    }

    #[test]
    fn what_is_advised_is_enough_and_no_more_than_enough(world in worlds()) {
        let without = World { what_ifs: Vec::new(), ..world };
        let files = files(&without);
        let (_, capacity) = told(&without, &as_given(&files), None).unwrap();
        for license in &capacity.licenses {
            prop_assert_eq!(license.advice.is_empty(), license.first_over.is_none());
            for advice in &license.advice {
                match advice {
                    Advice::Buy { seats, by, .. } => {
                        let short = |bought: u64| by_day(license).iter().any(|(on, used, owned)| *used > owned + if on >= by { bought } else { 0 });
                        prop_assert!(!short(*seats) && short(seats - 1), "{:?}", advice);
                    }
                    Advice::Postpone { accounts, to, .. } => {
                        let mut later = without.clone();
                        let at = DAYS.iter().position(|text| day(text) == *to).expect("something changes on that day");
                        for one in accounts {
                            let planned = later.plans.iter_mut().find(|planned| planned.name == one.key).unwrap();
                            (planned.from, planned.mark) = (Some(at), None);
                        }
                        let files = self::files(&later);
                        let (_, capacity) = told(&later, &as_given(&files), None).unwrap();
                        let same = capacity.licenses.iter().find(|one| one.name == license.name).unwrap();
                        prop_assert_eq!(same.first_over, None, "{:?}", advice);
                    }
                }
            }
        }
    }

    #[test]
    fn causes_add_up_to_what_they_change(world in worlds()) {
        let files = files(&world);
        let (_, capacity) = told(&world, &as_given(&files), None).unwrap();
        for license in &capacity.licenses {
            let mut used = license.used.total();
            for step in &license.steps {
                let sign = |word: &str| match word { "activate" | "what-if-more" => 1, "seats" => 0, _ => -1 };
                let change: i64 =
                    step.because.iter().map(|one| sign(one.change.word()) * i64::try_from(one.count).unwrap()).sum();
                // A day that only moves what is owned and a day whose moves cancel out name both sides.
                prop_assert_eq!(used.checked_add_signed(change), Some(step.used), "{} {:?}", license.name, step);
                prop_assert_eq!(step.others, 0);
                used = step.used;
            }
        }
    }

    #[test]
    fn the_order_of_inputs_and_splitting_them_change_nothing(world in worlds(), cut in 0_usize..14) {
        let whole = files(&world);
        let expected = essence(&told(&world, &as_given(&whole), None).unwrap().1);
        let mut turned = as_given(&whole);
        turned.reverse();
        prop_assert_eq!(essence(&told(&world, &turned, None).unwrap().1), expected.clone());
        let cut = cut.min(world.exports.len() - 1).max(1).min(world.exports.len());
        let (first, second) = world.exports.split_at(cut);
        let mut parts = vec![("b.csv", table(first))];
        if !second.is_empty() {
            parts.push(("a.csv", table(second)));
        }
        parts.extend(whole.iter().skip(1).cloned());
        prop_assert_eq!(essence(&told(&world, &as_given(&parts), None).unwrap().1), expected);
    }

    #[test]
    fn a_reserve_fails_on_the_first_day_that_lacks_it(world in worlds(), need in 0_u64..4) {
        let files = files(&world);
        let (run, _) = told(&world, &as_given(&files), Some(Reserve::Seats(need))).unwrap();
        for (number, (name, _)) in POOLS.iter().enumerate() {
            let days = counted(&world, number);
            let short = days.iter().find(|(_, used, owned)| owned.saturating_sub(*used) < need);
            let is_of = |one: &&rolecall::diagnostic::Diagnostic| {
                *one.rule == *"seats-reserve-short" && one.message.contains(&format!(" of {name} "))
            };
            let found: Vec<_> = run.diagnostics.iter().filter(is_of).collect();
            prop_assert_eq!(found.len(), usize::from(short.is_some()), "{}", name);
            if let (Some((on, used, owned)), [finding]) = (short, &found[..]) {
                let free = owned.saturating_sub(*used);
                let since = if *on == calendar()[0] { String::new() } else { format!("from {on} on ") };
                let (seats, is) = if free == 1 { ("seat", "is") } else { ("seats", "are") };
                let kept = if need == 1 { "is" } else { "are" };
                let says = format!("{since}{free} {seats} of {name} {is} free, {need} {kept} to be kept free");
                prop_assert_eq!(&finding.message, &says);
            }
        }
    }
}
