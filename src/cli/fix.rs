//! `rolecall fix`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::config::{RunOptions, suggest};
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::diagnostic::{Diagnostic, Severity, Verdict};
use rolecall::fix::secret_lines::secret_lines;
use rolecall::fix::{FixInput, FixOutcome, FixRequest, FixState, ProposedFix, diff, fix};
use rolecall::policy::{Policy, PolicyFiles};
use rolecall::read::Format;
use rolecall::read::plan_probe::PlanProbe;
use rolecall::rule::{FixKind, Rule};
use rolecall::source::file::Source;

use super::CommandError;
use super::arguments::{FixArguments, ReadingArguments};
use super::check::worst;
use super::paths::display_path;
use super::project::{OptionsToLock, SelectedRun, select_for};
use super::replacement::{finish_interrupted, replace_files};
use super::rules::LoadedRules;
use super::run_options::options;
use super::stream::print_to_stderr;

/// There is something to fix, and nothing was written.
const FIXES: u8 = 1;

/// A plan with its new text.
struct EditedPlan {
    path: PathBuf,
    name: String,
    format: Option<Format>,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl EditedPlan {
    /// What changes; the number of a line that may hold a secret if the diff would show one.
    fn diff(&self) -> Result<String, usize> {
        let [old, new] = [&self.old, &self.new].map(|bytes| String::from_utf8_lossy(bytes));
        diff::unified(&self.name, &old, &new, &secret_lines(&old, self.format))
    }
}

fn not_shown(plan: &str, line: usize) -> String {
    let plan = quoted(plan);
    format!(
        "{plan}: the diff is not shown, since line {line}, at or near a change, may hold a secret. Move passwords out of \
        the plan (`${{env:NAME}}`), or write the change without `--diff`."
    )
}

/// Fixes plans, or says what would be fixed.
pub fn run(arguments: &FixArguments) -> Result<u8, CommandError> {
    let FixArguments { reading, policy, allowed, only, diff: is_diff, check } = arguments;
    reading.paths.iter().try_for_each(|path| refuse(path, reading))?;
    let to_lock = OptionsToLock { waivers: &policy.waivers, ..OptionsToLock::default() };
    let mut selected = select_for(reading, false, &to_lock)?;
    let policies = selected.policy_files(&policy.waivers)?;
    let rule_set = selected.rules.set();
    known_rules(rule_set.rules, only, &[])?;
    known_rules(rule_set.rules, allowed, &["all"])?;
    let is_dry = *is_diff || *check;
    if !is_dry {
        for path in finish_interrupted(&selected.paths())? {
            let name = quoted(&display_path(&path));
            print_to_stderr(&format!("rolecall: {name} is now as the fix that was interrupted makes it"));
        }
    }
    let (mut outcomes, mut edited) = (Vec::new(), Vec::new());
    for (run, policy) in selected.runs.into_iter().zip(policies) {
        let outcome = fix_run(run, policy, arguments, &selected.rules, &mut edited)?;
        outcomes.push(outcome);
    }
    if !is_dry {
        write(&edited)?;
    }
    let mut lines: Vec<String> = outcomes.iter().flat_map(|outcome| outcome.fixes.iter().map(line)).collect();
    let left = outcomes.iter().flat_map(|outcome| without_fix(outcome, rule_set.rules, only));
    lines.extend(left);
    lines.push(summary(&outcomes, is_dry));
    let seats: Vec<String> = outcomes.iter().flat_map(FixOutcome::seats_taken).collect();
    if *is_diff {
        lines.iter().for_each(|line| print_to_stderr(&whole(line)));
        // What is before the first file of a diff is for people: `patch` skips it.
        seats.iter().try_for_each(|line| writeln!(io::stdout(), "{}", whole(line)))?;
        for plan in &edited {
            match plan.diff() {
                Ok(diff) => io::stdout().write_all(diff.as_bytes())?,
                Err(line) => print_to_stderr(&not_shown(&plan.name, line)),
            }
        }
    } else {
        lines.splice(lines.len() - 1..lines.len() - 1, seats);
        lines.iter().try_for_each(|line| writeln!(io::stdout(), "{}", whole(line)))?;
    }
    let is_incomplete = outcomes.iter().any(|outcome| outcome.before.verdict == Verdict::Incomplete);
    Ok(match (is_dry, is_incomplete) {
        (true, true) => Verdict::Incomplete.exit_code(),
        (true, false) if edited.is_empty() => 0,
        (true, false) => FIXES,
        (false, _) => worst(outcomes.iter().map(|outcome| &outcome.after)),
    })
}

/// Judges and fixes one tenant, and adds its new texts to `edited`.
fn fix_run(
    run: SelectedRun,
    policy: PolicyFiles,
    arguments: &FixArguments,
    rules: &LoadedRules,
    edited: &mut Vec<EditedPlan>,
) -> Result<FixOutcome, CommandError> {
    let reading = &arguments.reading;
    let config = run.site.map_err(CommandError::Usage)?;
    let overrides = config.overrides(&rules.rules).map_err(CommandError::Usage)?;
    let policy =
        Policy::read(policy, &rules.rules, &overrides, config.longest_waiver()).map_err(CommandError::Usage)?;
    let options = RunOptions { selection: run.selection, list_accounts: false, ..options(reading, Severity::Warning)? };
    rules.print_lock_notes(&config, &options, false);
    let named = Named::new(&reading.paths);
    let inputs: Vec<FixInput> = run.paths.iter().map(|path| input(path, reading, &named)).collect::<Result<_, _>>()?;
    let (only, allowed) = (arguments.only.as_slice(), arguments.allowed.as_slice());
    let request =
        FixRequest { config: &config, rules: &rules.set(), options: &options, policy: &policy, only, allowed };
    let outcome = fix(&inputs, &request).map_err(CommandError::Usage)?;
    edited.extend(outcome.texts.iter().filter_map(|(number, new)| {
        let FixInput { path, name, format, text } = &inputs[*number];
        let old = text.clone().filter(|old| old != new)?;
        Some(EditedPlan { path: path.clone(), name: name.clone(), format: *format, old, new: new.clone() })
    }));
    Ok(outcome)
}

/// The plans that were named, to which edits are confined; without a name, every plan of the project.
struct Named(Vec<PathBuf>);

impl Named {
    fn new(paths: &[PathBuf]) -> Self {
        Self(paths.iter().filter_map(|path| path.canonicalize().ok()).collect())
    }

    fn has(&self, path: &Path) -> bool {
        let real = path.canonicalize().ok();
        self.0.is_empty() || real.is_some_and(|real| self.0.iter().any(|named| real.starts_with(named)))
    }
}

fn input(path: &Path, reading: &ReadingArguments, named: &Named) -> Result<FixInput, UsageError> {
    let name = display_path(path);
    let format = reading.judging.tables.input_format.or_else(|| Format::by_name(&name));
    let is_editable = named.has(path) && PlanProbe::of_file(path).is_to_be_read();
    if is_editable && path.is_symlink() {
        let error = UsageError::new(format!("the plan {} is a link", quoted(&name)));
        return Err(error.with_remedy("Name the file that it leads to."));
    }
    let text = if is_editable { Source::open(path).and_then(|source| source.read_whole()).ok() } else { None };
    Ok(FixInput { path: path.to_owned(), name, format, text })
}

/// Refuses what is not a plan: an export is changed in the product.
fn refuse(path: &Path, reading: &ReadingArguments) -> Result<(), UsageError> {
    let name = display_path(path);
    let format = reading.judging.tables.input_format.or_else(|| Format::by_name(&name));
    let may_be_plan = format.is_some_and(|format| ["yaml", "toml", "json"].contains(&format.word()));
    let is_export =
        !may_be_plan || (name != "-" && format == Format::by_word("json") && !PlanProbe::of_file(path).is_to_be_read());
    if path.is_dir() || (!is_export && name != "-") {
        return Ok(());
    }
    Err(UsageError::new(format!("{} is not a plan, and only plans are edited", quoted(&name))).with_remedy(
        "Change the accounts of an export in the product: `rolecall request EXPORT -o FILE.csv` says what.",
    ))
}

pub fn known_rules(rules: &[Rule], ids: &[String], words: &[&str]) -> Result<(), UsageError> {
    let is_known = |id: &String| words.contains(&id.as_str()) || rules.iter().any(|rule| rule.id == *id);
    match ids.iter().find(|id| !is_known(id)) {
        Some(id) => Err(UsageError::new(format!("unknown rule {}", quoted(id))).with_remedy(suggest(id, rules))),
        None => Ok(()),
    }
}

fn write(edited: &[EditedPlan]) -> Result<(), CommandError> {
    for plan in edited {
        if fs::read(&plan.path).ok().as_ref() != Some(&plan.old) {
            let error =
                UsageError::new(format!("the plan {} changed meanwhile; nothing was written", quoted(&plan.name)));
            return Err(error.with_remedy("Run again when nothing writes to it.").into());
        }
    }
    let files: Vec<_> = edited.iter().map(|plan| (plan.path.as_path(), plan.new.as_slice())).collect();
    replace_files(&files)
}

fn line(fix: &ProposedFix) -> String {
    let ProposedFix { rule, place, account, old, new, kind, state } = fix;
    let state = match state {
        FixState::Fixed(class) => format!("fixed ({})", class.word()),
        FixState::HeldBack => format!("held back, since other values may be meant: `--unsafe {rule}`"),
        FixState::ByHand(why) => format!("by hand: {why}"),
    };
    let change = match kind {
        FixKind::Add => format!("add `{new}`"),
        FixKind::Set if old.is_empty() => format!("`{new}`"),
        FixKind::Set => format!("`{old}` to `{new}`"),
    };
    format!("{place}: {rule}: {change} [{account}]: {state}")
}

/// What no fix puts right, with what to do.
fn without_fix<'o>(
    outcome: &'o FixOutcome,
    rules: &'o [Rule],
    only: &'o [String],
) -> impl Iterator<Item = String> + 'o {
    let has_fix = |id: &str| rules.iter().any(|rule| rule.id == *id && rule.fix.is_some());
    let is_wanted = |id: &str| only.is_empty() || only.iter().any(|one| one == id);
    let run =
        if outcome.before.verdict == Verdict::Incomplete { &[][..] } else { outcome.before.diagnostics.as_slice() };
    let is_left = move |one: &&Diagnostic| (!has_fix(&one.rule) || !one.is_live()) && is_wanted(&one.rule);
    run.iter().filter(is_left).map(|one| {
        let place = place_of(one);
        let account = one.subject.as_ref().map_or_else(String::new, |subject| format!(" [{}]", subject.key));
        match &one.acceptance {
            Some(acceptance) => format!("{place}{}: left out, waived by {}{account}", one.rule, acceptance.line()),
            None => format!("{place}{}: by hand: {}{account}", one.rule, one.remedy),
        }
    })
}

/// The place of a finding, if it has one.
fn place_of(diagnostic: &Diagnostic) -> String {
    let label = diagnostic.labels.first();
    label.map_or_else(String::new, |label| format!("{}:{}:{}: ", label.file, label.start.line, label.start.column))
}

fn summary(outcomes: &[FixOutcome], is_dry: bool) -> String {
    if outcomes.iter().any(|outcome| outcome.before.verdict == Verdict::Incomplete) {
        return "INCOMPLETE: what is not judged as a whole is not edited; `rolecall check` says why".to_owned();
    }
    let all = || outcomes.iter().flat_map(|outcome| &outcome.fixes);
    let count = |is: fn(&FixState) -> bool| all().filter(|fix| is(&fix.state)).count();
    let fixed = count(|state| matches!(state, FixState::Fixed(_)));
    let (held, by_hand) =
        (count(|state| *state == FixState::HeldBack), count(|state| matches!(state, FixState::ByHand(_))));
    let found = || outcomes.iter().flat_map(|outcome| &outcome.before.diagnostics);
    let others = found().filter(|one| one.is_live()).count() - all().count();
    let waived = match found().filter(|one| !one.is_live()).count() {
        0 => String::new(),
        waived => format!(", {waived} waived and left out"),
    };
    let word = if is_dry { "to fix" } else { "fixed" };
    format!("{fixed} {word}, {held} held back, {by_hand} by hand, {others} findings without a fix{waived}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = |name: &str, old: &str| {
            let path = folder.path().join(name);
            fs::write(&path, "now").expect("a plan");
            EditedPlan { path, name: name.to_owned(), format: None, old: old.into(), new: b"new".to_vec() }
        };
        let plans = [plan("a.yaml", "now"), plan("b.yaml", "before")];
        assert!(matches!(write(&plans), Err(CommandError::Usage(errors)) if errors[0].to_string().contains("b.yaml")));
        assert!(plans.iter().all(|plan| fs::read(&plan.path).is_ok_and(|text| text == b"now")));
    }
}
