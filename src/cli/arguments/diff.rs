//! The arguments of `rolecall diff`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use rolecall::diff::DiffThreshold;
use rolecall::read::Format;
use rolecall::read::encoding::Encoding;
use rolecall::record::Product;
use rolecall::record::date::Date;
use rolecall::report::diff::DiffFormat;

use super::values::{date, diff_format, diff_output, encoding, format, product, seats, threshold};
use super::{
    BaselineChoice, ColorChoice, LockChoice, OutputArgument, PackArguments, PolicyArguments, ReadingArguments,
    RedactionArguments, SiteArguments,
};

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
    pub settings: DiffSettings,
    #[command(flatten)]
    pub policy: PolicyArguments,
    #[command(flatten)]
    pub baseline: BaselineChoice,
    /// What fails: a finding that is new or changed and that nothing covers, any difference, or nothing: new, any, never
    #[arg(long, value_name = "WHAT", default_value = "new", value_parser = threshold)]
    pub fail_on: DiffThreshold,
    /// Format of the report on standard output: human, json, csv, markdown, html or sarif (default: human)
    #[arg(long, value_name = "FORMAT", value_parser = diff_format)]
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
    /// Pack of rules of the earlier side, in place of `--pack`; repeatable
    #[arg(long = "old-pack", value_name = "DIR")]
    pub old_packs: Vec<PathBuf>,
}

/// How both sides are read and judged.
#[derive(Args)]
pub struct DiffSettings {
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    #[command(flatten)]
    pub lock: LockChoice,
    /// Product whose terms are used
    #[arg(long, value_name = "PRODUCT", value_parser = product)]
    pub product: Option<Product>,
    /// Format of every input
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub input_format: Option<Format>,
    /// Day to judge by (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// User name of an API user account; repeatable
    #[arg(long = "api-user", value_name = "USER_NAME")]
    pub api_users: Vec<String>,
    /// Judge every account as an API user
    #[arg(long)]
    pub all_api_users: bool,
    /// Seats owned of a licence; repeatable
    #[arg(long = "seats", value_name = "NAME=N", value_parser = seats)]
    pub seats: Vec<(String, u64)>,
    /// Encoding of inputs without a byte order mark: utf-8, utf-16le, utf-16be, windows-1252 or latin-1
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<Encoding>,
    /// Sheet of a workbook to judge (default: all); repeatable
    #[arg(long = "sheet", value_name = "NAME")]
    pub sheets: Vec<String>,
    /// Row of the headers in tables, as an editor or spreadsheet numbers it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_row: Option<u64>,
    /// Add the SHA-256 of every input to the report
    #[arg(long)]
    pub digest: bool,
    /// Number of threads; reports are the same for any number (default: one per core)
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

impl DiffSettings {
    /// The same for the inputs of one side.
    pub fn reading(&self, paths: Vec<PathBuf>) -> ReadingArguments {
        ReadingArguments {
            paths,
            tenants: Vec::new(),
            no_project: true,
            site: SiteArguments { config: self.site.config.clone(), no_config: self.site.no_config },
            packs: PackArguments { packs: self.packs.packs.clone() },
            lock: LockChoice { file: self.lock.file.clone(), locked: self.lock.locked },
            product: self.product,
            input_format: self.input_format,
            as_of: self.as_of,
            api_users: self.api_users.clone(),
            all_api_users: self.all_api_users,
            seats: self.seats.clone(),
            encoding: self.encoding,
            sheets: self.sheets.clone(),
            header_row: self.header_row,
            expect_records: None,
            digest: self.digest,
            jobs: self.jobs,
        }
    }

    /// The first option that only a side that is judged now could take.
    pub fn given(&self) -> Option<&'static str> {
        let given = [
            ("--config", self.site.config.is_some()),
            ("--pack", !self.packs.packs.is_empty()),
            ("--lock", self.lock.file.is_some()),
            ("--as-of", self.as_of.is_some()),
            ("--api-user", !self.api_users.is_empty()),
            ("--all-api-users", self.all_api_users),
            ("--seats", !self.seats.is_empty()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }
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
