//! Who takes seats: the one count for `check` and for `capacity`.
//!
//! An account counts once though a plan and an export may both hold it. Of exports that no plan speaks of only numbers
//! and the first accounts are kept; accounts of plans are few, and kept whole.

use hashbrown::HashSet;

use super::account::{Account, SeatHolder};
use super::active_periods::ActivePeriod;
use super::bounded_sample::BoundedSample;
use crate::check::{PARTIAL, Reason, RecordId};
use crate::record::Field;
use crate::record::site::{RoleFacts, Site};

/// Why roles are uncertain.
const ONLY_A_NUMBER: &str = "a role is only a number, and no catalogue names it";

/// Seats of one pool on the as-of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatsToday {
    /// Those of API users.
    pub api_users: u64,
    /// Those of people.
    pub people: u64,
}

impl SeatsToday {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.api_users + self.people
    }

    const fn add(&mut self, is_api_user: bool) {
        if is_api_user {
            self.api_users += 1;
        } else {
            self.people += 1;
        }
    }
}

/// An account of a plan, or one of an export that a plan speaks of: the two may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAccount {
    /// Its user name, folded.
    pub name: Option<String>,
    /// The seats it takes, and when.
    pub period: ActivePeriod,
    /// It holds the default administrator role.
    pub is_administrator: bool,
    /// It holds that role, or an equivalent where these are counted.
    pub is_privileged: bool,
    /// A plan has it start after the as-of date.
    pub starts_later: bool,
}

/// Who takes seats and who holds the default administrator role.
#[derive(Clone, Debug)]
pub struct SeatHolders {
    /// Pool by pool, the active accounts of exports that no plan speaks of.
    pools: Vec<(BoundedSample<SeatHolder>, u64)>,
    administrators: BoundedSample<SeatHolder>,
    /// CountedHolders of that role or an equivalent, if a rule counts them.
    privileged: Option<BoundedSample<SeatHolder>>,
    planned: Vec<PlannedAccount>,
    uncertain: UncertainSeats,
}

/// Accounts whose seats are unknown.
#[derive(Clone, Copy, Debug, Default)]
struct UncertainSeats {
    /// Of inputs without roles.
    without_roles: u64,
    /// With a role that may be several, or none.
    unclear_roles: u64,
    /// With a role that is only a number.
    unknown_roles: u64,
    /// Of exports, active only later, with such a role.
    unknown_later: u64,
    /// Of inputs that say nothing of activity.
    unknown_activity: u64,
}

impl UncertainSeats {
    const fn roles(self) -> Option<(Reason, u64)> {
        match (self.without_roles, self.unclear_roles, self.unknown_roles) {
            (0, 0, 0) => None,
            (0, 0, unknown) => Some((Reason::Other(ONLY_A_NUMBER), unknown)),
            (0, unclear, _) => Some((Reason::Unclear(Field::Roles), unclear)),
            (without, ..) => Some((Reason::NotCarried(Field::Roles), without)),
        }
    }
}

/// Accounts that hold something, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedHolders {
    /// How many hold it on the as-of date.
    pub today: SeatsToday,
    /// How many will, with the accounts of plans that start later.
    pub planned: u64,
    /// The first of them: exports, then plans, then what starts later. It reaches at least as far as the
    /// limit of the [`BoundedSample`] they were counted with.
    order: Vec<SeatHolder>,
}

impl CountedHolders {
    /// The first accounts that hold it on the as-of date.
    pub fn first(&self) -> impl Iterator<Item = &SeatHolder> {
        self.order.iter().take(usize::try_from(self.today.total()).unwrap_or(usize::MAX))
    }

    /// The account that is the `rank`-th to hold it, from 1.
    #[must_use]
    pub fn ranked(&self, rank: u64) -> Option<RecordId> {
        let index = usize::try_from(rank.checked_sub(1)?).ok()?;
        self.order.get(index).map(|holder| holder.id)
    }
}

impl SeatHolders {
    /// Nobody yet. At least the first `least` holders of each pool are remembered, and one privileged account more than
    /// there may be.
    pub(super) fn new(site: &Site, least: u64, privileged: Option<u64>) -> Self {
        let limit = |owned: Option<u64>| owned.map_or(0, |owned| owned.saturating_add(1)).max(least);
        let sample = |owned| (BoundedSample::at_most(limit(owned)), 0);
        Self {
            pools: site.pools.iter().map(|pool| sample(pool.owned)).collect(),
            administrators: BoundedSample::at_most(2),
            privileged: privileged.map(|most| BoundedSample::at_most(most.saturating_add(1))),
            planned: Vec::new(),
            uncertain: UncertainSeats::default(),
        }
    }

    pub(super) fn emptied(&self) -> Self {
        Self {
            pools: self.pools.iter().map(|(sample, _)| (sample.emptied(), 0)).collect(),
            administrators: self.administrators.emptied(),
            privileged: self.privileged.as_ref().map(BoundedSample::emptied),
            planned: Vec::new(),
            uncertain: UncertainSeats::default(),
        }
    }

    /// Counts an account. `is_in_plan` tells whether a plan holds its user name.
    #[inline(always)]
    pub(super) fn observe(&mut self, account: &Account<'_>, is_in_plan: impl FnOnce() -> bool) {
        let (roles, is_plan, is_present) = (account.roles, account.is_plan(), account.is_present());
        self.uncertain.unknown_activity += u64::from(!account.activity.is_known);
        if !roles.is_certain {
            self.observe_uncertain(account, is_present);
        }
        if roles.pools == 0 && !roles.is_counted && !is_plan {
            return;
        }
        if is_plan || is_in_plan() {
            return self.planned.push(PlannedAccount {
                name: account.name.map(|name| name.folded()),
                period: ActivePeriod::new(account),
                is_administrator: roles.is_administrator,
                is_privileged: roles.is_counted,
                starts_later: account.activity.is_ahead(),
            });
        }
        if !is_present {
            return;
        }
        let holder = SeatHolder { id: account.id, is_api_user: account.is_api_user, since: account.activity.since };
        if roles.is_administrator {
            self.administrators.add(holder);
        }
        if let Some(privileged) = &mut self.privileged
            && roles.is_counted
        {
            privileged.add(holder);
        }
        let mut pools = roles.pools;
        while pools != 0 {
            let (sample, api_users) = &mut self.pools[pools.trailing_zeros() as usize];
            sample.add(holder);
            *api_users += u64::from(account.is_api_user);
            pools &= pools - 1;
        }
    }

    #[cold]
    fn observe_uncertain(&mut self, account: &Account<'_>, is_present: bool) {
        let uncertain = &mut self.uncertain;
        match (is_present, account.roles) {
            (true, RoleFacts { is_absent: true, .. }) => uncertain.without_roles += 1,
            (true, RoleFacts { is_unclear: true, .. }) => uncertain.unclear_roles += 1,
            (true, _) => uncertain.unknown_roles += 1,
            (false, _) => uncertain.unknown_later += u64::from(account.activity.ahead.begins.is_some()),
        }
    }

    /// Who takes a seat of the pool with this number.
    #[must_use]
    pub fn of_pool(&self, pool: usize) -> CountedHolders {
        let (sample, api_users) = &self.pools[pool];
        let today = SeatsToday { api_users: *api_users, people: sample.count() - api_users };
        self.holders(sample, today, |planned| planned.period.takes(pool))
    }

    /// Who holds the default administrator role.
    #[must_use]
    pub fn administrators(&self) -> CountedHolders {
        let today = SeatsToday { api_users: 0, people: self.administrators.count() };
        self.holders(&self.administrators, today, |planned| planned.is_administrator)
    }

    /// Who holds that role or an accepted equivalent; `None` if no rule asks.
    #[must_use]
    pub fn privileged(&self) -> Option<CountedHolders> {
        let sample = self.privileged.as_ref()?;
        let today = SeatsToday { api_users: 0, people: sample.count() };
        Some(self.holders(sample, today, |planned| planned.is_privileged))
    }

    /// The holders of what `holds` tells; `sample` are those of them that no plan speaks of.
    fn holders(
        &self,
        sample: &BoundedSample<SeatHolder>,
        today: SeatsToday,
        holds: impl Fn(&PlannedAccount) -> bool,
    ) -> CountedHolders {
        let mut today = today;
        let holding = || self.planned.iter().filter(|planned| holds(planned));
        let exported: Vec<&PlannedAccount> =
            holding().filter(|one| !one.period.is_plan && one.period.is_active).collect();
        let names: HashSet<&str> = exported.iter().filter_map(|planned| planned.name.as_deref()).collect();
        let is_exported = |planned: &PlannedAccount| planned.name.as_deref().is_some_and(|name| names.contains(name));
        let of_plans = || holding().filter(|planned| planned.period.is_plan && !is_exported(planned));
        let active = || of_plans().filter(|planned| planned.period.is_active);
        let later: Vec<SeatHolder> = of_plans().filter(|one| one.starts_later).map(|one| one.period.holder()).collect();

        let mut order: Vec<SeatHolder> = sample.first().to_vec();
        order.extend(exported.iter().map(|planned| planned.period.holder()));
        order.sort_unstable();
        order.extend(active().map(|planned| planned.period.holder()));
        order.extend(&later);
        exported.into_iter().chain(active()).for_each(|planned| today.add(planned.period.is_api_user));
        CountedHolders { today, planned: today.total() + later.len() as u64, order }
    }

    /// Accounts of plans, and accounts of exports that a plan speaks of, in the order of the inputs.
    #[must_use]
    pub fn planned(&self) -> &[PlannedAccount] {
        &self.planned
    }

    /// Why the roles of some active accounts are not known, and of how many.
    #[must_use]
    pub fn unknown_roles(&self) -> Option<(Reason, u64)> {
        self.uncertain.roles()
    }

    /// Why the rules about seats cannot judge everything; `undeclared` counts licences without a number of seats owned.
    /// A timeline looks at later days, too.
    #[must_use]
    pub fn undetermined(&self, undeclared: u64, is_timeline: bool, is_partial: bool) -> Option<(Reason, u64)> {
        if undeclared > 0 {
            return Some((Reason::Other("the number of seats owned is not declared"), undeclared));
        }
        let mut uncertain = self.uncertain;
        if is_timeline {
            uncertain.unknown_roles += uncertain.unknown_later;
        }
        uncertain.roles().or_else(|| is_partial.then_some((PARTIAL, 1)))
    }

    /// True if the seats of later days are not all known.
    #[must_use]
    pub const fn has_unknown_later(&self) -> bool {
        self.uncertain.unknown_later > 0
    }

    /// Why counts of seats are "at least"; `None` if they are exact.
    #[must_use]
    pub fn doubt(&self, is_partial: bool) -> Option<&'static str> {
        let UncertainSeats { without_roles, unclear_roles, unknown_roles, unknown_activity, .. } = self.uncertain;
        let reasons = [
            (is_partial, "not every account could be read"),
            (without_roles > 0, "an input has no roles"),
            (unclear_roles > 0, "the roles of an account cannot be read with certainty"),
            (unknown_roles > 0, ONLY_A_NUMBER),
            (unknown_activity > 0, "an input does not say which accounts are active"),
        ];
        reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason)
    }

    /// Adds what another has counted.
    pub(super) fn merge(&mut self, other: Self) {
        for ((mine, my_api_users), (theirs, api_users)) in self.pools.iter_mut().zip(other.pools) {
            mine.merge(theirs);
            *my_api_users += api_users;
        }
        self.administrators.merge(other.administrators);
        if let (Some(mine), Some(theirs)) = (&mut self.privileged, other.privileged) {
            mine.merge(theirs);
        }
        self.planned.extend(other.planned);
        let (mine, theirs) = (&mut self.uncertain, other.uncertain);
        mine.without_roles += theirs.without_roles;
        mine.unclear_roles += theirs.unclear_roles;
        mine.unknown_roles += theirs.unknown_roles;
        mine.unknown_later += theirs.unknown_later;
        mine.unknown_activity += theirs.unknown_activity;
    }

    /// Puts what came in any order into the order of the inputs.
    pub(super) fn put_in_order(&mut self) {
        self.planned.sort_unstable_by_key(|planned| planned.period.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::activity::FutureChanges;
    use crate::record::date::Date;
    use crate::source::InputId;

    fn planned(number: u64, name: &str, is_plan: bool, is_active: bool) -> PlannedAccount {
        let id = RecordId { input: InputId(u16::from(is_plan)), number };
        let ahead = FutureChanges::default();
        let period = ActivePeriod { id, pools: 1, ahead, is_active, is_api_user: is_plan, is_plan, since: None };
        PlannedAccount {
            name: Some(name.to_owned()),
            period,
            is_administrator: true,
            is_privileged: true,
            starts_later: !is_active,
        }
    }

    #[test]
    fn an_account_of_a_plan_and_an_export_is_one() {
        let mut site = Site::new(Date::parse("2026-11-21", None).expect("a date"));
        let mut pool = crate::record::pool::Pool::named("System Administrator");
        pool.owned = Some(9);
        site.pools.push(pool);
        let mut seats = SeatHolders::new(&site, 0, None);
        let first = RecordId { input: InputId(0), number: 5 };
        let holder = SeatHolder { id: first, is_api_user: false, since: None };
        seats.administrators.add(holder);
        seats.pools[0].0.add(holder);
        seats.planned = vec![
            planned(2, "a", false, true),
            planned(1, "a", true, false),
            planned(2, "b", true, true),
            planned(3, "c", true, false),
        ];
        for holders in [seats.administrators(), seats.of_pool(0)] {
            assert_eq!((holders.today.total(), holders.planned), (3, 4));
            let ranks: Vec<_> =
                (1..=5).filter_map(|rank| holders.ranked(rank)).map(|id| (id.input.0, id.number)).collect();
            assert_eq!(ranks, [(0, 2), (0, 5), (1, 2), (1, 3)]);
            assert_eq!(holders.ranked(0), None);
        }
        assert_eq!(seats.of_pool(0).today, SeatsToday { api_users: 1, people: 2 });
    }
}
