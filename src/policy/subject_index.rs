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
        if self.waivers.is_empty() {
            return Vec::new();
        }
        let parts = on_parts(jobs, &run.diagnostics, FINDINGS_PER_THREAD, |first, part| {
            let mut matches = self.no_matches();
            (first..).zip(part).for_each(|finding| self.put_to_waivers(finding, &mut matches));
            matches
        });
        parts.into_iter().reduce(joined).unwrap_or_else(|| self.no_matches())
    }

    fn no_matches(&self) -> Vec<WaiverMatches> {
        self.waivers.iter().map(|_| WaiverMatches::default()).collect()
    }

    fn put_to_waivers(&self, (at, diagnostic): (usize, &Diagnostic), matches: &mut [WaiverMatches]) {
        let Some(found) = &diagnostic.identification else { return };
        let account = account(diagnostic);
        let license = found.details.license.as_deref();
        let subject = license.map(str::to_owned).or_else(|| account.map(name::fold)).unwrap_or_default();
        let rule = if *found.rule == *DRIFT { DRIFT } else { &*diagnostic.rule };
        let named = self.of_subject.get(&(rule, subject.as_str())).into_iter().flatten();
        let matching = self.groups.get(rule).into_iter().flatten().filter(|number| {
            matches!((&self.waivers[**number].subject, account), (WaivedSubject::Group { regex, .. }, Some(account)) if regex.is_match(account))
        });
        for number in named.chain(matching) {
            self.note(*number, (at, diagnostic), &subject, found, &mut matches[*number]);
        }
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
}

/// What became of waivers among findings, and among those after them.
fn joined(mut matches: Vec<WaiverMatches>, later: Vec<WaiverMatches>) -> Vec<WaiverMatches> {
    for (one, later) in matches.iter_mut().zip(later) {
        one.covers.extend(later.covers);
        one.differs.extend(later.differs);
        one.is_uncoverable |= later.is_uncoverable;
        one.accounts.extend(later.accounts);
    }
    matches
}

/// True if a waiver is about the tenant of the run.
pub fn is_of_tenant(waiver: &Waiver, run: &Run) -> bool {
    waiver.tenant.as_deref().is_none_or(|named| Some(named) == run.tenant_name())
}
