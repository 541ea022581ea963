//! What is written for people, held to plain English: every text of the program, its documents and its comments.
//!
//! `ROLECALL_DUMP_TEXTS=FILE cargo test --test tidy texts` writes the texts that users meet to a file, to be read aloud.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use regex::Regex;
use rolecall::rule::file::built_in;
use serde_json::Value;

use crate::tokens::{Kind, tokens};
use crate::{files_below, from_root, none_of, root, rust_files};

/// Phrases that read as translated, as patterns; [`is_idiom`] excepts those that the words around them make good English.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    r"\b(is|are) no [a-z`]", r"\bnothing where\b", r"\bstands?\b", r"\banew\b", r"\b(is|are) due\b", r"\bis told\b",
    r"\bit is told\b", r"\ba piece of\b", r"\b(is|are|was|were) asked for\b", r"\basked for in\b", r"\bwhich (is|are) none\b",
    r"\bthat (is|are) none\b", r"\b(is|are) none\b", r"\btakings\b", r"\bcrew\b", r"\bhabits?\b", r"\bcourts?\b", r"\breckon",
    r"\bwhereabouts\b", r"\bis dear\b", r"\bholds no role that may\b", r"\bhas not the form\b", r"\bread for certain\b",
    r"\b(null|false|true|none) where\b", r"\bgoes on so\b", r"\bbe told([.,;:]|$)", r"\btold by\b",
    r"\bnobody (said|asked|declares?)\b", r"\bno rule was put\b", r"\bwhere (it|that|this|there) (is|are) no(ne|thing)?\b",
];
/// The same with the words around them, if they are good English.
#[rustfmt::skip]
const IDIOMS: &[&str] = &[
    "there is no ", "there are no ", "there is none", "there are none", " no longer", " no more than", " no less", " no looser",
    "is no exception", "stands for", "stand for", "stands in for", "stand-in",
];

/// A text and where it is written.
struct Text {
    place: String,
    text: String,
}

#[test]
fn texts_that_users_meet_can_be_listed() {
    let mut texts = of_sources();
    texts.extend(of_rules());
    texts.extend(of_schemas());
    texts.extend(of_help());
    assert!(texts.len() > 1500, "only {} texts were found", texts.len());
    if let Some(path) = env::var_os("ROLECALL_DUMP_TEXTS") {
        let list = texts.iter().fold(String::new(), |mut list, one| {
            let _ = writeln!(list, "{}: {}", one.place, one.text);
            list
        });
        fs::write(path, list).expect("the list can be written");
    }
    hold_to_plain_english(&texts);
}

#[test]
fn documents_and_comments_are_plain_english() {
    let mut texts = of_documents();
    texts.extend(of_comments());
    hold_to_plain_english(&texts);
}

fn hold_to_plain_english(texts: &[Text]) {
    let patterns = patterns();
    let mut found = Vec::new();
    for one in texts {
        let prose = without_code(&one.text);
        for hit in patterns.iter().flat_map(|pattern| pattern.find_iter(&prose)) {
            if !is_idiom(&prose, hit.start(), hit.end()) {
                found.push(format!("{}: `{}` in {:?}", one.place, hit.as_str(), one.text));
            }
        }
    }
    none_of("texts that are not plain English", &found);
}

fn patterns() -> Vec<Regex> {
    PHRASES.iter().map(|phrase| Regex::new(&format!("(?i){phrase}")).expect("a pattern")).collect()
}

/// The text with `x` for all that it quotes between backticks.
fn without_code(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "x" });
    parts.collect::<Vec<_>>().join("`")
}

fn is_idiom(text: &str, start: usize, end: usize) -> bool {
    let (from, to) = (start.saturating_sub(6), (end + 12).min(text.len()));
    let around = text.get(from..to).unwrap_or(text).to_lowercase();
    IDIOMS.iter().any(|idiom| around.contains(idiom))
}

/// String literals of several words, outside tests.
fn of_sources() -> Vec<Text> {
    let mut texts = Vec::new();
    for source in rust_files().iter().filter(|source| source.path.starts_with("src/")) {
        let kept: Vec<usize> = source.lines().iter().map(|line| line.number).collect();
        let literals = tokens(&source.text).into_iter().filter(|token| token.kind == Kind::Literal);
        for token in literals.filter(|token| kept.contains(&token.line) && is_prose(&token.text)) {
            texts.push(Text { place: format!("{}:{}", source.path, token.line), text: token.text });
        }
    }
    texts
}

/// Two words at least, one of them longer than a placeholder.
fn is_prose(text: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || "'’-,.;:`".contains(c));
    text.split_whitespace().filter(is_word).count() >= 2
}

fn of_rules() -> Vec<Text> {
    let mut texts = Vec::new();
    for rule in built_in() {
        let place = format!("rules/{}/{}.toml", rule.pack, rule.id);
        texts.extend([rule.title, rule.rationale, rule.remedy].map(|text| Text { place: place.clone(), text }));
    }
    texts
}

/// Titles and descriptions of the published schemas.
fn of_schemas() -> Vec<Text> {
    let mut texts = Vec::new();
    for path in files_below(&root().join("schema")) {
        let schema = fs::read_to_string(&path).expect("a schema is text");
        let schema: Value = serde_json::from_str(&schema).expect("a schema is JSON");
        descriptions(&schema, &format!("{}:", from_root(&path)), &mut texts);
    }
    texts
}

fn descriptions(value: &Value, place: &str, texts: &mut Vec<Text>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str().filter(|_| ["description", "title"].contains(&key.as_str())) {
                    Some(text) => texts.push(Text { place: place.to_owned(), text: text.to_owned() }),
                    None => descriptions(value, &format!("{place}/{key}"), texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| descriptions(item, place, texts)),
        _ => {}
    }
}

/// What `--help` says, for the program and for every command it lists.
fn of_help() -> Vec<Text> {
    let help = |args: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_rolecall")).args(args).arg("--help").output();
        String::from_utf8(ran.expect("the program starts").stdout).expect("help is UTF-8")
    };
    let whole = help(&[]);
    let commands = whole.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"check"), "the commands were not found in:\n{whole}");
    let pages = commands.iter().map(|command| (*command, help(&[command])));
    let pages = pages.chain([("", whole.clone())]);
    let text = |(command, page): (&str, String)| {
        page.split("\n\n")
            .map(|paragraph| Text { place: format!("src/cli: --help {command}"), text: on_one_line(paragraph) })
            .collect::<Vec<_>>()
    };
    pages.flat_map(text).collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paragraphs of the project's documents; fenced blocks are left out.
fn of_documents() -> Vec<Text> {
    let papers = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "fuzz/README.md"].map(|name| root().join(name));
    let mut texts = Vec::new();
    for path in files_below(&root().join("docs")).into_iter().chain(papers).filter(|path| is_markdown(path)) {
        let text = fs::read_to_string(&path).expect("a document is text");
        let (mut is_fenced, mut first, mut paragraph) = (false, 1, String::new());
        for (number, line) in text.lines().chain([""]).enumerate() {
            let is_fence = line.trim_start().starts_with("```");
            is_fenced ^= is_fence;
            if is_fence || is_fenced || line.trim().is_empty() || line.starts_with(['|', '-', '#']) {
                let place = format!("{}:{first}", from_root(&path));
                texts.push(Text { place, text: on_one_line(&std::mem::take(&mut paragraph)) });
                first = number + 1;
            }
            if !is_fence && !is_fenced {
                paragraph = paragraph + " " + line;
            }
        }
    }
    texts
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

/// The comments of the code, those on lines below each other as one.
fn of_comments() -> Vec<Text> {
    let mut texts = Vec::new();
    // The phrases themselves are written here.
    for source in rust_files().iter().filter(|source| !source.path.starts_with("tests/tidy")) {
        let mut last = 0;
        for token in tokens(&source.text).into_iter().filter(|token| token.kind == Kind::Comment) {
            match texts.last_mut() {
                Some(Text { text, .. }) if last > 0 && token.line == last + 1 => {
                    *text = format!("{text} {}", token.text)
                }
                _ => texts.push(Text { place: format!("{}:{}", source.path, token.line), text: token.text }),
            }
            last = token.line;
        }
    }
    texts
}

#[test]
fn translated_phrases_are_told_from_english_ones() {
    let patterns = patterns();
    let is_found = |text: &str| {
        let mut hits = patterns.iter().flat_map(|pattern| pattern.find_iter(text));
        hits.any(|hit| !is_idiom(text, hit.start(), hit.end()))
    };
    for good in ["there is no team", "it is no longer read", "SARIF stands for", "the standard", "no more than ten"] {
        assert!(!is_found(good), "{good}");
    }
    for bad in ["this is no team", "nothing where there is none", "a header stands there", "type it anew", "`X` is due"]
    {
        assert!(is_found(bad), "{bad}");
    }
}
