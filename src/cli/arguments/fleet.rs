//! The arguments about many tenants.

use std::path::PathBuf;

use clap::Args;

use rolecall::diagnostic::Severity;
use rolecall::report::fleet::FleetFormat;

use super::values::{fleet_format, fleet_output, severity};
use super::{BaselineChoice, ColorChoice, JudgingArguments, OutputArgument, PolicyArguments, RedactionArguments};

/// Judge many tenants, each as `check` would, with a report each, to one verdict. Options hold for every tenant.
#[derive(Args)]
// What is true of one tenant is refused with the way to say it, so help does not offer it.
#[command(mut_arg("api_users", |argument| argument.hide(true)), mut_arg("seats", |argument| argument.hide(true)))]
pub struct FleetArguments {
    /// CSV table with a line for each tenant: tenant, inputs, config, waivers, baseline, expect-records; lists by `;`, paths
    /// from its folder
    #[arg(value_name = "MANIFEST.csv")]
    pub manifest: PathBuf,
    /// Folder for the report of each tenant, `TENANT.json`, and at the end `fleet.json`
    #[arg(long, value_name = "DIR")]
    pub output_dir: PathBuf,
    /// Keep the reports of an earlier run whose inputs, config, rules and options are still the same
    #[arg(long)]
    pub resume: bool,
    /// Write a page beside each report, `TENANT.html`, and one over all, `fleet.html`, with links to them
    #[arg(long)]
    pub pages: bool,
    /// Judge the other tenants even if a report cannot be written
    #[arg(long)]
    pub keep_going: bool,
    /// Number of accounts that the inputs of each tenant must hold, if its line has none
    #[arg(long, value_name = "N")]
    pub expect_records: Option<u64>,
    #[command(flatten)]
    pub judging: JudgingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    #[command(flatten)]
    pub baseline: BaselineChoice,
    #[command(flatten)]
    pub redaction: RedactionArguments,
    /// Lowest severity that fails a tenant: error, warning or note
    #[arg(long, value_name = "SEVERITY", default_value = "warning", value_parser = severity)]
    pub fail_on: Severity,
    #[command(flatten)]
    pub forms: FleetForms,
}

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
    /// Format of the fleet on standard output: human, json, csv, markdown, html or sarif (default: human)
    #[arg(long, value_name = "FORMAT", value_parser = fleet_format)]
    pub format: Option<FleetFormat>,
    /// Write the fleet to a file (`-`: standard output); repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = fleet_output)]
    pub outputs: Vec<OutputArgument<FleetFormat>>,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}
