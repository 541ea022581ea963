//! Waivers put to the findings of a run: which one covers what, and what has to be said of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Policy;
use super::subject_index::{SubjectIndex, WaiverMatches, is_of_tenant};
use super::unused_analysis::{AccountSearch, NotKnown, QuerySubject, UnusedAnalysis};
use super::verdict::conclude;
use super::waiver::{WaivedSubject, Waiver};
use crate::diagnostic::acceptance::{Acceptance, WaiverRef};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::DRIFT;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{Hole, WaiverEnd, WaiverUse};
use crate::engine::{ExtraFinding, Run};
use crate::record::{Field, name};
use crate::rule::Rule;

/// What judged the accounts, which tells whether a waiver that covers nothing is still needed.
#[derive(Clone, Copy)]
pub enum JudgedBy<'a> {
    /// Rules: the accounts; `None` if they cannot be read again.
    Rules(Option<&'a AccountLookup<'a>>),
    /// Plans: why nothing is known of an account and a field.
    Plans(&'a dyn Fn(&str, &str) -> Option<String>),
}

/// What became of all waivers so far.
struct Matched {
    matches: Vec<WaiverMatches>,
    /// The findings that waivers name, in force or not.
    named: BTreeSet<usize>,
    /// Waivers of groups that match too many accounts.
    extra: Vec<ExtraFinding>,
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
        judged_by: JudgedBy<'_>,
    ) -> Result<BTreeSet<usize>, Vec<UsageError>> {
        let accounts = if let JudgedBy::Rules(accounts) = judged_by { accounts } else { None };
        let Matched { matches, named, mut extra } = self.matched(run, accounts)?;
        let ends = self.ends(&matches, run, rules, judged_by);
        let known = self.run_texts(&matches, run, accounts);
        for ((waiver, matches), (end, not_known)) in self.waivers.iter().zip(&matches).zip(ends) {
            let uses = matches.covers.iter();
            let uses = uses.filter(|at| covers(&run.diagnostics[**at], waiver)).count() as u64;
            extra.extend(self.waiver_findings(waiver, end, matches, (run, &known)));
            let file = &self.documents[waiver.document].path;
            if let Some(NotKnown { why, .. }) = not_known.as_ref().filter(|why| why.lacks_column) {
                let reason = format!("a waiver accepts a finding of it, and {why}");
                let (file, line) = (Some(file.to_string()), Some(waiver.line));
                run.leave_open(Hole { rule: waiver.rule.clone(), reason, count: 1, file, line });
            }
            run.ledger.waivers.push(WaiverUse {
                id: waiver.id.value.clone(),
                tenant: waiver.tenant.clone(),
                rule: waiver.named.value.clone(),
                file: Arc::clone(file),
                line: waiver.line,
                subject: waiver.subject.shown(),
                is_any_value: waiver.is_any_value,
                until: waiver.until.value.to_string(),
                approved_by: waiver.approved_by.value.clone(),
                uses,
                ended: end,
                reason: not_known.map(|not_known| not_known.why.to_string()),
            });
        }
        if let Some(baseline) = &self.baseline {
            extra.extend(baseline.apply(run, &named, rules, accounts)?);
        }
        extra.into_iter().for_each(|finding| run.add(finding));
        conclude(run, fail_on);
        Ok(named)
    }

    /// Only marks what waivers cover, and draws up the verdict again.
    ///
    /// # Errors
    /// Two waivers cover one finding.
    pub fn cover(
        &self,
        run: &mut Run,
        fail_on: Severity,
        accounts: Option<&AccountLookup<'_>>,
    ) -> Result<(), Vec<UsageError>> {
        let extra = self.matched(run, accounts)?.extra;
        extra.into_iter().for_each(|finding| run.add(finding));
        conclude(run, fail_on);
        Ok(())
    }

    /// Marks what is covered, and says which waivers of groups match too many accounts.
    fn matched(&self, run: &mut Run, accounts: Option<&AccountLookup<'_>>) -> Result<Matched, Vec<UsageError>> {
        let mut matches = SubjectIndex::new(&self.waivers, run).matches(self.jobs, run);
        self.add_members(&mut matches, accounts);
        let named = matches.iter().flat_map(|one| one.covers.iter().chain(one.differs.iter().map(|(at, _)| at)));
        let named = named.copied().collect();
        let extra = self.too_wide(&mut matches, run);
        self.mark(&matches, run)?;
        Ok(Matched { matches, named, extra })
    }

    /// Adds the accounts that groups match, whatever was found of them: one more than the most is enough to know. The pass
    /// that judged noted them, unless it knew other waivers.
    fn add_members(&self, matches: &mut [WaiverMatches], accounts: Option<&AccountLookup<'_>>) {
        let Some(accounts) = accounts else { return };
        let mut groups = Vec::new();
        for (waiver, matches) in self.waivers.iter().zip(matches) {
            let WaivedSubject::Group { regex, max, .. } = &waiver.subject else { continue };
            let members = &mut matches.accounts;
            match accounts.members(regex.as_str(), *max) {
                Some(noted) => {
                    for one in noted {
                        if members.len() as u64 > *max {
                            break;
                        }
                        members.insert(one.clone());
                    }
                }
                None => groups.push((regex, *max, members)),
            }
        }
        if groups.is_empty() {
            return;
        }
        accounts.each(&mut |_, record| {
            let Some(user_name) = record.text(Field::UserName) else { return };
            let user_name = user_name.trim();
            for (regex, max, members) in &mut groups {
                if members.len() as u64 <= *max && regex.is_match(user_name) {
                    members.insert(name::fold(user_name));
                }
            }
        });
    }

    /// Waivers of groups that match too many accounts cover none, and the run is INCOMPLETE.
    fn too_wide(&self, matches: &mut [WaiverMatches], run: &mut Run) -> Vec<ExtraFinding> {
        let mut extra = Vec::new();
        for (waiver, matches) in self.waivers.iter().zip(matches) {
            let WaivedSubject::Group { max, span, .. } = &waiver.subject else { continue };
            if matches.accounts.len() as u64 <= *max || !waiver.is_in_force(run.as_of) {
                continue;
            }
            let id = quoted(&waiver.id.value);
            let message =
                format!("the waiver {id} matches more than {max} accounts, which is its maximum: it covers none");
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
        judged_by: JudgedBy<'_>,
    ) -> Vec<(WaiverEnd, Option<NotKnown>)> {
        let certain = self.waivers.iter().zip(matches).map(|(waiver, matches)| certain_end(waiver, matches, run));
        let mut ends: Vec<_> = certain.map(|end| (end, None)).collect();
        let mut analysis = UnusedAnalysis::new(run, rules, |_, name| name.to_owned());
        let mut names = Vec::new();
        for (number, waiver) in self.waivers.iter().enumerate() {
            if ends[number].0.is_some() {
                continue;
            }
            ends[number] = match (not_told(waiver, &matches[number], run, judged_by), judged_by) {
                (Some(why), _) => (Some(WaiverEnd::NotTold), Some(NotKnown::because(why))),
                (None, JudgedBy::Plans(_)) => (Some(WaiverEnd::Unused), None),
                (None, JudgedBy::Rules(Some(lookup)))
                    if asks_who_is_active(waiver, rules) && !lookup.knows_activity() =>
                {
                    (Some(WaiverEnd::NotTold), Some(NotKnown::without_field(Field::Active)))
                }
                (None, JudgedBy::Rules(_)) => {
                    let subject = match &waiver.subject {
                        WaivedSubject::Account { folded, .. } => {
                            names.push(folded.clone());
                            let (side, field) = (waiver.side.as_deref(), waiver.field.as_deref());
                            QuerySubject::Account { key: folded.clone(), side, field }
                        }
                        _ => QuerySubject::Others,
                    };
                    analysis.ask(number, &waiver.rule, subject);
                    (None, None)
                }
            };
        }
        let accounts = if let JudgedBy::Rules(accounts) = judged_by { accounts } else { None };
        names.sort_unstable();
        names.dedup();
        for (number, answer) in analysis.answers(accounts, &AccountSearch::Names(&names)) {
            ends[number] = match answer {
                None => (Some(WaiverEnd::Unused), None),
                Some(why) => (Some(WaiverEnd::NotTold), Some(why)),
            };
        }
        ends.into_iter().map(|(end, why)| (end.unwrap_or(WaiverEnd::NotTold), why)).collect()
    }
}

/// How a waiver ended, as far as its dates and the findings say.
fn certain_end(waiver: &Waiver, matches: &WaiverMatches, run: &Run) -> Option<WaiverEnd> {
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
}

/// True for a waiver of a finding that there are too few active accounts. Without the column all of them count as active.
fn asks_who_is_active(waiver: &Waiver, rules: &[Rule]) -> bool {
    let is_counted = |rule: &Rule| rule.id == waiver.rule && matches!(rule.kind, "holders" | "integrations");
    matches!(waiver.subject, WaivedSubject::Tenant) && rules.iter().any(is_counted)
}

/// Why it cannot be told whether a waiver is needed.
fn not_told(waiver: &Waiver, matches: &WaiverMatches, run: &Run, judged_by: JudgedBy<'_>) -> Option<String> {
    let is_followed = |at: &usize| matches!(run.diagnostics[*at].acceptance, Some(Acceptance::Waiver(_)));
    match (&waiver.tenant, judged_by) {
        (Some(tenant), _) if !is_of_tenant(waiver, run) => Some(format!("it is for the tenant {}", quoted(tenant))),
        (_, JudgedBy::Rules(_)) if waiver.rule == DRIFT => Some("only `rolecall drift` finds drift".to_owned()),
        (_, JudgedBy::Plans(_)) if waiver.rule != DRIFT => Some("`rolecall drift` puts no rule to accounts".to_owned()),
        // The waiver before it has ended, or the one after it is not in force yet.
        _ if matches.covers.iter().any(is_followed) => Some("another waiver covers its finding".to_owned()),
        _ if matches.is_uncoverable && matches!(waiver.subject, WaivedSubject::License { .. }) => {
            Some("how many seats are used is only known as \"at least\"".to_owned())
        }
        _ if matches.is_uncoverable => {
            Some("the user name of its account is not the name of one account only".to_owned())
        }
        (_, JudgedBy::Plans(_)) if !run.ledger.holes.is_empty() => Some("the run is INCOMPLETE".to_owned()),
        (_, JudgedBy::Plans(why_not_told)) => match (&waiver.subject, &waiver.field) {
            (WaivedSubject::Account { folded, .. }, Some(field)) => why_not_told(folded, field),
            _ => None,
        },
        (_, JudgedBy::Rules(_)) => None,
    }
}

/// True if this waiver covers the finding.
pub fn covers(diagnostic: &Diagnostic, waiver: &Waiver) -> bool {
    matches!(&diagnostic.acceptance, Some(Acceptance::Waiver(by)) if by.id == waiver.id.value)
}
