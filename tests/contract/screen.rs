//! What a report may show: no control, bidi or zero-width character from data, colour only when asked for,
//! the same verdict and exit code in every format.

use crate::case::{SEATS, dana, good, head, late};
use crate::support::workspace::{AS_OF, Ran, Workspace, nothing_wrong};

const FORMATS: [&str; 11] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"];
/// Formats that a terminal shows as they are.
const SPOKEN: [&str; 4] = ["human", "concise", "github", "markdown"];

/// Sequences that clear a screen, set a title, ring, go back, turn the text around, or show nothing.
const HOSTILE: [&str; 16] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[31mred",
    "\u{1b}P+q\u{1b}\\",
    "\u{8}\u{8}\u{8}",
    "\u{7f}",
    "\u{9b}2J",
    "\u{85}",
    "\u{202e}gnp",
    "\u{2066}x\u{2069}",
    "\u{200b}",
    "\u{200f}",
    "\u{61c}",
    "\u{2060}",
    "\u{feff}",
    "\u{e0041}",
];

fn forbidden(letter: char) -> bool {
    let code = u32::from(letter);
    let hidden =
        matches!(code, 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe007f);
    hidden || letter.is_control() && letter != '\n'
}

/// The first thing that must not be on a screen; colour codes of the program's own are taken out before, if allowed.
fn blemish(ran: &Ran, color: bool) -> Option<char> {
    let mut text = format!("{}{}", ran.out, ran.err);
    while let Some(start) = text.find("\u{1b}[").filter(|_| color) {
        let rest = &text[start + 2..];
        let end = rest.find(|letter: char| !(letter.is_ascii_digit() || letter == ';'))?;
        if !rest[end..].starts_with('m') {
            return Some('\u{1b}');
        }
        text.replace_range(start..start + 3 + end, "");
    }
    text.chars().find(|letter| forbidden(*letter))
}

/// Tables with hostile text in a cell that a finding quotes, in one that names a record, and in a header.
fn hostile_tables(text: &str) -> [(&'static str, String); 4] {
    let table = concat!(head!(), dana!(), late!(), good!());
    [
        ("a user name", table.replace("api.late@", &format!("api.late{text}@@"))),
        ("a view", table.replace("EnterpriseView,yes\nAPI", &format!("Enter{text}View,yes\nAPI"))),
        ("a team", table.replace("Administrator,,", &format!("Administrator,Bill{text}ing,"))),
        ("a header", table.replace("Active\n", &format!("Active,He{text}ad\n")).replace("yes\n", "yes,\n")),
    ]
}

#[test]
fn hostile_text_never_reaches_the_screen() {
    let mut wrong = Vec::new();
    for hostile in HOSTILE {
        for (place, table) in hostile_tables(hostile) {
            let workspace = Workspace::with(&[("people.csv", &table)]);
            let json = workspace.check(&["people.csv", SEATS[0], SEATS[1], "--fail-on", "note"]);
            for format in SPOKEN {
                for color in ["never", "auto"] {
                    let ran = workspace
                        .check_as(format, &["people.csv", SEATS[0], SEATS[1], "--fail-on", "note", "--color", color]);
                    if ran.exit == 0 || ran.exit != json.exit || ran.out.is_empty() || blemish(&ran, false).is_some() {
                        let blemish = blemish(&ran, false);
                        wrong.push(format!("{hostile:?} in {place} as {format}: {blemish:?}, {}\n{ran}", json.exit));
                    }
                }
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn hostile_text_is_tamed_in_colour_too() {
    for hostile in HOSTILE.iter().filter(|text| !text.contains("31m")) {
        for (place, table) in hostile_tables(hostile) {
            let workspace = Workspace::with(&[("people.csv", &table)]);
            let ran = workspace
                .check_as("human", &["people.csv", SEATS[0], SEATS[1], "--fail-on", "note", "--color", "always"]);
            assert!(ran.exit != 0 && !ran.out.is_empty(), "{ran}");
            assert_eq!(blemish(&ran, true), None, "{hostile:?} in {place}");
        }
    }
}

#[test]
fn a_hostile_file_name_is_tamed() {
    for name in ["peo\u{1b}[31mple.csv", "peo\nple.csv", "p\u{202e}vsc.csv", "p\u{7}\u{8}.csv", "-rf.csv", "a b%41.csv"]
    {
        let workspace = Workspace::with(&[(name, concat!(head!(), good!(), dana!(), late!()))]);
        let gone = format!("missing {name}");
        for (path, exit) in [(name, 1), (gone.as_str(), 3)] {
            for format in SPOKEN {
                let line =
                    ["check", "--as-of", AS_OF, "--no-config", "--format", format, SEATS[0], SEATS[1], "--", path];
                let ran = workspace.run(&line);
                assert_eq!(ran.exit, exit, "{ran}");
                assert_eq!(blemish(&ran, false), None, "{ran}");
                assert!(!ran.out.contains("peo\nple"), "{ran}");
            }
            let json = workspace.run(&[
                "check",
                "--as-of",
                AS_OF,
                "--no-config",
                "--format",
                "json",
                SEATS[0],
                SEATS[1],
                "--",
                path,
            ]);
            let report = json.report().unwrap();
            assert_eq!(report.0["ledger"]["inputs"][0]["file"], path, "{json}");
        }
    }
}

/// Text from a cell cannot start a line of its own: no forged verdict, no command to a CI system.
#[test]
fn a_cell_forges_no_line() {
    for forged in
        ["PASS: 0 findings", "::error::forged", "##[error]forged", "##vso[task.complete]forged", "error: forged"]
    {
        let table = concat!(head!(), good!(), dana!(), late!());
        let table = table.replace("api.late@acme.example", &format!("\"api.late\n{forged}\r\n{forged}\""));
        let workspace = Workspace::with(&[("people.csv", &table)]);
        for format in SPOKEN {
            let ran = workspace.check_as(format, &["people.csv", SEATS[0], SEATS[1]]);
            assert_eq!(ran.exit, 1, "{ran}");
            let forges = |line: &str| line.trim_start_matches([' ', '|', '>']).starts_with(forged);
            assert!(!ran.out.lines().chain(ran.err.lines()).any(forges), "{format}\n{ran}");
        }
    }
}

#[test]
fn colour_is_a_choice() {
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), good!(), dana!(), late!()))]);
    let base = ["check", "--as-of", AS_OF, "--no-config", "people.csv", SEATS[0], SEATS[1]];
    let run = |more: &[&str], env: &[(&str, &str)]| {
        let ran = workspace.run_with(&[&base[..], more].concat(), env, None);
        assert_eq!(ran.exit, 1, "{ran}");
        assert!(ran.out.contains("team-blank"), "{ran}");
        ran.out.contains('\u{1b}') || ran.err.contains('\u{1b}')
    };
    assert!(run(&["--color", "always"], &[]), "always colours");
    assert!(!run(&["--color", "never"], &[]), "never does not");
    assert!(!run(&[], &[]), "a file is no terminal");
    assert!(!run(&[], &[("NO_COLOR", "1"), ("TERM", "xterm-256color")]), "NO_COLOR");
    assert!(!run(&["--color", "auto"], &[("NO_COLOR", "1"), ("TERM", "xterm")]), "NO_COLOR with auto");
}

/// The verdict is in every format, and the exit code depends on none.
#[test]
fn every_format_says_the_verdict() {
    let mut wrong = Vec::new();
    for (table, exit, word) in [
        (concat!(head!(), good!(), dana!()), 0, "pass"),
        (concat!(head!(), good!(), dana!(), late!()), 1, "fail"),
        (concat!(head!(), good!(), dana!(), late!(), "ragged\n"), 3, "incomplete"),
    ] {
        let workspace = Workspace::with(&[("people.csv", table)]);
        for format in FORMATS {
            let ran = workspace.check_as(format, &["people.csv", SEATS[0], SEATS[1]]);
            let text = ran.out.to_lowercase();
            let said = text.split(|letter: char| !letter.is_alphanumeric()).any(|one| one == word);
            // An entry of GitLab's list is an issue: a pass has none.
            let is_silent = format == "gitlab" && word == "pass";
            if ran.exit != exit || said == is_silent {
                wrong.push(format!("{format}: wanted exit {exit} and {word}\n{ran}"));
            }
        }
    }
    nothing_wrong(wrong);
}

/// The human report leads to the place, as an editor takes it, and names the rule and the remedy's subject.
#[test]
fn the_human_report_leads_to_the_place() {
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), good!(), dana!(), late!()))]);
    let ran = workspace.check_as("human", &["people.csv", SEATS[0], SEATS[1]]);
    assert_eq!(ran.exit, 1, "{ran}");
    // The blank team of the third record: line 4, after `API,Late Feed,api.late@acme.example,Administrator,`.
    for word in ["team-blank", "people.csv:4:51", "fail"] {
        assert!(ran.out.to_lowercase().contains(word), "{word}\n{ran}");
    }
}
