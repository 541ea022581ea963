//! The capacity report for programs, `rolecall.capacity/1`, described by `schema/capacity.schema.json`.
//!
//! Money is a string, so that no reader takes it for a binary fraction.

use std::io::{self, BufWriter, Write};

use rust_decimal::Decimal;
use serde::Serialize;

use super::CapacityReport;
use super::words::reasons;
use crate::capacity::cost::{Bill, Cost};
use crate::capacity::demand::Reserve;
use crate::capacity::reclaim::Candidate;
use crate::capacity::trend::{CONFIDENCE, Exhausted, Growth, Observed, Trend};
use crate::capacity::what_if::WhatIf;
use crate::capacity::{Cause, License, Step};
use crate::record::date::Date;
use crate::record::pool::OveragePolicy;
use crate::report::json::{self, DiagnosticWire, LabelWire, LedgerWire, TOOL, Tool};
use crate::report::json_text::{self, Layout};

#[derive(Serialize)]
struct ReportWire<'a> {
    schema: &'static str,
    tool: Tool,
    product: &'static str,
    as_of: String,
    until: String,
    verdict: &'static str,
    licenses: Vec<LicenseWire<'a>>,
    reclaim: Vec<CandidateWire<'a>>,
    reclaim_beyond: u64,
    what_ifs: Vec<WhatIfWire<'a>>,
    require_free: Option<ReserveWire>,
    diagnostics: Vec<DiagnosticWire<'a>>,
    ledger: LedgerWire<'a>,
}

#[derive(Serialize)]
struct LicenseWire<'a> {
    license: &'a str,
    owned: Option<u64>,
    over: Option<&'static str>,
    used: UsedWire<'a>,
    free: Option<u64>,
    beyond: Option<u64>,
    steps: Vec<StepWire<'a>>,
    peak: PeakWire,
    first_over: Option<String>,
    plans: Vec<PlanWire<'a>>,
    trend: Option<TrendWire<'a>>,
    cost: Option<CostWire<'a>>,
}

#[derive(Serialize)]
struct UsedWire<'a> {
    total: u64,
    api_users: u64,
    people: u64,
    exact: bool,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct StepWire<'a> {
    on: String,
    owned: Option<u64>,
    used: u64,
    because: Vec<CauseWire<'a>>,
    others: u64,
}

#[derive(Serialize)]
struct CauseWire<'a> {
    change: &'static str,
    key: &'a str,
    file: Option<&'a str>,
    count: u64,
}

#[derive(Serialize)]
struct PeakWire {
    used: u64,
    on: String,
}

#[derive(Serialize)]
struct PlanWire<'a> {
    file: &'a str,
    adds: i64,
}

#[derive(Serialize)]
struct TrendWire<'a> {
    points: Vec<PointWire<'a>>,
    confidence: f64,
    growth_per_month: Option<GrowthWire>,
    exhausted: Option<ExhaustedWire>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct PointWire<'a> {
    on: String,
    used: u64,
    exact: bool,
    file: Option<&'a str>,
}

#[derive(Serialize)]
struct GrowthWire {
    estimate: f64,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct ExhaustedWire {
    state: &'static str,
    earliest: Option<String>,
    latest: Option<String>,
    horizon: Option<String>,
}

#[derive(Serialize)]
struct CostWire<'a> {
    currency: Option<&'a str>,
    period: &'static str,
    price: Option<String>,
    over_price: Option<String>,
    bills: Vec<BillWire>,
    committed_total: Option<String>,
    over_total: Option<String>,
    exact: bool,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct BillWire {
    from: String,
    to: String,
    whole: bool,
    committed: Option<u64>,
    used: u64,
    over: Option<u64>,
    committed_cost: Option<String>,
    over_cost: Option<String>,
}

#[derive(Serialize)]
struct CandidateWire<'a> {
    license: &'a str,
    key: &'a str,
    file: &'a str,
    record: u64,
    signs: Vec<&'static str>,
    reason: String,
    labels: Vec<LabelWire<'a>>,
}

#[derive(Serialize)]
struct WhatIfWire<'a> {
    role: &'a str,
    accounts: i64,
    on: String,
}

#[derive(Serialize)]
struct ReserveWire {
    seats: Option<u64>,
    percent: Option<u64>,
}

/// Writes the report as one document, indented, with a line end after it.
///
/// # Errors
/// What the writer says.
pub fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, capacity) = (report.report.run, report.capacity);
    let wire = ReportWire {
        schema: "rolecall.capacity/1",
        tool: TOOL,
        product: run.product.word(),
        as_of: run.as_of.to_string(),
        until: capacity.until.to_string(),
        verdict: run.verdict.word(),
        licenses: capacity.licenses.iter().map(license).collect(),
        reclaim: capacity.reclaim.candidates.iter().map(candidate).collect(),
        reclaim_beyond: capacity.reclaim.beyond,
        what_ifs: capacity.what_ifs.iter().map(what_if).collect(),
        require_free: capacity.reserve.map(reserve),
        diagnostics: run.diagnostics.iter().map(json::diagnostic).collect(),
        ledger: json::ledger(run),
    };
    let mut out = BufWriter::new(out);
    json_text::write(&wire, Layout::Indented, &mut out)?;
    out.flush()
}

fn text(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

fn money(amount: Option<Decimal>) -> Option<String> {
    amount.map(|amount| amount.to_string())
}

fn license(one: &License) -> LicenseWire<'_> {
    let used = &one.used;
    LicenseWire {
        license: &one.name,
        owned: one.owned,
        over: one.over.map(OveragePolicy::word),
        used: UsedWire {
            total: used.total(),
            api_users: used.api_users,
            people: used.people,
            exact: used.doubt.is_none(),
            reason: used.doubt.as_deref(),
        },
        free: one.free(),
        beyond: one.beyond(),
        steps: one.steps.iter().map(step).collect(),
        peak: PeakWire { used: one.peak.0, on: one.peak.1.to_string() },
        first_over: text(one.first_over),
        plans: one.plans.iter().map(|(file, adds)| PlanWire { file, adds: *adds }).collect(),
        trend: one.trend.as_ref().map(trend),
        cost: one.cost.as_ref().map(cost),
    }
}

fn step(step: &Step) -> StepWire<'_> {
    StepWire {
        on: step.on.to_string(),
        owned: step.owned,
        used: step.used,
        because: step.because.iter().map(cause).collect(),
        others: step.others,
    }
}

fn cause(one: &Cause) -> CauseWire<'_> {
    CauseWire { change: one.change.word(), key: &one.key, file: one.file.as_deref(), count: one.count }
}

fn point(one: &Observed) -> PointWire<'_> {
    PointWire { on: one.on.to_string(), used: one.used, exact: one.doubt.is_none(), file: one.file.as_deref() }
}

fn trend(trend: &Trend) -> TrendWire<'_> {
    let outlook = trend.outlook.as_ref();
    TrendWire {
        points: trend.points.iter().map(point).collect(),
        confidence: CONFIDENCE,
        growth_per_month: outlook.ok().map(|outlook| growth(outlook.growth)),
        exhausted: outlook.ok().map(|outlook| exhausted(outlook.exhausted)),
        reason: outlook.err().map(String::as_str),
    }
}

/// Thousandths of a seat: what is beyond them differs from machine to machine.
fn growth(growth: Growth) -> GrowthWire {
    let rounded = |seats: f64| (seats * 1000.0).round() / 1000.0 + 0.0;
    GrowthWire { estimate: rounded(growth.estimate), low: rounded(growth.low), high: rounded(growth.high) }
}

fn exhausted(exhausted: Exhausted) -> ExhaustedWire {
    let plain = |state| ExhaustedWire { state, earliest: None, latest: None, horizon: None };
    match exhausted {
        Exhausted::Already => plain("already"),
        Exhausted::Unknown => plain("unknown"),
        Exhausted::Between { earliest, latest, horizon } => ExhaustedWire {
            state: "between",
            earliest: text(earliest),
            latest: text(latest),
            horizon: Some(horizon.to_string()),
        },
    }
}

fn cost(cost: &Cost) -> CostWire<'_> {
    CostWire {
        currency: cost.terms.currency.as_deref(),
        period: cost.terms.period.word(),
        price: money(cost.terms.price),
        over_price: money(cost.terms.over_price),
        bills: cost.bills.iter().map(bill).collect(),
        committed_total: money(cost.committed_total),
        over_total: money(cost.over_total),
        exact: cost.is_exact,
        reason: cost.reason,
    }
}

fn bill(bill: &Bill) -> BillWire {
    BillWire {
        from: bill.from.to_string(),
        to: bill.to.to_string(),
        whole: bill.is_whole,
        committed: bill.committed,
        used: bill.used,
        over: bill.over,
        committed_cost: money(bill.committed_cost),
        over_cost: money(bill.over_cost),
    }
}

fn candidate(one: &Candidate) -> CandidateWire<'_> {
    CandidateWire {
        license: &one.license,
        key: &one.subject.key,
        file: &one.subject.file,
        record: one.subject.number,
        signs: one.signs.iter().map(|sign| sign.word()).collect(),
        reason: reasons(one),
        labels: one.labels.iter().enumerate().map(|(number, label)| json::label(label, number == 0)).collect(),
    }
}

fn what_if(one: &WhatIf) -> WhatIfWire<'_> {
    WhatIfWire { role: &one.role, accounts: one.seats, on: one.on.to_string() }
}

const fn reserve(reserve: Reserve) -> ReserveWire {
    match reserve {
        Reserve::Seats(seats) => ReserveWire { seats: Some(seats), percent: None },
        Reserve::Percent(percent) => ReserveWire { seats: None, percent: Some(percent) },
    }
}
