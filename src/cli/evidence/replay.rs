//! `rolecall evidence verify` and `rolecall evidence replay`: compare a package with what it records.
//!
//! A package may come from anyone. Files that it names are read to compare their digests, and judged only if those
//! match; nothing is written anywhere.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use rolecall::config::selection::InputSelection;
use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::engine::{NamedInput, digest};
use rolecall::evidence::manifest::{Manifest, RecordedSitePack};
use rolecall::evidence::package::{MAX_BYTES, Package};
use rolecall::evidence::recorded::{RecordedFile, RecordedSelection};
use rolecall::evidence::{self, REPORTS, key_fingerprint, reports};
use rolecall::lock::SettingsByTenant;
use rolecall::policy::{PolicyFile, PolicyFiles};
use rolecall::report::Report;
use rolecall::rule::pack::PackFolder;
use rolecall::source::file::{MAX_CONFIG_BYTES, Source, read_policy_bytes, read_text};
use rolecall::source::pack_folder::PackFile;

use super::super::CommandError;
use super::super::arguments::{ReplayArguments, VerifyArguments};
use super::super::check::{CheckRequest, key};
use super::super::loaded_lock::LoadedLock;
use super::super::paths::display_path;
use super::super::policy::{baseline_path, policy_paths};
use super::super::rules::LoadedRules;

/// Everything is as recorded.
const SAME: u8 = 0;
/// Something differs.
const DIFFERS: u8 = 1;
/// Something could not be compared.
const INCOMPLETE: u8 = 3;

/// The lines to show, and what they amount to.
struct Comparison {
    lines: Vec<String>,
    differs: bool,
    is_incomplete: bool,
}

impl Comparison {
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

    fn not_verified(&mut self, line: impl Into<String>) {
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

    /// Writes the lines and a conclusion, and returns the exit code.
    fn conclude(mut self, same: &str) -> Result<u8, CommandError> {
        let code = self.code();
        self.lines.push(match code {
            SAME => same.to_owned(),
            DIFFERS => "DIFFERS: not as recorded".to_owned(),
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

pub fn verify(arguments: &VerifyArguments) -> Result<u8, CommandError> {
    let mut comparison = Comparison::new();
    if let Some((_, manifest)) = open(&arguments.package, &mut comparison) {
        manifest.differences_of_tool().into_iter().for_each(|line| comparison.say(format!("note: {line}")));
    }
    comparison.conclude("VERIFIED: inputs and reports are as recorded")
}

pub fn replay(arguments: &ReplayArguments) -> Result<u8, CommandError> {
    let mut comparison = Comparison::new();
    let opened = open(&arguments.package, &mut comparison);
    let Some((package, manifest)) = opened.filter(|_| comparison.code() == SAME) else {
        comparison.say("nothing was replayed");
        return comparison.conclude("");
    };
    let key = same_key(&manifest, arguments.redact_key.as_deref())?;
    let of_tool = manifest.differences_of_tool();
    of_tool.iter().for_each(|line| comparison.say(format!("note: {line}")));
    let Some(request) = recorded_request(&package, &manifest, key) else {
        comparison.not_verified("the manifest holds options or a config that this rolecall does not accept");
        return comparison.conclude("");
    };
    let Some(rules) = recorded_rules(&package, &manifest, &request) else {
        comparison.not_verified("the manifest holds a pack of rules that this rolecall does not accept");
        return comparison.conclude("");
    };
    let rule_set = rules.set();
    let fail_on = request.options.fail_on;
    let named = recorded_inputs(&package, &manifest);
    let run = request.judge(named, &rules)?;
    let made = reports(&Report { run: &run, rule_set: &rule_set, fail_on, roots: &[] })?;
    for (_, name) in REPORTS {
        let (before, now) = (package.part(name).unwrap_or_default(), made.get(name).map_or(&[][..], Vec::as_slice));
        match first_difference(before, now) {
            Some(place) => comparison.differ(format!("{name}: {place}")),
            None => comparison.say(format!("{name}: the same {} bytes", now.len())),
        }
    }
    comparison.conclude("REPLAYED: the run gives the same reports, byte for byte")
}

/// Opens a package and compares everything it records. `None` if the package itself is not sound.
fn open(path: &Path, comparison: &mut Comparison) -> Option<(Package, Manifest)> {
    let name = display_path(path);
    let bytes = match Source::open(path) {
        Ok(source) if source.raw_length() > MAX_BYTES => Err("it is larger than 256 MiB, the limit of a package"),
        Ok(source) => source.read_whole().map_err(|error| error.reason),
        Err(error) => Err(error.reason),
    };
    let bytes = bytes.map_err(|why| comparison.not_verified(format!("{name}: {why}"))).ok()?;
    let digest = evidence::sha256(&bytes);
    let package = Package::open(bytes).map_err(|why| comparison.differ(format!("{name}: {why}"))).ok()?;
    let manifest = match evidence::verify::verify(&package) {
        Ok(manifest) => manifest,
        Err(faults) => {
            faults.into_iter().for_each(|fault| comparison.differ(format!("{name}: {fault}")));
            return None;
        }
    };
    comparison.say(format!("{name}: sha256 {digest}"));
    comparison.say(format!(
        "made by rolecall {}, judged as of {}, verdict {}",
        manifest.tool.version, manifest.as_of, manifest.verdict
    ));
    comparison.say(format!("{} parts: as recorded", manifest.parts.len()));
    for (what, file) in manifest.files() {
        compare(what, file, comparison);
    }
    Some((package, manifest))
}

/// Compares a recorded file with the one on disk; a packed one was compared with the package's parts.
fn compare(what: &str, recorded: &RecordedFile, comparison: &mut Comparison) {
    let name = format!("{what} {}", quoted(&recorded.file));
    if recorded.part.is_some() {
        return comparison.say(format!("{name}: packed, as recorded"));
    }
    let found = Source::open(Path::new(&recorded.file)).and_then(|source| Ok((source.raw_length(), digest(&source)?)));
    match (found, &recorded.sha256) {
        (Ok((bytes, digest)), Some(expected)) if digest == *expected && Some(bytes) == recorded.bytes => {
            comparison.say(format!("{name}: as recorded"));
        }
        (Ok(_), Some(_)) => comparison.differ(format!("{name}: its bytes are not the recorded ones")),
        (Ok(_), None) => comparison.differ(format!("{name}: it could not be read when the evidence was made")),
        (Err(error), Some(_)) => comparison.not_verified(format!("{name}: {}", error.reason)),
        (Err(_), None) => comparison.say(format!("{name}: it cannot be read, as recorded")),
    }
}

/// The key that the evidence was made with, if any.
fn same_key(manifest: &Manifest, path: Option<&Path>) -> Result<Option<KeyedHasher>, UsageError> {
    match (path, &manifest.options.redact_key) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(UsageError::new("the evidence was made with a key, which it does not hold")
            .with_remedy("Name its file with `--redact-key`.")),
        (Some(_), None) => {
            Err(UsageError::new("the evidence was made without a key").with_remedy("Leave out `--redact-key`."))
        }
        (Some(path), Some(mark)) => {
            let key = key(path)?;
            if key_fingerprint(&key) == *mark {
                return Ok(Some(key));
            }
            Err(UsageError::new(format!("the evidence was made with a key other than {}", quoted(&display_path(path)))))
        }
    }
}

/// A package that is as it was made.
pub struct RecordedEvidence {
    package: Package,
    manifest: Manifest,
    /// Everything that it rests on is packed, or unchanged where it was.
    is_whole: bool,
}

/// Opens a package to compare its run with another.
pub fn recorded_evidence(path: &Path) -> Result<RecordedEvidence, UsageError> {
    let mut comparison = Comparison::new();
    let Some((package, manifest)) = open(path, &mut comparison) else {
        let why = comparison.lines.pop().unwrap_or_default();
        let error = UsageError::new(format!("the evidence cannot be compared: {why}"));
        return Err(error.with_remedy("`rolecall evidence verify` says what is wrong with it."));
    };
    let is_whole = comparison.code() == SAME;
    Ok(RecordedEvidence { package, manifest, is_whole })
}

impl RecordedEvidence {
    /// What it takes to judge again; `None` if that is no longer possible.
    pub fn request(&self) -> Option<(CheckRequest, LoadedRules)> {
        let is_possible = self.is_whole && self.manifest.differences_of_tool().is_empty();
        let request = recorded_request(&self.package, &self.manifest, None).filter(|_| is_possible)?;
        let rules = recorded_rules(&self.package, &self.manifest, &request)?;
        Some((request, rules))
    }

    pub fn inputs(&self) -> Vec<NamedInput> {
        recorded_inputs(&self.package, &self.manifest)
    }

    /// The JSON report.
    pub fn report(&self) -> &[u8] {
        let (_, name) = REPORTS[1];
        self.package.part(name).unwrap_or_default()
    }
}

/// The inputs that the evidence was made from.
fn recorded_inputs(package: &Package, manifest: &Manifest) -> Vec<NamedInput> {
    let named = |input: &RecordedFile| {
        let packed = input.part.as_deref().and_then(|part| package.part(part));
        let opened = match packed {
            Some(bytes) => Ok(Source::from_bytes(bytes.to_vec())),
            None => Source::open(Path::new(&input.file)),
        };
        NamedInput { name: input.file.clone(), format: input.read_as().flatten(), opened }
    };
    manifest.inputs.iter().map(named).collect()
}

/// The request that the evidence was made from; `None` if a word of it is unknown.
fn recorded_request(package: &Package, manifest: &Manifest, key: Option<KeyedHasher>) -> Option<CheckRequest> {
    manifest.inputs.iter().all(|input| input.read_as().is_some()).then_some(())?;
    let files = manifest.config.iter().chain(&manifest.tenant_config);
    let config: Vec<_> =
        files.map(|file| Some((file.file.clone(), config_text(package, file)?))).collect::<Option<_>>()?;
    let selection =
        manifest.selection.as_ref().map_or_else(|| Some(InputSelection::default()), RecordedSelection::selection)?;
    let is_of_tenant = selection.tenant.is_some();
    let site = Config::parse_layers(&config).and_then(|site| {
        refuse_unread_policy(manifest, &site, selection.tenant.as_deref())?;
        Ok(site)
    });
    if site.is_err() && !is_of_tenant {
        return None;
    }
    let policy =
        |file: &RecordedFile| Some(PolicyFile { path: file.file.clone(), bytes: policy_bytes(package, file)? });
    let files = manifest.waivers.iter().map(policy).collect::<Option<_>>()?;
    let tenants = manifest.selection.as_ref().map_or_else(Vec::new, |selection| selection.tenants.clone());
    let policy = PolicyFiles { files, tenant: selection.tenant.clone(), tenants };
    let baseline = match &manifest.baseline {
        Some(file) => Some((file.file.clone(), policy_text(package, file)?)),
        None => None,
    };
    Some(CheckRequest {
        policy,
        baseline,
        paths: Vec::new(),
        input_format: None,
        config,
        site,
        options: RunOptions { selection, ..manifest.options.options(&manifest.as_of)? },
        is_one_of_several: is_of_tenant,
        is_redacted: manifest.options.is_redacted(),
        key,
    })
}

/// Refuses what kept a tenant from being judged then: a file of waivers or a baseline that its config names and nobody could read.
fn refuse_unread_policy(manifest: &Manifest, site: &Config, label: Option<&str>) -> Result<(), Vec<UsageError>> {
    if manifest.waivers.is_empty() {
        policy_paths(&[], Some(site))?;
    }
    if manifest.baseline.is_none() {
        baseline_path(None, Some(site), label)?;
    }
    Ok(())
}

/// The rules that the evidence was made with; `None` if a check would not take a pack.
fn recorded_rules(package: &Package, manifest: &Manifest, request: &CheckRequest) -> Option<LoadedRules> {
    let has_access_review = request.site.as_ref().is_ok_and(Config::has_access_review);
    let file = |recorded: &RecordedFile| {
        let name = recorded.file.rsplit('/').next().unwrap_or_default().to_owned();
        Some(PackFile { name, text: config_text(package, recorded)? })
    };
    let folder = |pack: &RecordedSitePack| {
        let files = pack.files.iter().map(file).collect::<Option<_>>()?;
        Some(PackFolder { path: pack.folder.clone(), files })
    };
    let folders = manifest.packs.iter().map(folder).collect::<Option<_>>()?;
    let mut rules = LoadedRules::of_folders(folders, has_access_review).ok()?;
    if let Some(recorded) = &manifest.lock {
        let lock = LoadedLock::of_text(recorded.file.clone(), config_text(package, recorded)?).ok()?;
        rules.lock = Some(lock.compared(&rules.rules, &SettingsByTenant::new(), &SettingsByTenant::new(), false).ok()?);
    }
    Some(rules)
}

/// The text of the config, whose digest was compared; `None` if a check would not take it.
fn config_text(package: &Package, config: &RecordedFile) -> Option<String> {
    let Some(part) = &config.part else { return read_text(Path::new(&config.file)).ok() };
    let packed = package.part(part).filter(|bytes| bytes.len() as u64 <= MAX_CONFIG_BYTES)?;
    String::from_utf8(packed.to_vec()).ok()
}

/// What is in a file of waivers.
fn policy_bytes(package: &Package, file: &RecordedFile) -> Option<Vec<u8>> {
    let Some(part) = &file.part else { return read_policy_bytes(Path::new(&file.file)).ok() };
    package.part(part).map(<[u8]>::to_vec)
}

/// The text of a baseline.
fn policy_text(package: &Package, file: &RecordedFile) -> Option<String> {
    String::from_utf8(policy_bytes(package, file)?).ok()
}

/// The first byte in which two reports differ, in words.
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
