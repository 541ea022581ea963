//! Reports and fleets read back. What a report says is taken only if it does not contradict itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::conclusion::VERSION;
use super::{
    FindingCounts, Fleet, INTERNAL, JudgedWith, PackDigest, ReportFile, TenantResult, UnreadableReport, reason_of_hole,
};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::fingerprint::sha256;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::ledger::{ConfigFile, InputLedger, Ledger, RedactionLedger};
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
            Err(format!("it is a document of the kind `{word}`, and expected is `{REPORT}` or `{FLEET}`"))
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
    let ended = |one: &Value| Some((text(one, "rule")?, outcome(one)?));
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
        outcomes: document["outcomes"].as_array()?.iter().map(ended).collect::<Option<_>>()?,
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
            let result: TenantResult = serde::Deserialize::deserialize(one).map_err(|_| NOT_A_FLEET)?;
            if !is_possible(&result) {
                return Err(CONTRADICTION.to_owned());
            }
            fleet.merge(Fleet::of_tenant(label, result));
        }
    }
    for one in document["unreadable"].as_array().into_iter().flatten() {
        let one: UnreadableReport = serde::Deserialize::deserialize(one).map_err(|_| NOT_A_FLEET)?;
        fleet.unreadable.insert(one);
    }
    let labels = |key: &str| -> Result<Option<Vec<String>>, &'static str> {
        let Some(all) = document[key].as_array() else { return Ok(None) };
        all.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>().map(Some).ok_or(NOT_A_FLEET)
    };
    let missing = labels("missing")?.ok_or(NOT_A_FLEET)?;
    match labels("expected")? {
        Some(expected) => fleet.expected = Some(expected.into_iter().chain(missing).collect()),
        None if missing.is_empty() => {}
        None => fleet.expected = Some(fleet.tenants.keys().cloned().chain(missing).collect()),
    }
    Ok(fleet)
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

fn packs(ledger: &Value) -> Option<BTreeSet<PackDigest>> {
    let pack = |one: &Value| Some(PackDigest { pack: text(one, "pack")?, sha256: text(one, "sha256")? });
    ledger["packs"].as_array()?.iter().map(pack).collect()
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

/// What a run rests on, to tell whether it has to be made again.
#[derive(Debug, PartialEq, Eq)]
pub struct RunBasis {
    version: String,
    as_of: String,
    tenant: Option<String>,
    /// What each file is for, its name, and its digest and format.
    files: BTreeSet<BasisFile>,
    packs: BTreeSet<PackDigest>,
    options: Vec<(String, Option<String>)>,
    hides_names: bool,
    key: String,
}

type BasisFile = (&'static str, String, Option<String>, Option<String>);

impl RunBasis {
    /// What the run of a ledger rests on; `None` if something of it has no digest.
    #[must_use]
    pub fn of_ledger(ledger: &Ledger, as_of: Date) -> Option<Self> {
        let input = |one: &InputLedger| (INPUTS, one.file.clone(), one.sha256.clone(), one.format.map(str::to_owned));
        let file = |what, one: &ConfigFile| (what, one.file.clone(), one.sha256.clone(), None);
        let mut files: BTreeSet<BasisFile> = ledger.inputs.iter().map(input).collect();
        files.extend(ledger.config.iter().map(|one| file(CONFIG, one)));
        files.extend(ledger.policy_files.iter().map(|one| file(POLICY_FILES, one)));
        files.extend(ledger.lock.iter().map(|lock| (LOCK, lock.file.clone(), Some(lock.sha256.clone()), None)));
        let packs = ledger.packs.iter();
        let packs = packs.map(|used| PackDigest { pack: used.pack.clone(), sha256: used.sha256.clone() });
        let basis = Self {
            version: VERSION.to_owned(),
            as_of: as_of.to_string(),
            tenant: ledger.tenant.clone(),
            files,
            packs: packs.collect(),
            options: ledger.options.iter().map(|one| (one.option.to_owned(), one.value.clone())).collect(),
            hides_names: ledger.redaction.identities,
            key: ledger.redaction.key.clone().unwrap_or_else(|| RedactionLedger::BUILT_IN.to_owned()),
        };
        basis.files.iter().all(|(_, _, sha256, _)| sha256.is_some()).then_some(basis)
    }

    fn of_document(document: &Value) -> Option<Self> {
        let ledger = &document["ledger"];
        let mut files = BTreeSet::new();
        for what in [INPUTS, CONFIG, POLICY_FILES] {
            for one in ledger[what].as_array()? {
                files.insert((what, text(one, "file")?, text(one, "sha256"), text(one, "format")));
            }
        }
        files.extend(text(&ledger[LOCK], "file").map(|file| (LOCK, file, text(&ledger[LOCK], "sha256"), None)));
        let option = |one: &Value| Some((text(one, "option")?, text(one, "value")));
        Some(Self {
            version: text(&document["tool"], "version")?,
            as_of: text(document, "as_of")?,
            tenant: text(ledger, "tenant"),
            files,
            packs: packs(ledger)?,
            options: ledger["options"].as_array()?.iter().map(option).collect::<Option<_>>()?,
            hides_names: ledger["redaction"]["identities"].as_bool()?,
            key: text(&ledger["redaction"], "key")?,
        })
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
