//! What the sources promise of themselves: layers, sizes, who may name what, no way to a connection, and papers that
//! name what is there. It reads text and judges no behaviour; what it looks for is spelt so that it finds not itself.

#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/pairs.rs"]
mod pairs;
#[path = "tidy/promises.rs"]
mod promises;
#[path = "tidy/texts.rs"]
mod texts;
#[path = "tidy/tokens.rs"]
mod tokens;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rolecall::report::explain::ExplainFormat;
use rolecall::report::rule_list;
use rolecall::rule::file::built_in;

/// The layers of the library. Each uses only itself and those before it.
const LAYERS: [&str; 26] = [
    "error",
    "embedded",
    "fast",
    "source",
    "diagnostic",
    "syntax",
    "schema",
    "record",
    "read",
    "check",
    "rule",
    "config",
    "project",
    "engine",
    "policy",
    "rule_test",
    "lock",
    "capacity",
    "drift",
    "diff",
    "fleet",
    "report",
    "evidence",
    "fix",
    "request",
    "cli",
];
/// Uses against the order of the layers that are accepted: the file, what it uses, why.
const LAYER_EXCEPTIONS: &[(&str, &str, &str)] = &[];
/// Files that are longer than is good, with the reason why they stay so.
const LONG_FILES: &[(&str, &str)] = &[];
/// Lines a source file may have, its tests not counted.
const MAX_LINES: usize = 400;
/// Lines a function may have.
const MAX_FUNCTION_LINES: usize = 60;
/// Files that are tests without being below `tests/`.
const TEST_FILES: [&str; 2] = ["tests.rs", "published.rs"];
/// A walk that finds fewer has looked in the wrong place.
const MIN_SOURCES: usize = 80;

/// Who may name what: an outside path, and the files and folders that may name it.
const RESERVED: [(&str, &[&str]); 4] = [
    (
        "termcolor",
        &[
            "src/report/human.rs",
            "src/report/screen.rs",
            "src/report/summary.rs",
            "src/report/capacity/human.rs",
            "src/report/drift/human.rs",
            "src/report/diff/human.rs",
            "src/report/fleet/human.rs",
            "src/cli",
        ],
    ),
    ("codespan_reporting", &["src/report/human.rs", "src/report/summary.rs", "src/cli"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("std::fs", &["src/source", "src/cli"]),
];
/// Of `std::net` only what parses an address may be used.
const HARMLESS_OF_NET: [&str; 2] = ["net::Ipv4Addr", "net::Ipv6Addr"];
/// Crates that can open a connection, or serve to; also as the beginning of a name (`hyper-util`).
const CONNECTING: &str = "actix async-io async-net async-std attohttpc awc curl git2 h2 h3 hickory hyper isahc lettre libssh2 minreq mio \
    mysql native-tls oauth2 openssl postgres quiche quinn redis reqwest rumqttc rustls schannel security-framework \
    smol socket2 ssh2 surf tiny_http tokio tonic tower-http trust-dns tungstenite ureq warp webpki-roots websocket";

/// A line of code that is no test and no comment.
struct Line<'t> {
    number: usize,
    text: &'t str,
}

/// A source file.
struct Source {
    /// Its path from the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().expect("a path has an end");
        TEST_FILES.contains(&name) || self.path.starts_with("tests/") || self.path.starts_with("fuzz/")
    }

    /// Its lines without those of `#[cfg(test)]` items.
    fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = self.text.lines().enumerate().map(|(number, text)| Line { number: number + 1, text });
        let mut kept = Vec::new();
        if self.is_test() {
            return kept;
        }
        while let Some(line) = lines.next() {
            if line.text.trim_start() != "#[cfg(test)]" {
                kept.push(line);
                continue;
            }
            // The item ends where the form of rustfmt ends it: at the attribute's own indentation.
            let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
            let ends = |text: &str| {
                let rest = text.strip_prefix(indent).filter(|rest| !rest.starts_with([' ', '#']));
                rest.is_some_and(|rest| rest.ends_with(';') || rest.ends_with('}'))
            };
            let _ = lines.find(|line| ends(line.text));
        }
        kept
    }

    /// The code of these lines: comments are blank.
    fn code(&self) -> Vec<Line<'_>> {
        let bare = |line: Line<'_>| {
            let comment = line.text.find("//").filter(|at| *at == 0 || line.text[..*at].ends_with(' '));
            comment.map_or(line.text.len(), |at| at)
        };
        self.lines()
            .into_iter()
            .map(|line| {
                let (number, text) = (line.number, line.text);
                Line { number, text: &text[..bare(line)] }
            })
            .collect()
    }

    /// The paths below `root::` that the code names, groups taken apart, each with its line.
    fn paths_below(&self, root: &str) -> Vec<(usize, String)> {
        let lines = self.code();
        let text: String = lines.iter().fold(String::new(), |text, line| text + line.text + "\n");
        let needle = format!("{root}::");
        let mut paths = Vec::new();
        for (at, _) in text.match_indices(&needle).filter(|(at, _)| is_start_of_word(&text, *at)) {
            let number = lines[text[..at].matches('\n').count()].number;
            paths.extend(leaves(&text[at + needle.len()..]).into_iter().map(|path| (number, path)));
        }
        paths
    }
}

/// True if no word and no path goes on at `at`.
fn is_start_of_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The paths that `text` begins with: one, or those of a group in braces.
fn leaves(text: &str) -> Vec<String> {
    if let Some(inner) = text.strip_prefix('{') {
        return parts(inner).into_iter().flat_map(|part| leaves(part.trim_start())).collect();
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if word.is_empty() {
        return Vec::new();
    }
    let below = rest.strip_prefix("::").map(leaves).unwrap_or_default();
    if below.is_empty() {
        return vec![word.to_owned()];
    }
    below.into_iter().map(|path| format!("{word}::{path}")).collect()
}

/// The parts of a group, of which `text` holds all but the brace it opens with.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (1, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            parts.push(&text[from..at]);
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    parts
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder`, in the order of names; build folders and git's own are no part of the project.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder can be listed").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    let is_ours = |path: &PathBuf| ![root().join("target"), root().join(".git")].contains(path);
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    entries.into_iter().filter(is_ours).flat_map(below).collect()
}

fn from_root(path: &Path) -> String {
    path.strip_prefix(root()).expect("it lies below the root").to_string_lossy().replace('\\', "/")
}

/// Every Rust file of the project.
fn rust_files() -> Vec<Source> {
    let folders = ["benches", "bindings/python/src", "build", "fuzz/laws", "fuzz/targets", "src", "tests"];
    let files = folders.into_iter().flat_map(|folder| files_below(&root().join(folder)));
    let files = files
        .chain(["build.rs", "fuzz/laws.rs"].map(|file| root().join(file)))
        .filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let read = |path: PathBuf| Source { path: from_root(&path), text: fs::read_to_string(&path).expect("UTF-8") };
    let sources: Vec<_> = files.map(read).collect();
    assert!(sources.len() >= MIN_SOURCES, "only {} files were found", sources.len());
    sources
}

/// The files of the program itself.
fn sources() -> Vec<Source> {
    rust_files().into_iter().filter(|source| source.path.starts_with("src/")).collect()
}

/// Fails with all that was found, a line each.
fn none_of(what: &str, found: &[String]) {
    let list = found.iter().fold(String::new(), |mut list, one| {
        let _ = writeln!(list, "  {one}");
        list
    });
    assert!(found.is_empty(), "{what}:\n{list}");
}

/// True if `path` is `allowed`, its root file or in its folder.
fn is_within(path: &str, allowed: &str) -> bool {
    path.strip_prefix(allowed).is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let silent = rust_files().into_iter().filter(|source| !source.text.starts_with("//! "));
    none_of("files that do not say what they are for", &silent.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn the_library_lists_its_layers_in_their_order() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("the library has a root");
    let listed: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(listed, LAYERS);
}

#[test]
fn unsafe_code_is_for_vector_instructions_only() {
    let is_for_vectors =
        |path: &str| path == "src/fast/cpu.rs" || path.ends_with("/avx2.rs") || path.ends_with("/avx512.rs");
    let elsewhere = rust_files().into_iter().filter(|source| {
        let is_unsafe = source.text.lines().any(|line| line.contains("unsafe_code"));
        is_unsafe && !is_for_vectors(&source.path) && source.path != "tests/tidy.rs"
    });
    none_of("files that hold unsafe code", &elsewhere.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn layers_use_only_those_before_them() {
    let place = |layer: &str| LAYERS.iter().position(|known| *known == layer);
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !is_root(&source.path)) {
        let layer = source.path["src/".len()..].split(['/', '.']).next().expect("a path has a beginning");
        let own = place(layer).unwrap_or_else(|| panic!("{} belongs to no layer", source.path));
        for (number, used) in uses(source) {
            let is_before = place(&used).is_some_and(|used| used <= own);
            let is_accepted = LAYER_EXCEPTIONS.iter().any(|(path, what, _)| (*path, *what) == (&source.path, &used));
            if !is_before && !is_accepted {
                found.push(format!("{}:{number}: `{layer}` uses `{used}`", source.path));
            }
        }
    }
    none_of("uses against the order of the layers", &found);
}

/// The table of formats: the one place beside their modules that names them.
const FORMATS: &str = "src/read/format.rs";

#[test]
fn a_format_is_known_by_its_module_and_one_line() {
    let sources = sources();
    let table = sources.iter().find(|source| source.path == FORMATS).expect("there is a table of formats");
    let lines = table.code();
    let entries: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.text.trim().split_once(" = ")?.1.split_once("::"))
        .map(|(module, _)| module)
        .filter(|module| !module.contains(' '))
        .collect();
    assert!(entries.len() >= 6, "only these formats were found: {entries:?}");
    let mut found = Vec::new();
    for source in &sources {
        let is_a_format = entries.iter().any(|module| is_within(&source.path, &format!("src/read/{module}")));
        if is_a_format || source.path == FORMATS {
            continue;
        }
        let mut paths = [source.paths_below("crate::read"), source.paths_below("rolecall::read")].concat();
        if source.path.starts_with("src/read/") {
            paths.extend(source.paths_below(&vec!["super"; source.path.split('/').count() - 2].join("::")));
        }
        let is_format = |path: &str| entries.iter().any(|module| is_at_or_below(path, module));
        let mut names: Vec<_> = paths.into_iter().filter(|(_, path)| is_format(path)).collect();
        if source.path == "src/read.rs" {
            names.extend(entries.iter().flat_map(|module| source.paths_below(module)));
        }
        let names = names.into_iter();
        found.extend(names.map(|(line, path)| format!("{}:{line}: {path}", source.path)));
    }
    none_of("places that name a format besides its module and its line in the table", &found);
}

/// Roots of crates, which hold layers and are none.
fn is_root(path: &str) -> bool {
    ["src/lib.rs", "src/main.rs"].contains(&path)
}

/// The modules at the top that a file uses, each with its line.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let top = |path: String| path.split("::").next().expect("a path has a beginning").to_owned();
    // The command line names the library as another program would.
    let name = if is_within(&source.path, "src/cli") { "rolecall" } else { "crate" };
    let mut used: Vec<_> = source.paths_below(name).into_iter().map(|(number, path)| (number, top(path))).collect();
    // As many steps upwards as the file lies deep lead to the top, too.
    let steps = source.path.split('/').count() - 1;
    let upwards = vec!["super"; steps].join("::");
    let above = source.paths_below(&upwards).into_iter().map(|(number, path)| (number, top(path)));
    used.extend(above.filter(|(_, path)| path != "super" && name == "crate"));
    used
}

#[test]
fn only_their_owners_name_the_terminal_the_arguments_and_the_file_system() {
    let mut found = Vec::new();
    for source in sources() {
        for (reserved, owners) in RESERVED {
            if owners.iter().any(|owner| is_within(&source.path, owner.trim_end_matches(".rs"))) {
                continue;
            }
            found
                .extend(named(&source, reserved).into_iter().map(|line| format!("{}:{line}: {reserved}", source.path)));
        }
    }
    none_of("names that others own", &found);
}

/// The lines that name an outside path: a crate, or a module of the standard library.
fn named(source: &Source, path: &str) -> Vec<usize> {
    if let Some((crate_name, module)) = path.split_once("::") {
        let paths = source.paths_below(crate_name).into_iter();
        return paths.filter(|(_, path)| path.split("::").next() == Some(module)).map(|(line, _)| line).collect();
    }
    let names = |line: &Line<'_>| {
        let hits = line.text.match_indices(path).filter(|(at, _)| is_start_of_word(line.text, *at));
        hits.into_iter()
            .any(|(at, _)| !line.text[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    source.code().into_iter().filter(names).map(|line| line.number).collect()
}

#[test]
fn no_file_is_too_long() {
    let mut found = Vec::new();
    for source in sources() {
        let (lines, is_known) = (source.lines().len(), LONG_FILES.iter().any(|(path, _)| *path == source.path));
        if lines > MAX_LINES && !is_known {
            found.push(format!("{}: {lines} lines without its tests, {MAX_LINES} are enough", source.path));
        }
        if lines <= MAX_LINES && is_known {
            found.push(format!("{}: it is not too long any more", source.path));
        }
    }
    none_of("files that hold too much", &found);
}

/// The functions of a source outside tests, each with its first line and how many it has.
fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let lines = source.lines();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
        let mut words = line.text.split_whitespace().skip_while(|word| {
            word.starts_with("pub")
                || ["const", "unsafe", "in", "extern", "\"C\""].contains(word)
                || word.ends_with(')')
        });
        if words.next() != Some("fn") {
            continue;
        }
        // The form of rustfmt: it ends where a brace, or a signature without a body, closes at its own indentation.
        let is_end = |line: &Line<'_>| {
            let rest = line.text.strip_prefix(indent).filter(|rest| !rest.starts_with(' '));
            rest.is_some_and(|rest| rest.ends_with([';', '}']))
        };
        let length = lines[at..].iter().position(is_end).map_or(0, |last| last + 1);
        let name = words.next().unwrap_or_default().split(['(', '<']).next().unwrap_or_default();
        found.push((line.number, name.to_owned(), length));
    }
    found
}

#[test]
fn no_function_is_too_long() {
    let mut found = Vec::new();
    let mut count = 0;
    for source in sources() {
        let functions = functions(&source);
        count += functions.len();
        let long = functions.into_iter().filter(|(_, _, length)| *length > MAX_FUNCTION_LINES);
        found.extend(long.map(|(line, name, length)| format!("{}:{line}: `{name}` has {length} lines", source.path)));
    }
    assert!(count > 3000, "only {count} functions were found");
    none_of("functions that do too much", &found);
}

#[test]
fn functions_are_measured() {
    let text = "pub(in crate::x) const fn a() -> u8 {\n    1\n}\ntrait T {\n    fn b(\n        &self,\n    ) -> u8;\n    fn c() {}\n}\nfn d() {\n    let e = 1;\n    {\n    }\n}\n";
    let source = Source { path: "src/x.rs".to_owned(), text: text.to_owned() };
    let lengths: Vec<_> = functions(&source).into_iter().map(|(_, name, length)| (name, length)).collect();
    let expected = [("a", 3), ("b", 3), ("c", 1), ("d", 5)].map(|(name, length)| (name.to_owned(), length));
    assert_eq!(lengths, expected);
}

#[test]
fn nothing_is_left_half_done() {
    let marks = [concat!("to", "do!"), concat!("unimple", "mented!"), concat!("db", "g!"), concat!("#[ig", "nore")];
    let fix = concat!("FIX", "ME");
    let mut found = Vec::new();
    for source in rust_files() {
        for (number, line) in source.text.lines().enumerate() {
            let marks =
                marks.iter().filter(|mark| line.match_indices(**mark).any(|(at, _)| is_start_of_word(line, at)));
            found.extend(marks.map(|mark| format!("{}:{}: {mark}", source.path, number + 1)));
            if line.contains(fix) {
                found.push(format!("{}:{}: {fix}", source.path, number + 1));
            }
        }
    }
    none_of("work that is left", &found);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let mut found = Vec::new();
    for source in rust_files().iter().filter(|source| !source.is_test()) {
        let lines = source.code().into_iter().filter(|line| line.text.contains(".unwrap()"));
        found.extend(lines.map(|line| format!("{}:{}", source.path, line.number)));
    }
    none_of("a bug says what it is: `.expect(\"internal error: …\")`", &found);
}

#[test]
fn no_dependency_can_open_a_connection() {
    let connects = |name: &str| {
        let fits =
            |known: &str| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
        CONNECTING.split_whitespace().any(fits)
    };
    let mut found = Vec::new();
    for path in ["Cargo.lock", "bindings/python/Cargo.lock", "fuzz/Cargo.lock"] {
        let lock = fs::read_to_string(root().join(path)).expect("a lock file is there");
        let names: Vec<_> = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
        assert!(names.contains(&"jsonschema"), "the names of the packages were not found");
        found.extend(names.into_iter().filter(|name| connects(name)).map(|name| format!("{path}: {name}")));
    }
    none_of("packages that can open a connection", &found);
}

#[test]
fn no_source_opens_a_connection() {
    let mut found = Vec::new();
    for source in rust_files().iter().filter(|source| !source.is_test()) {
        let paths = ["std", "core"].into_iter().flat_map(|root| source.paths_below(root));
        let net = paths.filter(|(_, path)| path.split("::").next() == Some("net"));
        let harmful = net.filter(|(_, path)| !HARMLESS_OF_NET.iter().any(|known| is_at_or_below(path, known)));
        found.extend(harmful.map(|(line, path)| format!("{}:{line}: std::{path}", source.path)));
    }
    none_of("uses of the network", &found);
}

fn is_at_or_below(path: &str, known: &str) -> bool {
    path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn the_readme_lists_the_rules_that_are_built_in() {
    let Some(readme) = paper("README.md") else { return };
    let table = readme.split_once("<!-- rules -->\n").and_then(|(_, rest)| rest.split_once("<!-- /rules -->"));
    let (table, _) = table.expect("README.md has a table between the lines `<!-- rules -->` and `<!-- /rules -->`");
    let mut due = Vec::new();
    rule_list::write(&built_in(), &[], ExplainFormat::Markdown, &mut due).expect("memory takes all");
    let due = String::from_utf8(due).expect("a table is text");
    if env::var_os("ROLECALL_BLESS").is_some() {
        let written = readme.replace(table, &format!("{}\n", due.trim()));
        fs::write(root().join("README.md"), written).expect("README.md can be written");
        return;
    }
    assert!(
        table.trim() == due.trim(),
        "README.md does not list the rules; `ROLECALL_BLESS=1 cargo test --test tidy` writes:\n\n{due}"
    );
}

/// A paper of the project; nothing before it is written.
fn paper(name: &str) -> Option<String> {
    let path = root().join(name);
    path.exists().then(|| fs::read_to_string(path).expect("a paper is text"))
}

#[test]
fn papers_name_only_paths_that_exist() {
    let mut found = Vec::new();
    // The architecture speaks of modules, and leaves `src/` out.
    for (name, bases) in [("README.md", &[""][..]), ("ARCHITECTURE.md", &["", "src"])] {
        let Some(text) = paper(name) else { continue };
        for (number, quoted) in in_backticks(&text) {
            let exists = |path: &str| bases.iter().any(|base| root().join(base).join(path).exists());
            let missing = path_in(quoted).filter(|path| !exists(path));
            found.extend(missing.map(|path| format!("{name}:{number}: {path}")));
        }
    }
    none_of("paths that lead nowhere", &found);
}

/// What stands in single backticks, with its line; fenced blocks are examples and are passed over.
fn in_backticks(text: &str) -> Vec<(usize, &str)> {
    let mut is_fenced = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            found.extend(line.split('`').skip(1).step_by(2).map(|quoted| (number + 1, quoted)));
        }
    }
    found
}

/// The path of the repository that `quoted` looks like, up to its first placeholder.
fn path_in(quoted: &str) -> Option<&str> {
    let fixed = match quoted.find(['*', '<', '{']) {
        Some(at) => &quoted[..=quoted[..at].rfind('/')?],
        None => quoted,
    };
    let path = fixed.strip_prefix('/').unwrap_or(fixed);
    let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let (first, last) = (path.split('/').next()?, path.rsplit('/').next()?);
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let looks_like_one = match path.contains('/') {
        true => last.is_empty() || is_file_ending(ending) || (!first.is_empty() && root().join(first).is_dir()),
        false => ["md", "rs"].contains(&ending) || path.starts_with("Cargo."),
    };
    (is_plain && looks_like_one && !path.is_empty() && first != "target").then_some(path)
}

fn is_file_ending(ending: &str) -> bool {
    ["csv", "html", "json", "jsonl", "lock", "md", "rs", "sh", "toml", "txt", "xlsx", "yaml", "yml"].contains(&ending)
}

#[test]
fn no_text_names_a_machine_or_a_registry() {
    let folders = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/t", "mp/"),
        concat!("/Us", "ers/"),
        concat!("\\Us", "ers\\"),
    ];
    let hosts = [concat!("crates", ".io"), concat!("registry", ".npmjs"), concat!("pypi", ".org")];
    let mut found = Vec::new();
    for path in files_below(root()).into_iter().filter(|path| !path.ends_with("Cargo.lock")) {
        let bytes = fs::read(&path).expect("a file can be read");
        for (number, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            // Only at the root of a path: a folder of the project may have such a name.
            let is_at_root = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*".contains(c));
            let folder = folders.iter().find(|folder| line.match_indices(**folder).any(|(at, _)| is_at_root(at)));
            let host = hosts.iter().find(|host| line.contains(**host));
            found.extend(folder.or(host).map(|what| format!("{}:{}: {what}", from_root(&path), number + 1)));
        }
    }
    none_of("names of machines and registries", &found);
}

#[test]
fn what_the_walk_reads_is_told_apart() {
    let text = "use crate::{a, b::{c, d::*}};\n// crate::comment\nlet x = std::fs::read; //crate::e\n#[cfg(test)]\nmod tests {\n    \
        use crate::f;\n}\nfn g() { super::super::h() }\n#[cfg(test)]\n#[path = \"x\"]\nmod i;\nfn j() { crate::k() }\n";
    let source = Source { path: "src/l/m.rs".to_owned(), text: text.to_owned() };
    let paths =
        |root: &str| source.paths_below(root).into_iter().map(|(n, path)| format!("{n} {path}")).collect::<Vec<_>>();
    assert_eq!(paths("crate"), ["1 a", "1 b::c", "1 b::d", "12 k"]);
    assert_eq!(paths("std"), ["3 fs::read"]);
    assert_eq!(uses(&source).last(), Some(&(8, "h".to_owned())));
    assert_eq!(named(&source, "std::fs"), [3]);
    assert_eq!(path_in("src/*/x.rs"), Some("src/"));
    assert_eq!(path_in("src/nowhere"), Some("src/nowhere"));
    for other in [
        "and/or",
        "application/json",
        "YYYY/MM/DD",
        "people.csv",
        "--format json",
        "rolecall.report/1",
        "*",
        "target/release/x",
    ] {
        assert_eq!(path_in(other), None, "{other}");
    }
}
