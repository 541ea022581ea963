//! A folder of its own in which the binary is asked for capacity, with an empty environment.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// The day every run judges by.
pub const AS_OF: &str = "2026-11-21";

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A folder, removed when dropped.
pub struct Workspace(PathBuf);

/// What a run left behind.
pub struct Ran {
    pub line: String,
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Workspace {
    /// A folder that holds these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let name = format!("rolecall-capacity-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = std::env::temp_dir().join(name);
        fs::create_dir_all(&root).unwrap();
        for (name, text) in files {
            fs::write(root.join(name), text).unwrap();
        }
        Self(root)
    }

    /// The text of a file in it; nothing where there is none.
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name)).ok()
    }

    /// Runs the binary with exactly these arguments.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.args(args).current_dir(&self.0).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let exit = output.status.code().unwrap_or(-1);
        Ran { line: args.join(" "), exit, out: text(output.stdout), err: text(output.stderr) }
    }

    /// `capacity` as of [`AS_OF`], as JSON; the config is `rolecall.toml` where the room has one.
    pub fn capacity(&self, args: &[&str]) -> Ran {
        let config: &[&str] =
            if self.0.join("rolecall.toml").exists() { &["--config", "rolecall.toml"] } else { &["--no-config"] };
        let all = [&["capacity", "--as-of", AS_OF, "--format", "json"], config, args].concat();
        self.run(&all)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Ran {
    /// The JSON report.
    pub fn report(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|fault| panic!("no JSON: {fault}\n{self}"))
    }

    /// The JSON report, with exit code and verdict as they should be.
    pub fn concluded(&self, exit: i32, verdict: &str) -> Value {
        let report = self.report();
        assert_eq!((self.exit, report["verdict"].as_str()), (exit, Some(verdict)), "{self}");
        report
    }

    /// A run that was refused, for a reason that says all of `words`; nothing was printed.
    pub fn refused(&self, words: &[&str]) {
        assert_eq!((self.exit, self.out.as_str()), (2, ""), "{self}");
        for word in words {
            assert!(self.err.contains(word), "it does not say {word}\n{self}");
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rolecall {}\nexit {}\n{}\n{}", self.line, self.exit, self.out, self.err)
    }
}

/// A licence of a report.
pub fn license<'r>(report: &'r Value, name: &str) -> &'r Value {
    let licenses = report["licenses"].as_array().unwrap();
    licenses.iter().find(|one| one["license"] == name).unwrap_or_else(|| panic!("no licence {name}"))
}

/// The steps of a licence as `day used/owned`.
pub fn steps(license: &Value) -> Vec<String> {
    let step = |step: &Value| format!("{} {}/{}", step["on"].as_str().unwrap(), step["used"], step["owned"]);
    license["steps"].as_array().unwrap().iter().map(step).collect()
}

/// The findings of one rule.
pub fn findings<'r>(report: &'r Value, rule: &str) -> Vec<&'r Value> {
    report["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == rule).collect()
}
