//! The arguments, as the contract names them.

mod baseline;
mod capacity;
mod diff;
mod drift;
mod evidence;
mod fix;
mod fleet;
mod generated;
mod judging;
mod policy;
mod request;
mod rules;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use rolecall::config::ConfigText;
use rolecall::diagnostic::Severity;
use rolecall::record::Product;
use rolecall::report::ReportFormat;

use values::{format_help, output, product, report_format, severity};

pub use baseline::{BaselineChoice, BaselineCommand, BaselineMaking, CreateBaselineArguments, UpdateBaselineArguments};
pub use capacity::{CapacityArguments, HistoryArgument};
pub use diff::{DiffArguments, EarlierArguments};
pub use drift::DriftArguments;
pub use evidence::{CreateArguments, EvidenceCommand, ReplayArguments, VerifyArguments};
pub use fix::FixArguments;
pub use fleet::{FleetArguments, FleetForms, MergeArguments};
pub use generated::{CompletionsArguments, ManArguments, SchemaArguments, SchemaName, Shell};
pub use judging::{JudgingArguments, TableArguments};
pub use policy::{PolicyArguments, WaiveArguments};
pub use request::{RequestArguments, RequestCommand, VerifyRequestArguments};
pub use rules::{LockArguments, LockChoice, NewCommand, NewRuleArguments, TestArguments};

/// Version, commit and target.
const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("ROLECALL_COMMIT"), ", ", env!("ROLECALL_TARGET"), ")");

/// Judge the API user accounts of Calabrio ONE and Workforce Optimization, offline.
#[derive(Parser)]
#[command(
    name = "rolecall",
    version = VERSION,
    max_term_width = 100,
    after_help = "Exit codes: 0 pass, 1 fail, 2 usage, 3 incomplete, 4 internal."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands. The arguments of one are set up if it is called: all of them would be a fifth of a start.
#[derive(Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Judge exported users and planned configs
    Check(Box<CheckArguments>),
    /// Count seats over time: used, planned, when they run out, what they cost
    Capacity(Box<CapacityArguments>),
    /// Compare two exports, JSON reports or evidence packages: what changed, and why
    Diff(Box<DiffArguments>),
    /// Compare an export with the plans that its accounts were made from
    Drift(Box<DriftArguments>),
    /// Judge many tenants: one report each, and one verdict
    Fleet(Box<FleetArguments>),
    /// Merge the JSON reports of many tenants into one verdict
    Merge(MergeArguments),
    /// Pack reports with digests of everything they rest on, and compare later
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// Write what the rules demand into plans
    Fix(Box<FixArguments>),
    /// Write what has to change in the product, as a request for the people who change it
    Request(Box<RequestArguments>),
    /// Print waivers of findings, ready to complete
    Waive(WaiveArguments),
    /// Hold today's findings, so that runs fail only on new ones
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Explain what a rule requires, why, and what to do
    Explain(ExplainArguments),
    /// List the rules, or which statements of the vendor they cover
    Rules(RulesArguments),
    /// Run the examples of rules in every form of input
    Test(TestArguments),
    /// Record what rules and config demand, so that later runs cannot demand less
    Lock(LockArguments),
    /// Write a starter rule
    #[command(subcommand)]
    New(NewCommand),
    /// Show which header of a file means which field
    Columns(ColumnsArguments),
    /// Write a config for files, with its guesses marked
    Init(InitArguments),
    /// Print the JSON Schema of a file that you write or read
    Schema(SchemaArguments),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions(CompletionsArguments),
    /// Write the manual pages
    #[command(hide = true)]
    Man(ManArguments),
}

/// Judge exported users and planned configs.
#[derive(Args)]
pub struct CheckArguments {
    #[command(flatten)]
    pub reading: ReadingArguments,
    #[command(flatten)]
    pub policy: PolicyArguments,
    #[command(flatten)]
    pub baseline: BaselineChoice,
    /// Skip PATHs that belong to no tenant and have no `rolecall` key, as a hook needs to
    #[arg(long)]
    pub hook: bool,
    #[arg(long, value_name = "FORMAT", value_parser = report_format, help = format_help(&ReportFormat::ALL.map(ReportFormat::word)))]
    pub format: Option<ReportFormat>,
    /// Write a report to a file (`-`: standard output), one for each tenant if PATH holds `{tenant}`; repeatable
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = output)]
    pub outputs: Vec<OutputArgument<ReportFormat>>,
    #[command(flatten)]
    pub redaction: RedactionArguments,
    /// Lowest severity that fails the run: error, warning or note
    #[arg(long, value_name = "SEVERITY", default_value = "warning", value_parser = severity)]
    pub fail_on: Severity,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorChoice,
}

/// Pseudonyms in reports.
#[derive(Args, Clone)]
pub struct RedactionArguments {
    /// Replace user names and personal names with pseudonyms in every report
    #[arg(long, value_name = "WHAT", value_enum)]
    pub redact: Option<Redaction>,
    /// File with the site's own key for pseudonyms and fingerprints, 16–4096 bytes
    #[arg(long, value_name = "FILE")]
    pub redact_key: Option<PathBuf>,
}

impl RedactionArguments {
    /// True if no name may be shown.
    pub fn hides_names(&self) -> bool {
        self.redact == Some(Redaction::Identities)
    }
}

/// The inputs and how to read them.
#[derive(Args)]
pub struct ReadingArguments {
    /// Exports, plans and folders of plans; `-` is standard input. Without one, the tenants of the project in
    /// `rolecall.toml`
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Tenant of the project to judge (default: all); repeatable
    #[arg(long = "tenant", value_name = "NAME", conflicts_with_all = ["paths", "no_project", "no_config"])]
    pub tenants: Vec<String>,
    /// Judge just the PATHs, not the tenants that they belong to
    #[arg(long)]
    pub no_project: bool,
    /// Number of accounts that all inputs together must hold
    #[arg(long, value_name = "N")]
    pub expect_records: Option<u64>,
    #[command(flatten)]
    pub judging: JudgingArguments,
}

/// The choice of the config.
#[derive(Args, Clone)]
pub struct SiteArguments {
    /// Config to use (default: `rolecall.toml` in the working directory or above)
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Use no config
    #[arg(long)]
    pub no_config: bool,
    /// A config in memory, which goes before both.
    #[arg(skip)]
    pub text: Option<ConfigText>,
}

/// Rules of a site.
#[derive(Args, Clone)]
pub struct PackArguments {
    /// Folder with a pack of rules, besides those of the config; repeatable
    #[arg(long = "pack", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// A pack of the config gives way to one of these with the same name.
    #[arg(skip)]
    pub replace_those_of_config: bool,
}

/// Explain what a rule requires, why, and what to do.
#[derive(Args)]
pub struct ExplainArguments {
    /// Id of a rule, of a fault of inputs, or of a statement of the vendor (S1 to S14) or of a pack
    #[arg(value_name = "RULE|STATEMENT")]
    pub rule: String,
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    /// Format of the answer
    #[arg(long, value_enum, default_value = "human")]
    pub format: TextFormat,
    /// Product whose terms are used
    #[arg(long, value_name = "PRODUCT", value_parser = product, default_value = "calabrio-one")]
    pub product: Product,
}

/// List the rules.
#[derive(Args)]
pub struct RulesArguments {
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub packs: PackArguments,
    /// Add the statements of the vendor and of packs, and the rules that cover each
    #[arg(long)]
    pub coverage: bool,
    /// Folder to write a page of Markdown to for each rule and each fault, and their list (`SUMMARY.md`)
    #[arg(short = 'o', long = "output", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Format of the answer
    #[arg(long, value_enum, default_value = "human")]
    pub format: TextFormat,
}

/// Show which header of a file means which field.
#[derive(Args)]
pub struct ColumnsArguments {
    /// Export to read
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub site: SiteArguments,
    #[command(flatten)]
    pub reading: TableArguments,
    /// Format of the answer; `toml` is a config that makes the file judgeable
    #[arg(long, value_enum, default_value = "human")]
    pub format: ColumnsFormat,
}

/// Write a config for files, with its guesses marked.
#[derive(Args)]
pub struct InitArguments {
    /// Exports to write the config for
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Config to write; an existing file is never replaced
    #[arg(short = 'o', long = "config-file", value_name = "FILE", default_value = "rolecall.toml")]
    pub output: PathBuf,
    #[command(flatten)]
    pub reading: TableArguments,
}

/// A value of `--output`.
#[derive(Clone)]
pub struct OutputArgument<F> {
    pub format: F,
    /// `-` for standard output.
    pub path: PathBuf,
}

/// What pseudonyms can replace.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Redaction {
    Identities,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Human,
    Json,
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum ColumnsFormat {
    Human,
    Json,
    Toml,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

impl Arguments {
    /// When errors may be coloured.
    pub fn color(&self) -> ColorChoice {
        match &self.command {
            Command::Check(check) => check.color,
            Command::Capacity(capacity) => capacity.color,
            Command::Diff(diff) => diff.color,
            Command::Drift(drift) => drift.color,
            Command::Fleet(fleet) => fleet.forms.color,
            Command::Merge(merge) => merge.forms.color,
            Command::Evidence(EvidenceCommand::Create(create)) => create.check.color,
            _ => ColorChoice::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::values::seats;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn everything_has_help() {
        fn silent(command: &clap::Command, path: &str, found: &mut Vec<String>) {
            let path = format!("{path} {}", command.get_name());
            let arguments = command.get_arguments().filter(|argument| argument.get_help().is_none());
            found.extend(arguments.map(|argument| format!("{path} {}", argument.get_id())));
            found.extend(command.get_about().is_none().then(|| path.clone()));
            command.get_subcommands().for_each(|below| silent(below, &path, found));
        }
        let (mut command, mut found) = (Arguments::command(), Vec::new());
        command.build();
        silent(&command, "", &mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn seats_are_whole_numbers() {
        assert_eq!(seats("System Administrator=25"), Ok(("System Administrator".to_owned(), 25)));
        for bad in ["25", "x=", "x=-1", "x=1.5", "x=1e3", "=5", "x=+5", "x=99999999999999999999"] {
            assert!(seats(bad).is_err(), "{bad}");
        }
    }
}
