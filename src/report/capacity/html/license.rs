//! A licence on the page: what is used, a picture of the days to come, and the same in a table.

use std::io;

use super::super::{picture, words};
use crate::capacity::cost::Cost;
use crate::capacity::{License, Step};
use crate::record::date::Date;
use crate::report::markup::Markup;

/// Writes a licence.
pub(super) fn write(license: &License, as_of: Date, until: Date, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<article class=\"licence\">\n<h3>")?.text(&license.name)?.raw("</h3>\n<p class=\"now\">")?;
    page.text(&words::now(license))?.raw(".</p>\n")?;
    if let Some(doubt) = &license.used.doubt {
        page.raw("<p>Not exact: ")?.text(doubt)?.raw(".</p>\n")?;
    }
    let class = if license.first_over.is_some() { "out" } else { "in" };
    page.raw("<p")?.attribute("class", class)?.raw(">")?.text(&words::ahead(license))?.raw(".</p>\n")?;
    picture::draw(license, as_of, until, page)?;
    page.raw(
        "<ul class=\"legend\"><li>used</li><li class=\"l-owned\">owned</li><li class=\"l-over\">over</li></ul>\n",
    )?;
    steps(license, as_of, page)?;
    let mut lines: Vec<String> = words::plans(license).into_iter().collect();
    lines.extend(license.trend.iter().flat_map(words::trend));
    lines.extend(license.cost.iter().flat_map(words::cost));
    for line in &lines {
        page.raw("<p>")?.text(line)?.raw(".</p>\n")?;
    }
    if let Some(cost) = &license.cost {
        bills(cost, page)?;
    }
    page.raw("</article>\n").map(drop)
}

fn steps(license: &License, as_of: Date, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\"")?;
    page.attribute("aria-label", &format!("Days of {}", license.name))?.raw("><table>\n<thead><tr>")?;
    page.raw(
        "<th scope=\"col\">From</th><th scope=\"col\" class=\"n\">Used</th><th scope=\"col\" class=\"n\">Owned</th>",
    )?;
    page.raw("<th scope=\"col\" class=\"n\">Free</th><th scope=\"col\">Because</th></tr></thead>\n<tbody>\n")?;
    row(as_of, license.used.total(), license.owned, page)?;
    page.raw("as the inputs stand</td></tr>\n")?;
    for step in &license.steps {
        row(step.on, step.used, step.owned, page)?;
        because(step, page)?;
        page.raw("</td></tr>\n")?;
    }
    page.raw("</tbody>\n</table></div>\n").map(drop)
}

/// A row up to its last cell, which stays open.
fn row(on: Date, used: u64, owned: Option<u64>, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<tr><th scope=\"row\" class=\"at\"><time>")?
        .figure(on)?
        .raw("</time></th><td class=\"n\">")?
        .figure(used)?;
    page.raw("</td><td class=\"n\">")?;
    page.text(&owned.map_or_else(|| "not declared".to_owned(), |owned| owned.to_string()))?.raw("</td>")?;
    match owned {
        Some(owned) if used > owned => {
            page.raw("<td class=\"n beyond\">")?.figure(used - owned)?.raw(" over</td>")?;
        }
        Some(owned) => {
            page.raw("<td class=\"n\">")?.figure(owned - used)?.raw("</td>")?;
        }
        None => {
            page.raw("<td class=\"n\">?</td>")?;
        }
    }
    page.raw("<td>").map(drop)
}

fn because(step: &Step, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<ul class=\"because\">")?;
    for cause in &step.because {
        let (sign, says) = words::cause(cause);
        page.raw("<li><span class=\"mark\">")?.figure(sign)?.raw("</span>")?.text(&says)?.raw("</li>")?;
    }
    if step.others > 0 {
        page.raw("<li>and ")?.figure(step.others)?.raw(" more</li>")?;
    }
    page.raw("</ul>").map(drop)
}

fn bills(cost: &Cost, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h4>Bills</h4>\n")?;
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Bills\"><table class=\"bills\">\n<thead><tr>")?;
    page.raw("<th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\" class=\"n\">Committed</th>")?;
    page.raw("<th scope=\"col\" class=\"n\">Most used</th><th scope=\"col\" class=\"n\">Over</th>")?;
    page.raw("<th scope=\"col\" class=\"n\">Commitment</th><th scope=\"col\" class=\"n\">Over-use</th></tr></thead>\n<tbody>\n")?;
    let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    for bill in &cost.bills {
        let amount = |amount: Option<_>| amount.map_or_else(|| "?".to_owned(), |amount| words::money(amount, cost));
        let part = if bill.is_whole { "" } else { " (in part)" };
        page.raw("<tr><td class=\"at\">")?
            .figure(bill.from)?
            .raw("</td><td class=\"at\">")?
            .figure(bill.to)?
            .text(part)?;
        for cell in [
            number(bill.committed),
            bill.used.to_string(),
            number(bill.over),
            amount(bill.committed_cost),
            amount(bill.over_cost),
        ] {
            page.raw("</td><td class=\"n\">")?.text(&cell)?;
        }
        page.raw("</td></tr>\n")?;
    }
    page.raw("</tbody>\n</table></div>\n").map(drop)
}
