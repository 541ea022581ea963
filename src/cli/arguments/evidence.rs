//! The arguments of `rolecall evidence`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::CheckArguments;

/// Pack reports with digests of everything they rest on, and compare later.
#[derive(Subcommand)]
pub enum EvidenceCommand {
    /// Judge as `check` does, and pack the reports with the digests of inputs, config and rules
    Create(Box<CreateArguments>),
    /// Check that a package and the inputs it records are unchanged
    Verify(VerifyArguments),
    /// Repeat the run of a package and compare the reports byte for byte
    Replay(ReplayArguments),
}

/// Judge, and pack the evidence.
#[derive(Args)]
pub struct CreateArguments {
    /// Package to write
    #[arg(short = 'o', long = "package", value_name = "FILE.zip")]
    pub package: PathBuf,
    /// Pack the inputs and the config as they are: they may hold secrets, and names that `--redact` replaces
    #[arg(long)]
    pub with_inputs: bool,
    #[command(flatten)]
    pub check: CheckArguments,
}

/// Check that a package and the inputs it records are unchanged.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 as recorded, 1 something differs, 2 usage, 3 something could not be compared.")]
pub struct VerifyArguments {
    /// Package of `evidence create`; inputs that are not packed are read from their recorded paths
    #[arg(value_name = "FILE.zip")]
    pub package: PathBuf,
}

/// Repeat the run of a package and compare the reports.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 the same reports, 1 something differs, 2 usage, 3 something could not be compared."
)]
pub struct ReplayArguments {
    /// Package of `evidence create`; inputs that are not packed are read from their recorded paths
    #[arg(value_name = "FILE.zip")]
    pub package: PathBuf,
    /// File with the key that the evidence was made with
    #[arg(long, value_name = "FILE")]
    pub redact_key: Option<PathBuf>,
}
