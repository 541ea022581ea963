//! What capacity reports say in words, the same in every form that has words.

use rust_decimal::Decimal;

use crate::capacity::accounts::Change;
use crate::capacity::cost::Cost;
use crate::capacity::reclaim::{Candidate, Sign};
use crate::capacity::trend::{Exhaustion, Forecast, Growth, Trend};
use crate::capacity::{Cause, License};
use crate::record::pool::OveragePolicy;
use crate::report::ledger::plural;

/// Seats on the as-of date.
pub(super) fn now(license: &License) -> String {
    let used = &license.used;
    let least = if used.doubt.is_none() { "" } else { "at least " };
    let owned = license.owned.map_or_else(String::new, |owned| format!(" of {owned}"));
    let split = format!("{}, {}", plural(used.api_users, "API user"), people(used.people));
    let state = match (license.free(), license.beyond()) {
        (Some(_), Some(beyond)) if beyond > 0 => format!("{beyond} over"),
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

/// When the licence runs out, and the most it uses.
pub(super) fn ahead(license: &License) -> String {
    let (used, on) = license.peak;
    let out = match (license.first_over, license.owned) {
        (Some(day), _) => format!("runs out on {day}"),
        (None, Some(_)) => "does not run out".to_owned(),
        (None, None) => "may run out".to_owned(),
    };
    format!("{out}; at most {used} used, first on {on}")
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
pub(super) fn cause(cause: &Cause) -> (char, String) {
    let file = cause.file.as_ref().map_or_else(String::new, |file| format!(" ({file})"));
    let key = &cause.key;
    match cause.change {
        Change::Activate => ('+', format!("{key} begins{file}")),
        Change::Deactivate => ('-', format!("{key} ends{file}")),
        Change::Release => ('-', format!("{key} gives its seat back by plan{file}")),
        Change::Seats => ('=', format!("{} are owned{file}", plural(cause.count, "seat"))),
        Change::WhatIfMore => ('+', format!("what if: {} more with the role {key}", cause.count)),
        Change::WhatIfLess => ('-', format!("what if: {} fewer with the role {key}", cause.count)),
    }
}

/// How use has grown, and what that lets expect.
pub(super) fn trend(trend: &Trend) -> Vec<String> {
    let points: Vec<_> = trend.points.iter().map(|point| format!("{} on {}", point.used, point.on)).collect();
    let mut lines = vec![format!("used before: {}", points.join(", "))];
    match &trend.forecast {
        Err(reason) => lines.push(format!("no forecast: {reason}")),
        Ok(Forecast { growth, exhausted }) => {
            lines.push(format!("growth: {} (95 % confidence)", growth_in_words(*growth)));
            lines.push(format!("at this rate: {}", exhausted_in_words(*exhausted)));
        }
    }
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
            format!("the last seat is taken between {from} and {to}")
        }
        Exhaustion::Between { earliest: Some(from), latest: None, horizon } => {
            format!("the last seat is taken on {from} at the earliest, and perhaps not before {horizon}")
        }
        Exhaustion::Between { earliest: None, horizon, .. } => {
            format!("no sign that the seats run out before {horizon}")
        }
    }
}

/// An amount with its currency.
pub(super) fn money(amount: Decimal, cost: &Cost) -> String {
    let currency = cost.terms.currency.as_ref().map_or_else(String::new, |currency| format!(" {currency}"));
    format!("{amount}{currency}")
}

/// What the licence costs.
pub(super) fn cost(cost: &Cost) -> Vec<String> {
    let least = if cost.is_exact { "" } else { "at least " };
    let mut lines = Vec::new();
    if let Some(total) = cost.committed_total {
        lines.push(format!("committed: {}, billed {}", money(total, cost), cost.terms.period.word()));
    }
    if let Some(total) = cost.over_total {
        lines.push(format!("over-use: {least}{}, each period by its highest use", money(total, cost)));
    }
    let partly = cost.bills.iter().filter(|bill| !bill.is_whole).count() as u64;
    if partly > 0 {
        lines.push(format!("{} of {} seen only in part", plural(partly, "period"), cost.bills.len()));
    }
    lines.extend(cost.reason.map(|reason| format!("incomplete: {reason}")));
    lines
}

/// Why a seat could be given back.
pub(super) fn reasons(candidate: &Candidate) -> String {
    candidate.signs.iter().copied().map(Sign::reason).collect::<Vec<_>>().join("; ")
}

/// Where a candidate is: `people.csv, record 12`.
pub(super) fn place(candidate: &Candidate) -> String {
    format!("{}, record {}", candidate.subject.file, candidate.subject.number)
}

/// How many candidates there are.
pub(super) fn candidates(count: usize) -> String {
    plural(count as u64, "candidate")
}
