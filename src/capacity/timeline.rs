//! Seats of one licence by day: only the days on which something changes are points.

use super::accounts::{Accounts, Change, Move};
use super::what_if::WhatIf;
use crate::check::RecordId;
use crate::diagnostic::usage::UsageError;
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
    pub points: Vec<Point>,
    /// The last day looked at.
    pub until: Date,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
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
    pub departures: Vec<(Change, RecordId)>,
    /// What was assumed for this day.
    pub what_ifs: Vec<WhatIf>,
    /// Another number of seats is owned from then on.
    pub changes_holding: bool,
}

impl Point {
    /// Accounts whose seats change.
    pub fn accounts(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.moves().map(|(_, id)| id)
    }

    /// Accounts whose seats change, and how.
    pub fn moves(&self) -> impl Iterator<Item = (Change, RecordId)> + '_ {
        self.arrivals.iter().map(|id| (Change::Activate, *id)).chain(self.departures.iter().copied())
    }

    /// True if more is used than owned.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.owned.is_some_and(|owned| self.used > owned)
    }

    /// The account that takes the first seat beyond `limit` on this day, where an account does.
    #[must_use]
    pub fn taker_beyond(&self, limit: u64) -> Option<RecordId> {
        let rank = usize::try_from(limit.checked_sub(self.base)?).ok()?;
        self.arrivals.get(rank).copied()
    }
}

impl<'t> Timeline<'t> {
    /// Walks from the first day of `days` to the last.
    ///
    /// # Errors
    /// What was assumed takes away more seats than are used.
    pub fn of(
        pool: &'t Pool,
        number: usize,
        accounts: &Accounts,
        what_ifs: &[&WhatIf],
        (as_of, until): (Date, Date),
    ) -> Result<Self, UsageError> {
        let moves: Vec<&Move> = accounts.moves.iter().filter(|one| one.pool == number).collect();
        let today = accounts.today[number];
        let first = Point {
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
        let mut points = vec![first];
        for day in days {
            let before = points.last().expect("internal error: there is a first day");
            let from = moves.partition_point(|one| one.on < day);
            let of_day = moves[from..].iter().take_while(|one| one.on == day).copied();
            let assumed = what_ifs.iter().copied().filter(|one| one.on == day).cloned();
            let next = next(before, day, of_day, assumed.collect(), pool)?;
            points.push(next);
        }
        Ok(Self { pool, number, points, until })
    }

    /// Days after the first on which what is used or owned differs from the day before.
    pub fn steps(&self) -> impl Iterator<Item = &Point> {
        let differs = |pair: &&[Point]| (pair[0].used, pair[0].owned) != (pair[1].used, pair[1].owned);
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
    pub fn first_over(&self) -> Option<&Point> {
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

/// The day `on`, when `before` is how it was.
fn next<'m>(
    before: &Point,
    on: Date,
    moves: impl Iterator<Item = &'m Move>,
    what_ifs: Vec<WhatIf>,
    pool: &Pool,
) -> Result<Point, UsageError> {
    let (arrivals, departures): (Vec<&Move>, Vec<&Move>) = moves.partition(|one| one.is_arrival());
    let fewer: u64 = what_ifs.iter().filter(|one| one.seats < 0).map(|one| one.seats.unsigned_abs()).sum();
    let more: u64 = what_ifs.iter().filter(|one| one.seats > 0).map(|one| one.seats.unsigned_abs()).sum();
    let gone = departures.len() as u64;
    let less = || {
        let message = format!("--what-if takes away more seats of {} than are used on {on}", pool.license);
        UsageError::new(message).with_remedy("Take away fewer, or on another day.")
    };
    let (all, taken) = (before.used + arrivals.len() as u64, gone.checked_add(fewer).ok_or_else(less)?);
    let far = || UsageError::new("--what-if adds more accounts than can be counted");
    let used = all.checked_add(more).ok_or_else(far)?.checked_sub(taken).ok_or_else(less)?;
    let owned = pool.owned_on(on);
    Ok(Point {
        on,
        used,
        owned,
        base: before.used.saturating_sub(taken),
        arrivals: arrivals.iter().map(|one| one.id).collect(),
        departures: departures.iter().map(|one| (one.change, one.id)).collect(),
        what_ifs,
        changes_holding: owned != before.owned,
    })
}
