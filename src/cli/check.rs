//! `rolecall check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rolecall::config::selection::LeftAlone;
use rolecall::config::{Config, ConfigText, RunOptions};
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::diagnostic::{Severity, Verdict};
use rolecall::engine::{NamedInput, Run, RunRequest, check, check_with_groups};
use rolecall::policy::baseline::{Baseline, BaselineContext};
use rolecall::policy::{JudgedBy, Policy, PolicyFiles, PolicyText};
use rolecall::read::Format;
use rolecall::report::{Report, ReportFormat, redact};
use rolecall::rule::Rule;
use rolecall::source::file::{Source, read_text};

use super::arguments::{BaselineChoice, CheckArguments, ReadingArguments, RedactionArguments};
use super::config::{used_config, used_files};
use super::output::{Outputs, tenant_paths};
use super::paths::{display_path, working_directory};
use super::progress::ProgressDisplay;
use super::project::{OptionsToLock, SelectedRun, SelectedRuns, select_for};
use super::rules::LoadedRules;
use super::stream::print_to_stderr;
use super::{CommandError, leave_to_system};

pub use super::run_options::options;

/// Judges the accounts, writes the reports and returns the exit code.
pub fn run(arguments: CheckArguments) -> Result<u8, CommandError> {
    let color = arguments.color;
    let is_plain = matches!(arguments.format, None | Some(ReportFormat::Human | ReportFormat::Concise));
    let (requests, outputs, rules) = match requests(arguments, None)? {
        Requests::Judge(requests, outputs, rules) => (requests, outputs, rules),
        Requests::NoPlan(left_alone) => return no_plan(&left_alone, is_plain),
    };
    let rule_set = rules.set();
    let mut runs = Vec::with_capacity(requests.len());
    for request in requests {
        let (fail_on, named) = (request.options.fail_on, request.open()?);
        runs.push((fail_on, request.judge(named, &rules)?));
    }
    let roots = working_directory();
    let reports: Vec<_> = runs
        .iter()
        .map(|(fail_on, run)| Report { run, rule_set: &rule_set, fail_on: *fail_on, roots: &roots })
        .collect();
    outputs.write(&reports, color)?;
    let code = worst(runs.iter().map(|(_, run)| run));
    leave_to_system(runs);
    Ok(code)
}

/// The exit code of several runs.
pub fn worst<'r>(runs: impl Iterator<Item = &'r Run>) -> u8 {
    runs.map(|run| run.verdict).max().map_or(0, Verdict::exit_code)
}

/// Says that there was nothing to judge. A verdict is missing, so reports for programs stay empty.
pub fn no_plan(left_alone: &[LeftAlone], is_plain: bool) -> Result<u8, CommandError> {
    let mut lines = vec!["rolecall: no plan given, nothing was judged".to_owned()];
    lines.extend(left_alone.iter().map(|left| whole(&format!("left alone: {}", left.path))));
    for line in lines {
        if is_plain {
            writeln!(io::stdout(), "{line}")?;
        } else {
            print_to_stderr(&line);
        }
    }
    Ok(0)
}

/// A run, ready to begin.
pub struct CheckRequest {
    /// The inputs.
    pub paths: Vec<PathBuf>,
    pub input_format: Option<Format>,
    pub config: Vec<ConfigText>,
    pub site: Result<Config, Vec<UsageError>>,
    pub options: RunOptions,
    /// A run that cannot begin is INCOMPLETE, and keeps no other from being made.
    pub is_one_of_several: bool,
    pub is_redacted: bool,
    pub key: Option<KeyedHasher>,
    /// Files of waivers.
    pub policy: PolicyFiles,
    pub baseline: Option<PolicyText>,
}

impl CheckRequest {
    pub fn open(&self) -> Result<Vec<NamedInput>, UsageError> {
        inputs(&self.paths, self.input_format)
    }

    /// Judges, shows how far it is, and replaces names if the request says so.
    pub fn judge(mut self, named: Vec<NamedInput>, rules: &LoadedRules) -> Result<Run, CommandError> {
        let display = start_progress(&mut self.options, &named);
        let run = self.judge_silently(named, rules);
        drop(display);
        run
    }

    /// The same without a bar.
    pub fn judge_silently(self, named: Vec<NamedInput>, rules: &LoadedRules) -> Result<Run, CommandError> {
        let (options, rule_set) = (&self.options, &rules.set());
        let judged = self.site.as_ref().map_err(Clone::clone).and_then(|site| {
            let policy = self.policy(site, rule_set.rules)?;
            if policy.is_empty() {
                return check(named, site, rule_set, options).map_err(|error| vec![error]);
            }
            let request = RunRequest { config: site, rules: rule_set, options };
            let kept = check_with_groups(named, &request, policy.groups());
            let (mut run, accounts) = kept.map_err(|error| vec![error])?;
            policy.apply(&mut run, rule_set.rules, options.fail_on, JudgedBy::Rules(Some(&accounts)))?;
            // Each of several tenants may have as many waivers.
            if !self.is_one_of_several {
                leave_to_system(policy);
            }
            Ok(run)
        });
        let mut run = match judged {
            Ok(run) => run,
            Err(errors) if self.is_one_of_several => Run::refused(&errors, options),
            Err(errors) => return Err(CommandError::Usage(errors)),
        };
        self.record_in(&mut run, rules, Some(options.fail_on));
        if self.is_redacted {
            redact::identities(&mut run, rule_set, &self.hasher());
        }
        Ok(run)
    }

    /// The waivers and the baseline of the run.
    pub fn policy(&self, site: &Config, rules: &[Rule]) -> Result<Policy, Vec<UsageError>> {
        let overrides = site.overrides(rules)?;
        let policy =
            Policy::read(self.policy.clone(), rules, &overrides, site.longest_waiver())?.with_jobs(self.options.jobs);
        let context = BaselineContext::new(&self.options, self.key.clone());
        let read = |(path, text): &PolicyText| Baseline::read(path, text, rules, context);
        Ok(policy.with_baseline(self.baseline.as_ref().map(read).transpose()?))
    }

    /// Adds to the ledger what the run was made with, and hashes with the site's own key. `fail_on` is the threshold of a
    /// command that has a choice of it.
    pub fn record_in(&self, run: &mut Run, rules: &LoadedRules, fail_on: Option<Severity>) {
        let (options, digest) = (&self.options, self.options.digest);
        run.ledger.config = used_config(&self.config, digest);
        run.ledger.packs = rules.used_packs();
        let site = self.site.as_ref().ok();
        run.ledger.lock = site.and_then(|site| rules.used_lock(site, options, fail_on, self.is_redacted));
        run.ledger.policy_files = used_files(&self.policy, digest);
        run.ledger.policy_files.extend(used_config(self.baseline.as_slice(), digest));
        if let Some(key) = &self.key {
            redact::rekey(run, key);
        }
    }

    /// What makes pseudonyms.
    pub fn hasher(&self) -> KeyedHasher {
        self.key.clone().unwrap_or_else(KeyedHasher::built_in)
    }
}

/// Shows how far a run over these inputs is, until the returned display is dropped.
pub fn start_progress(options: &mut RunOptions, named: &[NamedInput]) -> Option<ProgressDisplay> {
    let length = |named: &NamedInput| named.opened.as_ref().map_or(0, Source::raw_length);
    let progress = options.progress.insert(Arc::default());
    ProgressDisplay::start(Arc::clone(progress), named.iter().map(length).sum())
}

/// What the arguments of a check come to.
pub enum Requests {
    Judge(Vec<CheckRequest>, Outputs<ReportFormat>, Box<LoadedRules>),
    /// A hook was given files, but no plan.
    NoPlan(Vec<LeftAlone>),
}

/// Turns arguments into requests; every output path is checked before an input is read.
pub fn requests(arguments: CheckArguments, package: Option<&Path>) -> Result<Requests, CommandError> {
    let CheckArguments { reading, policy, baseline, hook, format, outputs, redaction, fail_on, color: _ } = arguments;
    let judging = JudgingChoice {
        reading: &reading,
        waivers: &policy.waivers,
        baseline: &baseline,
        redaction: &redaction,
        fail_on: Some(fail_on),
    };
    let mut selected = judging.select(hook)?;
    if selected.runs.is_empty() {
        return Ok(Requests::NoPlan(selected.left_alone));
    }
    let outputs = Outputs::new(format, outputs, ReportFormat::Human)?.for_tenants(&selected.labels())?;
    let packages =
        package.map(|path| tenant_paths(path, "package", &selected.labels())).transpose()?.unwrap_or_default();
    let requests = judging.requests(&mut selected)?;
    let paths: Vec<&Path> = requests.iter().flat_map(|request| &request.paths).map(PathBuf::as_path).collect();
    outputs.refuse_paths(&paths, &selected.configs, redaction.redact_key.as_deref(), &packages)?;
    requests.iter().try_for_each(|request| check_names(&request.paths, request.input_format))?;
    Ok(Requests::Judge(requests, outputs, Box::new(selected.rules)))
}

/// What a command is given about what it judges and by what.
pub struct JudgingChoice<'a> {
    pub reading: &'a ReadingArguments,
    pub waivers: &'a [PathBuf],
    pub baseline: &'a BaselineChoice,
    pub redaction: &'a RedactionArguments,
    /// `None` for a command without a choice of it.
    pub fail_on: Option<Severity>,
}

impl JudgingChoice<'_> {
    pub fn select(&self, is_hook: bool) -> Result<SelectedRuns, CommandError> {
        let to_lock = OptionsToLock {
            fail_on: self.fail_on,
            waivers: self.waivers,
            baseline: self.baseline.baseline.as_deref(),
            no_project: self.reading.no_project,
            is_redacted: self.redaction.hides_names(),
        };
        select_for(self.reading, is_hook, &to_lock)
    }

    /// The runs that were selected, with all that each rests on.
    pub fn requests(&self, selected: &mut SelectedRuns) -> Result<Vec<CheckRequest>, CommandError> {
        let options = options(self.reading, self.fail_on.unwrap_or(Severity::Warning))?;
        let policies = selected.policy_files(self.waivers)?;
        let baselines = selected.baselines(self.baseline)?;
        let key = self.redaction.redact_key.as_deref().map(key).transpose()?;
        let is_one_of_several = selected.is_of_tenants();
        let request = |((run, policy), baseline): ((SelectedRun, PolicyFiles), Option<PolicyText>)| CheckRequest {
            policy,
            baseline,
            paths: run.paths,
            input_format: self.reading.judging.tables.input_format,
            config: run.config,
            site: run.site,
            options: RunOptions { selection: run.selection, ..options.clone() },
            is_one_of_several,
            is_redacted: self.redaction.hides_names(),
            key: key.clone(),
        };
        Ok(std::mem::take(&mut selected.runs).into_iter().zip(policies).zip(baselines).map(request).collect())
    }
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

/// Refuses inputs that could not be told apart or read.
pub fn check_names(paths: &[PathBuf], format: Option<Format>) -> Result<(), UsageError> {
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
    Ok(())
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub fn inputs(paths: &[PathBuf], format: Option<Format>) -> Result<Vec<NamedInput>, UsageError> {
    check_names(paths, format)?;
    let has_standard = paths.iter().any(|path| is_standard(path));
    let named = |path: &PathBuf| {
        if is_standard(path) {
            return NamedInput { name: "-".to_owned(), format, opened: Source::read_all(io::stdin().lock()) };
        }
        let name = display_path(path);
        let by_name = Format::by_name(&name);
        // With standard input the option is about that; without, about every file.
        let format = if has_standard { by_name.or(format) } else { format.or(by_name) };
        NamedInput { opened: Source::open(path), name, format }
    };
    Ok(paths.iter().map(named).collect())
}
