//! What the site demands of reviews of access. No number has a default: frameworks differ, and the site answers for its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::meaning::AccountKind;
use super::name;
use crate::diagnostic::words::words;

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
#[serde(try_from = "Value", into = "Value")]
pub enum Days {
    Number(u32),
    Declared(DeclaredDays),
}

/// A number of days that the site declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredDays {
    Period,
    Dormant,
    SecretDays,
}

words!(DeclaredDays { Period = "period", Dormant = "dormant", SecretDays = "secret-days" });

/// One type of its own for each value that is a number or a word costs more of the program than this.
impl TryFrom<Value> for Days {
    type Error = &'static str;

    fn try_from(written: Value) -> Result<Self, Self::Error> {
        let declared = || written.as_str().and_then(DeclaredDays::by_word).map(Self::Declared);
        whole_number(&written)
            .map(Self::Number)
            .or_else(declared)
            .ok_or("expected a number of days, or a key of `[review]`")
    }
}

impl From<Days> for Value {
    fn from(days: Days) -> Self {
        match days {
            Days::Number(days) => days.into(),
            Days::Declared(declared) => declared.word().into(),
        }
    }
}

/// A whole number, however it is written: to a schema `2.0` is one.
#[must_use]
pub fn whole_number(written: &Value) -> Option<u32> {
    let number =
        written.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within bounds")]
    Some(number as u32)
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

/// Pairs of roles, as a list of lists.
#[must_use]
pub fn role_pairs(written: &Value) -> Option<Vec<[String; 2]>> {
    let pair = |written: &Value| match written.as_array()?.as_slice() {
        [one, other] => Some([one.as_str()?.to_owned(), other.as_str()?.to_owned()]),
        _ => None,
    };
    written.as_array()?.iter().map(pair).collect()
}
