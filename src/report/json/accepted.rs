//! What the report for programs says of what a site accepts. There can be as many waivers as findings, so they have types of
//! their own, too.

use serde::Serialize;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::acceptance::{Acceptance, BaselineComparison, WaiverRef};
use crate::engine::ledger::{AbsentEntry, BaselineUse, WaiverUse};

#[derive(Serialize)]
pub(super) struct WaiverJson<'a> {
    id: &'a str,
    file: &'a str,
    line: u64,
    until: &'a str,
    approved_by: &'a str,
    reason: Option<&'a str>,
    ticket: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ComparisonJson<'a> {
    state: &'static str,
    changes: Vec<&'static str>,
    since: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
pub(in crate::report) struct WaiverUseJson<'a> {
    id: &'a str,
    tenant: Option<&'a str>,
    rule: &'a str,
    file: &'a str,
    line: u64,
    subject: Option<&'a str>,
    any_value: bool,
    until: &'a str,
    approved_by: &'a str,
    uses: u64,
    ended: &'static str,
    reason: Option<&'a str>,
}

pub(super) fn waiver(waiver: &WaiverRef) -> WaiverJson<'_> {
    WaiverJson {
        id: &waiver.id,
        file: &waiver.file,
        line: waiver.line,
        until: &waiver.until,
        approved_by: &waiver.approved_by,
        reason: waiver.reason.as_deref(),
        ticket: waiver.ticket.as_deref(),
    }
}

impl<'a> ComparisonJson<'a> {
    pub(super) fn new(found: &'a BaselineComparison, diagnostic: &'a Diagnostic) -> Self {
        let entry = diagnostic.acceptance.as_ref().and_then(Acceptance::baseline);
        Self {
            state: found.word(),
            changes: found.changes.iter().map(|change| change.word()).collect(),
            since: found.since.as_deref(),
            reason: entry.and_then(|entry| entry.reason.as_deref()),
        }
    }
}

pub(in crate::report) fn waiver_use(one: &WaiverUse) -> WaiverUseJson<'_> {
    WaiverUseJson {
        id: &one.id,
        tenant: one.tenant.as_deref(),
        rule: &one.rule,
        file: &one.file,
        line: one.line,
        subject: one.subject.as_deref(),
        any_value: one.is_any_value,
        until: &one.until,
        approved_by: &one.approved_by,
        uses: one.uses,
        ended: one.ended.word(),
        reason: one.reason.as_deref(),
    }
}

pub(in crate::report) fn baseline_use(used: &BaselineUse) -> Value {
    let absent = |one: &AbsentEntry| {
        json!({
            "rule": &*one.rule, "identity": one.identity, "account": one.account, "since": one.since, "line": one.line,
        })
    };
    let not_told = |(reason, count): (&String, &u64)| json!({ "reason": reason, "count": count });
    json!({
        "file": &*used.file, "as_of": used.as_of, "until": used.until, "ended": used.ended.word(),
        "entries": used.entries, "shadowed": used.shadowed,
        "oldest": used.oldest.as_ref().map(|(since, days)| json!({ "since": since, "days": days })),
        "not_told": used.not_told.iter().map(not_told).collect::<Vec<_>>(),
        "absent": used.absent.iter().map(absent).collect::<Vec<_>>(),
    })
}
