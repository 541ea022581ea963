//! `rolecall lock`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use rolecall::config::Config;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, visible, whole};
use rolecall::lock::{AcceptedChange, LockChange, LockFile, SettingsByTenant, compare_rules, compare_settings};
use rolecall::project::Project;
use rolecall::source::file::{MAX_CONFIG_BYTES, exists, read_text};

use super::CommandError;
use super::arguments::LockArguments;
use super::config::load_config;
use super::loaded_lock::{accept_line, lock_path, locked_settings};
use super::output::require_folder;
use super::paths::display_path;
use super::replacement::replace_files;
use super::rules::LoadedRules;
use super::run_options::today;

/// The name of a lock that nothing else names.
const LOCK_NAME: &str = "rolecall.lock";

/// Something is weaker than locked.
const WEAKER: u8 = 1;

/// Writes the lock, or says what differs from it.
pub fn run(arguments: &LockArguments) -> Result<u8, CommandError> {
    let (config_path, text, config) = load_config(&arguments.site)?;
    let rules = LoadedRules::load(&arguments.packs.packs, &config, config_path.as_deref())?.rules;
    config.overrides(&rules).map_err(CommandError::Usage)?;
    let mut settings: SettingsByTenant = [(String::new(), locked_settings(&config, Some(arguments.fail_on)))].into();
    if let Some(path) = &config_path {
        let project = Project::new(&config, path).map_err(CommandError::Usage)?;
        for (number, tenant) in project.iter().flat_map(|project| project.tenants().iter().enumerate()) {
            let own = project.as_ref().and_then(|project| project.config_of(number).transpose()).transpose()?;
            let layers: Vec<_> = text.iter().cloned().chain(own).collect();
            let merged = Config::parse_layers(&layers).map_err(CommandError::Usage)?;
            let label = tenant.label.clone().unwrap_or_default();
            settings.insert(label, locked_settings(&merged, Some(arguments.fail_on)));
        }
    }
    let path = match lock_path(arguments.file.as_deref(), &config, config_path.as_deref())? {
        Some(path) => path,
        None => config_path.as_deref().and_then(Path::parent).unwrap_or_else(|| Path::new("")).join(LOCK_NAME),
    };
    let old = if exists(&path) { Some(read(&path)?) } else { None };
    let changes = old.as_ref().map_or_else(Vec::new, |old| {
        compare_rules(old, &rules).into_iter().chain(compare_settings(old, &rules, &settings)).collect()
    });
    if arguments.diff {
        return diff(old.is_some(), &path, &changes);
    }
    let as_of = arguments.as_of.unwrap_or_else(today);
    let mut lock = LockFile::of_rules(&rules, settings, as_of);
    lock.accepted = accept(&changes, &arguments.accepted, &lock.as_of)?;
    let text = lock.text();
    if text.len() as u64 > MAX_CONFIG_BYTES {
        let error = UsageError::new("the lock would be larger than the 1 MiB that can be read again");
        return Err(error.with_remedy("Lock fewer packs, or shorten the failing examples.").into());
    }
    require_folder(&path)?;
    write(&path, &text)?;
    let mut out = io::stdout();
    changes.iter().try_for_each(|change| writeln!(out, "{}", whole(&change.line())))?;
    writeln!(out, "{} written: {} rules locked.", visible(&display_path(&path)), rules.len())?;
    if old.is_none() && config.lock().is_none() {
        writeln!(out, "To compare every run with it, write to `rolecall.toml`:\n\n[policy]\nlock = \"{LOCK_NAME}\"")?;
    }
    Ok(0)
}

fn read(path: &Path) -> Result<LockFile, CommandError> {
    let name = display_path(path);
    let text =
        read_text(path).map_err(|why| UsageError::new(format!("the lock {} cannot be read: {why}", quoted(&name))))?;
    LockFile::parse(&name, &text).map_err(CommandError::Usage)
}

fn diff(is_there: bool, path: &Path, changes: &[LockChange]) -> Result<u8, CommandError> {
    if !is_there {
        let error = UsageError::new(format!("there is no lock {}", quoted(&display_path(path))));
        return Err(error.with_remedy("Write it with `rolecall lock`.").into());
    }
    for change in changes {
        writeln!(io::stdout(), "{}", whole(&change.line()))?;
    }
    if changes.is_empty() {
        writeln!(io::stdout(), "nothing differs from {}", visible(&display_path(path)))?;
    }
    Ok(if changes.iter().any(|change| change.effect.is_to_accept()) { WEAKER } else { 0 })
}

/// What the reasons accept. Everything weaker needs one, and nothing else may have one.
fn accept(changes: &[LockChange], reasons: &[(String, String)], on: &str) -> Result<Vec<AcceptedChange>, CommandError> {
    let to_accept: Vec<&LockChange> = changes.iter().filter(|change| change.effect.is_to_accept()).collect();
    let reason = |name: &str| reasons.iter().find(|(accepted, _)| accepted == name).map(|(_, reason)| reason);
    let mut errors = Vec::new();
    for (name, _) in reasons.iter().filter(|(name, _)| !to_accept.iter().any(|change| change.name == *name)) {
        let error = UsageError::new(format!("there is nothing of {} to accept", quoted(name)));
        errors.push(error.with_remedy("`rolecall lock --diff` says what is weaker, and of what."));
    }
    let mut accepted: Vec<AcceptedChange> = Vec::new();
    for change in to_accept {
        match reason(&change.name) {
            None => errors.push(UsageError::new(change.line()).with_remedy(accept_line(change))),
            Some(_) if accepted.iter().any(|one| one.rule == change.name) => {}
            Some(reason) => accepted.push(AcceptedChange {
                rule: change.name.clone(),
                change: change.effect.word().to_owned(),
                reason: reason.clone(),
                on: on.to_owned(),
            }),
        }
    }
    if errors.is_empty() { Ok(accepted) } else { Err(CommandError::Usage(errors)) }
}

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    if exists(path) {
        return replace_files(&[(path, text.as_bytes())]);
    }
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    made.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| CommandError::Reports(vec![(visible(&display_path(path)), error)]))
}
