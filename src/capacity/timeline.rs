//! Seats of one licence by day: only the days on which something changes are points.

use super::accounts::{Accounts, SeatChange, SeatChangeKind};
use super::what_if::WhatIf;
use crate::check::RecordId;
use crate::diagnostic::usage::UsageError;
use crate::fast::sort_few::sort_few_by_key;
use crate::record::date::Date;
use crate::record::pool::Pool;

/// Seats of one licence over time.
#[derive(Clone, Debug)]
pub struct Timeline<'t> {
    /// The licence.
    pub pool: &'t Pool,
    /// Its number.
    pub number: usize,
    /// The as-of date, and every later day on which something changes.
    pub points: Vec<TimelinePoint>,
    /// The last day looked at.
    pub until: Date,
    /// What was assumed, in the order of the days.
    what_ifs: Vec<&'t WhatIf>,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelinePoint {
    /// The day.
    pub on: Date,
    /// Seats used from then on.
    pub used: u64,
    /// Seats owned from then on; `None` if undeclared.
    pub owned: Option<u64>,
    /// Seats used before anybody took one on this day.
    pub base: u64,
    /// Accounts that take a seat, exports before plans.
    pub arrivals: Vec<RecordId>,
    /// Accounts that give one back, and how.
    pub departures: Vec<(SeatChangeKind, RecordId)>,
    /// What was assumed for this day.
    pub what_ifs: Vec<WhatIf>,
    /// Another number of seats was declared to be owned from then on.
    pub changes_holding: bool,
}

impl TimelinePoint {
    /// Accounts whose seats change.
    pub fn accounts(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.moves().map(|(_, id)| id)
    }

    /// Accounts whose seats change, and how.
    pub fn moves(&self) -> impl Iterator<Item = (SeatChangeKind, RecordId)> + '_ {
        self.arrivals.iter().map(|id| (SeatChangeKind::Activate, *id)).chain(self.departures.iter().copied())
    }

    /// True if more is used than owned.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over() > 0
    }

    /// Seats used beyond those owned.
    #[must_use]
    pub fn over(&self) -> u64 {
        self.owned.map_or(0, |owned| self.used.saturating_sub(owned))
    }

    /// The account that takes the first seat beyond `limit` on this day, where an account does.
    #[must_use]
    pub fn holder_beyond(&self, limit: u64) -> Option<RecordId> {
        let rank = usize::try_from(limit.checked_sub(self.base)?).ok()?;
        self.arrivals.get(rank).copied()
    }
}

impl<'t> Timeline<'t> {
    /// Walks from the first day of `days` to the last.
    ///
    /// # Errors
    /// What was assumed takes away more seats than are used or owned.
    pub fn of(
        pool: &'t Pool,
        number: usize,
        accounts: &Accounts,
        mut what_ifs: Vec<&'t WhatIf>,
        (as_of, until): (Date, Date),
    ) -> Result<Self, UsageError> {
        sort_few_by_key(&mut what_ifs, |one| one.on);
        let moves: Vec<&SeatChange> = accounts.moves.iter().filter(|one| one.pool == number).collect();
        let today = accounts.today[number];
        let first = TimelinePoint {
            on: as_of,
            used: today.total(),
            owned: pool.owned_on(as_of),
            base: 0,
            arrivals: Vec::new(),
            departures: Vec::new(),
            what_ifs: Vec::new(),
            changes_holding: false,
        };
        let owned_seats = pool.owned_seats.iter().filter_map(|holding| holding.from);
        let mut days: Vec<Date> = moves.iter().map(|one| one.on).chain(what_ifs.iter().map(|one| one.on)).collect();
        days.extend(owned_seats.filter(|day| *day > as_of && *day <= until));
        days.sort_unstable();
        days.dedup();
        let mut line = Self { pool, number, points: vec![first], until, what_ifs };
        for day in days {
            let from = moves.partition_point(|one| one.on < day);
            let next = line.next(day, moves[from..].iter().take_while(|one| one.on == day).copied())?;
            line.points.push(next);
        }
        Ok(line)
    }

    /// The day `on`, after those there are.
    fn next<'m>(&self, on: Date, moves: impl Iterator<Item = &'m SeatChange>) -> Result<TimelinePoint, UsageError> {
        let (before, license) = (self.points.last().expect("internal error: there is a first day"), &self.pool.license);
        let what_ifs: Vec<WhatIf> = self.what_ifs.iter().filter(|one| one.on == on).map(|one| (*one).clone()).collect();
        let (arrivals, departures): (Vec<&SeatChange>, Vec<&SeatChange>) = moves.partition(|one| one.is_arrival());
        let fewer: u64 = what_ifs.iter().map(|one| one.accounts().min(0).unsigned_abs()).sum();
        let more: u64 = what_ifs.iter().map(|one| one.accounts().max(0).unsigned_abs()).sum();
        let gone = departures.len() as u64;
        let less = || {
            UsageError::new(format!("--what-if takes away more seats of {license} than are used on {on}"))
                .with_remedy("Take away fewer, or on another day.")
        };
        let (all, taken) = (before.used + arrivals.len() as u64, gone.checked_add(fewer).ok_or_else(less)?);
        let far = || UsageError::new("--what-if adds more accounts than can be counted");
        let used = all.checked_add(more).ok_or_else(far)?.checked_sub(taken).ok_or_else(less)?;
        Ok(TimelinePoint {
            on,
            used,
            owned: self.owned_as_assumed(on)?,
            base: before.used.saturating_sub(taken),
            arrivals: arrivals.iter().map(|one| one.id).collect(),
            departures: departures.iter().map(|one| (one.change, one.id)).collect(),
            what_ifs,
            changes_holding: self.pool.owned_on(on) != self.pool.owned_on(before.on),
        })
    }

    /// Seats owned on a day with those assumed, where both can be.
    fn owned_as_assumed(&self, on: Date) -> Result<Option<u64>, UsageError> {
        let (license, change) = (&self.pool.license, self.assumed_seats(on));
        match self.pool.owned_on(on) {
            None if change == 0 => Ok(None),
            None => Err(UsageError::new(format!(
                "--what-if assumes seats of {license}, but the number owned on {on} is not declared"
            ))
            .with_remedy(format!("Declare them, for instance with `--seats '{license}=25'`."))),
            Some(owned) => owned.checked_add_signed(change).map(Some).ok_or_else(|| {
                UsageError::new(format!("--what-if gives back more seats of {license} than are owned on {on}"))
                    .with_remedy("Give back fewer, or on another day.")
            }),
        }
    }

    /// Seats assumed to be bought, less those given back, up to a day.
    #[must_use]
    pub fn assumed_seats(&self, day: Date) -> i64 {
        self.what_ifs.iter().take_while(|one| one.on <= day).map(|one| one.seats()).sum()
    }

    /// Seats owned on a day with those assumed, if declared. The day may be after the last one looked at.
    #[must_use]
    pub fn owned_on(&self, day: Date) -> Option<u64> {
        self.pool.owned_on(day).map(|owned| owned.saturating_add_signed(self.assumed_seats(day)))
    }

    /// The first day on which every seat owned is used.
    #[must_use]
    pub fn first_full(&self) -> Option<Date> {
        self.points.iter().find(|point| point.owned.is_some_and(|owned| point.used >= owned)).map(|point| point.on)
    }

    /// Days after the first on which what is used or owned differs from the day before.
    pub fn steps(&self) -> impl Iterator<Item = &TimelinePoint> {
        let differs = |pair: &&[TimelinePoint]| (pair[0].used, pair[0].owned) != (pair[1].used, pair[1].owned);
        self.points.windows(2).filter(differs).map(|pair| &pair[1])
    }

    /// The most seats used, and the first day on which they are.
    #[must_use]
    pub fn peak(&self) -> (u64, Date) {
        let first = (self.points[0].used, self.points[0].on);
        self.points.iter().fold(first, |peak, point| if point.used > peak.0 { (point.used, point.on) } else { peak })
    }

    /// The first day on which more is used than owned.
    #[must_use]
    pub fn first_over(&self) -> Option<&TimelinePoint> {
        self.points.iter().find(|point| point.is_over())
    }

    /// The most seats used from `from` to `to`, both with it.
    #[must_use]
    pub fn most_used(&self, from: Date, to: Date) -> u64 {
        let after = self.points.partition_point(|point| point.on <= from).max(1);
        let within = self.points[after..].iter().take_while(|point| point.on <= to).map(|point| point.used);
        within.fold(self.points[after - 1].used, u64::max)
    }
}
