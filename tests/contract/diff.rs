//! `rolecall diff`: what is new, fixed or changed and why; who joined, left, was raised or lowered; and what cannot be compared,
//! which is never called fixed.

use jsonschema::{Draft, PatternOptions};
use serde_json::Value;

use crate::support::workbook::{Workbook, rows_of_texts};
use crate::support::workspace::{AS_OF, Ran, Workspace, nothing_wrong};

const SCHEMA: &str = include_str!("../../schema/diff.schema.json");
const FORMS: [&str; 6] = ["human", "json", "csv", "markdown", "html", "sarif"];
const HEAD: &str = "User Name,First Name,Last Name,Roles,Team,Scope,WFM Views,Active,Employee ID\n";
const PAYROLL: &str =
    "api.payroll@acme.example,API,Payroll,Administrator,Default Team,Operations,EnterpriseView,yes,\n";
const CRM: &str = "api.crm@acme.example,API,Crm,Administrator,Default Team,Operations,My View,yes,\n";
const LEE: &str = "lee.wfm@acme.example,Lee,Wfm,Auditor,Billing,Billing,EnterpriseView,yes,17\n";
const CONFIG: &str =
    "[api-users]\npatterns = [{ regex = \"^api\\\\.\", max = 9 }]\n[licenses.\"System Administrator\"]\nseats = 9\n";

fn people(rows: &[&str]) -> String {
    format!("{HEAD}{}", rows.concat())
}

fn world(old: &str, new: &str) -> Workspace {
    Workspace::with(&[("old.csv", old), ("new.csv", new), ("rolecall.toml", CONFIG)])
}

fn diff(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["diff", "--as-of", AS_OF], args].concat())
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

/// Exit code and report of two exports.
fn json(old: &str, new: &str, args: &[&str]) -> (i32, Value) {
    let ran = diff(&world(old, new), &[&["old.csv", "new.csv", "--format", "json"], args].concat());
    (ran.exit, json_of(&ran))
}

/// `new team-blank api.x`, for every finding that is not unchanged.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter().filter(|one| one["bucket"] != "unchanged");
    all.map(|one| {
        let side = if one["new"].is_null() { &one["old"] } else { &one["new"] };
        let account = side["account"].as_str().unwrap_or("tenant").split('@').next().unwrap();
        format!("{} {} {account}", one["bucket"].as_str().unwrap(), side["rule"].as_str().unwrap())
    })
    .collect()
}

fn accounts(report: &Value) -> Vec<String> {
    let all = report["accounts"].as_array().unwrap().iter();
    all.map(|one| {
        let account = one["account"].as_str().unwrap().split('@').next().unwrap();
        format!("{} {account}", one["bucket"].as_str().unwrap())
    })
    .collect()
}

/// The causes of the first finding that changed.
fn causes(report: &Value) -> Value {
    let mut all = report["findings"].as_array().unwrap().iter();
    all.find(|one| one["bucket"] != "unchanged").unwrap_or_else(|| panic!("{report:#}"))["causes"].clone()
}

#[test]
fn what_means_the_same_is_no_difference() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let columns =
        "Employee ID,Active,Roles,Team,Associated Groups and Teams,WFM Views,Last Name,First Name,User Name\n";
    let turned: String = [PAYROLL, CRM, LEE]
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.trim().split(',').collect();
            let order = [8, 7, 3, 4, 5, 6, 2, 1, 0].map(|at| cells[at]);
            format!("{}\n", order.join(","))
        })
        .collect();
    let same = [
        ("the same bytes", old.clone()),
        ("another order", people(&[LEE, CRM, PAYROLL])),
        ("another case of the user name", old.replace("lee.wfm@", "Lee.WFM@")),
        ("another order of the columns", format!("{columns}{turned}")),
        ("another separator", old.replace(',', ";")),
    ];
    let mut wrong = Vec::new();
    for (what, new) in same {
        let (exit, report) = json(&old, &new, &[]);
        if exit != 0 || !findings(&report).is_empty() || !accounts(&report).is_empty() {
            wrong.push(format!("{what}: exit {exit}: {report:#}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn one_changed_cell_has_one_cause_and_two_places() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let (exit, report) =
        json(&old, &old.replace("Payroll,Administrator,Default Team", "Payroll,Administrator,Billing"), &[]);
    assert_eq!((exit, findings(&report)), (1, vec!["new team-not-allowed api.payroll".to_owned()]), "{report:#}");
    assert_eq!(causes(&report), serde_json::json!([["data"]]));
    let account = &report["accounts"][0];
    assert_eq!(accounts(&report), ["moved api.payroll"]);
    assert_eq!((account["fields"].as_array().unwrap().len(), &account["fields"][0]["field"]), (1, &"team".into()));
    assert_eq!(account["fields"][0]["old"]["label"]["file"], "old.csv");
    assert_eq!(account["fields"][0]["new"]["label"]["column"], 52, "{account:#}");
    assert_eq!(report["factors"]["data"], true);
    let (exit, back) =
        json(&old.replace("Payroll,Administrator,Default Team", "Payroll,Administrator,Billing"), &old, &[]);
    assert_eq!((exit, findings(&back)), (0, vec!["fixed team-not-allowed api.payroll".to_owned()]));
    assert_eq!(json(&old.replace("Default Team", "Billing"), &old, &["--fail-on", "any"]).0, 1);
    assert_eq!(json(&old, &old.replace("Default Team", "Billing"), &["--fail-on", "never"]).0, 0);
}

#[test]
fn accounts_end_in_their_buckets() {
    let old = people(&[PAYROLL, LEE]);
    let with = |from: &str, to: &str| people(&[PAYROLL, &LEE.replace(from, to)]);
    let cases = [
        ("an administrator", with("Auditor", "Administrator; Auditor"), "raised lee.wfm"),
        ("an administrator in place of an auditor", with("Auditor", "Administrator"), "raised lee.wfm"),
        ("one more role", with("Auditor", "Auditor; Evaluator"), "raised lee.wfm"),
        ("no role", with("Auditor", ""), "lowered lee.wfm"),
        ("another role", with("Auditor", "Evaluator"), "moved lee.wfm"),
        ("another team", with("Billing,Billing", "Claims,Billing"), "moved lee.wfm"),
        ("a wider scope", with("Billing,Billing", "Billing,Billing; Claims"), "raised lee.wfm"),
        ("inactive", with("yes,17", "no,17"), "lowered lee.wfm"),
        ("another employee id", with(",17", ",18"), ""),
        ("gone", people(&[PAYROLL]), "left lee.wfm"),
    ];
    let opposite = |bucket: &str| {
        let pairs = [("raised", "lowered"), ("lowered", "raised"), ("left", "joined"), ("moved", "moved")];
        pairs.iter().find_map(|(one, other)| bucket.strip_prefix(one).map(|rest| format!("{other}{rest}")))
    };
    let mut wrong = Vec::new();
    for (what, new, expected) in cases {
        let (there, back) = (accounts(&json(&old, &new, &[]).1), accounts(&json(&new, &old, &[]).1));
        let expected: Vec<String> =
            Some(expected).filter(|one| !one.is_empty()).map(str::to_owned).into_iter().collect();
        let mirrored: Vec<String> = expected.iter().filter_map(|one| opposite(one)).collect();
        if there != expected || back != mirrored {
            wrong.push(format!("{what}: {there:?}, and back {back:?}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn a_renamed_account_left_and_joined_with_a_note() {
    let old = people(&[PAYROLL, LEE]);
    let (exit, report) = json(&old, &old.replace("lee.wfm@", "lee.jones@"), &[]);
    assert_eq!((exit, accounts(&report)), (0, vec!["joined lee.jones".to_owned(), "left lee.wfm".to_owned()]));
    for (at, other) in [(0, "lee.wfm@acme.example"), (1, "lee.jones@acme.example")] {
        let note = report["accounts"][at]["notes"][0].as_str().unwrap();
        assert!(note.contains("likely one account") && note.contains(other) && note.contains("employee id"), "{note}");
    }
    // An id on two accounts tells nothing.
    let kim = LEE.replace("lee.wfm", "kim.wfm");
    let (_, report) = json(&old, &people(&[PAYROLL, &kim, &LEE.replace("lee.wfm", "lee.jones")]), &[]);
    assert!(
        report["accounts"].as_array().unwrap().iter().all(|one| one["notes"] == serde_json::json!([])),
        "{report:#}"
    );
}

const PACK: &str = "name = \"acme\"\nversion = \"1.0.0\"\nrequires = \">=0.1\"\n";
const WAIVER: &str = "[[waivers]]\nid = \"W-1\"\nrule = \"main-view-not-enterprise\"\naccount = \"api.crm@acme.example\"\nvalue = \"My View\"\nreason = \"moves in March\"\napproved-by = \"dana.ops@acme.example\"\napproved-on = 2026-11-01\nuntil = 2026-11-20\n";

#[test]
fn each_factor_alone_is_the_cause() {
    let same = people(&[PAYROLL, CRM, LEE]);
    // The view of api.crm is waived until yesterday.
    let workspace = world(&same, &format!("{same}\n"));
    workspace.write("waivers.toml", WAIVER);
    workspace.write("other.toml", format!("{CONFIG}[severity]\nmain-view-not-enterprise = \"note\"\n"));
    let run = |args: &[&str]| {
        let day: &[&str] = if args.contains(&"--as-of") { &[] } else { &["--as-of", AS_OF] };
        let given = ["diff", "old.csv", "new.csv", "--format", "json"];
        let ran = workspace.run(&[&given[..], day, args].concat());
        (ran.exit, json_of(&ran))
    };
    let (exit, report) = run(&["--waivers", "waivers.toml", "--old-as-of", "2026-11-20"]);
    assert_eq!(exit, 1, "{report:#}");
    let told: Vec<String> = findings(&report);
    assert_eq!(
        told,
        ["changed main-view-not-enterprise api.crm", "new waiver-expired tenant", "fixed waiver-ends-soon tenant"],
        "only the day, past `until`"
    );
    assert_eq!(causes(&report), serde_json::json!([["time"]]));
    assert_eq!(
        (&report["findings"][0]["old"]["outcome"], &report["findings"][0]["new"]["outcome"]),
        (&"waived".into(), &"fail".into())
    );
    let (exit, report) = run(&["--old-waivers", "waivers.toml", "--as-of", "2026-11-20"]);
    assert_eq!((exit, causes(&report)), (1, serde_json::json!([["waiver"]])), "a waiver removed");
    let made = workspace.run(&["baseline", "create", "-o", "base.jsonl", "old.csv", "--as-of", AS_OF]);
    assert_eq!(made.exit, 0, "{made}");
    let (exit, report) = run(&["--old-baseline", "base.jsonl"]);
    assert_eq!((exit, causes(&report)), (1, serde_json::json!([["baseline"]])), "a baseline removed: {report:#}");
    assert_eq!(run(&["--baseline", "base.jsonl"]).0, 0, "held on both sides");
    let (exit, report) = run(&["--old-config", "other.toml"]);
    assert_eq!((exit, findings(&report)), (1, vec!["changed main-view-not-enterprise api.crm".to_owned()]));
    assert_eq!(causes(&report), serde_json::json!([["config"]]));
    assert_eq!(run(&["--config", "other.toml", "--old-config", "rolecall.toml"]).1["counts"]["findings"]["changed"], 1);
}

#[test]
fn a_rule_file_is_the_cause() {
    let same = people(&[PAYROLL, LEE]);
    let workspace = world(&same, &format!("{same}\n"));
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules/rules");
    assert!(fixture.is_dir() && PACK.contains("acme"));
    for folder in ["before", "after"] {
        std::fs::create_dir(workspace.path(folder)).unwrap();
        for file in std::fs::read_dir(&fixture).unwrap().map(Result::unwrap) {
            let text = std::fs::read_to_string(file.path()).unwrap();
            std::fs::write(workspace.path(folder).join(file.file_name()), text).unwrap();
        }
    }
    let before =
        diff(&workspace, &["old.csv", "new.csv", "--pack", "after", "--old-pack", "before", "--format", "json"]);
    assert_eq!(json_of(&before)["factors"]["rule"], false, "{before}");
    let rule = std::fs::read_dir(workspace.path("after")).unwrap().map(|file| file.unwrap().path());
    let mut rule: Vec<_> = rule.filter(|path| !path.ends_with("pack.toml")).collect();
    rule.sort();
    for path in rule {
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = text.replacen("severity = \"error\"", "severity = \"warning\"", 1);
        std::fs::write(
            &path,
            if changed == text { text.replacen("severity = \"warning\"", "severity = \"error\"", 1) } else { changed },
        )
        .unwrap();
    }
    let after =
        diff(&workspace, &["old.csv", "new.csv", "--pack", "after", "--old-pack", "before", "--format", "json"]);
    let report = json_of(&after);
    assert_eq!(report["factors"]["rule"], true, "{after}");
    let changed: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|one| one["bucket"] == "changed").collect();
    assert!(!changed.is_empty() && changed.iter().all(|one| one["causes"] == serde_json::json!([["rule"]])), "{after}");
}

#[test]
fn an_earlier_pack_takes_the_place_of_the_one_that_the_config_names() {
    let same = people(&[PAYROLL, LEE]);
    let workspace = world(&same, &format!("{same}\n"));
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules/rules");
    for folder in ["before", "after"] {
        std::fs::create_dir(workspace.path(folder)).unwrap();
        for file in std::fs::read_dir(&fixture).unwrap().map(Result::unwrap) {
            let text = std::fs::read_to_string(file.path()).unwrap();
            let changed = text.replacen("severity = \"error\"", "severity = \"warning\"", 1);
            let text = if folder == "after" { changed } else { text };
            std::fs::write(workspace.path(folder).join(file.file_name()), text).unwrap();
        }
    }
    workspace.write("rolecall.toml", format!("{CONFIG}[packs]\nfolders = [\"after\"]\n"));
    let ran = diff(&workspace, &["old.csv", "new.csv", "--old-pack", "before", "--format", "json"]);
    let factors = &json_of(&ran)["factors"];
    assert_eq!((&factors["rule"], &factors["config"]), (&true.into(), &false.into()), "{ran}");
}

#[test]
fn what_only_two_factors_make_is_told_together() {
    let good = people(&[PAYROLL, CRM.replace("My View", "EnterpriseView").as_str(), LEE]);
    let workspace = world(&good, &people(&[PAYROLL, CRM, LEE]));
    workspace.write("waivers.toml", WAIVER);
    let args = ["old.csv", "new.csv", "--as-of", "2026-11-10", "--old-waivers", "waivers.toml"];
    let ran = workspace.run(&[&["diff", "--format", "json"], &args[..]].concat());
    let report = json_of(&ran);
    let view =
        report["findings"].as_array().unwrap().iter().find(|one| one["new"]["rule"] == "main-view-not-enterprise");
    assert_eq!((ran.exit, &view.unwrap()["causes"]), (1, &serde_json::json!([["data", "waiver"]])), "{report:#}");
    let human = workspace.run(&[&["diff"], &args[..]].concat());
    assert!(human.out.contains("cause: the data and the waivers together"), "{human}");
}

#[test]
fn of_five_factors_one_two_or_all_are_told() {
    let old = people(&[PAYROLL, &CRM.replace("My View", "EnterpriseView"), LEE]);
    let new = people(&[&PAYROLL.replace("Administrator,Default Team", "Auditor,Billing"), CRM, LEE]);
    let workspace = world(&old, &new);
    let severity = "[severity]\nmain-view-not-enterprise = \"warning\"\nadministrator-role-missing = \"warning\"\n";
    workspace.write("before.toml", format!("{CONFIG}{severity}"));
    workspace.write("waivers.toml", WAIVER);
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules/rules");
    for folder in ["before", "after"] {
        std::fs::create_dir(workspace.path(folder)).unwrap();
        for file in std::fs::read_dir(&fixture).unwrap().map(Result::unwrap) {
            let text = std::fs::read_to_string(file.path()).unwrap();
            let comment = if folder == "after" { "# Reviewed.\n" } else { "" };
            std::fs::write(workspace.path(folder).join(file.file_name()), format!("{comment}{text}")).unwrap();
        }
    }
    let args = ["diff", "old.csv", "new.csv", "--old-config", "before.toml", "--pack", "after", "--old-pack", "before"];
    let more = ["--old-waivers", "waivers.toml", "--old-as-of", "2026-11-10", "--as-of", AS_OF, "--format", "json"];
    let ran = workspace.run(&[&args[..], &more].concat());
    let report = json_of(&ran);
    let causes = |rule: &str| {
        let all = report["findings"].as_array().unwrap().iter();
        let mut of_rule = all.filter(|one| one["bucket"] == "new" && one["new"]["rule"] == rule);
        of_rule.next().unwrap_or_else(|| panic!("{rule}: {report:#}"))["causes"].clone()
    };
    let differing = ["data", "rule", "config", "waiver", "time"];
    let is_told = |(factor, state): (&String, &Value)| *state == differing.contains(&factor.as_str());
    assert!(report["factors"].as_object().unwrap().iter().all(is_told), "{}", report["factors"]);
    assert_eq!(causes("team-not-allowed"), serde_json::json!([["data"]]));
    assert_eq!(causes("administrator-role-missing"), serde_json::json!([["data", "config"]]));
    assert_eq!(causes("main-view-not-enterprise"), serde_json::json!([differing]), "three make it, and no two");
}

#[test]
fn a_workbook_is_compared_as_a_table_is() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let new = people(&[&PAYROLL.replace("Default Team", "Billing"), &LEE.replace("Auditor", "Administrator")]);
    let sheet = |text: &str| {
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        Workbook::with_rows(&rows_of_texts(&rows)).bytes()
    };
    let workspace = world(&old, &new);
    workspace.write("old.xlsx", sheet(&old));
    workspace.write("new.xlsx", sheet(&new));
    let of = |one: &str, other: &str| {
        let ran = diff(&workspace, &[one, other, "--format", "json"]);
        let report = json_of(&ran);
        (ran.exit, findings(&report), accounts(&report), report)
    };
    let (exit, due, who, _) = of("old.csv", "new.csv");
    let lists = [&due[..], &who].concat();
    for part in
        ["new team-not-allowed api.payroll", "fixed main-view-not-enterprise api.crm", "left api.crm", "raised lee.wfm"]
    {
        assert!(lists.iter().any(|one| one == part), "{part}: {lists:?}");
    }
    for (one, other) in [("old.csv", "new.xlsx"), ("old.xlsx", "new.csv"), ("old.xlsx", "new.xlsx")] {
        let told = of(one, other);
        assert_eq!((told.0, &told.1, &told.2), (exit, &due, &who), "{one}, {other}");
    }
    assert_eq!(of("old.xlsx", "old.csv").0, 0);
    let report = of("old.csv", "new.xlsx").3;
    let moved = report["accounts"].as_array().unwrap().iter().find(|one| one["bucket"] == "moved").unwrap();
    let label = &moved["fields"][0]["new"]["label"];
    assert_eq!((&label["sheet"], &label["cell"]), (&"Users".into(), &"E2".into()), "{moved:#}");
}

#[test]
fn a_report_that_says_a_thing_twice_or_leaves_it_out_is_refused() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let workspace = world(&old, &old.replace("My View", "EnterpriseView"));
    for (csv, output) in [("old.csv", "json=old.json"), ("new.csv", "json=new.json")] {
        workspace.run(&["check", csv, "--as-of", AS_OF, "--digest", "--output", output]);
    }
    let text = workspace.read("old.json");
    let verdict = "\"verdict\": \"fail\",";
    workspace.write("key.json", text.replacen(verdict, &format!("\"verdict\": \"pass\", {verdict}"), 1));
    let message = "\"basis\": \"vendor\",";
    workspace.write("nested.json", text.replacen(message, &format!("\"basis\": \"site\", {message}"), 1));
    let mut report: Value = serde_json::from_str(&text).unwrap();
    let found = report["diagnostics"].as_array_mut().unwrap();
    let mut second = found[0].clone();
    second["state"] = "0123456789abcdef0123456789abcdef".into();
    found.push(second);
    workspace.write("finding.json", report.to_string());
    report["diagnostics"].as_array_mut().unwrap().clear();
    workspace.write("none.json", report.to_string());
    assert_eq!(diff_of(&workspace, &["old.json", "new.json"]).exit, 0);
    for (file, why) in [
        ("key.json", "same key twice"),
        ("nested.json", "same key twice"),
        ("finding.json", "same identity"),
        ("none.json", "leaves findings out"),
    ] {
        assert_ne!(workspace.read(file), text, "{file}");
        for args in [[file, "new.json"], ["new.json", file]] {
            diff_of(&workspace, &args).refused(&[file, why, "rolecall check --format json"]);
        }
    }
}

fn diff_of(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["diff"], args].concat())
}

#[test]
fn what_was_not_looked_for_is_never_fixed() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let without_views: String = old
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let kept: Vec<&str> = cells.iter().enumerate().filter(|(at, _)| *at != 6).map(|(_, cell)| *cell).collect();
            format!("{}\n", kept.join(","))
        })
        .collect();
    let cases = [
        ("a column that is gone", without_views),
        ("an account that is inactive", old.replace("My View,yes", "My View,no")),
        ("an account that is there twice", format!("{old}{CRM}")),
        ("an export that breaks off", old[..old.len() - 30].to_owned()),
        ("a name that is blank", old.replace("api.crm@acme.example", "")),
    ];
    let mut wrong = Vec::new();
    for (what, new) in cases {
        let (exit, report) = json(&old, &new, &[]);
        let told = findings(&report);
        let is_open = told.iter().all(|one| !one.starts_with("fixed"));
        let no_left = accounts(&report).iter().all(|one| !one.starts_with("left"));
        if exit != 3 || !is_open || !no_left {
            wrong.push(format!("{what}: exit {exit}, {told:?}, {:?}", accounts(&report)));
        }
    }
    let off = format!("{CONFIG}[severity]\nmain-view-not-enterprise = \"off\"\n");
    let workspace = world(&old, &old);
    workspace.write("off.toml", off);
    let ran = diff(
        &workspace,
        &["old.csv", "new.csv", "--config", "off.toml", "--old-config", "rolecall.toml", "--format", "json"],
    );
    assert_eq!(
        (ran.exit, findings(&json_of(&ran))),
        (3, vec!["incomparable main-view-not-enterprise api.crm".to_owned()])
    );
    // Nor is anything called clean if the rule found nothing as long as it was on.
    workspace.write("old.csv", old.replace("My View", "EnterpriseView"));
    let args = ["old.csv", "new.csv", "--config", "off.toml", "--old-config", "rolecall.toml"];
    let ran = diff(&workspace, &args);
    assert!(ran.exit == 3 && ran.out.contains("`main-view-not-enterprise` demands could not be compared"), "{ran}");
    assert_eq!(diff(&workspace, &args[..4]).exit, 0, "off on both sides");
    nothing_wrong(wrong);
}

#[test]
fn what_a_cell_in_doubt_hides_is_neither_fixed_nor_new() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let doubts = [
        ("a failed formula", "#REF!", "cannot be read with certainty"),
        ("a word for nothing", "n/a", "cannot be read with certainty"),
        ("perhaps two names", "EnterpriseView/My View", "cannot be read with certainty"),
        ("a damaged mark of activity", "EnterpriseView,perhaps", "could not be read"),
    ];
    let mut wrong = Vec::new();
    for (what, cell, why) in doubts {
        let from = if cell.contains(',') { "My View,yes" } else { "My View" };
        let doubtful = old.replace(from, cell);
        for (one, other, side) in [(&old, &doubtful, "NEW"), (&doubtful, &old, "OLD")] {
            let (exit, report) = json(one, other, &[]);
            let told = findings(&report);
            let reason = report["findings"][0]["why"].as_str().unwrap_or_default();
            let is_open = told == ["incomparable main-view-not-enterprise api.crm"];
            if exit != 3 || !is_open || !reason.starts_with(side) || !reason.contains(why) {
                wrong.push(format!("{what}: exit {exit}, {told:?}, {reason}"));
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn accounts_without_user_names_are_never_taken_for_others() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let nameless = old.replace("User Name,", "Login of old,");
    for (one, other) in [(&old, &nameless), (&nameless, &old)] {
        let (exit, report) = json(one, other, &[]);
        let all = accounts(&report);
        assert!(exit == 3 && all.len() == 6 && all.iter().all(|one| one.starts_with("incomparable")), "{report:#}");
    }
    let blank = |row: &str, id: &str| row.replace("lee.wfm@acme.example", "").replace(",17", id);
    let one = people(&[PAYROLL, &blank(LEE, ",17")]);
    assert_eq!(accounts(&json(&one, &people(&[&blank(LEE, ",17"), PAYROLL]), &[]).1), Vec::<String>::new());
    let cases = [
        ("another id", people(&[PAYROLL, &blank(LEE, ",18")])),
        ("another first name", people(&[PAYROLL, &blank(LEE, ",17").replace(",Lee,", ",Kim,")])),
        ("another role", people(&[PAYROLL, &blank(LEE, ",17").replace("Auditor", "Agent")])),
    ];
    for (what, other) in cases {
        let (exit, report) = json(&one, &other, &[]);
        assert_eq!((exit, accounts(&report)), (3, vec!["incomparable #2".to_owned(); 2]), "{what}: {report:#}");
    }
    // One that is gone may be the one whose name is blank now.
    let (exit, report) = json(&old, &people(&[PAYROLL, CRM, &blank(LEE, ",17")]), &[]);
    assert_eq!((exit, accounts(&report)), (3, vec!["incomparable #3".to_owned(), "incomparable lee.wfm".to_owned()]));
}

#[test]
fn a_leaver_is_told_unless_the_account_may_be_there() {
    let kim = LEE.replace("lee.wfm", "kim.ops").replace("Lee,Wfm", "Kim,Ops").replace(",17", ",18");
    let old = people(&[PAYROLL, CRM, LEE, &kim]);
    let doubtful = CRM.replace("My View", "#REF!");
    let blank = LEE.replace("lee.wfm@acme.example", "");
    let damaged = LEE.replace("lee.wfm@acme.example", "#REF!");
    let refused = CRM.replace(",yes", ",perhaps");
    let cases = [
        ("a cell in doubt", &old, people(&[PAYROLL, &doubtful, LEE]), vec!["left kim.ops"]),
        (
            "a name that is gone",
            &people(&[PAYROLL, LEE]),
            people(&[PAYROLL, &blank]),
            vec!["incomparable #2", "incomparable lee.wfm"],
        ),
        (
            "a name in doubt",
            &people(&[PAYROLL, LEE]),
            people(&[PAYROLL, &damaged]),
            vec!["incomparable #REF!", "incomparable lee.wfm"],
        ),
        (
            "a refused record",
            &people(&[PAYROLL, CRM, &kim]),
            people(&[PAYROLL, &refused]),
            vec!["incomparable api.crm", "incomparable kim.ops"],
        ),
    ];
    let mut wrong = Vec::new();
    for (what, old, new, due) in cases {
        for (one, other, word) in [(old, &new, "left"), (&new, old, "joined")] {
            let mut told = accounts(&json(one, other, &[]).1);
            let mut due: Vec<String> = due.iter().map(|one| one.replace("left", word)).collect();
            told.sort();
            due.sort();
            if told != due {
                wrong.push(format!("{what}, {word}: {told:?}"));
            }
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn a_second_wrong_view_beside_a_first_is_new() {
    let first = CRM.replace("My View", "My View (main)");
    let second = CRM.replace("My View", "Other View (main)");
    let (exit, report) = json(&people(&[PAYROLL, &first]), &people(&[PAYROLL, &second]), &[]);
    assert_eq!((exit, findings(&report)), (1, vec!["changed main-view-not-enterprise api.crm".to_owned()]));
    let more = PAYROLL.replace("EnterpriseView", "My View");
    let (exit, report) = json(&people(&[PAYROLL, &first]), &people(&[&more, &first]), &[]);
    assert_eq!((exit, findings(&report)), (1, vec!["new main-view-not-enterprise api.payroll".to_owned()]));
    assert_eq!(report["counts"]["findings"]["unchanged"], 1);
    // Beside it in the same cell.
    let both = CRM.replace("My View", "My View (main); Other View (main)");
    let turned = CRM.replace("My View", "Other View (main); My View (main)");
    for (old, new) in [(&first, &both), (&both, &first), (&second, &both)] {
        let (exit, report) = json(&people(&[PAYROLL, old]), &people(&[PAYROLL, new]), &[]);
        assert_eq!((exit, findings(&report)), (1, vec!["changed main-view-not-enterprise api.crm".to_owned()]));
    }
    let (exit, report) = json(&people(&[PAYROLL, &both]), &people(&[PAYROLL, &turned]), &[]);
    assert_eq!((exit, findings(&report)), (0, Vec::new()), "another order: {report:#}");
    let beside_the_due = CRM.replace("My View", "EnterpriseView (main); My View (main)");
    assert_eq!(json(&people(&[PAYROLL, &first]), &people(&[PAYROLL, &beside_the_due]), &[]).0, 0, "as wrong as before");
}

#[test]
fn a_second_unknown_team_beside_a_first_is_new() {
    let scoped = |scope: &str| people(&[&PAYROLL.replace("Operations", scope), LEE]);
    let catalogue = "rolecall: 1\ngroups: [{ name: Operations, teams: [Default Team, Billing] }]\n";
    let workspace = world(&scoped("Operations; Ghosts"), &scoped("Phantoms; Operations; Ghosts"));
    workspace.write("october.yaml", catalogue);
    workspace.write("november.yaml", catalogue);
    let of = |old: &str, new: &str| {
        let ran = diff(&workspace, &[old, new, "--old", "october.yaml", "--new", "november.yaml", "--format", "json"]);
        let report = json_of(&ran);
        let values = report["findings"].as_array().unwrap().iter().filter(|one| one["bucket"] != "unchanged");
        let told = values.map(|one| one.to_string().contains("Phantoms") && !one.to_string().contains("`Ghosts`"));
        (ran.exit, findings(&report), told.collect::<Vec<_>>())
    };
    let due = |bucket: &str| vec![format!("{bucket} scope-unknown api.payroll")];
    assert_eq!(of("old.csv", "new.csv"), (1, due("new"), vec![true]));
    assert_eq!(of("new.csv", "old.csv"), (0, due("fixed"), vec![true]));
}

#[test]
fn an_alternate_taken_back_is_the_cause() {
    let same = people(&[&PAYROLL.replace("Default Team", "Billing"), LEE]);
    let workspace = world(&same, &format!("{same}\n"));
    workspace.write("before.toml", format!("{CONFIG}[teams]\nalternates = [\"Billing\"]\n"));
    workspace.write("after.toml", format!("{CONFIG}[teams]\nalternates = [\"Claims\"]\n"));
    let of = |old: &str, new: &str| {
        let configs = ["--old-config", old, "--config", new, "--format", "json"];
        let ran = diff(&workspace, &[&["old.csv", "new.csv"], &configs[..]].concat());
        let report = json_of(&ran);
        (ran.exit, findings(&report), causes(&report))
    };
    let cause = serde_json::json!([["config"]]);
    let due = |bucket: &str| vec![format!("{bucket} team-not-allowed api.payroll")];
    assert_eq!(of("before.toml", "after.toml"), (1, due("new"), cause.clone()));
    assert_eq!(of("after.toml", "before.toml"), (0, due("fixed"), cause));
}

#[test]
fn one_user_name_in_two_tenants_is_never_taken_for_one_account() {
    let head = HEAD.replace("Employee ID", "Tenant");
    let lee =
        |team: &str, tenant: &str| LEE.replace("Billing,Billing", &format!("{team},Billing")).replace("17", tenant);
    let of = |rows: &[String]| format!("{head}{}", rows.concat());
    let both = of(&[lee("Billing", "Acme"), lee("Claims", "Beta")]);
    let cases = [
        ("of the other tenant", of(&[lee("Billing", "Acme")]), of(&[lee("Claims", "Beta")]), 2),
        ("gone of one tenant", both.clone(), of(&[lee("Billing", "Acme")]), 3),
        ("moved in one tenant", both.clone(), of(&[lee("Claims", "Acme"), lee("Claims", "Beta")]), 3),
    ];
    let mut wrong = Vec::new();
    for (what, old, new, exit) in cases {
        let ran = diff(&world(&old, &new), &["old.csv", "new.csv", "--format", "json"]);
        let is_told = match exit {
            2 => ran.err.contains("Acme") && ran.err.contains("Beta"),
            _ => accounts(&json_of(&ran)).iter().all(|one| one == "incomparable lee.wfm"),
        };
        if ran.exit != exit || !is_told {
            wrong.push(format!("{what}: {ran}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn a_side_that_was_not_read_whole_is_never_clean() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let workspace = world(&old, &old[..old.len() - 30]);
    workspace.write("empty.csv", "");
    workspace.write("head.csv", HEAD);
    workspace.write("page.csv", "<html><body>Please sign in</body></html>\n");
    let mut wrong = Vec::new();
    for file in ["new.csv", "empty.csv", "head.csv", "page.csv", "gone.csv"] {
        for (args, shown) in [(["old.csv", file], "left"), ([file, "old.csv"], "joined")] {
            for form in FORMS {
                let ran = diff(&workspace, &[&args[..], &["--format", form, "--fail-on", "never"]].concat());
                if ran.exit != 3 || ran.out.is_empty() {
                    wrong.push(format!("{args:?} as {form}: {ran}"));
                }
            }
            let report = json_of(&diff(&workspace, &[&args[..], &["--format", "json"]].concat()));
            let is_open = findings(&report).iter().all(|one| one.starts_with("incomparable"));
            if !is_open || accounts(&report).iter().any(|one| one.starts_with(shown)) {
                wrong.push(format!("{args:?}: {:?} {:?}", findings(&report), accounts(&report)));
            }
        }
    }
    nothing_wrong(wrong);
}

/// More than eight threads share.
const LONG: usize = 22_000;

#[test]
fn threads_change_nothing_of_a_long_export() {
    let row = |number: usize, team: &str| {
        let first = "Dana of the night shift ".repeat(6);
        let (name, view) = if number.is_multiple_of(400) { ("api", "My View") } else { ("dana", "EnterpriseView") };
        format!("{name}.{number}@acme.example,{first},Quill,Administrator,{team},Operations,{view},yes,{number}\n")
    };
    // More accounts are moved than are listed; some left, some joined, some are there twice.
    let old: String = (0..LONG).map(|number| row(number, "Default Team")).collect();
    let new = (100..LONG + 100).rev().map(|number| row(number % (LONG + 60), ["Default Team", "Billing"][number % 2]));
    let (old, new) = (format!("{HEAD}{old}"), format!("{HEAD}{}", new.collect::<String>()));
    assert!(old.len() > 8 << 19 && new.len() > 8 << 19, "{} bytes, {} bytes", old.len(), new.len());
    let workspace = world(&old, &new);
    let outputs: Vec<String> = FORMS.iter().map(|form| format!("{form}=report.{form}")).collect();
    let [one, eight] = ["1", "8"].map(|jobs| {
        let mut args = vec!["old.csv", "new.csv", "--jobs", jobs, "--format", "csv"];
        outputs.iter().for_each(|output| args.extend(["--output", output]));
        let ran = diff(&workspace, &args);
        (ran.exit, FORMS.map(|form| workspace.read(&format!("report.{form}"))))
    });
    assert_eq!(one.0, eight.0);
    for (form, (one, eight)) in FORMS.iter().zip(one.1.iter().zip(&eight.1)) {
        assert!(one == eight, "{form}: eight threads say something else");
    }
    let report: Value = serde_json::from_str(&one.1[1]).unwrap();
    let listed = report["accounts"].as_array().unwrap().len();
    assert!(listed == 10_000 && one.1[1].contains("\"left\""), "{listed} listed, {:#}", report["counts"]);
}

#[test]
fn reports_are_compared_by_what_they_say() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let new = people(&[
        &PAYROLL.replace("Administrator", "Administrator; Auditor"),
        CRM.replace("My View", "EnterpriseView").as_str(),
        LEE,
    ]);
    let workspace = world(&old, &new);
    for (side, more) in [("old", &["--digest"][..]), ("new", &["--digest"]), ("bare", &[])] {
        let file = if side == "bare" { "old.csv".to_owned() } else { format!("{side}.csv") };
        let output = format!("json={side}.json");
        let ran = workspace.run(&[&["check", &file, "--as-of", AS_OF, "--output", &output], more].concat());
        assert!(ran.exit < 2, "{ran}");
    }
    let run = |args: &[&str]| {
        let ran = workspace.run(&[&["diff", "--format", "json"], args].concat());
        (ran.exit, json_of(&ran))
    };
    let (exit, report) = run(&["old.json", "new.json"]);
    assert_eq!((exit, findings(&report)), (0, vec!["fixed main-view-not-enterprise api.crm".to_owned()]), "{report:#}");
    assert_eq!(
        (causes(&report), accounts(&report)),
        (serde_json::json!([["data"]]), vec!["raised api.payroll".to_owned()])
    );
    // Without digests of one side nothing is guessed.
    let (_, report) = run(&["bare.json", "new.json"]);
    let one = report["findings"].as_array().unwrap().iter().find(|one| one["bucket"] == "fixed").unwrap();
    assert_eq!((&one["causes"], &one["one_of"]), (&serde_json::json!([]), &serde_json::json!(["data", "config"])));
    let (exit, report) = run(&["old.json", "new.csv", "--as-of", AS_OF]);
    assert_eq!((exit, causes(&report)), (0, serde_json::json!([["data"]])), "a report and an export");
    let (exit, report) = run(&["old.json", "bare.json"]);
    assert_eq!((exit, findings(&report)), (0, Vec::new()));
}

#[test]
fn an_account_that_only_one_side_judges_is_not_compared() {
    let names = |names: &str| {
        CONFIG.replace("patterns = [{ regex = \"^api\\\\.\", max = 9 }]", &format!("user-names = [{names}]"))
    };
    let workspace = world(&people(&[PAYROLL, CRM]), &people(&[&PAYROLL.replace("EnterpriseView", "My View"), CRM]));
    workspace.write("both.toml", names("\"api.payroll@acme.example\", \"api.crm@acme.example\""));
    workspace.write("one.toml", names("\"api.crm@acme.example\""));
    for (old, new, has, lacks) in [("both", "one", "OLD", "NEW"), ("one", "both", "NEW", "OLD")] {
        let (old, new) = (format!("{old}.toml"), format!("{new}.toml"));
        let ran = diff(&workspace, &["old.csv", "new.csv", "--old-config", &old, "--config", &new]);
        assert_eq!(ran.exit, 3, "{ran}");
        assert!(ran.out.contains(&format!("API users of {has} are people in {lacks}")), "{ran}");
        let options = ["old.csv", "new.csv", "--old-config", &old, "--config", &new, "--format", "json"];
        let report = json_of(&diff(&workspace, &options));
        assert_eq!(accounts(&report), ["incomparable api.payroll"], "{report:#}");
        let note = format!("an API user in {has} is a person in {lacks}, whom fewer rules judge");
        assert_eq!(report["accounts"][0]["notes"], serde_json::json!([note]), "{report:#}");
    }
    // One that is no longer active is judged by fewer rules too: it was lowered, and nothing else need be said.
    let (_, report) = json(&people(&[PAYROLL, CRM]), &people(&[&PAYROLL.replace("yes", "no"), CRM]), &[]);
    assert_eq!(accounts(&report), ["lowered api.payroll"], "{report:#}");
    assert_eq!(report["not_compared"], serde_json::json!([]), "{report:#}");
}

#[test]
fn another_version_of_the_program_is_a_cause() {
    let export = people(&[PAYROLL, CRM, LEE]);
    let workspace = world(&export, &export);
    let output = workspace.run(&["check", "old.csv", "--as-of", AS_OF, "--digest", "--format", "json"]);
    let mut report = json_of(&output);
    workspace.write("new.json", &output.out);
    report["tool"]["version"] = "0.0.9".into();
    let found = report["diagnostics"].as_array_mut().unwrap().iter_mut();
    let state = &mut found.into_iter().find(|one| one["rule"] == "main-view-not-enterprise").unwrap()["state"];
    *state = state.as_str().unwrap().chars().rev().collect::<String>().into();
    workspace.write("old.json", report.to_string());
    let report = json_of(&workspace.run(&["diff", "old.json", "new.json", "--format", "json"]));
    assert_eq!(report["factors"]["version"], true, "{report:#}");
    assert_eq!(
        (findings(&report), causes(&report)),
        (vec!["changed main-view-not-enterprise api.crm".to_owned()], serde_json::json!([["version"]]))
    );
}

#[test]
fn evidence_is_judged_again_or_read() {
    let old = people(&[PAYROLL, CRM, LEE]);
    let workspace = world(&old, &old.replace("My View", "EnterpriseView"));
    for (name, more) in [("packed.zip", &["--with-inputs"][..]), ("bare.zip", &[])] {
        let args = [&["evidence", "create", "-o", name, "old.csv", "--as-of", "2026-11-01", "--format", "json"], more]
            .concat();
        assert_eq!(workspace.run(&args).exit, 1);
    }
    for package in ["packed.zip", "bare.zip"] {
        let ran = diff(&workspace, &[package, "new.csv", "--format", "json"]);
        let report = json_of(&ran);
        assert_eq!((ran.exit, causes(&report)), (0, serde_json::json!([["data"]])), "{package}: {ran}");
        assert_eq!(report["ledger"]["old"]["as_of"], "2026-11-01");
    }
    // What the package recorded is no longer there: its report is what is left.
    workspace.write("old.csv", "changed");
    let ran = diff(&workspace, &["bare.zip", "new.csv", "--format", "json"]);
    assert_eq!(findings(&json_of(&ran)), ["fixed main-view-not-enterprise api.crm"], "{ran}");
    workspace.write("bare.zip", "PK");
    diff(&workspace, &["bare.zip", "new.csv"]).refused(&["bare.zip", "evidence verify"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let same = people(&[PAYROLL, CRM, LEE]);
    let workspace = world(&same, &same);
    workspace.write("site.key", "0123456789abcdef0123456789abcdef");
    let check = |file: &str, more: &[&str]| {
        let output = format!("json={file}");
        let ran = workspace.run(&[&["check", "old.csv", "--as-of", AS_OF, "--output", &output], more].concat());
        assert!(ran.exit < 2, "{ran}");
    };
    check("plain.json", &[]);
    check("hidden.json", &["--redact", "identities"]);
    check("keyed.json", &["--redact", "identities", "--redact-key", "site.key"]);
    check("twin.json", &["--product", "workforce-optimization"]);
    workspace.write("other.json", workspace.read("plain.json").replace("rolecall.report/1", "rolecall.report/2"));
    workspace.write("cut.json", workspace.read("plain.json").replace("main-view-not-enterprise", "findings-too-many"));
    let tenant = |name: &str| {
        same.replace("Employee ID", "Employee ID,Tenant")
            .replace("yes,\n", &format!("yes,,{name}\n"))
            .replace("17\n", &format!("17,{name}\n"))
    };
    workspace.write("a.csv", tenant("Acme"));
    workspace.write("b.csv", tenant("Beta"));
    let cases: [(&[&str], &[&str]); 13] = [
        (&["old.csv", "old.csv"], &["old.csv", "both sides"]),
        (&["old.csv", "./old.csv"], &["both sides"]),
        (&["old.csv", "new.csv", "--old", "new.csv"], &["both sides"]),
        (&["-", "new.csv"], &["Name a file"]),
        (&["plain.json", "keyed.json"], &["redacted", "--redact-key"]),
        (&["hidden.json", "keyed.json"], &["redacted"]),
        (&["hidden.json", "plain.json"], &["redacted"]),
        (&["plain.json", "twin.json"], &["Calabrio ONE", "Workforce Optimization"]),
        (&["plain.json", "other.json"], &["other.json", "rolecall check"]),
        (&["plain.json", "cut.json"], &["cut.json", "leaves findings out"]),
        (&["a.csv", "b.csv"], &["Acme", "Beta", "tenant"]),
        (&["plain.json", "hidden.json", "--config", "rolecall.toml"], &["--config", "judged already"]),
        (&["plain.json", "new.csv", "--old-as-of", AS_OF], &["--old-as-of", "judged already"]),
    ];
    let mut wrong = Vec::new();
    for (args, words) in cases {
        let ran = workspace.run(&[&["diff"], args].concat());
        if ran.exit != 2 || !ran.out.is_empty() || !words.iter().all(|word| ran.err.contains(word)) {
            wrong.push(format!("{args:?}: {ran}"));
        }
    }
    nothing_wrong(wrong);
    let ran = workspace.run(&[
        "diff",
        "keyed.json",
        "new.csv",
        "--as-of",
        AS_OF,
        "--redact",
        "identities",
        "--redact-key",
        "site.key",
        "--format",
        "json",
    ]);
    assert_eq!((ran.exit, findings(&json_of(&ran))), (0, Vec::new()), "inputs are redacted alike: {ran}");
}

#[test]
fn every_form_tells_the_same_and_hides_what_it_is_told_to() {
    let workspace = Workspace::with_fixture("diff");
    let args = [
        "diff",
        "people-2026-10-31.csv",
        "people-2026-11-30.csv",
        "--old-config",
        "rolecall-2026-10-31.toml",
        "--old-as-of",
        "2026-10-31",
        "--as-of",
        "2026-11-30",
    ];
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .build(&serde_json::from_str(SCHEMA).unwrap())
        .unwrap();
    for form in FORMS {
        let ran = workspace.run(&[&args[..], &["--format", form]].concat());
        assert_eq!(ran.exit, 1, "{form}");
        let words = [
            "api.payroll@acme.example",
            "lee.wfm@acme.example",
            "robin.claims@acme.example",
            "raised",
            "team-not-allowed",
        ];
        words.iter().for_each(|word| assert!(ran.out.contains(word), "{form}: {word}\n{}", ran.out));
        for jobs in ["2", "5"] {
            assert_eq!(
                workspace.run(&[&args[..], &["--format", form, "--jobs", jobs]].concat()).out,
                ran.out,
                "{form}"
            );
        }
        let hidden = workspace.run(&[&args[..], &["--format", form, "--redact", "identities"]].concat());
        assert_eq!(hidden.exit, 1, "{form}");
        assert!(!hidden.out.contains("@acme.example") && hidden.out.contains("account-"), "{form}\n{}", hidden.out);
        if form == "human" {
            assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
        }
        if form == "json" {
            for out in [&ran.out, &hidden.out] {
                let report: Value = serde_json::from_str(out).unwrap();
                let errors: Vec<String> = validator
                    .iter_errors(&report)
                    .map(|error| format!("{error} at {}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{errors:#?}");
            }
        }
        if form == "sarif" {
            for state in ["\"new\"", "\"absent\"", "\"updated\""] {
                assert!(ran.out.contains(&format!("\"baselineState\": {state}")), "{state}");
            }
        }
    }
}
