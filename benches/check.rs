//! The speed of a check beside the tool people would otherwise read the file with.
//!
//! `cargo bench --bench check` generates an export of a million accounts, then in turn reads it with the `csv`
//! crate's `ByteRecord` reader, checking nothing, and makes a full check of it with every account judged as
//! an API user. Only the ratio within one run counts: machines drift. `-- 100000` takes another number.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "check/accounts.rs"]
mod accounts;

use std::fs::File;
use std::hint::black_box;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rolecall::config::{Config, Options};
use rolecall::engine::{Book, Named, Run, check};
use rolecall::input::Format;
use rolecall::record::date::Date;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

/// Rounds of the large comparison, and of the short one of whole processes.
const ROUNDS: usize = 7;
const STARTS: usize = 40;

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let path = export(count);
    let bytes = path.metadata().expect("the export is there").len();
    println!("{count} accounts, {} MB\n", bytes / 1_000_000);
    compare(&path);
    start_up();
}

/// The export of `count` accounts, made when it is not there.
fn export(count: u64) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("accounts-{count}.csv"));
    if !path.exists() {
        let mut out = BufWriter::new(File::create(&path).expect("the export can be made"));
        accounts::write_csv(count, &mut out).expect("the export can be written");
    }
    path
}

fn compare(path: &Path) {
    let (mut reads, mut checks) = (Vec::new(), Vec::new());
    let mut found = 0;
    for _ in 0..=ROUNDS {
        reads.push(timed(|| bare_read(path)).0);
        let (time, run) = timed(|| full_check(path));
        checks.push(time);
        found = run.diagnostics.len();
    }
    // The first round only warms the page cache.
    let mut ratios: Vec<f64> =
        checks.iter().zip(&reads).skip(1).map(|(check, read)| check.as_secs_f64() / read.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    println!("bare csv read   {:>8.1} ms (median)", milliseconds(median(&mut reads[1..])));
    println!("full check      {:>8.1} ms (median), {found} findings", milliseconds(median(&mut checks[1..])));
    println!(
        "check / read    {:>8.2} (median; {:.2} to {:.2})",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1]
    );
}

fn bare_read(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).expect("the export can be read");
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader.read_byte_record(&mut record).expect("the export is sound") {
        cells += black_box(&record).len();
    }
    cells
}

fn full_check(path: &Path) -> Run {
    let options = Options {
        all_api_users: true,
        seats: vec![("System Administrator".to_owned(), 1_000)],
        ..Options::of(Date::parse("2026-11-21", None).expect("a date"))
    };
    let (rules, references) = (built_in(), References::built_in());
    let named = Named { name: "accounts.csv".to_owned(), format: Some(Format::Csv), opened: Source::open(path) };
    let config = Config::parse("rolecall.toml", "[teams]\nalternates = [\"Billing\"]\n").expect("a config");
    check(vec![named], &config, &Book { rules: &rules, references: &references }, &options).expect("a run")
}

/// A whole process that judges a plan, beside one that does nothing.
fn start_up() {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/check/plan.yaml");
    let check = || {
        process(Command::new(env!("CARGO_BIN_EXE_rolecall")).args([
            "check",
            "--no-config",
            "--as-of",
            "2026-11-21",
            plan,
        ]))
    };
    let nothing = || process(&mut Command::new("true"));
    let (mut plans, mut nothings): (Vec<_>, Vec<_>) = (0..STARTS).map(|_| (timed(check).0, timed(nothing).0)).unzip();
    println!("\nplan of three accounts, whole process   {:>6.2} ms (median)", milliseconds(median(&mut plans)));
    println!("a process that does nothing             {:>6.2} ms (median)", milliseconds(median(&mut nothings)));
}

fn process(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    black_box(status.expect("the program can be started"));
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed(), result)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
