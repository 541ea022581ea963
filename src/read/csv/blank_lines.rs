//! Blank lines between the records of a table: another table may begin below one.

use super::row::Row;
use crate::read::row_kind::ColumnProfile;

/// What is known of the blank lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BlankLineState {
    #[default]
    NotSeen,
    /// The last line was blank or not an account.
    JustSeen,
    /// Accounts follow blank lines in this table: they separate nothing.
    Usual,
}

impl BlankLineState {
    /// Notes a line that is not an account, below so many records. Above the first it separates nothing.
    #[cold]
    pub fn see(&mut self, records: u64) {
        if *self == Self::NotSeen && records > 0 {
            *self = Self::JustSeen;
        }
    }

    /// True if the row after the blank line begins another table. If it does not, blank lines are usual here.
    #[cold]
    pub fn is_before_table(&mut self, row: &Row<'_>, profile: impl FnOnce() -> ColumnProfile) -> bool {
        *self = Self::Usual;
        row.begins_table(profile)
    }
}
