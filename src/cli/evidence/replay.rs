//! `rolecall evidence verify` and `rolecall evidence replay`: what a package says, put to the test.
//!
//! A package may come from anyone. Files that it names are read to compare their digests, and judged only where those
//! are the recorded ones; nothing is written anywhere.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::engine::{NamedInput, RuleSet, digest};
use rolecall::evidence::manifest::{Manifest, Recorded};
use rolecall::evidence::package::{MOST_BYTES, Package};
use rolecall::evidence::{self, REPORTS, mark_of_key, reports};
use rolecall::report::Report;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::{LARGEST_TEXT, Source, read_text};

use super::super::Failure;
use super::super::arguments::{Replay, Verify};
use super::super::check::{CheckRequest, key, parse_config, shown};

/// Everything is as recorded.
const SAME: u8 = 0;
/// Something differs.
const DIFFERS: u8 = 1;
/// Something could not be compared.
const INCOMPLETE: u8 = 3;

/// What came of looking.
struct Looked {
    lines: Vec<String>,
    differs: bool,
    is_incomplete: bool,
}

impl Looked {
    fn new() -> Self {
        Self { lines: Vec::new(), differs: false, is_incomplete: false }
    }

    fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn differ(&mut self, line: impl Into<String>) {
        self.differs = true;
        self.lines.push(format!("differs: {}", line.into()));
    }

    fn miss(&mut self, line: impl Into<String>) {
        self.is_incomplete = true;
        self.lines.push(format!("not verified: {}", line.into()));
    }

    const fn code(&self) -> u8 {
        if self.differs {
            DIFFERS
        } else if self.is_incomplete {
            INCOMPLETE
        } else {
            SAME
        }
    }

    /// Writes what was found, and the conclusion that fits it.
    fn conclude(mut self, same: &str) -> Result<u8, Failure> {
        let code = self.code();
        self.lines.push(match code {
            SAME => same.to_owned(),
            DIFFERS => "DIFFERS: this is not as it was recorded".to_owned(),
            _ => "INCOMPLETE: not everything could be verified".to_owned(),
        });
        let mut out = BufWriter::new(io::stdout().lock());
        for line in &self.lines {
            writeln!(out, "{}", whole(line))?;
        }
        out.flush()?;
        Ok(code)
    }
}

/// Says whether a package and its inputs are as they were recorded.
pub fn verify(arguments: &Verify) -> Result<u8, Failure> {
    let mut looked = Looked::new();
    if let Some((_, manifest)) = open(&arguments.package, &mut looked) {
        manifest.differences_of_tool().into_iter().for_each(|line| looked.say(format!("note: {line}")));
    }
    looked.conclude("VERIFIED: inputs and reports are as recorded")
}

/// Makes the run of a package again and compares the reports.
pub fn replay(arguments: &Replay) -> Result<u8, Failure> {
    let mut looked = Looked::new();
    let opened = open(&arguments.package, &mut looked);
    let Some((package, manifest)) = opened.filter(|_| looked.code() == SAME) else {
        looked.say("nothing was replayed");
        return looked.conclude("");
    };
    let key = same_key(&manifest, arguments.redact_key.as_deref())?;
    let of_tool = manifest.differences_of_tool();
    of_tool.iter().for_each(|line| looked.say(format!("note: {line}")));
    let Some(asked) = again(&package, &manifest, key) else {
        looked.miss("the manifest holds options or a config that this rolecall does not take");
        return looked.conclude("");
    };
    let (rules, references) = (built_in(), References::built_in());
    let book = RuleSet { rules: &rules, references: &references };
    let fail_on = asked.options.fail_on;
    let run = asked.judge(&book)?;
    let made = reports(&Report { run: &run, book: &book, fail_on })?;
    for (_, name) in REPORTS {
        let (before, now) = (package.part(name).unwrap_or_default(), made.get(name).map_or(&[][..], Vec::as_slice));
        match first_difference(before, now) {
            Some(place) => looked.differ(format!("{name}: {place}")),
            None => looked.say(format!("{name}: the same {} bytes", now.len())),
        }
    }
    looked.conclude("REPLAYED: the run gives the same reports, byte for byte")
}

/// Opens a package and looks at all that it records. What is no sound package gives nothing more.
fn open(path: &Path, looked: &mut Looked) -> Option<(Package, Manifest)> {
    let name = shown(path);
    let bytes = match Source::open(path) {
        Ok(source) if source.raw_length() > MOST_BYTES => Err("it is larger than 256 MiB, and no package is"),
        Ok(source) => source.read_whole().map_err(|error| error.why),
        Err(error) => Err(error.why),
    };
    let bytes = bytes.map_err(|why| looked.miss(format!("{name}: {why}"))).ok()?;
    let digest = evidence::sha256(&bytes);
    let package = Package::open(bytes).map_err(|why| looked.differ(format!("{name}: {why}"))).ok()?;
    let manifest = match evidence::verify::verify(&package) {
        Ok(manifest) => manifest,
        Err(faults) => {
            faults.into_iter().for_each(|fault| looked.differ(format!("{name}: {fault}")));
            return None;
        }
    };
    looked.say(format!("{name}: sha256 {digest}"));
    looked.say(format!(
        "made by rolecall {}, judged as of {}, verdict {}",
        manifest.tool.version, manifest.as_of, manifest.verdict
    ));
    looked.say(format!("{} parts: as recorded", manifest.parts.len()));
    let files = manifest.inputs.iter().map(|input| ("input", input));
    for (what, file) in files.chain(manifest.config.iter().map(|config| ("config", config))) {
        compare(what, file, looked);
    }
    Some((package, manifest))
}

/// A packed file was compared with the package's parts; another is read where it was.
fn compare(what: &str, recorded: &Recorded, looked: &mut Looked) {
    let name = format!("{what} {}", quoted(&recorded.file));
    if recorded.part.is_some() {
        return looked.say(format!("{name}: packed, as recorded"));
    }
    let found = Source::open(Path::new(&recorded.file)).and_then(|source| Ok((source.raw_length(), digest(&source)?)));
    match (found, &recorded.sha256) {
        (Ok((bytes, digest)), Some(due)) if digest == *due && Some(bytes) == recorded.bytes => {
            looked.say(format!("{name}: as recorded"));
        }
        (Ok(_), Some(_)) => looked.differ(format!("{name}: it does not hold the bytes that were recorded")),
        (Ok(_), None) => looked.differ(format!("{name}: it could not be read when the evidence was made")),
        (Err(error), Some(_)) => looked.miss(format!("{name}: {}", error.why)),
        (Err(_), None) => looked.say(format!("{name}: it cannot be read, as recorded")),
    }
}

/// The key that was used, where one was.
fn same_key(manifest: &Manifest, path: Option<&Path>) -> Result<Option<KeyedHasher>, UsageError> {
    match (path, &manifest.options.redact_key) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(UsageError::new("the evidence was made with a key, which is not part of it")
            .with_remedy("Name its file with `--redact-key`.")),
        (Some(_), None) => {
            Err(UsageError::new("the evidence was made without a key").with_remedy("Leave out `--redact-key`."))
        }
        (Some(path), Some(mark)) => {
            let key = key(path)?;
            if mark_of_key(&key) == *mark {
                return Ok(Some(key));
            }
            Err(UsageError::new(format!("the key {} is not the one that was used", quoted(&shown(path)))))
        }
    }
}

/// What was asked for when the evidence was made; nothing where a word of it is unknown.
fn again(package: &Package, manifest: &Manifest, key: Option<KeyedHasher>) -> Option<CheckRequest> {
    let mut named = Vec::new();
    for input in &manifest.inputs {
        let packed = input.part.as_deref().and_then(|part| package.part(part));
        let opened = match packed {
            Some(bytes) => Ok(Source::of_bytes(bytes.to_vec())),
            None => Source::open(Path::new(&input.file)),
        };
        named.push(NamedInput { name: input.file.clone(), format: input.read_as()?, opened });
    }
    let config = match &manifest.config {
        Some(config) => Some((config.file.clone(), config_text(package, config)?)),
        None => None,
    };
    let site = parse_config(config.as_ref()).ok()?;
    let options = manifest.options.options(&manifest.as_of)?;
    Some(CheckRequest { named, config, site, options, is_redacted: manifest.options.is_redacted(), key })
}

/// The text of the config, which was compared with its digest; nothing where it is none that a check would take.
fn config_text(package: &Package, config: &Recorded) -> Option<String> {
    let Some(part) = &config.part else { return read_text(Path::new(&config.file)).ok() };
    let packed = package.part(part).filter(|bytes| bytes.len() as u64 <= LARGEST_TEXT)?;
    String::from_utf8(packed.to_vec()).ok()
}

/// Where two reports part, in words.
fn first_difference(before: &[u8], now: &[u8]) -> Option<String> {
    if before == now {
        return None;
    }
    let at = before.iter().zip(now).take_while(|(a, b)| a == b).count();
    let line = before[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Some(format!(
        "the first byte that differs is {at}, on line {line} ({} bytes then, {} now)",
        before.len(),
        now.len()
    ))
}
