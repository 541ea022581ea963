//! What names may refer to: the organisation, the roles and the integrations of a tenant, as plans declare
//! them.
//!
//! A catalogue that nobody declared is not an empty one: the parts are optional, and a rule that needs a part
//! that is missing is not applicable.

use std::collections::BTreeMap;

use super::secret::PasswordPolicy;
use crate::diagnostic::Label;
use crate::diagnostic::snippet::Snippet;

/// Where something was declared, ready to be shown as a second place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredAt {
    /// The place.
    pub label: Label,
    /// The line it stands on.
    pub snippet: Option<Snippet>,
}

/// What the plans of a run declare.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The groups and teams, when any plan lists them.
    pub organisation: Option<Organisation>,
    /// The roles by name, when any plan lists them.
    pub roles: BTreeMap<String, CatalogueRole>,
    /// The integrations, each with its place; `None` when no plan lists any.
    pub integrations: Option<Vec<Integration>>,
    /// The password policy.
    pub password_policy: Option<(PasswordPolicy, Option<DeclaredAt>)>,
    /// The first log-in of a new tenant.
    pub is_first_login: bool,
}

/// The groups and teams of a tenant.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    /// Every group and team, in the order declared.
    pub units: Vec<OrgUnit>,
}

/// A group or a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgUnit {
    /// Its name: unique over groups and teams.
    pub name: String,
    /// Its number in the API.
    pub id: Option<String>,
    /// True for a team.
    pub is_team: bool,
    /// False once it was deactivated.
    pub is_active: bool,
}

impl Organisation {
    /// The group or team of this name; exact.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.name == name)
    }

    /// The group or team with this number.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.id.as_deref() == Some(id))
    }
}

/// A role of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueRole {
    /// The default administrator role, whatever its name.
    pub is_default_administrator: bool,
    /// The default agent role, whatever its name.
    pub is_default_agent: bool,
    /// What it permits.
    pub permissions: Vec<String>,
    /// The licence it takes a seat of.
    pub license: Option<String>,
}

/// A declared integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// Its name.
    pub name: String,
    /// Where it was declared.
    pub declared: DeclaredAt,
}
