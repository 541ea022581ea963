//! Accounts of two runs that were put together, and what differs between them.

use std::collections::HashMap;

use super::AccountBucket;
use crate::engine::tracked_accounts::TrackedAccount;
use crate::record::FieldSet;

/// An account of one side or of both.
pub(super) struct AccountMatch {
    pub(super) outcome: AccountChange,
    pub(super) old: Option<TrackedAccount>,
    pub(super) new: Option<TrackedAccount>,
    pub(super) why: Option<&'static str>,
}

/// What became of accounts with two conditions.
#[derive(Clone, Copy)]
pub(super) struct AccountChange {
    pub(super) bucket: AccountBucket,
    /// What differs, or cannot be compared.
    pub(super) fields: FieldSet,
    /// What is said of it if only one side judges it as an API user.
    pub(super) judged_once: Option<&'static str>,
}

/// What two values of a field have to do with each other.
#[derive(Clone, Debug)]
pub(super) enum ValueChange {
    Same,
    /// One of the inputs has no such column.
    Absent,
    /// It can be read in more than one way.
    Unclear,
    Differs {
        added: Vec<String>,
        removed: Vec<String>,
    },
}

/// What became of values, by the place of their field and their numbers.
pub(super) type ValueChanges = HashMap<(usize, u32, u32), ValueChange>;
