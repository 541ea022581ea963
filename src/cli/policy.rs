//! The files of waivers and the baseline that options and config name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rolecall::config::Config;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::policy::{PolicyFile, PolicyText};
use rolecall::source::file::{read_policy_bytes, read_policy_text};

use super::output::tenant_path;
use super::paths::{display_path, path_below};

/// The paths of the files that options and config name, each once however often it is named.
pub fn policy_paths(named: &[PathBuf], config: Option<&Config>) -> Result<Vec<PathBuf>, Vec<UsageError>> {
    let mut paths: Vec<PathBuf> = named.to_vec();
    for (config, file) in config.iter().flat_map(|config| config.waiver_files().iter().map(move |file| (config, file)))
    {
        let home = config.file_of(file.span).map(Path::new).and_then(Path::parent).unwrap_or_else(|| Path::new(""));
        let path = path_below(home, &file.value).map_err(|why| {
            let error = UsageError::new(format!("the file of waivers {} {why}", quoted(&file.value)));
            let remedy = "Move the file below the folder of the config, or name it with `--waivers`.";
            vec![config.at(error.with_remedy(remedy), file.span, "named here")]
        })?;
        if let Err(error) = bytes(&path) {
            return Err(vec![config.at(error, file.span, "named here")]);
        }
        paths.push(path);
    }
    paths.sort_unstable();
    // One file under two paths would be two waivers of one id.
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    Ok(paths)
}

/// The files, read. One that is also an input is refused: one of the two is a slip.
pub fn policy_files(paths: &[PathBuf], inputs: &[PathBuf]) -> Result<Vec<PolicyFile>, UsageError> {
    let inputs: Vec<PathBuf> = inputs.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        if fs::canonicalize(path).is_ok_and(|whole| inputs.contains(&whole)) {
            let message = format!("{} is named as waivers and as an input", quoted(&display_path(path)));
            return Err(UsageError::new(message).with_remedy("Name each file once."));
        }
        files.push(PolicyFile { path: display_path(path), bytes: bytes(path)? });
    }
    Ok(files)
}

fn bytes(path: &Path) -> Result<Vec<u8>, UsageError> {
    let unreadable = |why| {
        let message = format!("the waivers {} cannot be read: {why}", quoted(&display_path(path)));
        UsageError::new(message)
            .with_remedy("Name a file in TOML, CSV or XLSX, or remove it from the command and the config.")
    };
    read_policy_bytes(path).map_err(unreadable)
}

/// The path of the baseline that an option or else the config names, for the tenant with this label.
pub fn baseline_path(
    named: Option<&Path>,
    config: Option<&Config>,
    label: Option<&str>,
) -> Result<Option<PathBuf>, Vec<UsageError>> {
    let of_tenant = |path: &Path| tenant_path(path, label);
    if let Some(path) = named {
        return Ok(Some(of_tenant(path)));
    }
    let Some((config, file)) = config.and_then(|config| Some((config, config.baseline_file()?))) else {
        return Ok(None);
    };
    let home = config.file_of(file.span).map(Path::new).and_then(Path::parent).unwrap_or_else(|| Path::new(""));
    let path = path_below(home, &file.value).map_err(|why| {
        let error = UsageError::new(format!("the baseline {} {why}", quoted(&file.value)));
        vec![config.at(error.with_remedy("Move the file, or name it with `--baseline`."), file.span, "named here")]
    })?;
    let path = of_tenant(&path);
    if let Err(error) = baseline_text(&path) {
        return Err(vec![config.at(error, file.span, "named here")]);
    }
    Ok(Some(path))
}

/// A baseline: its path as shown, and its text. A file that is also an input is refused.
pub fn read_baseline(path: &Path, inputs: &[PathBuf]) -> Result<PolicyText, UsageError> {
    let whole = fs::canonicalize(path).ok();
    if whole.is_some() && inputs.iter().any(|input| fs::canonicalize(input).ok() == whole) {
        let message = format!("{} is named as a baseline and as an input", quoted(&display_path(path)));
        return Err(UsageError::new(message).with_remedy("Name each file once."));
    }
    Ok((display_path(path), baseline_text(path)?))
}

fn baseline_text(path: &Path) -> Result<String, UsageError> {
    let unreadable = |why| {
        let message = format!("the baseline {} cannot be read: {why}", quoted(&display_path(path)));
        UsageError::new(message).with_remedy("Write it with `rolecall baseline create -o FILE PATH…`, or name another.")
    };
    read_policy_text(path).map_err(unreadable)
}
