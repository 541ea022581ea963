//! `rolecall capacity`.

use std::path::PathBuf;

use rolecall::capacity::demand::Reserve;
use rolecall::capacity::trend::day_in_name;
use rolecall::capacity::what_if::WhatIf;
use rolecall::capacity::{CapacityRequest, run as observe};
use rolecall::config::GivenOption;
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::RunRequest;
use rolecall::engine::{NamedInput, RuleSet};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::capacity::{CapacityFormat, CapacityReport, WIDTH, human};
use rolecall::report::{Report, redact};
use rolecall::rule::file::{References, built_in};

use super::CommandError;
use super::arguments::{CapacityArguments, HistoryArgument, Redaction};
use super::check::{display_path, inputs, key, load_config, options, start_progress, used_config};
use super::output::Outputs;
use super::stream::{ColoredStream, width};

/// The lowest severity that fails the run.
const FAIL_ON: Severity = Severity::Warning;

/// Counts seats over time, writes the reports and returns the exit code.
pub fn run(arguments: CapacityArguments) -> Result<u8, CommandError> {
    let CapacityArguments { reading, until, history, what_ifs, require_free, format, outputs, redaction, color } =
        arguments;
    let (config_path, config_text, config) = load_config(&reading.site)?;
    let mut options = options(&reading, FAIL_ON)?;
    let outputs = Outputs::new(format, outputs, CapacityFormat::Human)?;
    let history_paths = history.iter().map(|one| one.path.clone());
    let read: Vec<PathBuf> = reading.paths.iter().cloned().chain(history_paths).collect();
    let key_path = redaction.redact_key.as_deref();
    outputs.refuse_paths(&read, config_path.as_deref(), key_path, None)?;
    let key = key_path.map(key).transpose()?;
    let past = past(&history, reading.input_format)?;
    let named = inputs(&reading.paths, reading.input_format)?;
    let display = start_progress(&mut options, &named);
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    config.overrides(rule_set.rules).map_err(CommandError::Usage)?;
    let question = RunRequest { config: &config, rules: &rule_set, options: &options };
    let given = given(until, &what_ifs, require_free, &history);
    let wanted = CapacityRequest { until, what_ifs, reserve: require_free, past };
    let result = observe(named, wanted, &question);
    drop(display);
    let (mut run, mut capacity) = result?;
    run.ledger.config = used_config(config_text.as_ref(), options.digest);
    run.ledger.options.extend(given);
    if let Some(key) = &key {
        redact::rekey(&mut run, key);
    }
    if redaction.redact == Some(Redaction::Identities) {
        redact::capacity_identities(&mut run, &mut capacity, &rule_set, &key.unwrap_or_else(KeyedHasher::built_in));
    }
    let report = Report { run: &run, rule_set: &rule_set, fail_on: FAIL_ON, roots: &[] };
    let report = CapacityReport { report, capacity: &capacity };
    let on_stdout = |format: CapacityFormat, screen: &mut ColoredStream| match format {
        CapacityFormat::Human => human::write_styled(&report, width(WIDTH), screen.writer()),
        other => other.write(&report, &mut screen.writer()),
    };
    outputs.write_all(color, |format, out| format.write(&report, out), on_stdout)?;
    Ok(run.verdict.exit_code())
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
