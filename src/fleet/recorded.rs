//! Reports and fleets read back. What a report says is taken only if it does not contradict itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::conclusion::VERSION;
use super::{FindingCounts, Fleet, INTERNAL, JudgedWith, ReportFile, TenantResult, reason_of_hole};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::fingerprint::sha256;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::ledger::{Ledger, RedactionLedger};
use crate::record::date::Date;
use crate::syntax::json::parse_document;
use crate::syntax::tree::Tree;

const REPORT: &str = "rolecall.report/1";
const FLEET: &str = "rolecall.fleet/1";

// The keys of a ledger that name files.
const INPUTS: &str = "inputs";
const CONFIG: &str = "config";
const POLICY_FILES: &str = "policy_files";
const LOCK: &str = "lock";

const NOT_A_REPORT: &str = "it is not a report of `rolecall check --format json`, or is cut off";
const NOT_A_FLEET: &str = "it is not a fleet that rolecall wrote";
const CONTRADICTION: &str = "it contradicts itself: its verdict does not follow from what it lists";

impl Fleet {
    /// What a file says, be it a report or a fleet. One that cannot be used is kept with the reason.
    #[must_use]
    pub fn read(file: &str, bytes: &[u8]) -> Self {
        read(file, bytes).unwrap_or_else(|reason| Self::of_unreadable(file, &reason))
    }
}

fn read(file: &str, bytes: &[u8]) -> Result<Fleet, String> {
    let document = parse(bytes)?;
    let source = ReportFile { file: file.to_owned(), sha256: sha256(bytes) };
    match document["schema"].as_str() {
        Some(REPORT) => {
            let (tenant, result) = report(&document, source)?;
            Ok(Fleet::of_tenant(tenant, result))
        }
        Some(FLEET) => fleet(&document, &source),
        Some(other) if other.starts_with("rolecall.") => {
            let word: String = other.chars().take(40).collect();
            Err(format!("it is a document of the kind `{word}`; expected `{REPORT}` or `{FLEET}`"))
        }
        _ => Err(NOT_A_REPORT.to_owned()),
    }
}

/// A document with each key once: of two one value would count, and the other would go unseen.
fn parse(bytes: &[u8]) -> Result<Value, &'static str> {
    let text = str::from_utf8(bytes).map_err(|_| NOT_A_REPORT)?;
    let document: Value = serde_json::from_str(text).map_err(|_| NOT_A_REPORT)?;
    parse_document(text, 0, &mut Tree::new()).map_err(|fault| match fault.kind {
        FaultKind::KeyDuplicate => "it has the same key twice in one object",
        _ => NOT_A_REPORT,
    })?;
    Ok(document)
}

/// What a report says of its tenant, and whose it is.
fn report(document: &Value, source: ReportFile) -> Result<(String, TenantResult), &'static str> {
    let named = ["tenant", "declared_tenant"].into_iter().find_map(|key| document["ledger"][key].as_str());
    let name = source.file.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let tenant = named.unwrap_or(stem).to_owned();
    let result = result(document, source).ok_or(NOT_A_REPORT)?;
    if is_consistent(document, &result) { Ok((tenant, result)) } else { Err(CONTRADICTION) }
}

fn result(document: &Value, source: ReportFile) -> Option<TenantResult> {
    let ledger = &document["ledger"];
    let verdict = Verdict::by_word(document["verdict"].as_str()?)?;
    let (mut findings, mut leaves_out) = (FindingCounts::default(), false);
    for one in document["diagnostics"].as_array()? {
        findings.count(severity(one)?, outcome(one)?);
        leaves_out |= one["rule"].as_str()? == FaultKind::FindingsTooMany.id();
    }
    let judged_by = JudgedWith {
        version: text(&document["tool"], "version")?,
        as_of: text(document, "as_of")?,
        packs: packs(ledger)?,
    };
    let holes = ledger["holes"].as_array()?;
    let reason = match holes.first() {
        Some(hole) => Some(reason_of_hole(hole["rule"].as_str()?, hole["reason"].as_str()?)),
        None => None,
    };
    let inputs = ledger["inputs"].as_array()?;
    let sum = |key: &str| inputs.iter().map(|input| input[key].as_u64()).sum::<Option<u64>>();
    let mut outcomes = BTreeMap::new();
    for one in document["outcomes"].as_array()? {
        outcomes.insert(text(one, "rule")?, outcome(one)?);
    }
    Some(TenantResult {
        verdict,
        exit: verdict.exit_code(),
        report: Some(source),
        findings,
        leaves_out,
        holes: holes.len() as u64,
        records: sum("records")?,
        judged: sum("judged")?,
        judged_by: Some(judged_by),
        outcomes,
        reason,
    })
}

/// True if the verdict follows from what the report lists, so that no edited or broken report passes.
fn is_consistent(document: &Value, result: &TenantResult) -> bool {
    let mut options = document["ledger"]["options"].as_array().into_iter().flatten();
    let fail_on = options.find(|one| one["option"] == "--fail-on");
    let fail_on = fail_on.and_then(|one| Severity::by_word(one["value"].as_str()?)).unwrap_or(Severity::Warning);
    let is_live = |one: &&Value| outcome(one) == Some(Outcome::Fail);
    let mut live = document["diagnostics"].as_array().into_iter().flatten().filter(is_live);
    let is_failing = live.any(|one| severity(one).is_some_and(|severity| severity >= fail_on));
    let is_open = result.outcomes.values().any(|outcome| *outcome == Outcome::NotDeterminable);
    match result.verdict {
        Verdict::Pass => result.holes == 0 && !is_failing && !is_open && result.records > 0,
        Verdict::Fail => result.holes == 0 && is_failing && !is_open,
        Verdict::Incomplete => true,
    }
}

fn fleet(document: &Value, source: &ReportFile) -> Result<Fleet, String> {
    let mut fleet = Fleet::default();
    for one in document["tenants"].as_array().ok_or(NOT_A_FLEET)? {
        let label = one["tenant"].as_str();
        if !one["document"].is_null() {
            if one["document"]["schema"] != REPORT {
                return Err(NOT_A_REPORT.to_owned());
            }
            let (tenant, result) = report(&one["document"], source.clone())?;
            fleet.merge(Fleet::of_tenant(label.unwrap_or(&tenant), result));
            continue;
        }
        let label = label.ok_or(NOT_A_FLEET)?;
        let clash = one["clash"].as_array().map_or(std::slice::from_ref(one), Vec::as_slice);
        for one in clash {
            let result = recorded_result(one).ok_or(NOT_A_FLEET)?;
            if !is_possible(&result) {
                return Err(CONTRADICTION.to_owned());
            }
            fleet.merge(Fleet::of_tenant(label, result));
        }
    }
    for one in document["unreadable"].as_array().into_iter().flatten() {
        let (file, reason) = text(one, "file").zip(text(one, "reason")).ok_or(NOT_A_FLEET)?;
        fleet.merge(Fleet::of_unreadable(&file, &reason));
    }
    let missing = labels(document, "missing").ok_or(NOT_A_FLEET)?;
    match &document["expected"] {
        Value::Null if missing.is_empty() => {}
        Value::Null => fleet.merge(Fleet::expecting(fleet.tenants.keys().cloned().chain(missing).collect::<Vec<_>>())),
        _ => fleet.merge(Fleet::expecting(labels(document, "expected").ok_or(NOT_A_FLEET)?.into_iter().chain(missing))),
    }
    Ok(fleet)
}

fn labels(document: &Value, key: &str) -> Option<BTreeSet<String>> {
    let mut labels = BTreeSet::new();
    for one in document[key].as_array()? {
        labels.insert(one.as_str()?.to_owned());
    }
    Some(labels)
}

/// A result as a fleet holds it.
fn recorded_result(one: &Value) -> Option<TenantResult> {
    let count = |value: &Value, key: &str| value[key].as_u64();
    let findings = &one["findings"];
    let judged_by = match &one["judged_by"] {
        Value::Null => None,
        basis => {
            let mut packs = BTreeMap::new();
            for (pack, sha256) in basis["packs"].as_object()? {
                packs.insert(pack.clone(), sha256.as_str()?.to_owned());
            }
            Some(JudgedWith { version: text(basis, "version")?, as_of: text(basis, "as_of")?, packs })
        }
    };
    let mut outcomes = BTreeMap::new();
    for (rule, word) in one["outcomes"].as_object()? {
        outcomes.insert(rule.clone(), Outcome::by_word(word.as_str()?)?);
    }
    let report = &one["report"];
    Some(TenantResult {
        verdict: Verdict::by_word(one["verdict"].as_str()?)?,
        exit: u8::try_from(count(one, "exit")?).ok()?,
        report: match report {
            Value::Null => None,
            report => Some(ReportFile { file: text(report, "file")?, sha256: text(report, "sha256")? }),
        },
        findings: FindingCounts {
            error: count(findings, "error")?,
            warning: count(findings, "warning")?,
            note: count(findings, "note")?,
            waived: count(findings, "waived")?,
            baselined: count(findings, "baselined")?,
        },
        leaves_out: one["leaves_out"].as_bool()?,
        holes: count(one, "holes")?,
        records: count(one, "records")?,
        judged: count(one, "judged")?,
        judged_by,
        outcomes,
        reason: text(one, "reason"),
    })
}

/// True if the parts of a result fit together.
fn is_possible(result: &TenantResult) -> bool {
    let is_judged = result.report.is_some() && result.judged_by.is_some() && result.exit == result.verdict.exit_code();
    match result.verdict {
        Verdict::Pass => is_judged && result.holes == 0 && result.records > 0,
        Verdict::Fail => is_judged && result.holes == 0,
        Verdict::Incomplete => [3, INTERNAL].contains(&result.exit),
    }
}

fn packs(ledger: &Value) -> Option<BTreeMap<String, String>> {
    let mut packs = BTreeMap::new();
    for one in ledger["packs"].as_array()? {
        packs.insert(text(one, "pack")?, text(one, "sha256")?);
    }
    Some(packs)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn severity(one: &Value) -> Option<Severity> {
    Severity::by_word(one["severity"].as_str()?)
}

fn outcome(one: &Value) -> Option<Outcome> {
    Outcome::by_word(one["outcome"].as_str()?)
}

/// What a run rests on, to tell whether it has to be made again: the version, the day, and each file and option by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct RunBasis(BTreeMap<String, String>);

impl RunBasis {
    fn new(version: &str, as_of: &str, tenant: Option<&str>, redaction: (bool, &str)) -> Self {
        let mut basis = Self(BTreeMap::new());
        basis.add("version", "", version);
        basis.add("as_of", "", as_of);
        basis.add("tenant", "", tenant.unwrap_or_default());
        basis.add("redaction", "", &format!("{} {}", redaction.0, redaction.1));
        basis
    }

    /// Adds one of several things of a kind; the same one twice counts twice.
    fn add(&mut self, what: &str, name: &str, value: &str) {
        self.0.entry(format!("{what}\n{name}")).or_default().push_str(&format!("{value}\n"));
    }

    /// What the run of a ledger rests on; `None` if a file has no digest.
    #[must_use]
    pub fn of_ledger(ledger: &Ledger, as_of: Date) -> Option<Self> {
        let key = ledger.redaction.key.as_deref().unwrap_or(RedactionLedger::BUILT_IN);
        let redaction = (ledger.redaction.identities, key);
        let mut basis = Self::new(VERSION, &as_of.to_string(), ledger.tenant.as_deref(), redaction);
        for one in &ledger.inputs {
            basis.add(INPUTS, &one.file, &format!("{} {}", one.sha256.as_deref()?, one.format.unwrap_or_default()));
        }
        for (what, files) in [(CONFIG, &ledger.config), (POLICY_FILES, &ledger.policy_files)] {
            for one in files {
                basis.add(what, &one.file, one.sha256.as_deref()?);
            }
        }
        ledger.lock.iter().for_each(|lock| basis.add(LOCK, &lock.file, &lock.sha256));
        ledger.packs.iter().for_each(|used| basis.add("pack", &used.pack, &used.sha256));
        ledger.options.iter().for_each(|one| basis.add("option", one.option, one.value.as_deref().unwrap_or_default()));
        Some(basis)
    }

    fn of_document(document: &Value) -> Option<Self> {
        let ledger = &document["ledger"];
        let redaction = (ledger["redaction"]["identities"].as_bool()?, ledger["redaction"]["key"].as_str()?);
        let (version, as_of) = (document["tool"]["version"].as_str()?, document["as_of"].as_str()?);
        let mut basis = Self::new(version, as_of, ledger["tenant"].as_str(), redaction);
        for one in ledger[INPUTS].as_array()? {
            let format = one["format"].as_str().unwrap_or_default();
            basis.add(INPUTS, one["file"].as_str()?, &format!("{} {format}", one["sha256"].as_str()?));
        }
        for what in [CONFIG, POLICY_FILES] {
            for one in ledger[what].as_array()? {
                basis.add(what, one["file"].as_str()?, one["sha256"].as_str()?);
            }
        }
        if let (Some(file), Some(sha256)) = (ledger[LOCK]["file"].as_str(), ledger[LOCK]["sha256"].as_str()) {
            basis.add(LOCK, file, sha256);
        }
        for one in ledger["packs"].as_array()? {
            basis.add("pack", one["pack"].as_str()?, one["sha256"].as_str()?);
        }
        for one in ledger["options"].as_array()? {
            basis.add("option", one["option"].as_str()?, one["value"].as_str().unwrap_or_default());
        }
        Some(basis)
    }

    /// What a report says that was written on the same basis; `None` if the run has to be made again.
    #[must_use]
    pub fn result_of(&self, file: &str, bytes: &[u8]) -> Option<TenantResult> {
        let document = parse(bytes).ok().filter(|document| document["schema"] == REPORT)?;
        if Self::of_document(&document).as_ref() != Some(self) {
            return None;
        }
        let source = ReportFile { file: file.to_owned(), sha256: sha256(bytes) };
        report(&document, source).ok().map(|(_, result)| result)
    }
}
