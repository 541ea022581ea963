//! The commands beside `check`: what they print, and how they end.

use crate::case::{dana, good, head};
use crate::support::workbook::{Workbook, rows};
use crate::support::workspace::Workspace;
use rolecall::rule::Rule;
use rolecall::rule::file::built_in;
use serde_json::Value;

#[test]
fn every_rule_is_explained() {
    let workspace = Workspace::new();
    for Rule { id: rule, statements, .. } in &built_in() {
        for format in ["human", "json", "markdown"] {
            let ran = workspace.run(&["explain", rule, "--format", format]);
            assert_eq!(ran.exit, 0, "{ran}");
            assert!(
                ran.out.contains(rule) && statements.iter().all(|one| ran.out.contains(one)),
                "{rule} {statements:?}\n{ran}"
            );
            assert!(ran.out.len() > 200, "more than a line\n{ran}");
            if format == "json" {
                assert!(serde_json::from_str::<Value>(&ran.out).is_ok(), "{ran}");
            }
        }
        assert_eq!(workspace.run(&["explain", rule]).out, workspace.run(&["explain", rule, "--format", "human"]).out);
    }
}

#[test]
fn a_statement_is_explained_by_its_rules() {
    let workspace = Workspace::new();
    for format in ["human", "json", "markdown"] {
        for id in ["S9", "s9"] {
            let ran = workspace.run(&["explain", id, "--format", format]);
            assert_eq!(ran.exit, 0, "{ran}");
            assert!(ran.out.contains("S9") && ran.out.contains("administrator-role-missing"), "{ran}");
            assert!(!ran.out.contains("seats-exceeded"), "{ran}");
        }
        let every: Vec<_> = (1..=14).map(|number| format!("S{number}")).collect();
        for id in &every {
            let ran = workspace.run(&["explain", id, "--format", format]);
            assert!(ran.exit == 0 && ran.out.contains(id.as_str()), "{ran}");
        }
    }
    let told: Value = serde_json::from_str(&workspace.run(&["explain", "S4", "--format", "json"]).out).unwrap();
    let rules: Vec<_> = told["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["seats-exceeded", "seats-nearly-used"]);
    assert_eq!(told["statements"][0]["rules"], serde_json::json!(rules));
    workspace.run(&["explain", "S15"]).refused(&["unknown rule `S15`"]);
}

/// The README's way from a file with headers of its own to a verdict, on the bundled files.
#[test]
fn three_commands_lead_from_a_file_to_a_verdict() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for (fixture, file, encoding) in
        [("german", "Benutzer.csv", &["--encoding", "windows-1252"][..]), ("titles", "Users.xlsx", &[])]
    {
        let workspace = Workspace::with_fixture(fixture);
        let written = workspace.read("rolecall.toml");
        std::fs::remove_file(workspace.path("rolecall.toml")).unwrap();
        let commands: [&[&str]; 3] = [
            &["columns", file],
            &["init", file],
            &["check", file, "--seats", "System Administrator=9", "--as-of", "2026-11-21"],
        ];
        for command in commands {
            let args = [command, encoding].concat();
            let ran = workspace.run(&args);
            assert_eq!(ran.exit, 0, "{ran}");
            let shown = args.iter().map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() });
            let line = format!("rolecall {}", shown.collect::<Vec<_>>().join(" "));
            assert!(readme.contains(&line), "the README does not show `{line}`");
        }
        assert_eq!(workspace.read("rolecall.toml"), written, "{fixture}: the bundled config is not what `init` writes");
        // It is never replaced, and every guess is named.
        let ran = workspace.run(&[&["init", file], encoding].concat());
        ran.refused(&["`rolecall.toml` exists", "-o FILE"]);
        let told = workspace.run(&[&["init", file, "-o", "other.toml"], encoding].concat()).out;
        for (at, _) in written.lines().enumerate().filter(|(_, line)| line.contains("# look:")).skip(1) {
            assert!(told.contains(&(at + 1).to_string()), "line {} is a guess: {told}", at + 1);
        }
    }
    let workspace = Workspace::with_fixture("german");
    let ran = workspace.run(&["columns", "Benutzer.csv", "--no-config"]);
    assert!(ran.exit == 3 && ran.err.contains("--encoding windows-1252"), "{ran}");
    let ran = workspace.run(&["init", "-o", "empty.toml"]);
    assert!(ran.exit == 0 && ran.out.contains("No line is a guess"), "{ran}");
    let ran = workspace.run(&["check", "Benutzer.csv", "--encoding", "windows-1252", "--config", "empty.toml"]);
    assert_eq!(ran.exit, 3, "{ran}");
}

/// Headers that are compounds, a name beside a first name, an e-mail column beside the log-in: `init` writes a config by
/// which the file is judged, and the command that does it.
#[test]
fn init_leads_to_a_verdict_on_headers_it_has_not_seen() {
    let workspace = Workspace::new();
    let table = "Kennung;Vorname;Name;E-Mail-Adresse;Benutzerrolle(n);Arbeitsgruppe;Zust\u{e4}ndigkeitsbereich;WFM-Ansichten;Aktiv/Inaktiv;G\u{fc}ltig ab\n\
        api.lohn@globex.example;API;Lohnabrechnung;lohn@globex.example;Administrator;Default Team;Globex;EnterpriseView;Aktiv;01.02.2026\n\
        m.kranz@globex.example;M\u{e4}rta;Kranz;kranz@globex.example;Administrator,Supervisor;Vertrieb;Vertrieb;Vertrieb;Aktiv;15.03.2025\n\
        alt@globex.example;J\u{f6}rn;\u{c4}pfel;alt@globex.example;Agent;Vertrieb;Vertrieb;Vertrieb;Inaktiv;01.01.2020\n";
    workspace.write("Export.csv", table.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<u8>>());
    let refused = workspace.run(&["check", "Export.csv"]);
    assert!(refused.exit == 3 && refused.out.contains("`--encoding windows-1252`"), "{refused}");
    let told = workspace.run(&["init", "Export.csv", "--encoding", "windows-1252"]).out;
    let command = "rolecall check Export.csv --encoding windows-1252 --seats 'System Administrator=N'";
    assert!(told.contains(command), "{told}");
    let args = ["check", "Export.csv", "--encoding", "windows-1252", "--seats", "System Administrator=9"];
    let ran = workspace.run(&[&args[..], &["--as-of", "2026-11-21"]].concat());
    assert!(ran.exit == 0 && ran.out.contains("1 API user and 1 other administrator judged"), "{ran}");
}

/// A workbook whose headers are not known, below rows of a title.
#[test]
fn init_finds_unknown_headers_below_a_title_in_a_workbook() {
    let row = |cells: &[&'static str]| {
        let mut row = [""; 8];
        row[..cells.len()].copy_from_slice(cells);
        row
    };
    let book = Workbook::with_rows(&rows(&[
        row(&["Benutzerliste Globex"]),
        row(&["Erstellt am", "20.11.2026"]),
        row(&["Mandant: Globex"]),
        row(&["Anmeldename", "Vorname", "Nachname", "Rollen", "Team", "Gruppen", "Hauptansicht", "Status"]),
        [
            "api.lohn@globex.example",
            "API",
            "Lohn",
            "Administrator",
            "Default Team",
            "Globex",
            "EnterpriseView",
            "Aktiv",
        ],
        ["dana@globex.example", "Dana", "Ops", "Administrator", "Vertrieb", "Vertrieb", "EnterpriseView", "Aktiv"],
    ]));
    let workspace = Workspace::new();
    workspace.write("Benutzer.xlsx", book.bytes());
    let refused = workspace.run(&["check", "Benutzer.xlsx"]);
    assert!(refused.exit == 3 && refused.out.contains("rolecall init Benutzer.xlsx"), "{refused}");
    assert_eq!(workspace.run(&["init", "Benutzer.xlsx"]).exit, 0);
    assert!(workspace.read("rolecall.toml").contains("header-row = 4"), "{}", workspace.read("rolecall.toml"));
    let ran = workspace.run(&["check", "Benutzer.xlsx", "--seats", "System Administrator=9", "--as-of", "2026-11-21"]);
    assert!(ran.exit == 0 && ran.out.contains("1 API user and 1 other administrator judged"), "{ran}");
}

/// A field that no header gives is a line to look at.
#[test]
fn init_names_what_no_header_gives() {
    let workspace = Workspace::with(&[("a.csv", "User Name,First Name,Last Name,Remark\na@acme.example,A,B,x\n")]);
    let told = workspace.run(&["init", "a.csv"]).out;
    let config = workspace.read("rolecall.toml");
    for field in ["roles", "team", "scope", "main-view"] {
        assert!(config.contains(&format!("# {field} = \"\"")), "{config}");
    }
    assert!(told.contains("are guesses: look at them"), "{told}");
}

/// Bytes that are not UTF-8 have a remedy that names the option.
#[test]
fn faults_of_bytes_name_the_option() {
    let workspace = Workspace::with_fixture("german");
    let args = ["check", "Benutzer.csv", "--config", "rolecall.toml", "--as-of", "2026-11-21", "--format", "json"];
    let ran = workspace.run(&args);
    let report = ran.report().unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter().find(|one| one["rule"] == "utf8-invalid");
    let remedy = found.unwrap_or_else(|| panic!("{ran}"))["remedy"].as_str().unwrap();
    assert!(remedy.contains("`--encoding windows-1252`"), "{remedy}");
}

/// Cells are read, and never shown: but for words that any site may use.
#[test]
fn columns_shows_no_cell() {
    let table = "Vorname;Nachname;Benutzername;Rollen;Status;Kennwort\nZqanna;Zqolm;zqanna@x.example;Zqrolle, Zqandere;Zqwort;Zqgeheim\n";
    let plain = "Zqanna,Zqolm,zqanna,Default Team,Zqgeheim\nZqbert,Zqkern,zqbert,Default Team,Zqstill\n";
    let workspace = Workspace::with(&[("a.csv", table), ("b.csv", plain)]);
    for file in ["a.csv", "b.csv"] {
        for format in ["human", "json", "toml"] {
            let ran = workspace.run(&["columns", file, "--format", format]);
            assert!(!ran.out.to_lowercase().contains("zq") && !ran.err.to_lowercase().contains("zq"), "{ran}");
        }
        let ran = workspace.run(&["init", file, "-o", &format!("{file}.toml")]);
        assert!(!ran.out.to_lowercase().contains("zq") && !ran.err.to_lowercase().contains("zq"), "{ran}");
    }
    assert!(!workspace.read("a.csv.toml").to_lowercase().contains("zq"));
}

#[test]
fn an_unknown_rule_is_a_usage_error() {
    let workspace = Workspace::new();
    for (typed, meant) in
        [("team-blnk", "team-blank"), ("seat-exceeded", "seats-exceeded"), ("password_literal", "password-literal")]
    {
        let ran = workspace.run(&["explain", typed]);
        assert_eq!(ran.exit, 2, "{ran}");
        assert!(ran.err.contains(typed) && ran.err.contains(meant), "suggests {meant}\n{ran}");
        assert!(ran.out.is_empty(), "{ran}");
    }
}

#[test]
fn all_rules_are_listed() {
    let workspace = Workspace::new();
    for format in ["human", "json", "markdown"] {
        let ran = workspace.run(&["rules", "--format", format]);
        assert_eq!(ran.exit, 0, "{ran}");
        for rule in built_in().iter().map(|rule| rule.id.as_str()) {
            assert!(words(&ran.out).any(|word| word == rule), "{rule} as {format}\n{ran}");
        }
        if format == "json" {
            assert!(serde_json::from_str::<Value>(&ran.out).is_ok(), "{ran}");
        }
    }
}

/// Every statement of the requirements is in the coverage, those that leave nothing to check as well.
#[test]
fn the_coverage_names_every_statement() {
    let workspace = Workspace::new();
    for format in ["human", "json", "markdown"] {
        let ran = workspace.run(&["rules", "--coverage", "--format", format]);
        assert_eq!(ran.exit, 0, "{ran}");
        for number in 1..=14 {
            let statement = format!("S{number}");
            assert!(words(&ran.out).any(|word| word == statement), "{statement} as {format}\n{ran}");
        }
        for rule in built_in().iter().map(|rule| rule.id.as_str()) {
            assert!(words(&ran.out).any(|word| word == rule), "{rule} as {format}\n{ran}");
        }
    }
}

#[test]
fn columns_tells_what_each_header_is_taken_for() {
    let table =
        concat!(head!(), good!(), dana!()).replace("User Name", "login").replace("Active\n", "Enabled,Shoe Size\n");
    let workspace = Workspace::with(&[("people.csv", &table.replace("yes\n", "yes,44\n"))]);
    for format in ["human", "json", "toml"] {
        let ran = workspace.run(&["columns", "people.csv", "--format", format]);
        assert_eq!(ran.exit, 0, "{ran}");
        for word in ["login", "user-name", "Enabled", "active", "Shoe Size", "wfm-views"] {
            assert!(ran.out.contains(word), "{word} as {format}\n{ran}");
        }
        assert!(!ran.out.contains("api.payroll"), "no cell is shown\n{ran}");
    }
    assert!(workspace.run(&["columns", "missing.csv"]).exit >= 2);
    assert_eq!(workspace.run(&["columns"]).exit, 2);
}

/// What `columns --format toml` prints is the section of a config that says the same.
#[test]
fn columns_prints_a_config() {
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), good!(), dana!()))]);
    let ran = workspace.run(&["columns", "people.csv", "--format", "toml"]);
    assert_eq!(ran.exit, 0, "{ran}");
    workspace.write("c.toml", ran.out.as_bytes());
    let seats = ["--seats", "System Administrator=50"];
    let check = workspace.check(&["people.csv", "--config", "c.toml", seats[0], seats[1]]);
    check.concluded(0, "pass").unwrap();
}

#[test]
fn help_and_version_succeed() {
    let workspace = Workspace::new();
    for args in [&["--help"][..], &["check", "--help"], &["--version"], &["explain", "--help"]] {
        let ran = workspace.run(args);
        assert_eq!(ran.exit, 0, "{ran}");
        assert!(ran.out.contains("rolecall"), "{ran}");
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '-'))
}
