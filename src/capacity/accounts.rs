//! From active periods to the days on which seats are taken and given back.
//!
//! An account of an export and of a plan is one. Until the plan's account begins, the export says how it is; from then
//! on the plan does: the export's record ends on that day. A plan's account without a later start begins on the day
//! after the as-of date; on the as-of date itself it takes a seat only where no export's record does.

use std::collections::BTreeMap;

use crate::check::RecordId;
use crate::check::population::active_periods::{ActivePeriod, ActivePeriods};
use crate::check::population::seats::{PlannedAccount, SeatHolders, SeatsToday};
use crate::record::date::Date;
use crate::source::InputId;

/// How seats change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatChangeKind {
    /// An account becomes active.
    Activate,
    /// An account becomes inactive.
    Deactivate,
    /// A plan says that the account holds no role of this licence any more.
    Release,
    /// Another number of seats is owned.
    Seats,
    /// Accounts that were assumed.
    WhatIfMore,
    /// Accounts that were assumed to be gone.
    WhatIfLess,
}

impl SeatChangeKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Activate, Self::Deactivate, Self::Release, Self::Seats, Self::WhatIfMore, Self::WhatIfLess];

    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Release => "release",
            Self::Seats => "seats",
            Self::WhatIfMore => "what-if-more",
            Self::WhatIfLess => "what-if-less",
        }
    }
}

/// A seat that is taken or given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatChange {
    /// The day.
    pub on: Date,
    /// The pool.
    pub pool: usize,
    /// How.
    pub change: SeatChangeKind,
    /// The account.
    pub id: RecordId,
    /// Of a plan.
    pub is_plan: bool,
    /// Of a plan, and no export holds the account.
    pub is_new: bool,
}

impl SeatChange {
    /// True if a seat is taken.
    #[must_use]
    pub const fn is_arrival(&self) -> bool {
        matches!(self.change, SeatChangeKind::Activate)
    }
}

/// The seats of all accounts.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Those of the as-of date, pool by pool.
    pub today: Vec<SeatsToday>,
    /// What changes after it: exports before plans, in the order of the inputs.
    pub moves: Vec<SeatChange>,
    /// What a plan adds in a pool on the last day.
    adds: BTreeMap<(usize, InputId), i64>,
}

impl Accounts {
    /// The seats of today, and what becomes of them up to the last of the days.
    #[must_use]
    pub fn new(
        seats: &SeatHolders,
        active_periods: &ActivePeriods,
        pools: usize,
        (as_of, until): (Date, Date),
    ) -> Self {
        let today = (0..pools).map(|pool| seats.of_pool(pool).today).collect();
        let mut accounts = Self { today, moves: Vec::new(), adds: BTreeMap::new() };
        for period in &active_periods.changing {
            for pool in bits(period.pools) {
                accounts.moves.extend(ActiveInterval::own(period).moves(pool, period));
            }
        }
        let mut planned: Vec<&PlannedAccount> = seats.planned().iter().collect();
        planned.sort_unstable_by_key(|one| (&one.name, one.period.id));
        for group in planned.chunk_by(|a, b| a.name.is_some() && a.name == b.name) {
            let periods: Vec<&ActivePeriod> = group.iter().map(|one| &one.period).collect();
            accounts.account(&periods, as_of, until);
        }
        accounts.moves.retain(|one| one.on <= until);
        put_in_order(&mut accounts.moves);
        accounts
    }

    /// What each plan adds in a pool on the last day.
    pub fn plans(&self, pool: usize) -> impl Iterator<Item = (InputId, i64)> + '_ {
        self.adds.iter().filter(move |((of, _), _)| *of == pool).map(|((_, plan), adds)| (*plan, *adds))
    }

    /// Adds the records of one account.
    fn account(&mut self, group: &[&ActivePeriod], as_of: Date, until: Date) {
        let plans = || group.iter().copied().filter(|period| period.is_plan);
        let exports = || group.iter().copied().filter(|period| !period.is_plan);
        let tomorrow = as_of.plus_days(1).unwrap_or(as_of);
        let governs = |plan: &ActivePeriod| plan.ahead.begins.unwrap_or(tomorrow);
        let handover = plans().map(governs).min();
        let is_new = exports().next().is_none();
        let pools = group.iter().fold(0, |all, period| all | period.pools);
        for pool in bits(pools) {
            let holds = |period: &&ActivePeriod| period.takes(pool);
            let is_held = exports().any(|period| period.is_active && holds(&period));
            let mut moves = Vec::new();
            for period in exports().filter(holds) {
                let own = ActiveInterval::own(period);
                moves.extend(own.until(handover).moves(pool, period));
                if let Some(first) = plans().min_by_key(|plan| (governs(plan), plan.id)) {
                    self.add(pool, first, -own.on(until));
                }
            }
            for period in plans().filter(holds) {
                let mut own = ActiveInterval::own(period);
                self.add(pool, period, own.on(until));
                if period.is_active && is_held {
                    (own.is_open, own.begins) = (false, Some(tomorrow));
                }
                moves.extend(own.moves(pool, period));
            }
            for plan in plans() {
                self.add(pool, plan, 0);
            }
            self.moves.extend(net_changes(moves).into_iter().map(|one| SeatChange { is_new, ..one }));
        }
    }

    fn add(&mut self, pool: usize, plan: &ActivePeriod, seats: i64) {
        *self.adds.entry((pool, plan.id.input)).or_default() += seats;
    }
}

/// The days on which a record takes its seats.
#[derive(Clone, Copy, Debug)]
struct ActiveInterval {
    /// It takes them on the as-of date already.
    is_open: bool,
    begins: Option<Date>,
    ends: Option<Date>,
    /// It ends because a plan says how the account will be.
    is_released: bool,
}

impl ActiveInterval {
    const fn own(period: &ActivePeriod) -> Self {
        Self { is_open: period.is_active, begins: period.ahead.begins, ends: period.ahead.ends, is_released: false }
    }

    /// The same, ending at the handover to a plan.
    fn until(self, handover: Option<Date>) -> Self {
        let Some(handover) = handover else { return self };
        if self.begins.is_some_and(|begins| begins >= handover) {
            return Self { begins: None, ends: None, ..self };
        }
        let takes = self.is_open || self.begins.is_some();
        if takes && self.ends.is_none_or(|ends| ends > handover) {
            return Self { ends: Some(handover), is_released: true, ..self };
        }
        self
    }

    fn moves(self, pool: usize, period: &ActivePeriod) -> impl Iterator<Item = SeatChange> {
        let (id, is_plan, is_new) = (period.id, period.is_plan, false);
        let ends = if self.is_released { SeatChangeKind::Release } else { SeatChangeKind::Deactivate };
        let one = move |on: Option<Date>, change| on.map(|on| SeatChange { on, pool, change, id, is_plan, is_new });
        one(self.begins, SeatChangeKind::Activate).into_iter().chain(one(self.ends, ends))
    }

    /// One where it takes its seats on `day`, which lies ahead.
    fn on(self, day: Date) -> i64 {
        let has_begun = self.is_open || self.begins.is_some_and(|begins| begins <= day);
        i64::from(has_begun && self.ends.is_none_or(|ends| ends > day))
    }
}

/// By day and pool, exports before plans, those of one kind by their records.
fn put_in_order(moves: &mut [SeatChange]) {
    moves.sort_by_key(|one| (one.on, one.pool, one.is_plan, one.id));
}

/// Moves of one account in one pool, without those that cancel each other out on their day.
fn net_changes(mut moves: Vec<SeatChange>) -> Vec<SeatChange> {
    put_in_order(&mut moves);
    let mut net = Vec::new();
    for day in moves.chunk_by(|a, b| a.on == b.on) {
        let (arrivals, departures): (Vec<SeatChange>, Vec<SeatChange>) = day.iter().partition(|one| one.is_arrival());
        let both = arrivals.len().min(departures.len());
        net.extend(arrivals.into_iter().skip(both));
        net.extend(departures.into_iter().skip(both));
    }
    net
}

/// The numbers of the pools in `pools`.
fn bits(mut pools: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let pool = (pools != 0).then(|| pools.trailing_zeros() as usize)?;
        pools &= pools - 1;
        Some(pool)
    })
}
