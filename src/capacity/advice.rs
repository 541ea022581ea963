//! What can be done about a licence that runs over: buy seats, or let accounts of plans begin later.
//!
//! Both are computed, and given only if the count is exact. Buying is enough for every day that was looked at. Postponing
//! is advised only if it leaves no day over: it concerns the fewest accounts of plans, and none that an export holds too.

use rust_decimal::Decimal;

use super::accounts::{Accounts, SeatChange, SeatChangeKind};
use super::cost::{periods, times};
use super::timeline::Timeline;
use crate::check::RecordId;
use crate::fast::sort_few::sort_few_by_key;
use crate::record::date::Date;
use crate::record::pool::LicenseTerms;

/// Something to do, with accounts of kind `A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice<A> {
    /// Buy seats.
    Buy {
        /// How many.
        seats: u64,
        /// The first day on which they are needed.
        by: Date,
        /// `None` if the price is not declared, or too large to be exact.
        cost: Option<AddedCost>,
    },
    /// Let accounts of plans begin later.
    Postpone {
        /// The accounts, in the order in which they would begin.
        accounts: Vec<A>,
        /// The first day on which all of them fit.
        to: Date,
        /// Nothing on top of the commitment, if its price is declared.
        cost: Option<AddedCost>,
    },
}

/// What seats cost on top of the commitment, from a day to the last one looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedCost {
    /// The terms it was computed by.
    pub terms: LicenseTerms,
    /// The price for one period.
    pub per_period: Decimal,
    /// Periods that have at least one of the days.
    pub periods: u64,
    /// The price for all of them.
    pub total: Decimal,
}

/// What can be done; nothing if the licence does not run over.
pub(super) fn advice(line: &Timeline<'_>, accounts: &Accounts) -> Vec<Advice<RecordId>> {
    let Some(first) = line.first_over() else { return Vec::new() };
    let seats = line.points.iter().map(|point| point.over()).max().unwrap_or(0);
    let mut advice = vec![Advice::Buy { seats, by: first.on, cost: added_cost(line, seats, first.on) }];
    advice.extend(postponed(line, accounts).map(|(accounts, to)| Advice::Postpone {
        accounts,
        to,
        cost: added_cost(line, 0, to),
    }));
    advice
}

/// The fewest accounts of plans that are to begin later, and the day from which on all of them fit.
fn postponed(line: &Timeline<'_>, accounts: &Accounts) -> Option<(Vec<RecordId>, Date)> {
    let last_over = line.points.iter().rposition(|point| point.is_over())?;
    let to = line.points.get(last_over + 1)?.on;
    let moves = || accounts.moves.iter().filter(|one| one.pool == line.number);
    let ends_before = |id| moves().any(|one| one.id == id && one.change != SeatChangeKind::Activate && one.on <= to);
    let mut starts = moves().filter(|one| one.is_new && one.is_arrival() && !ends_before(one.id)).peekable();
    let mut begun: Vec<&SeatChange> = Vec::new();
    let mut chosen: Vec<&SeatChange> = Vec::new();
    for point in line.points.iter().filter(|point| point.is_over()) {
        while let Some(start) = starts.next_if(|start| start.on <= point.on) {
            begun.push(start);
        }
        // Whoever was chosen for an earlier day does not take a seat on this one either.
        for _ in chosen.len() as u64..point.over() {
            chosen.push(begun.pop()?);
        }
    }
    sort_few_by_key(&mut chosen, |one| (one.on, one.id));
    Some((chosen.iter().map(|one| one.id).collect(), to))
}

/// What `seats` cost from a day on, if it can be computed exactly.
fn added_cost(line: &Timeline<'_>, seats: u64, from: Date) -> Option<AddedCost> {
    let terms = &line.pool.terms;
    let periods = periods(from, line.until, terms.period.months()).len() as u64;
    let per_period = times(seats, terms.price?)?;
    let total = times(periods, per_period)?;
    Some(AddedCost { terms: terms.clone(), per_period, periods, total })
}

impl<A> Advice<A> {
    /// The accounts that it concerns.
    pub fn accounts(&self) -> impl Iterator<Item = &A> {
        match self {
            Self::Buy { .. } => [].iter(),
            Self::Postpone { accounts, .. } => accounts.iter(),
        }
    }

    /// The same with other accounts; those that `other` does not know are left out.
    pub(super) fn with<B>(self, other: impl FnMut(A) -> Option<B>) -> Advice<B> {
        match self {
            Self::Buy { seats, by, cost } => Advice::Buy { seats, by, cost },
            Self::Postpone { accounts, to, cost } => {
                Advice::Postpone { accounts: accounts.into_iter().filter_map(other).collect(), to, cost }
            }
        }
    }
}
