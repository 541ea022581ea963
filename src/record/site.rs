//! What checks may ask about the tenant at hand: its product, its names for things, its seats.
//!
//! Built once for a run, from the config, the plans and the options; from then on it only answers. It holds
//! no severities and no waivers: those are policy.

use super::catalogue::Catalogue;
use super::date::{Date, DateOrder};
use super::list::{ListCell, ListItem, ListSyntax};
pub use super::pool::{ADMINISTRATOR_LICENSE, MOST_POOLS, Pool, WARN_AT};

/// Which of the twins an account belongs to: it decides the words, never the demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Product {
    /// Calabrio ONE.
    #[default]
    CalabrioOne,
    /// Workforce Optimization.
    WorkforceOptimization,
}

impl Product {
    /// Both.
    pub const ALL: [Self; 2] = [Self::CalabrioOne, Self::WorkforceOptimization];

    /// The key in options, configs, plans and reports.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CalabrioOne => "calabrio-one",
            Self::WorkforceOptimization => "workforce-optimization",
        }
    }

    /// The product with this key.
    #[must_use]
    pub fn by_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.key() == key)
    }

    /// The name in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CalabrioOne => "Calabrio ONE",
            Self::WorkforceOptimization => "Workforce Optimization",
        }
    }

    /// `text` with the product's own name where it says `{product}`.
    #[must_use]
    pub fn fill(self, text: &str) -> String {
        text.replace("{product}", self.name())
    }
}

/// The default agent role, where nobody says what it is called.
const AGENT: &str = "Agent";

/// What is known of the tenant.
#[derive(Clone, Debug)]
pub struct Site {
    /// Which product.
    pub product: Product,
    /// The day the run judges by.
    pub as_of: Date,
    /// How ambiguous dates are read.
    pub date_order: Option<DateOrder>,
    /// How lists are split.
    pub lists: ListSyntax,
    /// The names of the default administrator role.
    pub administrator_names: Vec<String>,
    /// Roles the site accepts in its place.
    pub equivalents: Vec<String>,
    /// The default team.
    pub default_team: String,
    /// The teams allowed besides; nothing where the site declared none.
    pub alternates: Option<Vec<String>>,
    /// False on a tenant without classic WFM.
    pub has_wfm_views: bool,
    /// The tenant's name.
    pub tenant: Option<String>,
    /// Purpose words the site added.
    pub purpose_words: Vec<String>,
    /// Placeholders the site added.
    pub placeholders: Vec<String>,
    /// Every account is judged as an API user: the input is no whole tenant.
    pub is_all_api_users: bool,
    /// What names may refer to.
    pub catalogue: Catalogue,
    /// The licence pools, at most [`MOST_POOLS`].
    pub pools: Vec<Pool>,
}

impl Site {
    /// A site about which nothing was declared.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self {
            product: Product::default(),
            as_of,
            date_order: None,
            lists: ListSyntax::default(),
            administrator_names: vec!["Administrator".to_owned()],
            equivalents: Vec::new(),
            default_team: "Default Team".to_owned(),
            alternates: None,
            has_wfm_views: true,
            tenant: None,
            purpose_words: Vec::new(),
            placeholders: Vec::new(),
            is_all_api_users: false,
            catalogue: Catalogue::default(),
            pools: Vec::new(),
        }
    }

    /// True for the default administrator role. Its flag is proof against renaming, so it outranks the name.
    #[must_use]
    pub fn is_administrator(&self, role: &ListItem<'_>) -> bool {
        role.is_admin_default.unwrap_or_else(|| self.administrator_names.iter().any(|name| *name == role.text))
    }

    /// What the roles in `list` mean here.
    #[must_use]
    pub fn role_facts(&self, list: &ListCell<'_>) -> RoleFacts {
        let ListCell::Items(roles) = list else {
            let is_absent = matches!(list, ListCell::Absent);
            return RoleFacts { is_certain: !is_absent, is_absent, is_plain: true, ..RoleFacts::default() };
        };
        let is_plain = roles.items.iter().all(|role| role.text.is_ascii());
        let mut facts = RoleFacts { is_certain: true, is_plain, ..RoleFacts::default() };
        let (mut agents, mut others) = (0, 0);
        for role in &roles.items {
            facts.is_certain &= !role.is_id;
            let is_administrator = self.is_administrator(role);
            facts.is_administrator |= is_administrator;
            facts.pools |= self.pools_of(role);
            agents += usize::from(!is_administrator && self.is_agent(role));
            others += usize::from(!is_administrator && !self.is_agent(role));
        }
        facts.is_else_agent = agents > 0 && others == 0;
        facts
    }

    /// The pools that a role takes a seat of, as bits.
    #[must_use]
    pub fn pools_of(&self, role: &ListItem<'_>) -> u64 {
        let takes = |(number, pool): (usize, &Pool)| u64::from(self.takes_seat(role, pool)) << number;
        self.pools.iter().enumerate().map(takes).fold(0, |all, one| all | one)
    }

    /// True for the default agent role: by its flag, by the catalogue, or by its name where neither says.
    #[must_use]
    pub fn is_agent(&self, role: &ListItem<'_>) -> bool {
        let by_catalogue = || self.catalogue.roles.get(role.text.as_ref()).map(|entry| entry.is_default_agent);
        role.is_agent_default.or_else(by_catalogue).unwrap_or(role.text == AGENT)
    }

    fn takes_seat(&self, role: &ListItem<'_>, pool: &Pool) -> bool {
        // The default administrator takes the seat of its name, whatever it is called on this tenant.
        let is_of_administrators =
            pool.roles.is_empty() || pool.roles.iter().any(|name| self.administrator_names.contains(name));
        let is_named = || pool.roles.iter().any(|name| *name == role.text);
        (is_of_administrators && self.is_administrator(role)) || is_named()
    }
}

/// What an account's roles mean, as far as a whole tenant is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleFacts {
    /// Holds the default administrator role.
    pub is_administrator: bool,
    /// Takes a seat of the pools with these numbers.
    pub pools: u64,
    /// False where a role could not be told: no roles in the input, or only a number.
    pub is_certain: bool,
    /// The input has no roles at all.
    pub is_absent: bool,
    /// No name of a role goes beyond ASCII.
    pub is_plain: bool,
    /// Besides the administrator role it holds the agent role and nothing else.
    pub is_else_agent: bool,
}
