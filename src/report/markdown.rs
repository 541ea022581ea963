//! Markdown for a comment or a job summary: the verdict and what was not judged first, findings last.
//!
//! Text from outside is put in code spans, so nothing in it is markup, a mention or a link. A text is prose only if
//! every character of it is harmless. Services take no more than a mebibyte: findings beyond it are counted.

use std::io::{self, Write};

use super::csv::defused;
use super::drift::drift_summary;
use super::grouping::{FindingGroup, grouped};
use super::ledger::lines::{account_kind, accounts_line, counts, judged_by, verdict_word};
use super::ledger::{EntryKind, LedgerEntry, entries};
use super::{Report, location_text, runs, tenants};
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Outcome, Verdict};

/// Bytes of a whole report; job summaries may have a mebibyte.
const MAX_BYTES: usize = 1_000_000;
/// Bytes of the account, so that findings have room beside it.
const MAX_LEDGER_BYTES: usize = 400_000;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    add(report, &mut page);
    out.write_all(page.as_bytes())?;
    out.flush()
}

/// Writes several runs: the verdict of each first. All of them share the bytes that a report may have.
pub(super) fn write_all(reports: &[Report<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!(
        "# rolecall: {}\n\n| tenant | verdict | findings |\n| --- | --- | --- |\n",
        tenants::line(&runs(reports))
    );
    for report in reports {
        let (name, word) = (cell(&tenants::heading(report.run)), verdict_word(report.run.verdict));
        page.push_str(&format!("| {name} | {word} | {} |\n", counts(report)));
    }
    for report in reports {
        page.push_str(&format!("\n# {}\n\n", safe(&tenants::heading(report.run))));
        add(report, &mut page);
    }
    out.write_all(page.as_bytes())?;
    out.flush()
}

fn add(report: &Report<'_>, page: &mut String) {
    head(report, page);
    let entries = entries(report);
    let of = |wanted: &[EntryKind]| entries.iter().filter(|entry| wanted.contains(&entry.kind)).collect::<Vec<_>>();
    let holes = of(&[EntryKind::NotJudged]);
    if !holes.is_empty() {
        list("Not judged", &holes, page);
    }
    list(
        "What was read",
        &of(&[
            EntryKind::Tenant,
            EntryKind::LeftAlone,
            EntryKind::Input,
            EntryKind::ColumnUnknown,
            EntryKind::ApiUsers,
            EntryKind::TakenByName,
            EntryKind::UndeclaredAccount,
        ]),
        page,
    );
    accounts(report, page);
    list("Seats", &of(&[EntryKind::Seats]), page);
    let is_told = |entry: &&LedgerEntry<'_>| entry.outcome != Some(Outcome::Pass);
    let rules: Vec<_> = of(&[
        EntryKind::Outcome,
        EntryKind::SeverityChanged,
        EntryKind::Config,
        EntryKind::Pack,
        EntryKind::Lock,
        EntryKind::Option,
    ])
    .into_iter()
    .filter(is_told)
    .collect();
    let passed = report.run.outcomes.iter().filter(|one| one.outcome == Outcome::Pass).count();
    list(&format!("Rules ({passed} passed)"), &rules, page);
    list(
        "Accepted",
        &of(&[EntryKind::Baseline, EntryKind::Updated, EntryKind::Accepted, EntryKind::Waiver, EntryKind::PolicyFile]),
        page,
    );
    findings(report, page);
}

fn head(report: &Report<'_>, page: &mut String) {
    let word = verdict_word(report.run.verdict);
    let summary = drift_summary(report.run);
    page.push_str(&format!("## rolecall: {word}\n\n{summary}{}; {}.\n\n", counts(report), judged_by(report)));
    if report.run.verdict == Verdict::Incomplete {
        page.push_str("**Something could not be judged (below), so nothing here can be called clean.**\n\n");
    }
}

/// A heading and a list; what is beyond the bytes that a report may have is counted.
fn list(heading: &str, entries: &[&LedgerEntry<'_>], page: &mut String) {
    if entries.is_empty() {
        return;
    }
    page.push_str(&format!("### {heading}\n\n"));
    for (number, entry) in entries.iter().enumerate() {
        if page.len() > MAX_LEDGER_BYTES {
            let left = entries.len() - number;
            page.push_str(&format!("- and {left} more, left out for their length; the JSON report has all\n"));
            break;
        }
        page.push_str(&format!("- {}\n", safe(&entry.line())));
    }
    page.push('\n');
}

fn accounts(report: &Report<'_>, page: &mut String) {
    let run = report.run;
    if !drift_summary(run).is_empty() {
        // Accounts are compared there, not judged.
        return;
    }
    page.push_str(&format!("### Accounts\n\n{}.\n\n", accounts_line(run)));
    if run.accounts.is_empty() {
        return;
    }
    page.push_str("| account | file | record | kind | administrator | outcome | findings |\n");
    page.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (number, one) in run.accounts.iter().enumerate() {
        if page.len() > MAX_LEDGER_BYTES {
            let left = run.accounts.len() - number;
            page.push_str(&format!("\n{left} more accounts are left out for their length; the JSON report has all.\n"));
            break;
        }
        let (key, file) = (cell(&one.key), cell(&one.file));
        let (kind, administrator) = (account_kind(one.is_api_user), if one.is_administrator { "yes" } else { "no" });
        let (number, outcome, findings) = (one.number, one.outcome.word(), one.findings);
        page.push_str(&format!("| {key} | {file} | {number} | {kind} | {administrator} | {outcome} | {findings} |\n"));
    }
    page.push('\n');
}

fn findings(report: &Report<'_>, page: &mut String) {
    let groups = grouped(&report.run.diagnostics);
    if groups.is_empty() {
        page.push_str("### Findings\n\nNone.\n");
        return;
    }
    page.push_str("### Findings\n\n| severity | rule | account | place | finding | help |\n");
    page.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for (number, group) in groups.iter().enumerate() {
        let row = row(group);
        if page.len() + row.len() > MAX_BYTES {
            let left = groups.len() - number;
            page.push_str(&format!("\n{left} more findings are left out for their length; the JSON report has all.\n"));
            return;
        }
        page.push_str(&row);
    }
}

fn row(group: &FindingGroup<'_>) -> String {
    let diagnostic = group.first;
    let account = diagnostic.subject.as_ref().map_or_else(String::new, |subject| cell(&subject.key));
    let place = location_text(diagnostic).map_or_else(String::new, |place| cell(&place));
    let (severity, rule) = (diagnostic.severity.word(), cell(&diagnostic.rule));
    let (message, remedy) = (safe(&group.message()), safe(&diagnostic.remedy));
    let tail = format!(" <!-- {} -->", diagnostic.fingerprint);
    format!("| {severity} | {rule} | {account} | {place} | {message} | {remedy}{tail} |\n")
}

/// Adds a heading with its entries, as far as they fit.
pub(super) fn limited_section(heading: &str, head: &str, entries: &[String], page: &mut String) {
    if entries.is_empty() {
        return;
    }
    page.push_str(&format!("\n### {heading}\n\n{head}"));
    for (number, entry) in entries.iter().enumerate() {
        if page.len() + entry.len() > MAX_BYTES {
            let left = entries.len() - number;
            page.push_str(&format!("\nand {left} more, left out for their length; the JSON report has all\n"));
            return;
        }
        page.push_str(entry);
    }
}

/// A cell of text from outside, which a spreadsheet takes for no formula either.
pub(crate) fn cell(text: &str) -> String {
    if text.is_empty() { String::new() } else { code(&defused(text)) }
}

/// A message: prose with code spans where all of it is harmless, else one code span.
pub(crate) fn safe(text: &str) -> String {
    let shown = whole(text);
    let is_even = shown.matches('`').count().is_multiple_of(2);
    let parts: Vec<&str> = shown.split('`').collect();
    let is_harmless = is_even && parts.iter().step_by(2).all(|part| is_prose(part));
    // A pair of backticks with nothing between would be a fence.
    let is_full = parts.iter().skip(1).step_by(2).all(|part| !part.trim().is_empty() && !part.contains('\\'));
    if !is_harmless || !is_full {
        return code(&shown);
    }
    let piece = |(number, part): (usize, &&str)| if number % 2 == 0 { (*part).to_owned() } else { code(part) };
    parts.iter().enumerate().map(piece).collect()
}

/// True for text that means nothing in Markdown and that no service makes a link of.
fn is_prose(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ,.:;()'-=×…/".contains(c);
    let is_word = |word: &str| {
        let is_reference = word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        !is_reference && !word.to_ascii_lowercase().starts_with("www.")
    };
    let has_no_number = !text.to_ascii_lowercase().contains("gh-");
    text.chars().all(is_plain) && !text.contains("//") && has_no_number && text.split([' ', '(', ':']).all(is_word)
}

/// `text` in a code span that it cannot end, in a table too.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let inner = text.replace('|', "\\|");
    // A space keeps a backtick at either end from joining the fence.
    if inner.starts_with('`') || inner.ends_with('`') || inner.trim().is_empty() {
        format!("{fence} {inner} {fence}")
    } else {
        format!("{fence}{inner}{fence}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::visible::is_hidden;

    #[test]
    fn every_scalar_value_stays_within_its_code_span() {
        for c in '\0'..=char::MAX {
            let message = format!("the team `{c}` is {c}");
            let out = safe(&message);
            assert!(!out.chars().any(is_hidden), "{:x}", u32::from(c));
            if !is_prose(&c.to_string()) {
                assert!(out.starts_with('`') && out.ends_with('`'), "{out}");
            }
        }
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(safe("the team is `Billing`, not `Default Team`"), "the team is `Billing`, not `Default Team`");
        assert_eq!(safe("it is @acme/team"), "`it is @acme/team`");
        assert_eq!(safe("see www.acme.example"), "`see www.acme.example`");
        assert_eq!(safe("a `x` y @z`"), "`` a `x` y @z` ``");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(cell("=1"), "`'=1`");
    }
}
