//! `--redact identities`: a name in any field of any account is in nothing that the program writes, in no
//! spelling; and nothing but names changes.

use serde_json::Value;

use crate::support::report::Forms;
use crate::support::workspace::Workspace;

/// Does not occur by chance. Each field has one of its own.
const CANARIES: [(&str, &str); 8] = [
    ("first name", "Zuzqua"),
    ("last name", "Wexmorl"),
    ("user name", "vuxobri"),
    ("creator", "kyjandu"),
    ("windows login", "pyqothe"),
    ("person's first name", "Hexulmi"),
    ("person's last name", "Dryzzak"),
    ("person's user name", "oqwenta"),
];

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// Accounts with much that is wrong, so that every field is shown somewhere.
fn table() -> String {
    let head = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Main View,Active,Windows Login,Created By,ACD ID,Activated,Deactivated\n";
    let row = |first: &str, last: &str, name: &str, rest: &str| format!("{first},{last},{name},{rest}\n");
    let good = "Administrator,Default Team,Operations,EnterpriseView,EnterpriseView,yes";
    [
        head.to_owned(),
        row("Zuzqua", "Wexmorl", "vuxobri@acme.example", &format!("{good},ACME\\pyqothe,kyjandu@acme.example,77,,")),
        row("Zuzqua", "Wexmorl", "VUXOBRI@acme.example", "Supervisor,,,Other View,Other View,yes,pyqothe,kyjandu,,,"),
        row("Zuzqua", "", "vuxobri display name", "Agent,Billing,,My View,My View,yes,,kyjandu@acme.example,,,"),
        row("", "Wexmorl", "vuxobri..x@acme.example", &format!("{good},,,,2030-01-01,")),
        row("Zuzqua", "Wexmorl", "vuxobri@localhost.localhost", &format!("{good},,oqwenta@acme.example,,,2020-01-01")),
        row("Hexulmi", "Dryzzak", "oqwenta@acme.example", "Supervisor,Sales,Operations,Sales,Sales,yes,,,,,"),
        row("Hexulmi", "Dryzzak", "oqwenta", "Supervisor,Sales,Operations,Sales,Sales,perhaps,,,,,"),
        "Hexulmi,Dryzzak,oqwenta2,too short\n".to_owned(),
        row(
            "API Hexulmi",
            "Dryzzak Sync",
            "api.oqwenta@acme.example",
            "Supervisor,Sales,Operations,Sales,Sales,yes,,,,,",
        ),
    ]
    .concat()
}

fn config() -> &'static str {
    "[api-users]\nuser-names = [\"vuxobri@acme.example\", \"vuxobri display name\", \"vuxobri..x@acme.example\", \
     \"vuxobri@localhost.localhost\", \"kyjandu.gone@acme.example\"]\n\
     patterns = [{ regex = \"^VUXOBRI\", max = 1 }, { regex = \"oqwenta\", max = 1 }]\n"
}

/// The same people in a plan and in a document of the API.
const PLAN: &str = "rolecall: 1\nusers:\n  - kind: api-user\n    first_name: Zuzqua\n    last_name: Wexmorl\n    \
    user_name: vuxobri@acme.example\n    roles: [Agent]\n    team: ''\n    created_by: kyjandu@acme.example\n    \
    wfm_views: { main: Other, others: [] }\n    scope: { groups: [] }\n  - kind: api-user\n    first_name: Hexulmi\n    \
    last_name: Dryzzak\n    user_name: oqwenta\n    roles: []\n    wfm_views: { main: Other, others: [] }\n";
const DOCUMENT: &str = r#"[{"firstName":"Zuzqua","lastName":"Wexmorl","email":"vuxobri@acme.example","adLogin":"pyqothe",
"roles":[{"name":"Agent"}],"team":"kyjandu@acme.example","kyjandu@acme.example":1,"views":[{"name":"Other","mainView":true}],"active":true},
{"firstName":"Hexulmi","lastName":"Dryzzak","email":"oqwenta","roles":[],"active":"Hexulmi"},{"firstName":"Zuzqua","roles":[]}]"#;
const STRAY: &str = r#"{"vuxobri@acme.example":{"firstName":"Zuzqua"},"oqwenta@acme.example":{}}"#;

fn rooms() -> Vec<(Workspace, Vec<&'static str>)> {
    let workspace = Workspace::new();
    for (name, text) in [
        ("people.csv", table().as_str()),
        ("rolecall.toml", config()),
        ("plan.yaml", PLAN),
        ("document.json", DOCUMENT),
        ("stray.json", STRAY),
        ("key", KEY),
    ] {
        workspace.write(name, text);
    }
    let copies = |names: &[&'static str]| {
        let copy = Workspace::new();
        names.iter().for_each(|name| copy.write(name, workspace.read(name)));
        copy
    };
    vec![
        (copies(&["people.csv", "rolecall.toml", "key"]), vec!["people.csv", "--config", "rolecall.toml"]),
        (copies(&["people.csv", "key"]), vec!["people.csv", "--all-api-users"]),
        (copies(&["people.csv", "key"]), vec!["people.csv"]),
        (copies(&["plan.yaml", "people.csv", "key"]), vec!["plan.yaml", "people.csv"]),
        (copies(&["document.json", "key"]), vec!["document.json", "--all-api-users"]),
        (copies(&["stray.json", "key"]), vec!["stray.json"]),
        (copies(&["people.csv", "key"]), vec!["people.csv", "--api-user", "kyjandu", "--api-user", "Hexulmi Dryzzak"]),
    ]
}

/// How a word might be spelt: as it is, in base64 at each of three offsets, in hexadecimal.
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_lowercase()];
    all.push(word.bytes().map(|byte| format!("{byte:02x}")).collect());
    for offset in 0..3 {
        let padded = [&b"\0\0\0"[..offset], word.as_bytes()].concat();
        let encoded = base64(&padded);
        // The ends depend on what is beside the word.
        all.push(encoded[if offset == 0 { 0 } else { 4 }..encoded.len() - 4].to_lowercase());
    }
    all.retain(|spelling| spelling.len() >= 4);
    all
}

fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        (0..4).for_each(|at| out.push(char::from(digits[(bits >> (18 - 6 * at)) as usize & 63])));
    }
    out
}

/// A text with percent and backslash spellings turned back.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        match rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte.is_ascii() => {
                out.push(char::from(byte));
                rest = &rest[at + 3..];
            }
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    (out + rest).to_lowercase()
}

#[test]
fn no_name_is_in_anything_that_is_written() {
    let mut shown_at_all = 0;
    for (workspace, args) in rooms() {
        let plain = workspace.all_forms(&args);
        for (_, text) in &plain.0 {
            shown_at_all += CANARIES.iter().filter(|(_, word)| unescaped(text).contains(&word.to_lowercase())).count();
        }
        for key in [&[][..], &["--redact-key", "key"]] {
            let args: Vec<_> =
                args.iter().copied().chain(["--redact", "identities"]).chain(key.iter().copied()).collect();
            let forms = workspace.all_forms(&args);
            let ran = workspace.check_with(&args);
            let texts = forms.0.iter().map(|(format, text)| (*format, text.as_str()));
            for (format, text) in texts.chain([("standard output", &*ran.out), ("standard error", &*ran.err)]) {
                let text = unescaped(text);
                for (field, word) in CANARIES {
                    for spelling in spellings(word) {
                        assert!(
                            !text.contains(&spelling),
                            "{format} of {args:?}: a {field} as {spelling}\n{}",
                            around(&text, &spelling)
                        );
                    }
                }
            }
        }
    }
    assert!(shown_at_all > 5 * Forms::names().len(), "without redaction the names are there");
}

fn around(text: &str, spelling: &str) -> String {
    let at = text.find(spelling).unwrap_or(0);
    text[..at]
        .chars()
        .rev()
        .take(150)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .chain(text[at..].chars().take(80))
        .collect()
}

/// What stays whether names are shown or not: everything but texts.
fn bones(report: &Value) -> Vec<Value> {
    let bones = |one: &Value| {
        let places: Vec<_> =
            one["labels"].as_array().unwrap().iter().map(|label| (&label["start"], &label["end"])).collect();
        serde_json::json!([one["rule"], one["severity"], one["record"]["number"], places])
    };
    let mut all: Vec<_> = report["diagnostics"].as_array().unwrap().iter().map(bones).collect();
    all.push(report["verdict"].clone());
    all.extend(
        report["outcomes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| serde_json::json!([one["rule"], one["outcome"], one["failed"]])),
    );
    all.push(report["seats"].clone());
    all
}

fn fingerprints(report: &Value) -> Vec<String> {
    let list = report["diagnostics"].as_array().unwrap();
    list.iter().map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_but_names_changes_and_one_name_has_one_pseudonym() {
    for (workspace, args) in rooms() {
        let run = |more: &[&str]| workspace.all_forms(&[&args[..], more].concat()).json("json");
        let (shown, hidden) = (run(&[]), run(&["--redact", "identities"]));
        let keyed = run(&["--redact", "identities", "--redact-key", "key"]);
        assert_eq!(bones(&shown), bones(&hidden), "{args:?}");
        assert_eq!(bones(&shown), bones(&keyed), "{args:?}");
        assert_eq!(fingerprints(&shown), fingerprints(&hidden), "the built-in key makes the same fingerprints");
        let (ours, theirs) = (fingerprints(&shown), fingerprints(&keyed));
        assert!(ours.iter().all(|one| !theirs.contains(one)), "a site's key makes others");
        assert_eq!(theirs, fingerprints(&run(&["--redact-key", "key"])), "with names or without");
        let keys = |report: &Value| -> Vec<String> {
            let list = report["diagnostics"].as_array().unwrap();
            list.iter().filter_map(|one| one["record"]["key"].as_str()).map(str::to_lowercase).collect()
        };
        let pairs: Vec<_> = keys(&shown).into_iter().zip(keys(&hidden)).collect();
        for (name, pseudonym) in &pairs {
            assert_eq!(name.starts_with('#'), pseudonym.starts_with('#'), "{name}");
            assert!(pseudonym.starts_with('#') || pseudonym.starts_with("account-"), "{pseudonym}");
            let same = |(other, its): &(String, String)| (other == name) == (its == pseudonym);
            assert!(pairs.iter().all(same), "{name} has one pseudonym of its own");
        }
        assert!(
            keys(&keyed).iter().zip(keys(&hidden)).all(|(a, b)| a.starts_with('#') || *a != b),
            "a key makes others"
        );
    }
}

/// What a rule quotes that is not a name stays: without it nobody could put it right.
#[test]
fn words_of_the_product_stay() {
    let (workspace, args) = rooms().swap_remove(0);
    let forms = workspace.all_forms(&[&args[..], &["--redact", "identities"]].concat());
    for format in Forms::names() {
        assert!(forms.text(format).contains("My View"), "{format}: the view that is wrong");
    }
    assert_eq!(forms.json("sarif")["runs"][0]["redactionTokens"], serde_json::json!(["███"]));
    assert!(workspace.all_forms(&args).json("sarif")["runs"][0]["redactionTokens"].is_null());
}
