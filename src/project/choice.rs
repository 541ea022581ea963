//! Which tenants the paths of a command mean, which of the paths belong to none, and what of them is left alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Project;
use super::files::PatternMatcher;
use crate::config::selection::LeftAlone;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::read::plan_probe::PlanProbe;
use crate::source::walk::walk;

/// What the paths of a command come to.
#[derive(Debug, Default)]
pub struct PathChoice {
    /// Tenants that are judged whole.
    pub tenants: BTreeSet<usize>,
    /// Paths of theirs that were named, from the folder of the project.
    pub named: Vec<(usize, String)>,
    /// Paths that belong to no tenant.
    pub others: Vec<PathBuf>,
    /// What was named and is not a plan.
    pub left_alone: Vec<LeftAlone>,
    /// Folders without a plan, and folders that cannot be listed.
    pub faults: Vec<Fault>,
}

impl PathChoice {
    /// Sorts the paths. A folder stands for the plans below it; `is_hook` leaves files alone that are nobody's and not plans.
    #[must_use]
    pub fn new(paths: &[PathBuf], project: Option<&Project>, is_hook: bool) -> Self {
        let mut choice = Self::default();
        let places = project.map(Places::new);
        for path in paths {
            if path.as_os_str() != "-" && path.is_dir() {
                for plan in choice.plans_below(path) {
                    choice.take(plan, places.as_ref(), false);
                }
            } else {
                choice.take(path.clone(), places.as_ref(), is_hook);
            }
        }
        choice
    }

    fn take(&mut self, path: PathBuf, places: Option<&Places<'_>>, is_hook: bool) {
        let owners = places.map(|places| places.owners(&path)).unwrap_or_default();
        if !owners.is_empty() {
            self.tenants.extend(owners.iter().map(|(tenant, _)| *tenant));
            self.named.extend(owners.into_iter().filter_map(|(tenant, input)| Some((tenant, input?))));
        } else if is_hook && path.as_os_str() != "-" && !PlanProbe::of_file(&path).is_to_be_read() {
            self.left_alone.push(LeftAlone { path: display(&path), files: 1 });
        } else {
            self.others.push(path);
        }
    }

    /// The plans below a folder, in the order of their paths.
    fn plans_below(&mut self, folder: &Path) -> Vec<PathBuf> {
        let walked = walk(folder, |_| true);
        let name = quoted(&display(folder));
        for (below, error) in &walked.unreadable {
            let message =
                format!("the folder {} cannot be listed: {}", quoted(&display(&folder.join(below))), error.reason);
            self.faults.push(Fault::of_input(FaultKind::InputUnreadable, message));
        }
        let files = walked.files.len();
        let paths: Vec<_> = walked.files.into_iter().map(|below| folder.join(below)).collect();
        let example = paths.iter().min().map(|path| format!(", such as {}", quoted(&display(path))));
        let plans: Vec<_> = paths.into_iter().filter(|path| PlanProbe::of_file(path).is_to_be_read()).collect();
        if plans.is_empty() {
            let message = format!("no file below {name} has a `rolecall` key");
            let remedy =
                format!("Name the files themselves{}; a plan begins with `rolecall: 1`.", example.unwrap_or_default());
            self.faults.push(Fault::of_input(FaultKind::FolderWithoutPlan, message).with_remedy(remedy));
        }
        if files > plans.len() {
            self.left_alone.push(LeftAlone { path: display(folder), files: (files - plans.len()) as u64 });
        }
        plans
    }
}

/// A path as reports show it.
fn display(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Where the files of a project lie, to compare paths with.
struct Places<'a> {
    project: &'a Project,
    matcher: PatternMatcher,
    folder: PathBuf,
    /// The config files, and whose each is: all tenants' or one's.
    configs: Vec<(PathBuf, Option<usize>)>,
}

impl<'a> Places<'a> {
    fn new(project: &'a Project) -> Self {
        let real = |below: &str| project.path(below).canonicalize().ok();
        let own = project.tenants.iter().enumerate();
        let own = own.filter_map(|(number, tenant)| Some((real(tenant.config.as_deref()?)?, Some(number))));
        let configs = real(&project.file).map(|path| (path, None)).into_iter().chain(own).collect();
        let folder = project.real_folder().unwrap_or_default();
        Self { project, matcher: PatternMatcher::new(project), folder, configs }
    }

    /// The tenants that a path belongs to, each with the path as its input; none for a config.
    fn owners(&self, path: &Path) -> Vec<(usize, Option<String>)> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Some(name) = path.file_name() else { return Vec::new() };
        // The file may be gone, or be a link itself: its folder decides where it lies, then what it leads to.
        let by_name = folder.canonicalize().ok().map(|folder| folder.join(name));
        let real = path.canonicalize().ok();
        let is_outside = real.as_ref().is_some_and(|real| !real.starts_with(&self.folder));
        for place in by_name.into_iter().chain(real) {
            let of_config = self.configs.iter().filter(|(config, _)| *config == place);
            let tenants = of_config.flat_map(|(_, tenant)| match tenant {
                Some(tenant) => *tenant..*tenant + 1,
                None => 0..self.project.tenants.len(),
            });
            let tenants: Vec<usize> = tenants.collect();
            if !tenants.is_empty() {
                return tenants.into_iter().map(|tenant| (tenant, None)).collect();
            }
            if is_outside {
                continue;
            }
            let Ok(below) = place.strip_prefix(&self.folder) else { continue };
            let below = display(below);
            let owners = self.matcher.tenants(&below).into_keys();
            let owners: Vec<_> = owners.filter(|tenant| !self.matcher.is_excluded(*tenant, &below)).collect();
            if !owners.is_empty() {
                return owners.into_iter().map(|tenant| (tenant, Some(below.clone()))).collect();
            }
        }
        Vec::new()
    }
}
