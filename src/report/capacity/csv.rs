//! The capacity report as one table for spreadsheets: a row for each thing that is said, told apart by `kind`.
//!
//! The verdict and what was not judged come first, so that no filter of rows hides them. No cell is a formula.

use std::io::{self, Write};

use super::CapacityReport;
use super::wording;
use crate::capacity::cost::{Cost, PeriodCost};
use crate::capacity::reclaim::ReclaimCandidate;
use crate::capacity::what_if::{AssumedSubject, WhatIf};
use crate::capacity::{License, TimelineStep};
use crate::record::date::Date;
use crate::report::csv::defused;
use crate::report::ledger::lines::account_kind;
use crate::report::ledger::{EntryKind, entries};
use crate::report::location_text;

const HEADERS: [&str; 18] = [
    "kind",
    "license",
    "on",
    "until",
    "owned",
    "used",
    "api users",
    "people",
    "free",
    "over",
    "exact",
    "change",
    "account",
    "file",
    "record",
    "count",
    "amount",
    "says",
];

/// A row by its columns.
#[derive(Default)]
struct CsvRow {
    kind: &'static str,
    license: String,
    on: Option<Date>,
    until: Option<Date>,
    owned: Option<u64>,
    used: Option<u64>,
    api_users: Option<u64>,
    people: Option<u64>,
    free: Option<u64>,
    over: Option<u64>,
    exact: Option<bool>,
    change: &'static str,
    account: String,
    file: String,
    record: Option<u64>,
    count: Option<i64>,
    amount: String,
    text: String,
}

impl CsvRow {
    fn new(kind: &'static str, license: &str) -> Self {
        Self { kind, license: license.to_owned(), ..Self::default() }
    }

    fn cells(self) -> [String; HEADERS.len()] {
        let date = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
        let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        let exact = self.exact.map_or("", |is_exact| if is_exact { "yes" } else { "at least" });
        let cells = [
            self.kind.to_owned(),
            self.license,
            date(self.on),
            date(self.until),
            number(self.owned),
            number(self.used),
            number(self.api_users),
            number(self.people),
            number(self.free),
            number(self.over),
            exact.to_owned(),
            self.change.to_owned(),
            self.account,
            self.file,
            number(self.record),
            self.count.map_or_else(String::new, |count| count.to_string()),
            self.amount,
            self.text,
        ];
        cells.map(|cell| defused(&cell))
    }
}

/// Writes the table.
pub(super) fn write(report: &CapacityReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS)?;
    for row in rows(report) {
        table.write_record(row.cells())?;
    }
    table.flush()
}

/// Writes several runs as one table, with the tenant in its last column.
pub(super) fn write_all(reports: &[CapacityReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS.into_iter().chain(["tenant"]))?;
    for report in reports {
        let tenant = defused(report.report.run.ledger.tenant.as_deref().unwrap_or_default());
        for row in rows(report) {
            table.write_record(row.cells().iter().chain([&tenant]))?;
        }
    }
    table.flush()
}

fn rows(report: &CapacityReport<'_>) -> Vec<CsvRow> {
    let capacity = report.capacity;
    let (first, rest) = of_account(report);
    let mut rows = first;
    rows.extend(capacity.what_ifs.iter().map(assumed));
    for license in &capacity.licenses {
        of_license(license, report, &mut rows);
    }
    rows.extend(capacity.reclaim.candidates.iter().map(candidate));
    if capacity.reclaim.beyond > 0 {
        let count = i64::try_from(capacity.reclaim.beyond).ok();
        rows.push(CsvRow { count, text: "accounts not examined".to_owned(), ..CsvRow::new("candidates beyond", "") });
    }
    rows.extend(report.report.run.diagnostics.iter().map(|one| {
        let subject = one.subject.as_ref();
        CsvRow {
            account: subject.map_or_else(String::new, |subject| subject.key.clone()),
            record: subject.map(|subject| subject.number),
            file: location_text(one).unwrap_or_default(),
            text: format!("{}: {}: {}", one.severity.word(), one.rule, one.message),
            ..CsvRow::new("finding", "")
        }
    }));
    rows.extend(rest);
    rows
}

fn assumed(what_if: &WhatIf) -> CsvRow {
    let (license, text) = match &what_if.subject {
        AssumedSubject::Role(role) => ("", role.clone()),
        AssumedSubject::Seats(license) => (license.as_str(), "seats".to_owned()),
    };
    CsvRow { on: Some(what_if.on), count: Some(what_if.change), text, ..CsvRow::new("assumed", license) }
}

/// The account of the run: what must not be missed, and the rest.
fn of_account(report: &CapacityReport<'_>) -> (Vec<CsvRow>, Vec<CsvRow>) {
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for entry in entries(&report.report) {
        let is_first = matches!(entry.kind, EntryKind::Verdict | EntryKind::NotJudged);
        // Seats are told below, day by day.
        if entry.kind == EntryKind::Seats {
            continue;
        }
        let row = CsvRow {
            account: entry.account.unwrap_or_default().to_owned(),
            file: entry.file.unwrap_or_default().to_owned(),
            record: entry.record,
            count: entry.count.and_then(|count| i64::try_from(count).ok()),
            text: entry.rule.map_or_else(|| entry.text.clone(), |rule| format!("{rule}: {}", entry.text)),
            ..CsvRow::new(entry.kind.word(), "")
        };
        if is_first { first.push(row) } else { rest.push(row) }
    }
    (first, rest)
}

fn of_license(license: &License, report: &CapacityReport<'_>, rows: &mut Vec<CsvRow>) {
    let name = license.name.as_str();
    rows.push(CsvRow {
        on: Some(report.report.run.as_of),
        until: Some(report.capacity.until),
        owned: license.owned,
        used: Some(license.used.total()),
        api_users: Some(license.used.api_users),
        people: Some(license.used.people),
        free: license.free(),
        over: license.beyond(),
        exact: Some(license.used.doubt.is_none()),
        text: wording::now(license),
        ..CsvRow::new("license", name)
    });
    let until = report.capacity.until;
    rows.push(CsvRow { text: wording::ahead(license, until), on: license.first_over, ..CsvRow::new("ahead", name) });
    rows.extend(wording::without_assumptions(license).map(|text| CsvRow {
        on: license.without_assumptions.as_ref().and_then(|without| without.first_over),
        text,
        ..CsvRow::new("without assumptions", name)
    }));
    rows.extend(
        wording::advice(license, report.capacity)
            .into_iter()
            .map(|text| CsvRow { text, ..CsvRow::new("advice", name) }),
    );
    of_holders(license, rows);
    for step in &license.steps {
        of_step(step, license, rows);
    }
    for (file, adds) in &license.plans {
        rows.push(CsvRow {
            file: file.clone(),
            count: Some(*adds),
            on: Some(report.capacity.until),
            ..CsvRow::new("plan", name)
        });
    }
    of_trend(license, rows);
    if let Some(cost) = &license.cost {
        rows.extend(cost.bills.iter().map(|one| bill(one, cost, name)));
        rows.extend(wording::cost(cost).into_iter().map(|text| CsvRow { text, ..CsvRow::new("cost", name) }));
    }
}

fn of_holders(license: &License, rows: &mut Vec<CsvRow>) {
    rows.extend(license.holders.listed.iter().map(|one| CsvRow {
        account: one.subject.key.clone(),
        file: one.subject.file.to_string(),
        record: Some(one.subject.number),
        on: one.since,
        text: account_kind(one.is_api_user).to_owned(),
        ..CsvRow::new("holder", &license.name)
    }));
    if license.holders.more > 0 {
        let count = i64::try_from(license.holders.more).ok();
        rows.push(CsvRow { count, ..CsvRow::new("holders not listed", &license.name) });
    }
}

fn of_trend(license: &License, rows: &mut Vec<CsvRow>) {
    let Some(trend) = &license.trend else { return };
    let name = license.name.as_str();
    rows.extend(trend.points.iter().map(|point| CsvRow {
        on: Some(point.on),
        used: Some(point.used),
        exact: Some(point.doubt.is_none()),
        file: point.file.clone().unwrap_or_default(),
        ..CsvRow::new("used before", name)
    }));
    rows.extend(wording::trend(trend).into_iter().skip(1).map(|text| CsvRow { text, ..CsvRow::new("trend", name) }));
}

fn of_step(step: &TimelineStep, license: &License, rows: &mut Vec<CsvRow>) {
    rows.push(CsvRow {
        on: Some(step.on),
        owned: step.owned,
        used: Some(step.used),
        free: step.owned.map(|owned| owned.saturating_sub(step.used)),
        over: step.owned.map(|owned| step.used.saturating_sub(owned)),
        ..CsvRow::new("step", &license.name)
    });
    for cause in &step.because {
        rows.push(CsvRow {
            on: Some(step.on),
            change: cause.change.word(),
            account: cause.key.clone(),
            file: cause.file.clone().unwrap_or_default(),
            count: i64::try_from(cause.count).ok(),
            ..CsvRow::new("change", &license.name)
        });
    }
    if step.others > 0 {
        let count = i64::try_from(step.others).ok();
        rows.push(CsvRow { on: Some(step.on), count, ..CsvRow::new("changes not named", &license.name) });
    }
}

fn bill(bill: &PeriodCost, cost: &Cost, license: &str) -> CsvRow {
    let amount = bill.total();
    let part = if bill.is_whole { "" } else { "seen only in part" };
    CsvRow {
        on: Some(bill.from),
        until: Some(bill.to),
        owned: bill.committed,
        used: Some(bill.used),
        over: bill.over,
        exact: Some(cost.is_exact && bill.is_whole),
        amount: amount.map_or_else(String::new, |amount| wording::money(amount, &cost.terms)),
        text: part.to_owned(),
        ..CsvRow::new("bill", license)
    }
}

fn candidate(one: &ReclaimCandidate) -> CsvRow {
    CsvRow {
        account: one.subject.key.clone(),
        file: one.subject.file.to_string(),
        record: Some(one.subject.number),
        text: wording::reasons(one),
        ..CsvRow::new("candidate", &one.license)
    }
}
