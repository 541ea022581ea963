//! `rolecall evidence create`, and what the other commands on packages share.

mod replay;

use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::engine::{NamedInput, Run, digest};
use rolecall::evidence::manifest::{Manifest, RecordedSitePack, RunRecord};
use rolecall::evidence::package::{MAX_BYTES, pack};
use rolecall::evidence::recorded::{RecordedFile, RecordedOptions, RecordedSelection};
use rolecall::evidence::{PackageParts, reports, sha256};
use rolecall::report::Report;
use rolecall::rule::pack::SitePack;
use rolecall::source::file::Source;
use rolecall::source::pack_folder::PackFile;

use super::CommandError;
use super::arguments::{CheckArguments, CreateArguments};
use super::check::{CheckRequest, Requests, no_plan, requests, worst};
use super::output::{tenant_paths, write_file};
use super::paths::display_path;
use super::rules::LoadedRules;
use super::stream::print_to_stderr;

pub use replay::{RecordedEvidence, recorded_evidence, replay, verify};

/// The part that holds a packed config.
const CONFIG_PART: &str = "inputs/config";

/// The part that holds a tenant's own config.
const TENANT_CONFIG_PART: &str = "inputs/tenant-config";

/// The part with the lock.
const LOCK_PART: &str = "inputs/lock";

/// The part with the baseline.
const BASELINE_PART: &str = "inputs/baseline";

/// Judges and reports as `check` does, and packs the evidence: one package for each tenant.
pub fn create(arguments: CreateArguments) -> Result<u8, CommandError> {
    let CreateArguments { package, with_inputs, mut check } = arguments;
    refuse(&check, with_inputs)?;
    check.reading.judging.digest = true;
    let color = check.color;
    let (requests, outputs, rules) = match requests(check, Some(&package))? {
        Requests::Judge(requests, outputs, rules) => (requests, outputs, rules),
        Requests::NoPlan(left_alone) => return no_plan(&left_alone, false),
    };
    let labels: Vec<_> = requests.iter().map(|request| request.options.selection.tenant.clone()).collect();
    let labels: Vec<_> = labels.iter().map(Option::as_deref).collect();
    let packages = tenant_paths(&package, "package", &labels)?;
    let rule_set = rules.set();
    let mut made = Vec::with_capacity(requests.len());
    for request in requests {
        refuse_paths(&request.paths, with_inputs)?;
        let fail_on = request.options.fail_on;
        let (run, record, packed) = judge(request, with_inputs, &rules)?;
        made.push((fail_on, run, record, packed));
    }
    let report = |fail_on, run| Report { run, rule_set: &rule_set, fail_on, roots: &[] };
    let reports_of_all: Vec<_> = made.iter().map(|(fail_on, run, ..)| report(*fail_on, run)).collect();
    // If a reader has gone, the packages are written all the same.
    let written = outputs.write(&reports_of_all, color);
    let code = worst(made.iter().map(|(_, run, ..)| run));
    for ((fail_on, run, record, packed), path) in made.iter().zip(packages) {
        let mut packed = packed.clone();
        packed.append(&mut reports(&report(*fail_on, run))?);
        write_package(&path, &Manifest::of(run, record.clone(), &packed), packed)?;
    }
    written?;
    Ok(code)
}

/// Judges one tenant, with a record of all that the judgement rests on.
fn judge(
    request: CheckRequest,
    with_inputs: bool,
    rules: &LoadedRules,
) -> Result<(Run, RunRecord, PackageParts), CommandError> {
    let mut packed = PackageParts::new();
    let mut named = request.open()?;
    let inputs = take_inputs(&mut named, with_inputs, &mut packed)?;
    let lock_part = with_inputs.then_some(LOCK_PART);
    let lock = rules.lock.as_ref().map(|lock| config_file(&lock.path, &lock.text, lock_part, &mut packed));
    let parts = [CONFIG_PART, TENANT_CONFIG_PART];
    let mut configs = request
        .config
        .iter()
        .zip(parts)
        .map(|((name, text), part)| config_file(name, text, with_inputs.then_some(part), &mut packed));
    let (config, tenant_config) = (configs.next(), configs.next());
    drop(configs);
    let packs =
        rules.packs.iter().enumerate().map(|(at, pack)| site_pack(at, pack, with_inputs, &mut packed)).collect();
    let options = RecordedOptions::of(&request.options, request.is_redacted, request.key.as_ref());
    let tenants = if request.policy.files.is_empty() { &[][..] } else { &request.policy.tenants };
    let selection = RecordedSelection::of(&request.options.selection, tenants);
    let waivers = request.policy.files.iter().enumerate().map(|(at, file)| {
        let ending = Path::new(&file.path).extension().and_then(|ending| ending.to_str()).unwrap_or("toml");
        let part = with_inputs.then(|| format!("waivers/{at:04}.{ending}"));
        recorded_file(&file.path, &file.bytes, part.as_deref(), &mut packed)
    });
    let waivers = waivers.collect();
    let baseline = request.baseline.as_ref().map(|(name, text)| {
        let part = with_inputs.then_some(BASELINE_PART);
        RecordedFile { format: None, ..config_file(name, text, part, &mut packed) }
    });
    let record = RunRecord { options, selection, config, tenant_config, lock, inputs, packs, waivers, baseline };
    Ok((request.judge(named, rules)?, record, packed))
}

fn write_package(path: &Path, manifest: &Manifest, packed: PackageParts) -> Result<(), CommandError> {
    let name = whole(&display_path(path));
    let bytes = pack(manifest, packed).map_err(|why| UsageError::new(format!("the package cannot be made: {why}")))?;
    write_file(path, |out| out.write_all(&bytes))
        .map_err(|error| CommandError::Reports(vec![(name.clone(), error)]))?;
    print_to_stderr(&format!("rolecall: {name}: {} parts, sha256 {}", manifest.parts.len() + 2, sha256(&bytes)));
    Ok(())
}

/// The record of a pack; its files are packed where inputs are.
fn site_pack(at: usize, pack: &SitePack, with_inputs: bool, packed: &mut PackageParts) -> RecordedSitePack {
    let folder = &pack.folder;
    let record = |file: &PackFile| {
        let part = with_inputs.then(|| format!("packs/{at:04}/{}", file.name));
        config_file(
            &format!("{}/{}", folder.path.trim_end_matches('/'), file.name),
            &file.text,
            part.as_deref(),
            packed,
        )
    };
    RecordedSitePack { folder: folder.path.clone(), files: folder.files.iter().map(record).collect() }
}

/// Refuses what could never be replayed, and what would show names that `--redact` replaces.
fn refuse(check: &CheckArguments, with_inputs: bool) -> Result<(), UsageError> {
    if with_inputs {
        return Ok(());
    }
    if check.reading.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(UsageError::new("standard input cannot be read again, so nobody could replay the evidence")
            .with_remedy("Name a file, or pack the inputs with `--with-inputs`."));
    }
    refuse_paths(
        check
            .reading
            .paths
            .iter()
            .chain(&check.reading.judging.site.config)
            .chain(&check.reading.judging.packs.packs)
            .chain(&check.reading.judging.lock.file)
            .chain(&check.policy.waivers)
            .chain(&check.baseline.baseline),
        with_inputs,
    )?;
    if check.redaction.redact.is_some() && !check.reading.judging.api_users.is_empty() {
        let message = "the package would hold the user names of `--api-user`, which `--redact` replaces";
        return Err(
            UsageError::new(message).with_remedy("Declare them in the config: the package holds only its digest.")
        );
    }
    Ok(())
}

/// Refuses paths that a manifest cannot hold.
fn refuse_paths<'p>(paths: impl IntoIterator<Item = &'p PathBuf>, with_inputs: bool) -> Result<(), UsageError> {
    match paths.into_iter().find(|path| path.to_str().is_none()).filter(|_| !with_inputs) {
        Some(path) => {
            let message =
                format!("the path {} is not UTF-8, so nobody could replay the evidence", quoted(&display_path(path)));
            Err(UsageError::new(message).with_remedy("Rename it, or pack the inputs with `--with-inputs`."))
        }
        None => Ok(()),
    }
}

/// Records the inputs. Packed ones are judged from memory, so that the package holds what was judged.
fn take_inputs(
    named: &mut [NamedInput],
    with_inputs: bool,
    packed: &mut PackageParts,
) -> Result<Vec<RecordedFile>, UsageError> {
    let total: u64 = named.iter().filter_map(|one| one.opened.as_ref().ok()).map(Source::raw_length).sum();
    if with_inputs && total > MAX_BYTES {
        return Err(UsageError::new("the inputs are larger than the 256 MiB that a package may hold")
            .with_remedy("Leave out `--with-inputs`."));
    }
    let mut inputs = Vec::new();
    for (number, one) in named.iter_mut().enumerate() {
        let format = one.format.map(|format| format.word().to_owned());
        let mut input = RecordedFile { file: one.name.clone(), format, sha256: None, bytes: None, part: None };
        if with_inputs && let Ok(source) = &one.opened {
            match source.read_whole() {
                Ok(bytes) => {
                    let part = format!("inputs/{:04}", number + 1);
                    packed.insert(part.clone(), bytes.clone());
                    input.part = Some(part);
                    one.opened = Ok(Source::from_bytes(bytes));
                }
                Err(error) => one.opened = Err(error),
            }
        }
        if let Ok(source) = &one.opened
            && let Ok(found) = digest(source)
        {
            (input.sha256, input.bytes) = (Some(found), Some(source.raw_length()));
        }
        inputs.push(input);
    }
    Ok(inputs)
}

fn config_file(name: &str, text: &str, part: Option<&str>, packed: &mut PackageParts) -> RecordedFile {
    recorded_file(name, text.as_bytes(), part, packed)
}

fn recorded_file(name: &str, bytes: &[u8], part: Option<&str>, packed: &mut PackageParts) -> RecordedFile {
    let part = part.map(str::to_owned);
    packed.extend(part.iter().map(|part| (part.clone(), bytes.to_vec())));
    RecordedFile {
        file: name.to_owned(),
        format: Some("toml".to_owned()),
        sha256: Some(sha256(bytes)),
        bytes: Some(bytes.len() as u64),
        part,
    }
}
