//! The report of a fleet, whose tenants have reports of their own.

mod csv;
mod html;
pub mod human;
mod json;
mod markdown;
mod sarif;

use std::io::{self, Write};

use super::ledger::lines::{plural, verdict_word};
use super::tenants::counts_line;
use super::uri::uri;
use crate::diagnostic::Verdict;
use crate::diagnostic::words::words;
use crate::fleet::{FindingCounts, Fleet, FleetConclusion, FleetProblem, RuleCounts, TenantResult};

/// What a report over the reports of tenants is made from.
pub struct FleetReport<'a> {
    fleet: &'a Fleet,
    conclusion: FleetConclusion,
    links: ReportLinks,
}

/// How a page leads to the reports of tenants.
#[derive(Clone, Debug, Default)]
pub struct ReportLinks {
    /// The folder of the page, as typed; `None` if it is written to no file.
    pub folder: Option<String>,
    /// Each report has a page beside it.
    pub has_pages: bool,
}

/// The forms of such a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetFormat {
    /// For people.
    Human,
    /// `rolecall.fleet/1`, which `merge` reads.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// For a comment or a job summary.
    Markdown,
    /// A page with the way to each report.
    Html,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

words!(FleetFormat {
    Human = "human",
    Json = "json",
    Csv = "csv",
    Markdown = "markdown",
    Html = "html",
    Sarif = "sarif",
});

impl FleetFormat {
    /// Writes the report in this form, without colours.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(self, report: &FleetReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write(report, out),
            Self::Json => json::write(report, out),
            Self::Csv => csv::write(report, out),
            Self::Markdown => markdown::write(report, out),
            Self::Html => html::write(report, out),
            Self::Sarif => sarif::write(report, out),
        }
    }
}

impl<'a> FleetReport<'a> {
    /// Concludes what a fleet comes to.
    #[must_use]
    pub fn of_fleet(fleet: &'a Fleet, links: ReportLinks) -> Self {
        Self { fleet, conclusion: fleet.conclude(), links }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        self.conclusion.exit
    }

    /// The address of a report for a page, if it lies in the page's folder or below.
    fn link(&self, file: &str) -> Option<String> {
        let page = file.strip_suffix(".json").filter(|_| self.links.has_pages).map(|stem| format!("{stem}.html"));
        let file = page.as_deref().unwrap_or(file);
        let below = match self.links.folder.as_deref()? {
            "" | "." => Some(file).filter(|file| !file.starts_with('/')),
            folder => file.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/'),
        };
        // Without the dot a name with a colon would be another kind of address.
        below.map(|below| format!("./{}", uri(below)))
    }

    /// The tenants, those that pass last.
    fn by_verdict(&self) -> Vec<(&str, TenantResult)> {
        let of = |verdict| self.fleet.results().filter(move |(_, result)| result.verdict == verdict);
        [Verdict::Incomplete, Verdict::Fail, Verdict::Pass].into_iter().flat_map(of).collect()
    }

    /// `INCOMPLETE: 2 tenants: 1 PASS, 1 FAIL; 1 missing`.
    fn headline(&self) -> String {
        let FleetConclusion { verdict, totals, missing, .. } = &self.conclusion;
        let mut line = format!("{}: {}", verdict_word(*verdict), counts_line(totals));
        if !missing.is_empty() {
            line.push_str(&format!("; {} missing", missing.len()));
        }
        line
    }

    /// What was judged, and how much of it all is known to be there.
    fn scope_lines(&self) -> Vec<String> {
        let FleetConclusion { totals, as_of, .. } = &self.conclusion;
        let day = as_of.as_ref().map_or_else(String::new, |day| format!(" as of {day}"));
        let judged = format!("{} judged{day}; {}", plural(totals.judged, "account"), findings_line(&totals.findings));
        let expected = match self.fleet.expected() {
            Some(expected) => format!("{} expected.", plural(expected.len() as u64, "tenant")),
            None => "No list of tenants was given, so this speaks of these reports alone; name all with \
                `--expect TENANTS.csv`."
                .to_owned(),
        };
        vec![judged, expected]
    }

    /// The rules that fail or could not judge for some tenant, those that fail for most tenants first.
    fn failing_rules(&self) -> Vec<(&str, RuleCounts)> {
        let rules = self.conclusion.rules.iter().map(|(rule, counts)| (rule.as_str(), *counts));
        let mut sorted: Vec<(&str, RuleCounts)> = Vec::new();
        for (rule, counts) in rules.filter(|(_, counts)| counts.fail + counts.not_determinable > 0) {
            sorted.insert(sorted.partition_point(|(_, other)| other.fail >= counts.fail), (rule, counts));
        }
        sorted
    }
}

/// `acme: doubled: …`.
fn problem_line(problem: &FleetProblem) -> String {
    let whose = problem.tenant.as_ref().or(problem.file.as_ref());
    let whose = whose.map_or_else(String::new, |whose| format!("{whose}: "));
    format!("{whose}{}: {}", problem.kind.word(), problem.reason)
}

/// `3 errors, 1 warning, 0 notes, 2 waived`.
fn findings_line(counts: &FindingCounts) -> String {
    let mut words: Vec<String> = [(counts.error, "error"), (counts.warning, "warning"), (counts.note, "note")]
        .map(|(count, word)| plural(count, word))
        .into();
    let accepted = [(counts.waived, "waived"), (counts.baselined, "baselined")].into_iter();
    words.extend(accepted.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    words.join(", ")
}

/// What of a tenant follows its name.
fn result_line(result: &TenantResult) -> String {
    let mut parts = Vec::new();
    if result.judged_by.is_some() {
        parts.push(findings_line(&result.findings));
    }
    if let Some(reason) = &result.reason {
        let more = if result.holes > 1 { format!(" (and {} more)", result.holes - 1) } else { String::new() };
        parts.push(format!("not judged: {reason}{more}"));
    }
    parts.join("; ")
}
