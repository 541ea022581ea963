//! A run of the library over texts, and what of it can be compared.

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Diagnostic;
use rolecall::diagnostic::usage::UsageError;
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::rule::Rule;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use crate::seeds::laws::error_text;
use crate::support::workspace::AS_OF;
use crate::support::world::LICENSE;

thread_local! {
    static RULES: (Vec<Rule>, References) = (built_in(), References::built_in());
}

/// A catalogue, so that the rules that look names up have something to look in.
const CATALOGUE: &str = "\
rolecall: 1
tenant: Acme
roles:
  - { name: Administrator, default: administrator }
  - { name: Ops Admin, permissions: [Administer Tenant] }
  - { name: Agent, default: agent }
groups:
  - { name: Operations, teams: [Default Team, Billing, { name: Old Team, active: false }] }
views: [EnterpriseView, Billing View]
password_policy: { min_length: 4, classes: [lower] }
";

/// Runs over the catalogue and these files.
pub fn with_catalogue(files: &[(&str, &[u8])], all_api_users: bool) -> Run {
    let catalogue = ("catalogue.yaml", CATALOGUE.as_bytes());
    let files: Vec<_> = files.iter().copied().chain([catalogue]).collect();
    run(&files, all_api_users, 2, 1)
}

/// Runs over these files, with seats enough.
pub fn alone(files: &[(&str, &[u8])]) -> Run {
    try_alone(files).expect("what the files declare can be used")
}

/// The same. A damaged plan may declare what no run can use, and nothing is judged then.
pub fn try_alone(files: &[(&str, &[u8])]) -> Result<Run, UsageError> {
    try_run(files, false, 40, 1)
}

/// The report, as bytes, of a run over these files by so many threads.
pub fn report(files: &[(&str, &[u8])], all_api_users: bool, jobs: usize) -> String {
    written(&run(files, all_api_users, 2, jobs))
}

fn run(files: &[(&str, &[u8])], all_api_users: bool, seats: u64, jobs: usize) -> Run {
    try_run(files, all_api_users, seats, jobs).expect("there is no config to be wrong")
}

fn try_run(files: &[(&str, &[u8])], all_api_users: bool, seats: u64, jobs: usize) -> Result<Run, UsageError> {
    let options =
        RunOptions { all_api_users, seats: vec![(LICENSE.to_owned(), seats)], digest: true, jobs, ..as_of(AS_OF) };
    run_with(files, &Config::default(), &options)
}

/// The options of a run as of this day.
pub fn as_of(date: &str) -> RunOptions {
    RunOptions::new(Date::parse(date, None).expect("this is a date"))
}

/// Runs over these files as these settings say.
pub fn run_with(files: &[(&str, &[u8])], config: &Config, options: &RunOptions) -> Result<Run, UsageError> {
    with_rules(|rules| run_by(rules, files, config, options))
}

/// Does something with the built-in rules, which are read once.
pub fn with_rules<T>(act: impl FnOnce(&RuleSet<'_>) -> T) -> T {
    RULES.with(|(rules, references)| act(&RuleSet { rules, references }))
}

/// The same by other rules.
pub fn run_by(
    rules: &RuleSet<'_>,
    files: &[(&str, &[u8])],
    config: &Config,
    options: &RunOptions,
) -> Result<Run, UsageError> {
    let named = files.iter().map(|(name, bytes)| NamedInput {
        name: (*name).to_owned(),
        format: Format::by_name(name),
        opened: Ok(Source::from_bytes(bytes.to_vec())),
    });
    check(named.collect(), config, rules, options)
}

/// The JSON report of a run over these files; the config among them is not read from there.
pub fn checked(files: &[(&str, &[u8])], config: &str, seats: Option<u32>) -> Result<String, String> {
    checked_by(files, config, seats, 1)
}

/// The same by so many threads; or the usage errors that refuse the run, as they are printed.
pub fn checked_by(files: &[(&str, &[u8])], config: &str, seats: Option<u32>, jobs: usize) -> Result<String, String> {
    let shown = |error: &UsageError| String::from_utf8_lossy(&error_text(error)).into_owned();
    let config = Config::parse("rolecall.toml", config)
        .map_err(|errors| errors.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    let inputs: Vec<_> = files.iter().copied().filter(|(name, _)| *name != "rolecall.toml").collect();
    let seats = seats.map(|seats| (LICENSE.to_owned(), u64::from(seats)));
    let options = RunOptions { seats: seats.into_iter().collect(), jobs, ..as_of(AS_OF) };
    let run = run_with(&inputs, &config, &options).map_err(|error| shown(&error))?;
    Ok(written(&run))
}

/// The JSON report of a run.
pub fn written(run: &Run) -> String {
    let mut report = Vec::new();
    rolecall::report::json::write_run(run, &mut report).expect("memory can be written");
    String::from_utf8(report).expect("a report is text")
}

/// Something of every diagnostic, in one order.
pub fn all<T: Ord>(run: &Run, of: impl Fn(&Diagnostic) -> T) -> Vec<T> {
    let mut all: Vec<_> = run.diagnostics.iter().map(of).collect();
    all.sort();
    all
}

/// The key of the account a diagnostic is about, whatever file it is in.
pub fn key(diagnostic: &Diagnostic) -> String {
    let key = diagnostic.subject.as_ref().map_or("", |subject| subject.key.as_str());
    if key.starts_with('#') { "#".to_owned() } else { key.to_owned() }
}
