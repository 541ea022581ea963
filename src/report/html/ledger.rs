//! What the verdict stands on: what was not judged, what became of each requirement, seats, and every input.

use std::io;

use crate::diagnostic::Outcome;
use crate::engine::ledger::{InputLedger, RuleOutcome, SeatCount, UndeclaredAccount};
use crate::report::Report;
use crate::report::account::{how, input_line, plural, seats_line};
use crate::report::markup::Markup;
use crate::rule::coverage::{Statement, rules_of, statements};

/// What could not be judged; said also where that is nothing.
pub(in crate::report) fn not_judged(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"not-judged\">\n<h2 id=\"h-not-judged\">Not judged</h2>\n")?;
    let ledger = &report.run.ledger;
    if ledger.holes.is_empty() {
        page.raw("<p class=\"none\">Nothing: every byte of every input was read, and every rule was put or has a ")?;
        page.raw("reason not to apply.</p>\n")?;
    } else {
        page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-not-judged\"><table>\n<thead><tr>")?;
        page.raw("<th scope=\"col\">Rule</th><th scope=\"col\">Why</th><th scope=\"col\" class=\"n\">Times</th>")?;
        page.raw("<th scope=\"col\">First at</th></tr></thead>\n<tbody>\n")?;
        for hole in &ledger.holes {
            page.raw("<tr><th scope=\"row\"><code>")?.text(&hole.rule)?.raw("</code></th><td>")?.text(&hole.reason)?;
            page.raw("</td><td class=\"n\">")?.figure(hole.count)?.raw("</td><td class=\"at\">")?;
            page.text(hole.file.as_deref().unwrap_or("the run"))?;
            if let Some(line) = hole.line {
                page.raw(":")?.figure(line)?;
            }
            page.raw("</td></tr>\n")?;
        }
        page.raw("</tbody>\n</table></div>\n")?;
    }
    let found = &ledger.api_users;
    page.raw("<p><strong>")?
        .text(&plural(found.count, "API user"))?
        .raw("</strong>, ")?
        .text(&how(&found.how))?
        .raw(".</p>\n")?;
    listed("Taken for API users because of their names", &found.by_name, page)?;
    listed("Named like API users, but not declared and not judged as such", &found.undeclared, page)?;
    page.raw("</section>\n").map(drop)
}

fn listed(what: &'static str, accounts: &[UndeclaredAccount], page: &mut Markup<'_>) -> io::Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    page.raw("<details><summary>")?.raw(what)?.raw(" <span class=\"count\">")?.figure(accounts.len())?;
    page.raw("</span></summary>\n<ul class=\"accounts\">\n")?;
    for account in accounts {
        page.raw("<li>")?.text(&account.key)?.raw(" <span class=\"dim\">")?.text(&account.file)?.raw(", record ")?;
        page.figure(account.number)?.raw("</span></li>\n")?;
    }
    page.raw("</ul></details>\n").map(drop)
}

/// The vendor's statements, the rules that hold each, and how those ended.
pub(super) fn requirements(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"requirements\">\n<h2 id=\"h-requirements\">Requirements</h2>\n")?;
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-requirements\"><table class=\"matrix\">\n<thead><tr>")?;
    page.raw("<th scope=\"col\">Statement</th><th scope=\"col\">What it says</th><th scope=\"col\">Rule</th>")?;
    page.raw("<th scope=\"col\">Outcome</th><th scope=\"col\" class=\"n\">Failed of judged</th></tr></thead>\n")?;
    for one in statements() {
        statement(&one, report, page)?;
    }
    page.raw("</table></div>\n")?;
    for change in &report.run.ledger.severity_changes {
        page.raw("<p>The config changes the severity of <code>")?.text(&change.rule)?.raw("</code> from ")?;
        page.text(change.from.word())?.raw(" to ")?.text(change.to.word())?.raw(".</p>\n")?;
    }
    page.raw("</section>\n").map(drop)
}

fn statement(statement: &Statement, report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    let rules: Vec<_> = rules_of(&statement.id, report.book.rules).collect();
    page.raw("<tbody")?.attribute("id", &statement.id)?.raw(">\n<tr>")?;
    page.raw("<th scope=\"rowgroup\"")?.attribute("rowspan", &rules.len().max(1).to_string())?.raw(">")?;
    page.text(&statement.id)?.raw("<span class=\"dim\">")?.text(&statement.place)?.raw("</span></th>")?;
    page.raw("<td")?
        .attribute("rowspan", &rules.len().max(1).to_string())?
        .raw(">")?
        .text(&statement.says)?
        .raw("</td>")?;
    if let Some(reason) = &statement.nothing_to_check {
        page.raw("<td colspan=\"3\" class=\"dim\">nothing to check offline: ")?.text(reason)?.raw("</td>")?;
    }
    for (number, rule) in rules.iter().enumerate() {
        page.raw(if number == 0 { "" } else { "<tr>" })?.raw("<td><code>")?.text(&rule.id)?.raw("</code></td>")?;
        match report.run.outcomes.iter().find(|one| one.rule == rule.id) {
            Some(one) => outcome(one, page)?,
            None => page.raw("<td>not put</td><td></td>").map(drop)?,
        }
        page.raw("</tr>\n")?;
    }
    page.raw(if rules.is_empty() { "</tr>\n</tbody>\n" } else { "</tbody>\n" }).map(drop)
}

fn outcome(one: &RuleOutcome, page: &mut Markup<'_>) -> io::Result<()> {
    let (class, sign, word) = match one.outcome {
        Outcome::Pass => ("outcome pass", "✓", "pass"),
        Outcome::Fail => ("outcome fail", "✕", "fail"),
        Outcome::NotApplicable => ("outcome off", "–", "does not apply"),
        Outcome::NotDeterminable => ("outcome open", "?", "could not judge"),
    };
    page.raw("<td><span")?.attribute("class", class)?.raw("><span aria-hidden=\"true\">")?.text(sign)?;
    page.raw("</span> ")?.text(word)?.raw("</span>")?;
    if let Some(reason) = &one.reason {
        page.raw(" <span class=\"dim\">")?.text(reason)?.raw("</span>")?;
    }
    page.raw("</td><td class=\"n\">")?.figure(one.failed)?.raw(" / ")?.figure(one.judged)?.raw("</td>").map(drop)
}

/// Seats of each licence.
pub(super) fn seats(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"seats\">\n<h2 id=\"h-seats\">Seats</h2>\n")?;
    if report.run.seats.is_empty() {
        page.raw("<p class=\"none\">No licence was counted.</p>\n")?;
    }
    for count in &report.run.seats {
        seat(count, page)?;
    }
    page.raw("</section>\n").map(drop)
}

fn seat(count: &SeatCount, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<div class=\"seat\"><p>")?.text(&seats_line(count))?.raw(".</p>")?;
    if let Some(owned) = count.owned {
        let most = owned.max(count.planned).max(1).to_string();
        page.raw("<meter min=\"0\" low=\"0\"")?.attribute("aria-label", &format!("seats of {}", count.license))?;
        page.attribute("max", &most)?
            .attribute("high", &owned.to_string())?
            .attribute("value", &count.planned.to_string())?;
        page.raw("></meter>")?;
    }
    page.raw("</div>\n").map(drop)
}

/// Every input with its account.
pub(in crate::report) fn inputs(report: &Report<'_>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<section id=\"inputs\">\n<h2 id=\"h-inputs\">Inputs</h2>\n")?;
    for input in &report.run.ledger.inputs {
        one_input(input, page)?;
    }
    page.raw("</section>\n").map(drop)
}

fn one_input(input: &InputLedger, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<article class=\"input\"><h3>")?.text(&input.file)?.raw("</h3>\n<p>")?.text(&input_line(input))?;
    page.raw("; ")?.text(&plural(input.bytes, "byte"))?;
    page.raw(".</p>\n")?;
    if let Some(digest) = &input.sha256 {
        page.raw("<p>SHA-256 <code class=\"digest\">")?.text(digest)?.raw("</code></p>\n")?;
    }
    if !input.unknown_columns.is_empty() {
        page.raw("<p>Not understood, not judged: ")?.text(&input.unknown_columns.join(", "))?.raw(".</p>\n")?;
    }
    if !input.columns.is_empty() {
        page.raw("<details><summary>Columns</summary><dl class=\"columns\">\n")?;
        for (header, field) in &input.columns {
            page.raw("<div><dt>")?.text(header)?.raw("</dt><dd>")?.text(field.name())?.raw("</dd></div>\n")?;
        }
        page.raw("</dl></details>\n")?;
    }
    if !input.refused.is_empty() {
        page.raw("<details open><summary>Refused <span class=\"count\">")?.figure(input.refused.len())?;
        page.raw("</span></summary>\n<ul>\n")?;
        for one in &input.refused {
            page.raw("<li>record ")?
                .figure(one.number)?
                .raw(", line ")?
                .figure(one.line)?
                .raw(": ")?
                .text(&one.reason)?;
            page.raw(" <code>")?.text(one.rule)?.raw("</code></li>\n")?;
        }
        page.raw("</ul></details>\n")?;
    }
    page.raw("</article>\n").map(drop)
}
