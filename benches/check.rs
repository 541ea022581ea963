//! The speed of a check beside the tools people would otherwise read the file with.
//!
//! `cargo bench --bench check` generates exports of a million accounts and prints, row by row, what a full
//! check of them costs, as a multiple of a reference measured in turn with it: only ratios within one run
//! count, machines drift. `-- 100000` takes another number, `-- large` adds ten million accounts,
//! `-- only WORD` measures only rows whose names hold the word, `-- export 10000` only makes an export and names
//! it, `-- profile PATH` makes nothing but one check of one.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "check/accounts.rs"]
mod accounts;
#[path = "check/peers.rs"]
mod peers;
#[path = "check/process.rs"]
mod process;
#[path = "check/reference.rs"]
mod reference;
#[path = "check/table.rs"]
mod table;

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rolecall::capacity::CapacityRequest;
use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::engine::RunRequest;
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::{Report, ReportFormat};
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;
use table::Table;

/// The day every check judges by.
const AS_OF: &str = "2026-11-21";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |word: &str| arguments.iter().skip_while(|argument| *argument != word).nth(1);
    if let Some(count) = after("export").and_then(|count| count.parse().ok()) {
        println!("{}", export(count, Format::Csv).display());
        return;
    }
    if let Some(path) = after("profile") {
        let run = full_check(Path::new(path));
        println!("{} findings, peak {} KiB", run.diagnostics.len(), process::own_peak().unwrap_or_default());
        return;
    }
    let count = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let mut table = Table::of(after("only").cloned());
    readers(count, &mut table);
    renderers(count, &mut table);
    over_time(count, &mut table);
    process::rows(count, &mut table);
    peers::rows(count, &mut table);
    if arguments.iter().any(|argument| argument == "large") {
        growth(count, &mut table);
    }
    table.finish();
}

/// Each format beside the parser that people read it with, on one thread; and what a second thread gives.
fn readers(count: u64, table: &mut Table) {
    let (csv, json, jsonl) = (export(count, Format::Csv), export(count, Format::Json), export(count, Format::Jsonl));
    table.pair("csv, full check / csv ByteRecord read", 1.0, || full_check(&csv), || reference::csv(&csv));
    table.pair("json, full check / serde_json typed", 1.0, || full_check(&json), || reference::json(&json));
    table.pair("jsonl, full check / serde_json typed", 1.0, || full_check(&jsonl), || reference::jsonl(&jsonl));
    table.pair("csv, two threads / csv ByteRecord read", 0.6, || check_by(&csv, 2), || reference::csv(&csv));
    table.pair("json, two threads / serde_json typed", 0.6, || check_by(&json, 2), || reference::json(&json));
    table.pair("jsonl, two threads / serde_json typed", 0.6, || check_by(&jsonl, 2), || reference::jsonl(&jsonl));
    table.pair("json, two threads / one", None, || check_by(&json, 2), || full_check(&json));
    table.pair("jsonl, two threads / one", None, || check_by(&jsonl, 2), || full_check(&jsonl));
}

/// Ten thousand findings, for eyes and for programs.
fn renderers(count: u64, table: &mut Table) {
    if !table.wants("findings") {
        return;
    }
    let mut run = full_check(&export(count, Format::Csv));
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
    let csv = export(count, Format::Csv);
    table.pair("csv, capacity / full check", 1.3, || capacity(&csv), || full_check(&csv));
}

/// Ten times the accounts are to cost ten times the time.
fn growth(count: u64, table: &mut Table) {
    let (small, large) = (export(count, Format::Csv), export(count * 10, Format::Csv));
    let once = || full_check(&large);
    let ten_times = || (0..10).for_each(|_| drop(black_box(full_check(&small))));
    table.pair("csv, ten times the accounts / ten checks", 1.15, once, ten_times);
}

/// The export of `count` accounts, made when it is not there.
fn export(count: u64, format: Format) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("accounts-{count}.{}", format.word()));
    if !path.exists() {
        let mut out = BufWriter::new(File::create(&path).expect("the export can be made"));
        let written = match format {
            Format::Json => accounts::write_json(count, &mut out),
            Format::Jsonl => accounts::write_jsonl(count, &mut out),
            _ => accounts::write_csv(count, &mut out),
        };
        written.and_then(|()| out.flush()).expect("the export can be written");
    }
    path
}

/// Every rule, every account judged as an API user's, on one thread.
fn full_check(path: &Path) -> Run {
    check_by(path, 1)
}

/// The same, on so many threads.
fn check_by(path: &Path, jobs: usize) -> Run {
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    check(vec![named(path)], &config(), &rule_set, &RunOptions { jobs, ..options() }).expect("a run")
}

/// The same accounts, and what a licence owner asks of them.
fn capacity(path: &Path) -> Run {
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let question = RunRequest { config: &config(), rules: &rule_set, options: &options() };
    rolecall::capacity::run(vec![named(path)], CapacityRequest::default(), &question).expect("a run").0
}

fn options() -> RunOptions {
    RunOptions {
        all_api_users: true,
        seats: vec![("System Administrator".to_owned(), 1_000)],
        ..RunOptions::new(Date::parse(AS_OF, None).expect("a date"))
    }
}

fn named(path: &Path) -> NamedInput {
    let name = path.file_name().and_then(|name| name.to_str()).expect("our own name");
    NamedInput { name: name.to_owned(), format: Format::by_name(name), opened: Source::open(path) }
}

fn config() -> Config {
    Config::parse("rolecall.toml", "[teams]\nalternates = [\"Billing\"]\n").expect("a config")
}
