//! What the site demands of reviews of access. No number has a default: frameworks differ, and the site answers for its own.

use serde::{Deserialize, Serialize};

use super::meaning::AccountKind;
use super::name;

/// The declarations of `[review]`.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The most days between two reviews of a person's account.
    pub people: Option<u32>,
    /// The same of an API user's.
    pub api_users: Option<u32>,
    /// The days without a log-in after which an account is dormant.
    pub dormant: Option<u32>,
    /// The most days that a password may be kept.
    pub secret_days: Option<u32>,
    /// The most privileged accounts.
    pub privileged_at_most: Option<u32>,
    /// Pairs of roles that nobody may hold together.
    pub apart: Option<Vec<[String; 2]>>,
    /// User names of accounts for emergencies, folded.
    pub break_glass: Vec<String>,
}

impl Review {
    /// True for the user name of an account for emergencies.
    #[must_use]
    pub fn is_break_glass(&self, user_name: &str) -> bool {
        !self.break_glass.is_empty() && self.break_glass.contains(&name::fold(user_name))
    }
}

/// A number of days: written in a rule, or declared by the site under `[review]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Days {
    Number(u32),
    Declared(DeclaredDays),
}

/// A number of days that the site declares, as its key under `[review]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredDays {
    Period,
    Dormant,
    SecretDays,
}

impl Days {
    /// The number for an account of this kind.
    ///
    /// # Errors
    /// Why there is none, as a fragment.
    pub fn number(self, review: &Review, kind: AccountKind) -> Result<u32, &'static str> {
        match (self, kind) {
            (Self::Number(days), _) => Ok(days),
            (Self::Declared(DeclaredDays::Period), AccountKind::Person) => {
                review.people.ok_or("the config declares no `people` in `period` under `[review]`")
            }
            (Self::Declared(DeclaredDays::Period), AccountKind::ApiUser) => {
                review.api_users.ok_or("the config declares no `api-users` in `period` under `[review]`")
            }
            (Self::Declared(DeclaredDays::Dormant), _) => {
                review.dormant.ok_or("the config declares no `dormant` under `[review]`")
            }
            (Self::Declared(DeclaredDays::SecretDays), _) => {
                review.secret_days.ok_or("the config declares no `secret-days` under `[review]`")
            }
        }
    }
}
