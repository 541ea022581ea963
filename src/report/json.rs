//! The report for programs, `rolecall.report/1`, described by `schema/report.schema.json`.
//!
//! The form is its own: what the engine calls things may change, this may not. Findings have types of their own, since
//! there can be very many of them.

mod accepted;

use std::io::{self, BufWriter, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use accepted::{ComparisonJson, WaiverJson, WaiverUseJson, waiver};
pub(super) use accepted::{baseline_use, waiver_use};

use super::json_runs::write_runs;
use super::json_text::{self, Layout, tool};
use super::ledger::lines::account_kind;
use super::{Report, runs};
use crate::config::GivenOption;
use crate::config::selection::LeftAlone;
use crate::diagnostic::acceptance::Acceptance;
use crate::diagnostic::identification::{FindingDetails, Identification};
use crate::diagnostic::{Diagnostic, Label};
use crate::engine::Run;
use crate::engine::ledger::{
    ApiUsersLedger, ConfigFile, Hole, InputLedger, JudgedAccount, RedactionLedger, RuleOutcome, SeatCount,
    SeverityChange, UndeclaredAccount, UsedLock, UsedPack, WaiverUse,
};
use crate::source::Location;

/// A list whose entries are made one by one as it is written: all at once would take as much memory as the run.
struct Each<'a, T, J>(&'a [T], fn(&'a T) -> J);

impl<T, J: Serialize> Serialize for Each<'_, T, J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    tool: Value,
    product: &'static str,
    as_of: String,
    verdict: &'static str,
    diagnostics: Each<'a, Diagnostic, DiagnosticJson<'a>>,
    outcomes: Vec<Value>,
    seats: Vec<Value>,
    accounts: Each<'a, JudgedAccount, AccountJson<'a>>,
    accounts_more: u64,
    ledger: LedgerJson<'a>,
}

#[derive(Serialize)]
pub(super) struct DiagnosticJson<'a> {
    rule: &'a str,
    severity: &'static str,
    basis: &'static str,
    statements: &'a [String],
    message: &'a str,
    remedy: &'a str,
    outcome: &'static str,
    record: Option<RecordJson<'a>>,
    labels: Vec<LabelJson<'a>>,
    fingerprint: &'a str,
    identity: Option<String>,
    state: Option<String>,
    details: Option<DetailsJson<'a>>,
    waiver: Option<WaiverJson<'a>>,
    since: Option<&'a str>,
    baseline: Option<ComparisonJson<'a>>,
}

#[derive(Serialize)]
struct DetailsJson<'a> {
    side: &'static str,
    field: Option<&'a str>,
    value: Option<&'a str>,
    license: Option<&'a str>,
    number: Option<u64>,
    demand: &'a str,
}

#[derive(Serialize)]
struct RecordJson<'a> {
    file: &'a str,
    number: u64,
    key: &'a str,
}

#[derive(Serialize)]
pub(super) struct LabelJson<'a> {
    primary: bool,
    message: &'a str,
    file: &'a str,
    start: LocationJson,
    end: LocationJson,
    sheet: Option<&'a str>,
    cell: Option<&'a str>,
}

#[derive(Serialize)]
struct LocationJson {
    byte: u64,
    line: u64,
    column: u64,
}

#[derive(Serialize)]
pub(super) struct AccountJson<'a> {
    key: &'a str,
    file: &'a str,
    number: u64,
    kind: &'static str,
    is_administrator: bool,
    name: Option<&'a str>,
    roles: &'a [String],
    team: Option<&'a str>,
    scope: &'a [String],
    main_view: Option<&'a str>,
    active: bool,
    integration_signs: &'a [&'static str],
    findings: u64,
    outcome: &'static str,
}

#[derive(Serialize)]
pub(super) struct LedgerJson<'a> {
    tenant: Option<&'a str>,
    inputs: Vec<Value>,
    api_users: Value,
    holes: Vec<Value>,
    rules_off: &'a [String],
    severity_changes: Vec<Value>,
    config: Vec<Value>,
    packs: Vec<Value>,
    lock: Option<Value>,
    options: Vec<Value>,
    left_alone: Vec<Value>,
    policy_files: Vec<Value>,
    waivers: Each<'a, WaiverUse, WaiverUseJson<'a>>,
    baseline: Option<Value>,
    declared_tenant: Option<&'a str>,
    redaction: Value,
}

/// Writes the report as one document, indented, with a line end after it.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_run(report.run, out)
}

/// The same, which says nothing that is not of the run itself.
///
/// # Errors
/// What the writer says.
pub fn write_run(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&document(run), Layout::Indented, &mut out)?;
    out.flush()
}

/// Writes the reports of several runs as one document.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let runs = runs(reports);
    let documents = runs.iter().map(|run| document(run)).collect();
    write_runs(&runs, documents, out)
}

fn document(run: &Run) -> ReportJson<'_> {
    ReportJson {
        schema: "rolecall.report/1",
        tool: tool(),
        product: run.product.word(),
        as_of: run.as_of.to_string(),
        verdict: run.verdict.word(),
        diagnostics: Each(&run.diagnostics, DiagnosticJson::new),
        outcomes: run.outcomes.iter().map(outcome).collect(),
        seats: run.seats.iter().map(seats).collect(),
        accounts: Each(&run.accounts, account),
        accounts_more: run.accounts_more,
        ledger: ledger(run),
    }
}

impl<'a> DiagnosticJson<'a> {
    pub(super) fn new(diagnostic: &'a Diagnostic) -> Self {
        let labels = diagnostic.labels.iter().enumerate();
        let hashes = diagnostic.identification.as_ref().map(|found| found.identity_and_state());
        let (identity, state) = hashes.unwrap_or_default();
        Self {
            rule: &diagnostic.rule,
            severity: diagnostic.severity.word(),
            basis: diagnostic.basis.word(),
            statements: &diagnostic.statements,
            message: &diagnostic.message,
            remedy: &diagnostic.remedy,
            outcome: diagnostic.outcome().word(),
            record: diagnostic.subject.as_ref().map(|subject| RecordJson {
                file: &subject.file,
                number: subject.number,
                key: &subject.key,
            }),
            labels: labels.map(|(number, label)| LabelJson::new(label, number == 0)).collect(),
            fingerprint: &diagnostic.fingerprint,
            identity,
            state,
            details: diagnostic.identification.as_deref().map(DetailsJson::new),
            waiver: diagnostic.acceptance.as_ref().and_then(Acceptance::waiver).map(waiver),
            since: diagnostic.acceptance.as_ref().and_then(Acceptance::baseline).map(|entry| &*entry.since),
            baseline: diagnostic.comparison.as_deref().map(|found| ComparisonJson::new(found, diagnostic)),
        }
    }
}

impl<'a> DetailsJson<'a> {
    fn new(found: &'a Identification) -> Self {
        let FindingDetails { side, field, value, license, number, .. } = &found.details;
        Self {
            side: side.word(),
            field: Some(field.as_str()).filter(|field| !field.is_empty()),
            value: value.as_deref(),
            license: license.as_deref(),
            number: *number,
            demand: &found.demand,
        }
    }
}

impl<'a> LabelJson<'a> {
    pub(super) fn new(label: &'a Label, primary: bool) -> Self {
        let location =
            |location: Location| LocationJson { byte: location.byte, line: location.line, column: location.column };
        Self {
            primary,
            message: &label.message,
            file: &label.file,
            start: location(label.start),
            end: location(label.end),
            sheet: label.cell.as_ref().map(|place| place.sheet.as_str()),
            cell: label.cell.as_ref().map(|place| place.cell.as_str()),
        }
    }
}

pub(super) fn outcome(one: &RuleOutcome) -> Value {
    json!({
        "rule": one.rule, "outcome": one.outcome.word(), "judged": one.judged, "failed": one.failed,
        "reason": one.reason,
    })
}

pub(super) fn seats(count: &SeatCount) -> Value {
    json!({
        "license": count.license, "owned": count.owned, "used": count.used, "planned": count.planned,
        "exact": count.exact,
    })
}

pub(super) fn account(one: &JudgedAccount) -> AccountJson<'_> {
    AccountJson {
        key: &one.key,
        file: &one.file,
        number: one.number,
        kind: account_kind(one.is_api_user),
        is_administrator: one.is_administrator,
        name: one.name.as_deref(),
        roles: &one.roles,
        team: one.team.as_deref(),
        scope: &one.scope,
        main_view: one.main_view.as_deref(),
        active: one.is_active,
        integration_signs: &one.integration_signs,
        findings: one.findings,
        outcome: one.outcome.word(),
    }
}

pub(super) fn ledger(run: &Run) -> LedgerJson<'_> {
    let ledger = &run.ledger;
    LedgerJson {
        tenant: ledger.tenant.as_deref(),
        inputs: ledger.inputs.iter().map(input).collect(),
        api_users: api_users(&ledger.api_users),
        holes: ledger.holes.iter().map(hole).collect(),
        rules_off: &ledger.rules_off,
        severity_changes: ledger.severity_changes.iter().map(severity_change).collect(),
        config: ledger.config.iter().map(config).collect(),
        packs: ledger.packs.iter().map(pack).collect(),
        lock: ledger.lock.as_ref().map(lock),
        options: ledger.options.iter().map(option).collect(),
        left_alone: ledger.left_alone.iter().map(left_alone).collect(),
        policy_files: ledger.policy_files.iter().map(config).collect(),
        waivers: Each(&ledger.waivers, waiver_use),
        baseline: ledger.baseline.as_ref().map(baseline_use),
        declared_tenant: run.tenant.as_deref(),
        redaction: redaction(&ledger.redaction),
    }
}

pub(super) fn redaction(found: &RedactionLedger) -> Value {
    json!({ "identities": found.identities, "key": found.key.as_deref().unwrap_or(RedactionLedger::BUILT_IN) })
}

pub(super) fn lock(used: &UsedLock) -> Value {
    json!({ "file": used.file, "sha256": used.sha256, "notes": used.notes })
}

pub(super) fn pack(used: &UsedPack) -> Value {
    json!({ "pack": used.pack, "version": used.version, "rules": used.rules, "sha256": used.sha256 })
}

pub(super) fn api_users(found: &ApiUsersLedger) -> Value {
    let accounts = |accounts: &[UndeclaredAccount]| {
        let account = |one: &UndeclaredAccount| json!({ "file": &*one.file, "number": one.number, "key": one.key });
        accounts.iter().map(account).collect::<Vec<_>>()
    };
    json!({
        "count": found.count,
        "how": found.how,
        "by_name": accounts(&found.by_name),
        "undeclared": accounts(&found.undeclared),
    })
}

pub(super) fn severity_change(change: &SeverityChange) -> Value {
    json!({ "rule": change.rule, "from": change.from.word(), "to": change.to.word() })
}

pub(super) fn config(config: &ConfigFile) -> Value {
    json!({ "file": config.file, "sha256": config.sha256 })
}

pub(super) fn option(given: &GivenOption) -> Value {
    json!({ "option": given.option, "value": given.value })
}

pub(super) fn left_alone(left: &LeftAlone) -> Value {
    json!({ "path": left.path, "files": left.files })
}

pub(super) fn input(input: &InputLedger) -> Value {
    let left_out = input.left_out.iter().map(|left| json!({ "reason": left.reason, "count": left.count }));
    let refused = input
        .refused
        .iter()
        .map(|one| json!({ "number": one.number, "line": one.line, "rule": one.rule, "reason": one.reason }));
    let columns: Map<_, _> =
        input.columns.iter().map(|(header, field)| (header.clone(), field.name().into())).collect();
    json!({
        "file": input.file,
        "format": input.format,
        "encoding": input.encoding,
        "sha256": input.sha256,
        "bytes": input.bytes,
        "records": input.records,
        "judged": input.judged,
        "left_out": left_out.collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "columns": columns,
        "unknown_columns": input.unknown_columns,
    })
}

pub(super) fn hole(hole: &Hole) -> Value {
    json!({ "rule": hole.rule, "reason": hole.reason, "count": hole.count, "file": hole.file, "line": hole.line })
}
