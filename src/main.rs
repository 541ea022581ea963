//! The program. What it does is in the library, so that other programs can call it (`src/cli/api.rs`).

use std::process::ExitCode;

fn main() -> ExitCode {
    rolecall::cli::run()
}
