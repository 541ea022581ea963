//! What a plan declares besides its accounts, as reading gives it and the config resolves it.

use super::catalogue::{CatalogueRole, DeclaredAt, Integration, Organisation};
use super::password_policy::PasswordPolicy;
use super::pool::OveragePolicy;
use super::site::Product;
use crate::source::Span;

/// A licence declared in a plan.
#[derive(Clone, Debug)]
pub struct PlanLicense {
    /// As in the product.
    pub name: String,
    /// Seats owned.
    pub seats: Option<u64>,
    /// The warning mark in millionths.
    pub warn_at: Option<u64>,
    /// What happens to seats beyond those owned.
    pub over: Option<OveragePolicy>,
    /// The place of `seats`, or of the entry.
    pub declared: DeclaredAt,
}

/// One statement about the tenant: whoever says something else about the subject contradicts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What it is about, in words.
    pub subject: String,
    pub value: String,
    pub span: Span,
}

/// What a plan declares besides accounts.
#[derive(Clone, Debug, Default)]
pub struct PlanFacts {
    pub product: Option<Product>,
    /// The tenant's name.
    pub tenant: Option<String>,
    /// A tenant's first log-in.
    pub is_first_login: bool,
    /// Whether classic WFM views exist.
    pub has_wfm_views: Option<bool>,
    /// Integrations; `None` if the plan does not list them.
    pub integrations: Option<Vec<Integration>>,
    /// Licences and their pools.
    pub licenses: Vec<PlanLicense>,
    /// Roles, in the order declared.
    pub roles: Option<Vec<(String, CatalogueRole)>>,
    /// Groups and teams; `None` if the plan does not list them.
    pub organisation: Option<Organisation>,
    /// WFM views.
    pub views: Vec<String>,
    pub password_policy: Option<(PasswordPolicy, Option<DeclaredAt>)>,
    /// All of this that another plan or the config could contradict.
    pub declarations: Vec<Declaration>,
    /// User names of the plan's accounts, in ASCII lower case.
    pub user_names: Vec<String>,
    /// Those of them with `kind: api-user`.
    pub api_users: Vec<String>,
    /// Some account has `kind: api-user`.
    pub declares_api_users: bool,
}
