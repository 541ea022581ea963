//! A room: a fresh temporary directory in which the binary is run with an empty environment.
//! It knows nothing of what the program is asked to judge.

use crate::report::Report;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The date that every run judges by.
pub const AS_OF: &str = "2026-11-21";
/// Longer than any honest run takes; a run that takes longer is stopped and fails its test.
const PATIENCE: Duration = Duration::from_secs(60);

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
        let name = format!("rolecall-contract-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = std::env::temp_dir().join(name);
        fs::create_dir_all(root.join("work")).unwrap();
        Self { root }
    }

    /// A room that holds these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let workspace = Self::new();
        for (name, text) in files {
            workspace.write(name, text.as_bytes());
        }
        workspace
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.root.join("work").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root.join("work").join(name)).unwrap()
    }

    /// Runs the binary with exactly these arguments.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], None)
    }

    /// Runs the binary with environment variables and, if given, a file of the room as standard input.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)], stdin: Option<&str>) -> Ran {
        let (out, err) = (self.root.join("out"), self.root.join("err"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.args(args).current_dir(self.root.join("work")).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(env.iter().copied());
        command.stdin(match stdin {
            Some(name) => Stdio::from(File::open(self.root.join("work").join(name)).unwrap()),
            None => Stdio::null(),
        });
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        let exit = wait(&mut command, args);
        let read = |path| String::from_utf8(fs::read(path).unwrap()).expect("the program writes UTF-8");
        Ran { line: args.join(" "), exit, out: read(&out), err: read(&err) }
    }

    /// `check`, judged by [`AS_OF`], without a config unless `args` name one, reported as JSON.
    pub fn check(&self, args: &[&str]) -> Ran {
        self.check_as("json", args)
    }

    /// The same, in another report format.
    pub fn check_as(&self, format: &str, args: &[&str]) -> Ran {
        let mut all = vec!["check", "--as-of", AS_OF, "--format", format];
        if !args.contains(&"--config") {
            all.push("--no-config");
        }
        all.extend(args);
        self.run(&all)
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
        read.map(Report).map_err(|fault| format!("standard output is no JSON document: {fault}\n{self}"))
    }

    /// Exit code and verdict of the JSON report, both as they should be.
    pub fn concluded(&self, exit: i32, verdict: &str) -> Result<Report, String> {
        let report = self.report()?;
        if self.exit != exit || report.verdict() != verdict {
            return Err(format!(
                "wanted {verdict} and exit {exit}, got {} and {}\n{self}",
                report.verdict(),
                self.exit
            ));
        }
        Ok(report)
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| text.chars().take(2500).collect::<String>();
        write!(f, "rolecall {}\nexit {}\n{}\n{}", self.line, self.exit, short(&self.out), short(&self.err))
    }
}

/// Ends every test that gathers what went wrong instead of stopping at the first fault.
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
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("still running after {PATIENCE:?}: {args:?}");
        }
        std::thread::sleep(Duration::from_micros(300));
    }
}
