//! The files of a site's pack: what lies directly in one folder, and nothing that a link leads to.
//!
//! Whatever could be a rule that is passed over is refused: folders, links, files with another ending.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::file::read_text;
use crate::error::ReadError;
use crate::fast::sort_few::sort_few_by;

/// The file that says what a pack is called.
pub const PACK_FILE: &str = "pack.toml";

/// The most rules that packs may hold together.
pub const MAX_RULES: usize = 2000;

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Its name in the folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Why a folder is not a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderError {
    /// The entry at fault; `None` if it is the folder.
    pub entry: Option<String>,
    /// What is wrong, as a sentence without a subject.
    pub reason: String,
    /// What to do.
    pub remedy: &'static str,
}

impl FolderError {
    fn new(entry: Option<&OsStr>, reason: impl Into<String>, remedy: &'static str) -> Self {
        let entry = entry.map(|name| name.to_string_lossy().into_owned());
        Self { entry, reason: reason.into(), remedy }
    }
}

/// The files of the pack in `folder`, in the order of their names.
///
/// # Errors
/// What keeps the folder from being a pack.
pub fn read_pack_folder(folder: &Path) -> Result<Vec<PackFile>, FolderError> {
    let of_system = |error: &std::io::Error| {
        FolderError::new(
            None,
            format!("cannot be read: {}", ReadError::from(error).reason),
            "Name the folder of a pack.",
        )
    };
    let found = fs::symlink_metadata(folder).map_err(|error| of_system(&error))?;
    if found.is_symlink() {
        return Err(FolderError::new(None, "is a link", "Name the folder that it leads to."));
    }
    if !found.is_dir() {
        return Err(FolderError::new(None, "is not a folder", "Name the folder of a pack."));
    }
    let entries = fs::read_dir(folder).map_err(|error| of_system(&error))?;
    let mut found: Vec<(PathBuf, FileType)> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| of_system(&error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| of_system(&error))?);
        if !is_passed_over(&path) {
            found.push((path, kind));
        }
        if found.len() > MAX_RULES + 1 {
            let reason = format!("holds more than {MAX_RULES} rules");
            return Err(FolderError::new(None, reason, "Split the rules into packs, and judge by some of them."));
        }
    }
    sort_few_by(&mut found, |(a, _), (b, _)| a.cmp(b));
    found.iter().map(|(path, kind)| read_file(path, *kind)).collect()
}

/// Hidden files and texts for people are not rules.
fn is_passed_over(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_for_people = name.starts_with("LICENSE") || [".md", ".txt"].iter().any(|ending| name.ends_with(ending));
    name.starts_with('.') || (is_for_people && path.is_file())
}

fn read_file(path: &Path, kind: FileType) -> Result<PackFile, FolderError> {
    let refused = |reason: String, remedy| Err(FolderError::new(path.file_name(), reason, remedy));
    if kind.is_symlink() {
        return refused("is a link".to_owned(), "Copy the file that it leads to into the folder.");
    }
    if kind.is_dir() {
        return refused("is a folder inside the pack".to_owned(), "Move its rules up, or make it a pack of its own.");
    }
    let name = path.file_name().and_then(OsStr::to_str).filter(|name| name.ends_with(".toml"));
    let Some(name) = name else {
        let remedy = "Name a rule `ID.toml`; other files may end in `.md` or `.txt`.";
        return refused("is not a rule file".to_owned(), remedy);
    };
    match read_text(path) {
        Ok(text) => Ok(PackFile { name: name.to_owned(), text }),
        Err(why) => refused(format!("cannot be read: {why}"), "Keep rules in text files of at most 1 MiB."),
    }
}
