//! Where reports go: standard output, and files that are there whole or not at all.
//!
//! A file is written beside its name and renamed at the end, so that whoever reads it sees the old report or the new
//! one. It holds personal data, so only its owner may read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::report::{Report, ReportFormat, human};

use super::CommandError;
use super::arguments::{ColorChoice, OutputArgument};
use super::check::display_path;
use super::stream::ColoredStream;

/// Every report of a run.
pub struct Outputs<F> {
    on_stdout: F,
    files: Vec<OutputArgument<F>>,
}

impl<F: Copy> Outputs<F> {
    /// The reports that the options ask for: one on standard output, any number in files.
    pub fn of(format: Option<F>, outputs: Vec<OutputArgument<F>>, default: F) -> Result<Self, UsageError> {
        let (on_stdout, files): (Vec<_>, Vec<_>) =
            outputs.into_iter().partition(|output| output.path.as_os_str() == "-");
        let mut formats: Vec<_> = format.into_iter().chain(on_stdout.iter().map(|output| output.format)).collect();
        if formats.len() > 1 {
            return Err(UsageError::new("two reports are to go to standard output")
                .with_remedy("Give `--format`, or one `--output` with `-`, and write the others to files."));
        }
        Ok(Self { on_stdout: formats.pop().unwrap_or(default), files })
    }

    /// Refuses, before anything is read, paths that no report may be written to.
    pub fn refuse_paths(
        &self,
        inputs: &[PathBuf],
        config: Option<&Path>,
        key: Option<&Path>,
        package: Option<&Path>,
    ) -> Result<(), UsageError> {
        let mut taken: Vec<(FileIdentity, String)> = Vec::new();
        let read = inputs.iter().map(PathBuf::as_path).chain(config).chain(key);
        for path in read.filter(|path| path.as_os_str() != "-") {
            let is_read = format!("{}, which is read", quoted(&display_path(path)));
            taken.extend(FileIdentity::all_of(path).into_iter().map(|identity| (identity, is_read.clone())));
        }
        let reports = self.files.iter().map(|output| ("report", output.path.as_path()));
        for (what, path) in reports.chain(package.map(|path| ("package", path))) {
            let name = quoted(&display_path(path));
            refuse_odd(path, &format!("{what} {name}"))?;
            let identities = FileIdentity::all_of(path);
            if let Some((_, other)) = taken.iter().find(|(one, _)| identities.contains(one)) {
                return Err(UsageError::new(format!("the {what} {name} would go over {other}"))
                    .with_remedy(format!("Choose another path for the {what}.")));
            }
            let is_written = format!("{name}, another report");
            taken.extend(identities.into_iter().map(|identity| (identity, is_written.clone())));
        }
        Ok(())
    }

    /// Writes them all; one that fails keeps no other back. `write` writes a form without colours, `on_stdout` for
    /// people where that is asked for.
    pub fn write_all(
        &self,
        color: ColorChoice,
        write: impl Fn(F, &mut dyn Write) -> io::Result<()>,
        on_stdout: impl FnOnce(F, &mut ColoredStream) -> io::Result<()>,
    ) -> Result<(), CommandError> {
        let mut failed = Vec::new();
        for output in &self.files {
            if let Err(error) = write_file(&output.path, |out| write(output.format, out)) {
                failed.push((rolecall::diagnostic::visible::whole(&display_path(&output.path)), error));
            }
        }
        let mut screen = ColoredStream::standard_output(color);
        if let Err(error) = on_stdout(self.on_stdout, &mut screen).and_then(|()| screen.finish()) {
            failed.push(("standard output".to_owned(), error));
        }
        if failed.is_empty() { Ok(()) } else { Err(CommandError::Reports(failed)) }
    }
}

impl Outputs<ReportFormat> {
    /// Writes every report of a check.
    pub fn write(&self, report: &Report<'_>, color: ColorChoice) -> Result<(), CommandError> {
        let on_stdout = |format, screen: &mut ColoredStream| match format {
            ReportFormat::Human => human::write(report.run, report.fail_on, screen.writer()),
            other => other.write(report, &mut screen.writer()),
        };
        self.write_all(color, |format, out| format.write(report, out), on_stdout)
    }
}

/// What is written replaces a regular file or makes a new one, in a folder that is there.
fn refuse_odd(path: &Path, name: &str) -> Result<(), UsageError> {
    if path.file_name().is_none() {
        return Err(UsageError::new(format!("the {name} has no file name")));
    }
    if let Ok(found) = fs::symlink_metadata(path)
        && !found.is_file()
    {
        return Err(UsageError::new(format!("the {name} would go over something that is no regular file"))
            .with_remedy("Name a file, or `-` for standard output."));
    }
    if !folder(path).is_dir() {
        return Err(UsageError::new(format!("the folder for the {name} is not there")));
    }
    Ok(())
}

/// What tells one file from another, however its path is spelt.
#[derive(PartialEq, Eq)]
enum FileIdentity {
    Path(PathBuf),
    #[cfg(unix)]
    Node(u64, u64),
}

impl FileIdentity {
    /// The file's own identity, where it is there, and that of its path.
    fn all_of(path: &Path) -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(unix)]
        if let Ok(found) = fs::metadata(path) {
            use std::os::unix::fs::MetadataExt as _;
            all.push(Self::Node(found.dev(), found.ino()));
        }
        let folder = folder(path);
        let folder = folder.canonicalize().unwrap_or(folder);
        all.push(Self::Path(path.canonicalize().unwrap_or_else(|_| folder.join(path.file_name().unwrap_or_default()))));
        all
    }
}

/// The folder a path stands in.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes a file whole, or leaves what was there.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = folder(path).join(name);
    let mut out = BufWriter::new(create(&part)?);
    let finish = |out: BufWriter<File>| out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all();
    let written = write(&mut out).and_then(|()| finish(out)).and_then(|()| fs::rename(&part, path));
    if let Err(error) = written {
        // What is left of it is no report.
        drop(fs::remove_file(&part));
        return Err(error);
    }
    // The file is whole already: that its name lasts is all the folder adds.
    drop(File::open(folder(path)).and_then(|folder| folder.sync_all()));
    Ok(())
}

/// A new file that only its owner may read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}
