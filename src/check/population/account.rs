//! An account as the population observes it: its record, and what the engine has already found out about it.

use crate::check::RecordId;
use crate::record::activity::Activity;
use crate::record::date::Date;
use crate::record::name::UserName;
use crate::record::site::RoleFacts;
use crate::record::{FieldSet, InputKind, Record};

/// An account with what the engine has already found out about it.
pub struct Account<'a> {
    /// Its record.
    pub record: &'a dyn Record,
    /// Which one that is.
    pub id: RecordId,
    /// Of an export or a plan.
    pub input_kind: InputKind,
    /// What is known of its activity.
    pub activity: &'a Activity,
    /// Judged as an API user.
    pub is_api_user: bool,
    /// What its roles mean.
    pub roles: RoleFacts,
    /// Its user name; `None` if it is blank or absent.
    pub name: Option<UserName<'a>>,
    /// The input has no user names.
    pub is_nameless: bool,
    /// The fields the input carries.
    pub present: FieldSet,
    /// Its user name cannot be read with certainty.
    pub has_unclear_name: bool,
}

impl Account<'_> {
    /// True if the account is of a plan.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        self.input_kind == InputKind::Plan
    }

    /// True if it is active, or planned to be.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.activity.is_active || (self.is_plan() && self.activity.is_ahead())
    }
}

/// An account that takes a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeatHolder {
    /// Its record.
    pub id: RecordId,
    /// Judged as an API user.
    pub is_api_user: bool,
    /// Its activation date, if one is given and has come.
    pub since: Option<Date>,
}
