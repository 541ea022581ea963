//! The arguments of `rolecall request`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{PolicyArguments, ReadingArguments};

/// Write what has to change in the product, as a request for the people who change it.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Exit codes: 0 written, 2 usage, 3 written, but something could not be judged, 4 internal."
)]
pub struct RequestArguments {
    #[command(subcommand)]
    pub command: Option<RequestCommand>,
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    /// Request to write, in the form of its extension, one for each tenant if it holds `{tenant}`; repeatable
    #[arg(short = 'o', long = "output", value_name = "FILE.json|FILE.csv|FILE.md", required = true)]
    pub outputs: Vec<PathBuf>,
    /// Rule whose findings are requested (default: all); repeatable
    #[arg(long = "only", value_name = "RULE")]
    pub only: Vec<String>,
    /// Request unsafe changes too: one likely value of several, or one that takes a seat
    #[arg(long)]
    pub include_unsafe: bool,
}

/// What to do with a request that is there.
#[derive(Subcommand)]
pub enum RequestCommand {
    /// Say what of a request is done, by a later export
    Verify(Box<VerifyRequestArguments>),
}

/// Say what of a request is done, by a later export.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 all is done, 1 something is open, superseded or gone, 2 usage, 3 the export does not say, \
        4 internal."
)]
pub struct VerifyRequestArguments {
    /// Request that `rolecall request` wrote in JSON
    #[arg(value_name = "FILE.json")]
    pub request: PathBuf,
    #[command(flatten)]
    pub reading: ReadingArguments,
}
