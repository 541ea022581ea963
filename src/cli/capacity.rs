//! `rolecall capacity`.

use std::path::Path;

use rolecall::capacity::demand::Reserve;
use rolecall::capacity::trend::day_in_name;
use rolecall::capacity::what_if::WhatIf;
use rolecall::capacity::{Capacity, CapacityRequest, run as observe};
use rolecall::config::{GivenOption, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::{NamedInput, Run, RunRequest};
use rolecall::policy::baseline::{Baseline, BaselineContext};
use rolecall::policy::{JudgedBy, Policy, PolicyText};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::capacity::{CapacityFormat, CapacityReport, human};
use rolecall::report::{Report, redact};

use super::CommandError;
use super::arguments::{CapacityArguments, HistoryArgument};
use super::check::{inputs, key, start_progress, worst};
use super::config::{used_config, used_files};
use super::output::Outputs;
use super::paths::display_path;
use super::project::{OptionsToLock, select_for};
use super::run_options::options;
use super::stream::ColoredStream;

/// The lowest severity that fails the run.
const FAIL_ON: Severity = Severity::Warning;

/// Counts seats over time, writes the reports and returns the exit code.
pub fn run(arguments: CapacityArguments) -> Result<u8, CommandError> {
    let CapacityArguments {
        reading,
        policy,
        baseline,
        until,
        history,
        what_ifs,
        require_free,
        format,
        outputs,
        redaction,
        color,
    } = arguments;
    let to_lock = OptionsToLock {
        fail_on: None,
        waivers: &policy.waivers,
        baseline: baseline.baseline.as_deref(),
        no_project: reading.no_project,
        is_redacted: redaction.hides_names(),
    };
    let mut selected = select_for(&reading, false, &to_lock)?;
    if !history.is_empty() && selected.runs.len() > 1 {
        let error = UsageError::new("`--history` would hold for several tenants");
        return Err(error.with_remedy("Ask about one with `--tenant NAME`.").into());
    }
    let options = options(&reading, FAIL_ON)?;
    let outputs = Outputs::new(format, outputs, CapacityFormat::Human)?.for_tenants(&selected.labels())?;
    let policies = selected.policy_files(&policy.waivers)?;
    let baselines = selected.baselines(&baseline)?;
    let read: Vec<&Path> = selected.paths().into_iter().chain(history.iter().map(|one| one.path.as_path())).collect();
    let key_path = redaction.redact_key.as_deref();
    outputs.refuse_paths(&read, &selected.configs, key_path, &[])?;
    let key = key_path.map(key).transpose()?;
    let is_redacted = redaction.hides_names();
    let given = given(until, &what_ifs, require_free, &history);
    let rule_set = selected.rules.set();
    let is_of_tenants = selected.is_of_tenants();
    let mut answers = Vec::with_capacity(selected.runs.len());
    for ((run, policy_files), baseline) in selected.runs.into_iter().zip(policies).zip(baselines) {
        let past = past(&history, reading.judging.tables.input_format)?;
        let wanted = CapacityRequest { until, what_ifs: what_ifs.clone(), reserve: require_free, past };
        let named = inputs(&run.paths, reading.judging.tables.input_format)?;
        let mut options = RunOptions { selection: run.selection, ..options.clone() };
        let display = start_progress(&mut options, &named);
        let mut used_lock = None;
        let observed = run.site.and_then(|config| {
            let overrides = config.overrides(rule_set.rules)?;
            used_lock = selected.rules.used_lock(&config, &options, None, is_redacted);
            let policy = Policy::read(policy_files.clone(), rule_set.rules, &overrides, config.longest_waiver())?;
            let context = BaselineContext::new(&options, key.clone());
            let read = |(path, text): &PolicyText| Baseline::read(path, text, rule_set.rules, context);
            let policy = policy.with_baseline(baseline.as_ref().map(read).transpose()?);
            let question = RunRequest { config: &config, rules: &rule_set, options: &options };
            let (mut run, capacity) = observe(named, wanted, &question).map_err(|error| vec![error])?;
            if !policy.is_empty() {
                policy.apply(&mut run, rule_set.rules, FAIL_ON, JudgedBy::Rules(None))?;
            }
            Ok((run, capacity))
        });
        drop(display);
        let (mut judged, mut capacity) = match observed {
            Ok(answer) => answer,
            Err(errors) if is_of_tenants => (Run::refused(&errors, &options), Capacity::none(options.as_of)),
            Err(errors) => return Err(CommandError::Usage(errors)),
        };
        judged.ledger.config = used_config(&run.config, options.digest);
        judged.ledger.packs = selected.rules.used_packs();
        judged.ledger.lock = used_lock;
        judged.ledger.policy_files = used_files(&policy_files, options.digest);
        judged.ledger.policy_files.extend(used_config(baseline.as_slice(), options.digest));
        judged.ledger.options.extend(given.iter().cloned());
        if let Some(key) = &key {
            redact::rekey(&mut judged, key);
        }
        if is_redacted {
            let key = key.clone().unwrap_or_else(KeyedHasher::built_in);
            redact::capacity_identities(&mut judged, &mut capacity, &rule_set, &key);
        }
        answers.push((judged, capacity));
    }
    let report = |(run, capacity)| {
        let report = Report { run, rule_set: &rule_set, fail_on: FAIL_ON, roots: &[] };
        CapacityReport { report, capacity }
    };
    let reports: Vec<_> = answers.iter().map(|(run, capacity)| report((run, capacity))).collect();
    let on_stdout = |format: CapacityFormat, screen: &mut ColoredStream| match format {
        CapacityFormat::Human => human::write_all_styled(&reports, &mut screen.screen()),
        other => other.write_all(&reports, &mut screen.writer()),
    };
    outputs.write_all(color, |format, run, out| format.write(&reports[run], out), on_stdout)?;
    Ok(worst(answers.iter().map(|(run, _)| run)))
}

/// The options of a capacity run that change what it says, besides those of a check.
fn given(
    until: Option<Date>,
    what_ifs: &[WhatIf],
    require_free: Option<Reserve>,
    history: &[HistoryArgument],
) -> Vec<GivenOption> {
    let mut given: Vec<GivenOption> = until.map(|until| GivenOption::new("--until", until)).into_iter().collect();
    for one in history {
        let on = one.on.map_or_else(String::new, |on| format!("={on}"));
        given.push(GivenOption::new("--history", display_path(&one.path) + &on));
    }
    given.extend(what_ifs.iter().map(|what_if| GivenOption::new("--what-if", what_if)));
    given.extend(require_free.map(|reserve| GivenOption::new("--require-free", reserve)));
    given
}

/// Opens the exports of earlier days; `--input-format` is about those whose name tells no format.
fn past(history: &[HistoryArgument], format: Option<Format>) -> Result<Vec<(Date, NamedInput)>, UsageError> {
    let mut past = Vec::with_capacity(history.len());
    for one in history {
        let name = display_path(&one.path);
        let Some(on) = one.on.or_else(|| day_in_name(&name)) else {
            let message = format!("the name {} does not hold exactly one date", quoted(&name));
            return Err(UsageError::new(message).with_remedy("Add the day: `--history PATH=YYYY-MM-DD`."));
        };
        let by_name = Format::by_name(&name);
        let mut named = inputs(std::slice::from_ref(&one.path), by_name.or(format))?;
        past.extend(named.pop().map(|named| (on, named)));
    }
    Ok(past)
}
