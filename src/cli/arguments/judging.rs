//! How inputs are read and judged, whatever they are.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use rolecall::read::Format;
use rolecall::read::encoding::Encoding;
use rolecall::record::Product;
use rolecall::record::date::Date;

use super::values::{date, encoding, format, product, seats};
use super::{LockChoice, PackArguments, ReadingArguments, SiteArguments};

/// How inputs are read and judged.
#[derive(Args, Clone)]
pub struct JudgingArguments {
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    #[command(flatten)]
    pub lock: LockChoice,
    /// Product whose terms are used
    #[arg(long, value_name = "PRODUCT", value_parser = product)]
    pub product: Option<Product>,
    #[command(flatten)]
    pub tables: TableArguments,
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
    /// Add the SHA-256 of every input to the report
    #[arg(long)]
    pub digest: bool,
    /// Number of threads; reports are the same for any number (default: one per core)
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

impl JudgingArguments {
    /// The same for these inputs, whatever project they belong to.
    pub fn of_paths(&self, paths: Vec<PathBuf>) -> ReadingArguments {
        let (tenants, judging) = (Vec::new(), self.clone());
        ReadingArguments { paths, tenants, no_project: true, expect_records: None, judging }
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

/// How to read inputs whose names and bytes do not tell.
#[derive(Args, Clone)]
pub struct TableArguments {
    /// Format of standard input and of files whose name does not say; without `-`, of every input
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub input_format: Option<Format>,
    /// Encoding of inputs without a byte order mark: utf-8, utf-16le, utf-16be, windows-1252 or latin-1
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<Encoding>,
    /// Sheet of a workbook to read (default: all); repeatable
    #[arg(long = "sheet", value_name = "NAME")]
    pub sheets: Vec<String>,
    /// Row of the headers in tables, as an editor or spreadsheet numbers it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_row: Option<u64>,
}
