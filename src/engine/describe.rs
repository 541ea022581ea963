//! From violations and faults to diagnostics: words from the rule, places from the text at hand.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use sha2::{Digest, Sha256};

use super::context::{ConfiguredRule, MessageContext, RuleTexts};
use super::load::InputRef;
use crate::check::{Finding, Violation};
use crate::config::SeverityOverride;
use crate::diagnostic::fault::{Fault, FaultKind, SpanLabel};
use crate::diagnostic::fingerprint::{fingerprint, hex};
use crate::diagnostic::identification::{DRIFT, Demand, FindingDetails, Identification, Side};
use crate::diagnostic::snippet::{Excerpt, Snippet, SnippetMark};
use crate::diagnostic::visible::shell_word;
use crate::diagnostic::{Basis, Diagnostic, Label, RecordRef, Severity};
use crate::read::Locator;
use crate::record::{InputKind, Record, name};
use crate::rule::demand::RuleDemand;
use crate::source::Span;

/// A diagnostic and its position in a report: by input, by place, by rule.
#[derive(Clone, Debug)]
pub struct PlacedDiagnostic {
    pub order: (u16, u64, usize),
    pub diagnostic: Diagnostic,
}

/// A finding that no rule makes.
pub struct ExtraFinding {
    /// What kind it is.
    pub kind: FaultKind,
    /// What it counts for.
    pub severity: Severity,
    /// By whose authority.
    pub basis: Basis,
    /// What and where.
    pub finding: Finding,
    /// A remedy better than the kind's own.
    pub remedy: Option<String>,
}

/// The order of diagnostics of no input: after all others.
const NO_INPUT: u16 = u16::MAX;

/// Rules come after faults of the same place.
pub const FAULTS: usize = 1000;

/// Diagnostics in the order of a report, every fingerprint once.
#[must_use]
pub fn sorted(mut placed: Vec<PlacedDiagnostic>) -> Vec<Diagnostic> {
    placed.sort_by_key(|a| a.order);
    let mut diagnostics: Vec<_> = placed.into_iter().map(|placed| placed.diagnostic).collect();
    let identities: Vec<String> = diagnostics.iter_mut().map(|one| std::mem::take(&mut one.fingerprint)).collect();
    let mut seen: HashMap<&str, u32, RandomState> =
        HashMap::with_capacity_and_hasher(identities.len(), RandomState::default());
    for (diagnostic, identity) in diagnostics.iter_mut().zip(&identities) {
        let times = seen.entry(identity).or_default();
        *times += 1;
        // Findings alike in all that identifies them are told apart by their order.
        diagnostic.fingerprint =
            if *times == 1 { identity.clone() } else { fingerprint(&[identity, &times.to_string()]) };
    }
    diagnostics
}

/// The subject of a record.
pub fn subject(record: &(impl Record + ?Sized), file: &Arc<str>) -> RecordRef {
    RecordRef { file: Arc::clone(file), number: record.number(), key: record.key() }
}

/// The side of a record.
pub fn side(record: &(impl Record + ?Sized)) -> Side {
    match record.input_kind() {
        InputKind::Export => Side::Export,
        InputKind::Plan => Side::Plan,
    }
}

/// The diagnostic of a violation in a record.
pub fn of_violation(
    ready: &ConfiguredRule<'_>,
    number: usize,
    violation: Violation,
    record: &dyn Record,
    at: InputRef<'_>,
    message_context: MessageContext<'_>,
    view: &mut Locator<'_>,
) -> PlacedDiagnostic {
    // A password outside of records has no subject.
    let subject = (record.number() > 0).then(|| subject(record, at.file));
    let identity = [violation.field.name().to_owned(), violation.value.clone()];
    let (mut labels, spans) = labels(&violation.labels, at, view);
    let mut snippets = snippets(&labels, &spans, at.file, |spans| record.excerpt(spans));
    if let Some(declared) = violation.declared {
        snippets.extend(declared.snippet.map(|snippet| snippet.for_label(labels.len())));
        labels.push(declared.label);
    }
    let start = violation.labels.first().map_or(0, |mark| mark.span.start);
    let severity = severity(ready, violation.case);
    let details = FindingDetails { side: side(record), ..violation.details };
    let diagnostic = Diagnostic {
        fingerprint: identify(&ready.rule.id, subject.as_ref(), &identity),
        subject,
        labels,
        snippets,
        ..of_rule(ready, severity, violation.message, Some(details), message_context)
    };
    PlacedDiagnostic { order: (at.input.0, start, FAULTS + number), diagnostic }
}

/// The diagnostic of what a population check found.
pub fn of_finding(
    ready: &ConfiguredRule<'_>,
    number: usize,
    finding: Finding,
    message_context: MessageContext<'_>,
) -> PlacedDiagnostic {
    let severity = severity(ready, finding.case);
    let first = finding.labels.first();
    let order = first.map_or((NO_INPUT, 0), |label| (label.input.map_or(NO_INPUT, |input| input.0), label.start.byte));
    let diagnostic = Diagnostic {
        fingerprint: identify(&ready.rule.id, finding.subject.as_ref(), &finding.identity),
        subject: finding.subject,
        labels: finding.labels,
        snippets: finding.snippets,
        ..of_rule(ready, severity, finding.message, finding.details, message_context)
    };
    PlacedDiagnostic { order: (order.0, order.1, FAULTS + number), diagnostic }
}

/// The diagnostic of a finding that belongs to no rule.
pub fn of_extra(extra: ExtraFinding) -> PlacedDiagnostic {
    let ExtraFinding { kind, severity, basis, finding, remedy } = extra;
    let first = finding.labels.first();
    let order = first.map_or((NO_INPUT, 0), |label| (label.input.map_or(NO_INPUT, |input| input.0), label.start.byte));
    let diagnostic = Diagnostic {
        rule: kind.id().into(),
        severity,
        basis,
        statements: Arc::default(),
        message: finding.message,
        remedy: remedy.as_deref().unwrap_or_else(|| kind.remedy()).into(),
        citation: None,
        fingerprint: identify(kind.id(), finding.subject.as_ref(), &finding.identity),
        subject: finding.subject,
        labels: finding.labels,
        snippets: finding.snippets,
        identification: finding.details.map(|details| Box::new(drift(details))),
        acceptance: None,
        comparison: None,
    };
    PlacedDiagnostic { order: (order.0, order.1, kind as usize), diagnostic }
}

/// What is compared between runs of a difference between plan and export: the plan demands, not a rule.
fn drift(details: FindingDetails) -> Identification {
    let demand = format!("sha256:{}", hex(&Sha256::digest(DRIFT)));
    Identification::new(DRIFT.into(), Demand::known(demand), details)
}

/// The diagnostic of a fault. Without a view it has no places.
pub fn of_fault(
    fault: &Fault,
    severity: Severity,
    subject: Option<RecordRef>,
    excerpt: Option<&Excerpt>,
    at: Option<InputRef<'_>>,
    view: Option<&mut Locator<'_>>,
) -> PlacedDiagnostic {
    let (mut file_labels, mut snips) = (Vec::new(), Vec::new());
    let mut start = 0;
    if let (Some(at), Some(view)) = (at, view) {
        let (found, spans) = labels(&fault.labels, at, view);
        if let Some(excerpt) = excerpt {
            snips = snippets(&found, &spans, at.file, |_| excerpt.clone());
            // One excerpt shows one line: that of the first place.
            snips.truncate(1);
        }
        file_labels = found;
        start = fault.labels.first().map_or(0, |label| label.span.start);
    }
    let file = at.map_or("", |at| &**at.file);
    let key = subject.as_ref().map_or("", |subject| subject.key.as_str());
    let diagnostic = Diagnostic {
        rule: fault.kind.id().into(),
        severity,
        basis: Basis::Input,
        statements: Arc::default(),
        message: if file_labels.is_empty() && !file.is_empty() {
            format!("{file}: {}", fault.message)
        } else {
            fault.message.clone()
        },
        remedy: naming(fault.remedy.as_deref().unwrap_or_else(|| fault.kind.remedy()), file).into(),
        citation: None,
        fingerprint: fingerprint(&[fault.kind.id(), key, &fault.message]),
        subject,
        labels: file_labels,
        snippets: snips,
        identification: None,
        acceptance: None,
        comparison: None,
    };
    PlacedDiagnostic { order: (at.map_or(NO_INPUT, |at| at.input.0), start, fault.kind as usize), diagnostic }
}

/// `remedy` with the input it is about in the commands that it names, as a shell takes it.
fn naming(remedy: &str, file: &str) -> String {
    if matches!(file, "" | "-") {
        return remedy.to_owned();
    }
    remedy.replace("rolecall init FILE", &format!("rolecall init {}", shell_word(file)))
}

fn of_rule(
    ready: &ConfiguredRule<'_>,
    severity: Severity,
    message: String,
    details: Option<FindingDetails>,
    message_context: MessageContext<'_>,
) -> Diagnostic {
    let rule = ready.rule;
    let words = ready.texts.get_or_init(|| RuleTexts {
        id: rule.id.as_str().into(),
        statements: rule.statements.as_slice().into(),
        remedy: message_context.product.fill(&rule.remedy).into(),
        citation: rule.cited(message_context.references, message_context.product).map(Into::into),
        permanent_id: rule.permanent_id().into(),
        demand: Demand::lazy({
            let demand = RuleDemand::of(rule);
            move || demand.digest()
        }),
    });
    let RuleTexts { id, statements, remedy, citation, permanent_id, demand } = words.clone();
    let identification = details.map(|details| Box::new(Identification::new(permanent_id, demand, details)));
    Diagnostic {
        rule: id,
        severity,
        basis: rule.basis,
        statements,
        message,
        remedy,
        citation,
        subject: None,
        labels: Vec::new(),
        snippets: Vec::new(),
        fingerprint: String::new(),
        identification,
        acceptance: None,
        comparison: None,
    }
}

/// A site's severity replaces every default of a rule.
pub fn severity(ready: &ConfiguredRule<'_>, case: Option<&str>) -> Severity {
    match ready.change {
        Some(SeverityOverride::Severity(severity)) => severity,
        Some(SeverityOverride::Off) | None => ready.rule.severity_of(case),
    }
}

fn identify(rule: &str, subject: Option<&RecordRef>, identity: &[String]) -> String {
    let key = subject.map(|subject| name::fold(&subject.key)).unwrap_or_default();
    let mut parts = vec![rule, key.as_str()];
    parts.extend(identity.iter().map(String::as_str));
    fingerprint(&parts)
}

/// The labels with their places, and their spans; one that only refers to its value gets a second label there.
fn labels(written: &[SpanLabel], at: InputRef<'_>, view: &mut Locator<'_>) -> (Vec<Label>, Vec<Span>) {
    let mut labels = Vec::with_capacity(written.len());
    let mut spans = Vec::with_capacity(written.len());
    let mut add = |span: Span, message: &str| {
        let start = view.locate(span.start);
        let end = if span.is_empty() { start } else { view.locate(span.end) };
        let (file, message) = (Arc::clone(at.file), message.to_owned());
        labels.push(Label { input: Some(at.input), file, start, end, cell: view.cell(span.start), message });
        spans.push(span);
    };
    for label in written {
        add(label.span, &label.message);
    }
    for defined in written.iter().filter_map(|label| label.defined) {
        add(defined, "defined here");
    }
    (labels, spans)
}

/// Snippets for labels: one for each line.
fn snippets(labels: &[Label], spans: &[Span], file: &Arc<str>, excerpt: impl Fn(&[Span]) -> Excerpt) -> Vec<Snippet> {
    let mut lines: Vec<u64> = labels.iter().map(|label| label.start.line).collect();
    lines.dedup();
    let mut done = Vec::new();
    let mut snippets = Vec::new();
    for line in lines {
        if done.contains(&line) {
            continue;
        }
        done.push(line);
        let here: Vec<usize> = (0..labels.len()).filter(|number| labels[*number].start.line == line).collect();
        let wanted: Vec<Span> = here.iter().map(|number| spans[*number]).collect();
        let excerpt = excerpt(&wanted);
        let marks =
            here.iter().map(|number| SnippetMark { range: excerpt.find(spans[*number]), label: *number }).collect();
        let column = labels[here[0]].start.column;
        snippets.push(Snippet { file: Arc::clone(file), line, column, text: excerpt.text().to_owned(), marks });
    }
    snippets
}
