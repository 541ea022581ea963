//! Baselines made and brought up to date: what is written, what is not, and what changes no byte.

use std::fs;

use super::*;
use crate::support::workbook::{Workbook, rows_of};

#[test]
fn an_entry_says_what_the_contract_says_and_no_name() {
    let workspace = site();
    create(&workspace, &["--reason", "there on the first day"]);
    let header = header(&workspace);
    let due = serde_json::json!({
        "schema": "rolecall.baseline/1", "product": "calabrio-one", "tenant": null, "as_of": AS_OF,
        "until": "2027-11-22", "key": "built-in", "packs": {},
        "selection": { "sheets": [], "api_users": "all-api-users", "fields": ["active", "first-name", "last-name", "roles"] },
        "inputs": [{ "file": "people.csv", "sha256": header["inputs"][0]["sha256"], "records": 3 }], "entries": 2,
    });
    assert_eq!(header, due);
    let report = check(&workspace, &[]).ends(0, "pass");
    for one in report.by_rule(VIEW).into_iter().chain(report.by_rule("team-blank")) {
        let all = entries(&workspace);
        let entry = all.iter().find(|entry| entry["identity"] == one["identity"]).expect("it is held");
        for key in ["state", "rule", "severity"] {
            assert_eq!(entry[key], one[key]);
        }
        assert_eq!((&entry["side"], &entry["since"]), (&"export".into(), &AS_OF.into()));
        assert_eq!(entry["reason"], "there on the first day");
        assert_eq!(one["baseline"]["reason"], "there on the first day");
    }
    assert!(!workspace.read(FILE).contains("acme.example"), "no name that nobody asked for");
    fs::remove_file(workspace.path(FILE)).unwrap();
    create(&workspace, &["--with-names"]);
    let mut names: Vec<_> = entries(&workspace).iter().map(|one| one["account"].to_string()).collect();
    names.sort();
    assert_eq!(names, ["\"api.x@acme.example\"", "\"api.y@acme.example\""]);
    check(&workspace, &[]).ends(0, "pass");
}

#[test]
fn the_same_findings_are_the_same_bytes() {
    let workspace = site();
    let made = |jobs: &str, zone: &str| {
        let args = ["baseline", "create", "-o", FILE, "people.csv", "--no-config", "--as-of", AS_OF, "--jobs", jobs];
        let ran = workspace.run_with(&[&args[..], &USERS, &SEATS].concat(), &[("TZ", zone)], None);
        assert_eq!(ran.exit, 0, "{ran}");
        let text = workspace.read(FILE);
        fs::remove_file(workspace.path(FILE)).unwrap();
        text
    };
    let rows: Vec<String> = (0..3000)
        .map(|n| {
            row(&format!("api.f{n}@acme.example"), "Default Team", if n % 2 == 0 { "V" } else { "EnterpriseView" })
        })
        .collect();
    workspace.write("people.csv", HEAD.to_owned() + &rows.concat());
    let first = made("1", "UTC");
    assert!(first.lines().count() > 1500);
    for (jobs, zone) in [("2", "Pacific/Kiritimati"), ("8", "Etc/GMT+12"), ("1", "UTC")] {
        assert_eq!(made(jobs, zone), first, "{jobs} {zone}");
    }
    let mut sorted: Vec<&str> = first.lines().skip(1).collect();
    sorted.sort_unstable();
    assert_eq!(sorted, first.lines().skip(1).collect::<Vec<_>>());
}

#[test]
fn order_rows_formats_and_headers_change_nothing() {
    let accounts = [
        ["API", "Feed", "api.a@acme.example", "Administrator", "Billing", "Ghosts; Operations", "My View", "yes"],
        ["API", "Sync", "Api.B@acme.example", "Administrator", "", "Operations", "EnterpriseView", "yes"],
        [
            "API",
            "Payroll",
            "api.c@acme.example",
            "Administrator",
            "Default Team",
            "Operations",
            "EnterpriseView",
            "yes",
        ],
    ];
    let csv = |accounts: &[[&str; 8]], head: &str| {
        head.to_owned() + &accounts.iter().map(|cells| cells.join(",") + "\n").collect::<String>()
    };
    let workspace = Workspace::with(&[("people.csv", &csv(&accounts, HEAD))]);
    create(&workspace, &[]);
    let held = outcomes(&check(&workspace, &[]).ends(0, "pass")).len();
    assert!(held >= 2);
    let mut other = accounts;
    other.reverse();
    other[0][2] = "API.C@acme.example";
    let inserted = [
        "API",
        "Extra",
        "api.extra@acme.example",
        "Administrator",
        "Default Team",
        "Operations",
        "EnterpriseView",
        "yes",
    ];
    let mut longer = other.to_vec();
    longer.insert(1, inserted);
    workspace.write("sorted.csv", csv(&other, HEAD));
    workspace.write("inserted.csv", csv(&longer, HEAD));
    workspace.write("header.csv", csv(&accounts, &HEAD.replace("WFM Views", "Main WFM View")));
    let header: Vec<&str> = HEAD.trim().split(',').collect();
    let table: Vec<Vec<&str>> = std::iter::once(header.clone()).chain(accounts.map(|one| one.to_vec())).collect();
    fs::write(workspace.path("people.xlsx"), Workbook::with_rows(&rows_of(&table)).bytes()).unwrap();
    let object = |cells: &[&str; 8]| -> serde_json::Value {
        header.iter().zip(cells).map(|(header, cell)| ((*header).to_owned(), serde_json::Value::from(*cell))).collect()
    };
    let document = serde_json::Value::from(accounts.iter().map(object).collect::<Vec<_>>());
    workspace.write("people.json", document.to_string());
    for name in ["sorted.csv", "inserted.csv", "header.csv", "people.xlsx", "people.json"] {
        let report = check_of(&workspace, &[], &[name]).ends(0, "pass");
        assert_eq!((outcomes(&report).len(), said(&report).len()), (held, 0), "{name}");
    }
}

#[test]
fn update_takes_out_what_is_gone_and_takes_in_nothing_unasked() {
    let workspace = site();
    create(&workspace, &["--reason", "first"]);
    let before = workspace.read("people.csv");
    let old = workspace.read(FILE);
    // One is gone, one is new, one is in another state.
    let changed = before
        .replace("My View", "EnterpriseView")
        .replace("api.payroll@acme.example,Administrator,Default Team", "api.payroll@acme.example,Administrator,");
    workspace.write("people.csv", &changed);
    let ran = baseline(&workspace, &["update", FILE]);
    assert!(
        ran.exit == 1 && ran.out.starts_with("baseline.jsonl: +1 −1 ~0, nothing is written\nnew: team-blank: "),
        "{ran}"
    );
    assert_eq!(workspace.read(FILE), old);
    baseline(&workspace, &["update", FILE, "--accept-new"]).refused(&["--reason"]);
    baseline(&workspace, &["update", FILE, "--accept-new", "--reason", " "]).refused(&["--reason"]);
    let later = ["update", FILE, "--accept-new", "--reason", "second", "--as-of", "2026-12-01"];
    assert_eq!(baseline(&workspace, &later).out, "baseline.jsonl: +1 −1 ~0\n");
    let mut told: Vec<_> =
        entries(&workspace).iter().map(|one| format!("{} {}", one["since"], one["reason"])).collect();
    told.sort();
    assert_eq!(told, ["\"2026-11-21\" \"first\"", "\"2026-12-01\" \"second\""], "nothing old is dated again");
    assert_eq!(
        (&header(&workspace)["as_of"], &header(&workspace)["until"]),
        (&"2026-12-01".into(), &"2027-11-22".into())
    );
    let report = check_on(&workspace, "2026-12-02", "UTC").ends(0, "pass");
    assert_eq!(report["ledger"]["baseline"]["oldest"], serde_json::json!({ "since": "2026-11-21", "days": 11 }));
    // Nothing has changed: the same bytes.
    let written = workspace.read(FILE);
    assert_eq!(baseline(&workspace, &["update", FILE, "--as-of", "2026-12-01"]).out, "baseline.jsonl: +0 −0 ~0\n");
    assert_eq!(workspace.read(FILE), written);
    baseline(&workspace, &["update", FILE]).refused(&["is after the day of this run", "--as-of"]);
}

#[test]
fn the_last_day_is_moved_with_a_reason() {
    let workspace = site();
    create(&workspace, &["--until", "2026-12-31"]);
    baseline(&workspace, &["update", FILE, "--until", "2027-03-31"]).refused(&["--until", "--reason"]);
    let late = ["update", FILE, "--as-of", "2027-01-05"];
    baseline(&workspace, &late).refused(&["expired after 2026-12-31", "--until"]);
    let far = [&late[..], &["--until", "2028-01-07", "--reason", "r"]].concat();
    baseline(&workspace, &far).refused(&["more than 366 days after 2027-01-05", "up to 2028-01-06"]);
    let past = [&late[..], &["--until", "2027-01-04", "--reason", "r"]].concat();
    baseline(&workspace, &past).refused(&["before the day of the run"]);
    let ran = baseline(
        &workspace,
        &[&late[..], &["--until", "2027-03-31", "--reason", "the clean-up takes longer"]].concat(),
    );
    assert_eq!(ran.exit, 0, "{ran}");
    let header = header(&workspace);
    assert_eq!((&header["until"], &header["reason"]), (&"2027-03-31".into(), &"the clean-up takes longer".into()));
    check_on(&workspace, "2027-03-31", "UTC").ends(0, "pass");
}

#[test]
fn what_cannot_be_told_apart_and_passwords_are_left_out() {
    let canary = "zQ7canaryXv9";
    let head = HEAD.trim().to_owned() + ",Password\n";
    let rows = [
        row("", "Default Team", "My View").trim().to_owned() + ",\n",
        row("api.x@acme.example", "Default Team", "My View").trim().to_owned() + "," + canary + "\n",
    ];
    let workspace = Workspace::with(&[("people.csv", &(head + &rows.concat()))]);
    let ran = baseline(&workspace, &["create", "-o", FILE]);
    assert_eq!(ran.exit, 0, "{ran}");
    for words in [
        "left out: 1 × main-view-not-enterprise: its account has no user name, or shares it with another account",
        "left out: 1 × password-literal: it is about a password: change it, and remove it from the file",
    ] {
        assert!(ran.out.contains(words), "{ran}");
    }
    assert!(!workspace.read(FILE).contains(canary) && !ran.out.contains(canary));
    let report = check(&workspace, &[]).ends(1, "fail");
    assert_eq!(report.by_rule("password-literal")[0]["outcome"], "fail");
}

#[test]
fn whatever_is_written_can_be_read_again() {
    let workspace = site();
    create(&workspace, &["--reason", "moyens\u{a0}: \u{1f469}\u{200d}\u{1f4bb} \u{e0001}"]);
    assert!(!workspace.read(FILE).contains('\u{a0}'));
    check(&workspace, &[]).ends(0, "pass");
    let ran = baseline(&workspace, &["create", "-o", "other.jsonl", "--reason", "\u{200b}\u{a0}"]);
    assert_eq!((ran.exit, ran.err.contains("`--reason` is blank")), (2, true), "{ran}");
}

#[test]
fn a_baseline_is_a_file() {
    let workspace = site();
    let ran = baseline(&workspace, &["create", "-o", "-"]);
    ran.refused(&["standard output", "`-o baseline.jsonl`"]);
    assert!(ran.out.is_empty() && !workspace.path("-").exists(), "{ran}");
}

#[test]
fn nothing_is_written_over_another_file_or_of_an_incomplete_run() {
    let workspace = site();
    workspace.write(FILE, "mine");
    baseline(&workspace, &["create", "-o", FILE]).refused(&["exists", "rolecall baseline update"]);
    baseline(&workspace, &["create", "-o", "people.csv"]).refused(&["exists"]);
    baseline(&workspace, &["create", "-o", "nowhere/b.jsonl"]).refused(&["does not exist", "Create it first"]);
    assert_eq!(workspace.read(FILE), "mine");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("elsewhere.jsonl", workspace.path("link.jsonl")).unwrap();
        baseline(&workspace, &["create", "-o", "link.jsonl"]).refused(&["exists"]);
    }
    let table = workspace.read("people.csv") + "API,Late,api.late@acme.example,A,T,S,V,maybe\n";
    workspace.write("people.csv", table);
    let before = workspace.names();
    let ran = baseline(&workspace, &["create", "-o", "new.jsonl"]);
    assert!(ran.exit == 3 && ran.err.contains("INCOMPLETE") && ran.err.contains("not judged: "), "{ran}");
    assert_eq!(workspace.names(), before, "not even a part of it");
}

#[test]
fn identities_of_a_site_need_its_key() {
    let workspace = site();
    workspace.write("key", "0123456789abcdef0123456789abcdef");
    workspace.write("other", "0123456789abcdef0123456789abcdeF");
    create(&workspace, &["--redact-key", "key"]);
    let key = header(&workspace)["key"].as_str().unwrap().to_owned();
    assert!(key.len() == 32 && !workspace.read(FILE).contains("\"key\":\"key\""), "{key}");
    check(&workspace, &["--redact-key", "key"]).ends(0, "pass");
    check(&workspace, &["--redact-key", "key", "--redact", "identities"]).ends(0, "pass");
    check(&workspace, &[]).refused(&["another key", "--redact-key", "baseline.jsonl:1"]);
    check(&workspace, &["--redact-key", "other"]).refused(&["another key"]);
    let keyed = entries(&workspace);
    assert_eq!(baseline(&workspace, &["update", FILE, "--redact-key", "key"]).exit, 0);
    fs::remove_file(workspace.path(FILE)).unwrap();
    create(&workspace, &[]);
    check(&workspace, &["--redact-key", "key"]).refused(&["another key", "Leave out `--redact-key`"]);
    let plain = entries(&workspace);
    let of = |all: &[serde_json::Value], key: &str| all.iter().map(|one| one[key].to_string()).collect::<Vec<_>>();
    for key in ["identity", "state", "subject"] {
        assert!(of(&keyed, key).iter().all(|hash| !of(&plain, key).contains(hash)), "{key}");
    }
}

#[test]
fn each_tenant_has_a_baseline_of_its_own() {
    let project = "[tenants.acme]\ninputs = [\"acme.csv\"]\n[tenants.beta]\ninputs = [\"beta.csv\"]\n[policy]\nbaseline = \"b-{tenant}.jsonl\"\n";
    let table = |view: &str| HEAD.to_owned() + &row("api.x@acme.example", "Default Team", view) + GOOD;
    let workspace = Workspace::with(&[("acme.csv", &table("My View")), ("beta.csv", &table("EnterpriseView"))]);
    workspace.write("rolecall.toml", format!("{project}[licenses.\"System Administrator\"]\nseats = 9\n"));
    let run = |args: &[&str]| workspace.run(&[args, &["--all-api-users", "--as-of", AS_OF]].concat());
    run(&["baseline", "create", "-o", "b.jsonl"]).refused(&["{tenant}"]);
    let ran = run(&["baseline", "create", "-o", "b-{tenant}.jsonl"]);
    assert_eq!(ran.exit, 0, "{ran}");
    let ran = run(&["check"]);
    assert!(ran.exit == 0 && ran.out.contains("1 baselined"), "{ran}");
    assert_eq!(run(&["baseline", "update", "b-{tenant}.jsonl"]).exit, 0);
    // The findings of one tenant are not those of another.
    workspace.write("beta.csv", table("My View"));
    fs::copy(workspace.path("b-acme.jsonl"), workspace.path("b-beta.jsonl")).unwrap();
    let ran = run(&["check", "--tenant", "beta"]);
    assert!(ran.exit != 0 && ran.exit != 1, "{ran}");
    assert!(format!("{}{}", ran.out, ran.err).contains("it was made for tenant `acme`"), "{ran}");
    // One that is missing leaves its tenant unjudged, and no other.
    fs::remove_file(workspace.path("b-beta.jsonl")).unwrap();
    let ran = run(&["check", "--format", "json"]);
    let fleet: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.exit, &fleet["tenants"][0]["verdict"], &fleet["tenants"][1]["verdict"]),
        (3, &"pass".into(), &"incomplete".into())
    );
}
