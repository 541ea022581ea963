//! The arguments about baselines.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use rolecall::record::date::Date;

use super::values::date;
use super::{PolicyArguments, ReadingArguments};

/// The baseline of a command that judges.
#[derive(Args, Clone)]
pub struct BaselineChoice {
    /// Baseline to compare with instead of the config's: what it holds does not fail the run; of a project, `{tenant}` in
    /// FILE is the tenant's label
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

/// Hold today's findings, so that runs fail only on new ones.
#[derive(Subcommand)]
pub enum BaselineCommand {
    /// Write a baseline of all findings; an existing file is never replaced
    Create(Box<CreateBaselineArguments>),
    /// Take out of a baseline what is gone
    Update(Box<UpdateBaselineArguments>),
}

/// Write a baseline of all findings; an existing file is never replaced.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 written, 2 usage, 3 incomplete: nothing is written.")]
pub struct CreateBaselineArguments {
    /// File to write, one for each tenant if it holds `{tenant}`
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub baseline: PathBuf,
    #[command(flatten)]
    pub making: BaselineMaking,
}

/// Take out of a baseline what is gone. With new findings nothing is written, unless they are accepted with a reason.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 written, 1 new findings: nothing is written, 2 usage, 3 incomplete: nothing is written."
)]
pub struct UpdateBaselineArguments {
    /// Baseline to bring up to date, one for each tenant if it holds `{tenant}`
    #[arg(value_name = "FILE")]
    pub baseline: PathBuf,
    /// Take in findings that are new or in another state
    #[arg(long, requires = "reason")]
    pub accept_new: bool,
    #[command(flatten)]
    pub making: BaselineMaking,
}

/// How a baseline is made.
#[derive(Args)]
pub struct BaselineMaking {
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    /// Last day on which it covers, at most 366 days after the as-of date (default for a new one: as late as may be)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub until: Option<Date>,
    /// Why the findings are accepted
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Write the user name of each account into its entry
    #[arg(long)]
    pub with_names: bool,
    /// File with the site's own key for identities, 16–4096 bytes
    #[arg(long, value_name = "FILE")]
    pub redact_key: Option<PathBuf>,
}
