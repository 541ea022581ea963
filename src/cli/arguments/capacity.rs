//! The arguments of `rolecall capacity`.

use std::path::PathBuf;

use clap::Args;

use rolecall::capacity::demand::Reserve;
use rolecall::capacity::what_if::WhatIf;
use rolecall::record::date::Date;
use rolecall::report::capacity::CapacityFormat;

use super::values::{capacity_format, capacity_output, date, format_help, history};
use super::{BaselineChoice, ColorChoice, OutputArgument, PolicyArguments, ReadingArguments, RedactionArguments};

/// Count seats over time: used, planned, when they run out, what they cost, what could be given back.
#[derive(Args)]
pub struct CapacityArguments {
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    #[command(flatten)]
    pub baseline: BaselineChoice,
    /// Last day of the forecast (default: twelve months after the as-of date)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub until: Option<Date>,
    /// Export of an earlier day, dated by its name or by `=YYYY-MM-DD`; repeatable
    #[arg(long = "history", value_name = "PATH[=DATE]", value_parser = history)]
    pub history: Vec<HistoryArgument>,
    /// Assume more (+N) or fewer (-N) accounts with a role, or seats of a licence, from a day on; repeatable
    #[arg(long = "what-if", value_name = "[ROLE|seats:LICENCE]±N@DATE", value_parser = WhatIf::parse)]
    pub what_ifs: Vec<WhatIf>,
    /// Seats of each licence to keep free on every day, as a number or a share of those owned
    #[arg(long, value_name = "N|N%", value_parser = Reserve::parse)]
    pub require_free: Option<Reserve>,
    #[arg(long, value_name = "FORMAT", value_parser = capacity_format, help = format_help(&CapacityFormat::ALL.map(CapacityFormat::word)))]
    pub format: Option<CapacityFormat>,
    /// Write a report to a file (`-`: standard output), one for each tenant if PATH holds `{tenant}`; repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = capacity_output)]
    pub outputs: Vec<OutputArgument<CapacityFormat>>,
    #[command(flatten)]
    pub redaction: RedactionArguments,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}

/// A value of `--history`.
#[derive(Clone)]
pub struct HistoryArgument {
    pub path: PathBuf,
    /// `None` if the file name holds the date.
    pub on: Option<Date>,
}
