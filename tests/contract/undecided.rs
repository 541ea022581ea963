//! No false clean: inputs that can be read and do not say enough. A rule that cannot be decided is never a pass.

use crate::case::{SEATS, dana, good, head, says_incomplete};
use crate::support::workspace::{Workspace, nothing_wrong};

type Files = &'static [(&'static str, &'static str)];

/// What is wrong with the run, its files, its arguments, and the rules that are not determinable in it.
type Undecided = (&'static str, Files, &'static [&'static str], &'static [&'static str]);

macro_rules! people {
    () => {
        concat!(head!(), good!(), dana!())
    };
}
const POOL: &str = "System Administrator=50";
const PEOPLE: (&str, &str) = ("people.csv", people!());
const ROLES: &[&str] = &["administrator-role-missing", "seats-exceeded", "sole-administrator"];

/// A catalogue without users that names the tenant.
const ACME: (&str, &str) =
    ("catalogue.yaml", "rolecall: 1\ntenant: Acme\nlicenses: [{ name: System Administrator, seats: 50 }]\n");

/// The list that the REST API returns: no roles, no scope, no views.
const LIST: &str = r#"[{"id":7,"firstName":"API","lastName":"User","email":"api.user@acme.example","groupId":101,"activated":1600000000000,"deactivated":null},
{"id":8,"firstName":"Dana","lastName":"Ops","email":"dana@acme.example","groupId":101,"activated":1600000000000,"deactivated":null}]"#;

#[rustfmt::skip]
const UNDECIDED: &[Undecided] = &[
    ("no pool", &[PEOPLE], &["people.csv"], &["seats-exceeded"]),
    ("the list of the REST API", &[("people.json", LIST)], &["people.json", "--seats", POOL],
        &["administrator-role-missing", "scope-empty", "main-view-not-enterprise"]),
    ("no roles", &[("people.csv", "First Name,Last Name,User Name,Team,Scope,WFM Views\nAPI,User,api@acme.example,Default Team,Operations,EnterpriseView\n")],
        &["people.csv", "--seats", POOL], ROLES),
    ("no team", &[("people.csv", "First Name,Last Name,User Name,Roles,Scope,WFM Views\nAPI,User,api@acme.example,Administrator,Operations,EnterpriseView\n")],
        &["people.csv", "--seats", POOL], &["team-blank", "team-not-allowed"]),
    ("no scope", &[("people.csv", "First Name,Last Name,User Name,Roles,Team,WFM Views\nAPI,User,api@acme.example,Administrator,Default Team,EnterpriseView\n")],
        &["people.csv", "--seats", POOL], &["scope-empty"]),
    ("no views", &[("people.csv", "First Name,Last Name,User Name,Roles,Team,Scope\nAPI,User,api@acme.example,Administrator,Default Team,Operations\n")],
        &["people.csv", "--seats", POOL], &["main-view-not-enterprise"]),
    ("no first name", &[("people.csv", "Last Name,User Name,Roles,Team,Scope,WFM Views\nAPI User,api@acme.example,Administrator,Default Team,Operations,EnterpriseView\n")],
        &["people.csv", "--seats", POOL], &["name-blank"]),
    ("no user name", &[("people.csv", "First Name,Last Name,Roles,Team,Scope,WFM Views\nAPI,User,Administrator,Default Team,Operations,EnterpriseView\n")],
        &["people.csv", "--seats", POOL], &["user-name-not-email", "user-name-shared"]),
    ("several views and none marked", &[("people.csv", concat!(head!(), "API,User,api@acme.example,Administrator,Default Team,Operations,EnterpriseView;Billing View,yes\n", dana!()))],
        &["people.csv", "--seats", POOL], &["main-view-not-enterprise"]),
    ("ids without a catalogue",
        &[("people.json", r#"[{"firstName":"API","lastName":"User","email":"api@acme.example","groupId":101,"roles":[{"name":"Administrator","isAdminDefault":true}],"scope":{"tenant":null,"groups":[10],"teams":[]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}]"#)],
        &["people.json", "--seats", POOL], &["team-not-allowed"]),
    ("a creator who is not in the input", &[("people.csv", "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Created By\n\
        API,User,api@acme.example,Administrator,Default Team,Operations,EnterpriseView,gone@acme.example\n")],
        &["people.csv", "--seats", POOL], &["creator-not-administrator"]),
    ("nobody looks like an API user", &[("people.csv", concat!(head!(), dana!()))], &["people.csv", "--seats", POOL], &[]),
    ("a declared user whom no account is", &[PEOPLE],
        &["people.csv", "--seats", POOL, "--api-user", "api.payroll@acme.example", "--api-user", "gone@acme.example"], &[]),
    ("a user declared in the config whom no account is",
        &[PEOPLE, ("c.toml", "[api-users]\nuser-names = [\"api.payroll@acme.example\", \"gone@acme.example\"]\n")],
        &["people.csv", "--seats", POOL, "--config", "c.toml"], &[]),
    ("an id that no account has", &[PEOPLE, ("c.toml", "[api-users]\nuser-names = [\"api.payroll@acme.example\"]\nids = [\"4711\"]\n")],
        &["people.csv", "--seats", POOL, "--config", "c.toml"], &[]),
    ("more matches than a pattern may have", &[PEOPLE, ("c.toml", "[api-users]\npatterns = [{ regex = \"acme\", max = 1 }]\n")],
        &["people.csv", "--seats", POOL, "--config", "c.toml"], &[]),
    ("two tenants, plan and config", &[PEOPLE, ACME, ("c.toml", "tenant = \"Other\"\n")],
        &["people.csv", "catalogue.yaml", "--config", "c.toml"], &[]),
    ("two tenants, two plans", &[PEOPLE, ACME, ("other.yaml", "rolecall: 1\ntenant: Other\n")],
        &["people.csv", "catalogue.yaml", "other.yaml"], &[]),
    ("two tenants in a column", &[("people.csv", "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Tenant\n\
        API,User,api@acme.example,Administrator,Default Team,Operations,EnterpriseView,Acme\n\
        D,O,d@acme.example,Administrator,Default Team,Operations,EnterpriseView,Other\n")],
        &["people.csv", "--seats", POOL], &[]),
    ("a catalogue and no input", &[ACME], &["catalogue.yaml"], &[]),
];

#[test]
fn what_cannot_be_decided_is_incomplete() {
    let mut wrong = Vec::new();
    for (name, files, args, rules) in UNDECIDED {
        let workspace = Workspace::with(files);
        let judged = workspace.check(args).concluded(3, "incomplete");
        let judged = judged.and_then(|report| {
            let decided: Vec<_> = rules.iter().filter(|rule| report.outcome(rule) != "not-determinable").collect();
            let silent =
                rules.iter().any(|rule| report.outcome_entry(rule)["reason"].as_str().unwrap_or("").is_empty());
            match (report.holes().is_empty(), decided.is_empty(), silent) {
                (false, true, false) => Ok(()),
                _ => Err(format!("holes {:?}, decided {decided:?}, outcomes {}", report.holes(), report.0["outcomes"])),
            }
        });
        let judged = judged.and_then(|()| says_incomplete(&workspace.check_as("human", args)));
        wrong.extend(judged.err().map(|fault| format!("{name}: {fault}")));
    }
    nothing_wrong(wrong);
}

/// A rule that fails somewhere and cannot be decided elsewhere has failed, and the hole stays.
#[test]
fn a_failure_outranks_what_cannot_be_decided() {
    let bad = "API,Late,api.late@acme.example,Administrator,Default Team,Operations,Billing View,yes\n";
    let open = "API,Open,api.open@acme.example,Administrator,Default Team,Operations,EnterpriseView;Billing View,yes\n";
    let workspace = Workspace::with(&[("people.csv", &format!("{}{open}{bad}", people!()))]);
    let report = workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
    assert_eq!(report.outcome("main-view-not-enterprise"), "fail");
    assert_eq!(report.by_rule("main-view-not-enterprise").len(), 1);
    assert!(!report.holes().is_empty());
}

/// What only a site could have declared, and did not, is not applicable, with the reason: that passes.
#[test]
fn what_nobody_declared_is_not_applicable() {
    let workspace = Workspace::with(&[PEOPLE]);
    let report = workspace.check(&["people.csv", SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
    for rule in [
        "api-user-missing",
        "creator-not-administrator",
        "team-unknown",
        "scope-unknown",
        "password-literal",
        "password-too-weak",
    ] {
        let outcome = report.outcome_entry(rule);
        assert_eq!(outcome["outcome"], "not-applicable", "{rule}");
        assert!(!outcome["reason"].as_str().unwrap_or("").is_empty(), "{rule} says why: {outcome}");
    }
}

/// Where no API user is found, the three ways to name one are told.
#[test]
fn the_ways_to_name_an_api_user_are_told() {
    let workspace = Workspace::with(&[("people.csv", concat!(head!(), dana!()))]);
    for format in ["human", "json"] {
        let ran = workspace.check_as(format, &["people.csv", SEATS[0], SEATS[1]]);
        assert_eq!(ran.exit, 3, "{ran}");
        for way in ["--api-user", "api-users", "kind: api-user"] {
            assert!(ran.out.contains(way) || ran.err.contains(way), "{format} names {way}\n{ran}");
        }
    }
}

/// Every way to declare API users works, and they add up.
#[test]
fn declarations_of_api_users_add_up() {
    let table = concat!(
        head!(),
        "Robot,One,one@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n",
        "Robot,Two,two@acme.example,Administrator,,Operations,EnterpriseView,yes\n",
        good!()
    );
    let config = "[api-users]\npatterns = [{ regex = \"^ONE@|^one@\", max = 3 }]\n";
    let off = "[severity]\nname-without-purpose = \"off\"\n";
    let ways: [(&str, &[&str], u64, usize); 4] = [
        ("", &["--api-user", "TWO@acme.example"], 1, 1),
        (config, &["--api-user", "two@acme.example"], 2, 1),
        (config, &[], 1, 0),
        ("", &["--all-api-users"], 3, 1),
    ];
    for (config, more, count, blank) in ways {
        let workspace = Workspace::with(&[("people.csv", table), ("c.toml", &format!("{config}{off}"))]);
        let mut args = vec!["people.csv", SEATS[0], SEATS[1], "--config", "c.toml"];
        args.extend(more);
        let ran = workspace.check(&args);
        let report = ran.report().unwrap();
        assert_eq!(report.0["ledger"]["api_users"]["count"], count, "{ran}");
        assert_eq!(report.by_rule("team-blank").len(), blank, "{ran}");
        assert_eq!(ran.exit, i32::from(blank > 0), "{ran}");
        // The account that only looks so is listed, unless it was declared with all the others.
        let listed = report.0["ledger"]["api_users"]["undeclared"].to_string().contains("api.payroll@acme.example");
        assert_eq!(listed, !more.contains(&"--all-api-users"), "{ran}");
    }
}
