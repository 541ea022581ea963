//! The arguments of `rolecall diff`.

use std::path::PathBuf;

use clap::Args;

use rolecall::diff::DiffThreshold;
use rolecall::record::date::Date;
use rolecall::report::diff::DiffFormat;

use super::values::{date, diff_format, diff_output, format_help, threshold};
use super::{BaselineChoice, ColorChoice, JudgingArguments, OutputArgument, PolicyArguments, RedactionArguments};

/// Compare two exports, JSON reports or evidence packages: what is new, what is fixed, and why.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 nothing new or changed, 1 something is, 2 usage, 3 something could not be compared."
)]
pub struct DiffArguments {
    /// Earlier export, plan, JSON report or evidence package
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Later export, plan, JSON report or evidence package
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Further input of the earlier side; repeatable
    #[arg(long = "old", value_name = "PATH")]
    pub more_old: Vec<PathBuf>,
    /// Further input of the later side; repeatable
    #[arg(long = "new", value_name = "PATH")]
    pub more_new: Vec<PathBuf>,
    #[command(flatten)]
    pub earlier: EarlierArguments,
    #[command(flatten)]
    pub judging: JudgingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    #[command(flatten)]
    pub baseline: BaselineChoice,
    /// What fails: a finding that is new or changed and that nothing covers, any difference, or nothing: new, any, never
    #[arg(long, value_name = "WHAT", default_value = "new", value_parser = threshold)]
    pub fail_on: DiffThreshold,
    #[arg(long, value_name = "FORMAT", value_parser = diff_format, help = format_help(&DiffFormat::ALL.map(DiffFormat::word)))]
    pub format: Option<DiffFormat>,
    /// Write a report to a file (`-`: standard output); repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = diff_output)]
    pub outputs: Vec<OutputArgument<DiffFormat>>,
    #[command(flatten)]
    pub redaction: RedactionArguments,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}

/// What was different on the earlier side. Whatever is not given is as on the later side.
#[derive(Args)]
pub struct EarlierArguments {
    /// Config of the earlier side (default: that of the later side)
    #[arg(long, value_name = "FILE")]
    pub old_config: Option<PathBuf>,
    /// Day to judge the earlier side by (default: that of the later side)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub old_as_of: Option<Date>,
    /// File of waivers of the earlier side, in place of `--waivers`; repeatable
    #[arg(long, value_name = "FILE")]
    pub old_waivers: Vec<PathBuf>,
    /// Baseline of the earlier side, in place of `--baseline`
    #[arg(long, value_name = "FILE")]
    pub old_baseline: Option<PathBuf>,
    /// Pack of rules of the earlier side, in place of `--pack` and of the config's pack with the same name; repeatable
    #[arg(long = "old-pack", value_name = "DIR")]
    pub old_packs: Vec<PathBuf>,
}

impl EarlierArguments {
    /// The first option that is given.
    pub fn given(&self) -> Option<&'static str> {
        let given = [
            ("--old-config", self.old_config.is_some()),
            ("--old-as-of", self.old_as_of.is_some()),
            ("--old-waivers", !self.old_waivers.is_empty()),
            ("--old-baseline", self.old_baseline.is_some()),
            ("--old-pack", !self.old_packs.is_empty()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }
}
