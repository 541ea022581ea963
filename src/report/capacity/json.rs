//! The capacity report for programs, `rolecall.capacity/1`, described by `schema/capacity.schema.json`.
//!
//! Money is a string, so that no reader takes it for a binary fraction.

use std::io::{self, BufWriter, Write};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::wording::reasons;
use super::{CapacityReport, runs};
use crate::capacity::advice::{AddedCost, Advice};
use crate::capacity::cost::{Cost, PeriodCost};
use crate::capacity::demand::Reserve;
use crate::capacity::reclaim::ReclaimCandidate;
use crate::capacity::trend::{CONFIDENCE, Exhaustion, Growth, Trend};
use crate::capacity::what_if::{AssumedSubject, WhatIf};
use crate::capacity::{License, LicenseHolder, TimelineStep};
use crate::diagnostic::RecordRef;
use crate::record::date::Date;
use crate::record::pool::OveragePolicy;
use crate::report::json::{DiagnosticJson, LabelJson, ledger};
use crate::report::json_runs::write_runs;
use crate::report::json_text::{self, Layout, tool};
use crate::report::ledger::lines::account_kind;

/// Writes the report as one document, indented, with a line end after it.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&document(report), Layout::Indented, &mut out)?;
    out.flush()
}

/// Writes the reports of several runs as one document.
pub(super) fn write_all(reports: &[CapacityReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    write_runs(&runs(reports), reports.iter().map(document).collect(), out)
}

fn document(report: &CapacityReport<'_>) -> Value {
    let (run, capacity) = (report.report.run, report.capacity);
    json!({
        "schema": "rolecall.capacity/1",
        "tool": tool(),
        "product": run.product.word(),
        "as_of": run.as_of.to_string(),
        "until": capacity.until.to_string(),
        "verdict": run.verdict.word(),
        "what_ifs": capacity.what_ifs.iter().map(what_if).collect::<Vec<_>>(),
        "licenses": capacity.licenses.iter().map(license).collect::<Vec<_>>(),
        "reclaim": capacity.reclaim.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "reclaim_beyond": capacity.reclaim.beyond,
        "require_free": capacity.reserve.map(|reserve| match reserve {
            Reserve::Seats(seats) => json!({ "seats": seats, "percent": null }),
            Reserve::Percent(percent) => json!({ "seats": null, "percent": percent }),
        }),
        "diagnostics": run.diagnostics.iter().map(DiagnosticJson::new).collect::<Vec<_>>(),
        "ledger": ledger(run),
    })
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
        "holders": one.holders.listed.iter().map(holder).collect::<Vec<_>>(),
        "holders_more": one.holders.more,
        "advice": one.advice.iter().map(advice).collect::<Vec<_>>(),
        "without_assumptions": one.without_assumptions.as_ref().map(|without| json!({
            "peak": { "used": without.peak.0, "on": without.peak.1.to_string() },
            "first_over": text(without.first_over),
            "over_total": money(without.over_total),
        })),
    })
}

fn what_if(one: &WhatIf) -> Value {
    let (change, on) = (one.change, one.on.to_string());
    match &one.subject {
        AssumedSubject::Role(role) => json!({ "role": role, "accounts": change, "on": on }),
        AssumedSubject::Seats(license) => json!({ "license": license, "seats": change, "on": on }),
    }
}

fn holder(one: &LicenseHolder) -> Value {
    let RecordRef { key, file, number } = &one.subject;
    let kind = account_kind(one.is_api_user);
    json!({ "key": key, "file": &**file, "number": number, "kind": kind, "since": text(one.since) })
}

fn advice(one: &Advice<RecordRef>) -> Value {
    match one {
        Advice::Buy { seats, by, cost } => {
            json!({ "action": "buy", "seats": seats, "by": by.to_string(), "cost": cost.as_ref().map(added_cost) })
        }
        Advice::Postpone { accounts, to, cost } => {
            let account = |one: &RecordRef| json!({ "key": one.key, "file": &*one.file, "number": one.number });
            let accounts: Vec<_> = accounts.iter().map(account).collect();
            let cost = cost.as_ref().map(added_cost);
            json!({ "action": "postpone", "accounts": accounts, "to": to.to_string(), "cost": cost })
        }
    }
}

fn added_cost(cost: &AddedCost) -> Value {
    json!({
        "currency": cost.terms.currency,
        "period": cost.terms.period.word(),
        "per_period": cost.per_period.to_string(),
        "periods": cost.periods,
        "total": cost.total.to_string(),
    })
}

fn step(step: &TimelineStep) -> Value {
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
    let points = trend.points.iter().map(
        |one| json!({ "on": one.on.to_string(), "used": one.used, "exact": one.doubt.is_none(), "file": one.file }),
    );
    json!({
        "points": points.collect::<Vec<_>>(),
        "confidence": CONFIDENCE,
        "growth_per_month": trend.growth.map(|Growth { estimate, low, high }| json!({
            "estimate": estimate, "low": low, "high": high,
        })),
        "exhausted": trend.forecast.as_ref().ok().copied().map(exhausted),
        "reason": trend.forecast.as_ref().err(),
    })
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

fn bill(bill: &PeriodCost) -> Value {
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

fn candidate(one: &ReclaimCandidate) -> Value {
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
