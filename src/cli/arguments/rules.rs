//! The arguments of the commands for authors of rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use rolecall::diagnostic::Severity;
use rolecall::record::date::Date;
use rolecall::report::rule_tests::TestFormat;

use super::values::{accepted, date, severity, test_format};
use super::{PackArguments, SiteArguments};

/// Run the examples of rules in every form of input.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 every example holds, 1 one does not, or misses a mutant, 2 usage, 3 nothing was tested, 4 internal."
)]
pub struct TestArguments {
    /// Folder of a pack, name of a pack, or id of a rule, built-in ones too (default: the packs of the site)
    #[arg(value_name = "DIR|PACK|RULE")]
    pub what: Vec<PathBuf>,
    /// Test the packs whose files are named, and leave other files alone, as a hook needs it
    #[arg(long)]
    pub hook: bool,
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    /// Change each parameter, bound and word of each rule, and fail if no example notices
    #[arg(long)]
    pub mutate: bool,
    /// Format of the answer: human, json or junit
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = test_format)]
    pub format: TestFormat,
}

/// Write files to begin with.
#[derive(Subcommand)]
pub enum NewCommand {
    /// Write a rule of a pack, with examples that fail until they are filled in
    Rule(NewRuleArguments),
}

/// Write a rule of a pack.
#[derive(Args)]
pub struct NewRuleArguments {
    /// Pack and id of the rule; a pack that does not exist is made in `rules/PACK` beside the config
    #[arg(value_name = "PACK/ID")]
    pub id: String,
    /// Kind of its check, such as required, pattern or schema
    #[arg(long, value_name = "KIND", default_value = "required")]
    pub check: String,
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
}

/// The lock that rules and config are compared with.
#[derive(Args, Clone)]
pub struct LockChoice {
    /// Lock that rules and config may not demand less than (default: that of the config, if it names one)
    #[arg(long = "lock", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Refuse to run without a lock
    #[arg(long)]
    pub locked: bool,
}

/// Write down what rules and config demand.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 written, or with --diff nothing weaker; 1 with --diff something weaker or undecided; 2 usage; 4 \
        internal."
)]
pub struct LockArguments {
    /// Lock to write (default: that of the config, else `rolecall.lock` beside the config)
    #[arg(long = "lock", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Accept that a rule or setting demands less than locked, and why; repeatable
    #[arg(long = "accept", value_name = "RULE=REASON", value_parser = accepted)]
    pub accepted: Vec<(String, String)>,
    /// Say what differs from the lock and write nothing
    #[arg(long, conflicts_with = "accepted")]
    pub diff: bool,
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    /// Lowest severity that fails the runs: error, warning or note
    #[arg(long, value_name = "SEVERITY", default_value = "warning", value_parser = severity)]
    pub fail_on: Severity,
    /// Day of the lock (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
}
