//! `rolecall diff`.

mod side;

use std::path::{Path, PathBuf};

use rolecall::config::RunOptions;
use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::diff::{Factor, FactorSet, compare};
use rolecall::engine::{RuleSet, Run};
use rolecall::fast::split::both;
use rolecall::report::diff::{DiffFormat, DiffReport, human};
use rolecall::report::redact;

use super::arguments::{DiffArguments, EarlierArguments, PackArguments};
use super::check::key;
use super::output::Outputs;
use super::paths::display_path;
use super::project::OptionsToLock;
use super::rules::LoadedRules;
use super::stream::ColoredStream;
use super::{CommandError, leave_to_system};
use side::{GivenSide, JobsPerSide, JudgedInputs, RunParts, states_by_digests, states_of_inputs};

/// Compares, writes the reports and returns the exit code.
pub fn run(arguments: DiffArguments) -> Result<u8, CommandError> {
    let DiffArguments { old, new, more_old, more_new, earlier, judging, policy, .. } = &arguments;
    let paths = |first: &PathBuf, more: &[PathBuf]| -> Vec<PathBuf> { [std::slice::from_ref(first), more].concat() };
    let (old, new) = (paths(old, more_old), paths(new, more_new));
    refuse_same_path(&old, &new)?;
    let mut old_reading = judging.of_paths(old.clone());
    let mut new_reading = judging.of_paths(new.clone());
    old_reading.judging.site.no_config &= earlier.old_config.is_none();
    old_reading.judging.site.config = earlier.old_config.clone().or(old_reading.judging.site.config);
    old_reading.judging.as_of = earlier.old_as_of.or(old_reading.judging.as_of);
    if !earlier.old_packs.is_empty() {
        let packs = earlier.old_packs.clone();
        old_reading.judging.packs = PackArguments { packs, replace_those_of_config: true };
    }
    let old_waivers = if earlier.old_waivers.is_empty() { &policy.waivers } else { &earlier.old_waivers };
    let recorded = [GivenSide::recorded(&old)?, GivenSide::recorded(&new)?];
    if recorded.iter().any(Option::is_some) {
        (old_reading.judging.digest, new_reading.judging.digest) = (true, true);
    }
    refuse_unused_options(&arguments, &recorded)?;
    let [old_side, new_side] = recorded;
    let key_path = arguments.redaction.redact_key.as_deref();
    let key = key_path.map(key).transpose()?;
    let baseline = arguments.baseline.baseline.as_deref();
    let new_to_lock = OptionsToLock {
        waivers: &policy.waivers,
        baseline,
        is_redacted: arguments.redaction.hides_names(),
        ..OptionsToLock::default()
    };
    let old_to_lock =
        OptionsToLock { waivers: old_waivers, baseline: earlier.old_baseline.as_deref().or(baseline), ..new_to_lock };
    let old_side = old_side.map_or_else(|| GivenSide::of_inputs(&old_reading, &old_to_lock, key.clone()), Ok)?;
    let new_side = new_side.map_or_else(|| GivenSide::of_inputs(&new_reading, &new_to_lock, key.clone()), Ok)?;
    let outputs = Outputs::new(arguments.format, arguments.outputs.clone(), DiffFormat::Human)?.for_tenants(&[None])?;
    let read: Vec<&Path> = old.iter().chain(&new).map(PathBuf::as_path).collect();
    let configs: Vec<PathBuf> = old_side.configs().iter().chain(new_side.configs()).cloned().collect();
    outputs.refuse_paths(&read, &configs, key_path, &[])?;
    let redaction = Redactor { hides_names: arguments.redaction.hides_names(), key };
    new_side.print_lock_notes(redaction.hides_names);
    match (old_side, new_side) {
        (GivenSide::Judged(old), GivenSide::Judged(new)) => judge_both(&old, &new, &redaction, &arguments, &outputs),
        (old, new) => compare_reports(old, new, &redaction, &arguments, &outputs),
    }
}

/// What of the answer is hidden.
struct Redactor {
    hides_names: bool,
    key: Option<KeyedHasher>,
}

impl Redactor {
    fn hasher(&self) -> KeyedHasher {
        self.key.clone().unwrap_or_else(KeyedHasher::built_in)
    }

    /// Hides in one run what is not hidden yet.
    fn apply(&self, run: &mut Run, rule_set: &RuleSet<'_>) {
        if let Some(key) = self.key.as_ref().filter(|_| run.ledger.redaction.key.is_none()) {
            redact::rekey(run, key);
        }
        if self.hides_names && !run.ledger.redaction.identities {
            redact::identities(run, rule_set, &self.hasher());
        }
    }
}

/// Both sides are judged now, and whatever differs is swapped to find the causes.
fn judge_both(
    old: &JudgedInputs,
    new: &JudgedInputs,
    redaction: &Redactor,
    arguments: &DiffArguments,
    outputs: &Outputs<DiffFormat>,
) -> Result<u8, CommandError> {
    let (old_rules, new_rules) = (old.rules.set(), new.rules.set());
    let of_old = RunParts::of(old, &old_rules);
    let of_new = RunParts::of(new, &new_rules);
    let jobs = JobsPerSide::of(old, new)?;
    let [old_options, new_options] = [(old, jobs.of_each[0]), (new, jobs.of_each[1])]
        .map(|(side, jobs)| RunOptions { jobs, ..side.options.clone() });
    let judge_old = || RunParts { options: &old_options, ..of_old }.side(old);
    let judge_new = || RunParts { options: &new_options, ..of_new }.side(new);
    let (before, now) = both(jobs.at_once, judge_old, judge_new);
    let (mut before, mut now) = (before?, now?);
    refuse_unlike(&before.run, &now.run)?;
    let factors = states_of_inputs(old, new)?;
    let mut judge = |swapped: FactorSet| {
        let side = |factor: Factor| if swapped.has(factor) { &of_new } else { &of_old };
        let mut options = side(Factor::Config).options.clone();
        options.as_of = side(Factor::Time).options.as_of;
        let mixed = RunParts {
            inputs: side(Factor::Data).inputs,
            rules: side(Factor::Rule).rules,
            site: side(Factor::Config).site,
            waivers: side(Factor::Waiver).waivers,
            baseline: side(Factor::Baseline).baseline,
            key: of_new.key,
            options: &options,
        };
        mixed.run().ok()
    };
    let mut diff = compare(&before, &now, factors, arguments.fail_on, of_new.options.jobs, &mut judge);
    if let Some(key) = &redaction.key {
        for run in [&mut before.run, &mut now.run] {
            redact::rekey(run, key);
        }
    }
    if redaction.hides_names {
        redact::diff_identities([&mut before.run, &mut now.run], &mut diff, &new_rules, &redaction.hasher());
    }
    let report = DiffReport { old: &before.run, new: &now.run, diff: &diff, rule_set: &new_rules };
    let code = write(&report, arguments, outputs)?;
    leave_to_system((before, now, diff));
    Ok(code)
}

/// At least one side is a report: only what it says of itself is compared.
fn compare_reports(
    old: GivenSide,
    new: GivenSide,
    redaction: &Redactor,
    arguments: &DiffArguments,
    outputs: &Outputs<DiffFormat>,
) -> Result<u8, CommandError> {
    let built_in = LoadedRules::of_folders(Vec::new(), true).map_err(CommandError::Usage)?;
    let rule_set = [&new, &old].into_iter().find_map(|side| side.rules()).unwrap_or(&built_in).set();
    let (mut before, mut now) = (old.as_report()?, new.as_report()?);
    for side in [&mut before, &mut now] {
        redaction.apply(&mut side.run, &rule_set);
    }
    refuse_unlike(&before.run, &now.run)?;
    let factors = states_by_digests(&before, &now);
    let diff = compare(&before, &now, factors, arguments.fail_on, 1, &mut |_| None);
    let report = DiffReport { old: &before.run, new: &now.run, diff: &diff, rule_set: &rule_set };
    write(&report, arguments, outputs)
}

fn write(
    report: &DiffReport<'_>,
    arguments: &DiffArguments,
    outputs: &Outputs<DiffFormat>,
) -> Result<u8, CommandError> {
    let on_stdout = |format: DiffFormat, screen: &mut ColoredStream| match format {
        DiffFormat::Human => human::write_styled(report, &mut screen.screen()),
        other => other.write(report, &mut screen.writer()),
    };
    outputs.write_all(arguments.color, |format, _, out| format.write(report, out), on_stdout)?;
    Ok(report.diff.verdict.exit_code())
}

/// One file on both sides is a slip; equal bytes are not.
fn refuse_same_path(old: &[PathBuf], new: &[PathBuf]) -> Result<(), UsageError> {
    if let Some(standard) = old.iter().chain(new).find(|path| path.as_os_str() == "-") {
        let error = UsageError::new(format!(
            "{} cannot be compared: it is read more than once",
            quoted(&display_path(standard))
        ));
        return Err(error.with_remedy("Name a file."));
    }
    let whole = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let olds: Vec<PathBuf> = old.iter().map(whole).collect();
    match new.iter().find(|path| olds.contains(&whole(path))) {
        Some(path) => {
            let error = UsageError::new(format!("{} is on both sides", quoted(&display_path(path))));
            Err(error.with_remedy("Name the earlier file first and the later one second."))
        }
        None => Ok(()),
    }
}

/// A report was judged already: options that judge would have no effect.
fn refuse_unused_options(arguments: &DiffArguments, recorded: &[Option<GivenSide>; 2]) -> Result<(), UsageError> {
    let DiffArguments { earlier, judging, policy, .. } = arguments;
    let waivers = (!policy.waivers.is_empty()).then_some("--waivers");
    let baseline = arguments.baseline.baseline.as_ref().map(|_| "--baseline");
    let unused = match recorded {
        [Some(_), Some(_)] => EarlierArguments::given(earlier).or_else(|| judging.given()).or(waivers).or(baseline),
        [Some(_), None] => EarlierArguments::given(earlier),
        _ => None,
    };
    match unused {
        Some(option) => Err(UsageError::new(format!("`{option}` is about inputs, and that side was judged already"))
            .with_remedy("Leave the option out, or name the inputs in place of the report.")),
        None => Ok(()),
    }
}

/// Runs of two products or tenants, or hashed with two keys, have nothing to compare.
fn refuse_unlike(old: &Run, new: &Run) -> Result<(), UsageError> {
    if old.product != new.product {
        let message = format!("OLD is about {}, and NEW about {}", old.product.name(), new.product.name());
        return Err(UsageError::new(message).with_remedy("Compare runs about one product."));
    }
    for (one, other) in [(&old.tenant, &new.tenant), (&old.ledger.tenant, &new.ledger.tenant)] {
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            let message = format!("OLD is of the tenant {}, and NEW of {}", quoted(one), quoted(other));
            return Err(UsageError::new(message).with_remedy("Compare a tenant with itself."));
        }
    }
    if old.ledger.redaction != new.ledger.redaction {
        let error =
            UsageError::new("OLD and NEW were redacted in different ways, so their accounts have different names");
        let remedy =
            "Write both with the same `--redact` and `--redact-key`; inputs are redacted by these options here.";
        return Err(error.with_remedy(remedy));
    }
    Ok(())
}
