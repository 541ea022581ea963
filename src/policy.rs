//! Findings that a site accepts for a time: waivers, each with a reason, an approver and a last day, and a baseline of those
//! that were there on its first day.
//!
//! They are applied to a run that was judged without them, before any report sees it. What they cover is marked and stays
//! in every report; faults of inputs and what was not judged are never covered. Whatever a policy file says that has no
//! effect is reported with its place.

mod approver;
pub mod baseline;
mod comparison;
mod document;
mod matching;
mod run_texts;
mod subject_index;
mod table;
mod unused_analysis;
mod verdict;
mod waiver;
mod waiver_findings;
mod waiver_reader;
mod written_waiver;

use std::collections::BTreeMap;

use crate::config::{SeverityOverride, UserNamePatterns};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::fast::sort_few::sort_few_by;
use crate::read::site_document::SiteDocument;
use crate::rule::Rule;
use baseline::Baseline;
pub use matching::JudgedBy;
use waiver::Waiver;
use waiver_reader::{WaiverScope, read_waivers};

/// A baseline: its path as typed, and its text.
pub type PolicyText = (String, String);

/// A file of waivers.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Its path as typed.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of a run. Options and a config may name them for every tenant of a project or fleet.
#[derive(Clone, Debug, Default)]
pub struct PolicyFiles {
    /// In no order.
    pub files: Vec<PolicyFile>,
    /// The label of the tenant that is judged, if it has one.
    pub tenant: Option<String>,
    /// The labels of all tenants of the project or fleet: with several, each file says whose findings it accepts.
    pub tenants: Vec<String>,
}

/// What a site accepts.
#[derive(Default)]
pub struct Policy {
    documents: Vec<SiteDocument<'static>>,
    /// By their ids.
    waivers: Vec<Waiver>,
    baseline: Option<Baseline>,
    /// The number of threads.
    jobs: usize,
}

/// The findings that take longer to compare than a thread takes to start.
const FINDINGS_PER_THREAD: usize = 1000;

impl Policy {
    /// Reads the files of waivers. `longest` is the most days that one may cover.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub fn read(
        PolicyFiles { mut files, tenant, tenants }: PolicyFiles,
        rules: &[Rule],
        overrides: &BTreeMap<String, SeverityOverride>,
        longest: u32,
    ) -> Result<Self, Vec<UsageError>> {
        sort_few_by(&mut files, |a, b| a.path.cmp(&b.path));
        let mut policy = Self { jobs: 1, ..Self::default() };
        let mut errors = Vec::new();
        for PolicyFile { path, bytes } in files {
            match document::parse(&path, bytes) {
                Ok((document, written)) => {
                    let number = policy.documents.len();
                    let scope = WaiverScope { rules, overrides, longest, tenant: tenant.as_ref(), tenants: &tenants };
                    match read_waivers(&document, written, number, scope) {
                        // Most sites have one file: its waivers need not be moved.
                        Ok(waivers) if policy.waivers.is_empty() => policy.waivers = waivers,
                        Ok(waivers) => policy.waivers.extend(waivers),
                        Err(faults) => errors.extend(faults),
                    }
                    policy.documents.push(document);
                }
                Err(faults) => errors.extend(faults),
            }
        }
        sort_few_by(&mut policy.waivers, |a, b| a.id.value.cmp(&b.id.value));
        errors.extend(policy.duplicates());
        if errors.is_empty() { Ok(policy) } else { Err(errors) }
    }

    /// The same with a baseline.
    #[must_use]
    pub fn with_baseline(self, baseline: Option<Baseline>) -> Self {
        Self { baseline, ..self }
    }

    /// The same, which may compare findings in so many threads.
    #[must_use]
    pub fn with_jobs(self, jobs: usize) -> Self {
        Self { jobs, ..self }
    }

    /// True if there is nothing to apply.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.baseline.is_none()
    }

    /// The groups of accounts that waivers name.
    #[must_use]
    pub fn groups(&self) -> UserNamePatterns {
        let groups: Vec<_> = self.waivers.iter().filter_map(|waiver| waiver.subject.group()).collect();
        UserNamePatterns::new(groups.into_iter())
    }

    /// Ids that two waivers have, and findings that two accept on one day.
    fn duplicates(&self) -> Vec<UsageError> {
        let mut errors = Vec::new();
        for pair in self.waivers.windows(2).filter(|pair| pair[0].id.value == pair[1].id.value) {
            errors.push(self.both(&pair[0], &pair[1], "two waivers have one id", "Give each an id of its own."));
        }
        let with_finding = |waiver| Waiver::finding(waiver).map(|finding| (finding, waiver));
        let mut of_findings: Vec<_> = self.waivers.iter().filter_map(with_finding).collect();
        of_findings.sort_by_key(|(finding, _)| *finding);
        for waivers in of_findings.chunk_by(|(one, _), (other, _)| one == other).filter(|same| same.len() > 1) {
            for (at, (_, later)) in waivers.iter().enumerate() {
                let clash = waivers[..at].iter().find(|(_, earlier)| earlier.may_cover_with(later));
                errors.extend(clash.map(|(_, earlier)| self.two_cover(earlier, later)));
            }
        }
        errors
    }

    fn two_cover(&self, one: &Waiver, other: &Waiver) -> UsageError {
        let message =
            format!("{} and {} accept one finding on one day", quoted(&one.id.value), quoted(&other.id.value));
        self.both(one, other, &message, "Keep one of them, or let their periods not overlap.")
    }

    fn both(&self, one: &Waiver, other: &Waiver, message: &str, remedy: &str) -> UsageError {
        let document = &self.documents[other.document];
        let error = document.error(message, remedy, other.id.span);
        self.documents[one.document].at(error, one.id.span, "the other")
    }
}
