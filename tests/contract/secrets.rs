//! No leaked secret: wherever a password is, and whatever else is wrong around it, no output shows it.

use crate::support::workspace::{AS_OF, Workspace, nothing_wrong};
use serde_json::Value;

mod elsewhere;

/// Does not occur by chance, whole or in part; `@@` stands for it in the cases.
const CANARY: &str = "Wq7#Ferret!Basalt_93";
/// The whole, its ends, and how base64 and percent-encoding would spell them.
const TRACES: [&str; 7] = [CANARY, "Wq7#Fe", "Ferret", "Basalt", "lt_93", "V3E3I0ZlcnJldCFCYXNhbHRfOTM", "Wq7%23"];
const FORMATS: [&str; 11] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"];

macro_rules! head {
    ($column:literal) => {
        concat!("User Name,", $column, ",First Name,Last Name,Roles,Team,Scope,WFM Views\n")
    };
}
/// A row whose second cell is given, and whose team is blank, so that the row is shown.
macro_rules! row {
    ($cell:literal) => {
        concat!("api.feed@acme.example,", $cell, ",API,Feed,Administrator,,Operations,EnterpriseView\n")
    };
}
macro_rules! dana {
    () => {
        "dana@acme.example,,Dana,Ops,Administrator,Default Team,Operations,EnterpriseView\n"
    };
}
macro_rules! plan {
    ($more:literal) => {
        plan!("    team: ''\n", $more)
    };
    ($team:literal, $more:literal) => {
        concat!(
            "rolecall: 1\ntenant: Acme\nlicenses: [{ name: System Administrator, seats: 50 }]\n",
            "password_policy: { min_length: 30, classes: [upper, lower, digit, special] }\nusers:\n",
            "  - kind: api-user\n    first_name: API\n    last_name: Feed\n    user_name: api.feed@acme.example\n",
            "    roles: [Administrator]\n    scope: { groups: [Operations] }\n",
            "    wfm_views: { main: EnterpriseView, others: [] }\n",
            $team,
            $more,
        )
    };
}
macro_rules! toml {
    ($more:literal) => {
        concat!(
            "rolecall = 1\nlicenses = [{ name = \"System Administrator\", seats = 50 }]\n[[users]]\nkind = \"api-user\"\n",
            "first_name = \"API\"\nlast_name = \"Feed\"\nuser_name = \"api.feed@acme.example\"\nroles = [\"Administrator\"]\n",
            "team = \"\"\nscope = { groups = [\"Operations\"] }\nwfm_views = { main = \"EnterpriseView\" }\n",
            $more,
        )
    };
}
macro_rules! json {
    ($more:literal) => {
        concat!(
            "[{\"firstName\":\"API\",\"lastName\":\"Feed\",\"email\":\"api.feed@acme.example\",\"roles\":[{\"name\":\"Administrator\"}],",
            "\"team\":\"\",\"scope\":{\"groups\":[\"Operations\"]},\"views\":[{\"name\":\"EnterpriseView\",\"mainView\":true}]",
            $more,
        )
    };
}

/// What the case is about, the file, its text, and the exit code.
type Case = (&'static str, &'static str, &'static str, i32);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("a password column", "people.csv", concat!(head!("Password"), row!("@@"), dana!()), 1),
    ("a quoted password", "people.csv", concat!(head!("Initial Password"), row!("\"@@\""), dana!()), 1),
    ("a person's password", "people.csv", concat!(head!("Password"), row!(""), "d@acme.example,@@,D,O,Administrator,T,O,EnterpriseView\n"), 1),
    ("an unknown column", "people.csv", concat!(head!("pwd"), row!("@@"), dana!()), 1),
    ("another unknown column", "people.csv", concat!(head!("Api-Key"), row!("@@"), dana!()), 1),
    ("a column that only says secret", "people.csv", concat!(head!("secret"), row!("@@"), dana!()), 1),
    ("a password header that is odd", "people.csv", concat!(head!("Pass\u{200b}word"), row!("@@"), dana!()), 1),
    ("two password columns", "people.csv", concat!(head!("Password,Initial Password"), row!("@@,@@"), "d@a.example,,,D,O,A,T,O,E\n"), 1),
    ("a short row", "people.csv", concat!(head!("Password"), "api.feed@acme.example,@@,API\n", row!(""), dana!()), 3),
    ("a long row", "people.csv", concat!(head!("Password"), "a@acme.example,@@,API,F,A,T,O,E,@@\n", row!(""), dana!()), 3),
    ("a password in the place of a team", "people.csv", concat!(head!("Password"), "a@acme.example,Administrator,API,F,Agent,@@,Operations,EnterpriseView\n", row!(""), dana!()), 3),
    ("a password in the place of activity", "people.csv", concat!(head!("Password,Active"), "a@acme.example,,@@,API,F,A,T,O,E\n", row!(",yes"), "d@acme.example,,yes,D,O,A,T,O,E\n"), 3),
    ("a shifted row", "people.csv", concat!(head!("Password"), "@@,API,Feed,Administrator,T,O,E\n", row!(""), dana!()), 3),
    ("text after a closing quote", "people.csv", concat!(head!("Password"), "a@acme.example,\"x\"@@,A,F,A,T,O,E\n", row!(""), dana!()), 3),
    ("an open quote", "people.csv", concat!(head!("Password"), row!(""), dana!(), "a@acme.example,\"@@,A,F,A,T,O,E\n"), 3),
    ("no header row", "people.csv", "api.feed@acme.example,@@,API,Feed\n", 3),
    ("a password with a newline in it", "people.csv", concat!(head!("Password"), row!("\"x\n@@\""), dana!()), 1),
    ("a password beside a bad user name", "people.csv", concat!(head!("Password"), "api feed,@@,API,Feed,Administrator,,Operations,EnterpriseView\n", dana!()), 1),

    ("a literal in a plan", "plan.yaml", plan!("    password: '@@'\n"), 1),
    ("an anchored literal", "plan.yaml", plan!("    password: &p '@@'\n    created_by: *p\n"), 3),
    ("a password of the wrong type", "plan.yaml", plan!("    password: { value: '@@' }\n"), 3),
    ("a list of passwords", "plan.yaml", plan!("    password: ['@@', '@@']\n"), 3),
    ("an unknown key", "plan.yaml", plan!("    passwd: '@@'\n"), 3),
    ("an unknown key deep inside", "plan.yaml", plan!("    extra: { auth: { token: '@@' } }\n"), 3),
    ("a key twice", "plan.yaml", plan!("    password: '@@'\n    password: '@@'\n"), 3),
    ("a comment on the line of a finding", "plan.yaml", plan!("    team: '' # was '@@'\n", ""), 1),
    ("a secret on the line of a finding", "plan.yaml", plan!("    team: ''\n", "    extra: { password: '@@', team: '' }\n"), 3),
    ("a comment at the end of a wrong line", "plan.yaml", plan!("    created_on: x # '@@'\n"), 3),
    ("on the line before a syntax error", "plan.yaml", plan!("    password: '@@'\n    team: [\n"), 3),
    ("on the line of a syntax error", "plan.yaml", plan!("    password: [ '@@'\n"), 3),
    ("after a syntax error", "plan.yaml", plan!("  bad\n    password: '@@'\n"), 3),
    ("a tag before it", "plan.yaml", plan!("    password: !!int '@@'\n"), 3),
    ("a literal in a block", "plan.yaml", plan!("    password: |\n      @@\n"), 1),

    ("a literal in a plan", "plan.toml", toml!("password = \"@@\"\n"), 1),
    ("a literal on the line of a finding", "plan.toml", toml!("password = '@@' # @@\n"), 1),
    ("a key twice", "plan.toml", toml!("password = \"@@\"\npassword = \"@@\"\n"), 3),
    ("no quotes", "plan.toml", toml!("password = @@\n"), 3),
    ("not closed", "plan.toml", toml!("password = \"@@\n"), 3),
    ("a table where a string should be", "plan.toml", toml!("password = { a = \"@@\" }\n"), 3),
    ("an unknown key", "plan.toml", toml!("pwd = \"@@\"\n"), 3),
    ("beside a syntax error", "plan.toml", toml!("password = \"@@\" created_by = \"x\"\n"), 3),

    ("a literal", "people.json", json!(",\"password\":\"@@\"}]"), 1),
    ("an unknown key", "people.json", json!(",\"pwd\":\"@@\",\"deep\":{\"token\":\"@@\"}}]"), 1),
    ("an escaped key", "people.json", json!(",\"\\u0070assword\":\"@@\"}]"), 1),
    ("a key twice", "people.json", json!(",\"password\":\"@@\",\"password\":\"@@\"}]"), 3),
    ("not closed", "people.json", json!(",\"password\":\"@@"), 3),
    ("beside a syntax error", "people.json", json!(",\"password\":\"@@\" \"x\":1}]"), 3),
    ("no quotes", "people.json", json!(",\"password\":@@}]"), 3),
    ("a bad line", "people.jsonl", "{\"email\":\"a@acme.example\",\"password\":\"@@\"\n{\"password\":\"@@\",}\n", 3),
];

fn leak(text: &str) -> Option<&'static str> {
    let folded = text.to_lowercase();
    TRACES.into_iter().find(|trace| folded.contains(&trace.to_lowercase()))
}

#[test]
fn a_secret_is_never_shown() {
    let mut wrong = Vec::new();
    for (name, file, text, exit) in CASES {
        let workspace = Workspace::with(&[(file, &text.replace("@@", CANARY))]);
        for format in FORMATS {
            for color in ["never", "always"] {
                let mut args = vec![*file, "--color", color];
                if !text.contains("licenses") {
                    args.extend(["--seats", "System Administrator=50"]);
                }
                let ran = workspace.check_as(format, &args);
                let leaked = leak(&ran.out).or(leak(&ran.err));
                if leaked.is_some() || ran.exit != *exit {
                    wrong.push(format!("{name} in {file} as {format}: leaks {leaked:?}, wanted exit {exit}\n{ran}"));
                }
            }
        }
    }
    nothing_wrong(wrong);
}

/// A secret in the config is not shown either.
#[test]
fn a_secret_in_the_config_is_never_shown() {
    for config in
        ["[api-users]\npassword = \"@@\"\n", "tenant = \"@@\n", "tenant = @@\n", "[teams]\ndefault = [\"@@\", 1]\n"]
    {
        let workspace =
            Workspace::with(&[("people.csv", "User Name\n"), ("rolecall.toml", &config.replace("@@", CANARY))]);
        let ran = workspace.run(&["check", "--as-of", AS_OF, "people.csv"]);
        assert_eq!(ran.exit, 2, "{ran}");
        assert!(leak(&ran.out).is_none() && leak(&ran.err).is_none(), "{ran}");
    }
}

/// `rolecall columns` shows headers, never cells.
#[test]
fn columns_shows_no_cell() {
    let table = concat!(head!("Password"), row!("@@"), dana!()).replace("@@", CANARY);
    let workspace = Workspace::with(&[("people.csv", &table)]);
    for format in ["human", "json", "toml"] {
        let ran = workspace.run(&["columns", "people.csv", "--format", format]);
        assert_eq!(ran.exit, 0, "{ran}");
        assert!(ran.out.contains("Password"), "{ran}");
        assert!(leak(&ran.out).is_none() && leak(&ran.err).is_none(), "{ran}");
    }
}

/// Nothing in a finding depends on what the secret is: not its text, its length or a hash of it.
#[test]
fn a_finding_tells_nothing_of_the_secret() {
    let found = |secret: &str| -> Vec<Value> {
        let policy = "rolecall: 1\npassword_policy: { min_length: 40, classes: [digit] }\n";
        // The password is last in the file, so that nothing else moves with its length.
        let table = format!(
            "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Password\n\
             API,Feed,api.feed@acme.example,Administrator,,Operations,EnterpriseView,\n\
             API,Sync,api.sync@acme.example,Administrator,Default Team,Operations,EnterpriseView,{secret}\n"
        );
        let workspace = Workspace::with(&[("people.csv", &table), ("policy.yaml", policy)]);
        let ran =
            workspace.check(&["people.csv", "policy.yaml", "--all-api-users", "--seats", "System Administrator=50"]);
        let report = ran.concluded(1, "fail").unwrap();
        assert_eq!(report.by_rule("password-literal").len(), 1, "{ran}");
        assert_eq!(report.by_rule("password-too-weak").len(), 1, "{ran}");
        report.diagnostics().to_vec()
    };
    let first = found("hunter-two");
    assert_eq!(first, found("letmein"));
    assert_eq!(first, found("correct horse battery staple"));
}

/// A reference that says what to take where there is no secret holds a password in the file.
#[test]
fn a_password_beside_a_reference_is_one() {
    let mut wrong = Vec::new();
    for (password, is_literal) in [
        ("${env:API_PW}", false),
        ("{{ lookup('env', 'API_PW') }}", false),
        ("{{ vault_default }}", false),
        ("${env:API_PW:-Wq7#Ferret!Basalt_93}", true),
        ("${{ secrets.X || 'Wq7#Ferret!Basalt_93' }}", true),
        ("{{ pw or 'Wq7#Ferret!Basalt_93' }}", true),
        ("{{ pw | default(84629173) }}", true),
    ] {
        let row = "api.feed@acme.example,@@,API,Feed,Administrator,Default Team,Operations,EnterpriseView\n";
        let table = [head!("Password"), &row.replace("@@", &format!("\"{password}\"")), dana!()].concat();
        let workspace = Workspace::with(&[("people.csv", &table)]);
        let ran = workspace.check(&["people.csv", "--seats", "System Administrator=50"]);
        let (exit, verdict) = if is_literal { (1, "fail") } else { (0, "pass") };
        let found = ran.concluded(exit, verdict).map(|report| report.by_rule("password-literal").len());
        match found {
            Ok(found) if (found > 0) == is_literal => {}
            other => wrong.push(format!("{password}: {other:?}")),
        }
        wrong.extend(leak(&ran.out).map(|trace| format!("{password} shows {trace}")));
    }
    nothing_wrong(wrong);
}
