//! Changes that are assumed: so many accounts with a role more or fewer from a day on.

use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::record::date::Date;
use crate::record::list::ListItem;
use crate::record::site::Site;
use crate::source::Span;

/// The most accounts that one assumption is about.
const MOST: u64 = 1_000_000_000;

/// An assumption as it was written: `ROLE+N@DATE` or `ROLE-N@DATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The role.
    pub role: String,
    /// How many accounts, below zero where they are gone.
    pub seats: i64,
    /// The first day on which it is so.
    pub on: Date,
}

impl WhatIf {
    /// Reads an assumption. A role may hold signs itself: the last one that only digits follow counts.
    ///
    /// # Errors
    /// What was expected, as a fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "expected ROLE+N@YYYY-MM-DD or ROLE-N@YYYY-MM-DD, as in 'Administrator+3@2027-02-01'";
        let (change, day) = text.rsplit_once('@').ok_or(form)?;
        let is_iso = day.as_bytes().get(4) == Some(&b'-');
        let on = Date::parse(day, None).filter(|_| is_iso).ok_or("expected a date of the calendar after `@`")?;
        let sign = change.rfind(['+', '-', '\u{2212}']).ok_or(form)?;
        let (role, rest) = change.split_at(sign);
        let mut digits = rest.chars();
        let is_more = digits.next() == Some('+');
        let digits = digits.as_str();
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: Option<u64> = digits.parse().ok().filter(|count| is_whole && (1..=MOST).contains(count));
        let count = count.ok_or_else(|| format!("expected a number of accounts from 1 to {MOST} before `@`"))?;
        let role = role.trim_ascii();
        if role.is_empty() {
            return Err("expected a role before the number of accounts".to_owned());
        }
        let seats = i64::try_from(count).expect("internal error: the limit fits");
        Ok(Self { role: role.to_owned(), seats: if is_more { seats } else { -seats }, on })
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
    let (role, on) = (quoted(&outside.role), outside.on);
    let error =
        UsageError::new(format!("--what-if for {role} is about {on}, which is not after {as_of} and up to {until}"));
    Err(error.with_remedy("Name a day between them, or look further ahead with `--until`."))
}

/// Finds the pools that the roles take seats of.
///
/// # Errors
/// A role that no licence names.
pub fn resolve<'w>(what_ifs: &'w [WhatIf], site: &Site) -> Result<Vec<ResolvedWhatIf<'w>>, UsageError> {
    let resolve = |one: &'w WhatIf| {
        let pools = site.pools_of(&ListItem::named((&*one.role).into(), Span::default()));
        if pools == 0 { Err(unknown(&one.role, site)) } else { Ok(ResolvedWhatIf { what_if: one, pools }) }
    };
    what_ifs.iter().map(resolve).collect()
}

fn unknown(role: &str, site: &Site) -> UsageError {
    let mut known: Vec<&String> = site.pools.iter().flat_map(|pool| &pool.roles).collect();
    known.extend(&site.administrator_names);
    known.sort();
    known.dedup();
    let known: Vec<_> = known.into_iter().map(|name| quoted(name)).collect();
    let error = UsageError::new(format!("--what-if names the role {}, which takes a seat of no licence", quoted(role)));
    error.with_remedy(format!("Roles that take one: {}.", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumption_is_read_from_its_end() {
        let read = |text| WhatIf::parse(text).map(|one| (one.role, one.seats, one.on.to_string()));
        let told = |role: &str, seats, on: &str| Ok((role.to_owned(), seats, on.to_owned()));
        assert_eq!(read("Administrator+3@2027-02-01"), told("Administrator", 3, "2027-02-01"));
        assert_eq!(read("Agent-Sync Only-2@2027-02-28"), told("Agent-Sync Only", -2, "2027-02-28"));
        assert_eq!(read("C++ @ Night \u{2212}10@2028-02-29"), told("C++ @ Night", -10, "2028-02-29"));
        for bad in [
            "",
            "Administrator",
            "Administrator+3",
            "Administrator@2027-02-01",
            "+3@2027-02-01",
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
