//! The forms of the report, and what none of them may hold or be.

use rolecall::diagnostic::fingerprint::KeyedHasher;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::{Severity, Verdict};
use rolecall::engine::Run;
use rolecall::report::screen::{Screen, WIDTH};
use rolecall::report::{Report, ReportFormat, human as screen, redact};
use serde_json::Value;
use termcolor::{Ansi, NoColor};

use super::run::rule_set;

/// Reports, each with the name of its form.
pub type Texts = Vec<(&'static str, Vec<u8>)>;

fn written(run: &Run, format: ReportFormat) -> Vec<u8> {
    let rule_set = rule_set();
    let mut out = Vec::new();
    let report = Report { run, rule_set: &rule_set, fail_on: Severity::Warning, roots: &[] };
    format.write(&report, &mut out).expect("memory takes all");
    out
}

/// The two forms that hold most.
pub fn some(run: &Run) -> Texts {
    [ReportFormat::Human, ReportFormat::Json].map(|format| (format.word(), written(run, format))).into()
}

/// Every form.
pub fn every(run: &Run) -> Texts {
    ReportFormat::ALL.map(|format| (format.word(), written(run, format))).into()
}

/// The report for people drives no terminal.
pub fn human(run: &Run) {
    is_tame("human", &written(run, ReportFormat::Human));
}

/// What keeps a run from beginning drives no terminal either.
pub fn error(error: &UsageError) -> Vec<u8> {
    let mut out = NoColor::new(Vec::new());
    screen::write_error(error, &mut Screen::new(&mut out, WIDTH)).expect("memory takes all");
    let text = out.into_inner();
    is_tame("error", &text);
    text
}

/// Every form of a run, as it is and with its names replaced.
pub fn all(run: &Run) {
    each(run);
    let mut redacted = run.clone();
    redact::identities(&mut redacted, &rule_set(), &KeyedHasher::built_in());
    assert_eq!((redacted.verdict, redacted.diagnostics.len()), (run.verdict, run.diagnostics.len()));
    each(&redacted);
    let mut colored = Ansi::new(Vec::new());
    let rule_set = rule_set();
    let report = Report { run, rule_set: &rule_set, fail_on: Severity::Warning, roots: &[] };
    screen::write_styled(&report, &mut Screen::new(&mut colored, WIDTH)).expect("memory takes all");
    is_tame("coloured", &without_colors(&colored.into_inner()));
}

fn each(run: &Run) {
    for (form, text) in every(run) {
        match form {
            "human" | "concise" | "markdown" | "github" => is_tame(form, &text),
            "json" | "sarif" | "gitlab" => {
                let value = serde_json::from_slice::<Value>(&text).expect("the report is one JSON document");
                assert!(form != "json" || value["verdict"] == run.verdict.word(), "the verdict is missing");
            }
            "jsonl" => text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).for_each(|line| {
                serde_json::from_slice::<Value>(line).expect("each line is a JSON document");
            }),
            "junit" => is_markup(&text, run.verdict),
            "csv" => is_table(&text),
            "html" => is_page(&text),
            other => panic!("a form of the report that no law knows: {other}"),
        }
    }
}

/// Signs of our own list: controls, and what turns text around or shows nothing.
fn is_wild(c: char) -> bool {
    matches!(c, '\0'..='\u{9}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_tame(form: &str, text: &[u8]) {
    let text = std::str::from_utf8(text).expect("a report is UTF-8");
    let wild = text.chars().find(|c| is_wild(*c));
    assert!(wild.is_none(), "the {form} report holds {wild:?}");
    let commands = ["##[", "##vso[", "##teamcity["];
    assert!(commands.iter().all(|command| !text.contains(command)), "the {form} report holds a command");
    let is_command = |line: &str| line.trim_start().starts_with("::");
    assert!(form == "github" || !text.lines().any(is_command), "a line of the {form} report is a command");
}

/// The same without the colours that we write ourselves.
fn without_colors(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let parameters = after.strip_prefix(b"[").map(|after| {
            let count = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            (count, after)
        });
        match parameters {
            Some((count, after)) if *first == 0x1b && after.get(count) == Some(&b'm') => rest = &after[count + 1..],
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

/// Well-formed, of characters that XML has, and with an error where something was not judged.
fn is_markup(text: &[u8], verdict: Verdict) {
    let text = std::str::from_utf8(text).expect("a report is UTF-8");
    let is_due = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_due), "a character that XML does not have");
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader.read_event().expect("the report is well-formed") {
            quick_xml::events::Event::Start(tag) => {
                tag.attributes().for_each(|attribute| drop(attribute.expect("attributes are well-formed")));
                depth += 1;
            }
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "a tag is not closed");
    assert!(verdict != Verdict::Incomplete || text.contains("<error"), "nothing says that something was not judged");
}

/// As many cells in every row, none of them a formula.
fn is_table(text: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    for record in reader.records() {
        for cell in &record.expect("the report is rectangular") {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "a cell is a formula: {cell:?}");
        }
    }
}

/// Tags that pages are made of.
const TAGS: &str = "a article body code dd details div dl dt em figcaption figure footer h1 h2 h3 h4 head header html \
    input label li main mark meta meter nav ol option output p pre script section select small span strong style \
    summary table tbody td th thead time title tr ul";

/// Nothing but tags of our own, none of which runs or loads anything.
fn is_page(text: &[u8]) {
    let text = std::str::from_utf8(text).expect("a report is UTF-8");
    let mut rest = text;
    let (mut scripts, mut styles) = (0, 0);
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').expect("a tag ends") + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if tag.eq_ignore_ascii_case("!doctype html") {
            continue;
        }
        let bare: String = tag.split('"').step_by(2).collect();
        let name = bare.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        assert!(TAGS.split_whitespace().any(|known| known == name), "a tag that is none of ours: {tag}");
        let runs = bare.split(' ').skip(1).any(|attribute| attribute.starts_with("on") || attribute.starts_with("src"));
        assert!(!runs, "a tag that runs or loads something: {tag}");
        match tag.split(' ').next() {
            Some("script") => scripts += 1,
            Some("style") => styles += 1,
            _ => continue,
        }
        rest = &rest[rest.find(&format!("</{name}>")).expect("it is closed")..];
    }
    assert!(scripts <= 1 && styles <= 1, "{scripts} scripts, {styles} styles");
}
