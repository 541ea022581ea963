//! Many tenants together: what each report says of its tenant, and the one verdict over all of them.
//!
//! A fleet only collects, so it merges in any order and any grouping: two reports of one tenant are both kept. What is missing,
//! doubled or unlike the others is concluded from all that was collected.

mod conclusion;
pub mod manifest;
mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::Hole;

pub use recorded::RunBasis;

pub use conclusion::{FleetConclusion, FleetProblem, FleetTotals, ProblemKind, RuleCounts, rule_counts};

/// The exit code of a tenant whose report could not be written.
pub const INTERNAL: u8 = 4;

/// What was collected of many tenants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fleet {
    /// Every result that was given for a tenant, sorted; more than one is a clash.
    tenants: BTreeMap<String, Vec<TenantResult>>,
    /// Files that cannot be used as reports, each with the reason.
    unreadable: BTreeMap<String, String>,
    /// The tenants that have to be there; `None` without a list of them.
    expected: Option<BTreeSet<String>>,
}

/// What one report says of its tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TenantResult {
    /// The verdict of its run; INCOMPLETE if there was none.
    pub verdict: Verdict,
    /// The exit code of a run for the tenant alone.
    pub exit: u8,
    /// `None` if the tenant has no report.
    pub report: Option<ReportFile>,
    /// How many findings its report has.
    pub findings: FindingCounts,
    /// There are more findings than its report lists.
    pub leaves_out: bool,
    /// How many things were not judged.
    pub holes: u64,
    /// How many accounts were read.
    pub records: u64,
    /// How many of them were judged.
    pub judged: u64,
    /// `None` if the tenant was not judged.
    pub judged_by: Option<JudgedWith>,
    /// How each rule ended.
    pub outcomes: BTreeMap<String, Outcome>,
    /// The first thing that was not judged, or why there is no report.
    pub reason: Option<String>,
}

/// A report, so that it can be found and compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReportFile {
    /// Its path as typed.
    pub file: String,
    /// The digest.
    pub sha256: String,
}

/// How many findings there are: live ones by severity, and those that are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FindingCounts {
    /// Live errors.
    pub error: u64,
    /// Live warnings.
    pub warning: u64,
    /// Live notes.
    pub note: u64,
    /// Those that waivers cover.
    pub waived: u64,
    /// Those that the baseline covers.
    pub baselined: u64,
}

/// What two reports have to share, or their verdicts do not add up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct JudgedWith {
    /// The version of rolecall.
    pub version: String,
    /// The day, YYYY-MM-DD.
    pub as_of: String,
    /// The digests of the site's packs, by their names.
    pub packs: BTreeMap<String, String>,
}

impl Fleet {
    /// A fleet of one tenant.
    #[must_use]
    pub fn of_tenant(tenant: impl Into<String>, result: TenantResult) -> Self {
        let mut fleet = Self::default();
        fleet.tenants.insert(tenant.into(), vec![result]);
        fleet
    }

    /// A file that was given as a report and cannot be used.
    #[must_use]
    pub fn of_unreadable(file: &str, reason: &str) -> Self {
        let mut fleet = Self::default();
        fleet.unreadable.insert(file.to_owned(), reason.to_owned());
        fleet
    }

    /// A fleet that misses all of these tenants.
    #[must_use]
    pub fn expecting(tenants: impl IntoIterator<Item = String>) -> Self {
        let mut expected = BTreeSet::new();
        expected.extend(tenants);
        Self { expected: Some(expected), ..Self::default() }
    }

    /// Adds all of another. The order makes no difference.
    pub fn merge(&mut self, other: Self) {
        for (tenant, results) in other.tenants {
            let known = self.tenants.entry(tenant).or_default();
            for one in results {
                known.insert(known.partition_point(|other| *other < one), one);
            }
        }
        for (file, reason) in other.unreadable {
            // Of two reasons for one file the greater one, so that the order makes no difference.
            let known = self.unreadable.entry(file).or_default();
            *known = reason.max(std::mem::take(known));
        }
        if let Some(expected) = other.expected {
            self.expected.get_or_insert_default().extend(expected);
        }
    }

    /// The tenants that something was given for, each with one result: of a clash it says that nothing is known.
    pub fn results(&self) -> impl Iterator<Item = (&str, TenantResult)> {
        self.tenants.iter().map(|(tenant, results)| (tenant.as_str(), conclusion::one_result(results)))
    }

    /// Everything that was given for a tenant, if that is more than one result.
    #[must_use]
    pub fn clash(&self, tenant: &str) -> &[TenantResult] {
        self.tenants.get(tenant).filter(|results| results.len() > 1).map_or(&[], Vec::as_slice)
    }

    /// Files that cannot be used as reports, each with the reason.
    #[must_use]
    pub const fn unreadable(&self) -> &BTreeMap<String, String> {
        &self.unreadable
    }

    /// The tenants that have to be there; `None` without a list of them.
    #[must_use]
    pub const fn expected(&self) -> Option<&BTreeSet<String>> {
        self.expected.as_ref()
    }
}

impl TenantResult {
    /// What a run says; `report` is the file that it was written to.
    #[must_use]
    pub fn of_run(run: &Run, report: Option<ReportFile>) -> Self {
        let mut findings = FindingCounts::default();
        for one in &run.diagnostics {
            findings.count(one.severity, one.outcome());
        }
        let (mut packs, mut outcomes) = (BTreeMap::new(), BTreeMap::new());
        packs.extend(run.ledger.packs.iter().map(|used| (used.pack.clone(), used.sha256.clone())));
        outcomes.extend(run.outcomes.iter().map(|one| (one.rule.clone(), one.outcome)));
        let judged_by = JudgedWith { version: conclusion::VERSION.to_owned(), as_of: run.as_of.to_string(), packs };
        Self {
            verdict: run.verdict,
            exit: run.verdict.exit_code(),
            report,
            findings,
            leaves_out: run.diagnostics.iter().any(|one| *one.rule == *FaultKind::FindingsTooMany.id()),
            holes: run.ledger.holes.len() as u64,
            records: run.ledger.inputs.iter().map(|input| input.records).sum(),
            judged: run.ledger.inputs.iter().map(|input| input.judged).sum(),
            judged_by: Some(judged_by),
            outcomes,
            reason: run.ledger.holes.first().map(|Hole { rule, reason, .. }| reason_of_hole(rule, reason)),
        }
    }

    /// A tenant without a report.
    #[must_use]
    pub fn without_report(exit: u8, reason: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Incomplete,
            exit,
            report: None,
            findings: FindingCounts::default(),
            leaves_out: false,
            holes: 1,
            records: 0,
            judged: 0,
            judged_by: None,
            outcomes: BTreeMap::new(),
            reason: Some(reason.into()),
        }
    }
}

impl FindingCounts {
    fn count(&mut self, severity: Severity, outcome: Outcome) {
        let counter = match (outcome, severity) {
            (Outcome::Waived, _) => &mut self.waived,
            (Outcome::Baselined, _) => &mut self.baselined,
            (_, Severity::Error) => &mut self.error,
            (_, Severity::Warning) => &mut self.warning,
            (_, Severity::Note) => &mut self.note,
        };
        *counter += 1;
    }

    fn add(&mut self, other: &Self) {
        self.error += other.error;
        self.warning += other.warning;
        self.note += other.note;
        self.waived += other.waived;
        self.baselined += other.baselined;
    }
}

/// A thing that was not judged, in one line.
fn reason_of_hole(rule: &str, reason: &str) -> String {
    format!("{rule}: {reason}")
}
