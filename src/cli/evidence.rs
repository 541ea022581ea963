//! `rolecall evidence create`, and what the other commands on packages share.

mod replay;

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::engine::{NamedInput, RuleSet, digest};
use rolecall::evidence::manifest::{Manifest, RecordedFile, RecordedOptions, RunRecord};
use rolecall::evidence::package::{MAX_BYTES, pack};
use rolecall::evidence::{PackageParts, reports, sha256};
use rolecall::report::Report;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use super::CommandError;
use super::arguments::{CheckArguments, CreateArguments};
use super::check::{display_path, request};
use super::output::write_file;
use super::stream::print_to_stderr;

pub use replay::{replay, verify};

/// The part that holds a packed config.
const CONFIG_PART: &str = "inputs/config";

/// Judges and reports as `check` does, and packs the evidence.
pub fn create(arguments: CreateArguments) -> Result<u8, CommandError> {
    let CreateArguments { package, with_inputs, mut check } = arguments;
    refuse(&check, with_inputs)?;
    check.reading.digest = true;
    let color = check.color;
    let (mut request, outputs) = request(check, Some(&package))?;
    let mut packed = PackageParts::new();
    let inputs = take_inputs(&mut request.named, with_inputs, &mut packed)?;
    let config = request.config.as_ref().map(|(name, text)| config(name, text, with_inputs, &mut packed));
    let made = RunRecord {
        options: RecordedOptions::of(&request.options, request.is_redacted, request.key.as_ref()),
        config,
        inputs,
    };
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let fail_on = request.options.fail_on;
    let run = request.judge(&rule_set)?;
    let report = Report { run: &run, rule_set: &rule_set, fail_on, roots: &[] };
    // If a reader has gone, the package is written all the same.
    let written = outputs.write(&report, color);
    packed.append(&mut reports(&report)?);
    let manifest = Manifest::of(&run, made, &packed);
    let name = whole(&display_path(&package));
    let bytes = pack(&manifest, packed).map_err(|why| UsageError::new(format!("the package cannot be made: {why}")))?;
    write_file(&package, |out| out.write_all(&bytes))
        .map_err(|error| CommandError::Reports(vec![(name.clone(), error)]))?;
    written?;
    print_to_stderr(&format!("rolecall: {name}: {} parts, sha256 {}", manifest.parts.len() + 2, sha256(&bytes)));
    Ok(run.verdict.exit_code())
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
    let odd = check.reading.paths.iter().chain(&check.reading.site.config).find(|path| path.to_str().is_none());
    if let Some(path) = odd {
        let message =
            format!("the path {} is not UTF-8, so nobody could replay the evidence", quoted(&display_path(path)));
        return Err(UsageError::new(message).with_remedy("Rename it, or pack the inputs with `--with-inputs`."));
    }
    if check.redaction.redact.is_some() && !check.reading.api_users.is_empty() {
        let message = "the package would hold the user names of `--api-user`, which `--redact` replaces";
        return Err(
            UsageError::new(message).with_remedy("Declare them in the config: the package holds only its digest.")
        );
    }
    Ok(())
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

fn config(name: &str, text: &str, with_inputs: bool, packed: &mut PackageParts) -> RecordedFile {
    let part = with_inputs.then(|| CONFIG_PART.to_owned());
    packed.extend(part.iter().map(|part| (part.clone(), text.as_bytes().to_vec())));
    RecordedFile {
        file: name.to_owned(),
        format: Some("toml".to_owned()),
        sha256: Some(sha256(text.as_bytes())),
        bytes: Some(text.len() as u64),
        part,
    }
}
