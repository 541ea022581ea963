//! What capacity reports say in words, the same in every form that has words.

use rust_decimal::Decimal;

use crate::capacity::accounts::SeatChangeKind;
use crate::capacity::advice::{AddedCost, Advice};
use crate::capacity::cost::{Cost, PeriodCost};
use crate::capacity::reclaim::{ReclaimCandidate, ReclaimSign};
use crate::capacity::trend::{Exhaustion, Growth, Trend};
use crate::capacity::what_if::{AssumedSubject, WhatIf};
use crate::capacity::{Capacity, License, StepCause};
use crate::diagnostic::RecordRef;
use crate::record::date::Date;
use crate::record::pool::{BillingPeriod, LicenseTerms, OveragePolicy};
use crate::report::ledger::lines::plural;

/// The most accounts that advice names.
const MAX_KEYS: usize = 6;

/// Seats on the as-of date.
pub(super) fn now(license: &License) -> String {
    let used = &license.used;
    let least = if used.doubt.is_none() { "" } else { "at least " };
    let owned = license.owned.map_or_else(String::new, |owned| format!(" of {owned}"));
    let split = format!("{}, {}", plural(used.api_users, "API user"), people(used.people));
    let state = match (license.free(), license.beyond()) {
        (Some(_), Some(beyond)) if beyond > 0 => format!("{beyond} over"),
        (Some(0), _) => "full".to_owned(),
        (Some(free), _) if used.doubt.is_some() => format!("at most {free} free"),
        (Some(free), _) => format!("{free} free"),
        (None, _) => "the number owned is not declared".to_owned(),
    };
    let over = match license.over {
        Some(OveragePolicy::Billed) => "; over-use is billed",
        Some(OveragePolicy::Blocked) => "; over-use is blocked",
        None => "",
    };
    format!("{least}{}{owned} seats used ({split}): {state}{over}", used.total())
}

fn people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// When the licence is full and when it is over, up to the last day, and the most it uses.
pub(super) fn ahead(license: &License, until: Date) -> String {
    let (used, on) = license.peak;
    let full = license.first_full.filter(|full| license.first_over.is_none_or(|over| *full < over));
    let full = full.map(|day| format!("full from {day}"));
    let over = match (license.first_over, license.owned) {
        (Some(day), _) => format!("over from {day}"),
        (None, Some(_)) => format!("not over until {until}"),
        (None, None) => format!("it is not known whether it is over until {until}"),
    };
    let ahead: Vec<String> = full.into_iter().chain([over]).collect();
    format!("{}; at most {used} used, first on {on}", ahead.join(", "))
}

/// What was assumed; `None` if nothing was.
pub(super) fn assumptions(capacity: &Capacity) -> Option<String> {
    let one = |what_if: &WhatIf| {
        let (count, on) = (what_if.change.unsigned_abs(), what_if.on);
        let more = if what_if.change < 0 { "fewer" } else { "more" };
        match &what_if.subject {
            AssumedSubject::Role(role) => {
                let accounts = if count == 1 { "account" } else { "accounts" };
                format!("{count} {more} {accounts} with the role {role} from {on}")
            }
            AssumedSubject::Seats(license) => {
                let seats = if count == 1 { "seat" } else { "seats" };
                format!("{count} {more} {seats} of {license} from {on}")
            }
        }
    };
    let all: Vec<_> = capacity.what_ifs.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("Assumed: {}", all.join(", ")))
}

/// What would happen without what was assumed.
pub(super) fn without_assumptions(license: &License) -> Option<String> {
    let without = license.without_assumptions.as_ref()?;
    let (used, on) = without.peak;
    let over = match (without.first_over, license.owned) {
        (Some(day), _) => format!("over from {day}"),
        (None, Some(_)) => "not over".to_owned(),
        (None, None) => "it is not known whether it is over".to_owned(),
    };
    let cost = without.over_total.zip(license.cost.as_ref());
    let cost = cost.map_or_else(String::new, |(total, cost)| format!("; over-use {}", money(total, &cost.terms)));
    Some(format!("without what is assumed: {over}, at most {used} used, first on {on}{cost}"))
}

/// What to do, the first choice first.
pub(super) fn advice(license: &License, capacity: &Capacity) -> Vec<String> {
    let mut lines: Vec<String> = license.advice.iter().map(|one| action(one, capacity.until)).collect();
    let candidates = capacity.reclaim.candidates.iter().filter(|one| one.license == license.name).count();
    if license.first_over.is_some() && candidates > 0 {
        lines.push(format!("give seats back: {} below", self::candidates(candidates)));
    }
    let is_first = |at: usize| if at == 0 { "to do" } else { "or" };
    lines.iter().enumerate().map(|(at, line)| format!("{}: {line}", is_first(at))).collect()
}

fn action(advice: &Advice<RecordRef>, until: Date) -> String {
    let price = |cost: &Option<AddedCost>| {
        let Some(cost) = cost else { return String::new() };
        if cost.total.is_zero() {
            return ", at no cost".to_owned();
        }
        let (terms, period) = (&cost.terms, period(cost.terms.period));
        let (one, all) = (money(cost.per_period, terms), money(cost.total, terms));
        format!("; {one} a {period} more, {all} for all {} until {until}", plural(cost.periods, period))
    };
    match advice {
        Advice::Buy { seats, by, cost } => format!("buy {} by {by}{}", plural(*seats, "seat"), price(cost)),
        Advice::Postpone { accounts, to, cost } => {
            let keys: Vec<_> = accounts.iter().take(MAX_KEYS).map(|account| account.key.as_str()).collect();
            let more = accounts.len() - keys.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("let {}{more} begin on {to} or later{}", keys.join(", "), price(cost))
        }
    }
}

const fn period(period: BillingPeriod) -> &'static str {
    match period {
        BillingPeriod::Monthly => "month",
        BillingPeriod::Quarterly => "quarter",
        BillingPeriod::Annually => "year",
    }
}

/// What plans add; empty if there are none.
pub(super) fn plans(license: &License) -> Option<String> {
    let one = |(file, adds): &(String, i64)| match adds {
        0 => format!("{file} changes nothing"),
        adds if *adds < 0 => format!("{file} takes {} away", adds.unsigned_abs()),
        adds => format!("{file} adds {adds}"),
    };
    let all: Vec<_> = license.plans.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("on the last day: {}", all.join(", ")))
}

/// What changes, as a sign and words.
pub(super) fn cause(cause: &StepCause) -> (char, String) {
    let file = cause.file.as_ref().map_or_else(String::new, |file| format!(" ({file})"));
    let key = &cause.key;
    match cause.change {
        SeatChangeKind::Activate => ('+', format!("{key} begins{file}")),
        SeatChangeKind::Deactivate => ('-', format!("{key} ends{file}")),
        SeatChangeKind::Release => ('-', format!("{key} gives its seat back by plan{file}")),
        SeatChangeKind::Seats => {
            let file = cause.file.as_ref().map_or_else(|| " (assumed)".to_owned(), |_| file.clone());
            ('=', format!("{} are owned{file}", plural(cause.count, "seat")))
        }
        SeatChangeKind::WhatIfMore => ('+', format!("what if: {} more with the role {key}", cause.count)),
        SeatChangeKind::WhatIfLess => ('-', format!("what if: {} fewer with the role {key}", cause.count)),
    }
}

/// How use has grown, and what that lets expect.
pub(super) fn trend(trend: &Trend) -> Vec<String> {
    let points: Vec<_> = trend.points.iter().map(|point| format!("{} on {}", point.used, point.on)).collect();
    let mut lines = vec![format!("used before: {}", points.join(", "))];
    lines.extend(trend.growth.map(|growth| format!("growth: {} (95 % confidence)", growth_in_words(growth))));
    lines.push(match &trend.forecast {
        Err(reason) => format!("no forecast: {reason}"),
        Ok(exhausted) => format!("at this rate: {}", exhausted_in_words(*exhausted)),
    });
    lines
}

fn growth_in_words(growth: Growth) -> String {
    let rounded = |seats: f64| {
        let text = format!("{seats:+.1}");
        if text == "-0.0" { "+0.0".to_owned() } else { text }
    };
    format!("{} seats a month, between {} and {}", rounded(growth.estimate), rounded(growth.low), rounded(growth.high))
}

fn exhausted_in_words(exhausted: Exhaustion) -> String {
    match exhausted {
        Exhaustion::Already => "every seat is used already".to_owned(),
        Exhaustion::Unknown => "the number of seats owned is not declared".to_owned(),
        Exhaustion::Between { earliest: Some(from), latest: Some(to), .. } => {
            format!("full between {from} and {to}")
        }
        Exhaustion::Between { earliest: Some(from), latest: None, horizon } => {
            format!("full on {from} at the earliest, and perhaps not before {horizon}")
        }
        Exhaustion::Between { earliest: None, horizon, .. } => {
            format!("no sign that it is full before {horizon}")
        }
    }
}

/// An amount with its currency.
pub(super) fn money(amount: Decimal, terms: &LicenseTerms) -> String {
    let currency = terms.currency.as_ref().map_or_else(String::new, |currency| format!(" {currency}"));
    format!("{amount}{currency}")
}

/// What the licence costs, for one period and for all.
pub(super) fn cost(cost: &Cost) -> Vec<String> {
    let (terms, period) = (&cost.terms, period(cost.terms.period));
    let all = format!("for all {}", plural(cost.bills.len() as u64, period));
    let mut lines = Vec::new();
    if let Some(total) = cost.committed_total {
        lines.push(format!("committed: {}; {} {all}", per_period(cost, period), money(total, terms)));
    }
    if let Some(total) = cost.over_total {
        let least = if cost.is_exact { "" } else { "at least " };
        lines.push(format!("over-use: {least}{} {all}, each by its highest use", money(total, terms)));
    }
    let partly = cost.bills.iter().filter(|bill| !bill.is_whole).count() as u64;
    if partly > 0 && !lines.is_empty() {
        lines.push(format!("{} of {} seen only in part", plural(partly, period), cost.bills.len()));
    }
    lines.extend(cost.reason.map(|reason| format!("incomplete: {reason}")));
    lines
}

/// `558.00 EUR a month, 744.00 EUR from 2027-03-01`.
fn per_period(cost: &Cost, period: &str) -> String {
    let same = cost.bills.chunk_by(|a, b| a.committed_cost == b.committed_cost);
    let price =
        |bill: &PeriodCost| bill.committed_cost.map_or_else(|| "?".to_owned(), |cost_| money(cost_, &cost.terms));
    let prices = same.map(|bills| &bills[0]).enumerate().map(|(at, bill)| match at {
        0 => format!("{} a {period}", price(bill)),
        _ => format!("{} from {}", price(bill), bill.from),
    });
    prices.collect::<Vec<_>>().join(", ")
}

/// Why a seat could be given back.
pub(super) fn reasons(candidate: &ReclaimCandidate) -> String {
    candidate.signs.iter().copied().map(ReclaimSign::reason).collect::<Vec<_>>().join("; ")
}

/// Where a candidate is: `people.csv, record 12`.
pub(super) fn place(candidate: &ReclaimCandidate) -> String {
    format!("{}, record {}", candidate.subject.file, candidate.subject.number)
}

/// How many candidates there are.
pub(super) fn candidates(count: usize) -> String {
    plural(count as u64, "candidate")
}
