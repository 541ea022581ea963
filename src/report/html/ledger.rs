//! What the verdict rests on: what was not judged, the outcome of each requirement, seats, and every input.

use std::collections::BTreeMap;
use std::io;

use maud::{Markup, html};

use crate::diagnostic::{Outcome, Severity};
use crate::engine::Run;
use crate::engine::ledger::{InputLedger, Refused, RuleOutcome, SeatCount, UndeclaredAccount};
use crate::report::ledger::lines::{
    how, input_line, left_alone_line, lock_lines, option_line, pack_line, plural, seats_line,
};
use crate::report::page::{Page, TableColumn, head_row, section};
use crate::report::{Report, VERSION};
use crate::rule::coverage::{Statement, rules_of, statements};

/// Writes what could not be judged; said also if that is nothing.
pub(in crate::report) fn not_judged(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (holes, found) = (&report.run.ledger.holes, &report.run.ledger.api_users);
    page.around(section("not-judged", "Not judged"), |page| {
        if holes.is_empty() {
            page.write(html! { p.none {
                "Nothing: every byte of every input was read, and every rule was applied or has a reason not to apply."
            } })?;
        } else {
            let columns = [
                TableColumn::text("Rule"),
                TableColumn::text("Why"),
                TableColumn::number("Times"),
                TableColumn::unbroken("First at"),
            ];
            let rows = holes.iter().map(|hole| {
                let place = html! {
                    (hole.file.as_deref().unwrap_or("the run")) @if let Some(line) = hole.line { ":" (line) }
                };
                [html! { code { (hole.rule) } }, html! { (hole.reason) }, html! { (hole.count) }, place]
            });
            page.table("Not judged", None, columns, rows)?;
        }
        page.write(html! { p { strong { (plural(found.count, "API user")) } ", " (how(&found.how)) "." } })?;
        page.write(listed("Taken for API users because of their names", &found.by_name))?;
        page.write(listed("Named like API users, but not declared and not judged as such", &found.undeclared))
    })
}

fn listed(what: &str, accounts: &[UndeclaredAccount]) -> Markup {
    html! {
        @if !accounts.is_empty() {
            details {
                summary { (what) " " span.count { (accounts.len()) } }
                ul.accounts {
                    @for one in accounts { li { (one.key) " " span.dim { (one.file) ", record " (one.number) } } }
                }
            }
        }
    }
}

/// Writes the vendor's statements, the rules that hold each, and how those ended.
pub(super) fn requirements(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let columns = [
        TableColumn::text("Statement"),
        TableColumn::text("What it says"),
        TableColumn::text("Rule"),
        TableColumn::text("Outcome"),
        TableColumn::number("Failed of judged"),
    ];
    page.around(section("requirements", "Requirements"), |page| {
        page.write(html! {
            div.scroll tabindex="0" role="region" aria-labelledby="h-requirements" {
                table.matrix { (head_row(&columns)) @for one in statements() { (statement(&one, report)) } }
            }
        })?;
        page.write(html! {
            @for change in &report.run.ledger.severity_changes {
                p {
                    "The config changes the severity of " code { (change.rule) } " from " (change.from.word()) " to "
                    (change.to.word()) "."
                }
            }
        })
    })
}

fn statement(statement: &Statement, report: &Report<'_>) -> Markup {
    let rules: Vec<_> = rules_of(&statement.id, report.rule_set.rules).collect();
    let rows = rules.len().max(1);
    let first = html! {
        th scope="rowgroup" rowspan=(rows) { (statement.id) span.dim { (statement.place) } }
        td rowspan=(rows) data-label="What it says" { (statement.says) }
        @if let Some(reason) = &statement.nothing_to_check {
            td.dim colspan="3" { "nothing to check offline: " (reason) }
        }
    };
    html! {
        tbody id=(statement.id) {
            @if rules.is_empty() { tr { (first) } }
            @for (number, rule) in rules.iter().enumerate() {
                tr {
                    @if number == 0 { (first) }
                    td data-label="Rule" { code { (rule.id) } }
                    @match report.run.outcomes.iter().find(|one| one.rule == rule.id) {
                        Some(one) => (outcome(one, report)),
                        None => { td { "not applied" } td {} },
                    }
                }
            }
        }
    }
}

fn outcome(one: &RuleOutcome, report: &Report<'_>) -> Markup {
    let gravest = || {
        report
            .run
            .diagnostics
            .iter()
            .filter(|found| found.is_live() && *found.rule == one.rule)
            .map(|found| found.severity)
            .max()
    };
    let shown = match one.outcome {
        Outcome::Pass => outcome_badge("pass", "✓", "pass"),
        Outcome::Fail => failed(gravest()),
        Outcome::Waived => outcome_badge("off", "–", "waived"),
        Outcome::Baselined => outcome_badge("off", "–", "baselined"),
        Outcome::NotApplicable => outcome_badge("off", "–", "does not apply"),
        Outcome::NotDeterminable => outcome_badge("open", "?", "could not judge"),
    };
    html! {
        td data-label="Outcome" {
            (shown)
            @if let Some(reason) = &one.reason { " " span.dim { (reason) } }
        }
        td.n data-label="Failed of judged" { (one.failed) " / " (one.judged) }
    }
}

/// How something ended, as a word with a sign.
pub(super) fn outcome_badge(class: &str, sign: &str, word: &str) -> Markup {
    html! { span class={ "outcome " (class) } { span aria-hidden="true" { (sign) } " " (word) } }
}

/// That something failed, by the gravest of its findings: a note is not shown as an error.
pub(super) fn failed(gravest: Option<Severity>) -> Markup {
    match gravest {
        Some(severity @ (Severity::Warning | Severity::Note)) => {
            outcome_badge(severity.word(), severity_sign(severity), severity.word())
        }
        Some(Severity::Error) | None => outcome_badge("fail", "✕", "fail"),
    }
}

/// The sign of a severity.
pub(super) const fn severity_sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✕",
        Severity::Warning => "!",
        Severity::Note => "i",
    }
}

/// Seats of each licence.
pub(super) fn seats(report: &Report<'_>) -> Markup {
    html! {
        section id="seats" {
            h2 id="h-seats" { "Seats" }
            @if report.run.seats.is_empty() { p.none { "No licence was counted." } }
            @for count in &report.run.seats { div.seat { p { (seats_line(count)) "." } (meter(count)) } }
        }
    }
}

fn meter(count: &SeatCount) -> Markup {
    html! {
        @if let Some(owned) = count.owned {
            meter min="0" low="0" aria-label={ "seats of " (count.license) } max=(owned.max(count.planned).max(1))
                high=(owned) value=(count.planned) {}
        }
    }
}

/// The cover that an auditor files: what was judged, how, and what came of it, with room for the reviewer in print.
pub(in crate::report) fn cover(run: &Run, verdict: &str) -> Markup {
    let options: Vec<_> = run.ledger.options.iter().map(option_line).collect();
    let files = run.ledger.inputs.iter().map(|input| (&input.file, input.sha256.as_deref()));
    let configs = run.ledger.config.iter().map(|config| (&config.file, config.sha256.as_deref()));
    html! {
        section id="cover" {
            h2 id="h-cover" { "Review" }
            dl.about {
                dt { "Verdict" } dd { (verdict) }
                @if let Some(label) = &run.ledger.tenant { dt { "Label in the project" } dd { (label) } }
                dt { "Tenant" } dd { (run.tenant.as_deref().unwrap_or("not named")) }
                dt { "As of" } dd { time { (run.as_of) } }
                dt { "Inputs" } dd { (digested(files)) }
                dt { "Config" } dd { (digested(configs)) }
                @if !run.ledger.packs.is_empty() {
                    dt { "Packs of rules" }
                    dd { @for used in &run.ledger.packs { p { (pack_line(used, true)) } } }
                }
                @if let Some(used) = &run.ledger.lock {
                    dt { "Lock" }
                    dd { @for line in lock_lines(used) { p { (line) } } }
                }
                dt { "Options" }
                dd { @if options.is_empty() { "none" } @else { code { (options.join(" ")) } } }
                @if !run.ledger.left_alone.is_empty() {
                    dt { "Left alone" }
                    dd { @for left in &run.ledger.left_alone { p { (left_alone_line(left)) } } }
                }
                dt { "Written by" } dd { "rolecall " (VERSION) }
            }
            dl.sign-off { dt { "Reviewed by" } dd {} dt { "Date" } dd {} }
        }
    }
}

/// Files, each with its digest where there is one.
fn digested<'f>(files: impl ExactSizeIterator<Item = (&'f String, Option<&'f str>)>) -> Markup {
    html! {
        @if files.len() == 0 { "none" }
        @for (file, sha256) in files {
            div { (file) @if let Some(sha256) = sha256 { " " code.digest { "SHA-256 " (sha256) } } }
        }
    }
}

/// Writes every input with its account.
pub(in crate::report) fn inputs(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.around(section("inputs", "Inputs"), |page| {
        report.run.ledger.inputs.iter().try_for_each(|one| page.write(input(one)))
    })
}

/// The refused records of an input: those with one cause are one item, unless they are few.
fn refused(input: &InputLedger) -> Vec<Markup> {
    const FEW: usize = 3;
    const MAX_RUNS: usize = 20;
    let mut causes: BTreeMap<(&str, &str), Vec<&Refused>> = BTreeMap::new();
    for one in &input.refused {
        causes.entry((one.rule, one.reason.as_str())).or_default().push(one);
    }
    let of_cause = |((rule, reason), records): (&(&str, &str), &Vec<&Refused>)| {
        if records.len() <= FEW {
            let places = records.iter().map(|one| format!("record {}, line {}", one.number, one.line));
            return html! { @for place in places { li { (place) ": " (reason) " " code { (rule) } } } };
        }
        let runs: Vec<_> = records.chunk_by(|a, b| a.number + 1 == b.number).collect();
        let shown = runs.iter().take(MAX_RUNS).map(|run| match run {
            [one] => one.number.to_string(),
            run => format!("{}–{}", run[0].number, run[run.len() - 1].number),
        });
        let more: usize = runs.iter().skip(MAX_RUNS).map(|run| run.len()).sum();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let shown = shown.collect::<Vec<_>>().join(", ");
        html! { li { (records.len()) " records (" (shown) (more) "): " (reason) " " code { (rule) } } }
    };
    causes.iter().map(of_cause).collect()
}

fn input(input: &InputLedger) -> Markup {
    html! {
        article.input {
            h3 { (input.file) }
            p { (input_line(input)) "; " (plural(input.bytes, "byte")) "." }
            @if let Some(digest) = &input.sha256 { p { "SHA-256 " code.digest { (digest) } } }
            @if !input.unknown_columns.is_empty() {
                p { "Not understood, not judged: " (input.unknown_columns.join(", ")) "." }
            }
            @if !input.columns.is_empty() {
                details {
                    summary { "Columns" }
                    dl.columns {
                        @for (header, field) in &input.columns { div { dt { (header) } dd { (field.name()) } } }
                    }
                }
            }
            @if !input.refused.is_empty() {
                details open {
                    summary { "Refused " span.count { (input.refused.len()) } }
                    ul { @for cause in refused(input) { (cause) } }
                }
            }
        }
    }
}
