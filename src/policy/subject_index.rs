//! Waivers by the rule and the subject that they name, so that a finding meets only those that may be about it.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::FINDINGS_PER_THREAD;
use super::comparison::{Match, account, compare};
use super::waiver::{WaivedSubject, Waiver};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::identification::{DRIFT, Identification};
use crate::engine::Run;
use crate::fast::split::on_parts;
use crate::record::name;

/// What became of a waiver so far.
#[derive(Default)]
pub struct WaiverMatches {
    /// Findings it covers, or would cover on another day.
    pub covers: Vec<usize>,
    /// Findings of its subject in another condition.
    pub differs: Vec<(usize, Match)>,
    /// A finding of its subject that has no identity.
    pub is_uncoverable: bool,
    /// The accounts of its group; only those with such findings if the others cannot be read again.
    pub accounts: BTreeSet<String>,
}

/// Waivers by what they name.
pub struct SubjectIndex<'w> {
    waivers: &'w [Waiver],
    /// Those of an account, a licence or the tenant, by their rule and its name.
    of_subject: HashMap<(&'w str, &'w str), Vec<usize>, RandomState>,
    /// Those of groups of accounts, by their rule.
    groups: HashMap<&'w str, Vec<usize>>,
}

/// That a waiver is about a finding.
struct Pair {
    waiver: usize,
    finding: usize,
    /// What they have to do with each other; `None` if the finding has no identity.
    found: Option<Match>,
    /// The account, if the waiver is about a group.
    member: Option<String>,
}

impl<'w> SubjectIndex<'w> {
    /// Of the waivers that hold for the tenant of a run.
    pub fn new(waivers: &'w [Waiver], run: &Run) -> Self {
        let mut index = Self { waivers, of_subject: HashMap::default(), groups: HashMap::new() };
        for (number, waiver) in waivers.iter().enumerate().filter(|(_, one)| is_of_tenant(one, run)) {
            let subject = match &waiver.subject {
                WaivedSubject::Account { folded, .. } => folded.as_str(),
                WaivedSubject::License { name, .. } => name.as_str(),
                WaivedSubject::Tenant => "",
                WaivedSubject::Group { .. } => {
                    index.groups.entry(&waiver.rule).or_default().push(number);
                    continue;
                }
            };
            index.of_subject.entry((&waiver.rule, subject)).or_default().push(number);
        }
        index
    }

    /// What each waiver has to do with the findings.
    pub fn matches(&self, jobs: usize, run: &Run) -> Vec<WaiverMatches> {
        let mut matches: Vec<WaiverMatches> = self.waivers.iter().map(|_| WaiverMatches::default()).collect();
        if matches.is_empty() {
            return matches;
        }
        let parts = on_parts(jobs, &run.diagnostics, FINDINGS_PER_THREAD, |first, part| {
            let mut pairs = Vec::new();
            (first..).zip(part).for_each(|(at, diagnostic)| self.add_pairs(at, diagnostic, &mut pairs));
            pairs
        });
        for Pair { waiver, finding, found, member } in parts.into_iter().flatten() {
            let matches = &mut matches[waiver];
            matches.accounts.extend(member);
            match found {
                None => matches.is_uncoverable = true,
                Some(Match::Covers) => matches.covers.push(finding),
                Some(other) => matches.differs.push((finding, other)),
            }
        }
        matches
    }

    fn add_pairs(&self, at: usize, diagnostic: &Diagnostic, pairs: &mut Vec<Pair>) {
        let Some(found) = &diagnostic.identification else { return };
        let account = account(diagnostic);
        let license = found.details.license.as_deref();
        let subject = license.map(str::to_owned).or_else(|| account.map(name::fold)).unwrap_or_default();
        let rule = if *found.rule == *DRIFT { DRIFT } else { &*diagnostic.rule };
        let named = self.of_subject.get(&(rule, subject.as_str())).into_iter().flatten();
        pairs.extend(named.filter_map(|number| self.pair(*number, (at, diagnostic), found, None)));
        for number in self.groups.get(rule).into_iter().flatten() {
            if let (WaivedSubject::Group { regex, .. }, Some(account)) = (&self.waivers[*number].subject, account)
                && regex.is_match(account)
            {
                pairs.extend(self.pair(*number, (at, diagnostic), found, Some(&subject)));
            }
        }
    }

    /// `None` if the waiver means another side or field.
    fn pair(
        &self,
        number: usize,
        (finding, diagnostic): (usize, &Diagnostic),
        found: &Identification,
        member: Option<&str>,
    ) -> Option<Pair> {
        let waiver = &self.waivers[number];
        let details = &found.details;
        let is_meant = waiver.side.as_deref().is_none_or(|side| side == details.side.word())
            && waiver.field.as_ref().is_none_or(|field| *field == details.field);
        let compared = || found.has_state().then(|| compare(waiver, diagnostic, found));
        is_meant.then(|| Pair { waiver: number, finding, found: compared(), member: member.map(str::to_owned) })
    }
}

/// True if a waiver is about the tenant of the run.
pub fn is_of_tenant(waiver: &Waiver, run: &Run) -> bool {
    waiver.tenant.as_deref().is_none_or(|named| Some(named) == run.tenant_name())
}
