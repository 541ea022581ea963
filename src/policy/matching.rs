//! Waivers put to the findings of a run: which one covers what, and what has to be said of the others.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Policy;
use super::approver::is_same_person;
use super::comparison::{Match, account, compare, severity_line};
use super::usefulness::{AskedSubject, Usefulness};
use super::waiver::{DRIFT, WaivedSubject, Waiver};
use crate::check::Finding;
use crate::diagnostic::acceptance::{Acceptance, WaiverRef};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::Identification;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Basis, Diagnostic, Outcome, Severity, Verdict};
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{AccountOutcome, Hole, WaiverEnd, WaiverUse};
use crate::engine::{ExtraFinding, Run};
use crate::record::name;
use crate::rule::Rule;
use crate::source::Span;

/// Days before its end on which a waiver is noted.
const SOON: i32 = 30;

/// What became of a waiver so far.
#[derive(Default)]
struct WaiverMatches {
    /// Findings it covers, or would cover on another day.
    covers: Vec<usize>,
    /// Findings of its subject in another condition.
    differs: Vec<(usize, Match)>,
    /// A finding of its subject that has no identity.
    is_uncoverable: bool,
    /// The accounts of its group that have such findings.
    accounts: BTreeSet<String>,
}

impl Policy {
    /// Marks what waivers and the baseline cover, adds what is to be said of them, and draws up the verdict again. Returns
    /// the findings that waivers name, in force or not: no baseline takes or covers them.
    ///
    /// # Errors
    /// Two waivers cover one finding; the baseline was made of other data.
    pub fn apply(
        &self,
        run: &mut Run,
        rules: &[Rule],
        fail_on: Severity,
        accounts: Option<&AccountLookup<'_>>,
    ) -> Result<BTreeSet<usize>, Vec<UsageError>> {
        let mut matches = self.matches(run);
        let named = matches.iter().flat_map(|one| one.covers.iter().chain(one.differs.iter().map(|(at, _)| at)));
        let named: BTreeSet<usize> = named.copied().collect();
        let mut extra = self.too_wide(&mut matches, run);
        self.mark(&matches, run)?;
        let ends = self.ends(&matches, run, rules, accounts);
        for ((waiver, matches), (end, reason)) in self.waivers.iter().zip(&matches).zip(ends) {
            let uses = matches.covers.iter();
            let uses = uses.filter(|at| covers(&run.diagnostics[**at], waiver)).count() as u64;
            extra.extend(self.remarks(waiver, end, matches, run));
            run.ledger.waivers.push(WaiverUse {
                id: waiver.id.value.clone(),
                tenant: waiver.tenant.clone(),
                rule: waiver.named.value.clone(),
                file: Arc::clone(&self.documents[waiver.document].path),
                line: waiver.line,
                subject: waiver.subject.shown(),
                is_any_value: waiver.is_any_value,
                until: waiver.until.value.to_string(),
                approved_by: waiver.approved_by.value.clone(),
                uses,
                ended: end,
                reason,
            });
        }
        if let Some(baseline) = &self.baseline {
            extra.extend(baseline.apply(run, &named, rules, accounts)?);
        }
        extra.into_iter().for_each(|finding| run.add(finding));
        conclude(run, fail_on);
        Ok(named)
    }

    /// What each waiver has to do with the findings.
    fn matches(&self, run: &Run) -> Vec<WaiverMatches> {
        let mut of_subject: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, waiver) in self.waivers.iter().enumerate().filter(|(_, one)| is_of_tenant(one, run)) {
            let subject = match &waiver.subject {
                WaivedSubject::Account { folded, .. } => folded.as_str(),
                WaivedSubject::License { name, .. } => name.as_str(),
                WaivedSubject::Tenant => "",
                WaivedSubject::Group { .. } => {
                    groups.entry(&waiver.rule).or_default().push(number);
                    continue;
                }
            };
            of_subject.entry((&waiver.rule, subject)).or_default().push(number);
        }
        let mut matches: Vec<WaiverMatches> = self.waivers.iter().map(|_| WaiverMatches::default()).collect();
        for (at, diagnostic) in run.diagnostics.iter().enumerate() {
            let Some(found) = &diagnostic.identification else { continue };
            let account = account(diagnostic);
            let license = found.details.license.as_deref();
            let subject = license.map(str::to_owned).or_else(|| account.map(name::fold)).unwrap_or_default();
            let named = of_subject.get(&(&*diagnostic.rule, subject.as_str())).into_iter().flatten();
            let matching = groups.get(&*diagnostic.rule).into_iter().flatten().filter(|number| {
                matches!((&self.waivers[**number].subject, account), (WaivedSubject::Group { regex, .. }, Some(account)) if regex.is_match(account))
            });
            for number in named.chain(matching) {
                self.note(*number, (at, diagnostic), &subject, found, &mut matches[*number]);
            }
        }
        matches
    }

    fn note(
        &self,
        number: usize,
        (at, diagnostic): (usize, &Diagnostic),
        subject: &str,
        found: &Identification,
        matches: &mut WaiverMatches,
    ) {
        let waiver = &self.waivers[number];
        let details = &found.details;
        let is_meant = waiver.side.as_deref().is_none_or(|side| side == details.side.word())
            && waiver.field.as_ref().is_none_or(|field| *field == details.field);
        if !is_meant {
            return;
        }
        if matches!(waiver.subject, WaivedSubject::Group { .. }) {
            matches.accounts.insert(subject.to_owned());
        }
        if !found.has_state() {
            matches.is_uncoverable = true;
            return;
        }
        match compare(waiver, diagnostic, found) {
            Match::Covers => matches.covers.push(at),
            other => matches.differs.push((at, other)),
        }
    }

    /// Waivers of groups that match too many accounts cover none, and the run is INCOMPLETE.
    fn too_wide(&self, matches: &mut [WaiverMatches], run: &mut Run) -> Vec<ExtraFinding> {
        let mut extra = Vec::new();
        for (waiver, matches) in self.waivers.iter().zip(matches) {
            let WaivedSubject::Group { max, span, .. } = &waiver.subject else { continue };
            let count = matches.accounts.len() as u64;
            if count <= *max || !waiver.is_in_force(run.as_of) {
                continue;
            }
            let id = quoted(&waiver.id.value);
            let message = format!("the waiver {id} matches {count} accounts, the most is {max}: it covers none");
            let document = &self.documents[waiver.document];
            run.ledger.holes.push(Hole {
                rule: FaultKind::WaiverTooWide.id().to_owned(),
                reason: message.clone(),
                count: 1,
                file: Some(document.path.to_string()),
                line: Some(waiver.line),
            });
            let place = (*span, "matches too many");
            extra.push(self.finding(waiver, FaultKind::WaiverTooWide, Severity::Error, message, place));
            matches.covers.clear();
        }
        extra
    }

    /// Marks what is covered today.
    fn mark(&self, matches: &[WaiverMatches], run: &mut Run) -> Result<(), Vec<UsageError>> {
        let mut coverers: BTreeMap<usize, &Waiver> = BTreeMap::new();
        let mut errors = Vec::new();
        for (waiver, matches) in self.waivers.iter().zip(matches).filter(|(one, _)| one.is_in_force(run.as_of)) {
            let reference = Arc::new(self.reference(waiver));
            for at in &matches.covers {
                match coverers.insert(*at, waiver) {
                    Some(other) => errors.push(self.two_cover(other, waiver)),
                    None => run.diagnostics[*at].acceptance = Some(Acceptance::Waiver(Arc::clone(&reference))),
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn reference(&self, waiver: &Waiver) -> WaiverRef {
        WaiverRef {
            id: waiver.id.value.clone(),
            file: Arc::clone(&self.documents[waiver.document].path),
            line: waiver.line,
            until: waiver.until.value.to_string(),
            approved_by: waiver.approved_by.value.clone(),
            reason: Some(waiver.reason.clone()),
            ticket: waiver.ticket.clone(),
        }
    }

    /// How each waiver ended, and why nothing more is said of it.
    fn ends(
        &self,
        matches: &[WaiverMatches],
        run: &Run,
        rules: &[Rule],
        accounts: Option<&AccountLookup<'_>>,
    ) -> Vec<(WaiverEnd, Option<String>)> {
        let end = |waiver: &Waiver, matches: &WaiverMatches| {
            let is_live = |at: &usize| run.diagnostics[*at].is_live();
            if waiver.approved_on > run.as_of && is_of_tenant(waiver, run) {
                return Some(WaiverEnd::NotYet);
            }
            if matches.covers.iter().any(|at| covers(&run.diagnostics[*at], waiver)) {
                return Some(WaiverEnd::Used);
            }
            if !waiver.is_in_force(run.as_of) && matches.covers.iter().any(is_live) {
                return Some(WaiverEnd::Expired);
            }
            matches.differs.iter().any(|(at, _)| is_live(at)).then_some(WaiverEnd::Changed)
        };
        let mut ends: Vec<_> =
            self.waivers.iter().zip(matches).map(|(waiver, matches)| (end(waiver, matches), None)).collect();
        let mut usefulness = Usefulness::new(run, rules, |_, record| name::fold(&record.key()));
        for (number, waiver) in self.waivers.iter().enumerate() {
            if ends[number].0.is_some() {
                continue;
            }
            let is_uncoverable = matches[number].is_uncoverable;
            ends[number] = match not_told(waiver, is_uncoverable, run) {
                Some(why) => (Some(WaiverEnd::NotTold), Some(why)),
                None => {
                    let subject = match &waiver.subject {
                        WaivedSubject::Account { folded, .. } => {
                            AskedSubject::Account { key: folded.clone(), side: waiver.side.as_deref() }
                        }
                        WaivedSubject::Group { .. } => AskedSubject::Group,
                        WaivedSubject::License { .. } | WaivedSubject::Tenant => AskedSubject::Tenant,
                    };
                    usefulness.ask(number, &waiver.rule, subject);
                    (None, None)
                }
            };
        }
        for (number, answer) in usefulness.answers(accounts) {
            ends[number] = match answer {
                None => (Some(WaiverEnd::Unused), None),
                Some(why) => (Some(WaiverEnd::NotTold), Some(why)),
            };
        }
        ends.into_iter().map(|(end, why)| (end.unwrap_or(WaiverEnd::NotTold), why)).collect()
    }

    /// What is to be said of a waiver.
    fn remarks(&self, waiver: &Waiver, end: WaiverEnd, matches: &WaiverMatches, run: &Run) -> Vec<ExtraFinding> {
        let id = quoted(&waiver.id.value);
        let mut remarks: Vec<_> = self.self_approved(waiver, matches).into_iter().collect();
        if waiver.named.value != waiver.rule && waiver.rule != DRIFT {
            let message = format!("the waiver {id} names a rule that is now called {}", quoted(&waiver.rule));
            let place = (waiver.named.span, "an id of before");
            remarks.push(self.finding(waiver, FaultKind::WaiverRenamed, Severity::Note, message, place));
        }
        remarks.extend(self.open_severity(waiver, matches, run));
        let until = (waiver.until.span, "the last day");
        let (kind, severity, message, place) = match end {
            WaiverEnd::Used if waiver.until.value.days_since(run.as_of) <= SOON => {
                let message = format!("the waiver {id} covers until {} only", waiver.until.value);
                (FaultKind::WaiverEndsSoon, Severity::Note, message, until)
            }
            WaiverEnd::Expired => {
                let last = waiver.until.value;
                let message = format!("the waiver {id} expired after {last}, and its finding is still there");
                (FaultKind::WaiverExpired, Severity::Warning, message, until)
            }
            WaiverEnd::Changed => {
                remarks.push(self.changed(waiver, matches, run));
                return remarks;
            }
            WaiverEnd::Unused => {
                let message = format!("the waiver {id} covers nothing: its finding is not there");
                (FaultKind::WaiverUnused, Severity::Warning, message, (waiver.id.span, "covers nothing"))
            }
            WaiverEnd::Used | WaiverEnd::NotYet | WaiverEnd::NotTold => return remarks,
        };
        remarks.push(self.finding(waiver, kind, severity, message, place));
        remarks
    }

    /// That nobody but the account, or whoever asked for it, approved it.
    fn self_approved(&self, waiver: &Waiver, matches: &WaiverMatches) -> Option<ExtraFinding> {
        let approver = &waiver.approved_by;
        let is_approver = |other: &str| is_same_person(&approver.value, other);
        let who = match &waiver.subject {
            WaivedSubject::Account { written, .. } if is_approver(written) => "the account itself",
            WaivedSubject::Group { .. } if matches.accounts.iter().any(|account| is_approver(account)) => {
                "an account of its group"
            }
            _ if waiver.requested_by.as_ref().is_some_and(|one| is_approver(&one.value)) => "the one who asked for it",
            _ => return None,
        };
        let message = format!("the waiver {} was approved by {who}", quoted(&waiver.id.value));
        let place = (approver.span, "approved by");
        Some(self.finding(waiver, FaultKind::WaiverSelfApproved, Severity::Error, message, place))
    }

    /// That it covers more than the mildest case of its rule, which whoever approved it may not have known.
    fn open_severity(&self, waiver: &Waiver, matches: &WaiverMatches, run: &Run) -> Option<ExtraFinding> {
        let covered = matches.covers.iter().map(|at| &run.diagnostics[*at]).filter(|one| covers(one, waiver));
        let gravest = covered.max_by_key(|one| one.severity)?;
        if waiver.severity.is_some() || gravest.severity <= waiver.least_severity {
            return None;
        }
        let (id, severity) = (quoted(&waiver.id.value), gravest.severity.word());
        let message = format!("the waiver {id} names no severity, and its finding is of severity {severity}");
        let place = (waiver.named.span, "this rule has milder cases");
        let finding = self.finding(waiver, FaultKind::WaiverSeverityOpen, Severity::Note, message, place);
        Some(ExtraFinding {
            remedy: Some(format!("Write `{}` if that is approved.", severity_line(gravest))),
            ..finding
        })
    }

    /// That its finding is not in the condition that was approved.
    fn changed(&self, waiver: &Waiver, matches: &WaiverMatches, run: &Run) -> ExtraFinding {
        let id = quoted(&waiver.id.value);
        let live = matches.differs.iter().find(|(at, _)| run.diagnostics[*at].is_live());
        let Some((_, Match::Differs(other))) = live else {
            let message = format!("the waiver {id} was approved for another demand of the rule");
            let place = (waiver.named.span, "this rule");
            return self.finding(waiver, FaultKind::WaiverRuleChanged, Severity::Warning, message, place);
        };
        let message = format!("the waiver {id} was approved for {}", other.words);
        let place = (other.span, "approved for this");
        let finding = self.finding(waiver, FaultKind::WaiverValueChanged, Severity::Warning, message, place);
        let remedy =
            other.line.as_ref().map(|line| format!("Cure the finding, or write `{line}` once that is approved."));
        ExtraFinding { remedy, ..finding }
    }

    fn finding(
        &self,
        waiver: &Waiver,
        kind: FaultKind,
        severity: Severity,
        message: String,
        (span, label): (Span, &str),
    ) -> ExtraFinding {
        let document = &self.documents[waiver.document];
        let (label, snippet) = document.place(span, label, &mut document.locator());
        let mut finding = Finding::new(message, vec![waiver.id.value.clone()]);
        finding.labels.push(label);
        finding.snippets.extend(snippet);
        ExtraFinding { kind, severity, basis: Basis::Policy, finding, remedy: None }
    }
}

/// True if a waiver is about the tenant of the run.
fn is_of_tenant(waiver: &Waiver, run: &Run) -> bool {
    let tenant = run.ledger.tenant.as_ref().or(run.tenant.as_ref());
    waiver.tenant.as_ref().is_none_or(|named| Some(named) == tenant)
}

/// Why it cannot be told whether a waiver is needed.
fn not_told(waiver: &Waiver, is_uncoverable: bool, run: &Run) -> Option<String> {
    match &waiver.tenant {
        Some(tenant) if !is_of_tenant(waiver, run) => Some(format!("it is for the tenant {}", quoted(tenant))),
        _ if waiver.rule == DRIFT => Some("only `rolecall drift` finds drift".to_owned()),
        _ if is_uncoverable => Some("the user name of its account is not the name of one account only".to_owned()),
        _ => None,
    }
}

/// True if this waiver covers the finding.
fn covers(diagnostic: &Diagnostic, waiver: &Waiver) -> bool {
    matches!(&diagnostic.acceptance, Some(Acceptance::Waiver(by)) if by.id == waiver.id.value)
}

/// Rules and accounts all of whose findings are covered, and the verdict.
fn conclude(run: &mut Run, fail_on: Severity) {
    let is_whole = !run.diagnostics.iter().any(|one| *one.rule == *FaultKind::FindingsTooMany.id());
    for outcome in run.outcomes.iter_mut().filter(|one| one.outcome == Outcome::Fail && is_whole) {
        let mut of_rule = run.diagnostics.iter().filter(|one| *one.rule == *outcome.rule).peekable();
        let mut accepted = Outcome::Waived;
        let is_accepted = |one: &Diagnostic| {
            accepted = if one.outcome() == Outcome::Baselined { Outcome::Baselined } else { accepted };
            !one.is_live()
        };
        if of_rule.peek().is_some() && of_rule.all(is_accepted) {
            outcome.outcome = accepted;
        }
    }
    let mut live: HashSet<(&str, u64)> = HashSet::new();
    let mut baselined: HashSet<(&str, u64)> = HashSet::new();
    for one in &run.diagnostics {
        let of = match one.outcome() {
            Outcome::Waived => continue,
            Outcome::Baselined => &mut baselined,
            _ => &mut live,
        };
        of.extend(one.subject.as_ref().map(|subject| (&*subject.file, subject.number)));
    }
    for account in run.accounts.iter_mut().filter(|one| one.outcome == AccountOutcome::Fail && is_whole) {
        let place = (&*account.file, account.number);
        account.outcome = match (live.contains(&place), baselined.contains(&place)) {
            (true, _) => AccountOutcome::Fail,
            (false, true) => AccountOutcome::Baselined,
            (false, false) => AccountOutcome::Waived,
        };
    }
    let fails = run.diagnostics.iter().any(|one| one.is_live() && one.severity >= fail_on);
    run.verdict = match (run.ledger.holes.is_empty(), fails) {
        (false, _) => Verdict::Incomplete,
        (true, true) => Verdict::Fail,
        (true, false) => Verdict::Pass,
    };
}
