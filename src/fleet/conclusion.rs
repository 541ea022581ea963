//! What a fleet comes to: the verdict over all tenants, and whatever keeps it from being known.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FindingCounts, Fleet, INTERNAL, JudgedWith, ReportFile, TenantResult};
use crate::diagnostic::words::words;
use crate::diagnostic::{Outcome, Verdict};

/// The version whose reports add up.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a fleet comes to.
pub struct FleetConclusion {
    /// PASS only if every expected tenant was judged and passes.
    pub verdict: Verdict,
    /// The exit code: that of the verdict, unless a report could not be written.
    pub exit: u8,
    /// The day that all reports judged by; `None` if there is none, or several.
    pub as_of: Option<String>,
    /// The tenants that have to be there and are not.
    pub missing: Vec<String>,
    /// What keeps the verdict open, by kind.
    pub problems: Vec<FleetProblem>,
    /// Of tenants with one result.
    pub rules: BTreeMap<String, RuleCounts>,
    /// Everything counted.
    pub totals: FleetTotals,
}

/// Something that keeps the verdict over all tenants from being known.
#[derive(Clone)]
pub struct FleetProblem {
    /// What it is.
    pub kind: ProblemKind,
    /// The tenant, if it is known.
    pub tenant: Option<String>,
    /// The file, if one is at fault.
    pub file: Option<String>,
    /// The words for it, as a fragment.
    pub reason: String,
}

/// What is wrong with a fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// An expected tenant has no report.
    Missing,
    /// A file cannot be used as a report.
    Unreadable,
    /// A tenant has several reports.
    Doubled,
    /// A report is of a tenant that is not expected.
    Foreign,
    /// A report was written by another version.
    VersionDiffers,
    /// A report judged by another day than the others.
    AsOfDiffers,
    /// A report judged by other packs than the others.
    PacksDiffer,
    /// A report lists less than was found, which changes no verdict.
    FindingsLeftOut,
    /// Nothing was given.
    Empty,
}

words!(ProblemKind {
    Missing = "missing",
    Unreadable = "unreadable",
    Doubled = "doubled",
    Foreign = "foreign",
    VersionDiffers = "version-differs",
    AsOfDiffers = "as-of-differs",
    PacksDiffer = "packs-differ",
    FindingsLeftOut = "findings-left-out",
    Empty = "empty",
});

impl ProblemKind {
    /// True if nothing can be called clean because of it.
    #[must_use]
    pub fn leaves_open(self) -> bool {
        self != Self::FindingsLeftOut
    }
}

/// For how many tenants a rule ended how.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct RuleCounts {
    /// How many pass.
    pub pass: u64,
    /// How many fail.
    pub fail: u64,
    /// How many have waived findings alone.
    pub waived: u64,
    /// How many have accepted findings alone, and some by the baseline.
    pub baselined: u64,
    /// How many could not be judged.
    pub not_determinable: u64,
    /// How many it does not concern.
    pub not_applicable: u64,
}

/// Everything counted over all tenants.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct FleetTotals {
    /// Tenants that something is known of.
    pub tenants: u64,
    /// How many pass.
    pub pass: u64,
    /// How many fail.
    pub fail: u64,
    /// How many are incomplete.
    pub incomplete: u64,
    /// All findings.
    pub findings: FindingCounts,
    /// All that was not judged.
    pub holes: u64,
    /// All accounts that were read.
    pub records: u64,
    /// All accounts that were judged.
    pub judged: u64,
}

impl FleetTotals {
    /// Adds up what several tenants have.
    #[must_use]
    pub fn of_results<'r>(results: impl IntoIterator<Item = &'r TenantResult>) -> Self {
        let mut totals = Self::default();
        for one in results {
            totals.tenants += 1;
            *match one.verdict {
                Verdict::Pass => &mut totals.pass,
                Verdict::Fail => &mut totals.fail,
                Verdict::Incomplete => &mut totals.incomplete,
            } += 1;
            totals.findings.add(&one.findings);
            totals.holes += one.holes;
            totals.records += one.records;
            totals.judged += one.judged;
        }
        totals
    }
}

/// How each rule ended for several tenants.
#[must_use]
pub fn rule_counts<'r>(results: impl IntoIterator<Item = &'r TenantResult>) -> BTreeMap<String, RuleCounts> {
    let mut rules: BTreeMap<String, RuleCounts> = BTreeMap::new();
    for (rule, outcome) in results.into_iter().flat_map(|one| &one.outcomes) {
        let counts = rules.entry(rule.clone()).or_default();
        *match outcome {
            Outcome::Pass => &mut counts.pass,
            Outcome::Fail => &mut counts.fail,
            Outcome::Waived => &mut counts.waived,
            Outcome::Baselined => &mut counts.baselined,
            Outcome::NotDeterminable => &mut counts.not_determinable,
            Outcome::NotApplicable => &mut counts.not_applicable,
        } += 1;
    }
    rules
}

/// The result of a tenant. Of several none is right.
pub(super) fn one_result(results: &[TenantResult]) -> TenantResult {
    match results {
        [one] => one.clone(),
        several => {
            let exit = if several.iter().any(|one| one.exit == INTERNAL) { INTERNAL } else { 3 };
            TenantResult::without_report(exit, doubled(several))
        }
    }
}

fn doubled(results: &[TenantResult]) -> String {
    let place = |one: &TenantResult| one.report.as_ref().map_or("no report", |report| &report.file).to_owned();
    let mut files: Vec<String> = results.iter().map(place).collect();
    files.dedup();
    match files.as_slice() {
        [file] => format!(
            "the same result was given {} times: {file}; name it once, and no fleet report that contains it",
            results.len()
        ),
        files => {
            format!("{} results were given, and it is unclear which is right: {}", results.len(), files.join(", "))
        }
    }
}

impl Fleet {
    /// What it comes to.
    #[must_use]
    pub fn conclude(&self) -> FleetConclusion {
        let mut problems = Vec::new();
        let all = self.absences().into_iter().chain(self.differences()).collect::<Vec<_>>();
        for kind in ProblemKind::ALL {
            problems.extend(all.iter().filter(|problem| problem.kind == kind).cloned());
        }
        let results: Vec<TenantResult> = self.results().map(|(_, result)| result).collect();
        let worst = results.iter().map(|one| one.verdict).max().unwrap_or(Verdict::Incomplete);
        let is_open = problems.iter().any(|problem| problem.kind.leaves_open());
        let verdict = if is_open { Verdict::Incomplete } else { worst };
        let is_internal = results.iter().any(|one| one.exit == INTERNAL);
        let days = count_by(self.bases().map(|basis| basis.as_of.clone()));
        FleetConclusion {
            verdict,
            exit: if is_internal { INTERNAL } else { verdict.exit_code() },
            as_of: days.keys().next().filter(|_| days.len() == 1).cloned(),
            missing: self.missing().map(str::to_owned).collect(),
            problems,
            rules: rule_counts(&results),
            totals: FleetTotals::of_results(&results),
        }
    }

    fn missing(&self) -> impl Iterator<Item = &str> {
        let expected = self.expected.iter().flatten();
        expected.filter(|tenant| !self.tenants.contains_key(*tenant)).map(String::as_str)
    }

    /// What the reports of all tenants were judged by.
    fn bases(&self) -> impl Iterator<Item = &JudgedWith> {
        self.tenants.values().flatten().filter_map(|one| one.judged_by.as_ref())
    }

    /// What is not there, or there too often.
    fn absences(&self) -> Vec<FleetProblem> {
        let of_tenant = |kind, tenant: &str, reason: String| FleetProblem {
            kind,
            tenant: Some(tenant.to_owned()),
            file: None,
            reason,
        };
        let mut problems: Vec<FleetProblem> =
            self.missing().map(|one| of_tenant(ProblemKind::Missing, one, "it has no report".to_owned())).collect();
        problems.extend(self.unreadable.iter().map(|(file, reason)| FleetProblem {
            kind: ProblemKind::Unreadable,
            tenant: None,
            file: Some(file.clone()),
            reason: reason.clone(),
        }));
        for (tenant, results) in &self.tenants {
            if results.len() > 1 {
                problems.push(of_tenant(ProblemKind::Doubled, tenant, doubled(results)));
            }
            if self.expected.as_ref().is_some_and(|expected| !expected.contains(tenant)) {
                problems.push(of_tenant(
                    ProblemKind::Foreign,
                    tenant,
                    "it is not among the expected tenants".to_owned(),
                ));
            }
        }
        if self.tenants.is_empty() && problems.is_empty() {
            let reason = "there is no report".to_owned();
            problems.push(FleetProblem { kind: ProblemKind::Empty, tenant: None, file: None, reason });
        }
        problems
    }

    /// Reports whose verdicts do not add up with those of the others.
    fn differences(&self) -> Vec<FleetProblem> {
        let days = count_by(self.bases().map(|basis| basis.as_of.clone()));
        let packs = count_by(self.bases().map(packs_text));
        let (day, pack) = (most(&days), most(&packs));
        let mut problems = Vec::new();
        for (tenant, results) in &self.tenants {
            for result in results {
                let file = result.report.as_ref().map(|ReportFile { file, .. }| file.clone());
                let mut add = |kind, reason| {
                    problems.push(FleetProblem { kind, tenant: Some(tenant.clone()), file: file.clone(), reason });
                };
                if result.leaves_out {
                    add(ProblemKind::FindingsLeftOut, "there are more findings than its report lists".to_owned());
                }
                let Some(basis) = &result.judged_by else { continue };
                if basis.version != VERSION {
                    let reason = format!("its report is of rolecall {}, and this is {VERSION}", basis.version);
                    add(ProblemKind::VersionDiffers, reason);
                }
                if let Some(other) = day.as_ref().filter(|day| **day != basis.as_of) {
                    let reason = format!("its report is as of {}, and others are as of {other}", basis.as_of);
                    add(ProblemKind::AsOfDiffers, reason);
                }
                let own = packs_text(basis);
                if let Some(other) = pack.as_ref().filter(|pack| **pack != own) {
                    add(ProblemKind::PacksDiffer, format!("it was judged by {own}, and others by {other}"));
                }
            }
        }
        problems
    }
}

/// `the packs site (4fd2…)`.
fn packs_text(basis: &JudgedWith) -> String {
    let packs: Vec<String> = basis.packs.iter().map(|(pack, sha256)| format!("{pack} ({sha256})")).collect();
    if packs.is_empty() { "no pack of the site".to_owned() } else { format!("the packs {}", packs.join(", ")) }
}

fn count_by(values: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts
}

/// What most have; of two the greater one, so that the order of reports makes no difference.
fn most(counts: &BTreeMap<String, u64>) -> Option<String> {
    counts.iter().max_by_key(|(value, count)| (**count, *value)).map(|(value, _)| value.clone())
}
