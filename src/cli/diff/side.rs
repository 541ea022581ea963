//! A side of a comparison: inputs that are judged now, perhaps those of an evidence package, or a report.

use std::path::{Path, PathBuf};

use rolecall::config::{Config, ConfigText, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::diff::recorded::{RecordedReport, schema_of};
use rolecall::diff::{DiffSide, Factor, FactorStates, SideAccounts};
use rolecall::engine::ledger::ConfigFile;
use rolecall::engine::{NamedInput, RuleSet, Run, RunRequest, check_and_track, check_with_groups};
use rolecall::fast::split::{thread_count, useful_threads};
use rolecall::policy::baseline::{Baseline, BaselineContext};
use rolecall::policy::{JudgedBy, Policy, PolicyFiles, PolicyText};
use rolecall::read::Format;
use rolecall::report::VERSION;
use rolecall::source::file::Source;

use super::super::CommandError;
use super::super::arguments::{BaselineChoice, ReadingArguments};
use super::super::check::{inputs, options};
use super::super::config::{used_config, used_files};
use super::super::evidence::{RecordedEvidence, recorded_evidence};
use super::super::paths::display_path;
use super::super::project::{OptionsToLock, select_for};
use super::super::rules::LoadedRules;

/// Where the inputs of a side come from.
pub enum InputSource {
    Paths(Vec<PathBuf>, Option<Format>),
    Package(Box<RecordedEvidence>),
}

impl InputSource {
    pub fn open(&self) -> Result<Vec<NamedInput>, UsageError> {
        match self {
            Self::Paths(paths, format) => inputs(paths, *format),
            Self::Package(evidence) => Ok(evidence.inputs()),
        }
    }

    /// The bytes of all that can be read.
    fn bytes(&self) -> Result<u64, UsageError> {
        Ok(self.open()?.iter().flat_map(|input| &input.opened).map(Source::length).sum())
    }
}

/// Inputs with all that it takes to judge them.
pub struct JudgedInputs {
    inputs: InputSource,
    pub rules: LoadedRules,
    site: Config,
    config: Vec<ConfigText>,
    pub options: RunOptions,
    waivers: PolicyFiles,
    baseline: Option<PolicyText>,
    /// The key of the site, with which a baseline may have been made.
    key: Option<KeyedHasher>,
    /// Files that no report may replace.
    files: Vec<PathBuf>,
}

/// A side as it was named.
pub enum GivenSide {
    Judged(Box<JudgedInputs>),
    Report(Box<RecordedReport>),
}

impl GivenSide {
    /// A report or a package; `None` for inputs.
    pub fn recorded(paths: &[PathBuf]) -> Result<Option<Self>, CommandError> {
        for path in paths {
            let Some(recorded) = recorded(path)? else { continue };
            if paths.len() > 1 {
                let error = UsageError::new(format!(
                    "{} was judged already, and has other inputs beside it",
                    quoted(&display_path(path))
                ));
                return Err(error.with_remedy("Name one report or package per side, or inputs only.").into());
            }
            return Ok(Some(recorded));
        }
        Ok(None)
    }

    /// Inputs, with config, packs and waivers as options name them.
    pub fn of_inputs(
        reading: &ReadingArguments,
        to_lock: &OptionsToLock<'_>,
        key: Option<KeyedHasher>,
    ) -> Result<Self, CommandError> {
        let mut selected = select_for(reading, false, to_lock)?;
        let OptionsToLock { waivers, baseline, .. } = *to_lock;
        let waivers = selected.policy_files(waivers)?.pop().unwrap_or_default();
        let baseline = selected.baselines(&BaselineChoice { baseline: baseline.map(Path::to_owned) })?.pop().flatten();
        let Some(chosen) = selected.runs.pop() else {
            return Err(UsageError::new("a side names no input").with_remedy("Name an export or a plan.").into());
        };
        let options = RunOptions { selection: chosen.selection, ..options(reading, Severity::Warning)? };
        Ok(Self::Judged(Box::new(JudgedInputs {
            inputs: InputSource::Paths(chosen.paths, reading.judging.tables.input_format),
            site: chosen.site.map_err(CommandError::Usage)?,
            config: chosen.config,
            rules: selected.rules,
            options,
            waivers,
            baseline,
            key,
            files: selected.configs,
        })))
    }

    /// The rules that judge the inputs.
    pub const fn rules(&self) -> Option<&LoadedRules> {
        match self {
            Self::Judged(side) => Some(&side.rules),
            Self::Report(_) => None,
        }
    }

    /// Says how the side differs from the lock.
    pub fn print_lock_notes(&self, is_redacted: bool) {
        if let Self::Judged(side) = self {
            side.rules.print_lock_notes(&side.site, &side.options, is_redacted);
        }
    }

    /// Files that no report may replace.
    pub fn configs(&self) -> &[PathBuf] {
        match self {
            Self::Judged(side) => &side.files,
            Self::Report(_) => &[],
        }
    }

    /// Only what a report says of itself.
    pub fn as_report(&self) -> Result<DiffSide<'static>, CommandError> {
        match self {
            Self::Report(report) => {
                let (version, baseline) = (report.version.clone(), report.baseline.clone());
                Ok(DiffSide { run: report.run.clone(), accounts: None, version, baseline })
            }
            Self::Judged(side) => {
                let rules = side.rules.set();
                let mut run = RunParts::of(side, &rules).run().map_err(CommandError::Usage)?;
                side.complete(&mut run);
                let baseline = run.ledger.baseline.as_ref().map(|used| used.file.to_string());
                Ok(DiffSide { run, accounts: None, version: VERSION.to_owned(), baseline })
            }
        }
    }
}

fn recorded(path: &Path) -> Result<Option<GivenSide>, CommandError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let name = quoted(&display_path(path));
    match extension.as_deref() {
        Some("zip") => {
            let evidence = recorded_evidence(path)?;
            match evidence.request() {
                Some((request, rules)) => {
                    let options = RunOptions { list_accounts: true, ..request.options };
                    Ok(Some(GivenSide::Judged(Box::new(JudgedInputs {
                        inputs: InputSource::Package(Box::new(evidence)),
                        rules,
                        site: request.site.map_err(CommandError::Usage)?,
                        config: request.config,
                        options,
                        waivers: request.policy,
                        baseline: request.baseline,
                        key: None,
                        files: Vec::new(),
                    }))))
                }
                None => report(evidence.report(), &name).map(Some),
            }
        }
        Some("json") => {
            // What cannot be read is a fault of the run.
            let Ok(text) = Source::open(path).and_then(|source| source.read_whole()) else { return Ok(None) };
            match schema_of(&text) {
                Some(_) => report(&text, &name).map(Some),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

fn report(text: &[u8], name: &str) -> Result<GivenSide, CommandError> {
    let refuse = |why| {
        let error = UsageError::new(format!("{name} cannot be compared: {why}"));
        error.with_remedy("Name a report of `rolecall check --format json --digest`, or the inputs.")
    };
    Ok(GivenSide::Report(Box::new(RecordedReport::read(text).map_err(refuse)?)))
}

impl JudgedInputs {
    /// Adds to the ledger of a run what it rests on.
    fn complete(&self, run: &mut Run) {
        run.ledger.config = used_config(&self.config, self.options.digest);
        run.ledger.packs = self.rules.used_packs();
        run.ledger.policy_files = used_files(&self.waivers, self.options.digest);
        run.ledger.policy_files.extend(used_config(self.baseline.as_slice(), self.options.digest));
    }
}

/// What a run is made of: parts of one side, or of both.
#[derive(Clone, Copy)]
pub struct RunParts<'a> {
    pub inputs: &'a InputSource,
    pub rules: &'a RuleSet<'a>,
    pub site: &'a Config,
    pub waivers: &'a PolicyFiles,
    pub baseline: Option<&'a PolicyText>,
    pub key: Option<&'a KeyedHasher>,
    pub options: &'a RunOptions,
}

impl<'a> RunParts<'a> {
    pub const fn of(side: &'a JudgedInputs, rules: &'a RuleSet<'a>) -> Self {
        let JudgedInputs { inputs, site, waivers, baseline, key, options, .. } = side;
        let (baseline, key) = (baseline.as_ref(), key.as_ref());
        Self { inputs, rules, site, waivers, baseline, key, options }
    }

    /// Judges a side with its accounts. Compiled once for both.
    #[inline(never)]
    pub fn side(self, side: &JudgedInputs) -> Result<DiffSide<'a>, CommandError> {
        let policy = self.policy().map_err(CommandError::Usage)?;
        let request = RunRequest { config: self.site, rules: self.rules, options: self.options };
        let (mut run, lookup, tracked) = check_and_track(self.inputs.open()?, &request)?;
        if !policy.is_empty() {
            let applied =
                policy.apply(&mut run, self.rules.rules, self.options.fail_on, JudgedBy::Rules(Some(&lookup)));
            applied.map_err(CommandError::Usage)?;
        }
        side.complete(&mut run);
        let baseline = run.ledger.baseline.as_ref().map(|used| used.file.to_string());
        let accounts = Some(SideAccounts::new(lookup, tracked));
        Ok(DiffSide { run, accounts, version: VERSION.to_owned(), baseline })
    }

    /// Judges, and keeps what came of it only.
    pub fn run(self) -> Result<Run, Vec<UsageError>> {
        let policy = self.policy()?;
        let one = |error| vec![error];
        let named = self.inputs.open().map_err(one)?;
        let request = RunRequest { config: self.site, rules: self.rules, options: self.options };
        let (mut run, lookup) = check_with_groups(named, &request, policy.groups()).map_err(one)?;
        if !policy.is_empty() {
            policy.apply(&mut run, self.rules.rules, self.options.fail_on, JudgedBy::Rules(Some(&lookup)))?;
        }
        Ok(run)
    }

    fn policy(self) -> Result<Policy, Vec<UsageError>> {
        let overrides = self.site.overrides(self.rules.rules)?;
        let rules = self.rules.rules;
        let policy = Policy::read(self.waivers.clone(), rules, &overrides, self.site.longest_waiver())?;
        let context = BaselineContext::new(self.options, self.key.cloned());
        let read = |(path, text): &PolicyText| Baseline::read(path, text, rules, context);
        Ok(policy.with_baseline(self.baseline.map(read).transpose()?).with_jobs(self.options.jobs))
    }
}

/// How two sides share the threads of a comparison.
pub struct JobsPerSide {
    /// How many sides are judged at once.
    pub at_once: usize,
    /// The threads of each side.
    pub of_each: [usize; 2],
}

impl JobsPerSide {
    /// At once, no thread waits while accounts are put together; but a side much longer than the other would be judged by
    /// half of the threads in the end.
    pub fn of(old: &JudgedInputs, new: &JudgedInputs) -> Result<Self, UsageError> {
        let jobs = new.options.jobs;
        let (old, new) = (old.inputs.bytes()?, new.inputs.bytes()?);
        let threads = useful_threads(jobs, old + new);
        if threads < 2 || old.min(new) < old.max(new) / 3 * 2 {
            return Ok(Self { at_once: 1, of_each: [jobs; 2] });
        }
        let all = thread_count(jobs);
        Ok(Self { at_once: 2, of_each: [all / 2, all - all / 2] })
    }
}

/// Which factors differ between inputs that are at hand.
pub fn states_of_inputs(old: &JudgedInputs, new: &JudgedInputs) -> Result<FactorStates, UsageError> {
    let texts = |all: &[(String, String)]| {
        let mut texts: Vec<String> = all.iter().map(|(_, text)| text.clone()).collect();
        texts.sort_unstable();
        texts
    };
    let waivers = |side: &JudgedInputs| {
        let mut files: Vec<_> = side.waivers.files.iter().map(|file| file.bytes.clone()).collect();
        files.sort_unstable();
        files
    };
    let packs = |side: &JudgedInputs| {
        let files = side.rules.packs.iter().flat_map(|pack| &pack.folder.files);
        files.map(|file| (file.name.clone(), file.text.clone())).collect::<Vec<_>>()
    };
    let is_other_data = !is_same_data(&old.inputs.open()?, &new.inputs.open()?);
    let config = |side: &JudgedInputs| {
        let texts: Vec<String> = side.config.iter().map(|(_, text)| text.clone()).collect();
        (texts, side.options.given())
    };
    Ok(FactorStates::new(|factor| {
        Some(match factor {
            Factor::Data => is_other_data,
            Factor::Rule => packs(old) != packs(new),
            Factor::Config => config(old) != config(new),
            Factor::Waiver => waivers(old) != waivers(new),
            Factor::Baseline => texts(old.baseline.as_slice()) != texts(new.baseline.as_slice()),
            Factor::Time => old.options.as_of != new.options.as_of,
            Factor::Version => false,
        })
    }))
}

fn is_same_data(old: &[NamedInput], new: &[NamedInput]) -> bool {
    let is_same = |(one, other): (&NamedInput, &NamedInput)| match (&one.opened, &other.opened) {
        (Ok(bytes), Ok(others)) => one.format == other.format && bytes.has_same_bytes(others).unwrap_or(false),
        _ => false,
    };
    old.len() == new.len() && old.iter().zip(new).all(is_same)
}

/// Which factors differ by what reports say of themselves; a digest that is missing leaves it open.
pub fn states_by_digests(old: &DiffSide<'_>, new: &DiffSide<'_>) -> FactorStates {
    let (before, now) = (&old.run.ledger, &new.run.ledger);
    let files = |all: &[ConfigFile]| all.iter().map(|file| file.sha256.clone()).collect::<Vec<_>>();
    // The baseline is one of the files of policy.
    let policy = |side: &DiffSide<'_>, of_baseline: bool| {
        let all = side.run.ledger.policy_files.iter();
        let wanted = all.filter(|file| (side.baseline.as_ref() == Some(&file.file)) == of_baseline);
        wanted.map(|file| file.sha256.clone()).collect::<Vec<_>>()
    };
    let data = |run: &Run| run.ledger.inputs.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
    let packs = |run: &Run| {
        let mut all: Vec<_> = run.ledger.packs.iter().map(|pack| (pack.pack.clone(), pack.sha256.clone())).collect();
        all.sort_unstable();
        all
    };
    FactorStates::new(|factor| match factor {
        Factor::Data => differs(data(&old.run), data(&new.run)),
        Factor::Rule => Some(packs(&old.run) != packs(&new.run)),
        Factor::Config if before.options != now.options || before.rules_off != now.rules_off => Some(true),
        Factor::Config => differs(files(&before.config), files(&now.config)),
        Factor::Waiver => differs(policy(old, false), policy(new, false)),
        Factor::Baseline => differs(policy(old, true), policy(new, true)),
        Factor::Time => Some(old.run.as_of != new.run.as_of),
        Factor::Version => Some(old.version != new.version),
    })
}

/// Whether two lists of digests differ; `None` if one is missing.
fn differs(mut old: Vec<Option<String>>, mut new: Vec<Option<String>>) -> Option<bool> {
    if old.len() != new.len() {
        return Some(true);
    }
    old.sort_unstable();
    new.sort_unstable();
    let is_known = old.iter().chain(&new).all(Option::is_some);
    is_known.then(|| old != new)
}
