//! Text of an input cannot become anything but text, in any form: the shape of a report is that of a report on
//! harmless text.

use serde_json::Value;

use crate::support::report::Forms;
use crate::support::rows::{DANA, GOOD};
use crate::support::workspace::Workspace;

/// Ways out of a text, one for each form and some for several.
const HOSTILE: [&str; 22] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</style></title><b>",
    "<!-- ]]> -->",
    "]]><x/>",
    "&lt;&#x3c;&amp;",
    "`code` and `` more",
    "| cell | cell |",
    "[link](http://x.example) ![i](http://x.example/i.png)",
    "@all www.x.example http://x.example #1 GH-1",
    "{0} {1} ${env:X}",
    "%0A::error::x%25",
    "::error file=x::y",
    "##[error]x ##vso[task.complete]x ##teamcity[x]",
    "=HYPERLINK(1)",
    "+SUM(1)",
    "-1",
    "@SUM(1)",
    "a;=1+1,=2",
    "\u{202e}\u{200b}\u{1b}[2J\u{7}",
    "javascript:alert(1)",
];

/// The same table with `text` in cells that findings quote, in a user name, and in a header.
fn table(text: &str) -> String {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let (name, team, header) =
        (cell(&format!("{text}api late")), cell(text), cell(&format!("{} header", text.replace('@', ""))));
    // A row with an address in it is not a header row. A list would be split, and be another list.
    let view = cell(&text.replace([';', '|', ',', '\n'], " "));
    let head = format!("First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active,{header}\n");
    let good = format!("{}{}", GOOD.replace("yes\n", "yes,\n"), DANA.replace("yes\n", "yes,\n"));
    format!("{head}{good}API,Late,{name},Administrator,{team},Operations,{view},yes,\n")
}

fn forms(text: &str) -> Forms {
    let workspace = Workspace::new();
    workspace.write("people.csv", table(text));
    workspace.all_forms(&[
        "people.csv",
        "--api-user",
        "api.payroll@acme.example",
        "--all-api-users",
        "--fail-on",
        "note",
    ])
}

/// A JSON value with every text emptied: its shape.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) | Value::Number(_) => Value::Null,
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}

/// The tags of a document and the names of their attributes, in order.
fn tags(markup: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').expect("a tag ends") + start;
        let tag = &rest[start..end];
        // Values hold no quote of their own, so every other part is markup.
        tags.push(tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\""));
        // The contents of these two are the program's own.
        let skips = ["style", "script"].iter().find(|name| tag == format!("<{name}"));
        rest = &rest[end + 1..];
        if let Some(name) = skips {
            rest = &rest[rest.find(&format!("</{name}>")).expect("it is closed")..];
        }
    }
    tags
}

#[test]
fn no_text_changes_the_shape_of_a_report() {
    let plain = forms("Elsewhere");
    // What poses as something else is a finding more.
    let hidden = forms("Else\u{200b}where");
    for text in HOSTILE {
        let (hostile, harmless) = (forms(text), if text.is_ascii() { &plain } else { &hidden });
        for format in ["html", "junit"] {
            // How many pieces a message quotes may depend on the text; what is quoted is set as code.
            let is_code = |tag: &String| tag == "<code" || tag == "</code";
            let markup =
                |forms: &Forms| tags(forms.text(format)).into_iter().filter(|tag| !is_code(tag)).collect::<Vec<_>>();
            let (ours, theirs) = (markup(harmless), markup(&hostile));
            let parting = ours.iter().zip(&theirs).position(|(one, other)| one != other);
            let there = parting.map(|at| (&ours[at.saturating_sub(9)..=at], &theirs[at.saturating_sub(9)..=at]));
            assert!(there.is_none() && ours.len() == theirs.len(), "{text:?} in {format}: {there:?}");
        }
        for format in ["sarif", "gitlab", "json"] {
            let columns = |mut value: Value| {
                // Its keys are the headers themselves.
                value.pointer_mut("/ledger/inputs/0/columns").map(Value::take);
                // What speaks for an integration depends on the names.
                for account in value.pointer_mut("/accounts").and_then(Value::as_array_mut).into_iter().flatten() {
                    account["integration_signs"].take();
                }
                shape(&value)
            };
            assert_eq!(columns(harmless.json(format)), columns(hostile.json(format)), "{text:?} in {format}");
        }
        // Where a line of `human` is wrapped depends on its words; what begins one does not.
        let begins = |line: &&str| {
            !line.starts_with("  ") || ["= ", "┌─", "│"].iter().any(|sign| line.trim_start().starts_with(sign))
        };
        let lines = |text: &str| text.lines().filter(begins).count();
        assert_eq!(lines(harmless.text("human")), lines(hostile.text("human")), "{text:?} in human");
        for format in ["concise", "github", "markdown", "jsonl", "csv"] {
            let lines = |text: &str| text.lines().count();
            assert_eq!(lines(harmless.text(format)), lines(hostile.text(format)), "{text:?} in {format}");
        }
        assert_eq!(harmless.rows().len(), hostile.rows().len(), "{text:?}");
    }
}

#[test]
fn no_cell_of_the_table_is_a_formula_however_it_is_split() {
    for text in HOSTILE {
        for row in &forms(text).rows() {
            for part in row.iter().flat_map(|cell| cell.split([',', ';', '|', '\t'])) {
                assert!(
                    !part.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@']),
                    "{part:?} from {text:?}"
                );
            }
        }
    }
}

#[test]
fn a_log_takes_no_command_from_a_cell() {
    for text in HOSTILE {
        let hostile = forms(text);
        for format in ["concise", "github", "human", "markdown"] {
            for line in hostile.text(format).lines() {
                for command in ["##[", "##vso[", "##teamcity["] {
                    assert!(!line.contains(command), "{text:?} in {format}: {line}");
                }
                let is_ours = format == "github"
                    && ["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own));
                assert!(is_ours || !line.trim_start().starts_with("::"), "{text:?} in {format}: {line}");
            }
        }
        for line in hostile.text("github").lines().filter(|line| line.starts_with("::")) {
            let properties = line[2..].split_once("::").expect("a command has a message").0;
            let known = ["file=", "line=", "endLine=", "col=", "endColumn=", "title="];
            let parts = properties.split_once(' ').unwrap().1.split(',');
            parts.for_each(|part| assert!(known.iter().any(|name| part.starts_with(name)), "{text:?}: {line}"));
        }
    }
}

/// In Markdown, what a hostile cell holds is between backticks, and so does every line's odd part.
#[test]
fn markdown_shows_hostile_text_as_code() {
    for text in HOSTILE {
        let markdown = forms(text).text("markdown").to_owned();
        for line in markdown.lines() {
            let outside = outside_code(line);
            let bare = outside.split("<!--").next().unwrap();
            for mark in ["<", "](", "@", "http", "www.", "#1", "GH-", "{0}"] {
                assert!(!bare.trim_start_matches('#').contains(mark), "{text:?}: {line}");
            }
        }
    }
}

/// A line of Markdown without its code spans.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let fence = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inner = &rest[start + fence..];
        let mut at = 0;
        // The span ends at the next run of as many backticks.
        let end = loop {
            let Some(next) = inner[at..].find('`').map(|next| at + next) else {
                panic!("a code span stays open: {line}")
            };
            let run = inner[next..].len() - inner[next..].trim_start_matches('`').len();
            if run == fence {
                break next;
            }
            at = next + run;
        };
        rest = &inner[end + fence..];
    }
    out + rest
}

#[test]
fn a_page_lets_nothing_run_or_load_but_its_own() {
    let page = forms(HOSTILE[0]).text("html").to_owned();
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.matches("<script").count(), 1);
    for loading in ["src=", "url(", "@import", "<link", "<iframe", "<object", "<base", " on", "style=\""] {
        let in_tags = tags(&page).iter().any(|tag| tag.contains(loading));
        assert!(!in_tags, "{loading}");
    }
}
