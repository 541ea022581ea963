//! Whole processes: how soon a hook has its answer, and how much memory a check takes.

use std::path::Path;
use std::process::{Command, Stdio};

use rolecall::read::Format;

use super::table::{Table, milliseconds, quantiles, timed};
use super::{AS_OF, export};

/// Rounds of a short process.
const STARTS: usize = 40;

/// Accounts of an export in a pre-commit hook.
const HOOK: u64 = 50_000;

/// Measures the rows of this file.
pub fn rows(count: u64, table: &mut Table) {
    start_up(table);
    for format in [Format::Csv, Format::Json] {
        let path = export(HOOK, format);
        let name = format!("{HOOK} accounts in a hook, {}", format.word());
        table.time(&name, 50.0, || quiet(&mut check(&path)));
    }
    for format in [Format::Csv, Format::Json, Format::Jsonl] {
        memory(count, format, table);
    }
}

/// A plan of three accounts, beside a process that does nothing.
fn start_up(table: &mut Table) {
    let plan = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/check/plan.yaml"));
    if !table.wants("a plan of three accounts") {
        return;
    }
    let (mut plans, mut nothings) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        plans.push(milliseconds(timed(|| quiet(&mut check(plan)))));
        nothings.push(milliseconds(timed(|| quiet(&mut Command::new("true")))));
    }
    let (plan, nothing) = (quantiles(&mut plans).1, quantiles(&mut nothings).1);
    table.row("a plan of three accounts", &format!("{plan:.1} ms"), "5 ms", plan <= 5.0);
    let more = plan - nothing;
    table.row("  beyond a process that does nothing", &format!("{more:.1} ms"), "1.5 ms", more <= 1.5);
}

/// The most memory a check ever held, in a process of its own.
fn memory(count: u64, format: Format, table: &mut Table) {
    let name = format!("memory, {}, {count} accounts", format.word());
    if !table.wants(&name) {
        return;
    }
    let own = std::env::current_exe().expect("a program knows where it lies");
    let output = Command::new(own).arg("profile").arg(export(count, format)).output().expect("it can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    let peak = said.split("peak ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|kib| kib.parse().ok());
    let Some(peak) = peak.filter(|peak: &u64| *peak > 0) else {
        table.note("the system does not say how much memory a process held: skipped");
        return;
    };
    let most = 64 * 1024 + count * 12 / 1024;
    table.row(&name, &format!("{} MiB", peak / 1024), &format!("{} MiB", most / 1024), peak <= most);
}

/// The most memory this process ever held, in KiB, where the system says so.
pub fn own_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()
}

/// A check of an export, as a hook makes it.
pub fn check(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/check/rolecall.toml");
    command.args(["check", "--all-api-users", "--as-of", AS_OF, "--config", config]).arg(path);
    command
}

fn quiet(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.expect("the program can be started");
}
