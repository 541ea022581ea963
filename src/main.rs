//! The command line of rolecall. The library holds everything else.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
