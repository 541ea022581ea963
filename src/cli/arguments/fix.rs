//! The arguments of `rolecall fix`.

use clap::Args;

use super::{PolicyArguments, ReadingArguments};

/// Write what the rules demand into plans.
#[derive(Args)]
#[command(
    after_help = "Exit codes: the verdict of the plans after the fixes; with --check or --diff 0 nothing to fix, 1 \
        something to fix; 2 usage, 3 incomplete, 4 internal."
)]
pub struct FixArguments {
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    /// Rule whose unsafe fixes are written too, or `all`; repeatable
    #[arg(long = "unsafe", value_name = "RULE")]
    pub allowed: Vec<String>,
    /// Rule whose findings are fixed (default: all); repeatable
    #[arg(long = "rule", value_name = "RULE")]
    pub only: Vec<String>,
    /// Print a diff and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Say what would be fixed and write nothing
    #[arg(long)]
    pub check: bool,
}
