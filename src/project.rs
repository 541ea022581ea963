//! A repository that holds the files of one or several tenants, as `[tenants]` or `[project]` of its `rolecall.toml` say.
//!
//! A project resolves to tenants, each with its inputs and its config; each tenant is a run of its own. `pattern` reads
//! the patterns, `files` finds what they match in one walk, `choice` tells which tenants the paths of a command mean.

pub mod choice;
mod files;
mod pattern;

use std::path::{Component, Path, PathBuf};

use crate::config::{Config, ConfigText, TenantTable};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::fast::sort_few::sort_few_by;
use crate::source::file::read_text;
use crate::syntax::tree::keys::nearest;
use pattern::{Pattern, plain_path};

pub use files::TenantFiles;

/// A project file that was read.
pub struct Project {
    /// Its folder, as it is named from the working directory; empty for the working directory itself.
    folder: PathBuf,
    /// The name of its file.
    file: String,
    /// In the order of their labels.
    tenants: Vec<Tenant>,
}

/// A tenant of a project.
pub struct Tenant {
    /// Its label; `None` for the only one of `[project]`.
    pub label: Option<String>,
    inputs: Vec<Pattern>,
    exclude: Vec<Pattern>,
    /// The path of its config from the folder of the project.
    config: Option<String>,
}

impl Project {
    /// The project that the config at `path` declares; `None` if it declares none.
    ///
    /// # Errors
    /// What is wrong with its declarations.
    pub fn new(config: &Config, path: &Path) -> Result<Option<Self>, Vec<UsageError>> {
        let declared = config.tenants();
        if declared.is_empty() {
            return Ok(None);
        }
        let mut errors = conflicts(config, &declared);
        let mut tenants = Vec::new();
        for (label, table) in declared {
            let label = label.map(|label| label.value.clone());
            match Tenant::new(label, table, config) {
                Ok(tenant) => tenants.push(tenant),
                Err(more) => errors.extend(more),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        sort_few_by(&mut tenants, |a, b| a.label.cmp(&b.label));
        let is_here = |part: &Component<'_>| *part == Component::CurDir;
        let folder = path.parent().unwrap_or(Path::new("")).components().filter(|part| !is_here(part)).collect();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Self { folder, file, tenants }))
    }

    /// Its tenants, in the order of their labels.
    #[must_use]
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// The numbers of the tenants with these labels.
    ///
    /// # Errors
    /// A label that no tenant has.
    pub fn labelled(&self, labels: &[String]) -> Result<Vec<usize>, UsageError> {
        let number = |label: &String| {
            let found = self.tenants.iter().position(|tenant| tenant.label.as_ref() == Some(label));
            found.ok_or_else(|| {
                let known = self.tenants.iter().filter_map(|tenant| tenant.label.as_deref());
                let known: Vec<_> = known.collect();
                let error = UsageError::new(format!("the project has no tenant {}", quoted(label)));
                error.with_remedy(match nearest(label, known.iter().copied()) {
                    Some(meant) => format!("Did you mean {}?", quoted(meant)),
                    None if known.is_empty() => "Leave out `--tenant`: the project has one tenant.".to_owned(),
                    None => format!("Its tenants are {}.", known.join(", ")),
                })
            })
        };
        let mut numbers = labels.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// A path from its folder, as it is named from the working directory.
    fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// The paths of a tenant's inputs, as they are named from the working directory.
    #[must_use]
    pub fn inputs(&self, files: &TenantFiles) -> Vec<PathBuf> {
        files.paths.iter().map(|below| self.path(below)).collect()
    }

    /// The path and the text of a tenant's own config, if it has one.
    ///
    /// # Errors
    /// A config that cannot be read.
    pub fn config_of(&self, number: usize) -> Result<Option<ConfigText>, UsageError> {
        let Some(below) = &self.tenants[number].config else { return Ok(None) };
        let path = self.path(below);
        let name = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        match read_text(&path) {
            Ok(text) => Ok(Some((name, text))),
            Err(why) => Err(UsageError::new(format!("the config {} cannot be read: {why}", quoted(&name)))
                .with_remedy("Correct `config` of the tenant in the project file.")),
        }
    }

    /// The paths of all its config files.
    pub fn config_paths(&self) -> impl Iterator<Item = PathBuf> {
        let own = self.tenants.iter().filter_map(|tenant| tenant.config.as_deref());
        std::iter::once(self.file.as_str()).chain(own).map(|below| self.path(below))
    }
}

impl Tenant {
    fn new(label: Option<String>, table: &TenantTable, config: &Config) -> Result<Self, Vec<UsageError>> {
        let (mut inputs, mut exclude, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for (patterns, texts) in [(&mut inputs, &table.inputs), (&mut exclude, &table.exclude)] {
            for text in texts {
                match Pattern::new(&text.value) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(error) => errors.push(config.at(error, text.span, "this pattern")),
                }
            }
        }
        let own = table
            .config
            .as_ref()
            .map(|path| plain_path(&path.value).map_err(|error| config.at(error, path.span, "this path")));
        match own.transpose() {
            Ok(own) if errors.is_empty() => Ok(Self { label, inputs, exclude, config: own }),
            Ok(_) => Err(errors),
            Err(error) => Err(errors.into_iter().chain([error]).collect()),
        }
    }
}

/// What a project with several tenants cannot declare for all of them.
fn conflicts(config: &Config, declared: &[(Option<&crate::source::Spanned<String>>, &TenantTable)]) -> Vec<UsageError> {
    let mut errors = Vec::new();
    let mut refuse = |path: &[&str], message: &str, remedy: &str| {
        if let Some(span) = config.key_span(path) {
            errors.push(config.at(UsageError::new(message).with_remedy(remedy), span, "declared here"));
        }
    };
    if declared.len() > 1 {
        let message = "a project has `[project]` and `[tenants]`";
        refuse(&["project"], message, "Give the files of `[project]` a label under `[tenants]`.");
        for key in ["user-names", "ids"] {
            let message = format!("`{key}` under `[api-users]` would declare API users of several tenants");
            refuse(&["api-users", key], &message, "Declare them in the tenant's own config: `[tenants.NAME] config`.");
        }
    }
    errors
}
