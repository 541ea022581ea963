//! What a licence costs, period by period, in decimal arithmetic that says when it overflows.
//!
//! Periods are those of the calendar. The vendor's pages say that seats beyond the commitment are billed, not how a
//! period that has some on some of its days is counted: here each period counts by its highest use. A period that the
//! report sees only in part is marked, since its other days may have used more.

use rust_decimal::Decimal;

use super::timeline::Timeline;
use crate::record::date::Date;
use crate::record::pool::{LicenseTerms, OveragePolicy};

/// What a licence costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The terms it was computed by.
    pub terms: LicenseTerms,
    /// Period by period.
    pub bills: Vec<PeriodCost>,
    /// The price of the commitment over all periods, if it can be computed.
    pub committed_total: Option<Decimal>,
    /// The price of over-use over all periods, if it can be computed.
    pub over_total: Option<Decimal>,
    /// False if use is "at least", and with it the bill.
    pub is_exact: bool,
    /// Why something could not be computed.
    pub reason: Option<&'static str>,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodCost {
    /// The first day that the report sees of it.
    pub from: Date,
    /// The last day that the report sees of it.
    pub to: Date,
    /// True if it sees the whole period.
    pub is_whole: bool,
    /// Seats committed; `None` if undeclared.
    pub committed: Option<u64>,
    /// The most seats used.
    pub used: u64,
    /// Seats beyond those committed.
    pub over: Option<u64>,
    /// The price of the commitment.
    pub committed_cost: Option<Decimal>,
    /// The price of over-use.
    pub over_cost: Option<Decimal>,
}

impl PeriodCost {
    /// The whole price, if both parts are known.
    #[must_use]
    pub fn total(&self) -> Option<Decimal> {
        plus(self.committed_cost?, self.over_cost?)
    }
}

impl Cost {
    /// The cost of a licence; `None` if its terms were not given.
    pub(super) fn of(line: &Timeline<'_>, is_exact: bool) -> Option<Self> {
        let terms = &line.pool.terms;
        if terms.price.is_none() && terms.over_price.is_none() {
            return None;
        }
        let bills: Vec<PeriodCost> = periods(line.points[0].on, line.until, terms.period.months())
            .into_iter()
            .map(|period| bill(line, period))
            .collect();
        let total = |of: fn(&PeriodCost) -> Option<Decimal>| {
            bills.iter().try_fold(Decimal::ZERO, |sum, bill| plus(sum, of(bill)?))
        };
        let (committed_total, over_total) = (total(|bill| bill.committed_cost), total(|bill| bill.over_cost));
        let reason = reason(line, &bills);
        Some(Self { terms: terms.clone(), committed_total, over_total, is_exact, reason, bills })
    }
}

/// Why the bill is not whole.
fn reason(line: &Timeline<'_>, bills: &[PeriodCost]) -> Option<&'static str> {
    let terms = &line.pool.terms;
    let has_over = bills.iter().any(|bill| bill.over.is_some_and(|over| over > 0));
    if bills.iter().any(|bill| bill.committed.is_none()) {
        Some("the number of seats committed or owned is not declared")
    } else if has_over && line.pool.over == Some(OveragePolicy::Blocked) {
        Some("seats beyond those owned are blocked, so they have no price")
    } else if has_over && terms.over_price.is_none() {
        Some("the price of a seat beyond those committed is not declared")
    } else if terms.price.is_none() {
        Some("the price of a committed seat is not declared")
    } else {
        let is_told = |bill: &PeriodCost| bill.committed_cost.is_some() && bill.over_cost.is_some();
        (!bills.iter().all(is_told)).then_some("an amount is too large to be computed exactly")
    }
}

/// So many times a price, where decimals hold it to the last digit.
pub(super) fn times(count: u64, price: Decimal) -> Option<Decimal> {
    let product = Decimal::from(count).checked_mul(price)?;
    // Nothing costs nothing, in the digits of the price.
    let product = if product.is_zero() { Decimal::new(0, price.scale()) } else { product };
    (product.scale() == price.scale()).then_some(product)
}

fn plus(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_add(b).filter(|sum| sum.scale() == a.scale().max(b.scale()))
}

/// The calendar's periods between two days: first day, last day, whether the whole period lies between.
pub(super) fn periods(from: Date, until: Date, months: i8) -> Vec<(Date, Date, bool)> {
    let mut periods = Vec::new();
    let mut start = Some(from.start_of(months));
    while let Some(first) = start.filter(|first| *first <= until) {
        let next = first.plus_months(i32::from(months));
        let last = next.and_then(|next| next.plus_days(-1));
        let is_whole = first >= from && last.is_some_and(|last| last <= until);
        periods.push((first.max(from), last.unwrap_or(until).min(until), is_whole));
        start = next;
    }
    periods
}

fn bill(line: &Timeline<'_>, (from, to, is_whole): (Date, Date, bool)) -> PeriodCost {
    let terms = &line.pool.terms;
    let used = line.most_used(from, to);
    let assumed = line.assumed_seats(from);
    let committed = terms.committed.map(|seats| seats.saturating_add_signed(assumed)).or_else(|| line.owned_on(from));
    let over = committed.map(|committed| used.saturating_sub(committed));
    let price = |seats: Option<u64>, price: Option<Decimal>| times(seats?, price?);
    let over_cost = match over {
        // None cost nothing, whatever one would cost.
        Some(0) => times(0, terms.over_price.unwrap_or_default()),
        _ if line.pool.over == Some(OveragePolicy::Blocked) => None,
        over => price(over, terms.over_price),
    };
    PeriodCost { from, to, is_whole, committed, used, over, committed_cost: price(committed, terms.price), over_cost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let day = |text| Date::parse(text, None).expect("a date");
        let told = |from, until, months| {
            let periods = periods(day(from), day(until), months);
            periods.iter().map(|(from, to, whole)| format!("{from} {to} {whole}")).collect::<Vec<_>>()
        };
        let expected = ["2027-01-31 2027-01-31 false", "2027-02-01 2027-02-28 true", "2027-03-01 2027-03-30 false"];
        assert_eq!(told("2027-01-31", "2027-03-30", 1), expected);
        assert_eq!(told("2027-01-01", "2027-06-30", 3), ["2027-01-01 2027-03-31 true", "2027-04-01 2027-06-30 true"]);
        assert_eq!(told("2028-02-29", "2028-02-29", 12), ["2028-02-29 2028-02-29 false"]);
    }
}
