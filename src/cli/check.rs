//! `rolecall check`.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::ledger::ConfigFile;
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::evidence::sha256;
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::{Report, ReportFormat, redact};
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::{Source, exists, read_text};

use super::CommandError;
use super::arguments::{CheckArguments, ReadingArguments, Redaction, SiteArguments};
use super::output::Outputs;
use super::progress::ProgressDisplay;

const CONFIG_NAME: &str = "rolecall.toml";

/// Judges the accounts, writes the reports and returns the exit code.
pub fn run(arguments: CheckArguments) -> Result<u8, CommandError> {
    let color = arguments.color;
    let (request, outputs) = request(arguments, None)?;
    let (rules, references) = (built_in(), References::built_in());
    let rule_set = RuleSet { rules: &rules, references: &references };
    let fail_on = request.options.fail_on;
    let run = request.judge(&rule_set)?;
    let roots = working_directory();
    outputs.write(&Report { run: &run, rule_set: &rule_set, fail_on, roots: &roots }, color)?;
    Ok(run.verdict.exit_code())
}

/// A run, ready to begin.
pub struct CheckRequest {
    pub named: Vec<NamedInput>,
    pub config: Option<ConfigText>,
    pub site: Config,
    pub options: RunOptions,
    pub is_redacted: bool,
    pub key: Option<KeyedHasher>,
}

impl CheckRequest {
    /// Judges, and replaces names if the request says so.
    pub fn judge(self, rule_set: &RuleSet<'_>) -> Result<Run, CommandError> {
        self.site.overrides(rule_set.rules).map_err(CommandError::Usage)?;
        let mut options = self.options;
        let display = start_progress(&mut options, &self.named);
        let run = check(self.named, &self.site, rule_set, &options);
        drop(display);
        let mut run = run?;
        run.ledger.config = used_config(self.config.as_ref(), options.digest);
        if let Some(key) = &self.key {
            redact::rekey(&mut run, key);
        }
        if self.is_redacted {
            redact::identities(&mut run, rule_set, &self.key.unwrap_or_else(KeyedHasher::built_in));
        }
        Ok(run)
    }
}

/// The config as the ledger of a run names it.
pub fn used_config(config: Option<&ConfigText>, with_digest: bool) -> Vec<ConfigFile> {
    let sha256 = |text: &str| with_digest.then(|| sha256(text.as_bytes()));
    config.map(|(name, text)| ConfigFile { file: name.clone(), sha256: sha256(text) }).into_iter().collect()
}

/// Shows how far a run over these inputs is, until the returned display is dropped.
pub fn start_progress(options: &mut RunOptions, named: &[NamedInput]) -> Option<ProgressDisplay> {
    let length = |named: &NamedInput| named.opened.as_ref().map_or(0, Source::raw_length);
    let progress = options.progress.insert(Arc::default());
    ProgressDisplay::start(Arc::clone(progress), named.iter().map(length).sum())
}

/// Turns arguments into a request; every output path is checked before an input is read.
pub fn request(
    arguments: CheckArguments,
    package: Option<&Path>,
) -> Result<(CheckRequest, Outputs<ReportFormat>), CommandError> {
    let CheckArguments { reading, format, outputs, redaction, fail_on, color: _ } = arguments;
    let (config_path, config, site) = load_config(&reading.site)?;
    let options = options(&reading, fail_on)?;
    let outputs = Outputs::new(format, outputs, ReportFormat::Human)?;
    outputs.refuse_paths(&reading.paths, config_path.as_deref(), redaction.redact_key.as_deref(), package)?;
    let key = redaction.redact_key.as_deref().map(key).transpose()?;
    let named = inputs(&reading.paths, reading.input_format)?;
    let is_redacted = redaction.redact == Some(Redaction::Identities);
    Ok((CheckRequest { named, config, site, options, is_redacted, key }, outputs))
}

/// The path of a config as reports show it, and its text.
pub type ConfigText = (String, String);

/// Finds, reads and parses the config.
pub fn load_config(site: &SiteArguments) -> Result<(Option<PathBuf>, Option<ConfigText>, Config), CommandError> {
    let path = config_path(site);
    let config = path.as_deref().map(config_text).transpose()?;
    let site = parse_config(config.as_ref())?;
    Ok((path, config, site))
}

pub fn options(arguments: &ReadingArguments, fail_on: Severity) -> Result<RunOptions, UsageError> {
    Ok(RunOptions {
        as_of: arguments.as_of.unwrap_or_else(today),
        product: arguments.product,
        api_users: arguments.api_users.clone(),
        all_api_users: arguments.all_api_users,
        seats: seats(arguments.seats.clone())?,
        digest: arguments.digest,
        fail_on,
        sheets: arguments.sheets.clone(),
        expect_records: arguments.expect_records,
        encoding: arguments.encoding,
        header_row: arguments.header_row,
        list_accounts: true,
        jobs: arguments.jobs.or_else(|| available_parallelism().ok()).map_or(1, NonZeroUsize::get),
        progress: None,
    })
}

/// Fewer bytes could be guessed; a longer file is not a key.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 16..=4096;

/// The key in a file, without the line end that editors leave.
pub fn key(path: &Path) -> Result<KeyedHasher, UsageError> {
    let name = quoted(&display_path(path));
    let text = read_text(path).map_err(|why| UsageError::new(format!("the key {name} cannot be read: {why}")))?;
    let key = text.trim_end_matches(['\r', '\n']);
    if !KEY_BYTES.contains(&key.len()) {
        let (least, most) = (KEY_BYTES.start(), KEY_BYTES.end());
        let message = format!("the key {name} must be {least}–{most} bytes long");
        return Err(UsageError::new(message).with_remedy("Make one with `openssl rand -hex 32`."));
    }
    Ok(KeyedHasher::new(key.as_bytes()))
}

/// Refuses two numbers for one licence.
fn seats(seats: Vec<(String, u64)>) -> Result<Vec<(String, u64)>, UsageError> {
    for (at, (name, count)) in seats.iter().enumerate() {
        if seats[..at].iter().any(|(earlier, before)| earlier == name && before != count) {
            let message = format!("`--seats` gives two numbers for {}", quoted(name));
            return Err(UsageError::new(message).with_remedy("Keep one of them."));
        }
    }
    Ok(seats)
}

pub fn config(site: &SiteArguments) -> Result<Config, CommandError> {
    let text = config_path(site).as_deref().map(config_text).transpose()?;
    parse_config(text.as_ref())
}

/// The config that was named, or the one in this folder or above. The data's own folder is not searched: whoever
/// made the data would choose the rules.
fn config_path(site: &SiteArguments) -> Option<PathBuf> {
    match &site.config {
        Some(path) => Some(path.clone()),
        None if site.no_config => None,
        None => find_config(),
    }
}

fn config_text(path: &Path) -> Result<ConfigText, UsageError> {
    let name = display_path(path);
    let text = read_text(path).map_err(|why| {
        UsageError::new(format!("the config {name} cannot be read: {why}"))
            .with_remedy("Repair it, name another with `--config`, or use `--no-config`.")
    })?;
    Ok((name, text))
}

pub fn parse_config(config: Option<&ConfigText>) -> Result<Config, CommandError> {
    config.map_or_else(|| Ok(Config::default()), |(name, text)| Config::parse(name, text).map_err(CommandError::Usage))
}

/// The nearest config upwards, named relative to this folder. One that cannot be read counts: to pass over it would
/// judge by other rules.
fn find_config() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let above = |levels: usize| std::iter::repeat_n("..", levels).collect::<PathBuf>().join(CONFIG_NAME);
    here.ancestors().enumerate().find(|(_, folder)| exists(&folder.join(CONFIG_NAME))).map(|(levels, _)| above(levels))
}

/// The working directory by each of its names: as the system knows it, and as the shell came to it through a link.
pub fn working_directory() -> Vec<String> {
    let Ok(here) = std::env::current_dir() else { return Vec::new() };
    let by_shell =
        std::env::var_os("PWD").map(PathBuf::from).filter(|path| path.canonicalize().ok() == here.canonicalize().ok());
    let mut names: Vec<_> = std::iter::once(here).chain(by_shell).map(|path| display_path(&path)).collect();
    names.dedup();
    names
}

/// A path as reports show it: as typed, with `/`.
pub fn display_path(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

pub fn inputs(paths: &[PathBuf], format: Option<Format>) -> Result<Vec<NamedInput>, UsageError> {
    let is_standard = |path: &PathBuf| path.as_os_str() == "-";
    let standard = paths.iter().filter(|path| is_standard(path)).count();
    if standard > 1 {
        return Err(UsageError::new("standard input is named twice").with_remedy("Keep one `-`."));
    }
    if standard == 1 && format.is_none() {
        return Err(UsageError::new("the format of standard input is unknown")
            .with_remedy("Name it with `--input-format`, for instance `--input-format csv`."));
    }
    if paths.len() >= usize::from(u16::MAX) {
        return Err(UsageError::new(format!("more than {} inputs are named", u16::MAX - 1))
            .with_remedy("Judge them in several runs."));
    }
    let named = |path: &PathBuf| {
        if is_standard(path) {
            return NamedInput { name: "-".to_owned(), format, opened: Source::read_all(io::stdin().lock()) };
        }
        let name = display_path(path);
        let by_name = Format::by_name(&name);
        // With standard input the option is about that; without, about every file.
        let format = if standard == 1 { by_name.or(format) } else { format.or(by_name) };
        NamedInput { opened: Source::open(path), name, format }
    };
    Ok(paths.iter().map(named).collect())
}

/// The current day in UTC.
fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since.as_millis()).unwrap_or(0);
    Date::from_epoch_milliseconds(milliseconds).expect("internal error: today is a day")
}
