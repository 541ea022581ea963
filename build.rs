//! Embeds every rule file below `rules/`, so that dropping a file in is all it takes to add a rule.
//!
//! What a run needs of a file, all before its examples, is embedded without its syntax (`build/flat.rs`), since every start reads
//! all of them. A file that is not TOML has an empty one: a bad rule fails a test, with a place, and not the build, without one.
//!
//! Schemas of files that every start reads become tables (`build/schemas.rs`).
//!
//! Texts that a run seldom needs, such as schemas and whole rule files, are embedded deflated (`src/embedded.rs`).
//!
//! What characters are drawn like is embedded as pairs: the tables of `unicode-security` hold a reference for each character,
//! and every start would pay for them.
//!
//! `--version` tells the commit and the target that are embedded here.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use flat::Flat;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use unicode_security::confusable_detection::skeleton;

#[path = "build/flat.rs"]
mod flat;
#[path = "build/schemas.rs"]
mod schemas;

/// The names of characters that imitate others.
const NAMES: &str = "src/record/character_names.txt";

fn main() {
    for read in ["rules", "schema", "build", NAMES] {
        println!("cargo::rerun-if-changed={read}");
    }
    println!("cargo::rustc-env=ROLECALL_TARGET={}", env::var("TARGET").expect("cargo says what it builds for"));
    println!("cargo::rustc-env=ROLECALL_COMMIT={}", commit());
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    embed_texts(&package, &out);
    fs::write(out.join("twins.rs"), format!("&{:?}\n", twins())).expect("the build folder can be written to");
    for name in ["plan", "config", "rule", "pack", "lock", "waivers"] {
        let text =
            fs::read_to_string(package.join(format!("schema/{name}.schema.json"))).expect("the schema can be read");
        let table = schemas::table(&serde_json::from_str(&text).expect("the schema is JSON"));
        fs::write(out.join(format!("{name}-schema.rs")), table).expect("the build folder can be written to");
    }
    let root = package.join("rules");
    let mut files = Vec::new();
    for pack in entries(&root).into_iter().filter(|path| path.is_dir()) {
        files.extend(entries(&pack).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
    }
    let (mut code, mut texts) = (String::from("&[\n"), String::new());
    for file in &files {
        let name =
            file.strip_prefix(&root).expect("the file is below the folder").display().to_string().replace('\\', "/");
        let text = fs::read_to_string(file).expect("the rule file can be read");
        let start = texts.len();
        texts.push_str(&text);
        let (end, head) = (texts.len(), head(&text));
        let head = head.code();
        writeln!(code, "    EmbeddedRule {{ path: {name:?}, start: {start}, end: {end}, head: {head} }},")
            .expect("a string can be written to");
    }
    code.push_str("]\n");
    fs::write(out.join("rules.rs"), code).expect("the build folder can be written to");
    // One after the other in one text: they are alike, and take half the room of each by itself.
    fs::write(out.join("rule-texts"), deflated(texts.as_bytes())).expect("the build folder can be written to");
    let references = fs::read_to_string(root.join("references.toml")).expect("the references can be read");
    fs::write(out.join("references.rs"), head(&references).code()).expect("the build folder can be written to");
}

fn deflated(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

/// Deflates the schemas and the names of characters, and writes the list of them.
fn embed_texts(package: &Path, out: &Path) {
    let mut code = String::from("&[\n");
    for path in entries(&package.join("schema")).into_iter().chain([package.join(NAMES)]) {
        let name =
            path.strip_prefix(package).expect("the file is in the package").display().to_string().replace('\\', "/");
        let file = out.join(name.replace('/', "-"));
        fs::write(&file, deflated(&fs::read(&path).expect("the text can be read")))
            .expect("the build folder can be written to");
        let file = file.display().to_string();
        writeln!(code, "    ({name:?}, include_bytes!({file:?}).as_slice()),").expect("a string can be written to");
    }
    code.push_str("]\n");
    fs::write(out.join("texts.rs"), code).expect("the build folder can be written to");
}

/// Characters that are drawn like others, in order: each with the one, or with NUL for several.
fn twins() -> Vec<(char, char)> {
    let twin = |c: char| {
        let text = c.to_string();
        let mut skeleton = skeleton(&text);
        let twin = skeleton.next().filter(|_| skeleton.next().is_none()).unwrap_or_default();
        (twin != c).then_some((c, twin))
    };
    ('\0'..=char::MAX).filter_map(twin).collect()
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

/// What comes before the examples; empty if it is not TOML.
fn head(text: &str) -> Flat {
    let head = text.find("[[examples]]").map_or(text, |at| &text[..at]);
    let table = toml::from_str::<toml::Table>(head).ok();
    table.and_then(|table| serde_json::to_value(table).ok()).map_or_else(Flat::default, |value| Flat::new(&value))
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
