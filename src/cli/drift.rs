//! `rolecall drift`.

use std::path::{Path, PathBuf};

use rolecall::config::{GivenOption, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::drift::{Drift, run as compare};
use rolecall::engine::comparison_run::ComparedInputs;
use rolecall::engine::{Run, RunRequest};
use rolecall::policy::{JudgedBy, Policy};
use rolecall::record::Field;
use rolecall::report::drift::{DriftFormat, DriftReport, human};
use rolecall::report::{Report, redact};
use rolecall::rule::Rule;

use super::CommandError;
use super::arguments::DriftArguments;
use super::check::{inputs, key};
use super::config::{used_config, used_files};
use super::output::Outputs;
use super::paths::display_path;
use super::project::{OptionsToLock, select_for};
use super::rules::LoadedRules;
use super::run_options::options;
use super::stream::ColoredStream;

/// The lowest severity that fails the run.
const FAIL_ON: Severity = Severity::Warning;

/// Compares, writes the reports and returns the exit code.
pub fn run(mut arguments: DriftArguments) -> Result<u8, CommandError> {
    if arguments.reading.paths.is_empty() {
        let error = UsageError::new("no plan is named");
        return Err(error.with_remedy("Name plans before `--against`.").into());
    }
    if let Some(base) = &arguments.base {
        refuse_same_path(&arguments.against, base)?;
    }
    // The plans that are named are compared, and not all that belongs to their tenant.
    arguments.reading.no_project = true;
    let DriftArguments { reading, policy, against, base, mut ignored, format, outputs, redaction, color } = arguments;
    let to_lock =
        OptionsToLock { waivers: &policy.waivers, is_redacted: redaction.hides_names(), ..OptionsToLock::default() };
    let mut selected = select_for(&reading, false, &to_lock)?;
    refuse_ignored(&selected.rules, &ignored)?;
    let mut policies = selected.policy_files(&policy.waivers)?;
    let read: Vec<&Path> = selected.paths().into_iter().chain(against.iter().chain(&base).map(AsRef::as_ref)).collect();
    let outputs = Outputs::new(format, outputs, DriftFormat::Human)?.for_tenants(&selected.labels())?;
    let key_path = redaction.redact_key.as_deref();
    outputs.refuse_paths(&read, &selected.configs, key_path, &[])?;
    let redact_key = key_path.map(key).transpose()?;
    let Some(chosen) = selected.runs.pop() else { return Err(UsageError::new("no plan is named").into()) };
    let rule_set = selected.rules.set();
    let config = chosen.site.map_err(CommandError::Usage)?;
    let options = RunOptions { selection: chosen.selection, list_accounts: false, ..options(&reading, FAIL_ON)? };
    let open = |paths: &[PathBuf]| inputs(paths, reading.judging.tables.input_format);
    let named =
        ComparedInputs { plans: open(&chosen.paths)?, exports: open(&against)?, base: open(base.as_slice())?.pop() };
    ignored.sort_unstable();
    ignored.dedup();
    let given = given(base.as_deref(), &ignored);
    let request = RunRequest { config: &config, rules: &rule_set, options: &options };
    let overrides = config.overrides(rule_set.rules).map_err(CommandError::Usage)?;
    let policy_files = policies.pop().unwrap_or_default();
    let policy = Policy::read(policy_files.clone(), rule_set.rules, &overrides, config.longest_waiver())
        .map_err(CommandError::Usage)?;
    let (mut run, mut drift) = compare(named, ignored, &request)?;
    cover(&policy, &mut run, &mut drift, rule_set.rules).map_err(CommandError::Usage)?;
    run.ledger.config = used_config(&chosen.config, options.digest);
    run.ledger.policy_files = used_files(&policy_files, options.digest);
    run.ledger.packs = selected.rules.used_packs();
    let is_redacted = redaction.hides_names();
    run.ledger.lock = selected.rules.used_lock(&config, &options, None, is_redacted);
    run.ledger.options.extend(given);
    if let Some(key) = &redact_key {
        redact::rekey(&mut run, key);
    }
    if is_redacted {
        let key = redact_key.unwrap_or_else(KeyedHasher::built_in);
        redact::drift_identities(&mut run, &mut drift, &rule_set, &key);
    }
    let report =
        DriftReport { report: Report { run: &run, rule_set: &rule_set, fail_on: FAIL_ON, roots: &[] }, drift: &drift };
    let on_stdout = |format: DriftFormat, screen: &mut ColoredStream| match format {
        DriftFormat::Human => human::write_styled(&report, &mut screen.screen()),
        other => other.write(&report, &mut screen.writer()),
    };
    outputs.write_all(color, |format, _, out| format.write(&report, out), on_stdout)?;
    Ok(run.verdict.exit_code())
}

/// Marks the differences that waivers cover.
fn cover(policy: &Policy, run: &mut Run, drift: &mut Drift, rules: &[Rule]) -> Result<(), Vec<UsageError>> {
    if !policy.is_empty() {
        let why_not_told = |account: &str, field: &str| drift.why_not_told(account, field);
        policy.apply(run, rules, FAIL_ON, JudgedBy::Plans(&why_not_told))?;
        drift.count_waived(run);
    }
    Ok(())
}

/// The options that change what a comparison says, besides those of a check.
fn given(base: Option<&Path>, ignored: &[Field]) -> Vec<GivenOption> {
    let base = base.map(|path| GivenOption::new("--base", display_path(path)));
    base.into_iter().chain(ignored.iter().map(|field| GivenOption::new("--ignore", field.name()))).collect()
}

/// Refuses to hide a difference where a lock holds what is shown.
fn refuse_ignored(rules: &LoadedRules, ignored: &[Field]) -> Result<(), UsageError> {
    let (Some(lock), Some(field)) = (&rules.lock, ignored.first()) else { return Ok(()) };
    let message = format!("`--ignore {}` hides what a run under {} has to show", field.name(), quoted(&lock.path));
    Err(UsageError::new(message).with_remedy("Leave the option out, and waive what is accepted."))
}

/// A file that is its own earlier export would say that only the plan moved.
fn refuse_same_path(against: &[PathBuf], base: &Path) -> Result<(), UsageError> {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if against.iter().all(|path| whole(path) != whole(base)) {
        return Ok(());
    }
    let error = UsageError::new(format!("{} is named by `--against` and by `--base`", quoted(&display_path(base))));
    Err(error.with_remedy("Name an earlier export with `--base`, or leave the option out."))
}
