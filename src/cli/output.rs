//! Where reports go: standard output, and files that are replaced whole or not at all.
//!
//! A file is written under another name and renamed at the end, so a reader sees the old report or the new one. It
//! holds personal data, so only its owner may read it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::report::{Report, ReportFormat, human};

use super::CommandError;
use super::arguments::{ColorChoice, OutputArgument};
use super::paths::display_path;
use super::stream::ColoredStream;

/// Where the path of a report names the tenant of a report.
const TENANT: &str = "{tenant}";

/// What replaces it for files that belong to no tenant.
const NO_TENANT: &str = "no-tenant";

/// Every report of one or several runs.
pub struct Outputs<F> {
    on_stdout: F,
    files: Vec<OutputFile<F>>,
}

/// A file with the report of one run.
struct OutputFile<F> {
    format: F,
    path: PathBuf,
    run: usize,
}

impl<F: Copy> Outputs<F> {
    /// One report on standard output, any number in files.
    pub fn new(format: Option<F>, outputs: Vec<OutputArgument<F>>, default: F) -> Result<Self, UsageError> {
        let (on_stdout, files): (Vec<_>, Vec<_>) =
            outputs.into_iter().partition(|output| output.path.as_os_str() == "-");
        let mut formats: Vec<_> = format.into_iter().chain(on_stdout.iter().map(|output| output.format)).collect();
        if formats.len() > 1 {
            return Err(UsageError::new("two reports would go to standard output")
                .with_remedy("Keep `--format` or one `--output` with `-`, and write the others to files."));
        }
        let files = files.into_iter().map(|OutputArgument { format, path }| OutputFile { format, path, run: 0 });
        Ok(Self { on_stdout: formats.pop().unwrap_or(default), files: files.collect() })
    }

    /// One file for each of several runs, whose tenants have these labels.
    pub fn for_tenants(self, labels: &[Option<&str>]) -> Result<Self, UsageError> {
        let mut files = Vec::new();
        for OutputFile { format, path, .. } in self.files {
            files.extend(
                tenant_paths(&path, "report", labels)?.into_iter().enumerate().map(|(run, path)| OutputFile {
                    format,
                    path,
                    run,
                }),
            );
        }
        Ok(Self { files, ..self })
    }

    /// Refuses, before anything is read, paths that no report may replace.
    pub fn refuse_paths(
        &self,
        inputs: &[&Path],
        configs: &[PathBuf],
        key: Option<&Path>,
        packages: &[PathBuf],
    ) -> Result<(), UsageError> {
        if self.files.is_empty() && packages.is_empty() {
            return Ok(());
        }
        let mut taken: Vec<(FileIdentity, String)> = Vec::new();
        let mut take = |what: &str, path: &Path| {
            let name = format!("{what} {}", quoted(&display_path(path)));
            taken.extend(FileIdentity::all_of(path).into_iter().map(|identity| (identity, name.clone())));
        };
        inputs.iter().filter(|path| path.as_os_str() != "-").for_each(|path| take("input", path));
        configs.iter().for_each(|path| take("config", path));
        key.into_iter().for_each(|path| take("key", path));
        let reports = self.files.iter().map(|output| ("report", output.path.as_path()));
        for (what, path) in reports.chain(packages.iter().map(|path| ("package", path.as_path()))) {
            let name = quoted(&display_path(path));
            refuse_unwritable(path, &format!("{what} {name}"))?;
            let identities = FileIdentity::all_of(path);
            if let Some((_, other)) = taken.iter().find(|(one, _)| identities.contains(one)) {
                return Err(UsageError::new(format!("the {what} {name} would overwrite the {other}"))
                    .with_remedy(format!("Choose another path for the {what}.")));
            }
            let other = format!("report {name}");
            taken.extend(identities.into_iter().map(|identity| (identity, other.clone())));
        }
        Ok(())
    }

    /// Writes them all, even if one fails. `write` writes the file of a run, `on_stdout` the one report that may have colours.
    pub fn write_all(
        &self,
        color: ColorChoice,
        write: impl Fn(F, usize, &mut dyn Write) -> io::Result<()>,
        on_stdout: impl FnOnce(F, &mut ColoredStream) -> io::Result<()>,
    ) -> Result<(), CommandError> {
        let mut failed = Vec::new();
        for output in &self.files {
            if let Err(error) = write_file(&output.path, |out| write(output.format, output.run, out)) {
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
    /// Writes every report of a check; on standard output one of all runs.
    pub fn write(&self, reports: &[Report<'_>], color: ColorChoice) -> Result<(), CommandError> {
        let on_stdout = |format, screen: &mut ColoredStream| match format {
            ReportFormat::Human => human::write_all_styled(reports, &mut screen.screen()),
            other => other.write_all(reports, &mut screen.writer()),
        };
        self.write_all(color, |format, run, out| format.write(&reports[run], out), on_stdout)
    }
}

/// The path of a file for each of several runs, whose tenants have these labels.
pub fn tenant_paths(path: &Path, what: &str, labels: &[Option<&str>]) -> Result<Vec<PathBuf>, UsageError> {
    let Some(text) = path.to_str().filter(|text| text.contains(TENANT)) else {
        if let [_] = labels {
            return Ok(vec![path.to_owned()]);
        }
        let message = format!("the {what} {} would be written by several tenants", quoted(&display_path(path)));
        return Err(
            UsageError::new(message).with_remedy("Put `{tenant}` into its path: it stands for the tenant's label.")
        );
    };
    Ok(labels.iter().map(|label| tenant_path(Path::new(text), *label)).collect())
}

/// A path with the label of a tenant in it, if it has a place for one.
pub fn tenant_path(path: &Path, label: Option<&str>) -> PathBuf {
    let replaced = path.to_str().map(|text| PathBuf::from(text.replace(TENANT, label.unwrap_or(NO_TENANT))));
    replaced.unwrap_or_else(|| path.to_owned())
}

/// A report replaces a regular file or makes a new one, in a folder that exists.
pub fn refuse_unwritable(path: &Path, name: &str) -> Result<(), UsageError> {
    if path.file_name().is_none() {
        return Err(UsageError::new(format!("the {name} has no file name")));
    }
    if let Ok(found) = fs::symlink_metadata(path)
        && !found.is_file()
    {
        return Err(UsageError::new(format!("the {name} would replace something that is not a regular file"))
            .with_remedy("Name a file, or `-` for standard output."));
    }
    if !folder(path).is_dir() {
        return Err(UsageError::new(format!("the folder of the {name} does not exist")).with_remedy("Create it first."));
    }
    Ok(())
}

/// Equal for two paths of one file, however they are spelt.
#[derive(PartialEq, Eq)]
enum FileIdentity {
    Path(PathBuf),
    #[cfg(unix)]
    Node(u64, u64),
}

impl FileIdentity {
    /// By its path and, if it exists, by its inode.
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

/// The folder that a file lies in.
pub fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Refuses to write into a folder that does not exist.
pub fn require_folder(path: &Path) -> Result<(), UsageError> {
    if folder(path).is_dir() {
        return Ok(());
    }
    let error = UsageError::new(format!("the folder of {} does not exist", quoted(&display_path(path))));
    Err(error.with_remedy("Create it first."))
}

/// Writes one of very many files whole, or leaves what was there. To wait until each is on the disk would take longer than to
/// write them all again.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".rolecall-").tempfile_in(folder(path))?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Writes a file that does not exist yet whole, or not at all: one that came into being meanwhile stays.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".rolecall-").tempfile_in(folder(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// Writes a file whole, or leaves what was there. Only its owner may read it.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = folder(path);
    let mut out = BufWriter::new(tempfile::Builder::new().prefix(".rolecall-").tempfile_in(&folder)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The file is whole already: this only makes its name last.
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}
