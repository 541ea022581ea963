//! Paths that are not files, never end, or are far too large: reported at once, in bounded time and memory.
//! Every run here has one gibibyte of address space and five seconds.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::workspace::nothing_wrong;

const HEADER: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
const API: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const OPS: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A folder of its own; removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("rolecall-hostile-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `check` on a path; gives the exit code and standard output.
fn check(path: &Path, more: &[&str], stdin: Stdio) -> Result<(i32, String), String> {
    let limit = "ulimit -v 1048576 && exec \"$0\" check --no-config --as-of 2026-11-21 --format json \
        --seats 'System Administrator=50' \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limit, env!("CARGO_BIN_EXE_rolecall")]).arg(path).args(more);
    let start = Instant::now();
    let out = std::env::temp_dir().join(format!(
        "rolecall-out-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    command.stdin(stdin).stdout(File::create(&out).unwrap()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap_or(-1);
        }
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            child.wait().unwrap();
            return Err(format!("{} runs on and on", path.display()));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = std::fs::read_to_string(&out).unwrap();
    std::fs::remove_file(&out).unwrap();
    Ok((code, text))
}

/// An input that has to be INCOMPLETE; what is wrong otherwise.
fn incomplete(what: &str, path: &Path, more: &[&str]) -> Option<String> {
    let told = check(path, more, Stdio::null());
    match &told {
        Ok((3, text)) if text.contains("\"verdict\": \"incomplete\"") => None,
        told => Some(format!("{what}: {}", format!("{told:?}").chars().take(600).collect::<String>())),
    }
}

#[test]
fn what_is_no_regular_file_is_said_at_once() {
    let folder = Folder::new();
    let pipe = folder.0.join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let socket = folder.0.join("socket.csv");
    let listener = UnixListener::bind(&socket).unwrap();
    let link = |name: &str, to: &Path| {
        let path = folder.0.join(name);
        symlink(to, &path).unwrap();
        path
    };
    let (dangling, looped) = (link("dangling.csv", Path::new("gone.csv")), link("loop.csv", Path::new("loop.csv")));
    let to_pipe = link("to-pipe.csv", &pipe);
    let mut wrong = Vec::new();
    for (what, path) in [
        ("a pipe", pipe.as_path()),
        ("a link to a pipe", &to_pipe),
        ("a socket", &socket),
        ("a dangling link", &dangling),
        ("a link to itself", &looped),
        ("a folder", &folder.0),
        ("a device without end", Path::new("/dev/zero")),
        ("a device without anything", Path::new("/dev/null")),
        ("a file of the system", Path::new("/proc/self/status")),
        ("a name too long", Path::new(&"x".repeat(5000))),
    ] {
        wrong.extend(incomplete(what, path, &["--input-format", "csv"]));
        wrong.extend(incomplete(what, path, &["--input-format", "xlsx"]));
        wrong.extend(incomplete(what, path, &["--input-format", "yaml"]));
    }
    drop(listener);
    nothing_wrong(wrong);
}

/// A link that leads to a regular file is that file, wherever it lies; it was named.
#[test]
fn a_named_link_is_read() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let path = folder.0.join("people.csv");
    symlink(elsewhere.file("list.csv", format!("{HEADER}{API}{OPS}")), &path).unwrap();
    assert_eq!(check(&path, &[], Stdio::null()).unwrap().0, 0);
}

#[test]
fn a_path_that_is_no_utf8_is_read_and_shown() {
    let folder = Folder::new();
    let path = folder.0.join(OsStr::from_bytes(b"peo\xffple.csv"));
    std::fs::write(&path, format!("{HEADER}{API}{OPS}")).unwrap();
    let (code, text) = check(&path, &[], Stdio::null()).unwrap();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("peo\u{fffd}ple.csv"));
}

#[test]
fn standard_input_that_never_ends_is_said() {
    let told = check(Path::new("-"), &["--input-format", "csv"], File::open("/dev/zero").unwrap().into()).unwrap();
    assert_eq!(told.0, 3, "{}", told.1);
}

/// Files with nothing but holes in them, a tebibyte long.
#[test]
fn files_beyond_all_measure_are_refused() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for name in ["people.csv", "people.json", "people.jsonl", "plan.yaml", "plan.toml", "people.xlsx"] {
        let path = folder.0.join(name);
        if File::create(&path).unwrap().set_len(1 << 40).is_ok() {
            wrong.extend(incomplete(name, &path, &[]));
        }
    }
    nothing_wrong(wrong);
}

/// Depth, width, length and number, each far beyond what an honest file has.
#[test]
fn shapes_beyond_all_measure_are_refused() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    let deep = 200_000;
    let ones = "1,".repeat(20_000_000);
    for (name, text) in [
        ("deep.json", "[".repeat(deep)),
        ("deep-in.json", format!("[{{\"roles\":{}", "[".repeat(deep))),
        ("deep.yaml", format!("rolecall: 1\nusers: {}", "[".repeat(deep))),
        ("deep.toml", format!("rolecall = 1\nusers = {}", "[".repeat(deep))),
        ("wide.json", format!("[{{\"firstName\":\"API\",\"x\":[{ones}1]}}]")),
        ("wide-one.json", format!("{{\"firstName\":\"API\",\"x\":[{ones}1]}}")),
        ("wide-plan.json", format!("{{\"rolecall\":1,\"x\":[{ones}1]}}")),
        ("wide.jsonl", format!("{{\"firstName\":\"API\",\"x\":[{}1]}}\n", "1,".repeat(2_000_000))),
        (
            "keys.json",
            format!("{{{}\"users\":[]}}", (0..2_000_000).map(|at| format!("\"k{at}\":1,")).collect::<String>()),
        ),
        ("cell.csv", format!("{HEADER}{API}{}\n{OPS}", "A".repeat(64 << 20))),
        ("quoted.csv", format!("{HEADER}{API}\"{}\n{OPS}", "A\n".repeat(16 << 20))),
        ("columns.csv", format!("User Name,Team{}\n", ",x".repeat(1_000_000))),
        ("rows.csv", format!("{HEADER}{API}{OPS}{}", ",\n".repeat(3_000_000))),
        ("blank.csv", format!("{HEADER}{API}{OPS}{}", ",,,,,,,\n".repeat(1_000_000))),
        ("lines.jsonl", "{]\n".repeat(2_000_000)),
        ("elements.json", format!("[{}1]", "1,".repeat(2_000_000))),
    ] {
        let path = folder.file(name, &text);
        wrong.extend(incomplete(name, &path, &[]));
        std::fs::remove_file(&path).unwrap();
    }
    nothing_wrong(wrong);
}

/// A file that a process makes longer while it is read is INCOMPLETE, whatever was read of it.
#[test]
fn a_file_that_grows_is_said() {
    use std::io::Write;
    let folder = Folder::new();
    let person = |number: usize| OPS.replace("dana.ops", &format!("p{number}")).replace("Administrator", "Auditor");
    let people: String = (0..300_000).map(person).collect();
    let path = folder.file("people.csv", format!("{HEADER}{API}{OPS}{people}"));
    let stop = AtomicUsize::new(0);
    let told = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
            while stop.load(Ordering::Relaxed) == 0 {
                file.write_all(person(1).as_bytes()).unwrap();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let told = check(&path, &[], Stdio::null());
        stop.store(1, Ordering::Relaxed);
        told
    });
    let (code, text) = told.unwrap();
    assert!(code == 3 && text.contains("input-changed"), "{code}");
}
