//! A fresh folder in which the binary is run with an empty environment.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// Every form of the report.
pub const FORMATS: [&str; 11] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"];
/// The header of small tables.
pub const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
/// An API user with nothing wrong.
pub const GOOD: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
/// A person, the second administrator.
pub const DANA: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The folder; removed when dropped.
pub struct Workspace(pub PathBuf);

/// What a run left behind.
pub struct Ran {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Workspace {
    pub fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outputs-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A room with a table in `people.csv`.
    pub fn with_table(rows: &[&str]) -> Self {
        let workspace = Self::new();
        workspace.write("people.csv", &format!("{HEAD}{}", rows.concat()));
        workspace
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|_| panic!("{name} is there"))
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// `rolecall check` with these arguments, as of a fixed day, without a config unless one is named.
    pub fn check(&self, args: &[&str]) -> Ran {
        let config: &[&str] = if args.contains(&"--config") { &[] } else { &["--no-config"] };
        self.run(&[&["check", "--as-of", "2026-11-21"], config, args].concat(), None)
    }

    /// `rolecall` with exactly these arguments, and a file of the room as standard input, if one is named.
    pub fn run(&self, args: &[&str], stdin: Option<&str>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.current_dir(&self.0).env_clear().args(args);
        let stdin = stdin.map_or_else(Stdio::null, |name| fs::File::open(self.0.join(name)).unwrap().into());
        let ran = command.stdin(stdin).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Ran { exit: ran.status.code().unwrap_or(-1), out: text(ran.stdout), err: text(ran.stderr) }
    }

    /// The report in every form, by one run.
    pub fn all_forms(&self, args: &[&str]) -> Vec<(&'static str, String)> {
        let outputs: Vec<_> = FORMATS.iter().map(|format| format!("--output={format}=out.{format}")).collect();
        let outputs = outputs.iter().map(String::as_str);
        let ran = self.check(&args.iter().copied().chain(outputs).collect::<Vec<_>>());
        assert!([0, 1, 3].contains(&ran.exit), "{}", ran.err);
        FORMATS.into_iter().map(|format| (format, self.read(&format!("out.{format}")))).collect()
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The text of one form.
pub fn of<'t>(forms: &'t [(&'static str, String)], format: &str) -> &'t str {
    &forms.iter().find(|(name, _)| *name == format).unwrap().1
}

/// A form that is one JSON value.
pub fn json(forms: &[(&'static str, String)], format: &str) -> Value {
    serde_json::from_str(of(forms, format)).unwrap_or_else(|why| panic!("{format}: {why}"))
}

/// The rows of the CSV form, the header left out.
pub fn rows(forms: &[(&'static str, String)]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(of(forms, "csv").as_bytes()).into_records().map(|row| row.expect("it is CSV")).collect()
}
