//! Streams that fail: a report that could not be written whole is never a verdict.

use std::process::Command;

use crate::support::workspace::Workspace;

const TABLE: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n\
    API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n\
    Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";

/// Runs a line of the shell in which `$0` is the program and `$1` a good table; gives the exit code.
fn shell(line: &str) -> i32 {
    let path = std::env::temp_dir().join(format!("rolecall-streams-{}-{:x}.csv", std::process::id(), hash(line)));
    std::fs::write(&path, TABLE).unwrap();
    let status = Command::new("bash").args(["-c", line, env!("CARGO_BIN_EXE_rolecall")]).arg(&path).status().unwrap();
    std::fs::remove_file(&path).unwrap();
    status.code().unwrap_or(-1)
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(7, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

const CHECK: &str = "\"$0\" check --no-config --as-of 2026-11-21 --seats 'System Administrator=50' \"$1\"";

#[test]
fn a_good_run_is_0() {
    assert_eq!(shell(&format!("{CHECK} > /dev/null")), 0);
}

#[test]
fn a_full_disk_is_4() {
    for format in ["human", "json"] {
        assert_eq!(shell(&format!("{CHECK} --format {format} > /dev/full")), 4, "{format}");
    }
    assert_eq!(shell("\"$0\" --help > /dev/full"), 4);
    assert_eq!(shell("\"$0\" rules > /dev/full"), 4);
    assert_eq!(shell("\"$0\" columns \"$1\" > /dev/full"), 4);
}

#[test]
fn a_reader_that_has_gone_is_4() {
    // The code comes by another way than the pipe, whose reader has gone before the report begins.
    let code = |what: &str| {
        shell(&format!("code=$({{ {{ sleep 0.3; {what}; echo $? >&3; }} | true; }} 3>&1 2>/dev/null); exit $code"))
    };
    assert_eq!(code(CHECK), 4);
    assert_eq!(code("\"$0\" --help"), 4);
}

#[test]
fn a_reader_that_has_gone_is_not_complained_to() {
    let commands: [&[&str]; 7] = [
        &["check", "people.csv"],
        &["check", "people.csv", "--format", "json", "--output", "html=page.html"],
        &["capacity", "people.csv"],
        &["columns", "people.csv"],
        &["rules"],
        &["explain", "seats-exceeded"],
        &["--help"],
    ];
    for args in commands {
        let workspace = Workspace::with(&[("people.csv", TABLE)]);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        let ran = command.args(args).current_dir(workspace.path(".")).stdout(writer).output().unwrap();
        assert_eq!((ran.status.code(), String::from_utf8_lossy(&ran.stderr).as_ref()), (Some(4), ""), "{args:?}");
    }
}

/// A run that is ended by a signal has said nothing, and its status is not a verdict.
#[test]
fn a_signal_leaves_no_verdict() {
    use std::os::unix::process::ExitStatusExt;
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["check", "--no-config", "--input-format", "csv", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    // Standard input stays open until here: the run was waiting for it.
    let status = child.wait().unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
    assert!(status.signal().is_some() && said.is_empty(), "{status} {said}");
}

/// A closed standard error hides complaints and changes no verdict.
#[test]
fn a_closed_standard_error_changes_nothing() {
    assert_eq!(shell(&format!("{CHECK} > /dev/null 2>&-")), 0);
    assert_eq!(shell(&format!("{CHECK} --fail-on nonsense > /dev/null 2>&-")), 2);
}

/// Time zone, language and home of the caller do not reach the report.
#[test]
fn the_surroundings_change_nothing() {
    let workspace = Workspace::with(&[("people.csv", TABLE)]);
    let args = ["check", "--no-config", "--as-of", "2026-11-21", "--format", "json", "people.csv"];
    let plain = workspace.run(&args);
    for env in [
        [("TZ", "Pacific/Kiritimati"), ("LANG", "C")],
        [("TZ", "Etc/GMT+12"), ("LC_ALL", "tr_TR.UTF-8")],
        [("HOME", "/nonexistent"), ("USER", "\u{1b}[2J")],
    ] {
        let other = workspace.run_with(&args, &env, None);
        assert!(other.out == plain.out && other.exit == plain.exit, "{env:?}\n{other}");
    }
}
