//! Tools that people have, with the same demands as far as they can say them: whole processes, measured where they are
//! installed. None of them tells where in a row the fault is.

use std::path::Path;
use std::process::{Command, Stdio};

use rolecall::read::Format;

use super::export;
use super::process::check;
use super::table::{Table, milliseconds, quantiles, timed};

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
            version: &[&["python3", "-c", "import duckdb; print('duckdb', duckdb.__version__)"]],
            what: "SQL, all cores",
            arguments: &["FILES/duckdb_check.py", "EXPORT"],
            format: Format::Csv,
            accounts: count,
            target: None,
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
        let mut ratios = Vec::new();
        let (mut peers, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let peer = timed(|| quiet(Command::new(program).args(&arguments).current_dir(&folder)));
            // One line for each finding, as they write it.
            let own = timed(|| quiet(check(&path).args(["--jobs", "1", "--format", "csv"])));
            ratios.push(peer.as_secs_f64() / own.as_secs_f64());
            peers.push(milliseconds(peer));
            ours.push(milliseconds(own));
        }
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
        let (low, middle, high) = quantiles(&mut ratios);
        let (peer, own) = (quantiles(&mut peers).1, quantiles(&mut ours).1);
        let figures = format!("{middle:.1} x as fast ({low:.1} to {high:.1}; {own:.0} ms / {peer:.0} ms)");
        let target = self.target.map_or_else(|| "-".to_owned(), |target| format!("{target:.0} x"));
        table.row(&name, &figures, &target, self.target.is_none_or(|target| middle >= target));
    }
}

/// The program of a command and the first line it prints; `None` if it is missing or fails.
fn said<'c>(command: &'c [&'c str]) -> Option<(&'c str, String)> {
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
