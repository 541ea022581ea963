//! The rules of a command: those that are built in, and those of the site's packs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, whole};
use rolecall::engine::RuleSet;
use rolecall::engine::ledger::{UsedLock, UsedPack};
use rolecall::rule::Rule;
use rolecall::rule::file::{References, all_built_in, built_in, opt_in};
use rolecall::rule::pack::{PackFolder, SitePack, read_packs};
use rolecall::source::pack_folder::{FolderError, read_pack_folder};

use super::CommandError;
use super::loaded_lock::{LoadedLock, locked_settings_of_run};
use super::paths::{display_path, path_below};
use super::stream::print_to_stderr;

/// Read once, however many tenants are judged.
static BUILT_IN: LazyLock<Arc<Vec<Rule>>> = LazyLock::new(|| Arc::new(built_in()));
/// The same with those that a site switches on.
static ALL_BUILT_IN: LazyLock<Arc<Vec<Rule>>> = LazyLock::new(|| Arc::new(all_built_in()));
static REFERENCES: LazyLock<Arc<References>> = LazyLock::new(|| Arc::new(References::built_in()));

/// Every rule, with what they cite and the packs of the site.
pub struct LoadedRules {
    pub rules: Arc<Vec<Rule>>,
    pub references: Arc<References>,
    /// The packs, whose rules have moved to `rules`.
    pub packs: Vec<SitePack>,
    /// The lock that they were compared with.
    pub lock: Option<LoadedLock>,
}

impl LoadedRules {
    /// The rules of the folders that options and config name.
    pub fn load(packs: &[PathBuf], config: &Config, config_path: Option<&Path>) -> Result<Self, CommandError> {
        let folders = folders(packs, config, config_path, &[])?;
        Self::of_folders(folders, config.has_access_review()).map_err(CommandError::Usage)
    }

    /// The same, but a pack of the config gives way to one of the options with the same name.
    pub fn load_instead(packs: &[PathBuf], config: &Config, config_path: Option<&Path>) -> Result<Self, CommandError> {
        let names = names_of(folders(packs, &Config::default(), None, &[])?)?;
        let folders = folders(packs, config, config_path, &names)?;
        Self::of_folders(folders, config.has_access_review()).map_err(CommandError::Usage)
    }

    /// The built-in rules, those of access reviews only on demand, and those of folders.
    pub fn of_folders(folders: Vec<PackFolder>, has_access_review: bool) -> Result<Self, Vec<UsageError>> {
        if folders.is_empty() {
            let rules = if has_access_review { &ALL_BUILT_IN } else { &BUILT_IN };
            let (rules, references) = (Arc::clone(rules), Arc::clone(&REFERENCES));
            return Ok(Self { rules, references, packs: Vec::new(), lock: None });
        }
        let mut rules = if has_access_review { all_built_in() } else { built_in() };
        let mut packs = read_packs(folders, &ALL_BUILT_IN)?;
        rules.extend(packs.iter_mut().flat_map(|pack| std::mem::take(&mut pack.rules)));
        Ok(Self { rules: Arc::new(rules), references: Arc::clone(&REFERENCES), packs, lock: None })
    }

    /// The same, with all built-in rules: for commands that speak of rules and judge nothing.
    pub fn with_opt_in(self) -> Self {
        if self.rules.iter().any(Rule::is_opt_in) {
            return self;
        }
        let own = Arc::try_unwrap(self.rules).unwrap_or_else(|_| built_in());
        let (mut rules, of_site): (Vec<Rule>, Vec<Rule>) = own.into_iter().partition(Rule::is_built_in);
        rules.extend(opt_in().into_iter().chain(of_site));
        Self { rules: Arc::new(rules), ..self }
    }

    pub fn set(&self) -> RuleSet<'_> {
        RuleSet { rules: &self.rules, references: &self.references }
    }

    /// The packs as the ledger of a run names them.
    pub fn used_packs(&self) -> Vec<UsedPack> {
        let used = |pack: &SitePack| UsedPack {
            pack: pack.name.clone(),
            version: pack.version.clone(),
            rules: pack.folder.files.len() as u64 - 1,
            sha256: pack.sha256.clone(),
        };
        self.packs.iter().map(used).collect()
    }

    /// The lock as the ledger of a run names it. `fail_on` is the option of a command that has it.
    pub fn used_lock(
        &self,
        config: &Config,
        options: &RunOptions,
        fail_on: Option<Severity>,
        is_redacted: bool,
    ) -> Option<UsedLock> {
        let lock = self.lock.as_ref()?;
        let label = options.selection.tenant.clone().unwrap_or_default();
        let settings = [(label, locked_settings_of_run(config, options, fail_on))].into();
        Some(lock.used(&self.rules, &settings, is_redacted))
    }

    /// Says how rules and settings of a run differ from the lock, for commands whose answer has no ledger.
    pub fn print_lock_notes(&self, config: &Config, options: &RunOptions, is_redacted: bool) {
        if let Some(used) = self.used_lock(config, options, None, is_redacted) {
            used.notes.iter().for_each(|note| print_to_stderr(&whole(&format!("rolecall: {}: {note}", used.file))));
        }
    }

    /// The files of all packs.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        let of_pack = |pack: &SitePack| {
            let folder = Path::new(&pack.folder.path);
            pack.folder.files.iter().map(|file| folder.join(&file.name)).collect::<Vec<_>>()
        };
        self.packs.iter().flat_map(of_pack)
    }
}

/// The pack in a folder.
pub fn folder(path: &Path) -> Result<PackFolder, FolderError> {
    Ok(PackFolder { files: read_pack_folder(path)?, path: display_path(path) })
}

/// Why a folder is not a pack, for people.
pub fn unusable(folder: &Path, error: &FolderError) -> UsageError {
    let folder = display_path(folder);
    let what = match &error.entry {
        Some(entry) => quoted(&format!("{}/{entry}", folder.trim_end_matches('/'))),
        None => format!("the pack {}", quoted(&folder)),
    };
    UsageError::new(format!("{what} {}", error.reason)).with_remedy(error.remedy)
}

/// The folders that options and config name, without packs of the config that are called one of `without`.
fn folders(
    packs: &[PathBuf],
    config: &Config,
    config_path: Option<&Path>,
    without: &[String],
) -> Result<Vec<PackFolder>, CommandError> {
    let mut folders = Vec::with_capacity(packs.len());
    for path in packs {
        folders.push(folder(path).map_err(|error| unusable(path, &error))?);
    }
    let home = config_path.and_then(Path::parent).unwrap_or_else(|| Path::new(""));
    for named in config.pack_folders() {
        let refused = |error| CommandError::Usage(vec![config.at(error, named.span, "named here")]);
        let path = path_below(home, &named.value).map_err(|why| {
            let error = UsageError::new(format!("the pack {} {why}", quoted(&named.value)));
            refused(error.with_remedy("Move the pack, or name it with `--pack`."))
        })?;
        let folder = folder(&path).map_err(|error| refused(unusable(&path, &error)))?;
        if without.is_empty() || names_of(vec![folder.clone()])?.iter().all(|name| !without.contains(name)) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

fn names_of(folders: Vec<PackFolder>) -> Result<Vec<String>, CommandError> {
    let packs = read_packs(folders, &ALL_BUILT_IN).map_err(CommandError::Usage)?;
    Ok(packs.into_iter().map(|pack| pack.name).collect())
}
