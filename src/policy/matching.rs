//! Waivers put to the findings of a run: which one covers what, and what has to be said of the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Policy;
use super::usefulness::Usefulness;
use super::waiver::{DRIFT, WaivedSubject, Waiver};
use crate::check::Finding;
use crate::diagnostic::acceptance::{Acceptance, WaiverRef};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::{Identification, canonical_list};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Basis, Diagnostic, Outcome, Severity, Verdict};
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{AccountOutcome, Hole, WaiverEnd, WaiverUse};
use crate::engine::{ExtraFinding, Run};
use crate::record::{Field, name};
use crate::rule::Rule;

/// Days before its end on which a waiver is noted.
const SOON: i32 = 30;

/// What a waiver and a finding that it names have to do with each other.
enum Match {
    Covers,
    /// The finding has another value, or more seats; the words say both.
    OtherValue(String),
    OtherDemand,
}

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
    /// Marks what waivers cover, adds what is to be said of them, and draws up the verdict again.
    ///
    /// # Errors
    /// Two waivers cover one finding.
    pub fn apply(
        &self,
        run: &mut Run,
        rules: &[Rule],
        fail_on: Severity,
        accounts: Option<&AccountLookup<'_>>,
    ) -> Result<(), Vec<UsageError>> {
        let mut matches = self.matches(&run.diagnostics);
        let mut extra = self.too_wide(&mut matches, run);
        self.mark(&matches, run)?;
        let ends = self.ends(&matches, run, rules, accounts);
        for ((waiver, matches), (end, reason)) in self.waivers.iter().zip(&matches).zip(ends) {
            let uses = matches.covers.iter();
            let uses = uses.filter(|at| covers(&run.diagnostics[**at], waiver)).count() as u64;
            extra.extend(self.remarks(waiver, end, matches, run));
            run.ledger.waivers.push(WaiverUse {
                id: waiver.id.value.clone(),
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
        extra.into_iter().for_each(|finding| run.add(finding));
        conclude(run, fail_on);
        Ok(())
    }

    /// What each waiver has to do with the findings.
    fn matches(&self, diagnostics: &[Diagnostic]) -> Vec<WaiverMatches> {
        let mut of_subject: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, waiver) in self.waivers.iter().enumerate() {
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
        for (at, diagnostic) in diagnostics.iter().enumerate() {
            let Some(found) = &diagnostic.identification else { continue };
            let account = account(diagnostic);
            let license = found.details.license.as_deref();
            let subject = license.map(str::to_owned).or_else(|| account.map(name::fold)).unwrap_or_default();
            let named = of_subject.get(&(&*diagnostic.rule, subject.as_str())).into_iter().flatten();
            let matching = groups.get(&*diagnostic.rule).into_iter().flatten().filter(|number| {
                matches!((&self.waivers[**number].subject, account), (WaivedSubject::Group { regex, .. }, Some(account)) if regex.is_match(account))
            });
            for number in named.chain(matching) {
                self.note(*number, at, &subject, found, &mut matches[*number]);
            }
        }
        matches
    }

    fn note(&self, number: usize, at: usize, subject: &str, found: &Identification, matches: &mut WaiverMatches) {
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
        match compare(waiver, found) {
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
            extra.push(self.finding(
                waiver,
                FaultKind::WaiverTooWide,
                Severity::Error,
                message,
                *span,
                "matches too many",
            ));
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
            if waiver.approved_on > run.as_of {
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
        let mut usefulness = Usefulness::new(run, rules);
        for (number, waiver) in self.waivers.iter().enumerate() {
            if ends[number].0.is_some() {
                continue;
            }
            let is_uncoverable = matches[number].is_uncoverable;
            ends[number] = match not_told(waiver, is_uncoverable) {
                Some(why) => (Some(WaiverEnd::NotTold), Some(why.to_owned())),
                None => {
                    usefulness.ask(number, waiver);
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
        let (id, until) = (quoted(&waiver.id.value), waiver.until.value);
        let mut remarks = Vec::new();
        let mut say = |kind, severity, message: String, span, label: &str| {
            remarks.push(self.finding(waiver, kind, severity, message, span, label));
        };
        let approver = &waiver.approved_by;
        let is_approver = |other: &str| name::fold(other.trim()) == name::fold(approver.value.trim());
        let is_account = matches!(&waiver.subject, WaivedSubject::Account { written, .. } if is_approver(written));
        if is_account || waiver.requested_by.as_ref().is_some_and(|one| is_approver(&one.value)) {
            let who = if is_account { "the account itself" } else { "the one who asked for it" };
            let message = format!("the waiver {id} was approved by {who}");
            say(FaultKind::WaiverSelfApproved, Severity::Error, message, approver.span, "approved by");
        }
        if waiver.named.value != waiver.rule && waiver.rule != DRIFT {
            let message = format!("the waiver {id} names a rule that is now called {}", quoted(&waiver.rule));
            say(FaultKind::WaiverRenamed, Severity::Note, message, waiver.named.span, "an id of before");
        }
        let at_value = waiver.value.as_ref().map_or(waiver.named.span, |value| value.span);
        match end {
            WaiverEnd::Used if until.days_since(run.as_of) <= SOON => {
                let message = format!("the waiver {id} covers until {until} only");
                say(FaultKind::WaiverEndsSoon, Severity::Note, message, waiver.until.span, "the last day");
            }
            WaiverEnd::Expired => {
                let message = format!("the waiver {id} expired after {until}, and its finding is still there");
                say(FaultKind::WaiverExpired, Severity::Warning, message, waiver.until.span, "the last day");
            }
            WaiverEnd::Changed => {
                let live = matches.differs.iter().find(|(at, _)| run.diagnostics[*at].is_live());
                match live.map(|(_, found)| found) {
                    Some(Match::OtherValue(words)) => {
                        let message = format!("the waiver {id} was approved for {words}");
                        say(FaultKind::WaiverValueChanged, Severity::Warning, message, at_value, "approved for this");
                    }
                    _ => {
                        let message = format!("the waiver {id} was approved for another demand of the rule");
                        say(FaultKind::WaiverRuleChanged, Severity::Warning, message, waiver.named.span, "this rule");
                    }
                }
            }
            WaiverEnd::Unused => {
                let message = format!("the waiver {id} covers nothing: its finding is not there");
                say(FaultKind::WaiverUnused, Severity::Warning, message, waiver.id.span, "covers nothing");
            }
            WaiverEnd::Used | WaiverEnd::NotYet | WaiverEnd::NotTold => {}
        }
        remarks
    }

    fn finding(
        &self,
        waiver: &Waiver,
        kind: FaultKind,
        severity: Severity,
        message: String,
        span: crate::source::Span,
        label: &str,
    ) -> ExtraFinding {
        let document = &self.documents[waiver.document];
        let (label, snippet) = document.place(span, label, &mut document.locator());
        let mut finding = Finding::new(message, vec![waiver.id.value.clone()]);
        finding.labels.push(label);
        finding.snippets.extend(snippet);
        ExtraFinding { kind, severity, basis: Basis::Policy, finding, remedy: None }
    }
}

/// Why it cannot be told whether a waiver is needed.
fn not_told(waiver: &Waiver, is_uncoverable: bool) -> Option<&'static str> {
    match waiver {
        _ if waiver.rule == DRIFT => Some("only `rolecall drift` finds drift"),
        _ if is_uncoverable => Some("the user name of its account is not the name of one account only"),
        _ => None,
    }
}

/// True if this waiver covers the finding.
fn covers(diagnostic: &Diagnostic, waiver: &Waiver) -> bool {
    matches!(&diagnostic.acceptance, Some(Acceptance::Waiver(by)) if by.id == waiver.id.value)
}

/// The user name of the account that a finding is about.
fn account(diagnostic: &Diagnostic) -> Option<&str> {
    let details = &diagnostic.identification.as_ref()?.details;
    let subject = diagnostic.subject.as_ref()?;
    (details.side != crate::diagnostic::identification::Side::Tenant).then_some(&subject.key)
}

/// Puts a waiver to a finding of its subject.
fn compare(waiver: &Waiver, found: &Identification) -> Match {
    let details = &found.details;
    if let (WaivedSubject::License { at_most, .. }, Some(number)) = (&waiver.subject, details.number)
        && number > *at_most
    {
        return Match::OtherValue(format!("at most {at_most} seats, {number} are planned"));
    }
    if let (Some(waived), Some(value)) = (&waiver.value, &details.value) {
        let is_list = details.item.is_none() && Field::by_name(&details.field).is_some_and(Field::is_list);
        let canonical = |text: &str| if is_list { canonical_list(text.split("; ")) } else { text.to_owned() };
        if canonical(&waived.value) != canonical(value) {
            let words = |text: &str| if text.is_empty() { "a blank".to_owned() } else { quoted(text) };
            return Match::OtherValue(format!("{}, but {} is there now", words(&waived.value), words(value)));
        }
    }
    if waiver.demand.as_ref().is_some_and(|demand| **demand != *found.demand) {
        return Match::OtherDemand;
    }
    Match::Covers
}

/// Rules and accounts all of whose findings are covered, and the verdict.
fn conclude(run: &mut Run, fail_on: Severity) {
    let is_whole = !run.diagnostics.iter().any(|one| *one.rule == *FaultKind::FindingsTooMany.id());
    for outcome in run.outcomes.iter_mut().filter(|one| one.outcome == Outcome::Fail && is_whole) {
        let mut of_rule = run.diagnostics.iter().filter(|one| *one.rule == *outcome.rule).peekable();
        if of_rule.peek().is_some() && of_rule.all(|one| !one.is_live()) {
            outcome.outcome = Outcome::Waived;
        }
    }
    let mut live: BTreeSet<(&str, u64)> = BTreeSet::new();
    for one in run.diagnostics.iter().filter(|one| one.is_live()) {
        live.extend(one.subject.as_ref().map(|subject| (&*subject.file, subject.number)));
    }
    for account in run.accounts.iter_mut().filter(|one| one.outcome == AccountOutcome::Fail && is_whole) {
        if !live.contains(&(&*account.file, account.number)) {
            account.outcome = AccountOutcome::Waived;
        }
    }
    let fails = run.diagnostics.iter().any(|one| one.is_live() && one.severity >= fail_on);
    run.verdict = match (run.ledger.holes.is_empty(), fails) {
        (false, _) => Verdict::Incomplete,
        (true, true) => Verdict::Fail,
        (true, false) => Verdict::Pass,
    };
}
