//! The config of a command: where it is found, and how reports name it.

use std::path::{Path, PathBuf};

use rolecall::config::{Config, ConfigText};
use rolecall::diagnostic::usage::UsageError;
use rolecall::engine::ledger::ConfigFile;
use rolecall::evidence::sha256;
use rolecall::policy::{PolicyFile, PolicyFiles};
use rolecall::source::file::{exists, read_text};

use super::CommandError;
use super::arguments::SiteArguments;
use super::paths::display_path;

const CONFIG_NAME: &str = "rolecall.toml";

/// Finds, reads and parses the config.
pub fn load_config(site: &SiteArguments) -> Result<(Option<PathBuf>, Option<ConfigText>, Config), CommandError> {
    let path = config_path(site);
    let config = match &site.text {
        Some(text) => Some(text.clone()),
        None => path.as_deref().map(config_text).transpose()?,
    };
    let site = Config::parse_layers(config.as_slice()).map_err(CommandError::Usage)?;
    Ok((path, config, site))
}

pub fn config(site: &SiteArguments) -> Result<Config, CommandError> {
    load_config(site).map(|(_, _, config)| config)
}

/// The config that was named, or the one in this folder or above. The data's own folder is not searched: whoever
/// made the data would choose the rules.
fn config_path(site: &SiteArguments) -> Option<PathBuf> {
    match (&site.text, &site.config) {
        (Some((name, _)), _) => Some(PathBuf::from(name)),
        (None, Some(path)) => Some(path.clone()),
        (None, None) if site.no_config => None,
        (None, None) => find_config(),
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

/// The nearest config upwards, named relative to this folder. One that cannot be read counts: to pass over it would
/// judge by other rules.
fn find_config() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let above = |levels: usize| std::iter::repeat_n("..", levels).collect::<PathBuf>().join(CONFIG_NAME);
    here.ancestors().enumerate().find(|(_, folder)| exists(&folder.join(CONFIG_NAME))).map(|(levels, _)| above(levels))
}

/// The config files as the ledger of a run names them.
pub fn used_config(config: &[ConfigText], with_digest: bool) -> Vec<ConfigFile> {
    let sha256 = |text: &str| with_digest.then(|| sha256(text.as_bytes()));
    config.iter().map(|(name, text)| ConfigFile { file: name.clone(), sha256: sha256(text) }).collect()
}

/// The same of the files of waivers.
pub fn used_files(policy: &PolicyFiles, with_digest: bool) -> Vec<ConfigFile> {
    let used =
        |file: &PolicyFile| ConfigFile { file: file.path.clone(), sha256: with_digest.then(|| sha256(&file.bytes)) };
    policy.files.iter().map(used).collect()
}
