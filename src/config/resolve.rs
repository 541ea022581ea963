//! From config, plans and options to the one [`Site`] that checks ask.
//!
//! An option goes before a plan, a plan before the config, the config before what is built in. Two places
//! that say different things about seats end the run: neither is chosen for the user.

use super::{Config, License, Options};
use crate::diagnostic::Label;
use crate::diagnostic::usage::UsageError;
use crate::input::plan::PlanFacts;
use crate::record::catalogue::{Catalogue, Declared};
use crate::record::list::Lists;
use crate::record::site::{ADMINISTRATOR_LICENSE, MOST_POOLS, Pool, Product, Site, WARN_AT};

/// Builds the site of a run.
///
/// # Errors
/// Two declarations that contradict each other, or more licences than a run can count.
pub fn site(config: &Config, plans: &[PlanFacts], options: &Options) -> Result<Site, UsageError> {
    let file = &config.file;
    let mut site = Site::new(options.as_of);
    let planned = |product: fn(&PlanFacts) -> Option<Product>| plans.iter().find_map(product);
    let configured = file.product.as_deref().and_then(Product::by_key);
    site.product = options.product.or_else(|| planned(|plan| plan.product)).or(configured).unwrap_or_default();
    site.date_order = config.date_order();
    site.is_all_api_users = options.all_api_users;
    site.tenant = plans.iter().find_map(|plan| plan.tenant.clone()).or_else(|| file.tenant.clone());
    let wfm = plans.iter().find_map(|plan| plan.has_wfm_views);
    site.has_wfm_views = wfm.unwrap_or(file.wfm.views.as_deref() != Some("none"));
    site.catalogue = catalogue(plans);
    site.administrator_names = administrator_names(config, &site.catalogue);
    site.equivalents.clone_from(&file.administrator.accept_equivalent);
    if let Some(team) = &file.teams.default {
        site.default_team.clone_from(team);
    }
    site.alternates.clone_from(&file.teams.alternates);
    site.purpose_words.clone_from(&file.names.purpose_words);
    site.placeholders.clone_from(&file.names.placeholders);
    site.pools = pools(config, plans, options, &site)?;
    site.lists = lists(config, plans, &site);
    Ok(site)
}

/// The tenant names that config and plans give: more than one cannot be one tenant.
#[must_use]
pub fn tenants(config: &Config, plans: &[PlanFacts]) -> Vec<String> {
    let mut names: Vec<String> =
        plans.iter().filter_map(|plan| plan.tenant.clone()).chain(config.file.tenant.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn catalogue(plans: &[PlanFacts]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for plan in plans {
        catalogue.is_first_login |= plan.is_first_login;
        if let Some(organisation) = &plan.organisation {
            catalogue.organisation.get_or_insert_default().units.extend(organisation.units.iter().cloned());
        }
        if let Some(integrations) = &plan.integrations {
            catalogue.integrations.get_or_insert_default().extend(integrations.iter().cloned());
        }
        for (name, role) in plan.roles.iter().flatten() {
            catalogue.roles.entry(name.clone()).or_insert_with(|| role.clone());
        }
        if catalogue.password_policy.is_none() {
            catalogue.password_policy.clone_from(&plan.password_policy);
        }
    }
    catalogue
}

/// What the default administrator role is called. A site that says so, in plan or config, has renamed it.
fn administrator_names(config: &Config, catalogue: &Catalogue) -> Vec<String> {
    let mut names = config.file.administrator.role_names.clone().unwrap_or_default();
    let of_plans = catalogue.roles.iter().filter(|(_, role)| role.is_default_administrator).map(|(name, _)| name);
    for name in of_plans {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        names.push("Administrator".to_owned());
    }
    names
}

/// Every name a comma may separate.
fn lists(config: &Config, plans: &[PlanFacts], site: &Site) -> Lists {
    let mut known: hashbrown::HashSet<String> =
        ["Administrator", "Agent", "Supervisor", "EnterpriseView"].map(str::to_owned).into();
    known.extend(site.administrator_names.iter().cloned());
    known.extend(site.equivalents.iter().cloned());
    known.insert(site.default_team.clone());
    known.extend(site.alternates.iter().flatten().cloned());
    known.extend(site.tenant.clone());
    known.extend(site.catalogue.roles.keys().cloned());
    known.extend(
        site.catalogue.organisation.iter().flat_map(|organisation| &organisation.units).map(|unit| unit.name.clone()),
    );
    known.extend(plans.iter().flat_map(|plan| plan.views.iter().cloned()));
    known.extend(site.pools.iter().flat_map(|pool| pool.roles.iter().cloned()));
    Lists { separator: config.file.lists.separator, known }
}

fn pools(config: &Config, plans: &[PlanFacts], options: &Options, site: &Site) -> Result<Vec<Pool>, UsageError> {
    let mut pools: Vec<Pool> = Vec::new();
    for license in plans.iter().flat_map(|plan| &plan.licenses) {
        let declared = license.declared.clone();
        add(&mut pools, &license.name, license.seats, license.warn_at, Some(declared), options)?;
    }
    for (name, license) in &config.file.licenses {
        let declared = license.seats.as_ref().map(|seats| config.declared(seats.span, "declared here"));
        let seats = license.seats.as_ref().map(|seats| seats.value);
        add(&mut pools, name, seats, warn_at(license), declared, options)?;
    }
    for (name, seats) in &options.seats {
        let pool = entry(&mut pools, name);
        pool.owned = Some(*seats);
        pool.declared = None;
    }
    for pool in &mut pools {
        let of_plans = site.catalogue.roles.iter().filter(|(_, role)| role.license.as_ref() == Some(&pool.license));
        pool.roles.extend(of_plans.map(|(name, _)| name.clone()));
        if let Some(license) = config.file.licenses.get(&pool.license) {
            pool.roles.extend(license.roles.iter().cloned());
        }
    }
    let is_administrator = |name: &String| site.administrator_names.contains(name);
    let has_administrators = pools.iter().any(|pool| pool.roles.is_empty() || pool.roles.iter().any(is_administrator));
    if !has_administrators {
        // Administrators take seats whether or not anybody said how many there are.
        let pool = entry(&mut pools, ADMINISTRATOR_LICENSE);
        pool.roles.extend(site.administrator_names.iter().cloned());
    }
    if pools.len() > MOST_POOLS {
        return Err(UsageError::new(format!("more than {MOST_POOLS} licences are declared")));
    }
    Ok(pools)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the schema holds the mark between 0 and 1"
)]
fn warn_at(license: &License) -> Option<u64> {
    license.warn_at.map(|mark| (mark * 1e6).round() as u64)
}

fn entry<'p>(pools: &'p mut Vec<Pool>, name: &str) -> &'p mut Pool {
    let at = pools.iter().position(|pool| pool.license == name).unwrap_or_else(|| {
        pools.push(Pool { license: name.to_owned(), owned: None, warn_at: WARN_AT, roles: Vec::new(), declared: None });
        pools.len() - 1
    });
    &mut pools[at]
}

fn add(
    pools: &mut Vec<Pool>,
    name: &str,
    seats: Option<u64>,
    warn_at: Option<u64>,
    declared: Option<Declared>,
    options: &Options,
) -> Result<(), UsageError> {
    let is_settled = options.seats.iter().any(|(license, _)| license == name);
    let pool = entry(pools, name);
    if let (Some(before), Some(now), false) = (pool.owned, seats, is_settled)
        && before != now
    {
        return Err(contradiction(pool, name, before, now, declared.as_ref()));
    }
    pool.warn_at = warn_at.unwrap_or(pool.warn_at);
    if pool.owned.is_none() {
        pool.owned = seats;
        pool.declared = declared;
    }
    Ok(())
}

fn contradiction(pool: &Pool, name: &str, before: u64, now: u64, declared: Option<&Declared>) -> UsageError {
    let mut error = UsageError::new(format!("the seats of {name} are declared as {before} and as {now}"))
        .with_remedy("Declare them once, or say the number with `--seats`.");
    for place in [declared, pool.declared.as_ref()].into_iter().flatten() {
        let label = Label { message: "declared here".to_owned(), ..place.label.clone() };
        error = error.at(label, place.snippet.clone());
    }
    error
}
