//! What each record of a batch is, in a byte: which rules concern it, and which need not look.

use crate::record::meaning::AccountKind;
use crate::rule::Subject;

/// It was not refused.
pub const ACCOUNT: u16 = 1;
/// It is active, or planned to be.
pub const PRESENT: u16 = 1 << 1;
/// It is an API user's.
pub const API_USER: u16 = 1 << 2;
/// Its user name has the shape that satisfies all rules that read nothing else.
pub const NAME_HAS_SHAPE: u16 = 1 << 3;
/// It is marked active against its dates.
pub const CONTRADICTORY: u16 = 1 << 4;
/// Some name of it goes beyond ASCII.
pub const MAY_BE_CONFUSABLE: u16 = 1 << 5;
/// Its roles, and with them its seats, cannot be read with certainty.
pub const UNCLEAR_ROLES: u16 = 1 << 6;
/// Another cell that rules on all accounts read cannot be read with certainty.
pub const UNCLEAR_CELLS: u16 = 1 << 7;

/// It gives way to a plan's record of the same account.
pub const SUPERSEDED: u16 = 1 << 9;

/// Its names look like an integration's, and nothing declares it.
pub const NAMED_AS_INTEGRATION: u16 = 1 << 10;

/// It holds the administrator role.
pub const ADMINISTRATOR: u16 = 1 << 8;

/// What a record must be and must not be for rules to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concern {
    pub needed: u16,
    pub barred: u16,
}

impl Concern {
    /// The concern of rules with this subject.
    pub const fn of(subject: Subject) -> Self {
        let (needed, barred) = match subject {
            Subject::ApiUser => (API_USER | PRESENT, 0),
            Subject::AnyApiUser => (API_USER, 0),
            Subject::Account => (ACCOUNT, 0),
            Subject::ActiveAccount => (PRESENT, 0),
            Subject::Person => (PRESENT, API_USER),
            Subject::Tenant => (u16::MAX, 0),
        };
        Self { needed, barred }
    }

    /// The part of it that is about accounts of this kind.
    pub const fn of_kind(self, kind: Option<AccountKind>) -> Self {
        match kind {
            None => self,
            Some(AccountKind::ApiUser) => Self { needed: self.needed | API_USER, ..self },
            Some(AccountKind::Person) => Self { barred: self.barred | API_USER, ..self },
        }
    }

    /// True if no account can be what is needed.
    pub const fn is_nobody(self) -> bool {
        self.needed & self.barred != 0
    }

    /// True for a record with these flags.
    #[inline(always)]
    pub const fn takes(self, flags: u16) -> bool {
        flags & (self.needed | self.barred) == self.needed
    }
}

/// What each record of a batch is; 0 if it was refused.
#[derive(Default)]
pub struct AccountFlags(Vec<u16>);

impl AccountFlags {
    /// Forgets the batch before, for one of so many records.
    pub fn begin(&mut self, records: usize) {
        self.0.clear();
        self.0.reserve(records);
    }

    #[inline(always)]
    pub fn push(&mut self, flags: u16) {
        self.0.push(flags);
    }

    pub fn all(&self) -> &[u16] {
        &self.0
    }

    /// True if every record is all of this.
    pub fn are_all(&self, needed: u16) -> bool {
        // No early way out: like this the compiler looks at several at once.
        self.0.iter().fold(u16::MAX, |all, flags| all & flags) & needed == needed
    }

    /// How many records are `wanted` and nothing of `unwanted`.
    pub fn count(&self, wanted: u16, unwanted: u16) -> u64 {
        let counts =
            |chunk: &[u16]| chunk.iter().map(|flags| u8::from(flags & (wanted | unwanted) == wanted)).sum::<u8>();
        self.0.chunks(usize::from(u8::MAX)).map(|chunk| u64::from(counts(chunk))).sum()
    }

    /// The places of records with this flag, with all their flags.
    pub fn with(&self, flag: u16) -> impl Iterator<Item = (u32, u16)> + '_ {
        (0..).zip(self.0.iter().copied()).filter(move |(_, flags)| flags & flag != 0)
    }
}
