//! How time grows with what there is to judge: tenfold work is to take tenfold time.

use std::path::PathBuf;

use rolecall::config::RunOptions;
use rolecall::record::date::Date;

use super::accounts::HEADERS;
use super::table::{Table, milliseconds, timed};
use super::work::{Selection, Work, made, options};
use rolecall::read::Format;

/// The largest exponent of time over size.
const MOST: f64 = 1.15;

/// Accounts of the smaller side, where the number of accounts is what grows.
const SMALL: u64 = 40_000;

/// Prints the exponent of each kind of growth.
pub fn rows(table: &mut Table) {
    row(table, "accounts", SMALL * 10, |count| {
        let work = Work::new(Selection::Named, count, Format::Csv);
        move || drop(work.check_by(2))
    });
    row(table, "seats declared, with as many holders", SMALL, |count| {
        let path = export("holders", count, |number| account(number, "Administrator", "Default Team"));
        let seats = vec![("System Administrator".to_owned(), count)];
        let work = Work::of(vec![path], "", RunOptions { seats, ..options() });
        move || drop(work.check_by(2))
    });
    row(table, "shared user names", SMALL, |count| {
        let path = export("shared", count, |number| account(number / 2, "Agent", "Sales"));
        let work = Work::of(vec![path], "", options());
        move || drop(work.check_by(2))
    });
    row(table, "refused records", SMALL, |count| {
        let path = export("refused", count, |number| account(number, "Agent", "Sales") + ",and a cell too many");
        let work = Work::of(vec![path], "", options());
        move || drop(work.check_by(2))
    });
    row(table, "listed findings", SMALL / 4, |count| {
        let path = export("findings", count, |number| account(number, "Agent", ""));
        let work = Work::of(vec![path], "", RunOptions { all_api_users: true, ..options() });
        move || drop(work.check_by(2))
    });
    row(table, "input files of a hundred accounts", 100, |count| {
        let file =
            |part: u64| export(&format!("part-{part}"), 100, |number| account(part * 100 + number, "Agent", "Sales"));
        let work = Work::of((0..count).map(file).collect(), "", options());
        move || drop(work.check_by(2))
    });
    row(table, "exports of earlier days", 10, |count| {
        let path = export("today", 1_000, |number| account(number, "Administrator", "Default Team"));
        let day =
            |day: u64| Date::parse(&format!("2025-{:02}-{:02}", 1 + day / 28, 1 + day % 28), None).expect("a day");
        let past: Vec<_> = (0..count).map(|number| (day(number), path.clone())).collect();
        let work = Work::of(vec![path], "", options());
        move || drop(work.capacity(&past))
    });
    row(table, "alternates, with as many teams", 1_000, |count| {
        let path = export(&format!("teams-{count}"), 100_000, |number| {
            account(number, "Administrator", &format!("Team {}", number % count))
        });
        let teams: Vec<String> = (0..count).map(|team| format!("\"Team {team}\"")).collect();
        let config = format!("[teams]\nalternates = [{}]\n", teams.join(", "));
        let work = Work::of(vec![path], &config, RunOptions { all_api_users: true, ..options() });
        move || drop(work.check_by(2))
    });
    row(table, "patterns of API users", 100, |count| {
        let path = export("patterns", SMALL, |number| account(number, "Agent", "Sales"));
        let pattern = |number| format!("{{ regex = '^none{number}[.]', max = 3 }}");
        let patterns: Vec<String> = (0..count).map(pattern).collect();
        let work = Work::of(vec![path], &format!("[api-users]\npatterns = [{}]\n", patterns.join(", ")), options());
        move || drop(work.check_by(2))
    });
}

/// One kind of growth: the work of `small` and that of ten times as much, each timed at its quickest.
fn row<W: Fn()>(table: &mut Table, name: &str, small: u64, work: impl Fn(u64) -> W) {
    let name = format!("growth with {name}");
    if !table.wants(&name) {
        return;
    }
    let (few, many) = (work(small), work(small * 10));
    let quickest = |work: &W| (0..3).map(|_| milliseconds(timed(work))).fold(f64::INFINITY, f64::min);
    let (few, many) = (quickest(&few), quickest(&many));
    let exponent = (many / few).log10();
    let figures = format!("{exponent:.2} ({small}: {few:.1} ms, {}: {many:.1} ms)", small * 10);
    table.row(&name, &figures, &format!("{MOST:.2}"), exponent <= MOST);
}

/// An export of `count` rows.
fn export(name: &str, count: u64, row: impl Fn(u64) -> String) -> PathBuf {
    made(&format!("{name}-{count}.csv"), |out| {
        writeln!(out, "{HEADERS}")?;
        (0..count).try_for_each(|number| writeln!(out, "{}", row(number)))
    })
}

/// A row of one account.
fn account(number: u64, roles: &str, team: &str) -> String {
    format!(
        "user.{number:07}@tenant.acme.example,Anna,Vogel {},E{number:07},Active,{roles},{team},Operations,EnterpriseView,\
        EnterpriseView,System Administrator,Europe/Berlin,2020-01-15",
        number % 997
    )
}
