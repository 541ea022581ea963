//! Canaries in every place that may hold a secret, in documents, tables, workbooks and configs that are whole or damaged:
//! whatever else is wrong, no command shows one in any form.

use proptest::prelude::*;
use proptest::sample::select;
use rolecall::capacity::{self, CapacityRequest};
use rolecall::config::Config;
use rolecall::diagnostic::Severity;
use rolecall::engine::{NamedInput, RunRequest};
use rolecall::read::encoding::to_utf8;
use rolecall::read::survey::Survey;
use rolecall::read::{Format, Input, ReadOptions};
use rolecall::report::Report;
use rolecall::report::capacity::{CapacityFormat, CapacityReport};
use rolecall::report::columns::{self, HeadersFormat};
use rolecall::source::InputId;
use rolecall::source::file::Source;

use crate::cases;
use crate::damage::{Wound, damaged, wounds};
use crate::run::{as_of, run_with, with_rules};
use crate::seeds::laws::every_form;
use crate::support::workbook::{Workbook, rows_of_texts};
use crate::support::workspace::AS_OF;

const CANARY: &str = "zQ7canaryXv9";

/// Places of a plan's account, `@` for the canary.
const YAML: [&str; 26] = [
    "password: @",
    "password: hunter2,@",
    "password: \"hunter2 @\"",
    "password: 'x''@'",
    "password: |\n      @\n      second",
    "password: >-\n      @",
    "password: [hunter2, @]",
    "password: { value: @ }",
    "\"password\": \"@\"",
    "Password: @",
    "pass_word: @",
    "api_key: @",
    "apiKey: @",
    "clientSecret: @",
    "Kennwort: @",
    "mot de passe: @",
    "contraseña: @",
    "senha: @",
    "access-token: @",
    "password: hunter2 # @",
    "password: hunter2: @",
    "password: &a @",
    "password: *@",
    "password: !x @",
    "? password\n    : @",
    "password: @\n      more",
];
const JSON: [&str; 7] = [
    r#""password": "@""#,
    r#""password": ["@"]"#,
    r#""password": {"x": "@"}"#,
    r#""apiKey": "@""#,
    r#""Kennwort": "@""#,
    r#""password": "\u0041@""#,
    r#""password": "hunter2""@""#,
];
const TOML: [&str; 8] = [
    "password = \"@\"",
    "password = '@'",
    "password = \"\"\"\n@\"\"\"",
    "password = [\"@\"]",
    "password = { x = \"@\" }",
    "password = @",
    "api_key = \"@\"",
    "password = \"a\" @",
];

const HEAD_YAML: &str = "rolecall: 1\ntenant: Acme\nlicenses:\n  - { name: System Administrator, seats: 5 }\nusers:\n  - kind: api-user\n    first_name: API\n    user_name: api.sync@acme.example\n    ";
const TAIL_YAML: &str = "\n    roles: [Administrator]\n    team: Default Team\n    scope: { groups: [Operations] }\n    wfm_views: { main: EnterpriseView }\n  - kind: person\n    user_name: dana@acme.example\n";
const FLOW_YAML: [&str; 2] = [
    "rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, user_name: api.sync@acme.example, ",
    ", roles: [Administrator], team: Default Team, scope: { groups: [Operations] } }\n",
];
const AROUND_JSON: [&str; 2] = [
    "{\"rolecall\": 1, \"users\": [{\"kind\": \"api-user\", \"first_name\": \"API\", \"user_name\": \"api.sync@acme.example\", ",
    ", \"roles\": [\"Administrator\"], \"team\": \"Default Team\"}]}",
];
const AROUND_PERSONS: [&str; 2] = [
    "{\"users\": [{\"firstName\": \"API\", \"email\": \"api.sync@acme.example\", ",
    ", \"roles\": [{\"name\": \"Administrator\"}], \"team\": \"Default Team\"}, {\"firstName\": \"Dana\", \"email\": \"dana@acme.example\"}]}",
];
const AROUND_TOML: [&str; 2] = [
    "rolecall = 1\n\n[[users]]\nkind = \"api-user\"\nfirst_name = \"API\"\n",
    "\nroles = [\"Administrator\"]\nteam = \"Default Team\"\n",
];

/// A file, the text before the place of the secret, the place, the text after it.
type Document = (&'static str, &'static str, &'static str, &'static str);

fn documents() -> impl Strategy<Value = Document> {
    prop_oneof![
        select(&YAML[..]).prop_map(|place| ("plan.yaml", HEAD_YAML, place, TAIL_YAML)),
        select(&YAML[..3]).prop_map(|place| ("plan.yaml", FLOW_YAML[0], place, FLOW_YAML[1])),
        select(&JSON[..]).prop_map(|place| ("plan.json", AROUND_JSON[0], place, AROUND_JSON[1])),
        select(&JSON[..]).prop_map(|place| ("people.json", AROUND_PERSONS[0], place, AROUND_PERSONS[1])),
        select(&JSON[..]).prop_map(|place| ("people.jsonl", AROUND_PERSONS[0], place, AROUND_PERSONS[1])),
        select(&TOML[..]).prop_map(|place| ("plan.toml", AROUND_TOML[0], place, AROUND_TOML[1])),
    ]
}

/// What `capacity` says of these bytes, in every form.
fn capacity_forms(name: &str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (config, options) = (Config::default(), as_of(AS_OF));
    let file = NamedInput {
        name: name.to_owned(),
        format: Format::by_name(name),
        opened: Ok(Source::from_bytes(bytes.to_vec())),
    };
    with_rules(|rules| {
        let request = RunRequest { config: &config, rules, options: &options };
        match capacity::run(vec![file], CapacityRequest::default(), &request) {
            Ok((run, capacity)) => CapacityFormat::ALL
                .into_iter()
                .map(|form| {
                    let report = Report { run: &run, rule_set: rules, fail_on: Severity::Error, roots: &[] };
                    let mut text = Vec::new();
                    form.write(&CapacityReport { report, capacity: &capacity }, &mut text).unwrap();
                    (form.word(), text)
                })
                .collect(),
            Err(error) => vec![("error", format!("{error:?}").into_bytes())],
        }
    })
}

/// What `columns` and `init` say of these bytes, in every form.
fn header_forms(name: &str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (source, encoding) = to_utf8(Source::from_bytes(bytes.to_vec()), None);
    let Ok(encoding) = encoding else { return Vec::new() };
    let input = Input { id: InputId(0), name: name.into(), source, encoding };
    let format = Format::by_name(name).unwrap();
    match Survey::of_input(&input, format, &ReadOptions::default()) {
        Ok(survey) => {
            let formats = [HeadersFormat::Human, HeadersFormat::Json, HeadersFormat::Toml];
            let mut texts: Vec<_> = formats
                .into_iter()
                .map(|format| {
                    let mut text = Vec::new();
                    columns::write(name, &survey, format, &mut text).unwrap();
                    ("columns", text)
                })
                .collect();
            texts.push(("init", columns::config(&[(name.to_owned(), survey)]).into_bytes()));
            texts
        }
        Err(fault) => vec![("columns", format!("{fault:?}").into_bytes())],
    }
}

/// Fails if any command shows the canary of these bytes in any form.
fn assert_silent(name: &str, bytes: &[u8]) {
    let run = run_with(&[(name, bytes)], &Config::default(), &as_of(AS_OF));
    let mut texts = match &run {
        Ok(run) => every_form(run),
        Err(error) => vec![("error", format!("{error:?}").into_bytes())],
    };
    texts.extend(capacity_forms(name, bytes));
    texts.extend(header_forms(name, bytes));
    for (form, text) in texts {
        assert!(
            !String::from_utf8_lossy(&text).contains(CANARY),
            "shown in {form}:\n{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_secret_of_a_document_is_shown((name, before, place, after) in documents(), first in wounds(0..2), last in wounds(0..3)) {
        let place = place.replace('@', CANARY);
        // A cut would take the secret away.
        let first: Vec<Wound> = first.into_iter().filter(|wound| !matches!(wound, Wound::Cut(_))).collect();
        let bytes = [damaged(before.as_bytes(), &first), place.into_bytes(), damaged(after.as_bytes(), &last)].concat();
        assert_silent(name, &bytes);
    }

    #[test]
    fn no_secret_of_a_table_is_shown(
        header in select(["Password", "Initial Password", "password", "Kennwort", "Mot de passe", "Contraseña", "Senha", "Temporary Password", "Passwort (neu)"].as_slice()),
        at in 0_usize..6, first in wounds(0..2), last in wounds(0..2), gap in 0_usize..3,
    ) {
        let mut headers = vec!["User Name", "First Name", "Roles", "Team", "Active"];
        headers.insert(at.min(5), header);
        let row = |name: &str| {
            let mut cells = vec![name, "API", "Administrator", "Default Team", "yes"];
            cells.insert(at.min(5), CANARY);
            cells.join(",") + "\n"
        };
        let rows = [row("api.a@acme.example"), row("api.b@acme.example")];
        let table = [headers.join(","), "\n".repeat(gap + 1), rows.concat()].concat();
        assert_silent("people.csv", table.as_bytes());
        let sheet: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        let rows = rows_of_texts(&sheet);
        assert_silent("people.xlsx", &Workbook::with_rows(&rows).bytes());
        // The headers stay whole, or no column is one of passwords.
        let (head, body) = table.split_at(headers.join(",").len() + 1);
        let split = body.find(CANARY).unwrap();
        let (before, after) = body.split_at(split);
        let bytes = [head.as_bytes(), &damaged(before.as_bytes(), &first), CANARY.as_bytes(), &damaged(&after.as_bytes()[CANARY.len()..], &last)].concat();
        assert_silent("people.csv", &bytes);
        // In a sheet, damage before the secret can make it the value of another column.
        let (before, after) = rows.split_at(rows.find(CANARY).unwrap() + CANARY.len());
        let after = damaged(after.replace(CANARY, "x").as_bytes(), &last);
        assert_silent("people.xlsx", &Workbook::with_rows(&format!("{before}{}", String::from_utf8_lossy(&after))).bytes());
    }

    #[test]
    fn no_secret_of_a_config_is_shown(
        line in select(["password = \"@\"", "token = '@", "api-key = @", "[passwords]\nreference = [\"@\"]", "x = \"\"\"@", "secret = { a = \"@\" }"].as_slice()),
        last in wounds(0..3),
    ) {
        let text = format!("tenant = \"Acme\"\n{}\n", line.replace('@', CANARY)).into_bytes();
        let tail = damaged(b"[teams]\ndefault = \"Default Team\"\n", &last);
        if let Ok(text) = String::from_utf8([text, tail].concat()) {
            for error in Config::parse("rolecall.toml", &text).err().unwrap_or_default() {
                prop_assert!(!format!("{error:?}").contains(CANARY) , "{}", text);
            }
        }
    }
}

/// Of a record that is refused the password is judged, or the rule is said not to be determinable; it is never shown.
#[test]
fn passwords_of_refused_records_are_not_passed_over() {
    let csv = format!(
        "User Name,First Name,Roles,Active,Password\napi.a@acme.example,API,Administrator,perhaps,{CANARY}\napi.b@acme.example,API,Administrator,yes,\n"
    );
    let json = format!(
        "[{{\"userName\":\"api.a@acme.example\",\"active\":\"perhaps\",\"password\":\"{CANARY}\"}},{{\"userName\":\"b@acme.example\",\"active\":true}}]"
    );
    let yaml = format!(
        "rolecall: 1\nusers:\n  - {{ kind: person, user_name: a@acme.example, active: perhaps, password: {CANARY} }}\n"
    );
    for (name, text) in [("people.csv", csv), ("people.json", json), ("plan.yaml", yaml)] {
        assert_silent(name, text.as_bytes());
        let run = run_with(&[(name, text.as_bytes())], &Config::default(), &as_of(AS_OF)).unwrap();
        let outcome = run.outcomes.iter().find(|one| one.rule == "password-literal").unwrap();
        assert!(["fail", "not-determinable"].contains(&outcome.outcome.word()), "{name}: {}", outcome.outcome.word());
    }
}

/// The outcome of the rule about passwords, and how many it found.
fn passwords_found(name: &str, bytes: &[u8]) -> (String, usize) {
    let run = run_with(&[(name, bytes)], &Config::default(), &as_of(AS_OF)).unwrap();
    let outcome = run.outcomes.iter().find(|one| one.rule == "password-literal").unwrap();
    (outcome.outcome.word().to_owned(), run.diagnostics.iter().filter(|one| *one.rule == *"password-literal").count())
}

/// Records that cannot be read may hold a password: the rule does not call them clean.
#[test]
fn passwords_of_unreadable_records_are_not_called_clean() {
    let good = r#"{"userName":"api.a@acme.example","firstName":"API","roles":["Administrator"],"team":"Default Team","active":true}"#;
    let table = |row: &[u8]| {
        [
            b"User Name,First Name,Roles,Active,Password\n".as_slice(),
            b"api.a@acme.example,API,Administrator,yes,\n",
            row,
        ]
        .concat()
    };
    for (what, broken) in [
        ("a value after a value", format!(r#"{{"userName":"b@acme.example","password":"{CANARY}" "x"}}"#).into_bytes()),
        (
            "a key twice",
            format!(r#"{{"userName":"b@acme.example","password":"{CANARY}","password":"{CANARY}"}}"#).into_bytes(),
        ),
        (
            "bytes that are not UTF-8",
            [b"{\"userName\":\"b@acme.example\",\"pass\xffword\":\"".as_slice(), CANARY.as_bytes(), b"\"}"].concat(),
        ),
        ("an end too early", format!(r#"{{"userName":"b@acme.example","password":"{CANARY}"#).into_bytes()),
    ] {
        let list = [b"[".as_slice(), good.as_bytes(), b",\n", &broken, b"]"].concat();
        let lines = [good.as_bytes(), b"\n", &broken, b"\n"].concat();
        for (name, bytes) in [("people.json", list), ("people.jsonl", lines)] {
            assert_silent(name, &bytes);
            let outcome = passwords_found(name, &bytes).0;
            assert!(["fail", "not-determinable"].contains(&outcome.as_str()), "{what} in {name}: {outcome}");
        }
    }
    for (what, row) in [
        ("a quote that is not closed", format!("b@acme.example,B,Agent,yes,\"{CANARY}\n").into_bytes()),
        ("a text after a quote", format!("b@acme.example,B,Agent,yes,\"{CANARY}\"x\n").into_bytes()),
        ("too many cells", format!("b@acme.example,B,Agent,yes,,{CANARY}\n").into_bytes()),
    ] {
        assert_silent("people.csv", &table(&row));
        assert_eq!(passwords_found("people.csv", &table(&row)).0, "not-determinable", "{what}");
    }
}

/// Each password of an account is a finding: in several columns or keys, and in objects that no rule reads; also if the
/// record is refused, by the first account and by later ones.
#[test]
fn every_password_of_an_account_is_found() {
    let csv = |active: &str| {
        let row =
            |name: &str| format!("{name}@acme.example,API,Administrator,{active},{CANARY},,{CANARY}2,${{env:X}}\n");
        format!(
            "User Name,First Name,Roles,Active,Password,Kennwort,Initial Password,Temp Password\n{}{}",
            row("api.a"),
            row("b")
        )
    };
    let account = |name: &str, active: &str, more: &str| {
        format!(
            r#"{{"userName":"{name}@acme.example","firstName":"API","roles":["Administrator"],"active":{active},{more}}}"#
        )
    };
    let many = format!(r#""password":"{CANARY}","initialPassword":"{CANARY}2""#);
    let nested = format!(
        r#""credentials":{{"provider":{{"type":"LDAP"}},"password":{{"value":"{CANARY}","expires":"2027-01-01"}},"recovery":[{{"pwd":"{CANARY}2"}}]}}"#
    );
    let honest = r#""credentials":{"password":{},"provider":{"type":"LDAP"},"passwordLastSet":"2026-01-01"}"#;
    for active in ["yes", "perhaps"] {
        assert_silent("people.csv", csv(active).as_bytes());
        assert_eq!(passwords_found("people.csv", csv(active).as_bytes()), ("fail".to_owned(), 4), "active: {active}");
    }
    for active in ["true", "\"perhaps\""] {
        for more in [&many, &nested] {
            let accounts = [account("api.a", active, more), account("b", "true", honest), account("c", active, more)];
            for (name, text) in
                [("people.json", format!("[{}]", accounts.join(","))), ("people.jsonl", accounts.join("\n"))]
            {
                assert_silent(name, text.as_bytes());
                assert_eq!(passwords_found(name, text.as_bytes()), ("fail".to_owned(), 4), "{name}: {text}");
            }
        }
        let accounts = [account("api.a", active, honest), account("b", "true", honest)];
        assert_ne!(passwords_found("people.jsonl", accounts.join("\n").as_bytes()).0, "fail");
    }
    let plan = format!(
        "rolecall: 1\nusers:\n  - {{ kind: person, user_name: a@acme.example, credentials: {{ password: {CANARY} }} }}\n  - {{ kind: person, user_name: b@acme.example, password: {CANARY}, Kennwort: {CANARY} }}\n"
    );
    assert_silent("plan.yaml", plan.as_bytes());
    assert_eq!(passwords_found("plan.yaml", plan.as_bytes()), ("fail".to_owned(), 3));
}
