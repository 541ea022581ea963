//! From the licences of config, plans and options to the pools in which seats are counted.
//!
//! Two places that declare different seats end the run: neither is chosen for the user.

use super::license::{License, SeatDeclaration};
use super::{Config, RunOptions};
use crate::diagnostic::Label;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{quoted, visible};
use crate::fast::sort_few::sort_few_by;
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::record::pool::{ADMINISTRATOR_LICENSE, MAX_POOLS, OwnedSeats, Pool};
use crate::record::site::Site;

/// Merges the licences of a run into pools.
///
/// # Errors
/// Two declarations that contradict each other, or more licences than a run can count.
pub(super) fn pools(
    config: &Config,
    plans: &[PlanFacts],
    options: &RunOptions,
    site: &Site,
) -> Result<Vec<Pool>, UsageError> {
    let mut pools: Vec<Pool> = Vec::new();
    for license in plans.iter().flat_map(|plan| &plan.licenses) {
        let declared = Some(license.declared.clone());
        let seats = |seats| OwnedSeats { from: None, seats, declared: declared.clone() };
        let pool = add(&mut pools, &license.name, license.seats.map(seats).into_iter().collect(), options)?;
        pool.warn_at = license.warn_at.unwrap_or(pool.warn_at);
        pool.over = license.over.or(pool.over);
        pool.declared = pool.declared.take().or(declared);
    }
    let mut licenses: Vec<_> = config.file.licenses.0.iter().collect();
    sort_few_by(&mut licenses, |a, b| a.0.value.cmp(&b.0.value));
    for (name, license) in licenses {
        let pool = add(&mut pools, &name.value, owned_seats(config, &name.value, license)?, options)?;
        pool.warn_at = license.mark().unwrap_or(pool.warn_at);
        pool.over = pool.over.or(license.over());
        pool.labels.clone_from(&license.labels);
        pool.terms = terms(config, &name.value, license)?;
        pool.declared.get_or_insert_with(|| config.declared(name.span, "declared here"));
    }
    refuse_misspelt(options, &pools, site)?;
    for (name, seats) in &options.seats {
        entry(&mut pools, name).owned_seats = vec![OwnedSeats { from: None, seats: *seats, declared: None }];
    }
    assign_roles(&mut pools, config, site);
    if pools.len() > MAX_POOLS {
        return Err(UsageError::new(format!("more than {MAX_POOLS} licences are declared")));
    }
    pools.iter_mut().for_each(|pool| set_owned(pool, site));
    Ok(pools)
}

/// The fewest characters of a licence whose name may be misspelt: of shorter ones two letters are too much.
const MIN_MISSPELT_LENGTH: usize = 5;

/// Refuses a licence of `--seats` that nothing declares and that is a letter or two from one that is declared.
fn refuse_misspelt(options: &RunOptions, pools: &[Pool], site: &Site) -> Result<(), UsageError> {
    let of_roles = site.catalogue.roles.values().filter_map(|role| role.license.as_ref());
    let declared: Vec<&String> = pools.iter().map(|pool| &pool.license).chain(of_roles).collect();
    let is_near = |name: &str, other: &str| strsim::osa_distance(&name.to_lowercase(), &other.to_lowercase()) <= 2;
    for (name, seats) in &options.seats {
        if declared.contains(&name) || name.chars().count() < MIN_MISSPELT_LENGTH {
            continue;
        }
        if let Some(meant) = declared.iter().find(|other| is_near(name, other)) {
            let message = format!("`--seats` names the licence {}, which nothing declares", quoted(name));
            let remedy = format!("Did you mean `--seats '{}={seats}'`?", visible(meant));
            return Err(UsageError::new(message).with_remedy(remedy));
        }
    }
    Ok(())
}

/// Fills in what counts on the as-of date.
fn set_owned(pool: &mut Pool, site: &Site) {
    let seats = pool.owned_seats_on(site.as_of).cloned();
    pool.owned = seats.as_ref().map(|seats| seats.seats);
    if let Some(seats) = seats {
        pool.declared = seats.declared;
    }
}

/// Fills in which roles take a seat.
fn assign_roles(pools: &mut Vec<Pool>, config: &Config, site: &Site) {
    for pool in pools.iter_mut() {
        let of_plans = site.catalogue.roles.iter().filter(|(_, role)| role.license.as_ref() == Some(&pool.license));
        pool.roles.extend(of_plans.map(|(name, _)| name.clone()));
        if let Some((_, license)) = config.file.licenses.0.iter().find(|(name, _)| name.value == pool.license) {
            pool.roles.extend(license.roles.iter().cloned());
        }
    }
    let is_administrator = |name: &String| site.administrator_names.contains(name);
    let has_administrators = pools.iter().any(|pool| pool.roles.is_empty() || pool.roles.iter().any(is_administrator));
    if !has_administrators {
        // Administrators take seats even if their number is not declared.
        let pool = entry(pools, ADMINISTRATOR_LICENSE);
        pool.roles.extend(site.administrator_names.iter().cloned());
    }
}

fn owned_seats(config: &Config, name: &str, license: &License) -> Result<Vec<OwnedSeats>, UsageError> {
    let declarations = license.declarations();
    for pair in declarations.windows(2) {
        let [before, now] = pair else { continue };
        if let (Some(first), Some(second)) = (before.day, now.day)
            && before.entry.from == now.entry.from
        {
            let message = format!("the seats of {} are declared twice for one day", quoted(name));
            let error = UsageError::new(message).with_remedy("Keep one number for each day.");
            return Err([second, first].into_iter().fold(error, |error, day| {
                let declared = config.declared(day, "declared here");
                error.at(declared.label, declared.snippet)
            }));
        }
    }
    let declared =
        |one: SeatDeclaration| OwnedSeats { declared: Some(config.declared(one.seats, "declared here")), ..one.entry };
    Ok(declarations.into_iter().map(declared).collect())
}

fn terms(config: &Config, name: &str, license: &License) -> Result<crate::record::pool::LicenseTerms, UsageError> {
    if let Some(span) = license.price_given_twice() {
        let declared = config.declared(span, "given here again");
        let message = format!("{} has both `over-price` and `over_price`", quoted(name));
        return Err(UsageError::new(message)
            .with_remedy("The two are spellings of one key: keep one of them.")
            .at(declared.label, declared.snippet));
    }
    Ok(license.terms())
}

fn entry<'p>(pools: &'p mut Vec<Pool>, name: &str) -> &'p mut Pool {
    let at = pools.iter().position(|pool| pool.license == name).unwrap_or_else(|| {
        pools.push(Pool::named(name));
        pools.len() - 1
    });
    &mut pools[at]
}

/// Adds what one place declares about a licence.
fn add<'p>(
    pools: &'p mut Vec<Pool>,
    name: &str,
    owned_seats: Vec<OwnedSeats>,
    options: &RunOptions,
) -> Result<&'p mut Pool, UsageError> {
    let is_overridden = options.seats.iter().any(|(license, _)| license == name);
    let pool = entry(pools, name);
    if pool.owned_seats.is_empty() {
        pool.owned_seats = owned_seats;
    } else if !owned_seats.is_empty() && !is_overridden && !is_same(&pool.owned_seats, &owned_seats) {
        return Err(contradiction(name, &pool.owned_seats, &owned_seats));
    }
    Ok(pool)
}

/// True if both declare the same number for every day.
fn is_same(one: &[OwnedSeats], other: &[OwnedSeats]) -> bool {
    let by_day = |owned_seats: &[OwnedSeats]| {
        let mut days: Vec<_> = owned_seats.iter().map(|seats| (seats.from, seats.seats)).collect();
        days.dedup_by_key(|(_, seats)| *seats);
        days.first_mut().expect("internal error: there is an entry").0 = None;
        days
    };
    by_day(one) == by_day(other)
}

fn contradiction(name: &str, before: &[OwnedSeats], now: &[OwnedSeats]) -> UsageError {
    let message = format!("the seats of {name} are declared as {} and as {}", in_words(before), in_words(now));
    let error = UsageError::new(message).with_remedy("Declare them once, or override them with `--seats`.");
    let places = [now, before].into_iter().filter_map(|owned_seats| owned_seats.first()?.declared.as_ref());
    places.fold(error, |error, DeclaredAt { label, snippet }| {
        let label = Label { message: "declared here".to_owned(), ..label.clone() };
        error.at(label, snippet.clone())
    })
}

/// `20`, or `20 from 2026-01-01, 25 from 2027-01-01`.
fn in_words(owned_seats: &[OwnedSeats]) -> String {
    let words = |seats: &OwnedSeats| match seats.from {
        Some(from) => format!("{} from {from}", seats.seats),
        None => seats.seats.to_string(),
    };
    owned_seats.iter().map(words).collect::<Vec<_>>().join(", ")
}
