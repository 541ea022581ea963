//! What is measured: an export, and which of its accounts a site declares to be API users.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rolecall::capacity::CapacityRequest;
use rolecall::config::{Config, RunOptions};
use rolecall::diff::{DiffSide, DiffThreshold, Factor, FactorStates, SideAccounts, compare};
use rolecall::engine::comparison_run::ComparedInputs;
use rolecall::engine::{NamedInput, RuleSet, Run, RunRequest, check, check_and_track};
use rolecall::read::Format;
use rolecall::record::date::Date;
use rolecall::report::diff::{DiffFormat, DiffReport};
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use super::AS_OF;
use super::accounts::{self, Population};

/// How a site says which accounts are API users.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All of them are.
    All,
    /// Each is named in the config.
    Declared,
    /// A pattern of user names in the config.
    Pattern,
    /// Not at all: only their names look like it.
    Named,
}

impl Selection {
    pub const ALL: [Self; 4] = [Self::All, Self::Declared, Self::Pattern, Self::Named];

    /// What it is called in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "API users alone",
            Self::Declared => "people, declared",
            Self::Pattern => "people, by pattern",
            Self::Named => "people, by names",
        }
    }

    pub const fn population(self) -> Population {
        match self {
            Self::All => Population::ApiUsers,
            Self::Declared | Self::Pattern | Self::Named => Population::People,
        }
    }

    /// The config that says so.
    pub fn config(self, count: u64) -> String {
        let declared = match self {
            Self::All | Self::Named => String::new(),
            Self::Declared => {
                let names: Vec<String> = self.population().api_users(count).map(|name| format!("{name:?}")).collect();
                format!("user-names = [{}]", names.join(", "))
            }
            Self::Pattern => format!("patterns = [{{ regex = '^api[. ]', max = {count} }}]"),
        };
        format!("[api-users]\n{declared}\n[teams]\nalternates = [\"Billing\"]\n")
    }
}

/// An input and all that a check of it needs, made before anything is measured.
pub struct Work {
    paths: Vec<PathBuf>,
    config: Config,
    options: RunOptions,
}

impl Work {
    /// A check of `count` accounts.
    pub fn new(selection: Selection, count: u64, format: Format) -> Self {
        let path = export(selection.population(), count, format);
        let options = RunOptions { all_api_users: selection == Selection::All, ..options() };
        Self::of(vec![path], &selection.config(count), options)
    }

    /// A check of an export of API users that is there.
    pub fn of_api_users(path: &Path) -> Self {
        Self::of(vec![path.to_owned()], &Selection::All.config(0), RunOptions { all_api_users: true, ..options() })
    }

    /// A check of files by a config.
    pub fn of(paths: Vec<PathBuf>, config: &str, options: RunOptions) -> Self {
        Self { paths, config: Config::parse("rolecall.toml", config).expect("a config"), options }
    }

    /// The only file.
    pub fn path(&self) -> &Path {
        &self.paths[0]
    }

    /// Every rule, on one thread.
    pub fn check(&self) -> Run {
        self.check_by(1)
    }

    /// The same, on so many threads. Not inlined: `benches/guard` counts what is done in it.
    #[inline(never)]
    pub fn check_by(&self, jobs: usize) -> Run {
        let (rules, references) = (built_in(), References::built_in());
        let rule_set = RuleSet { rules: &rules, references: &references };
        let options = RunOptions { jobs, ..self.options.clone() };
        check(self.paths.iter().map(|path| named(path)).collect(), &self.config, &rule_set, &options).expect("a run")
    }

    /// What changed until a later export, written for programs.
    pub fn diff(&self, later: &Path) {
        let (rules, references) = (built_in(), References::built_in());
        let rule_set = RuleSet { rules: &rules, references: &references };
        let options = RunOptions { jobs: 1, ..self.options.clone() };
        let request = RunRequest { config: &self.config, rules: &rule_set, options: &options };
        let side = |path: &Path| {
            let (run, lookup, tracked) = check_and_track(vec![named(path)], &request).expect("a run");
            let accounts = Some(SideAccounts::new(lookup, tracked));
            DiffSide { run, accounts, version: String::new(), baseline: None }
        };
        let (old, new) = (side(self.path()), side(later));
        let factors = FactorStates::new(|factor| Some(factor == Factor::Data));
        let diff = compare(&old, &new, factors, DiffThreshold::New, 1, &mut |_| None);
        let report = DiffReport { old: &old.run, new: &new.run, diff: &diff, rule_set: &rule_set };
        DiffFormat::Json.write(&report, &mut io::sink()).expect("nothing can fail there");
    }

    /// Whether the export is as a plan states.
    pub fn drift(&self, plan: &Path) -> Run {
        let (rules, references) = (built_in(), References::built_in());
        let rule_set = RuleSet { rules: &rules, references: &references };
        let options = RunOptions { jobs: 1, ..self.options.clone() };
        let request = RunRequest { config: &self.config, rules: &rule_set, options: &options };
        let inputs = ComparedInputs { plans: vec![named(plan)], exports: vec![named(self.path())], base: None };
        rolecall::drift::run(inputs, Vec::new(), &request).expect("a run").0
    }

    /// What a licence owner asks of the same accounts, with exports of earlier days.
    pub fn capacity(&self, past: &[(Date, PathBuf)]) -> Run {
        let (rules, references) = (built_in(), References::built_in());
        let rule_set = RuleSet { rules: &rules, references: &references };
        let question = RunRequest { config: &self.config, rules: &rule_set, options: &self.options };
        let past = past.iter().map(|(day, path)| (*day, named(path))).collect();
        let request = CapacityRequest { past, ..CapacityRequest::default() };
        rolecall::capacity::run(self.paths.iter().map(|path| named(path)).collect(), request, &question)
            .expect("a run")
            .0
    }
}

/// The options of all of them.
pub fn options() -> RunOptions {
    RunOptions {
        seats: vec![("System Administrator".to_owned(), 1_000)],
        ..RunOptions::new(Date::parse(AS_OF, None).expect("a date"))
    }
}

/// An input, opened.
pub fn named(path: &Path) -> NamedInput {
    let name = path.file_name().and_then(|name| name.to_str()).expect("our own name");
    NamedInput { name: name.to_owned(), format: Format::by_name(name), opened: Source::open(path) }
}

/// The export of `count` accounts, made when it is not there.
pub fn export(population: Population, count: u64, format: Format) -> PathBuf {
    made(&format!("{}-{count}.{}", population.word(), format.word()), |out| match format {
        Format::Json => accounts::write_json(population, count, out),
        Format::Jsonl => accounts::write_jsonl(population, count, out),
        Format::Xlsx => accounts::write_xlsx(population, count, out),
        _ => accounts::write_csv(population, count, out),
    })
}

/// A file of this name, made when it is not there.
pub fn made(name: &str, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if !path.exists() {
        let mut out = BufWriter::new(File::create(&path).expect("the export can be made"));
        write(&mut out).and_then(|()| out.flush()).expect("the export can be written");
    }
    path
}
