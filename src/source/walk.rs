//! The files below a folder, in one walk: those that git does not ignore and that are not hidden.
//!
//! Links are followed unless they lead out of the folder. The one module that names the `ignore` crate.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, Error, WalkBuilder};

use crate::error::ReadError;
use crate::fast::sort_few::sort_few_by;

/// What lies below a folder. Paths are relative to it, with `/`.
#[derive(Debug, Default)]
pub struct FolderWalk {
    /// The files, in the order of their paths.
    pub files: Vec<String>,
    /// Links that were followed.
    pub links: Vec<String>,
    /// Links that lead out of the folder: they were not followed.
    pub outside: Vec<String>,
    /// Folders that could not be listed, and why.
    pub unreadable: Vec<(String, ReadError)>,
}

/// Lists the files below `root`, as far as `is_wanted` says so of folders.
pub fn walk(root: &Path, is_wanted: impl Fn(&str) -> bool + Send + Sync + 'static) -> FolderWalk {
    let start = if root.as_os_str().is_empty() { Path::new(".") } else { root }.to_owned();
    let real = start.canonicalize().ok();
    let links = Arc::new(Mutex::new(Vec::new()));
    let (seen, below) = (Arc::clone(&links), start.clone());
    let is_taken = move |entry: &DirEntry| {
        let path = relative(entry.path(), &below);
        let is_wanted = entry.depth() == 0 || !is_folder(entry) || is_wanted(&path);
        if entry.depth() == 0 || !entry.path_is_symlink() {
            return is_wanted;
        }
        let is_inside = real.as_deref().is_none_or(|real| leads_into(entry.path(), real));
        seen.lock().unwrap_or_else(PoisonError::into_inner).push((path, is_inside));
        is_inside && is_wanted
    };
    let mut found = FolderWalk::default();
    // Ignore files outside of the repository differ from machine to machine: they do not count.
    let walker =
        WalkBuilder::new(&start).follow_links(true).ignore(false).git_global(false).filter_entry(is_taken).build();
    for entry in walker {
        match entry {
            Ok(entry) if is_folder(&entry) => {}
            Ok(entry) => found.files.push(relative(entry.path(), &start)),
            Err(error) => found.fault(&error, &start),
        }
    }
    let mut links = std::mem::take(&mut *links.lock().unwrap_or_else(PoisonError::into_inner));
    links.sort_unstable();
    for (path, is_inside) in links {
        if is_inside { &mut found.links } else { &mut found.outside }.push(path);
    }
    found.files.sort_unstable();
    sort_few_by(&mut found.unreadable, |a, b| a.0.cmp(&b.0));
    found
}

impl FolderWalk {
    fn fault(&mut self, error: &Error, start: &Path) {
        let Some(path) = path_of(error) else { return };
        let place = relative(path, start);
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        match error.io_error() {
            // A folder within itself: its files are reached without the link.
            None => {}
            // A link that leads nowhere is a file that cannot be read.
            Some(_) if is_link => self.files.push(place),
            Some(error) => self.unreadable.push((place, ReadError::from(error))),
        }
    }
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// True if what `path` leads to lies below `root`, or leads nowhere.
pub fn leads_into(path: &Path, root: &Path) -> bool {
    path.canonicalize().map_or(true, |real| real.starts_with(root))
}

fn path_of(error: &Error) -> Option<&Path> {
    match error {
        Error::WithPath { path, .. } => Some(path),
        Error::Loop { child, .. } => Some(child),
        Error::WithDepth { err, .. } | Error::WithLineNumber { err, .. } => path_of(err),
        Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// `path` from `root` on, with `/`.
fn relative(path: &Path, root: &Path) -> String {
    let parts: PathBuf = path.strip_prefix(root).unwrap_or(path).components().collect();
    parts.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
