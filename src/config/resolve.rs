//! From config, plans and options to the one `Site` that checks ask.
//!
//! An option overrides a plan, a plan the config, the config what is built in. `config/pools.rs` merges licences.

use serde_json::Value;

use super::declared_twice::{LocatePlan, refuse_contradictions};
use super::pools::pools;
use super::{Config, RunOptions};
use crate::diagnostic::usage::UsageError;
use crate::record::catalogue::{Catalogue, Organisation};
use crate::record::declared::PlanFacts;
use crate::record::list::{ListSyntax, WholeNames};
use crate::record::name::fold;
use crate::record::review::{Review, role_pairs, whole_number};
use crate::record::site::{AGENT, Product, Site};

/// Builds the site of a run. `locate` gives the place of a span in a plan.
///
/// # Errors
/// Two declarations that contradict each other, or more licences than a run can count.
pub fn site(
    config: &Config,
    plans: &[PlanFacts],
    options: &RunOptions,
    locate: &LocatePlan<'_>,
) -> Result<Site, UsageError> {
    refuse_contradictions(config, plans, options, locate)?;
    let file = &config.file;
    let mut site = Site::new(options.as_of);
    let planned = |product: fn(&PlanFacts) -> Option<Product>| plans.iter().find_map(product);
    let configured = file.product.as_ref().and_then(|product| Product::by_word(&product.value));
    site.product = options.product.or_else(|| planned(|plan| plan.product)).or(configured).unwrap_or_default();
    site.dates = config.dates();
    site.values = config.values();
    site.password_references = config.password_references();
    site.is_all_api_users = options.all_api_users;
    site.tenant = plans.iter().find_map(|plan| plan.tenant.clone()).or_else(|| file.tenant.clone());
    let wfm = plans.iter().find_map(|plan| plan.has_wfm_views);
    site.has_wfm_views = wfm.unwrap_or(file.wfm.views.as_ref().is_none_or(|views| views.value != "none"));
    site.catalogue = catalogue(plans);
    site.administrator_names = administrator_names(config, &site.catalogue);
    site.equivalents.clone_from(&file.administrator.accept_equivalent);
    if let Some(team) = &file.teams.default {
        site.default_team.clone_from(team);
    }
    site.alternates.clone_from(&file.teams.alternates);
    site.review = review(config);
    site.purpose_words.clone_from(&file.names.purpose_words);
    site.placeholders.clone_from(&file.names.placeholders);
    site.pools = pools(config, plans, options, &site)?;
    site.lists = lists(config, plans, &site);
    config.words_that_are_names(site.lists.known.iter().chain(site.lists.whole.iter()))?;
    Ok(site)
}

/// The tenant names of config and plans: more than one is a fault of the run.
pub fn tenants(config: &Config, plans: &[PlanFacts]) -> Vec<String> {
    let mut names: Vec<String> =
        plans.iter().filter_map(|plan| plan.tenant.clone()).chain(config.file.tenant.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn review(config: &Config) -> Review {
    let table = &config.file.review;
    let names = table["break-glass"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Review {
        people: whole_number(&table["period"]["people"]),
        api_users: whole_number(&table["period"]["api-users"]),
        dormant: whole_number(&table["dormant"]),
        secret_days: whole_number(&table["secret-days"]),
        privileged_at_most: whole_number(&table["privileged-at-most"]),
        apart: role_pairs(&table["apart"]),
        break_glass: names.map(fold).collect(),
    }
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
            catalogue.roles.entry(name.clone()).or_default().merge(role);
        }
        match (&mut catalogue.password_policy, &plan.password_policy) {
            (Some((merged, _)), Some((policy, _))) => merged.merge(policy),
            (merged @ None, policy) => merged.clone_from(policy),
            (Some(_), None) => {}
        }
    }
    catalogue.organisation.iter_mut().for_each(Organisation::spread_inactive);
    catalogue
}

/// The names of the default administrator role; a plan or config that names it has renamed it.
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

/// The view that an API user needs.
const ENTERPRISE_VIEW: &str = "EnterpriseView";

/// Every name that a comma may separate.
fn lists(config: &Config, plans: &[PlanFacts], site: &Site) -> ListSyntax {
    let mut known: hashbrown::HashSet<String> = [ENTERPRISE_VIEW.to_owned()].into();
    if !site.catalogue.roles.values().any(|role| role.is_default_agent) {
        known.insert(AGENT.to_owned());
    }
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
    known.extend(site.pools.iter().flat_map(|pool| pool.roles.iter().chain(&pool.labels).cloned()));
    let customary = ["Administrator", AGENT, "Supervisor"].into_iter().filter(|name| !known.contains(*name));
    let customary: hashbrown::HashSet<String> = customary.map(str::to_owned).collect();
    known.extend(customary.iter().cloned());
    let whole = WholeNames::new(config.file.lists.whole.clone());
    ListSyntax { separators: config.separators(), whole, known, customary }
}
