//! `rolecall fleet`: each tenant of a manifest is judged as `check` would, its report is written, and only a few numbers of it are
//! kept, so that memory grows with neither accounts nor reports.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rolecall::config::RunOptions;
use rolecall::diagnostic::fingerprint::{KeyedHasher, sha256};
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::engine::ledger::{InputLedger, Ledger, RedactionLedger, UsedLock};
use rolecall::engine::{NamedInput, Run, digest};
use rolecall::fast::split::thread_count;
use rolecall::fleet::manifest::ManifestTenant;
use rolecall::fleet::{Fleet, INTERNAL, ReportFile, RunBasis, TenantResult};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::fleet::{FleetFormat, ReportLinks};
use rolecall::report::{Report, ReportFormat, json, redact};

use super::CommandError;
use super::arguments::{BaselineChoice, FleetArguments, OutputArgument, ReadingArguments};
use super::check::{CheckRequest, JudgingChoice, check_names, key};
use super::config::{load_config, used_config, used_files};
use super::merge::{folder_of_page, manifest, write};
use super::output::{Outputs, refuse_unwritable, tenant_path, write_unsynced};
use super::paths::display_path;
use super::policy::policy_files;
use super::rules::LoadedRules;
use super::run_options::{options, today};
use super::stream::print_to_stderr;

/// Judges every tenant, writes the reports and the fleet, and returns the exit code.
pub fn run(mut arguments: FleetArguments) -> Result<u8, CommandError> {
    refuse_options(&arguments)?;
    let tenants = manifest(&arguments.manifest, false)?;
    arguments.judging.as_of.get_or_insert_with(today);
    arguments.judging.digest = true;
    let jobs = thread_count(options(&reading(&arguments, Vec::new()), arguments.fail_on)?.jobs);
    let threads = jobs.min(tenants.len());
    arguments.judging.jobs = NonZeroUsize::new(jobs / threads);
    let redact_key = arguments.redaction.redact_key.as_deref().map(key).transpose()?;
    let mut written = arguments.forms.outputs.clone();
    let formats = [FleetFormat::Json, FleetFormat::Html].into_iter().take(if arguments.pages { 2 } else { 1 });
    let of_folder = |format: FleetFormat| {
        let path = arguments.output_dir.join(format!("fleet.{}", format.word()));
        OutputArgument { format, path }
    };
    written.splice(0..0, formats.map(of_folder));
    let links = ReportLinks { folder: folder_of_page(&written), has_pages: arguments.pages };
    let outputs = Outputs::new(arguments.forms.format, written, FleetFormat::Human)?;
    refuse_baseline_of_all(&arguments, tenants.len())?;
    refuse_unusable_options(&arguments, &tenants)?;
    let judge = FleetJudge { tenants, arguments, redact_key };
    judge.prepare_folder(&outputs)?;
    let fleet = judge.judge_all(threads);
    write(&fleet, links, &outputs, judge.arguments.forms.color)
}

/// Options that would say of every tenant what is true of one.
fn refuse_options(arguments: &FleetArguments) -> Result<(), UsageError> {
    let judging = &arguments.judging;
    let given = [("--api-user", !judging.api_users.is_empty()), ("--seats", !judging.seats.is_empty())];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(UsageError::new(format!("`{option}` would hold for every tenant"))
            .with_remedy("Declare it in the config of each tenant, and name that in the column `config`.")),
        None => Ok(()),
    }
}

/// A baseline is of one tenant.
fn refuse_baseline_of_all(arguments: &FleetArguments, tenants: usize) -> Result<(), UsageError> {
    match &arguments.baseline.baseline {
        Some(path) if tenants > 1 && tenant_path(path, None) == *path => {
            let message = format!("the baseline {} would hold for every tenant", quoted(&display_path(path)));
            Err(UsageError::new(message)
                .with_remedy("Put `{tenant}` into its path, or name one for each tenant in the column `baseline`."))
        }
        _ => Ok(()),
    }
}

/// Files that options name for all tenants: if one cannot be used, that is a slip of the command, and of no tenant.
fn refuse_unusable_options(arguments: &FleetArguments, tenants: &[ManifestTenant]) -> Result<(), CommandError> {
    let mut site = arguments.judging.site.clone();
    site.no_config |= site.config.is_none() && tenants.iter().all(|tenant| tenant.config.is_some());
    let (path, _, config) = load_config(&site)?;
    LoadedRules::load(&arguments.judging.packs.packs, &config, path.as_deref())?;
    policy_files(&arguments.policy.waivers, &[])?;
    Ok(())
}

fn reading(arguments: &FleetArguments, paths: Vec<PathBuf>) -> ReadingArguments {
    let judging = arguments.judging.clone();
    let expect_records = arguments.expect_records;
    ReadingArguments { paths, tenants: Vec::new(), no_project: true, expect_records, judging }
}

/// The tenants, and what holds for all of them.
struct FleetJudge {
    tenants: Vec<ManifestTenant>,
    arguments: FleetArguments,
    redact_key: Option<KeyedHasher>,
}

/// Why a tenant has no report.
enum Unjudged {
    Refused(Vec<UsageError>),
    Unwritten(String),
}

impl From<UsageError> for Unjudged {
    fn from(error: UsageError) -> Self {
        Self::Refused(vec![error])
    }
}

impl From<io::Error> for Unjudged {
    fn from(error: io::Error) -> Self {
        Self::Unwritten(format!("{:?}", error.kind()))
    }
}

impl From<CommandError> for Unjudged {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Usage(errors) => Self::Refused(errors),
            CommandError::Output(error) => error.into(),
            CommandError::Reports(failed) => {
                failed.into_iter().next().map_or_else(|| Self::Unwritten(String::new()), |(_, error)| error.into())
            }
        }
    }
}

impl FleetJudge {
    fn report_path(&self, tenant: &ManifestTenant) -> PathBuf {
        self.arguments.output_dir.join(format!("{}.json", tenant.name))
    }

    /// The page of a tenant, if there are pages.
    fn page_path(&self, tenant: &ManifestTenant) -> Option<PathBuf> {
        self.arguments.pages.then(|| self.arguments.output_dir.join(format!("{}.html", tenant.name)))
    }

    /// The files that are written of a tenant.
    fn written_paths(&self, tenant: &ManifestTenant) -> impl Iterator<Item = PathBuf> {
        [self.report_path(tenant)].into_iter().chain(self.page_path(tenant))
    }

    /// A path of the manifest, as it is named from the working directory.
    fn path(&self, written: &str) -> PathBuf {
        self.arguments.manifest.parent().unwrap_or(Path::new("")).join(written)
    }

    /// Makes the folder, refuses to overwrite what is read, and removes what an earlier run left: whoever looks at the folder
    /// must not take it for the answer of this run.
    fn prepare_folder(&self, outputs: &Outputs<FleetFormat>) -> Result<(), CommandError> {
        let folder = &self.arguments.output_dir;
        if let Err(error) = fs::create_dir_all(folder) {
            let message = format!("the folder {} cannot be made: {:?}", quoted(&display_path(folder)), error.kind());
            return Err(UsageError::new(message).with_remedy("Name another with `--output-dir`.").into());
        }
        let mut read: Vec<PathBuf> = vec![self.arguments.manifest.clone()];
        for tenant in &self.tenants {
            let named = tenant.inputs.iter().chain(&tenant.config).chain(&tenant.waivers).chain(&tenant.baseline);
            read.extend(named.map(|written| self.path(written)));
        }
        read.extend(self.arguments.policy.waivers.iter().chain(&self.arguments.judging.site.config).cloned());
        let borrowed: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
        outputs.refuse_paths(&borrowed, &[], self.arguments.redaction.redact_key.as_deref(), &[])?;
        let real = |path: &Path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            path.canonicalize().ok().or_else(|| Some(folder.canonicalize().ok()?.join(path.file_name()?)))
        };
        let written = self.arguments.forms.outputs.iter().map(|output| output.path.as_path());
        let mut taken = BTreeSet::new();
        taken.extend(borrowed.iter().copied().chain(written).filter_map(real));
        for path in self.tenants.iter().flat_map(|tenant| self.written_paths(tenant)) {
            refuse_unwritable(&path, &format!("report {}", quoted(&display_path(&path))))?;
            if real(&path).is_some_and(|path| taken.contains(&path)) {
                let message =
                    format!("the report {} would overwrite a file that is named", quoted(&display_path(&path)));
                return Err(UsageError::new(message).with_remedy("Name another folder with `--output-dir`.").into());
            }
        }
        let old = self.tenants.iter().filter(|_| !self.arguments.resume);
        let old = old.flat_map(|tenant| self.written_paths(tenant));
        for path in old.chain([folder.join("fleet.json")]).filter(|path| path.exists()) {
            fs::remove_file(&path).map_err(|error| CommandError::Reports(vec![(display_path(&path), error)]))?;
        }
        Ok(())
    }

    /// Judges on so many threads, one tenant after the other on each.
    fn judge_all(&self, threads: usize) -> Fleet {
        let fleet = Mutex::new(Fleet::expecting(self.tenants.iter().map(|tenant| tenant.name.clone())));
        let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let judge_next = || {
            while let Some(tenant) = self.tenants.get(next.fetch_add(1, Ordering::Relaxed)) {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                let result = self.result(tenant);
                is_over.fetch_or(result.exit == INTERNAL && !self.arguments.keep_going, Ordering::Relaxed);
                let one = Fleet::of_tenant(tenant.name.clone(), result);
                fleet.lock().unwrap_or_else(PoisonError::into_inner).merge(one);
            }
        };
        thread::scope(|scope| {
            // Without further threads the one that is there does it all.
            let others: Vec<_> =
                (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, judge_next).ok()).collect();
            judge_next();
            drop(others);
        });
        fleet.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn result(&self, tenant: &ManifestTenant) -> TenantResult {
        let without_report = match self.judge(tenant) {
            Ok(result) => return result,
            Err(Unjudged::Refused(errors)) => self.refused(&errors),
            Err(Unjudged::Unwritten(why)) => {
                let path = display_path(&self.report_path(tenant));
                print_to_stderr(&format!("rolecall: {path}: the report could not be written whole ({why})"));
                TenantResult::without_report(INTERNAL, format!("its report could not be written ({why})"))
            }
        };
        // A report of an earlier run would be taken for one of this.
        self.written_paths(tenant).for_each(|path| drop(fs::remove_file(path)));
        without_report
    }

    /// A tenant whose config, plans or options cannot be used.
    fn refused(&self, errors: &[UsageError]) -> TenantResult {
        let mut run = Run::refused(errors, &RunOptions::new(self.as_of()));
        if self.arguments.redaction.hides_names() {
            let rules = LoadedRules::of_folders(Vec::new(), true);
            let key = self.redact_key.clone().unwrap_or_else(KeyedHasher::built_in);
            if let Ok(rules) = rules {
                redact::identities(&mut run, &rules.set(), &key);
            }
        }
        let Some(hole) = run.ledger.holes.first() else { return TenantResult::without_report(3, "it was refused") };
        let place = match (&hole.file, hole.line) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            _ => String::new(),
        };
        // There is no report that could say what to do.
        let found = run.diagnostics.iter().find(|one| one.message == hole.reason);
        let cure = found.map_or_else(String::new, |found| format!(". {}", found.remedy));
        let more = match errors.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        TenantResult::without_report(3, format!("{}: {}{place}{cure}{more}", hole.rule, hole.reason))
    }

    fn as_of(&self) -> Date {
        self.arguments.judging.as_of.unwrap_or_else(today)
    }

    fn judge(&self, tenant: &ManifestTenant) -> Result<TenantResult, Unjudged> {
        let (request, rules) = self.request(tenant)?;
        let named = request.open()?;
        let path = self.report_path(tenant);
        let file = display_path(&path);
        if self.arguments.resume
            && is_policy_usable(&request, &rules)
            && self.page_path(tenant).is_none_or(|page| page.exists())
            && let Ok(bytes) = fs::read(&path)
            && let Some(basis) = self.basis(tenant, &request, &named, &rules)
            && let Some(result) = basis.result_of(&file, &bytes)
        {
            return Ok(result);
        }
        let run = request.judge_silently(named, &rules)?;
        if let Some(page) = self.page_path(tenant) {
            let (rule_set, fail_on) = (&rules.set(), self.arguments.fail_on);
            let mut bytes = Vec::new();
            ReportFormat::Html.write(&Report { run: &run, rule_set, fail_on, roots: &[] }, &mut bytes)?;
            write_unsynced(&page, &bytes)?;
        }
        let mut bytes = Vec::new();
        json::write_run(&run, &mut bytes)?;
        write_unsynced(&path, &bytes)?;
        Ok(TenantResult::of_run(&run, Some(ReportFile { file, sha256: sha256(&bytes) })))
    }

    /// What `check` would be asked for this tenant.
    fn request(&self, tenant: &ManifestTenant) -> Result<(CheckRequest, Box<LoadedRules>), Unjudged> {
        if tenant.inputs.is_empty() {
            let error = UsageError::new("the manifest names no input of this tenant");
            return Err(error.with_remedy("Name its exports and plans in the column `inputs`.").into());
        }
        let arguments = &self.arguments;
        let mut reading = reading(arguments, tenant.inputs.iter().map(|written| self.path(written)).collect());
        reading.expect_records = tenant.expect_records.or(arguments.expect_records);
        if let Some(config) = &tenant.config {
            reading.judging.site.config = Some(self.path(config));
            reading.judging.site.no_config = false;
        }
        let mut policy = arguments.policy.clone();
        policy.waivers.extend(tenant.waivers.iter().map(|written| self.path(written)));
        let of_all = arguments.baseline.baseline.as_deref().map(|path| tenant_path(path, Some(&tenant.name)));
        let baseline = tenant.baseline.as_ref().map(|written| self.path(written)).or(of_all);
        let choice = JudgingChoice {
            reading: &reading,
            waivers: &policy.waivers,
            baseline: &BaselineChoice { baseline },
            redaction: &arguments.redaction,
            fail_on: Some(arguments.fail_on),
        };
        let mut selected = choice.select(false)?;
        selected.name_tenant(&tenant.name, self.tenants.iter().map(|tenant| tenant.name.clone()).collect());
        let Some(request) = choice.requests(&mut selected)?.pop() else {
            return Err(UsageError::new("there is nothing to judge").into());
        };
        check_names(&request.paths, request.input_format)?;
        // One that cannot begin has no report.
        let request = CheckRequest { is_one_of_several: false, ..request };
        let rules = Box::new(selected.rules);
        Ok((request, rules))
    }

    /// What the run would rest on; `None` if something cannot be read.
    fn basis(
        &self,
        tenant: &ManifestTenant,
        request: &CheckRequest,
        named: &[NamedInput],
        rules: &LoadedRules,
    ) -> Option<RunBasis> {
        if !request.options.selection.faults.is_empty() {
            return None;
        }
        let input = |named: &NamedInput| {
            let sha256 = named.opened.as_ref().ok().and_then(|source| digest(source).ok());
            let format = named.format.map(Format::word);
            InputLedger { file: named.name.clone(), format, sha256, ..InputLedger::default() }
        };
        let lock = rules.lock.as_ref().map(|lock| UsedLock {
            file: lock.path.clone(),
            sha256: sha256(lock.text.as_bytes()),
            notes: Vec::new(),
        });
        let mut policy_files = used_files(&request.policy, true);
        policy_files.extend(used_config(request.baseline.as_slice(), true));
        let ledger = Ledger {
            tenant: Some(tenant.name.clone()),
            inputs: named.iter().map(input).collect(),
            config: used_config(&request.config, true),
            packs: rules.used_packs(),
            lock,
            options: request.options.given(),
            policy_files,
            redaction: RedactionLedger {
                identities: request.is_redacted,
                key: self.redact_key.as_ref().map(KeyedHasher::id),
            },
            ..Ledger::default()
        };
        RunBasis::of_ledger(&ledger, request.options.as_of)
    }
}

/// False if waivers or the baseline are not to be used, be it because of the other tenants that the table names today: a report
/// that they cover something in is not kept.
fn is_policy_usable(request: &CheckRequest, rules: &LoadedRules) -> bool {
    request.site.as_ref().is_ok_and(|site| request.policy(site, rules.set().rules).is_ok())
}
