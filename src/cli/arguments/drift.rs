//! The arguments of `rolecall drift`.

use std::path::PathBuf;

use clap::Args;

use rolecall::record::Field;
use rolecall::report::drift::DriftFormat;

use super::values::{drift_format, drift_output, format_help, ignored_field};
use super::{ColorChoice, OutputArgument, PolicyArguments, ReadingArguments, RedactionArguments};

/// Compare an export with the plans that its accounts were made from. It changes no input.
#[derive(Args)]
#[command(
    after_help = "The config is `rolecall.toml` in this folder or the nearest above it, as for `check`. Of a project with \
                  `[tenants]`, name the config of the tenant with `--config`: the plans that are named are compared, and not \
                  all that belongs to their tenant.\n\nExit codes: 0 in sync, 1 drift, 2 usage, 3 something could not be compared."
)]
pub struct DriftArguments {
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    /// Export to compare the plans with; repeatable
    #[arg(long, value_name = "EXPORT", required = true)]
    pub against: Vec<PathBuf>,
    /// Earlier export, by which the report says who moved: the plan, the export or both
    #[arg(long, value_name = "EXPORT")]
    pub base: Option<PathBuf>,
    /// Field to leave out of this run, as configs call it; repeatable
    #[arg(long = "ignore", value_name = "FIELD", value_parser = ignored_field)]
    pub ignored: Vec<Field>,
    #[arg(long, value_name = "FORMAT", value_parser = drift_format, help = format_help(&DriftFormat::ALL.map(DriftFormat::word)))]
    pub format: Option<DriftFormat>,
    /// Write a report to a file (`-`: standard output); repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = drift_output)]
    pub outputs: Vec<OutputArgument<DriftFormat>>,
    #[command(flatten)]
    pub redaction: RedactionArguments,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}
