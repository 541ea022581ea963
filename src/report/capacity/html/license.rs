//! A licence on the page: what is used, a chart of the days to come, and the same in a table.

use std::io;

use maud::{Markup, html};

use super::super::{svg_chart, wording};
use crate::capacity::cost::Cost;
use crate::capacity::{License, TimelineStep};
use crate::record::date::Date;
use crate::report::ledger::lines::{account_kind, plural};
use crate::report::page::{Page, TableColumn};

/// Writes a licence.
pub(super) fn write(license: &License, as_of: Date, until: Date, page: &mut Page<'_>) -> io::Result<()> {
    let mut lines: Vec<String> = wording::plans(license).into_iter().collect();
    lines.extend(license.trend.iter().flat_map(wording::trend));
    let article = html! {
        article.licence {
            h3 { (license.name) }
            p.now { (wording::now(license)) "." }
            @if let Some(doubt) = &license.used.doubt { p { "Not exact: " (doubt) "." } }
            p class=(if license.first_over.is_some() { "out" } else { "in" }) { (wording::ahead(license, until)) "." }
            (svg_chart::svg(license, as_of, until))
            ul.legend { li { "used" } li.l-owned { "owned" } li.l-over { "over" } }
        }
    };
    page.around(article, |page| {
        steps(license, as_of, page)?;
        page.write(html! { @for line in &lines { p { (line) "." } } })?;
        license.cost.iter().try_for_each(|cost| bills(cost, page))?;
        holders(license, page)
    })
}

fn steps(license: &License, as_of: Date, page: &mut Page<'_>) -> io::Result<()> {
    let columns = [
        TableColumn::unbroken("From"),
        TableColumn::number("Used"),
        TableColumn::number("Owned"),
        TableColumn::number("Free"),
        TableColumn::text("Because"),
    ];
    let first = row(as_of, license.used.total(), license.owned, html! { "from the inputs alone" });
    let rows = license.steps.iter().map(|step| row(step.on, step.used, step.owned, because(step)));
    page.table(&format!("Days of {}", license.name), None, columns, std::iter::once(first).chain(rows))
}

fn row(on: Date, used: u64, owned: Option<u64>, because: Markup) -> [Markup; 5] {
    let free = html! {
        @match owned {
            Some(owned) if used > owned => span.beyond { (used - owned) " over" },
            Some(owned) => (owned - used),
            None => "?",
        }
    };
    let owned = owned.map_or_else(|| "not declared".to_owned(), |owned| owned.to_string());
    [html! { time { (on) } }, html! { (used) }, html! { (owned) }, free, because]
}

fn because(step: &TimelineStep) -> Markup {
    html! {
        ul.because {
            @for (sign, text) in step.because.iter().map(wording::cause) { li { span.mark { (sign) } (text) } }
            @if step.others > 0 { li { "and " (step.others) " more" } }
        }
    }
}

fn holders(license: &License, page: &mut Page<'_>) -> io::Result<()> {
    let holders = &license.holders;
    if holders.listed.is_empty() {
        return Ok(());
    }
    page.write(html! { h4 { "Who takes a seat" } })?;
    let columns = [
        TableColumn::text("Account"),
        TableColumn::text("Kind"),
        TableColumn::unbroken("Since"),
        TableColumn::text("Where"),
    ];
    let rows = holders.listed.iter().map(|one| {
        let since = one.since.map_or_else(String::new, |since| since.to_string());
        let place = format!("{}, record {}", one.subject.file, one.subject.number);
        [one.subject.key.clone(), account_kind(one.is_api_user).to_owned(), since, place].map(|cell| html! { (cell) })
    });
    page.table(&format!("Accounts that take a seat of {}", license.name), None, columns, rows)?;
    if holders.more > 0 {
        page.write(html! { p { (plural(holders.more, "more account")) " not listed." } })?;
    }
    Ok(())
}

fn bills(cost: &Cost, page: &mut Page<'_>) -> io::Result<()> {
    page.write(html! { h4 { "Bills" } })?;
    let columns = [
        TableColumn::unbroken("From"),
        TableColumn::unbroken("To"),
        TableColumn::number("Committed"),
        TableColumn::number("Most used"),
        TableColumn::number("Over"),
        TableColumn::number("Commitment"),
        TableColumn::number("Over-use"),
    ];
    let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let amount =
        |amount: Option<_>| amount.map_or_else(|| "?".to_owned(), |amount| wording::money(amount, &cost.terms));
    let rows = cost.bills.iter().map(|bill| {
        let part = if bill.is_whole { "" } else { " (in part)" };
        [
            bill.from.to_string(),
            format!("{}{part}", bill.to),
            number(bill.committed),
            bill.used.to_string(),
            number(bill.over),
            amount(bill.committed_cost),
            amount(bill.over_cost),
        ]
        .map(|cell| html! { (cell) })
    });
    page.table("Bills", Some("bills"), columns, rows)
}
