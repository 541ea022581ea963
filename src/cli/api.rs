//! Checks for other programs: the options of `rolecall check` and its runs, without a process and a terminal.
//!
//! This is the one way in for bindings to other languages, so that they judge as the program does.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use clap::Parser;

use rolecall::config::{Config, ConfigText, GivenOption};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::identification::Side;
use rolecall::diagnostic::usage::UsageError;
use rolecall::engine::{NamedInput, Run};
use rolecall::read::Format;
use rolecall::report::{Report, ReportFormat};
use rolecall::source::file::Source;

use super::CommandError;
use super::arguments::{Arguments, Command, SiteArguments};
use super::check::{CheckRequest, Requests, check_names, requests};
use super::config::load_config;
use super::merge::manifest;
use super::rules::LoadedRules;

pub use super::merge::read_report;

/// For checks of arguments that ask for a format: inputs in memory have that of their name.
const ANY_FORMAT: Format = Format::ALL[0];

/// A check as another program asks for it.
#[derive(Clone, Debug, Default)]
pub struct CheckCall {
    /// Options and paths, as `rolecall check` takes them.
    pub arguments: Vec<OsString>,
    /// Inputs in memory, by their names. Then no path is opened, and none may be named.
    pub inputs: Option<Vec<(String, Vec<u8>)>>,
    /// A config in memory, by its name. It goes before one that is named or found.
    pub config: Option<ConfigText>,
    /// Whose inputs they are, as the reports of `rolecall fleet` say it.
    pub tenant: Option<String>,
}

/// Runs that were made.
pub struct CheckedRuns {
    /// One for each tenant of a project, else one.
    pub runs: Vec<Run>,
    rules: LoadedRules,
    fail_on: Severity,
}

impl CheckedRuns {
    /// What `--format json` writes.
    ///
    /// # Errors
    /// Memory takes all, so there is none.
    pub fn json(&self) -> io::Result<Vec<u8>> {
        let (rule_set, fail_on) = (&self.rules.set(), self.fail_on);
        let reports: Vec<_> = self.runs.iter().map(|run| Report { run, rule_set, fail_on, roots: &[] }).collect();
        let mut bytes = Vec::new();
        ReportFormat::Json.write_all(&reports, &mut bytes)?;
        Ok(bytes)
    }

    /// Takes the places out, if the inputs are not files but rows, which have no order: accounts are told apart by user name.
    /// The options in the ledger say so.
    pub fn forget_places(&mut self) {
        for run in &mut self.runs {
            let files: Vec<_> = run.ledger.inputs.iter().map(|input| input.file.clone()).collect();
            for diagnostic in &mut run.diagnostics {
                diagnostic.labels.clear();
                diagnostic.snippets.clear();
                files.iter().for_each(|file| remove_records(&mut diagnostic.message, file));
                // Which account takes the last seat is a matter of order.
                if diagnostic.identification.as_ref().is_some_and(|found| found.details.side == Side::Tenant) {
                    diagnostic.subject = None;
                }
                if let Some(subject) = &mut diagnostic.subject
                    && subject.key == format!("#{}", subject.number)
                {
                    subject.key.truncate(1);
                }
            }
            run.ledger.holes.iter_mut().for_each(|hole| hole.line = None);
            run.ledger.options.push(GivenOption::new("spans", "row"));
        }
    }
}

/// Judges as `rolecall check` does.
///
/// # Errors
/// What the program ends with exit code 2 for.
pub fn check(call: CheckCall) -> Result<CheckedRuns, Vec<UsageError>> {
    judge(call).map_err(refusals)
}

fn refusals(error: CommandError) -> Vec<UsageError> {
    match error {
        CommandError::Usage(errors) => errors,
        CommandError::Output(_) | CommandError::Reports(_) => unreachable!("internal error: nothing is written here"),
    }
}

/// Reads a config without judging by it, so that a slip in it shows before anything else begins. Its text is what
/// [`CheckCall::config`] takes.
///
/// # Errors
/// What is wrong with it.
pub fn read_config(path: PathBuf) -> Result<ConfigText, Vec<UsageError>> {
    let site = SiteArguments { config: Some(path), no_config: false, text: None };
    let (_, text, _) = load_config(&site).map_err(refusals)?;
    Ok(text.expect("internal error: the config was named"))
}

/// The tenants that a list in CSV names, as `rolecall merge --expect` reads it.
///
/// # Errors
/// What is wrong with it.
pub fn read_tenants(path: &Path) -> Result<Vec<String>, Vec<UsageError>> {
    let tenants = manifest(path, true).map_err(refusals)?;
    Ok(tenants.into_iter().map(|tenant| tenant.name).collect())
}

fn judge(call: CheckCall) -> Result<CheckedRuns, CommandError> {
    let CheckCall { arguments, inputs, config, tenant } = call;
    let line = ["rolecall".into(), "check".into()].into_iter().chain(arguments);
    let parsed = Arguments::try_parse_from(line).map_err(|error| refused(&error))?;
    let Command::Check(mut arguments) = parsed.command else {
        unreachable!("internal error: the command was written here");
    };
    let fail_on = arguments.fail_on;
    if let Some((name, text)) = &config {
        Config::parse(name, text).map_err(CommandError::Usage)?;
    }
    arguments.reading.judging.site.text = config;
    let of_names = arguments.reading.judging.tables.input_format;
    if inputs.is_some() {
        // Names in memory are not paths: nothing may be looked for by them.
        arguments.reading.paths = vec![PathBuf::from("-")];
        arguments.reading.no_project = true;
        arguments.reading.judging.tables.input_format = of_names.or(Some(ANY_FORMAT));
    }
    let Requests::Judge(requests, _, rules) = requests(*arguments, None)? else {
        return Err(UsageError::new("there is nothing to judge").into());
    };
    let mut runs = Vec::with_capacity(requests.len());
    let mut inputs = inputs;
    for request in requests {
        if tenant.is_some() {
            refuse_policy(&request)?;
        }
        let named = match inputs.take() {
            Some(inputs) => named(inputs, of_names)?,
            None => request.open()?,
        };
        let mut run = request.judge_silently(named, &rules)?;
        run.ledger.tenant = tenant.clone().or(run.ledger.tenant);
        runs.push(run);
    }
    Ok(CheckedRuns { runs, rules: *rules, fail_on })
}

/// Takes ` (FILE, record N)` out of a message.
fn remove_records(message: &mut String, file: &str) {
    let mark = format!(" ({file}, record ");
    while let Some(from) = message.find(&mark)
        && let Some(length) = message[from..].find(')')
    {
        message.replace_range(from..=from + length, "");
    }
}

/// What the parser of arguments says, as an error of usage.
fn refused(error: &clap::Error) -> UsageError {
    let text = error.render().to_string();
    let text =
        ["\n\nUsage:", "\n\nFor more"].iter().fold(text.as_str(), |text, end| text.split(end).next().unwrap_or(text));
    UsageError::new(text.strip_prefix("error: ").unwrap_or(text).trim())
}

/// A tenant among others: what accepts a finding of an account would accept it in each of them.
fn refuse_policy(request: &CheckRequest) -> Result<(), UsageError> {
    if request.policy.files.is_empty() && request.baseline.is_none() {
        return Ok(());
    }
    let error = UsageError::new("waivers and baselines are of one tenant, and here they would hold for every tenant");
    Err(error.with_remedy("Judge with `rolecall fleet`, whose manifest names those of each tenant."))
}

fn named(inputs: Vec<(String, Vec<u8>)>, format: Option<Format>) -> Result<Vec<NamedInput>, UsageError> {
    if inputs.is_empty() {
        return Err(UsageError::new("no input is given").with_remedy("Give at least one export or plan."));
    }
    let paths: Vec<_> = inputs.iter().map(|(name, _)| PathBuf::from(name)).collect();
    check_names(&paths, Some(ANY_FORMAT))?;
    let named = |(name, bytes): (String, Vec<u8>)| {
        let format = format.or_else(|| Format::by_name(&name));
        NamedInput { opened: Ok(Source::from_bytes(bytes)), name, format }
    };
    Ok(inputs.into_iter().map(named).collect())
}
