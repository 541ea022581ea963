//! `rolecall request` and `rolecall request verify`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::config::RunOptions;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::diagnostic::{Severity, Verdict};
use rolecall::engine::{AccountLookup, Run, RunRequest, check_with_groups};
use rolecall::policy::{Policy, PolicyFiles};
use rolecall::read::plan_probe::PlanProbe;
use rolecall::request::forms::RequestFormat;
use rolecall::request::verify::{OperationState, VerifiedOperation, operations, verify};
use rolecall::request::{ByHand, ChangeRequest, JudgedExports, Operation, RequestOptions};

use super::CommandError;
use super::arguments::{
    ColorChoice, OutputArgument, ReadingArguments, RequestArguments, RequestCommand, VerifyRequestArguments,
};
use super::check::inputs;
use super::fix::known_rules;
use super::output::Outputs;
use super::paths::display_path;
use super::project::{OptionsToLock, SelectedRun, select, select_for};
use super::rules::LoadedRules;
use super::run_options::options;

/// An operation is not done.
const NOT_DONE: u8 = 1;

/// The most bytes of a request.
const MAX_REQUEST_BYTES: u64 = 256 << 20;

pub fn run(arguments: RequestArguments) -> Result<u8, CommandError> {
    match arguments.command {
        Some(RequestCommand::Verify(verify)) => verify_request(&verify),
        None => write_requests(arguments),
    }
}

fn write_requests(arguments: RequestArguments) -> Result<u8, CommandError> {
    let RequestArguments { reading, policy, outputs, only, include_unsafe, .. } = arguments;
    refuse_standard_input(&reading.paths)?;
    let to_lock = OptionsToLock { waivers: &policy.waivers, ..OptionsToLock::default() };
    let mut selected = select_for(&reading, false, &to_lock)?;
    let policies = selected.policy_files(&policy.waivers)?;
    let rule_set = selected.rules.set();
    known_rules(rule_set.rules, &only, &[])?;
    let outputs = outputs.into_iter().map(output).collect::<Result<Vec<_>, _>>()?;
    let outputs = Outputs::new(None, outputs, RequestFormat::Json)?.for_tenants(&selected.labels())?;
    outputs.refuse_paths(&selected.paths(), &selected.configs, None, &[])?;
    let request_options = RequestOptions { only: &only, include_unsafe };
    let mut requests = Vec::with_capacity(selected.runs.len());
    for (run, policy) in selected.runs.into_iter().zip(policies) {
        requests.push(judge(run, policy, &reading, &selected.rules, |run, reader| {
            let judged = JudgedExports { run: &run, reader, rules: rule_set.rules };
            ChangeRequest::new(&judged, request_options).map(|request| (request, run))
        })?);
    }
    let requests = requests.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| {
        UsageError::new("an input changed while it was read; nothing was written")
            .with_remedy("Run again when nothing writes to it.")
    })?;
    outputs.write_all(
        ColorChoice::Never,
        |format, number, out| format.write(&requests[number].0, &requests[number].1, out),
        |_, screen| {
            let mut out = screen.writer();
            requests.iter().try_for_each(|(request, run)| summary(request, run, &mut out))
        },
    )?;
    let is_incomplete = requests.iter().any(|(_, run)| run.verdict == Verdict::Incomplete);
    Ok(if is_incomplete { Verdict::Incomplete.exit_code() } else { 0 })
}

/// Judges the inputs of a tenant, and gives what came of it to `then`.
fn judge<T>(
    run: SelectedRun,
    policy: PolicyFiles,
    reading: &ReadingArguments,
    rules: &LoadedRules,
    then: impl FnOnce(Run, &AccountLookup<'_>) -> T,
) -> Result<T, CommandError> {
    let config = run.site.map_err(CommandError::Usage)?;
    let overrides = config.overrides(&rules.rules).map_err(CommandError::Usage)?;
    let policy =
        Policy::read(policy, &rules.rules, &overrides, config.longest_waiver()).map_err(CommandError::Usage)?;
    let options = options(reading, Severity::Warning)?;
    let options = RunOptions { selection: run.selection, list_accounts: false, digest: true, ..options };
    rules.print_lock_notes(&config, &options, false);
    let named = inputs(&run.paths, reading.judging.tables.input_format)?;
    let rule_set = rules.set();
    let request = RunRequest { config: &config, rules: &rule_set, options: &options };
    let (mut run, reader) = check_with_groups(named, &request, policy.groups())?;
    if !policy.is_empty() {
        policy.cover(&mut run, options.fail_on, Some(&reader)).map_err(CommandError::Usage)?;
    }
    Ok(then(run, &reader))
}

fn refuse_standard_input(paths: &[PathBuf]) -> Result<(), UsageError> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        let error = UsageError::new("a request names the file of each account, and standard input has no name");
        return Err(error.with_remedy("Name a file."));
    }
    Ok(())
}

fn output(path: PathBuf) -> Result<OutputArgument<RequestFormat>, UsageError> {
    match path.extension().and_then(|extension| RequestFormat::by_extension(extension.to_str()?)) {
        Some(format) => Ok(OutputArgument { format, path }),
        None => Err(UsageError::new(format!("the request {} has no known form", quoted(&display_path(&path))))
            .with_remedy("Let its name end in `.json`, `.csv` or `.md`.")),
    }
}

fn summary(request: &ChangeRequest, run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let tenant = run.ledger.tenant.as_ref().map_or_else(String::new, |tenant| format!("{tenant}: "));
    for one in &request.operations {
        let Operation { rule, expect, set, class, seats, .. } = one;
        let seats = if *seats == 0 { String::new() } else { format!(", takes {seats} of the seats") };
        let change = format!("`{}` to `{}`", expect.in_one_line(), set.in_one_line());
        let name = one.account.user_name.as_deref().unwrap_or_default();
        writeln!(out, "{}", whole(&format!("{tenant}{name}: {rule}: {change} ({class}{seats})")))?;
    }
    for ByHand { account, rule, because, .. } in &request.by_hand {
        let name = account.as_ref().and_then(|account| account.user_name.as_deref()).unwrap_or("no user name");
        writeln!(out, "{}", whole(&format!("{tenant}{name}: {rule}: by hand, because {because}")))?;
    }
    for ByHand { account, rule, because, .. } in &request.waived {
        let name = account.as_ref().and_then(|account| account.user_name.as_deref()).unwrap_or("no user name");
        writeln!(out, "{}", whole(&format!("{tenant}{name}: {rule}: left out, waived by {because}")))?;
    }
    let (operations, by_hand) = (request.operations.len(), request.by_hand.len());
    let waived = match request.waived.len() {
        0 => String::new(),
        waived => format!(", {waived} waived and left out"),
    };
    let holes = if run.verdict == Verdict::Incomplete {
        "; INCOMPLETE: something could not be judged, `rolecall check` says what"
    } else {
        ""
    };
    writeln!(
        out,
        "{}",
        whole(&format!("{tenant}{operations} to change in the product, {by_hand} by hand{waived}{holes}"))
    )
}

fn verify_request(arguments: &VerifyRequestArguments) -> Result<u8, CommandError> {
    let VerifyRequestArguments { request, reading } = arguments;
    refuse_standard_input(&reading.paths)?;
    reading.paths.iter().try_for_each(|path| refuse_plan(path))?;
    if reading.paths.is_empty() {
        let error = UsageError::new("no later export is named");
        return Err(error.with_remedy("Name it: `rolecall request verify FILE.json NEW_EXPORT`.").into());
    }
    let name = display_path(request);
    let operations = operations(&read_request(request, &name)?, &name)?;
    let selected = select(reading, false)?;
    let named: Vec<String> = reading.paths.iter().map(|path| display_path(path)).collect();
    let mut states: Vec<VerifiedOperation> = Vec::new();
    for run in selected.runs {
        let of_run = judge(run, PolicyFiles::default(), reading, &selected.rules, |run, reader| {
            verify(&operations, (&run, reader), &|file: &str| named.iter().any(|one| one == file))
        })?;
        states = combined(states, of_run);
    }
    let mut out = io::stdout().lock();
    for (operation, (state, value)) in operations.iter().zip(&states) {
        writeln!(out, "{}", whole(&line(operation, *state, value.as_ref())))?;
    }
    let count = |state: OperationState| states.iter().filter(|(one, _)| *one == state).count();
    let counts = OperationState::ALL.map(|state| format!("{} {}", count(state), state.word()));
    writeln!(out, "{}", counts.join(", "))?;
    Ok(match states.iter().map(|(state, _)| *state).max() {
        None | Some(OperationState::Done) => 0,
        Some(OperationState::NotTold) => Verdict::Incomplete.exit_code(),
        Some(_) => NOT_DONE,
    })
}

/// What the exports of several tenants tell together: an account is in one of them.
fn combined(before: Vec<VerifiedOperation>, of_run: Vec<VerifiedOperation>) -> Vec<VerifiedOperation> {
    if before.is_empty() {
        return of_run;
    }
    let both = before.into_iter().zip(of_run).map(|pair| match pair {
        ((OperationState::Gone, _), other) | (other, (OperationState::Gone, _)) => other,
        _ => (OperationState::NotTold, None),
    });
    both.collect()
}

fn line(operation: &Operation, state: OperationState, value: Option<&rolecall::request::FieldValue>) -> String {
    let name = operation.account.user_name.as_deref().or(operation.account.id.as_deref()).unwrap_or_default();
    let set = operation.set.in_one_line();
    let found = value.map_or_else(String::new, |value| format!(", is `{}`", value.in_one_line()));
    format!("{}: {name}: {}: should be `{set}`{found} ({})", state.word(), operation.field, operation.rule)
}

fn refuse_plan(path: &Path) -> Result<(), UsageError> {
    if path.is_dir() || PlanProbe::of_file(path).is_to_be_read() {
        let error = UsageError::new(format!("{} is not an export", quoted(&display_path(path))));
        return Err(error.with_remedy("Name an export that was made after the changes."));
    }
    Ok(())
}

fn read_request(path: &Path, name: &str) -> Result<String, UsageError> {
    let refuse = |why: &str| UsageError::new(format!("the request {} cannot be read: {why}", quoted(name)));
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(refuse("it is not a regular file")),
        Ok(found) if found.len() > MAX_REQUEST_BYTES => return Err(refuse("it is larger than 256 MiB")),
        _ => {}
    }
    fs::read_to_string(path).map_err(|error| refuse(&error.kind().to_string()))
}
