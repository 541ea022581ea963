//! Paths as reports show them.

use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;

/// The working directory by each of its names: as the system knows it, and as the shell came to it through a link.
pub fn working_directory() -> Vec<String> {
    let Ok(here) = std::env::current_dir() else { return Vec::new() };
    let by_shell =
        std::env::var_os("PWD").map(PathBuf::from).filter(|path| path.canonicalize().ok() == here.canonicalize().ok());
    let mut names: Vec<_> = std::iter::once(here).chain(by_shell).map(|path| display_path(&path)).collect();
    names.dedup();
    names
}

/// A path as reports show it: as typed, with `/`.
pub fn display_path(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Refuses a folder to write to that is not there.
pub fn existing_folder(folder: &Path) -> Result<(), UsageError> {
    if folder.is_dir() {
        return Ok(());
    }
    let message = format!("the folder {} does not exist", quoted(&display_path(folder)));
    Err(UsageError::new(message).with_remedy("Create it first."))
}
