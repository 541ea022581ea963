//! The speed of a check beside the tools people would otherwise read the file with.
//!
//! `cargo bench --bench check` generates exports of a million accounts and prints, row by row, what a full
//! check of them costs, as a multiple of a reference measured in turn with it: only ratios within one run
//! count, machines drift. `-- 100000` takes another number, `-- large` adds ten million accounts,
//! `-- only WORD` measures only rows whose names hold the word, `-- growth` prints how time grows instead.
//! `-- export 10000` only makes an export and names it, `-- profile PATH` makes nothing but one check of one,
//! `-- population NAME 10000` one of a population, `-- packs` or `-- different` one of people who are all different, with or
//! without the rules of a site.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "check/accounts.rs"]
mod accounts;
#[path = "check/compared.rs"]
mod compared;
#[path = "check/growth.rs"]
mod growth;
#[path = "check/packs.rs"]
mod packs;
#[path = "check/peers.rs"]
mod peers;
#[path = "check/process.rs"]
mod process;
#[path = "check/reference.rs"]
mod reference;
#[path = "check/table.rs"]
mod table;
#[path = "check/work.rs"]
mod work;
#[path = "check/workbook.rs"]
mod workbook;

use std::hint::black_box;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use accounts::Population;
use rolecall::diagnostic::Severity;
use rolecall::engine::RuleSet;
use rolecall::read::Format;
use rolecall::report::{Report, ReportFormat};
use rolecall::rule::file::{References, built_in};
use table::Table;
use work::{Selection, Work};

/// The day every check judges by.
const AS_OF: &str = "2026-11-21";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |word: &str| arguments.iter().skip_while(|argument| *argument != word).nth(1);
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let count = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    if has("export") {
        println!("{}", work::export(Population::ApiUsers, count, Format::Csv).display());
        return;
    }
    if let Some(path) = after("profile") {
        let run = Work::of_api_users(Path::new(path)).check();
        println!("{} findings, peak {} KiB", run.diagnostics.len(), process::own_peak().unwrap_or_default());
        return;
    }
    if let Some(word) = after("population") {
        let selection = Selection::ALL.into_iter().find(|one| one.word() == word).expect("a population of the table");
        println!("{} findings", Work::new(selection, count, Format::Csv).check().diagnostics.len());
        return;
    }
    if has("packs") || has("different") {
        println!("{} findings", packs::profile(count, has("packs")).diagnostics.len());
        return;
    }
    let mut table = Table::of(after("only").cloned());
    if has("growth") {
        growth::rows(&mut table);
        return table.finish();
    }
    Selection::ALL.into_iter().for_each(|selection| readers(selection, count, &mut table));
    renderers(count, &mut table);
    over_time(count, &mut table);
    compared::rows(count, &mut table);
    packs::rows(count, &mut table);
    process::rows(count, &mut table);
    peers::rows(count, &mut table);
    if has("large") {
        large(count, &mut table);
    }
    table.finish();
}

/// Each format beside the parser that people read it with, on one thread; and what a second thread gives.
fn readers(selection: Selection, count: u64, table: &mut Table) {
    let name = |what: &str| format!("{}: {what}", selection.word());
    let work = |format| Work::new(selection, count, format);
    let (csv, json, jsonl) = (work(Format::Csv), work(Format::Json), work(Format::Jsonl));
    table.pair(&name("csv / ByteRecord read"), 1.2, || csv.check(), || reference::csv(csv.path()));
    table.pair(&name("csv, two threads / the same"), 0.7, || csv.check_by(2), || reference::csv(csv.path()));
    table.pair(&name("json / serde_json typed"), 0.6, || json.check(), || reference::json(json.path()));
    table.pair(&name("jsonl / serde_json typed"), 0.8, || jsonl.check(), || reference::jsonl(jsonl.path()));
    let xlsx = Work::new(selection, count / 10, Format::Xlsx);
    table.pair(&name("xlsx, a tenth / reading cells"), 2.0, || xlsx.check(), || reference::xlsx(xlsx.path()));
    table.pair(&name("json, two threads / one"), None, || json.check_by(2), || json.check());
    table.pair(&name("jsonl, two threads / one"), None, || jsonl.check_by(2), || jsonl.check());
}

/// The export of `count` API users, made when it is not there.
fn export(count: u64, format: Format) -> PathBuf {
    work::export(Population::ApiUsers, count, format)
}

/// Ten thousand findings, for eyes and for programs.
fn renderers(count: u64, table: &mut Table) {
    if !table.wants("findings") {
        return;
    }
    let mut run = Work::new(Selection::All, count, Format::Csv).check();
    run.diagnostics.truncate(10_000);
    let findings = run.diagnostics.len();
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let report = Report { run: &run, rule_set: &rule_set, fail_on: Severity::Warning, roots: &[] };
    let written = |form: ReportFormat| {
        form.write(&report, &mut BufWriter::new(io::sink())).expect("nothing can fail there");
    };
    table.time(&format!("{findings} findings as text"), 300.0, || written(ReportFormat::Human));
    table.time(&format!("{findings} findings as json"), 300.0, || written(ReportFormat::Json));
}

/// Seats over time, with a date of activation in every row, beside a check of the same file.
fn over_time(count: u64, table: &mut Table) {
    let csv = Work::new(Selection::All, count, Format::Csv);
    table.pair("csv, capacity / full check", 1.3, || csv.capacity(&[]), || csv.check());
}

/// Ten times the accounts are to cost ten times the time.
fn large(count: u64, table: &mut Table) {
    let work = |count| Work::new(Selection::All, count, Format::Csv);
    let (small, large) = (work(count), work(count * 10));
    let ten_times = || (0..10).for_each(|_| drop(black_box(small.check())));
    table.pair("csv, ten times the accounts / ten checks", 1.15, || large.check(), ten_times);
}
