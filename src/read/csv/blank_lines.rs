//! Blank lines between the records of a table: below one another table may begin.

use super::row::Row;

/// What is known of the blank lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlankLineState {
    /// There was none.
    #[default]
    None,
    /// The last line was blank, or no account.
    Here,
    /// Accounts follow blank lines in this table: they part nothing.
    Usual,
}

impl BlankLineState {
    /// Takes note of a line that is no account, below so many records. Above the first it parts nothing.
    #[cold]
    pub fn open(&mut self, records: u64) {
        if *self == Self::None && records > 0 {
            *self = Self::Here;
        }
    }

    /// True right after such a line.
    #[inline]
    pub fn is_here(self) -> bool {
        self == Self::Here
    }

    /// True where the row after the gap begins another table. Where it does not, blank lines are usual here.
    #[cold]
    pub fn is_before_table(&mut self, row: &Row<'_>) -> bool {
        *self = Self::Usual;
        row.begins_table()
    }
}
