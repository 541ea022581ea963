//! A JSON report read back, as far as a comparison needs it. Nothing that it does not say is made up.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::config::GivenOption;
use crate::diagnostic::acceptance::{Acceptance, BaselineRef, WaiverRef};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::{Demand, FindingDetails, Identification, Side};
use crate::diagnostic::{Basis, Diagnostic, Label, Outcome, RecordRef, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::{
    AccountOutcome, ConfigFile, Hole, InputLedger, JudgedAccount, Ledger, RedactionLedger, RuleOutcome, UsedPack,
};
use crate::read::Format;
use crate::record::date::Date;
use crate::record::site::Product;
use crate::source::{CellAddress, Location};
use crate::syntax::json::parse_document;
use crate::syntax::tree::Tree;

/// The schema of reports that can be compared.
const SCHEMA: &str = "rolecall.report/1";

/// A report that was read back.
pub struct RecordedReport {
    /// What it says of its run.
    pub run: Run,
    /// The version of rolecall that wrote it.
    pub version: String,
    /// The baseline among its policy files.
    pub baseline: Option<String>,
}

/// The schema of a JSON document that rolecall wrote; `None` for any other text.
#[must_use]
pub fn schema_of(text: &[u8]) -> Option<String> {
    memchr::memmem::find(text, b"\"rolecall.")?;
    let document: Value = serde_json::from_slice(text).ok()?;
    document["schema"].as_str().filter(|schema| schema.starts_with("rolecall.")).map(str::to_owned)
}

impl RecordedReport {
    /// Reads a report.
    ///
    /// # Errors
    /// Why it cannot be compared, as a fragment.
    pub fn read(text: &[u8]) -> Result<Self, &'static str> {
        const NOT_A_REPORT: &str = "it is not a report of `rolecall check --format json`";
        let text = str::from_utf8(text).map_err(|_| NOT_A_REPORT)?;
        let document: Value = serde_json::from_str(text).map_err(|_| NOT_A_REPORT)?;
        if document["schema"] != SCHEMA {
            return Err(NOT_A_REPORT);
        }
        // Of a key that is there twice one value would be compared, and the other would go unseen.
        parse_document(text, 0, &mut Tree::new()).map_err(|fault| match fault.kind {
            FaultKind::KeyDuplicate => "it has the same key twice in one object",
            _ => NOT_A_REPORT,
        })?;
        let mut identities = HashSet::new();
        if !all(&document, "diagnostics").filter_map(|one| one["identity"].as_str()).all(|one| identities.insert(one)) {
            return Err("two of its findings have the same identity");
        }
        let left_out = FaultKind::FindingsTooMany.id();
        if all(&document, "diagnostics").any(|one| one["rule"] == left_out) {
            return Err("it leaves findings out, because there were too many");
        }
        let has_finding = |rule: &Value| all(&document, "diagnostics").any(|one| one["rule"] == *rule);
        if all(&document, "outcomes").any(|one| one["failed"] != 0 && !has_finding(&one["rule"])) {
            return Err("it leaves findings out: a rule failed in it, and it has no finding of that rule");
        }
        let version = text_of(&document["tool"], "version").ok_or(NOT_A_REPORT)?;
        let run = run(&document).ok_or(NOT_A_REPORT)?;
        Ok(Self { run, version, baseline: text_of(&document["ledger"]["baseline"], "file") })
    }
}

fn all<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn shared(value: &Value, key: &str) -> Option<Arc<str>> {
    value[key].as_str().map(Arc::from)
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    all(value, key).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn run(document: &Value) -> Option<Run> {
    let ledger = ledger(&document["ledger"])?;
    Some(Run {
        product: Product::ALL.into_iter().find(|product| document["product"] == product.word())?,
        as_of: Date::parse(document["as_of"].as_str()?, None)?,
        tenant: text_of(&document["ledger"], "declared_tenant"),
        verdict: Verdict::by_word(document["verdict"].as_str()?)?,
        diagnostics: document["diagnostics"].as_array()?.iter().map(diagnostic).collect::<Option<_>>()?,
        outcomes: document["outcomes"].as_array()?.iter().map(outcome).collect::<Option<_>>()?,
        seats: Vec::new(),
        accounts: document["accounts"].as_array()?.iter().map(account).collect::<Option<_>>()?,
        accounts_more: document["accounts_more"].as_u64()?,
        ledger,
    })
}

fn diagnostic(one: &Value) -> Option<Diagnostic> {
    let rule = shared(one, "rule")?;
    let subject = Some(&one["record"]).filter(|record| !record.is_null()).map(|record| {
        Some(RecordRef {
            file: shared(record, "file")?,
            number: record["number"].as_u64()?,
            key: text_of(record, "key")?,
        })
    });
    let identification = Some(&one["details"]).filter(|details| !details.is_null()).map(|details| {
        let found = FindingDetails {
            side: Side::by_word(details["side"].as_str()?)?,
            field: text_of(details, "field").unwrap_or_default(),
            value: text_of(details, "value"),
            license: text_of(details, "license"),
            number: details["number"].as_u64(),
            ..FindingDetails::default()
        };
        let hashes = text_of(one, "identity").map(|identity| (identity, text_of(one, "state")));
        Some(Box::new(Identification::recorded(
            rule.clone(),
            Demand::known(text_of(details, "demand")?),
            found,
            hashes,
        )))
    });
    Some(Diagnostic {
        severity: Severity::by_word(one["severity"].as_str()?)?,
        basis: Basis::by_word(one["basis"].as_str()?)?,
        statements: texts(one, "statements").into(),
        message: text_of(one, "message")?,
        remedy: shared(one, "remedy")?,
        citation: None,
        subject: subject.map_or(Some(None), |subject| subject.map(Some))?,
        labels: all(one, "labels").map(label).collect::<Option<_>>()?,
        snippets: Vec::new(),
        fingerprint: text_of(one, "fingerprint")?,
        identification: identification.map_or(Some(None), |found| found.map(Some))?,
        acceptance: acceptance(one),
        comparison: None,
        rule,
    })
}

fn acceptance(one: &Value) -> Option<Acceptance> {
    if one["outcome"] == Outcome::Baselined.word() {
        let reason = shared(&one["baseline"], "reason");
        return Some(Acceptance::Baseline(BaselineRef { since: text_of(one, "since")?.into(), reason }));
    }
    let waiver = &one["waiver"];
    Some(Acceptance::Waiver(Arc::new(WaiverRef {
        id: text_of(waiver, "id")?,
        file: shared(waiver, "file")?,
        line: waiver["line"].as_u64()?,
        until: text_of(waiver, "until")?,
        approved_by: text_of(waiver, "approved_by")?,
        reason: text_of(waiver, "reason"),
        ticket: text_of(waiver, "ticket"),
    })))
}

fn label(one: &Value) -> Option<Label> {
    let location = |place: &Value| {
        let number = |key: &str| place[key].as_u64();
        Some(Location { byte: number("byte")?, line: number("line")?, column: number("column")? })
    };
    let cell = text_of(one, "sheet").zip(text_of(one, "cell")).map(|(sheet, cell)| CellAddress { sheet, cell });
    Some(Label {
        input: None,
        file: shared(one, "file")?,
        start: location(&one["start"])?,
        end: location(&one["end"])?,
        cell,
        message: text_of(one, "message")?,
    })
}

fn outcome(one: &Value) -> Option<RuleOutcome> {
    Some(RuleOutcome {
        rule: text_of(one, "rule")?,
        outcome: Outcome::by_word(one["outcome"].as_str()?)?,
        judged: one["judged"].as_u64()?,
        failed: one["failed"].as_u64()?,
        reason: text_of(one, "reason"),
        has_judged_all: false,
        lacks_column: false,
    })
}

fn account(one: &Value) -> Option<JudgedAccount> {
    Some(JudgedAccount {
        key: text_of(one, "key")?,
        file: shared(one, "file")?,
        number: one["number"].as_u64()?,
        is_api_user: one["kind"] == "api-user",
        is_administrator: one["is_administrator"].as_bool()?,
        name: None,
        roles: texts(one, "roles"),
        team: text_of(one, "team"),
        scope: texts(one, "scope"),
        main_view: text_of(one, "main_view"),
        is_active: one["active"].as_bool()?,
        integration_signs: Vec::new(),
        findings: one["findings"].as_u64()?,
        // No comparison asks how single accounts ended.
        outcome: AccountOutcome::NotDeterminable,
    })
}

/// The options that declare something about the tenant, or how inputs are read.
const OPTIONS: [&str; 8] = [
    "--product",
    "--api-user",
    "--all-api-users",
    "--seats",
    "--sheet",
    "--expect-records",
    "--encoding",
    "--header-row",
];

fn option(one: &Value) -> Option<GivenOption> {
    let option = OPTIONS.into_iter().find(|option| one["option"] == *option)?;
    Some(GivenOption { option, value: text_of(one, "value") })
}

fn ledger(ledger: &Value) -> Option<Ledger> {
    let file = |one: &Value| Some(ConfigFile { file: text_of(one, "file")?, sha256: text_of(one, "sha256") });
    let pack = |one: &Value| {
        Some(UsedPack {
            pack: text_of(one, "pack")?,
            version: text_of(one, "version")?,
            rules: one["rules"].as_u64()?,
            sha256: text_of(one, "sha256")?,
        })
    };
    let hole = |one: &Value| {
        Some(Hole {
            rule: text_of(one, "rule")?,
            reason: text_of(one, "reason")?,
            count: one["count"].as_u64()?,
            file: text_of(one, "file"),
            line: one["line"].as_u64(),
        })
    };
    let input = |one: &Value| {
        Some(InputLedger {
            file: text_of(one, "file")?,
            format: one["format"].as_str().and_then(Format::by_word).map(Format::word),
            sha256: text_of(one, "sha256"),
            bytes: one["bytes"].as_u64()?,
            records: one["records"].as_u64()?,
            judged: one["judged"].as_u64()?,
            ..InputLedger::default()
        })
    };
    let redaction = &ledger["redaction"];
    Some(Ledger {
        tenant: text_of(ledger, "tenant"),
        inputs: ledger["inputs"].as_array()?.iter().map(input).collect::<Option<_>>()?,
        holes: ledger["holes"].as_array()?.iter().map(hole).collect::<Option<_>>()?,
        rules_off: texts(ledger, "rules_off"),
        config: ledger["config"].as_array()?.iter().map(file).collect::<Option<_>>()?,
        packs: ledger["packs"].as_array()?.iter().map(pack).collect::<Option<_>>()?,
        policy_files: all(ledger, "policy_files").map(file).collect::<Option<_>>()?,
        options: all(ledger, "options").filter_map(option).collect(),
        redaction: RedactionLedger {
            identities: redaction["identities"].as_bool().unwrap_or(false),
            key: text_of(redaction, "key").filter(|key| key != RedactionLedger::BUILT_IN),
        },
        ..Ledger::default()
    })
}
