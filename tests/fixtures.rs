//! The bundled cases below `fixtures/`: each folder is an input as a site would have it, and what the program
//! answers is written down beside it, to the last character.
//!
//! A folder holds its inputs, `case.toml` (the story, the arguments, the exit code), `expected.txt` (the report for
//! people) and `expected.json`. `ROLECALL_BLESS=1 cargo test --test fixtures` rewrites the two reports: read the
//! difference line by line before you keep it. Exit codes, and the words that may never be printed, are not
//! blessed. What the cases should say is not decided here: that is what `/tests/contract` is for.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use toml::de::{DeTable, DeValue};

/// A walk that finds fewer has looked in the wrong place.
const MIN_CASES: usize = 12;
/// Characters shown of a line, at most, around what differs.
const WIDTH: usize = 120;

#[test]
fn every_case_is_answered_as_written_down() {
    let folders = folders();
    assert!(folders.len() >= MIN_CASES, "only {} folders were found", folders.len());
    let is_blessing = env::var_os("ROLECALL_BLESS").is_some_and(|value| value == "1");
    let mut complaints = String::new();
    for folder in &folders {
        for complaint in Case::read(folder).try_out(is_blessing) {
            let _ = writeln!(complaints, "\nfixtures/{}: {complaint}", name_of(folder));
        }
    }
    assert!(complaints.is_empty(), "{complaints}\nROLECALL_BLESS=1 rewrites the expected reports\n");
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(root).expect("fixtures can be listed").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name_of(folder: &Path) -> String {
    folder.file_name().expect("a folder has a name").to_string_lossy().into_owned()
}

/// A folder and what its `case.toml` says.
struct Case {
    folder: PathBuf,
    args: Vec<String>,
    exit: i32,
    /// Secrets of the inputs, or parts of them, that no output may hold.
    never: Vec<String>,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("case.toml")).expect("every folder of fixtures has a case.toml");
        let table = DeTable::parse(&text).expect("case.toml is TOML").into_inner();
        let story = table.get("story").and_then(|story| story.get_ref().as_str());
        assert!(story.is_some_and(|story| !story.is_empty()), "{}: a case has a story", folder.display());
        let exit = table.get("exit").and_then(|exit| exit.get_ref().as_integer()).expect("a case has an exit code");
        Self {
            folder: folder.to_owned(),
            args: strings(&table, "args"),
            exit: exit.as_str().parse().expect("the exit code is a number"),
            never: strings(&table, "never"),
        }
    }

    /// Runs the case in both forms, and says what is not as written down.
    fn try_out(&self, is_blessing: bool) -> Vec<String> {
        let forms = [("human", "expected.txt"), ("json", "expected.json")];
        forms.into_iter().flat_map(|(form, file)| self.try_form(form, file, is_blessing)).collect()
    }

    fn try_form(&self, form: &str, file: &str, is_blessing: bool) -> Vec<String> {
        let output = self.run(form);
        let mut complaints = Vec::new();
        if output.status.code() != Some(self.exit) {
            complaints.push(format!("--format {form}: ended with {}, not with {}", output.status, self.exit));
        }
        let said = String::from_utf8(output.stdout).expect("a report is UTF-8");
        let errors = String::from_utf8_lossy(&output.stderr);
        if self.never.iter().any(|word| said.contains(word) || errors.contains(word.as_str())) {
            // Nothing is quoted: a log of tests is an output too.
            return vec![format!("--format {form}: printed a secret")];
        }
        let path = self.folder.join(file);
        if is_blessing && complaints.is_empty() {
            fs::write(path, said).expect("an expected report can be written");
            return complaints;
        }
        let expected = fs::read_to_string(path).unwrap_or_default();
        complaints.extend(first_difference(&expected, &said).map(|difference| format!("{file}, {difference}")));
        complaints
    }

    fn run(&self, form: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.current_dir(&self.folder).env_clear().args(&self.args).args(["--format", form]);
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        if self.args.first().is_some_and(|command| command == "check") {
            command.args(["--color", "never"]);
        }
        command.output().expect("the program starts")
    }
}

/// The strings under `key`; none if the key is missing.
fn strings(table: &DeTable<'_>, key: &str) -> Vec<String> {
    let list = table.get(key).map(|list| list.get_ref().as_array().expect("a list of strings"));
    let string = |value: &DeValue<'_>| value.as_str().expect("a list of strings").to_owned();
    list.into_iter().flatten().map(|value| string(value.get_ref())).collect()
}

/// Where two texts part, and the two lines there.
fn first_difference(expected: &str, said: &str) -> Option<String> {
    if expected == said {
        return None;
    }
    let mut both = (expected.split('\n'), said.split('\n'));
    let mut number = 0;
    let (wanted, got) = loop {
        number += 1;
        match (both.0.next(), both.1.next()) {
            (wanted, got) if wanted != got => break (wanted, got),
            _ => {}
        }
    };
    let column =
        wanted.zip(got).map_or(0, |(wanted, got)| wanted.chars().zip(got.chars()).take_while(|(a, b)| a == b).count());
    let show = |line: Option<&str>| line.map_or("(the text ends)".to_owned(), |line| around(line, column));
    Some(format!("line {number}, column {}:\n  expected: {}\n  but was:  {}", column + 1, show(wanted), show(got)))
}

/// The part of `line` around a column, with its control characters spelt out.
fn around(line: &str, column: usize) -> String {
    let from = column.saturating_sub(WIDTH / 2);
    let shown: String = line.chars().skip(from).take(WIDTH).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if line.chars().count() > from + WIDTH { "…" } else { "" };
    format!("{before}{}{after}", shown.replace('\r', "\\r").replace('\t', "\\t"))
}

#[test]
fn the_first_difference_is_told_and_nothing_else() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    let told = |expected, said| first_difference(expected, said).expect("they differ");
    assert_eq!(told("a\nbcd\ne", "a\nbxd\nf"), "line 2, column 2:\n  expected: bcd\n  but was:  bxd");
    assert_eq!(told("a\r", "a\r\nb"), "line 2, column 1:\n  expected: (the text ends)\n  but was:  b");
}
