//! What checks may ask about the tenant at hand: its product, its names for things, its seats.
//!
//! Built once for a run, from the config, the plans and the options; from then on it only answers. It holds
//! no severities and no waivers: those are policy.

use super::catalogue::Catalogue;
use super::date::{Date, DateSyntax};
use super::list::{ListCell, ListItem, ListSyntax};
use super::meaning::uncertainty_of_role;
use super::password_reference::PasswordReferences;
pub use super::pool::Pool;
use super::review::Review;
use super::values::ValueWords;
use crate::diagnostic::words::words;

/// The twin products: the choice changes words, never what is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Product {
    /// Calabrio ONE.
    #[default]
    CalabrioOne,
    /// Workforce Optimization.
    WorkforceOptimization,
}

words!(Product { CalabrioOne = "calabrio-one", WorkforceOptimization = "workforce-optimization" });

impl Product {
    /// The name in prose.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CalabrioOne => "Calabrio ONE",
            Self::WorkforceOptimization => "Workforce Optimization",
        }
    }

    /// Replaces `{product}` in `text` by the product's name.
    pub fn fill(self, text: &str) -> String {
        text.replace("{product}", self.name())
    }
}

/// The default agent role, unless the catalogue names another.
pub const AGENT: &str = "Agent";

#[derive(Clone, Debug)]
pub struct Site {
    pub product: Product,
    pub as_of: Date,
    pub dates: DateSyntax,
    /// Words that stand for yes, no or nothing in cells.
    pub values: ValueWords,
    /// Patterns of references to secrets, beside the built-in forms.
    pub password_references: PasswordReferences,
    pub lists: ListSyntax,
    pub administrator_names: Vec<String>,
    /// Roles that the site accepts in place of the administrator role.
    pub equivalents: Vec<String>,
    pub default_team: String,
    /// Teams allowed beside the default team; `None` if the site declares none.
    pub alternates: Option<Vec<String>>,
    /// False if WFM views do not exist on this tenant.
    pub has_wfm_views: bool,
    pub tenant: Option<String>,
    /// Added by the config to the purpose words of the rules.
    pub purpose_words: Vec<String>,
    /// Added by the config to the placeholder names of the rules.
    pub placeholders: Vec<String>,
    /// Every account is judged as an API user, so the input is not the whole tenant.
    pub is_all_api_users: bool,
    pub catalogue: Catalogue,
    /// What reviews of access demand.
    pub review: Review,
    /// Accepted equivalents of the administrator role are counted too.
    pub counts_equivalents: bool,
    /// At most `MAX_POOLS`.
    pub pools: Vec<Pool>,
}

impl Site {
    /// A site that declares nothing.
    pub fn new(as_of: Date) -> Self {
        Self {
            product: Product::default(),
            as_of,
            dates: DateSyntax::default(),
            values: ValueWords::default(),
            password_references: PasswordReferences::default(),
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
            review: Review::default(),
            counts_equivalents: false,
            pools: Vec::new(),
        }
    }

    /// True for the default administrator role. The API's flag outranks the name, since a role can be renamed.
    pub fn is_administrator(&self, role: &ListItem<'_>) -> bool {
        role.is_admin_default.unwrap_or_else(|| self.administrator_names.iter().any(|name| *name == role.text))
    }

    /// True for that role and for those that the site accepts in its place.
    pub fn is_privileged(&self, role: &ListItem<'_>) -> bool {
        self.is_administrator(role) || self.equivalents.iter().any(|name| *name == role.text)
    }

    pub fn role_facts(&self, list: &ListCell<'_>) -> RoleFacts {
        let ListCell::Items(roles) = list else {
            let is_absent = matches!(list, ListCell::Absent);
            return RoleFacts { is_certain: !is_absent, is_absent, is_plain: true, ..RoleFacts::default() };
        };
        let is_plain = roles.items.iter().all(|role| role.text.is_ascii());
        let mut facts = RoleFacts { is_certain: true, is_plain, ..RoleFacts::default() };
        let (mut agents, mut others) = (0, 0);
        for role in &roles.items {
            facts.is_unclear |= !role.is_id && uncertainty_of_role(&role.text, &self.lists, |_| false).is_some();
            facts.is_certain &= !role.is_id;
            let is_administrator = self.is_administrator(role);
            facts.is_administrator |= is_administrator;
            facts.is_counted |= is_administrator || (self.counts_equivalents && self.is_privileged(role));
            facts.pools |= self.pools_of(role);
            agents += usize::from(!is_administrator && self.is_agent(role));
            others += usize::from(!is_administrator && !self.is_agent(role));
        }
        facts.is_certain &= !facts.is_unclear;
        facts.is_else_agent = agents > 0 && others == 0;
        facts
    }

    /// The pools that a role takes a seat of, as a bit set of their indexes.
    pub fn pools_of(&self, role: &ListItem<'_>) -> u64 {
        let takes = |(number, pool): (usize, &Pool)| u64::from(self.takes_seat(role, pool)) << number;
        self.pools.iter().enumerate().map(takes).fold(0, |all, one| all | one)
    }

    /// True for the default agent role: by its flag, else by the catalogue, else by its name.
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

/// What the roles of an account say about administrators and seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleFacts {
    pub is_administrator: bool,
    /// It holds that role, or an equivalent where these are counted.
    pub is_counted: bool,
    /// The pools that it takes a seat of, as a bit set of their indexes.
    pub pools: u64,
    /// False if a role is unknown: the input has no roles, or only a number for one.
    pub is_certain: bool,
    /// The input carries no roles.
    pub is_absent: bool,
    /// A role may be several, or none: see [`meaning`](super::meaning).
    pub is_unclear: bool,
    pub is_plain: bool,
    /// Apart from the administrator role it holds the agent role and no other.
    pub is_else_agent: bool,
}
