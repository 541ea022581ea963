//! Every refusal names what cures it: the option, the key or the line to write. The catalogue of faults is walked, so
//! that a new one has to be provoked here too.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rolecall::diagnostic::fault::FaultKind;
use serde_json::Value;

use crate::support::workbook::{DANA as DANA_CELLS, GOOD as GOOD_CELLS, HEAD as HEAD_CELLS, Workbook, rows};
use crate::support::workspace::{Workspace, nothing_wrong};

const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
const GOOD: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const DANA: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const PLAN: &str = "rolecall: 1\nusers:\n  - kind: api-user\n    first_name: API\n    last_name: Payroll Sync\n    \
    user_name: api.payroll@acme.example\n    roles: [Administrator]\n    team: Default Team\n    \
    scope: { groups: [Operations] }\n    wfm_views: { main: EnterpriseView }\n";
const JSON: &str = r#"{"firstName":"API","lastName":"Payroll Sync","email":"api.payroll@acme.example","roles":[{"name":"Administrator"}],"team":"Default Team","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}"#;

/// Files and arguments that provoke a fault.
struct Provocation {
    kind: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    args: Vec<&'static str>,
}

/// Faults that only a change of the file, of the product or of nothing at all cures.
const WITHOUT_A_KEY: &[&str] = &[
    "input-unreadable",
    "input-changed",
    "file-empty",
    "no-records",
    "header-repeated",
    "quote-unclosed",
    "quote-stray",
    "cell-swallows-records",
    "cell-over-lines",
    "workbook-unreadable",
    "sheet-hidden",
    "cell-unverifiable",
    "input-twice",
    "input-duplicate",
    "record-blank",
    "delimiter-declared",
    "export-truncated",
    "record-ragged",
    "refused-too-many",
    "findings-too-many",
    "record-too-long",
    "syntax-invalid",
    "key-duplicate",
    "too-deep",
    "too-large",
    "template-unrendered",
    "name-look-alike",
    "user-name-posing",
    "password-masked",
    "link-outside",
];

/// Remedies that name none, since no option or key of the config helps here.
const PLAIN: &[&str] = &[
    "Rename or remove one of the two columns",
    "Correct the mark or the dates in the product.",
    "Correct the date.",
    "Did you mean `api.payroll@",
    "Did you mean `account-",
    "Write the date as YYYY-MM-DD.",
];

/// A file that changes while it is read, more findings than are listed, a link.
const NOT_PROVOKED: &[&str] = &["input-changed", "findings-too-many", "link-outside"];

/// Arguments of a capacity run.
const CAPACITY: &str = "capacity";

fn table(rows: &[&str]) -> Vec<u8> {
    format!("{HEAD}{}", rows.concat()).into_bytes()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

fn csv(kind: &'static str, bytes: impl Into<Vec<u8>>, more: &[&'static str]) -> Provocation {
    let args = ["people.csv"].iter().chain(more).copied().collect();
    Provocation { kind, files: vec![("people.csv", bytes.into())], args }
}

/// A table beside a config.
fn with(kind: &'static str, bytes: impl Into<Vec<u8>>, config: &str, more: &[&'static str]) -> Provocation {
    let mut one = csv(kind, bytes, more);
    one.files.push(("rolecall.toml", config.into()));
    one.args.extend(["--config", "rolecall.toml"]);
    one
}

fn file(kind: &'static str, name: &'static str, text: impl Into<Vec<u8>>) -> Provocation {
    Provocation { kind, files: vec![(name, text.into())], args: vec![name] }
}

fn plan(kind: &'static str, from: &str, to: &str) -> Provocation {
    assert!(PLAN.contains(from), "{from}");
    file(kind, "plan.yaml", PLAN.replacen(from, to, 1))
}

fn json(kind: &'static str, from: &str, to: &str) -> Provocation {
    assert!(JSON.contains(from), "{from}");
    file(kind, "people.json", format!("[{}]", JSON.replacen(from, to, 1)))
}

/// A project: its file and others, judged without a PATH.
fn project(kind: &'static str, files: &[(&'static str, &str)]) -> Provocation {
    let files = files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect();
    Provocation { kind, files, args: Vec::new() }
}

fn many(count: usize, row: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    (0..count).for_each(|number| text.push_str(&row(number)));
    text.push_str(GOOD);
    text.into_bytes()
}

fn of_tables() -> Vec<Provocation> {
    let ok = || table(&[GOOD, DANA]);
    let with_cell = |from: &str, to: &str| table(&[&GOOD.replacen(from, to, 1), DANA]);
    let german = "Benutzername;Rolle;Gruppe\na@acme.example;Administrator;X\n";
    let wide = format!("{}{}", HEAD.replace("Team", "Team,Team Name"), GOOD.replace("Default Team", "Default Team,x"));
    let twice = format!("{}{}", HEAD.replace("Team", "Team,Team"), GOOD.replace("Default Team", "Default Team,x"));
    let dated = |date: &str| format!("{}{}", HEAD.replace("Active", "Activated"), GOOD.replace("yes", date));
    let kinds = format!("{}{}", HEAD.replace("Active", "Active,Kind"), GOOD.replace("yes", "yes,robot"));
    let masked = format!("{}{}", HEAD.replace("Active", "Active,Password"), GOOD.replace("yes", "yes,****"));
    let views = format!(
        "{}{}",
        HEAD.replace("WFM Views", "WFM Views,Main View"),
        GOOD.replace("EnterpriseView", "EnterpriseView(main);Sales,Sales")
    );
    let labelled = format!("{}{}", HEAD.replace("Active", "Active,License"), GOOD.replace("yes", "yes,"));
    let ended = format!("{}{}", HEAD.replace("Active", "Active,Deactivated"), GOOD.replace("yes", "yes,2026-01-01"));
    let mut found = vec![
        csv("header-missing", german, &[]),
        csv("header-missing", format!("{GOOD}{DANA}"), &[]),
        csv("encoding-unsupported", latin(&format!("{}{GOOD}", HEAD.replace("Team", "\u{c9}quipe"))), &[]),
        csv("encoding-unsupported", latin(&german.replace("Gruppe", "Zust\u{e4}ndig")), &[]),
        csv("encoding-unsupported", ok(), &["--encoding", "utf-16le"]),
        csv("encoding-unsupported", "B\u{fc}ro".repeat(9).into_bytes(), &["--encoding", "windows-1252"]),
        csv("encoding-unsupported", HEAD.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), &[]),
        csv("encoding-unsupported", b"PK\x03\x04xxxxxxxxxxxxxxxx".to_vec(), &[]),
        csv("utf8-invalid", [table(&[GOOD]), latin(&DANA.replace("Dana", "D\u{e1}na"))].concat(), &[]),
        csv("header-row-beyond", ok(), &["--header-row", "9"]),
        csv("header-duplicate", wide, &[]),
        csv("header-duplicate", twice, &[]),
        csv("header-look-alike", format!("{}{GOOD}", HEAD.replace("Team", "T\u{435}am")), &[]),
        csv("header-repeated", table(&[GOOD, HEAD, DANA]), &[]),
        csv("column-near-miss", format!("{}{GOOD}", HEAD.replace("Team", "Team Nmae")), &[]),
        csv("delimiter-unclear", format!("{}{GOOD}", HEAD.replacen(',', ";", 4)), &[]),
        csv("quote-unclosed", table(&[GOOD, &format!("\"{DANA}")]), &[]),
        csv("quote-stray", table(&[GOOD, &DANA.replace("Dana", "Da\"na")]), &[]),
        csv("cell-swallows-records", table(&[&GOOD.replace("Op", "\"Op"), &DANA.replace("ions", "ions\""), GOOD]), &[]),
        csv("cell-over-lines", with_cell("Operations", "\"Operations\nSales\""), &[]),
        csv("list-ambiguous", with_cell("Administrator", "\"Administrator, QM Agent\""), &[]),
        csv("cell-unverifiable", with_cell("Administrator", "System.Object[]"), &[]),
        csv("value-placeholder", with_cell("Default Team", "N/A"), &[]),
        csv("main-view-contradicts", views, &[]),
        csv("kind-unknown", kinds, &[]),
        csv("rows-above-header", format!("Users of Acme\n\n{HEAD}{GOOD}"), &[]),
        csv("record-blank", table(&[GOOD, ",,,,,,,\n", DANA]), &[]),
        csv("row-no-account", table(&[GOOD, DANA, "Total: 2,,,,,,,\n"]), &[]),
        csv("row-no-account", table(&[GOOD, DANA, "x,y,,,,,,\n"]), &[]),
        csv("count-unexpected", ok(), &["--expect-records", "5"]),
        csv("count-round", many(999, |number| DANA.replace("dana.ops", &format!("d{number}"))), &[]),
        csv("delimiter-declared", format!("sep=,\n{HEAD}{GOOD}"), &[]),
        csv("export-truncated", table(&[GOOD, "2 of 812 users,,,,,,,\n"]), &[]),
        csv("record-ragged", table(&[GOOD, &DANA.replace("Operations,", "")]), &[]),
        csv("record-too-long", with_cell("Operations", &"O".repeat(8_400_000)), &[]),
        csv("active-unreadable", with_cell("yes", "Aktiv"), &[]),
        csv("active-unreadable", with_cell("yes", ""), &[]),
        csv("activity-contradicts-dates", ended, &[]),
        csv("password-masked", masked, &[]),
        csv("file-empty", "", &[]),
        csv("no-records", HEAD, &[]),
        csv("api-user-none", table(&[DANA]), &[]),
        csv("api-user-not-found", ok(), &["--api-user", "api.payrol@acme.example"]),
        csv("user-name-posing", table(&[&GOOD.replace("api.pay", "\u{430}pi.pay"), DANA]), &["--all-api-users"]),
        csv("name-look-alike", with_cell("Administrator", "Administrator;\u{410}dministrator"), &[]),
        csv(
            "list-too-varied",
            many(10_050, |number| GOOD.replace("Administrator", &format!("\"Clerk, {number}\""))),
            &[],
        ),
        csv("refused-too-many", many(20_050, |_| "x,y\n".to_owned()), &[]),
        csv("seats-reserve-short", ok(), &[CAPACITY, "--require-free", "49"]),
        csv("role-without-license", table(&[GOOD, &DANA.replace("Administrator", "Supervisor")]), &[CAPACITY]),
        with(
            "license-without-role",
            ok(),
            "[licenses.\"System Administrator\"]\n[licenses.Coaching]\nseats = 5\nroles = [\"Coach\"]\n",
            &[CAPACITY],
        ),
        with(
            "license-label-differs",
            labelled,
            "[licenses.\"System Administrator\"]\nlabels = [\"SysAdmin\"]\n",
            &[CAPACITY],
        ),
        with("column-unmapped", ok(), "[columns]\nteam = \"Mannschaft\"\n", &[]),
        with("list-name-unfound", ok(), "[lists]\nwhole = [\"Lead, Quality\"]\n", &[]),
        with("row-no-account", ok(), "[tables]\nfooter-rows = 1\n", &[]),
        with("api-user-pattern-too-wide", ok(), "[api-users]\npatterns = [{ regex = \"acme\", max = 1 }]\n", &[]),
        with("api-user-not-found", ok(), "[api-users]\nids = [\"4711\"]\n", &[]),
        with("nothing-judged", ok(), &all_off(), &[]),
    ];
    for date in ["01.02.2026", "13/02/2026", "45000", "2026-02-30", "nie", "1/2/26", "1764201600"] {
        found.push(csv("date-unreadable", dated(date), &[]));
    }
    found
}

/// A config with every rule off.
fn all_off() -> String {
    let rules = rolecall::rule::file::built_in();
    rules.iter().fold("[severity]\n".to_owned(), |mut text, rule| {
        let _ = writeln!(text, "{} = \"off\"", rule.id);
        text
    })
}

fn of_documents() -> Vec<Provocation> {
    let aliases = (1..9).fold("x-a: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |mut text, number| {
        let below = format!("*a{}", number - 1);
        let _ = writeln!(text, "x-a{number}: &a{number} [{}]", [below.as_str(); 10].join(","));
        text
    });
    let mut found = vec![
        file("utf8-invalid", "people.json", latin(&format!("[{}]", JSON.replace("API", "Ap\u{ed}")))),
        file("utf8-invalid", "people.jsonl", latin(&format!("{JSON}\n{}", JSON.replace("API", "Ap\u{ed}")))),
        file("utf8-invalid", "plan.yaml", latin(&PLAN.replace("API", "Ap\u{ed}"))),
        file("no-records", "people.json", "[]"),
        json("column-near-miss", "lastName", "lastNmae"),
        json("header-duplicate", "{\"first", "{\"roles name\":[],\"assigned_roles\":[\"A\"],\"first"),
        json("header-look-alike", "lastName", "l\u{430}stName"),
        json("kind-unknown", "{\"first", "{\"kind\":\"robot\",\"first"),
        json("list-ambiguous", "\"Administrator\"", "\"Administrator, QM Agent\""),
        json("value-placeholder", "\"Default Team\"", "\"NULL\""),
        json("shape-invalid", "\"mainView\":true", "\"mainView\":\"yes\""),
        json("shape-invalid", "{\"groups\":[\"Operations\"]}", "{\"gruppen\":[\"Operations\"]}"),
        json("shape-invalid", "\"API\"", "[1]"),
        json("active-unreadable", "\"active\":true", "\"active\":\"oui\""),
        json("date-unreadable", "\"active\":true", "\"activated\":1764201600"),
        json("key-duplicate", "{\"first", "{\"email\":\"x@y.example\",\"first"),
        file("shape-invalid", "people.jsonl", format!("{JSON}\n\"x\"\n")),
        file("shape-invalid", "people.json", "{\"a\":1}"),
        file("shape-invalid", "people.json", "7"),
        file("shape-invalid", "people.json", "[{\"anmeldung\": \"x\"}]"),
        file("shape-invalid", "plan.yaml", "[rolecall]"),
        file("export-truncated", "people.json", format!("{{\"users\":[{JSON}],\"total\":7}}")),
        file("too-deep", "people.json", format!("{}{}", "[".repeat(300), "]".repeat(300))),
        file("too-large", "plan.yaml", PLAN.replacen('\n', &format!("\n{aliases}"), 1)),
        file("syntax-invalid", "people.json", format!("[{JSON},]")),
        file("format-unknown", "people.dat", table(&[GOOD, DANA])),
        file("format-unknown", "people.txt", format!("[{JSON}]")),
        plan("key-duplicate", "    team: Default Team\n", "    team: Default Team\n    team: Other\n"),
        plan("key-unknown", "    team:", "    taem:"),
        plan("key-unknown", "rolecall: 1\n", "rolecall: 1\ncolour: red\n"),
        plan("kind-unknown", "api-user", "robot"),
        plan("template-unrendered", "Default Team", "\"{{ team }}\""),
        plan(
            "activity-contradicts-dates",
            "    team",
            "    active_from: 2026-12-30\n    active_until: 2026-12-01\n    team",
        ),
        plan("date-unreadable", "    team", "    active_from: 2026-02-30\n    team"),
    ];
    for (from, to) in [
        ("rolecall: 1", "rolecall: 2.5"),
        ("rolecall: 1", "product: calabrio-one"),
        ("rolecall: 1", "rolecall: 1\nwfm: modern"),
        ("rolecall: 1", "rolecall: 1\nfirst_login: \"yes\""),
        ("rolecall: 1", "rolecall: 1\nlicenses: [{ name: A, seats: \"05\" }]"),
        ("rolecall: 1", "rolecall: 1\nlicenses: [{ name: A, seats: 05 }]"),
        ("rolecall: 1", "rolecall: 1\nlicenses: [{ seats: 5 }]"),
        ("rolecall: 1", "rolecall: 1\nlicenses: 20"),
        ("rolecall: 1", "rolecall: 1\ngroups: [{ teams: Sales }]"),
        ("rolecall: 1", "rolecall: 1\npassword_policy: strong"),
        ("roles: [Administrator]", "roles: Administrator"),
        ("team: Default Team", "team: [Default Team]"),
        ("scope: { groups: [Operations] }", "scope: Operations"),
        ("wfm_views: { main: EnterpriseView }", "wfm_views: EnterpriseView"),
        ("team: Default Team", "team: Default Team\n    active_from: 1.12.2026"),
        ("team: Default Team", "team: 7"),
        ("  - kind: api-user\n", "  - API\n  - kind: api-user\n"),
    ] {
        found.push(plan("shape-invalid", from, to));
    }
    found
}

fn of_runs() -> Vec<Provocation> {
    let people = String::from_utf8(table(&[GOOD, DANA])).unwrap();
    let book = |kind, book: &Workbook, more: &[&'static str]| Provocation {
        kind,
        files: vec![("people.xlsx", book.bytes())],
        args: ["people.xlsx"].iter().chain(more).copied().collect(),
    };
    let german = [["Benutzer", "Rolle", "Gruppe"], ["a@acme.example", "Administrator", "X"]];
    let users = Workbook::with_rows(&rows(&[HEAD_CELLS, GOOD_CELLS, DANA_CELLS]));
    let more = |name: &'static str, text: String| (name, text.into_bytes());
    let both = |kind, name: &'static str, text: String| Provocation {
        kind,
        files: vec![more("people.csv", people.clone()), more(name, text)],
        args: vec!["people.csv", name],
    };
    let tenants =
        |a: &str, b: &str| format!("[tenants.acme]\ninputs = [\"{a}\"]\n[tenants.beta]\ninputs = [\"{b}\"]\n");
    let acme = PLAN.replace("rolecall: 1", "rolecall: 1\ntenant: Acme");
    let beta = acme.replace("Acme", "Beta").replace("api.payroll", "api.billing");
    vec![
        file("workbook-unreadable", "people.xlsx", "PK\u{3}\u{4}"),
        book("sheet-not-judged", &Workbook::with_rows(&rows(&german)), &[]),
        book("sheet-not-judged", &users, &["--sheet", "Accounts"]),
        book("sheet-hidden", &users.clone().sheet("More", "hidden", &rows(&[HEAD_CELLS, DANA_CELLS])), &[]),
        Provocation { kind: "input-unreadable", files: Vec::new(), args: vec!["missing.csv"] },
        Provocation { kind: "folder-without-plan", files: vec![more("d/people.csv", people.clone())], args: vec!["d"] },
        both("input-duplicate", "b.csv", people.clone()),
        csv("input-twice", people.clone(), &["people.csv"]),
        Provocation {
            kind: "tenant-ambiguous",
            files: vec![more("a.yaml", acme), more("b.yaml", beta)],
            args: vec!["a.yaml", "b.yaml"],
        },
        project("pattern-unmatched", &[("rolecall.toml", &tenants("plans/*.yaml", "*.csv")), ("people.csv", &people)]),
        project(
            "tenant-without-file",
            &[("rolecall.toml", &tenants("plans/*.yaml", "*.csv")), ("people.csv", &people)],
        ),
        project("input-of-two-tenants", &[("rolecall.toml", &tenants("*.csv", "people.*")), ("people.csv", &people)]),
        project(
            "tenant-refused",
            &[
                ("rolecall.toml", &format!("{}config = \"beta.toml\"\n", tenants("a.csv", "b.csv"))),
                ("beta.toml", "[team]\n"),
                ("a.csv", &people),
                ("b.csv", &people),
            ],
        ),
    ]
}

/// The findings of the kind that a provocation leads to: their messages and remedies.
fn found(one: &Provocation, redact: bool) -> Result<Vec<(String, String)>, String> {
    let workspace = Workspace::new();
    one.files.iter().for_each(|(name, bytes)| workspace.write(name, bytes));
    let mut args: Vec<&str> = one.args.iter().copied().filter(|arg| *arg != CAPACITY).collect();
    if !args.is_empty() && !args.contains(&"--config") && !one.args.contains(&"tenants") {
        args.push("--no-config");
    }
    if !args.is_empty() {
        args.extend(["--seats", "System Administrator=50"]);
    }
    if redact {
        args.extend(["--redact", "identities"]);
    }
    let command = if one.args.contains(&CAPACITY) { CAPACITY } else { "check" };
    let ran = workspace.run(&[&[command, "--as-of", "2026-11-21", "--format", "json"], args.as_slice()].concat());
    if ran.exit == 2 {
        // A declared header row beyond the table is an error of usage.
        return Ok(vec![(ran.err.clone(), ran.err.lines().skip(1).collect::<Vec<_>>().join(" "))]);
    }
    let report: Value = serde_json::from_str(&ran.out).map_err(|why| format!("{why}: {ran}"))?;
    let of_tenants = report["tenants"].as_array().into_iter().flatten().map(|tenant| &tenant["document"]);
    let documents: Vec<&Value> = of_tenants.chain([&report]).collect();
    let all = documents.iter().flat_map(|one| one["diagnostics"].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_kind: Vec<_> = all
        .filter(|diagnostic| diagnostic["rule"] == one.kind)
        .map(|diagnostic| (text(&diagnostic["message"]), text(&diagnostic["remedy"])))
        .collect();
    let rules = || documents.iter().map(|one| one["diagnostics"].to_string()).collect::<Vec<_>>();
    if of_kind.is_empty() { Err(format!("no such finding: {:?} {}", rules(), ran.err)) } else { Ok(of_kind) }
}

/// The keys of configs and plans.
fn keys() -> BTreeSet<String> {
    fn collect(schema: &Value, keys: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                let properties = members.get("properties").and_then(Value::as_object);
                keys.extend(properties.into_iter().flatten().map(|(key, _)| key.clone()));
                members.values().for_each(|value| collect(value, keys));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
            _ => {}
        }
    }
    let mut keys = BTreeSet::new();
    for schema in ["config", "plan"] {
        let path = format!("{}/schema/{schema}.schema.json", env!("CARGO_MANIFEST_DIR"));
        collect(&serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(), &mut keys);
    }
    keys
}

/// True if a remedy names an option, a command, a key, or a line with one.
fn names_a_cure(remedy: &str, keys: &BTreeSet<String>) -> bool {
    remedy.split('`').skip(1).step_by(2).any(|span| {
        let key = span.split([' ', ':', '=']).next().unwrap_or_default().trim_matches(['"', '{', '[', ']']);
        let table = key.split('.').next().unwrap_or_default();
        let is_line = ["\": ", "sep=", "x-"].iter().any(|part| span.contains(part));
        span.starts_with("--") || span.starts_with("rolecall ") || is_line || keys.contains(key) || keys.contains(table)
    })
}

#[test]
fn every_refusal_names_the_option_or_the_key_that_cures_it() {
    let provoked: Vec<_> = [of_tables(), of_documents(), of_runs()].into_iter().flatten().collect();
    let keys = keys();
    let mut wrong = Vec::new();
    for kind in FaultKind::ALL.iter().map(|kind| kind.id()).filter(|id| !NOT_PROVOKED.contains(id)) {
        // What a comparison with plans finds is provoked in `drift.rs`, what is said of waivers and
        // baselines in `policy`.
        let is_elsewhere = ["drift-", "waiver-", "baseline-"].iter().any(|part| kind.starts_with(part));
        if !is_elsewhere && !provoked.iter().any(|one| one.kind == kind) {
            wrong.push(format!("{kind} is not provoked"));
        }
    }
    for one in &provoked {
        let has_key = !WITHOUT_A_KEY.contains(&one.kind);
        for redact in [false, true].into_iter().filter(|redact| has_key || !redact) {
            match found(one, redact) {
                Err(why) => wrong.push(format!("{} {:?} {why}", one.kind, one.args)),
                Ok(findings) if has_key => {
                    let bare = findings.iter().find(|(_, remedy)| {
                        !names_a_cure(remedy, &keys) && !PLAIN.iter().any(|plain| remedy.starts_with(plain))
                    });
                    wrong.extend(bare.map(|bare| format!("{} names no option or key ({redact}): {bare:?}", one.kind)));
                }
                Ok(_) => {}
            }
        }
    }
    nothing_wrong(wrong);
}
