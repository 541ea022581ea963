//! Where reports go: several at once, whole or not at all, and never over what is read.

use std::fs;

use crate::support::rows::{DANA, GOOD};
use crate::support::workspace::Workspace;

const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];

fn workspace() -> Workspace {
    Workspace::with_table(&[GOOD, DANA])
}

#[test]
fn one_run_writes_several_reports() {
    let workspace = workspace();
    let args = ["people.csv", SEATS[0], SEATS[1], "--output", "json=a.json", "--output", "html=b.html"];
    let ran = workspace.check_with(&args);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(ran.out.contains("PASS"), "standard output still has the report for people");
    assert!(
        workspace.read("a.json").contains("\"verdict\": \"pass\"") && workspace.read("b.html").ends_with("</html>\n")
    );
    assert_eq!(workspace.names(), ["a.json", "b.html", "people.csv"], "nothing else is left behind");

    let ran = workspace.check_with(&["people.csv", SEATS[0], SEATS[1], "--output", "json=-"]);
    assert_eq!(ran.out, workspace.read("a.json"));
    let ran = workspace.check_with(&["people.csv", SEATS[0], SEATS[1], "--format", "json"]);
    assert_eq!(ran.out, workspace.read("a.json"));
}

#[test]
fn a_report_replaces_an_older_one() {
    let workspace = workspace();
    workspace.write("a.csv", "old ".repeat(100_000));
    assert_eq!(workspace.check_with(&["people.csv", SEATS[0], SEATS[1], "--output", "csv=a.csv"]).exit, 0);
    assert!(workspace.read("a.csv").starts_with("\"kind\"") && !workspace.read("a.csv").contains("old "));
}

/// Whoever comes last has the report; it is whole, and nothing else is left.
#[test]
fn runs_at_once_leave_one_whole_report() {
    let workspace = workspace();
    let args = ["people.csv", SEATS[0], SEATS[1], "--output", "json=a.json"];
    let alone = workspace.check_with(&args);
    let report = workspace.read("a.json");
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| workspace.check_with(&args))).collect();
        for run in runs {
            let ran = run.join().unwrap();
            assert_eq!((ran.exit, ran.out.as_str()), (0, alone.out.as_str()), "{}", ran.err);
        }
    });
    assert_eq!(workspace.read("a.json"), report);
    assert_eq!(workspace.names(), ["a.json", "people.csv"]);
}

#[cfg(unix)]
#[test]
fn a_report_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = workspace();
    assert_eq!(workspace.check_with(&["people.csv", SEATS[0], SEATS[1], "--output", "csv=a.csv"]).exit, 0);
    assert_eq!(fs::metadata(workspace.path("a.csv")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_path_that_cannot_be_a_report_is_refused_before_anything_is_read() {
    let workspace = workspace();
    workspace.write("rolecall.toml", "");
    workspace.write("key", "k".repeat(32));
    fs::create_dir(workspace.path("folder")).unwrap();
    let refused: [&[&str]; 14] = [
        &["--output", "csv=people.csv"],
        &["--output", "csv=./folder/../people.csv"],
        &["--config", "rolecall.toml", "--output", "csv=rolecall.toml"],
        &["--redact-key", "key", "--output", "csv=key"],
        &["--output", "csv=a", "--output", "json=a"],
        &["--output", "csv=a", "--output", "json=./folder/../a"],
        &["--output", "csv=-", "--output", "json=-"],
        &["--format", "human", "--output", "json=-"],
        &["--output", "csv=folder"],
        &["--output", "csv=nowhere/a"],
        &["--output", "csv="],
        &["--output", "csv"],
        &["--output", "xml=a"],
        &["--output", "csv=.."],
    ];
    let before = workspace.names();
    for args in refused {
        let ran = workspace.check_with(&[&["people.csv"], args].concat());
        assert_eq!(ran.exit, 2, "{args:?}\n{}{}", ran.out, ran.err);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{args:?}");
    }
    assert_eq!(workspace.names(), before);
    assert!(workspace.read("people.csv").starts_with("First Name"));
}

#[cfg(unix)]
#[test]
fn no_link_and_no_device_is_written_through() {
    let workspace = workspace();
    std::os::unix::fs::symlink("people.csv", workspace.path("link")).unwrap();
    std::os::unix::fs::symlink("gone", workspace.path("dangling")).unwrap();
    fs::hard_link(workspace.path("people.csv"), workspace.path("same")).unwrap();
    for path in ["link", "dangling", "same", "/dev/null"] {
        let ran = workspace.check_with(&["people.csv", "--output", &format!("csv={path}")]);
        assert_eq!(ran.exit, 2, "{path}\n{}", ran.err);
    }
}

/// A folder that may not be written to: the others are written, the old report stays, and the exit code says so.
#[cfg(unix)]
#[test]
fn a_report_that_cannot_be_written_ends_in_internal() {
    use std::process::{Command, Stdio};
    let workspace = workspace();
    fs::create_dir(workspace.path("folder")).unwrap();
    workspace.write("folder/a.csv", "old");
    // No file may grow beyond a block: the small report fits, the page does not.
    let line = "ulimit -f 8; trap '' XFSZ; exec \"$0\" check people.csv --no-config --as-of 2026-11-21 \
                --seats 'System Administrator=50' --output concise=b.txt --output html=folder/a.csv";
    let ran = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_rolecall")])
        .current_dir(workspace.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(4), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("folder/a.csv"));
    assert_eq!(workspace.read("folder/a.csv"), "old");
    assert!(workspace.read("b.txt").contains("PASS"));
    assert_eq!(fs::read_dir(workspace.path("folder")).unwrap().count(), 1, "no half report is left");
}

#[test]
fn a_key_that_is_none_is_refused() {
    let workspace = workspace();
    workspace.write("short", "0123456789abcde\n");
    for key in ["short", "gone", "."] {
        assert_eq!(workspace.check_with(&["people.csv", "--redact-key", key]).exit, 2, "{key}");
    }
    assert_eq!(workspace.check_with(&["people.csv", "--redact", "everything"]).exit, 2);
}
