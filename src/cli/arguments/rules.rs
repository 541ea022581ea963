//! The arguments of the commands for authors of rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use rolecall::report::rule_tests::TestFormat;

use super::values::test_format;
use super::{PackArguments, SiteArguments};

/// Put the examples of rules to every form of input.
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
