//! The arguments about findings that are accepted.

use std::path::PathBuf;

use clap::Args;
use rolecall::record::date::Date;

use super::values::date;

/// Findings that are accepted.
#[derive(Args, Clone)]
pub struct PolicyArguments {
    /// File of waivers, besides those of the config: TOML, or CSV or XLSX with the same words as headers; repeatable
    #[arg(long = "waivers", value_name = "FILE")]
    pub waivers: Vec<PathBuf>,
}

/// Print waivers of findings, ready to complete. Nothing is written.
#[derive(Args)]
pub struct WaiveArguments {
    /// Report of `check` in JSON
    #[arg(value_name = "REPORT.json")]
    pub report: PathBuf,
    /// Fingerprint or identity of a finding; repeatable
    #[arg(value_name = "FINGERPRINT", required = true)]
    pub fingerprints: Vec<String>,
    /// Why the findings are accepted
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who approved it: neither the account nor who asked for it
    #[arg(long, value_name = "NAME")]
    pub approved_by: String,
    /// Last day on which they are accepted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub until: Date,
}
