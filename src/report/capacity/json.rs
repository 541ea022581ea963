//! The capacity report for programs, `rolecall.capacity/1`, described by `schema/capacity.schema.json`.
//!
//! Money is a string, so that no reader takes it for a binary fraction.

use std::io::{self, BufWriter, Write};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::CapacityReport;
use super::phrases::reasons;
use crate::capacity::cost::{Bill, Cost};
use crate::capacity::demand::Reserve;
use crate::capacity::reclaim::Candidate;
use crate::capacity::trend::{CONFIDENCE, Exhaustion, Growth, Trend};
use crate::capacity::{License, Step};
use crate::record::date::Date;
use crate::record::pool::OveragePolicy;
use crate::report::json::{DiagnosticJson, LabelJson, ledger, tool};
use crate::report::json_text::{self, Layout};

/// Writes the report as one document, indented, with a line end after it.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, capacity) = (report.report.run, report.capacity);
    let what_ifs = capacity.what_ifs.iter();
    let document = json!({
        "schema": "rolecall.capacity/1",
        "tool": tool(),
        "product": run.product.word(),
        "as_of": run.as_of.to_string(),
        "until": capacity.until.to_string(),
        "verdict": run.verdict.word(),
        "licenses": capacity.licenses.iter().map(license).collect::<Vec<_>>(),
        "reclaim": capacity.reclaim.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "reclaim_beyond": capacity.reclaim.beyond,
        "what_ifs": what_ifs
            .map(|one| json!({ "role": one.role, "accounts": one.seats, "on": one.on.to_string() }))
            .collect::<Vec<_>>(),
        "require_free": capacity.reserve.map(|reserve| match reserve {
            Reserve::Seats(seats) => json!({ "seats": seats, "percent": null }),
            Reserve::Percent(percent) => json!({ "seats": null, "percent": percent }),
        }),
        "diagnostics": run.diagnostics.iter().map(DiagnosticJson::new).collect::<Vec<_>>(),
        "ledger": ledger(run),
    });
    let mut out = BufWriter::new(out);
    json_text::write(&document, Layout::Indented, &mut out)?;
    out.flush()
}

fn text(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

fn money(amount: Option<Decimal>) -> Option<String> {
    amount.map(|amount| amount.to_string())
}

fn license(one: &License) -> Value {
    let used = &one.used;
    json!({
        "license": one.name,
        "owned": one.owned,
        "over": one.over.map(OveragePolicy::word),
        "used": {
            "total": used.total(),
            "api_users": used.api_users,
            "people": used.people,
            "exact": used.doubt.is_none(),
            "reason": used.doubt,
        },
        "free": one.free(),
        "beyond": one.beyond(),
        "steps": one.steps.iter().map(step).collect::<Vec<_>>(),
        "peak": { "used": one.peak.0, "on": one.peak.1.to_string() },
        "first_over": text(one.first_over),
        "plans": one.plans.iter().map(|(file, adds)| json!({ "file": file, "adds": adds })).collect::<Vec<_>>(),
        "trend": one.trend.as_ref().map(trend),
        "cost": one.cost.as_ref().map(cost),
    })
}

fn step(step: &Step) -> Value {
    let because = step.because.iter();
    json!({
        "on": step.on.to_string(),
        "owned": step.owned,
        "used": step.used,
        "because": because
            .map(|one| json!({ "change": one.change.word(), "key": one.key, "file": one.file, "count": one.count }))
            .collect::<Vec<_>>(),
        "others": step.others,
    })
}

fn trend(trend: &Trend) -> Value {
    let forecast = trend.forecast.as_ref();
    let points = trend.points.iter().map(
        |one| json!({ "on": one.on.to_string(), "used": one.used, "exact": one.doubt.is_none(), "file": one.file }),
    );
    json!({
        "points": points.collect::<Vec<_>>(),
        "confidence": CONFIDENCE,
        "growth_per_month": forecast.ok().map(|forecast| growth(forecast.growth)),
        "exhausted": forecast.ok().map(|forecast| exhausted(forecast.exhausted)),
        "reason": forecast.err(),
    })
}

/// Thousandths of a seat: what is beyond them differs from machine to machine.
fn growth(growth: Growth) -> Value {
    let rounded = |seats: f64| (seats * 1000.0).round() / 1000.0 + 0.0;
    json!({ "estimate": rounded(growth.estimate), "low": rounded(growth.low), "high": rounded(growth.high) })
}

fn exhausted(exhausted: Exhaustion) -> Value {
    let (state, earliest, latest, horizon) = match exhausted {
        Exhaustion::Already => ("already", None, None, None),
        Exhaustion::Unknown => ("unknown", None, None, None),
        Exhaustion::Between { earliest, latest, horizon } => ("between", earliest, latest, Some(horizon)),
    };
    json!({ "state": state, "earliest": text(earliest), "latest": text(latest), "horizon": text(horizon) })
}

fn cost(cost: &Cost) -> Value {
    json!({
        "currency": cost.terms.currency,
        "period": cost.terms.period.word(),
        "price": money(cost.terms.price),
        "over_price": money(cost.terms.over_price),
        "bills": cost.bills.iter().map(bill).collect::<Vec<_>>(),
        "committed_total": money(cost.committed_total),
        "over_total": money(cost.over_total),
        "exact": cost.is_exact,
        "reason": cost.reason,
    })
}

fn bill(bill: &Bill) -> Value {
    json!({
        "from": bill.from.to_string(),
        "to": bill.to.to_string(),
        "whole": bill.is_whole,
        "committed": bill.committed,
        "used": bill.used,
        "over": bill.over,
        "committed_cost": money(bill.committed_cost),
        "over_cost": money(bill.over_cost),
    })
}

fn candidate(one: &Candidate) -> Value {
    let labels = one.labels.iter().enumerate();
    json!({
        "license": one.license,
        "key": one.subject.key,
        "file": &*one.subject.file,
        "record": one.subject.number,
        "signs": one.signs.iter().map(|sign| sign.word()).collect::<Vec<_>>(),
        "reason": reasons(one),
        "labels": labels.map(|(number, label)| LabelJson::new(label, number == 0)).collect::<Vec<_>>(),
    })
}
