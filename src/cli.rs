//! From arguments to an exit code.
//!
//! Exit codes: 0 pass, 1 fail, 2 usage, 3 incomplete, 4 internal, whatever the format. Only this part of the program
//! knows the argument parser.

pub mod api;
mod arguments;
mod baseline;
mod capacity;
mod check;
mod config;
mod diff;
mod drift;
mod evidence;
mod fix;
mod fleet;
mod generate;
mod info;
mod loaded_lock;
mod lock;
mod merge;
mod new_rule;
mod output;
mod paths;
mod policy;
mod progress;
mod project;
mod replacement;
mod request;
mod rule_test;
mod rules;
mod run_options;
mod stream;
mod waive;

use std::io;
use std::panic;
use std::process::{self, ExitCode};

use clap::Parser;

use arguments::{Arguments, BaselineCommand, Command, EvidenceCommand, NewCommand};
use rolecall::diagnostic::usage::UsageError;
use stream::ColoredStream;

/// A bad option or config: nothing was judged.
const USAGE: u8 = 2;

/// A broken invariant, or a report that could not be written whole.
const INTERNAL: u8 = 4;

/// Why a command has no answer.
enum CommandError {
    /// The arguments or the config are wrong.
    Usage(Vec<UsageError>),
    /// The answer could not be written.
    Output(io::Error),
    /// Reports that could not be written: their paths, and why.
    Reports(Vec<(String, io::Error)>),
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<UsageError> for CommandError {
    fn from(error: UsageError) -> Self {
        Self::Usage(vec![error])
    }
}

/// Leaves what was reported to the system, for the program ends: to give back each of thousands of texts takes as long as to
/// write them.
fn leave_to_system<T>(reported: T) {
    std::mem::forget(reported);
}

/// The whole program.
pub fn run() -> ExitCode {
    // The text of a panic can quote what was being read, which may be a password: only its place is shown.
    // The program ends here, in whichever thread it happens, so it is built without what unwinding needs: an eighth of it.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        stream::print_to_stderr(&format!("rolecall: internal error{place}; please report it"));
        process::exit(INTERNAL.into());
    }));
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return answer_of_parser(&answer),
    };
    ExitCode::from(command(arguments))
}

/// Help and version go to standard output, complaints to standard error.
fn answer_of_parser(answer: &clap::Error) -> ExitCode {
    let is_written = answer.print().is_ok();
    match (answer.use_stderr(), is_written) {
        (true, _) => ExitCode::from(USAGE),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::from(INTERNAL),
    }
}

fn command(arguments: Arguments) -> u8 {
    let color = arguments.color();
    let result = match arguments.command {
        Command::Check(check) => check::run(*check),
        Command::Capacity(arguments) => capacity::run(*arguments),
        Command::Diff(arguments) => diff::run(*arguments),
        Command::Drift(arguments) => drift::run(*arguments),
        Command::Evidence(EvidenceCommand::Create(create)) => evidence::create(*create),
        Command::Evidence(EvidenceCommand::Verify(verify)) => evidence::verify(&verify),
        Command::Evidence(EvidenceCommand::Replay(replay)) => evidence::replay(&replay),
        Command::Fleet(arguments) => fleet::run(*arguments),
        Command::Merge(arguments) => merge::run(arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Request(arguments) => request::run(*arguments),
        Command::Waive(waive) => waive::run(&waive),
        Command::Baseline(BaselineCommand::Create(create)) => baseline::create(&create),
        Command::Baseline(BaselineCommand::Update(update)) => baseline::update(&update),
        Command::Explain(explain) => info::explain(&explain),
        Command::Rules(rules) => info::rules(&rules),
        Command::Test(test) => rule_test::run(&test),
        Command::Lock(lock) => lock::run(&lock),
        Command::New(NewCommand::Rule(new)) => new_rule::run(&new),
        Command::Columns(columns) => info::columns(&columns),
        Command::Init(init) => info::init(&init),
        Command::Schema(schema) => generate::schema(&schema),
        Command::Completions(completions) => generate::completions(&completions),
        Command::Man(man) => generate::man(&man),
    };
    match result {
        Ok(code) => code,
        Err(CommandError::Usage(errors)) => {
            let mut screen = ColoredStream::standard_error(color);
            // Nothing can be done if standard error is closed.
            errors.iter().for_each(|error| drop(screen.error(error)));
            USAGE
        }
        Err(CommandError::Output(error)) => {
            print_unwritten("", &error);
            INTERNAL
        }
        Err(CommandError::Reports(failed)) => {
            failed.iter().for_each(|(place, error)| print_unwritten(&format!("{place}: "), error));
            INTERNAL
        }
    }
}

/// Says that a report is not whole, unless its reader has gone: whoever closes a pipe has read enough.
fn print_unwritten(place: &str, error: &io::Error) {
    if error.kind() != io::ErrorKind::BrokenPipe {
        stream::print_to_stderr(&format!(
            "rolecall: {place}the report could not be written whole ({:?})",
            error.kind()
        ));
    }
}
