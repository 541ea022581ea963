//! The fleet as SARIF: a result for each rule that fails for a tenant, and an open one for whatever is not settled. The findings
//! themselves are in the tenants' reports.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::{FleetReport, problem_line, result_line};
use crate::diagnostic::fingerprint::fingerprint;
use crate::diagnostic::{Outcome, Verdict};
use crate::fleet::TenantResult;
use crate::report::VERSION;
use crate::report::json_text::{self, Layout};
use crate::report::ledger::lines::verdict_word;
use crate::report::sarif::{MAX_RESULTS, log, message_text};
use crate::report::uri::uri;

/// The rule of results that are about no rule.
const TENANT_OPEN: &str = "tenant-not-settled";

/// Writes one log with one run.
pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json_text::write(&log(vec![run(report)]), Layout::Indented, &mut out)?;
    out.flush()
}

fn run(report: &FleetReport<'_>) -> Value {
    let conclusion = &report.conclusion;
    let mut results: Vec<Value> = Vec::new();
    for problem in conclusion.problems.iter().filter(|problem| problem.kind.leaves_open()) {
        let file = problem.file.as_deref();
        let parts = [problem.kind.word(), problem.tenant.as_deref().unwrap_or_default(), file.unwrap_or_default()];
        results.push(result(TENANT_OPEN, true, &problem_line(problem), file, &parts));
    }
    for (tenant, found) in report.by_verdict() {
        let file = found.report.as_ref().map(|report| report.file.as_str());
        if found.verdict == Verdict::Incomplete {
            let line = format!("{tenant}: {}", result_line(&found));
            results.push(result(TENANT_OPEN, true, &line, file, &["tenant", tenant]));
        }
        results.extend(failing(&found).map(|rule| {
            let line = format!("{tenant}: the rule {rule} fails; its report says where");
            result(rule, false, &line, file, &["rule", tenant, rule])
        }));
    }
    let left_out = results.len().saturating_sub(MAX_RESULTS);
    results.truncate(MAX_RESULTS);
    let mut notes: Vec<String> = vec![report.headline()];
    notes.extend(report.scope_lines());
    notes.extend(conclusion.problems.iter().map(problem_line));
    if left_out > 0 {
        notes.push(format!("{left_out} results are left out, because services refuse more than {MAX_RESULTS}"));
    }
    let is_open = conclusion.verdict == Verdict::Incomplete;
    let note = |line: &String| json!({ "level": if is_open { "error" } else { "note" }, "message": { "text": message_text(line) } });
    let tenants: serde_json::Map<String, Value> =
        report.fleet.results().map(|(tenant, found)| (tenant.to_owned(), found.verdict.word().into())).collect();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    ids.extend(results.iter().filter_map(|one| one["ruleId"].as_str().map(str::to_owned)));
    let rules: Vec<Value> = ids.iter().map(|rule| json!({ "id": rule })).collect();
    json!({
        "tool": { "driver": {
            "name": "rolecall", "version": VERSION, "semanticVersion": VERSION,
            "informationUri": "https://rolecall.example/", "rules": rules,
        } },
        "automationDetails": { "id": "rolecall/fleet" },
        "invocations": [{
            "executionSuccessful": !is_open,
            "exitCode": conclusion.exit,
            "exitCodeDescription": verdict_word(conclusion.verdict),
            "toolExecutionNotifications": notes.iter().map(note).collect::<Vec<_>>(),
        }],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "rolecall/verdict": conclusion.verdict.word(),
            "rolecall/asOf": conclusion.as_of,
            "rolecall/tenants": tenants,
        },
    })
}

fn failing(result: &TenantResult) -> impl Iterator<Item = &str> {
    result.outcomes.iter().filter(|(_, outcome)| **outcome == Outcome::Fail).map(|(rule, _)| rule.as_str())
}

fn result(rule: &str, is_open: bool, line: &str, file: Option<&str>, identity: &[&str]) -> Value {
    let (kind, level) = if is_open { ("open", "none") } else { ("fail", "error") };
    let mut result = json!({
        "ruleId": rule,
        "kind": kind,
        "level": level,
        "message": { "text": message_text(line) },
        "partialFingerprints": { "rolecall/fleet/v1": fingerprint(identity) },
    });
    if let Some(file) = file {
        let place = json!({ "artifactLocation": { "uri": uri(file) }, "region": { "startLine": 1 } });
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}
