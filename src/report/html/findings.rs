//! Findings on the page: by rule, each with its row; and an index by account.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::io;

use maud::{Markup, html};

use super::ledger::severity_sign;
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::{Basis, Diagnostic, Severity};
use crate::report::grouping::{FindingGroup, grouped};
use crate::report::ledger::lines::plural;
use crate::report::page::{Page, section, with_code};
use crate::report::{Report, location_text};
use crate::rule::Rule;

/// Writes the findings, rule by rule, the gravest first.
pub(in crate::report) fn by_rule(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("findings", "Findings"), |page| {
        if !report.run.diagnostics.iter().any(Diagnostic::is_live) {
            let is_accepted = !report.run.diagnostics.is_empty();
            let text = if is_accepted { "Nothing was found that is not accepted." } else { "Nothing was found." };
            return page.write(html! { p.none { (text) } });
        }
        page.write(tools())?;
        let mut of_rules = by_key(report, |one| Some(&*one.rule));
        of_rules.sort_by_key(|of_rule| std::cmp::Reverse(of_rule.iter().map(|group| group.first.severity).max()));
        of_rules.iter().try_for_each(|of_rule| rule_findings(of_rule, report, page))
    })
}

/// Findings by the key that `key` has for them, in the order in which the keys occur; without those that have none.
fn by_key<'a, K: Eq + Hash>(
    report: &Report<'a>,
    key: impl Fn(&'a Diagnostic) -> Option<K>,
) -> Vec<Vec<FindingGroup<'a>>> {
    let mut numbers: HashMap<K, usize> = HashMap::new();
    let mut of_keys: Vec<Vec<FindingGroup<'a>>> = Vec::new();
    for group in grouped(&report.run.diagnostics) {
        let Some(key) = key(group.first) else { continue };
        let number = match numbers.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                of_keys.push(Vec::new());
                *new.insert(of_keys.len() - 1)
            }
        };
        of_keys[number].push(group);
    }
    of_keys
}

fn rule_findings(groups: &[FindingGroup<'_>], report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let first = groups[0].first;
    let count = groups.iter().map(|group| group.count).sum();
    let gravest = groups.iter().map(|group| group.first.severity).max().unwrap_or(first.severity);
    let rule = report.rule_set.rules.iter().find(|rule| *rule.id == *first.rule);
    let fault_title = || FaultKind::by_id(&first.rule).map(|kind| kind.title());
    let title = rule.map(|rule| rule.title.as_str()).or_else(fault_title).unwrap_or(&first.rule);
    let details = html! {
        details.rule open id={ "rule-" (first.rule) } {
            summary {
                h3 { (title) } " " (badge(gravest))
                " " span.count { (plural(count, "finding")) }
                code.id { (first.rule) }
            }
            (about(rule, first, report))
        }
    };
    page.around(details, |page| {
        page.around(html! { ol.findings {} }, |page| {
            groups.iter().try_for_each(|group| page.write(finding(group, &first.remedy)))
        })
    })
}

/// What readers with scripts can do besides reading.
fn tools() -> Markup {
    html! {
        div.tools role="search" hidden {
            label {
                "Filter "
                input id="filter" type="search" autocomplete="off" spellcheck="false"
                    placeholder="account, rule, place, text";
            }
            label {
                "Severity "
                select id="severity" {
                    option value="" { "all" }
                    @for severity in Severity::ALL { option { (severity.word()) } }
                }
            }
            output id="shown" for="filter severity" {}
        }
    }
}

fn badge(severity: Severity) -> Markup {
    let word = severity.word();
    html! { span class={ "badge " (word) } { span aria-hidden="true" { (severity_sign(severity)) } " " (word) } }
}

/// What is required, by whom, and what to do: once for all findings of a rule.
fn about(rule: Option<&Rule>, first: &Diagnostic, report: &Report<'_>) -> Markup {
    let product = report.run.product;
    let fault_reason = || FaultKind::by_id(&first.rule).map(|kind| kind.why().to_owned());
    let why = rule.map(|rule| product.fill(&rule.rationale)).or_else(fault_reason);
    let basis = if first.basis == Basis::BestPractice { "Good practice for" } else { "Required by" };
    let further = rule.into_iter().flat_map(|rule| rule.citations.iter().skip(1));
    let controls: Vec<_> =
        further.map(|citation| report.rule_set.references.citation_text(citation, product)).collect();
    html! {
        dl.about {
            @if let Some(why) = &why { dt { "Why" } dd { (with_code(why)) } }
            @if let Some(citation) = &first.citation {
                dt { (basis) }
                dd {
                    (citation)
                    @for statement in &*first.statements { " " a.statement href={ "#" (statement) } { (statement) } }
                }
            }
            @if !controls.is_empty() { dt { "Controls" } dd { (controls.join("; ")) } }
            dt { "Help" } dd { (with_code(&first.remedy)) }
        }
    }
}

/// A finding, with its remedy if it differs from the rule's.
fn finding(group: &FindingGroup<'_>, remedy: &str) -> Markup {
    let diagnostic = group.first;
    let severity = diagnostic.severity.word();
    html! {
        li class={ "finding " (severity) } id={ "f" (group.number) } data-severity=(severity) {
            p.who {
                (badge(diagnostic.severity))
                @if let Some(subject) = &diagnostic.subject {
                    " " strong { (subject.key) } " " span.dim { "record " (subject.number) }
                }
                @if let Some(place) = location_text(diagnostic) { " " span.place { (place) } }
            }
            p.says { (with_code(&diagnostic.message)) }
            @if let Some(repeats) = group.repeats() { p.repeats { (repeats) } }
            @for snippet in &diagnostic.snippets { (row(snippet, diagnostic)) }
            @if *diagnostic.remedy != *remedy { p.dim { "Help: " (with_code(&diagnostic.remedy)) } }
            p.print.dim { "fingerprint " (diagnostic.fingerprint) }
        }
    }
}

/// The row around the cell, with the cell marked and the label below.
fn row(snippet: &Snippet, diagnostic: &Diagnostic) -> Markup {
    let mut marks: Vec<_> = snippet.marks.iter().collect();
    marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
    let text = |range: std::ops::Range<usize>| snippet.text.get(range).unwrap_or_default();
    let says = |number: usize| diagnostic.labels.get(number).map(|label| label.message.as_str());
    let mut at = 0;
    let mut parts = Vec::new();
    for mark in &marks {
        if mark.range.start < at {
            // Marked already, with one that begins before it.
            continue;
        }
        let class = match (mark.label == 0, mark.range.is_empty()) {
            (true, false) => "first",
            (false, false) => "other",
            (true, true) => "first here",
            (false, true) => "other here",
        };
        parts.push((text(at..mark.range.start), class, text(mark.range.clone())));
        at = mark.range.end;
    }
    html! {
        figure.row {
            pre tabindex="0" {
                span.line { (snippet.line) }
                code {
                    @for (before, class, marked) in parts { (before) mark class=(class) { (marked) } }
                    (text(at..snippet.text.len()))
                }
            }
            @for words in marks.iter().filter_map(|mark| says(mark.label)).filter(|words| !words.is_empty()) {
                figcaption { (with_code(words)) }
            }
        }
    }
}
