//! Files that are replaced all or none, even if the process is killed in between.
//!
//! Every new text is on the disk beside its file before the first file changes. Of several files, a journal in each of their
//! folders then says what belongs together: the next command that writes there carries out what was begun. A journal that is
//! not in all of the folders was never complete, or is carried out already, and is dropped.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::engine::digest;
use rolecall::source::file::Source;
use serde::{Deserialize, Serialize};

use super::CommandError;
use super::output::folder;
use super::paths::display_path;

const JOURNAL: &str = ".rolecall-journal.json";
const TEMPORARY: &str = ".rolecall-";

/// Files that belong together.
#[derive(Serialize, Deserialize)]
struct Journal {
    /// The folders of the files, which all have this journal.
    folders: BTreeSet<PathBuf>,
    files: Vec<Replacement>,
}

/// A file, and the one that takes its place if it still has this digest.
#[derive(Serialize, Deserialize)]
struct Replacement {
    target: PathBuf,
    temporary: PathBuf,
    old: String,
}

/// Replaces the texts of files that keep their modes.
pub fn replace_files(files: &[(&Path, &[u8])]) -> Result<(), CommandError> {
    replace_by(files, |from, to| fs::rename(from, to))
}

fn replace_by(files: &[(&Path, &[u8])], rename: impl Fn(&Path, &Path) -> io::Result<()>) -> Result<(), CommandError> {
    let failed = |path: &Path, error: io::Error| CommandError::Reports(vec![(display_path(path), error)]);
    let prepare = |path: &Path, text: &[u8]| {
        let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder(path))?;
        file.write_all(text)?;
        file.as_file().set_permissions(fs::metadata(path)?.permissions())?;
        file.as_file().sync_all()?;
        let target = path.canonicalize()?;
        let old = digest_of(&target).ok_or(io::ErrorKind::Other)?;
        let temporary = file.path().canonicalize()?;
        Ok((file, Replacement { target, temporary, old }))
    };
    let prepared = files.iter().map(|(path, text)| prepare(path, text).map_err(|error| failed(path, error)));
    let (mut temporary, files): (Vec<_>, Vec<_>) = prepared.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let Some(first) = files.first().map(|file| file.target.clone()) else { return Ok(()) };
    if let ([file], Some(temporary)) = (files.as_slice(), temporary.pop_if(|_| files.len() == 1)) {
        let persisted = temporary.persist(&file.target).map_err(|error| failed(&first, error.error));
        sync(&folder(&file.target));
        return persisted.map(drop);
    }
    let journal = Journal { folders: files.iter().map(|file| folder(&file.target)).collect(), files };
    journal.write().map_err(|error| failed(&first, error))?;
    // From here on they stay, whatever happens.
    for file in temporary {
        file.keep().map_err(|error| failed(&first, error.error))?;
    }
    journal.carry_out(rename).map_err(|error| failed(&first, error))
}

/// Carries out, or drops, what a command that was killed left in the folders of these files. The files that it replaced.
pub fn finish_interrupted(paths: &[&Path]) -> Result<Vec<PathBuf>, CommandError> {
    let folders: BTreeSet<PathBuf> = paths.iter().filter_map(|path| folder(path).canonicalize().ok()).collect();
    let mut finished = Vec::new();
    for folder in folders {
        let path = folder.join(JOURNAL);
        let Ok(text) = fs::read(&path) else { continue };
        let failed = |error| CommandError::Reports(vec![(display_path(&path), error)]);
        let Some(journal) = Journal::read(&text) else {
            fs::remove_file(&path).map_err(failed)?;
            continue;
        };
        if journal.is_complete(&text) {
            finished
                .extend(journal.files.iter().filter(|file| file.temporary.exists()).map(|file| file.target.clone()));
            journal.carry_out(|from, to| fs::rename(from, to)).map_err(failed)?;
        } else {
            journal.files.iter().for_each(|file| drop(fs::remove_file(&file.temporary)));
            journal.remove();
        }
    }
    Ok(finished)
}

fn digest_of(path: &Path) -> Option<String> {
    digest(&Source::open(path).ok()?).ok()
}

impl Journal {
    /// A journal that names nothing outside its folders. Anybody can put a file into a folder.
    fn read(text: &[u8]) -> Option<Self> {
        let journal: Self = serde_json::from_slice(text).ok()?;
        let is_temporary =
            |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY));
        let is_inside = |path: &PathBuf| path.is_absolute() && journal.folders.contains(&folder(path));
        let is_sound =
            |file: &Replacement| is_inside(&file.target) && is_inside(&file.temporary) && is_temporary(&file.temporary);
        let is_plain = |path: &PathBuf| path.canonicalize().is_ok_and(|real| real == *path);
        (journal.files.iter().all(is_sound) && journal.folders.iter().all(is_plain)).then_some(journal)
    }

    fn write(&self) -> io::Result<()> {
        let text = serde_json::to_vec(self)?;
        let written = |folder: &PathBuf| {
            let mut file = File::create_new(folder.join(JOURNAL))?;
            file.write_all(&text)?;
            file.sync_all()?;
            sync(folder);
            Ok(())
        };
        for (number, folder) in self.folders.iter().enumerate() {
            if let Err(error) = written(folder) {
                self.folders.iter().take(number).for_each(|folder| drop(fs::remove_file(folder.join(JOURNAL))));
                return Err(error);
            }
        }
        Ok(())
    }

    fn is_complete(&self, text: &[u8]) -> bool {
        self.folders.iter().all(|folder| fs::read(folder.join(JOURNAL)).is_ok_and(|other| other == text))
    }

    /// Puts every file in its place that is not there yet; one that somebody else changed meanwhile stays.
    fn carry_out(&self, rename: impl Fn(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
        for Replacement { target, temporary, old } in &self.files {
            if !temporary.exists() {
                continue;
            }
            if !target.is_symlink() && digest_of(target).as_ref() == Some(old) {
                rename(temporary, target)?;
            } else {
                fs::remove_file(temporary)?;
            }
        }
        self.folders.iter().for_each(|folder| sync(folder));
        self.remove();
        Ok(())
    }

    fn remove(&self) {
        self.folders.iter().for_each(|folder| drop(fs::remove_file(folder.join(JOURNAL))));
    }
}

/// Makes the names in a folder last.
fn sync(folder: &Path) {
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two plans in two folders, as `fix` finds them.
    fn plans() -> (tempfile::TempDir, [PathBuf; 2]) {
        let root = tempfile::tempdir().expect("a folder");
        let plans = ["a", "b"].map(|name| root.path().join(name).join("plan.yaml"));
        for plan in &plans {
            fs::create_dir(folder(plan)).expect("a folder");
            fs::write(plan, "old").expect("a plan");
        }
        (root, plans)
    }

    /// The texts of the plans, and whether nothing else is beside them.
    fn state(plans: &[PathBuf; 2]) -> ([String; 2], bool) {
        let is_alone = |plan: &PathBuf| fs::read_dir(folder(plan)).expect("a folder").count() == 1;
        (plans.each_ref().map(|plan| fs::read_to_string(plan).expect("a plan")), plans.iter().all(is_alone))
    }

    fn texts(first: &str, second: &str) -> [String; 2] {
        [first.to_owned(), second.to_owned()]
    }

    fn replace_until(plans: &[PathBuf; 2], calls: usize) {
        let done = std::cell::Cell::new(0);
        let rename = |from: &Path, to: &Path| {
            done.set(done.get() + 1);
            // What is killed does not come back either.
            if done.get() > calls { Err(io::ErrorKind::Interrupted.into()) } else { fs::rename(from, to) }
        };
        let files = plans.each_ref().map(|plan| (plan.as_path(), b"new".as_slice()));
        assert_eq!(replace_by(&files, rename).is_ok(), calls == 2);
    }

    #[test]
    fn what_was_begun_is_finished_from_either_folder() {
        for calls in 0..=2 {
            for named in 0..2 {
                let (_root, plans) = plans();
                replace_until(&plans, calls);
                let now = |number| if number < calls { "new" } else { "old" };
                assert_eq!(state(&plans), (texts(now(0), now(1)), calls == 2));
                let finished = finish_interrupted(&[&plans[named]]).unwrap_or_default();
                assert_eq!((state(&plans), finished.len()), ((texts("new", "new"), true), 2 - calls));
            }
        }
    }

    #[test]
    fn what_was_not_yet_begun_is_dropped() {
        let (_root, plans) = plans();
        replace_until(&plans, 0);
        fs::remove_file(folder(&plans[1]).join(JOURNAL)).expect("a journal");
        assert_eq!(finish_interrupted(&[&plans[0]]).unwrap_or_default(), [""; 0].map(PathBuf::from));
        assert_eq!(state(&plans), (texts("old", "old"), true));
    }

    #[test]
    fn a_plan_that_changed_meanwhile_stays() {
        let (_root, plans) = plans();
        replace_until(&plans, 1);
        fs::write(&plans[1], "mine").expect("a plan");
        drop(finish_interrupted(&[&plans[0]]));
        assert_eq!(state(&plans), (texts("new", "mine"), true));
    }

    #[test]
    fn a_journal_reaches_nothing_outside_its_folders() {
        let (root, plans) = plans();
        let outside = root.path().canonicalize().expect("a folder").join("profile");
        fs::write(&outside, "old").expect("a file");
        let inside = folder(&plans[0]).canonicalize().expect("a folder");
        let temporary = inside.join(".rolecall-x");
        fs::write(&temporary, "evil").expect("a file");
        let old = digest_of(&outside).expect("a digest");
        for folders in [vec![inside.clone()], vec![inside.clone(), folder(&outside)]] {
            let file = Replacement { target: outside.clone(), temporary: temporary.clone(), old: old.clone() };
            let journal = Journal { folders: folders.into_iter().collect(), files: vec![file] };
            fs::write(inside.join(JOURNAL), serde_json::to_vec(&journal).expect("JSON")).expect("a journal");
            assert_eq!(finish_interrupted(&[&plans[0]]).unwrap_or_default().len(), 0);
            assert_eq!(fs::read_to_string(&outside).expect("a file"), "old");
        }
    }
}
