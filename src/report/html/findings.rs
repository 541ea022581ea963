//! Findings on the page: by rule, each with its row; and an index by account.

use std::io;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::{Basis, Diagnostic, Severity};
use crate::report::account::plural;
use crate::report::markup::Markup;
use crate::report::{Report, place_in_words};
use crate::rule::Rule;

/// A finding and its number on the page.
type Numbered<'a> = (usize, &'a Diagnostic);

/// The findings, rule by rule, the gravest first.
pub(in crate::report) fn by_rule(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"findings\">\n<h2 id=\"h-findings\">Findings</h2>\n")?;
    if report.run.diagnostics.is_empty() {
        return page.raw("<p class=\"none\">Nothing was found.</p>\n</section>\n").map(drop);
    }
    tools(page)?;
    for group in groups(report) {
        let (_, first) = group[0];
        let rule = report.book.rules.iter().find(|rule| *rule.id == *first.rule);
        page.raw("<details class=\"rule\" open")?.attribute("id", &format!("rule-{}", first.rule))?.raw(">\n")?;
        page.raw("<summary><h3>")?.text(title(rule, first))?.raw("</h3> ")?;
        badge(first.severity, page)?;
        page.raw(" <span class=\"count\">")?.text(&plural(group.len() as u64, "finding"))?.raw("</span>")?;
        page.raw("<code class=\"id\">")?.text(&first.rule)?.raw("</code></summary>\n")?;
        about(rule, first, report, page)?;
        page.raw("<ol class=\"findings\">\n")?;
        for numbered in &group {
            finding(*numbered, &first.remedy, page)?;
        }
        page.raw("</ol>\n</details>\n")?;
    }
    page.raw("</section>\n").map(drop)
}

/// Groups of findings of one rule, by the gravest of each, then in the order of the report.
fn groups<'a>(report: &Report<'a>) -> Vec<Vec<Numbered<'a>>> {
    let mut numbers: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    let mut groups: Vec<Vec<Numbered<'a>>> = Vec::new();
    for (at, diagnostic) in report.run.diagnostics.iter().enumerate() {
        let number = *numbers.entry(&diagnostic.rule).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Vec::new());
        }
        groups[number].push((at + 1, diagnostic));
    }
    let gravest = |group: &Vec<Numbered<'_>>| group.iter().map(|(_, one)| one.severity).max();
    groups.sort_by_key(|group| std::cmp::Reverse(gravest(group)));
    groups
}

/// What readers with scripts can do besides reading.
fn tools(page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<div class=\"tools\" role=\"search\" hidden>\n<label>Filter <input id=\"filter\" type=\"search\" ")?;
    page.raw("autocomplete=\"off\" spellcheck=\"false\" placeholder=\"account, rule, place, text\"></label>\n")?;
    page.raw("<label>Severity <select id=\"severity\"><option value=\"\">all</option><option>error</option>")?;
    page.raw("<option>warning</option><option>note</option></select></label>\n")?;
    page.raw("<output id=\"shown\" for=\"filter severity\"></output>\n</div>\n").map(drop)
}

fn title<'a>(rule: Option<&'a Rule>, first: &'a Diagnostic) -> &'a str {
    let of_fault = || FaultKind::by_id(&first.rule).map(|kind| kind.title());
    rule.map(|rule| rule.title.as_str()).or_else(of_fault).unwrap_or(&first.rule)
}

fn badge(severity: Severity, page: &mut Markup<'_>) -> io::Result<()> {
    let (class, sign) = match severity {
        Severity::Error => ("badge error", "✕"),
        Severity::Warning => ("badge warning", "!"),
        Severity::Note => ("badge note", "i"),
    };
    page.raw("<span")?.attribute("class", class)?.raw("><span aria-hidden=\"true\">")?.text(sign)?.raw("</span> ")?;
    page.text(severity.word())?.raw("</span>").map(drop)
}

/// What is demanded, by whom, and what to do: once for all findings of a rule.
fn about(rule: Option<&Rule>, first: &Diagnostic, report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let product = report.run.product;
    page.raw("<dl class=\"about\">\n")?;
    let of_fault = || FaultKind::by_id(&first.rule).map(|kind| kind.why().to_owned());
    if let Some(why) = rule.map(|rule| product.fill(&rule.rationale)).or_else(of_fault) {
        page.raw("<dt>Why</dt><dd>")?;
        with_code(&why, page)?;
        page.raw("</dd>\n")?;
    }
    if let Some(citation) = &first.citation {
        let asked = if first.basis == Basis::BestPractice { "Good practice for" } else { "Asked for in" };
        page.raw("<dt>")?.text(asked)?.raw("</dt><dd>")?.text(citation)?;
        for statement in &*first.statements {
            page.raw(" <a class=\"statement\"")?.attribute("href", &format!("#{statement}"))?.raw(">")?;
            page.text(statement)?.raw("</a>")?;
        }
        page.raw("</dd>\n")?;
    }
    let controls: Vec<_> = rule
        .into_iter()
        .flat_map(|rule| rule.citations.iter().skip(1))
        .map(|citation| report.book.references.phrase(citation, product))
        .collect();
    if !controls.is_empty() {
        page.raw("<dt>Controls</dt><dd>")?.text(&controls.join("; "))?.raw("</dd>\n")?;
    }
    page.raw("<dt>To do</dt><dd>")?;
    with_code(&first.remedy, page)?;
    page.raw("</dd>\n</dl>\n").map(drop)
}

/// A finding; its remedy is told where it is not the one told for all of the rule.
fn finding((number, diagnostic): Numbered<'_>, remedy: &str, page: &mut Markup<'_>) -> io::Result<()> {
    let class = format!("finding {}", diagnostic.severity.word());
    page.raw("<li")?.attribute("class", &class)?.attribute("id", &format!("f{number}"))?;
    page.attribute("data-severity", diagnostic.severity.word())?.raw(">\n<p class=\"who\">")?;
    badge(diagnostic.severity, page)?;
    if let Some(subject) = &diagnostic.subject {
        page.raw(" <strong>")?.text(&subject.key)?.raw("</strong> <span class=\"dim\">record ")?;
        page.figure(subject.number)?.raw("</span>")?;
    }
    if let Some(place) = place_in_words(diagnostic) {
        page.raw(" <span class=\"place\">")?.text(&place)?.raw("</span>")?;
    }
    page.raw("</p>\n<p class=\"says\">")?;
    with_code(&diagnostic.message, page)?;
    page.raw("</p>\n")?;
    for snippet in &diagnostic.snippets {
        row(snippet, diagnostic, page)?;
    }
    if *diagnostic.remedy != *remedy {
        page.raw("<p class=\"dim\">To do: ")?;
        with_code(&diagnostic.remedy, page)?;
        page.raw("</p>\n")?;
    }
    page.raw("<p class=\"print dim\">fingerprint ")?.text(&diagnostic.fingerprint)?.raw("</p>\n</li>\n").map(drop)
}

/// A message, with what stands in backticks set as code.
fn with_code(message: &str, page: &mut Markup<'_>) -> io::Result<()> {
    let parts: Vec<_> = message.split('`').collect();
    if parts.len() % 2 == 0 {
        return page.text(message).map(drop);
    }
    for (number, part) in parts.iter().enumerate() {
        if number % 2 == 0 {
            page.text(part)?;
        } else {
            page.raw("<code>")?.text(part)?.raw("</code>")?;
        }
    }
    Ok(())
}

/// The row around the cell, with the cell marked and the label below.
fn row(snippet: &Snippet, diagnostic: &Diagnostic, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<figure class=\"row\"><pre tabindex=\"0\"><span class=\"line\">")?
        .figure(snippet.line)?
        .raw("</span><code>")?;
    let mut marks: Vec<_> = snippet.marks.iter().collect();
    marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
    let text = |range: std::ops::Range<usize>| snippet.text.get(range).unwrap_or_default();
    let mut at = 0;
    for mark in &marks {
        if mark.range.start < at {
            // Marked already, with one that begins before it.
            continue;
        }
        page.text(text(at..mark.range.start))?;
        let class = match (mark.label == 0, mark.range.is_empty()) {
            (true, false) => "first",
            (false, false) => "other",
            (true, true) => "first here",
            (false, true) => "other here",
        };
        page.raw("<mark")?.attribute("class", class)?.raw(">")?.text(text(mark.range.clone()))?.raw("</mark>")?;
        at = mark.range.end;
    }
    page.text(text(at..snippet.text.len()))?.raw("</code></pre>")?;
    let says = |number: usize| diagnostic.labels.get(number).map(|label| label.message.as_str());
    for words in marks.iter().filter_map(|mark| says(mark.label)).filter(|words| !words.is_empty()) {
        page.raw("<figcaption>")?;
        with_code(words, page)?;
        page.raw("</figcaption>")?;
    }
    page.raw("</figure>\n").map(drop)
}

/// Each account with what is wrong with it.
pub(in crate::report) fn by_account(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"accounts\">\n<h2 id=\"h-accounts\">Accounts</h2>\n")?;
    let accounts = accounts(report);
    if accounts.is_empty() {
        return page.raw("<p class=\"none\">No finding is about one account.</p>\n</section>\n").map(drop);
    }
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-accounts\"><table class=\"sortable\">\n")?;
    page.raw(
        "<thead><tr><th scope=\"col\">Account</th><th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Record</th>",
    )?;
    page.raw("<th scope=\"col\" class=\"n\">Findings</th><th scope=\"col\">Rules</th></tr></thead>\n<tbody>\n")?;
    for (file, number, key, findings) in &accounts {
        page.raw("<tr><th scope=\"row\">")?.text(key)?.raw("</th><td>")?.text(file)?.raw("</td><td class=\"n\">")?;
        page.figure(number)?.raw("</td><td class=\"n\">")?.figure(findings.len())?.raw("</td><td>")?;
        for (at, (number, diagnostic)) in findings.iter().enumerate() {
            page.raw(if at == 0 { "" } else { ", " })?.raw("<a")?.attribute("href", &format!("#f{number}"))?;
            page.attribute("class", diagnostic.severity.word())?.raw(">")?.text(&diagnostic.rule)?.raw("</a>")?;
        }
        page.raw("</td></tr>\n")?;
    }
    page.raw("</tbody>\n</table></div>\n</section>\n").map(drop)
}

/// File, number and key of an account, and its findings.
type Account<'a> = (&'a str, u64, &'a str, Vec<Numbered<'a>>);

/// Accounts in the order of their first findings.
fn accounts<'a>(report: &Report<'a>) -> Vec<Account<'a>> {
    let mut numbers: std::collections::HashMap<(&str, u64), usize> = std::collections::HashMap::new();
    let mut accounts: Vec<Account<'a>> = Vec::new();
    for (at, diagnostic) in report.run.diagnostics.iter().enumerate() {
        let Some(subject) = &diagnostic.subject else { continue };
        let number = *numbers.entry((&subject.file, subject.number)).or_insert(accounts.len());
        if number == accounts.len() {
            accounts.push((&subject.file, subject.number, &subject.key, Vec::new()));
        }
        accounts[number].3.push((at + 1, diagnostic));
    }
    accounts
}
