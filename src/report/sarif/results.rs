//! Findings, and what was not judged, as results.

use serde_json::{Value, json};

use super::message::text;
use super::rules::{RuleIndex, level, taxon};
use crate::diagnostic::fingerprint::fingerprint;
use crate::diagnostic::{Diagnostic, Label};
use crate::engine::ledger::{AbsentEntry, BaselineUse, Hole, InputLedger};
use crate::report::cell_suffix;
use crate::report::uri::uri;

/// Places of a result that services keep.
const MAX_PLACES: usize = 100;

pub(super) fn finding(diagnostic: &Diagnostic, rules: &RuleIndex, inputs: &[&InputLedger]) -> Value {
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| format!(" ({})", subject.key));
    let cell = cell_suffix(diagnostic);
    let mut result = json!({
        "ruleId": &*diagnostic.rule,
        "kind": "fail",
        "level": level(diagnostic.severity),
        "message": { "text": text(&format!("{}{account}{cell}. {}", diagnostic.message, diagnostic.remedy)) },
        "locations": [location(diagnostic, inputs)],
        "partialFingerprints": fingerprints(&diagnostic.fingerprint),
        "taxa": diagnostic.statements.iter().map(|id| taxon(id)).collect::<Vec<_>>(),
        "properties": {
            "rolecall/basis": diagnostic.basis.word(),
            "rolecall/remedy": &*diagnostic.remedy,
            "rolecall/citation": diagnostic.citation.as_deref(),
        },
    });
    if let Some(acceptance) = &diagnostic.acceptance {
        let justification = text(&acceptance.line());
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": justification }]);
    }
    if let Some(found) = &diagnostic.comparison {
        result["baselineState"] = json!(found.word());
        if let Some(change) = found.change() {
            result["properties"]["rolecall/change"] = json!(change);
        }
    }
    if let Some(index) = rules.index(&diagnostic.rule) {
        result["ruleIndex"] = json!(index);
    }
    let others: Vec<Value> = diagnostic.labels.iter().skip(1).map(|label| related(label, inputs)).collect();
    if !others.is_empty() {
        let beyond = others.len().saturating_sub(MAX_PLACES);
        result["relatedLocations"] = json!(others.into_iter().take(MAX_PLACES).collect::<Vec<_>>());
        if beyond > 0 {
            result["properties"]["rolecall/placesLeftOut"] = json!(beyond);
        }
    }
    result
}

/// Something that was not judged: a result that is open.
pub(super) fn open_result(hole: &Hole, rules: &RuleIndex, inputs: &[&InputLedger]) -> Value {
    let first = inputs.first().map_or("-", |input| input.file.as_str());
    let file = hole.file.as_deref().unwrap_or(first);
    let mut place = whole_file(file, inputs);
    if let Some(line) = hole.line {
        place["region"] = json!({ "startLine": line });
    }
    let times = if hole.count > 1 { format!(" ({} times)", hole.count) } else { String::new() };
    let identity = ["not judged", hole.rule.as_str(), hole.reason.as_str(), file];
    let mut result = json!({
        "ruleId": hole.rule,
        "kind": "open",
        "level": "none",
        "message": { "text": text(&format!("not judged: {}{times}", hole.reason)) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": fingerprints(&fingerprint(&identity)),
    });
    if let Some(index) = rules.index(&hole.rule) {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// Every result of a run with a baseline has a state: what cannot be compared with it is new.
pub(super) fn compare_with_baseline(result: &mut Value) {
    if result["baselineState"].is_null() {
        result["baselineState"] = json!("new");
    }
}

/// A finding that the baseline holds and the run does not have.
pub(super) fn absent(entry: &AbsentEntry, used: &BaselineUse, rules: &RuleIndex) -> Value {
    let account = entry.account.as_ref().map_or_else(String::new, |account| format!(" ({account})"));
    let mut place = json!({ "artifactLocation": { "uri": uri(&used.file) } });
    place["region"] = json!({ "startLine": entry.line });
    let mut result = json!({
        "ruleId": &*entry.rule,
        "kind": "pass",
        "level": "none",
        "baselineState": "absent",
        "message": { "text": text(&format!("gone: a finding held since {}{account}", entry.since)) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": fingerprints(&fingerprint(&["absent", &entry.identity])),
    });
    if let Some(index) = rules.index(&entry.rule) {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// The same identity for whoever keeps results, and under the name that GitHub looks for.
fn fingerprints(fingerprint: &str) -> Value {
    json!({ "rolecall/v1": fingerprint, "primaryLocationLineHash": format!("{fingerprint}:1") })
}

fn location(diagnostic: &Diagnostic, inputs: &[&InputLedger]) -> Value {
    let mut location = match (diagnostic.labels.first(), &diagnostic.subject) {
        (Some(label), _) => {
            let mut place = physical(label, inputs);
            let snippet = diagnostic.snippets.iter().find(|one| one.marks.iter().any(|mark| mark.label == 0));
            if let (Some(snippet), None) = (snippet, &label.cell) {
                place["contextRegion"] = json!({ "startLine": snippet.line, "snippet": { "text": snippet.text } });
            }
            json!({ "physicalLocation": place })
        }
        (None, subject) => {
            let first = inputs.first().map_or("-", |input| input.file.as_str());
            let file = subject.as_ref().map_or(first, |subject| &*subject.file);
            json!({ "physicalLocation": whole_file(file, inputs) })
        }
    };
    let account = diagnostic.subject.as_ref().map(|subject| {
        let full = format!("{}#{}", subject.file, subject.number);
        json!({ "name": subject.key, "fullyQualifiedName": full, "kind": "account" })
    });
    let cell = diagnostic.labels.first().and_then(logical_cell);
    let logical: Vec<Value> = account.into_iter().chain(cell).collect();
    if !logical.is_empty() {
        location["logicalLocations"] = json!(logical);
    }
    location
}

/// The cell of a workbook, which no region of its bytes can tell.
fn logical_cell(label: &Label) -> Option<Value> {
    let cell = label.cell.as_ref()?;
    Some(json!({ "name": cell.cell, "fullyQualifiedName": cell.to_string(), "kind": "cell" }))
}

fn related(label: &Label, inputs: &[&InputLedger]) -> Value {
    let mut location = json!({ "physicalLocation": physical(label, inputs) });
    if !label.message.is_empty() {
        location["message"] = json!({ "text": text(&label.message) });
    }
    if let Some(cell) = logical_cell(label) {
        location["logicalLocations"] = json!([cell]);
    }
    location
}

fn physical(label: &Label, inputs: &[&InputLedger]) -> Value {
    if label.cell.is_some() {
        // A row is not a line of the workbook's bytes, but services show nothing that has no line.
        let region = json!({ "startLine": label.start.line.max(1) });
        return json!({ "artifactLocation": artifact_location(&label.file, inputs), "region": region });
    }
    let mut region = json!({
        "startLine": label.start.line, "startColumn": label.start.column,
        "endLine": label.end.line, "endColumn": label.end.column,
    });
    // Bytes are those of the text that was read: only in UTF-8 are they the file's.
    let is_plain = |input: &&&InputLedger| *input.file == *label.file && input.encoding == Some("utf-8");
    if inputs.iter().any(|input| is_plain(&input)) {
        region["byteOffset"] = json!(label.start.byte);
        region["byteLength"] = json!(label.end.byte.saturating_sub(label.start.byte));
    }
    json!({ "artifactLocation": artifact_location(&label.file, inputs), "region": region })
}

/// A file as a place: services show nothing that has no line.
fn whole_file(file: &str, inputs: &[&InputLedger]) -> Value {
    json!({ "artifactLocation": artifact_location(file, inputs), "region": { "startLine": 1 } })
}

fn artifact_location(file: &str, inputs: &[&InputLedger]) -> Value {
    let mut location = json!({ "uri": uri(file) });
    if let Some(index) = inputs.iter().position(|input| input.file == file) {
        location["index"] = json!(index);
    }
    location
}

/// An input and its account.
pub(super) fn artifact(input: &InputLedger) -> Value {
    let left_out: u64 = input.left_out.iter().map(|left| left.count).sum();
    let mut artifact = json!({
        "location": { "uri": uri(&input.file) },
        "length": input.bytes,
        "roles": ["analysisTarget"],
        "properties": {
            "rolecall/format": input.format,
            "rolecall/records": input.records,
            "rolecall/judged": input.judged,
            "rolecall/leftOut": left_out,
            "rolecall/refused": input.refused.len(),
            "rolecall/unknownColumns": input.unknown_columns,
        },
    });
    if let Some(encoding) = input.encoding {
        artifact["encoding"] = json!(encoding);
    }
    if let Some(digest) = &input.sha256 {
        artifact["hashes"] = json!({ "sha-256": digest });
    }
    artifact
}
