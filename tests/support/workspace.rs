//! A temporary directory in which the binary runs with an empty environment.
//! It knows nothing of what the program is asked to check.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::report::{Forms, Report};
use super::rows::HEAD;

/// The date that every run judges by.
pub const AS_OF: &str = "2026-11-21";
/// Longer than any honest run takes; a run that takes longer is stopped and fails its test.
const TIMEOUT: Duration = Duration::from_secs(60);

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A directory of its own; removed when dropped.
pub struct Workspace {
    root: PathBuf,
}

/// What a run left behind.
pub struct Ran {
    pub line: String,
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Workspace {
    pub fn new() -> Self {
        let name = format!("rolecall-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = std::env::temp_dir().join(name);
        fs::create_dir_all(root.join("work")).unwrap();
        Self { root }
    }

    /// A workspace with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let workspace = Self::new();
        files.iter().for_each(|(name, text)| workspace.write(name, text));
        workspace
    }

    /// A workspace with a table of these rows in `people.csv`.
    pub fn with_table(rows: &[&str]) -> Self {
        Self::with(&[("people.csv", &format!("{HEAD}{}", rows.concat()))])
    }

    /// A workspace with the files of a case below `fixtures/`.
    pub fn with_fixture(name: &str) -> Self {
        let workspace = Self::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, workspace.path(path.file_name().unwrap())).unwrap();
        }
        workspace
    }

    /// Where a file of the workspace lies, whether it exists or not.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join("work").join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    /// The names of its files and folders, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the binary with exactly these arguments.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], None)
    }

    /// Runs the binary with environment variables and, if given, a file of the workspace as standard input.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)], stdin: Option<&str>) -> Ran {
        // Several runs may share a workspace.
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (out, err) = (self.root.join(format!("out{number}")), self.root.join(format!("err{number}")));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.args(args).current_dir(self.path("")).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(env.iter().copied());
        command.stdin(stdin.map_or_else(Stdio::null, |name| File::open(self.path(name)).unwrap().into()));
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        let exit = wait(&mut command, args);
        let read = |path| String::from_utf8(fs::read(path).unwrap()).expect("the program writes UTF-8");
        Ran { line: args.join(" "), exit, out: read(&out), err: read(&err) }
    }

    /// `check`, as of [`AS_OF`], without a config unless `args` name one, reported as JSON.
    pub fn check(&self, args: &[&str]) -> Ran {
        self.check_as("json", args)
    }

    /// The same, in another report format.
    pub fn check_as(&self, format: &str, args: &[&str]) -> Ran {
        self.check_with(&[&["--format", format], args].concat())
    }

    /// The same, with all arguments about the report in `args`.
    pub fn check_with(&self, args: &[&str]) -> Ran {
        let config: &[&str] = if args.contains(&"--config") { &[] } else { &["--no-config"] };
        self.run(&[&["check", "--as-of", AS_OF], config, args].concat())
    }

    /// `capacity` as of [`AS_OF`], as JSON; the config is `rolecall.toml` if the workspace has one.
    pub fn capacity(&self, args: &[&str]) -> Ran {
        let has_config = self.path("rolecall.toml").exists();
        let config: &[&str] = if has_config { &["--config", "rolecall.toml"] } else { &["--no-config"] };
        self.run(&[&["capacity", "--as-of", AS_OF, "--format", "json"], config, args].concat())
    }

    /// The report of a check in every form, by one run.
    pub fn all_forms(&self, args: &[&str]) -> Forms {
        let outputs: Vec<_> = Forms::names().iter().map(|format| format!("--output={format}=out.{format}")).collect();
        let outputs = outputs.iter().map(String::as_str);
        let ran = self.check_with(&args.iter().copied().chain(outputs).collect::<Vec<_>>());
        assert!([0, 1, 3].contains(&ran.exit), "{ran}");
        Forms(Forms::names().into_iter().map(|format| (format, self.read(&format!("out.{format}")))).collect())
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Ran {
    /// The JSON report on standard output.
    pub fn report(&self) -> Result<Report, String> {
        let read = serde_json::from_str(&self.out);
        read.map(Report).map_err(|why| format!("standard output is not a JSON document: {why}\n{self}"))
    }

    /// The JSON report, if exit code and verdict are these.
    pub fn concluded(&self, exit: i32, verdict: &str) -> Result<Report, String> {
        let report = self.report()?;
        if self.exit != exit || report.verdict() != verdict {
            let found = (report.verdict(), self.exit);
            return Err(format!("expected {:?}, found {found:?}\n{self}", (verdict, exit)));
        }
        Ok(report)
    }

    /// The same; another end fails the test.
    pub fn ends(&self, exit: i32, verdict: &str) -> Report {
        self.concluded(exit, verdict).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The run was refused for a reason that contains all of `words`, and printed nothing.
    pub fn refused(&self, words: &[&str]) {
        assert_eq!((self.exit, self.out.as_str()), (2, ""), "{self}");
        for word in words {
            assert!(self.err.contains(word), "it does not say {word}\n{self}");
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| text.chars().take(2500).collect::<String>();
        write!(f, "rolecall {}\nexit {}\n{}\n{}", self.line, self.exit, short(&self.out), short(&self.err))
    }
}

/// Ends every test that collects what went wrong instead of stopping at the first fault.
pub fn nothing_wrong(wrong: Vec<String>) {
    let first = wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n--------\n");
    assert!(wrong.is_empty(), "{} cases went wrong\n{first}", wrong.len());
}

fn wait(command: &mut Command, args: &[&str]) -> i32 {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            // A signal has no code; no verdict has this one.
            return status.code().unwrap_or(-1);
        }
        if start.elapsed() > TIMEOUT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("still running after {TIMEOUT:?}: {args:?}");
        }
        std::thread::sleep(Duration::from_micros(300));
    }
}
