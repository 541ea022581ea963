//! Tools that people have, with the same demands as far as they can say them: whole processes, measured where they are
//! installed. None of them tells where in a row the fault is.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rolecall::read::Format;

use super::process::check;
use super::table::{Table, milliseconds, quantiles, timed};
use super::work::{Selection, export as export_of, made};
use super::{AS_OF, export};

/// Rounds: a peer may take half a minute.
const ROUNDS: usize = 3;

/// Accounts of a document that is small enough for all of them.
const FEW: u64 = 50_000;

/// A tool.
struct Peer {
    /// The first of these that is there is asked; its arguments tell its version.
    version: &'static [&'static [&'static str]],
    /// What the row is called after its name and version.
    what: &'static str,
    /// What follows the program to judge the export.
    arguments: &'static [&'static str],
    format: Format,
    accounts: u64,
    /// How many times as fast a full check on one thread has to be.
    target: Option<f64>,
}

/// Where the files of the peers lie.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/check/peers");

/// Measures every peer that is there.
pub fn rows(count: u64, table: &mut Table) {
    let peers = [
        Peer {
            version: &[&["qsv", "--version"], &["qsvlite", "--version"]],
            what: "validate with a schema and uniqueness, all cores",
            arguments: &["validate", "EXPORT", "FILES/qsv.schema.json"],
            format: Format::Csv,
            accounts: count,
            target: Some(20.0),
        },
        Peer {
            version: &[&["check-jsonschema", "--version"]],
            what: "with a schema",
            arguments: &["--schemafile", "FILES/persons.schema.json", "EXPORT"],
            format: Format::Json,
            accounts: FEW.min(count),
            target: None,
        },
    ];
    for peer in &peers {
        peer.row(table);
    }
    for library in ["duckdb", "polars"] {
        rows_of_library(library, count, table);
    }
}

/// Six of the demands by a library of Python for tables, for each population, on two threads as ours.
fn rows_of_library(library: &str, count: u64, table: &mut Table) {
    let version = format!("import {library}; print('{library}', {library}.__version__)");
    let Some((program, version)) = said(&["python3", "-c", &version]) else {
        table.note(&format!("`python3` has no {library}: that peer is skipped"));
        return;
    };
    let script = filled(&format!("FILES/{library}_check.py"), Path::new(""));
    for selection in Selection::ALL {
        let name = format!("{}: {version}, two threads / csv", selection.word());
        if !table.wants(&name) {
            continue;
        }
        let path = export_of(selection.population(), count, Format::Csv);
        let config = made(&format!("{}-{count}.toml", selection.word().replace([' ', ','], "-")), |out| {
            out.write_all(selection.config(count).as_bytes())
        });
        let api_users = if selection == Selection::All { "^" } else { "^api[. ]" };
        let mut rounds = Rounds::default();
        for _ in 0..ROUNDS {
            let peer = timed(|| quiet(Command::new(program).arg(&script).arg(&path).arg(api_users)));
            let own = timed(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
                command.args(["check", "--as-of", AS_OF, "--jobs", "2", "--format", "csv", "--config"]).arg(&config);
                command.args((selection == Selection::All).then_some("--all-api-users"));
                quiet(command.arg(&path));
            });
            rounds.push(peer, own);
        }
        rounds.row(table, &name, Some(3.0));
    }
}

/// What a peer and we took in turn.
#[derive(Default)]
struct Rounds {
    ratios: Vec<f64>,
    peers: Vec<f64>,
    ours: Vec<f64>,
}

impl Rounds {
    fn push(&mut self, peer: Duration, own: Duration) {
        self.ratios.push(peer.as_secs_f64() / own.as_secs_f64());
        self.peers.push(milliseconds(peer));
        self.ours.push(milliseconds(own));
    }

    /// Prints a row. `target` is how many times as fast we have to be.
    fn row(mut self, table: &mut Table, name: &str, target: Option<f64>) {
        let (low, middle, high) = quantiles(&mut self.ratios);
        let (peer, own) = (quantiles(&mut self.peers).1, quantiles(&mut self.ours).1);
        let figures = format!("{middle:.1} x as fast ({low:.1} to {high:.1}; {own:.0} ms / {peer:.0} ms)");
        let word = target.map_or_else(|| "-".to_owned(), |target| format!("{target:.0} x"));
        table.row(name, &figures, &word, target.is_none_or(|target| middle >= target));
    }
}

impl Peer {
    fn row(&self, table: &mut Table) {
        let Some((program, version)) = self.version.iter().find_map(|command| said(command)) else {
            let name = self.version[0].join(" ");
            table.note(&format!("`{name}` says nothing: that peer is skipped"));
            return;
        };
        let name = format!("{version} {}, {} {}", self.what, self.accounts, self.format.word());
        if !table.wants(&name) {
            return;
        }
        // What a peer writes beside its input is thrown away with the folder.
        let folder = export(self.accounts, self.format).with_extension("peer");
        std::fs::create_dir_all(&folder).expect("a folder can be made beside the export");
        let path = folder.join(format!("accounts.{}", self.format.word()));
        std::fs::copy(export(self.accounts, self.format), &path).expect("the export can be copied");
        let arguments: Vec<String> = self.arguments.iter().map(|argument| filled(argument, &path)).collect();
        let mut rounds = Rounds::default();
        for _ in 0..ROUNDS {
            let peer = timed(|| quiet(Command::new(program).args(&arguments).current_dir(&folder)));
            // One line for each finding, as they write it.
            rounds.push(peer, timed(|| quiet(check(&path).args(["--jobs", "1", "--format", "csv"]))));
        }
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
        rounds.row(table, &name, self.target);
    }
}

/// The program of a command and the first line it prints; `None` if it is missing or fails.
fn said<'c>(command: &[&'c str]) -> Option<(&'c str, String)> {
    let (program, arguments) = command.split_first()?;
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    let line = String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned();
    // `qsv` names everything it was built with after its number.
    let words: Vec<&str> = line.split_whitespace().map(|word| word.split('-').next().unwrap_or(word)).take(2).collect();
    Some((program, if line.starts_with("check") { line.clone() } else { words.join(" ") }))
}

fn filled(argument: &str, export: &Path) -> String {
    argument.replace("FILES", FILES).replace("EXPORT", &export.display().to_string())
}

/// A peer that finds faults ends in an error: that is its answer.
fn quiet(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.expect("the program can be started");
}
