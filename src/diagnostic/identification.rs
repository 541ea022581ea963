//! Who and what a finding is about, apart from its words and places, so that one run can be compared with another.
//!
//! The *identity* says who and what: rule, side, account, field and, if a rule can fail several times on one account, the
//! guilty item. The *state* says in which condition: value, number, severity and demand. Whoever accepts a finding accepts
//! it in one state. Values are canonical, so CSV, XLSX and JSON of the same accounts agree.

use std::sync::Arc;

use super::Severity;
use super::fingerprint::fingerprint;
use super::words::words;

/// Which data a finding is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// An account of an export.
    Export,
    /// An account of a plan.
    Plan,
    /// The tenant as a whole.
    #[default]
    Tenant,
}

words!(Side { Export = "export", Plan = "plan", Tenant = "tenant" });

/// What a check found, in a form that no input format changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingDetails {
    /// Which data it is about.
    pub side: Side,
    /// The field that the rule judges; empty if it judges several or none.
    pub rule_field: &'static str,
    /// The guilty fields, joined by `; `.
    pub field: String,
    /// The guilty value: lists sorted and joined by `; `, dates ISO. `None` for a secret, and if a licence says it all.
    pub value: Option<String>,
    /// What tells findings of this rule about one account, or about the tenant, apart.
    pub item: Option<String>,
    /// The licence, of findings about seats.
    pub license: Option<String>,
    /// How many seats, of findings about seats.
    pub number: Option<u64>,
}

impl FindingDetails {
    /// Of the tenant as a whole.
    #[must_use]
    pub fn of_tenant(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), ..Self::default() }
    }

    /// Of the seats of a licence.
    #[must_use]
    pub fn of_seats(license: &str, number: u64) -> Self {
        Self { license: Some(license.to_owned()), number: Some(number), ..Self::default() }
    }
}

/// What is compared between runs. Only findings of rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// The first id that the rule ever had.
    pub rule: Arc<str>,
    /// The digest of what the rule demands.
    pub demand: Arc<str>,
    /// What was found.
    pub details: FindingDetails,
    /// Who and what; `None` if that cannot be told apart from another account.
    pub identity: Option<String>,
    /// In which condition; `None` without an identity, and for secrets.
    pub state: Option<String>,
}

impl Identification {
    /// What is known before accounts are compared.
    #[must_use]
    pub const fn new(rule: Arc<str>, demand: Arc<str>, details: FindingDetails) -> Self {
        Self { rule, demand, details, identity: None, state: None }
    }

    /// Works out identity and state. `account` is the folded user name; empty for the tenant.
    pub fn identify(&mut self, account: &str, severity: Severity) {
        let details = &self.details;
        let license = details.license.as_deref().unwrap_or_default();
        let item = details.item.as_deref();
        let kind = if item.is_some() { "item" } else { "license" };
        let who = ["identity", &self.rule, details.side.word(), account, details.rule_field];
        let identity = fingerprint(&[&who[..], &[kind, item.unwrap_or(license)]].concat());
        let number = details.number.map_or_else(String::new, |number| number.to_string());
        let is_secret = details.value.is_none() && details.number.is_none();
        let state = ["state", &identity, &details.field, details.value.as_deref().unwrap_or_default(), &number];
        self.state = (!is_secret).then(|| fingerprint(&[&state[..], &[severity.word(), &self.demand]].concat()));
        self.identity = Some(identity);
    }
}

/// The texts of a list in an order that does not depend on the input, joined.
#[must_use]
pub fn canonical_list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let mut items: Vec<_> = items.collect();
    items.sort_unstable();
    items.join("; ")
}
