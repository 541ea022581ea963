//! The report for programs, `rolecall.report/1`, described by `schema/report.schema.json`.
//!
//! The wire types are its own: what the engine calls things may change, this may not.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde::ser::SerializeMap;

use super::VERSION;
use super::json_text::{self, Layout};
use crate::diagnostic::{Diagnostic, Label, Outcome};
use crate::engine::Run;
use crate::engine::ledger::{ApiUsersLedger, Hole, InputLedger, SeverityChange, UndeclaredAccount};
use crate::source::Location;

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: Tool,
    product: &'static str,
    as_of: String,
    verdict: &'static str,
    diagnostics: Vec<DiagnosticWire<'a>>,
    outcomes: Vec<OutcomeWire<'a>>,
    seats: Vec<SeatsWire<'a>>,
    ledger: LedgerWire<'a>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
pub(super) struct DiagnosticWire<'a> {
    rule: &'a str,
    severity: &'static str,
    basis: &'static str,
    statements: &'a [String],
    message: &'a str,
    remedy: &'a str,
    outcome: &'static str,
    record: Option<RecordWire<'a>>,
    labels: Vec<LabelWire<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct RecordWire<'a> {
    file: &'a str,
    number: u64,
    key: &'a str,
}

#[derive(Serialize)]
pub(super) struct LabelWire<'a> {
    primary: bool,
    message: &'a str,
    file: &'a str,
    start: LocationWire,
    end: LocationWire,
    sheet: Option<&'a str>,
    cell: Option<&'a str>,
}

#[derive(Serialize)]
struct LocationWire {
    byte: u64,
    line: u64,
    column: u64,
}

#[derive(Serialize)]
pub(super) struct OutcomeWire<'a> {
    rule: &'a str,
    outcome: &'static str,
    judged: u64,
    failed: u64,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct SeatsWire<'a> {
    license: &'a str,
    owned: Option<u64>,
    used: u64,
    planned: u64,
    exact: bool,
}

#[derive(Serialize)]
pub(super) struct LedgerWire<'a> {
    inputs: Vec<InputWire<'a>>,
    api_users: ApiUsersWire<'a>,
    holes: Vec<HoleWire<'a>>,
    rules_off: &'a [String],
    severity_changes: Vec<ChangeWire<'a>>,
}

#[derive(Serialize)]
pub(super) struct InputWire<'a> {
    file: &'a str,
    format: Option<&'static str>,
    encoding: Option<&'static str>,
    sha256: Option<&'a str>,
    bytes: u64,
    records: u64,
    judged: u64,
    left_out: Vec<LeftOutWire<'a>>,
    refused: Vec<RefusedWire<'a>>,
    columns: Columns<'a>,
    unknown_columns: &'a [String],
}

/// Header to field, in the order of the file.
struct Columns<'a>(&'a InputLedger);

impl Serialize for Columns<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.columns.len()))?;
        for (header, field) in &self.0.columns {
            map.serialize_entry(header, field.name())?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct LeftOutWire<'a> {
    reason: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct RefusedWire<'a> {
    number: u64,
    line: u64,
    rule: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct ApiUsersWire<'a> {
    count: u64,
    how: &'a str,
    by_name: Vec<RecordWire<'a>>,
    undeclared: Vec<RecordWire<'a>>,
}

#[derive(Serialize)]
pub(super) struct HoleWire<'a> {
    rule: &'a str,
    reason: &'a str,
    count: u64,
    file: Option<&'a str>,
    line: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct ChangeWire<'a> {
    rule: &'a str,
    from: &'static str,
    to: &'static str,
}

/// What made the report.
pub(super) const TOOL: Tool = Tool { name: "rolecall", version: VERSION };

/// Writes the report as one document, indented, with a line end after it.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        schema: "rolecall.report/1",
        tool: TOOL,
        product: run.product.word(),
        as_of: run.as_of.to_string(),
        verdict: run.verdict.word(),
        diagnostics: run.diagnostics.iter().map(diagnostic).collect(),
        outcomes: run.outcomes.iter().map(outcome).collect(),
        seats: run.seats.iter().map(seats).collect(),
        ledger: ledger(run),
    };
    let mut out = BufWriter::new(out);
    json_text::write(&report, Layout::Indented, &mut out)?;
    out.flush()
}

pub(super) fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticWire<'_> {
    DiagnosticWire {
        rule: &diagnostic.rule,
        severity: diagnostic.severity.word(),
        basis: diagnostic.basis.word(),
        statements: &diagnostic.statements,
        message: &diagnostic.message,
        remedy: &diagnostic.remedy,
        outcome: Outcome::Fail.word(),
        record: diagnostic.subject.as_ref().map(|subject| RecordWire {
            file: &subject.file,
            number: subject.number,
            key: &subject.key,
        }),
        labels: diagnostic.labels.iter().enumerate().map(|(number, found)| label(found, number == 0)).collect(),
        fingerprint: &diagnostic.fingerprint,
    }
}

pub(super) fn label(label: &Label, primary: bool) -> LabelWire<'_> {
    let location =
        |location: Location| LocationWire { byte: location.byte, line: location.line, column: location.column };
    LabelWire {
        primary,
        message: &label.message,
        file: &label.file,
        start: location(label.start),
        end: location(label.end),
        sheet: label.cell.as_ref().map(|place| place.sheet.as_str()),
        cell: label.cell.as_ref().map(|place| place.cell.as_str()),
    }
}

pub(super) fn outcome(one: &crate::engine::ledger::RuleOutcome) -> OutcomeWire<'_> {
    OutcomeWire {
        rule: &one.rule,
        outcome: one.outcome.word(),
        judged: one.judged,
        failed: one.failed,
        reason: one.reason.as_deref(),
    }
}

pub(super) fn seats(count: &crate::engine::ledger::SeatCount) -> SeatsWire<'_> {
    SeatsWire {
        license: &count.license,
        owned: count.owned,
        used: count.used,
        planned: count.planned,
        exact: count.exact,
    }
}

pub(super) fn ledger(run: &Run) -> LedgerWire<'_> {
    let ledger = &run.ledger;
    LedgerWire {
        inputs: ledger.inputs.iter().map(input).collect(),
        api_users: api_users(&ledger.api_users),
        holes: ledger.holes.iter().map(hole).collect(),
        rules_off: &ledger.rules_off,
        severity_changes: ledger.severity_changes.iter().map(change).collect(),
    }
}

pub(super) fn api_users(found: &ApiUsersLedger) -> ApiUsersWire<'_> {
    ApiUsersWire {
        count: found.count,
        how: &found.how,
        by_name: found.by_name.iter().map(account).collect(),
        undeclared: found.undeclared.iter().map(account).collect(),
    }
}

pub(super) fn change(change: &SeverityChange) -> ChangeWire<'_> {
    ChangeWire { rule: &change.rule, from: change.from.word(), to: change.to.word() }
}

pub(super) fn input(input: &InputLedger) -> InputWire<'_> {
    InputWire {
        file: &input.file,
        format: input.format,
        encoding: input.encoding,
        sha256: input.sha256.as_deref(),
        bytes: input.bytes,
        records: input.records,
        judged: input.judged,
        left_out: input.left_out.iter().map(|left| LeftOutWire { reason: &left.reason, count: left.count }).collect(),
        refused: input
            .refused
            .iter()
            .map(|one| RefusedWire { number: one.number, line: one.line, rule: one.rule, reason: &one.reason })
            .collect(),
        columns: Columns(input),
        unknown_columns: &input.unknown_columns,
    }
}

fn account(account: &UndeclaredAccount) -> RecordWire<'_> {
    RecordWire { file: &account.file, number: account.number, key: &account.key }
}

pub(super) fn hole(hole: &Hole) -> HoleWire<'_> {
    HoleWire { rule: &hole.rule, reason: &hole.reason, count: hole.count, file: hole.file.as_deref(), line: hole.line }
}
