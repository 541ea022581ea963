//! Passwords that no field of an account holds: `password-literal` finds them wherever a document has them.

use super::{CANARY, FORMATS, leak};
use crate::case::{SEATS, dana_json, good_json};
use crate::support::report::{bytes, primary};
use crate::support::workspace::{Workspace, nothing_wrong};

/// A document with a password of its own, beside two compliant accounts.
macro_rules! document {
    ($beside:literal) => {
        concat!("{", $beside, ",\"users\":[", good_json!(), ",", dana_json!(), "]}")
    };
}
/// The two accounts, the second with more.
macro_rules! accounts {
    ($more:literal) => {
        concat!(
            "[",
            good_json!(),
            r#",{"firstName":"Dana","lastName":"Ops","email":"dana.ops@acme.example","team":"Default Team","#,
            r#""views":[{"name":"EnterpriseView","mainView":true}],"active":true,"#,
            $more,
            "}]"
        )
    };
}
/// A plan of the two accounts.
macro_rules! plan {
    ($more:literal) => {
        concat!(
            "rolecall: 1\ntenant: Acme\nlicenses: [{ name: System Administrator, seats: 50 }]\n",
            $more,
            "\nusers:\n  - { kind: api-user, first_name: API, last_name: Feed, user_name: api.feed@acme.example, roles: ",
            "[Administrator], team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }\n",
            "  - { kind: person, first_name: D, last_name: O, user_name: d.o@acme.example, roles: [Administrator], ",
            "team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }\n",
        )
    };
}

const ROLES: &str = r#""roles":[{"name":"Administrator"}],"scope":{"groups":["Operations"]}"#;

/// What the case is about, the file, and its text: `@@` is the password, `##` are roles and a scope.
const CASES: &[(&str, &str, &str)] = &[
    ("beside the list", "people.json", document!(r#""password":"@@""#)),
    ("beside the list, in an object", "people.json", document!(r#""meta":{"credentials":{"passwd":"@@"}}"#)),
    ("beside the list, as a pair", "people.json", document!(r#""settings":[{"key":"adminPassword","value":"@@"}]"#)),
    (
        "in the scope",
        "people.json",
        accounts!(r#""roles":["Administrator"],"scope":{"groups":["Operations"],"password":"@@"}"#),
    ),
    (
        "in a role",
        "people.json",
        accounts!(r#""roles":[{"name":"Administrator","pwd":"@@"}],"scope":{"groups":["Operations"]}"#),
    ),
    (
        "in a group",
        "people.json",
        accounts!(r#""roles":["Administrator"],"scope":{"groups":[{"name":"Operations","kennwort":"@@"}]}"#),
    ),
    (
        "below a role",
        "people.json",
        accounts!(r#""roles":[{"name":"Administrator","login":{"password":"@@"}}],"scope":{"groups":["Operations"]}"#),
    ),
    (
        "as a pair",
        "people.json",
        accounts!(r###"##,"customFields":[{"name":"Badge","value":"7"},{"name":"Password","value":"@@"}]"###),
    ),
    (
        "as a pair of other words",
        "people.json",
        accounts!(r###"##,"attributes":[{"fieldLabel":"Initial password","stringValue":"@@"}]"###),
    ),
    ("under x-", "plan.yaml", plan!("x-password: '@@'")),
    ("below x-", "plan.yaml", plan!("x-notes: { test: { password: '@@' } }")),
];

fn with_canary(text: &str) -> String {
    text.replace("##", ROLES).replace("@@", CANARY)
}

#[test]
fn a_password_is_found_wherever_a_document_holds_it() {
    let mut wrong = Vec::new();
    for (name, file, text) in CASES {
        let text = with_canary(text);
        let workspace = Workspace::with(&[(file, &text)]);
        let args: Vec<&str> =
            if file.ends_with("yaml") { vec![file] } else { [*file].into_iter().chain(SEATS).collect() };
        let ran = workspace.check(&args);
        let at = ran.concluded(1, "fail").and_then(|report| match report.by_rule("password-literal")[..] {
            [found] => Ok(bytes(primary(found)?).map(|place| place.start)),
            ref found => Err(format!("{} findings", found.len())),
        });
        if at != Ok(text.find(CANARY)) {
            wrong.push(format!("{name}: {at:?}"));
        }
        for format in FORMATS {
            let ran = workspace.check(&[&args[..], &["--format", format]].concat());
            wrong.extend(leak(&ran.out).map(|trace| format!("{name}: {format} shows {trace}")));
        }
    }
    nothing_wrong(wrong);
}

/// Accounts that are read by the keys of those before them: what a pair is called is looked at in each.
#[test]
fn a_password_in_a_late_pair_is_found() {
    let pair = |name: &str, value: &str| {
        format!(r#"{ROLES},"x":[{{"name":"{name}","value":"{value}"}},{{"name":"Floor","value":"2"}}]"#)
    };
    let account = |number: usize, more: &str| {
        format!(
            r#"{{"firstName":"D","lastName":"O","email":"d{number}@acme.example","team":"Default Team",{more},"views":[]}}"#
        )
    };
    let accounts = |late: &str| {
        let of = |number: usize| account(number, &if number == 70 { late.to_owned() } else { pair("Badge", "7") });
        format!("[{}]", (0..90).map(of).collect::<Vec<_>>().join(",\n"))
    };
    for (late, findings) in [(pair("Badge", "8"), 0), (pair("Desk", "8"), 0), (pair("Password", CANARY), 1)] {
        let workspace = Workspace::with(&[("people.json", &accounts(&late))]);
        let ran = workspace.check(&["people.json", "--seats", "System Administrator=500"]);
        assert_eq!(ran.report().unwrap().by_rule("password-literal").len(), findings, "{late}");
    }
}

/// References and what is only said about passwords stay clean wherever they are.
#[test]
fn what_is_no_password_stays_clean_elsewhere() {
    let mut wrong = Vec::new();
    for text in [
        document!(r#""password":"${env:API_PW}""#),
        document!(r#""passwordPolicy":{"minLength":12}"#),
        document!(r#""passwordLastSet":"2026-11-21""#),
        document!(r#""meta":{"name":"Nightly","value":"Full"}"#),
        accounts!(r###"##,"customFields":[{"name":"Password changed","value":"2026-11-21"}]"###),
        accounts!(r###"##,"customFields":[{"name":"Compass","value":"north"}]"###),
        accounts!(r#""roles":[{"name":"Administrator","passwordExpires":true}],"scope":{"groups":["Operations"]}"#),
    ] {
        let workspace = Workspace::with(&[("people.json", &with_canary(text))]);
        let args: Vec<&str> = ["people.json"].into_iter().chain(SEATS).collect();
        wrong.extend(workspace.check(&args).concluded(0, "pass").err().map(|why| format!("{text}: {why}")));
    }
    nothing_wrong(wrong);
}

/// One password that an alias repeats in an account is one finding.
#[test]
fn a_password_that_an_account_refers_to_is_found_once() {
    let text = plan!("x-common: &common { password: '@@' }")
        .replace("  - { kind: api-user,", "  - { <<: *common, kind: api-user,");
    let workspace = Workspace::with(&[("plan.yaml", &with_canary(&text))]);
    let ran = workspace.check(&["plan.yaml"]);
    assert_eq!(ran.report().unwrap().by_rule("password-literal").len(), 1, "{ran}");
}
