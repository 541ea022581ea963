//! The arguments of the commands that write files for editors, shells and manuals.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Print the JSON Schema of a file that you write or read.
#[derive(Args)]
pub struct SchemaArguments {
    /// What the schema describes
    #[arg(value_name = "WHAT", value_enum)]
    pub what: SchemaName,
}

/// The schemas, each by the word for what it describes.
#[derive(Clone, Copy, ValueEnum)]
pub enum SchemaName {
    /// Plans
    Plan,
    /// `rolecall.toml`
    Config,
    /// Rules of a site
    Rule,
    /// `pack.toml` beside the rules of a site
    Pack,
    /// `rolecall.lock`
    Lock,
    /// Files of waivers
    Waivers,
    /// Lines of baselines
    Baseline,
    /// Reports of `check` in JSON
    Report,
    /// Lines of reports in JSONL
    ReportLines,
    /// Reports of several tenants in JSON
    Fleet,
    /// Answers of `test` in JSON
    Test,
    /// Reports of `capacity` in JSON
    Capacity,
    /// Reports of `diff` in JSON
    Diff,
    /// Reports of `drift` in JSON
    Drift,
    /// Change requests in JSON
    ChangeRequest,
    /// Manifests of evidence
    Evidence,
}

/// Print the completions of a shell.
#[derive(Args)]
pub struct CompletionsArguments {
    /// Shell that will read them
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Shells with completions.
#[derive(Clone, Copy, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Nushell,
}

/// Write the manual pages.
#[derive(Args)]
pub struct ManArguments {
    /// Folder to write them to
    #[arg(short = 'o', long = "output", value_name = "DIR")]
    pub folder: PathBuf,
}
