//! `rolecall capacity`.

use std::path::{Path, PathBuf};

use rolecall::capacity::demand::Reserve;
use rolecall::capacity::trend::day_in_name;
use rolecall::capacity::what_if::WhatIf;
use rolecall::capacity::{Capacity, CapacityRequest, run as observe};
use rolecall::config::GivenOption;
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::{NamedInput, Run, RunRequest};
use rolecall::policy::JudgedBy;
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::capacity::{CapacityFormat, CapacityReport, human};
use rolecall::report::{Report, redact};

use super::CommandError;
use super::arguments::{CapacityArguments, HistoryArgument};
use super::check::{CheckRequest, JudgingChoice, inputs, start_progress, worst};
use super::output::Outputs;
use super::paths::display_path;
use super::rules::LoadedRules;
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
    let judging = JudgingChoice {
        reading: &reading,
        waivers: &policy.waivers,
        baseline: &baseline,
        redaction: &redaction,
        fail_on: None,
    };
    let mut selected = judging.select(false)?;
    if !history.is_empty() && selected.runs.len() > 1 {
        let error = UsageError::new("`--history` would hold for several tenants");
        return Err(error.with_remedy("Ask about one with `--tenant NAME`.").into());
    }
    let outputs = Outputs::new(format, outputs, CapacityFormat::Human)?.for_tenants(&selected.labels())?;
    let requests = judging.requests(&mut selected)?;
    let read = requests.iter().flat_map(|request| &request.paths).chain(history.iter().map(|one| &one.path));
    let read: Vec<&Path> = read.map(PathBuf::as_path).collect();
    outputs.refuse_paths(&read, &selected.configs, redaction.redact_key.as_deref(), &[])?;
    let question = CapacityQuestion { until, what_ifs, require_free, history };
    let answers: Vec<(Run, Capacity)> =
        requests.into_iter().map(|request| question.answer(request, &selected.rules)).collect::<Result<_, _>>()?;
    let rule_set = selected.rules.set();
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

/// What is asked about the seats of each tenant.
struct CapacityQuestion {
    until: Option<Date>,
    what_ifs: Vec<WhatIf>,
    require_free: Option<Reserve>,
    history: Vec<HistoryArgument>,
}

impl CapacityQuestion {
    fn answer(&self, mut request: CheckRequest, rules: &LoadedRules) -> Result<(Run, Capacity), CommandError> {
        let past = past(&self.history, request.input_format)?;
        let (until, what_ifs, reserve) = (self.until, self.what_ifs.clone(), self.require_free);
        let wanted = CapacityRequest { until, what_ifs, reserve, past };
        let named = request.open()?;
        let display = start_progress(&mut request.options, &named);
        let (rule_set, options) = (rules.set(), &request.options);
        let observed = request.site.as_ref().map_err(Clone::clone).and_then(|config| {
            let policy = request.policy(config, rule_set.rules)?;
            let run = RunRequest { config, rules: &rule_set, options };
            let (mut run, capacity) = observe(named, wanted, &run).map_err(|error| vec![error])?;
            if !policy.is_empty() {
                policy.apply(&mut run, rule_set.rules, FAIL_ON, JudgedBy::Rules(None))?;
            }
            Ok((run, capacity))
        });
        drop(display);
        let (mut run, mut capacity) = match observed {
            Ok(answer) => answer,
            Err(errors) if request.is_one_of_several => (Run::refused(&errors, options), Capacity::none(options.as_of)),
            Err(errors) => return Err(CommandError::Usage(errors)),
        };
        request.record_in(&mut run, rules, None);
        run.ledger.options.extend(self.given());
        if request.is_redacted {
            redact::capacity_identities(&mut run, &mut capacity, &rule_set, &request.hasher());
        }
        Ok((run, capacity))
    }

    /// The options that change what the answer says, besides those of a check.
    fn given(&self) -> Vec<GivenOption> {
        let mut given: Vec<GivenOption> =
            self.until.map(|until| GivenOption::new("--until", until)).into_iter().collect();
        for one in &self.history {
            let on = one.on.map_or_else(String::new, |on| format!("={on}"));
            given.push(GivenOption::new("--history", display_path(&one.path) + &on));
        }
        given.extend(self.what_ifs.iter().map(|what_if| GivenOption::new("--what-if", what_if)));
        given.extend(self.require_free.map(|reserve| GivenOption::new("--require-free", reserve)));
        given
    }
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
