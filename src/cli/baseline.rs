//! `rolecall baseline`: makes baselines and brings them up to date.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{is_blank, quoted, toml_string, visible, whole};
use rolecall::diagnostic::{Diagnostic, Severity, Verdict};
use rolecall::engine::account_lookup::{AccountLookup, check_with_groups};
use rolecall::engine::ledger::Hole;
use rolecall::engine::{RuleSet, Run, RunRequest};
use rolecall::policy::baseline::{Baseline, BaselineContext, BaselineMaker, BaselineUpdate, MadeBaseline};
use rolecall::policy::{JudgedBy, Policy, PolicyFiles};
use rolecall::source::file::{MAX_POLICY_BYTES, exists};

use super::CommandError;
use super::arguments::{BaselineMaking, CreateBaselineArguments, UpdateBaselineArguments};
use super::check::{inputs, key, start_progress};
use super::output::{require_folder, tenant_paths, write_file, write_new_file};
use super::paths::display_path;
use super::policy::read_baseline;
use super::project::{OptionsToLock, SelectedRuns, select_for};
use super::run_options::options;
use super::stream::print_to_stderr;

/// The lowest severity that fails a run; what is held does not depend on it.
const FAIL_ON: Severity = Severity::Warning;

/// The most findings that are listed when nothing is written.
const MAX_LISTED: usize = 20;

/// There are new findings, and nothing was written.
const NEW: u8 = 1;

/// Writes a baseline of all findings.
pub fn create(arguments: &CreateBaselineArguments) -> Result<u8, CommandError> {
    let making = Making::new(&arguments.making)?;
    let paths = making.paths(&arguments.baseline)?;
    for path in &paths {
        let name = quoted(&display_path(path));
        if path.as_os_str() == "-" {
            let error = UsageError::new("a baseline cannot be written to standard output: runs read it by its name");
            return Err(error.with_remedy("Name a file: `-o baseline.jsonl`.").into());
        }
        if exists(path) {
            let error = UsageError::new(format!("{name} exists"));
            let remedy = "Bring it up to date with `rolecall baseline update`, or choose another path.";
            return Err(error.with_remedy(remedy).into());
        }
        require_folder(path)?;
    }
    let path_in_config = toml_string(&display_path(&arguments.baseline));
    let code = making.each(&paths, |judged, path| {
        let made = judged.maker.make(&judged.run, &judged.named)?;
        refuse_large(&made)?;
        write_new_file(path, made.text.as_bytes()).map_err(|error| unwritten(path, error))?;
        let (entries, name) = (made.entries, visible(&display_path(path)));
        let plural = if entries == 1 { "" } else { "s" };
        writeln!(io::stdout(), "{name} written: {entries} finding{plural} held until {}.", made.until)?;
        print_not_taken(&made)?;
        Ok(0)
    })?;
    if code == 0 {
        writeln!(
            io::stdout(),
            "To compare every run with it, write to `rolecall.toml`:\n\n[policy]\nbaseline = {path_in_config}"
        )?;
    }
    Ok(code)
}

/// Takes out what is gone, and takes in what is new if that is accepted.
pub fn update(arguments: &UpdateBaselineArguments) -> Result<u8, CommandError> {
    if arguments.making.until.is_some() && arguments.making.reason.is_none() {
        let error = UsageError::new("`--until` needs a reason");
        return Err(error.with_remedy("Say why it should cover longer: `--reason TEXT`.").into());
    }
    let making = Making::new(&arguments.making)?;
    let paths = making.paths(&arguments.baseline)?;
    let rules = making.selected.rules.set();
    let mut olds = Vec::new();
    for (path, run) in paths.iter().zip(&making.selected.runs) {
        let (name, text) = read_baseline(path, &run.paths)?;
        let old = Baseline::read(&name, &text, rules.rules, making.context.clone());
        olds.push(old.map_err(CommandError::Usage)?);
    }
    let mut olds = olds.iter();
    making.each(&paths, |judged, path| {
        let old = olds.next().expect("internal error: each run has a baseline");
        let (run, named) = (&judged.run, &judged.named);
        let updated = judged.maker.update(old, run, named, judged.rules.rules, &judged.accounts, arguments.accept_new);
        let updated = updated.map_err(CommandError::Usage)?;
        if !updated.holes.is_empty() {
            print_incomplete(&updated.holes, path);
            return Ok(Verdict::Incomplete.exit_code());
        }
        let Some(made) = &updated.made else { return refuse_new(&updated, path) };
        refuse_large(made)?;
        write_file(path, |out| out.write_all(made.text.as_bytes())).map_err(|error| unwritten(path, error))?;
        writeln!(io::stdout(), "{}: {}", visible(&display_path(path)), counts(&updated))?;
        print_not_taken(made)?;
        Ok(0)
    })
}

/// What all runs of a command have in common.
struct Making<'a> {
    arguments: &'a BaselineMaking,
    selected: SelectedRuns,
    policies: Vec<PolicyFiles>,
    options: RunOptions,
    context: BaselineContext,
}

/// A run, and what it takes to make a baseline of it.
struct JudgedRun<'a> {
    run: Run,
    named: BTreeSet<usize>,
    accounts: AccountLookup<'a>,
    rules: &'a RuleSet<'a>,
    maker: BaselineMaker<'a>,
}

impl<'a> Making<'a> {
    fn new(arguments: &'a BaselineMaking) -> Result<Self, CommandError> {
        if arguments.reason.as_ref().is_some_and(|reason| is_blank(reason) || reason.len() > 2000) {
            let error = UsageError::new("`--reason` is blank or longer than 2000 bytes");
            return Err(error.with_remedy("Say in one sentence why the findings are accepted.").into());
        }
        let locked = OptionsToLock {
            waivers: &arguments.policy.waivers,
            no_project: arguments.reading.no_project,
            ..OptionsToLock::default()
        };
        let mut selected = select_for(&arguments.reading, false, &locked)?;
        let options = RunOptions { digest: true, ..options(&arguments.reading, FAIL_ON)? };
        let policies = selected.policy_files(&arguments.policy.waivers)?;
        let key: Option<KeyedHasher> = arguments.redact_key.as_deref().map(key).transpose()?;
        let context = BaselineContext::new(&options, key);
        Ok(Self { arguments, selected, policies, options, context })
    }

    fn paths(&self, file: &Path) -> Result<Vec<PathBuf>, UsageError> {
        tenant_paths(file, "baseline", &self.selected.labels())
    }

    /// Judges each tenant with waivers and without a baseline, and gives to `write` what can be held. Returns the worst of
    /// the codes; of an INCOMPLETE run nothing is written.
    fn each(
        &self,
        paths: &[PathBuf],
        mut write: impl FnMut(JudgedRun<'_>, &Path) -> Result<u8, CommandError>,
    ) -> Result<u8, CommandError> {
        let rules = self.selected.rules.set();
        let packs = self.selected.rules.used_packs();
        let mut code = 0;
        for ((selected, policy), path) in self.selected.runs.iter().zip(&self.policies).zip(paths) {
            let site: &Config = selected.site.as_ref().map_err(|errors| CommandError::Usage(errors.clone()))?;
            let mut options = RunOptions { selection: selected.selection.clone(), ..self.options.clone() };
            let named_inputs = inputs(&selected.paths, self.arguments.reading.judging.tables.input_format)?;
            let overrides = site.overrides(rules.rules).map_err(CommandError::Usage)?;
            let policy = Policy::read(policy.clone(), rules.rules, &overrides, site.longest_waiver());
            let policy = policy.map_err(CommandError::Usage)?.with_jobs(options.jobs);
            let display = start_progress(&mut options, &named_inputs);
            let request = RunRequest { config: site, rules: &rules, options: &options };
            let (mut run, accounts) = check_with_groups(named_inputs, &request, policy.groups())?;
            drop(display);
            let named = policy
                .apply(&mut run, rules.rules, FAIL_ON, JudgedBy::Rules(Some(&accounts)))
                .map_err(CommandError::Usage)?;
            if run.verdict == Verdict::Incomplete {
                print_incomplete(&run.ledger.holes, path);
                code = code.max(Verdict::Incomplete.exit_code());
                continue;
            }
            let maker = BaselineMaker {
                context: &self.context,
                packs: &packs,
                until: self.arguments.until,
                reason: self.arguments.reason.as_deref(),
                with_names: self.arguments.with_names,
            };
            code = code.max(write(JudgedRun { run, named, accounts, rules: &rules, maker }, path)?);
        }
        Ok(code)
    }
}

fn print_incomplete(holes: &[Hole], path: &Path) {
    let path = visible(&display_path(path));
    print_to_stderr(&format!("rolecall: INCOMPLETE: something could not be judged, so {path} is not written"));
    for hole in holes.iter().take(MAX_LISTED) {
        let file = hole.file.as_ref().map_or_else(String::new, |file| format!(" ({file})"));
        print_to_stderr(&whole(&format!("not judged: {}: {}{file}", hole.rule, hole.reason)));
    }
}

fn refuse_large(made: &MadeBaseline) -> Result<(), UsageError> {
    if made.text.len() as u64 <= MAX_POLICY_BYTES {
        return Ok(());
    }
    Err(UsageError::new("the baseline would be larger than the 64 MiB that can be read again")
        .with_remedy("Make it from fewer inputs, or shorten the reason."))
}

fn unwritten(path: &Path, error: io::Error) -> CommandError {
    CommandError::Reports(vec![(visible(&display_path(path)), error)])
}

fn print_not_taken(made: &MadeBaseline) -> io::Result<()> {
    for one in &made.not_taken {
        writeln!(io::stdout(), "left out: {} × {}: {}", one.count, one.rule, one.why)?;
    }
    Ok(())
}

fn counts(updated: &BaselineUpdate<'_>) -> String {
    format!("+{} \u{2212}{} ~{}", updated.new.len(), updated.removed, updated.updated.len())
}

/// Says what is new; nothing is written.
fn refuse_new(updated: &BaselineUpdate<'_>, path: &Path) -> Result<u8, CommandError> {
    let mut out = io::stdout();
    writeln!(out, "{}: {}, nothing is written", visible(&display_path(path)), counts(updated))?;
    let line = |what: &'static str| {
        move |one: &&Diagnostic| {
            let account = one.subject.as_ref().map_or_else(String::new, |subject| format!("{}: ", subject.key));
            whole(&format!("{what}: {}: {account}{}", one.rule, one.message))
        }
    };
    let lines = updated.new.iter().map(line("new")).chain(updated.updated.iter().map(line("updated")));
    lines.take(MAX_LISTED).try_for_each(|line| writeln!(out, "{line}"))?;
    let more = (updated.new.len() + updated.updated.len()).saturating_sub(MAX_LISTED);
    if more > 0 {
        writeln!(out, "and {more} more")?;
    }
    writeln!(out, "Cure them, or accept them: `--accept-new --reason TEXT`.")?;
    Ok(NEW)
}
