//! Projects that are wrong, in the project file or in the tree: each fault is named, and nothing is passed over.

use super::{GOOD_VIEW, check, errors, files, json, plan, two_tenants, verdicts};
use crate::support::workspace::{AS_OF, Workspace, nothing_wrong};

/// What is wrong, the project file, the arguments, and the words that the message has to contain.
type Wrong = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const REFUSED: &[Wrong] = &[
    ("a tenant twice", "[tenants.acme]\ninputs = [\"a/*\"]\n[tenants.acme]\ninputs = [\"b/*\"]\n", &[], &["twice", "rolecall.toml:3"]),
    ("a label with a slash", "[tenants.\"a/b\"]\ninputs = [\"a/*\"]\n", &[], &["label"]),
    ("a label that the merged report has", "[tenants.fleet]\ninputs = [\"a/*\"]\n", &[], &["label"]),
    ("no inputs", "[tenants.acme]\nexclude = [\"a/*\"]\n", &[], &["inputs"]),
    ("an empty list of inputs", "[tenants.acme]\ninputs = []\n", &[], &["inputs"]),
    ("a misspelt key", "[tenants.acme]\ninput = [\"a/*\"]\n", &[], &["inputs"]),
    ("a path that leads out", "[tenants.acme]\ninputs = [\"../x.yaml\"]\n", &[], &["../x.yaml", "out of"]),
    ("a path from the root", "[tenants.acme]\ninputs = [\"/x.yaml\"]\n", &[], &["/x.yaml", "relative"]),
    ("a path of another system", "[tenants.acme]\ninputs = [\"a\\\\x.yaml\"]\n", &[], &["Write `/`"]),
    ("a brace that is never closed", "[tenants.acme]\ninputs = [\"{a,b.yaml\"]\n", &[], &["{a,b.yaml"]),
    ("both kinds", "[project]\ninputs = [\"a/*\"]\n[tenants.acme]\ninputs = [\"b/*\"]\n", &[], &["[project]", "[tenants]"]),
    ("API users of several", "[tenants.a]\ninputs = [\"a/*\"]\n[tenants.b]\ninputs = [\"b/*\"]\n[api-users]\nuser-names = [\"x@y.example\"]\n", &[], &["user-names"]),
    ("ids of several", "[tenants.a]\ninputs = [\"a/*\"]\n[tenants.b]\ninputs = [\"b/*\"]\n[api-users]\nids = [\"1\"]\n", &[], &["`ids`"]),
    ("an unknown tenant", "[tenants.acme]\ninputs = [\"a/*\"]\n", &["--tenant", "acmee"], &["acmee", "acme"]),
    ("a tenant and a path", "[tenants.acme]\ninputs = [\"a/*\"]\n", &["--tenant", "acme", "a/x.yaml"], &["--tenant"]),
    ("no path and no project", "product = \"calabrio-one\"\n", &[], &["PATH", "tenants"]),
    ("a hook without either", "product = \"calabrio-one\"\n", &["--hook"], &["PATH"]),
];

#[test]
fn a_project_file_that_cannot_be_meant_is_a_usage_error() {
    let mut wrong = Vec::new();
    for (what, config, args, words) in REFUSED {
        let workspace = Workspace::with(&[("rolecall.toml", config), ("a/x.yaml", "rolecall: 1\n")]);
        let ran = check(&workspace, args);
        let says = words.iter().all(|word| ran.err.contains(word));
        if ran.exit != 2 || !ran.out.is_empty() || !says {
            wrong.push(format!("{what}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn options_that_hold_for_one_tenant_are_refused_for_several() {
    let workspace = two_tenants();
    for option in [["--api-user", "a@acme.example"], ["--seats", "System Administrator=9"], ["--expect-records", "4"]] {
        check(&workspace, &option).refused(&[option[0], "--tenant"]);
    }
    check(&workspace, &["--tenant", "acme", "--expect-records", "2"]).ends(0, "pass");
    check(&workspace, &["--output", "json=report.json"]).refused(&["report.json", "{tenant}"]);
}

#[test]
fn what_is_missing_is_incomplete_and_named() {
    let workspace = two_tenants();
    workspace.write(
        "rolecall.toml",
        format!(
            "{}[tenants.gamma]\ninputs = [\"tenants/gamma/*.yaml\"]\n",
            super::TENANTS.replace("acme/**/*.yaml\"]", "acme/*.yaml\", \"tenants/acme/old.csv\"]")
        ),
    );
    let ran = check(&workspace, &[]);
    let fleet = json(&ran);
    assert_eq!(ran.exit, 3);
    let word = |tenant: &str, verdict: &str| (tenant.to_owned(), verdict.to_owned());
    assert_eq!(verdicts(&fleet), [word("acme", "incomplete"), word("beta", "fail"), word("gamma", "incomplete")]);
    assert_eq!(errors(&fleet["tenants"][0]["document"]), ["pattern-unmatched"]);
    assert_eq!(errors(&fleet["tenants"][2]["document"]), ["pattern-unmatched", "tenant-without-file"]);
    assert!(ran.out.contains("tenants/acme/old.csv") && ran.out.contains("tenants/gamma/*.yaml"));
}

#[test]
fn a_file_with_accounts_is_one_tenants() {
    let workspace = Workspace::with(&[
        (
            "rolecall.toml",
            "[tenants.acme]\ninputs = [\"shared/*.yaml\", \"acme/*.yaml\"]\n[tenants.beta]\ninputs = [\"shared/*.yaml\", \"beta/*.yaml\"]\n",
        ),
        ("shared/roles.yaml", "rolecall: 1\nroles: [{ name: Administrator, default: administrator }]\n"),
    ]);
    workspace.write("acme/plan.yaml", plan("acme", GOOD_VIEW));
    workspace.write("beta/plan.yaml", plan("beta", GOOD_VIEW));
    let ran = check(&workspace, &["shared/roles.yaml"]);
    assert_eq!((ran.exit, verdicts(&json(&ran)).len()), (0, 2), "a catalogue serves both\n{ran}");
    workspace.write("shared/people.yaml", plan("acme", GOOD_VIEW));
    let ran = check(&workspace, &[]);
    let fleet = json(&ran);
    assert_eq!(ran.exit, 3);
    for tenant in 0..2 {
        assert!(errors(&fleet["tenants"][tenant]["document"]).contains(&"input-of-two-tenants"), "{ran}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_project_alone() {
    let workspace = two_tenants();
    let outside = Workspace::new();
    outside.write("plan.yaml", plan("acme", "Billing View"));
    std::os::unix::fs::symlink(outside.path("plan.yaml"), workspace.path("tenants/acme/far.yaml")).unwrap();
    let report = check(&workspace, &["--tenant", "acme"]).ends(0, "pass").0;
    assert_eq!(files(&report), ["tenants/acme/plan.yaml"]);
    assert_eq!(report["diagnostics"][0]["rule"], "link-outside");
    // A link to another tenant's accounts is that tenant's file.
    std::os::unix::fs::symlink("../beta/plan.yaml", workspace.path("tenants/acme/near.yaml")).unwrap();
    let report = check(&workspace, &["--tenant", "acme"]).ends(3, "incomplete").0;
    assert!(errors(&report).contains(&"input-of-two-tenants"));
    // One that leads nowhere is a file that cannot be read; one that leads to itself hides nothing.
    let workspace = two_tenants();
    std::os::unix::fs::symlink("gone.yaml", workspace.path("tenants/acme/lost.yaml")).unwrap();
    std::os::unix::fs::symlink(".", workspace.path("tenants/acme/self")).unwrap();
    let report = check(&workspace, &["--tenant", "acme"]).ends(3, "incomplete").0;
    assert_eq!(errors(&report), ["input-unreadable"]);
}

#[test]
fn a_tenant_that_cannot_be_judged_does_not_keep_others_from_it() {
    let workspace = two_tenants();
    workspace.write("rolecall.toml", format!("{}config = \"tenants/acme/rolecall.toml\"\n", super::TENANTS));
    for config in ["[severty]\n", "[tenants.x]\ninputs = [\"a\"]\n", "[teams\n", "[severity]\nteam-blnk = \"off\"\n"] {
        workspace.write("tenants/acme/rolecall.toml", config);
        let ran = check(&workspace, &[]);
        let fleet = json(&ran);
        assert_eq!((ran.exit, &fleet["tenants"][0]["exit"]), (3, &3.into()), "{ran}");
        assert_eq!(errors(&fleet["tenants"][0]["document"]), ["tenant-refused"]);
        assert_eq!(fleet["tenants"][1]["verdict"], "fail");
        assert!(ran.out.contains("tenants/acme/rolecall.toml"), "{ran}");
        check(&workspace, &["--tenant", "acme"]).ends(3, "incomplete");
    }
    std::fs::remove_file(workspace.path("tenants/acme/rolecall.toml")).unwrap();
    check(&workspace, &["--tenant", "acme"]).ends(3, "incomplete");
    let shown = workspace.run(&["check", "--as-of", AS_OF]);
    assert!(shown.out.contains("INCOMPLETE: 2 tenants judged"), "{shown}");
}

#[cfg(unix)]
#[test]
fn one_file_of_500_that_cannot_be_read_makes_its_tenant_incomplete() {
    let workspace = two_tenants();
    for number in 0..500 {
        workspace.write(&format!("tenants/acme/parts/{number}.yaml"), format!("rolecall: 1\nx-part: {number}\n"));
    }
    check(&workspace, &["--tenant", "acme"]).ends(0, "pass");
    std::os::unix::fs::symlink("gone", workspace.path("tenants/acme/parts/77b.yaml")).unwrap();
    let report = check(&workspace, &["--tenant", "acme"]).ends(3, "incomplete").0;
    assert_eq!(errors(&report), ["input-unreadable"]);
    assert_eq!(files(&report).len(), 502, "the others are judged");
}
