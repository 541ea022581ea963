//! The lock that a command compares rules and config with.

use std::fs;
use std::path::{Path, PathBuf};

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::ledger::UsedLock;
use rolecall::evidence::sha256;
use rolecall::lock::{
    ChangeEffect, FAIL_ON, LockChange, LockFile, LockedSettings, SettingsByTenant, compare_rules, compare_settings,
};
use rolecall::rule::Rule;
use rolecall::source::file::read_text;

use super::CommandError;
use super::arguments::LockChoice;
use super::paths::{display_path, path_below};

/// A lock that was read.
pub struct LoadedLock {
    /// Its path as it is shown.
    pub path: String,
    pub text: String,
    file: LockFile,
    /// What of the rules is new or stricter.
    of_rules: Vec<LockChange>,
}

impl LoadedLock {
    /// The lock that options or config name.
    pub fn load(choice: &LockChoice, config: &Config, home: Option<&Path>) -> Result<Option<Self>, CommandError> {
        let Some(path) = lock_path(choice.file.as_deref(), config, home)? else {
            if choice.locked {
                let error = UsageError::new("`--locked` needs a lock, and none is named");
                let remedy = "Write one with `rolecall lock`, and name it in `rolecall.toml`: `[policy]` with `lock = \"rolecall.lock\"`.";
                return Err(error.with_remedy(remedy).into());
            }
            return Ok(None);
        };
        refuse_another(&path, config, home)?;
        let path = display_path(&path);
        let text = read_text(Path::new(&path)).map_err(|why| {
            UsageError::new(format!("the lock {} cannot be read: {why}", quoted(&path)))
                .with_remedy("Restore it from version control, or write it with `rolecall lock`.")
        })?;
        Self::of_text(path, text).map(Some).map_err(CommandError::Usage)
    }

    pub fn of_text(path: String, text: String) -> Result<Self, Vec<UsageError>> {
        Ok(Self { file: LockFile::parse(&path, &text)?, path, text, of_rules: Vec::new() })
    }

    /// Refuses rules and settings that demand less: those of the configs, and then those that options make of them. Old and
    /// new values may hold names, so `is_redacted` leaves them out.
    pub fn compared(
        mut self,
        rules: &[Rule],
        of_configs: &SettingsByTenant,
        of_runs: &SettingsByTenant,
        is_redacted: bool,
    ) -> Result<Self, Vec<UsageError>> {
        let refusal = |one: &LockChange| self.refusal(one, is_redacted);
        let changes = compare_rules(&self.file, rules);
        let of_configs = compare_settings(&self.file, rules, of_configs);
        let refused: Vec<_> = changes.iter().chain(&of_configs).filter(|one| one.effect.is_to_accept()).collect();
        if !refused.is_empty() {
            return Err(refused.into_iter().map(|one| refusal(one).with_remedy(accept_line(one))).collect());
        }
        let of_runs = compare_settings(&self.file, rules, of_runs);
        let refused: Vec<_> = of_runs.iter().filter(|one| one.effect.is_to_accept()).collect();
        if !refused.is_empty() {
            let remedy = "Leave the option out, or declare the same in `rolecall.toml` and lock that.";
            return Err(refused.into_iter().map(|one| refusal(one).with_remedy(remedy)).collect());
        }
        self.of_rules = changes;
        Ok(self)
    }

    fn refusal(&self, change: &LockChange, is_redacted: bool) -> UsageError {
        let verb = if change.effect == ChangeEffect::Weaker { "demands" } else { "may demand" };
        let what = if is_redacted { String::new() } else { format!(": {}", change.what) };
        UsageError::new(format!("{} {verb} less than {}{what}", quoted(&change.name), quoted(&self.path)))
    }

    /// The lock in the ledger of a run with these settings. Old and new values and reasons may hold names, so `is_redacted`
    /// leaves them out.
    pub fn used(&self, rules: &[Rule], settings: &SettingsByTenant, is_redacted: bool) -> UsedLock {
        let changes = self.of_rules.iter().cloned().chain(compare_settings(&self.file, rules, settings));
        let changes = changes.map(|one| if is_redacted { one.heading() } else { one.line() });
        let accepted = self.file.accepted.iter().map(|one| {
            let reason = if is_redacted { String::new() } else { format!(": {}", one.reason) };
            format!("{} is {}, accepted on {}{reason}", one.rule, one.change, one.on)
        });
        let notes = changes.chain(accepted).collect();
        UsedLock { file: self.path.clone(), sha256: sha256(self.text.as_bytes()), notes }
    }
}

/// How a change is accepted.
pub fn accept_line(change: &LockChange) -> String {
    format!("Restore it, or accept it: `rolecall lock --accept \"{}=REASON\"`.", change.name)
}

/// The path of the lock that is named, if one is.
pub fn lock_path(named: Option<&Path>, config: &Config, home: Option<&Path>) -> Result<Option<PathBuf>, UsageError> {
    if let Some(path) = named {
        return Ok(Some(path.to_owned()));
    }
    let Some(named) = config.lock() else { return Ok(None) };
    let home = home.and_then(Path::parent).unwrap_or_else(|| Path::new(""));
    path_below(home, &named.value).map(Some).map_err(|why| {
        let error = UsageError::new(format!("the lock {} {why}", quoted(&named.value)));
        config.at(error.with_remedy("Move it, or name it with `--lock`."), named.span, "named here")
    })
}

/// The settings of a config for a command that may fail from a severity on.
pub fn locked_settings(config: &Config, fail_on: Option<Severity>) -> LockedSettings {
    with_fail_on(config.locked_settings(), fail_on)
}

/// The settings of a run.
pub fn locked_settings_of_run(config: &Config, options: &RunOptions, fail_on: Option<Severity>) -> LockedSettings {
    with_fail_on(config.locked_settings_of_run(options), fail_on)
}

fn with_fail_on(mut settings: LockedSettings, fail_on: Option<Severity>) -> LockedSettings {
    settings.extend(fail_on.map(|severity| (FAIL_ON.to_owned(), vec![severity.word().to_owned()])));
    settings
}

/// Refuses another lock than that of the config: what the config's lock holds would be passed over.
fn refuse_another(path: &Path, config: &Config, home: Option<&Path>) -> Result<(), CommandError> {
    let Some(of_config) = lock_path(None, config, home)? else { return Ok(()) };
    let is_same = match [path, &of_config].map(fs::canonicalize) {
        [Ok(one), Ok(other)] => one == other,
        _ => path == of_config,
    };
    if is_same {
        return Ok(());
    }
    let names = [path, &of_config].map(|path| quoted(&display_path(path)));
    let error = UsageError::new(format!("`--lock` names {}, but the lock of the config is {}", names[0], names[1]));
    Err(error.with_remedy("Leave out `--lock`, or take `lock` out of `[policy]`.").into())
}
