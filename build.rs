//! Embeds every rule file below `rules/`, so that dropping a file in is all it takes to add a rule.
//!
//! What a run needs of a file, all before its examples, is embedded as JSON too: that is read several times as fast, and
//! every start reads all of them. A file that is not TOML has none: a bad rule fails a test, with a place, and not the
//! build, without one.
//!
//! `--version` tells the commit and the target that are embedded here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rustc-env=ROLECALL_TARGET={}", env::var("TARGET").expect("cargo says what it builds for"));
    println!("cargo::rustc-env=ROLECALL_COMMIT={}", commit());
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is")).join("rules");
    let mut files = Vec::new();
    for pack in entries(&root).into_iter().filter(|path| path.is_dir()) {
        files.extend(entries(&pack).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
    }
    let mut code = String::from("&[\n");
    for file in &files {
        let name =
            file.strip_prefix(&root).expect("the file is below the folder").display().to_string().replace('\\', "/");
        let text = fs::read_to_string(file).expect("the rule file can be read");
        let path = file.display().to_string();
        writeln!(code, "    EmbeddedRule {{ path: {name:?}, text: include_str!({path:?}), head: {:?} }},", head(&text))
            .expect("a string can be written to");
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    fs::write(out.join("rules.rs"), code).expect("the build folder can be written to");
}

/// The commit that is built: what `ROLECALL_COMMIT` says, else what git says. A build for development names none, or
/// every commit would compile everything again.
fn commit() -> String {
    println!("cargo::rerun-if-env-changed=ROLECALL_COMMIT");
    if let Ok(commit) = env::var("ROLECALL_COMMIT") {
        return commit;
    }
    if env::var("PROFILE").as_deref() != Ok("release") {
        return "development build".to_owned();
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    for path in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", path]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown commit".to_owned())
}

/// What comes before the examples, as JSON; empty if it is not TOML.
fn head(text: &str) -> String {
    let head = text.find("[[examples]]").map_or(text, |at| &text[..at]);
    let table = toml::from_str::<toml::Table>(head).ok();
    table.and_then(|table| serde_json::to_string(&table).ok()).unwrap_or_default()
}

/// What lies in `folder`, in the order of names.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the rules folder can be read")
        .map(|entry| entry.expect("the rules folder can be listed").path())
        .collect();
    paths.sort();
    paths
}
