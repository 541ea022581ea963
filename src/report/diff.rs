//! What a report of a comparison says, in the forms its readers want, and the words that all forms share.

mod redact;

use super::{DiagnosticLocation, formats, location};
use crate::diagnostic::{Diagnostic, Label};
use crate::diff::{
    AccountBucket, AccountDiff, AccountFieldDiff, Diff, Factor, FactorSet, FindingBucket, FindingDiff, shown,
};
use crate::engine::{RuleSet, Run};

/// What a report of a comparison is made from.
#[derive(Clone, Copy)]
pub struct DiffReport<'a> {
    /// The earlier run.
    pub old: &'a Run,
    /// The later run.
    pub new: &'a Run,
    /// What changed between them.
    pub diff: &'a Diff,
    /// The rules of the later run.
    pub rule_set: &'a RuleSet<'a>,
}

formats! {
    /// The forms of a report of a comparison.
    DiffFormat of DiffReport<'_>:
    /// For people.
    Human = pub human,
    /// One JSON document with all there is.
    Json = json,
    /// A table for spreadsheets.
    Csv = csv,
    /// For a comment or a ticket.
    Markdown = markdown,
    /// A page with both sides.
    Html = html,
    /// SARIF 2.1.0 with the baseline state of each finding.
    Sarif = sarif,
}

impl<'a> DiffReport<'a> {
    /// What a finding is on each side.
    fn sides(&self, one: &FindingDiff) -> [(&'static str, Option<&'a Diagnostic>); 2] {
        let (old, new) = (self.old, self.new);
        [("OLD", one.old.map(|at| &old.diagnostics[at])), ("NEW", one.new.map(|at| &new.diagnostics[at]))]
    }

    /// The finding of the later run, or else of the earlier one.
    fn shown(&self, one: &FindingDiff) -> &'a Diagnostic {
        shown(one, self.old, self.new)
    }

    /// `Findings: 1 new, 3 unchanged; accounts: 1 joined, 7 unchanged`.
    fn headline(&self) -> String {
        let findings = FindingBucket::ALL.map(|bucket| (self.diff.count(bucket), bucket.word()));
        let accounts = AccountBucket::ALL.map(|bucket| (self.diff.count_accounts(bucket), bucket.word()));
        format!("findings: {}; accounts: {}", counts(&findings), counts(&accounts))
    }

    /// `October.csv, judged as of 2026-10-31`.
    fn side_line(run: &Run) -> String {
        let files: Vec<&str> = run.ledger.inputs.iter().map(|input| input.file.as_str()).collect();
        let records: u64 = run.ledger.inputs.iter().map(|input| input.records).sum();
        format!(
            "{}, {}, judged as of {}",
            files.join(", "),
            super::ledger::lines::plural(records, "account"),
            run.as_of
        )
    }

    /// Which factors differ, in words.
    fn factors_line(&self) -> String {
        let words = |set: FactorSet| set.factors().map(phrase).collect::<Vec<_>>().join(", ");
        let (differing, possible) = (self.diff.factors.differing(), self.diff.factors.possible());
        match (differing.is_empty(), differing == possible) {
            (true, true) => "nothing".to_owned(),
            (_, true) => words(differing),
            (_, false) => format!("{} (what the reports have no digests of may differ)", words(possible)),
        }
    }

    /// What could not be compared, whatever side it is of.
    fn open_lines(&self) -> Vec<String> {
        let mut lines = self.diff.gaps.clone();
        for (name, run) in [("OLD", self.old), ("NEW", self.new)] {
            for hole in &run.ledger.holes {
                let times = if hole.count > 1 { format!(" ({} times)", hole.count) } else { String::new() };
                let place = match (&hole.file, hole.line) {
                    (Some(file), Some(line)) => format!(" ({file}:{line})"),
                    (Some(file), None) => format!(" ({file})"),
                    _ => String::new(),
                };
                lines.push(format!("{name} was not judged in whole: {}: {}{times}{place}", hole.rule, hole.reason));
            }
        }
        lines
    }
}

/// `1 new, 3 unchanged`, or `none`.
fn counts(all: &[(u64, &str)]) -> String {
    let some: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

/// A factor in a sentence.
const fn phrase(factor: Factor) -> &'static str {
    match factor {
        Factor::Data => "the data",
        Factor::Rule => "the rules",
        Factor::Config => "the config",
        Factor::Waiver => "the waivers",
        Factor::Baseline => "the baseline",
        Factor::Time => "the as-of date",
        Factor::Version => "the version of rolecall",
    }
}

/// Why a finding is not what it was, in words; empty for one that is.
fn cause_line(one: &FindingDiff) -> String {
    let joined = |set: FactorSet, word: &str| {
        let words: Vec<&str> = set.factors().map(phrase).collect();
        match words.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
            _ => words.concat(),
        }
    };
    if !one.one_of.is_empty() {
        return format!("cause: {}; the reports do not say which", joined(one.one_of, "or"));
    }
    let causes: Vec<String> = one
        .causes
        .iter()
        .map(|set| if set.length() > 1 { format!("{} together", joined(*set, "and")) } else { joined(*set, "and") })
        .collect();
    if causes.is_empty() { String::new() } else { format!("cause: {}", causes.join("; or: ")) }
}

/// The names that a field gained and lost, or both texts.
fn field_line(one: &AccountFieldDiff) -> String {
    let names = |sign: &str, names: &[String]| names.iter().map(|name| format!("{sign} {name}")).collect::<Vec<_>>();
    let is_list = one.field.is_list() && !(one.added.is_empty() && one.removed.is_empty());
    let text = |text: &str| if text.is_empty() { "blank".to_owned() } else { format!("`{text}`") };
    if is_list {
        let all: Vec<String> = names("+", &one.added).into_iter().chain(names("-", &one.removed)).collect();
        format!("{}: {}", one.field.label(), all.join(", "))
    } else {
        format!("{}: was {}, is {}", one.field.label(), text(&one.old), text(&one.new))
    }
}

/// `people.csv:4:17`, or the cell of a workbook.
fn label_text(label: &Label) -> String {
    match &label.cell {
        Some(cell) => format!("{cell} in {}", label.file),
        None => format!("{}:{}:{}", label.file, label.start.line, label.start.column),
    }
}

/// Where an account is on each side.
fn account_places(one: &AccountDiff) -> Vec<(&'static str, String)> {
    let sides = [("OLD", &one.old), ("NEW", &one.new)];
    let place = |(name, place): (&'static str, &Option<crate::diff::AccountPlace>)| {
        let place = place.as_ref()?;
        let text = place.label.as_ref().map_or_else(|| format!("{}, record {}", place.file, place.number), label_text);
        Some((name, text))
    };
    sides.into_iter().filter_map(place).collect()
}

/// Who and what a finding is; `None` if that cannot be told apart from another.
fn identity(found: &Diagnostic) -> Option<String> {
    match &found.identification {
        Some(identification) => identification.identity(),
        None => Some(found.fingerprint.clone()),
    }
}

/// Line and column of a finding, as far as they are known.
fn finding_location(diagnostic: &Diagnostic) -> Option<DiagnosticLocation<'_>> {
    location(diagnostic)
}
