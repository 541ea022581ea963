//! The arguments about many tenants.

use std::path::PathBuf;

use clap::Args;

use rolecall::report::fleet::FleetFormat;

use super::values::{fleet_format, fleet_output};
use super::{ColorChoice, OutputArgument};

/// Put the JSON reports of tenants together to one verdict. Any order and grouping gives the same bytes.
#[derive(Args)]
pub struct MergeArguments {
    /// JSON report of `check`, or a fleet that was merged before
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,
    /// CSV list of the tenants that have to be there, with the column `tenant`; a manifest of `fleet` is one
    #[arg(long, value_name = "TENANTS.csv")]
    pub expect: Option<PathBuf>,
    /// File to write the fleet to in JSON
    #[arg(short = 'o', long = "fleet", value_name = "FILE")]
    pub fleet: Option<PathBuf>,
    #[command(flatten)]
    pub forms: FleetForms,
}

/// The forms of a fleet.
#[derive(Args)]
pub struct FleetForms {
    /// Format of the fleet on standard output: human or json (default: human)
    #[arg(long, value_name = "FORMAT", value_parser = fleet_format)]
    pub format: Option<FleetFormat>,
    /// Write the fleet to a file (`-`: standard output); repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = fleet_output)]
    pub outputs: Vec<OutputArgument<FleetFormat>>,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}
