//! The files of every tenant: one walk over the tree, and what every pattern matches in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobSet, GlobSetBuilder};

use super::pattern::Pattern;
use super::{Project, Tenant};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::{quoted, toml_string};
use crate::read::plan_probe::PlanProbe;
use crate::source::file::exists;
use crate::source::walk::{FolderWalk, leads_into, walk};

/// The files of one tenant.
#[derive(Debug, Default)]
pub struct TenantFiles {
    /// Their paths from the folder of the project.
    pub(super) paths: BTreeSet<String>,
    /// What leaves something unjudged.
    pub faults: Vec<Fault>,
    /// What is worth knowing.
    pub notes: Vec<Fault>,
}

/// All patterns of a project, to be matched at once.
pub(super) struct PatternMatcher {
    set: GlobSet,
    /// Whose each is: the tenant, and the number among its inputs; `None` for one of its excludes.
    owners: Vec<(usize, Option<usize>)>,
    /// The config files, which are never inputs.
    configs: BTreeSet<String>,
}

impl PatternMatcher {
    pub(super) fn new(project: &Project) -> Self {
        let (mut set, mut owners) = (GlobSetBuilder::new(), Vec::new());
        for (number, tenant) in project.tenants.iter().enumerate() {
            let inputs = tenant.inputs.iter().enumerate().map(|(at, pattern)| (pattern, Some(at)));
            for (pattern, input) in inputs.chain(tenant.exclude.iter().map(|pattern| (pattern, None))) {
                set.add(pattern.glob.clone());
                owners.push((number, input));
            }
        }
        let own = project.tenants.iter().filter_map(|tenant| tenant.config.clone());
        let configs = own.chain([project.file.clone()]).collect();
        Self { set: set.build().expect("internal error: each pattern was read by itself"), owners, configs }
    }

    /// The tenants whose input `path` is, each with the numbers of the patterns that say so; hidden files are nobody's.
    pub(super) fn tenants(&self, path: &str) -> BTreeMap<usize, Vec<usize>> {
        let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        if self.configs.contains(path) || is_hidden(path) {
            return found;
        }
        let matched = self.set.matches(path);
        for (tenant, input) in matched.iter().map(|at| self.owners[*at]) {
            found.entry(tenant).or_default().extend(input);
        }
        found.retain(|_, inputs| !inputs.is_empty());
        found
    }

    /// True if a pattern of `exclude` leaves the file out for this tenant.
    pub(super) fn is_excluded(&self, tenant: usize, path: &str) -> bool {
        self.set.matches(path).iter().any(|at| self.owners[*at] == (tenant, None))
    }
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

impl Project {
    /// The files of every tenant, in the order of the tenants; `named` are those that the command names of each.
    #[must_use]
    pub fn files(&self, named: &[(usize, String)]) -> Vec<TenantFiles> {
        let matcher = PatternMatcher::new(self);
        let walked = self.walk();
        let mut found: Vec<TenantFiles> = self.tenants.iter().map(|_| TenantFiles::default()).collect();
        let mut matched: BTreeSet<(usize, usize)> = BTreeSet::new();
        let literal = self.literal_paths();
        for path in walked.files.iter().chain(&literal) {
            for (tenant, inputs) in matcher.tenants(path) {
                matched.extend(inputs.into_iter().map(|input| (tenant, input)));
                if !matcher.is_excluded(tenant, path) {
                    found[tenant].paths.insert(path.clone());
                }
            }
        }
        for (tenant, path) in named {
            let paths = &mut found[*tenant].paths;
            if !self.real(path).is_some_and(|real| paths.contains(&real)) {
                paths.insert(path.clone());
            }
        }
        for (number, (tenant, files)) in self.tenants.iter().zip(&mut found).enumerate() {
            let is_unmatched = |(at, _): &(usize, &Pattern)| !matched.contains(&(number, *at));
            let unmatched = tenant.inputs.iter().enumerate().filter(is_unmatched);
            files.faults.extend(unmatched.map(|(_, pattern)| self.unmatched(pattern)));
            self.other_faults(tenant, files, &walked);
        }
        let named = named.iter().map(|(_, path)| path);
        let odd = literal.iter().chain(named).flat_map(|path| ancestors(path));
        let odd = odd.filter(|path| self.path(path).is_symlink()).map(str::to_owned);
        let links = odd.chain(walked.links.iter().cloned()).collect();
        self.shared(&mut found, &links);
        found
    }

    /// Walks the folders that a wildcard may match something in, once.
    fn walk(&self) -> FolderWalk {
        let patterns = self.tenants.iter().flat_map(|tenant| &tenant.inputs);
        let wild: Vec<_> = patterns.filter(|pattern| pattern.literal.is_none()).collect();
        if wild.is_empty() {
            return FolderWalk::default();
        }
        let wanted: Arc<[Pattern]> = wild.into_iter().cloned().collect();
        walk(&self.folder, move |folder| wanted.iter().any(|pattern| pattern.may_match_below(folder)))
    }

    /// Patterns without a wildcard whose file is there: git may ignore it, but it lies in the project.
    fn literal_paths(&self) -> Vec<String> {
        let real = self.real_folder();
        let is_inside = |path: &Path| real.as_deref().is_none_or(|real| leads_into(path, real));
        let literals = self.tenants.iter().flat_map(|tenant| &tenant.inputs).filter_map(|one| one.literal.clone());
        let is_taken = |path: &String| {
            let path = self.path(path);
            exists(&path) && !path.is_dir() && is_inside(&path)
        };
        literals.filter(is_taken).collect()
    }

    fn unmatched(&self, pattern: &Pattern) -> Fault {
        let text = quoted(&pattern.text);
        let fault = Fault::of_input(FaultKind::PatternUnmatched, format!("no file matches {text}"));
        match &pattern.literal {
            Some(path) if self.path(path).is_dir() => {
                let inside = quoted(&format!("{path}/**/*.yaml"));
                fault.with_remedy(format!("It is a folder: name the files in it, for instance {inside}."))
            }
            Some(path) if is_hidden(path) => fault.with_remedy("Hidden files are not taken: rename it."),
            Some(path) if exists(&self.path(path)) => {
                fault.with_remedy("It is a link that leads out of the project: copy the file into the project.")
            }
            _ => fault,
        }
    }

    fn other_faults(&self, tenant: &Tenant, files: &mut TenantFiles, walked: &FolderWalk) {
        let is_wanted = |path: &str| tenant.inputs.iter().any(|pattern| pattern.may_match_below(path));
        for (folder, error) in walked.unreadable.iter().filter(|(folder, _)| is_wanted(folder)) {
            let message = format!("the folder {} cannot be listed: {}", quoted(folder), error.reason);
            files.faults.push(Fault::of_input(FaultKind::InputUnreadable, message));
        }
        let is_matched = |path: &&String| {
            tenant.inputs.iter().any(|one| one.glob.compile_matcher().is_match(path) || one.may_match_below(path))
        };
        for link in walked.outside.iter().filter(is_matched) {
            let message = format!("the link {} leads out of the project and was not followed", quoted(link));
            files.notes.push(Fault::of_input(FaultKind::LinkOutside, message));
        }
        if files.paths.is_empty() {
            let fault = Fault::of_input(FaultKind::TenantWithoutFile, "no file of this tenant was found");
            let table = table(tenant);
            files
                .faults
                .push(fault.with_remedy(format!("Correct `inputs` or `exclude` under {table} in the project file.")));
        }
    }

    /// Finds files with accounts that several tenants have.
    fn shared(&self, found: &mut [TenantFiles], links: &BTreeSet<String>) {
        let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, files) in found.iter().enumerate() {
            for path in &files.paths {
                let is_linked = !links.is_empty() && ancestors(path).any(|part| links.contains(part));
                let real = if is_linked { self.real(path) } else { None };
                owners.entry(real.unwrap_or_else(|| path.clone())).or_default().push(number);
            }
        }
        owners.values_mut().for_each(Vec::dedup);
        owners
            .retain(|path, tenants| tenants.len() > 1 && PlanProbe::of_file(&self.path(path)) != PlanProbe::Catalogue);
        for (path, tenants) in owners {
            for number in &tenants {
                let others = tenants.iter().filter(|other| *other != number);
                let others: Vec<_> =
                    others.filter_map(|other| self.tenants[*other].label.as_deref().map(quoted)).collect();
                let message = format!("{} also belongs to the tenant {}", quoted(&path), others.join(" and "));
                let tables: Vec<_> = tenants.iter().map(|tenant| table(&self.tenants[*tenant])).collect();
                let remedy = format!(
                    "Write `exclude = [{}]` under {} in the project file, so that one tenant alone has it.",
                    toml_string(&path),
                    tables.join(" or ")
                );
                found[*number].faults.push(Fault::of_input(FaultKind::InputOfTwoTenants, message).with_remedy(remedy));
            }
        }
    }

    /// The path of what a link within the project leads to, from the folder of the project.
    pub(super) fn real(&self, path: &str) -> Option<String> {
        let real = self.path(path).canonicalize().ok()?;
        let below = real.strip_prefix(self.real_folder()?).ok()?.to_string_lossy().into_owned();
        Some(below.replace(std::path::MAIN_SEPARATOR, "/"))
    }

    pub(super) fn real_folder(&self) -> Option<PathBuf> {
        let is_here = self.folder.as_os_str().is_empty();
        if is_here { Path::new(".") } else { self.folder.as_path() }.canonicalize().ok()
    }
}

/// The path and every folder above it.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

/// The table of a tenant in the project file.
fn table(tenant: &Tenant) -> String {
    tenant.label.as_deref().map_or_else(|| "`[project]`".to_owned(), |label| format!("`[tenants.{label}]`"))
}
