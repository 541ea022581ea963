//! What names may refer to: the organisation, the roles and the integrations of a tenant, as plans declare them.
//!
//! An undeclared catalogue is not an empty one: the parts are optional, and a rule that needs a part that is missing is
//! not applicable.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::password_policy::PasswordPolicy;
use crate::diagnostic::Label;
use crate::diagnostic::snippet::Snippet;

/// Where a plan or config declares something, ready to be shown as a secondary label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredAt {
    pub label: Label,
    pub snippet: Option<Snippet>,
}

/// What the plans of a run declare, merged.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// `None` if no plan lists groups and teams: rules that need them are then not applicable.
    pub organisation: Option<Organisation>,
    pub roles: BTreeMap<String, CatalogueRole>,
    /// `None` if no plan lists integrations.
    pub integrations: Option<Vec<Integration>>,
    pub password_policy: Option<(PasswordPolicy, Option<DeclaredAt>)>,
    /// A plan says that this is the first log-in of a new tenant.
    pub is_first_login: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub units: Vec<OrgUnit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgUnit {
    /// Unique over groups and teams.
    pub name: String,
    /// The number that the API gives it.
    pub id: Option<String>,
    pub is_team: bool,
    /// False if it was deactivated.
    pub is_active: bool,
}

impl Organisation {
    /// Makes every mention of a group or team inactive if one is: plans may name it again without saying so.
    pub fn spread_inactive(&mut self) {
        let inactive: HashSet<_> =
            self.units.iter().filter(|unit| !unit.is_active).map(|unit| (unit.is_team, unit.name.clone())).collect();
        for unit in self.units.iter_mut().filter(|_| !inactive.is_empty()) {
            unit.is_active &= !inactive.contains(&(unit.is_team, unit.name.clone()));
        }
    }

    /// Compares exactly.
    pub fn by_name(&self, name: &str) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.name == name)
    }

    pub fn by_id(&self, id: &str) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.id.as_deref() == Some(id))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueRole {
    /// The product's default administrator role, whatever the tenant calls it.
    pub is_default_administrator: bool,
    /// The product's default agent role, whatever the tenant calls it.
    pub is_default_agent: bool,
    pub permissions: Vec<String>,
    /// The licence that its holders take a seat of.
    pub license: Option<String>,
}

impl CatalogueRole {
    /// Adds what another plan says about the role; contradictions were refused before.
    pub fn merge(&mut self, other: &Self) {
        self.is_default_administrator |= other.is_default_administrator;
        self.is_default_agent |= other.is_default_agent;
        if self.permissions.is_empty() {
            self.permissions.clone_from(&other.permissions);
        }
        if self.license.is_none() {
            self.license.clone_from(&other.license);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub name: String,
    pub declared: DeclaredAt,
}
