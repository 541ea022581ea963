//! From paths, config and project to the runs of a command: one for each tenant, and one for what belongs to none.

use std::path::{Path, PathBuf};

use rolecall::config::selection::{InputSelection, LeftAlone};
use rolecall::config::{Config, ConfigText};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::lock::{LockedSettings, SettingsByTenant};
use rolecall::policy::{PolicyFiles, PolicyText};
use rolecall::project::choice::PathChoice;
use rolecall::project::{Project, TenantFiles};

use super::CommandError;
use super::arguments::{BaselineChoice, ReadingArguments};
use super::config::load_config;
use super::loaded_lock::{LoadedLock, locked_settings, locked_settings_of_run};
use super::paths::display_path;
use super::policy::{baseline_path, policy_files, policy_paths, read_baseline};
use super::rules::LoadedRules;
use super::run_options::options;

/// The runs of a command.
pub struct SelectedRuns {
    /// In the order of the tenants' labels; what belongs to no tenant comes last.
    pub runs: Vec<SelectedRun>,
    /// All config files, and the files of packs.
    pub configs: Vec<PathBuf>,
    pub rules: LoadedRules,
    /// The labels of all tenants of the project or fleet, chosen or not.
    pub tenants: Vec<String>,
    /// What was named and is not a plan.
    pub left_alone: Vec<LeftAlone>,
}

pub struct SelectedRun {
    pub selection: InputSelection,
    pub paths: Vec<PathBuf>,
    pub config: Vec<ConfigText>,
    /// Faults of a tenant's own config are not those of the command.
    pub site: Result<Config, Vec<UsageError>>,
}

impl SelectedRuns {
    /// The labels of their tenants.
    pub fn labels(&self) -> Vec<Option<&str>> {
        self.runs.iter().map(|run| run.selection.tenant.as_deref()).collect()
    }

    /// Says that the run is about one of these tenants, which a project says by itself.
    pub fn name_tenant(&mut self, label: &str, tenants: Vec<String>) {
        self.runs.iter_mut().for_each(|run| run.selection.tenant = Some(label.to_owned()));
        self.tenants = tenants;
    }

    /// All inputs.
    pub fn paths(&self) -> Vec<&Path> {
        self.runs.iter().flat_map(|run| &run.paths).map(PathBuf::as_path).collect()
    }

    /// The files of waivers of each run. They are among those that no report may replace.
    pub fn policy_files(&mut self, named: &[PathBuf]) -> Result<Vec<PolicyFiles>, CommandError> {
        let mut files = Vec::with_capacity(self.runs.len());
        for run in &mut self.runs {
            let paths = match policy_paths(named, run.site.as_ref().ok()) {
                Ok(paths) => paths,
                // One tenant's config keeps no other from being judged.
                Err(errors) if run.selection.tenant.is_some() => {
                    run.site = Err(errors);
                    Vec::new()
                }
                Err(errors) => return Err(CommandError::Usage(errors)),
            };
            let (tenant, tenants) = (run.selection.tenant.clone(), self.tenants.clone());
            files.push(PolicyFiles { files: policy_files(&paths, &run.paths)?, tenant, tenants });
            self.configs.extend(paths);
        }
        Ok(files)
    }

    /// Refuses rules and settings that demand less than the lock. `home` is the folder of the command's config, and `of_root` are
    /// its settings.
    fn compare_with(
        &mut self,
        lock: LoadedLock,
        (home, of_root): (&Path, LockedSettings),
        reading: &ReadingArguments,
        to_lock: &OptionsToLock<'_>,
    ) -> Result<(), CommandError> {
        let options = options(reading, to_lock.fail_on.unwrap_or(Severity::Warning))?;
        let (mut of_configs, mut of_runs) = (SettingsByTenant::new(), SettingsByTenant::new());
        for run in &self.runs {
            let Ok(site) = &run.site else { continue };
            let label = run.selection.tenant.clone().unwrap_or_default();
            let of_run = locked_settings_of_run(site, &options, to_lock.fail_on);
            of_configs.insert(label.clone(), locked_settings(site, to_lock.fail_on));
            of_runs.insert(label, of_run);
        }
        if !to_lock.waivers.is_empty() || to_lock.baseline.is_some() {
            let settings = of_runs.entry(String::new()).or_insert_with(|| of_root.clone());
            let below = |named: &Path| display_path(named.strip_prefix(home).unwrap_or(named));
            for file in to_lock.waivers.iter().map(|named| below(named)) {
                let files = settings.entry("policy.waivers".to_owned()).or_default();
                files.extend((!files.contains(&file)).then_some(file));
            }
            settings.extend(to_lock.baseline.map(|named| ("policy.baseline".to_owned(), vec![below(named)])));
        }
        of_configs.insert(String::new(), of_root);
        self.configs.push(PathBuf::from(&lock.path));
        let compared = lock.compared(&self.rules.rules, &of_configs, &of_runs, to_lock.is_redacted);
        self.rules.lock = Some(compared.map_err(CommandError::Usage)?);
        Ok(())
    }

    /// The baseline of each run, if there is one. Its file is among those that no report may replace.
    pub fn baselines(&mut self, choice: &BaselineChoice) -> Result<Vec<Option<PolicyText>>, CommandError> {
        let is_for_several = self.runs.len() > 1;
        let mut texts = Vec::with_capacity(self.runs.len());
        for run in &mut self.runs {
            let label = run.selection.tenant.as_deref();
            let found = baseline_path(choice.baseline.as_deref(), run.site.as_ref().ok(), label);
            let read = found.and_then(|path| match path {
                Some(path) => {
                    read_baseline(&path, &run.paths).map(|text| Some((path, text))).map_err(|error| vec![error])
                }
                None => Ok(None),
            });
            match read {
                Ok(read) => {
                    let (path, text) = read.unzip();
                    self.configs.extend(path);
                    texts.push(text);
                }
                // One tenant's baseline keeps no other from being judged.
                Err(errors) if is_for_several => {
                    run.site = Err(errors);
                    texts.push(None);
                }
                Err(errors) => return Err(CommandError::Usage(errors)),
            }
        }
        Ok(texts)
    }

    /// True if a faulty config is one tenant's, not the command's.
    pub fn is_of_tenants(&self) -> bool {
        self.runs.len() > 1 || self.runs.iter().any(|run| run.selection.tenant.is_some())
    }
}

/// Options of some commands by which less can be demanded.
#[derive(Clone, Copy, Default)]
pub struct OptionsToLock<'a> {
    pub fail_on: Option<Severity>,
    pub waivers: &'a [PathBuf],
    pub baseline: Option<&'a Path>,
    /// `--no-project` was given.
    pub no_project: bool,
    /// Refusals leave out old and new values: they may hold names.
    pub is_redacted: bool,
}

/// Finds out what to judge.
pub fn select(reading: &ReadingArguments, is_hook: bool) -> Result<SelectedRuns, CommandError> {
    select_for(reading, is_hook, &OptionsToLock::default())
}

/// The same for a command with further options. Rules, configs and options that demand less than a lock are refused.
pub fn select_for(
    reading: &ReadingArguments,
    is_hook: bool,
    to_lock: &OptionsToLock<'_>,
) -> Result<SelectedRuns, CommandError> {
    let (path, text, root) = load_config(&reading.judging.site)?;
    let project = match &path {
        Some(path) if !reading.no_project => Project::new(&root, path).map_err(CommandError::Usage)?,
        _ => None,
    };
    let packs = &reading.judging.packs;
    let load = if packs.replace_those_of_config { LoadedRules::load_instead } else { LoadedRules::load };
    let rules = load(&packs.packs, &root, path.as_deref())?;
    let lock = LoadedLock::load(&reading.judging.lock, &root, path.as_deref())?;
    if to_lock.no_project
        && let (Some(lock), Some(path)) = (&lock, &path)
    {
        refuse_no_project(&reading.paths, &root, path, lock)?;
    }
    let lock = lock.map(|lock| (lock, locked_settings(&root, to_lock.fail_on)));
    let home = path.as_deref().and_then(Path::parent).unwrap_or_else(|| Path::new("")).to_owned();
    let choice = choose(reading, project.as_ref(), is_hook)?;
    let texts: Vec<ConfigText> = text.into_iter().collect();
    let labels = project.iter().flat_map(Project::tenants).filter_map(|tenant| tenant.label.clone());
    let mut selected = SelectedRuns {
        runs: Vec::new(),
        configs: path.into_iter().collect(),
        rules,
        tenants: labels.collect(),
        left_alone: choice.left_alone,
    };
    if let Some(project) = &project {
        selected.configs = project.config_paths().collect();
        let files = if choice.tenants.is_empty() { Vec::new() } else { project.files(&choice.named) };
        for (number, files) in files.into_iter().enumerate().filter(|(number, _)| choice.tenants.contains(number)) {
            selected.runs.push(tenant_run(project, number, files, &texts, &selected.left_alone));
        }
    }
    selected.configs.extend(selected.rules.paths());
    if !choice.others.is_empty() || !choice.faults.is_empty() {
        let left_alone = selected.left_alone.clone();
        let selection = InputSelection { faults: choice.faults, left_alone, ..InputSelection::default() };
        selected.runs.push(SelectedRun { selection, paths: choice.others, config: texts, site: Ok(root) });
    }
    refuse_options(reading, &selected)?;
    if let Some((lock, of_root)) = lock {
        selected.compare_with(lock, (&home, of_root), reading, to_lock)?;
    }
    Ok(selected)
}

/// Refuses to judge paths of a tenant without what its config declares, as far as a lock holds it.
fn refuse_no_project(paths: &[PathBuf], root: &Config, path: &Path, lock: &LoadedLock) -> Result<(), CommandError> {
    let Some(project) = Project::new(root, path).map_err(CommandError::Usage)? else { return Ok(()) };
    let tenants = PathChoice::new(paths, Some(&project), false).tenants;
    let Some(tenant) = tenants.first().map(|number| &project.tenants()[*number]) else { return Ok(()) };
    let label = tenant.label.as_deref().unwrap_or_default();
    let message =
        format!("`--no-project` passes over the tenant {}, which {} holds", quoted(label), quoted(&lock.path));
    Err(UsageError::new(message).with_remedy("Leave the option out.").into())
}

/// What the paths mean; without one, every tenant.
fn choose(reading: &ReadingArguments, project: Option<&Project>, is_hook: bool) -> Result<PathChoice, UsageError> {
    match project {
        _ if !reading.paths.is_empty() => Ok(PathChoice::new(&reading.paths, project, is_hook)),
        Some(project) if reading.tenants.is_empty() => {
            Ok(PathChoice { tenants: (0..project.tenants().len()).collect(), ..PathChoice::default() })
        }
        Some(project) => {
            let tenants = project.labelled(&reading.tenants)?.into_iter().collect();
            Ok(PathChoice { tenants, ..PathChoice::default() })
        }
        None => {
            let message = "no PATH is named, and there is no project";
            let remedy = "Name exports or plans, or declare the files of each tenant in `rolecall.toml`, for instance \
                `[tenants.acme]` with `inputs = [\"tenants/acme/**/*.yaml\"]`.";
            Err(UsageError::new(message).with_remedy(remedy))
        }
    }
}

fn tenant_run(
    project: &Project,
    number: usize,
    files: TenantFiles,
    root: &[ConfigText],
    left_alone: &[LeftAlone],
) -> SelectedRun {
    let paths = project.inputs(&files);
    let own = project.config_of(number);
    let mut config = root.to_vec();
    config.extend(own.as_ref().ok().cloned().flatten());
    let site = match own {
        Ok(_) => Config::parse_layers(&config),
        Err(error) => Err(vec![error]),
    };
    let selection = InputSelection {
        tenant: project.tenants()[number].label.clone(),
        faults: files.faults,
        notes: files.notes,
        left_alone: left_alone.to_vec(),
    };
    SelectedRun { selection, paths, config, site }
}

/// Refuses options that would say of several tenants what is true of one.
fn refuse_options(reading: &ReadingArguments, selected: &SelectedRuns) -> Result<(), UsageError> {
    let given = [
        ("--api-user", !reading.judging.api_users.is_empty()),
        ("--seats", !reading.judging.seats.is_empty()),
        ("--expect-records", reading.expect_records.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given && selected.runs.len() > 1) {
        Some((option, _)) => Err(UsageError::new(format!("`{option}` would hold for several tenants"))
            .with_remedy("Judge one with `--tenant NAME`, or declare it in the tenant's own config.")),
        None => Ok(()),
    }
}
