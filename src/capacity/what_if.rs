//! Changes that are assumed: from a day on, so many accounts with a role or so many seats of a licence more or fewer.

use std::fmt;

use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::record::date::Date;
use crate::record::list::ListItem;
use crate::record::site::Site;
use crate::source::Span;

/// The most accounts or seats that one assumption is about.
const MAX_ACCOUNTS: u64 = 1_000_000_000;
/// What an assumption about seats begins with.
const SEATS: &str = "seats:";

/// An assumption as it was written: `ROLE+N@DATE`, `seats:NAME+N@DATE`, or the same with `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// What there is more or less of.
    pub subject: AssumedSubject,
    /// How many, below zero if they are gone.
    pub change: i64,
    /// The first day on which it is so.
    pub on: Date,
}

/// What an assumption is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssumedSubject {
    /// Accounts with this role.
    Role(String),
    /// Seats owned of this licence.
    Seats(String),
}

impl WhatIf {
    /// Reads an assumption. A name may hold signs itself: the last one that only digits follow counts.
    ///
    /// # Errors
    /// What was expected, as a fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "expected ROLE+N@YYYY-MM-DD or seats:LICENCE+N@YYYY-MM-DD (`-` for fewer), as in \
                    'Administrator+3@2027-02-01'";
        let (change, day) = text.rsplit_once('@').ok_or(form)?;
        let is_iso = day.as_bytes().get(4) == Some(&b'-');
        let on = Date::parse(day, None).filter(|_| is_iso).ok_or("expected a date of the calendar after `@`")?;
        let sign = change.rfind(['+', '-', '\u{2212}']).ok_or(form)?;
        let (name, rest) = change.split_at(sign);
        let mut digits = rest.chars();
        let is_more = digits.next() == Some('+');
        let digits = digits.as_str();
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: Option<u64> = digits.parse().ok().filter(|count| is_whole && (1..=MAX_ACCOUNTS).contains(count));
        let count = count.ok_or_else(|| format!("expected a number from 1 to {MAX_ACCOUNTS} before `@`"))?;
        let (is_seats, name) = name.strip_prefix(SEATS).map_or((false, name), |name| (true, name));
        let name = name.trim_ascii().to_owned();
        if name.is_empty() {
            return Err("expected a role, or `seats:` and a licence, before the number".to_owned());
        }
        let count = i64::try_from(count).expect("internal error: the limit fits");
        let subject = if is_seats { AssumedSubject::Seats(name) } else { AssumedSubject::Role(name) };
        Ok(Self { subject, change: if is_more { count } else { -count }, on })
    }

    /// Accounts that are assumed, below zero for fewer; none for seats.
    #[must_use]
    pub const fn accounts(&self) -> i64 {
        match self.subject {
            AssumedSubject::Role(_) => self.change,
            AssumedSubject::Seats(_) => 0,
        }
    }

    /// Seats that are assumed to be owned, below zero if they are given back; none for accounts.
    #[must_use]
    pub const fn seats(&self) -> i64 {
        self.change - self.accounts()
    }
}

/// As it is typed.
impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            AssumedSubject::Role(role) => write!(f, "{role}{:+}@{}", self.change, self.on),
            AssumedSubject::Seats(license) => write!(f, "{SEATS}{license}{:+}@{}", self.change, self.on),
        }
    }
}

/// An assumption and the pools it is about.
#[derive(Clone, Copy, Debug)]
pub struct ResolvedWhatIf<'w> {
    /// The assumption.
    pub what_if: &'w WhatIf,
    pools: u64,
}

impl ResolvedWhatIf<'_> {
    /// True if it is about the pool with this number.
    #[must_use]
    pub const fn takes(&self, pool: usize) -> bool {
        self.pools >> pool & 1 == 1
    }
}

/// Refuses assumptions for days that a report does not look at: they would change nothing, in silence.
///
/// # Errors
/// The first of them.
pub fn within(what_ifs: &[WhatIf], as_of: Date, until: Date) -> Result<(), UsageError> {
    let Some(outside) = what_ifs.iter().find(|one| one.on <= as_of || one.on > until) else { return Ok(()) };
    let (name, on) = (quoted(&outside.to_string()), outside.on);
    let error = UsageError::new(format!("--what-if {name}: {on} is not after {as_of} and up to {until}"));
    Err(error.with_remedy("Name a day between them, or look further ahead with `--until`."))
}

/// Finds the pools that assumptions are about.
///
/// # Errors
/// A role that no licence names, or a licence that is not declared.
pub fn resolve<'w>(what_ifs: &'w [WhatIf], site: &Site) -> Result<Vec<ResolvedWhatIf<'w>>, UsageError> {
    let resolve = |what_if: &'w WhatIf| {
        let pools = match &what_if.subject {
            AssumedSubject::Role(role) => site.pools_of(&ListItem::named(role.as_str().into(), Span::default())),
            AssumedSubject::Seats(license) => {
                site.pools.iter().position(|pool| pool.license == *license).map_or(0, |number| 1 << number)
            }
        };
        if pools == 0 { Err(unknown(&what_if.subject, site)) } else { Ok(ResolvedWhatIf { what_if, pools }) }
    };
    what_ifs.iter().map(resolve).collect()
}

fn unknown(subject: &AssumedSubject, site: &Site) -> UsageError {
    let listed = |mut known: Vec<&String>| {
        known.sort_unstable();
        known.dedup();
        known.into_iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
    };
    match subject {
        AssumedSubject::Role(role) => {
            let roles = site.pools.iter().flat_map(|pool| &pool.roles).chain(&site.administrator_names);
            UsageError::new(format!("--what-if names the role {}, which takes a seat of no licence", quoted(role)))
                .with_remedy(format!("Roles that take one: {}.", listed(roles.collect())))
        }
        AssumedSubject::Seats(license) => {
            let licenses = site.pools.iter().map(|pool| &pool.license).collect();
            UsageError::new(format!("--what-if names the licence {}, which is not declared", quoted(license)))
                .with_remedy(format!("Declared licences: {}.", listed(licenses)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumption_is_read_from_its_end() {
        let read = |text| WhatIf::parse(text).map(|one| (one.subject, one.change, one.on.to_string()));
        let told = |role: &str, change, on: &str| Ok((AssumedSubject::Role(role.to_owned()), change, on.to_owned()));
        let seats = |name: &str, change, on: &str| Ok((AssumedSubject::Seats(name.to_owned()), change, on.to_owned()));
        assert_eq!(read("seats:Suite+5@2027-02-01"), seats("Suite", 5, "2027-02-01"));
        assert_eq!(read("seats: A-B -2@2027-02-28"), seats("A-B", -2, "2027-02-28"));
        assert_eq!(read("Seats:x+1@2027-02-28"), told("Seats:x", 1, "2027-02-28"));
        assert_eq!(read("Administrator+3@2027-02-01"), told("Administrator", 3, "2027-02-01"));
        assert_eq!(read("Agent-Sync Only-2@2027-02-28"), told("Agent-Sync Only", -2, "2027-02-28"));
        assert_eq!(read("C++ @ Night \u{2212}10@2028-02-29"), told("C++ @ Night", -10, "2028-02-29"));
        for bad in [
            "",
            "Administrator",
            "Administrator+3",
            "Administrator@2027-02-01",
            "+3@2027-02-01",
            "seats:+3@2027-02-01",
            "A+@2027-02-01",
            "A+0@2027-02-01",
            "A+1.5@2027-02-01",
            "A+-1@2027-02-29",
            "A+1@2027-02-30",
            "A+1@01/02/2027",
            "A+99999999999999999999@2027-02-01",
        ] {
            assert!(WhatIf::parse(bad).is_err(), "{bad}");
        }
    }
}
