//! Paths as reports show them.

use std::path::{Component, Path, PathBuf};

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

/// The path that a config in the folder `home` names, or why it cannot be named there. A config may come with the data, so
/// it names what is below its own folder only: a link in between could be led elsewhere after it was reviewed.
pub fn path_below(home: &Path, named: &str) -> Result<PathBuf, String> {
    let mut path = home.to_owned();
    for part in Path::new(named).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            _ => return Err("is not below the folder of the config".to_owned()),
        }
        if path.is_symlink() {
            return Err(format!("leads through the link {}", quoted(&display_path(&path))));
        }
    }
    Ok(path)
}

/// Refuses a folder to write to that is not there.
pub fn existing_folder(folder: &Path) -> Result<(), UsageError> {
    if folder.is_dir() {
        return Ok(());
    }
    let message = format!("the folder {} does not exist", quoted(&display_path(folder)));
    Err(UsageError::new(message).with_remedy("Create it first."))
}
