//! The command line of rolecall. Everything it knows is in the library; this binary only asks and prints.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
